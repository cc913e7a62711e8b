/*
 * ADD, SUBTRACT, COMPARE, MULTIPLY and DIVIDE DECIMAL, ZERO AND ADD, SHIFT AND ROUND DECIMAL
 * and TEST DECIMAL (PoP chapter 8).
 *
 * Both operands are fetched and checked whole before anything is stored, so operands that
 * overlap as the PoP permits give its results.
 */
#include "cpu/arch/interruption.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/decimal/packed_decimal.h"
#include "cpu/isa/semantics/general/storage_operand.h"

/* A first operand that is fetched and then replaced. */
struct target {
    struct operand operand;
    uint32_t length;
};

static ALWAYS_INLINE void target_prepare(struct vcpu *cpu, const struct insn *insn,
                                         struct target *target)
{
    target->length = insn->l1 + 1u;
    operand_prepare(cpu, &target->operand, operand_space(cpu, insn->b1),
                    operand_address1(cpu, insn), target->length, ACCESS_STORE);
}

static ALWAYS_INLINE void get_packed(struct vcpu *cpu, const struct operand *operand,
                                     uint32_t length, struct decimal *number)
{
    if (packed_decode(operand_get_number(operand, length), number))
        data_exception(cpu, DXC_DECIMAL_OPERAND);
}

static ALWAYS_INLINE void second_prepare(struct vcpu *cpu, const struct insn *insn,
                                         struct operand *operand)
{
    operand_prepare(cpu, operand, operand_space(cpu, insn->b2), operand_address2(cpu, insn),
                    insn->l2 + 1u, ACCESS_FETCH);
}

static unsigned cc_of_decimal(const struct decimal *number)
{
    return number->digits == 0 ? 0 : number->negative ? 1 : 2;
}

/* Replaces the first operand by NUMBER, from which LOST says that digits were lost already.
   A zero is positive, but one that is left by an overflow keeps its sign. */
static void put_result(struct vcpu *cpu, const struct target *target, struct decimal number,
                       bool lost)
{
    unsigned n = 2 * target->length - 1;

    lost = lost || digits_left_of(number.digits, n);
    number.digits = digits_rightmost(number.digits, n);
    if (!lost && number.digits == 0)
        number.negative = false;
    operand_put_number(cpu, &target->operand, target->length, packed_encode(&number));
    cc_set(cpu, lost ? 3 : cc_of_decimal(&number));
    if (lost && cpu->state.psw_mask & PSW_DECIMAL_OVERFLOW)
        program_interruption(cpu, PGM_DECIMAL_OVERFLOW);
}

static struct decimal sum(const struct decimal *a, const struct decimal *b)
{
    if (a->negative == b->negative)
        return (struct decimal){bcd_add(a->digits, b->digits), a->negative};
    if (a->digits >= b->digits)
        return (struct decimal){bcd_subtract(a->digits, b->digits), a->negative};
    return (struct decimal){bcd_subtract(b->digits, a->digits), b->negative};
}

static void add(struct vcpu *cpu, const struct insn *insn, bool subtract)
{
    struct decimal a, b;
    struct operand second;
    struct target target;

    second_prepare(cpu, insn, &second);
    target_prepare(cpu, insn, &target);
    get_packed(cpu, &target.operand, target.length, &a);
    get_packed(cpu, &second, insn->l2 + 1u, &b);
    b.negative ^= subtract;
    put_result(cpu, &target, sum(&a, &b), false);
}

void insn_add_decimal(struct vcpu *cpu, const struct insn *insn)
{
    add(cpu, insn, false);
}

void insn_subtract_decimal(struct vcpu *cpu, const struct insn *insn)
{
    add(cpu, insn, true);
}

/* ZAP: what the first operand was does not matter. */
void insn_zero_and_add(struct vcpu *cpu, const struct insn *insn)
{
    struct decimal number;
    struct operand second;
    struct target target;

    second_prepare(cpu, insn, &second);
    target_prepare(cpu, insn, &target);
    get_packed(cpu, &second, insn->l2 + 1u, &number);
    put_result(cpu, &target, number, false);
}

