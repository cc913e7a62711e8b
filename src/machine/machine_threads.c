/* The CPUs' threads: running, parking, ending. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "cpu/exec/run_loop.h"
#include "src/base/thread.h"
#include "src/machine/machine_internal.h"

static uint64_t thread_nanoseconds(void)
{
    struct timespec used;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec;
}

/* Waits while the machine is paused; false where the thread shall end. */
static bool may_run(struct machine_cpu *c)
{
    struct machine *machine = c->machine;
    bool finishing;

    pthread_mutex_lock(&machine->lock);
    while (machine->paused) {
        const unsigned pause = machine->pauses;

        c->parked = true;
        machine->parked++;
        pthread_cond_signal(&machine->changed);
        /* The next pause may begin before this thread has seen the end of this one. */
        while (machine->paused && machine->pauses == pause)
            pthread_cond_wait(&machine->resumed, &machine->lock);
    }
    finishing = machine->finishing;
    pthread_mutex_unlock(&machine->lock);
    return !finishing;
}

static void take_exit(struct machine_cpu *c, struct vcpu_exit *exit)
{
    struct machine *machine = c->machine;

    /* A reset leaves nothing to complete: DIAGNOSE 308 never ends in front of it. */
    if (exit->reason != EXIT_RESET)
        vcpu_complete(c->cpu, exit, 0);
    if (exit->reason == EXIT_KICKED)
        return;
    pthread_mutex_lock(&machine->lock);
    c->told = exit->reason;
    machine->look = true;
    if (exit->reason == EXIT_RESET) {
        /* This CPU must not go on before the reset; the others are stopped for it. Of two
           that ask at once the first is served, and its reset takes the other with it. */
        if (!machine->reset.cpu)
            machine->reset = (struct machine_reset){c->cpu, exit->subcode};
        machine->paused = true;
    }
    pthread_cond_signal(&machine->changed);
    pthread_mutex_unlock(&machine->lock);
}

static void *run_cpu(void *argument)
{
    struct machine_cpu *c = argument;

    while (may_run(c)) {
        struct vcpu_exit exit = vcpu_run(c->cpu, c->machine->backend);

        take_exit(c, &exit);
    }
    c->host_ns = thread_nanoseconds();
    return NULL;
}

int machine_threads_start(struct machine *machine, struct error *error)
{
    sigset_t before;
    int code = 0;

    thread_signals_block(&before);
    for (unsigned i = 0; i < machine->cpu_count && code == 0; i++) {
        struct machine_cpu *c = &machine->cpu[i];

        code = pthread_create(&c->thread, NULL, run_cpu, c);
        c->started = code == 0;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (code == 0)
        return 0;
    machine_threads_join(machine);
    return error_set(error, -code, "the host refuses %u threads: %s; ask for fewer with --cpus",
                     machine->cpu_count, strerror(code));
}

void machine_threads_join(struct machine *machine)
{
    pthread_mutex_lock(&machine->lock);
    machine->finishing = true;
    machine->paused = false;
    for (unsigned i = 0; i < machine->cpu_count; i++)
        if (machine->cpu[i].started)
            vcpu_request(machine->cpu[i].cpu, REQUEST_EXIT);
    pthread_cond_broadcast(&machine->resumed);
    pthread_mutex_unlock(&machine->lock);
    for (unsigned i = 0; i < machine->cpu_count; i++)
        if (machine->cpu[i].started)
            pthread_join(machine->cpu[i].thread, NULL);
}

void machine_pause(struct machine *machine)
{
    machine->paused = true;
    for (unsigned i = 0; i < machine->cpu_count; i++)
        if (!machine->cpu[i].parked)
            vcpu_request(machine->cpu[i].cpu, REQUEST_EXIT);
    while (machine->parked < machine->cpu_count)
        pthread_cond_wait(&machine->changed, &machine->lock);
}

void machine_resume(struct machine *machine)
{
    machine->paused = false;
    machine->pauses++;
    machine->parked = 0;
    for (unsigned i = 0; i < machine->cpu_count; i++)
        machine->cpu[i].parked = false;
    pthread_cond_broadcast(&machine->resumed);
}
