/*
 * What the I/O instructions do to a subchannel (PoP chapter 14) and the status they find and clear
 * (chapter 16). The functions themselves are performed in subchannel_work.c.
 */
#include "devices/css/subchannel.h"

#include <string.h>

#include "devices/css/css_state.h"
#include "src/base/bits.h"
#include "src/core/layout/irb.h"
#include "src/core/layout/orb.h"
#include "src/core/layout/schib.h"

enum { CC_DONE = 0, CC_STATUS_PENDING = 1, CC_BUSY = 2, CC_NOT_OPERATIONAL = 3 };

/* What MODIFY SUBCHANNEL may change in word 1. */
#define PMCW_MODIFIABLE                                                                            \
    (PMCW_ISC | PMCW_ENABLED | PMCW_LIMIT_MODE | PMCW_MEASUREMENT_UPDATE | PMCW_CONNECT_TIME |     \
     PMCW_MULTIPATH)

/* The bits of the ORB's word 1 that the SCSW repeats: key, S, and format, prefetch, initial
   status, address limit and suppression of suspended interruptions. */
#define SCSW_OF_ORB (BITS32(0, 4) | BITS32(8, 12))

static bool enabled(const struct subchannel *subchannel)
{
    return subchannel->state.flags & PMCW_ENABLED;
}

static void post_work(struct subchannel *subchannel)
{
    event_loop_post(subchannel->css->loop, &subchannel->work);
}

/* A subchannel has one interruption pending at most; a newer status takes its place. */
void subchannel_interrupt(struct subchannel *subchannel, uint32_t status)
{
    const struct interruption_port *port = subchannel->css->interruptions;
    struct subchannel_state *state = &subchannel->state;
    const uint32_t isc = (state->flags & PMCW_ISC) >> PMCW_ISC_SHIFT;
    const struct io_interruption interruption = {
        .subsystem_id = subchannel->id,
        .parameter = state->parameter,
        .identification = isc << 27,
    };

    state->control |= status | SCSW_PENDING;
    port->withdraw_io(port->owner, subchannel->id);
    port->post_io(port->owner, &interruption);
}

void subchannel_present_held(struct subchannel *subchannel)
{
    struct subchannel_state *state = &subchannel->state;

    if (!state->held_status || !enabled(subchannel) ||
        state->control & (SCSW_FUNCTION | SCSW_STATUS_CONTROL))
        return;
    state->device_status = state->held_status;
    state->subchannel_status = 0;
    state->ccw_address = 0;
    state->count = 0;
    state->held_status = 0;
    subchannel_interrupt(subchannel, SCSW_ALERT);
}

int subchannel_start(struct subchannel *subchannel, const uint8_t bytes[64])
{
    const struct orb *orb = (const struct orb *)bytes;
    struct subchannel_state *state = &subchannel->state;

    if (!enabled(subchannel))
        return CC_NOT_OPERATIONAL;
    if (state->control & SCSW_PENDING)
        return CC_STATUS_PENDING;
    if (state->control & SCSW_FUNCTION)
        return CC_BUSY;
    state->parameter = be32_get(orb->parameter);
    state->orb_control = be32_get(orb->control);
    state->orb_program = be32_get(orb->program);
    state->logical_path_mask = orb_logical_path_mask(state->orb_control);
    state->control = (state->orb_control & SCSW_OF_ORB) | SCSW_START | SCSW_START_PENDING;
    state->ccw_address = 0;
    state->device_status = 0;
    state->subchannel_status = 0;
    state->count = 0;
    post_work(subchannel);
    return CC_DONE;
}

static void put_scsw(const struct subchannel_state *state, struct scsw *scsw)
{
    be32_put(&scsw->control, state->control);
    be32_put(&scsw->ccw_address, state->ccw_address);
    scsw->device_status = state->device_status;
    scsw->subchannel_status = state->subchannel_status;
    be16_put(&scsw->count, state->count);
}

static void put_irb(struct subchannel_state *state, struct irb *irb)
{
    put_scsw(state, &irb->scsw);
    if (!(state->control & SCSW_PENDING))
        return;
    irb->last_path_used_mask = state->last_path_used_mask;
    if (state->concurrent_count) {
        be32_put(&irb->report, IRB_REPORT_CONCURRENT_SENSE | (uint32_t)state->concurrent_count
                                                                 << IRB_REPORT_SENSE_COUNT_SHIFT);
        memcpy(irb->extended_control, state->concurrent, sizeof irb->extended_control);
    }
}

/* What is cleared with the status that was stored. Intermediate status alone leaves the functions
   in progress, but takes back a resume function that waits for a suspended program; all other
   status ends the functions and what is pending of them, not what is active. */
