/*
 * The words of BRANCH rows: test_WORD says whether the branch is taken and does what the
 * instruction does besides (count, index, link information); target_WORD says where it goes.
 *
 * The target is worked out first: a register may be link and branch address at once.
 */
#ifndef ZITHER_CPU_ISA_SEMANTICS_BRANCHES_H
#define ZITHER_CPU_ISA_SEMANTICS_BRANCHES_H

#include <stdatomic.h>

#include "cpu/arch/control.h"
#include "cpu/arch/psw.h"
#include "cpu/isa/semantics/operands.h"
#include "cpu/isa/semantics/operations.h"

#define target_R2(cpu, insn)  gr_address(cpu, (insn)->r2)
#define target_A2(cpu, insn)  operand_address2x(cpu, insn)
#define target_A4(cpu, insn)  operand_address(cpu, (insn)->d4, (insn)->b4, 0)
#define target_RI2(cpu, insn) insn_relative(cpu, insn, (insn)->i2)
#define target_RI4(cpu, insn) insn_relative(cpu, insn, (insn)->i4)

#define test_MASK(cpu, insn) (MASK_SELECTS((insn)->m1, (cpu)->cc) != 0)
/* BRANCH ON CONDITION (BCR): no branch, whatever the mask, where R2 is zero. */
#define test_MASK_R2(cpu, insn) ((insn)->r2 ? test_MASK(cpu, insn) : branch_serialize(insn))

/* _R2: the register form, which does all but branch where R2 is zero. */
#define test_SAVE(cpu, insn)    (gr_link_set(cpu, insn), true)
#define test_SAVE_R2(cpu, insn) (branch_trace(cpu, insn), gr_link_set(cpu, insn), (insn)->r2 != 0)
#define test_LINK(cpu, insn)    (gr_old_link_set(cpu, insn), true)
#define test_LINK_R2(cpu, insn)                                                                    \
    (branch_trace(cpu, insn), gr_old_link_set(cpu, insn), (insn)->r2 != 0)
#define test_COUNT32(cpu, insn)    (gr32_decrement(cpu, (insn)->r1) != 0)
#define test_COUNT32_R2(cpu, insn) ((gr32_decrement(cpu, (insn)->r1) != 0) & ((insn)->r2 != 0))
#define test_COUNT64(cpu, insn)    (--(cpu)->state.gr[(insn)->r1] != 0)
#define test_COUNT64_R2(cpu, insn) ((--(cpu)->state.gr[(insn)->r1] != 0) & ((insn)->r2 != 0))
#define test_COUNT_HIGH(cpu, insn) (gr_high_decrement(cpu, (insn)->r1) != 0)

#define test_INDEX_HIGH32(cpu, insn) (index_step32(cpu, insn) == 2)
#define test_INDEX_LOW32(cpu, insn)  (index_step32(cpu, insn) != 2)
#define test_INDEX_HIGH64(cpu, insn) (index_step64(cpu, insn) == 2)
#define test_INDEX_LOW64(cpu, insn)  (index_step64(cpu, insn) != 2)

/* COMPARE AND BRANCH: R1 with R2 or with the immediate I2 under M3. */
#define M3_SELECTS(insn, cc) (MASK_SELECTS((insn)->m3, cc) != 0)
#define test_R_S32(cpu, insn)                                                                      \
    M3_SELECTS(insn, compare_signed(in_R1_S32(cpu, insn), in_R2_S32(cpu, insn)))
#define test_R_S64(cpu, insn)                                                                      \
    M3_SELECTS(insn, compare_signed(in_R1_64(cpu, insn), in_R2_64(cpu, insn)))
#define test_R_U32(cpu, insn)                                                                      \
    M3_SELECTS(insn, compare_logical(in_R1_U32(cpu, insn), in_R2_U32(cpu, insn)))
#define test_R_U64(cpu, insn)                                                                      \
    M3_SELECTS(insn, compare_logical(in_R1_64(cpu, insn), in_R2_64(cpu, insn)))
#define test_I_S32(cpu, insn)                                                                      \
    M3_SELECTS(insn, compare_signed(in_R1_S32(cpu, insn), in_I2_S(cpu, insn)))
