/* The clock of the time-stamp counter: see tick.h. */
#include "src/base/tick.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#define NANOSECONDS UINT64_C(1000000000)

/* The line may be off by this part of the time since the last sample, and 10 ms besides. */
#define STEERABLE_PART              1000u
#define STEERABLE(units_per_second) ((units_per_second) / 100)

static uint64_t nanoseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NANOSECONDS + (uint64_t)now.tv_nsec;
}

uint64_t tick_monotonic(uint64_t units_per_second)
{
    return (uint64_t)((uint128_t)nanoseconds() * units_per_second / NANOSECONDS);
}

uint64_t tick_clock_without_counter(const struct tick_clock *clock)
{
    return tick_monotonic(clock->units_per_second) +
           atomic_load_explicit(&clock->offset, memory_order_relaxed);
}

/* Both clocks of one instant, as nearly as a few tries give; the counter's uncertainty. */
static uint64_t sample(const struct tick_clock *clock, struct tick_sample *result)
{
    uint64_t best = UINT64_MAX;

    for (unsigned i = 0; i < 8; i++) {
        uint64_t before = tick_counter(true);
        uint64_t value = tick_monotonic(clock->units_per_second);
        uint64_t width = tick_counter(true) - before;

        if (width < best) {
            best = width;
            *result = (struct tick_sample){before + width / 2, value};
        }
    }
    return best;
}

/* The processor promises a constant rate in all its states, and the host's kernel, which
   compares clocks while it runs, relies on the counter. */
static bool counter_is_invariant(void)
{
#if defined(__x86_64__)
    unsigned a, b, c, d;
    char source[16] = "";
    FILE *file;

    if (!__get_cpuid(0x80000007, &a, &b, &c, &d) || !(d & 1u << 8))
        return false;
    file = fopen("/sys/devices/system/clocksource/clocksource0/current_clocksource", "re");
    if (!file)
        return false;
    if (!fgets(source, sizeof source, file))
        source[0] = 0;
    fclose(file);
    return strcmp(source, "tsc\n") == 0;
#else
    return false;
#endif
}

static uint64_t rate_between(const struct tick_sample *before, const struct tick_sample *now)
{
    return (uint64_t)(((uint128_t)(now->value - before->value) << 32) / (now->tick - before->tick));
}

static void publish(struct tick_clock *clock, const struct tick_line *line)
{
    uint32_t sequence = atomic_load_explicit(&clock->sequence, memory_order_relaxed);

    atomic_store_explicit(&clock->sequence, sequence + 1, memory_order_relaxed);
    atomic_thread_fence(memory_order_release);
    atomic_store_explicit(&clock->tick, line->tick, memory_order_relaxed);
    atomic_store_explicit(&clock->value, line->value, memory_order_relaxed);
    atomic_store_explicit(&clock->rate, line->rate, memory_order_relaxed);
    atomic_store_explicit(&clock->sequence, sequence + 2, memory_order_release);
}

/* Ticks that make FRACTION-ths of a second. */
static uint64_t ticks_of(const struct tick_clock *clock, uint64_t rate, uint64_t fraction)
{
    return (uint64_t)(((uint128_t)clock->units_per_second << 32) / rate / fraction);
}

void tick_clock_init(struct tick_clock *clock, uint64_t units_per_second)
{
    memset(clock, 0, sizeof *clock);
    clock->units_per_second = units_per_second;
}

void tick_clock_start(struct tick_clock *clock)
{
    struct tick_sample first, now;
    struct tick_line line;
    uint64_t until;

    if (!counter_is_invariant())
        return;
    sample(clock, &first);
    until = nanoseconds() + NANOSECONDS / 500;
    while (nanoseconds() < until)
        ;
    sample(clock, &now);
    if (now.tick <= first.tick || now.value <= first.value)
        return;
    clock->last = now;
    line = (struct tick_line){now.tick, now.value, rate_between(&first, &now)};
    publish(clock, &line);
    /* The rate is known to some millionths: the next line comes soon. */
    atomic_store(&clock->horizon, ticks_of(clock, line.rate, 20));
    atomic_store(&clock->counting, true);
}

bool tick_line_next(struct tick_line *line, const struct tick_sample *before,
                    const struct tick_sample *now, uint64_t interval)
{
    uint64_t rate = rate_between(before, now), most = rate / STEERABLE_PART;
    uint64_t value = line->value + tick_scale(now->tick - line->tick, line->rate);
    uint64_t tolerance =
        (now->value - before->value) / STEERABLE_PART + STEERABLE(tick_scale(interval, rate));
    bool ahead = value > now->value;
    uint64_t error = ahead ? value - now->value : now->value - value;
    uint64_t correction;

    if (error > tolerance)
        return false;
    correction = (uint64_t)(((uint128_t)error << 32) / interval);
    correction = correction < most ? correction : most;
    *line = (struct tick_line){now->tick, value, ahead ? rate - correction : rate + correction};
    return true;
}

/* From now on CLOCK_MONOTONIC counts, from the value that the counter had come to. */
static void stop_counting(struct tick_clock *clock, const struct tick_line *line,
                          const struct tick_sample *now)
{
    uint64_t value = line->value + tick_scale(now->tick - line->tick, line->rate);

    atomic_store(&clock->offset, value - now->value);
    atomic_store(&clock->counting, false);
}

void tick_clock_replace(struct tick_clock *clock)
{
    struct tick_line line;
    struct tick_sample now;
    uint64_t second;

    if (atomic_exchange(&clock->replacing, true))
        return;
    line = (struct tick_line){atomic_load(&clock->tick), atomic_load(&clock->value),
                              atomic_load(&clock->rate)};
    second = ticks_of(clock, line.rate, 1);
    /* A thread that was held up meanwhile tries again the next time: samples are to be good,
       and the new line is to begin now. */
    if (atomic_load(&clock->counting) && sample(clock, &now) < second / 200000 &&
        now.tick - clock->last.tick > second / 50 && now.tick > clock->last.tick) {
        if (!tick_line_next(&line, &clock->last, &now, second)) {
            stop_counting(clock, &line, &now);
        } else if (tick_counter(true) - now.tick < second / 50000) {
            publish(clock, &line);
            clock->last = now;
            atomic_store(&clock->horizon, second);
        }
    }
    if (tick_counter(false) - atomic_load(&clock->tick) >= atomic_load(&clock->horizon))
        atomic_store(&clock->horizon, tick_counter(false) - line.tick + second / 100);
    atomic_store(&clock->replacing, false);
}