static void clear_status(struct subchannel_state *state)
{
    const uint32_t status = state->control & SCSW_STATUS_CONTROL;
    const bool suspended = state->control & SCSW_SUSPENDED;

    state->control &= ~(SCSW_STATUS_CONTROL | SCSW_ZERO_CONDITION_CODE);
    if (status != (SCSW_INTERMEDIATE | SCSW_PENDING) || (suspended && state->control & SCSW_HALT)) {
        state->control &= ~(SCSW_FUNCTION | SCSW_RESUME_PENDING | SCSW_START_PENDING |
                            SCSW_HALT_PENDING | SCSW_CLEAR_PENDING | SCSW_SUSPENDED |
                            SCSW_DEFERRED_CC | SCSW_PATH_NOT_OPERATIONAL | SCSW_EXTENDED_CONTROL);
    } else if (suspended) {
        state->control &= ~(SCSW_RESUME_PENDING | SCSW_PATH_NOT_OPERATIONAL);
    }
    state->device_status = 0;
    state->subchannel_status = 0;
    state->concurrent_count = 0;
    memset(state->concurrent, 0, sizeof state->concurrent);
}

int subchannel_test(struct subchannel *subchannel, uint8_t irb[96])
{
    const struct interruption_port *port = subchannel->css->interruptions;
    struct subchannel_state *state = &subchannel->state;

    if (!enabled(subchannel))
        return CC_NOT_OPERATIONAL;
    memset(irb, 0, sizeof(struct irb));
    put_irb(state, (struct irb *)irb);
    if (!(state->control & SCSW_PENDING))
        return CC_STATUS_PENDING;
    port->withdraw_io(port->owner, subchannel->id);
    clear_status(state);
    subchannel_present_held(subchannel);
    return CC_DONE;
}

void subchannel_store(const struct subchannel *subchannel, uint8_t bytes[52])
{
    const struct subchannel_state *state = &subchannel->state;
    struct schib *schib = (struct schib *)bytes;
    struct pmcw *pmcw = &schib->pmcw;

    memset(schib, 0, sizeof *schib);
    be32_put(&pmcw->parameter, state->parameter);
    be16_put(&pmcw->flags, state->flags);
    be16_put(&pmcw->device_number, state->device_number);
    pmcw->logical_path_mask = state->logical_path_mask;
    pmcw->path_not_operational_mask = state->path_not_operational_mask;
    pmcw->last_path_used_mask = state->last_path_used_mask;
    pmcw->path_installed_mask = SUBCHANNEL_PATH;
    be16_put(&pmcw->measurement_index, state->measurement_index);
    pmcw->path_operational_mask = state->path_operational_mask;
    pmcw->path_available_mask = SUBCHANNEL_PATH;
    pmcw->chpid[0] = CSS_CHPID;
    be32_put(&pmcw->characteristics, state->characteristics);
    put_scsw(state, &schib->scsw);
    be64_put(&schib->measurement_origin, state->measurement_origin);
}

int subchannel_modify(struct subchannel *subchannel, const uint8_t bytes[52])
{
    const struct schib *schib = (const struct schib *)bytes;
    const struct pmcw *pmcw = &schib->pmcw;
    struct subchannel_state *state = &subchannel->state;

    if (state->control & SCSW_PENDING)
        return CC_STATUS_PENDING;
    if (state->control & SCSW_FUNCTION)
        return CC_BUSY;
    state->parameter = be32_get(pmcw->parameter);
    state->flags = (uint16_t)((state->flags & ~(unsigned)PMCW_MODIFIABLE) |
                              (be16_get(pmcw->flags) & PMCW_MODIFIABLE));
    state->logical_path_mask = pmcw->logical_path_mask;
    state->path_operational_mask = pmcw->path_operational_mask;
    state->measurement_index = be16_get(pmcw->measurement_index);
    state->characteristics = be32_get(pmcw->characteristics) & PMCW_CONCURRENT_SENSE;
    state->measurement_origin = be64_get(schib->measurement_origin);
    subchannel_present_held(subchannel);
    return CC_DONE;
}

int subchannel_clear(struct subchannel *subchannel)
{
    const struct interruption_port *port = subchannel->css->interruptions;
    struct subchannel_state *state = &subchannel->state;

    if (!enabled(subchannel))
        return CC_NOT_OPERATIONAL;
    port->withdraw_io(port->owner, subchannel->id);
    state->control &= ~(SCSW_STATUS_CONTROL | SCSW_FUNCTION | SCSW_ZERO_CONDITION_CODE);
    state->control |= SCSW_CLEAR | SCSW_CLEAR_PENDING;
    state->concurrent_count = 0;
    post_work(subchannel);
    return CC_DONE;
}

