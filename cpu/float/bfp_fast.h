/*
 * Short and long arithmetic by the host's own instructions, where that cannot be told from
 * cpu/float.
 *
 * The host rounds to nearest (its default environment, which Zither never changes), and what
 * would cost time is to ask it for exceptions. But where the result is a normal number other
 * than the smallest, no operand was a NaN or an infinity and nothing overflowed or was tiny, so
 * at most it is inexact; and where the FPC has that flag already and no mask, nothing is left
 * to report. Everything else is left to the functions of bfp.h.
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

/* IEEE masks zero, inexact flag one, rounding mode nearest with ties to even. */
static ALWAYS_INLINE bool bfp_fast_applies(uint32_t fpc)
{
    return (fpc & UINT32_C(0xf8080007)) == UINT32_C(0x00080000);
}

/* True and the result, or false where bfp.h must do it. */
#define BFP_FAST(name, bits_type, type, suffix, fraction_bits, exponent_max)                       \
    static ALWAYS_INLINE bool name(enum bfp_fast_operation operation, const bits_type operands[3], \
                                   bits_type *result)                                              \
    {                                                                                              \
        type v[3], r = 0;                                                                          \
        bits_type bits, exponent;                                                                  \
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
        memcpy(&bits, &r, sizeof bits);                                                            \
        *result = bits;                                                                            \
        exponent = bits >> (fraction_bits) & (exponent_max);                                       \
        return exponent - 2 < (exponent_max)-2;                                                    \
    }

BFP_FAST(bfp_fast_short, uint32_t, float, f, 23, 0xffu)
BFP_FAST(bfp_fast_long, uint64_t, double, , 52, 0x7ffu)

#endif
