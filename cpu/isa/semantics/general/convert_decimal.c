/*
 * CONVERT TO BINARY and CONVERT TO DECIMAL (PoP chapter 7).
 */
#include "cpu/arch/interruption.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/storage_operand.h"

/* The packed decimal number in LENGTH bytes of the second operand: its magnitude, at most 31
   digits, and its sign. */
static uint128_t fetch_packed(struct vcpu *cpu, const struct insn *insn, uint32_t length,
                              bool *negative)
{
    uint128_t value = 0;
    struct operand operand;
    unsigned sign;

    operand_prepare(cpu, &operand, operand_space(cpu, insn->b2), operand_address2x(cpu, insn),
                    length, ACCESS_FETCH);
    for (uint32_t i = 0; i < length; i++) {
        unsigned byte = operand_get8(&operand, i), left = byte >> 4, right = byte & 0xf;

        if (left > 9 || (i < length - 1 && right > 9))
            data_exception(cpu, DXC_DECIMAL_OPERAND);
        value = value * 10 + left;
        if (i < length - 1)
            value = value * 10 + right;
    }
    sign = operand_get8(&operand, length - 1) & 0xf;
    if (sign < 0xa)
        data_exception(cpu, DXC_DECIMAL_OPERAND);
    *negative = sign == 0xb || sign == 0xd;
    return value;
}

/* CVB and CVBY: a result that is too large is still stored, as far as it fits. */
void insn_convert_to_binary_32(struct vcpu *cpu, const struct insn *insn)
{
    bool negative;
    uint64_t value = (uint64_t)fetch_packed(cpu, insn, 8, &negative);

    gr32_set(cpu, insn->r1, (uint32_t)(negative ? -value : value));
    if (value > UINT64_C(0x7fffffff) + negative)
        program_interruption(cpu, PGM_FIXED_POINT_DIVIDE);
}

/* CVBG: there the operation is suppressed. */
void insn_convert_to_binary_64(struct vcpu *cpu, const struct insn *insn)
{
    bool negative;
    uint128_t value = fetch_packed(cpu, insn, 16, &negative);

    if (value > UINT64_C(0x7fffffffffffffff) + (uint128_t)negative)
        program_interruption(cpu, PGM_FIXED_POINT_DIVIDE);
    gr64_set(cpu, insn->r1, (uint64_t)(negative ? -value : value));
}

/* Stores VALUE as a packed decimal number of LENGTH bytes, which is wide enough. */
static void store_packed(struct vcpu *cpu, const struct insn *insn, uint32_t length, int64_t value)
{
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    unsigned right = value < 0 ? 0xd : 0xc;
    uint8_t packed[16];
    struct operand operand;

    for (uint32_t i = length; i-- > 0;) {
        packed[i] = (uint8_t)(rest % 10 << 4 | right);
        rest /= 10;
        right = (unsigned)(rest % 10);
        rest /= 10;
    }
    operand_prepare(cpu, &operand, operand_space(cpu, insn->b2), operand_address2x(cpu, insn),
                    length, ACCESS_STORE);
    operand_write(cpu, &operand, 0, packed, length);
}

void insn_convert_to_decimal_32(struct vcpu *cpu, const struct insn *insn)
{
    store_packed(cpu, insn, 8, (int32_t)gr32(cpu, insn->r1));
}

void insn_convert_to_decimal_64(struct vcpu *cpu, const struct insn *insn)
{
    store_packed(cpu, insn, 16, (int64_t)gr64(cpu, insn->r1));
}
