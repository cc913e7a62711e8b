/*
 * Unpacking, NaNs, rounding and the IEEE exceptions that rounding recognizes (PoP, chapter 9,
 * "IEEE Exceptions"; chapter 19, "IEEE Computational Operations").
 */
#include "cpu/float/bfp_number.h"

const struct format number_formats[] = {
    [BFP_SHORT] = {24, 127, 192, 0},
    [BFP_LONG] = {53, 1023, 1536, 512},
    [BFP_EXTENDED] = {113, 16383, 24576, 8192},
};

struct wide wide_multiply(uint128_t a, uint128_t b)
{
    const uint64_t a1 = (uint64_t)(a >> 64), a0 = (uint64_t)a;
    const uint64_t b1 = (uint64_t)(b >> 64), b0 = (uint64_t)b;
    if ((a0 | b0) == 0)
        return (struct wide){(uint128_t)a1 * b1, 0};
    const uint128_t low = (uint128_t)a0 * b0;
    const uint128_t middle1 = (uint128_t)a1 * b0 + (uint64_t)(low >> 64);
    const uint128_t middle2 = (uint128_t)a0 * b1 + (uint64_t)middle1;
    return (struct wide){(uint128_t)a1 * b1 + (uint64_t)(middle1 >> 64) + (uint64_t)(middle2 >> 64),
                         middle2 << 64 | (uint64_t)low};
}

void number_normalize(struct number *n)
{
    if (n->significand == 0) {
        n->class = NUMBER_ZERO;
        return;
    }
    const unsigned shift = leading_zeros128(n->significand);
    n->significand <<= shift;
    n->exponent -= (int32_t)shift;
}

struct number number_unpack(enum bfp_format format, bfp_value v)
{
    const struct format *f = &number_formats[format];
    const unsigned fraction_bits = f->precision - 1;
    const int32_t biased_max = 2 * f->exponent_max + 1;
    const int32_t biased = (int32_t)(uint32_t)(v.bits >> fraction_bits) & biased_max;
    const uint128_t fraction = v.bits & (((uint128_t)1 << fraction_bits) - 1);
    struct number n = {
        .class = NUMBER_FINITE,
        .negative = (v.bits & format_sign_bit(f)) != 0,
        .exponent = biased - f->exponent_max,
        .significand = fraction << (127 - fraction_bits),
    };
    if (biased == biased_max) {
        n.class = fraction == 0                     ? NUMBER_INFINITY
                  : n.significand & NUMBER_TOP >> 1 ? NUMBER_QNAN
                                                    : NUMBER_SNAN;
    } else if (biased != 0) {
        n.significand |= NUMBER_TOP;
    } else {
        n.exponent++;
        number_normalize(&n);
    }
    return n;
}

static bfp_value pack_fields(const struct format *f, bool negative, uint32_t biased,
                             uint128_t fraction)
{
    bfp_value v = {((uint128_t)biased << (f->precision - 1)) + fraction};
    if (negative)
        v.bits |= format_sign_bit(f);
    return v;
}

bfp_value number_pack(enum bfp_format format, const struct number *n)
{
    const struct format *f = &number_formats[format];
    const uint32_t biased_max = 2 * (uint32_t)f->exponent_max + 1;
    uint128_t significand = n->significand >> (128 - f->precision);
    switch (n->class) {
    case NUMBER_ZERO:
        return pack_fields(f, n->negative, 0, 0);
    case NUMBER_INFINITY:
        return pack_fields(f, n->negative, biased_max, 0);
    case NUMBER_QNAN:
    case NUMBER_SNAN:
        significand |= (uint128_t)1 << (f->precision - 2);
        return pack_fields(f, n->negative, biased_max, significand);
    case NUMBER_FINITE:
        break;
    }
    if (n->exponent < 1 - f->exponent_max)
        return pack_fields(f, n->negative, 0, significand >> (1 - f->exponent_max - n->exponent));
    /* The leftmost bit of the significand adds the one that is missing from the exponent. */
    return pack_fields(f, n->negative, (uint32_t)(n->exponent + f->exponent_max - 1), significand);
}

bfp_value number_invalid(struct bfp_env *env, enum bfp_format format)
{
    if (env->traps & BFP_INVALID)
        env->dxc = BFP_INVALID;
    else
        env->flags |= BFP_INVALID;
    const struct number default_nan = {.class = NUMBER_QNAN};
    return number_pack(format, &default_nan);
}

