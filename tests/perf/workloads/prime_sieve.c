/* The sieve of Eratosthenes: byte stores with a stride, byte loads, short loops. */
#include "tests/perf/workloads/perf.h"

enum { SIZE = 100000 };

static uint8_t composite[SIZE];

static uint64_t sieve(void)
{
    uint64_t found = 0;

    memset(composite, 0, sizeof(composite));
    for (uint32_t i = 2; i < SIZE; i++) {
        if (composite[i])
            continue;
        found++;
        for (uint32_t k = 2 * i; k < SIZE; k += i)
            composite[k] = 1;
    }
    return found;
}

int main(int argc, char **argv)
{
    uint64_t rounds = perf_rounds(argc, argv, 1500);
    uint64_t start = perf_now();
    uint64_t result = 0;

    for (uint64_t i = 0; i < rounds; i++)
        result += sieve();
    return perf_report("prime-sieve", rounds, start, result);
}
