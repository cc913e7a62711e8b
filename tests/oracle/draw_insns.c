/*
 * Random instructions for the oracle test: draw_insns N SEED prints N instructions of every
 * row that has a body, one a line: mnemonic, format, and the bytes in hexadecimal. Base registers
 * are mostly 12-15, which oracle.py lets designate storage; relative operands are left for it to
 * fill in.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/isa/encode.h"
#include "cpu/isa/insn.h"

static const char *const format_names[] = {
#define FORMAT(name, ...) [FORMAT_##name] = #name,
#include "cpu/isa/formats.def"
#undef FORMAT
};

static uint64_t random_state;

static uint32_t draw(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 20) % below;
}

static bool one_in(uint32_t count)
{
    return draw(count) == 0;
}

static uint8_t draw_base(void)
{
    return (uint8_t)(one_in(12) ? draw(16) : 12 + draw(4));
}

static int32_t draw_displacement(void)
{
    return (int32_t)(one_in(6) ? draw(4096) : one_in(2) ? draw(64) * 8 : draw(300));
}

/* Masks and modifiers of four bits: mostly what most instructions accept. */
static uint8_t draw_mask(void)
{
    return (uint8_t)(one_in(2) ? draw(16) : one_in(2) ? draw(8) : 0);
}

static uint32_t draw_immediate(void)
{
    static const uint32_t edges[] = {0, 1, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, ~0u};

    return one_in(3) ? edges[draw(8)] : one_in(2) ? draw(256) : draw(UINT32_MAX);
}

/* Even, or the first of a pair, where the row asks for it; seldom wrong. */
static uint8_t fit(uint8_t r, uint32_t flags, uint32_t even, uint32_t pair)
{
    if (one_in(30))
        return r;
    if (flags & even)
        return r & 0xe;
    return flags & pair ? r & 0xd : r;
}

#define DRAW_REGISTER(member)        insn->member = (uint8_t)draw(16);
#define DRAW_VECTOR_REGISTER(member) insn->member = (uint8_t)draw(32);
#define DRAW_VECTOR_INDEX            DRAW_VECTOR_REGISTER
#define DRAW_MASK(member)            insn->member = draw_mask();
#define DRAW_LENGTH(member)          insn->member = (uint8_t)(one_in(4) ? draw(256) : draw(24));
#define DRAW_INDEX(member)           insn->member = (uint8_t)(one_in(3) ? draw(16) : 0);
#define DRAW_BASE(member)            insn->member = draw_base();
#define DRAW_DISPLACEMENT12(member)  insn->member = draw_displacement();
#define DRAW_DISPLACEMENT20(member)                                                                \
    insn->member = one_in(4) ? -draw_displacement() : draw_displacement();
#define DRAW_IMMEDIATE(member) insn->member = (__typeof__(insn->member))draw_immediate();
#define DRAW_SIGNED            DRAW_IMMEDIATE
#define DRAW_UNSIGNED          DRAW_IMMEDIATE
#define DRAW_RELATIVE(member)  insn->member = 0;
#define DRAW_RXB(member)
#define DRAW_UNUSED(member)

/* Format, controls and rounding method of vector floating-point instructions, of whose values few
   are not reserved. */
static void fit_fp_masks(struct insn *insn, const struct insn_row *row)
{
    const uint8_t format = (uint8_t)(2 + draw(3));
    const uint8_t control = (uint8_t)(one_in(2) ? 0 : one_in(2) ? 8 : draw(4) << 2);

    if (!strstr(row->name, "VECTOR") || !strstr(row->name, " FP ") || one_in(20))
        return;
    switch (row->format) {
    case FORMAT_VRR_a:
        insn->m3 = format;
        insn->m4 = control;
        insn->m5 &= 7;
        break;
    case FORMAT_VRR_c:
        insn->m4 = format;
        insn->m5 = control;
        insn->m6 = (uint8_t)(one_in(2) ? draw(2) : draw(5) | draw(2) << 3);
        break;
    case FORMAT_VRR_e:
        insn->m5 = control & 8;
        insn->m6 = format;
        break;
    case FORMAT_VRI_e:
        insn->m4 = format;
        insn->m5 = control & 8;
        break;
    default:
        break;
    }
}

static void draw_fields(struct insn *insn, const struct insn_row *row)
{
    switch ((enum insn_format)row->format) {
#define FIELD(kind, member, first, width) DRAW_##kind(member)
#define FORMAT(name, length, extension, ...)                                                       \
    case FORMAT_##name:                                                                            \
        __VA_ARGS__                                                                                \
        break;
#include "cpu/isa/formats.def"
#undef FORMAT
#undef FIELD
    case FORMAT_COUNT:
        break;
    }
    insn->r1 = fit(insn->r1, row->flags, INSN_EVEN_R1, INSN_FP_PAIR_R1);
    insn->r2 = fit(insn->r2, row->flags, INSN_EVEN_R2, INSN_FP_PAIR_R2);
    insn->r3 = fit(insn->r3, row->flags, INSN_EVEN_R3, INSN_FP_PAIR_R3);
    fit_fp_masks(insn, row);
}

/* Instructions that may write floating-point registers, and those with vector registers. */
static const char *kind_of(const struct insn_row *row)
{
    if (row->flags & (INSN_HFP | INSN_BFP | INSN_DFP))
        return "floating";
    return row->flags & INSN_VECTOR ? "vector" : "other";
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: draw_insns N SEED\n");
        return 2;
    }
    random_state = strtoull(argv[2], NULL, 0) * UINT64_C(0x9e3779b97f4a7c15) + 1;
    for (unsigned row = 0; row < insn_row_count; row++) {
        if (!insn_rows[row].body || insn_rows[row].flags & INSN_PRIVILEGED)
            continue;
        for (int i = 0; i < atoi(argv[1]); i++) {
            struct insn insn = {.body = NULL};
            uint8_t text[6];
            size_t length;

            draw_fields(&insn, &insn_rows[row]);
            length = insn_encode(text, &insn_rows[row], &insn);
            printf("%s %s %s ", insn_rows[row].mnemonic, kind_of(&insn_rows[row]),
                   format_names[insn_rows[row].format]);
            for (size_t byte = 0; byte < length; byte++)
                printf("%02x", text[byte]);
            printf("\n");
        }
    }
    return 0;
}
