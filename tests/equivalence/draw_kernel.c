/* What kernels do between ordinary instructions, with operands that make sense. */
#include <string.h>

#include "cpu/arch/control.h"
#include "cpu/arch/dat.h"
#include "cpu/arch/prefix.h"
#include "src/base/be.h"
#include "src/core/layout/psw.h"
#include "src/core/storage.h"
#include "tests/equivalence/draw_block.h"
#include "tests/equivalence/family.h"

/* The table, by offset: PSWs, ASCEs, values of CR0, prefixes, times, page-table entries, and room
   to store. */
#define TABLE_PSWS     0x000
#define TABLE_ASCES    0x100
#define TABLE_CR0S     0x140
#define TABLE_PREFIXES 0x180
#define TABLE_TIMES    0x1a0
#define TABLE_PAGES    0x1c0
#define TABLE_ROOM     0x200
#define TABLE_COUNT    8u

/* Instructions with base register 11: the displacement is AT and up to COUNT - 1 times STEP more;
   where IMMEDIATES is not zero, bits 8-15 have so many values from IMMEDIATE. */
static const struct recipe {
    uint64_t text; /* 48 bits */
    uint16_t at, step;
    uint8_t count, immediate, immediates;
} recipes[] = {
    {0xb20a00000000, 0, 0x30, 4, 0, 0},          /* SPKA 0 to 90 */
    {0xb27900000000, 0, 0x100, 4, 0, 0},         /* SACF */
    {0xb21900000000, 0, 0x100, 4, 0, 0},         /* SAC */
    {0xac00b0000000, TABLE_ROOM, 1, 8, 0xfc, 4}, /* STNSM */
    {0xad00b0000000, TABLE_ROOM, 1, 8, 0, 4},    /* STOSM */
    {0x8000b0000000, TABLE_ROOM, 1, 8, 0, 0},    /* SSM */
    {0xac00b0000000, TABLE_ROOM, 1, 8, 0xfc, 3}, /* STNSM that closes, */
    {0xac00b0000000, TABLE_ROOM, 1, 8, 0xfc, 3}, /* so that something may pend */
    {0xad00b0000000, TABLE_ROOM, 1, 8, 1, 3},    /* STOSM that opens */
    {0xad00b0000000, TABLE_ROOM, 1, 8, 1, 3},
    {0xb2b2b0000000, TABLE_PSWS, 16, 16, 0, 0},          /* LPSWE */
    {0xeb11b000002f, TABLE_ASCES, 8, TABLE_COUNT, 0, 0}, /* LCTLG 1,1 */
    {0xeb77b000002f, TABLE_ASCES, 8, TABLE_COUNT, 0, 0}, /* LCTLG 7,7 */
    {0xebddb000002f, TABLE_ASCES, 8, TABLE_COUNT, 0, 0}, /* LCTLG 13,13 */
    {0xeb00b000002f, TABLE_CR0S, 8, TABLE_COUNT, 0, 0},  /* LCTLG 0,0 */
    {0xeb0fb0000025, TABLE_ROOM, 8, 1, 0, 0},            /* STCTG 0,15 */
    {0xb210b0000000, TABLE_PREFIXES, 4, 4, 0, 0},        /* SPX */
    {0xb211b0000000, TABLE_ROOM, 4, 4, 0, 0},            /* STPX */
    {0xb208b0000000, TABLE_TIMES, 8, 4, 0, 0},           /* SPT */
    {0xb206b0000000, TABLE_TIMES, 8, 4, 0, 0},           /* SCKC */
    {0xb209b0000000, TABLE_ROOM, 8, 4, 0, 0},            /* STPT */
    {0xb205b0000000, TABLE_ROOM, 8, 4, 0, 0},            /* STCK */
    {0xb27cb0000000, TABLE_ROOM, 8, 4, 0, 0},            /* STCKF */
    {0xb278b0000000, TABLE_ROOM, 8, 4, 0, 0},            /* STCKE */
    {0xb22b009a0000, 0, 0, 1, 0, 0},                     /* SSKE 9,10 */
    {0xb229001a0000, 0, 0, 1, 0, 0},                     /* ISKE 1,10 */
    {0xb22a000a0000, 0, 0, 1, 0, 0},                     /* RRBE 0,10 */
    {0xb221008c0000, 0, 0, 1, 0, 0},                     /* IPTE 8,12 */
    {0xb221008d0000, 0, 0, 1, 0, 0},                     /* IPTE 8,13 */
    {0xb20d00000000, 0, 0, 1, 0, 0},                     /* PTLB */
    {0xb246002a0000, 0, 0, 1, 0, 0},                     /* STURA 2,10 */
    {0xb925003a0000, 0, 0, 1, 0, 0},                     /* STURG 3,10 */
    {0xb24b004a0000, 0, 0, 1, 0, 0},                     /* LURA 4,10 */
    {0xb905005a0000, 0, 0, 1, 0, 0},                     /* LURAG 5,10 */
    {0xb98d00120000, 0, 0, 1, 0, 0},                     /* EPSW 1,2 */
    {0xb24f00000000, 0, 0, 1, 0, 0},                     /* EAR 0,0 */
    {0x0a0100000000, 0, 0, 1, 1, 8},                     /* SVC 1 to 8 */
    {0xe3308000ff04, 0, 0, 1, 0, 0},                     /* LG 3,-4096(8): tables */
    {0xe320018c0024, 0, 0, 1, 0, 0},                     /* STG 2,18c: odd place */
    {0xe34002a00004, 0, 0, 1, 0, 0},                     /* LG 4,2a0: lowcore */
    {0xe34002a00024, 0, 0, 1, 0, 0},                     /* STG 4,2a0 */
    {0xd20702a00148, 0, 0, 1, 0, 0},                     /* MVC 2a0(8),148 */
    {0xeb8ff0000024, 0x200, 0, 1, 0, 0},                 /* STMG 8,15,200(15) */
    {0xb22c000a0000, 0, 0, 1, 0, 0},                     /* TB 10 */
    {0xb9af009a0000, 0, 0, 1, 0, 0},                     /* PFMF 9,10 */
    {0xe501b000c000, TABLE_ROOM, 0, 1, 0, 0},            /* TPROT */
    {0x0d8900000000, 0, 0, 1, 0, 0},                     /* BASR 8,9 */
};

