/* Executes a vector's instructions. */
#ifndef ZITHER_TESTS_ISA_STEP_TO_END_H
#define ZITHER_TESTS_ISA_STEP_TO_END_H

#include <stdbool.h>

#include "cpu/exec/backend.h"

/* Runs until an instruction that is a halfword of zeros and leaves the PSW address there;
   false where that does not happen. */
bool step_to_end(struct vcpu *cpu, const struct backend *backend);

#endif
