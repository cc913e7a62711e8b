/*
 * A channel subsystem without a CPU: storage, an event loop that runs, an interruption port that
 * tells of every interruption, and one device whose commands are made for these tests.
 */
#ifndef ZITHER_TESTS_DEVICES_CSS_RIG_H
#define ZITHER_TESTS_DEVICES_CSS_RIG_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "devices/css/ccw_device.h"
#include "devices/css/css.h"
#include "src/core/layout/irb.h"
#include "src/core/layout/orb.h"
#include "src/core/layout/schib.h"
#include "tests/harness.h"

#define SUBCHANNEL 0x00010000u
#define PARAMETER  0x12345678u

#define CCWS   0x1000u /* where programs of these tests stand */
#define DATA   0x2000u
#define IDAWS  0x8000u
#define BLOCKS 0x10000u

/* Commands of the device, besides the basic ones. */
enum rig_command {
    RIG_WRITE = 0x01,         /* takes all there is */
    RIG_READ = 0x02,          /* gives what was made ready */
    RIG_TAKE_FOUR = 0x05,     /* needs four bytes */
    RIG_CONTROL = 0x07,       /* immediate */
    RIG_WAIT = 0x0b,          /* waits until the test ends it */
    RIG_READ_BACKWARD = 0x0c, /* as RIG_READ */
    RIG_MODIFIER = 0x0f,      /* ends with status modifier */
    RIG_EXCEPTION = 0x13,     /* ends with unit exception */
    RIG_HALF = 0x17,          /* ends with channel end only */
    RIG_COUNT = 0x1b,         /* counts */
};

struct rig_state {
    uint32_t executed; /* RIG_COUNT */
    uint32_t halted;
};

struct rig_device {
    struct ccw_device device;
    struct rig_state state;
    uint8_t taken[0x20000];
    size_t taken_length;
    uint8_t ready[0x4000];
    size_t ready_length;
    _Atomic bool destroyed;
};

struct css_rig {
    struct storage storage;
    struct event_loop *loop;
    struct interruption_port interruptions;
    struct css *css;
    struct channel_port port;
    struct rig_device *device;
    sem_t interrupted;
    struct io_interruption interruption; /* the last */
    atomic_uint reports;
    uint64_t ccw; /* where rig_ccw puts the next */
    struct irb irb;
};

#define RIG_ENDED (DEVICE_STATUS_CHANNEL_END | DEVICE_STATUS_DEVICE_END)

static unsigned rig_take_all(struct rig_device *device, struct ccw_stream *stream)
{
    const size_t room = sizeof device->taken - device->taken_length;
    const size_t part = room < 4096 ? room : 4096;
    const size_t done = ccw_stream_take_some(stream, device->taken + device->taken_length, part);

    device->taken_length += done;
    if (device->taken_length == sizeof device->taken)
        device->taken_length = 0;
    return ccw_stream_left(stream) ? (unsigned)CCW_AGAIN : RIG_ENDED;
}

static unsigned rig_execute(struct ccw_device *base, uint8_t command, struct ccw_stream *stream)
{
    struct rig_device *device = (struct rig_device *)base;

    switch (command) {
    case RIG_WRITE:
        return rig_take_all(device, stream);
    case RIG_READ:
    case RIG_READ_BACKWARD:
        ccw_stream_put(stream, device->ready, device->ready_length);
        return RIG_ENDED;
    case RIG_TAKE_FOUR:
        device->taken_length = ccw_stream_take(stream, device->taken, 4);
        return RIG_ENDED;
    case RIG_CONTROL:
        return RIG_ENDED;
    case RIG_WAIT:
        return CCW_WAITS;
    case RIG_MODIFIER:
        return RIG_ENDED | DEVICE_STATUS_MODIFIER;
    case RIG_EXCEPTION:
        return RIG_ENDED | DEVICE_STATUS_UNIT_EXCEPTION;
    case RIG_HALF:
        return DEVICE_STATUS_CHANNEL_END;
    case RIG_COUNT:
        device->state.executed++;
        return RIG_ENDED;
    default:
        return ccw_device_reject(base);
    }
}

