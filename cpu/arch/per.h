/*
 * Program-event recording (PoP chapter 4). A CPU with PER events enabled executes step by
 * step; the backend brackets each instruction with the functions below.
 */
#ifndef ZITHER_CPU_ARCH_PER_H
#define ZITHER_CPU_ARCH_PER_H

#include "cpu/arch/address_space.h"
#include "cpu/arch/vcpu.h"

/* True where CR9 enables an event. */
bool per_enabled(const struct vcpu *cpu);

/* Instruction fetch of an instruction at ADDRESS; true where the event nullifies it. */
bool per_instruction_fetch(struct vcpu *cpu, uint64_t address);
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
