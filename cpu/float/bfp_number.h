/*
 * The form in which the functions of cpu/float compute: sign, exponent and a significand of
 * 128 bits, the same for all formats, so that each operation is written once. An exact result
 * that needs more bits keeps an OR of what lies to the right in its rightmost bit ("sticky");
 * the 15 bits that extended precision leaves over are enough for every rounding method.
 */
#ifndef ZITHER_CPU_FLOAT_BFP_NUMBER_H
#define ZITHER_CPU_FLOAT_BFP_NUMBER_H

#include "cpu/float/bfp.h"

enum number_class { NUMBER_ZERO, NUMBER_FINITE, NUMBER_INFINITY, NUMBER_QNAN, NUMBER_SNAN };

/* Finite: significand * 2 ** (exponent - 127), its leftmost bit one. NaN: the fraction field
   in its place to the right of that bit. */
struct number {
    enum number_class class;
    bool negative;
    int32_t exponent;
    uint128_t significand;
};

struct format {
    unsigned precision; /* of the significand, with the implied bit */
    int32_t exponent_max;
    int32_t scale; /* what a trap for overflow subtracts from, underflow adds to, the exponent */
    int32_t load_scale; /* the same for LOAD ROUNDED from this format */
};

extern const struct format number_formats[];

#define NUMBER_TOP ((uint128_t)1 << 127)

static inline uint128_t format_sign_bit(const struct format *f)
{
    return (uint128_t)1 << (f->precision == 24 ? 31 : f->precision == 53 ? 63 : 127);
}

static inline unsigned leading_zeros128(uint128_t v)
{
    const uint64_t high = (uint64_t)(v >> 64);
    return high ? (unsigned)__builtin_clzll(high) : 64 + (unsigned)__builtin_clzll((uint64_t)v | 1);
}

/* V shifted right, what falls out ORed into the rightmost bit. */
static inline uint128_t shift_right_sticky(uint128_t v, unsigned count)
{
    if (count == 0)
        return v;
    if (count > 127)
        return v != 0;
    return v >> count | ((v << (128 - count)) != 0);
}

struct wide { /* 256 bits */
    uint128_t high;
    uint128_t low;
};

struct wide wide_multiply(uint128_t a, uint128_t b);

static inline bool number_is_nan(const struct number *n)
{
    return n->class >= NUMBER_QNAN;
}

struct number number_unpack(enum bfp_format format, bfp_value v);

/* Shifts a finite number left until its leftmost bit is one; a zero becomes NUMBER_ZERO. */
void number_normalize(struct number *n);

/* The value with the exceptions of rounding; N is not a NaN, and normalized if finite. */
bfp_value number_round(struct bfp_env *env, enum bfp_format format, const struct number *n);

/* The value of a number that the format holds exactly. */
bfp_value number_pack(enum bfp_format format, const struct number *n);

/* The result for an invalid operation without a NaN among its operands. */
bfp_value number_invalid(struct bfp_env *env, enum bfp_format format);

/* Where one of the COUNT operands is a NaN: true and the result by the rules of propagation. */
bool number_propagate_nan(struct bfp_env *env, enum bfp_format format,
                          const struct number *operands, unsigned count, bfp_value *result);

/* SIGNIFICAND without its rightmost COUNT bits (1 to 127), rounded. Sets *LOST to the IEEE
   conditions, 0 or BFP_INEXACT with or without BFP_INCREMENTED. */
uint128_t number_round_bits(enum bfp_rounding rounding, bool negative, uint128_t significand,
                            unsigned count, uint8_t *lost);

/* Recognizes inexact as ENV says, LOST being as above. */
void number_inexact(struct bfp_env *env, uint8_t lost);

/* The sum of two numbers that are not NaNs, unless both are infinite with different signs. */
struct number number_sum(enum bfp_rounding rounding, const struct number *a,
                         const struct number *b);

#endif