/* The page of the block's second half becomes another one, or none: never without a purge, since
   what a CPU does before one depends on what it has in its TLB. */
static const struct recipe remappings[] = {
    {0xe3f0b0000004, TABLE_PAGES, 8, 8, 0, 0}, /* LG 15: the new entry, */
    {0xe3e0dfffff04, 0, 0, 1, 0, 0},           /* LG 14,-1(13): the old one */
    {0xb98a00ed0000, 0, 0, 1, 0, 0},           /* CSPG 14,13 */
    {0xb98a00ed0000, 0, 0, 1, 0, 0},           {0xb221008c0000, 0, 0, 1, 0, 0}, /* IPTE 8,12 */
};

bool draw_kernel_insn(const struct scene *scene, struct scene_insn *insn, struct random *random)
{
    const bool remap = scene->family->flags & FAMILY_CROSSING && !random_one_in(random, 3);
    const struct recipe *recipe =
        remap ? &RANDOM_PICK(random, remappings) : &RANDOM_PICK(random, recipes);
    uint64_t text = recipe->text;

    text += (uint64_t)(recipe->at + recipe->step * random_below(random, recipe->count)) << 16;
    if (recipe->immediates) {
        text &= ~(UINT64_C(0xff) << 32);
        text |= (uint64_t)(recipe->immediate + random_below(random, recipe->immediates)) << 32;
    }
    store_be32(insn->text, (uint32_t)(text >> 16));
    store_be16(insn->text + 4, (uint16_t)text);
    insn->length = (uint8_t)insn_length(insn->text[0]);
    return true;
}

