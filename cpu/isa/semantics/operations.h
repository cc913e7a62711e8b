/*
 * The words that rows of kind COMPOSED use for operations: op_WORD makes the result of the
 * operands a and b, cc_WORD sets the condition code from a, b and that result.
 *
 * Operands of 32 bits arrive extended to 64, so that a sum, difference or product is exact
 * and its carry, borrow or overflow can be read off the upper half. The width in a word's
 * name is that of the operands. An operation has no effect beside its value; a rule may
 * raise the exception that completes the instruction.
 */
#ifndef ZITHER_CPU_ISA_SEMANTICS_OPERATIONS_H
#define ZITHER_CPU_ISA_SEMANTICS_OPERATIONS_H

#include "cpu/arch/configuration.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/registers.h"
#include "cpu/isa/insn.h"
#include "cpu/isa/semantics/operands.h"
#include "src/base/bits.h"

/* Condition code 3, and the interruption where the program mask asks for it. */
void fixed_point_overflow(struct vcpu *cpu);

/* True where mask M (bit 0 of the four for condition code 0) selects the condition code. */
#define MASK_SELECTS(m, cc) ((m) & (8u >> (cc)))

#define op_NONE(cpu, insn, a, b) UINT64_C(0)
#define op_LOAD(cpu, insn, a, b) (b)

#define op_ADD(cpu, insn, a, b) ((a) + (b))
#define op_SUB(cpu, insn, a, b) ((a) - (b))
#define op_MUL(cpu, insn, a, b) ((a) * (b))
/* The carry or no-borrow of the instruction before is the left bit of its condition code. */
#define op_ADD_CARRY(cpu, insn, a, b)  ((a) + (b) + ((cpu)->cc >> 1 & 1))
#define op_SUB_BORROW(cpu, insn, a, b) ((a) - (b) - (~(cpu)->cc >> 1 & 1))
#define op_NEGATE(cpu, insn, a, b)     (-(b))
#define op_ABS(cpu, insn, a, b)        ((int64_t)(b) < 0 ? -(b) : (b))
#define op_NEGATE_ABS(cpu, insn, a, b) ((int64_t)(b) < 0 ? (b) : -(b))

#define op_AND(cpu, insn, a, b)            ((a) & (b))
#define op_OR(cpu, insn, a, b)             ((a) | (b))
#define op_XOR(cpu, insn, a, b)            ((a) ^ (b))
#define op_NAND(cpu, insn, a, b)           (~((a) & (b)))
#define op_NOR(cpu, insn, a, b)            (~((a) | (b)))
#define op_NXOR(cpu, insn, a, b)           (~((a) ^ (b)))
#define op_AND_COMPLEMENT(cpu, insn, a, b) ((a) & ~(b))
#define op_OR_COMPLEMENT(cpu, insn, a, b)  ((a) | ~(b))

#define op_PLACE_HH(cpu, insn, a, b)        ((b) << 48)
#define op_PLACE_HL(cpu, insn, a, b)        ((b) << 32)
#define op_PLACE_LH(cpu, insn, a, b)        ((b) << 16)
#define op_THIRTY_ONE_BITS(cpu, insn, a, b) ((b)&0x7fffffff)
#define op_ZERO_RIGHT_BYTE(cpu, insn, a, b) ((b) & ~UINT64_C(0xff))
#define op_REVERSE16(cpu, insn, a, b)       ((uint64_t)__builtin_bswap16((uint16_t)(b)))
#define op_REVERSE32(cpu, insn, a, b)       ((uint64_t)__builtin_bswap32((uint32_t)(b)))
#define op_REVERSE64(cpu, insn, a, b)       ((uint64_t)__builtin_bswap64(b))
#define op_ADD_SHIFTED_1(cpu, insn, a, b)   ((a) + ((b) << 1))
#define op_ADD_SHIFTED_2(cpu, insn, a, b)   ((a) + ((b) << 2))
#define op_ADD_SHIFTED_3(cpu, insn, a, b)   ((a) + ((b) << 3))
#define op_ADD_SHIFTED_4(cpu, insn, a, b)   ((a) + ((b) << 4))
#define op_LEADING_ZEROS(cpu, insn, a, b)   ((uint64_t)leading_zeros64(b))
#define op_TRAILING_ZEROS(cpu, insn, a, b)  ((b) ? (uint64_t)__builtin_ctzll(b) : 64)
#define op_POPULATION(cpu, insn, a, b)      population_count(cpu, insn, b)

