#include "src/base/permute.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

void permute_bytes_portable(uint8_t to[16], const uint8_t table[32], const uint8_t numbers[16])
{
    uint8_t picked[16];

    for (unsigned i = 0; i < 16; i++)
        picked[i] = table[numbers[i] & 31];
    memcpy(to, picked, sizeof picked);
}

#if defined(__x86_64__)
static TARGET_AVX2 void permute_avx2(uint8_t to[16], const uint8_t table[32],
                                     const uint8_t numbers[16])
{
    const __m128i number = _mm_loadu_si128((const __m128i *)numbers);
    const __m128i place = _mm_and_si128(number, _mm_set1_epi8(15));
    const __m128i left = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)table), place);
    const __m128i right = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(table + 16)), place);

    /* Bit 3 of each number becomes bit 0, where the blend looks. */
    _mm_storeu_si128((__m128i *)to, _mm_blendv_epi8(left, right, _mm_slli_epi16(number, 3)));
}

void permute_bytes(uint8_t to[16], const uint8_t table[32], const uint8_t numbers[16])
{
    if (likely(host_has("avx2")))
        permute_avx2(to, table, numbers);
    else
        permute_bytes_portable(to, table, numbers);
}
#else
void permute_bytes(uint8_t to[16], const uint8_t table[32], const uint8_t numbers[16])
{
    permute_bytes_portable(to, table, numbers);
}
#endif
