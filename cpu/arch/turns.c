/* Turns of deterministic mode: see turns.h. */
#include "cpu/arch/turns.h"

#include "cpu/arch/configuration.h"
#include "cpu/arch/timing.h"

#define NOBODY CPUS_MAX

static bool in_use(const struct vcpu *cpu)
{
    return cpu->configuration->tod.deterministic;
}

/* Sleepers whose time has come want the turn. */
static void wake_due(struct vcpu *cpu, struct turns *turns)
{
    uint64_t now = tod_now(cpu);

    for (unsigned i = 0; i < CPUS_MAX; i++)
        if (turns->deadline[i] <= now) {
            turns->deadline[i] = UINT64_MAX;
            turns->wants[i] = true;
        }
}

static unsigned next_wanting(const struct turns *turns, unsigned after)
{
    for (unsigned i = 1; i <= CPUS_MAX; i++)
        if (turns->wants[(after + i) % CPUS_MAX])
            return (after + i) % CPUS_MAX;
    return NOBODY;
}

static uint64_t first_deadline(const struct turns *turns)
{
    uint64_t first = UINT64_MAX;

    for (unsigned i = 0; i < CPUS_MAX; i++)
        first = turns->deadline[i] < first ? turns->deadline[i] : first;
    return first;
}

/* Chooses who is next after CPU. Where all sleep, skips to the first deadline there is. */
static void give_away(struct vcpu *cpu, struct turns *turns)
{
    wake_due(cpu, turns);
    turns->holder = next_wanting(turns, cpu->address);
    if (turns->holder == NOBODY && first_deadline(turns) != UINT64_MAX) {
        timing_skip(cpu, first_deadline(turns) - tod_now(cpu));
        wake_due(cpu, turns);
        turns->holder = next_wanting(turns, cpu->address);
    }
    pthread_cond_broadcast(&turns->changed);
}

static void wait_for_turn(struct vcpu *cpu, struct turns *turns)
{
    while (turns->holder != cpu->address)
        pthread_cond_wait(&turns->changed, &turns->lock);
}

void turns_enter(struct vcpu *cpu)
{
    struct turns *turns = &cpu->configuration->turns;

    if (!in_use(cpu) || turns->holder == cpu->address)
        return;
    pthread_mutex_lock(&turns->lock);
    turns->outside[cpu->address] = false;
    turns->wants[cpu->address] = true;
    if (turns->holder == NOBODY)
        turns->holder = cpu->address;
    wait_for_turn(cpu, turns);
    pthread_mutex_unlock(&turns->lock);
}

void turns_pass(struct vcpu *cpu)
{
    struct turns *turns = &cpu->configuration->turns;

    if (!in_use(cpu) || cpu->configuration->cpu_count == 1)
        return;
    /* A CPU that waits here is between instructions: nobody need wait for its purges. */
    atomic_store(&cpu->in_guest, false);
    pthread_mutex_lock(&turns->lock);
    give_away(cpu, turns);
    wait_for_turn(cpu, turns);
    pthread_mutex_unlock(&turns->lock);
    atomic_store(&cpu->in_guest, true);
}

static void stop_wanting(struct vcpu *cpu, struct turns *turns, uint64_t deadline)
{
    turns->wants[cpu->address] = false;
    turns->deadline[cpu->address] = deadline;
    if (turns->holder == cpu->address)
        give_away(cpu, turns);
}

void turns_leave(struct vcpu *cpu)
{
    struct turns *turns = &cpu->configuration->turns;

    if (!in_use(cpu))
        return;
    pthread_mutex_lock(&turns->lock);
    turns->outside[cpu->address] = true;
    stop_wanting(cpu, turns, UINT64_MAX);
    pthread_mutex_unlock(&turns->lock);
}

void turns_sleep(struct vcpu *cpu, uint64_t nanoseconds)
{
    struct turns *turns = &cpu->configuration->turns;
    uint64_t deadline = UINT64_MAX;

    if (nanoseconds != UINT64_MAX)
        deadline = tod_now(cpu) + tod_of_nanoseconds(nanoseconds);
    pthread_mutex_lock(&turns->lock);
    if (!atomic_load(&cpu->requests))
        stop_wanting(cpu, turns, deadline);
    wait_for_turn(cpu, turns);
    turns->deadline[cpu->address] = UINT64_MAX;
    pthread_mutex_unlock(&turns->lock);
}

void turns_wake(struct vcpu *cpu)
{
    struct turns *turns = &cpu->configuration->turns;

    if (!in_use(cpu))
        return;
    pthread_mutex_lock(&turns->lock);
    /* A turn given to a CPU that has left would never be passed on. It looks at its requests
       anyway when it comes back. */
    if (!turns->outside[cpu->address]) {
        turns->wants[cpu->address] = true;
        if (turns->holder == NOBODY)
            turns->holder = cpu->address;
        pthread_cond_broadcast(&turns->changed);
    }
    pthread_mutex_unlock(&turns->lock);
}
