/*
 * Two threads and one word: each adds to it and swaps it by compare-and-swap, so the line that
 * holds it goes to and fro between two CPUs.
 */
#include "tests/perf/workloads/perf.h"

#include <pthread.h>
#include <stdatomic.h>

static _Atomic uint64_t shared;
static uint64_t rounds;

static void *work(void *unused)
{
    for (uint64_t i = 0; i < rounds; i++) {
        uint64_t old;

        atomic_fetch_add(&shared, 3);
        old = atomic_load(&shared);
        while (!atomic_compare_exchange_weak(&shared, &old, old + 5))
            continue;
    }
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t other;
    uint64_t start;

    rounds = perf_rounds(argc, argv, 4000000);
    start = perf_now();
    perf_need(pthread_create(&other, NULL, work, NULL) == 0, "pthread_create");
    work(NULL);
    perf_need(pthread_join(other, NULL) == 0, "pthread_join");
    return perf_report("atomics-shared", 4 * rounds, start, shared);
}
