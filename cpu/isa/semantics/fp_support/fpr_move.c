/*
 * Floating-point registers moved, zeroed, loaded, stored and given signs (PoP, chapter 9). No
 * IEEE exceptions, and no condition code.
 */
#include "cpu/arch/access.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"

void insn_fpr_load_short(struct vcpu *cpu, const struct insn *insn)
{
    fpr32_set(cpu, insn->r1, fpr32(cpu, insn->r2));
}

void insn_fpr_load_long(struct vcpu *cpu, const struct insn *insn)
{
    fpr64_set(cpu, insn->r1, fpr64(cpu, insn->r2));
}

void insn_fpr_load_extended(struct vcpu *cpu, const struct insn *insn)
{
    const uint64_t low = fpr64(cpu, insn->r2 + 2u);

    fpr64_set(cpu, insn->r1, fpr64(cpu, insn->r2));
    fpr64_set(cpu, insn->r1 + 2u, low);
}

void insn_fpr_load_short_storage(struct vcpu *cpu, const struct insn *insn)
{
    const uint64_t address = operand_address2x(cpu, insn);

    fpr32_set(cpu, insn->r1, access_fetch32(cpu, operand_space(cpu, insn->b2), address));
}

void insn_fpr_load_long_storage(struct vcpu *cpu, const struct insn *insn)
{
    const uint64_t address = operand_address2x(cpu, insn);

    fpr64_set(cpu, insn->r1, access_fetch64(cpu, operand_space(cpu, insn->b2), address));
}

void insn_fpr_store_short(struct vcpu *cpu, const struct insn *insn)
{
    const uint64_t address = operand_address2x(cpu, insn);

    access_store32(cpu, operand_space(cpu, insn->b2), address, fpr32(cpu, insn->r1));
}

void insn_fpr_store_long(struct vcpu *cpu, const struct insn *insn)
{
    const uint64_t address = operand_address2x(cpu, insn);

    access_store64(cpu, operand_space(cpu, insn->b2), address, fpr64(cpu, insn->r1));
}

void insn_fpr_zero_short(struct vcpu *cpu, const struct insn *insn)
{
    fpr32_set(cpu, insn->r1, 0);
}

void insn_fpr_zero_long(struct vcpu *cpu, const struct insn *insn)
{
    fpr64_set(cpu, insn->r1, 0);
}

void insn_fpr_zero_extended(struct vcpu *cpu, const struct insn *insn)
{
    fpr64_set(cpu, insn->r1, 0);
    fpr64_set(cpu, insn->r1 + 2u, 0);
}

void insn_fpr_complement(struct vcpu *cpu, const struct insn *insn)
{
    fpr64_set(cpu, insn->r1, fpr64(cpu, insn->r2) ^ BIT64(0));
}

void insn_fpr_negative(struct vcpu *cpu, const struct insn *insn)
{
    fpr64_set(cpu, insn->r1, fpr64(cpu, insn->r2) | BIT64(0));
}

void insn_fpr_positive(struct vcpu *cpu, const struct insn *insn)
{
    fpr64_set(cpu, insn->r1, fpr64(cpu, insn->r2) & ~BIT64(0));
}

void insn_fpr_copy_sign(struct vcpu *cpu, const struct insn *insn)
{
    const uint64_t magnitude = fpr64(cpu, insn->r2) & ~BIT64(0);

    fpr64_set(cpu, insn->r1, magnitude | (fpr64(cpu, insn->r3) & BIT64(0)));
}

void insn_fpr_from_gr(struct vcpu *cpu, const struct insn *insn)
{
    fpr64_set(cpu, insn->r1, gr64(cpu, insn->r2));
}

void insn_fpr_to_gr(struct vcpu *cpu, const struct insn *insn)
{
    gr64_set(cpu, insn->r1, fpr64(cpu, insn->r2));
}
