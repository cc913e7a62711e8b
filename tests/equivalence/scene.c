/* Drawing the state around the block: see scene.h. */
#include "tests/equivalence/scene.h"

#include <stdlib.h>
#include <string.h>

#include "cpu/arch/control.h"
#include "cpu/arch/dat.h"
#include "src/base/be.h"
#include "src/core/layout/psw.h"
#include "src/core/storage.h"
#include "tests/equivalence/draw_block.h"
#include "tests/equivalence/family.h"

bool scene_create(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    scene->storage = calloc(1, SCENE_STORAGE);
    scene->rows = calloc(1, sizeof *scene->rows);
    if (!scene->storage || !scene->rows)
        return false;
    for (unsigned row = 0; row < insn_row_count; row++)
        for (unsigned set = 0; set < SCENE_SETS; set++)
            if (family_sets_of(row) >> set & 1)
                scene->rows->set[set][scene->rows->count[set]++] = (uint16_t)row;
    return true;
}

void scene_destroy(struct scene *scene)
{
    free(scene->storage);
    free(scene->rows);
}

/* Pages of data: where they stand, which absolute page they are, and how they differ. */
static const struct data_page {
    uint64_t address;
    unsigned page; /* of SCENE_DATA_ABSOLUTE */
    uint64_t bits; /* of the page-table entry */
    uint8_t key;
} data_pages[] = {
    {0x20000, 0, 0, 0},
    {0x21000, 1, 0, 0},
    {0x22000, 2, PTE_INVALID, 0},
    {0x23000, 3, 0, 0},
    {0x24000, 4, PTE_PROTECTION, 0},
    {0x25000, 5, 0, 0x90},
    {0x26000, 6, 0, 0x98},
    {0x27000, 7, PTE_IEP, 0},
    {0x28000, 8, 0, 0},
    {0x00fff000, 9, 0, 0},
    {0x7ffff000, 10, 0, 0},
};

uint64_t scene_draw_value(struct random *random)
{
    static const uint64_t edges[] = {
        0,          1,
        UINT64_MAX, INT64_MAX,
        INT64_MIN,  0x7fffffff,
        0x80000000, 0xffffffff,
        0x7fff,     0x8000,
        0xffff,     UINT64_C(0x100000000),
        255,        UINT64_C(0x7fffffff00000000),
        128,        UINT64_C(0x8000000080000000),
        64,         UINT64_C(0xffffffff00000000),
        32,         UINT64_C(0x3ff0000000000000),
        2,          UINT64_C(0x7ff0000000000000),
        0x0c,       UINT64_C(0x000000000000012c),
        0x3f800000, UINT64_C(0x7f80000000000000),
    };
    uint64_t value = random_bits(random);

    switch (random_below(random, 4)) {
    case 0:
        return value;
    case 1:
        return value >> random_below(random, 64);
    case 2:
        return (value & UINT64_C(0xffffffff00000000)) | (uint32_t)RANDOM_PICK(random, edges);
    default:
        return RANDOM_PICK(random, edges);
    }
}

static uint64_t draw_offset(const struct scene *scene, struct random *random)
{
    if (scene->family->flags & FAMILY_EDGES && !random_one_in(random, 3))
        return random_one_in(random, 2) ? 0xfff - random_below(random, 32)
                                        : random_below(random, 16);
    return random_one_in(random, 3) ? random_below(random, 4096) : random_below(random, 480) * 8;
}

uint64_t scene_draw_pointer(const struct scene *scene, struct random *random)
{
    const struct data_page *page = &RANDOM_PICK(random, data_pages);
    uint64_t address = page->address, high = 0;

    if (!random_one_in(random, 4))
        page = &data_pages[random_one_in(random, 2) ? 0 : 1];
    address = page->address;
    if (!scene_has_dat(scene))
        address = SCENE_DATA_ABSOLUTE + page->page * STORAGE_PAGE_SIZE;
    else if (random_one_in(random, 6))
        high = UINT64_C(1) << 32; /* the same once more */
    if (random_one_in(random, 24))
        return random_below(random, 0x2000);
    /* Bits that the addressing mode ignores. */
    if (!(scene->state.psw_mask & PSW_EXTENDED_ADDRESSING) && random_one_in(random, 2))
        high = random_bits(random) << (scene->state.psw_mask & PSW_BASIC_ADDRESSING ? 31 : 24);
    return (address + draw_offset(scene, random)) | high;
}

