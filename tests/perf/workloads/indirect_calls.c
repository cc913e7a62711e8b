/* Calls through a table of functions, the index not to be foreseen by one-entry caches. */
#include "tests/perf/workloads/perf.h"

typedef uint64_t operation(uint64_t value);

static uint64_t rotate(uint64_t value)
{
    return value << 7 | value >> 57;
}

static uint64_t add(uint64_t value)
{
    return value + 0x9e3779b97f4a7c15u;
}

static uint64_t multiply(uint64_t value)
{
    return value * 0xff51afd7ed558ccdu;
}

static uint64_t fold(uint64_t value)
{
    return value ^ value >> 33;
}

static uint64_t negate(uint64_t value)
{
    return ~value;
}

static uint64_t square(uint64_t value)
{
    return value * value + 1;
}

static uint64_t swap(uint64_t value)
{
    return value << 32 | value >> 32;
}

static uint64_t subtract(uint64_t value)
{
    return value - 0x123456789abcdefu;
}

/* Writable from outside, so that the compiler does not know what is called. */
operation *volatile operations[8] = {rotate, add, multiply, fold, negate, square, swap, subtract};

int main(int argc, char **argv)
{
    uint64_t rounds = perf_rounds(argc, argv, 150000000);
    uint64_t start = perf_now();
    uint64_t value = 1;

    for (uint64_t i = 0; i < rounds; i++)
        value = operations[(i ^ i >> 3) & 7](value);
    return perf_report("indirect-calls", rounds, start, value);
}
