/*
 * Comparison and conversion of short and long numbers by the host's own instructions, where that
 * cannot be told from cpu/float: see bfp_fast.h. Results that are exact report nothing, whatever
 * the FPC has; of the others only those are for the host that the FPC does not notice.
 *
 * Functions that return bool return true and the result, or false where bfp.h must do it.
 */
#ifndef ZITHER_CPU_FLOAT_BFP_FAST_CONVERT_H
#define ZITHER_CPU_FLOAT_BFP_FAST_CONVERT_H

#include "cpu/float/bfp.h"
#include "cpu/float/bfp_fast.h"

/* What a conversion may do with a result that is not exact. */
struct bfp_fast_mode {
    uint8_t rounding;      /* enum bfp_rounding */
    bool inexact_is_known; /* there is nothing to report */
};

static ALWAYS_INLINE struct bfp_fast_mode bfp_fast_mode(const struct bfp_env *env, uint32_t fpc)
{
    return (struct bfp_fast_mode){
        env->rounding,
        env->no_inexact || (fpc & BFP_FAST_FPC_INEXACT && !(env->traps & BFP_INEXACT)),
    };
}

/* What to add to the integer KEPT, the value being KEPT plus REST, of the same sign and less than
   one in magnitude. */
static ALWAYS_INLINE int64_t bfp_fast_increment(enum bfp_rounding rounding, int64_t kept,
                                                double rest)
{
    const int64_t away = rest < 0 ? -1 : 1;
    const double magnitude = rest < 0 ? -rest : rest;

    switch (rounding) {
    case BFP_ROUND_NEAREST_EVEN:
        return magnitude > 0.5 || (magnitude == 0.5 && kept & 1) ? away : 0;
    case BFP_ROUND_NEAREST_AWAY:
        return magnitude >= 0.5 ? away : 0;
    case BFP_ROUND_FOR_SHORTER:
        return kept & 1 ? 0 : away;
    case BFP_ROUND_UP:
        return rest > 0;
    case BFP_ROUND_DOWN:
        return rest < 0 ? -1 : 0;
    case BFP_ROUND_TO_ZERO:
        break;
    }
    return 0;
}

#define BFP_FAST_CONVERT(width, bits_type, type, precision)                                        \
    static ALWAYS_INLINE type bfp_fast_value_##width(bfp_value v)                                  \
    {                                                                                              \
        const bits_type bits = (bits_type)v.bits;                                                  \
        type value;                                                                                \
                                                                                                   \
        memcpy(&value, &bits, sizeof value);                                                       \
        return value;                                                                              \
    }                                                                                              \
                                                                                                   \
    static ALWAYS_INLINE bfp_value bfp_fast_make_##width(type value)                               \
    {                                                                                              \
        bits_type bits;                                                                            \
                                                                                                   \
        memcpy(&bits, &value, sizeof bits);                                                        \
        return bfp_make(bits);                                                                     \
    }                                                                                              \
                                                                                                   \
    static ALWAYS_INLINE bool bfp_fast_compare_##width(bfp_value a, bfp_value b, uint8_t *cc)      \
    {                                                                                              \
        const type x = bfp_fast_value_##width(a), y = bfp_fast_value_##width(b);                   \
                                                                                                   \
        *cc = x == y ? 0 : x < y ? 1 : 2;                                                          \
        return likely(!isunordered(x, y));                                                         \
    }                                                                                              \
                                                                                                   \
    /* V rounded to an integer below 2 ** 62 in magnitude. */                                      \
    static ALWAYS_INLINE bool bfp_fast_to_integer_##width(struct bfp_fast_mode mode, bfp_value v,  \
                                                          int64_t *result)                         \
    {                                                                                              \
        const type value = bfp_fast_value_##width(v);                                              \
                                                                                                   \
        if (unlikely(!(value > -4611686018427387904.0f && value < 4611686018427387904.0f)))        \
            return false;                                                                          \
        const int64_t kept = (int64_t)value;                                                       \
        const type rest = value - (type)kept;                                                      \
        *result = kept;                                                                            \
        if (rest == 0)                                                                             \
            return true;                                                                           \
        *result += bfp_fast_increment(mode.rounding, kept, rest);                                  \
        return mode.inexact_is_known;                                                              \
    }                                                                                              \
                                                                                                   \
    static ALWAYS_INLINE bool bfp_fast_to_fp_integer_##width(struct bfp_fast_mode mode,            \
                                                             bfp_value v, bfp_value *result)       \
    {                                                                                              \
        const type value = bfp_fast_value_##width(v);                                              \
        int64_t integer;                                                                           \
                                                                                                   \
        if (unlikely(!bfp_fast_to_integer_##width(mode, v, &integer)))                             \
            return false;                                                                          \
        /* An integer of zero has the sign of the operand. */                                      \
        const type rounded = (type)integer;                                                        \
        *result = bfp_fast_make_##width(                                                           \
            value < 0 || integer == 0 ? (type)copysign((double)rounded, (double)value) : rounded); \
        return true;                                                                               \
    }                                                                                              \
                                                                                                   \
    static ALWAYS_INLINE bool bfp_fast_from_fixed_##width(struct bfp_fast_mode mode, int64_t v,    \
                                                          bfp_value *result)                       \
    {                                                                                              \
        const uint64_t limit = UINT64_C(1) << (precision);                                         \
                                                                                                   \
        *result = bfp_fast_make_##width((type)v);                                                  \
        return (uint64_t)v + limit <= 2 * limit ||                                                 \
               (mode.rounding == BFP_ROUND_NEAREST_EVEN && mode.inexact_is_known);                 \
    }                                                                                              \
                                                                                                   \
    static ALWAYS_INLINE bool bfp_fast_from_logical_##width(struct bfp_fast_mode mode, uint64_t v, \
                                                            bfp_value *result)                     \
    {                                                                                              \
        *result = bfp_fast_make_##width((type)v);                                                  \
        return v <= UINT64_C(1) << (precision) ||                                                  \
               (mode.rounding == BFP_ROUND_NEAREST_EVEN && mode.inexact_is_known);                 \
    }

