/*
 * Address spaces in the storage of an instruction rig, with every table that goes with them.
 *
 * All spaces show real 0-1FFFF at the same addresses, and 64 KiB of their own at virtual
 * 20000, which lie at real 40000 for the primary space, 50000 for the secondary space, and
 * so on. ASN n + 1 is space n's; all ASNs are valid.
 */
#ifndef ZITHER_TESTS_UNIT_SPACE_RIG_H
#define ZITHER_TESTS_UNIT_SPACE_RIG_H

#include "cpu/arch/dat.h"
#include "cpu/arch/registers.h"
#include "cpu/isa/check.h"
#include "tests/unit/insn_rig.h"

enum space {
    SPACE_PRIMARY,
    SPACE_SECONDARY,
    SPACE_HOME,
    SPACE_DATA,     /* by an access register */
    SPACE_SERVER,   /* where PROGRAM CALL goes */
    SPACE_SUBSPACE, /* of the server's space */
    SPACE_COUNT,
};

#define SPACE_ASN(space) ((space) + 1u)

/* Where the blocks and tables stand in real storage. */
#define DUCT          UINT64_C(0x2000)
#define ASN_TABLE     UINT64_C(0x3000)
#define ASTES         UINT64_C(0x4000)
#define ACCESS_LIST   UINT64_C(0x5000) /* of the dispatchable unit */
#define PRIMARY_LIST  UINT64_C(0x5080)
#define AUTHORITY     UINT64_C(0x5100) /* the authority table of every space */
#define LINKAGE_TABLE UINT64_C(0x5200)
#define ENTRY_TABLE   UINT64_C(0x5400)
#define TRACE_TABLE   UINT64_C(0x6000)
#define DAT_TABLES    UINT64_C(0x10000) /* 8 KiB a space: segment table, page table */
#define OWN           UINT64_C(0x20000) /* virtual address of a space's own storage */

static inline uint64_t space_asce(enum space space)
{
    return DAT_TABLES + (uint64_t)space * 0x2000;
}

static inline uint64_t space_aste(enum space space)
{
    return ASTES + SPACE_ASN(space) * 64;
}

/* Real address of ADDRESS in a space's own storage. */
static inline uint64_t space_real(enum space space, uint64_t address)
{
    return 0x40000 + (uint64_t)space * 0x10000 + (address - OWN);
}

static inline void put32(struct rig *rig, uint64_t address, uint32_t value)
{
    store_be32(rig_at(rig, address), value);
}

static inline void put64(struct rig *rig, uint64_t address, uint64_t value)
{
    store_be64(rig_at(rig, address), value);
}

static inline uint32_t get32(struct rig *rig, uint64_t address)
{
    return load_be32(rig_at(rig, address));
}

static inline uint64_t get64(struct rig *rig, uint64_t address)
{
    return load_be64(rig_at(rig, address));
}

static inline void space_build(struct rig *rig, enum space space)
{
    uint64_t segments = space_asce(space), pages = segments + 0x1000, aste = space_aste(space);

    put64(rig, segments, pages);
    for (unsigned i = 1; i < 512; i++)
        put64(rig, segments + i * 8, RTE_INVALID);
    for (unsigned i = 0; i < 256; i++)
        put64(rig, pages + i * 8, PTE_INVALID);
    for (uint64_t page = 0; page < OWN; page += 4096)
        put64(rig, pages + page / 512, page);
    for (uint64_t page = OWN; page < OWN + 0x10000; page += 4096)
        put64(rig, pages + page / 512, space_real(space, page));
    put32(rig, aste, (uint32_t)AUTHORITY);
    put32(rig, aste + 4, 7u << 16); /* authorization index 7, authority table for 0-15 */
    put64(rig, aste + 8, segments);
    put32(rig, aste + 16, (uint32_t)PRIMARY_LIST);
    put32(rig, aste + 20, 0x5a5a0000 + space); /* sequence number */
    put32(rig, aste + 24, 0x80000000 | (uint32_t)LINKAGE_TABLE);
    put32(rig, aste + 44, 0x11111111u * SPACE_ASN(space)); /* instance number */
}

/* The entry of LIST for access-list-entry number N: FLAGS and index in WORD0. */
static inline void access_list_put(struct rig *rig, uint64_t list, unsigned n, uint32_t word0,
                                   enum space space)
{
    put32(rig, list + n * 16, word0);
    put32(rig, list + n * 16 + 8, (uint32_t)space_aste(space));
    put32(rig, list + n * 16 + 12, 0x5a5a0000 + space);
}

/* The PSW: addressing mode, DAT and SPACE (enum psw_space), plus MORE. */
static inline void space_mode(struct rig *rig, unsigned space, uint64_t more)
{
    rig_mode(rig, RIG_MODE_64 | PSW_DAT | (uint64_t)space << PSW_SPACE_SHIFT | more);
}

/* Everything in its first state. */
static inline void spaces_reset(struct rig *rig)
{
    struct vcpu *cpu = rig->cpu;

    memset(rig->storage.host, 0, rig->storage.size);
    for (uint64_t i = 0; i < rig->storage.size / 4096; i++)
        rig->storage.key[i] = 0;
    memset(cpu->state.cr, 0, sizeof cpu->state.cr);
    memset(cpu->state.ar, 0, sizeof cpu->state.ar);
    memset(cpu->state.gr, 0, sizeof cpu->state.gr);
    address_space_purge_all(cpu);
    for (unsigned space = 0; space < SPACE_COUNT; space++)
        space_build(rig, (enum space)space);
    put32(rig, ASN_TABLE, (uint32_t)ASTES);
    put32(rig, ASN_TABLE + 4, 0x80000000);
    put32(rig, DUCT + 16, (uint32_t)ACCESS_LIST);
    for (unsigned n = 0; n < 8; n++) {
        put32(rig, ACCESS_LIST + n * 16, 0x80000000);
        put32(rig, PRIMARY_LIST + n * 16, 0x80000000);
    }
    memset(rig_at(rig, AUTHORITY), 0xff, 4); /* both authorities for indexes 0-15 */
    cpu->state.cr[0] = CR0_SECONDARY_SPACE | CR0_EXTRACTION_AUTHORITY;
    cpu->state.cr[1] = space_asce(SPACE_PRIMARY);
    cpu->state.cr[2] = DUCT;
    cpu->state.cr[3] = SPACE_ASN(SPACE_SECONDARY);
    cpu->state.cr[4] = 7u << 16 | SPACE_ASN(SPACE_PRIMARY);
    cpu->state.cr[5] = space_aste(SPACE_PRIMARY);
    cpu->state.cr[7] = space_asce(SPACE_SECONDARY);
    cpu->state.cr[8] = 9u << 16;
    cpu->state.cr[13] = space_asce(SPACE_HOME);
    cpu->state.cr[14] = CR14_ASN_TRANSLATION | ASN_TABLE >> 12;
    space_mode(rig, PSW_SPACE_PRIMARY, 0);
}

/* As rig_run, with the checks that come before a body and nothing left of earlier
   exceptions. */
static inline unsigned space_run(struct rig *rig, const char *text)
{
    struct vcpu *cpu = rig->cpu;
    struct insn insn = {.body = NULL};
    uint8_t bytes[8] = {0};

    cpu->program = (struct program_exception){.code = 0};
    rig_hex(bytes, text);
    insn_decode(&insn, bytes);
    cpu->unwinding = 1;
    if (_setjmp(cpu->unwind) == 0)
        insn_check(cpu, &insn);
    cpu->unwinding = 0;
    if (cpu->program.code)
        return cpu->program.code;
    return rig_run(rig, text);
}

#endif
