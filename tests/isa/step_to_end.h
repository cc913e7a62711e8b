/* Executes a vector's instructions on the interpreter. */
#ifndef ZITHER_TESTS_ISA_STEP_TO_END_H
#define ZITHER_TESTS_ISA_STEP_TO_END_H

#include <stdbool.h>

#include "cpu/arch/vcpu.h"

/* Runs until an instruction that is a halfword of zeros and leaves the PSW address there;
   false where that does not happen. */
bool step_to_end(struct vcpu *cpu);

#endif
