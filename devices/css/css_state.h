/* The channel subsystem's insides, for its own files. */
#ifndef ZITHER_DEVICES_CSS_CSS_STATE_H
#define ZITHER_DEVICES_CSS_CSS_STATE_H

#include <pthread.h>
#include <stdint.h>

#include "devices/css/css.h"
#include "devices/css/subchannel.h"

#define CSS_REPORT_QUEUE 64u  /* channel-report words that wait to be stored */
#define CSS_SUBCHANNELS  256u /* most there can be */
#define CSS_CHPID        0u   /* the one channel path */

/* Facilities that SET DOMAIN ATTRIBUTES has enabled. */
enum css_extension {
    CSS_MULTIPLE_SUBSYSTEMS = 1u << 0,
    CSS_MULTIPLE_SUBCHANNEL_SETS = 1u << 1,
};

/* What a snapshot keeps. */
struct css_state {
    uint64_t measurement_origin;
    uint32_t measurement_control; /* bits 32-63 of general register 1 of SET CHANNEL MONITOR */
    uint32_t extensions;          /* enum css_extension */
    uint32_t report_start;
    uint32_t report_count;
    uint32_t reports[CSS_REPORT_QUEUE]; /* a ring */
};

struct css {
    const struct interruption_port *interruptions;
    struct storage *storage;
    struct event_loop *loop;
    pthread_mutex_t device_lock; /* the outer one */
    pthread_mutex_t lock;        /* guards state and the subchannels' states */
    struct css_state state;
    uint32_t count; /* of subchannels */
    struct subchannel *subchannels[CSS_SUBCHANNELS];
};

#endif