static void put_page(struct scene *scene, unsigned space, uint64_t address, uint64_t entry)
{
    static const unsigned table_of[] = {0, 1, 2};
    unsigned segment = (unsigned)(address >> 20);
    unsigned table = table_of[segment == 0 ? 0 : segment == 15 ? 1 : 2] + 3 * space;
    uint64_t origin = SCENE_PAGE_TABLES + table * UINT64_C(0x800);
    uint64_t segments = space ? SCENE_SECOND_TABLE : SCENE_SEGMENT_TABLE;

    store_be64(scene->storage + origin + (address >> 12 & 0xff) * 8, entry);
    store_be64(scene->storage + segments + segment * UINT64_C(8), origin);
}

/* Two spaces of 2 GiB, the first at all multiples of 2 GiB below 8; the second has the data
   pages in another order. */
static void put_tables(struct scene *scene)
{
    uint8_t *storage = scene->storage;

    for (unsigned i = 0; i < 2048; i++) {
        store_be64(storage + SCENE_SEGMENT_TABLE + i * UINT64_C(8), RTE_INVALID);
        store_be64(storage + SCENE_SECOND_TABLE + i * UINT64_C(8), RTE_INVALID);
    }
    for (unsigned i = 0; i < 6 * 256; i++)
        store_be64(storage + SCENE_PAGE_TABLES + i * UINT64_C(8), PTE_INVALID);
    for (unsigned i = 0; i < 512; i++)
        store_be64(storage + SCENE_REGION_TABLE + i * UINT64_C(8),
                   i < 4 ? SCENE_SEGMENT_TABLE | 4 | 3 : RTE_INVALID | 4);
    for (unsigned space = 0; space < 2; space++) {
        for (unsigned i = 0; i < 2; i++)
            put_page(scene, space, i * 0x1000, i * UINT64_C(0x1000));
        for (unsigned i = 0; i < SCENE_CODE_PAGES; i++) {
            const uint64_t absolute = SCENE_CODE_ABSOLUTE + i * UINT64_C(0x1000);

            put_page(scene, space, SCENE_CODE + i * 0x1000, absolute);
            put_page(scene, space, SCENE_ALIAS + i * 0x1000,
                     space && scene->family->flags & FAMILY_KERNEL
                         ? SCENE_CODE_ABSOLUTE + (i + 1) % SCENE_CODE_PAGES * UINT64_C(0x1000)
                         : absolute);
        }
        put_page(scene, space, SCENE_TABLES_SEEN, SCENE_PAGE_TABLES);
        for (unsigned i = 0; i < sizeof data_pages / sizeof data_pages[0]; i++) {
            const struct data_page *page = &data_pages[i];
            unsigned number = space ? SCENE_DATA_PAGES - 1 - page->page : page->page;

            put_page(scene, space, page->address,
                     (SCENE_DATA_ABSOLUTE + number * UINT64_C(0x1000)) | page->bits);
        }
    }
}

static void put_psw(struct scene *scene, unsigned offset, uint64_t mask, uint64_t address)
{
    store_be64(scene->storage + SCENE_PREFIX + offset, mask);
    store_be64(scene->storage + SCENE_PREFIX + offset + 8, address);
}

static void put_lowcore(struct scene *scene)
{
    const uint64_t mask = PSW_EXTENDED_ADDRESSING | PSW_BASIC_ADDRESSING;

    put_psw(scene, 0x1a0, mask, SCENE_NEW_RESTART);
    put_psw(scene, 0x1b0, mask, SCENE_NEW_EXTERNAL);
    put_psw(scene, 0x1c0, mask | PSW_WAIT, SCENE_NEW_SVC);
    put_psw(scene, 0x1d0, mask, SCENE_NEW_PROGRAM);
    put_psw(scene, 0x1e0, mask, SCENE_NEW_MCHECK);
    put_psw(scene, 0x1f0, mask, SCENE_NEW_IO);
}

/* A long number or two short ones whose exponents are moderate. */
static uint64_t draw_number(struct random *random)
{
    const uint64_t bits = random_bits(random);

    if (random_one_in(random, 3))
        return (bits & UINT64_C(0x807fffff807fffff)) |
               (uint64_t)(115 + random_below(random, 24)) * UINT64_C(0x0080000000800000);
    return (bits & UINT64_C(0x800fffffffffffff)) | (uint64_t)(1000 + random_below(random, 60))
                                                       << 52;
}

