/*
 * The functions start, halt, clear and resume, performed on the I/O thread (PoP chapter 15), and
 * the status that ends them (chapter 16).
 *
 * A channel program runs in slices, so that one without an end keeps neither the other devices
 * nor CLEAR SUBCHANNEL from being served. Everything here has the device lock; the state lock
 * is taken for each look at or change of what instructions see.
 */
#include "devices/css/subchannel.h"

#include <string.h>

#include "devices/css/css_state.h"
#include "src/core/layout/orb.h"
#include "src/core/layout/schib.h"

#define SLICE_COMMANDS 64 /* CCWs with their data, at 64 KiB each, before others have a turn */

/* Device status that ends a channel program and that an alert tells of. */
#define STATUS_EXCEPTIONAL                                                                         \
    (DEVICE_STATUS_ATTENTION | DEVICE_STATUS_BUSY | DEVICE_STATUS_UNIT_CHECK |                     \
     DEVICE_STATUS_UNIT_EXCEPTION)

static void lock(struct subchannel *subchannel)
{
    pthread_mutex_lock(&subchannel->css->lock);
}

static void unlock(struct subchannel *subchannel)
{
    pthread_mutex_unlock(&subchannel->css->lock);
}

static bool in_progress(const struct channel_program *program)
{
    return program->phase == PROGRAM_FETCHES || program->phase == PROGRAM_REPEATS;
}

/* A unit check takes its sense data along where the program wants it so. */
static void sense_concurrently(struct subchannel *subchannel)
{
    struct subchannel_state *state = &subchannel->state;

    if (!(state->device_status & DEVICE_STATUS_UNIT_CHECK) || !state->sense_count ||
        !(state->characteristics & PMCW_CONCURRENT_SENSE))
        return;
    memcpy(state->concurrent, state->sense, sizeof state->concurrent);
    state->concurrent_count = state->sense_count;
    state->sense_count = 0;
    memset(state->sense, 0, sizeof state->sense);
    state->control |= SCSW_EXTENDED_CONTROL;
}

/* The state lock is held. */
static void put_program_status(struct subchannel *subchannel)
{
    const struct channel_program *program = &subchannel->stream.program;
    struct subchannel_state *state = &subchannel->state;

    state->ccw_address = program->next;
    state->count = program->count;
}

/* Ends the start function, or all of it but device end. */
static void finish(struct subchannel *subchannel, unsigned device, unsigned checks)
{
    struct channel_program *program = &subchannel->stream.program;
    struct subchannel_state *state = &subchannel->state;
    const bool unusual = device & STATUS_EXCEPTIONAL || checks;
    const bool whole = unusual || device & DEVICE_STATUS_DEVICE_END;
    uint32_t status = SCSW_PRIMARY;

    program->phase = whole ? PROGRAM_NONE : PROGRAM_ENDS;
    status |= whole ? SCSW_SECONDARY : 0;
    status |= unusual ? SCSW_ALERT : 0;
    lock(subchannel);
    /* CLEAR SUBCHANNEL has come meanwhile and will have its own status. */
    if (!(state->control & SCSW_CLEAR_PENDING)) {
        state->control &=
            ~(SCSW_SUBCHANNEL_ACTIVE | SCSW_HALT_PENDING | (whole ? SCSW_DEVICE_ACTIVE : 0));
        put_program_status(subchannel);
        state->device_status |= (uint8_t)device;
        state->subchannel_status |= (uint8_t)checks;
        if (program->owes_intermediate) {
            state->subchannel_status |= SUBCHANNEL_STATUS_PROGRAM_CONTROLLED;
            status |= SCSW_INTERMEDIATE;
        }
        sense_concurrently(subchannel);
        subchannel_interrupt(subchannel, status);
    }
    unlock(subchannel);
}

/* Channel end was there and the program goes on: with the next CCW once the device has ended, one
   further for status modifier. */
static void chain(struct channel_program *program, unsigned device)
{
    if (!(device & DEVICE_STATUS_DEVICE_END)) {
        program->phase = PROGRAM_CHAINS;
        return;
    }
    if (device & DEVICE_STATUS_MODIFIER)
        program->next += 8;
    program->phase = PROGRAM_FETCHES;
}

