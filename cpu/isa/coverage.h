/*
 * How much of a facility the instruction table implements. A facility indication may be
 * offered to a guest only where this says that all of its instructions are there.
 */
#ifndef ZITHER_CPU_ISA_COVERAGE_H
#define ZITHER_CPU_ISA_COVERAGE_H

#include <stdbool.h>

#include "cpu/arch/facilities.h"

struct insn_coverage {
    unsigned rows;   /* instructions that come with the facility */
    unsigned bodies; /* of these, the ones that Zither executes */
};

/* A facility that adds no instruction, only functions of others, has no rows. */
struct insn_coverage insn_coverage(enum facility facility);

static inline bool insn_facility_complete(enum facility facility)
{
    struct insn_coverage coverage = insn_coverage(facility);

    return coverage.bodies == coverage.rows;
}

#endif
