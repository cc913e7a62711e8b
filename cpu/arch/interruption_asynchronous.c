/*
 * External, I/O and restart interruptions: what is pending, who may take it, and its
 * delivery, in the priority of the PoP (chapter 6, "Priority of Interruptions").
 */
#include <stdlib.h>
#include <string.h>

#include "cpu/arch/configuration.h"
#include "cpu/arch/control.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/interruption_internal.h"
#include "cpu/arch/psw.h"
#include "cpu/arch/timing.h"

enum external_code {
    EXTERNAL_INTERRUPT_KEY = 0x0040,
    EXTERNAL_CLOCK_COMPARATOR = 0x1004,
    EXTERNAL_CPU_TIMER = 0x1005,
    EXTERNAL_MALFUNCTION_ALERT = 0x1200,
    EXTERNAL_EMERGENCY_SIGNAL = 0x1201,
    EXTERNAL_CALL = 0x1202,
    EXTERNAL_SERVICE_SIGNAL = 0x2401,
};

/* An external interruption on its way into the lowcore. */
struct external {
    uint16_t code;
    uint16_t cpu_address;
    uint32_t parameter;
    bool has_parameter;
};

static unsigned lowest_address(const uint64_t bitmap[4])
{
    for (unsigned i = 0; i < 4; i++)
        if (bitmap[i])
            return i * 64 + leading_zeros64(bitmap[i]);
    return 0;
}

/* Takes one CPU address out of BITMAP; clears PENDING when it was the last. */
static uint16_t take_address(struct vcpu *cpu, uint64_t bitmap[4], enum pending_bit pending)
{
    unsigned address = lowest_address(bitmap);

    bitmap[address / 64] &= ~BIT64(address % 64);
    if (!(bitmap[0] | bitmap[1] | bitmap[2] | bitmap[3]))
        cpu->state.pending &= ~(uint64_t)pending;
    return (uint16_t)address;
}

/* Each source: whether it is pending and enabled, and taking it. The caller holds cpu->lock
   for the CPU's own ones; the floating ones lock themselves. */
static bool key_take(struct vcpu *cpu, struct external *external, bool take)
{
    struct floating_interruptions *floating = &cpu->configuration->floating;
    bool pending;

    if (!(atomic_load(&cpu->configuration->floating_summary) & FLOATING_INTERRUPT_KEY))
        return false;
    pthread_mutex_lock(&floating->lock);
    pending = floating->interrupt_key;
    if (pending && take) {
        floating->interrupt_key = false;
        atomic_fetch_and(&cpu->configuration->floating_summary, ~(uint32_t)FLOATING_INTERRUPT_KEY);
        external->code = EXTERNAL_INTERRUPT_KEY;
    }
    pthread_mutex_unlock(&floating->lock);
    return pending;
}

static bool malfunction_take(struct vcpu *cpu, struct external *external, bool take)
{
    if (!(cpu->state.pending & PENDING_MALFUNCTION_ALERT))
        return false;
    if (take) {
        external->code = EXTERNAL_MALFUNCTION_ALERT;
        external->cpu_address =
            take_address(cpu, cpu->state.malfunction, PENDING_MALFUNCTION_ALERT);
    }
    return true;
}

static bool emergency_take(struct vcpu *cpu, struct external *external, bool take)
{
    if (!(cpu->state.pending & PENDING_EMERGENCY_SIGNAL))
        return false;
    if (take) {
        external->code = EXTERNAL_EMERGENCY_SIGNAL;
        external->cpu_address = take_address(cpu, cpu->state.emergency, PENDING_EMERGENCY_SIGNAL);
    }
    return true;
}

static bool call_take(struct vcpu *cpu, struct external *external, bool take)
{
    if (!(cpu->state.pending & PENDING_EXTERNAL_CALL))
        return false;
    if (take) {
        external->code = EXTERNAL_CALL;
        external->cpu_address = cpu->state.external_call_source;
        cpu->state.pending &= ~(uint64_t)PENDING_EXTERNAL_CALL;
    }
    return true;
}

