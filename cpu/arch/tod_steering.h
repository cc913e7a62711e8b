/*
 * TOD-clock steering (PoP chapter 4): the TOD offset that the program makes the TOD clock
 * have against the physical clock, and the rate at which it grows.
 *
 * A change begins a new steering episode at once. Any CPU's thread.
 */
#ifndef ZITHER_CPU_ARCH_TOD_STEERING_H
#define ZITHER_CPU_ARCH_TOD_STEERING_H

#include "cpu/arch/timing.h"

enum tod_steering_change {
    TOD_OFFSET_ADJUST, /* VALUE is added to the offset */
    TOD_OFFSET_SET,
    TOD_FINE_RATE,  /* VALUE: 32 bits, signed */
    TOD_GROSS_RATE, /* the same */
};

/* What PTFF's queries show, all of one instant. */
struct tod_steering_view {
    uint64_t physical;
    uint64_t offset;
    uint64_t epoch_difference; /* what SET CLOCK added */
    struct tod_episode old_episode;
    struct tod_episode new_episode;
};

/* The TOD offset when the physical clock shows PHYSICAL. */
uint64_t tod_steering_offset(const struct vcpu *cpu, uint64_t physical);

void tod_steering_query(const struct vcpu *cpu, struct tod_steering_view *view);

void tod_steering_change(struct vcpu *cpu, enum tod_steering_change change, uint64_t value);

#endif
