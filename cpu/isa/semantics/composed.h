/*
 * What COMPOSED and BRANCH rows do, put together from their words. Whoever executes rows
 * (the interpreter's dispatch, the functions in composed.c) expands these two.
 */
#ifndef ZITHER_CPU_ISA_SEMANTICS_COMPOSED_H
#define ZITHER_CPU_ISA_SEMANTICS_COMPOSED_H

#include "cpu/isa/semantics/branches.h"
#include "cpu/isa/semantics/operands.h"
#include "cpu/isa/semantics/operations.h"

/* Both operands are fetched before the result is written, and the condition code is set
   last: an access exception on the result leaves it alone, and a fixed-point-overflow
   exception finds the instruction complete. */
#define COMPOSED_EXECUTE(cpu, insn, in1, in2, op, out, cc)                                         \
    do {                                                                                           \
        const uint64_t operand1 = in_##in1(cpu, insn);                                             \
        const uint64_t operand2 = in_##in2(cpu, insn);                                             \
        const uint64_t result = op_##op(cpu, insn, operand1, operand2);                            \
        (void)operand1;                                                                            \
        (void)operand2;                                                                            \
        out_##out(cpu, insn, result);                                                              \
        cc_##cc(cpu, insn, operand1, operand2, result);                                            \
    } while (0)

/* True where the branch is taken; ADDRESS points to where it goes, also when it is not. */
#define BRANCH_TAKEN(cpu, insn, test, target, address)                                             \
    (*(address) = target_##target(cpu, insn), test_##test(cpu, insn))

#endif
