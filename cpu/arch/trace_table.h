/*
 * Tracing (PoP chapter 4, "Tracing"): the entries that branches, mode switches, changes of
 * address space and TRACE make in the table that CR12 designates.
 *
 * An instruction puts its entries together in a struct trace before it changes anything,
 * which raises the trace exceptions (protection, addressing, trace table), and stores them
 * with trace_commit once nothing can fail any more. An empty one commits nothing.
 */
#ifndef ZITHER_CPU_ARCH_TRACE_TABLE_H
#define ZITHER_CPU_ARCH_TRACE_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/arch/control.h"
#include "cpu/arch/vcpu.h"

struct trace {
    unsigned length;
    uint8_t bytes[160]; /* the longest entry is that of TRACG: 144 bytes */
};

static inline bool trace_branches(const struct vcpu *cpu)
{
    return cpu->state.cr[12] & CR12_BRANCH_TRACE;
}

static inline bool trace_modes(const struct vcpu *cpu)
{
    return cpu->state.cr[12] & CR12_MODE_TRACE;
}

static inline bool trace_asns(const struct vcpu *cpu)
{
    return cpu->state.cr[12] & CR12_ASN_TRACE;
}

/* MODE is that after the branch: bits 31 and 32 of a PSW. */
void trace_branch(struct vcpu *cpu, struct trace *trace, uint64_t target, uint64_t mode);
/* A switch between the basic and the 64-bit addressing mode; NEXT is the address of the next
   sequential instruction. */
void trace_mode_switch(struct vcpu *cpu, struct trace *trace, uint64_t next);
/* One by a branch that is traced too. */
void trace_mode_switching_branch(struct vcpu *cpu, struct trace *trace, uint64_t target,
                                 uint64_t mode);
void trace_branch_in_subspace_group(struct vcpu *cpu, struct trace *trace, uint32_t alet,
                                    uint64_t target, uint64_t mode);
void trace_set_secondary_asn(struct vcpu *cpu, struct trace *trace, uint16_t asn,
                             bool with_instance);
/* R2 is the second-operand register. */
void trace_program_transfer(struct vcpu *cpu, struct trace *trace, uint16_t asn, uint64_t r2,
                            bool with_instance);
/* NUMBER as stored by exceptions: with bit 44 of the operand address where it has a linkage
   first index. MODE is that after the call. */
void trace_program_call(struct vcpu *cpu, struct trace *trace, uint32_t number, uint64_t next,
                        uint64_t mode);
/* To PSW and primary ASN. */
void trace_program_return(struct vcpu *cpu, struct trace *trace, struct psw psw, uint16_t asn,
                          uint64_t next);

/* TRACE and TRACG: the registers from R1 to R3. */
struct trace_registers {
    unsigned r1;
    unsigned r3;
    bool wide;
    uint32_t operand;
};
void trace_explicit(struct vcpu *cpu, struct trace *trace, const struct trace_registers *what);

/* Stores the entries and advances CR12. */
void trace_commit(struct vcpu *cpu, const struct trace *trace);

#endif
