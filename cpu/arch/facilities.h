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

enum facility {
#define FACILITY(name, bit, title) FACILITY_##name,
#include "cpu/arch/facilities.def"
#undef FACILITY
    FACILITY_COUNT
};

struct facility_row {
    const char *name;  /* as in facilities.def */
    const char *title; /* as the PoP has it */
    uint16_t bit;      /* facility indication, or FACILITY_NO_BIT */
};

extern const struct facility_row facility_rows[FACILITY_COUNT];

#endif
