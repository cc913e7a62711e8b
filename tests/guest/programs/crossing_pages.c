/*
 * Instructions on two pages, and EXECUTE on one of its target on the next, while the second page
 * changes: by stores, from elsewhere and from right before the instruction, and by becoming
 * another page or none (PoP, chapter 5, "Conceptual Sequence"; chapter 3, "Translation Tables").
 * Everything is called once, a few times and often before it changes, since translators treat
 * these differently.
 */
#include "tests/guest/lib/guest.h"

#define PAGES         256
#define ENTRY_INVALID 0x400

/* Where FIRST and one of the second pages are mapped: nothing else is there. */
#define WINDOW UINT64_C(0x380000)
#define SECOND (WINDOW + 4096)

static uint64_t segment_table[2048] __attribute__((aligned(4096)));
static uint64_t page_tables[4][PAGES] __attribute__((aligned(4096)));
static uint8_t first[4096] __attribute__((aligned(4096)));
static uint8_t seconds[2][4096] __attribute__((aligned(4096)));

static uint64_t *entry_of(uint64_t address)
{
    return &page_tables[address >> 20][address >> 12 & (PAGES - 1)];
}

static void translate(void)
{
    for (unsigned s = 0; s < 2048; s++)
        segment_table[s] = s < 4 ? (uint64_t)page_tables[s] : 0x20;
    for (unsigned s = 0; s < 4; s++)
        for (unsigned p = 0; p < PAGES; p++)
            page_tables[s][p] = (uint64_t)s << 20 | p << 12;
    *entry_of(WINDOW) = (uint64_t)first;
    *entry_of(SECOND) = (uint64_t)seconds[0];
    SET_CONTROL_REGISTER(1, (uint64_t)segment_table | 3);
    SET_CONTROL_REGISTER(7, (uint64_t)segment_table | 3);
    SET_CONTROL_REGISTER(13, (uint64_t)segment_table | 3);
    system_mask_or(PSW_DAT >> 56);
}

static void map_second(uint64_t entry)
{
    uint64_t table = (uint64_t)entry_of(SECOND) & ~(uint64_t)(PAGES * 8 - 1);

    __asm__ volatile("ipte %0, %1" : : "a"(table), "d"(SECOND) : "memory");
    *(volatile uint64_t *)entry_of(SECOND) = entry;
}

static void put16(uint8_t *page, unsigned offset, uint16_t value)
{
    *(volatile uint16_t *)(page + offset) = value;
}

static void put32(uint8_t *page, unsigned offset, uint32_t value)
{
    put16(page, offset, (uint16_t)(value >> 16));
    put16(page, offset + 2, (uint16_t)value);
}

/* Calls the code at OFFSET of the window with general registers 3 and 4; what register 2 is then.
 */
static uint64_t call(unsigned offset, uint64_t three, uint64_t four)
{
    register uint64_t r2 __asm__("2") = 99;
    register uint64_t r3 __asm__("3") = three;
    register uint64_t r4 __asm__("4") = four;

    __asm__ volatile("basr 14, %[code]"
                     : "+d"(r2), "+d"(r3), "+d"(r4)
                     : [code] "a"(WINDOW + offset)
                     : "1", "5", "14", "cc", "memory");
    return r2;
}

/* How many of COUNT calls do not answer WANTED. */
static unsigned wrong_answers(unsigned offset, unsigned count, uint64_t wanted)
{
    unsigned wrong = 0;

    for (unsigned i = 0; i < count; i++)
        wrong += call(offset, 0, 0) != wanted;
    return wrong;
}

static const unsigned counts[] = {1, 2, 3, 4, 5, 8, 50, 1000};

#define COUNTS (sizeof counts / sizeof counts[0])

/* LGHI 5,1 as often as fits, up to the instruction at OFFSET. */
static void put_way(unsigned offset)
{
    for (unsigned at = offset - 32; at < offset; at += 4)
        put32(first, at, 0xa7590001);
}

