/* The loop around a backend: CPU states, interruptions between instructions, the wait
   state, and exits. */
#ifndef ZITHER_CPU_EXEC_RUN_LOOP_H
#define ZITHER_CPU_EXEC_RUN_LOOP_H

#include "cpu/exec/backend.h"

/*
 * Runs the CPU on the calling thread, which is the CPU's own from now on, until there is
 * something for the machine to do: see enum exit_reason. Sleeps inside while the CPU is
 * stopped, check-stopped or waits. May be called again after any exit, once its completion
 * ran; a CPU that can do nothing then sleeps.
 */
struct vcpu_exit vcpu_run(struct vcpu *cpu, const struct backend *backend);

#endif
