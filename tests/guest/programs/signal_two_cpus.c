/* SIGNAL PROCESSOR between two CPUs (PoP, chapter 4, "CPU Signaling and Response"). */
#include "tests/guest/lib/guest.h"

enum order {
    SENSE = 1,
    EXTERNAL_CALL = 2,
    EMERGENCY_SIGNAL = 3,
    START = 4,
    STOP = 5,
    RESTART = 6,
    STOP_AND_STORE_STATUS = 9,
    INITIAL_CPU_RESET = 11,
    SET_PREFIX = 13,
};

#define CR0_EMERGENCY_SIGNAL         0x4000
#define CR0_EXTERNAL_CALL            0x2000
#define STATUS_INCORRECT_STATE       0x200
#define STATUS_EXTERNAL_CALL_PENDING 0x80
#define STATUS_STOPPED               0x40
#define STATUS_INVALID_ORDER         0x02

static uint8_t prefix_area[8192] __attribute__((aligned(8192)));
static uint8_t other_stack[8192] __attribute__((aligned(16)));
static volatile uint64_t counter;
static volatile bool interrupted;
static volatile uint16_t last_code, last_address;

static void count_forever(void)
{
    for (;;)
        counter = counter + 1;
}

static void call_back(void)
{
    /* Once enabled, this CPU is told to signal CPU 0. */
    while (signal_processor(0, EMERGENCY_SIGNAL, 0, 0) == 2)
        ;
    count_forever();
}

static void external(uint16_t code)
{
    last_code = code;
    last_address = real16(EXTERNAL_CPU_ADDRESS);
    interrupted = true;
}

static void wait_until_stopped(void)
{
    uint64_t status = 0;

    while (signal_processor(1, SENSE, 0, &status) != 1 || !(status & STATUS_STOPPED))
        ;
}

static void order_until_taken(enum order order, uint64_t parameter)
{
    while (signal_processor(1, (uint8_t)order, parameter, 0) == 2)
        ;
}

static void prepare(void (*function)(void))
{
    uint64_t *words = (uint64_t *)prefix_area;

    for (int i = 0; i < 512; i++)
        prefix_area[i] = *(volatile uint8_t *)real((uint64_t)i);
    words[RESTART_STACK / 8] = (uint64_t)(other_stack + sizeof other_stack - 160);
    words[RESTART_FUNCTION / 8] = (uint64_t)function;
}

static void statuses(void)
{
    uint64_t status = 0;

    CHECK_EQUAL(signal_processor(1, SENSE, 0, &status), 1);
    CHECK_EQUAL(status, STATUS_STOPPED);
    CHECK_EQUAL(signal_processor(0, SENSE, 0, &status), 0);
    CHECK_EQUAL(signal_processor(77, SENSE, 0, &status), 3);
    CHECK_EQUAL(signal_processor(1, 0x7f, 0, &status), 1);
    CHECK_EQUAL(status, STATUS_INVALID_ORDER);
}

static void restart_runs_and_stop_stops(void)
{
    uint64_t status = 0, seen;

    prepare(count_forever);
    CHECK_EQUAL(signal_processor(1, SET_PREFIX, (uint64_t)prefix_area, &status), 0);
    order_until_taken(RESTART, 0);
    while (counter < 1000)
        ;
    CHECK_EQUAL(signal_processor(1, SET_PREFIX, 0, &status), 1);
    CHECK_EQUAL(status, STATUS_INCORRECT_STATE);
    order_until_taken(STOP, 0);
    wait_until_stopped();
    seen = counter;
    for (volatile int i = 0; i < 100000; i++)
        ;
    CHECK_EQUAL(counter, seen);
    order_until_taken(START, 0);
    while (counter == seen)
        ;
}

static void status_is_stored(void)
{
    uint64_t mask;

    /* The save areas of a stored status are absolute, whatever the CPU's prefix. */
    order_until_taken(STOP_AND_STORE_STATUS, 0);
    wait_until_stopped();
    mask = real64(0x1300);
    CHECK_EQUAL(mask & ~UINT64_C(0x0000300000000000), PSW_64BIT);
    CHECK(real64(0x1308) >= 0x10000);
    CHECK_EQUAL(*(volatile uint32_t *)real(0x1318), (uint64_t)prefix_area);
    CHECK_EQUAL(real64(0x1280 + 15 * 8) & ~UINT64_C(0x1fff),
                (uint64_t)other_stack & ~UINT64_C(0x1fff));
}

static void signals_interrupt(void)
{
    uint64_t status = 0;

    /* An external call to oneself waits until it is enabled; a second one finds it so. */
    CHECK_EQUAL(signal_processor(0, EXTERNAL_CALL, 0, &status), 0);
    CHECK_EQUAL(signal_processor(0, EXTERNAL_CALL, 0, &status), 1);
    CHECK_EQUAL(status, STATUS_EXTERNAL_CALL_PENDING);
    SET_CONTROL_REGISTER(0, control_register(0) | CR0_EMERGENCY_SIGNAL | CR0_EXTERNAL_CALL);
    guest_wait(&interrupted);
    CHECK_EQUAL(last_code, 0x1202);
    CHECK_EQUAL(last_address, 0);

    interrupted = false;
    prepare(call_back);
    order_until_taken(INITIAL_CPU_RESET, 0);
    wait_until_stopped();
    order_until_taken(SET_PREFIX, (uint64_t)prefix_area);
    order_until_taken(RESTART, 0);
    guest_wait(&interrupted);
    CHECK_EQUAL(last_code, 0x1201);
    CHECK_EQUAL(last_address, 1);
    order_until_taken(STOP, 0);
    wait_until_stopped();
}

void test(void)
{
    on_external = external;
    statuses();
    restart_runs_and_stop_stops();
    status_is_stored();
    signals_interrupt();
}
