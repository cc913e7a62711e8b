/*
 * Machine-check interruptions (PoP chapter 11): what is pending, its masks, the save
 * areas, and the check-stop state where the interruption cannot be delivered. The
 * conditions come from injection and, floating, from the channel subsystem.
 */
#include <string.h>

#include "cpu/arch/access.h"
#include "cpu/arch/configuration.h"
#include "cpu/arch/control.h"
#include "cpu/arch/cpu_reset.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/interruption_internal.h"
#include "cpu/arch/psw.h"
#include "cpu/arch/store_status.h"
#include "src/core/layout/mcic.h"

/* The subclasses and the bit of CR14 that enables each; exigent ones have none. */
static const struct {
    uint64_t condition, mask;
} subclasses[] = {
    {MCIC_CHANNEL_REPORT, CR14_CHANNEL_REPORT},
    {MCIC_SYSTEM_RECOVERY, CR14_RECOVERY},
    {MCIC_DEGRADATION, CR14_DEGRADATION},
    {MCIC_TIMING_DAMAGE | MCIC_EXTERNAL_DAMAGE | MCIC_SERVICE_PROCESSOR_DAMAGE |
         MCIC_CHANNEL_SUBSYSTEM_DAMAGE,
     CR14_EXTERNAL_DAMAGE},
    {MCIC_WARNING, CR14_WARNING},
};

/* The conditions among PENDING that CR14 enables, exigent ones always. */
static uint64_t enabled_conditions(const struct vcpu *cpu, uint64_t pending)
{
    uint64_t enabled = pending & MCIC_EXIGENT;

    for (unsigned i = 0; i < sizeof subclasses / sizeof subclasses[0]; i++)
        if (cpu->state.cr[14] & subclasses[i].mask)
            enabled |= pending & subclasses[i].condition;
    return enabled;
}

static uint64_t pending_conditions(struct vcpu *cpu)
{
    uint64_t pending = 0;

    if (cpu->state.pending & PENDING_MACHINE_CHECK)
        pending = cpu->state.machine_check_code & MCIC_SUBCLASSES;
    if (atomic_load(&cpu->configuration->floating_summary) & FLOATING_CHANNEL_REPORT)
        pending |= MCIC_CHANNEL_REPORT;
    return pending;
}

bool machine_check_deliverable(struct vcpu *cpu)
{
    return cpu->state.psw_mask & PSW_MACHINE_CHECK &&
           enabled_conditions(cpu, pending_conditions(cpu));
}

/* Withdraws all conditions of the CPU and the floating report; the interruption reports the
   lot once one of them is enabled. */
static uint64_t collect(struct vcpu *cpu)
{
    struct floating_interruptions *floating = &cpu->configuration->floating;
    uint64_t code = 0;

    pthread_mutex_lock(&floating->lock);
    if (floating->channel_report && cpu->state.cr[14] & CR14_CHANNEL_REPORT) {
        floating->channel_report = false;
        code |= MCIC_CHANNEL_REPORT | MCIC_ALL_VALID | MCIC_VECTOR_VALID;
        atomic_fetch_and(&cpu->configuration->floating_summary, ~(uint32_t)FLOATING_CHANNEL_REPORT);
    }
    pthread_mutex_unlock(&floating->lock);
    pthread_mutex_lock(&cpu->lock);
    if (cpu->state.pending & PENDING_MACHINE_CHECK) {
        uint64_t conditions = cpu->state.machine_check_code & MCIC_SUBCLASSES;
        uint64_t kept =
            conditions & MCIC_EXIGENT ? 0 : conditions & ~enabled_conditions(cpu, conditions);

        code |= cpu->state.machine_check_code & ~kept;
        cpu->state.machine_check_code = kept;
        if (!kept)
            cpu->state.pending &= ~(uint64_t)PENDING_MACHINE_CHECK;
    }
    pthread_mutex_unlock(&cpu->lock);
    return code;
}

bool machine_check_take(struct vcpu *cpu)
{
    struct lowcore *lowcore;
    uint64_t code;

    if (!machine_check_deliverable(cpu))
        return false;
    code = collect(cpu);
    if (!(code & MCIC_SUBCLASSES))
        return false;
    lowcore = interruption_swap_begin(cpu);
    if (!lowcore)
        return true;
    cpu->counters.machine_checks++;
    lowcore->architecture_mode_id = 1;
    store_status_registers(cpu, lowcore);
    if (!store_status_vectors(cpu, lowcore))
        code &= ~MCIC_VECTOR_VALID;
    be64_put(&lowcore->machine_check_code, code);
    be32_put(&lowcore->external_damage_code, cpu->state.external_damage_code);
    be64_put(&lowcore->failing_storage_address, cpu->state.failing_storage_address);
    interruption_swap(cpu, lowcore, &lowcore->machine_check_old, &lowcore->machine_check_new);
    return true;
}
