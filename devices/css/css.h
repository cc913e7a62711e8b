/*
 * The channel subsystem (PoP chapters 13 to 17), as yet without subchannels and channel
 * paths: every subchannel is not operational, no channel report is pending, and CHANNEL
 * SUBSYSTEM CALL answers for that configuration.
 *
 * Threads: any CPU thread through the channel port; the subsystem does its own locking.
 */
#ifndef ZITHER_DEVICES_CSS_CSS_H
#define ZITHER_DEVICES_CSS_CSS_H

#include "src/base/error.h"
#include "src/core/field.h"
#include "src/core/port/channel_port.h"
#include "src/core/port/interruption_port.h"

struct css;

/* INTERRUPTIONS must outlive the subsystem. -ENOMEM. */
int css_create(struct css **css, const struct interruption_port *interruptions,
               struct error *error);
void css_destroy(struct css *css);

/* What the I/O instructions call. */
struct channel_port css_channel_port(struct css *css);

/* Queues a channel-report word for STORE CHANNEL REPORT WORD and makes the machine check
   pending. Where the queue is full the last word stored gets the overflow bit instead. */
void css_post_channel_report(struct css *css, uint32_t crw);

/* I/O-system reset: no channel report, no enabled extensions. No CPU may run. */
void css_reset(struct css *css);

/* The state that saving and restoring work on; no CPU may run. */
struct field_object css_state_fields(struct css *css);

/* To be called after those fields were restored. -EINVAL where they cannot be right; the subsystem
   is then as after a reset. */
int css_check_restored(struct css *css, struct error *error);

#endif