static void put_data(struct scene *scene, struct random *random)
{
    static const uint64_t decimals[] = {UINT64_C(0x000000000012345c), UINT64_C(0x999999999999999d),
                                        UINT64_C(0xf1f2f3f4f5f6f7c8), UINT64_C(0x000000000000000c)};
    uint8_t *at = scene->storage + SCENE_DATA_ABSOLUTE;

    for (unsigned i = 0; i < SCENE_DATA_PAGES * STORAGE_PAGE_SIZE; i += 8) {
        /* Long runs that compare equal on some pages. */
        if (i >> STORAGE_PAGE_SHIFT & 1 && !random_one_in(random, 12)) {
            store_be64(at + i, load_be64(at + i - 8));
            continue;
        }
        store_be64(at + i, scene->family->rows & (ROWS_BINARY | ROWS_VECTOR_BINARY) &&
                                   !random_one_in(random, 4)
                               ? draw_number(random)
                           : random_one_in(random, 3) ? RANDOM_PICK(random, decimals)
                           : random_one_in(random, 2) ? scene_draw_value(random)
                                                      : random_bits(random));
    }
}

static uint64_t draw_mask(const struct scene *scene, struct random *random)
{
    const unsigned flags = scene->family->flags;
    const bool all_modes = flags & FAMILY_MODES;
    unsigned mode = random_below(random, all_modes ? 3 : 12);
    uint64_t mask = mode == 0   ? 0
                    : mode == 1 ? PSW_BASIC_ADDRESSING
                                : PSW_EXTENDED_ADDRESSING | PSW_BASIC_ADDRESSING;

    if (!random_one_in(random, all_modes ? 3 : 8) || flags & FAMILY_ACCESS_REGISTERS)
        mask |= PSW_DAT;
    if (flags & FAMILY_ACCESS_REGISTERS)
        mask |= UINT64_C(1) << PSW_SPACE_SHIFT;
    else if (random_one_in(random, 6))
        mask |= (uint64_t)random_below(random, 4) << PSW_SPACE_SHIFT;
    if (flags & FAMILY_PROBLEM || (!(scene->family->rows & ROWS_CONTROL || flags & FAMILY_KERNEL) &&
                                   random_one_in(random, 2)))
        mask |= PSW_PROBLEM;
    if (random_one_in(random, 4))
        mask |= (uint64_t)(random_one_in(random, 2) ? 9 : 3) << PSW_KEY_SHIFT;
    if (flags & FAMILY_OVERFLOW && random_one_in(random, 2))
        mask |= (uint64_t)random_below(random, 16) << PSW_PROGRAM_MASK_SHIFT;
    if (flags & FAMILY_PER)
        mask |= PSW_PER;
    if (flags & FAMILY_INTERRUPT)
        mask |= PSW_EXTERNAL;
    return mask | (uint64_t)random_below(random, 4) << PSW_CC_SHIFT;
}

static void draw_control_registers(struct scene *scene, struct random *random)
{
    const uint64_t per[] = {CR9_BRANCH,
                            CR9_INSTRUCTION_FETCH,
                            CR9_STORAGE_ALTERATION,
                            CR9_BRANCH | CR9_BRANCH_ADDRESS,
                            CR9_STORAGE_ALTERATION | CR9_STORE_REAL,
                            CR9_INSTRUCTION_FETCH | CR9_FETCH_NULLIFICATION};
    uint64_t *cr = scene->state.cr;

    cr[0] = UINT64_C(0xe0) | CR0_EDAT | CR0_IEP;
    cr[0] |= random_one_in(random, 12) ? 0 : CR0_AFP_REGISTER | CR0_VECTOR;
    cr[0] |= random_one_in(random, 3) ? CR0_LOW_ADDRESS_PROTECTION : 0;
    cr[0] |= random_one_in(random, 4) ? 0 : CR0_SECONDARY_SPACE | CR0_EXTRACTION_AUTHORITY;
    cr[0] |= random_one_in(random, 6) ? CR0_STORAGE_PROTECTION_OVERRIDE : 0;
    cr[0] |= random_one_in(random, 6) ? CR0_FETCH_PROTECTION_OVERRIDE : 0;
    if (scene->family->flags & FAMILY_INTERRUPT)
        cr[0] |= CR0_EMERGENCY_SIGNAL | CR0_CPU_TIMER | CR0_CLOCK_COMPARATOR;
    cr[1] = SCENE_REGION_TABLE | 4;
    cr[7] = SCENE_SECOND_TABLE | 3;
    cr[13] = random_one_in(random, 2) ? SCENE_SEGMENT_TABLE | 3 : SCENE_REGION_TABLE | 4;
    cr[3] = UINT64_C(0xffff0000);
    cr[8] = random_bits(random) & 0xffff;
    cr[14] = 0xc2000000;
    if (scene->family->flags & FAMILY_PER) {
        for (unsigned i = random_below(random, 3); i < 3; i++)
            cr[9] |= RANDOM_PICK(random, per);
        cr[10] = random_one_in(random, 2) ? scene->code + 2 * random_below(random, 64)
                                          : scene_draw_pointer(scene, random);
        cr[11] = random_one_in(random, 3) ? UINT64_MAX : cr[10] + random_below(random, 4096);
    }
}

