/* PROGRAM RETURN (PoP chapter 10): restores what a stacking PROGRAM CALL or BRANCH AND STACK
   saved in the linkage stack. */
#include <string.h>

#include "cpu/arch/asn.h"
#include "cpu/arch/dat.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/linkage_stack.h"
#include "cpu/arch/space_switch.h"
#include "cpu/arch/trace_table.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/control/transfer.h"

#define FIRST_RESTORED 2u
#define LAST_RESTORED  14u

/* All that the state entry restores, put together before anything changes. */
struct restored {
    struct stack_entry entry;
    struct psw psw;
    uint64_t gr[16];
    uint32_t ar[16];
    uint64_t cr[16]; /* 1, 3, 4, 5, 7 and 8 */
};

static bool from_call(const struct restored *restored)
{
    return restored->entry.type == STACK_PROGRAM_CALL;
}

static void fetch_registers(struct vcpu *cpu, struct restored *restored)
{
    const struct stack_entry *entry = &restored->entry;

    for (unsigned i = FIRST_RESTORED; i <= LAST_RESTORED; i++) {
        restored->gr[i] = linkage_stack_fetch64(cpu, entry, STACK_GR + i * 8);
        restored->ar[i] = linkage_stack_fetch32(cpu, entry, STACK_AR + i * 4);
    }
    /* The PER mask stays as it is. */
    restored->psw.mask = (linkage_stack_fetch64(cpu, entry, STACK_PSW_MASK) & ~PSW_PER) |
                         (cpu->state.psw_mask & PSW_PER);
    restored->psw.addr = linkage_stack_fetch64(cpu, entry, STACK_PSW_ADDRESS);
}

static void fetch_authority(struct vcpu *cpu, struct restored *restored)
{
    uint64_t word = linkage_stack_fetch64(cpu, &restored->entry, STACK_AUTHORITY);
    uint64_t instances, *cr = restored->cr;

    cr[3] = with_low32(cr[3], high32(word));
    cr[4] = (cr[4] & ~CR4_PRIMARY_ASN) | (word & 0xffff);
    cr[8] = (cr[8] & ~CR8_EXTENDED_AUTHORIZATION_INDEX) | (word & 0xffff0000);
    if (!asn_reuse_enabled(cpu))
        return;
    instances = linkage_stack_fetch64(cpu, &restored->entry, STACK_INSTANCES);
    cr[3] = with_high32(cr[3], high32(instances));
    cr[4] = with_high32(cr[4], low32(instances));
}

/* The entry of ASN, which must still be the instance that the stack remembers. */
static struct aste find_space(struct vcpu *cpu, uint16_t asn, uint32_t instance, unsigned access_id)
{
    struct aste aste;

    if (!(cpu->state.cr[14] & CR14_ASN_TRANSLATION))
        special_operation_exception(cpu);
    asn_translate_or_raise(cpu, asn, &aste);
    if (asn_reuse_enabled(cpu) && aste.instance != instance)
        program_interruption_access(cpu, PGM_ASTE_INSTANCE, access_id);
    return aste;
}

static void find_spaces(struct vcpu *cpu, struct restored *restored)
{
    uint64_t *cr = restored->cr;
    uint16_t primary = (uint16_t)cr[4], secondary = (uint16_t)cr[3];
    struct aste aste;

    if (primary != primary_asn(cpu)) {
        aste = find_space(cpu, primary, high32(cr[4]), ASTE_INSTANCE_PRIMARY);
        cr[1] = subspace_replace_or_raise(cpu, &aste);
        cr[4] = (cr[4] & ~CR4_AUTHORIZATION_INDEX) | (aste.word1 & ASTE_AUTHORIZATION);
        cr[5] = with_low32(cr[5], aste.origin);
    }
    if (secondary == primary) {
        cr[7] = cr[1];
        if (asn_reuse_enabled(cpu))
            cr[3] = with_high32(cr[3], high32(cr[4]));
        return;
    }
    aste = find_space(cpu, secondary, high32(cr[3]), ASTE_INSTANCE_SECONDARY);
    if (!asn_authorized(cpu, &aste, (uint16_t)(cr[4] >> 16), AUTHORITY_SECONDARY))
        program_interruption_asn(cpu, PGM_SECONDARY_AUTHORITY, secondary);
    cr[7] = subspace_replace_or_raise(cpu, &aste);
}

static void trace_return(struct vcpu *cpu, const struct insn *insn, const struct restored *restored,
                         struct trace *trace)
{
    bool changes_mode = (restored->psw.mask ^ cpu->state.psw_mask) & PSW_EXTENDED_ADDRESSING;
    uint64_t next = insn_next(cpu, insn);

    if (from_call(restored) && trace_asns(cpu))
        trace_program_return(cpu, trace, restored->psw, (uint16_t)restored->cr[4], next);
    else if (changes_mode && trace_modes(cpu))
        trace_mode_switch(cpu, trace, next);
}

static void restore(struct vcpu *cpu, const struct restored *restored)
{
    static const uint8_t control[] = {1, 3, 4, 5, 7, 8};

    for (unsigned i = FIRST_RESTORED; i <= LAST_RESTORED; i++) {
        gr64_set(cpu, i, restored->gr[i]);
        cpu->state.ar[i] = restored->ar[i];
    }
    for (unsigned i = 0; i < sizeof control; i++)
        cpu->state.cr[control[i]] = restored->cr[control[i]];
}

void insn_program_return(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t old_asce = cpu->state.cr[1];
    uint16_t old_asn = primary_asn(cpu);
    struct trace trace = {.length = 0};
    struct restored restored;
    struct operand before;

    if (!psw_dat(cpu) || psw_space(cpu) > PSW_SPACE_ACCESS_REGISTER)
        special_operation_exception(cpu);
    memcpy(restored.cr, cpu->state.cr, sizeof restored.cr);
    restored.entry = linkage_stack_current(cpu, true);
    fetch_registers(cpu, &restored);
    if (from_call(&restored)) {
        fetch_authority(cpu, &restored);
        find_spaces(cpu, &restored);
    }
    trace_return(cpu, insn, &restored, &trace);
    before = linkage_stack_prepare_pop(cpu, &restored.entry);
    linkage_stack_pop(cpu, &restored.entry, &before);
    restore(cpu, &restored);
    trace_commit(cpu, &trace);
    transfer_to(cpu, insn, restored.psw);
    if (primary_asn(cpu) != old_asn)
        space_switch_finish(cpu, insn->length, old_asn, old_asce);
    if (!psw_valid(cpu, restored.psw))
        psw_early_exception(cpu, 0);
}
