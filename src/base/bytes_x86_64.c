/*
 * Runs of bytes by AVX2, 32 at a time; translation by AVX-512 VBMI, which looks 64 bytes up at
 * once.
 */
#include "src/base/bytes.h"

#include "src/base/be.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define BLOCK 32u

/* Characters that are converted at once. */
#define GROUP 16u

/* N bytes, 1 to 32, in a register; what stands behind them there is anything. */
static ALWAYS_INLINE TARGET_AVX2 __m256i load_part(const uint8_t *p, uint32_t n)
{
    uint8_t copy[BLOCK];

    if (likely(((uintptr_t)p & 4095) <= 4096 - BLOCK))
        return _mm256_loadu_si256((const __m256i *)p);
    memcpy(copy, p, n);
    return _mm256_loadu_si256((const __m256i *)copy);
}

static ALWAYS_INLINE uint32_t first_bits(uint32_t n)
{
    return n < 32 ? (UINT32_C(1) << n) - 1 : UINT32_MAX;
}

/* One bit for each byte that a search is for. */
typedef uint32_t find_hits(__m256i a, __m256i b, __m256i x);

/* Index of the first hit among N bytes at A and B. */
static ALWAYS_INLINE TARGET_AVX2 uint32_t scan(const uint8_t *a, const uint8_t *b, uint32_t n,
                                               __m256i x, find_hits *hits_of)
{
    uint32_t i = 0, hits;

    if (!n)
        return 0;
    for (; n - i > BLOCK; i += BLOCK) {
        hits = hits_of(_mm256_loadu_si256((const __m256i *)(a + i)),
                       _mm256_loadu_si256((const __m256i *)(b + i)), x);
        if (hits)
            return i + (uint32_t)__builtin_ctz(hits);
    }
    hits = hits_of(load_part(a + i, n - i), load_part(b + i, n - i), x) & first_bits(n - i);
    return hits ? i + (uint32_t)__builtin_ctz(hits) : n;
}

static ALWAYS_INLINE TARGET_AVX2 uint32_t bits_of(__m256i bytes)
{
    return (uint32_t)_mm256_movemask_epi8(bytes);
}

static ALWAYS_INLINE TARGET_AVX2 uint32_t hits_unequal(__m256i a, __m256i b, __m256i x)
{
    (void)x;
    return ~bits_of(_mm256_cmpeq_epi8(a, b));
}

static ALWAYS_INLINE TARGET_AVX2 uint32_t hits_unequal_or_end(__m256i a, __m256i b, __m256i x)
{
    return ~bits_of(_mm256_andnot_si256(_mm256_cmpeq_epi8(a, x), _mm256_cmpeq_epi8(a, b)));
}

static ALWAYS_INLINE TARGET_AVX2 uint32_t hits_not(__m256i a, __m256i b, __m256i x)
{
    (void)b;
    return ~bits_of(_mm256_cmpeq_epi8(a, x));
}

static ALWAYS_INLINE TARGET_AVX2 uint32_t hits_equal16(__m256i a, __m256i b, __m256i x)
{
    (void)b;
    return bits_of(_mm256_cmpeq_epi16(a, x));
}

static TARGET_AVX2 uint32_t mismatch(const uint8_t *a, const uint8_t *b, uint32_t n)
{
    return scan(a, b, n, _mm256_setzero_si256(), hits_unequal);
}

static TARGET_AVX2 uint32_t string_mismatch(const uint8_t *a, const uint8_t *b, uint32_t n,
                                            uint8_t end)
{
    return scan(a, b, n, _mm256_set1_epi8((char)end), hits_unequal_or_end);
}

static TARGET_AVX2 uint32_t span16(const uint8_t *p, uint32_t n, uint16_t character)
{
    return scan(p, p, n, _mm256_set1_epi16((short)be_swap16(character)), hits_not);
}

static TARGET_AVX2 uint32_t find16(const uint8_t *p, uint32_t n, uint16_t character)
{
    return scan(p, p, n, _mm256_set1_epi16((short)be_swap16(character)), hits_equal16);
}