/* Registers 2-7 are pairs of address and length, 12-15 addresses; the rest is anything. */
static uint64_t address_of(const struct scene *scene, const struct data_page *page)
{
    return scene_has_dat(scene) ? page->address
                                : SCENE_DATA_ABSOLUTE + page->page * STORAGE_PAGE_SIZE;
}

/* Registers 12 and 13 address the same string, in two pages; often with one difference. */
static void put_twins(struct scene *scene, struct random *random)
{
    const uint32_t from = random_below(random, 1024), to = from + random_below(random, 20);
    uint8_t *first = scene->storage + SCENE_DATA_ABSOLUTE + data_pages[0].page * STORAGE_PAGE_SIZE;
    uint8_t *second = scene->storage + SCENE_DATA_ABSOLUTE + data_pages[1].page * STORAGE_PAGE_SIZE;

    memmove(second + to, first + from, 2048);
    if (!random_one_in(random, 3))
        second[to + random_below(random, 100)] ^= (uint8_t)(1u << random_below(random, 8));
    scene->state.gr[12] = address_of(scene, &data_pages[0]) + from;
    scene->state.gr[13] = address_of(scene, &data_pages[1]) + to;
}

static void draw_general_registers(struct scene *scene, struct random *random)
{
    uint64_t *gr = scene->state.gr;

    for (unsigned r = 0; r < 16; r++)
        gr[r] = scene_draw_value(random);
    if (random_one_in(random, 2))
        gr[0] = random_one_in(random, 2) ? random_below(random, 256) : random_below(random, 4);
    for (unsigned r = 2; r < 8; r += 2)
        if (!random_one_in(random, 4)) {
            gr[r] = scene_draw_pointer(scene, random);
            gr[r + 1] = random_below(random, random_one_in(random, 8) ? 9000 : 300);
        }
    for (unsigned r = 12; r < 16; r++)
        gr[r] = scene_draw_pointer(scene, random);
    if (scene->family->rows & (ROWS_STRING | ROWS_HOT) && random_one_in(random, 4))
        put_twins(scene, random);
    /* A branch by register leads somewhere useful. */
    if (random_one_in(random, 2) && scene->count)
        gr[8 + random_below(random, 8)] =
            scene->code + scene->insn[random_below(random, scene->count)].at;
    if (scene->family->rows & ROWS_EXECUTE)
        gr[12] = gr[13] = scene->code + scene->target[0].at;
    for (unsigned r = 0; r < 16; r++) {
        scene->state.ar[r] = (uint32_t)random_bits(random);
        if (scene->family->flags & FAMILY_ACCESS_REGISTERS)
            scene->state.ar[r] =
                random_one_in(random, 16) ? scene->state.ar[r] : random_below(random, 2);
    }
}

static void draw_floating_registers(struct scene *scene, struct random *random)
{
    static const uint64_t edges[] = {
        0,
        UINT64_C(0x8000000000000000),
        UINT64_C(0x3ff0000000000000),
        UINT64_C(0xbff8000000000000),
        UINT64_C(0x7ff0000000000000),
        UINT64_C(0xfff0000000000000),
        UINT64_C(0x7ff8000000000000),
        UINT64_C(0x7ff4000000000000),
        UINT64_C(0x0000000000000001),
        UINT64_C(0x7fefffffffffffff),
        UINT64_C(0x3f80000000000000),
        UINT64_C(0x7f7fffff00000000),
        UINT64_C(0x7fa0000000000000),
        UINT64_C(0x0000000100000000),
        UINT64_C(0x4330000000000000),
        UINT64_C(0x3ca0000000000000),
    };
    const bool binary = scene->family->rows & (ROWS_BINARY | ROWS_VECTOR_BINARY);
    const uint32_t masks =
        random_one_in(random, binary ? 8 : 4) ? random_below(random, 32) << 27 : 0;
    const uint32_t rounding = random_one_in(random, binary ? 8 : 2) ? random_below(random, 4) : 0;
    /* The flag of inexact results is what makes the others no news. */
    const uint32_t flags = random_one_in(random, 4) ? 0 : UINT32_C(0x00080000);

    for (unsigned i = 0; i < 64; i++)
        scene->state.vr[i] = binary && !random_one_in(random, 8) ? draw_number(random)
                             : random_one_in(random, 2)          ? RANDOM_PICK(random, edges)
                             : random_one_in(random, 2)          ? random_bits(random)
                                                                 : draw_number(random);
    scene->state.fpc = masks | rounding | flags;
}

