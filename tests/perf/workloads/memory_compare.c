/* memcmp of 4 KiB that differ in the last byte only, or in none. */
#include "tests/perf/workloads/perf.h"

enum { SIZE = 4096 };

static uint8_t left[SIZE];
static uint8_t right[SIZE];

int main(int argc, char **argv)
{
    uint64_t rounds = perf_rounds(argc, argv, 500000);
    uint64_t state = 1;
    uint64_t result = 0;
    uint64_t start;

    for (size_t i = 0; i < SIZE; i++)
        left[i] = right[i] = (uint8_t)perf_random(&state);
    start = perf_now();
    for (uint64_t i = 0; i < rounds; i++) {
        right[SIZE - 1] = (uint8_t)i;
        result += memcmp(left, right, SIZE) < 0;
    }
    return perf_report("memory-compare", rounds, start, result);
}
