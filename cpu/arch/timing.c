/* TOD clock, clock comparator and CPU timer: see timing.h. */
#include "cpu/arch/timing.h"

#include <time.h>

#include "cpu/arch/configuration.h"
#include "cpu/arch/control.h"
#include "cpu/arch/tod_steering.h"

/* In deterministic mode an instruction takes 4 nanoseconds: near what the hardware takes,
   so that timeouts in guests keep their proportions. */
#define DETERMINISTIC_TOD_PER_INSTRUCTION 16u

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

static NEVER_INLINE uint64_t deterministic_counter(const struct vcpu *cpu)
{
    return instructions_of_all(cpu->configuration) * DETERMINISTIC_TOD_PER_INSTRUCTION +
           atomic_load_explicit(&cpu->configuration->tod.skipped, memory_order_relaxed);
}

/* ORDERED: as other CPUs could tell (tick.h). */
static ALWAYS_INLINE uint64_t counter(const struct vcpu *cpu, bool ordered)
{
    struct tod_clock *clock = &cpu->configuration->tod;

    if (unlikely(clock->deterministic))
        return deterministic_counter(cpu);
    return tick_clock_now(&clock->tick, ordered);
}

void tod_init(struct tod_clock *clock)
{
    tick_clock_init(&clock->tick, TOD_PER_SECOND);
}

void tod_start(struct tod_clock *clock, bool deterministic, uint64_t unix_seconds)
{
    uint64_t now, running;

    clock->deterministic = deterministic;
    if (deterministic) {
        now = unix_seconds * TOD_PER_SECOND;
        running = 0;
    } else {
        tick_clock_start(&clock->tick);
        running = tick_clock_now(&clock->tick, true);
        now = tod_of_nanoseconds(host_nanoseconds(CLOCK_REALTIME));
    }
    atomic_store(&clock->skipped, 0);
    clock->physical_epoch = TOD_UNIX_EPOCH + now - running;
    atomic_store(&clock->epoch, clock->physical_epoch);
    pthread_mutex_init(&clock->lock, NULL);
}

uint64_t tod_physical(const struct vcpu *cpu)
{
    return counter(cpu, true) + cpu->configuration->tod.physical_epoch;
}

static ALWAYS_INLINE uint64_t tod_at(const struct vcpu *cpu, uint64_t running)
{
    const struct tod_clock *clock = &cpu->configuration->tod;
    uint64_t now = running + atomic_load_explicit(&clock->epoch, memory_order_relaxed);

    if (unlikely(atomic_load_explicit(&clock->steered, memory_order_relaxed)))
        now += tod_steering_offset(cpu, running + clock->physical_epoch);
    return now;
}

/* Only others can tell that a reading came a little early. */
static ALWAYS_INLINE bool alone(const struct vcpu *cpu)
{
    return cpu->configuration->cpu_count == 1;
}

uint64_t tod_now(const struct vcpu *cpu)
{
    return tod_at(cpu, counter(cpu, !alone(cpu)));
}

uint64_t tod_unique(const struct vcpu *cpu)
{
    _Atomic uint64_t *stored = &cpu->configuration->tod.stored;
    uint64_t now = tod_now(cpu), last = atomic_load_explicit(stored, memory_order_relaxed);
    uint64_t unique;

    if (alone(cpu)) {
        unique = now > last ? now : last + 1;
        atomic_store_explicit(stored, unique, memory_order_relaxed);
        return unique;
    }
    do
        unique = now > last ? now : last + 1;
    while (!atomic_compare_exchange_weak(stored, &last, unique));
    return unique;
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
    atomic_fetch_add(&cpu->configuration->tod.changes, 1);
    for (unsigned i = 0; i < CPUS_MAX; i++)
        if (cpu->configuration->cpu[i])
            vcpu_request(cpu->configuration->cpu[i], REQUEST_INTERRUPTION);
}

uint64_t cpu_timer_get(const struct vcpu *cpu)
{
    if (!cpu->timer_running)
        return cpu->state.cpu_timer;
    return cpu->state.cpu_timer - (counter(cpu, false) - cpu->timer_base);
}

void cpu_timer_set(struct vcpu *cpu, uint64_t value)
{
    cpu->state.cpu_timer = value;
    cpu->timer_base = counter(cpu, false);
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
    cpu->timer_base = counter(cpu, false);
    cpu->timer_running = true;
}

void clock_comparator_set(struct vcpu *cpu, uint64_t value)
{
    cpu->state.clock_comparator = value;
    if (clock_comparator_pending(cpu))
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

/* A condition is pending from its counter value on. */
static uint64_t comparator_deadline(const struct vcpu *cpu, uint64_t running)
{
    uint64_t now = tod_at(cpu, running), left = cpu->state.clock_comparator - now;

    if (now > cpu->state.clock_comparator)
        return 0;
    return left < UINT64_MAX - running ? running + left + 1 : UINT64_MAX;
}

static uint64_t timer_deadline(const struct vcpu *cpu)
{
    if ((int64_t)cpu->state.cpu_timer < 0)
        return 0;
    if (!cpu->timer_running)
        return UINT64_MAX;
    return cpu->timer_base + cpu->state.cpu_timer + 1;
}

static void find_deadline(struct vcpu *cpu, struct clock_deadline *deadline, uint64_t running)
{
    uint64_t other;

    deadline->at = UINT64_MAX;
    if (deadline->subclasses & CR0_CLOCK_COMPARATOR)
        deadline->at = comparator_deadline(cpu, running);
    if (deadline->subclasses & CR0_CPU_TIMER) {
        other = timer_deadline(cpu);
        deadline->at = other < deadline->at ? other : deadline->at;
    }
}

bool timing_due(struct vcpu *cpu)
{
    const struct tod_clock *clock = &cpu->configuration->tod;
    struct clock_deadline *deadline = &cpu->deadline;
    uint64_t subclasses = cpu->state.cr[0] & (CR0_CLOCK_COMPARATOR | CR0_CPU_TIMER), running;
    uint32_t changes = atomic_load_explicit(&clock->changes, memory_order_acquire);

    if (!(cpu->state.psw_mask & PSW_EXTERNAL) || !subclasses)
        return false;
    /* While the clock is steered its rate is not the counter's. */
    if (unlikely(atomic_load_explicit(&clock->steered, memory_order_relaxed)))
        return timing_sleep(cpu) == 0;
    running = counter(cpu, false);
    if (unlikely(deadline->subclasses != subclasses || deadline->changes != changes ||
                 deadline->clock_comparator != cpu->state.clock_comparator ||
                 deadline->cpu_timer != cpu->state.cpu_timer ||
                 deadline->timer_base != cpu->timer_base ||
                 deadline->timer_running != cpu->timer_running)) {
        *deadline = (struct clock_deadline){
            .subclasses = subclasses,
            .clock_comparator = cpu->state.clock_comparator,
            .cpu_timer = cpu->state.cpu_timer,
            .timer_base = cpu->timer_base,
            .changes = changes,
            .timer_running = cpu->timer_running,
        };
        find_deadline(cpu, deadline, running);
    }
    return running >= deadline->at;
}

void timing_skip(struct vcpu *cpu, uint64_t tod)
{
    atomic_fetch_add(&cpu->configuration->tod.skipped, tod);
}