/* From the instruction itself, and from some before it. */
static void check_both(unsigned offset, unsigned count, uint64_t wanted)
{
    CHECK_EQUAL(wrong_answers(offset, count, wanted), 0);
    CHECK_EQUAL(wrong_answers(offset - 16, count, wanted), 0);
    CHECK_EQUAL(wrong_answers(offset - 32, count, wanted), 0);
}

/* LGHI 2,n and BR 14: n is in the second page. */
static void immediate(void)
{
    put_way(0xffe);
    put16(first, 0xffe, 0xa729);
    for (unsigned i = 0; i < 2; i++)
        put32(seconds[i], 0, (11 + i) << 16 | 0x07fe);
    for (unsigned i = 0; i < COUNTS; i++) {
        /* Another page, and back; nothing is stored. */
        map_second((uint64_t)seconds[1]);
        check_both(0xffe, counts[i], 12);
        map_second((uint64_t)seconds[0]);
        check_both(0xffe, counts[i], 11);
        /* By another address, and by this one. */
        put16(seconds[0], 0, (uint16_t)(100 + i));
        check_both(0xffe, counts[i], 100 + i);
        put16((uint8_t *)SECOND, 0, (uint16_t)(200 + i));
        check_both(0xffe, counts[i], 200 + i);
        /* In the first page: LGHI 2 becomes LHI 2, which leaves bits 0-31. */
        put16(first, 0xffe, 0xa728);
        check_both(0xffe, counts[i], 200 + i);
        put16(first, 0xffe, 0xa729);
        put16(seconds[0], 0, 11);
    }
}

/* J across the pages: where it leads is in the second one, counted from the first. */
static void branch(void)
{
    put_way(0xffe);
    put16(first, 0xffe, 0xa7f4);
    for (unsigned i = 0; i < 2; i++) {
        put16(seconds[i], 0, (uint16_t)(i ? 0x41 : 0x11));
        put32(seconds[i], 0x20, 0xa729001f + (i << 4)); /* LGHI 2,31 or 47; BR 14 */
        put16(seconds[i], 0x24, 0x07fe);
        put32(seconds[i], 0x80, 0xa7290033 + i); /* LGHI 2,51 or 52; BR 14 */
        put16(seconds[i], 0x84, 0x07fe);
    }
    for (unsigned i = 0; i < COUNTS; i++) {
        map_second((uint64_t)seconds[1]);
        check_both(0xffe, counts[i], 52);
        map_second((uint64_t)seconds[0]);
        check_both(0xffe, counts[i], 31);
        put16(seconds[0], 0, 0x41);
        check_both(0xffe, counts[i], 51);
        put16(seconds[0], 0, 0x11);
    }
}

/* BRASL 2 across the pages with two bytes in the first, and with four: register 2 is the address
   behind it, which is BR 14. */
static void branch_and_save(void)
{
    for (unsigned two = 0; two < 2; two++) {
        unsigned offset = two ? 0xffe : 0xffc;

        put_way(offset);
        put16(first, offset, 0xc025);
        if (two) {
            put32(seconds[0], 0, 3);
        } else {
            put16(first, 0xffe, 0);
            put16(seconds[0], 0, 3);
        }
        put16(seconds[0], two ? 4 : 2, 0x07fe);
        for (unsigned i = 0; i < COUNTS; i++)
            check_both(offset, counts[i], WINDOW + offset + 6);
    }
}

/* STH 3,0(4), which changes the second half of the LGHI 2,n behind it. */
static void store_before(void)
{
    unsigned wrong = 0;

    put_way(0xffa);
    put32(first, 0xffa, 0x40304000);
    put16(first, 0xffe, 0xa729);
    put32(seconds[0], 0, 5 << 16 | 0x07fe);
    for (unsigned i = 0; i < 2000; i++)
        wrong += call(i & 1 ? 0xffa : 0xfea, i % 7 + 1, SECOND) != i % 7 + 1;
    CHECK_EQUAL(wrong, 0);
    for (unsigned i = 0; i < 2000; i++)
        wrong += call(i & 1 ? 0xffa : 0xfea, i % 7 + 1, (uint64_t)seconds[0]) != i % 7 + 1;
    CHECK_EQUAL(wrong, 0);
}

