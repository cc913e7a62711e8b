/*
 * What the instructions that transfer control between programs share: addressing modes in
 * registers and PSWs.
 */
#ifndef ZITHER_CPU_ISA_SEMANTICS_CONTROL_TRANSFER_H
#define ZITHER_CPU_ISA_SEMANTICS_CONTROL_TRANSFER_H

#include "cpu/arch/psw.h"
#include "cpu/arch/registers.h"
#include "cpu/isa/execute.h"

#define PSW_MODE (PSW_EXTENDED_ADDRESSING | PSW_BASIC_ADDRESSING)

static inline bool in_64_bit_mode(const struct vcpu *cpu)
{
    return cpu->address_mask == UINT64_MAX;
}

static inline uint64_t mask_with_mode(uint64_t mask, uint64_t mode)
{
    return (mask & ~PSW_MODE) | mode;
}

static inline uint64_t mask_with_space(uint64_t mask, enum psw_space space)
{
    return (mask & ~PSW_SPACE) | (uint64_t)space << PSW_SPACE_SHIFT;
}

/* MASK and the address to go to by VALUE of a register: outside the 64-bit mode, which stays,
   bit 32 of VALUE chooses between 24 and 31 bits. */
static inline struct psw psw_of_register(const struct vcpu *cpu, uint64_t mask, uint64_t value)
{
    if (in_64_bit_mode(cpu))
        return (struct psw){mask, value};
    if (value & BIT64(32))
        return (struct psw){mask_with_mode(mask, PSW_BASIC_ADDRESSING), value & 0x7fffffff};
    return (struct psw){mask_with_mode(mask, 0), value & 0xffffff};
}

/* The address of the next sequential instruction with the basic-addressing-mode bit, as link
   information has it: 64 bits, of which only the right half counts outside the 64-bit mode. */
static inline uint64_t next_with_mode(const struct vcpu *cpu, const struct insn *insn)
{
    uint64_t next = insn_next(cpu, insn);

    if (in_64_bit_mode(cpu) || !(cpu->state.psw_mask & PSW_BASIC_ADDRESSING))
        return next;
    return next | BIT64(32);
}

/* Puts VALUE into all of register R in the 64-bit mode, else into bits 32-63. */
static inline void gr_set_by_mode(struct vcpu *cpu, unsigned r, uint64_t value)
{
    cpu->state.gr[r] = in_64_bit_mode(cpu) ? value : with_low32(cpu->state.gr[r], (uint32_t)value);
}

/* Loads PSW as a branch does. */
static inline void transfer_to(struct vcpu *cpu, const struct insn *insn, struct psw psw)
{
    cpu->state.breaking_event = insn_address(cpu, insn);
    psw_load(cpu, psw);
}

#endif
