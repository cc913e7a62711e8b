/*
 * The channel subsystem: the channel port's functions and the queue of channel reports
 * (PoP chapter 17, "Channel Reports").
 */
#include "devices/css/css.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "devices/css/channel_call.h"
#include "devices/css/css_state.h"
#include "src/base/bits.h"

enum { CC_STORED = 0, CC_NOTHING_PENDING = 1, CC_NOT_OPERATIONAL = 3 };

/* Of a channel-report word: reports after this one were lost. */
#define REPORT_OVERFLOW BIT32(2)

struct css {
    const struct interruption_port *interruptions;
    pthread_mutex_t lock;
    struct css_state state;
};

/* No subchannel is provided, so the instructions that address one find it not operational. */
static int start(void *owner, uint32_t sid, const uint8_t orb[64])
{
    (void)owner, (void)sid, (void)orb;
    return CC_NOT_OPERATIONAL;
}

static int test(void *owner, uint32_t sid, uint8_t irb[96])
{
    (void)owner, (void)sid, (void)irb;
    return CC_NOT_OPERATIONAL;
}

static int store(void *owner, uint32_t sid, uint8_t schib[52])
{
    (void)owner, (void)sid, (void)schib;
    return CC_NOT_OPERATIONAL;
}

static int modify(void *owner, uint32_t sid, const uint8_t schib[52])
{
    (void)owner, (void)sid, (void)schib;
    return CC_NOT_OPERATIONAL;
}

static int signal_subchannel(void *owner, uint32_t sid)
{
    (void)owner, (void)sid;
    return CC_NOT_OPERATIONAL;
}

static int reset_channel_path(void *owner, uint8_t chpid)
{
    (void)owner, (void)chpid;
    return CC_NOT_OPERATIONAL;
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

static void store_channel_path_status(void *owner, uint8_t status[32])
{
    (void)owner;
    memset(status, 0, 32);
}

/* Measurements are per subchannel: there is nothing to be started or stopped. */
static void set_channel_monitor(void *owner, uint64_t gr1, uint64_t gr2)
{
    (void)owner, (void)gr1, (void)gr2;
}

static int call(void *owner, uint8_t block[4096])
{
    struct css *css = owner;

    pthread_mutex_lock(&css->lock);
    channel_call_execute(&css->state, block);
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
        .clear = signal_subchannel,
        .halt = signal_subchannel,
        .resume = signal_subchannel,
        .cancel = signal_subchannel,
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
            REPORT_OVERFLOW;
    }
    pthread_mutex_unlock(&css->lock);
    css->interruptions->post_channel_report(css->interruptions->owner);
}

int css_create(struct css **result, const struct interruption_port *interruptions,
               struct error *error)
{
    struct css *css = calloc(1, sizeof *css);

    if (!css)
        return error_set(error, -ENOMEM, "the host has no memory for the channel subsystem");
    css->interruptions = interruptions;
    pthread_mutex_init(&css->lock, NULL);
    *result = css;
    return 0;
}

void css_destroy(struct css *css)
{
    if (!css)
        return;
    pthread_mutex_destroy(&css->lock);
    free(css);
}

void css_reset(struct css *css)
{
    pthread_mutex_lock(&css->lock);
    memset(&css->state, 0, sizeof css->state);
    pthread_mutex_unlock(&css->lock);
}

static const struct field fields[] = {
    FIELD_ROW(css_state, uint32_t, extensions),
    FIELD_ROW(css_state, uint32_t, report_start),
    FIELD_ROW(css_state, uint32_t, report_count),
    FIELD_ROW(css_state, uint32_t, reports),
};

struct field_object css_state_fields(struct css *css)
{
    return (struct field_object){
        .name = "css",
        .fields = fields,
        .field_count = sizeof fields / sizeof fields[0],
        .object = &css->state,
        .object_size = sizeof css->state,
    };
}

int css_check_restored(struct css *css, struct error *error)
{
    const struct css_state *state = &css->state;

    if (state->report_start < CSS_REPORT_QUEUE && state->report_count <= CSS_REPORT_QUEUE)
        return 0;
    css_reset(css);
    return error_set(error, -EINVAL, "the saved state of the channel subsystem is damaged");
}