/* Intermediate status alone does not stand in the way and is cleared. */
int subchannel_halt(struct subchannel *subchannel)
{
    const struct interruption_port *port = subchannel->css->interruptions;
    struct subchannel_state *state = &subchannel->state;
    const uint32_t status = state->control & SCSW_STATUS_CONTROL;

    if (!enabled(subchannel))
        return CC_NOT_OPERATIONAL;
    if (status && status != (SCSW_INTERMEDIATE | SCSW_PENDING))
        return CC_STATUS_PENDING;
    if (state->control & (SCSW_HALT | SCSW_CLEAR))
        return CC_BUSY;
    if (status) {
        port->withdraw_io(port->owner, subchannel->id);
        state->control &= ~(SCSW_STATUS_CONTROL | SCSW_ZERO_CONDITION_CODE);
    }
    state->control |= SCSW_HALT | SCSW_HALT_PENDING;
    post_work(subchannel);
    return CC_DONE;
}

int subchannel_resume(struct subchannel *subchannel)
{
    struct subchannel_state *state = &subchannel->state;

    if (!enabled(subchannel))
        return CC_NOT_OPERATIONAL;
    if (state->control & SCSW_PENDING)
        return CC_STATUS_PENDING;
    if ((state->control & SCSW_FUNCTION) != SCSW_START || state->control & SCSW_RESUME_PENDING ||
        !(state->control & SCSW_SUSPEND))
        return CC_BUSY;
    state->control |= SCSW_RESUME_PENDING;
    subchannel_measure(subchannel);
    if (state->control & SCSW_SUSPENDED)
        post_work(subchannel);
    return CC_DONE;
}

/* Only what has not reached the device can be cancelled: a start function that is pending, or a
   program that is suspended. */
int subchannel_cancel(struct subchannel *subchannel)
{
    struct subchannel_state *state = &subchannel->state;

    if (!enabled(subchannel))
        return CC_NOT_OPERATIONAL;
    if (state->control & SCSW_PENDING)
        return CC_STATUS_PENDING;
    if ((state->control & SCSW_FUNCTION) != SCSW_START ||
        !(state->control & (SCSW_START_PENDING | SCSW_SUSPENDED)) ||
        state->control & (SCSW_SUBCHANNEL_ACTIVE | SCSW_DEVICE_ACTIVE))
        return CC_BUSY;
    state->control &= ~(SCSW_FUNCTION | SCSW_ACTIVITY);
    subchannel_present_held(subchannel);
    return CC_DONE;
}

void subchannel_reset(struct subchannel *subchannel)
{
    const uint16_t device_number = subchannel->state.device_number;

    subchannel->state = (struct subchannel_state){
        .flags = PMCW_DEVICE_NUMBER_VALID,
        .device_number = device_number,
        .logical_path_mask = SUBCHANNEL_PATH,
        .path_operational_mask = 0xff,
    };
    memset(&subchannel->stream.program, 0, sizeof subchannel->stream.program);
}

const struct field subchannel_fields[] = {
    FIELD_ROW(subchannel_state, uint64_t, measurement_origin),
    FIELD_ROW(subchannel_state, uint32_t, parameter),
    FIELD_ROW(subchannel_state, uint32_t, characteristics),
    FIELD_ROW(subchannel_state, uint32_t, control),
    FIELD_ROW(subchannel_state, uint32_t, ccw_address),
    FIELD_ROW(subchannel_state, uint32_t, orb_control),
    FIELD_ROW(subchannel_state, uint32_t, orb_program),
    FIELD_ROW(subchannel_state, uint16_t, flags),
    FIELD_ROW(subchannel_state, uint16_t, device_number),
    FIELD_ROW(subchannel_state, uint16_t, measurement_index),
    FIELD_ROW(subchannel_state, uint16_t, count),
    FIELD_ROW(subchannel_state, uint8_t, device_status),
    FIELD_ROW(subchannel_state, uint8_t, subchannel_status),
    FIELD_ROW(subchannel_state, uint8_t, logical_path_mask),
    FIELD_ROW(subchannel_state, uint8_t, path_not_operational_mask),
    FIELD_ROW(subchannel_state, uint8_t, last_path_used_mask),
    FIELD_ROW(subchannel_state, uint8_t, path_operational_mask),
    FIELD_ROW(subchannel_state, uint8_t, held_status),
    FIELD_ROW(subchannel_state, uint8_t, resetting),
    FIELD_ROW(subchannel_state, uint8_t, sense_count),
    FIELD_ROW(subchannel_state, uint8_t, concurrent_count),
    FIELD_ROW(subchannel_state, uint8_t, zero_50),
    FIELD_ROW(subchannel_state, uint8_t, sense),
    FIELD_ROW(subchannel_state, uint8_t, concurrent),
};
const size_t subchannel_field_count = sizeof subchannel_fields / sizeof subchannel_fields[0];
