/* Recursion: Takeuchi's function and Fibonacci's. One operation is one call from outside. */
#include "tests/perf/workloads/perf.h"

static int tak(int x, int y, int z)
{
    if (y >= x)
        return z;
    return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y));
}

static uint32_t fibonacci(uint32_t n)
{
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

int main(int argc, char **argv)
{
    uint64_t rounds = perf_rounds(argc, argv, 2000);
    uint64_t start = perf_now();
    uint64_t result = 0;

    for (uint64_t i = 0; i < rounds; i++) {
        int shift = (int)(i & 1);

        result = result * 31 + (uint64_t)tak(18 - shift, 12, 6) + fibonacci(21 - (uint32_t)shift);
    }
    return perf_report("recursion", 2 * rounds, start, result);
}
