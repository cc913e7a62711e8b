/*
 * A scene: the state of a CPU and of storage before a test, with a block of instructions, all
 * drawn from one seed.
 *
 * Storage, by absolute address: the lowcore, which the prefix places, the DAT tables, four
 * pages of code, and pages of data. With DAT the code stands at SCENE_CODE and once more at
 * SCENE_ALIAS, and among the data pages are invalid and protected ones; without DAT logical
 * addresses are real ones.
 */
#ifndef ZITHER_TESTS_EQUIVALENCE_SCENE_H
#define ZITHER_TESTS_EQUIVALENCE_SCENE_H

#include "cpu/arch/cpu_state.h"
#include "cpu/isa/insn.h"
#include "tests/equivalence/random.h"

#define SCENE_STORAGE (UINT64_C(1) << 20)
#define SCENE_PAGES   (SCENE_STORAGE >> 12)
#define SCENE_PREFIX  UINT64_C(0x8000)

/* Absolute addresses. */
#define SCENE_REGION_TABLE  UINT64_C(0x18000)
#define SCENE_SEGMENT_TABLE UINT64_C(0x10000)
#define SCENE_SECOND_TABLE  UINT64_C(0x14000)
#define SCENE_PAGE_TABLES   UINT64_C(0x19000)
#define SCENE_TABLES        SCENE_SEGMENT_TABLE
#define SCENE_TABLES_SIZE   UINT64_C(0xc000)
#define SCENE_CODE_ABSOLUTE UINT64_C(0x20000)
#define SCENE_DATA_ABSOLUTE UINT64_C(0x30000)
#define SCENE_CODE_PAGES    4u
#define SCENE_DATA_PAGES    12u
#define SCENE_USED          UINT64_C(0x40000) /* storage behind this is zero */

/* Virtual addresses. */
#define SCENE_CODE  UINT64_C(0x10000)
#define SCENE_ALIAS UINT64_C(0x18000)
#define SCENE_DATA  UINT64_C(0x20000)

/* The first page table, where blocks that change it find it, and the register for that. */
#define SCENE_TABLES_SEEN    UINT64_C(0x1e000)
#define SCENE_TABLE_REGISTER 13u

/* Where the new PSWs lead; the driver knows them there. That of SVC waits. */
#define SCENE_NEW_PROGRAM  UINT64_C(0x7010)
#define SCENE_NEW_EXTERNAL UINT64_C(0x7020)
#define SCENE_NEW_RESTART  UINT64_C(0x7030)
#define SCENE_NEW_MCHECK   UINT64_C(0x7040)
#define SCENE_NEW_IO       UINT64_C(0x7050)
#define SCENE_NEW_SVC      UINT64_C(0x7060)

/* Registers of some families: a loop's count; in kernels' blocks real addresses and keys, and
   the table of operands, which is in the lowcore so that every space has it. */
#define SCENE_COUNTER      11u
#define SCENE_KERNEL_FIRST 8u
#define SCENE_KERNEL_TABLE UINT64_C(0x1800)
#define SCENE_OTHER_PREFIX UINT64_C(0xa000)

#define SCENE_INSNS_MAX   40u
#define SCENE_TARGETS     8u /* of EXECUTE, behind the block */
#define SCENE_TARGET_STEP 8u

struct family;

/* Row numbers by set: bit N of enum row_set is SET[N]. */
#define SCENE_SETS     16u
#define SCENE_MIXED    15u /* of these may come together in a family */
#define SCENE_ROWS_MAX 2048u
struct row_lists {
    uint16_t set[SCENE_SETS][SCENE_ROWS_MAX];
    unsigned count[SCENE_SETS];
};

struct scene_insn {
    uint8_t text[6];
    uint8_t length;
    uint16_t at; /* bytes behind the first one */
};

struct scene {
    uint64_t seed;
    const struct family *family;
    struct row_lists *rows;
    struct cpu_state state; /* the PSW mask has the condition code */
    uint64_t cpu_timer, clock_comparator;
    uint8_t *storage; /* SCENE_STORAGE bytes */
    uint8_t key[SCENE_PAGES];
    bool without_enhancements; /* of the vector facility, which older instructions look at */
    struct scene_insn insn[SCENE_INSNS_MAX];
    unsigned count;
    struct scene_insn target[SCENE_TARGETS]; /* of EXECUTE: behind the block */
    uint64_t code;                           /* logical address of the first instruction */
    uint64_t code_absolute;                  /* the same, absolute */
    uint64_t budget;                         /* instructions */
    uint64_t interrupt_at;                   /* when an emergency signal comes; UINT64_MAX: never */
    uint32_t clock_interval;
};

/* False where the host has no memory. */
bool scene_create(struct scene *scene);
void scene_destroy(struct scene *scene);

/* Draws everything anew. */
void scene_draw(struct scene *scene, const struct family *family, uint64_t seed);

/* Puts the block's instructions into storage: after they were changed. */
void scene_put_code(struct scene *scene);

/* Values that arithmetic finds interesting, and what designates storage of the scene. */
uint64_t scene_draw_value(struct random *random);
uint64_t scene_draw_pointer(const struct scene *scene, struct random *random);

static inline bool scene_has_dat(const struct scene *scene)
{
    return scene->state.psw_mask >> 58 & 1;
}

#endif
