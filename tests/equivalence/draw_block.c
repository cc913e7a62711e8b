#include "tests/equivalence/draw_block.h"

#include <string.h>

#include "cpu/isa/encode.h"
#include "cpu/isa/insn_index.h"
#include "src/base/be.h"
#include "src/core/storage.h"
#include "tests/equivalence/family.h"

#define BASE_FIRST 12u

struct draft {
    const struct scene *scene;
    struct random *random;
    struct insn fields[SCENE_INSNS_MAX];
    const struct insn_row *row[SCENE_INSNS_MAX];
};

static bool one_in(const struct draft *draft, uint32_t count)
{
    return random_one_in(draft->random, count);
}

static uint32_t below(const struct draft *draft, uint32_t count)
{
    return random_below(draft->random, count);
}

/* Registers 12-15 are addresses, and better stay so, as do a loop's count and what kernels use. */
static uint8_t draw_register(const struct draft *draft)
{
    const unsigned flags = draft->scene->family->flags;

    /* Some of them in registers of the host, others not. */
    if (flags & FAMILY_FEW && !one_in(draft, 8))
        return (uint8_t)(one_in(draft, 3) ? 5 + below(draft, 3) : below(draft, 4));
    if (flags & (FAMILY_LOOP | FAMILY_KERNEL))
        return (uint8_t)below(draft, flags & FAMILY_LOOP ? SCENE_COUNTER : SCENE_KERNEL_FIRST);
    return (uint8_t)(one_in(draft, 10) ? below(draft, 16) : below(draft, BASE_FIRST));
}

/* Not the page table that blocks change: what an ordinary store does there is seen at some time. */
static uint8_t draw_base(const struct draft *draft)
{
    const unsigned remap = FAMILY_CROSSING | FAMILY_KERNEL;
    uint8_t base;

    if (one_in(draft, 16))
        return 0;
    base = (uint8_t)(one_in(draft, 16) ? below(draft, 16) : BASE_FIRST + below(draft, 4));
    return (draft->scene->family->flags & remap) == remap && base == SCENE_TABLE_REGISTER ? 0
                                                                                          : base;
}

static int32_t draw_displacement(const struct draft *draft)
{
    if (draft->scene->family->flags & FAMILY_STORE_CODE)
        return (int32_t)below(draft, 24) * 2;
    return (int32_t)(one_in(draft, 8)   ? below(draft, 4096)
                     : one_in(draft, 2) ? below(draft, 16) * 8
                                        : below(draft, 24));
}

/* Few registers, so that results are used; some of them are no floating-point registers. */
static uint8_t draw_vector_register(const struct draft *draft)
{
    bool few = draft->scene->family->flags & FAMILY_VECTOR && !one_in(draft, 8);

    if (!few)
        return (uint8_t)below(draft, 32);
    return (uint8_t)(one_in(draft, 3) ? 14 + below(draft, 6) : below(draft, 5));
}

static uint8_t draw_mask(const struct draft *draft)
{
    /* Most vector rows have element sizes for masks. */
    if (draft->scene->family->flags & FAMILY_VECTOR && !one_in(draft, 4))
        return (uint8_t)below(draft, 4);
    return (uint8_t)(one_in(draft, 2) ? below(draft, 16) : one_in(draft, 2) ? below(draft, 8) : 0);
}

static uint32_t draw_immediate(const struct draft *draft)
{
    static const uint32_t edges[] = {0, 1, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, ~0u};

    return one_in(draft, 3)   ? RANDOM_PICK(draft->random, edges)
           : one_in(draft, 2) ? below(draft, 256)
                              : below(draft, UINT32_MAX);
}

#define DRAW_REGISTER(member)        insn->member = draw_register(draft);
#define DRAW_VECTOR_REGISTER(member) insn->member = draw_vector_register(draft);
#define DRAW_VECTOR_INDEX            DRAW_VECTOR_REGISTER
#define DRAW_MASK(member)            insn->member = draw_mask(draft);
#define DRAW_LENGTH(member)                                                                        \
    insn->member = (uint8_t)(one_in(draft, 4) ? below(draft, 256) : below(draft, 24));