/* Each lane's first, and last, two elements as 64-bit numbers. */
static ALWAYS_INLINE TARGET_AVX2 __m256i add_elements(__m256i sum, __m256i bytes)
{
    const __m256i first = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(3, 2, 1, 0, -1, -1, -1, -1, 7, 6, 5, 4, -1, -1, -1, -1));
    const __m256i last = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(11, 10, 9, 8, -1, -1, -1, -1, 15, 14, 13, 12, -1, -1, -1, -1));

    sum = _mm256_add_epi64(sum, _mm256_shuffle_epi8(bytes, first));
    return _mm256_add_epi64(sum, _mm256_shuffle_epi8(bytes, last));
}

static TARGET_AVX2 uint64_t sum32(const uint8_t *p, uint32_t n)
{
    const __m256i index =
        _mm256_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
                         21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
    __m256i sum = _mm256_setzero_si256(), other = sum;
    uint32_t i = 0;
    __m128i half;

    for (; n - i >= 2 * BLOCK; i += 2 * BLOCK) {
        sum = add_elements(sum, _mm256_loadu_si256((const __m256i *)(p + i)));
        other = add_elements(other, _mm256_loadu_si256((const __m256i *)(p + i + BLOCK)));
    }
    for (; i < n; i += BLOCK) {
        uint32_t part = n - i < BLOCK ? n - i : BLOCK;
        __m256i wanted = _mm256_cmpgt_epi8(_mm256_set1_epi8((char)part), index);

        sum = add_elements(sum, _mm256_and_si256(load_part(p + i, part), wanted));
    }
    sum = _mm256_add_epi64(sum, other);
    half = _mm_add_epi64(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    return (uint64_t)_mm_cvtsi128_si64(half) + (uint64_t)_mm_extract_epi64(half, 1);
}

/*
 * A set of byte values as bits: byte L of `rows` has bit H % 8 for the value of digits H and
 * L, those with H below 8 in `low`, the others in `high`; both lanes alike. Finding out which
 * values a table selects costs as much as looking some twenty bytes up.
 */
struct byte_set {
    __m256i low, high;
};

#define LOOKED_UP 16u /* bytes that are looked up before a set is worth its making */

static ALWAYS_INLINE TARGET_AVX2 __m256i set_rows(const uint8_t *table)
{
    __m256i rows = _mm256_setzero_si256();

    for (unsigned h = 0; h < 8; h += 2) {
        __m256i two = _mm256_loadu_si256((const __m256i *)(table + h * 16));
        __m256i bit =
            _mm256_setr_m128i(_mm_set1_epi8((char)(1 << h)), _mm_set1_epi8((char)(1 << (h + 1))));

        two = _mm256_cmpeq_epi8(two, _mm256_setzero_si256());
        rows = _mm256_or_si256(rows, _mm256_andnot_si256(two, bit));
    }
    return _mm256_or_si256(rows, _mm256_permute2x128_si256(rows, rows, 1));
}

static ALWAYS_INLINE TARGET_AVX2 struct byte_set set_make(const uint8_t table[256])
{
    return (struct byte_set){set_rows(table), set_rows(table + 128)};
}

static ALWAYS_INLINE TARGET_AVX2 uint32_t set_hits(const struct byte_set *set, __m256i bytes)
{
    const __m256i digit = _mm256_set1_epi8(0xf);
    const __m256i bit_of = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128));
    __m256i right = _mm256_and_si256(bytes, digit);
    __m256i left = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), digit);
    __m256i row = _mm256_blendv_epi8(_mm256_shuffle_epi8(set->low, right),
                                     _mm256_shuffle_epi8(set->high, right), bytes);
    __m256i hit = _mm256_and_si256(row, _mm256_shuffle_epi8(bit_of, left));

    return ~bits_of(_mm256_cmpeq_epi8(hit, _mm256_setzero_si256()));
}

static TARGET_AVX2 uint32_t find_selected(const uint8_t *p, uint32_t n, const uint8_t table[256])
{
    uint32_t i = 0, hits;
    struct byte_set set;

    for (; i < n && (i < LOOKED_UP || n <= 2 * LOOKED_UP); i++) {
        if (table[p[i]])
            return i;
    }
    if (i == n)
        return n;
    set = set_make(table);
    for (; n - i > BLOCK; i += BLOCK) {
        hits = set_hits(&set, _mm256_loadu_si256((const __m256i *)(p + i)));
        if (hits)
            return i + (uint32_t)__builtin_ctz(hits);
    }
    hits = set_hits(&set, load_part(p + i, n - i)) & first_bits(n - i);
    return hits ? i + (uint32_t)__builtin_ctz(hits) : n;
}

