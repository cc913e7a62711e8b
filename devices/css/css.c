/*
 * The channel subsystem: its making, its devices, the channel port's functions and the queue of
 * channel reports (PoP chapter 17, "Channel Reports").
 */
#include "devices/css/css.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "devices/css/channel_call.h"
#include "devices/css/css_state.h"
#include "src/base/bits.h"
#include "src/core/layout/crw.h"

enum { CC_STORED = 0, CC_NOTHING_PENDING = 1, CC_NOT_OPERATIONAL = 3 };

#define SUBSYSTEM_ID_ONE BIT32(15)

/* Subsystem 0 and subchannel set 0 are all there is. */
static struct subchannel *find(struct css *css, uint32_t sid)
{
    const uint32_t number = sid & BITS32(16, 31);

    return bits32_get(sid, 0, 7) || bits32_get(sid, 13, 14) || number >= css->count
               ? NULL
               : css->subchannels[number];
}

/* An instruction on one subchannel, with the state lock held around it. */
#define ON_SUBCHANNEL(owner, sid, call)                                                            \
    struct css *css = (owner);                                                                     \
    struct subchannel *subchannel = find(css, sid);                                                \
    int cc;                                                                                        \
                                                                                                   \
    if (!subchannel)                                                                               \
        return CC_NOT_OPERATIONAL;                                                                 \
    pthread_mutex_lock(&css->lock);                                                                \
    cc = (call);                                                                                   \
    pthread_mutex_unlock(&css->lock);                                                              \
    return cc

static int start(void *owner, uint32_t sid, const uint8_t orb[64])
{
    ON_SUBCHANNEL(owner, sid, subchannel_start(subchannel, orb));
}

static int test(void *owner, uint32_t sid, uint8_t irb[96])
{
    ON_SUBCHANNEL(owner, sid, subchannel_test(subchannel, irb));
}

static int store(void *owner, uint32_t sid, uint8_t schib[52])
{
    ON_SUBCHANNEL(owner, sid, (subchannel_store(subchannel, schib), CC_STORED));
}

static int modify(void *owner, uint32_t sid, const uint8_t schib[52])
{
    ON_SUBCHANNEL(owner, sid, subchannel_modify(subchannel, schib));
}

static int clear(void *owner, uint32_t sid)
{
    ON_SUBCHANNEL(owner, sid, subchannel_clear(subchannel));
}

static int halt(void *owner, uint32_t sid)
{
    ON_SUBCHANNEL(owner, sid, subchannel_halt(subchannel));
}

static int resume(void *owner, uint32_t sid)
{
    ON_SUBCHANNEL(owner, sid, subchannel_resume(subchannel));
}

static int cancel(void *owner, uint32_t sid)
{
    ON_SUBCHANNEL(owner, sid, subchannel_cancel(subchannel));
}

/* The devices are reset on the I/O thread, before it performs what is started after this; so the
   report can be made at once. */
static int reset_channel_path(void *owner, uint8_t chpid)
{
    struct css *css = owner;

    if (chpid != CSS_CHPID || css->count == 0)
        return CC_NOT_OPERATIONAL;
    pthread_mutex_lock(&css->lock);
    for (uint32_t i = 0; i < css->count; i++) {
        css->subchannels[i]->state.resetting = 1;
        event_loop_post(css->loop, &css->subchannels[i]->work);
    }
    pthread_mutex_unlock(&css->lock);
    css_post_channel_report(
        css, CRW_SOLICITED | crw_make(CRW_SOURCE_CHANNEL_PATH, CRW_ERROR_INITIALIZED, chpid));
    return CC_STORED;
}

static int store_channel_report(void *owner, uint32_t *crw)
{
    struct css *css = owner;
    struct css_state *state = &css->state;
    int cc = CC_NOTHING_PENDING;

    *crw = 0;
    pthread_mutex_lock(&css->lock);
    if (state->report_count) {
        *crw = state->reports[state->report_start];
        state->report_start = (state->report_start + 1) % CSS_REPORT_QUEUE;
        state->report_count--;
        cc = CC_STORED;
    }
    pthread_mutex_unlock(&css->lock);
    return cc;
}

/* A bit for each path that is in use. */
static void store_channel_path_status(void *owner, uint8_t status[32])
{
    struct css *css = owner;

    memset(status, 0, 32);
    pthread_mutex_lock(&css->lock);
    for (uint32_t i = 0; i < css->count; i++)
        if (css->subchannels[i]->state.control & SCSW_SUBCHANNEL_ACTIVE)
            status[CSS_CHPID / 8] |= (uint8_t)BIT8(CSS_CHPID % 8);
    pthread_mutex_unlock(&css->lock);
}