void insn_compare_decimal(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t length = insn->l1 + 1u;
    struct decimal a, b;
    struct operand first, second;
    unsigned cc;

    second_prepare(cpu, insn, &second);
    operand_prepare(cpu, &first, operand_space(cpu, insn->b1), operand_address1(cpu, insn), length,
                    ACCESS_FETCH);
    get_packed(cpu, &first, length, &a);
    get_packed(cpu, &second, insn->l2 + 1u, &b);
    if (a.negative == b.negative || !(a.digits | b.digits)) {
        cc = CC_OF_COMPARISON(a.digits, b.digits);
        cc_set(cpu, cc && a.negative ? 3 - cc : cc);
    } else {
        cc_set(cpu, a.negative ? 1 : 2);
    }
}

/* MP and DP: a multiplier or divisor of at most 15 digits, shorter than the first operand. */
static void check_second_length(struct vcpu *cpu, const struct insn *insn)
{
    if (insn->l2 > 7 || insn->l2 >= insn->l1)
        specification_exception(cpu);
}

void insn_multiply_decimal(struct vcpu *cpu, const struct insn *insn)
{
    struct decimal a, b, product;
    struct operand second;
    struct target target;

    check_second_length(cpu, insn);
    second_prepare(cpu, insn, &second);
    target_prepare(cpu, insn, &target);
    get_packed(cpu, &target.operand, target.length, &a);
    get_packed(cpu, &second, insn->l2 + 1u, &b);
    /* As many bytes of zeros on the left as the multiplier has bytes, or it might not fit. */
    if (digits_left_of(a.digits, 2u * (insn->l1 - insn->l2) - 1))
        data_exception(cpu, DXC_DECIMAL_OPERAND);
    product.digits = bcd_from_binary(bcd_to_binary(a.digits) * bcd_to_binary(b.digits));
    product.negative = a.negative != b.negative;
    operand_put_number(cpu, &target.operand, target.length, packed_encode(&product));
}

void insn_divide_decimal(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t remainder_length = insn->l2 + 1u;
    struct decimal a, b, quotient, remainder;
    uint128_t dividend, value;
    struct operand second;
    struct target target;
    uint64_t divisor;

    check_second_length(cpu, insn);
    second_prepare(cpu, insn, &second);
    target_prepare(cpu, insn, &target);
    get_packed(cpu, &target.operand, target.length, &a);
    get_packed(cpu, &second, insn->l2 + 1u, &b);
    dividend = bcd_to_binary(a.digits);
    divisor = bcd64_to_binary((uint64_t)b.digits); /* 15 digits at most */
    if (!divisor)
        program_interruption(cpu, PGM_DECIMAL_DIVIDE);
    value = dividend <= UINT64_MAX ? (uint64_t)dividend / divisor : dividend / divisor;
    quotient.digits = bcd_from_binary(value);
    if (digits_left_of(quotient.digits, 2u * (insn->l1 - insn->l2) - 1))
        program_interruption(cpu, PGM_DECIMAL_DIVIDE);
    quotient.negative = a.negative != b.negative;
    remainder.digits = bcd64_from_binary((uint64_t)(dividend - value * divisor));
    remainder.negative = a.negative;
    value = packed_encode(&quotient) << 8 * remainder_length | packed_encode(&remainder);
    operand_put_number(cpu, &target.operand, target.length, value);
}

/* SRP: the second-operand address is a shift of 6 bits with sign, to the left if positive. */
void insn_shift_and_round_decimal(struct vcpu *cpu, const struct insn *insn)
{
    unsigned shift = operand_address2(cpu, insn) & 0x3f;
    unsigned digits = 2u * insn->l1 + 1;
    struct decimal number;
    struct target target;
    bool lost = false;

    target_prepare(cpu, insn, &target);
    get_packed(cpu, &target.operand, target.length, &number);
    if (insn->rounding_digit > 9)
        data_exception(cpu, DXC_DECIMAL_OPERAND);
    if (shift < 32) {
        unsigned staying = shift < digits ? digits - shift : 0;

        lost = digits_left_of(number.digits, staying);
        number.digits = digits_rightmost(number.digits, staying) << 4 * shift;
    } else {
        /* The last digit that goes is rounded with. */
        number.digits = digits_left_of(number.digits, 63 - shift);
        number.digits = digits_left_of(bcd_add(number.digits, insn->rounding_digit), 1);
    }
    put_result(cpu, &target, number, lost);
}

void insn_test_decimal(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t length = insn->l1 + 1u;
    struct decimal number;
    struct operand operand;

    operand_prepare(cpu, &operand, operand_space(cpu, insn->b1), operand_address1(cpu, insn),
                    length, ACCESS_FETCH);
    cc_set(cpu, packed_decode(operand_get_number(&operand, length), &number));
}
