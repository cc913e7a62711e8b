/* memcpy of 32 KiB, which the host's first cache holds twice with difficulty. */
#include "tests/perf/workloads/perf.h"

enum { SIZE = 32768 };

static uint8_t from[SIZE + 64];
static uint8_t to[SIZE + 64];

int main(int argc, char **argv)
{
    uint64_t rounds = perf_rounds(argc, argv, 200000);
    uint64_t state = 1;
    uint64_t result = 0;
    uint64_t start;

    for (size_t i = 0; i < sizeof(from); i++)
        from[i] = (uint8_t)perf_random(&state);
    start = perf_now();
    for (uint64_t i = 0; i < rounds; i++) {
        memcpy(to + (i & 15), from + (i & 31), SIZE);
        result += to[i & (SIZE - 1)];
    }
    return perf_report("memory-copy", rounds, start, result);
}
