/*
 * Resets and loading, for the start and for DIAGNOSE 308 (z/VM CP Programming Services,
 * "DIAGNOSE Code X'308'"). Runs while every CPU's thread is parked.
 */
#include <string.h>

#include "cpu/arch/cpu_reset.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/psw.h"
#include "src/machine/machine_internal.h"

enum reset_subcode {
    RESET_MODIFIED_CLEAR = 0,
    RESET_LOAD_NORMAL = 1,
    RESET_LOAD_CLEAR = 3,
    RESET_LOAD_DUMP = 4,
};

/* What a subcode does to the CPU that asks, to the others and to storage. */
static const struct reset_row {
    unsigned subcode;
    enum cpu_reset_kind own, other;
    bool clears; /* storage and its keys */
    bool loads;  /* the images anew; else the PSW at absolute 0 is loaded */
} reset_rows[] = {
    {RESET_MODIFIED_CLEAR, CPU_RESET_CLEAR, CPU_RESET_CLEAR, false, false},
    {RESET_LOAD_NORMAL, CPU_RESET_INITIAL, CPU_RESET_NORMAL, false, false},
    {RESET_LOAD_CLEAR, CPU_RESET_CLEAR, CPU_RESET_CLEAR, true, true},
    {RESET_LOAD_DUMP, CPU_RESET_INITIAL, CPU_RESET_NORMAL, false, true},
};

static const struct reset_row *find_row(unsigned subcode)
{
    const struct reset_row *row = reset_rows;

    for (unsigned i = 0; i < sizeof reset_rows / sizeof reset_rows[0]; i++)
        if (reset_rows[i].subcode == subcode)
            row = &reset_rows[i];
    return row;
}

bool machine_reset_loads(unsigned subcode)
{
    return find_row(subcode)->loads;
}

static void reset_subsystems(struct machine *machine)
{
    event_timer_cancel(machine->loop, &machine->watchdog);
    pthread_mutex_lock(&machine->lock);
    machine->watchdog_set = false;
    pthread_mutex_unlock(&machine->lock);
    css_reset(machine->css);
    sclp_reset(machine->sclp);
    interruption_reset_floating(&machine->configuration);
}

static void start(struct vcpu *cpu, struct psw psw)
{
    psw_load(cpu, psw);
    cpu_state_set(cpu, CPU_STATE_OPERATING);
}

void machine_load(struct machine *machine, struct vcpu *cpu)
{
    start(cpu, ipl_load(&machine->ipl, &machine->storage));
}

void machine_reset(struct machine *machine, const struct machine_reset *reset)
{
    const struct reset_row *row = find_row(reset->subcode);

    for (unsigned i = 0; i < machine->cpu_count; i++) {
        struct vcpu *cpu = machine->cpu[i].cpu;

        cpu_reset(cpu, cpu == reset->cpu ? row->own : row->other);
        machine->cpu[i].told = EXIT_NONE;
    }
    reset_subsystems(machine);
    if (row->clears)
        storage_clear(&machine->storage);
    if (row->loads)
        machine_load(machine, reset->cpu);
    else
        start(reset->cpu, psw_from_short(load_be64(machine->storage.host)));
}