/* Shifts by 0-63. An arithmetic left shift keeps the sign bit and shifts the rest. */
#define op_SHIFT_LEFT(cpu, insn, a, b)          ((a) << (b))
#define op_SHIFT_RIGHT(cpu, insn, a, b)         ((a) >> (b))
#define op_SHIFT_RIGHT_SIGNED(cpu, insn, a, b)  ((uint64_t)((int64_t)(a) >> (b)))
#define op_SHIFT_LEFT_SIGNED32(cpu, insn, a, b) (((a)&0x80000000) | ((a) << (b)&0x7fffffff))
#define op_SHIFT_LEFT_SIGNED64(cpu, insn, a, b) (((a)&BIT64(0)) | ((a) << (b) & ~BIT64(0)))
#define op_ROTATE32(cpu, insn, a, b)            ((uint64_t)rotate_left32((uint32_t)(a), (unsigned)(b)))
#define op_ROTATE64(cpu, insn, a, b)            rotate_left64(a, (unsigned)(b))

/* LOAD ON CONDITION and SELECT: b where the mask selects the condition code, else a. */
#define op_SELECT_M3(cpu, insn, a, b) (MASK_SELECTS((insn)->m3, (cpu)->cc) ? (b) : (a))
#define op_SELECT_M4(cpu, insn, a, b) (MASK_SELECTS((insn)->m4, (cpu)->cc) ? (b) : (a))

/* ROTATE THEN ... SELECTED BITS. HIGH and LOW work on one half of the registers. */
#define op_ROTATE_INSERT(cpu, insn, a, b)      rotate_insert(insn, a, b, 0, 63)
#define op_ROTATE_INSERT_HIGH(cpu, insn, a, b) (rotate_insert(insn, a, b, 0, 31) >> 32)
#define op_ROTATE_INSERT_LOW(cpu, insn, a, b)  rotate_insert(insn, a, b, 32, 63)
#define op_ROTATE_AND(cpu, insn, a, b)         ((a) & (rotated(insn, b) | ~selected(insn, 0, 63)))
#define op_ROTATE_OR(cpu, insn, a, b)          ((a) | (rotated(insn, b) & selected(insn, 0, 63)))
#define op_ROTATE_XOR(cpu, insn, a, b)         ((a) ^ (rotated(insn, b) & selected(insn, 0, 63)))

static ALWAYS_INLINE uint32_t rotate_left32(uint32_t word, unsigned count)
{
    return word << (count & 31) | word >> (-count & 31);
}

static ALWAYS_INLINE uint64_t rotate_left64(uint64_t word, unsigned count)
{
    return word << (count & 63) | word >> (-count & 63);
}

static ALWAYS_INLINE uint64_t rotated(const struct insn *insn, uint64_t word)
{
    return rotate_left64(word, (unsigned)insn->i5);
}

/* The bits from I3 to I4 of the part FIRST to LAST; where I3 is greater, they wrap around
   its end. */
static ALWAYS_INLINE uint64_t selected(const struct insn *insn, unsigned first, unsigned last)
{
    unsigned width = last - first;
    unsigned from = first + ((unsigned)insn->i3 & width), to = first + ((unsigned)insn->i4 & width);
    uint64_t until_to = UINT64_MAX << (63 - to), since_from = UINT64_MAX >> from;

    return (from <= to ? since_from & until_to : since_from | until_to) & BITS64(first, last);
}

