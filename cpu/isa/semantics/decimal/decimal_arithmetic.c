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

static void target_prepare(struct vcpu *cpu, const struct insn *insn, struct target *target)
{
    target->length = insn->l1 + 1u;
    operand_prepare(cpu, &target->operand, operand_space(cpu, insn->b1),
                    operand_address1(cpu, insn), target->length, ACCESS_STORE);
}

static void target_put(struct vcpu *cpu, const struct target *target, const struct decimal *number)
{
    uint8_t packed[PACKED_LENGTH];

    packed_encode(packed, target->length, number);
    operand_write(cpu, &target->operand, 0, packed, target->length);
}

static unsigned read_packed(const struct operand *operand, uint32_t length, struct decimal *number)
{
    uint8_t packed[PACKED_LENGTH];

    operand_read(operand, 0, packed, length);
    return packed_decode(packed, length, number);
}

static void target_get(struct vcpu *cpu, const struct target *target, struct decimal *number)
{
    if (read_packed(&target->operand, target->length, number))
        data_exception(cpu, DXC_DECIMAL_OPERAND);
}

static void second_prepare(struct vcpu *cpu, const struct insn *insn, struct operand *operand)
{
    operand_prepare(cpu, operand, operand_space(cpu, insn->b2), operand_address2(cpu, insn),
                    insn->l2 + 1u, ACCESS_FETCH);
}

static void second_get(struct vcpu *cpu, const struct insn *insn, const struct operand *operand,
                       struct decimal *number)
{
    if (read_packed(operand, insn->l2 + 1u, number))
        data_exception(cpu, DXC_DECIMAL_OPERAND);
}

static unsigned cc_of_decimal(const struct decimal *number)
{
    return number->magnitude == 0 ? 0 : number->negative ? 1 : 2;
}

/* Replaces the first operand by NUMBER, from which LOST says that digits were lost already.
   A zero is positive, but one that is left by an overflow keeps its sign. */
static void put_result(struct vcpu *cpu, const struct target *target, struct decimal number,
                       bool lost)
{
    uint128_t limit = power_of_ten(2 * target->length - 1);

    lost = lost || number.magnitude >= limit;
    number.magnitude %= limit;
    if (!lost && number.magnitude == 0)
        number.negative = false;
    target_put(cpu, target, &number);
    cc_set(cpu, lost ? 3 : cc_of_decimal(&number));
    if (lost && cpu->state.psw_mask & PSW_DECIMAL_OVERFLOW)
        program_interruption(cpu, PGM_DECIMAL_OVERFLOW);
}

static struct decimal sum(const struct decimal *a, const struct decimal *b)
{
    if (a->negative == b->negative)
        return (struct decimal){a->magnitude + b->magnitude, a->negative};
    if (a->magnitude >= b->magnitude)
        return (struct decimal){a->magnitude - b->magnitude, a->negative};
    return (struct decimal){b->magnitude - a->magnitude, b->negative};
}

static void add(struct vcpu *cpu, const struct insn *insn, bool subtract)
{
    struct decimal a, b;
    struct operand second;
    struct target target;

    second_prepare(cpu, insn, &second);
    target_prepare(cpu, insn, &target);
    target_get(cpu, &target, &a);
    second_get(cpu, insn, &second, &b);
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
    second_get(cpu, insn, &second, &number);
    put_result(cpu, &target, number, false);
}

void insn_compare_decimal(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t length = insn->l1 + 1u;
    struct decimal a, b, difference;
    struct operand first, second;

    second_prepare(cpu, insn, &second);
    operand_prepare(cpu, &first, operand_space(cpu, insn->b1), operand_address1(cpu, insn), length,
                    ACCESS_FETCH);
    if (read_packed(&first, length, &a))
        data_exception(cpu, DXC_DECIMAL_OPERAND);
    second_get(cpu, insn, &second, &b);
    b.negative = !b.negative;
    difference = sum(&a, &b);
    cc_set(cpu, cc_of_decimal(&difference));
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
    target_get(cpu, &target, &a);
    second_get(cpu, insn, &second, &b);
    /* As many bytes of zeros on the left as the multiplier has bytes, or it might not fit. */
    if (a.magnitude >= power_of_ten(2 * (insn->l1 - insn->l2) - 1u))
        data_exception(cpu, DXC_DECIMAL_OPERAND);
    product.magnitude = a.magnitude * b.magnitude;
    product.negative = a.negative != b.negative;
    target_put(cpu, &target, &product);
}

void insn_divide_decimal(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t quotient_length = (uint32_t)insn->l1 - insn->l2, remainder_length = insn->l2 + 1u;
    struct decimal a, b, quotient, remainder;
    uint8_t packed[PACKED_LENGTH];
    struct operand second;
    struct target target;

    check_second_length(cpu, insn);
    second_prepare(cpu, insn, &second);
    target_prepare(cpu, insn, &target);
    target_get(cpu, &target, &a);
    second_get(cpu, insn, &second, &b);
    if (b.magnitude == 0 || a.magnitude / b.magnitude >= power_of_ten(2 * quotient_length - 1))
        program_interruption(cpu, PGM_DECIMAL_DIVIDE);
    quotient.magnitude = a.magnitude / b.magnitude;
    quotient.negative = a.negative != b.negative;
    remainder.magnitude = a.magnitude % b.magnitude;
    remainder.negative = a.negative;
    packed_encode(packed, quotient_length, &quotient);
    packed_encode(packed + quotient_length, remainder_length, &remainder);
    operand_write(cpu, &target.operand, 0, packed, target.length);
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
    target_get(cpu, &target, &number);
    if (insn->rounding_digit > 9)
        data_exception(cpu, DXC_DECIMAL_OPERAND);
    if (shift < 32) {
        uint128_t limit = shift < digits ? power_of_ten(digits - shift) : 1;

        lost = number.magnitude >= limit;
        number.magnitude = shift < digits ? number.magnitude % limit * power_of_ten(shift) : 0;
    } else {
        /* The last digit that goes is rounded with. */
        number.magnitude /= power_of_ten(63 - shift);
        number.magnitude = (number.magnitude + insn->rounding_digit) / 10;
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
    cc_set(cpu, read_packed(&operand, length, &number));
}
