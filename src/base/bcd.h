/*
 * Numbers as decimal digits of four bits, the ones rightmost: 32 digits in 128 bits, or 16 in
 * 64. Nothing here looks at a sign; digits are valid unless a function says otherwise.
 *
 * All of it works on every digit of a word at once: a carry or borrow between digits is where
 * the sum differs from the exclusive or of what was added.
 */
#ifndef ZITHER_BASE_BCD_H
#define ZITHER_BASE_BCD_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/compiler.h"

#define BCD64_ONES   UINT64_C(0x1111111111111111)
#define BCD_ONES     ((uint128_t)BCD64_ONES << 64 | BCD64_ONES)
#define BCD_BYTES    ((uint128_t)UINT64_C(0x0101010101010101) << 64 | UINT64_C(0x0101010101010101))
#define TEN_TO_THE_8 UINT64_C(100000000)
#define TEN_TO_16    UINT64_C(10000000000000000)

/* True where a digit is above 9. */
static inline bool bcd64_invalid(uint64_t x)
{
    return (x >> 3) & (x >> 2 | x >> 1) & BCD64_ONES;
}

static inline bool bcd_invalid(uint128_t x)
{
    return bcd64_invalid((uint64_t)x) || bcd64_invalid((uint64_t)(x >> 64));
}

/* A + B, of at most 31 digits each. */
static inline uint128_t bcd_add(uint128_t a, uint128_t b)
{
    uint128_t raised = a + BCD_ONES * 6, sum = raised + b;
    uint128_t uncarried = ~((raised ^ b ^ sum) >> 4) & BCD_ONES; /* by the digit there */

    return sum - (uncarried << 2 | uncarried << 1);
}

/* A - B, which is not larger. */
static inline uint128_t bcd_subtract(uint128_t a, uint128_t b)
{
    uint128_t difference = a - b;
    uint128_t borrowed = ((a ^ b ^ difference) >> 4) & BCD_ONES;

    return difference - (borrowed << 2 | borrowed << 1);
}

/* Pairs of neighbours become one number, until one is left. */
static inline uint64_t bcd64_to_binary(uint64_t x)
{
    x = (x & UINT64_C(0x0f0f0f0f0f0f0f0f)) + ((x >> 4) & UINT64_C(0x0f0f0f0f0f0f0f0f)) * 10;
    x = (x & UINT64_C(0x00ff00ff00ff00ff)) + ((x >> 8) & UINT64_C(0x00ff00ff00ff00ff)) * 100;
    x = (x & UINT64_C(0x0000ffff0000ffff)) + ((x >> 16) & UINT64_C(0x0000ffff0000ffff)) * 10000;
    return (x & UINT32_MAX) + (x >> 32) * TEN_TO_THE_8;
}

static inline uint128_t bcd_to_binary(uint128_t x)
{
    uint64_t left = (uint64_t)(x >> 64), right = bcd64_to_binary((uint64_t)x);

    return left ? (uint128_t)bcd64_to_binary(left) * TEN_TO_16 + right : right;
}

/* The other way round, for X below 10 to the 16: where Q * 100 + R stands in a part of X,
   adding Q * (256 - 100) puts Q to the left of R, and so on. The products that stand for
   divisions are exact for quotients of two and of one digit. */
static inline uint64_t bcd64_from_binary(uint64_t x)
{
    uint64_t q, left;

    x += x / TEN_TO_THE_8 * ((UINT64_C(1) << 32) - TEN_TO_THE_8);
    q = (x >> 32) / 10000 << 32 | (uint32_t)x / 10000;
    x += q * (65536 - 10000);
    left = (x >> 16) & UINT64_C(0x0000ffff0000ffff);
    q = (x & UINT64_C(0x0000ffff0000ffff)) * 10486 >> 20 & UINT64_C(0x0000007f0000007f);
    q |= (left * 10486 >> 20 & UINT64_C(0x0000007f0000007f)) << 16;
    x += q * (256 - 100);
    left = (x >> 8) & UINT64_C(0x00ff00ff00ff00ff);
    q = (x & UINT64_C(0x00ff00ff00ff00ff)) * 103 >> 10 & UINT64_C(0x000f000f000f000f);
    q |= (left * 103 >> 10 & UINT64_C(0x000f000f000f000f)) << 8;
    return x + q * (16 - 10);
}

/* For X below 10 to the 32. */
static inline uint128_t bcd_from_binary(uint128_t x)
{
    uint128_t left = 0;

    if (x >= TEN_TO_16) {
        left = x <= UINT64_MAX ? (uint64_t)x / TEN_TO_16 : x / TEN_TO_16;
        x -= left * TEN_TO_16;
    }
    return (uint128_t)bcd64_from_binary((uint64_t)left) << 64 | bcd64_from_binary((uint64_t)x);
}

/* Digits in the right halves of eight bytes, put together; the left halves do not count. */
static inline uint32_t bcd_from_bytes(uint64_t x)
{
    x &= UINT64_C(0x0f0f0f0f0f0f0f0f);
    x = (x | x >> 4) & UINT64_C(0x00ff00ff00ff00ff);
    x = (x | x >> 8) & UINT64_C(0x0000ffff0000ffff);
    return (uint32_t)(x | x >> 16);
}

/* Eight digits, each to a byte of its own. */
static inline uint64_t bcd_to_bytes(uint32_t digits)
{
    uint64_t x = digits;

    x = (x | x << 16) & UINT64_C(0x0000ffff0000ffff);
    x = (x | x << 8) & UINT64_C(0x00ff00ff00ff00ff);
    return (x | x << 4) & UINT64_C(0x0f0f0f0f0f0f0f0f);
}

#endif
