/*
 * Program-event recording (PoP chapter 4). A CPU with PER events enabled executes step by
 * step; the backend brackets each instruction with the functions below.
 */
#ifndef ZITHER_CPU_ARCH_PER_H
#define ZITHER_CPU_ARCH_PER_H

#include "cpu/arch/address_space.h"
#include "cpu/arch/vcpu.h"

/* PER codes. */
#define PER_CODE_BRANCH              BIT8(0)
#define PER_CODE_INSTRUCTION_FETCH   BIT8(1)
#define PER_CODE_STORAGE_ALTERATION  BIT8(2)
#define PER_CODE_STORE_REAL          BIT8(4)
#define PER_CODE_FETCH_NULLIFICATION BIT8(7)

/* True where CR9 enables an event. */
bool per_enabled(const struct vcpu *cpu);

/* Starts the instruction at ADDRESS, which has been fetched; true where that is an event that
   nullifies it. */
bool per_instruction_fetch(struct vcpu *cpu, uint64_t address);
/* The same for the target of EXECUTE; its event nullifies by a program interruption. */
void per_target_fetch(struct vcpu *cpu, uint64_t address, unsigned execute_length);
/* A taken branch to TARGET from the instruction at ADDRESS. */
void per_branch(struct vcpu *cpu, uint64_t address, uint64_t target);
/* A store operand of the current instruction. */
void per_storage_alteration(struct vcpu *cpu, const struct address_space *space, uint64_t address,
                            uint32_t length);
/* STORE USING REAL ADDRESS. */
void per_store_real(struct vcpu *cpu);

/* After the instruction: raises the PER interruption for the events recorded, if any. */
bool per_pending(const struct vcpu *cpu);

#endif
