/* The interruption-response block that TEST SUBCHANNEL stores (PoP chapter 16). */
#ifndef ZITHER_CORE_LAYOUT_IRB_H
#define ZITHER_CORE_LAYOUT_IRB_H

#include "src/core/layout/scsw.h"

struct irb {
    struct scsw scsw;
    uint8_t zero_12; /* the extended-status word, format 1 */
    uint8_t last_path_used_mask;
    uint8_t zero_14[2];
    be32 report; /* the extended-report word */
    uint8_t zero_20[12];
    uint8_t extended_control[32];
    uint8_t extended_measurement[32];
};
_Static_assert(sizeof(struct irb) == 96, "size of irb");
_Static_assert(offsetof(struct irb, last_path_used_mask) == 13, "irb.last_path_used_mask");
_Static_assert(offsetof(struct irb, report) == 16, "irb.report");
_Static_assert(offsetof(struct irb, extended_control) == 32, "irb.extended_control");
_Static_assert(offsetof(struct irb, extended_measurement) == 64, "irb.extended_measurement");

/* The extended-report word: concurrent sense, and how many bytes of it. */
#define IRB_REPORT_CONCURRENT_SENSE  BIT32(7)
#define IRB_REPORT_SENSE_COUNT_SHIFT 16

#endif
