/*
 * Dynamic address translation through a segment table and page tables that map the first
 * 4 MiB to themselves (PoP, chapter 3, "Dynamic Address Translation").
 */
#include "tests/guest/lib/guest.h"

#define SEGMENTS          4
#define PAGES             256
#define ENTRY_INVALID     0x400
#define ENTRY_PROTECTED   0x200
#define SEGMENT_INVALID   0x20
#define SEGMENT_PROTECTED 0x200

static uint64_t segment_table[2048] __attribute__((aligned(4096)));
static uint64_t page_tables[SEGMENTS][PAGES] __attribute__((aligned(4096)));
static uint8_t page[4096] __attribute__((aligned(4096)));

static void build_tables(void)
{
    for (unsigned s = 0; s < 2048; s++)
        segment_table[s] = SEGMENT_INVALID;
    for (unsigned s = 0; s < SEGMENTS; s++) {
        for (unsigned p = 0; p < PAGES; p++)
            page_tables[s][p] = (uint64_t)s << 20 | p << 12;
        segment_table[s] = (uint64_t)page_tables[s];
    }
}

static void dat_on(void)
{
    SET_CONTROL_REGISTER(1, (uint64_t)segment_table | 3);
    SET_CONTROL_REGISTER(7, (uint64_t)segment_table | 3);
    SET_CONTROL_REGISTER(13, (uint64_t)segment_table | 3);
    system_mask_or(PSW_DAT >> 56);
}

static uint64_t *entry_of(const void *address)
{
    uint64_t number = (uint64_t)address >> 12;

    return &page_tables[number >> 8][number & 255];
}

static void invalidate(const void *address, uint64_t new_entry)
{
    uint64_t *entry = entry_of(address);
    uint64_t table = (uint64_t)entry & ~(uint64_t)(PAGES * 8 - 1);

    __asm__ volatile("ipte %0, %1" : : "a"(table), "d"((uint64_t)address) : "memory");
    CHECK_EQUAL(*entry & ENTRY_INVALID, ENTRY_INVALID);
    *entry = new_entry;
}

static void pages(void)
{
    uint64_t value = 5, original = *entry_of(page);

    page[0] = 1;
    ATTEMPT("ic %0, 0(%1)", : "+d"(value) : "a"(page) : "2");
    CHECK_EQUAL(attempt_code(), 0);
    CHECK_EQUAL(value, 1);

    /* A page-translation exception nullifies: the old PSW points at the instruction. */
    invalidate(page, original | ENTRY_INVALID);
    ATTEMPT("ic %0, 0(%1)", : "+d"(value) : "a"(page + 9) : "2");
    CHECK_ATTEMPT(0x11, 0);
    CHECK_EQUAL(real64(TRANSLATION_ID) & ~UINT64_C(0xfff), (uint64_t)page);
    CHECK_EQUAL(real64(TRANSLATION_ID) & 3, 0); /* the primary space */
    CHECK_EQUAL(value, 1);

    /* Both parts of an operand must be there before anything is stored. */
    ATTEMPT("stg %0, 0(%1)", : : "d"(value), "a"((uint64_t)page - 4) : "2");
    CHECK_ATTEMPT(0x11, 0);
    CHECK_EQUAL(real64(TRANSLATION_ID) & ~UINT64_C(0xfff), (uint64_t)page);

    /* An invalid entry is not buffered: making it valid needs no purge. */
    *entry_of(page) = original;
    ATTEMPT("ic %0, 0(%1)", : "+d"(value) : "a"(page) : "2");
    CHECK_EQUAL(attempt_code(), 0);

    /* DAT protection suppresses. */
    invalidate(page, original | ENTRY_PROTECTED);
    ATTEMPT("mvi 0(%0), 2", : : "a"(page) : "2");
    CHECK_ATTEMPT(4, 4);
    CHECK_EQUAL(real64(TRANSLATION_ID) & 4, 4);
    CHECK_EQUAL(page[0], 1);
    invalidate(page, original);
    ATTEMPT("mvi 0(%0), 2", : : "a"(page) : "2");
    CHECK_EQUAL(attempt_code(), 0);
}

static void tables(void)
{
    uint64_t value = 0;

    ATTEMPT("ic %0, 0(%1)", : "+d"(value) : "a"((uint64_t)SEGMENTS << 20) : "2");
    CHECK_ATTEMPT(0x10, 0);
    CHECK_EQUAL(real64(TRANSLATION_ID) & ~UINT64_C(0xfff), (uint64_t)SEGMENTS << 20);
    /* A segment table reaches 2 GiB; beyond is no table to look at. */
    ATTEMPT("ic %0, 0(%1)", : "+d"(value) : "a"(UINT64_C(1) << 31) : "2");
    CHECK_ATTEMPT(0x38, 0);
}

static void load_real_address(void)
{
    uint64_t answer = 0;
    unsigned cc;

    __asm__ volatile("lrag %0, 0(%2)\n ipm %1\n srl %1, 28"
                     : "+d"(answer), "=d"(cc)
                     : "a"(page + 9)
                     : "cc");
    CHECK_EQUAL(cc, 0);
    CHECK_EQUAL(answer, (uint64_t)(page + 9));
    __asm__ volatile("lrag %0, 0(%2)\n ipm %1\n srl %1, 28"
                     : "+d"(answer), "=d"(cc)
                     : "a"((uint64_t)SEGMENTS << 20)
                     : "cc");
    CHECK_EQUAL(cc, 1); /* segment-table entry invalid */
}

void test(void)
{
    build_tables();
    dat_on();
    pages();
    tables();
    load_real_address();
    system_mask_and(0xfb);
}
