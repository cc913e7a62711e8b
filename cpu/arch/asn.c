/* ASN translation, ASN authorization, subspace replacement: see asn.h. */
#include "cpu/arch/asn.h"

#include "cpu/arch/control_block.h"
#include "cpu/arch/dat.h"
#include "cpu/arch/interruption.h"

#define AFTE_INVALID     BIT32(0)
#define AFTE_ASTE_ORIGIN BITS32(1, 25)

struct aste aste_fetch(struct vcpu *cpu, uint32_t origin)
{
    return (struct aste){
        .origin = origin,
        .word0 = control_block_fetch32(cpu, origin),
        .word1 = control_block_fetch32(cpu, origin + 4),
        .asce = control_block_fetch64(cpu, origin + 8),
        .access_list = control_block_fetch32(cpu, origin + ASTE_ACCESS_LIST),
        .sequence = control_block_fetch32(cpu, origin + 20),
        .linkage_table = control_block_fetch32(cpu, origin + ASTE_LINKAGE_TABLE),
        .instance = control_block_fetch32(cpu, origin + 44),
    };
}

unsigned asn_translate(struct vcpu *cpu, uint16_t asn, struct aste *aste)
{
    uint64_t table = (cpu->state.cr[14] & CR14_ASN_FIRST_TABLE_ORIGIN) << 12;
    uint32_t entry = control_block_fetch32(cpu, table + (asn >> 6) * 4u);
    uint64_t origin = (entry & AFTE_ASTE_ORIGIN) + (asn & 0x3fu) * 64;

    if (entry & AFTE_INVALID)
        return PGM_AFX_TRANSLATION;
    *aste = aste_fetch(cpu, (uint32_t)(origin & CONTROL_BLOCK_ADDRESS));
    return aste->word0 & ASTE_INVALID ? PGM_ASX_TRANSLATION : 0;
}

void asn_translate_or_raise(struct vcpu *cpu, uint16_t asn, struct aste *aste)
{
    unsigned code = asn_translate(cpu, asn, aste);

    if (code)
        program_interruption_asn(cpu, (enum program_code)code, asn);
}

/* The table has two bits for each index; its size counts four bytes, less one. */
bool asn_authorized(struct vcpu *cpu, const struct aste *aste, uint16_t index,
                    enum authority authority)
{
    uint64_t table = aste->word0 & ASTE_AUTHORITY_TABLE;

    if ((index & 0xfff0u) > (aste->word1 & ASTE_AUTHORITY_SIZE))
        return false;
    return control_block_fetch8(cpu, (table + (index >> 2)) & CONTROL_BLOCK_ADDRESS)
               << (index & 3) * 2 &
           (unsigned)authority;
}

unsigned subspace_replace(struct vcpu *cpu, const struct aste *aste, uint64_t *asce)
{
    const uint64_t kept = ASCE_STORAGE_ALTERATION | ASCE_SPACE_SWITCH;
    uint64_t duct = duct_origin(cpu);
    struct aste subspace;
    uint32_t active;

    *asce = aste->asce;
    if (!(aste->asce & ASCE_SUBSPACE))
        return 0;
    active = control_block_fetch32(cpu, duct + DUCT_SUBSPACE);
    if (!(active & DUCT_SUBSPACE_ACTIVE) ||
        aste->origin != (control_block_fetch32(cpu, duct + DUCT_BASE_ASTE) & ASTE_ORIGIN))
        return 0;
    subspace = aste_fetch(cpu, active & ASTE_ORIGIN);
    if (subspace.word0 & ASTE_INVALID)
        return PGM_ASTE_VALIDITY;
    if (subspace.sequence != control_block_fetch32(cpu, duct + DUCT_SUBSPACE_SEQUENCE))
        return PGM_ASTE_SEQUENCE;
    *asce = (aste->asce & kept) | (subspace.asce & ~kept);
    return 0;
}

uint64_t subspace_replace_or_raise(struct vcpu *cpu, const struct aste *aste)
{
    uint64_t asce;
    unsigned code = subspace_replace(cpu, aste, &asce);

    if (code)
        program_interruption_access(cpu, (enum program_code)code, 0);
    return asce;
}
