/*
 * The checks before a body runs, in one place so that no body can forget one: facility,
 * operation, privilege, register designations, floating-point and vector enablement (PoP
 * chapter 6, "Multiple Program-Interruption Conditions" gives the order).
 */
#ifndef ZITHER_CPU_ISA_CHECK_H
#define ZITHER_CPU_ISA_CHECK_H

#include "cpu/isa/insn.h"

enum insn_check {
    INSN_CHECK_NEVER,     /* nothing to check when it executes */
    INSN_CHECK_EACH_TIME, /* depends on the PSW or a control register */
    INSN_CHECK_REFUSED,   /* always raises */
};

/* When the checks of a decoded instruction have to be made. ROW may be null: no such
   instruction. */
enum insn_check insn_check_when(const struct vcpu *cpu, const struct insn *insn,
                                const struct insn_row *row);

/* Makes them: raises a program interruption, or returns. */
void insn_check(struct vcpu *cpu, const struct insn *insn);

/* True where insn_check would return with the PSW and the control registers as they are. */
bool insn_check_passes(const struct vcpu *cpu, const struct insn *insn);

#endif
