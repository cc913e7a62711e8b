/*
 * One instruction at a time, without any cache: what every backend falls back to where PER or
 * a trace watches each instruction, where an instruction crosses a page, and where exactly so
 * many instructions are to be executed.
 *
 * A backend embeds a struct stepper for each CPU. It belongs to the CPU's thread.
 */
#ifndef ZITHER_CPU_EXEC_STEP_H
#define ZITHER_CPU_EXEC_STEP_H

#include "cpu/arch/vcpu.h"
#include "cpu/isa/insn.h"

struct stepper {
    struct insn insn;        /* the one being executed: cpu->insn points here meanwhile */
    uint64_t breaking_event; /* of before it, while it may branch under PER */
    bool may_branch;         /* the CPU's own is not valid now */
    bool fetching;           /* an exception now concerns the fetch of the next instruction; a
                                backend that fetches by itself sets it too */
};

/* Executes the instruction at the PSW address, with PER events. May not return: the backend's
   `unwind` calls step_unwind then. */
void step_instruction(struct vcpu *cpu, struct stepper *stepper);

/* Executes until cpu->requests is nonzero or LIMIT instructions are done. */
void step_instructions(struct vcpu *cpu, struct stepper *stepper, uint64_t limit);

/* After a program interruption: where the stepper was executing, or anyone fetching, makes PSW
   address and ILC right as a backend's `unwind` has to and returns true. False where the
   instruction was the backend's own, which therefore has cpu->insn point elsewhere. */
bool step_unwind(struct vcpu *cpu, struct stepper *stepper);

/* True where each instruction has to be executed by step_instruction. */
static inline bool step_each(const struct vcpu *cpu)
{
    return cpu->per_active || cpu->trace;
}

#endif