BFP_FAST_CONVERT(short, uint32_t, float, 24)
BFP_FAST_CONVERT(long, uint64_t, double, 53)

/* Of a short or long result that is not a NaN: see bfp_condition_code. */
static ALWAYS_INLINE uint8_t bfp_fast_condition_code(enum bfp_format format, bfp_value v)
{
    const uint64_t word = bfp_low(v) << (format == BFP_SHORT ? 32 : 0);

    return word << 1 == 0 ? 0 : (int64_t)word < 0 ? 1 : 2;
}

/* Calls the function of FORMAT; there is none for the extended one. */
#define BFP_FAST_OF_FORMAT(format, name, ...)                                                      \
    ((format) == BFP_SHORT  ? name##_short(__VA_ARGS__)                                            \
     : (format) == BFP_LONG ? name##_long(__VA_ARGS__)                                             \
                            : false)

static ALWAYS_INLINE bool bfp_fast_compare(enum bfp_format format, bfp_value a, bfp_value b,
                                           uint8_t *cc)
{
    return BFP_FAST_OF_FORMAT(format, bfp_fast_compare, a, b, cc);
}

static ALWAYS_INLINE bool bfp_fast_to_fp_integer(struct bfp_fast_mode mode, enum bfp_format format,
                                                 bfp_value v, bfp_value *result)
{
    return BFP_FAST_OF_FORMAT(format, bfp_fast_to_fp_integer, mode, v, result);
}

static ALWAYS_INLINE bool bfp_fast_from_fixed(struct bfp_fast_mode mode, enum bfp_format format,
                                              int64_t v, bfp_value *result)
{
    return BFP_FAST_OF_FORMAT(format, bfp_fast_from_fixed, mode, v, result);
}

static ALWAYS_INLINE bool bfp_fast_from_logical(struct bfp_fast_mode mode, enum bfp_format format,
                                                uint64_t v, bfp_value *result)
{
    return BFP_FAST_OF_FORMAT(format, bfp_fast_from_logical, mode, v, result);
}

struct bfp_fast_integer {
    bool logical;
    uint8_t bits; /* 32 or 64 */
};

/* CONVERT TO FIXED and TO LOGICAL. The condition code is bfp_fast_condition_code of V. */
static ALWAYS_INLINE bool bfp_fast_to_integer(struct bfp_fast_mode mode, enum bfp_format format,
                                              bfp_value v, struct bfp_fast_integer kind,
                                              int64_t *result)
{
    int64_t integer;

    if (!BFP_FAST_OF_FORMAT(format, bfp_fast_to_integer, mode, v, &integer))
        return false;
    *result = integer;
    if (kind.logical)
        return !bfp_is_negative(format, v) && (kind.bits == 64 || integer >> 32 == 0);
    return kind.bits == 64 || integer == (int32_t)integer;
}

/* Never inexact, and no NaN. */
static ALWAYS_INLINE bool bfp_fast_lengthen(bfp_value v, bfp_value *result)
{
    const float value = bfp_fast_value_short(v);

    *result = bfp_fast_make_long((double)value);
    return likely(!isnan(value));
}

/* The product of two short numbers is exact as a long one. */
static ALWAYS_INLINE bool bfp_fast_multiply_longer(bfp_value a, bfp_value b, bfp_value *result)
{
    const double product = (double)bfp_fast_value_short(a) * (double)bfp_fast_value_short(b);

    *result = bfp_fast_make_long(product);
    return likely(!isnan(product));
}

static ALWAYS_INLINE bool bfp_fast_round_format(struct bfp_fast_mode mode, bfp_value v,
                                                bfp_value *result)
{
    const double value = bfp_fast_value_long(v);
    const float rounded = (float)value;

    *result = bfp_fast_make_short(rounded);
    if (unlikely(bfp_fast_exponent_short(rounded) - 2 >= 0xff - 2))
        return value == 0;
    return (double)rounded == value ||
           (mode.rounding == BFP_ROUND_NEAREST_EVEN && mode.inexact_is_known);
}

#endif
