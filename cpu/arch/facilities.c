#include "cpu/arch/facilities.h"

#define NO_BIT FACILITY_NO_BIT
#define YES    true
#define NO     false

const struct facility_row facility_rows[FACILITY_COUNT] = {
#define FACILITY(name, bit, since, offered, title)                                                 \
    [FACILITY_##name] = {#name, title, bit, GENERATION_##since, offered},
#include "cpu/arch/facilities.def"
#undef FACILITY
};
