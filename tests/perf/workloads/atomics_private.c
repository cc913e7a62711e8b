/* Two threads, each with a lock and a counter of its own: atomic operations without contention. */
#include "tests/perf/workloads/perf.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>

struct account {
    alignas(256) pthread_mutex_t lock; /* a cache line of the guest's machine */
    _Atomic uint64_t counter;
    uint64_t sum;
};

static struct account accounts[2];
static uint64_t rounds;

static void *work(void *argument)
{
    struct account *account = argument;

    for (uint64_t i = 0; i < rounds; i++) {
        pthread_mutex_lock(&account->lock);
        account->sum += atomic_fetch_add(&account->counter, 3);
        pthread_mutex_unlock(&account->lock);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t other;
    uint64_t start;

    rounds = perf_rounds(argc, argv, 8000000);
    for (int i = 0; i < 2; i++)
        pthread_mutex_init(&accounts[i].lock, NULL);
    start = perf_now();
    perf_need(pthread_create(&other, NULL, work, &accounts[1]) == 0, "pthread_create");
    work(&accounts[0]);
    perf_need(pthread_join(other, NULL) == 0, "pthread_join");
    return perf_report("atomics-private", 2 * rounds, start, accounts[0].sum + accounts[1].sum);
}