static void put_psws(struct scene *scene, uint8_t *table, struct random *random)
{
    for (unsigned i = 0; i < 16; i++) {
        uint64_t mask = scene->state.psw_mask & ~(PSW_SPACE | PSW_CC | PSW_PROBLEM);
        uint64_t address = scene->code + scene->insn[random_below(random, scene->count)].at;

        mask |= (uint64_t)random_below(random, 4) << PSW_CC_SHIFT;
        mask |= random_one_in(random, 2) ? (uint64_t)random_below(random, 4) << PSW_SPACE_SHIFT : 0;
        mask |= random_one_in(random, 6) ? PSW_PROBLEM : 0;
        mask |= random_one_in(random, 4) ? PSW_EXTERNAL : 0;
        if (scene_has_dat(scene) && random_one_in(random, 2))
            address += SCENE_ALIAS - SCENE_CODE;
        store_be64(table + TABLE_PSWS + i * 16, mask);
        store_be64(table + TABLE_PSWS + i * 16 + 8, address);
    }
}

/* Entries for the page behind the first one of code, which are mostly valid. */
static void put_pages(struct scene *scene, uint8_t *table, struct random *random)
{
    static const uint64_t pages[] = {1, 1, 1, 2, 2, 2, 3};
    const uint64_t second = SCENE_CODE + STORAGE_PAGE_SIZE;
    uint64_t *gr = scene->state.gr;

    for (unsigned i = 0; i < 8; i++)
        store_be64(table + TABLE_PAGES + i * 8,
                   (SCENE_CODE_ABSOLUTE + RANDOM_PICK(random, pages) * STORAGE_PAGE_SIZE) |
                       (random_one_in(random, 16) ? PTE_INVALID : 0));
    gr[12] = second;
    gr[13] = SCENE_TABLES_SEEN + (second >> 12) * 8 + 1;
    gr[14] = SCENE_CODE_ABSOLUTE + STORAGE_PAGE_SIZE;
    gr[15] = load_be64(table + TABLE_PAGES);
}

void put_kernel_table(struct scene *scene, struct random *random)
{
    static const uint64_t asces[] = {SCENE_REGION_TABLE | 4, SCENE_SEGMENT_TABLE | 3,
                                     SCENE_SECOND_TABLE | 3};
    static const uint64_t cr0s[] = {0, CR0_LOW_ADDRESS_PROTECTION, CR0_FETCH_PROTECTION_OVERRIDE,
                                    CR0_AFP_REGISTER | CR0_VECTOR, CR0_STORAGE_PROTECTION_OVERRIDE};
    static const uint8_t keys[] = {0, 0x90, 0x98, 0x30, 0x06};
    uint8_t *lowcore = scene->storage + SCENE_PREFIX;
    uint8_t *table = lowcore + SCENE_KERNEL_TABLE;
    uint64_t *gr = scene->state.gr;

    put_psws(scene, table, random);
    for (unsigned i = 0; i < TABLE_COUNT; i++) {
        store_be64(table + TABLE_ASCES + i * 8, RANDOM_PICK(random, asces));
        store_be64(table + TABLE_CR0S + i * 8, scene->state.cr[0] ^ RANDOM_PICK(random, cr0s));
    }
    for (unsigned i = 0; i < 4; i++) {
        store_be32(table + TABLE_PREFIXES + i * 4,
                   (uint32_t)(i & 1 ? SCENE_OTHER_PREFIX : SCENE_PREFIX));
        store_be64(table + TABLE_TIMES + i * 8, (uint64_t)random_below(random, 0x4000) << 4);
    }
    gr[8] = SCENE_PAGE_TABLES;
    gr[9] = random_one_in(random, 2) ? RANDOM_PICK(random, keys) : 0x20000 | 0x90;
    gr[10] = (random_one_in(random, 4) ? scene->code_absolute + 16u * random_below(random, 8)
                                       : SCENE_DATA_ABSOLUTE + 8u * random_below(random, 0x400)) &
             ~UINT64_C(7);
    gr[11] = SCENE_KERNEL_TABLE;
    if (scene->family->flags & FAMILY_CROSSING)
        put_pages(scene, table, random);
    memcpy(scene->storage + SCENE_OTHER_PREFIX, lowcore, 0x2000);
}
