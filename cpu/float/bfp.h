/*
 * Binary floating point as chapter 19 of the Principles of Operation defines it, for the
 * short, long and extended formats: arithmetic, comparison and conversion on plain values.
 *
 * Every function is pure: what an operation depends on and what it reports goes through the
 * struct bfp_env that it is given, so any thread may call any of them. Nothing here knows of
 * registers or interruptions. The caller sets ROUNDING, TRAPS and NO_INEXACT, clears the
 * rest, and looks at DXC first:
 *
 *   dxc & (BFP_INVALID | BFP_ZERO_DIVIDE)  the operation is to be suppressed: no result,
 *                                          no condition code
 *   another dxc                            the operation is completed with the result given
 *                                          (scaled, for overflow and underflow), FLAGS are
 *                                          ORed into the FPC, then the trap is taken
 *   no dxc                                 the same without a trap
 */
#ifndef ZITHER_CPU_FLOAT_BFP_H
#define ZITHER_CPU_FLOAT_BFP_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/compiler.h"

enum bfp_format { BFP_SHORT, BFP_LONG, BFP_EXTENDED };

/* A value in some format: its bits right-aligned, zeros to the left of them. */
typedef struct {
    uint128_t bits;
} bfp_value;

/* The values of M3 and M4 (not those of the FPC's rounding-mode field). */
enum bfp_rounding {
    BFP_ROUND_NEAREST_AWAY = 1,
    BFP_ROUND_FOR_SHORTER = 3, /* round to prepare for shorter precision */
    BFP_ROUND_NEAREST_EVEN = 4,
    BFP_ROUND_TO_ZERO = 5,
    BFP_ROUND_UP = 6,   /* toward +infinity */
    BFP_ROUND_DOWN = 7, /* toward -infinity */
};

/* IEEE exceptions, as in bytes 0 (masks), 1 (flags) and 2 (DXC) of the FPC. */
enum {
    BFP_INVALID = 0x80,
    BFP_ZERO_DIVIDE = 0x40,
    BFP_OVERFLOW = 0x20,
    BFP_UNDERFLOW = 0x10,
    BFP_INEXACT = 0x08,
    BFP_INCREMENTED = 0x04, /* DXC only: the inexact result is larger in magnitude */
};

struct bfp_env {
    uint8_t rounding;   /* enum bfp_rounding */
    uint8_t traps;      /* exceptions whose mask is one */
    bool no_inexact;    /* XxC, the IEEE-inexact-exception control of M4 */
    bool source_format; /* out: the result of bfp_round_format is in the source's format */
    uint8_t flags;      /* out: exceptions recognized without a trap */
    uint8_t dxc;        /* out: the trap to take, or 0 */
};

static inline bfp_value bfp_make(uint64_t bits)
{
    return (bfp_value){bits};
}

static inline bfp_value bfp_make_extended(uint64_t high, uint64_t low)
{
    return (bfp_value){(uint128_t)high << 64 | low};
}

static inline uint64_t bfp_high(bfp_value v)
{
    return (uint64_t)(v.bits >> 64);
}

static inline uint64_t bfp_low(bfp_value v)
{
    return (uint64_t)v.bits;
}

bfp_value bfp_add(struct bfp_env *env, enum bfp_format format, bfp_value a, bfp_value b);
bfp_value bfp_subtract(struct bfp_env *env, enum bfp_format format, bfp_value a, bfp_value b);
bfp_value bfp_multiply(struct bfp_env *env, enum bfp_format format, bfp_value a, bfp_value b);
bfp_value bfp_divide(struct bfp_env *env, enum bfp_format format, bfp_value a, bfp_value b);
bfp_value bfp_square_root(struct bfp_env *env, enum bfp_format format, bfp_value a);

/* The product of two values of FORMAT, short or long, in the next longer format. */
bfp_value bfp_multiply_longer(struct bfp_env *env, enum bfp_format format, bfp_value a,
                              bfp_value b);

/* A * B + C and A * B - C with one rounding. */
bfp_value bfp_multiply_add(struct bfp_env *env, enum bfp_format format, bfp_value a, bfp_value b,
                           bfp_value c);
bfp_value bfp_multiply_subtract(struct bfp_env *env, enum bfp_format format, bfp_value a,
                                bfp_value b, bfp_value c);

struct bfp_quotient {
    bfp_value remainder;
    bfp_value quotient;
    uint8_t cc;
};

/* DIVIDE TO INTEGER: the quotient is rounded as QUOTIENT_ROUNDING says, the remainder as ENV. */
struct bfp_quotient bfp_divide_to_integer(struct bfp_env *env, enum bfp_format format, bfp_value a,
                                          bfp_value b, enum bfp_rounding quotient_rounding);

