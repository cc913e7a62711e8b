/*
 * The channel subsystem (PoP chapters 13 to 17): subchannels of devices with channel programs, in
 * the order in which they were attached, all on one channel path; channel reports; CHANNEL
 * SUBSYSTEM CALL.
 *
 * Threads: any CPU thread through the channel port; channel programs run on the event loop's
 * thread. The subsystem does its own locking: a device lock around devices and their programs,
 * inside it a state lock around what instructions see. Interruptions are posted under both.
 */
#ifndef ZITHER_DEVICES_CSS_CSS_H
#define ZITHER_DEVICES_CSS_CSS_H

#include "src/base/error.h"
#include "src/core/event_loop.h"
#include "src/core/field.h"
#include "src/core/port/channel_port.h"
#include "src/core/port/interruption_port.h"
#include "src/core/storage.h"

struct css;
struct ccw_device;

/* All three must outlive the subsystem. */
struct css_config {
    const struct interruption_port *interruptions;
    struct storage *storage;
    struct event_loop *loop;
};

/* -ENOMEM. */
int css_create(struct css **css, const struct css_config *config, struct error *error);
/* Destroys the devices too. */
void css_destroy(struct css *css);

/* Gives DEVICE the next subchannel. The subsystem owns DEVICE from then on, and destroys it at once
   where this fails: -EEXIST for a device number that is taken, -ENOSPC, -ENOMEM. Before the
   CPUs run. */
int css_attach(struct css *css, struct ccw_device *device, uint16_t device_number,
               struct error *error);

/* What the I/O instructions call. */
struct channel_port css_channel_port(struct css *css);

/* Queues a channel-report word for STORE CHANNEL REPORT WORD and makes the machine check
   pending. Where the queue is full the last word stored gets the overflow bit instead. */
void css_post_channel_report(struct css *css, uint32_t crw);

/* I/O-system reset: of every subchannel and device too; no channel report, no enabled extensions.
   No CPU may run. */
void css_reset(struct css *css);

/* The state that saving and restoring work on, as several objects: the subsystem's own, then for
   each subchannel its state, its channel program and its device's state. False behind the
   last. No CPU may run and the event loop must be stopped. */
bool css_state_object(struct css *css, unsigned index, struct field_object *object);

/* To be called after those objects were restored: what was going on goes on. -EINVAL where they
   cannot be right; the subsystem is then as after a reset. */
int css_check_restored(struct css *css, struct error *error);

#endif
