/* Purges across CPUs: see purge.h. */
#include "cpu/arch/purge.h"

#include <sched.h>

#include "cpu/arch/configuration.h"
#include "cpu/arch/purge_queue.h"

static void purge_here(struct vcpu *cpu, enum purge_kind kind, uint64_t operand)
{
    cpu->counters.purges++;
    switch (kind) {
    case PURGE_ALL:
        address_space_purge_all(cpu);
        break;
    case PURGE_PAGE:
        address_space_purge_page(cpu, operand);
        break;
    case PURGE_ASCE:
        address_space_purge_asce(cpu, operand);
        break;
    case PURGE_STORES:
        address_space_purge_stores(cpu, operand);
        break;
    case PURGE_ABSOLUTE:
        address_space_purge_absolute(cpu, operand);
        break;
    }
}

/* Queues the purge; the sequence number that shows it done. */
static uint64_t post(struct vcpu *target, enum purge_kind kind, uint64_t operand)
{
    struct purge_queue *queue = target->purges;
    uint64_t sequence;

    pthread_mutex_lock(&queue->lock);
    if (queue->count == PURGE_QUEUE_MAX) {
        /* One purge of everything stands for any number of others. */
        queue->count = 0;
        kind = PURGE_ALL;
    }
    queue->entry[queue->count].kind = kind;
    queue->entry[queue->count++].operand = operand;
    sequence = ++queue->posted;
    pthread_mutex_unlock(&queue->lock);
    atomic_fetch_or(&target->requests, REQUEST_PURGE);
    return sequence;
}

void purge_serve(struct vcpu *cpu)
{
    struct purge_queue *queue = cpu->purges;

    atomic_fetch_and(&cpu->requests, ~(uint32_t)REQUEST_PURGE);
    pthread_mutex_lock(&queue->lock);
    for (unsigned i = 0; i < queue->count; i++)
        purge_here(cpu, queue->entry[i].kind, queue->entry[i].operand);
    queue->count = 0;
    atomic_store(&queue->done, queue->posted);
    pthread_mutex_unlock(&queue->lock);
}

/* A CPU that executes looks up within a microsecond, unless its thread does not run. */
#define SPINS 64u

static void await(struct vcpu *cpu, struct vcpu *target)
{
    unsigned spins = 0;

    while (atomic_load(&target->in_guest) &&
           atomic_load(&target->purges->done) < cpu->purges->awaited[target->address]) {
        if (atomic_load_explicit(&cpu->requests, memory_order_relaxed) & REQUEST_PURGE)
            purge_serve(cpu);
        if (spins++ < SPINS)
            spin_pause();
        else
            sched_yield();
    }
}

void purge_everywhere(struct vcpu *cpu, enum purge_kind kind, uint64_t operand)
{
    struct configuration *configuration = cpu->configuration;
    struct vcpu *targets[CPUS_MAX];
    unsigned count = 0, others = configuration->cpu_count - 1;

    purge_here(cpu, kind, operand);
    for (unsigned i = 0; count < others && i < CPUS_MAX; i++)
        if (configuration->cpu[i] && configuration->cpu[i] != cpu)
            targets[count++] = configuration->cpu[i];
    for (unsigned i = 0; i < count; i++)
        cpu->purges->awaited[targets[i]->address] = post(targets[i], kind, operand);
    for (unsigned i = 0; i < count; i++)
        await(cpu, targets[i]);
}

void purge_enter(struct vcpu *cpu)
{
    /* First the flag, then the queue: whoever posts after this looks at the flag last. */
    atomic_store(&cpu->in_guest, true);
    if (atomic_load(&cpu->requests) & REQUEST_PURGE)
        purge_serve(cpu);
}

void purge_leave(struct vcpu *cpu)
{
    atomic_store(&cpu->in_guest, false);
}
