/* Conversion between formats and to and from integers (PoP, chapter 19). */
#include "cpu/float/bfp_number.h"

bfp_value bfp_lengthen(struct bfp_env *env, enum bfp_format from, enum bfp_format to, bfp_value v)
{
    const struct number n = number_unpack(from, v);
    bfp_value result;
    if (number_propagate_nan(env, to, &n, 1, &result))
        return result;
    return number_pack(to, &n);
}

/* The result of LOAD ROUNDED for a trap: the precision of TO, the format and range of FROM. */
static bfp_value round_scaled(const struct bfp_env *env, enum bfp_format from, enum bfp_format to,
                              struct number n)
{
    const unsigned drop = 128 - number_formats[to].precision;
    const int32_t scale = number_formats[from].load_scale;
    uint8_t lost;
    n.significand = number_round_bits(env->rounding, n.negative, n.significand, drop, &lost);
    n.exponent += (int32_t)drop + (env->dxc & BFP_OVERFLOW ? -scale : scale);
    number_normalize(&n);
    return number_pack(from, &n);
}

bfp_value bfp_round_format(struct bfp_env *env, enum bfp_format from, enum bfp_format to,
                           bfp_value v)
{
    const struct number n = number_unpack(from, v);
    bfp_value result;
    if (number_propagate_nan(env, to, &n, 1, &result))
        return result;
    result = number_round(env, to, &n);
    if (env->dxc & (BFP_OVERFLOW | BFP_UNDERFLOW)) {
        env->source_format = true;
        return round_scaled(env, from, to, n);
    }
    return result;
}

/* The magnitude of a finite number below 2 ** 65 as an integer. */
static uint128_t integer_magnitude(enum bfp_rounding rounding, const struct number *n,
                                   uint8_t *lost)
{
    uint128_t significand = n->significand;
    unsigned drop = (unsigned)(127 - n->exponent);
    if (drop > 127) {
        significand = shift_right_sticky(significand, drop - 127);
        drop = 127;
    }
    return number_round_bits(rounding, n->negative, significand, drop, lost);
}

bfp_value bfp_round_to_integer(struct bfp_env *env, enum bfp_format format, bfp_value v)
{
    struct number n = number_unpack(format, v);
    bfp_value result;
    if (number_propagate_nan(env, format, &n, 1, &result))
        return result;
    if (n.class != NUMBER_FINITE || n.exponent >= (int32_t)number_formats[format].precision - 1)
        return v;
    uint8_t lost;
    n.significand = integer_magnitude(env->rounding, &n, &lost);
    n.exponent = 127;
    number_normalize(&n);
    number_inexact(env, lost);
    return number_pack(format, &n);
}

static bfp_value from_integer(struct bfp_env *env, enum bfp_format format, bool negative,
                              uint64_t magnitude)
{
    struct number n = {
        .class = NUMBER_FINITE,
        .negative = negative,
        .exponent = 127,
        .significand = magnitude,
    };
    number_normalize(&n);
    return number_round(env, format, &n);
}

bfp_value bfp_from_fixed(struct bfp_env *env, enum bfp_format format, int64_t v)
{
    return from_integer(env, format, v < 0, v < 0 ? -(uint64_t)v : (uint64_t)v);
}

bfp_value bfp_from_logical(struct bfp_env *env, enum bfp_format format, uint64_t v)
{
    return from_integer(env, format, false, v);
}

struct integer_range {
    uint128_t positive; /* largest magnitudes */
    uint128_t negative;
};

/* PoP, "Results: CONVERT TO FIXED" and "CONVERT TO LOGICAL": a NaN counts as the most negative
   number; what is invalid and does not trap is inexact too. */
static uint8_t to_integer(struct bfp_env *env, enum bfp_format format, bfp_value v,
                          struct integer_range range, uint64_t *result)
{
    const struct number n = number_unpack(format, v);
    const bool negative = n.negative || number_is_nan(&n);
    const uint128_t limit = negative ? range.negative : range.positive;
    uint128_t magnitude = 0;
    uint8_t lost = 0;
    bool fits = n.class == NUMBER_ZERO;
    if (n.class == NUMBER_FINITE && n.exponent <= 64) {
        magnitude = integer_magnitude(env->rounding, &n, &lost);
        fits = magnitude <= limit;
    }
    if (!fits) {
        magnitude = limit;
        lost = BFP_INEXACT;
        number_invalid(env, format);
        if (env->dxc)
            return 3;
    }
    number_inexact(env, lost);
    *result = negative ? -(uint64_t)magnitude : (uint64_t)magnitude;
    return !fits ? 3 : n.class == NUMBER_ZERO ? 0 : negative ? 1 : 2;
}

uint8_t bfp_to_fixed(struct bfp_env *env, enum bfp_format format, bfp_value v, unsigned bits,
                     int64_t *result)
{
    const uint128_t most_negative = (uint128_t)1 << (bits - 1);
    uint64_t word = 0;
    const uint8_t cc =
        to_integer(env, format, v, (struct integer_range){most_negative - 1, most_negative}, &word);
    *result = (int64_t)word;
    return cc;
}

uint8_t bfp_to_logical(struct bfp_env *env, enum bfp_format format, bfp_value v, unsigned bits,
                       uint64_t *result)
{
    *result = 0;
    return to_integer(env, format, v, (struct integer_range){((uint128_t)1 << bits) - 1, 0},
                      result);
}
