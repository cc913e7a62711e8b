/* Resets by the rows of state.def, and the CPU states: see cpu_reset.h. */
#include "cpu/arch/cpu_reset.h"

#include <stddef.h>
#include <string.h>

#include "cpu/arch/configuration.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/psw.h"
#include "cpu/arch/timing.h"

/* The weakest reset that reaches a field. */
enum reset_reach {
    RESET_CPU,
    RESET_INITIAL,
    RESET_CLEAR,
    RESET_NEVER,
};

static const struct {
    size_t offset, size;
    enum reset_reach reach;
} fields[] = {
#define FIELD(type, name, count, reset, gdb, kvm)                                                  \
    {offsetof(struct cpu_state, name), sizeof(type) * (count), RESET_##reset},
#include "cpu/arch/state.def"
#undef FIELD
};

#define FIELD(type, name, count, reset, gdb, kvm) +sizeof(type) * (count)
_Static_assert(sizeof(struct cpu_state) == 0
#include "cpu/arch/state.def"
               ,
               "every byte of the CPU state is a row of state.def");
#undef FIELD

void cpu_reset(struct vcpu *cpu, enum cpu_reset_kind kind)
{
    cpu_timer_stop(cpu);
    for (unsigned i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (fields[i].reach <= (enum reset_reach)kind)
            memset((uint8_t *)&cpu->state + fields[i].offset, 0, fields[i].size);
    if (kind >= CPU_RESET_INITIAL) {
        /* The values other than zero (PoP chapter 4, "Initial CPU Reset"). */
        cpu->state.cr[0] = UINT64_C(0xe0);
        cpu->state.cr[14] = UINT64_C(0xc2000000);
        cpu->state.breaking_event = 1;
        cpu->cc = 0;
    }
    address_space_purge_all(cpu);
    cpu->early_exception = false;
    cpu->program = (struct program_exception){.code = 0};
    cpu->per.code = 0;
    cpu->cc = (uint8_t)bits64_get(cpu->state.psw_mask, 18, 19);
    psw_derive(cpu);
    cpu_state_set(cpu, CPU_STATE_STOPPED);
}

void cpu_state_set(struct vcpu *cpu, enum cpu_state_name state)
{
    pthread_mutex_lock(&cpu->lock);
    cpu->state.cpu_state = (uint8_t)state;
    pthread_mutex_unlock(&cpu->lock);
    /* The timer runs in the operating and the load state (PoP chapter 4, "CPU Timer"). */
    if (state == CPU_STATE_OPERATING || state == CPU_STATE_LOAD)
        cpu_timer_start(cpu);
    else
        cpu_timer_stop(cpu);
    vcpu_request(cpu, REQUEST_STATE);
    if (cpu->configuration->state_changed)
        cpu->configuration->state_changed(cpu->configuration->owner, cpu);
}

void cpu_check_stop(struct vcpu *cpu)
{
    cpu_state_set(cpu, CPU_STATE_CHECK_STOP);
    for (unsigned i = 0; i < CPUS_MAX; i++)
        if (cpu->configuration->cpu[i] && cpu->configuration->cpu[i] != cpu)
            interruption_post_malfunction_alert(cpu->configuration->cpu[i], cpu->address);
    vcpu_exit_request(cpu, &(struct vcpu_exit){.reason = EXIT_CHECK_STOP});
}
