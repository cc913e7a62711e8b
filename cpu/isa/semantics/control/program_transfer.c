/* Choosing spaces by ASN (PoP chapter 10): PROGRAM TRANSFER, SET SECONDARY ASN, both also
   with instance. */
#include "cpu/arch/asn.h"
#include "cpu/arch/control_block.h"
#include "cpu/arch/dat.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/space_switch.h"
#include "cpu/arch/trace_table.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/control/transfer.h"

/* The space that is asked for: ASN in bits 48-63 of a register and, for the instructions
   with instance, its instance number in bits 0-31. */
struct request {
    uint64_t value;
    bool with_instance;
    enum authority authority;
};

/* Raises what keeps the program from using the space. */
static void find_space(struct vcpu *cpu, struct request request, struct aste *aste)
{
    bool primary = request.authority == AUTHORITY_PRIMARY;
    uint16_t asn = (uint16_t)request.value;

    asn_translate_or_raise(cpu, asn, aste);
    if (request.with_instance) {
        if (aste->word1 & ASTE_CONTROLLED && psw_problem_state(cpu))
            special_operation_exception(cpu);
        if (aste->instance != high32(request.value))
            program_interruption_access(cpu, PGM_ASTE_INSTANCE,
                                        primary ? ASTE_INSTANCE_PRIMARY : ASTE_INSTANCE_SECONDARY);
    } else if (asn_reuse_enabled(cpu) && aste->word1 & ASTE_REUSABLE) {
        special_operation_exception(cpu);
    }
    if (!asn_authorized(cpu, aste, authorization_index(cpu), request.authority))
        program_interruption_asn(cpu, primary ? PGM_PRIMARY_AUTHORITY : PGM_SECONDARY_AUTHORITY,
                                 asn);
}

static void set_secondary(struct vcpu *cpu, const struct insn *insn, bool with_instance)
{
    struct request request = {gr64(cpu, insn->r1), with_instance, AUTHORITY_SECONDARY};
    uint16_t asn = (uint16_t)request.value;
    uint32_t instance = high32(cpu->state.cr[4]);
    uint64_t asce = cpu->state.cr[1], *cr3 = &cpu->state.cr[3];
    struct trace trace = {.length = 0};
    struct aste aste;

    if (!psw_dat(cpu) || !(cpu->state.cr[14] & CR14_ASN_TRANSLATION))
        special_operation_exception(cpu);
    if (trace_asns(cpu))
        trace_set_secondary_asn(cpu, &trace, asn, with_instance);
    if (asn != primary_asn(cpu)) {
        find_space(cpu, request, &aste);
        asce = subspace_replace_or_raise(cpu, &aste);
        instance = aste.instance;
    }
    trace_commit(cpu, &trace);
    *cr3 = (*cr3 & ~CR3_SECONDARY_ASN) | asn;
    if (with_instance || asn_reuse_enabled(cpu))
        *cr3 = with_high32(*cr3, instance);
    cpu->state.cr[7] = asce;
    psw_derive(cpu);
}

void insn_set_secondary_asn(struct vcpu *cpu, const struct insn *insn)
{
    set_secondary(cpu, insn, false);
}

void insn_set_secondary_asn_with_instance(struct vcpu *cpu, const struct insn *insn)
{
    set_secondary(cpu, insn, true);
}

/* The PSW that the second-operand register asks for, checked. */
static struct psw transfer_psw(struct vcpu *cpu, uint64_t value)
{
    uint64_t mask = psw_mask(cpu);
    struct psw psw = {mask, value & ~UINT64_C(1)};

    if (!in_64_bit_mode(cpu)) {
        psw.mask = mask_with_mode(mask, value & BIT64(32) ? PSW_BASIC_ADDRESSING : 0);
        psw.addr = value & 0x7ffffffe;
    }
    if (!(value & 1)) {
        if (psw_problem_state(cpu))
            program_interruption(cpu, PGM_PRIVILEGED_OPERATION);
        psw.mask &= ~PSW_PROBLEM;
    } else {
        psw.mask |= PSW_PROBLEM;
    }
    if (!(psw.mask & PSW_MODE) && psw.addr > 0xffffff)
        specification_exception(cpu);
    return psw;
}

/* Makes the space of ASTE the primary one. */
static void switch_primary(struct vcpu *cpu, const struct aste *aste, uint16_t asn, bool instance)
{
    uint64_t *cr = cpu->state.cr;

    cr[1] = subspace_replace_or_raise(cpu, aste);
    cr[4] = with_low32(cr[4], (aste->word1 & ASTE_AUTHORIZATION) | asn);
    if (instance)
        cr[4] = with_high32(cr[4], aste->instance);
    cr[5] = with_low32(cr[5], aste->origin);
}

static void program_transfer(struct vcpu *cpu, const struct insn *insn, bool with_instance)
{
    struct request request = {gr64(cpu, insn->r1), with_instance, AUTHORITY_PRIMARY};
    uint64_t *cr = cpu->state.cr, old_asce = cr[1];
    uint16_t asn = (uint16_t)request.value, old_asn = primary_asn(cpu);
    bool instance = with_instance || asn_reuse_enabled(cpu);
    struct trace trace = {.length = 0};
    struct aste aste;
    struct psw psw;

    if (!psw_dat(cpu) || psw_space(cpu) != PSW_SPACE_PRIMARY ||
        !(control_block_fetch32(cpu, primary_aste_origin(cpu) + ASTE_LINKAGE_TABLE) & BIT32(0)))
        special_operation_exception(cpu);
    if (trace_asns(cpu))
        trace_program_transfer(cpu, &trace, asn, gr64(cpu, insn->r2), with_instance);
    psw = transfer_psw(cpu, gr64(cpu, insn->r2));
    if (asn != old_asn) {
        if (!(cr[14] & CR14_ASN_TRANSLATION))
            special_operation_exception(cpu);
        find_space(cpu, request, &aste);
        switch_primary(cpu, &aste, asn, instance);
    }
    trace_commit(cpu, &trace);
    /* Bits of the PSW-key mask can be taken away only. */
    cr[3] &= ~CR3_PSW_KEY_MASK | (request.value & CR3_PSW_KEY_MASK);
    cr[3] = (cr[3] & ~CR3_SECONDARY_ASN) | asn;
    if (instance)
        cr[3] = with_high32(cr[3], high32(cr[4]));
    cr[7] = cr[1];
    transfer_to(cpu, insn, psw);
    if (asn != old_asn)
        space_switch_finish(cpu, insn->length, old_asn, old_asce);
}

void insn_program_transfer(struct vcpu *cpu, const struct insn *insn)
{
    program_transfer(cpu, insn, false);
}

void insn_program_transfer_with_instance(struct vcpu *cpu, const struct insn *insn)
{
    program_transfer(cpu, insn, true);
}
