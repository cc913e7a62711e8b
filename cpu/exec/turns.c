/* Turns of deterministic mode: see turns.h. */
#include "cpu/exec/turns.h"

#include "cpu/arch/configuration.h"

/* The next CPU after ADDRESS that wants to execute, or ADDRESS itself. */
static unsigned next_wanting(const struct turns *turns, unsigned address)
{
    for (unsigned i = 1; i < CPUS_MAX; i++)
        if (turns->wants[(address + i) % CPUS_MAX])
            return (address + i) % CPUS_MAX;
    return address;
}

static void wait_for_turn(struct turns *turns, unsigned address)
{
    while (turns->holder != address)
        pthread_cond_wait(&turns->changed, &turns->lock);
}

static void give_away(struct turns *turns, unsigned address)
{
    turns->holder = next_wanting(turns, address);
    pthread_cond_broadcast(&turns->changed);
}

void turns_enter(struct vcpu *cpu)
{
    struct turns *turns = &cpu->configuration->turns;

    if (!cpu->configuration->tod.deterministic || turns->wants[cpu->address])
        return;
    pthread_mutex_lock(&turns->lock);
    turns->wants[cpu->address] = true;
    if (!turns->wants[turns->holder])
        turns->holder = cpu->address;
    wait_for_turn(turns, cpu->address);
    pthread_mutex_unlock(&turns->lock);
}

void turns_pass(struct vcpu *cpu)
{
    struct turns *turns = &cpu->configuration->turns;

    if (!cpu->configuration->tod.deterministic || cpu->configuration->cpu_count == 1)
        return;
    /* A CPU that waits here is between instructions: others need not wait for its purges. */
    atomic_store(&cpu->in_guest, false);
    pthread_mutex_lock(&turns->lock);
    give_away(turns, cpu->address);
    wait_for_turn(turns, cpu->address);
    pthread_mutex_unlock(&turns->lock);
    atomic_store(&cpu->in_guest, true);
}

void turns_leave(struct vcpu *cpu)
{
    struct turns *turns = &cpu->configuration->turns;

    if (!cpu->configuration->tod.deterministic || !turns->wants[cpu->address])
        return;
    pthread_mutex_lock(&turns->lock);
    turns->wants[cpu->address] = false;
    if (turns->holder == cpu->address)
        give_away(turns, cpu->address);
    pthread_mutex_unlock(&turns->lock);
}

bool turns_all_wait(const struct vcpu *cpu)
{
    struct turns *turns = &cpu->configuration->turns;
    bool all = true;

    pthread_mutex_lock(&turns->lock);
    for (unsigned i = 0; i < CPUS_MAX; i++)
        if (i != cpu->address && turns->wants[i])
            all = false;
    pthread_mutex_unlock(&turns->lock);
    return all;
}
