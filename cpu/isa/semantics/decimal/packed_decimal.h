/*
 * Packed decimal numbers of up to 31 digits and a sign (PoP chapter 8, "Decimal-Number
 * Formats"). A number of N bytes has 2N-1 digits.
 */
#ifndef ZITHER_CPU_ISA_SEMANTICS_DECIMAL_PACKED_DECIMAL_H
#define ZITHER_CPU_ISA_SEMANTICS_DECIMAL_PACKED_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/compiler.h"

#define PACKED_LENGTH 16u /* bytes of the longest number */

/* A negative zero is a number of its own. */
struct decimal {
    uint128_t magnitude;
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

/* 10 to the power of N, at most 31. */
uint128_t power_of_ten(unsigned n);

/* The number in the LENGTH bytes at PACKED; enum packed_fault where it is not valid. */
unsigned packed_decode(const uint8_t *packed, uint32_t length, struct decimal *number);

/* NUMBER, cut off on the left to what fits LENGTH bytes, with a preferred sign code. */
void packed_encode(uint8_t *packed, uint32_t length, const struct decimal *number);

#endif
