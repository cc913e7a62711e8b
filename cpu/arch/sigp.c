/* The orders of SIGNAL PROCESSOR: see sigp.h. */
#include "cpu/arch/sigp.h"

#include "cpu/arch/configuration.h"
#include "cpu/arch/cpu_reset.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/prefix.h"
#include "cpu/arch/purge.h"
#include "cpu/arch/store_status.h"

#define PREFIX_BITS UINT64_C(0x7fffe000)
#define STATUS_BITS UINT64_C(0x7ffffe00)
#define ADDITIONAL  1024u /* bytes of the additional-status area, and its alignment */
#define LENGTH_CODE UINT64_C(0xf)
#define ORDERS_BEING_DONE                                                                          \
    (PENDING_STOP | PENDING_STOP_AND_STORE_STATUS | PENDING_RESTART | PENDING_INITIAL_CPU_RESET |  \
     PENDING_CPU_RESET)

/* One order on its way. The configuration's order_lock is held. */
struct signal {
    struct vcpu *source;
    struct vcpu *target;
    uint64_t parameter;
};

/* What an order function returns: 0 where the order was accepted, else the status. */
typedef uint32_t order_function(const struct signal *signal);

static bool is_in_state(struct vcpu *cpu, enum cpu_state_name state)
{
    bool is;

    pthread_mutex_lock(&cpu->lock);
    is = cpu->state.cpu_state == (uint8_t)state;
    pthread_mutex_unlock(&cpu->lock);
    return is;
}

static uint64_t pending_at(struct vcpu *cpu)
{
    uint64_t pending;

    pthread_mutex_lock(&cpu->lock);
    pending = cpu->state.pending;
    pthread_mutex_unlock(&cpu->lock);
    return pending;
}

/* Leaves an order to the target's thread. */
static uint32_t post_order(struct vcpu *target, enum pending_bit order)
{
    pthread_mutex_lock(&target->lock);
    target->state.pending |= (uint64_t)order;
    pthread_mutex_unlock(&target->lock);
    vcpu_request(target, REQUEST_STATE);
    return 0;
}

static uint32_t sense(const struct signal *signal)
{
    uint32_t status = 0;

    if (pending_at(signal->target) & PENDING_EXTERNAL_CALL)
        status |= SIGP_STATUS_EXTERNAL_CALL_PENDING;
    if (is_in_state(signal->target, CPU_STATE_STOPPED))
        status |= SIGP_STATUS_STOPPED;
    if (is_in_state(signal->target, CPU_STATE_CHECK_STOP))
        status |= SIGP_STATUS_CHECK_STOP;
    return status;
}

static uint32_t external_call(const struct signal *signal)
{
    return interruption_post_external_call(signal->target, signal->source->address)
               ? 0
               : SIGP_STATUS_EXTERNAL_CALL_PENDING;
}

static uint32_t emergency_signal(const struct signal *signal)
{
    interruption_post_emergency(signal->target, signal->source->address);
    return 0;
}

static uint32_t start(const struct signal *signal)
{
    if (is_in_state(signal->target, CPU_STATE_STOPPED))
        cpu_state_set(signal->target, CPU_STATE_OPERATING);
    return 0;
}

static uint32_t stop(const struct signal *signal)
{
    if (is_in_state(signal->target, CPU_STATE_STOPPED))
        return 0;
    return post_order(signal->target, PENDING_STOP);
}

static uint32_t restart(const struct signal *signal)
{
    interruption_post_restart(signal->target);
    return 0;
}

static uint32_t stop_and_store_status(const struct signal *signal)
{
    return post_order(signal->target, PENDING_STOP_AND_STORE_STATUS);
}

static uint32_t initial_cpu_reset(const struct signal *signal)
{
    return post_order(signal->target, PENDING_INITIAL_CPU_RESET);
}

static uint32_t plain_cpu_reset(const struct signal *signal)
{
    return post_order(signal->target, PENDING_CPU_RESET);
}

