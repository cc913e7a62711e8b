/* TOD-clock steering: see tod_steering.h. */
#include "cpu/arch/tod_steering.h"

#include "cpu/arch/configuration.h"

#define RATE_SHIFT 44

static uint64_t offset_at(const struct tod_episode *episode, uint64_t physical)
{
    int128_t rate = (int128_t)episode->fine + episode->gross;
    int128_t elapsed = (int128_t)(physical - episode->start);

    return episode->base + (uint64_t)((elapsed * rate) >> RATE_SHIFT);
}

uint64_t tod_steering_offset(const struct vcpu *cpu, uint64_t physical)
{
    struct tod_clock *clock = &cpu->configuration->tod;
    uint64_t offset;

    pthread_mutex_lock(&clock->lock);
    offset = offset_at(&clock->new_episode, physical);
    pthread_mutex_unlock(&clock->lock);
    return offset;
}

void tod_steering_query(const struct vcpu *cpu, struct tod_steering_view *view)
{
    struct tod_clock *clock = &cpu->configuration->tod;

    view->physical = tod_physical(cpu);
    view->epoch_difference = atomic_load(&clock->epoch) - clock->physical_epoch;
    pthread_mutex_lock(&clock->lock);
    view->old_episode = clock->old_episode;
    view->new_episode = clock->new_episode;
    pthread_mutex_unlock(&clock->lock);
    view->offset = offset_at(&view->new_episode, view->physical);
}

void tod_steering_change(struct vcpu *cpu, enum tod_steering_change change, uint64_t value)
{
    struct tod_clock *clock = &cpu->configuration->tod;
    struct tod_episode next;

    pthread_mutex_lock(&clock->lock);
    next = clock->new_episode;
    next.start = tod_physical(cpu);
    next.base = offset_at(&clock->new_episode, next.start);
    switch (change) {
    case TOD_OFFSET_ADJUST:
        next.base += value;
        break;
    case TOD_OFFSET_SET:
        next.base = value;
        break;
    case TOD_FINE_RATE:
        next.fine = (int32_t)value;
        break;
    case TOD_GROSS_RATE:
        next.gross = (int32_t)value;
        break;
    }
    clock->old_episode = clock->new_episode;
    clock->new_episode = next;
    atomic_store(&clock->steered, next.base || next.fine || next.gross);
    pthread_mutex_unlock(&clock->lock);
    tod_changed(cpu);
}
