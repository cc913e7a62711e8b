/* Running a CPU: see run_loop.h. */
#include "cpu/exec/run_loop.h"

#include <time.h>

#include "cpu/arch/configuration.h"
#include "cpu/arch/cpu_reset.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/prefix.h"
#include "cpu/arch/psw.h"
#include "cpu/arch/purge.h"
#include "cpu/arch/store_status.h"
#include "cpu/arch/timing.h"
#include "cpu/arch/turns.h"

static bool can_run(const struct vcpu *cpu)
{
    return cpu->state.cpu_state == CPU_STATE_OPERATING && !cpu->looping &&
           !(cpu->state.psw_mask & PSW_WAIT);
}

static void do_orders(struct vcpu *cpu, uint64_t pending)
{
    cpu->looping = false;
    psw_sync(cpu);
    if (pending & (PENDING_STOP | PENDING_STOP_AND_STORE_STATUS) &&
        cpu->state.cpu_state != CPU_STATE_CHECK_STOP)
        cpu_state_set(cpu, CPU_STATE_STOPPED);
    if (pending & PENDING_STOP_AND_STORE_STATUS)
        store_status(cpu, (abs_addr){0});
    if (pending & PENDING_INITIAL_CPU_RESET)
        cpu_reset(cpu, CPU_RESET_INITIAL);
    else if (pending & PENDING_CPU_RESET)
        cpu_reset(cpu, CPU_RESET_NORMAL);
}

/* What SIGP asked of this CPU and only its own thread may do. Stopping comes before resets:
   a reset leaves the CPU stopped anyway. Until all is done the CPU stays busy to SIGP. */
static void serve_orders(struct vcpu *cpu)
{
    const uint64_t orders = PENDING_STOP | PENDING_STOP_AND_STORE_STATUS |
                            PENDING_INITIAL_CPU_RESET | PENDING_CPU_RESET;
    uint64_t pending;

    /* Whoever posts one asks for a look afterwards. */
    if (!(cpu->state.pending & orders))
        return;
    pthread_mutex_lock(&cpu->lock);
    pending = cpu->state.pending & orders;
    cpu->state.pending &= ~orders;
    cpu->serving_orders = pending != 0;
    pthread_mutex_unlock(&cpu->lock);
    if (!pending)
        return;
    do_orders(cpu, pending);
    pthread_mutex_lock(&cpu->lock);
    cpu->serving_orders = false;
    pthread_mutex_unlock(&cpu->lock);
}

/* SIGP restart starts a stopped CPU with the interruption; a looping one it frees. */
static void serve_restart(struct vcpu *cpu)
{
    if (!(cpu->state.pending & PENDING_RESTART) || cpu->state.cpu_state == CPU_STATE_CHECK_STOP)
        return;
    cpu->looping = false;
    if (cpu->state.cpu_state == CPU_STATE_STOPPED)
        cpu_state_set(cpu, CPU_STATE_OPERATING);
}

/* A string of more interruptions than can be pending at once has no end: a new PSW lets in
   again the condition that has just interrupted, such as the CPU timer's. */
#define STRING_MAX (8 * IO_QUEUE_MAX + 1024u)

static void take_interruptions(struct vcpu *cpu)
{
    unsigned string = 0;

    atomic_fetch_and(&cpu->requests, ~(uint32_t)REQUEST_INTERRUPTION);
    for (;;) {
        if (cpu->early_exception)
            interruption_program(cpu);
        else if (!interruption_take(cpu))
            break;
        /* An invalid new PSW of its own would go on for ever: is_endless ends that. */
        if (cpu->exit.reason != EXIT_NONE || cpu->state.cpu_state != CPU_STATE_OPERATING)
            break;
        if (++string == STRING_MAX) {
            vcpu_exit_request(
                cpu, &(struct vcpu_exit){.reason = EXIT_PROGRAM_LOOP,
                                         .psw = {cpu->state.psw_mask, cpu->state.psw_addr}});
            break;
        }
    }
}

/* A channel program longer than so many parts goes on while the CPU runs again or sleeps. */
#define DEVICE_ROUNDS 1000u

/* Between two slices: true where devices have more to do. */
static bool serve_devices(struct vcpu *cpu)
{
    const struct slices *slices = &cpu->configuration->slices;

    return slices->devices && slices->devices(slices->devices_owner);
}

/* Devices end what they are about before time passes at once. */
static void sleep_deterministic(struct vcpu *cpu, uint64_t nanoseconds)
{
    for (unsigned i = 0; i < DEVICE_ROUNDS && serve_devices(cpu); i++)
        if (atomic_load(&cpu->requests))
            return;
    turns_sleep(cpu, nanoseconds);
}