/* The clocks stay pending for as long as their condition lasts. */
static bool comparator_take(struct vcpu *cpu, struct external *external, bool take)
{
    (void)take;
    external->code = EXTERNAL_CLOCK_COMPARATOR;
    return clock_comparator_pending(cpu);
}

static bool timer_take(struct vcpu *cpu, struct external *external, bool take)
{
    (void)take;
    external->code = EXTERNAL_CPU_TIMER;
    return cpu_timer_pending(cpu);
}

static bool service_take(struct vcpu *cpu, struct external *external, bool take)
{
    struct floating_interruptions *floating = &cpu->configuration->floating;
    bool pending;

    if (!(atomic_load(&cpu->configuration->floating_summary) & FLOATING_SERVICE_SIGNAL))
        return false;
    pthread_mutex_lock(&floating->lock);
    pending = floating->service_signal_pending;
    if (pending && take) {
        external->code = EXTERNAL_SERVICE_SIGNAL;
        external->parameter = floating->service_signal;
        external->has_parameter = true;
        floating->service_signal = 0;
        floating->service_signal_pending = false;
        atomic_fetch_and(&cpu->configuration->floating_summary, ~(uint32_t)FLOATING_SERVICE_SIGNAL);
    }
    pthread_mutex_unlock(&floating->lock);
    return pending;
}

/* In the PoP's order of priority. */
static const struct {
    uint64_t subclass_mask; /* in CR0 */
    bool (*take)(struct vcpu *cpu, struct external *external, bool take);
} sources[] = {
    {CR0_INTERRUPT_KEY, key_take},           {CR0_MALFUNCTION_ALERT, malfunction_take},
    {CR0_EMERGENCY_SIGNAL, emergency_take},  {CR0_EXTERNAL_CALL, call_take},
    {CR0_CLOCK_COMPARATOR, comparator_take}, {CR0_CPU_TIMER, timer_take},
    {CR0_SERVICE_SIGNAL, service_take},
};

#define PENDING_EXTERNAL                                                                           \
    (uint64_t)(PENDING_MALFUNCTION_ALERT | PENDING_EMERGENCY_SIGNAL | PENDING_EXTERNAL_CALL)

static bool external_find(struct vcpu *cpu, struct external *external, bool take)
{
    bool found = false;

    if (!(cpu->state.psw_mask & PSW_EXTERNAL))
        return false;
    /* Whoever posts something asks for a look afterwards: nothing is missed here. */
    if (!(cpu->state.pending & PENDING_EXTERNAL) &&
        !atomic_load(&cpu->configuration->floating_summary) && !timing_due(cpu))
        return false;
    pthread_mutex_lock(&cpu->lock);
    for (unsigned i = 0; i < sizeof sources / sizeof sources[0] && !found; i++)
        if (cpu->state.cr[0] & sources[i].subclass_mask)
            found = sources[i].take(cpu, external, take);
    pthread_mutex_unlock(&cpu->lock);
    return found;
}

static bool external_take(struct vcpu *cpu)
{
    struct external external = {0};
    struct lowcore *lowcore;

    if (!external_find(cpu, &external, true))
        return false;
    lowcore = interruption_swap_begin(cpu);
    if (!lowcore)
        return true;
    cpu->counters.external_interruptions++;
    be16_put(&lowcore->external_code, external.code);
    be16_put(&lowcore->external_cpu_address, external.cpu_address);
    if (external.has_parameter)
        be32_put(&lowcore->external_parameter, external.parameter);
    interruption_swap(cpu, lowcore, &lowcore->external_old, &lowcore->external_new);
    return true;
}

