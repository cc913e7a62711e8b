#include "cpu/arch/facilities.h"

#define NO_BIT FACILITY_NO_BIT

const struct facility_row facility_rows[FACILITY_COUNT] = {
#define FACILITY(name, bit, title) [FACILITY_##name] = {#name, title, bit},
#include "cpu/arch/facilities.def"
#undef FACILITY
};