static void end_command(struct subchannel *subchannel, unsigned device)
{
    struct ccw_stream *stream = &subchannel->stream;
    struct channel_program *program = &stream->program;
    const bool refused = device & DEVICE_STATUS_UNIT_CHECK && !program->data_used;
    unsigned checks = program->status;

    if (!checks && !refused && channel_program_length_incorrect(stream))
        checks = SUBCHANNEL_STATUS_INCORRECT_LENGTH;
    if (!(device & (DEVICE_STATUS_CHANNEL_END | STATUS_EXCEPTIONAL)))
        checks |= SUBCHANNEL_STATUS_INTERFACE_CONTROL_CHECK;
    if (!checks && !(device & STATUS_EXCEPTIONAL) && program->flags & CCW_CHAIN_COMMAND)
        chain(program, device);
    else
        finish(subchannel, device, checks);
}

static void interrupt_intermediate(struct subchannel *subchannel, uint32_t extra)
{
    lock(subchannel);
    if (!(subchannel->state.control & SCSW_CLEAR_PENDING)) {
        put_program_status(subchannel);
        subchannel->state.control |= extra;
        subchannel_interrupt(subchannel, SCSW_INTERMEDIATE);
    }
    unlock(subchannel);
}

static void pay_intermediate(struct subchannel *subchannel)
{
    struct channel_program *program = &subchannel->stream.program;

    if (!program->owes_intermediate)
        return;
    program->owes_intermediate = 0;
    lock(subchannel);
    subchannel->state.subchannel_status |= SUBCHANNEL_STATUS_PROGRAM_CONTROLLED;
    unlock(subchannel);
    interrupt_intermediate(subchannel, 0);
}

/* The CCW asks for suspension. A resume function that is pending has the CCW fetched again, for
   the program may have changed it; true where that is due. */
static bool suspend(struct subchannel *subchannel)
{
    struct channel_program *program = &subchannel->stream.program;
    struct subchannel_state *state = &subchannel->state;
    bool resume;

    lock(subchannel);
    resume = state->control & SCSW_RESUME_PENDING;
    if (resume) {
        state->control &= ~SCSW_RESUME_PENDING;
        program->next -= 8;
    } else {
        program->phase = PROGRAM_SUSPENDED;
        if (!(state->control & SCSW_CLEAR_PENDING)) {
            state->control &= ~(SCSW_SUBCHANNEL_ACTIVE | SCSW_DEVICE_ACTIVE);
            state->control |= SCSW_SUSPENDED;
            put_program_status(subchannel);
            if (!(state->control & SCSW_SUPPRESS_SUSPENDED))
                subchannel_interrupt(subchannel, SCSW_INTERMEDIATE);
        }
    }
    unlock(subchannel);
    return resume;
}

/* One command, or the next part of one. */
static void step(struct subchannel *subchannel)
{
    struct ccw_stream *stream = &subchannel->stream;
    struct channel_program *program = &stream->program;
    unsigned status;

    if (program->phase == PROGRAM_FETCHES) {
        if (!channel_program_fetch(stream)) {
            finish(subchannel, 0, program->status);
            return;
        }
        if (program->flags & CCW_SUSPEND && !suspend(subchannel))
            return;
        if (program->flags & CCW_SUSPEND)
            return; /* the CCW is fetched again in the next step */
        pay_intermediate(subchannel);
    }
    status = subchannel_execute(subchannel);
    if (program->status || !(status & (CCW_WAITS | CCW_AGAIN))) {
        if (status & (CCW_WAITS | CCW_AGAIN) && subchannel->device->type->halt_clear)
            subchannel->device->type->halt_clear(subchannel->device);
        end_command(subchannel, status & 0xff
                                    ? status & 0xff
                                    : DEVICE_STATUS_CHANNEL_END | DEVICE_STATUS_DEVICE_END);
        return;
    }
    program->phase = status & CCW_WAITS ? PROGRAM_WAITS : PROGRAM_REPEATS;
    pay_intermediate(subchannel);
}

/* The state lock is held, as it is by the four that follow. */
static void perform_clear(struct subchannel *subchannel)
{
    struct subchannel_state *state = &subchannel->state;

    subchannel->stream.program.phase = PROGRAM_NONE;
    state->control = SCSW_CLEAR;
    state->ccw_address = 0;
    state->count = 0;
    state->device_status = 0;
    state->subchannel_status = 0;
    state->last_path_used_mask = 0;
    state->path_not_operational_mask = 0;
    state->path_operational_mask = 0xff;
    subchannel_interrupt(subchannel, 0);
}