#define test_I_S64(cpu, insn)                                                                      \
    M3_SELECTS(insn, compare_signed(in_R1_64(cpu, insn), in_I2_S(cpu, insn)))
#define test_I_U32(cpu, insn)                                                                      \
    M3_SELECTS(insn, compare_logical(in_R1_U32(cpu, insn), in_I2_U(cpu, insn)))
#define test_I_U64(cpu, insn)                                                                      \
    M3_SELECTS(insn, compare_logical(in_R1_64(cpu, insn), in_I2_U(cpu, insn)))

/* BCR with R2 zero: masks 15 and 14 serialize (14: fast-BCR-serialization facility; where
   that is absent a no-operation may serialize all the same). */
static ALWAYS_INLINE bool branch_serialize(const struct insn *insn)
{
    if (insn->m1 >= 14)
        atomic_thread_fence(memory_order_seq_cst);
    return false;
}

/* Branch tracing of BALR and BASR (PoP chapter 4, "Branch Tracing"); nothing has changed yet,
   since a trace exception nullifies. */
void branch_trace_r2(struct vcpu *cpu, const struct insn *insn);

static ALWAYS_INLINE void branch_trace(struct vcpu *cpu, const struct insn *insn)
{
    if (unlikely(cpu->state.cr[12] & CR12_BRANCH_TRACE))
        branch_trace_r2(cpu, insn);
}

/* Bits 32-63 of the link information outside the 64-bit mode: the basic-addressing-mode bit
   and the address. */
static ALWAYS_INLINE uint32_t link_word(const struct vcpu *cpu, uint64_t next)
{
    return (uint32_t)next | (cpu->state.psw_mask & PSW_BASIC_ADDRESSING ? BIT32(0) : 0);
}

static ALWAYS_INLINE void gr_link_set(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t next = insn_next(cpu, insn);

    if (likely(cpu->address_mask == UINT64_MAX))
        gr64_set(cpu, insn->r1, next);
    else
        gr32_set(cpu, insn->r1, link_word(cpu, next));
}

/* BRANCH AND LINK in the 24-bit mode: instruction-length code, condition code and program
   mask above the address. */
static ALWAYS_INLINE void gr_old_link_set(struct vcpu *cpu, const struct insn *insn)
{
    if (likely(cpu->state.psw_mask & PSW_BASIC_ADDRESSING))
        gr_link_set(cpu, insn);
    else
        gr32_set(cpu, insn->r1,
                 (uint32_t)insn->length / 2 << 30 | (uint32_t)cpu->cc << 28 |
                     psw_program_mask(cpu) << 24 | (uint32_t)insn_next(cpu, insn));
}

static ALWAYS_INLINE uint32_t gr32_decrement(struct vcpu *cpu, unsigned r)
{
    gr32_set(cpu, r, gr32(cpu, r) - 1);
    return gr32(cpu, r);
}

static ALWAYS_INLINE uint32_t gr_high_decrement(struct vcpu *cpu, unsigned r)
{
    gr_high_set(cpu, r, gr_high(cpu, r) - 1);
    return gr_high(cpu, r);
}

/* BRANCH ON INDEX: adds R3 to R1 and compares the sum with the odd register of R3's pair,
   or with R3 itself where R3 is odd. The comparand is the value before the addition. */
static ALWAYS_INLINE unsigned index_step32(struct vcpu *cpu, const struct insn *insn)
{
    int32_t comparand = (int32_t)gr32(cpu, insn->r3 | 1u);
    uint32_t sum = gr32(cpu, insn->r1) + gr32(cpu, insn->r3);

    gr32_set(cpu, insn->r1, sum);
    return CC_OF_COMPARISON((int32_t)sum, comparand);
}

static ALWAYS_INLINE unsigned index_step64(struct vcpu *cpu, const struct insn *insn)
{
    int64_t comparand = (int64_t)gr64(cpu, insn->r3 | 1u);
    uint64_t sum = gr64(cpu, insn->r1) + gr64(cpu, insn->r3);

    gr64_set(cpu, insn->r1, sum);
    return CC_OF_COMPARISON((int64_t)sum, comparand);
}

#endif
