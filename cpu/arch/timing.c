/* TOD clock, clock comparator and CPU timer: see timing.h. */
#include "cpu/arch/timing.h"

#include <time.h>

#include "cpu/arch/configuration.h"
#include "cpu/arch/control.h"
#include "cpu/arch/tod_steering.h"

/* In deterministic mode an instruction takes 4 nanoseconds: near what the hardware takes,
   so that timeouts in guests keep their proportions. */
#define DETERMINISTIC_TOD_PER_INSTRUCTION 16u

#define TOD_PER_SECOND UINT64_C(4096000000)

/* 4096 TOD units are 1000 ns. */
uint64_t tod_of_nanoseconds(uint64_t ns)
{
    return (uint64_t)((uint128_t)ns * 512 / 125);
}

static uint64_t host_nanoseconds(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

/* One clock for all CPUs: only one of them executes at a time (turns.h). */
static uint64_t instructions_of_all(const struct configuration *configuration)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < CPUS_MAX; i++) {
        const struct vcpu *cpu = configuration->cpu[i];

        if (!cpu)
            continue;
        sum += cpu->instructions;
        if (cpu->instructions_uncounted)
            sum += cpu->instructions_uncounted(cpu);
    }
    return sum;
}

static uint64_t counter(const struct vcpu *cpu)
{
    const struct tod_clock *clock = &cpu->configuration->tod;

    if (clock->deterministic)
        return instructions_of_all(cpu->configuration) * DETERMINISTIC_TOD_PER_INSTRUCTION +
               atomic_load_explicit(&clock->skipped, memory_order_relaxed);
    return tod_of_nanoseconds(host_nanoseconds(CLOCK_MONOTONIC));
}

void tod_start(struct tod_clock *clock, bool deterministic, uint64_t unix_seconds)
{
    uint64_t now, running;

    clock->deterministic = deterministic;
    if (deterministic) {
        now = unix_seconds * TOD_PER_SECOND;
        running = 0;
    } else {
        now = tod_of_nanoseconds(host_nanoseconds(CLOCK_REALTIME));
        running = tod_of_nanoseconds(host_nanoseconds(CLOCK_MONOTONIC));
    }
    atomic_store(&clock->skipped, 0);
    clock->physical_epoch = TOD_UNIX_EPOCH + now - running;
    atomic_store(&clock->epoch, clock->physical_epoch);
    pthread_mutex_init(&clock->lock, NULL);
}

uint64_t tod_physical(const struct vcpu *cpu)
{
    return counter(cpu) + cpu->configuration->tod.physical_epoch;
}

uint64_t tod_now(const struct vcpu *cpu)
{
    const struct tod_clock *clock = &cpu->configuration->tod;
    uint64_t running = counter(cpu);
    uint64_t now = running + atomic_load_explicit(&clock->epoch, memory_order_relaxed);

    if (unlikely(atomic_load_explicit(&clock->steered, memory_order_relaxed)))
        now += tod_steering_offset(cpu, running + clock->physical_epoch);
    return now;
}

uint64_t tod_unique(const struct vcpu *cpu)
{
    _Atomic uint64_t *stored = &cpu->configuration->tod.stored;
    uint64_t now = tod_now(cpu), last = atomic_load_explicit(stored, memory_order_relaxed);

    while (!atomic_compare_exchange_weak(stored, &last, now > last ? now : last + 1))
        ;
    return now > last ? now : last + 1;
}

void tod_set(struct vcpu *cpu, uint64_t value)
{
    struct tod_clock *clock = &cpu->configuration->tod;

    atomic_fetch_add(&clock->epoch, value - tod_now(cpu));
    tod_changed(cpu);
}

void tod_changed(struct vcpu *cpu)
{
    atomic_store(&cpu->configuration->tod.stored, 0);
    for (unsigned i = 0; i < CPUS_MAX; i++)
        if (cpu->configuration->cpu[i])
            vcpu_request(cpu->configuration->cpu[i], REQUEST_INTERRUPTION);
}

uint64_t cpu_timer_get(const struct vcpu *cpu)
{
    if (!cpu->timer_running)
        return cpu->state.cpu_timer;
    return cpu->state.cpu_timer - (counter(cpu) - cpu->timer_base);
}

void cpu_timer_set(struct vcpu *cpu, uint64_t value)
{
    cpu->state.cpu_timer = value;
    cpu->timer_base = counter(cpu);
}

void cpu_timer_stop(struct vcpu *cpu)
{
    cpu->state.cpu_timer = cpu_timer_get(cpu);
    cpu->timer_running = false;
}

void cpu_timer_start(struct vcpu *cpu)
{
    if (cpu->timer_running)
        return;
    cpu->timer_base = counter(cpu);
    cpu->timer_running = true;
}

void clock_comparator_set(struct vcpu *cpu, uint64_t value)
{
    cpu->state.clock_comparator = value;
    atomic_fetch_or(&cpu->requests, REQUEST_INTERRUPTION);
}

bool clock_comparator_pending(const struct vcpu *cpu)
{
    return tod_now(cpu) > cpu->state.clock_comparator;
}

bool cpu_timer_pending(const struct vcpu *cpu)
{
    return (int64_t)cpu_timer_get(cpu) < 0;
}

static uint64_t tod_to_nanoseconds(uint64_t tod)
{
    return (uint64_t)((uint128_t)tod * 125 / 512) + 1;
}

uint64_t timing_sleep(const struct vcpu *cpu)
{
    uint64_t sleep = UINT64_MAX;

    if (!(cpu->state.psw_mask & PSW_EXTERNAL))
        return sleep;
    if (cpu->state.cr[0] & CR0_CLOCK_COMPARATOR) {
        uint64_t now = tod_now(cpu);

        if (now > cpu->state.clock_comparator)
            return 0;
        sleep = tod_to_nanoseconds(cpu->state.clock_comparator - now);
    }
    if (cpu->state.cr[0] & CR0_CPU_TIMER) {
        uint64_t left = cpu_timer_get(cpu);

        if ((int64_t)left < 0)
            return 0;
        left = tod_to_nanoseconds(left);
        sleep = left < sleep ? left : sleep;
    }
    return sleep;
}

void timing_skip(struct vcpu *cpu, uint64_t tod)
{
    atomic_fetch_add(&cpu->configuration->tod.skipped, tod);
}
