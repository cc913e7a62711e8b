/*
 * HFP loads without arithmetic (PoP, chapter 18). Compilers for later machines load short BFP
 * numbers with LOAD LENGTHENED too: it sets all of the register's bits 0-63.
 */
#include "cpu/arch/access.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"

/* Zeros to the right of the fraction; nothing is normalized, and no value is special. */
static void load_lengthened(struct vcpu *cpu, const struct insn *insn, uint32_t value)
{
    fpr64_set(cpu, insn->r1, (uint64_t)value << 32);
}

void insn_hfp_load_lengthened(struct vcpu *cpu, const struct insn *insn)
{
    load_lengthened(cpu, insn, fpr32(cpu, insn->r2));
}

void insn_hfp_load_lengthened_storage(struct vcpu *cpu, const struct insn *insn)
{
    const uint64_t address = operand_address2x(cpu, insn);

    load_lengthened(cpu, insn, access_fetch32(cpu, operand_space(cpu, insn->b2), address));
}
