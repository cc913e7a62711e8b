/*
 * What the bodies of string and decimal instructions cost: nanoseconds a call, operands that
 * lie in the host's cache and need no translation. Not a test; see docs/PERFORMANCE.md.
 *
 *   bodies [MNEMONIC...]
 *
 * The time of an empty body, registers put back included, is taken off.
 */
#include <stdlib.h>
#include <time.h>

#include "cpu/arch/registers.h"
#include "cpu/isa/insn.h"
#include "tests/unit/insn_rig.h"

#define FIRST  UINT64_C(0x20000)
#define SECOND UINT64_C(0x40000)
#define TABLE  UINT64_C(0x60000)

#define RESTORED 32u /* bytes of the first operand that are put back before each call */

enum lengths {
    IN_TEXT,      /* 16, 64 and 256 bytes, in the instruction's second byte */
    IN_GR0,       /* the same, set by the row's function */
    IN_REGISTERS, /* and 4096, in R3 and R5 */
    FIXED,        /* what the instruction says */
};

struct row {
    const char *mnemonic;
    const char *text;
    enum lengths lengths;
    void (*set)(uint32_t size); /* storage and registers; null: nothing but what set_up does */
    const char *first, *second; /* or the operands' first bytes */
};

static struct rig rig;

static void put(uint64_t address, int byte, uint32_t n)
{
    memset(rig_at(&rig, address), byte, n);
}

static void set_pair(unsigned r, uint64_t address, uint64_t length)
{
    gr64_set(rig.cpu, r, address);
    gr64_set(rig.cpu, r + 1, length);
}

/* R2 and R3 the first operand, R4 and R5 the second one, equal; a table of 0-255 in R1. */
static void set_up(const struct row *row, uint32_t size)
{
    for (unsigned i = 0; i < 256; i++)
        *rig_at(&rig, TABLE + i) = (uint8_t)i;
    put(FIRST, 'a', 0x4000);
    put(SECOND, 'a', 0x4000);
    gr64_set(rig.cpu, 0, 0);
    gr64_set(rig.cpu, 1, TABLE);
    set_pair(2, FIRST, size);
    set_pair(4, SECOND, size);
    gr64_set(rig.cpu, 6, TABLE);
    gr64_set(rig.cpu, 7, 1234567890);
    if (row->first)
        rig_put(&rig, FIRST, row->first);
    if (row->second)
        rig_put(&rig, SECOND, row->second);
    if (row->set)
        row->set(size);
}

/* Strings that end, or have what is looked for, with their last byte. */
static void ends(uint32_t size)
{
    put(FIRST + size - 1, 0, 1);
    put(SECOND + size - 1, 0, 1);
}

static void search(uint32_t size)
{
    ends(size);
    gr64_set(rig.cpu, 2, SECOND + size);
}

static void search_unicode(uint32_t size)
{
    put(SECOND + size - 2, 0, 2);
    gr64_set(rig.cpu, 2, SECOND + size);
}

static void function_codes(uint32_t size)
{
    ends(size);
    put(TABLE, 0, 0x2000);
    put(TABLE, 1, 2);
}

static void function_codes_reverse(uint32_t size)
{
    function_codes(size);
    put(FIRST + size - 1, 'a', 1);
    put(FIRST, 0, 1);
    gr64_set(rig.cpu, 2, FIRST + size - 1);
}

static void inverse(uint32_t size)
{
    gr64_set(rig.cpu, 4, SECOND + size - 1);
}

static void right_to_left(uint32_t size)
{
    gr64_set(rig.cpu, 0, size - 1);
}

static void padding(uint32_t size)
{
    (void)size;
    gr64_set(rig.cpu, 5, 0);
}

static void padded_equal(uint32_t size)
{
    padding(size);
    put(FIRST, 0, size);
}

static void test_character(uint32_t size)
{
    (void)size;
    gr64_set(rig.cpu, 0, 0xfe);
}

/* Two-byte tables for one-byte sources and back. */
static void wide_table(uint32_t size)
{
    test_character(size);
    put(TABLE, 'b', 0x20000);
}

static void to_double(uint32_t size)
{
    set_pair(2, FIRST, 2 * (uint64_t)size);
}

static void to_four(uint32_t size)
{
    set_pair(2, FIRST, 4 * (uint64_t)size);
}

static void utf16(uint32_t size)
{
    for (uint32_t i = 0; i < size; i += 2)
        put(SECOND + i, 0, 1);
}

static void utf16_to_four(uint32_t size)
{
    utf16(size);
    to_double(size);
}

static void utf32(uint32_t size)
{
    for (uint32_t i = 0; i < size; i += 4)
        put(SECOND + i, 0, 3);
}

static void edit_pattern(uint32_t size)
{
    for (uint32_t i = 1; i < size; i++)
        put(FIRST + i, i % 4 ? 0x20 : 0x6b, 1);
    put(SECOND, 0x12, size);
}