#define DRAW_INDEX(member)          insn->member = (uint8_t)(one_in(draft, 10) ? draw_register(draft) : 0);
#define DRAW_BASE(member)           insn->member = draw_base(draft);
#define DRAW_DISPLACEMENT12(member) insn->member = draw_displacement(draft);
#define DRAW_DISPLACEMENT20(member)                                                                \
    insn->member = one_in(draft, 4) ? -draw_displacement(draft) : draw_displacement(draft);
#define DRAW_IMMEDIATE(member) insn->member = (__typeof__(insn->member))draw_immediate(draft);
#define DRAW_SIGNED            DRAW_IMMEDIATE
#define DRAW_UNSIGNED          DRAW_IMMEDIATE
#define DRAW_RELATIVE(member)  insn->member = 0;
#define DRAW_RXB(member)
#define DRAW_UNUSED(member)

static void draw_all(const struct draft *draft, struct insn *insn, const struct insn_row *row)
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
}

/* Sets the relative operands of INSN to DELTA bytes. */
static void set_relative(struct insn *insn, const struct insn_row *row, int64_t delta)
{
    switch ((enum insn_format)row->format) {
#define FIELD(kind, member, first, width) SET_##kind(member)
#define SET_REGISTER(member)
#define SET_VECTOR_REGISTER(member)
#define SET_VECTOR_INDEX(member)
#define SET_MASK(member)
#define SET_LENGTH(member)
#define SET_INDEX(member)
#define SET_BASE(member)
#define SET_DISPLACEMENT12(member)
#define SET_DISPLACEMENT20(member)
#define SET_IMMEDIATE(member)
#define SET_SIGNED(member)
#define SET_UNSIGNED(member)
#define SET_RELATIVE(member) insn->member = (__typeof__(insn->member))(delta / 2);
#define SET_RXB(member)
#define SET_UNUSED(member)
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
}

/* Even, or the first of a pair, where the row asks for it; seldom wrong. */
static uint8_t fit(const struct draft *draft, uint8_t r, uint32_t even, uint32_t pair)
{
    if (one_in(draft, 40))
        return r;
    if (even)
        return one_in(draft, 8) ? r & 0xe : (uint8_t)(2 + 2 * below(draft, 3));
    return pair ? r & 0xd : r;
}

/* Operands that overlap or stand side by side; often they are the same, or one behind. */
static void draw_neighbours(const struct draft *draft, struct insn *insn)
{
    static const int8_t distances[] = {0, 0, 1, 1, -1, 2, 4, 8, -8, 16};
    int32_t distance =
        one_in(draft, 4) ? (int32_t)below(draft, 600) - 300 : RANDOM_PICK(draft->random, distances);

    insn->b2 = insn->b1;
    insn->d2 = insn->d1 - distance;
    if (insn->d2 < 0 || insn->d2 > 4095)
        insn->d2 = insn->d1;
}

/* A format, and whether one element or all. */
static void fit_vector_float(const struct draft *draft, struct insn *insn,
                             const struct insn_row *row)
{
    const uint8_t format = (uint8_t)(one_in(draft, 3) ? 2 : 3);
    const uint8_t single = (uint8_t)(one_in(draft, 2) ? 8 : 0);

    if (row->format == FORMAT_VRR_a) {
        insn->m3 = format;
        insn->m4 = row->opcode >> 8 == 0xe7 && (row->opcode & 0xfe) == 0xca ? 0 : single;
        insn->m5 = (uint8_t)(one_in(draft, 2) ? 0 : below(draft, 3));
    } else if (row->format == FORMAT_VRR_c) {
        insn->m4 = format;
        insn->m5 = single;
        insn->m6 = (uint8_t)below(draft, 2);
    } else {
        insn->m5 = single;
        insn->m6 = format;
    }
}

#define OPCODE_EX   0x4400
#define OPCODE_EXRL 0xc600
#define OPCODE_LARL 0xc000
#define OPCODE_SVC  0x0a00
#define OPCODE_CLST 0xb25d
#define OPCODE_SRST 0xb25e
#define OPCODE_TCEB 0xed10
#define OPCODE_TCDB 0xed11

/* Shifts and rotations, whose second operand is a count. */
static bool is_shift(const struct insn_row *row)
{
    return (row->format == FORMAT_RS_a || row->format == FORMAT_RSY_a) &&
           (strncmp(row->mnemonic, "SL", 2) == 0 || strncmp(row->mnemonic, "SR", 2) == 0 ||
            strncmp(row->mnemonic, "RLL", 3) == 0);
}

/* TEST DATA CLASS of numbers: classes side by side, as programs ask for them. */
static void fit_classes(const struct draft *draft, struct insn *insn, const struct insn_row *row)
{
    static const uint16_t classes[] = {0x00f, 0x030, 0x03f, 0xc00, 0x300, 0x0c0, 0x3c0,
                                       0xfc0, 0xff0, 0x00c, 0x003, 0x033, 0xfff, 0xaaa};

    if ((row->opcode != OPCODE_TCEB && row->opcode != OPCODE_TCDB) || one_in(draft, 8))
        return;
    insn->x2 = insn->b2 = 0;
    insn->d2 = RANDOM_PICK(draft->random, classes);
}

/* Rows with two addresses in registers and nothing else find something there. */
static void fit_strings(const struct draft *draft, struct insn *insn, const struct insn_row *row)
{
    if ((row->opcode != OPCODE_SRST && row->opcode != OPCODE_CLST) || one_in(draft, 4))
        return;
    insn->r1 = (uint8_t)(BASE_FIRST + below(draft, 2));
    insn->r2 = (uint8_t)(one_in(draft, 4) ? BASE_FIRST + below(draft, 4) : insn->r1 ^ 1);
}

static void draw_fields(const struct draft *draft, struct insn *insn, const struct insn_row *row)
{
    const uint32_t flags = row->flags;

    *insn = (struct insn){.body = NULL};
    draw_all(draft, insn, row);
    insn->r1 = fit(draft, insn->r1, flags & INSN_EVEN_R1, flags & INSN_FP_PAIR_R1);
    insn->r2 = fit(draft, insn->r2, flags & INSN_EVEN_R2, flags & INSN_FP_PAIR_R2);
    insn->r3 = fit(draft, insn->r3, flags & INSN_EVEN_R3, flags & INSN_FP_PAIR_R3);
    if (is_shift(row) && !one_in(draft, 3)) {
        insn->b2 = (uint8_t)(one_in(draft, 2) ? 0 : draw_register(draft));
        insn->d2 = (int32_t)below(draft, 70);
    }
    if (row->format == FORMAT_SS_a && one_in(draft, 2))
        draw_neighbours(draft, insn);
    fit_classes(draft, insn, row);
    fit_strings(draft, insn, row);
    if (draft->scene->family->rows & ROWS_VECTOR_BINARY && row->flags & INSN_VECTOR &&
        !one_in(draft, 20))
        fit_vector_float(draft, insn, row);
    if (row->opcode == OPCODE_EX && draft->scene->family->rows & ROWS_EXECUTE) {
        insn->x2 = 0;
        insn->b2 = (uint8_t)(12 + below(draft, 2));
        insn->d2 = (int32_t)(below(draft, SCENE_TARGETS) * SCENE_TARGET_STEP);
    }
}

static const struct insn_row *draw_row(const struct draft *draft)
{
    const struct scene *scene = draft->scene;
    const struct row_lists *rows = scene->rows;
    const struct insn_row *row;

    for (;;) {
        unsigned sets = scene->family->rows, set = below(draft, SCENE_MIXED);

        if (sets >> SCENE_MIXED)
            set = (unsigned)__builtin_ctz(sets);
        if (!(sets >> set & 1) || !rows->count[set])
            continue;
        if (scene->family->flags & FAMILY_SINGLE)
            return &insn_rows[rows->set[set][scene->seed % rows->count[set]]];
        row = &insn_rows[rows->set[set][below(draft, rows->count[set])]];
        if (row->opcode != OPCODE_SVC || one_in(draft, 8))
            return row;
    }
}

/* Where the relative operand of the instruction AT bytes into the block leads, from there. */
static int64_t draw_target(const struct draft *draft, const struct insn_row *row, unsigned at)
{
    const struct scene *scene = draft->scene;
    const struct scene_insn *insn = &scene->insn[below(draft, scene->count)];
    uint64_t pointer;

    if (row->opcode == OPCODE_EXRL ? !one_in(draft, 4)
                                   : row->opcode == OPCODE_LARL && one_in(draft, 2))
        return (int64_t)scene->target[below(draft, SCENE_TARGETS)].at - at;
    if (row->flags & INSN_BRANCH || row->opcode == OPCODE_EXRL || row->opcode == OPCODE_LARL ||
        scene->family->flags & FAMILY_STORE_CODE)
        return (int64_t)insn->at - at;
    pointer = scene_draw_pointer(scene, draft->random) & ~UINT64_C(7);
    return (int64_t)(pointer & 0x7ffffffe) - (int64_t)(scene->code + at);
}

static void encode(struct scene_insn *to, const struct insn_row *row, const struct insn *fields)
{
    to->length = (uint8_t)insn_encode(to->text, row, fields);
}

static void draw_targets(struct scene *scene, struct draft *draft, unsigned at)
{
    for (unsigned i = 0; i < SCENE_TARGETS; i++) {
        const struct insn_row *row = draw_row(draft);
        struct insn fields;

        draw_fields(draft, &fields, row);
        scene->target[i].at = (uint16_t)(at + i * SCENE_TARGET_STEP);
        set_relative(&fields, row, draw_target(draft, row, scene->target[i].at));
        encode(&scene->target[i], row, &fields);
    }
}

/* The instruction that closes the loop. */
static bool is_close(const struct scene *scene, unsigned i)
{
    return scene->family->flags & FAMILY_LOOP && i == scene->count - 1;
}

/* BRCTG to the beginning. */
static void close_loop(struct scene *scene)
{
    struct scene_insn *last = &scene->insn[scene->count - 1];

    store_be32(last->text, 0xa7070000u | SCENE_COUNTER << 20 | (uint16_t)(-last->at / 2));
}

/* EXECUTE of what LOAD ADDRESS RELATIVE LONG before it has found. */
static void draw_execute_behind(struct draft *draft, unsigned i)
{
    struct insn *insn = &draft->fields[i];

    draft->row[i] = &insn_rows[ROW_EX];
    draw_fields(draft, insn, draft->row[i]);
    insn->x2 = 0;
    insn->b2 = draft->fields[i - 1].r1;
    insn->d2 = one_in(draft, 4) ? (int32_t)below(draft, 4) * 8 : 0;
}

void draw_block(struct scene *scene, struct random *random)
{
    struct draft draft = {.scene = scene, .random = random};
    bool by_recipe[SCENE_INSNS_MAX] = {false};
    unsigned at = 0;

    scene->count =
        scene->family->flags & FAMILY_SINGLE ? 1 : 4 + random_below(random, SCENE_INSNS_MAX - 4);
    for (unsigned i = 0; i < scene->count; i++) {
        draft.row[i] = draw_row(&draft);
        draw_fields(&draft, &draft.fields[i], draft.row[i]);
        if (i && draft.row[i - 1]->opcode == OPCODE_LARL && one_in(&draft, 2))
            draw_execute_behind(&draft, i);
        encode(&scene->insn[i], draft.row[i], &draft.fields[i]);
        if (is_close(scene, i))
            scene->insn[i].length = 4;
        else if (scene->family->flags & FAMILY_KERNEL && random_one_in(random, 2))
            by_recipe[i] = draw_kernel_insn(scene, &scene->insn[i], random);
        scene->insn[i].at = (uint16_t)at;
        at += scene->insn[i].length;
    }
    at = (at + 2 + SCENE_TARGET_STEP - 1) & ~(SCENE_TARGET_STEP - 1);
    for (unsigned i = 0; i < SCENE_TARGETS; i++)
        scene->target[i].at = (uint16_t)(at + i * SCENE_TARGET_STEP);
    for (unsigned i = 0; i < scene->count; i++) {
        if (by_recipe[i] || is_close(scene, i))
            continue;
        set_relative(&draft.fields[i], draft.row[i],
                     draw_target(&draft, draft.row[i], scene->insn[i].at));
        encode(&scene->insn[i], draft.row[i], &draft.fields[i]);
    }
    if (scene->family->flags & FAMILY_LOOP)
        close_loop(scene);
    draw_targets(scene, &draft, at);
}

/* A doubleword of instructions, so that storing any part of it stores some. */
static uint64_t draw_code_word(const struct draft *draft)
{
    uint64_t word = 0;
    unsigned bits = 0;

    while (bits < 64) {
        const struct insn_row *row = draw_row(draft);
        struct scene_insn one;
        struct insn fields;

        draw_fields(draft, &fields, row);
        encode(&one, row, &fields);
        if (one.length * 8 > 64 - bits)
            continue;
        for (unsigned i = 0; i < one.length; i++)
            word = word << 8 | one.text[i];
        bits += one.length * 8u;
    }
    return word;
}

void draw_code_pointers(struct scene *scene, struct random *random)
{
    static const uint64_t aliases[] = {0, 0, SCENE_ALIAS - SCENE_CODE, UINT64_C(1) << 32};
    const struct draft draft = {.scene = scene, .random = random};

    for (unsigned r = BASE_FIRST; r < 16; r++) {
        uint64_t address = scene->code + (random_one_in(random, 4)
                                              ? RANDOM_PICK(random, scene->target).at
                                              : scene->insn[random_below(random, scene->count)].at);

        if (scene_has_dat(scene))
            address += RANDOM_PICK(random, aliases);
        scene->state.gr[r] = random_one_in(random, 4) ? address & ~UINT64_C(7) : address;
    }
    for (unsigned r = 8; r < BASE_FIRST; r++)
        scene->state.gr[r] = draw_code_word(&draft);
    /* STORE USING REAL ADDRESS, in place of some instruction of its length. */
    for (unsigned i = 0; i < scene->count; i++)
        if (scene->insn[i].length == 4 && random_one_in(random, 8)) {
            store_be32(scene->insn[i].text, (random_one_in(random, 2) ? 0xb9250000 : 0xb2460000) |
                                                (8 + random_below(random, 4)) << 4 | 15);
            scene->state.gr[15] =
                (scene->code_absolute + 4u * random_below(random, 32)) & ~UINT64_C(7);
        }
}

static void put(struct scene *scene, const struct scene_insn *insn)
{
    memcpy(scene->storage + scene->code_absolute + insn->at, insn->text, insn->length);
}

/* The same on the next page, as the second space has it at the alias, with other instructions
   in some places. */
static void put_other_code(struct scene *scene)
{
    for (unsigned i = 0; i < scene->count; i++) {
        struct scene_insn insn = scene->insn[i];
        const uint64_t at = scene->code_absolute + STORAGE_PAGE_SIZE + insn.at;

        if (insn.length == 4)
            store_be32(insn.text, 0xa70b0000u | (i & 7) << 20 | i); /* AGHI */
        if (at + 6 < SCENE_CODE_ABSOLUTE + SCENE_CODE_PAGES * STORAGE_PAGE_SIZE)
            memcpy(scene->storage + at, insn.text, insn.length);
    }
}

void scene_put_code(struct scene *scene)
{
    const struct scene_insn *last = &scene->insn[scene->count - 1];

    memset(scene->storage + SCENE_CODE_ABSOLUTE, 0, SCENE_CODE_PAGES * STORAGE_PAGE_SIZE);
    for (unsigned i = 0; i < scene->count; i++)
        put(scene, &scene->insn[i]);
    if (scene->family->flags & FAMILY_KERNEL)
        put_other_code(scene);
    store_be16(scene->storage + scene->code_absolute + last->at + last->length, OPCODE_SVC);
    for (unsigned i = 0; i < SCENE_TARGETS; i++)
        put(scene, &scene->target[i]);
}
