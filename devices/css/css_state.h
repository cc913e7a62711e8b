/* The channel subsystem's state, for its own files: what a snapshot keeps. */
#ifndef ZITHER_DEVICES_CSS_CSS_STATE_H
#define ZITHER_DEVICES_CSS_CSS_STATE_H

#include <stdint.h>

#define CSS_REPORT_QUEUE 64u /* channel-report words that wait to be stored */

/* Facilities that SET DOMAIN ATTRIBUTES has enabled. */
enum css_extension {
    CSS_MULTIPLE_SUBSYSTEMS = 1u << 0,
    CSS_MULTIPLE_SUBCHANNEL_SETS = 1u << 1,
};

struct css_state {
    uint32_t extensions; /* enum css_extension */
    uint32_t report_start;
    uint32_t report_count;
    uint32_t reports[CSS_REPORT_QUEUE]; /* a ring */
};

#endif
