/* Integer arithmetic in registers: shifts, adds, multiplications of 32 and 64 bits, one branch. */
#include "tests/perf/workloads/perf.h"

int main(int argc, char **argv)
{
    uint64_t rounds = perf_rounds(argc, argv, 200000000);
    uint64_t start = perf_now();
    uint64_t x = 88172645463325252u;
    uint64_t sum = 0;
    uint32_t hash = 2166136261u;

    for (uint64_t i = 0; i < rounds; i++) {
        perf_random(&x);
        hash = (hash ^ (uint32_t)x) * 16777619u;
        if (hash & 4)
            sum += x;
        else
            sum ^= i;
    }
    return perf_report("integer-loop", rounds, start, sum ^ hash);
}
