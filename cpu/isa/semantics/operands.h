/*
 * The words that rows of kind COMPOSED use for operands: in_WORD loads one, out_WORD writes
 * the result. A word means the same in every format: M2 is D2(X2,B2), the index being zero
 * where the format has none.
 *
 * A loader yields 64 bits: S extends the sign, U with zeros. A storage operand may raise an
 * access exception; no loader changes anything, and a writer that can fail changes nothing
 * when it does.
 */
#ifndef ZITHER_CPU_ISA_SEMANTICS_OPERANDS_H
#define ZITHER_CPU_ISA_SEMANTICS_OPERANDS_H

#include "cpu/arch/access.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/registers.h"
#include "cpu/isa/execute.h"

#define SIGN_EXTEND8(value)  ((uint64_t)(int64_t)(int8_t)(value))
#define SIGN_EXTEND16(value) ((uint64_t)(int64_t)(int16_t)(value))
#define SIGN_EXTEND32(value) ((uint64_t)(int64_t)(int32_t)(value))

#define in_NONE(cpu, insn) UINT64_C(0)

/* General registers. HIGH is bits 0-31; HH, HL, LH and LL are the halfwords from the left. */
#define in_R1_S32(cpu, insn)   SIGN_EXTEND32(gr64(cpu, (insn)->r1))
#define in_R1_U32(cpu, insn)   ((uint64_t)gr32(cpu, (insn)->r1))
#define in_R1_64(cpu, insn)    gr64(cpu, (insn)->r1)
#define in_R1_SHIGH(cpu, insn) SIGN_EXTEND32(gr_high(cpu, (insn)->r1))
#define in_R1_UHIGH(cpu, insn) ((uint64_t)gr_high(cpu, (insn)->r1))
#define in_R1_HH(cpu, insn)    (gr64(cpu, (insn)->r1) >> 48)
#define in_R1_HL(cpu, insn)    (gr64(cpu, (insn)->r1) >> 32 & 0xffff)
#define in_R1_LH(cpu, insn)    (gr64(cpu, (insn)->r1) >> 16 & 0xffff)
#define in_R1_LL(cpu, insn)    (gr64(cpu, (insn)->r1) & 0xffff)
#define in_R2_S8(cpu, insn)    SIGN_EXTEND8(gr64(cpu, (insn)->r2))
#define in_R2_U8(cpu, insn)    (gr64(cpu, (insn)->r2) & 0xff)
#define in_R2_S16(cpu, insn)   SIGN_EXTEND16(gr64(cpu, (insn)->r2))
#define in_R2_U16(cpu, insn)   (gr64(cpu, (insn)->r2) & 0xffff)
#define in_R2_S32(cpu, insn)   SIGN_EXTEND32(gr64(cpu, (insn)->r2))
#define in_R2_U32(cpu, insn)   ((uint64_t)gr32(cpu, (insn)->r2))
#define in_R2_64(cpu, insn)    gr64(cpu, (insn)->r2)
#define in_R2_SHIGH(cpu, insn) SIGN_EXTEND32(gr_high(cpu, (insn)->r2))
#define in_R2_UHIGH(cpu, insn) ((uint64_t)gr_high(cpu, (insn)->r2))
#define in_R3_S32(cpu, insn)   SIGN_EXTEND32(gr64(cpu, (insn)->r3))
#define in_R3_U32(cpu, insn)   ((uint64_t)gr32(cpu, (insn)->r3))
#define in_R3_64(cpu, insn)    gr64(cpu, (insn)->r3)
#define in_R3_SHIGH(cpu, insn) SIGN_EXTEND32(gr_high(cpu, (insn)->r3))
#define in_R3_UHIGH(cpu, insn) ((uint64_t)gr_high(cpu, (insn)->r3))

/* The odd register of an even-odd pair, and the pair's two words. The row has EVEN_R1, so
   the odd register is R1 with its last bit one. */
#define in_R1P1_S32(cpu, insn) SIGN_EXTEND32(gr64(cpu, (insn)->r1 | 1u))
#define in_R1P1_U32(cpu, insn) ((uint64_t)gr32(cpu, (insn)->r1 | 1u))
#define in_R1_PAIR(cpu, insn)  ((uint64_t)gr32(cpu, (insn)->r1) << 32 | gr32(cpu, (insn)->r1 | 1u))

