/*
 * Loops over arrays of all element sizes, which a compiler makes vector instructions of when
 * the machine has them. DIGEST is the function's name for the machine it is compiled for.
 */
#include "tests/guest/programs/compiled_arithmetic.h"

#define BYTES 2048

union array {
    uint8_t u8[BYTES];
    int8_t s8[BYTES];
    uint16_t u16[BYTES / 2];
    int16_t s16[BYTES / 2];
    uint32_t u32[BYTES / 4];
    int32_t s32[BYTES / 4];
    uint64_t u64[BYTES / 8];
    int64_t s64[BYTES / 8];
    float f32[BYTES / 4];
    double f64[BYTES / 8];
};

static union array a, b, c;

static void fill(uint64_t seed)
{
    for (unsigned i = 0; i < BYTES; i++) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        a.u8[i] = (uint8_t)(seed >> 11);
        c.u8[i] = (uint8_t)seed;
        b.u8[i] = seed & 0x30 ? (uint8_t)(seed >> 21) : a.u8[i];
    }
}

static uint64_t mix(uint64_t digest, uint64_t value)
{
    return (digest ^ value) * UINT64_C(0x9e3779b97f4a7c15) + (digest >> 29);
}

static uint64_t digest_of_c(uint64_t digest)
{
    for (unsigned i = 0; i < BYTES / 8; i++)
        digest = mix(digest, c.u64[i]);
    return digest;
}

/* An odd number of elements, so that there is something left besides the vectors. */
#define INTEGERS(member, other, count)                                                             \
    static uint64_t integers_##member(uint64_t digest)                                             \
    {                                                                                              \
        __typeof__(a.member[0]) sum = 0, most = 0;                                                 \
                                                                                                   \
        for (unsigned i = 0; i < (count)-1; i++)                                                   \
            c.member[i] = (__typeof__(sum))(a.member[i] * 3 + b.member[i]);                        \
        for (unsigned i = 0; i < (count)-1; i++)                                                   \
            c.member[i] ^= a.member[i] > b.member[i] ? a.member[i] : b.member[i] >> 3;             \
        for (unsigned i = 0; i < (count)-1; i++) {                                                 \
            sum = (__typeof__(sum))(sum +                                                          \
                                    (a.member[i] == b.member[i] ? c.member[i] : ~b.member[i]));    \
            most = c.member[i] > most ? c.member[i] : most;                                        \
        }                                                                                          \
        for (unsigned i = 0; i < (count)-1; i++)                                                   \
            c.other[i] =                                                                           \
                (__typeof__(c.other[0]))(c.other[i] << (i & 7) | (b.other[i] & ~a.other[i]));      \
        return mix(mix(digest_of_c(digest), (uint64_t)sum), (uint64_t)most);                       \
    }

INTEGERS(u8, s8, BYTES)
INTEGERS(s8, u8, BYTES)
INTEGERS(u16, s16, BYTES / 2)
INTEGERS(s16, u16, BYTES / 2)
INTEGERS(u32, s32, BYTES / 4)
INTEGERS(s32, u32, BYTES / 4)
INTEGERS(u64, s64, BYTES / 8)
INTEGERS(s64, u64, BYTES / 8)

/* Elements made wider and narrower. */
static uint64_t widths(uint64_t digest)
{
    for (unsigned i = 0; i < BYTES / 4; i++)
        c.s32[i] = a.s8[i] * b.s16[i] + a.u16[i];
    digest = digest_of_c(digest);
    for (unsigned i = 0; i < BYTES / 8; i++)
        c.s64[i] = (int64_t)a.s32[i] * b.s32[i];
    digest = digest_of_c(digest);
    for (unsigned i = 0; i < BYTES / 2; i++)
        c.u8[i] = (uint8_t)(a.u16[i] >> 5);
    return digest_of_c(digest);
}

/* Comparisons only between numbers; sums and products are rounded one by one. */
#define FLOATING(member, integer, whole, root, count)                                              \
    static uint64_t floating_##member(uint64_t digest)                                             \
    {                                                                                              \
        __typeof__(c.member[0]) sum = 0;                                                           \
                                                                                                   \
        for (unsigned i = 0; i < (count); i++)                                                     \
            c.member[i] = (__typeof__(sum))a.integer[i] / (__typeof__(sum))((b.u8[i] | 1) * 3);    \
        for (unsigned i = 0; i < (count); i++)                                                     \
            c.member[i] = c.member[i] * (__typeof__(sum))1.25 - (__typeof__(sum))b.integer[i];     \
        for (unsigned i = 0; i < (count); i++)                                                     \
            sum += c.member[i] > 0 ? root(c.member[i]) : -c.member[i] / 7;                         \
        digest = digest_of_c(digest);                                                              \
        for (unsigned i = 0; i < (count); i++)                                                     \
            c.whole[i] = (__typeof__(c.whole[0]))(c.member[i] / 1024);                             \
        c.member[0] = sum;                                                                         \
        return digest_of_c(digest);                                                                \
    }

FLOATING(f32, s32, s32, __builtin_sqrtf, BYTES / 4)
FLOATING(f64, s64, s64, __builtin_sqrt, BYTES / 8)

uint64_t DIGEST(uint64_t seed)
{
    uint64_t digest = seed;

    fill(seed);
    digest = integers_u8(digest);
    digest = integers_s8(digest);
    digest = integers_u16(digest);
    digest = integers_s16(digest);
    digest = integers_u32(digest);
    digest = integers_s32(digest);
    digest = integers_u64(digest);
    digest = integers_s64(digest);
    digest = widths(digest);
    digest = floating_f32(digest);
    return floating_f64(digest);
}
