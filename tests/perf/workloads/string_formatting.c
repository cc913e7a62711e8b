/* snprintf of a line with integers, text and a floating-point number. */
#include "tests/perf/workloads/perf.h"

int main(int argc, char **argv)
{
    static const char *const names[] = {"alpha", "beta", "gamma", "delta"};
    uint64_t rounds = perf_rounds(argc, argv, 200000);
    uint64_t start = perf_now();
    uint64_t result = 0;
    char line[128];

    for (uint64_t i = 0; i < rounds; i++) {
        int length = snprintf(line, sizeof(line), "%-8s %6d %08x %" PRIu64 " %.3f", names[i & 3],
                              (int)i, (unsigned)(i * 2654435761u), i * i, (double)i / 7);

        result = result * 31 + (uint64_t)length + (uint8_t)line[i % 40];
    }
    return perf_report("string-formatting", rounds, start, result);
}
