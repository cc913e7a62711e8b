/*
 * DIVIDE TO INTEGER (PoP, chapter 19). With p bits of precision a quotient below 2 ** p is
 * final: rounded to an integer as M4 says, which may round the remainder in its turn. A larger
 * one is cut to p bits, and it and its remainder are partial, unless the remainder is zero.
 */
#include "cpu/float/bfp_number.h"

/* |a| = (quotient * |b| + rest) * 2 ** scale for the integers in these fields, rest < |b|
   counted in units of b's last place. */
struct integer_division {
    uint128_t quotient;
    uint128_t rest;
    uint128_t divisor;
    int32_t scale;
    uint8_t remaining; /* of rest against half the divisor: 0 zero, 1 less, 2 equal, 3 more */
    bool partial;
};

static struct integer_division divide_integers(const struct number *a, const struct number *b,
                                               int32_t precision)
{
    const unsigned unused = 128 - (unsigned)precision;
    const uint128_t dividend = a->significand >> unused;
    struct integer_division d = {.divisor = b->significand >> unused};
    const int32_t distance = a->exponent - b->exponent;
    const int32_t bits = distance + (dividend >= d.divisor);
    if (distance < 0) {
        const bool half_or_more = distance == -1 && dividend >= d.divisor;
        d.remaining = !half_or_more ? 1 : dividend == d.divisor ? 2 : 3;
        return d;
    }
    d.partial = bits > precision;
    d.scale = d.partial ? bits - precision : 0;
    const uint128_t shifted = dividend << (distance - d.scale);
    d.quotient = shifted / d.divisor;
    d.rest = shifted % d.divisor;
    const uint128_t twice = d.rest << 1;
    d.remaining = d.rest == 0 ? 0 : twice < d.divisor ? 1 : twice == d.divisor ? 2 : 3;
    return d;
}

static bool quotient_increments(enum bfp_rounding rounding, bool negative,
                                const struct integer_division *d)
{
    /* Three bits stand for the quotient's last bit and what lies to the right of it. */
    uint8_t lost;
    const uint128_t bits = (d->quotient & 1) << 2 | d->remaining;
    return number_round_bits(rounding, negative, bits, 2, &lost) > (d->quotient & 1);
}

static struct number scaled_integer(bool negative, int32_t exponent, uint128_t magnitude)
{
    struct number n = {NUMBER_FINITE, negative, exponent + 127, magnitude};
    number_normalize(&n);
    return n;
}

static struct bfp_quotient divide_finite(struct bfp_env *env, enum bfp_format format,
                                         const struct number *a, const struct number *b,
                                         enum bfp_rounding quotient_rounding)
{
    const struct format *f = &number_formats[format];
    const bool negative = a->negative != b->negative;
    struct integer_division d = divide_integers(a, b, (int32_t)f->precision);
    const bool increment = !d.partial && quotient_increments(quotient_rounding, negative, &d);
    const int32_t last_place = b->exponent - (int32_t)f->precision + 1 + d.scale;

    struct number remainder;
    if (a->exponent < b->exponent) {
        struct number minus_b = *b;
        minus_b.negative = !a->negative;
        remainder = increment ? number_sum(env->rounding, a, &minus_b) : *a;
    } else if (increment) {
        remainder = scaled_integer(!a->negative, last_place, d.divisor - d.rest);
    } else {
        remainder = scaled_integer(a->negative, last_place, d.rest);
    }
    if (remainder.class == NUMBER_ZERO)
        remainder.negative = a->negative;

    struct number quotient = scaled_integer(negative, d.scale, d.quotient + increment);
    const bool complete = !d.partial || remainder.class == NUMBER_ZERO;
    const bool overflow = quotient.class == NUMBER_FINITE && quotient.exponent > f->exponent_max;
    if (overflow)
        quotient.exponent -= f->scale;
    return (struct bfp_quotient){
        .remainder = number_round(env, format, &remainder),
        .quotient = number_pack(format, &quotient),
        .cc = (uint8_t)((complete ? 0 : 2) | overflow),
    };
}

struct bfp_quotient bfp_divide_to_integer(struct bfp_env *env, enum bfp_format format, bfp_value a,
                                          bfp_value b, enum bfp_rounding quotient_rounding)
{
    const struct number n[] = {number_unpack(format, a), number_unpack(format, b)};
    bfp_value nan;
    if (number_propagate_nan(env, format, n, 2, &nan))
        return (struct bfp_quotient){nan, nan, 1};
    if (n[0].class == NUMBER_INFINITY || n[1].class == NUMBER_ZERO) {
        nan = number_invalid(env, format);
        return (struct bfp_quotient){nan, nan, 1};
    }
    if (n[0].class == NUMBER_ZERO || n[1].class == NUMBER_INFINITY) {
        const bfp_value zero = bfp_set_sign(format, bfp_make(0), n[0].negative != n[1].negative);
        return (struct bfp_quotient){a, zero, 0};
    }
    return divide_finite(env, format, &n[0], &n[1], quotient_rounding);
}
