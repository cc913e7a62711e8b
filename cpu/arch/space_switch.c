/* The space-switch event: see space_switch.h. */
#include "cpu/arch/space_switch.h"

#include "cpu/arch/dat.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/per.h"

bool space_switch_is_event(const struct vcpu *cpu, uint64_t old_asce, uint64_t new_asce)
{
    return (old_asce | new_asce) & ASCE_SPACE_SWITCH || (cpu->per_active && per_pending(cpu));
}

void space_switch_event(struct vcpu *cpu, uint16_t asn, uint64_t asce, unsigned ilc)
{
    /* The instruction completed: its PSW stands, which may be that of a branch. */
    cpu->program.psw_exact = true;
    cpu->program.ilc = (uint8_t)ilc;
    program_interruption_asn(cpu, PGM_SPACE_SWITCH,
                             (asce & ASCE_SPACE_SWITCH ? BIT32(0) : 0) | asn);
}

void space_switch_finish(struct vcpu *cpu, unsigned ilc, uint16_t old_asn, uint64_t old_asce)
{
    /* The branch is a PER event of this instruction, not seen by the backend yet. */
    if (cpu->per_active)
        per_branch(cpu, cpu->state.breaking_event, cpu->state.psw_addr);
    if (space_switch_is_event(cpu, old_asce, cpu->state.cr[1]))
        space_switch_event(cpu, old_asn, old_asce, ilc);
}