/* What was active ends with the status that the device answers the halt signal with. What was
   pending or suspended stays marked as such: the program learns that it was not executed. */
static void perform_halt(struct subchannel *subchannel)
{
    struct channel_program *program = &subchannel->stream.program;
    struct subchannel_state *state = &subchannel->state;
    const uint32_t active = SCSW_SUBCHANNEL_ACTIVE | SCSW_DEVICE_ACTIVE;
    uint32_t status = 0;

    if (state->control & SCSW_SUBCHANNEL_ACTIVE) {
        put_program_status(subchannel);
        state->device_status |= DEVICE_STATUS_CHANNEL_END | DEVICE_STATUS_DEVICE_END;
        status = SCSW_PRIMARY | SCSW_SECONDARY;
    } else if (state->control & SCSW_DEVICE_ACTIVE) {
        state->device_status |= DEVICE_STATUS_DEVICE_END;
        status = SCSW_SECONDARY;
    }
    program->phase = PROGRAM_NONE;
    state->control &= ~(SCSW_HALT_PENDING | active);
    subchannel_interrupt(subchannel, status);
}

static void begin(struct subchannel *subchannel)
{
    struct subchannel_state *state = &subchannel->state;

    if (!(state->logical_path_mask & SUBCHANNEL_PATH)) {
        /* Deferred condition code 3: there is no path to the device. */
        state->path_not_operational_mask = state->logical_path_mask;
        state->control |= SCSW_DEFERRED_CC | SCSW_PATH_NOT_OPERATIONAL;
        subchannel_interrupt(subchannel, SCSW_ALERT);
        return;
    }
    state->last_path_used_mask = SUBCHANNEL_PATH;
    state->control &= ~SCSW_START_PENDING;
    state->control |= SCSW_SUBCHANNEL_ACTIVE | SCSW_DEVICE_ACTIVE;
    subchannel_measure(subchannel);
    channel_program_begin(&subchannel->stream, state->orb_control, state->orb_program);
}

static void resume(struct subchannel *subchannel)
{
    struct channel_program *program = &subchannel->stream.program;
    struct subchannel_state *state = &subchannel->state;

    state->control &= ~(SCSW_RESUME_PENDING | SCSW_SUSPENDED);
    state->control |= SCSW_SUBCHANNEL_ACTIVE | SCSW_DEVICE_ACTIVE;
    program->next -= 8;
    program->phase = PROGRAM_FETCHES;
}

static void perform_reset(struct subchannel *subchannel)
{
    struct subchannel_state *state = &subchannel->state;

    state->resetting = 0;
    state->held_status = 0;
    state->sense_count = 0;
    subchannel->stream.program.phase = PROGRAM_NONE;
    if (!(state->control & (SCSW_SUBCHANNEL_ACTIVE | SCSW_DEVICE_ACTIVE)))
        return;
    state->control &= ~(SCSW_SUBCHANNEL_ACTIVE | SCSW_DEVICE_ACTIVE);
    state->subchannel_status |= SUBCHANNEL_STATUS_INTERFACE_CONTROL_CHECK;
    subchannel_interrupt(subchannel, SCSW_PRIMARY | SCSW_SECONDARY | SCSW_ALERT);
}

/* Tells the device, which must not be called with the state lock held, before the state changes. */
static void stop_device(struct subchannel *subchannel, bool resetting)
{
    struct ccw_device *device = subchannel->device;
    const uint8_t phase = subchannel->stream.program.phase;

    if ((phase == PROGRAM_WAITS || phase == PROGRAM_REPEATS) && device->type->halt_clear)
        device->type->halt_clear(device);
    if (resetting)
        device->type->reset(device);
}

/* Performs what is pending. What comes while this looks has posted the work once more. */
static void settle(struct subchannel *subchannel)
{
    struct subchannel_state *state = &subchannel->state;
    uint32_t control;
    bool stops, resetting;

    lock(subchannel);
    resetting = state->resetting;
    stops = state->control & (SCSW_CLEAR_PENDING | SCSW_HALT_PENDING);
    unlock(subchannel);
    if (stops || resetting)
        stop_device(subchannel, resetting);
    lock(subchannel);
    if (resetting)
        perform_reset(subchannel);
    control = state->control;
    if (stops && control & SCSW_CLEAR_PENDING)
        perform_clear(subchannel);
    else if (stops && control & SCSW_HALT_PENDING)
        perform_halt(subchannel);
    else if (!(control & (SCSW_CLEAR_PENDING | SCSW_HALT_PENDING | SCSW_PENDING))) {
        if (control & SCSW_START_PENDING)
            begin(subchannel);
        else if (control & SCSW_SUSPENDED && control & SCSW_RESUME_PENDING)
            resume(subchannel);
    }
    unlock(subchannel);
}