static void set_channel_monitor(void *owner, uint64_t gr1, uint64_t gr2)
{
    struct css *css = owner;

    pthread_mutex_lock(&css->lock);
    css->state.measurement_control = low32(gr1);
    css->state.measurement_origin = gr2;
    pthread_mutex_unlock(&css->lock);
}

static int call(void *owner, uint8_t block[4096])
{
    struct css *css = owner;

    pthread_mutex_lock(&css->lock);
    channel_call_execute(css, block);
    pthread_mutex_unlock(&css->lock);
    return CC_STORED;
}

struct channel_port css_channel_port(struct css *css)
{
    return (struct channel_port){
        .owner = css,
        .start = start,
        .test = test,
        .store = store,
        .modify = modify,
        .clear = clear,
        .halt = halt,
        .resume = resume,
        .cancel = cancel,
        .reset_channel_path = reset_channel_path,
        .store_channel_report = store_channel_report,
        .store_channel_path_status = store_channel_path_status,
        .set_channel_monitor = set_channel_monitor,
        .call = call,
    };
}

void css_post_channel_report(struct css *css, uint32_t crw)
{
    struct css_state *state = &css->state;

    pthread_mutex_lock(&css->lock);
    if (state->report_count < CSS_REPORT_QUEUE) {
        state->reports[(state->report_start + state->report_count) % CSS_REPORT_QUEUE] = crw;
        state->report_count++;
    } else {
        state->reports[(state->report_start + CSS_REPORT_QUEUE - 1) % CSS_REPORT_QUEUE] |=
            CRW_OVERFLOW;
    }
    pthread_mutex_unlock(&css->lock);
    css->interruptions->post_channel_report(css->interruptions->owner);
}

int css_create(struct css **result, const struct css_config *config, struct error *error)
{
    struct css *css = calloc(1, sizeof *css);

    if (!css)
        return error_set(error, -ENOMEM, "the host has no memory for the channel subsystem");
    css->interruptions = config->interruptions;
    css->storage = config->storage;
    css->loop = config->loop;
    pthread_mutex_init(&css->device_lock, NULL);
    pthread_mutex_init(&css->lock, NULL);
    *result = css;
    return 0;
}

void css_destroy(struct css *css)
{
    if (!css)
        return;
    for (uint32_t i = 0; i < css->count; i++) {
        struct subchannel *subchannel = css->subchannels[i];

        event_loop_withdraw(css->loop, &subchannel->work);
        subchannel->device->type->destroy(subchannel->device);
        free(subchannel);
    }
    pthread_mutex_destroy(&css->lock);
    pthread_mutex_destroy(&css->device_lock);
    free(css);
}

static int check_attach(const struct css *css, uint16_t device_number, struct error *error)
{
    for (uint32_t i = 0; i < css->count; i++)
        if (css->subchannels[i]->state.device_number == device_number)
            return error_set(error, -EEXIST, "device number %04x is taken by a %s; give another",
                             device_number, css->subchannels[i]->device->type->name);
    if (css->count == CSS_SUBCHANNELS)
        return error_set(error, -ENOSPC, "there are %u devices already, which is the most",
                         CSS_SUBCHANNELS);
    return 0;
}

int css_attach(struct css *css, struct ccw_device *device, uint16_t device_number,
               struct error *error)
{
    int code = check_attach(css, device_number, error);
    struct subchannel *subchannel = code ? NULL : calloc(1, sizeof *subchannel);

    if (!code && !subchannel)
        code = error_set(error, -ENOMEM, "the host has no memory for device %04x", device_number);
    if (code) {
        device->type->destroy(device);
        return code;
    }
    subchannel->css = css;
    subchannel->device = device;
    subchannel->work =
        (struct event_post){.run = subchannel_work, .owner = subchannel, .orderly = true};
    subchannel->id = SUBSYSTEM_ID_ONE | css->count;
    subchannel->state.device_number = device_number;
    subchannel->stream.storage = css->storage;
    subchannel_reset(subchannel);
    device->subchannel = subchannel;
    css->subchannels[css->count++] = subchannel;
    return 0;
}

/* Work that is posted finds nothing to do afterwards. */
void css_reset(struct css *css)
{
    pthread_mutex_lock(&css->device_lock);
    pthread_mutex_lock(&css->lock);
    memset(&css->state, 0, sizeof css->state);
    for (uint32_t i = 0; i < css->count; i++)
        subchannel_reset(css->subchannels[i]);
    pthread_mutex_unlock(&css->lock);
    for (uint32_t i = 0; i < css->count; i++)
        css->subchannels[i]->device->type->reset(css->subchannels[i]->device);
    pthread_mutex_unlock(&css->device_lock);
}
