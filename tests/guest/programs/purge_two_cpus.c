/*
 * What one CPU invalidates or protects, another may not use from then on (PoP, chapter 3,
 * "Translation-Lookaside Buffer", and INVALIDATE PAGE TABLE ENTRY, SET STORAGE KEY EXTENDED).
 * CPU 1 stores through one virtual page without pause; CPU 0 takes the page away, looks
 * whether stores still arrive, and gives it back, now and then with the other frame.
 */
#include "tests/guest/lib/guest.h"

enum order {
    STOP = 5,
    RESTART = 6,
    SET_PREFIX = 13,
};

#define PAGES         256
#define ENTRY_INVALID 0x400
#define VIRTUAL_PAGE  UINT64_C(0x3ff000) /* the last that the tables map */
#define ROUNDS        300
#define WAIT_AWHILE   3000

static uint64_t segment_table[2048] __attribute__((aligned(4096)));
static uint64_t page_tables[4][PAGES] __attribute__((aligned(4096)));
static volatile uint64_t frames[2][512] __attribute__((aligned(4096)));
static uint8_t prefix_area[8192] __attribute__((aligned(8192)));
static uint8_t other_stack[8192] __attribute__((aligned(16)));

static void build_tables(void)
{
    for (unsigned s = 0; s < 2048; s++)
        segment_table[s] = s < 4 ? (uint64_t)page_tables[s] : 0x20;
    for (unsigned s = 0; s < 4; s++)
        for (unsigned p = 0; p < PAGES; p++)
            page_tables[s][p] = (uint64_t)s << 20 | p << 12;
    page_tables[3][PAGES - 1] = (uint64_t)frames[0];
}

static void store_forever(void)
{
    uint64_t value = 0;

    SET_CONTROL_REGISTER(1, (uint64_t)segment_table);
    system_mask_or(PSW_DAT >> 56);
    for (;;) {
        value++;
        ATTEMPT_WITH_KEY(1, "stg %0, 0(%1)", : : "d"(value), "a"(VIRTUAL_PAGE) : "2");
    }
}

static void start_other(void)
{
    uint64_t *words = (uint64_t *)prefix_area, status = 0;

    for (int i = 0; i < 512; i++)
        prefix_area[i] = *(volatile uint8_t *)real((uint64_t)i);
    words[RESTART_STACK / 8] = (uint64_t)(other_stack + sizeof other_stack - 160);
    words[RESTART_FUNCTION / 8] = (uint64_t)store_forever;
    CHECK_EQUAL(signal_processor(1, SET_PREFIX, (uint64_t)prefix_area, &status), 0);
    while (signal_processor(1, RESTART, 0, 0) == 2)
        ;
}

static void set_key(const volatile void *block, uint8_t key)
{
    __asm__ volatile("sske %0, %1" : : "d"((uint64_t)key), "a"(block) : "memory");
}

static void wait_for_stores(const volatile uint64_t *frame)
{
    uint64_t seen = *frame;

    while (*frame == seen)
        ;
}

/* True where no store arrives for a while. */
static bool is_quiet(const volatile uint64_t *frame)
{
    uint64_t seen = *frame;

    for (volatile int i = 0; i < WAIT_AWHILE; i++)
        ;
    return *frame == seen;
}

static void invalid_pages_are_not_used(void)
{
    volatile uint64_t *entry = &page_tables[3][PAGES - 1];
    unsigned late = 0;

    for (unsigned round = 0; round < ROUNDS; round++) {
        volatile uint64_t *old = frames[round & 1], *new = frames[~round & 1];

        wait_for_stores(old);
        __asm__ volatile("ipte %0, %1" : : "a"(page_tables[3]), "d"(VIRTUAL_PAGE) : "memory");
        late += !is_quiet(old);
        *entry = (uint64_t) new;
        wait_for_stores(new);
        late += !is_quiet(old);
    }
    CHECK_EQUAL(late, 0);
}

static void protected_blocks_are_not_stored_into(void)
{
    unsigned late = 0;

    for (unsigned round = 0; round < ROUNDS; round++) {
        wait_for_stores(frames[0]);
        set_key(frames[0], 0x20);
        late += !is_quiet(frames[0]);
        set_key(frames[0], 0x10);
    }
    wait_for_stores(frames[0]);
    CHECK_EQUAL(late, 0);
}

void test(void)
{
    build_tables();
    set_key(frames[0], 0x10);
    set_key(frames[1], 0x10);
    start_other();
    invalid_pages_are_not_used();
    protected_blocks_are_not_stored_into();
    while (signal_processor(1, STOP, 0, 0) == 2)
        ;
}