bool number_propagate_nan(struct bfp_env *env, enum bfp_format format,
                          const struct number *operands, unsigned count, bfp_value *result)
{
    const struct number *chosen = 0;
    for (unsigned i = 0; i < count; i++) {
        const enum number_class class = operands[i].class;
        if (class >= NUMBER_QNAN && (!chosen || class > chosen->class))
            chosen = &operands[i];
    }
    if (!chosen)
        return false;
    if (chosen->class == NUMBER_SNAN)
        number_invalid(env, format);
    *result = number_pack(format, chosen);
    return true;
}

uint128_t number_round_bits(enum bfp_rounding rounding, bool negative, uint128_t significand,
                            unsigned count, uint8_t *lost)
{
    const uint128_t kept = significand >> count;
    const uint128_t rest = significand << (128 - count);
    bool increment = false;
    switch (rounding) {
    case BFP_ROUND_NEAREST_EVEN:
        increment = rest > NUMBER_TOP || (rest == NUMBER_TOP && (kept & 1));
        break;
    case BFP_ROUND_NEAREST_AWAY:
        increment = rest >= NUMBER_TOP;
        break;
    case BFP_ROUND_FOR_SHORTER:
        increment = rest != 0 && !(kept & 1);
        break;
    case BFP_ROUND_UP:
        increment = rest != 0 && !negative;
        break;
    case BFP_ROUND_DOWN:
        increment = rest != 0 && negative;
        break;
    case BFP_ROUND_TO_ZERO:
        break;
    }
    *lost = rest == 0 ? 0 : increment ? BFP_INEXACT | BFP_INCREMENTED : BFP_INEXACT;
    return kept + increment;
}

void number_inexact(struct bfp_env *env, uint8_t lost)
{
    if (!lost || env->no_inexact)
        return;
    if (env->traps & BFP_INEXACT)
        env->dxc = lost;
    else
        env->flags |= BFP_INEXACT;
}

/* Overflow whose mask is zero: infinity, or the largest number where the rounding method does
   not go that way. */
static bfp_value overflow_untrapped(struct bfp_env *env, const struct format *f, bool negative)
{
    const bool to_infinity = env->rounding == BFP_ROUND_NEAREST_EVEN ||
                             env->rounding == BFP_ROUND_NEAREST_AWAY ||
                             (env->rounding == BFP_ROUND_UP && !negative) ||
                             (env->rounding == BFP_ROUND_DOWN && negative);
    const bfp_value infinity = pack_fields(f, negative, 2 * (uint32_t)f->exponent_max + 1, 0);
    env->flags |= BFP_OVERFLOW;
    number_inexact(env, to_infinity ? BFP_INEXACT | BFP_INCREMENTED : BFP_INEXACT);
    return to_infinity ? infinity : (bfp_value){infinity.bits - 1};
}

bfp_value number_round(struct bfp_env *env, enum bfp_format format, const struct number *n)
{
    if (n->class != NUMBER_FINITE)
        return number_pack(format, n);

    const struct format *f = &number_formats[format];
    /* Tininess is detected before rounding (PoP: "IEEE Underflow"). */
    const bool tiny = n->exponent < 1 - f->exponent_max;
    const bool denormalize = tiny && !(env->traps & BFP_UNDERFLOW);
    int32_t exponent = n->exponent;
    uint128_t significand = n->significand;
    unsigned drop = 128 - f->precision;
    if (denormalize) {
        drop += (unsigned)(1 - f->exponent_max - exponent);
        exponent = 1 - f->exponent_max;
        if (drop > 127) {
            significand = shift_right_sticky(significand, drop - 127);
            drop = 127;
        }
    }
    uint8_t lost;
    significand = number_round_bits(env->rounding, n->negative, significand, drop, &lost);
    if (significand >> f->precision) {
        significand >>= 1;
        exponent++;
    }
    const uint8_t recognized = env->no_inexact ? 0 : lost;
    if (denormalize) {
        if (lost)
            env->flags |= BFP_UNDERFLOW;
        number_inexact(env, lost);
    } else if (tiny) {
        exponent += f->scale;
        env->dxc = BFP_UNDERFLOW | recognized;
    } else if (exponent > f->exponent_max) {
        if (!(env->traps & BFP_OVERFLOW))
            return overflow_untrapped(env, f, n->negative);
        exponent -= f->scale;
        env->dxc = BFP_OVERFLOW | recognized;
    } else {
        number_inexact(env, lost);
    }
    return pack_fields(f, n->negative, (uint32_t)(exponent + f->exponent_max - 1), significand);
}
