/* Copies of 1 to 64 bytes of a length not known at compile time, and of small structures. */
#include "tests/perf/workloads/perf.h"

struct record {
    uint64_t key;
    char name[40];
};

static uint8_t from[128];
static uint8_t to[128];
static struct record records[64];

int main(int argc, char **argv)
{
    uint64_t rounds = perf_rounds(argc, argv, 15000000);
    uint64_t state = 1;
    uint64_t result = 0;
    uint64_t start;

    for (size_t i = 0; i < sizeof(from); i++)
        from[i] = (uint8_t)perf_random(&state);
    for (size_t i = 0; i < 64; i++)
        records[i].key = i;
    start = perf_now();
    for (uint64_t i = 0; i < rounds; i++) {
        size_t length = (i * 37 & 63) + 1;

        memcpy(to + (i & 15), from + (i >> 4 & 31), length);
        records[i & 63] = records[(i + 7) & 63];
        result += to[i & 63] + records[i & 31].key;
    }
    return perf_report("small-copies", 2 * rounds, start, result);
}
