/* The translator as a backend: see docs/jit.md. x86-64 hosts with AVX2, BMI and MOVBE only. */
#ifndef ZITHER_CPU_JIT_JIT_H
#define ZITHER_CPU_JIT_JIT_H

#include "cpu/exec/backend.h"

extern const struct backend jit_backend;

/* False, with a sentence, where this host lacks what the generated code uses. */
bool jit_supported(struct error *error);

/* Calls of a row's body from translated code: of rows that have none, or because what was
   translated of them could not do it this time. */
struct jit_calls {
    uint64_t called, bailed;
};

/* Of ROW on CPU, which does not run. */
struct jit_calls jit_calls_of(const struct vcpu *cpu, unsigned row);

/* Blocks are translated after RUNS executions as bodies, 0: at once, and again for their loops
   when POLLS times the budget was used up in them; 0: half of all blocks at once. For tests. */
void jit_threshold_set(struct vcpu *cpu, unsigned runs, unsigned polls);

#endif
