/* Divisions of 64 bits, signed and unsigned, quotients and remainders of many sizes. */
#include "tests/perf/workloads/perf.h"

int main(int argc, char **argv)
{
    uint64_t rounds = perf_rounds(argc, argv, 80000000);
    uint64_t start = perf_now();
    uint64_t state = 1;
    uint64_t sum = 0;

    for (uint64_t i = 0; i < rounds; i++) {
        uint64_t dividend = perf_random(&state);
        uint64_t divisor = (dividend >> (i & 31) & 0xffffffffff) | 1;

        sum += dividend / divisor;
        sum ^= (uint64_t)((int64_t)sum % (int64_t)divisor);
    }
    return perf_report("division", 2 * rounds, start, sum);
}
