/* General instructions of no family (PoP chapter 7). */
#include "cpu/arch/interruption.h"
#include "cpu/arch/psw.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"

/* Hints that may be ignored: branch prediction, prefetching, access intent. */
void insn_no_operation(struct vcpu *cpu, const struct insn *insn)
{
    (void)cpu;
    (void)insn;
}

void insn_insert_program_mask(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t byte = (uint32_t)cpu->cc << 4 | psw_program_mask(cpu);

    gr32_set(cpu, insn->r1, (gr32(cpu, insn->r1) & 0x00ffffff) | byte << 24);
}

void insn_set_program_mask(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t byte = gr32(cpu, insn->r1) >> 24;

    cc_set(cpu, byte >> 4 & 3);
    cpu->state.psw_mask = (cpu->state.psw_mask & ~PSW_PROGRAM_MASK) | (uint64_t)(byte & 15)
                                                                          << PSW_PROGRAM_MASK_SHIFT;
    psw_derive(cpu);
}

void insn_find_leftmost_one(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t word = gr64(cpu, insn->r2);
    unsigned position = leading_zeros64(word);

    gr64_set(cpu, insn->r1, position);
    gr64_set(cpu, insn->r1 | 1u, word ? word & ~BIT64(position) : 0);
    cc_set(cpu, word ? 2 : 0);
}

/* LOAD COUNT TO BLOCK BOUNDARY: blocks of 64 bytes to 4 KiB by M3; condition code 0 where 16
   bytes or more are left. The operand is not accessed. */
void insn_load_count_to_block_boundary(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = operand_address2x(cpu, insn);
    uint32_t block, rest;

    if (insn->m3 > 6)
        specification_exception(cpu);
    block = UINT32_C(64) << insn->m3;
    rest = block - ((uint32_t)address & (block - 1));
    gr32_set(cpu, insn->r1, rest < 16 ? rest : 16);
    cc_set(cpu, rest < 16 ? 3 : 0);
}

/* The monitor class is in bits 12-15 of the instruction; CR8 has a mask bit for each. */
void insn_monitor_call(struct vcpu *cpu, const struct insn *insn)
{
    unsigned class = (uint8_t)insn->u2;

    if (class > 15)
        specification_exception(cpu);
    if (cpu->state.cr[8] & BIT64(48 + class))
        monitor_event(cpu, (uint16_t) class, operand_address1(cpu, insn));
}
