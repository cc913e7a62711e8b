#include "cpu/arch/facilities.h"

#define NO_BIT FACILITY_NO_BIT
#define YES    FACILITY_OFFER_YES
#define NO     FACILITY_OFFER_NO
#define PARTS  FACILITY_OFFER_PARTS

const struct facility_row facility_rows[FACILITY_COUNT] = {
#define FACILITY(name, bit, since, offer, title)                                                   \
    [FACILITY_##name] = {#name, title, bit, GENERATION_##since, offer},
#include "cpu/arch/facilities.def"
#undef FACILITY
};
