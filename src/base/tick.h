/*
 * A clock that costs half of clock_gettime: the host's time-stamp counter where it is
 * invariant and the host's kernel itself keeps time by it, else CLOCK_MONOTONIC.
 *
 * The counter is turned into time by a straight line, which follows CLOCK_MONOTONIC: every
 * second whoever reads the clock lays a new line that begins where the old one is and meets
 * CLOCK_MONOTONIC a second later. So the clock never steps, and is off by microseconds at
 * most. Where the two lose each other, as when a host was suspended, the clock goes on with
 * CLOCK_MONOTONIC from the value it had.
 *
 * Threads: tick_clock_now may be called by any number of them; what one has read and told to
 * another is not more than what that one reads afterwards.
 */
#ifndef ZITHER_BASE_TICK_H
#define ZITHER_BASE_TICK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "src/base/compiler.h"

/* VALUE units at TICK of the counter, and units for each tick times 2 to the power 32. */
struct tick_line {
    uint64_t tick;
    uint64_t value;
    uint64_t rate;
};

/* The counter and CLOCK_MONOTONIC, in units, of one instant. */
struct tick_sample {
    uint64_t tick;
    uint64_t value;
};

struct tick_clock {
    _Atomic uint32_t sequence;          /* odd while the line is being replaced */
    _Atomic bool counting;              /* false: CLOCK_MONOTONIC and OFFSET */
    _Atomic uint64_t tick, value, rate; /* the line */
    _Atomic uint64_t offset;
    _Atomic uint64_t horizon; /* ticks from the line's beginning until it wants replacing */
    _Atomic bool replacing;   /* a thread is at it; the members below are its own */
    uint64_t units_per_second;
    struct tick_sample last;
};

/* CLOCK reads CLOCK_MONOTONIC, in units of which UNITS_PER_SECOND (at most 2 to the power 32)
   are a second. */
void tick_clock_init(struct tick_clock *clock, uint64_t units_per_second);
/* Goes over to the counter where that can be used, which takes two milliseconds. Before other
   threads know CLOCK. */
void tick_clock_start(struct tick_clock *clock);

/* CLOCK_MONOTONIC in units. */
uint64_t tick_monotonic(uint64_t units_per_second);

/* The ways of tick_clock_now that are not usual. */
uint64_t tick_clock_without_counter(const struct tick_clock *clock);
void tick_clock_replace(struct tick_clock *clock);

/* What tick_clock_replace computes: the line that follows LINE at NOW and meets the samples' line
   INTERVAL ticks later. False where LINE is too far off to be led back. */
bool tick_line_next(struct tick_line *line, const struct tick_sample *before,
                    const struct tick_sample *now, uint64_t interval);

static inline uint64_t tick_scale(uint64_t ticks, uint64_t rate)
{
    return (uint64_t)((uint128_t)ticks * rate >> 32);
}

/* The counter: after all that comes before in the program where ORDERED. */
static ALWAYS_INLINE uint64_t tick_counter(bool ordered)
{
#if defined(__x86_64__)
    if (ordered)
        __builtin_ia32_lfence();
    return __builtin_ia32_rdtsc();
#else
    (void)ordered;
    return 0;
#endif
}

/* The time. ORDERED: against what other threads have read; without it the reading may be some
   nanoseconds early, and costs less. */
static ALWAYS_INLINE uint64_t tick_clock_now(struct tick_clock *clock, bool ordered)
{
    uint32_t sequence;
    uint64_t tick, value, rate, horizon, since;

    if (unlikely(!atomic_load_explicit(&clock->counting, memory_order_relaxed)))
        return tick_clock_without_counter(clock);
    do {
        sequence = atomic_load_explicit(&clock->sequence, memory_order_acquire);
        tick = atomic_load_explicit(&clock->tick, memory_order_relaxed);
        value = atomic_load_explicit(&clock->value, memory_order_relaxed);
        rate = atomic_load_explicit(&clock->rate, memory_order_relaxed);
        horizon = atomic_load_explicit(&clock->horizon, memory_order_relaxed);
        since = tick_counter(ordered) - tick;
        atomic_thread_fence(memory_order_acquire);
    } while (unlikely(sequence & 1 ||
                      atomic_load_explicit(&clock->sequence, memory_order_relaxed) != sequence));
    if (unlikely(since >= horizon)) {
        /* Another processor's counter may be a little behind the one that began the line. */
        if ((int64_t)since < 0)
            return value;
        tick_clock_replace(clock);
    }
    return value + tick_scale(since, rate);
}

#endif
