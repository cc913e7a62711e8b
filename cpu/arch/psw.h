/*
 * The PSW of a CPU (PoP chapter 4): reading it whole, loading it, and the checks a new
 * PSW undergoes.
 */
#ifndef ZITHER_CPU_ARCH_PSW_H
#define ZITHER_CPU_ARCH_PSW_H

#include <stdbool.h>

#include "cpu/arch/vcpu.h"
#include "src/core/layout/psw.h"

static inline bool psw_problem_state(const struct vcpu *cpu)
{
    return cpu->state.psw_mask & PSW_PROBLEM;
}

static inline unsigned psw_key(const struct vcpu *cpu)
{
    return (unsigned)(cpu->state.psw_mask >> PSW_KEY_SHIFT) & 0xf;
}

static inline unsigned psw_space(const struct vcpu *cpu)
{
    return (unsigned)(cpu->state.psw_mask >> PSW_SPACE_SHIFT) & 3;
}

static inline bool psw_dat(const struct vcpu *cpu)
{
    return cpu->state.psw_mask & PSW_DAT;
}

static inline unsigned psw_program_mask(const struct vcpu *cpu)
{
    return (unsigned)(cpu->state.psw_mask >> PSW_PROGRAM_MASK_SHIFT) & 0xf;
}

/* The mask with the current condition code in it: while instructions run, only this
   reads bits 18-19 right. */
static inline uint64_t psw_mask(const struct vcpu *cpu)
{
    return (cpu->state.psw_mask & ~PSW_CC) | ((uint64_t)cpu->cc << PSW_CC_SHIFT);
}

/* Puts the condition code into state.psw_mask: at every exit. */
static inline void psw_sync(struct vcpu *cpu)
{
    cpu->state.psw_mask = psw_mask(cpu);
}

/* Makes PSW current without checking it, deriving condition code, addressing mode,
   address-space contexts and the PER mode. An invalid one is found by psw_valid. */
void psw_load(struct vcpu *cpu, struct psw psw);

/* The same for a PSW that follows another while control registers stay as they were derived
   from (LPSWE, interruptions): much of it need not be derived again. */
void psw_swap(struct vcpu *cpu, struct psw psw);

/* The same for changes of the mask alone (SSM, SPKA, SAC, ...). */
void psw_mask_set(struct vcpu *cpu, uint64_t mask);

/* What must be recomputed when control registers changed: psw_asce_changed for CR1, CR7 or CR13
   alone, psw_derive for these and CR9, control_registers_changed where interruption masks
   (CR0, CR6, CR14) may be among them. */
void psw_asce_changed(struct vcpu *cpu, unsigned control_register);
void psw_derive(struct vcpu *cpu);
void control_registers_changed(struct vcpu *cpu);

/* False where the PSW causes the early specification exception (PoP chapter 6, "Early
   Exception Recognition"). */
bool psw_valid(const struct vcpu *cpu, struct psw psw);

/* Raises the early specification exception for the PSW that is current now. ILC in bytes: 0
   where LPSW, LPSWE, PR or an interruption loaded it, else the instruction's length (SSM,
   STOSM; PoP chapter 6, "Instruction-Length Code"). */
_Noreturn void psw_early_exception(struct vcpu *cpu, unsigned ilc);

/* What semiprivileged instructions need of the problem state, raising the privileged-operation
   exception: bit KEY (0-15) of the PSW-key mask; extraction authority. */
void psw_key_mask_check(struct vcpu *cpu, unsigned key);
void psw_extraction_check(struct vcpu *cpu);

/* Turns a short (8-byte) PSW as LPSW and IPL take it into a long one; bit 12 is inverted,
   so that a zero there is found by psw_valid. */
struct psw psw_from_short(uint64_t word);

/* A word such as "PER DAT I/O EXT key 0 mcheck wait problem home cc 2 pm 0 64-bit". */
void psw_describe(struct psw psw, char text[160]);

#endif
