/* A machine's life: see machine.h. */
#include "src/machine/machine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/arch/models.h"
#include "cpu/arch/psw.h"
#include "src/machine/machine_internal.h"
#include "src/machine/verify.h"

/* A CPU's state changed: its own thread, or another's that gives it an order. */
static void state_changed(void *owner, struct vcpu *cpu)
{
    struct machine *machine = owner;

    (void)cpu;
    pthread_mutex_lock(&machine->lock);
    machine->look = true;
    pthread_cond_signal(&machine->changed);
    pthread_mutex_unlock(&machine->lock);
}

static void timed_out(void *owner)
{
    machine_end(owner, MACHINE_TIMED_OUT);
}

int machine_create(struct machine **result, const struct machine_config *config,
                   struct error *error)
{
    struct machine *machine = calloc(1, sizeof *machine);
    int code;

    if (!machine)
        return error_set(error, -ENOMEM, "the host has no memory for a machine");
    pthread_mutex_init(&machine->lock, NULL);
    pthread_cond_init(&machine->changed, NULL);
    pthread_cond_init(&machine->resumed, NULL);
    machine->storage.fd = -1;
    machine->timeout = (struct event_timer){.expired = timed_out, .owner = machine};
    machine->no_reboot = config->no_reboot;
    machine->owner = config->owner;
    machine->command = config->command;
    code = machine_wire(machine, config, error);
    if (code < 0) {
        machine_destroy(machine);
        return code;
    }
    *result = machine;
    return 0;
}

void machine_destroy(struct machine *machine)
{
    if (!machine)
        return;
    machine_unwire(machine);
    pthread_cond_destroy(&machine->resumed);
    pthread_cond_destroy(&machine->changed);
    pthread_mutex_destroy(&machine->lock);
    free(machine);
}

/* With the lock held: the first outcome stays. */
static void conclude(struct machine *machine, enum machine_outcome outcome, const char *reason)
{
    if (machine->outcome != MACHINE_RUNS)
        return;
    machine->outcome = outcome;
    snprintf(machine->reason, sizeof machine->reason, "%s", reason);
}

void machine_end(struct machine *machine, enum machine_outcome outcome)
{
    static const char *const reasons[] = {
        [MACHINE_RUNS] = "",
        [MACHINE_GUEST_ENDED] = "the guest has ended",
        [MACHINE_GUEST_FAILED] = "the guest has failed",
        [MACHINE_WEDGED] = "no CPU can go on",
        [MACHINE_TIMED_OUT] = "the time limit has passed",
        [MACHINE_QUIT] = "ended from the console",
        [MACHINE_ENDED] = "ended from outside",
        [MACHINE_DIFFERS] = "the machines that are compared differ",
        [MACHINE_CONSOLE_LOST] = "the console's output is lost",
    };

    if (machine->char_stdio)
        char_stdio_hurry(machine->char_stdio);
    for (unsigned i = 0; i < machine->char_file_count; i++)
        char_file_hurry(machine->char_files[i]);
    pthread_mutex_lock(&machine->lock);
    conclude(machine, outcome, reasons[outcome]);
    pthread_cond_signal(&machine->changed);
    pthread_mutex_unlock(&machine->lock);
}

/* Performs the reset that a CPU asked for; with the lock held, and given up meanwhile. */
static void serve_reset(struct machine *machine)
{
    struct machine_reset reset;

    machine_pause(machine);
    reset = machine->reset;
    if (machine->no_reboot && machine_reset_loads(reset.subcode)) {
        conclude(machine, MACHINE_GUEST_ENDED, "the guest reboots");
        return;
    }
    pthread_mutex_unlock(&machine->lock);
    machine_reset(machine, &reset);
    pthread_mutex_lock(&machine->lock);
    machine->reset.cpu = NULL;
    machine_resume(machine);
}

static void look_for_end(struct machine *machine)
{
    enum machine_outcome outcome;
    char reason[sizeof machine->reason];

    machine->look = false;
    if (!verdict_is_near(machine))
        return;
    machine_pause(machine);
    if (!machine->reset.cpu) {
        outcome = verdict_reach(machine, reason);
        if (outcome != MACHINE_RUNS)
            conclude(machine, outcome, reason);
    }
    if (machine->outcome == MACHINE_RUNS && !machine->reset.cpu)
        machine_resume(machine);
}