static void rig_halt_clear(struct ccw_device *base)
{
    ((struct rig_device *)base)->state.halted++;
}

static void rig_reset(struct ccw_device *base)
{
    ((struct rig_device *)base)->state = (struct rig_state){0};
}

static void rig_destroy(struct ccw_device *base)
{
    free(base);
}

static const struct field rig_fields[] = {
    FIELD_ROW(rig_state, uint32_t, executed),
    FIELD_ROW(rig_state, uint32_t, halted),
};

static const struct ccw_device_type rig_type = {
    .name = "rig",
    .cu_type = 0x1234,
    .cu_model = 0x56,
    .device_type = 0x789a,
    .device_model = 0xbc,
    .sense_size = 2,
    .fields = rig_fields,
    .field_count = 2,
    .state_offset = offsetof(struct rig_device, state),
    .state_size = sizeof(struct rig_state),
    .execute = rig_execute,
    .halt_clear = rig_halt_clear,
    .reset = rig_reset,
    .destroy = rig_destroy,
};

static void rig_post_io(void *owner, const struct io_interruption *interruption)
{
    struct css_rig *rig = owner;

    rig->interruption = *interruption;
    sem_post(&rig->interrupted);
}

/* As a CPU that has not yet taken it would lose it. */
static bool rig_withdraw_io(void *owner, uint32_t subsystem_id)
{
    struct css_rig *rig = owner;

    return subsystem_id == rig->interruption.subsystem_id && sem_trywait(&rig->interrupted) == 0;
}

static void rig_post_report(void *owner)
{
    atomic_fetch_add(&((struct css_rig *)owner)->reports, 1);
}

static inline uint8_t *rig_at(struct css_rig *rig, uint64_t address)
{
    return storage_host(&rig->storage, (abs_addr){address});
}

/* Enables the subchannel, with EXTRA bits of the PMCW's word 1, ISC 3 and bits of word 6. */
static inline int rig_modify(struct css_rig *rig, unsigned extra, uint32_t characteristics)
{
    struct schib schib;

    CHECK_EQ(rig->port.store(rig->port.owner, SUBCHANNEL, (uint8_t *)&schib), 0);
    be16_put(&schib.pmcw.flags, (uint16_t)(3u << PMCW_ISC_SHIFT | extra));
    be32_put(&schib.pmcw.characteristics, characteristics);
    return rig->port.modify(rig->port.owner, SUBCHANNEL, (const uint8_t *)&schib);
}

static inline bool rig_set_up_stopped(struct css_rig *rig)
{
    struct css_config config;
    struct error error = {0};

    memset(rig, 0, sizeof *rig);
    rig->interruptions = (struct interruption_port){
        .owner = rig,
        .post_io = rig_post_io,
        .withdraw_io = rig_withdraw_io,
        .post_channel_report = rig_post_report,
    };
    sem_init(&rig->interrupted, 0, 0);
    rig->ccw = CCWS;
    if (!CHECK_EQ(storage_create(&rig->storage, 2u << 20, &error), 0) ||
        !CHECK_EQ(event_loop_create(&rig->loop, &error), 0))
        return false;
    config = (struct css_config){&rig->interruptions, &rig->storage, rig->loop};
    rig->device = calloc(1, sizeof *rig->device);
    if (!CHECK_EQ(css_create(&rig->css, &config, &error), 0) || !CHECK(rig->device != NULL))
        return false;
    rig->device->device.type = &rig_type;
    if (!CHECK_EQ(css_attach(rig->css, &rig->device->device, 0x0200, &error), 0))
        return false;
    rig->port = css_channel_port(rig->css);
    return CHECK_EQ(rig_modify(rig, PMCW_ENABLED, 0), 0);
}

static inline bool rig_set_up(struct css_rig *rig)
{
    return rig_set_up_stopped(rig) && CHECK_EQ(event_loop_start(rig->loop, NULL), 0);
}

