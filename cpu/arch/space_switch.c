/* The space-switch event: see space_switch.h. */
#include "cpu/arch/space_switch.h"

#include "cpu/arch/asn.h"
#include "cpu/arch/dat.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/per.h"
#include "cpu/arch/psw.h"

/* Either space asks for it, or a PER event is to be indicated as well. */
static bool is_event(const struct vcpu *cpu, uint64_t one_asce, uint64_t other_asce)
{
    return (one_asce | other_asce) & ASCE_SPACE_SWITCH || (cpu->per_active && per_pending(cpu));
}

/* ASN is stored with the space-switch-event control of ASCE. */
static _Noreturn void raise_event(struct vcpu *cpu, unsigned ilc, uint16_t asn, uint64_t asce)
{
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
    if (is_event(cpu, old_asce, cpu->state.cr[1]))
        raise_event(cpu, ilc, old_asn, old_asce);
}

void space_switch_home(struct vcpu *cpu, unsigned ilc, unsigned old_space)
{
    bool was_home = old_space == PSW_SPACE_HOME, is_home = psw_space(cpu) == PSW_SPACE_HOME;

    if (was_home == is_home || !is_event(cpu, cpu->state.cr[1], cpu->state.cr[13]))
        return;
    if (is_home)
        raise_event(cpu, ilc, primary_asn(cpu), cpu->state.cr[1]);
    raise_event(cpu, ilc, 0, cpu->state.cr[13]);
}
