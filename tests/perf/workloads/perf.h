/*
 * What the workloads of tests/perf/compare share: a fixed number of rounds, the clock, and the
 * one line of the result. The same source is built for the guest and for the host.
 */
#ifndef ZITHER_TESTS_PERF_WORKLOADS_PERF_H
#define ZITHER_TESTS_PERF_WORKLOADS_PERF_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/*
 * How many rounds to run: FULL divided by the first argument, which is the same for each
 * emulator and the host, and at least one.
 */
static inline uint64_t perf_rounds(int argc, char **argv, uint64_t full)
{
    uint64_t divisor = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;

    if (divisor == 0 || divisor > full)
        return 1;
    return full / divisor;
}

static inline uint64_t perf_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/*
 * Prints "name operations nanoseconds result". RESULT is made of all that was computed, so that
 * the compiler drops nothing, and so that a fast wrong answer is seen. Returns main's status.
 */
static inline int perf_report(const char *name, uint64_t operations, uint64_t start,
                              uint64_t result)
{
    uint64_t end = perf_now();

    return printf("%s %" PRIu64 " %" PRIu64 " %016" PRIx64 "\n", name, operations, end - start,
                  result) < 0;
}

/* The next pseudo-random number of a state that must not be zero (xorshift). */
static inline uint64_t perf_random(uint64_t *state)
{
    uint64_t x = *state;

    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return *state = x;
}

static inline uint64_t perf_double_bits(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

/* What a workload does where the system refuses something it needs. */
static inline void perf_need(int ok, const char *what)
{
    if (!ok) {
        perror(what);
        exit(1);
    }
}

#endif