static inline void rig_tear_down(struct css_rig *rig)
{
    event_loop_stop(rig->loop);
    css_destroy(rig->css);
    event_loop_destroy(rig->loop);
    storage_destroy(&rig->storage);
    sem_destroy(&rig->interrupted);
}

/* Appends a format-1 CCW to the program. */
static inline void rig_ccw(struct css_rig *rig, uint8_t command, unsigned flags, unsigned count,
                           uint32_t address)
{
    struct ccw_format_1 *ccw = (struct ccw_format_1 *)rig_at(rig, rig->ccw);

    ccw->command = command;
    ccw->flags = (uint8_t)flags;
    be16_put(&ccw->count, (uint16_t)count);
    be32_put(&ccw->address, address);
    rig->ccw += 8;
}

static inline void rig_ccw_0(struct css_rig *rig, uint8_t command, unsigned flags, unsigned count,
                             uint32_t address)
{
    uint8_t *ccw = rig_at(rig, rig->ccw);

    store_be32(ccw, address);
    ccw[0] = command;
    store_be32(ccw + 4, (uint32_t)flags << 24 | count);
    rig->ccw += 8;
}

/* START SUBCHANNEL with the program at CCWS; CONTROL is added to path mask and format. */
static inline int rig_start_with(struct css_rig *rig, uint32_t control)
{
    uint8_t bytes[64] = {0};
    struct orb *orb = (struct orb *)bytes;

    be32_put(&orb->parameter, PARAMETER);
    be32_put(&orb->control, control | 0x8000u);
    be32_put(&orb->program, CCWS);
    return rig->port.start(rig->port.owner, SUBCHANNEL, bytes);
}

static inline int rig_start(struct css_rig *rig)
{
    return rig_start_with(rig, ORB_FORMAT_1);
}

static inline bool rig_wait(struct css_rig *rig)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 20;
    return CHECK_EQ(sem_timedwait(&rig->interrupted, &until), 0);
}

static inline int rig_test(struct css_rig *rig)
{
    memset(&rig->irb, 0xee, sizeof rig->irb);
    return rig->port.test(rig->port.owner, SUBCHANNEL, (uint8_t *)&rig->irb);
}

/* Waits for the interruption and takes the status. */
static inline bool rig_finish(struct css_rig *rig)
{
    return rig_wait(rig) && CHECK_EQ(rig_test(rig), 0);
}

static inline uint32_t rig_control(const struct css_rig *rig)
{
    return be32_get(rig->irb.scsw.control);
}

/* Runs the program and checks the SCSW of its end. */
static inline void rig_run(struct css_rig *rig, uint32_t control, unsigned device_status,
                           unsigned subchannel_status, unsigned count)
{
    if (!CHECK_EQ(rig_start_with(rig, control), 0) || !rig_finish(rig))
        return;
    CHECK_EQ(rig->irb.scsw.device_status, device_status);
    CHECK_EQ(rig->irb.scsw.subchannel_status, subchannel_status);
    CHECK_EQ(be16_get(rig->irb.scsw.count), count);
    CHECK_EQ(rig->interruption.parameter, PARAMETER);
    rig->ccw = CCWS;
}

static inline uint32_t rig_stored_control(struct css_rig *rig)
{
    struct schib schib;

    CHECK_EQ(rig->port.store(rig->port.owner, SUBCHANNEL, (uint8_t *)&schib), 0);
    return be32_get(schib.scsw.control);
}

/* Waits until STSCH shows any of BITS. */
static inline bool rig_await(struct css_rig *rig, uint32_t bits)
{
    const struct timespec pause = {0, 200000};

    for (unsigned i = 0; i < 100000; i++) {
        if (rig_stored_control(rig) & bits)
            return true;
        nanosleep(&pause, NULL);
    }
    return CHECK(false);
}

static inline void rig_present(struct css_rig *rig, unsigned status)
{
    ccw_device_enter(&rig->device->device);
    ccw_device_present(&rig->device->device, status);
    ccw_device_leave(&rig->device->device);
}

#endif