/* The immediate operand: as the decoder extended it, and its low 32 bits. */
#define in_I2_S(cpu, insn) SIGN_EXTEND32((insn)->i2)
#define in_I2_U(cpu, insn) ((uint64_t)(insn)->u2)

/* Addresses: of D2(X2,B2), and relative to the instruction. COUNT is the rightmost six bits
   of D2(B2), all that a shift looks at. */
#define in_A2(cpu, insn)          operand_address2x(cpu, insn)
#define in_A2_RELATIVE(cpu, insn) insn_relative(cpu, insn, (insn)->i2)
#define in_COUNT(cpu, insn)       (operand_address2(cpu, insn) & 63)

/* LOAD INDEXED ADDRESS: base, and the sum of index and displacement in 32 bits. */
#define in_B2_64(cpu, insn) ((insn)->b2 ? gr64(cpu, (insn)->b2) : 0)
#define INDEX_SUM(cpu, insn)                                                                       \
    ((uint32_t)(((insn)->x2 ? gr32(cpu, (insn)->x2) : 0) + (uint32_t)(insn)->d2))
#define in_INDEX_S32(cpu, insn) SIGN_EXTEND32(INDEX_SUM(cpu, insn))
#define in_INDEX_U32(cpu, insn) ((uint64_t)INDEX_SUM(cpu, insn))

/* Storage operands. */
#define M1_PLACE(cpu, insn) operand_space(cpu, (insn)->b1), operand_address1(cpu, insn)
#define M2_PLACE(cpu, insn) operand_space(cpu, (insn)->b2), operand_address2x(cpu, insn)

#define in_M1_U8(cpu, insn)  ((uint64_t)access_fetch8(cpu, M1_PLACE(cpu, insn)))
#define in_M1_S16(cpu, insn) SIGN_EXTEND16(access_fetch16(cpu, M1_PLACE(cpu, insn)))
#define in_M1_U16(cpu, insn) ((uint64_t)access_fetch16(cpu, M1_PLACE(cpu, insn)))
#define in_M1_S32(cpu, insn) SIGN_EXTEND32(access_fetch32(cpu, M1_PLACE(cpu, insn)))
#define in_M1_U32(cpu, insn) ((uint64_t)access_fetch32(cpu, M1_PLACE(cpu, insn)))
#define in_M1_64(cpu, insn)  access_fetch64(cpu, M1_PLACE(cpu, insn))
#define in_M2_S8(cpu, insn)  SIGN_EXTEND8(access_fetch8(cpu, M2_PLACE(cpu, insn)))
#define in_M2_U8(cpu, insn)  ((uint64_t)access_fetch8(cpu, M2_PLACE(cpu, insn)))
#define in_M2_S16(cpu, insn) SIGN_EXTEND16(access_fetch16(cpu, M2_PLACE(cpu, insn)))
#define in_M2_U16(cpu, insn) ((uint64_t)access_fetch16(cpu, M2_PLACE(cpu, insn)))
#define in_M2_S32(cpu, insn) SIGN_EXTEND32(access_fetch32(cpu, M2_PLACE(cpu, insn)))
#define in_M2_U32(cpu, insn) ((uint64_t)access_fetch32(cpu, M2_PLACE(cpu, insn)))
#define in_M2_64(cpu, insn)  access_fetch64(cpu, M2_PLACE(cpu, insn))

/* A relative-long operand lies where instructions are fetched from, whatever the space of
   other operands, and must be on its integral boundary (a halfword always is). */
static ALWAYS_INLINE uint64_t relative_operand(struct vcpu *cpu, const struct insn *insn,
                                               unsigned length)
{
    uint64_t address = insn_relative(cpu, insn, insn->i2);

    if (unlikely(address & (length - 1)))
        specification_exception(cpu);
    return address;
}

#define in_REL_S16(cpu, insn)                                                                      \
    SIGN_EXTEND16(access_fetch16(cpu, (cpu)->space_fetch, relative_operand(cpu, insn, 2)))
#define in_REL_U16(cpu, insn)                                                                      \
    ((uint64_t)access_fetch16(cpu, (cpu)->space_fetch, relative_operand(cpu, insn, 2)))
#define in_REL_S32(cpu, insn)                                                                      \
    SIGN_EXTEND32(access_fetch32(cpu, (cpu)->space_fetch, relative_operand(cpu, insn, 4)))
