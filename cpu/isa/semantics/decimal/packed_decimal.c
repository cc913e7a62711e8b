#include "cpu/isa/semantics/decimal/packed_decimal.h"

#define PLUS  0xc
#define MINUS 0xd

uint128_t power_of_ten(unsigned n)
{
    static const uint64_t powers[] = {
        UINT64_C(1),
        UINT64_C(10),
        UINT64_C(100),
        UINT64_C(1000),
        UINT64_C(10000),
        UINT64_C(100000),
        UINT64_C(1000000),
        UINT64_C(10000000),
        UINT64_C(100000000),
        UINT64_C(1000000000),
        UINT64_C(10000000000),
        UINT64_C(100000000000),
        UINT64_C(1000000000000),
        UINT64_C(10000000000000),
        UINT64_C(100000000000000),
        UINT64_C(1000000000000000),
        UINT64_C(10000000000000000),
    };

    return n <= 16 ? powers[n] : (uint128_t)powers[16] * powers[n - 16];
}

unsigned packed_decode(const uint8_t *packed, uint32_t length, struct decimal *number)
{
    uint32_t left_part = length > 8 ? length - 8 : 0; /* of 16 digits at most */
    unsigned sign = packed[length - 1] & 0xf, faults = sign < 0xa ? PACKED_SIGN : 0;
    uint64_t part[2] = {0, 0};

    for (uint32_t i = 0; i < length; i++) {
        unsigned left = packed[i] >> 4, right = packed[i] & 0xf;
        uint64_t *to = &part[i >= left_part];

        *to = *to * 10 + left;
        if (i < length - 1)
            *to = *to * 10 + right;
        if (left > 9 || (i < length - 1 && right > 9))
            faults |= PACKED_DIGIT;
    }
    /* The right part has 15 digits where there is a left one. */
    number->magnitude = part[0] * power_of_ten(15) + part[1];
    number->negative = sign_is_minus(sign);
    return faults;
}

void packed_encode(uint8_t *packed, uint32_t length, const struct decimal *number)
{
    uint64_t right_part = (uint64_t)(number->magnitude % power_of_ten(15));
    uint64_t left_part = (uint64_t)(number->magnitude / power_of_ten(15));
    unsigned right = number->negative ? MINUS : PLUS;

    for (uint32_t i = length; i-- > 0;) {
        packed[i] = (uint8_t)(right_part % 10 << 4 | right);
        right_part /= 10;
        if (i + 8 == length)
            right_part = left_part;
        right = (unsigned)(right_part % 10);
        right_part /= 10;
    }
}
