/*
 * Taking turns: in deterministic mode one CPU at a time does anything at all, each for a
 * slice of instructions, in the order of CPU addresses. Waking a CPU takes effect when the
 * one that holds the turn passes it on, and sleeping CPUs are woken by the instruction count
 * that stands for time; so nothing depends on the host's scheduling, as long as nothing
 * comes from outside. In the ordinary mode all of this does nothing.
 *
 * For the CPU's own thread, but for turns_wake.
 */
#ifndef ZITHER_CPU_ARCH_TURNS_H
#define ZITHER_CPU_ARCH_TURNS_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/arch/vcpu.h"

/* Waits for this CPU's turn and keeps it; returns at once where it has it. */
void turns_enter(struct vcpu *cpu);
/* Between two slices: lets the next CPU that wants it have the turn. */
void turns_pass(struct vcpu *cpu);
/* Gives the turn away for good: the CPU leaves its run loop. */
void turns_leave(struct vcpu *cpu);
/* Sleeps for NANOSECONDS (UINT64_MAX: without end) of the time that instructions make, or
   until it is woken; then has the turn. Where all CPUs sleep, time passes at once. */
void turns_sleep(struct vcpu *cpu, uint64_t nanoseconds);
/* There is something for CPU to look at. Any thread. */
void turns_wake(struct vcpu *cpu);

#endif
