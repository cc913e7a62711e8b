#include "src/base/carryless.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* Four bits of B at a time choose one of the multiples of A. */
uint128_t carryless_multiply_portable(uint64_t a, uint64_t b)
{
    uint128_t multiples[16] = {0, a}, product = 0;

    for (unsigned i = 2; i < 16; i += 2) {
        multiples[i] = multiples[i / 2] << 1;
        multiples[i + 1] = multiples[i] ^ a;
    }
    for (unsigned i = 0; i < 16; i++, b <<= 4)
        product = product << 4 ^ multiples[b >> 60];
    return product;
}

#if defined(__x86_64__)
static TARGET_PCLMUL uint128_t multiply_pclmul(uint64_t a, uint64_t b)
{
    const __m128i product =
        _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)a), _mm_cvtsi64_si128((long long)b), 0);
    const uint64_t high = (uint64_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(product, product));

    return (uint128_t)high << 64 | (uint64_t)_mm_cvtsi128_si64(product);
}

uint128_t carryless_multiply(uint64_t a, uint64_t b)
{
    return host_has("pclmul") ? multiply_pclmul(a, b) : carryless_multiply_portable(a, b);
}
#else
uint128_t carryless_multiply(uint64_t a, uint64_t b)
{
    return carryless_multiply_portable(a, b);
}
#endif
