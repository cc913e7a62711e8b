/*
 * LOAD and STORE ON CONDITION with an operand in storage (PoP chapter 7). Where the condition
 * is not met the operand is not accessed, which the PoP leaves open.
 */
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/operands.h"
#include "cpu/isa/semantics/operations.h"

static ALWAYS_INLINE bool condition_met(const struct vcpu *cpu, const struct insn *insn)
{
    return MASK_SELECTS(insn->m3, cpu->cc);
}

void insn_load_on_condition32(struct vcpu *cpu, const struct insn *insn)
{
    if (condition_met(cpu, insn))
        out_R1_32(cpu, insn, in_M2_U32(cpu, insn));
}

void insn_load_on_condition64(struct vcpu *cpu, const struct insn *insn)
{
    if (condition_met(cpu, insn))
        out_R1_64(cpu, insn, in_M2_64(cpu, insn));
}

void insn_load_high_on_condition(struct vcpu *cpu, const struct insn *insn)
{
    if (condition_met(cpu, insn))
        out_R1_HIGH(cpu, insn, in_M2_U32(cpu, insn));
}

void insn_store_on_condition32(struct vcpu *cpu, const struct insn *insn)
{
    if (condition_met(cpu, insn))
        out_M2_32(cpu, insn, in_R1_U32(cpu, insn));
}

void insn_store_on_condition64(struct vcpu *cpu, const struct insn *insn)
{
    if (condition_met(cpu, insn))
        out_M2_64(cpu, insn, in_R1_64(cpu, insn));
}

void insn_store_high_on_condition(struct vcpu *cpu, const struct insn *insn)
{
    if (condition_met(cpu, insn))
        out_M2_32(cpu, insn, in_R1_UHIGH(cpu, insn));
}