/* The parameter is looked at before the state, as the machines do. */
static uint32_t set_prefix(const struct signal *signal)
{
    struct vcpu *target = signal->target;
    abs_addr prefix = {signal->parameter & PREFIX_BITS};

    if (!storage_contains(target->storage, prefix, LOWCORE_SIZE))
        return SIGP_STATUS_INVALID_PARAMETER;
    if (!is_in_state(target, CPU_STATE_STOPPED))
        return SIGP_STATUS_INCORRECT_STATE;
    target->state.prefix = prefix.value;
    /* The target clears its TLB before it runs again; so do all, this being rare. */
    purge_everywhere(signal->source, PURGE_ALL, 0);
    return 0;
}

static uint32_t store_status_at_address(const struct signal *signal)
{
    abs_addr area = {signal->parameter & STATUS_BITS};

    if (!storage_contains(signal->target->storage, area, STATUS_AREA_SIZE))
        return SIGP_STATUS_INVALID_PARAMETER;
    if (!is_in_state(signal->target, CPU_STATE_STOPPED))
        return SIGP_STATUS_INCORRECT_STATE;
    store_status_at(signal->target, area);
    return 0;
}

/* Without guarded storage the length code must be zero: 1 KiB, of which 512 are stored. */
static uint32_t additional_status(const struct signal *signal)
{
    struct vcpu *target = signal->target;
    abs_addr area = {signal->parameter & ~LENGTH_CODE};

    if (!facility_installed(target, FACILITY_VECTOR))
        return SIGP_STATUS_INVALID_ORDER;
    if (signal->parameter & (ADDITIONAL - 1) ||
        !storage_contains(target->storage, area, ADDITIONAL))
        return SIGP_STATUS_INVALID_PARAMETER;
    if (!is_in_state(target, CPU_STATE_STOPPED))
        return SIGP_STATUS_INCORRECT_STATE;
    store_additional_status(target, area);
    return 0;
}

/* Every CPU is in the z/Architecture mode from the start, and the ESA/390 mode is not there:
   no code is valid. Other CPUs that are running are found first. */
static uint32_t set_architecture(const struct signal *signal)
{
    const struct configuration *configuration = signal->source->configuration;

    if (configuration->facility_present[FACILITY_CONFIGURATION_Z_ARCHITECTURE_MODE])
        return SIGP_STATUS_INVALID_PARAMETER;
    for (unsigned i = 0; i < CPUS_MAX; i++) {
        struct vcpu *other = configuration->cpu[i];

        if (other && other != signal->source && !is_in_state(other, CPU_STATE_STOPPED) &&
            !is_in_state(other, CPU_STATE_CHECK_STOP))
            return SIGP_STATUS_INCORRECT_STATE;
    }
    return SIGP_STATUS_INVALID_PARAMETER;
}

/*
 * The target may be running: what is seen is its PSW of about now, as between machines.
 * Accepted where the signal could not be lost on an idle loop or disturb a program of
 * another address space (PoP chapter 4, "Conditional Emergency Signal").
 */
static uint32_t conditional_emergency_signal(const struct signal *signal)
{
    const struct cpu_state *target = &signal->target->state;
    uint64_t enabled = PSW_IO | PSW_EXTERNAL;
    uint16_t asn = (uint16_t)signal->parameter;
    bool accepted;

    if ((target->psw_mask & enabled) != enabled)
        accepted = true;
    else if (target->psw_mask & PSW_WAIT)
        accepted = target->psw_addr != 0;
    else
        accepted = asn == (uint16_t)target->cr[4] || asn == (uint16_t)target->cr[3];
    return accepted ? emergency_signal(signal) : (uint32_t)SIGP_STATUS_INCORRECT_STATE;
}

static uint32_t sense_running_status(const struct signal *signal)
{
    if (!facility_installed(signal->source, FACILITY_SENSE_RUNNING_STATUS))
        return SIGP_STATUS_INVALID_ORDER;
    if (signal->target == signal->source)
        return 0;
    if (is_in_state(signal->target, CPU_STATE_OPERATING) && atomic_load(&signal->target->in_guest))
        return 0;
    return SIGP_STATUS_NOT_RUNNING;
}

