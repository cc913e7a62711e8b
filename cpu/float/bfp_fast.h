/*
 * Short and long arithmetic by the host's own instructions, where that cannot be told from
 * cpu/float. bfp_fast_convert.h has the same for comparison and conversion.
 *
 * The host rounds to nearest (its default environment, which Zither never changes), and what
 * would cost time is to ask it for exceptions. But where the result is a normal number other
 * than the smallest, no operand was a NaN or an infinity and nothing overflowed or was tiny, so
 * at most it is inexact. Where the FPC has that flag already and no mask, nothing is left to
 * report; where it has not, a result whose error is found to be zero has nothing to report
 * either. Everything else is left to the functions of bfp.h, and so is the first inexact result.
 */
#ifndef ZITHER_CPU_FLOAT_BFP_FAST_H
#define ZITHER_CPU_FLOAT_BFP_FAST_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "src/base/compiler.h"

enum bfp_fast_operation {
    BFP_FAST_ADD,
    BFP_FAST_SUBTRACT,
    BFP_FAST_MULTIPLY,
    BFP_FAST_DIVIDE,
    BFP_FAST_SQUARE_ROOT,  /* of the second operand */
    BFP_FAST_MULTIPLY_ADD, /* first operand times second plus third */
    BFP_FAST_MULTIPLY_SUBTRACT,
};

enum {
    BFP_FAST_FPC_INEXACT = 0x00080000, /* the flag */
};

/* IEEE masks zero, rounding mode nearest with ties to even. */
static ALWAYS_INLINE bool bfp_fast_applies(uint32_t fpc)
{
    return (fpc & UINT32_C(0xf8000007)) == 0;
}

/*
 * bfp_fast_short and bfp_fast_long: true and the result, or false where bfp.h must do it.
 *
 * The error of a sum is a number of the same format, and so is that of a product, quotient or
 * root whose exponent leaves room for twice the precision; it is then found by one fused
 * operation, or by Knuth's exact addition.
 */
#define BFP_FAST(width, bits_type, type, suffix, fraction_bits, exponent_max)                      \
    static ALWAYS_INLINE bits_type bfp_fast_exponent_##width(type v)                               \
    {                                                                                              \
        bits_type bits;                                                                            \
                                                                                                   \
        memcpy(&bits, &v, sizeof bits);                                                            \
        return bits >> (fraction_bits) & (exponent_max);                                           \
    }                                                                                              \
                                                                                                   \
    static ALWAYS_INLINE bool bfp_fast_has_room_##width(type v)                                    \
    {                                                                                              \
        const bits_type exponent = bfp_fast_exponent_##width(v);                                   \
                                                                                                   \
        return exponent > 2 * (fraction_bits) + 2 && exponent < (exponent_max);                    \
    }                                                                                              \
                                                                                                   \
    static ALWAYS_INLINE bool bfp_fast_is_sum_##width(type a, type b, type sum)                    \
    {                                                                                              \
        const type part = sum - a;                                                                 \
                                                                                                   \
        return (a - (sum - part)) + (b - part) == 0;                                               \
    }                                                                                              \
                                                                                                   \
    /* R, a normal number, is exactly the result of OPERATION. May be false without need. */       \
    static inline bool bfp_fast_is_exact_##width(enum bfp_fast_operation operation,                \
                                                 const type v[3], type r)                          \
    {                                                                                              \
        type product;                                                                              \
                                                                                                   \
        switch (operation) {                                                                       \
        case BFP_FAST_ADD:                                                                         \
            return bfp_fast_is_sum_##width(v[0], v[1], r);                                         \
        case BFP_FAST_SUBTRACT:                                                                    \
            return bfp_fast_is_sum_##width(v[0], -v[1], r);                                        \
        case BFP_FAST_MULTIPLY:                                                                    \
            return bfp_fast_has_room_##width(r) && fma##suffix(v[0], v[1], -r) == 0;               \
        case BFP_FAST_DIVIDE:                                                                      \
            return bfp_fast_has_room_##width(v[0]) && fma##suffix(-r, v[1], v[0]) == 0;            \
        case BFP_FAST_SQUARE_ROOT:                                                                 \
            return bfp_fast_has_room_##width(v[1]) && fma##suffix(-r, r, v[1]) == 0;               \
        case BFP_FAST_MULTIPLY_ADD:                                                                \
        case BFP_FAST_MULTIPLY_SUBTRACT:                                                           \
            break;                                                                                 \
        }                                                                                          \
        product = v[0] * v[1];                                                                     \
        return bfp_fast_has_room_##width(product) && fma##suffix(v[0], v[1], -product) == 0 &&     \
               bfp_fast_is_sum_##width(product, operation == BFP_FAST_MULTIPLY_ADD ? v[2] : -v[2], \
                                       r);                                                         \
    }                                                                                              \
                                                                                                   \
    /* A result of zero is exact: sums always, the others where a factor or dividend is zero. */   \
    static ALWAYS_INLINE bool bfp_fast_is_zero_##width(enum bfp_fast_operation operation,          \
                                                       const type v[3])                            \
    {                                                                                              \
        return operation <= BFP_FAST_SUBTRACT || operation == BFP_FAST_SQUARE_ROOT || v[0] == 0 || \
               (operation != BFP_FAST_DIVIDE && v[1] == 0);                                        \
    }                                                                                              \
                                                                                                   \
    static ALWAYS_INLINE bool bfp_fast_##width(enum bfp_fast_operation operation, uint32_t fpc,    \
                                               const bits_type operands[3], bits_type *result)     \
    {                                                                                              \
        type v[3], r = 0;                                                                          \
                                                                                                   \
        memcpy(v, operands, sizeof v);                                                             \
        switch (operation) {                                                                       \
        case BFP_FAST_ADD:                                                                         \
            r = v[0] + v[1];                                                                       \
            break;                                                                                 \
        case BFP_FAST_SUBTRACT:                                                                    \
            r = v[0] - v[1];                                                                       \
            break;                                                                                 \
        case BFP_FAST_MULTIPLY:                                                                    \
            r = v[0] * v[1];                                                                       \
            break;                                                                                 \
        case BFP_FAST_DIVIDE:                                                                      \
            r = v[0] / v[1];                                                                       \
            break;                                                                                 \
        case BFP_FAST_SQUARE_ROOT:                                                                 \
            r = sqrt##suffix(v[1]);                                                                \
            break;                                                                                 \
        case BFP_FAST_MULTIPLY_ADD:                                                                \
            r = fma##suffix(v[0], v[1], v[2]);                                                     \
            break;                                                                                 \
        case BFP_FAST_MULTIPLY_SUBTRACT:                                                           \
            r = fma##suffix(v[0], v[1], -v[2]);                                                    \
            break;                                                                                 \
        }                                                                                          \
        memcpy(result, &r, sizeof r);                                                              \
        if (unlikely(bfp_fast_exponent_##width(r) - 2 >= (exponent_max)-2))                        \
            return r == 0 && bfp_fast_is_zero_##width(operation, v);                               \
        return likely(fpc & BFP_FAST_FPC_INEXACT) || bfp_fast_is_exact_##width(operation, v, r);   \
    }

BFP_FAST(short, uint32_t, float, f, 23, 0xffu)
BFP_FAST(long, uint64_t, double, , 52, 0x7ffu)

#endif