static bool interrupted(struct subchannel *subchannel)
{
    bool result;

    lock(subchannel);
    result = subchannel->state.resetting ||
             subchannel->state.control & (SCSW_CLEAR_PENDING | SCSW_HALT_PENDING);
    unlock(subchannel);
    return result;
}

/* A command that does not end at once has been accepted: that is the initial status that the
   program wanted to know. Where all ended in one slice the ending status tells as much. */
static void pay_initial(struct subchannel *subchannel)
{
    struct channel_program *program = &subchannel->stream.program;

    if (!program->owes_initial || program->phase == PROGRAM_NONE ||
        program->phase == PROGRAM_SUSPENDED)
        return;
    program->owes_initial = 0;
    interrupt_intermediate(subchannel, SCSW_ZERO_CONDITION_CODE);
}

void subchannel_work(void *owner)
{
    struct subchannel *subchannel = owner;
    struct css *css = subchannel->css;
    const struct channel_program *program = &subchannel->stream.program;
    bool again;

    pthread_mutex_lock(&css->device_lock);
    settle(subchannel);
    for (unsigned i = 0; i < SLICE_COMMANDS && in_progress(program); i++) {
        if (interrupted(subchannel))
            break;
        step(subchannel);
    }
    pay_initial(subchannel);
    again = in_progress(program);
    pthread_mutex_unlock(&css->device_lock);
    if (again)
        event_loop_post(css->loop, &subchannel->work);
}

static void present_device_end(struct subchannel *subchannel, unsigned status)
{
    struct subchannel_state *state = &subchannel->state;

    subchannel->stream.program.phase = PROGRAM_NONE;
    lock(subchannel);
    if (!(state->control & SCSW_CLEAR_PENDING)) {
        state->control &= ~(SCSW_DEVICE_ACTIVE | SCSW_HALT_PENDING);
        state->device_status |= (uint8_t)status;
        sense_concurrently(subchannel);
        subchannel_interrupt(subchannel,
                             SCSW_SECONDARY | (status & STATUS_EXCEPTIONAL ? SCSW_ALERT : 0));
    }
    unlock(subchannel);
}

/* Channel end belongs to a command: without one it came too late and means nothing. */
static void hold(struct subchannel *subchannel, unsigned status)
{
    lock(subchannel);
    subchannel->state.held_status |= (uint8_t)(status & ~(unsigned)DEVICE_STATUS_CHANNEL_END);
    subchannel_present_held(subchannel);
    unlock(subchannel);
}

void ccw_device_present(struct ccw_device *device, unsigned status)
{
    struct subchannel *subchannel = device->subchannel;
    struct channel_program *program = &subchannel->stream.program;
    const bool ends = status & (DEVICE_STATUS_DEVICE_END | DEVICE_STATUS_UNIT_CHECK);

    if (program->phase == PROGRAM_WAITS && (ends || status & DEVICE_STATUS_CHANNEL_END))
        end_command(subchannel, status);
    else if (program->phase == PROGRAM_CHAINS && status & STATUS_EXCEPTIONAL && ends)
        finish(subchannel, status | DEVICE_STATUS_CHANNEL_END, 0);
    else if (program->phase == PROGRAM_CHAINS && ends)
        chain(program, status);
    else if (program->phase == PROGRAM_ENDS && ends)
        present_device_end(subchannel, status);
    else
        hold(subchannel, status);
    if (in_progress(program))
        event_loop_post(subchannel->css->loop, &subchannel->work);
}

struct ccw_stream *ccw_device_stream(struct ccw_device *device)
{
    return &device->subchannel->stream;
}

void ccw_device_enter(struct ccw_device *device)
{
    pthread_mutex_lock(&device->subchannel->css->device_lock);
}

void ccw_device_leave(struct ccw_device *device)
{
    pthread_mutex_unlock(&device->subchannel->css->device_lock);
}
