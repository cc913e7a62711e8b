/* The TOD clock, the clock comparator and the CPU timer (PoP, chapter 4, "Timing"). */
#include "tests/guest/lib/guest.h"

#define CLOCK_COMPARATOR     0x1004
#define CPU_TIMER            0x1005
#define MICROSECOND          4096 /* TOD-clock bit 51 steps once a microsecond */
#define CR0_CLOCK_COMPARATOR 0x800
#define CR0_CPU_TIMER        0x400

static volatile bool fired;
static volatile uint16_t last_code;

static uint64_t tod(void)
{
    uint64_t value;

    __asm__ volatile("stck %0" : "=Q"(value) : : "cc");
    return value;
}

static uint64_t cpu_timer(void)
{
    uint64_t value;

    __asm__ volatile("stpt %0" : "=Q"(value));
    return value;
}

static void set_comparator(uint64_t value)
{
    __asm__ volatile("sckc %0" : : "Q"(value));
}

static void set_cpu_timer(uint64_t value)
{
    __asm__ volatile("spt %0" : : "Q"(value));
}

/* Puts the source back to "not due": the condition stays pending as long as it is true. */
static void external(uint16_t code)
{
    last_code = code;
    fired = true;
    set_comparator(UINT64_MAX);
    set_cpu_timer(INT64_MAX);
}

static void clock_steps(void)
{
    uint64_t before = tod(), after;
    unsigned char bytes[16];

    for (int i = 0; i < 1000; i++) {
        after = tod();
        CHECK(after > before);
        before = after;
    }
    __asm__ volatile("stcke %0" : "=Q"(bytes) : : "cc");
    CHECK_EQUAL(bytes[0], 0); /* the epoch index until 2042 */
    CHECK(tod() > before);
}

static void comparator_interrupts(void)
{
    uint64_t due = tod() + 2000 * MICROSECOND;

    fired = false;
    set_comparator(due);
    SET_CONTROL_REGISTER(0, control_register(0) | CR0_CLOCK_COMPARATOR);
    guest_wait(&fired);
    CHECK_EQUAL(last_code, CLOCK_COMPARATOR);
    CHECK(tod() >= due);
    SET_CONTROL_REGISTER(0, control_register(0) & ~(uint64_t)CR0_CLOCK_COMPARATOR);
}

static void comparator_in_the_past_is_pending_until_enabled(void)
{
    fired = false;
    set_comparator(0);
    system_mask_or(1);
    system_mask_and(0xfe);
    CHECK(!fired); /* the subclass is off */
    SET_CONTROL_REGISTER(0, control_register(0) | CR0_CLOCK_COMPARATOR);
    CHECK(!fired); /* the PSW is disabled */
    system_mask_or(1);
    system_mask_and(0xfe);
    CHECK(fired);
    CHECK_EQUAL(last_code, CLOCK_COMPARATOR);
    SET_CONTROL_REGISTER(0, control_register(0) & ~(uint64_t)CR0_CLOCK_COMPARATOR);
}

static void cpu_timer_interrupts(void)
{
    uint64_t before;

    fired = false;
    set_cpu_timer(1000 * MICROSECOND);
    before = cpu_timer();
    CHECK((int64_t)before <= 1000 * MICROSECOND);
    CHECK(cpu_timer() < before);
    SET_CONTROL_REGISTER(0, control_register(0) | CR0_CPU_TIMER);
    guest_wait(&fired);
    CHECK_EQUAL(last_code, CPU_TIMER);
    SET_CONTROL_REGISTER(0, control_register(0) & ~(uint64_t)CR0_CPU_TIMER);
}

void test(void)
{
    on_external = external;
    clock_steps();
    comparator_interrupts();
    comparator_in_the_past_is_pending_until_enabled();
    cpu_timer_interrupts();
}
