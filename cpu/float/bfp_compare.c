/* COMPARE and LOAD AND TEST (PoP, chapter 19). */
#include "cpu/float/bfp_number.h"

uint8_t bfp_compare(struct bfp_env *env, enum bfp_format format, bfp_value a, bfp_value b,
                    bool signaling)
{
    const uint128_t sign = bfp_sign_bit(format), infinity = bfp_infinity_bits(format);
    const uint128_t magnitude_a = a.bits & ~sign, magnitude_b = b.bits & ~sign;
    if (unlikely(magnitude_a > infinity || magnitude_b > infinity)) {
        const struct number n[] = {number_unpack(format, a), number_unpack(format, b)};
        if (signaling || n[0].class == NUMBER_SNAN || n[1].class == NUMBER_SNAN)
            number_invalid(env, format);
        return 3;
    }
    if (a.bits == b.bits || (magnitude_a | magnitude_b) == 0)
        return 0;
    const bool negative = a.bits & sign;
    if (negative != (bool)(b.bits & sign))
        return negative ? 1 : 2;
    return (magnitude_a < magnitude_b) != negative ? 1 : 2;
}

bfp_value bfp_load_and_test(struct bfp_env *env, enum bfp_format format, bfp_value v)
{
    const struct number n = number_unpack(format, v);
    bfp_value result;
    return number_propagate_nan(env, format, &n, 1, &result) ? result : v;
}
