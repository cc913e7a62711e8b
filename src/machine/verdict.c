/*
 * Has the guest come to its end, and how? A CPU is alive while it executes, may be interrupted
 * or has been asked to restart; what no CPU can ever change any more is the end.
 */
#include <stdio.h>

#include "src/machine/machine_internal.h"

/* What z/VM's and KVM's guests load when they are done: a disabled wait with this address. */
#define WAIT_ADDRESS_OF_SUCCESS 0xfffu

enum condition {
    ALIVE,
    STOPPED,
    DONE, /* disabled wait that means success */
    DISABLED_WAIT,
    CHECK_STOPPED,
    LOOPING,
};

static enum condition condition_of(const struct vcpu *cpu)
{
    const uint64_t mask = cpu->state.psw_mask;

    if (cpu->state.cpu_state == CPU_STATE_CHECK_STOP)
        return CHECK_STOPPED;
    if (cpu->state.pending & PENDING_RESTART)
        return ALIVE;
    if (cpu->state.cpu_state == CPU_STATE_STOPPED)
        return STOPPED;
    if (cpu->looping)
        return LOOPING;
    if (cpu->early_exception || !(mask & PSW_WAIT) ||
        mask & (PSW_IO | PSW_EXTERNAL | PSW_MACHINE_CHECK))
        return ALIVE;
    return cpu->state.psw_addr == WAIT_ADDRESS_OF_SUCCESS ? DONE : DISABLED_WAIT;
}

bool verdict_is_near(struct machine *machine)
{
    for (unsigned i = 0; i < machine->cpu_count; i++) {
        struct vcpu *cpu = machine->cpu[i].cpu;
        const enum exit_reason told = machine->cpu[i].told;
        bool operating;

        pthread_mutex_lock(&cpu->lock);
        operating =
            cpu->state.cpu_state == CPU_STATE_OPERATING || cpu->state.cpu_state == CPU_STATE_LOAD;
        pthread_mutex_unlock(&cpu->lock);
        if (operating && told != EXIT_DISABLED_WAIT && told != EXIT_PROGRAM_LOOP)
            return false;
    }
    return true;
}

static enum machine_outcome judge(enum condition worst, const struct vcpu *cpu, char reason[256])
{
    switch (worst) {
    case DISABLED_WAIT:
        snprintf(reason, 256,
                 "CPU %u is in a disabled wait at 0x%llx, which is how Linux ends a panic and "
                 "other systems an error",
                 cpu->address, (unsigned long long)cpu->state.psw_addr);
        return MACHINE_GUEST_FAILED;
    case CHECK_STOPPED:
        snprintf(reason, 256, "CPU %u is in the check-stop state, and no other CPU runs",
                 cpu->address);
        return MACHINE_GUEST_FAILED;
    case LOOPING:
        snprintf(
            reason, 256,
            "CPU %u takes interruptions without end, for a new PSW leads straight to the next, "
            "and no other CPU runs",
            cpu->address);
        return MACHINE_WEDGED;
    default:
        snprintf(reason, 256, "the guest has stopped every CPU");
        return MACHINE_GUEST_ENDED;
    }
}

enum machine_outcome verdict_reach(struct machine *machine, char reason[256])
{
    static const enum condition order[] = {DISABLED_WAIT, CHECK_STOPPED, LOOPING, STOPPED, DONE};

    for (unsigned i = 0; i < machine->cpu_count; i++)
        if (condition_of(machine->cpu[i].cpu) == ALIVE) {
            machine->cpu[i].told = EXIT_NONE;
            return MACHINE_RUNS;
        }
    for (unsigned row = 0; row < sizeof order / sizeof order[0]; row++)
        for (unsigned i = 0; i < machine->cpu_count; i++)
            if (condition_of(machine->cpu[i].cpu) == order[row])
                return judge(order[row], machine->cpu[i].cpu, reason);
    return MACHINE_RUNS;
}

const char *verdict_cpu_state(const struct vcpu *cpu)
{
    switch (condition_of(cpu)) {
    case STOPPED:
        return "stopped";
    case DONE:
    case DISABLED_WAIT:
        return "in a disabled wait";
    case CHECK_STOPPED:
        return "in the check-stop state";
    case LOOPING:
        return "in an interruption loop";
    default:
        return cpu->state.psw_mask & PSW_WAIT ? "waiting" : "operating";
    }
}
