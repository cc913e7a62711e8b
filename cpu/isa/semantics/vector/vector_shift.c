/* Shifts of a whole vector register, or of two (PoP, chapter 22). */
#include "cpu/isa/semantics/vector/lanes.h"

static uint128_t operand(const struct vcpu *cpu, unsigned v)
{
    return vector_to_128(vector_get(cpu, v));
}

static void result(struct vcpu *cpu, const struct insn *insn, uint128_t value)
{
    vector_set(cpu, insn->v1, vector_from_128(value));
}

/*
 * VECTOR SHIFT LEFT, RIGHT and RIGHT ARITHMETIC: each byte of V3 has in its bits 5-7 by how
 * much that byte of V2 is shifted; what enters it are bits of its neighbour. Before
 * vector-enhancements facility 2 the result is unpredictable unless all amounts are the same:
 * there too every byte goes by its own.
 */
static bool same_amounts(const union vector *amounts)
{
    const uint64_t first = amounts->u64[0] & 7;

    return amounts->u64[0] == amounts->u64[1] && amounts->u64[0] == first * (UINT64_MAX / 255);
}

static union vector shift_amounts(const struct vcpu *cpu, const struct insn *insn)
{
    union vector amounts = vector_get(cpu, insn->v3);

    for (unsigned i = 0; i < 2; i++)
        amounts.u64[i] &= 7 * (UINT64_MAX / 255);
    return amounts;
}

void insn_vector_shift_left(struct vcpu *cpu, const struct insn *insn)
{
    const union vector amounts = shift_amounts(cpu, insn);
    const uint128_t v2 = operand(cpu, insn->v2);
    const union vector from = vector_from_128(v2), right = vector_from_128(v2 << 8);
    union vector to;

    if (likely(same_amounts(&amounts))) {
        result(cpu, insn, v2 << amounts.u8[0]);
        return;
    }
    for (unsigned i = 0; i < 16; i++)
        to.u8[i] = (uint8_t)((from.u8[i] << 8 | right.u8[i]) << amounts.u8[i] >> 8);
    vector_set(cpu, insn->v1, to);
}

/* ENTERING, zero or all ones, comes in at the left. */
static void shift_right(struct vcpu *cpu, const struct insn *insn, uint128_t entering)
{
    const union vector amounts = shift_amounts(cpu, insn);
    const uint128_t v2 = operand(cpu, insn->v2);
    const union vector from = vector_from_128(v2);
    const union vector left = vector_from_128(v2 >> 8 | entering << 120);
    union vector to;

    if (likely(same_amounts(&amounts))) {
        result(cpu, insn, v2 >> amounts.u8[0] | entering << 1 << (127 - amounts.u8[0]));
        return;
    }
    for (unsigned i = 0; i < 16; i++)
        to.u8[i] = (uint8_t)((left.u8[i] << 8 | from.u8[i]) >> amounts.u8[i]);
    vector_set(cpu, insn->v1, to);
}

/* Ones where V2 is negative. */
static uint128_t sign(const struct vcpu *cpu, const struct insn *insn)
{
    return (uint128_t)((int128_t)operand(cpu, insn->v2) >> 127);
}

void insn_vector_shift_right(struct vcpu *cpu, const struct insn *insn)
{
    shift_right(cpu, insn, 0);
}

void insn_vector_shift_right_arithmetic(struct vcpu *cpu, const struct insn *insn)
{
    shift_right(cpu, insn, sign(cpu, insn));
}

/* By bytes: bits 1-4 of byte element 7 of V3. In bits, a multiple of 8 below 128. */
static unsigned byte_shift_amount(const struct vcpu *cpu, const struct insn *insn)
{
    return (unsigned)(vector_get(cpu, insn->v3).u64[0] & 0x78);
}

void insn_vector_shift_left_by_byte(struct vcpu *cpu, const struct insn *insn)
{
    result(cpu, insn, operand(cpu, insn->v2) << byte_shift_amount(cpu, insn));
}

void insn_vector_shift_right_by_byte(struct vcpu *cpu, const struct insn *insn)
{
    result(cpu, insn, operand(cpu, insn->v2) >> byte_shift_amount(cpu, insn));
}

void insn_vector_shift_right_arithmetic_by_byte(struct vcpu *cpu, const struct insn *insn)
{
    const int128_t v2 = (int128_t)operand(cpu, insn->v2);

    result(cpu, insn, (uint128_t)(v2 >> byte_shift_amount(cpu, insn)));
}

/* 128 bits of V2 and V3 side by side, from the bit FIRST of V2 on, which is below 128. */
static void window(struct vcpu *cpu, const struct insn *insn, unsigned first)
{
    result(cpu, insn,
           operand(cpu, insn->v2) << first | operand(cpu, insn->v3) >> 1 >> (127 - first));
}

/* Bits 0-3 of I4 are reserved, without an exception. */
void insn_vector_shift_left_double_by_byte(struct vcpu *cpu, const struct insn *insn)
{
    window(cpu, insn, 8 * (insn->i4 & 15));
}

/* The amounts of the shifts by bit end at 7. */
static unsigned bit_shift_amount(struct vcpu *cpu, const struct insn *insn)
{
    if (unlikely(insn->i4 & ~7))
        specification_exception(cpu);
    return (unsigned)insn->i4;
}

void insn_vector_shift_left_double_by_bit(struct vcpu *cpu, const struct insn *insn)
{
    window(cpu, insn, bit_shift_amount(cpu, insn));
}

void insn_vector_shift_right_double_by_bit(struct vcpu *cpu, const struct insn *insn)
{
    const unsigned amount = bit_shift_amount(cpu, insn);

    result(cpu, insn,
           operand(cpu, insn->v3) >> amount | operand(cpu, insn->v2) << 1 << (127 - amount));
}
