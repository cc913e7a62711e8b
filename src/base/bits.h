/*
 * Bits as the Principles of Operation numbers them: bit 0 is the leftmost. The number
 * in a macro's name is the width of the word in which the bit is counted.
 */
#ifndef ZITHER_BASE_BITS_H
#define ZITHER_BASE_BITS_H

#include <stdint.h>

#include "src/base/compiler.h"

#define BIT8(n)  ((uint8_t)(0x80u >> (n)))
#define BIT16(n) ((uint16_t)(0x8000u >> (n)))
#define BIT32(n) (UINT32_C(0x80000000) >> (n))
#define BIT64(n) (UINT64_C(0x8000000000000000) >> (n))

/* A mask of bits FIRST to LAST, both included, of a 64-bit word. */
#define BITS64(first, last) ((UINT64_MAX >> (first)) & (UINT64_MAX << (63 - (last))))
#define BITS32(first, last) ((UINT32_MAX >> (first)) & (UINT32_MAX << (31 - (last))))

/* The value of bits FIRST to LAST of WORD, right-aligned. */
static inline uint64_t bits64_get(uint64_t word, unsigned first, unsigned last)
{
    return (word & BITS64(first, last)) >> (63 - last);
}

static inline uint32_t bits32_get(uint32_t word, unsigned first, unsigned last)
{
    return (word & BITS32(first, last)) >> (31 - last);
}

static inline uint32_t high32(uint64_t word)
{
    return (uint32_t)(word >> 32);
}

static inline uint32_t low32(uint64_t word)
{
    return (uint32_t)word;
}

/* WORD with its bits 32-63 replaced: what a 32-bit result does to a 64-bit register. */
static inline uint64_t with_low32(uint64_t word, uint32_t low)
{
    return (word & UINT64_C(0xffffffff00000000)) | low;
}

static inline uint64_t with_high32(uint64_t word, uint32_t high)
{
    return (word & UINT64_C(0xffffffff)) | ((uint64_t)high << 32);
}

static inline unsigned leading_zeros64(uint64_t word)
{
    return word ? (unsigned)__builtin_clzll(word) : 64;
}

static inline unsigned trailing_zeros32(uint32_t word)
{
    return word ? (unsigned)__builtin_ctz(word) : 32;
}

static inline unsigned population64(uint64_t word)
{
    return (unsigned)__builtin_popcountll(word);
}

#endif
