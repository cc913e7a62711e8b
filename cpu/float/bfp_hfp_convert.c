/*
 * Conversion between BFP and hexadecimal floating point (PoP, chapter 9, "CONVERT BFP TO HFP"
 * and "CONVERT HFP TO BFP"). A long HFP number is a sign, a characteristic of 7 bits (the power
 * of 16 plus 64) and a fraction of 14 hexadecimal digits.
 */
#include "cpu/float/bfp_number.h"
#include "src/base/bits.h"

enum { CHARACTERISTIC_MAX = 127 };

uint8_t bfp_to_hfp(enum bfp_format format, bfp_value v, uint64_t *hfp)
{
    const struct number n = number_unpack(format, v);
    const uint64_t sign = n.negative ? BIT64(0) : 0;
    const uint8_t cc = n.negative ? 1 : 2;
    /* 1.f * 2 ** e is 0.1f * 2 ** (e + 1); the next multiple of 4 gives the power of 16. */
    const int32_t power = (n.exponent + 4) >> 2;
    const int32_t characteristic = power + 64;
    *hfp = sign;
    if (n.class == NUMBER_ZERO)
        return 0;
    if (n.class != NUMBER_FINITE || characteristic > CHARACTERISTIC_MAX) {
        *hfp |= BITS64(1, 63);
        return 3;
    }
    if (characteristic < 0)
        return cc;
    /* The 53 bits of a long BFP number and 3 bits of alignment are 56: nothing is lost. */
    const unsigned shift = 72 + (unsigned)(4 * power - n.exponent - 1);
    *hfp |= (uint64_t)characteristic << 56 | (uint64_t)(n.significand >> shift);
    return cc;
}

uint8_t bfp_from_hfp(enum bfp_format format, uint64_t hfp, enum bfp_rounding rounding,
                     bfp_value *result)
{
    struct number n = {
        .class = NUMBER_FINITE,
        .negative = (hfp & BIT64(0)) != 0,
        .exponent = ((int32_t)bits64_get(hfp, 1, 7) - 64) * 4 - 1,
        .significand = (uint128_t)(hfp & BITS64(8, 63)) << 72,
    };
    number_normalize(&n);
    struct bfp_env env = {.rounding = (uint8_t)rounding};
    *result = number_round(&env, format, &n);
    if (env.flags & BFP_OVERFLOW)
        return 3;
    return n.class == NUMBER_ZERO ? 0 : n.negative ? 1 : 2;
}
