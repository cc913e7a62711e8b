/* Comparison, signs, condition codes and data classes (PoP, chapter 19). */
#include "cpu/float/bfp_number.h"

static uint128_t infinity_bits(const struct format *f)
{
    return (uint128_t)(2 * (uint32_t)f->exponent_max + 1) << (f->precision - 1);
}

uint8_t bfp_compare(struct bfp_env *env, enum bfp_format format, bfp_value a, bfp_value b,
                    bool signaling)
{
    /* Magnitudes are ordered as their bits are, and NaNs lie above infinity. */
    const struct format *f = &number_formats[format];
    const uint128_t sign = format_sign_bit(f), infinity = infinity_bits(f);
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

uint8_t bfp_condition_code(enum bfp_format format, bfp_value v)
{
    const struct format *f = &number_formats[format];
    const uint128_t magnitude = v.bits & ~format_sign_bit(f);
    if (magnitude > infinity_bits(f))
        return 3;
    return magnitude == 0 ? 0 : magnitude != v.bits ? 1 : 2;
}

uint16_t bfp_data_class(enum bfp_format format, bfp_value v)
{
    static const uint16_t positive[] = {
        [NUMBER_ZERO] = 0x800, [NUMBER_FINITE] = 0x200, [NUMBER_INFINITY] = 0x020,
        [NUMBER_QNAN] = 0x008, [NUMBER_SNAN] = 0x002,
    };
    const struct number n = number_unpack(format, v);
    const unsigned bit = n.subnormal ? 0x080 : positive[n.class];
    return (uint16_t)(n.negative ? bit >> 1 : bit);
}

bfp_value bfp_set_sign(enum bfp_format format, bfp_value v, bool negative)
{
    const uint128_t sign = format_sign_bit(&number_formats[format]);
    return (bfp_value){negative ? v.bits | sign : v.bits & ~sign};
}

bool bfp_is_negative(enum bfp_format format, bfp_value v)
{
    return (v.bits & format_sign_bit(&number_formats[format])) != 0;
}
