/*
 * Random numbers of the BFP formats for tests: extreme ones often, the same in each run.
 */
#ifndef ZITHER_TESTS_UNIT_BFP_RANDOM_H
#define ZITHER_TESTS_UNIT_BFP_RANDOM_H

#include "cpu/float/bfp.h"

static uint64_t random_state = 0x853c49e6748fea9b;

static inline uint64_t random64(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state * 0x2545f4914f6cdd1d;
}

static const unsigned exponent_bits[] = {8, 11, 15};
static const unsigned fraction_bits[] = {23, 52, 112};

/* Exponents near the ends and near 1.0, fractions with long runs of ones and zeros. */
static inline bfp_value random_value(enum bfp_format format)
{
    const uint32_t biased_max = (1U << exponent_bits[format]) - 1;
    const uint64_t choice = random64();
    uint128_t fraction = (uint128_t)random64() << 64 | random64();
    uint32_t biased = (uint32_t)random64();

    switch (choice & 7) {
    case 0:
        fraction = 0;
        break;
    case 1:
        fraction = ~(uint128_t)0 << (random64() & 127);
        break;
    case 2:
        fraction = (uint128_t)1 << (random64() & 127);
        break;
    case 3:
        fraction &= ~(uint128_t)0 << (random64() & 127);
        break;
    default:
        break;
    }
    switch (choice >> 3 & 7) {
    case 0:
        biased = 0;
        break;
    case 1:
        biased = biased_max - (biased & 1);
        break;
    case 2:
        biased = 1 + biased % (2 * fraction_bits[format]);
        break;
    case 3:
        break;
    case 4:
        biased = biased_max / 4 + biased % 8;
        break;
    default:
        biased = biased_max / 2 - 32 + biased % 64;
        break;
    }
    fraction >>= 128 - fraction_bits[format];
    const uint128_t sign = choice >> 7 & 1;
    return (bfp_value){((sign << exponent_bits[format]) + (biased & biased_max))
                           << fraction_bits[format] |
                       fraction};
}

/* Often close to A, so that sums cancel and quotients are near one. */
static inline bfp_value random_partner(enum bfp_format format, bfp_value a)
{
    bfp_value v = random_value(format);

    if (random64() & 1)
        return v;
    v.bits = a.bits + (random64() & 7) - 3;
    if (random64() & 1)
        v.bits ^= (uint128_t)1 << (exponent_bits[format] + fraction_bits[format]);
    const unsigned width = 1 + exponent_bits[format] + fraction_bits[format];
    return (bfp_value){v.bits << (128 - width) >> (128 - width)};
}

#endif
