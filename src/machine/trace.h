/*
 * --trace: a line for each instruction, before it is executed, with the general registers that
 * the one before it on the same CPU changed.
 *
 * The CPUs' threads write; lines do not mix. Errors of the host while writing end the trace,
 * not the guest.
 */
#ifndef ZITHER_MACHINE_TRACE_H
#define ZITHER_MACHINE_TRACE_H

#include "cpu/arch/vcpu.h"
#include "src/base/error.h"

struct trace;

/* Opens PATH, or standard error for "-". -errno with a sentence. */
int trace_create(struct trace **trace, const char *path, struct error *error);
/* Writes what is buffered. No CPU runs. */
void trace_destroy(struct trace *trace);

/* Has CPU traced from its next instruction on. It does not run now. */
void trace_attach(struct trace *trace, struct vcpu *cpu);

#endif
