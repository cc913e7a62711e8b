/*
 * What bodies need to know of the instruction they execute: addresses of operands and of
 * the instruction itself, also under EXECUTE.
 */
#ifndef ZITHER_CPU_ISA_EXECUTE_H
#define ZITHER_CPU_ISA_EXECUTE_H

#include "cpu/arch/registers.h"
#include "cpu/arch/vcpu.h"
#include "cpu/isa/insn.h"

/* Logical address of the storage operand D(X,B) or D(B), wrapped to the addressing mode. */
static ALWAYS_INLINE uint64_t operand_address(const struct vcpu *cpu, int32_t displacement,
                                              unsigned base, unsigned index)
{
    uint64_t address = (uint64_t)(int64_t)displacement;

    if (base)
        address += cpu->state.gr[base];
    if (index)
        address += cpu->state.gr[index];
    return address & cpu->address_mask;
}

/* First operand D1(B1). */
static ALWAYS_INLINE uint64_t operand_address1(const struct vcpu *cpu, const struct insn *insn)
{
    return operand_address(cpu, insn->d1, insn->b1, 0);
}

/* Second operand D2(B2), no index. */
static ALWAYS_INLINE uint64_t operand_address2(const struct vcpu *cpu, const struct insn *insn)
{
    return operand_address(cpu, insn->d2, insn->b2, 0);
}

/* Second operand D2(X2,B2). */
static ALWAYS_INLINE uint64_t operand_address2x(const struct vcpu *cpu, const struct insn *insn)
{
    return operand_address(cpu, insn->d2, insn->b2, insn->x2);
}

/* Address of the instruction; of the EXECUTE for an executed one. */
static ALWAYS_INLINE uint64_t insn_address(const struct vcpu *cpu, const struct insn *insn)
{
    return cpu->insn_page + insn->page_offset;
}

/* Address of the next sequential instruction. */
static ALWAYS_INLINE uint64_t insn_next(const struct vcpu *cpu, const struct insn *insn)
{
    return (insn_address(cpu, insn) + insn->length) & cpu->address_mask;
}

/* Target of a relative operand HALFWORDS away. Under EXECUTE it counts from the target
   instruction, not from the EXECUTE (PoP chapter 5, "Relative-Operand Addressing"). */
static ALWAYS_INLINE uint64_t insn_relative(const struct vcpu *cpu, const struct insn *insn,
                                            int64_t halfwords)
{
    uint64_t from =
        unlikely(insn == cpu->execute_target) ? cpu->execute_address : insn_address(cpu, insn);

    return (from + (uint64_t)halfwords * 2) & cpu->address_mask;
}

/* Takes a branch: for bodies of rows that end the block. Remembers the breaking event. */
static ALWAYS_INLINE void branch_to(struct vcpu *cpu, const struct insn *insn, uint64_t target)
{
    cpu->state.breaking_event = insn_address(cpu, insn);
    cpu->state.psw_addr = target;
}

/* An instruction that must be executed again, such as an interruptible one that is not
   done: its row ends the block, so the PSW still points behind it. */
static ALWAYS_INLINE void insn_repeat(struct vcpu *cpu, const struct insn *insn)
{
    cpu->state.psw_addr = insn_address(cpu, insn);
}

#endif
