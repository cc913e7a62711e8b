/* The clock of the time-stamp counter: the line that follows CLOCK_MONOTONIC, readers that never
   see it go back, and the way out where the counter cannot be trusted. */
#include <pthread.h>

#include "src/base/tick.h"
#include "tests/harness.h"

#define SECOND UINT64_C(4096000000) /* of TOD units */

static void the_line_is_led_back(void)
{
    /* Two ticks for a unit; the line is one part in 100,000 too slow. */
    struct tick_line line = {1000000, 700, (UINT64_C(1) << 31) - (UINT64_C(1) << 31) / 100000};
    struct tick_sample before = {1000000, 700}, now = {1000000 + 2 * SECOND, 700 + SECOND};
    uint64_t old_value = line.value + tick_scale(now.tick - line.tick, line.rate), met;

    REQUIRE(tick_line_next(&line, &before, &now, 2 * SECOND));
    /* No step: the new line begins where the old one was. */
    CHECK_EQ(line.tick, now.tick);
    CHECK_EQ(line.value, old_value);
    CHECK(line.value < now.value);
    met = line.value + tick_scale(2 * SECOND, line.rate);
    CHECK(met >= now.value + SECOND - 4 && met <= now.value + SECOND + 4);
    /* Ahead, it goes slower, and forward all the same. */
    line = (struct tick_line){now.tick, now.value + 40960, UINT64_C(1) << 31};
    before = now;
    now = (struct tick_sample){now.tick + 2 * SECOND, now.value + SECOND};
    REQUIRE(tick_line_next(&line, &before, &now, 2 * SECOND));
    CHECK(line.rate < UINT64_C(1) << 31 && line.rate > UINT64_C(1) << 30);
    met = line.value + tick_scale(2 * SECOND, line.rate);
    CHECK(met >= now.value + SECOND - 4 && met <= now.value + SECOND + 4);
}

static void a_line_too_far_off_is_given_up(void)
{
    struct tick_line line = {0, SECOND, UINT64_C(1) << 31}, old = line;
    struct tick_sample before = {0, 0}, now = {2 * SECOND, SECOND};

    CHECK(!tick_line_next(&line, &before, &now, 2 * SECOND));
    CHECK_EQ(line.value, old.value);
    CHECK_EQ(line.rate, old.rate);
    line.value = SECOND / 200;
    CHECK(tick_line_next(&line, &before, &now, 2 * SECOND));
}

static uint64_t distance(uint64_t a, uint64_t b)
{
    return a < b ? b - a : a - b;
}

static void agrees_with_the_host(void)
{
    struct tick_clock clock;
    uint64_t last = 0, until;

    tick_clock_init(&clock, SECOND);
    CHECK(distance(tick_clock_now(&clock, true), tick_monotonic(SECOND)) < SECOND / 10);
    tick_clock_start(&clock);
    until = tick_monotonic(SECOND) + SECOND / 5;
    while (tick_monotonic(SECOND) < until) {
        uint64_t before = tick_monotonic(SECOND), now = tick_clock_now(&clock, true);
        uint64_t after = tick_monotonic(SECOND);

        CHECK(now >= last);
        /* 100 microseconds: a new line has come by now. */
        CHECK(now + SECOND / 10000 >= before && now <= after + SECOND / 10000);
        last = now;
    }
}

static void goes_on_without_the_counter(void)
{
    struct tick_clock clock;
    uint64_t before, after, until;

    tick_clock_init(&clock, SECOND);
    tick_clock_start(&clock);
    if (!atomic_load(&clock.counting))
        return;
    /* As if the host had been suspended while its counter went on for a minute. */
    atomic_store(&clock.value, atomic_load(&clock.value) + 60 * SECOND);
    before = tick_clock_now(&clock, true);
    until = tick_monotonic(SECOND) + SECOND / 20;
    while (tick_monotonic(SECOND) < until)
        ;
    /* A thread that is held up while it compares the clocks leaves that to the next one. */
    for (unsigned i = 0; i < 1000 && atomic_load(&clock.counting); i++)
        tick_clock_replace(&clock);
    CHECK(!atomic_load(&clock.counting));
    after = tick_clock_now(&clock, true);
    CHECK(after > before && after - before < 30 * SECOND);
}

static struct tick_clock shared;
static _Atomic uint64_t told;
static _Atomic bool went_back;

/* Reads, tells the other thread, and never reads less than what it was told before. */
static void *reader(void *unused)
{
    (void)unused;
    for (unsigned i = 0; i < 300000; i++) {
        uint64_t heard = atomic_load(&told), now = tick_clock_now(&shared, true);

        if (now < heard)
            atomic_store(&went_back, true);
        while (heard < now && !atomic_compare_exchange_weak(&told, &heard, now))
            ;
        /* Lines come much faster than in use. */
        if (i % 1000 == 0)
            tick_clock_replace(&shared);
    }
    return NULL;
}

static void threads_agree(void)
{
    pthread_t threads[2];

    tick_clock_init(&shared, SECOND);
    tick_clock_start(&shared);
    for (unsigned i = 0; i < 2; i++)
        REQUIRE(pthread_create(&threads[i], NULL, reader, NULL) == 0);
    for (unsigned i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    CHECK(!atomic_load(&went_back));
}

static const struct test tests[] = {
    TEST(the_line_is_led_back), TEST(a_line_too_far_off_is_given_up),
    TEST(agrees_with_the_host), TEST(goes_on_without_the_counter),
    TEST(threads_agree),
};

int main(void)
{
    return RUN_TESTS(tests);
}