#define in_REL_U32(cpu, insn)                                                                      \
    ((uint64_t)access_fetch32(cpu, (cpu)->space_fetch, relative_operand(cpu, insn, 4)))
#define in_REL_64(cpu, insn) access_fetch64(cpu, (cpu)->space_fetch, relative_operand(cpu, insn, 8))

/* Results. What a writer does not name stays: R1_32 leaves bits 0-31 of the register. */
#define out_NONE(cpu, insn, result)    ((void)(result))
#define out_R1_64(cpu, insn, result)   gr64_set(cpu, (insn)->r1, result)
#define out_R1_32(cpu, insn, result)   gr32_set(cpu, (insn)->r1, (uint32_t)(result))
#define out_R1_HIGH(cpu, insn, result) gr_high_set(cpu, (insn)->r1, (uint32_t)(result))
#define out_R1_HH(cpu, insn, result)   gr_field_set(cpu, (insn)->r1, 0, 15, result)
#define out_R1_HL(cpu, insn, result)   gr_field_set(cpu, (insn)->r1, 16, 31, result)
#define out_R1_LH(cpu, insn, result)   gr_field_set(cpu, (insn)->r1, 32, 47, result)
#define out_R1_LL(cpu, insn, result)   gr_field_set(cpu, (insn)->r1, 48, 63, result)
#define out_R1_8(cpu, insn, result)    gr_field_set(cpu, (insn)->r1, 56, 63, result)
#define out_R1_PAIR(cpu, insn, result) gr_pair_set(cpu, (insn)->r1, result)
/* As LOAD ADDRESS writes: all of the register or, in the other modes, bits 32-63. */
#define out_R1_ADDRESS(cpu, insn, result) gr_address_set(cpu, (insn)->r1, result)
/* Unless the T bit of ROTATE THEN ... SELECTED BITS asks for the condition code alone. */
#define out_R1_UNLESS_T(cpu, insn, result)                                                         \
    gr64_set(cpu, (insn)->r1, (insn)->i3 & 0x80 ? gr64(cpu, (insn)->r1) : (result))

#define out_M1_8(cpu, insn, result)  access_store8(cpu, M1_PLACE(cpu, insn), (uint8_t)(result))
#define out_M1_16(cpu, insn, result) access_store16(cpu, M1_PLACE(cpu, insn), (uint16_t)(result))
#define out_M1_32(cpu, insn, result) access_store32(cpu, M1_PLACE(cpu, insn), (uint32_t)(result))
#define out_M1_64(cpu, insn, result) access_store64(cpu, M1_PLACE(cpu, insn), result)
#define out_M2_8(cpu, insn, result)  access_store8(cpu, M2_PLACE(cpu, insn), (uint8_t)(result))
#define out_M2_16(cpu, insn, result) access_store16(cpu, M2_PLACE(cpu, insn), (uint16_t)(result))
#define out_M2_32(cpu, insn, result) access_store32(cpu, M2_PLACE(cpu, insn), (uint32_t)(result))
#define out_M2_64(cpu, insn, result) access_store64(cpu, M2_PLACE(cpu, insn), result)
#define out_REL_16(cpu, insn, result)                                                              \
    access_store16(cpu, (cpu)->space_fetch, relative_operand(cpu, insn, 2), (uint16_t)(result))
#define out_REL_32(cpu, insn, result)                                                              \
    access_store32(cpu, (cpu)->space_fetch, relative_operand(cpu, insn, 4), (uint32_t)(result))
#define out_REL_64(cpu, insn, result)                                                              \
    access_store64(cpu, (cpu)->space_fetch, relative_operand(cpu, insn, 8), result)

/* Bits FIRST to LAST of general register R. */
static ALWAYS_INLINE void gr_field_set(struct vcpu *cpu, unsigned r, unsigned first, unsigned last,
                                       uint64_t value)
{
    uint64_t mask = BITS64(first, last);

    gr64_set(cpu, r, (gr64(cpu, r) & ~mask) | (value << (63 - last) & mask));
}

/* Bits 32-63 of both registers of the pair that starts at the even register R. */
static ALWAYS_INLINE void gr_pair_set(struct vcpu *cpu, unsigned r, uint64_t value)
{
    gr32_set(cpu, r, high32(value));
    gr32_set(cpu, r | 1, low32(value));
}

#endif