/* The I/O interruption subclasses that CR6 enables, one bit each from the left. */
static bool io_find(struct vcpu *cpu, struct io_interruption *interruption, bool take)
{
    struct floating_interruptions *floating = &cpu->configuration->floating;
    bool found = false, more = false;

    if (!(atomic_load(&cpu->configuration->floating_summary) & FLOATING_IO))
        return false;
    pthread_mutex_lock(&floating->lock);
    for (unsigned isc = 0; isc < 8 && !found; isc++) {
        if (!floating->io_count[isc] || !(cpu->state.cr[6] & BIT64(32 + isc)))
            continue;
        found = true;
        if (!take)
            break;
        *interruption = floating->io[isc][0];
        floating->io_count[isc]--;
        memmove(&floating->io[isc][0], &floating->io[isc][1],
                floating->io_count[isc] * sizeof floating->io[isc][0]);
    }
    for (unsigned isc = 0; isc < 8; isc++)
        more |= floating->io_count[isc] != 0;
    if (!more)
        atomic_fetch_and(&cpu->configuration->floating_summary, ~(uint32_t)FLOATING_IO);
    pthread_mutex_unlock(&floating->lock);
    return found;
}

bool interruption_dequeue_io(struct vcpu *cpu, struct io_interruption *interruption)
{
    return io_find(cpu, interruption, true);
}

static bool io_take(struct vcpu *cpu)
{
    struct io_interruption interruption;
    struct lowcore *lowcore;

    if (!(cpu->state.psw_mask & PSW_IO) || !io_find(cpu, &interruption, true))
        return false;
    lowcore = interruption_swap_begin(cpu);
    if (!lowcore)
        return true;
    cpu->counters.io_interruptions++;
    be32_put(&lowcore->subsystem_id, interruption.subsystem_id);
    be32_put(&lowcore->io_parameter, interruption.parameter);
    be32_put(&lowcore->io_identification, interruption.identification);
    interruption_swap(cpu, lowcore, &lowcore->io_old, &lowcore->io_new);
    return true;
}

static bool restart_take(struct vcpu *cpu)
{
    struct lowcore *lowcore;
    bool pending;

    pthread_mutex_lock(&cpu->lock);
    pending = cpu->state.pending & PENDING_RESTART;
    cpu->state.pending &= ~(uint64_t)PENDING_RESTART;
    pthread_mutex_unlock(&cpu->lock);
    if (!pending)
        return false;
    lowcore = interruption_swap_begin(cpu);
    if (!lowcore)
        return true;
    cpu->counters.restarts++;
    interruption_swap(cpu, lowcore, &lowcore->restart_old, &lowcore->restart_new);
    return true;
}

bool interruption_take(struct vcpu *cpu)
{
    return machine_check_take(cpu) || external_take(cpu) || io_take(cpu) || restart_take(cpu);
}

bool interruption_deliverable(struct vcpu *cpu)
{
    struct external external;
    struct io_interruption interruption;

    return machine_check_deliverable(cpu) || external_find(cpu, &external, false) ||
           (cpu->state.psw_mask & PSW_IO && io_find(cpu, &interruption, false)) ||
           cpu->state.pending & PENDING_RESTART;
}

static void post(struct vcpu *target, uint64_t pending)
{
    target->state.pending |= pending;
    pthread_mutex_unlock(&target->lock);
    vcpu_request(target, REQUEST_INTERRUPTION);
}

void interruption_post_emergency(struct vcpu *target, uint16_t source)
{
    pthread_mutex_lock(&target->lock);
    target->state.emergency[source / 64 & 3] |= BIT64(source % 64);
    post(target, PENDING_EMERGENCY_SIGNAL);
}

void interruption_post_malfunction_alert(struct vcpu *target, uint16_t source)
{
    pthread_mutex_lock(&target->lock);
    target->state.malfunction[source / 64 & 3] |= BIT64(source % 64);
    post(target, PENDING_MALFUNCTION_ALERT);
}

bool interruption_post_external_call(struct vcpu *target, uint16_t source)
{
    pthread_mutex_lock(&target->lock);
    if (target->state.pending & PENDING_EXTERNAL_CALL) {
        pthread_mutex_unlock(&target->lock);
        return false;
    }
    target->state.external_call_source = source;
    post(target, PENDING_EXTERNAL_CALL);
    return true;
}

void interruption_post_restart(struct vcpu *target)
{
    pthread_mutex_lock(&target->lock);
    post(target, PENDING_RESTART);
}

