/*
 * The facilities of z/Architecture and the bits that indicate them. A facility is a name
 * inside Zither; which of them a CPU has is the business of its model. Everything here is
 * constant.
 */
#ifndef ZITHER_CPU_ARCH_FACILITIES_H
#define ZITHER_CPU_ARCH_FACILITIES_H

#include <stdint.h>

enum {
    FACILITY_NO_BIT = 0xffff /* facility_row.bit: no facility indication */
};

/* Machines in the order in which they came; each has what those before it had. */
enum generation {
    GENERATION_Z900,
    GENERATION_Z990,
    GENERATION_Z9,
    GENERATION_Z10,
    GENERATION_Z196,
    GENERATION_ZEC12,
    GENERATION_Z13,
    GENERATION_Z14,
    GENERATION_Z15,
    GENERATION_Z16,
    GENERATION_Z17,
};

/* Whether Zither has a facility: what the columns of facilities.def say. */
enum facility_offer {
    FACILITY_OFFER_NO,
    FACILITY_OFFER_YES,   /* once all of its instructions have bodies */
    FACILITY_OFFER_PARTS, /* the instructions that have; indicated once all have */
};

enum facility {
#define FACILITY(name, ...) FACILITY_##name,
#include "cpu/arch/facilities.def"
#undef FACILITY
    FACILITY_COUNT
};

struct facility_row {
    const char *name;  /* as in facilities.def */
    const char *title; /* as the PoP has it */
    uint16_t bit;      /* facility indication, or FACILITY_NO_BIT */
    uint8_t since;     /* enum generation */
    uint8_t offer;     /* enum facility_offer */
};

extern const struct facility_row facility_rows[FACILITY_COUNT];

#endif