static TARGET_AVX2 uint32_t find_selected_last(const uint8_t *p, uint32_t n,
                                               const uint8_t table[256])
{
    uint32_t left = n, hits;
    struct byte_set set;

    for (; left > 0 && (n - left < LOOKED_UP || n <= 2 * LOOKED_UP); left--) {
        if (table[p[left - 1]])
            return left - 1;
    }
    if (!left)
        return n;
    set = set_make(table);
    for (; left > BLOCK; left -= BLOCK) {
        hits = set_hits(&set, _mm256_loadu_si256((const __m256i *)(p + left - BLOCK)));
        if (hits)
            return left - 1 - (uint32_t)__builtin_clz(hits);
    }
    hits = set_hits(&set, load_part(p, left)) & first_bits(left);
    return hits ? 31 - (uint32_t)__builtin_clz(hits) : n;
}

static TARGET_VBMI void translate_vbmi(uint8_t *to, const uint8_t *from, uint32_t n,
                                       const uint8_t table[256])
{
    const __m512i a = _mm512_loadu_si512(table), b = _mm512_loadu_si512(table + 64);
    const __m512i c = _mm512_loadu_si512(table + 128), d = _mm512_loadu_si512(table + 192);

    for (uint32_t i = 0; i < n; i += 64) {
        __mmask64 wanted = n - i < 64 ? (UINT64_C(1) << (n - i)) - 1 : UINT64_MAX;
        __m512i bytes = _mm512_maskz_loadu_epi8(wanted, from + i);
        __m512i low = _mm512_permutex2var_epi8(a, bytes, b);
        __m512i high = _mm512_permutex2var_epi8(c, bytes, d);

        bytes = _mm512_mask_blend_epi8(_mm512_movepi8_mask(bytes), low, high);
        _mm512_mask_storeu_epi8(to + i, wanted, bytes);
    }
}

static void translate(uint8_t *to, const uint8_t *from, uint32_t n, const uint8_t table[256])
{
    byte_kernels_portable.translate(to, from, n, table);
}

static TARGET_AVX2 uint32_t convert_8_16(uint8_t *to, const uint8_t *from, uint32_t n)
{
    uint32_t i = 0;

    for (; n - i >= GROUP; i += GROUP) {
        __m128i narrow = _mm_loadu_si128((const __m128i *)(from + i));

        if (_mm_movemask_epi8(narrow))
            break;
        _mm256_storeu_si256((__m256i *)(to + 2 * i),
                            _mm256_slli_epi16(_mm256_cvtepu8_epi16(narrow), 8));
    }
    return i;
}

static TARGET_AVX2 uint32_t convert_8_32(uint8_t *to, const uint8_t *from, uint32_t n)
{
    uint32_t i = 0;

    for (; n - i >= GROUP; i += GROUP) {
        __m128i narrow = _mm_loadu_si128((const __m128i *)(from + i));
        __m256i first = _mm256_cvtepu8_epi32(narrow);
        __m256i last = _mm256_cvtepu8_epi32(_mm_srli_si128(narrow, 8));

        if (_mm_movemask_epi8(narrow))
            break;
        _mm256_storeu_si256((__m256i *)(to + 4 * i), _mm256_slli_epi32(first, 24));
        _mm256_storeu_si256((__m256i *)(to + 4 * i + BLOCK), _mm256_slli_epi32(last, 24));
    }
    return i;
}

/* Puts the four 64-bit parts of a pack's result in order, which works within lanes. */
static ALWAYS_INLINE TARGET_AVX2 __m256i lanes_in_order(__m256i packed)
{
    return _mm256_permute4x64_epi64(packed, 0xd8);
}