/* Condition code of COMPARE, or of COMPARE AND SIGNAL where SIGNALING. */
uint8_t bfp_compare(struct bfp_env *env, enum bfp_format format, bfp_value a, bfp_value b,
                    bool signaling);

/* LOAD AND TEST: V, or the quiet form of a signaling NaN. */
bfp_value bfp_load_and_test(struct bfp_env *env, enum bfp_format format, bfp_value v);

static ALWAYS_INLINE uint128_t bfp_sign_bit(enum bfp_format format)
{
    return (uint128_t)1 << (format == BFP_SHORT ? 31 : format == BFP_LONG ? 63 : 127);
}

static ALWAYS_INLINE bfp_value bfp_set_sign(enum bfp_format format, bfp_value v, bool negative)
{
    const uint128_t sign = bfp_sign_bit(format);

    return (bfp_value){negative ? v.bits | sign : v.bits & ~sign};
}

static ALWAYS_INLINE bool bfp_is_negative(enum bfp_format format, bfp_value v)
{
    return (v.bits & bfp_sign_bit(format)) != 0;
}

/* Magnitudes are ordered as their bits are; NaNs lie above infinity, quiet ones last. */
static ALWAYS_INLINE uint128_t bfp_infinity_bits(enum bfp_format format)
{
    return format == BFP_SHORT  ? (uint128_t)0xff << 23
           : format == BFP_LONG ? (uint128_t)0x7ff << 52
                                : (uint128_t)0x7fff << 112;
}

/* Condition code of a result: 0 zero, 1 less, 2 greater than zero, 3 NaN. */
static ALWAYS_INLINE uint8_t bfp_condition_code(enum bfp_format format, bfp_value v)
{
    const uint128_t magnitude = v.bits & ~bfp_sign_bit(format);

    if (unlikely(magnitude > bfp_infinity_bits(format)))
        return 3;
    return magnitude == 0 ? 0 : magnitude != v.bits ? 1 : 2;
}

/* The bit, of the rightmost twelve, that TEST DATA CLASS tests for V. */
static ALWAYS_INLINE uint16_t bfp_data_class(enum bfp_format format, bfp_value v)
{
    const uint128_t infinity = bfp_infinity_bits(format);
    const uint128_t least = infinity & -infinity; /* the smallest normal number */
    const uint128_t magnitude = v.bits & ~bfp_sign_bit(format);
    const unsigned bit = magnitude == 0                       ? 0x800
                         : magnitude < least                  ? 0x080
                         : magnitude < infinity               ? 0x200
                         : magnitude == infinity              ? 0x020
                         : magnitude < (infinity | least / 2) ? 0x002
                                                              : 0x008;

    return (uint16_t)(magnitude != v.bits ? bit >> 1 : bit);
}

/* LOAD LENGTHENED. */
bfp_value bfp_lengthen(struct bfp_env *env, enum bfp_format from, enum bfp_format to, bfp_value v);

/* LOAD ROUNDED. A trap for overflow or underflow leaves the result, rounded to the shorter
   precision and scaled, in the format FROM and sets source_format. */
bfp_value bfp_round_format(struct bfp_env *env, enum bfp_format from, enum bfp_format to,
                           bfp_value v);

/* LOAD FP INTEGER. */
bfp_value bfp_round_to_integer(struct bfp_env *env, enum bfp_format format, bfp_value v);

bfp_value bfp_from_fixed(struct bfp_env *env, enum bfp_format format, int64_t v);
bfp_value bfp_from_logical(struct bfp_env *env, enum bfp_format format, uint64_t v);

/* CONVERT TO FIXED and TO LOGICAL with a result of BITS (32 or 64) bits, extended to 64 in
 *RESULT by its sign or with zeros. Returns the condition code. */
uint8_t bfp_to_fixed(struct bfp_env *env, enum bfp_format format, bfp_value v, unsigned bits,
                     int64_t *result);
uint8_t bfp_to_logical(struct bfp_env *env, enum bfp_format format, bfp_value v, unsigned bits,
                       uint64_t *result);

/* CONVERT BFP TO HFP (to long HFP) and CONVERT HFP TO BFP (from long HFP). No IEEE exceptions.
   They return the condition code. */
uint8_t bfp_to_hfp(enum bfp_format format, bfp_value v, uint64_t *hfp);
uint8_t bfp_from_hfp(enum bfp_format format, uint64_t hfp, enum bfp_rounding rounding,
                     bfp_value *result);

#endif