/* Any CPU may take it, so all look; those that are masked go on at once. */
static void announce(struct configuration *configuration, enum floating_bit bit)
{
    atomic_fetch_or(&configuration->floating_summary, (uint32_t)bit);
    pthread_mutex_unlock(&configuration->floating.lock);
    for (unsigned i = 0; i < CPUS_MAX; i++)
        if (configuration->cpu[i])
            vcpu_request(configuration->cpu[i], REQUEST_INTERRUPTION);
}

void interruption_post_interrupt_key(struct configuration *configuration)
{
    pthread_mutex_lock(&configuration->floating.lock);
    configuration->floating.interrupt_key = true;
    announce(configuration, FLOATING_INTERRUPT_KEY);
}

void interruption_reset_floating(struct configuration *configuration)
{
    struct floating_interruptions *floating = &configuration->floating;

    pthread_mutex_lock(&floating->lock);
    floating->service_signal = 0;
    floating->service_signal_pending = false;
    floating->interrupt_key = false;
    floating->channel_report = false;
    memset(floating->io_count, 0, sizeof floating->io_count);
    atomic_store(&configuration->floating_summary, 0);
    pthread_mutex_unlock(&floating->lock);
}

static void post_service_signal(void *owner, uint32_t parameter)
{
    struct configuration *configuration = owner;

    pthread_mutex_lock(&configuration->floating.lock);
    /* A pending SCCB address stays; what may be added is that events are pending (bit 31). */
    if (configuration->floating.service_signal & ~UINT32_C(1))
        parameter &= 1;
    configuration->floating.service_signal |= parameter;
    configuration->floating.service_signal_pending = true;
    announce(configuration, FLOATING_SERVICE_SIGNAL);
}

static void post_channel_report(void *owner)
{
    struct configuration *configuration = owner;

    pthread_mutex_lock(&configuration->floating.lock);
    configuration->floating.channel_report = true;
    announce(configuration, FLOATING_CHANNEL_REPORT);
}

static void post_io(void *owner, const struct io_interruption *interruption)
{
    struct configuration *configuration = owner;
    struct floating_interruptions *floating = &configuration->floating;
    unsigned isc = bits32_get(interruption->identification, 2, 4);

    pthread_mutex_lock(&floating->lock);
    /* A subchannel has one interruption pending at most, so the queue cannot fill up. */
    if (floating->io_count[isc] == floating->io_capacity[isc] &&
        floating->io_capacity[isc] < IO_QUEUE_MAX) {
        uint32_t capacity = floating->io_capacity[isc] ? floating->io_capacity[isc] * 2 : 64;
        void *grown = realloc(floating->io[isc], capacity * sizeof floating->io[isc][0]);

        if (grown) {
            floating->io[isc] = grown;
            floating->io_capacity[isc] = capacity;
        }
    }
    if (floating->io_count[isc] < floating->io_capacity[isc])
        floating->io[isc][floating->io_count[isc]++] = *interruption;
    announce(configuration, FLOATING_IO);
}

static bool withdraw_io(void *owner, uint32_t subsystem_id)
{
    struct configuration *configuration = owner;
    struct floating_interruptions *floating = &configuration->floating;
    bool found = false;

    pthread_mutex_lock(&floating->lock);
    for (unsigned isc = 0; isc < 8; isc++)
        for (uint32_t i = 0; i < floating->io_count[isc] && !found; i++)
            if (floating->io[isc][i].subsystem_id == subsystem_id) {
                found = true;
                floating->io_count[isc]--;
                memmove(&floating->io[isc][i], &floating->io[isc][i + 1],
                        (floating->io_count[isc] - i) * sizeof floating->io[isc][0]);
            }
    pthread_mutex_unlock(&floating->lock);
    return found;
}

struct interruption_port interruption_port_of(struct configuration *configuration)
{
    return (struct interruption_port){
        .owner = configuration,
        .post_service_signal = post_service_signal,
        .post_io = post_io,
        .withdraw_io = withdraw_io,
        .post_channel_report = post_channel_report,
    };
}
