/* Multiply and add, multiply and subtract: one rounding of the exact 256-bit result. */
#include "cpu/float/bfp_number.h"

static bool wide_is_zero(struct wide v)
{
    return (v.high | v.low) == 0;
}

static bool wide_less(struct wide a, struct wide b)
{
    return a.high < b.high || (a.high == b.high && a.low < b.low);
}

static struct wide wide_shift_right_sticky(struct wide v, unsigned count)
{
    if (count == 0)
        return v;
    if (count >= 128)
        return (struct wide){0, shift_right_sticky(v.high, count - 128) | (v.low != 0)};
    return (struct wide){v.high >> count,
                         v.high << (128 - count) | shift_right_sticky(v.low, count)};
}

static struct wide wide_shift_left(struct wide v, unsigned count)
{
    if (count == 0)
        return v;
    if (count >= 128)
        return (struct wide){v.low << (count - 128), 0};
    return (struct wide){v.high << count | v.low >> (128 - count), v.low << count};
}

/* value = significand * 2 ** (exponent - 255), the leftmost bit one unless it is zero */
struct wide_number {
    bool negative;
    int32_t exponent;
    struct wide significand;
};

static void wide_normalize(struct wide_number *n)
{
    if (wide_is_zero(n->significand))
        return;
    const unsigned shift = n->significand.high ? leading_zeros128(n->significand.high)
                                               : 128 + leading_zeros128(n->significand.low);
    n->significand = wide_shift_left(n->significand, shift);
    n->exponent -= (int32_t)shift;
}

/* Extended operands leave 30 bits on the right of a product empty, so where the shifted
   operand loses bits, the leading bits of the sum cannot cancel by more than one. */
static struct wide_number wide_sum(struct wide_number a, struct wide_number b)
{
    if (a.exponent < b.exponent ||
        (a.exponent == b.exponent && wide_less(a.significand, b.significand))) {
        const struct wide_number larger = b;
        b = a;
        a = larger;
    }
    const struct wide small =
        wide_shift_right_sticky(b.significand, (unsigned)(a.exponent - b.exponent));
    struct wide *sum = &a.significand;
    if (a.negative == b.negative) {
        bool carry = add_overflows(sum->low, small.low, &sum->low);
        const bool from_low = add_overflows(sum->high, (uint128_t)carry, &sum->high);
        carry = add_overflows(sum->high, small.high, &sum->high) || from_low;
        if (carry) {
            *sum = wide_shift_right_sticky(*sum, 1);
            sum->high |= NUMBER_TOP;
            a.exponent++;
        }
    } else {
        sum->high -= small.high + (sum->low < small.low);
        sum->low -= small.low;
    }
    wide_normalize(&a);
    return a;
}

/* A finite product that is not zero, and a finite addend. */
static struct number fused_sum(enum bfp_rounding rounding, const struct wide_number *product,
                               const struct number *addend)
{
    struct wide_number sum = *product;
    if (addend->class != NUMBER_ZERO) {
        const struct wide_number other = {
            addend->negative, addend->exponent, {addend->significand, 0}};
        sum = wide_sum(sum, other);
        if (wide_is_zero(sum.significand))
            return (struct number){.class = NUMBER_ZERO, .negative = rounding == BFP_ROUND_DOWN};
    }
    return (struct number){
        .class = NUMBER_FINITE,
        .negative = sum.negative,
        .exponent = sum.exponent,
        .significand = sum.significand.high | (sum.significand.low != 0),
    };
}

/* PoP: infinity times zero is invalid whatever the addend is; after that NaNs go before
   everything, the factors before the addend. */
static bfp_value multiply_add(struct bfp_env *env, enum bfp_format format, struct number n[3],
                              bool subtract)
{
    const bool infinite = n[0].class == NUMBER_INFINITY || n[1].class == NUMBER_INFINITY;
    if (infinite && (n[0].class == NUMBER_ZERO || n[1].class == NUMBER_ZERO))
        return number_invalid(env, format);
    bfp_value result;
    if (number_propagate_nan(env, format, n, 3, &result))
        return result;

    struct number *addend = &n[2];
    addend->negative ^= subtract;
    const bool negative = n[0].negative != n[1].negative;
    if (infinite) {
        if (addend->class == NUMBER_INFINITY && addend->negative != negative)
            return number_invalid(env, format);
        const struct number infinity = {.class = NUMBER_INFINITY, .negative = negative};
        return number_pack(format, &infinity);
    }
    if (addend->class == NUMBER_INFINITY)
        return number_pack(format, addend);

    struct wide_number product = {
        .negative = negative,
        .exponent = n[0].exponent + n[1].exponent + 1,
    };
    struct number sum;
    if (n[0].class == NUMBER_FINITE && n[1].class == NUMBER_FINITE) {
        product.significand = wide_multiply(n[0].significand, n[1].significand);
        wide_normalize(&product);
        sum = fused_sum(env->rounding, &product, addend);
    } else {
        const struct number zero = {.class = NUMBER_ZERO, .negative = negative};
        sum = number_sum(env->rounding, &zero, addend);
    }
    return number_round(env, format, &sum);
}

bfp_value bfp_multiply_add(struct bfp_env *env, enum bfp_format format, bfp_value a, bfp_value b,
                           bfp_value c)
{
    struct number n[] = {number_unpack(format, a), number_unpack(format, b),
                         number_unpack(format, c)};
    return multiply_add(env, format, n, false);
}

bfp_value bfp_multiply_subtract(struct bfp_env *env, enum bfp_format format, bfp_value a,
                                bfp_value b, bfp_value c)
{
    struct number n[] = {number_unpack(format, a), number_unpack(format, b),
                         number_unpack(format, c)};
    return multiply_add(env, format, n, true);
}