enum order_flag {
    ALSO_CHECK_STOP = 1 << 0, /* a CPU in the check-stop state answers or obeys */
    NEVER_BUSY = 1 << 1,
};

static const struct {
    order_function *run;
    unsigned flags; /* enum order_flag */
} orders[] = {
    [SIGP_SENSE] = {sense, ALSO_CHECK_STOP},
    [SIGP_EXTERNAL_CALL] = {external_call, 0},
    [SIGP_EMERGENCY_SIGNAL] = {emergency_signal, 0},
    [SIGP_START] = {start, 0},
    [SIGP_STOP] = {stop, 0},
    [SIGP_RESTART] = {restart, 0},
    [SIGP_STOP_AND_STORE_STATUS] = {stop_and_store_status, 0},
    [SIGP_INITIAL_CPU_RESET] = {initial_cpu_reset, ALSO_CHECK_STOP | NEVER_BUSY},
    [SIGP_CPU_RESET] = {plain_cpu_reset, ALSO_CHECK_STOP | NEVER_BUSY},
    [SIGP_SET_PREFIX] = {set_prefix, 0},
    [SIGP_STORE_STATUS_AT_ADDRESS] = {store_status_at_address, 0},
    [SIGP_SET_ARCHITECTURE] = {set_architecture, ALSO_CHECK_STOP | NEVER_BUSY},
    [SIGP_CONDITIONAL_EMERGENCY_SIGNAL] = {conditional_emergency_signal, 0},
    [SIGP_SENSE_RUNNING_STATUS] = {sense_running_status, ALSO_CHECK_STOP | NEVER_BUSY},
    [SIGP_STORE_ADDITIONAL_STATUS] = {additional_status, 0},
};

#define ORDER_COUNT (sizeof orders / sizeof orders[0])

static bool is_busy(struct vcpu *target)
{
    bool busy;

    pthread_mutex_lock(&target->lock);
    busy = target->serving_orders || target->state.pending & ORDERS_BEING_DONE;
    pthread_mutex_unlock(&target->lock);
    return busy;
}

/* The order of the tests is that of the PoP's figure on conditions precluding orders. */
static enum sigp_cc give_order(const struct signal *signal, uint8_t order, uint32_t *status)
{
    unsigned flags = 0;
    bool check_stopped = is_in_state(signal->target, CPU_STATE_CHECK_STOP);

    if (order < ORDER_COUNT && orders[order].run)
        flags = orders[order].flags;
    if (!check_stopped && !(flags & NEVER_BUSY) && is_busy(signal->target))
        return SIGP_BUSY;
    if (order >= ORDER_COUNT || !orders[order].run)
        *status = SIGP_STATUS_INVALID_ORDER;
    else if (check_stopped && !(flags & ALSO_CHECK_STOP))
        *status = SIGP_STATUS_CHECK_STOP;
    else
        *status = orders[order].run(signal);
    return *status ? SIGP_STATUS_STORED : SIGP_ACCEPTED;
}

enum sigp_cc sigp_order(struct vcpu *cpu, uint16_t address, uint8_t order, uint64_t parameter,
                        uint32_t *status)
{
    struct configuration *configuration = cpu->configuration;
    struct signal signal = {.source = cpu, .parameter = parameter};
    enum sigp_cc cc;

    if (address >= CPUS_MAX || !configuration->cpu[address])
        return SIGP_NOT_OPERATIONAL;
    signal.target = configuration->cpu[address];
    /* Another's order may be waiting for this CPU to purge its TLB. */
    while (pthread_mutex_trylock(&configuration->order_lock))
        purge_serve(cpu);
    cc = give_order(&signal, order, status);
    pthread_mutex_unlock(&configuration->order_lock);
    return cc;
}