static const struct row rows[] = {
    {"MVC", "d200 2000 4000", IN_TEXT, NULL, NULL, NULL},
    {"CLC", "d500 2000 4000", IN_TEXT, NULL, NULL, NULL},
    {"XC", "d700 2000 4000", IN_TEXT, NULL, NULL, NULL},
    {"NC", "d400 2000 4000", IN_TEXT, NULL, NULL, NULL},
    {"MVCIN", "e800 2000 4000", IN_TEXT, inverse, NULL, NULL},
    {"MVCRL", "e50a 2000 4000", IN_GR0, right_to_left, NULL, NULL},
    {"MVN", "d100 2000 4000", IN_TEXT, NULL, NULL, NULL},
    {"MVCL", "0e24", IN_REGISTERS, NULL, NULL, NULL},
    {"MVCL pad", "0e24", IN_REGISTERS, padding, NULL, NULL},
    {"MVCLE", "a824 0000", IN_REGISTERS, NULL, NULL, NULL},
    {"MVCLU", "eb24 0000 008e", IN_REGISTERS, NULL, NULL, NULL},
    {"MVCLU pad", "eb24 0020 008e", IN_REGISTERS, padding, NULL, NULL},
    {"CLCL", "0f24", IN_REGISTERS, ends, NULL, NULL},
    {"CLCL pad", "0f24", IN_REGISTERS, padded_equal, NULL, NULL},
    {"CLCLE", "a924 0000", IN_REGISTERS, NULL, NULL, NULL},
    {"CLCLU", "eb24 0000 008f", IN_REGISTERS, NULL, NULL, NULL},
    {"CKSM", "b241 0024", IN_REGISTERS, NULL, NULL, NULL},
    {"SRST", "b25e 0024", IN_REGISTERS, search, NULL, NULL},
    {"SRSTU", "b9be 0024", IN_REGISTERS, search_unicode, NULL, NULL},
    {"CLST", "b25d 0024", IN_REGISTERS, ends, NULL, NULL},
    {"MVST", "b255 0024", IN_REGISTERS, ends, NULL, NULL},
    {"TR", "dc00 2000 1000", IN_TEXT, NULL, NULL, NULL},
    {"TRT", "dd00 2000 1000", IN_TEXT, function_codes, NULL, NULL},
    {"TRTR", "d000 2000 1000", IN_TEXT, function_codes_reverse, NULL, NULL},
    {"TRE", "b2a5 0026", IN_REGISTERS, test_character, NULL, NULL},
    {"TROO", "b993 0024", IN_REGISTERS, test_character, NULL, NULL},
    {"TROT", "b992 0024", IN_REGISTERS, wide_table, NULL, NULL},
    {"TRTO", "b991 0024", IN_REGISTERS, wide_table, NULL, NULL},
    {"TRTT", "b990 0024", IN_REGISTERS, wide_table, NULL, NULL},
    {"TRTE", "b9bf 0028", IN_REGISTERS, function_codes, NULL, NULL},
    {"TRTRE", "b9bd 0028", IN_REGISTERS, function_codes_reverse, NULL, NULL},
    {"CU12", "b2a7 0024", IN_REGISTERS, to_double, NULL, NULL},
    {"CU14", "b9b0 0024", IN_REGISTERS, to_four, NULL, NULL},
    {"CU21", "b2a6 0024", IN_REGISTERS, utf16, NULL, NULL},
    {"CU24", "b9b1 0024", IN_REGISTERS, utf16_to_four, NULL, NULL},
    {"CU41", "b9b2 0024", IN_REGISTERS, utf32, NULL, NULL},
    {"CU42", "b9b3 0024", IN_REGISTERS, utf32, NULL, NULL},
    {"ED", "de00 2000 4000", IN_TEXT, edit_pattern, NULL, NULL},
    {"ED 7 digits", "de0a 2000 4000", FIXED, NULL, "4020206b2020206b202120", "1234567c"},
    {"CVB", "4f80 4000", FIXED, NULL, NULL, "000000123456789c"},
    {"CVBG", "e380 4000 000e", FIXED, NULL, NULL, "0000000000001234567890123456789c"},
    {"CVD", "4e70 2000", FIXED, NULL, NULL, NULL},
    {"CVDG", "e370 2000 002e", FIXED, NULL, NULL, NULL},
    {"PACK 16", "f28f 2000 4000", FIXED, NULL, NULL, "f0f1f2f3f4f5f6f7f8f9f0f1f2f3f4c5"},
    {"UNPK 16", "f3f8 2000 4000", FIXED, NULL, NULL, "01234567890123456c"},
    {"PKA 31", "e91e 2000 4000", FIXED, NULL, NULL, NULL},
    {"PKU 31", "e13d 2000 4000", FIXED, NULL, NULL, NULL},
    {"UNPKA 31", "ea1e 2000 4000", FIXED, NULL, NULL, "1234567890123456789012345678901c"},
    {"UNPKU 31", "e23d 2000 4000", FIXED, NULL, NULL, "1234567890123456789012345678901c"},
    {"AP 7+5", "fa32 2000 4000", FIXED, NULL, "1234567c", "12345c"},
    {"AP 15+15", "fa77 2000 4000", FIXED, NULL, "123456789012345c", "012345678901234d"},
    {"AP 31+31", "faff 2000 4000", FIXED, NULL, "1234567890123456789012345678901c",
     "0123456789012345678901234567890c"},
    {"SP 15-15", "fb77 2000 4000", FIXED, NULL, "123456789012345c", "012345678901234c"},
    {"ZAP 15", "f877 2000 4000", FIXED, NULL, NULL, "012345678901234c"},
    {"CP 15", "f977 2000 4000", FIXED, NULL, "123456789012345c", "123456789012345c"},
    {"MP 7*7", "fc73 2000 4000", FIXED, NULL, "000000001234567c", "7654321c"},
    {"MP 15*15", "fcf7 2000 4000", FIXED, NULL, "0000000000000000123456789012345c",
     "765432109876543c"},
    {"DP 15/7", "fd73 2000 4000", FIXED, NULL, "000000123456789c", "0004321c"},
    {"DP 31/15", "fdf7 2000 4000", FIXED, NULL, "0000000001234567123456789012345c",
     "765432109876543c"},
    {"SRP 15", "f075 2000 003e", FIXED, NULL, "123456789012345c", NULL},
    {"TP 15", "eb70 2000 00c0", FIXED, NULL, "123456789012345c", NULL},
};

