/*
 * Dynamic address translation (PoP chapter 3): all region, segment and page levels,
 * EDAT-1 and EDAT-2 frames, instruction-execution protection.
 */
#ifndef ZITHER_CPU_ARCH_DAT_H
#define ZITHER_CPU_ARCH_DAT_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/arch/access.h"
#include "cpu/arch/prefix.h"
#include "cpu/arch/vcpu.h"

/* Address-space-control element. */
#define ASCE_ORIGIN             BITS64(0, 51)
#define ASCE_SUBSPACE           BIT64(54)
#define ASCE_PRIVATE            BIT64(55)
#define ASCE_STORAGE_ALTERATION BIT64(56)
#define ASCE_SPACE_SWITCH       BIT64(57)
#define ASCE_REAL_SPACE         BIT64(58)
#define ASCE_TYPE               BITS64(60, 61)
#define ASCE_LENGTH             BITS64(62, 63)

/* Region-, segment- and page-table entries. */
#define RTE_TABLE_ORIGIN   BITS64(0, 51)
#define RTE_PROTECTION     BIT64(54)
#define RTE_OFFSET         BITS64(56, 57)
#define RTE_INVALID        BIT64(58)
#define RTE_TYPE           BITS64(60, 61)
#define RTE_LENGTH         BITS64(62, 63)
#define RTE3_FRAME         BITS64(0, 32) /* region-third-table entry with FORMAT one (EDAT-2) */
#define RTE_FORMAT_CONTROL BIT64(53)
#define RTE_ACC_VALID      BIT64(47)
#define RTE_ACC            BITS64(48, 51)
#define RTE_FETCH          BIT64(52)
#define RTE_IEP            BIT64(55)
#define STE_TABLE_ORIGIN   BITS64(0, 52)
#define STE_FRAME          BITS64(0, 43)
#define STE_COMMON         BIT64(59)
#define PTE_FRAME          BITS64(0, 51)
#define PTE_INVALID        BIT64(53)
#define PTE_PROTECTION     BIT64(54)
#define PTE_IEP            BIT64(55)
#define PTE_MUST_BE_ZERO   BIT64(52)

enum dat_level {
    DAT_REGION_FIRST = 3,
    DAT_REGION_SECOND = 2,
    DAT_REGION_THIRD = 1,
    DAT_SEGMENT = 0,
    DAT_PAGE = -1,
    DAT_REAL_SPACE = -2, /* a real-space designation: no tables */
};

/* What a translation found, for TLB fills, LRA, TPROT, STRAG, LPTEA and the monitor. */
struct translation {
    uint16_t exception;     /* 0, or the program-interruption code */
    bool protected;         /* DAT protection on any level */
    bool protected_above;   /* DAT protection on a level above the page table */
    bool no_execute;        /* IEP */
    bool acc_valid;         /* key bits from a segment- or region-table entry are to be used */
    uint8_t acc;            /* then: access-control bits and fetch bit as in a storage key */
    int8_t level;           /* enum dat_level of the entry that gave the frame or failed */
    uint64_t entry;         /* that entry */
    abs_addr entry_address; /* and where it stands (real address with prefixing applied) */
    real_addr real;         /* of the byte translated */
    bool absolute;          /* `real` came from a large frame: prefixing does not apply */
};

/* Translates ADDRESS through ASCE. Never raises: see translation.exception. */
struct translation dat_translate(struct vcpu *cpu, uint64_t asce, uint64_t address);

/* The absolute address of a successful translation. */
static inline abs_addr translation_absolute(const struct vcpu *cpu, const struct translation *t)
{
    return t->absolute ? (abs_addr){t->real.value} : prefix_apply(cpu, t->real);
}

/* Its real address: for one in a large frame, that which prefixing makes the absolute one. */
static inline real_addr translation_real(const struct vcpu *cpu, const struct translation *t)
{
    return t->absolute ? (real_addr){prefix_apply(cpu, t->real).value} : t->real;
}

#endif