/* Registers that are partly the same, of bytes from a few, zero and the ends of their range among
   them, and now and then a number for each byte of two registers. */
static void draw_vector_registers(struct scene *scene, struct random *random)
{
    static const uint8_t bytes[] = {0, 0, 1, 0x7f, 0x80, 0xff, 'a', 'b'};

    for (unsigned i = 0; i < 64; i++) {
        uint64_t value = 0;
        bool numbers = random_one_in(random, 4), same = random_one_in(random, 4);

        for (unsigned j = 0; j < 8; j++)
            value = value << 8 | (numbers ? random_below(random, 32) : RANDOM_PICK(random, bytes));
        if (same)
            value = scene->state.vr[(i & 1) + 2 * random_below(random, 5)] ^
                    (random_one_in(random, 2) ? UINT64_C(1) << random_below(random, 64) : 0);
        if (!random_one_in(random, 4))
            scene->state.vr[i] = value;
    }
    /* Lengths, for those that have one in a register. */
    for (unsigned r = 6; r < 12; r++)
        scene->state.gr[r] = random_below(random, 20);
}

static void draw_time(struct scene *scene, struct random *random)
{
    scene->budget = 60 + random_below(random, 400);
    scene->interrupt_at = UINT64_MAX;
    scene->clock_interval = 1 + random_below(random, 40);
    scene->cpu_timer = UINT64_C(1) << 40;
    scene->clock_comparator = UINT64_MAX;
    if (!(scene->family->flags & FAMILY_INTERRUPT))
        return;
    scene->interrupt_at = random_below(random, 60);
    if (random_one_in(random, 2))
        scene->cpu_timer = random_below(random, 1000);
    if (random_one_in(random, 2))
        scene->clock_comparator = random_below(random, 1000); /* behind the start */
}

static void draw_keys(struct scene *scene, struct random *random)
{
    memset(scene->key, 0, sizeof scene->key);
    for (unsigned i = 0; i < sizeof data_pages / sizeof data_pages[0]; i++)
        scene->key[(SCENE_DATA_ABSOLUTE >> 12) + data_pages[i].page] = data_pages[i].key;
    /* A page of code that only the right key may fetch from. */
    if (random_one_in(random, 16))
        scene->key[(SCENE_CODE_ABSOLUTE >> 12) + random_below(random, SCENE_CODE_PAGES)] = 0x98;
}

/* Where the block starts: seldom its first or last instructions are on other pages. */
static void draw_place(struct scene *scene, struct random *random)
{
    uint64_t offset = random_below(random, 0xc00) & ~1u;

    if (scene->family->flags & FAMILY_CROSSING)
        offset = 0x1000 - 2 * (1 + random_below(random, 60));
    else if (random_one_in(random, 4))
        offset = 0x1000 - 2 * random_below(random, 40);
    scene->code_absolute = SCENE_CODE_ABSOLUTE + offset;
    scene->code = (scene_has_dat(scene) ? SCENE_CODE : SCENE_CODE_ABSOLUTE) + offset;
}

void scene_draw(struct scene *scene, const struct family *family, uint64_t seed)
{
    struct random random = {seed};

    scene->seed = seed;
    scene->family = family;
    memset(scene->storage, 0, SCENE_USED);
    memset(&scene->state, 0, sizeof scene->state);
    scene->state.prefix = SCENE_PREFIX;
    scene->state.cpu_state = CPU_STATE_OPERATING;
    scene->state.architecture_mode = 1;
    scene->state.breaking_event = 1;
    scene->state.psw_mask = draw_mask(scene, &random);
    draw_place(scene, &random);
    scene->state.psw_addr = scene->code;
    put_tables(scene);
    put_lowcore(scene);
    put_data(scene, &random);
    draw_keys(scene, &random);
    scene->without_enhancements = random_one_in(&random, 8);
    draw_block(scene, &random);
    draw_general_registers(scene, &random);
    draw_control_registers(scene, &random);
    draw_floating_registers(scene, &random);
    if (scene->family->flags & FAMILY_VECTOR && !(scene->family->rows & ROWS_VECTOR_BINARY))
        draw_vector_registers(scene, &random);
    draw_time(scene, &random);
    if (family->flags & FAMILY_STORE_CODE)
        draw_code_pointers(scene, &random);
    if (family->flags & FAMILY_KERNEL)
        put_kernel_table(scene, &random);
    if (family->flags & FAMILY_LOOP) {
        scene->state.gr[SCENE_COUNTER] = 2 + random_below(&random, 60);
        scene->budget = 3000;
    }
    scene_put_code(scene);
}
