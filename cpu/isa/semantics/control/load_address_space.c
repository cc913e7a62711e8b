/* LOAD ADDRESS SPACE PARAMETERS (PoP chapter 10). */
#include "cpu/arch/access.h"
#include "cpu/arch/asn.h"
#include "cpu/arch/dat.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/psw.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"

/* Bits 61-63 of the second-operand address. */
#define FORCE_TRANSLATION  4u
#define USE_GIVEN_INDEX    2u /* the authorization index of the operand, not the ASTE's */
#define SKIP_AUTHORIZATION 1u

enum lasp_condition {
    LASP_LOADED = 0,
    LASP_PRIMARY_UNAVAILABLE = 1,
    LASP_SECONDARY_UNAVAILABLE = 2,
    LASP_SPACE_SWITCH_EVENT = 3,
};

/* What the first operand designates and, in CR, what is going to be loaded. */
struct parameters {
    uint16_t key_mask;
    uint16_t secondary;
    uint16_t index;
    uint16_t primary;
    uint32_t secondary_instance;
    uint32_t primary_instance;
    unsigned function;
    uint64_t cr[16]; /* 1, 3, 4, 5 and 7 */
};

static void fetch_parameters(struct vcpu *cpu, const struct insn *insn, struct parameters *p)
{
    uint64_t address = operand_address1(cpu, insn);
    struct address_space *space;
    uint64_t first, second;

    if (address & 7)
        specification_exception(cpu);
    space = operand_space(cpu, insn->b1);
    first = access_fetch64(cpu, space, address);
    /* Halfwords: key mask, SASN, AX, PASN; with instances, a word before each pair. */
    if (asn_reuse_enabled(cpu)) {
        second = access_fetch64(cpu, space, address_wrap(cpu, address + 8));
        p->secondary_instance = high32(first);
        p->primary_instance = high32(second);
        first = first << 32 | low32(second);
    }
    p->key_mask = (uint16_t)(first >> 48);
    p->secondary = (uint16_t)(first >> 32);
    p->index = (uint16_t)(first >> 16);
    p->primary = (uint16_t)first;
    p->function = (unsigned)operand_address2(cpu, insn) & 7;
}

/* Finds the space of ASN and its ASCE; false where it is unavailable. */
static bool find_space(struct vcpu *cpu, uint16_t asn, uint32_t instance, struct aste *aste,
                       uint64_t *asce)
{
    return !asn_translate(cpu, asn, aste) &&
           !(asn_reuse_enabled(cpu) && aste->instance != instance) &&
           !subspace_replace(cpu, aste, asce);
}

static enum lasp_condition find_primary(struct vcpu *cpu, struct parameters *p)
{
    uint64_t *cr = p->cr;
    uint32_t instance = high32(cr[4]);
    uint16_t index = authorization_index(cpu);
    struct aste aste;

    if (p->function & FORCE_TRANSLATION || p->primary != primary_asn(cpu)) {
        if (!find_space(cpu, p->primary, p->primary_instance, &aste, &cr[1]))
            return LASP_PRIMARY_UNAVAILABLE;
        if ((cr[1] | cpu->state.cr[1]) & ASCE_SPACE_SWITCH)
            return LASP_SPACE_SWITCH_EVENT;
        cr[5] = with_low32(cr[5], aste.origin);
        index = (uint16_t)(aste.word1 >> 16);
        if (asn_reuse_enabled(cpu))
            instance = p->primary_instance;
    }
    if (p->function & USE_GIVEN_INDEX)
        index = p->index;
    cr[4] = (uint64_t)instance << 32 | (uint32_t)index << 16 | p->primary;
    return LASP_LOADED;
}

static enum lasp_condition find_secondary(struct vcpu *cpu, struct parameters *p)
{
    uint64_t *cr = p->cr;
    uint32_t instance = high32(cr[3]);
    bool current = (p->function & (FORCE_TRANSLATION | SKIP_AUTHORIZATION)) == SKIP_AUTHORIZATION &&
                   p->secondary == secondary_asn(cpu);
    struct aste aste;

    if (p->secondary == p->primary) {
        cr[7] = cr[1];
        instance = high32(cr[4]);
    } else if (!current) {
        if (!find_space(cpu, p->secondary, p->secondary_instance, &aste, &cr[7]))
            return LASP_SECONDARY_UNAVAILABLE;
        if (!(p->function & SKIP_AUTHORIZATION) &&
            !asn_authorized(cpu, &aste, (uint16_t)(cr[4] >> 16), AUTHORITY_SECONDARY))
            return LASP_SECONDARY_UNAVAILABLE;
        instance = p->secondary_instance;
    }
    if (!asn_reuse_enabled(cpu))
        instance = high32(cr[3]);
    cr[3] = (uint64_t)instance << 32 | (uint32_t)p->key_mask << 16 | p->secondary;
    return LASP_LOADED;
}

void insn_load_address_space_parameters(struct vcpu *cpu, const struct insn *insn)
{
    static const uint8_t loaded[] = {1, 3, 4, 5, 7};
    struct parameters p = {.function = 0};
    enum lasp_condition condition;

    if (!(cpu->state.cr[14] & CR14_ASN_TRANSLATION))
        special_operation_exception(cpu);
    fetch_parameters(cpu, insn, &p);
    for (unsigned i = 0; i < sizeof loaded; i++)
        p.cr[loaded[i]] = cpu->state.cr[loaded[i]];
    condition = find_primary(cpu, &p);
    if (condition == LASP_LOADED)
        condition = find_secondary(cpu, &p);
    if (condition == LASP_LOADED) {
        for (unsigned i = 0; i < sizeof loaded; i++)
            cpu->state.cr[loaded[i]] = p.cr[loaded[i]];
        psw_derive(cpu);
    }
    cc_set(cpu, condition);
}