/* STH 3,0(4) across the pages changes its own displacement: from then on it stores elsewhere. */
static void store_itself(void)
{
    unsigned wrong = 0;

    put_way(0xffe);
    put16(first, 0xffe, 0x4030);
    put16(seconds[0], 2, 0x07fe);
    for (unsigned i = 0; i < COUNTS; i++) {
        put16(seconds[0], 0, 0x4200);
        for (unsigned j = 0; j < counts[i]; j++)
            call(0xfee, 0x1111, SECOND);
        put16(seconds[0], 0, 0x4000);
        put16(seconds[0], 0x100, 0);
        call(0xfee, 0x4100, SECOND);
        wrong += *(volatile uint16_t *)seconds[0] != 0x4100;
        wrong += *(volatile uint16_t *)(seconds[0] + 0x100) != 0;
        call(0xfee, 0x2222, SECOND);
        wrong += *(volatile uint16_t *)(seconds[0] + 0x100) != 0x2222;
    }
    CHECK_EQUAL(wrong, 0);
}

/* Calls by the second page, of which J leads to EXRL in the first one; its target is in the second.
   LLGC 2,0(4) tells what that stored. */
static void check_target(unsigned count, uint64_t wanted)
{
    static volatile uint8_t bytes[3];
    unsigned wrong = 0;

    for (unsigned i = 0; i < count; i++) {
        bytes[0] = 5;
        bytes[1] = 9;
        bytes[2] = 7;
        wrong += call(0x1020, 0, (uint64_t)bytes) != wanted;
    }
    CHECK_EQUAL(wrong, 0);
}

/* MVC 0(1,4),N(4), or XC 0(1,4),0(4). */
static void put_target(uint8_t *page, unsigned n)
{
    put32(page, 0x40, n ? 0xd2004000 : 0xd7004000);
    put16(page, 0x44, (uint16_t)(0x4000 + n));
}

static void execute(void)
{
    put32(first, 0xfd0, 0xc6000000);
    put32(first, 0xfd4, 0x0038e320);
    put32(first, 0xfd8, 0x40000090);
    put16(first, 0xfdc, 0x07fe);
    for (unsigned i = 0; i < 2; i++) {
        put32(seconds[i], 0x20, 0xa7f4ffd8);
        put_target(seconds[i], i);
    }
    for (unsigned i = 0; i < COUNTS; i++) {
        map_second((uint64_t)seconds[1]);
        check_target(counts[i], 9);
        map_second((uint64_t)seconds[0]);
        check_target(counts[i], 0);
        put_target(seconds[0], 2);
        check_target(counts[i], 7);
        put_target((uint8_t *)SECOND, 1);
        check_target(counts[i], 9);
        put_target(seconds[0], 0);
    }
}

/* Without a second page the instruction is nullified; the exception is that page's. */
static void no_second_page(void)
{
    put_way(0xffe);
    put16(first, 0xffe, 0xa729);
    put32(seconds[0], 0, 7 << 16 | 0x07fe);
    for (unsigned i = 0; i < COUNTS; i++) {
        uint64_t value = 3;

        map_second((uint64_t)seconds[0]);
        check_both(0xffe, counts[i], 7);
        map_second((uint64_t)seconds[0] | ENTRY_INVALID);
        for (unsigned back = 0; back <= 32; back += 16) {
            ATTEMPT("lgr 2, %0\n basr 14, %1\n lgr %0, 2",
                    : "+d"(value)
                    : "a"(WINDOW + 0xffe - back)
                    : "2", "5", "14");
            CHECK_EQUAL(attempt_code(), 0x11);
            CHECK_EQUAL(real64(ATTEMPT_OLD_PSW + 8), WINDOW + 0xffe);
            CHECK_EQUAL(real64(TRANSLATION_ID) & ~UINT64_C(0xfff), SECOND);
            CHECK_EQUAL(value, 3);
        }
    }
    map_second((uint64_t)seconds[0]);
}

void test(void)
{
    translate();
    immediate();
    branch();
    branch_and_save();
    store_before();
    store_itself();
    execute();
    no_second_page();
    system_mask_and(0xfb);
}
