/*
 * Packed decimal numbers of up to 31 digits and a sign (PoP chapter 8, "Decimal-Number
 * Formats"). A number of N bytes has 2N-1 digits.
 */
#ifndef ZITHER_CPU_ISA_SEMANTICS_DECIMAL_PACKED_DECIMAL_H
#define ZITHER_CPU_ISA_SEMANTICS_DECIMAL_PACKED_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/bcd.h"
#include "src/base/compiler.h"

/* A negative zero is a number of its own. */
struct decimal {
    uint128_t digits; /* as in src/base/bcd.h */
    bool negative;
};

enum packed_fault {
    PACKED_SIGN = 1 << 0,  /* invalid sign code */
    PACKED_DIGIT = 1 << 1, /* at least one invalid digit code */
};

/* A valid sign code that is not one of these means plus. */
static inline bool sign_is_minus(unsigned code)
{
    return code == 0xb || code == 0xd;
}

/* The number whose bytes are PACKED, right-aligned; enum packed_fault where it is not valid. */
static inline unsigned packed_decode(uint128_t packed, struct decimal *number)
{
    unsigned sign = (unsigned)packed & 0xf, faults = sign < 0xa ? PACKED_SIGN : 0;

    number->digits = packed >> 4;
    number->negative = sign_is_minus(sign);
    return bcd_invalid(number->digits) ? faults | PACKED_DIGIT : faults;
}

/* NUMBER, of at most 31 digits, with a preferred sign code. */
static inline uint128_t packed_encode(const struct decimal *number)
{
    return number->digits << 4 | (number->negative ? 0xd : 0xc);
}

/* What of DIGITS is to the left of the rightmost N, at most 31, and those N themselves. */
static inline uint128_t digits_left_of(uint128_t digits, unsigned n)
{
    return digits >> 4 * n;
}

static inline uint128_t digits_rightmost(uint128_t digits, unsigned n)
{
    return digits & (((uint128_t)1 << 4 * n) - 1);
}

#endif