static TARGET_AVX2 uint32_t convert_16_8(uint8_t *to, const uint8_t *from, uint32_t n)
{
    uint32_t i = 0;

    for (; n - i >= GROUP; i += GROUP) {
        __m256i wide = _mm256_loadu_si256((const __m256i *)(from + 2 * i));

        if (!_mm256_testz_si256(wide, _mm256_set1_epi16((short)0x80ff)))
            break;
        wide = _mm256_srli_epi16(wide, 8);
        wide = lanes_in_order(_mm256_packus_epi16(wide, wide));
        _mm_storeu_si128((__m128i *)(to + i), _mm256_castsi256_si128(wide));
    }
    return i;
}

static TARGET_AVX2 uint32_t convert_16_32(uint8_t *to, const uint8_t *from, uint32_t n)
{
    uint32_t i = 0;

    for (; n - i >= GROUP; i += GROUP) {
        __m256i narrow = _mm256_loadu_si256((const __m256i *)(from + 2 * i));
        __m256i high = _mm256_and_si256(narrow, _mm256_set1_epi16(0xf8));
        __m256i first = _mm256_cvtepu16_epi32(_mm256_castsi256_si128(narrow));
        __m256i last = _mm256_cvtepu16_epi32(_mm256_extracti128_si256(narrow, 1));

        if (bits_of(_mm256_cmpeq_epi16(high, _mm256_set1_epi16(0xd8))))
            break;
        _mm256_storeu_si256((__m256i *)(to + 4 * i), _mm256_slli_epi32(first, 16));
        _mm256_storeu_si256((__m256i *)(to + 4 * i + BLOCK), _mm256_slli_epi32(last, 16));
    }
    return i;
}

static TARGET_AVX2 uint32_t convert_32_8(uint8_t *to, const uint8_t *from, uint32_t n)
{
    uint32_t i = 0;

    for (; n - i >= GROUP; i += GROUP) {
        __m256i first = _mm256_loadu_si256((const __m256i *)(from + 4 * i));
        __m256i last = _mm256_loadu_si256((const __m256i *)(from + 4 * i + BLOCK));
        __m256i wide;

        if (!_mm256_testz_si256(_mm256_or_si256(first, last), _mm256_set1_epi32((int)0x80ffffff)))
            break;
        wide = lanes_in_order(
            _mm256_packus_epi32(_mm256_srli_epi32(first, 24), _mm256_srli_epi32(last, 24)));
        wide = lanes_in_order(_mm256_packus_epi16(wide, wide));
        _mm_storeu_si128((__m128i *)(to + i), _mm256_castsi256_si128(wide));
    }
    return i;
}

static TARGET_AVX2 uint32_t convert_32_16(uint8_t *to, const uint8_t *from, uint32_t n)
{
    uint32_t i = 0;

    for (; n - i >= GROUP; i += GROUP) {
        __m256i first = _mm256_loadu_si256((const __m256i *)(from + 4 * i));
        __m256i last = _mm256_loadu_si256((const __m256i *)(from + 4 * i + BLOCK));
        __m256i wide =
            _mm256_packus_epi32(_mm256_srli_epi32(first, 16), _mm256_srli_epi32(last, 16));
        __m256i high = _mm256_and_si256(wide, _mm256_set1_epi16(0xf8));

        if (!_mm256_testz_si256(_mm256_or_si256(first, last), _mm256_set1_epi32(0xffff)) ||
            bits_of(_mm256_cmpeq_epi16(high, _mm256_set1_epi16(0xd8))))
            break;
        _mm256_storeu_si256((__m256i *)(to + 2 * i), lanes_in_order(wide));
    }
    return i;
}

#define AVX2_KERNELS                                                                               \
    .mismatch = mismatch, .string_mismatch = string_mismatch, .span16 = span16, .find16 = find16,  \
    .sum32 = sum32, .find_selected = find_selected, .find_selected_last = find_selected_last,      \
    .convert = {{NULL, convert_8_16, convert_8_32},                                                \
                {convert_16_8, NULL, convert_16_32},                                               \
                {convert_32_8, convert_32_16, NULL}}

const struct byte_kernels byte_kernels_avx2 = {AVX2_KERNELS, .translate = translate};
const struct byte_kernels byte_kernels_vbmi = {AVX2_KERNELS, .translate = translate_vbmi};
#endif
