/* The PSW: see psw.h. */
#include "cpu/arch/psw.h"

#include <stdio.h>

#include "cpu/arch/configuration.h"
#include "cpu/arch/control.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/per.h"
#include "cpu/arch/timing.h"

#define PSW_INTERRUPTIONS (PSW_IO | PSW_EXTERNAL | PSW_MACHINE_CHECK)
#define PSW_ALWAYS_ZERO                                                                            \
    (BIT64(0) | BITS64(2, 4) | PSW_BIT_12 | PSW_RI | BITS64(25, 30) | BITS64(33, 63))

void psw_derive(struct vcpu *cpu)
{
    uint64_t mask = cpu->state.psw_mask;

    if (unlikely(cpu->per_active != (mask & PSW_PER && per_enabled(cpu)))) {
        cpu->per_active = !cpu->per_active;
        /* The backend goes over to executing step by step, or back. */
        atomic_fetch_or_explicit(&cpu->requests, REQUEST_INTERRUPTION, memory_order_relaxed);
    }
    address_space_select(cpu);
}

/* Something pends that a change of masks may have let through. The clocks count only where
   external interruptions have just been enabled: reading them at every change would cost
   more than the change. */
static bool may_interrupt(struct vcpu *cpu, uint64_t opened)
{
    return cpu->state.pending ||
           atomic_load_explicit(&cpu->configuration->floating_summary, memory_order_relaxed) ||
           (opened & PSW_EXTERNAL && timing_due(cpu));
}

void psw_asce_changed(struct vcpu *cpu, unsigned control_register)
{
    /* By PSW bits 16-17, the registers that cpu->space and cpu->space_fetch come from. */
    static const uint16_t used[] = {
        [PSW_SPACE_PRIMARY] = 1 << 1,
        [PSW_SPACE_ACCESS_REGISTER] = 1 << 1,
        [PSW_SPACE_SECONDARY] = 1 << 1 | 1 << 7,
        [PSW_SPACE_HOME] = 1 << 13,
    };

    if (psw_dat(cpu) && used[psw_space(cpu)] >> control_register & 1)
        address_space_select(cpu);
}

/* What may have become pending where MASK opens interruptions. */
static void look_for_interruptions(struct vcpu *cpu, uint64_t mask, uint64_t opened)
{
    if (unlikely(mask & PSW_WAIT) || (opened && may_interrupt(cpu, opened)))
        atomic_fetch_or_explicit(&cpu->requests, REQUEST_INTERRUPTION, memory_order_relaxed);
}

/* The bits that psw_derive looks at. */
#define PSW_DERIVED                                                                                \
    (PSW_PER | PSW_DAT | PSW_KEY | PSW_PROBLEM | PSW_SPACE | PSW_EXTENDED_ADDRESSING |             \
     PSW_BASIC_ADDRESSING | PSW_FIXED_POINT_OVERFLOW)

void psw_mask_set(struct vcpu *cpu, uint64_t mask)
{
    uint64_t changed = mask ^ cpu->state.psw_mask;
    uint64_t opened = mask & changed & PSW_INTERRUPTIONS;

    cpu->state.psw_mask = mask;
    cpu->cc = (uint8_t)bits64_get(mask, 18, 19);
    if (changed & PSW_DERIVED)
        psw_derive(cpu);
    look_for_interruptions(cpu, mask, opened);
}

void control_registers_changed(struct vcpu *cpu)
{
    psw_derive(cpu);
    look_for_interruptions(cpu, 0, cpu->state.psw_mask & PSW_INTERRUPTIONS);
}

void psw_swap(struct vcpu *cpu, struct psw psw)
{
    cpu->state.psw_addr = psw.addr;
    psw_mask_set(cpu, psw.mask);
}

void psw_load(struct vcpu *cpu, struct psw psw)
{
    uint64_t opened = psw.mask & ~cpu->state.psw_mask & PSW_INTERRUPTIONS;

    cpu->state.psw_addr = psw.addr;
    cpu->state.psw_mask = psw.mask;
    cpu->cc = (uint8_t)bits64_get(psw.mask, 18, 19);
    psw_derive(cpu);
    look_for_interruptions(cpu, psw.mask, opened);
}

bool psw_valid(const struct vcpu *cpu, struct psw psw)
{
    (void)cpu;
    if (psw.mask & PSW_ALWAYS_ZERO)
        return false;
    switch (psw.mask & (PSW_EXTENDED_ADDRESSING | PSW_BASIC_ADDRESSING)) {
    case PSW_EXTENDED_ADDRESSING | PSW_BASIC_ADDRESSING:
        return true;
    case PSW_BASIC_ADDRESSING:
        return !(psw.addr & ~UINT64_C(0x7fffffff));
    case 0:
        return !(psw.addr & ~UINT64_C(0xffffff));
    default:
        return false;
    }
}

void psw_early_exception(struct vcpu *cpu, unsigned ilc)
{
    cpu->program.psw_exact = true;
    cpu->program.ilc = (uint8_t)ilc;
    program_interruption(cpu, PGM_SPECIFICATION);
}

void psw_key_mask_check(struct vcpu *cpu, unsigned key)
{
    if (psw_problem_state(cpu) && !(cpu->state.cr[3] & (BIT64(32) >> key)))
        program_interruption(cpu, PGM_PRIVILEGED_OPERATION);
}

void psw_extraction_check(struct vcpu *cpu)
{
    if (psw_problem_state(cpu) && !(cpu->state.cr[0] & CR0_EXTRACTION_AUTHORITY))
        program_interruption(cpu, PGM_PRIVILEGED_OPERATION);
}

struct psw psw_from_short(uint64_t word)
{
    uint64_t address = word & UINT64_C(0x7fffffff);

    return (struct psw){.mask = (word & ~UINT64_C(0x7fffffff)) ^ PSW_BIT_12, .addr = address};
}

void psw_describe(struct psw psw, char text[160])
{
    static const char *const space[] = {"primary", "access-register", "secondary", "home"};

    snprintf(text, 160, "%s%s%s%s%s%s%skey %u, %s%s, cc %u, program mask %x, %s-bit addressing",
             psw.mask & PSW_PER ? "PER, " : "", psw.mask & PSW_DAT ? "DAT, " : "",
             psw.mask & PSW_IO ? "I/O, " : "", psw.mask & PSW_EXTERNAL ? "external, " : "",
             psw.mask & PSW_MACHINE_CHECK ? "machine checks, " : "",
             psw.mask & PSW_WAIT ? "wait, " : "",
             psw.mask & PSW_PROBLEM ? "problem state, " : "supervisor state, ",
             (unsigned)bits64_get(psw.mask, 8, 11), space[bits64_get(psw.mask, 16, 17)],
             psw.mask & PSW_DAT ? " space" : " (DAT off)", (unsigned)bits64_get(psw.mask, 18, 19),
             (unsigned)bits64_get(psw.mask, 20, 23),
             psw.mask & PSW_EXTENDED_ADDRESSING ? "64"
             : psw.mask & PSW_BASIC_ADDRESSING  ? "31"
                                                : "24");
}