/* Serves the CPUs until the end; then all are parked. */
static void serve(struct machine *machine)
{
    pthread_mutex_lock(&machine->lock);
    while (machine->outcome == MACHINE_RUNS) {
        if (machine->reset.cpu)
            serve_reset(machine);
        else if (machine->look)
            look_for_end(machine);
        else
            pthread_cond_wait(&machine->changed, &machine->lock);
    }
    machine_pause(machine);
    pthread_mutex_unlock(&machine->lock);
}

static void ignore_input(void *owner, const uint8_t *bytes, size_t length)
{
    (void)owner;
    (void)bytes;
    (void)length;
}

static int start(struct machine *machine, uint64_t timeout_ns, struct error *error)
{
    int code = event_loop_start(machine->loop, error);

    /* What is typed comes at no known instruction: a machine that is compared hears nothing. */
    if (machine->verify)
        machine->stdio_sink = (struct char_sink){.input = ignore_input};
    if (code == 0 && machine->char_stdio)
        code = char_stdio_connect(machine->char_stdio, machine->stdio_sink, error);
    if (code < 0)
        return code;
    machine->start_ns = event_loop_now();
    if (timeout_ns)
        event_timer_arm(machine->loop, &machine->timeout, machine->start_ns + timeout_ns);
    machine_load(machine, machine->cpu[0].cpu);
    machine->configuration.owner = machine;
    machine->configuration.state_changed = state_changed;
    if (machine->verify)
        code = verify_start(machine->verify, error);
    return code < 0 ? code : machine_threads_start(machine, error);
}

enum machine_outcome machine_run(struct machine *machine, uint64_t timeout_ns, struct error *error)
{
    int code = start(machine, timeout_ns, error);

    if (code == 0) {
        serve(machine);
        machine_threads_join(machine);
        if (machine->verify && verify_finish(machine->verify, machine->outcome)) {
            machine->outcome = MACHINE_RUNS;
            machine_end(machine, MACHINE_DIFFERS);
        }
    }
    machine->end_ns = event_loop_now();
    event_loop_stop(machine->loop);
    machine_restore_terminal(machine);
    if (code == 0 && machine->outcome == MACHINE_CONSOLE_LOST) {
        const int lost = atomic_load(&machine->console_error);

        code = error_set(error, lost,
                         "the console's output cannot be written: %s; give another "
                         "--console",
                         strerror(-lost));
    }
    return code < 0 ? MACHINE_RUNS : machine->outcome;
}

void machine_restore_terminal(struct machine *machine)
{
    if (machine->char_stdio)
        char_stdio_restore_terminal(machine->char_stdio);
}

const char *machine_reason(const struct machine *machine)
{
    return machine->reason;
}

const char *machine_difference(const struct machine *machine)
{
    return machine->verify ? verify_text(machine->verify) : NULL;
}

unsigned machine_cpu_count(const struct machine *machine)
{
    return machine->cpu_count;
}

void machine_cpu_view(const struct machine *machine, unsigned index, struct machine_cpu_view *view)
{
    const struct vcpu *cpu = machine->cpu[index].cpu;

    *view = (struct machine_cpu_view){
        .address = cpu->address,
        .state = verdict_cpu_state(cpu),
        .psw = {psw_mask(cpu), cpu->state.psw_addr},
        .prefix = (uint32_t)cpu->state.prefix,
        .breaking_event = cpu->state.breaking_event,
        .instructions = cpu->instructions,
    };
    psw_describe(view->psw, view->psw_text);
    memcpy(view->gr, cpu->state.gr, sizeof view->gr);
    memcpy(view->cr, cpu->state.cr, sizeof view->cr);
    memcpy(view->ar, cpu->state.ar, sizeof view->ar);
}

bool machine_model(unsigned index, const char **name, const char **title)
{
    const struct cpu_model *model = cpu_model_at(index);

    if (!model)
        return false;
    *name = model->name;
    *title = model->title;
    return true;
}