/* Bit 0 of I4 asks for zeros in the bits that are not selected. */
static ALWAYS_INLINE uint64_t rotate_insert(const struct insn *insn, uint64_t a, uint64_t b,
                                            unsigned first, unsigned last)
{
    uint64_t mask = selected(insn, first, last);

    return (rotated(insn, b) & mask) | (insn->i4 & 0x80 ? 0 : a & ~mask);
}

/* Of each byte or, with bit 0 of M3 one, of the doubleword: part of the miscellaneous-
   instruction-extensions facility 3. */
static ALWAYS_INLINE uint64_t population_count(const struct vcpu *cpu, const struct insn *insn,
                                               uint64_t b)
{
    if (insn->m3 & 8 && facility_installed(cpu, FACILITY_MISCELLANEOUS_EXTENSIONS_3))
        return population64(b);
    b = b - (b >> 1 & UINT64_C(0x5555555555555555));
    b = (b & UINT64_C(0x3333333333333333)) + (b >> 2 & UINT64_C(0x3333333333333333));
    return (b + (b >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
}

#define cc_NONE(cpu, insn, a, b, r) ((void)0)

/* Signed results: 0 zero, 1 negative, 2 positive, 3 overflow. */
#define cc_SIGN32(cpu, insn, a, b, r)  cc_sign(cpu, (int32_t)(r))
#define cc_SIGN64(cpu, insn, a, b, r)  cc_sign(cpu, (int64_t)(r))
#define cc_ADD_S32(cpu, insn, a, b, r) cc_signed32(cpu, (int64_t)(r))
#define cc_SUB_S32(cpu, insn, a, b, r) cc_signed32(cpu, (int64_t)(r))
#define cc_MUL_S32(cpu, insn, a, b, r) cc_signed32(cpu, (int64_t)(r))
#define cc_ADD_S64(cpu, insn, a, b, r) cc_signed64(cpu, r, (int64_t)(((a) ^ (r)) & ((b) ^ (r))) < 0)
#define cc_SUB_S64(cpu, insn, a, b, r) cc_signed64(cpu, r, (int64_t)(((a) ^ (b)) & ((a) ^ (r))) < 0)
#define cc_MUL_S64(cpu, insn, a, b, r)                                                             \
    cc_signed64(cpu, r, (int128_t)(int64_t)(a) * (int64_t)(b) != (int64_t)(r))
/* Only the number without a positive counterpart overflows, and it stays negative. */
#define cc_NEGATE_S32(cpu, insn, a, b, r) cc_signed32(cpu, (int64_t)(r))
#define cc_NEGATE_S64(cpu, insn, a, b, r) cc_signed64(cpu, r, (r) == BIT64(0))
#define cc_SHIFT_LEFT_S32(cpu, insn, a, b, r)                                                      \
    cc_shifted_left(cpu, (int32_t)(r),                                                             \
                    (b) > 31 ? (a) != 0 : SIGN_EXTEND32((a) << (b)) != (a) << (b))
#define cc_SHIFT_LEFT_S64(cpu, insn, a, b, r)                                                      \
    cc_shifted_left(cpu, (int64_t)(r), (int64_t)((a) << (b)) >> (b) != (int64_t)(a))

/* Logical sums and differences: left bit carry (no borrow), right bit not zero. */
#define cc_ADD_U32(cpu, insn, a, b, r) cc_set(cpu, (unsigned)((r) >> 31 & 2) | ((uint32_t)(r) != 0))
#define cc_SUB_U32(cpu, insn, a, b, r)                                                             \
    cc_set(cpu, (unsigned)(~(r) >> 62 & 2) | ((uint32_t)(r) != 0))
#define cc_ADD_U64(cpu, insn, a, b, r) cc_set(cpu, (unsigned)((r) < (a)) << 1 | ((r) != 0))
#define cc_SUB_U64(cpu, insn, a, b, r) cc_set(cpu, (unsigned)((a) >= (b)) << 1 | ((r) != 0))
/* With a carry into the sum: out of bit 0 of a + b where the result lacks it. */
#define cc_ADD_CARRY_U64(cpu, insn, a, b, r)                                                       \
    cc_set(cpu, (unsigned)((((a) & (b)) | (((a) | (b)) & ~(r))) >> 62 & 2) | ((r) != 0))
#define cc_SUB_BORROW_U64(cpu, insn, a, b, r)                                                      \
    cc_set(cpu, (unsigned)((((a) & ~(b)) | (((a) | ~(b)) & ~(r))) >> 62 & 2) | ((r) != 0))

#define cc_LOGIC32(cpu, insn, a, b, r) cc_set(cpu, (uint32_t)(r) != 0)
#define cc_LOGIC64(cpu, insn, a, b, r) cc_set(cpu, (r) != 0)

/* ROTATE THEN AND, OR, EXCLUSIVE OR SELECTED BITS look at those bits alone. */
#define cc_SELECTED(cpu, insn, a, b, r) cc_set(cpu, ((r)&selected(insn, 0, 63)) != 0)

/* Comparisons of a with b; the width is a hint, since both are extended. */
#define cc_CMP_S32(cpu, insn, a, b, r) cc_set(cpu, compare_signed(a, b))
#define cc_CMP_S64(cpu, insn, a, b, r) cc_set(cpu, compare_signed(a, b))
#define cc_CMP_U32(cpu, insn, a, b, r) cc_set(cpu, compare_logical(a, b))
#define cc_CMP_U64(cpu, insn, a, b, r) cc_set(cpu, compare_logical(a, b))

/* TEST UNDER MASK with mask b, r being the selected bits. */
#define cc_TEST8(cpu, insn, a, b, r) cc_set(cpu, (r) == 0 ? 0 : (r) == (b) ? 3 : 1)
/* Mixed: 2 where the leftmost selected bit is one, since it outweighs the zeros. */
#define cc_TEST16(cpu, insn, a, b, r)                                                              \
    cc_set(cpu, (r) == 0 ? 0 : (r) == (b) ? 3 : (r) > ((b) ^ (r)) ? 2 : 1)

/* Not condition codes but the data exception that completes the trapping instructions. */
#define cc_TRAP_ZERO(cpu, insn, a, b, r) trap_where(cpu, (r) == 0)
#define cc_TRAP_S(cpu, insn, a, b, r)                                                              \
    trap_where(cpu, MASK_SELECTS((insn)->m3, compare_signed(a, b)))
#define cc_TRAP_U(cpu, insn, a, b, r)                                                              \
    trap_where(cpu, MASK_SELECTS((insn)->m3, compare_logical(a, b)))

static ALWAYS_INLINE unsigned compare_signed(uint64_t a, uint64_t b)
{
    return (unsigned)((int64_t)a > (int64_t)b) << 1 | ((int64_t)a < (int64_t)b);
}

static ALWAYS_INLINE unsigned compare_logical(uint64_t a, uint64_t b)
{
    return (unsigned)(a > b) << 1 | (a < b);
}

static ALWAYS_INLINE void cc_sign(struct vcpu *cpu, int64_t result)
{
    cc_set(cpu, (unsigned)(result > 0) << 1 | (result < 0));
}

/* The exact result of a 32-bit operation. */
static ALWAYS_INLINE void cc_signed32(struct vcpu *cpu, int64_t exact)
{
    if (unlikely(exact != (int32_t)exact))
        fixed_point_overflow(cpu);
    else
        cc_sign(cpu, exact);
}

static ALWAYS_INLINE void cc_signed64(struct vcpu *cpu, uint64_t result, bool overflow)
{
    if (unlikely(overflow))
        fixed_point_overflow(cpu);
    else
        cc_sign(cpu, (int64_t)result);
}

static ALWAYS_INLINE void cc_shifted_left(struct vcpu *cpu, int64_t result, bool lost)
{
    if (unlikely(lost))
        fixed_point_overflow(cpu);
    else
        cc_sign(cpu, result);
}

static ALWAYS_INLINE void trap_where(struct vcpu *cpu, bool condition)
{
    if (unlikely(condition))
        data_exception(cpu, DXC_COMPARE_AND_TRAP);
}

#endif