/* Sleeps until a request comes, or the first clock could interrupt. */
static void sleep_until_request(struct vcpu *cpu, uint64_t nanoseconds)
{
    struct timespec until;

    if (cpu->configuration->tod.deterministic) {
        sleep_deterministic(cpu, nanoseconds);
        return;
    }
    pthread_mutex_lock(&cpu->lock);
    if (!atomic_load(&cpu->requests)) {
        if (nanoseconds == UINT64_MAX) {
            pthread_cond_wait(&cpu->wake, &cpu->lock);
        } else if (nanoseconds) {
            uint64_t sum;

            clock_gettime(CLOCK_MONOTONIC, &until);
            sum = (uint64_t)until.tv_nsec + nanoseconds % 1000000000u;
            until.tv_sec += (time_t)(nanoseconds / 1000000000u + sum / 1000000000u);
            until.tv_nsec = (long)(sum % 1000000000u);
            pthread_cond_timedwait(&cpu->wake, &cpu->lock, &until);
        }
    }
    pthread_mutex_unlock(&cpu->lock);
}

static void wait_enabled(struct vcpu *cpu)
{
    cpu->counters.waits++;
    sleep_until_request(cpu, timing_sleep(cpu));
}

/* A wait that nothing can end but restart and resets (PoP: disabled wait). */
static bool wait_is_disabled(const struct vcpu *cpu)
{
    return !(cpu->state.psw_mask & (PSW_IO | PSW_EXTERNAL | PSW_MACHINE_CHECK));
}

/* Does whatever is not executing instructions; true once the CPU can execute or exits. */
static bool settle(struct vcpu *cpu)
{
    uint32_t requests = atomic_fetch_and(&cpu->requests, ~(uint32_t)REQUEST_STATE);

    if (requests & REQUEST_PURGE)
        purge_serve(cpu);
    serve_orders(cpu);
    serve_restart(cpu);
    if (requests & REQUEST_EXIT || cpu->exit.reason != EXIT_NONE)
        return true;
    if (cpu->state.cpu_state != CPU_STATE_OPERATING || cpu->looping) {
        atomic_fetch_and(&cpu->requests, ~(uint32_t)REQUEST_INTERRUPTION);
        sleep_until_request(cpu, UINT64_MAX);
        return false;
    }
    take_interruptions(cpu);
    if (cpu->exit.reason != EXIT_NONE || can_run(cpu))
        return true;
    if (!(cpu->state.psw_mask & PSW_WAIT))
        return false;
    if (!wait_is_disabled(cpu)) {
        wait_enabled(cpu);
        return false;
    }
    if (cpu->disabled_wait_told) {
        sleep_until_request(cpu, UINT64_MAX);
        return false;
    }
    cpu->disabled_wait_told = true;
    vcpu_exit_request(cpu, &(struct vcpu_exit){.reason = EXIT_DISABLED_WAIT});
    return true;
}

/* Instructions between two looks at the clocks where only they are to be looked at: some
   microseconds of translated code, some tens when interpreting. Deadlines that a change of
   masks lets through are seen at once (psw.c). */
#define FREE_SLICE 16384u

/* Slices end at multiples of their length, whatever ended one before. */
static uint64_t slice_rest(const struct vcpu *cpu)
{
    const struct slices *slices = &cpu->configuration->slices;

    if (!cpu->configuration->tod.deterministic)
        return FREE_SLICE;
    return slices->length - cpu->instructions % slices->length;
}

static void between_slices(struct vcpu *cpu)
{
    const struct slices *slices = &cpu->configuration->slices;

    if (!cpu->configuration->tod.deterministic)
        return;
    serve_devices(cpu);
    if (slices->boundary && cpu->instructions % slices->length == 0)
        slices->boundary(slices->boundary_owner, cpu);
    turns_pass(cpu);
}

/* Executes until something needs looking at. Program interruptions come back to the middle and
   go on from there: whatever they lead to besides instructions is a request. */
static void execute(struct vcpu *cpu, const struct backend *backend)
{
    if (_setjmp(cpu->unwind) == 0) {
        cpu->disabled_wait_told = false;
        purge_enter(cpu);
    } else {
        cpu->execute_target = NULL;
        backend->unwind(cpu);
        interruption_program(cpu);
        /* A program that is interrupted again and again never uses up its slice. */
        between_slices(cpu);
        if (timing_due(cpu)) {
            purge_leave(cpu);
            return;
        }
    }
    while (!atomic_load_explicit(&cpu->requests, memory_order_relaxed)) {
        backend->run(cpu, slice_rest(cpu));
        between_slices(cpu);
        /* Behind the other CPUs' turns: a request that only backends have a reason for, such as
           a purge, must not be what lets a clock interrupt. */
        if (timing_due(cpu))
            break;
    }
    purge_leave(cpu);
}

struct vcpu_exit vcpu_run(struct vcpu *cpu, const struct backend *backend)
{
    struct vcpu_exit exit;

    for (;;) {
        turns_enter(cpu);
        if (!settle(cpu))
            continue;
        if (cpu->exit.reason == EXIT_NONE && !(atomic_load(&cpu->requests) & REQUEST_EXIT)) {
            execute(cpu, backend);
            continue;
        }
        atomic_fetch_and(&cpu->requests, ~(uint32_t)REQUEST_EXIT);
        exit = cpu->exit;
        if (exit.reason == EXIT_NONE)
            exit.reason = EXIT_KICKED;
        if (exit.reason == EXIT_PROGRAM_LOOP)
            cpu->looping = true;
        cpu->exit = (struct vcpu_exit){.reason = EXIT_NONE};
        turns_leave(cpu);
        psw_sync(cpu);
        return exit;
    }
}
