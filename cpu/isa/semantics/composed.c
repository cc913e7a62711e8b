/*
 * The COMPOSED and BRANCH rows as functions: for EXECUTE, for dispatch without computed
 * labels, and for the JIT where a row has no lifter.
 */
#include "cpu/isa/semantics/composed.h"
#include "cpu/isa/insn_bodies.h"

#define INSN(mnemonic, ...)
#define COMPOSED(mnemonic, opcode, format, facility, in1, in2, op, out, cc, flags, name)           \
    void insn_composed_##mnemonic(struct vcpu *cpu, const struct insn *insn)                       \
    {                                                                                              \
        COMPOSED_EXECUTE(cpu, insn, in1, in2, op, out, cc);                                        \
    }
#define BRANCH(mnemonic, opcode, format, facility, test, target, flags, name)                      \
    void insn_composed_##mnemonic(struct vcpu *cpu, const struct insn *insn)                       \
    {                                                                                              \
        uint64_t address;                                                                          \
                                                                                                   \
        if (BRANCH_TAKEN(cpu, insn, test, target, &address))                                       \
            branch_to(cpu, insn, address);                                                         \
    }
#include "cpu/isa/insns/all.def"

void fixed_point_overflow(struct vcpu *cpu)
{
    cc_set(cpu, 3);
    if (cpu->state.psw_mask & PSW_FIXED_POINT_OVERFLOW)
        program_interruption(cpu, PGM_FIXED_POINT_OVERFLOW);
}
