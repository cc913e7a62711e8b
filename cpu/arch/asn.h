/*
 * Address-space numbers (PoP chapter 3, "ASN Translation", "ASN Authorization" and chapter 5,
 * "Subspace-Group Tables"): from an ASN to its ASN-second-table entry, whether an
 * authorization index permits its use, and replacing a base space by the subspace in use.
 *
 * What raises says so; addressing exceptions on the tables are always raised.
 */
#ifndef ZITHER_CPU_ARCH_ASN_H
#define ZITHER_CPU_ARCH_ASN_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/arch/configuration.h"
#include "cpu/arch/control.h"
#include "cpu/arch/vcpu.h"

/* An ASN-second-table entry, as far as the CPU uses it. */
struct aste {
    uint32_t origin; /* its real address */
    uint32_t word0;
    uint32_t word1;
    uint64_t asce;
    uint32_t access_list; /* designation */
    uint32_t sequence;
    uint32_t linkage_table; /* designation */
    uint32_t instance;
};

#define ASTE_INVALID         BIT32(0) /* word 0 */
#define ASTE_AUTHORITY_TABLE BITS32(1, 29)
#define ASTE_BASE_SPACE      BIT32(31)
#define ASTE_AUTHORIZATION   BITS32(0, 15) /* word 1 */
#define ASTE_AUTHORITY_SIZE  BITS32(16, 27)
#define ASTE_CONTROLLED      BIT32(30)
#define ASTE_REUSABLE        BIT32(31)

/* Exception access identifications: which translation met the wrong instance. */
#define ASTE_INSTANCE_PRIMARY   0x20
#define ASTE_INSTANCE_SECONDARY 0x10

/* Offsets of its words that are fetched alone. */
#define ASTE_ACCESS_LIST   16
#define ASTE_LINKAGE_TABLE 24

/* The dispatchable-unit control table: offsets of its words, and what is in them. */
#define DUCT_BASE_ASTE         0
#define DUCT_SUBSPACE          4 /* active bit and the subspace's ASTE origin */
#define DUCT_SUBSPACE_SEQUENCE 12
#define DUCT_ACCESS_LIST       16
#define DUCT_AUTHORITY         20 /* for BRANCH AND SET AUTHORITY */
#define DUCT_RETURN_ADDRESS    32
#define DUCT_TRAP              44
#define DUCT_SUBSPACE_ACTIVE   BIT32(0)
#define ASTE_ORIGIN            BITS32(1, 25)

static inline uint64_t duct_origin(const struct vcpu *cpu)
{
    return cpu->state.cr[2] & CR2_DUCT_ORIGIN;
}

static inline uint32_t primary_aste_origin(const struct vcpu *cpu)
{
    return (uint32_t)(cpu->state.cr[5] & CR5_PRIMARY_ASTE_ORIGIN);
}

static inline uint16_t primary_asn(const struct vcpu *cpu)
{
    return (uint16_t)cpu->state.cr[4];
}

static inline uint16_t secondary_asn(const struct vcpu *cpu)
{
    return (uint16_t)cpu->state.cr[3];
}

static inline uint16_t authorization_index(const struct vcpu *cpu)
{
    return (uint16_t)(cpu->state.cr[4] >> 16);
}

/* The ASN-and-LX-reuse facility is there and CR0 bit 44 turns it on. */
static inline bool asn_reuse_enabled(const struct vcpu *cpu)
{
    return cpu->state.cr[0] & CR0_ASN_LX_REUSE &&
           facility_installed(cpu, FACILITY_ASN_AND_LX_REUSE);
}

/* The entry at real address ORIGIN; its invalid bit is not looked at. */
struct aste aste_fetch(struct vcpu *cpu, uint32_t origin);

/* Fills in ASTE for ASN and returns 0, or the code of an AFX- or ASX-translation exception. */
unsigned asn_translate(struct vcpu *cpu, uint16_t asn, struct aste *aste);
/* The same, raising the exception. */
void asn_translate_or_raise(struct vcpu *cpu, uint16_t asn, struct aste *aste);

enum authority {
    AUTHORITY_PRIMARY = 0x80,
    AUTHORITY_SECONDARY = 0x40,
};

/* Whether INDEX has that authority in the space's authority table. */
bool asn_authorized(struct vcpu *cpu, const struct aste *aste, uint16_t index,
                    enum authority authority);

/* ASCE of ASTE or, where that is the base space of the dispatchable unit and a subspace is
   active, of the subspace. Returns 0 or the code of an ASTE-validity or ASTE-sequence
   exception. */
unsigned subspace_replace(struct vcpu *cpu, const struct aste *aste, uint64_t *asce);
/* The same, raising the exception. */
uint64_t subspace_replace_or_raise(struct vcpu *cpu, const struct aste *aste);

#endif
