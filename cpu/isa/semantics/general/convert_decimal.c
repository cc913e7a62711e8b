/*
 * CONVERT TO BINARY and CONVERT TO DECIMAL (PoP chapter 7).
 */
#include "cpu/arch/interruption.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/decimal/packed_decimal.h"
#include "cpu/isa/semantics/general/storage_operand.h"

/* The packed decimal number in LENGTH bytes of the second operand: its digits and its sign. */
static ALWAYS_INLINE uint128_t fetch_digits(struct vcpu *cpu, const struct insn *insn,
                                            uint32_t length, bool *negative)
{
    struct decimal number;
    struct operand operand;

    operand_prepare(cpu, &operand, operand_space(cpu, insn->b2), operand_address2x(cpu, insn),
                    length, ACCESS_FETCH);
    if (packed_decode(operand_get_number(&operand, length), &number))
        data_exception(cpu, DXC_DECIMAL_OPERAND);
    *negative = number.negative;
    return number.digits;
}

/* CVB and CVBY: a result that is too large is still stored, as far as it fits. */
void insn_convert_to_binary_32(struct vcpu *cpu, const struct insn *insn)
{
    bool negative;
    uint64_t value = bcd64_to_binary((uint64_t)fetch_digits(cpu, insn, 8, &negative));

    gr32_set(cpu, insn->r1, (uint32_t)(negative ? -value : value));
    if (value > UINT64_C(0x7fffffff) + negative)
        program_interruption(cpu, PGM_FIXED_POINT_DIVIDE);
}

/* CVBG: there the operation is suppressed. */
void insn_convert_to_binary_64(struct vcpu *cpu, const struct insn *insn)
{
    bool negative;
    uint128_t value = bcd_to_binary(fetch_digits(cpu, insn, 16, &negative));

    if (value > UINT64_C(0x7fffffffffffffff) + (uint128_t)negative)
        program_interruption(cpu, PGM_FIXED_POINT_DIVIDE);
    gr64_set(cpu, insn->r1, (uint64_t)(negative ? -value : value));
}

/* Stores VALUE as a packed decimal number of LENGTH bytes, which is wide enough. */
static ALWAYS_INLINE void store_packed(struct vcpu *cpu, const struct insn *insn, uint32_t length,
                                       int64_t value)
{
    struct decimal number = {.negative = value < 0};
    uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
    struct operand operand;

    number.digits = length == 8 ? bcd64_from_binary(magnitude) : bcd_from_binary(magnitude);
    operand_prepare(cpu, &operand, operand_space(cpu, insn->b2), operand_address2x(cpu, insn),
                    length, ACCESS_STORE);
    operand_put_number(cpu, &operand, length, packed_encode(&number));
}

void insn_convert_to_decimal_32(struct vcpu *cpu, const struct insn *insn)
{
    store_packed(cpu, insn, 8, (int32_t)gr32(cpu, insn->r1));
}

void insn_convert_to_decimal_64(struct vcpu *cpu, const struct insn *insn)
{
    store_packed(cpu, insn, 16, (int64_t)gr64(cpu, insn->r1));
}
