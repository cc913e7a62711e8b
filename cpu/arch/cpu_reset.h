/*
 * CPU resets and the four CPU states (PoP chapter 4, "Resets" and "Stopped, Operating,
 * Load, and Check-Stop States"). One owner of the state for every backend.
 */
#ifndef ZITHER_CPU_ARCH_CPU_RESET_H
#define ZITHER_CPU_ARCH_CPU_RESET_H

#include "cpu/arch/vcpu.h"

enum cpu_reset_kind {
    CPU_RESET_NORMAL,
    CPU_RESET_INITIAL,
    CPU_RESET_CLEAR,
};

/* Resets the fields that state.def names for KIND. The CPU is not running; its thread or,
   while that sleeps, any other may call. Leaves the check-stop state: every reset ends
   stopped. */
void cpu_reset(struct vcpu *cpu, enum cpu_reset_kind kind);

/* Enters STATE; starts and stops the CPU timer and tells the machine. The CPU's own thread,
   or another while that thread sleeps, never with cpu->lock held. */
void cpu_state_set(struct vcpu *cpu, enum cpu_state_name state);

/* Enters the check-stop state: malfunction alert at all other CPUs. */
void cpu_check_stop(struct vcpu *cpu);

#endif