static void nothing(struct vcpu *cpu, const struct insn *insn)
{
    (void)cpu;
    (void)insn;
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* ROUNDS executions of INSN to the end; nanoseconds, or a negative number where the guest got
   an exception. */
static double run(insn_body *volatile body, struct insn *insn, uint64_t rounds)
{
    struct vcpu *cpu = rig.cpu;
    uint64_t gr[16];
    uint8_t first[RESTORED];
    double start = now();

    memcpy(gr, cpu->state.gr, sizeof gr);
    memcpy(first, rig_at(&rig, FIRST), sizeof first);
    cpu->program.code = 0;
    cpu->unwinding = 1;
    if (_setjmp(cpu->unwind) == 0) {
        for (uint64_t i = 0; i < rounds; i++) {
            memcpy(cpu->state.gr, gr, sizeof gr);
            memcpy(rig_at(&rig, FIRST), first, sizeof first);
            cpu->cc = 0;
            do {
                cpu->state.psw_addr = 0;
                body(cpu, insn);
            } while (cpu->cc == 3 || cpu->state.psw_addr);
        }
    }
    cpu->unwinding = 0;
    memcpy(cpu->state.gr, gr, sizeof gr);
    memcpy(rig_at(&rig, FIRST), first, sizeof first);
    return cpu->program.code ? -1 : (now() - start) / (double)rounds;
}

/* The best of several runs of a few milliseconds each. */
static double measure(insn_body *body, struct insn *insn)
{
    double best = run(body, insn, 100);
    uint64_t rounds = best < 0 ? 1 : (uint64_t)(2e6 / (best + 1)) + 1;

    for (unsigned i = 0; i < 7 && best >= 0; i++) {
        double one = run(body, insn, rounds);

        best = one < best ? one : best;
    }
    return best;
}

static void print_one(const struct row *row, uint32_t size)
{
    uint8_t bytes[8] = {0};
    struct insn insn;
    double whole;

    set_up(row, size);
    rig_hex(bytes, row->text);
    if (row->lengths == IN_TEXT)
        bytes[1] = (uint8_t)(size - 1);
    if (!insn_decode(&insn, bytes) || !insn.body) {
        printf(" %9s", "absent");
        return;
    }
    insn.page_offset = RIG_INSN & 0xfff;
    rig.cpu->insn_page = RIG_INSN & ~UINT64_C(0xfff);
    rig.cpu->insn = &insn;
    whole = measure(insn.body, &insn);
    if (whole < 0)
        printf(" %6s %02x", "code", rig.cpu->program.code);
    else
        printf(" %9.1f", whole - measure(nothing, &insn));
    rig.cpu->insn = NULL;
}

static void print_row(const struct row *row)
{
    static const uint32_t sizes[] = {16, 64, 256, 4096};
    unsigned n = row->lengths == FIXED ? 1 : row->lengths == IN_REGISTERS ? 4 : 3;

    printf("%-12s", row->mnemonic);
    for (unsigned i = 0; i < n; i++)
        print_one(row, sizes[i]);
    printf("\n");
}

static bool is_wanted(const struct row *row, char **wanted)
{
    bool any = !*wanted;

    for (; *wanted; wanted++) {
        size_t n = strlen(*wanted);

        any = any || (strncmp(row->mnemonic, *wanted, n) == 0 &&
                      (row->mnemonic[n] == 0 || row->mnemonic[n] == ' '));
    }
    return any;
}

int main(int argc, char **argv)
{
    (void)argc;
    if (!rig_open(&rig))
        return 1;
    printf("%-12s %9s %9s %9s %9s\n", "ns per call", "16", "64", "256", "4096 bytes");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (is_wanted(&rows[i], argv + 1))
            print_row(&rows[i]);
    }
    rig_close(&rig);
    return 0;
}
