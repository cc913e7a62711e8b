/*
 * Taking turns: in deterministic mode one CPU executes at a time, each for a fixed number of
 * instructions, in the order of CPU addresses. In the ordinary mode all of this does nothing.
 */
#ifndef ZITHER_CPU_EXEC_TURNS_H
#define ZITHER_CPU_EXEC_TURNS_H

#include <stdbool.h>

#include "cpu/arch/vcpu.h"

/* Waits for this CPU's turn. */
void turns_enter(struct vcpu *cpu);
/* Between two slices: gives the turn to the next CPU that wants one. */
void turns_pass(struct vcpu *cpu);
/* This CPU has nothing to execute. */
void turns_leave(struct vcpu *cpu);
/* True where no other CPU has anything to execute, so that time may be skipped. */
bool turns_all_wait(const struct vcpu *cpu);

#endif
