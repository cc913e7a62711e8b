/* Products of vector elements (PoP, chapter 22). */
#include "cpu/isa/semantics/vector/lanes.h"
#include "src/base/carryless.h"

/*
 * Vector-enhancements facility 3 adds doublewords and, where the product is not wider than its
 * operands, quadwords.
 */
#define LAST_WIDENING element_size_last(cpu, ES_WORD, ES_DOUBLEWORD)
#define LAST          element_size_last(cpu, ES_WORD, ES_QUADWORD)

/* Products of the elements with even or with odd index, whole. */
#define PRODUCT(half, type) ((U)(half(type, v2) * half(type, v3)))

LANES_BODY_WIDENING(vector_multiply_even, m4, LAST_WIDENING, PRODUCT(LANES_EVEN, S))
LANES_BODY_WIDENING(vector_multiply_odd, m4, LAST_WIDENING, PRODUCT(LANES_ODD, S))
LANES_BODY_WIDENING(vector_multiply_logical_even, m4, LAST_WIDENING, PRODUCT(LANES_EVEN, U))
LANES_BODY_WIDENING(vector_multiply_logical_odd, m4, LAST_WIDENING, PRODUCT(LANES_ODD, U))

LANES_BODY_WIDENING(vector_multiply_add_even, m5, LAST_WIDENING, PRODUCT(LANES_EVEN, S) + v4)
LANES_BODY_WIDENING(vector_multiply_add_odd, m5, LAST_WIDENING, PRODUCT(LANES_ODD, S) + v4)
LANES_BODY_WIDENING(vector_multiply_add_logical_even, m5, LAST_WIDENING,
                    PRODUCT(LANES_EVEN, U) + v4)
LANES_BODY_WIDENING(vector_multiply_add_logical_odd, m5, LAST_WIDENING, PRODUCT(LANES_ODD, U) + v4)

/* The right half of a product does not depend on signs. */
LANES_BODY(vector_multiply_low, m4, LAST, (v2 * v3))
LANES_BODY(vector_multiply_add_low, m5, LAST, (v2 * v3) + v4)

/* The left half of the 256-bit product of A and B plus C, none of them with signs. */
static uint128_t high_of_product(uint128_t a, uint128_t b, uint128_t c)
{
    const uint64_t a1 = (uint64_t)(a >> 64), a0 = (uint64_t)a;
    const uint64_t b1 = (uint64_t)(b >> 64), b0 = (uint64_t)b;
    const uint128_t low = (uint128_t)a0 * b0 + (uint64_t)c;
    const uint128_t first = (uint128_t)a0 * b1 + (uint64_t)(low >> 64) + (uint64_t)(c >> 64);
    const uint128_t second = (uint128_t)a1 * b0 + (uint64_t)first;

    return (uint128_t)a1 * b1 + (uint64_t)(first >> 64) + (uint64_t)(second >> 64);
}

/* The same with signs: a negative number is 2**128 less than its bits are without sign. */
static uint128_t high_of_signed_product(uint128_t a, uint128_t b, uint128_t c)
{
    uint128_t high = high_of_product(a, b, c);

    high -= (int128_t)a < 0 ? b : 0;
    high -= (int128_t)b < 0 ? a : 0;
    return high - ((int128_t)c < 0 ? 1 : 0);
}

/* Whether V4 is added, and with which signs: LANES_EVEN and LANES_ODD of type S or U. A product
   plus an element still has twice the bits of an element. */
#define ADDEND(half, type)    ((U)half(type, v4))
#define NO_ADDEND(half, type) ((U){0})

/* The left halves of the products, each where its operands were. */
#define HIGH(type, addend)                                                                         \
    (LANES_EVEN(U, PRODUCT(LANES_EVEN, type) + addend(LANES_EVEN, type)) << (E)(BITS / 2) |        \
     LANES_EVEN(U, PRODUCT(LANES_ODD, type) + addend(LANES_ODD, type)))

#define HIGH_BODY(body, size, type, addend, quadword)                                              \
    void insn_##body(struct vcpu *cpu, const struct insn *insn)                                    \
    {                                                                                              \
        element_size_check(cpu, insn->size, LAST);                                                 \
        switch (insn->size) {                                                                      \
            LANES_CASE(ES_BYTE, 16, HIGH(type, addend))                                            \
            LANES_CASE(ES_HALFWORD, 32, HIGH(type, addend))                                        \
            LANES_CASE(ES_WORD, 64, HIGH(type, addend))                                            \
            LANES_CASE(ES_DOUBLEWORD, 128, HIGH(type, addend))                                     \
            LANES_CASE(ES_QUADWORD, 128, quadword)                                                 \
        }                                                                                          \
    }

HIGH_BODY(vector_multiply_high, m4, S, NO_ADDEND, ((U){high_of_signed_product(v2[0], v3[0], 0)}))
HIGH_BODY(vector_multiply_logical_high, m4, U, NO_ADDEND, ((U){high_of_product(v2[0], v3[0], 0)}))
HIGH_BODY(vector_multiply_add_high, m5, S, ADDEND,
          ((U){high_of_signed_product(v2[0], v3[0], v4[0])}))
HIGH_BODY(vector_multiply_add_logical_high, m5, U, ADDEND,
          ((U){high_of_product(v2[0], v3[0], v4[0])}))

/* Both products of doublewords, each doubled where M6 says, and V4. */
void insn_vector_multiply_sum_logical(struct vcpu *cpu, const struct insn *insn)
{
    const union vector v2 = vector_get(cpu, insn->v2), v3 = vector_get(cpu, insn->v3);
    const unsigned double_even = insn->m6 >> 3 & 1, double_odd = insn->m6 >> 2 & 1;
    uint128_t sum = vector_to_128(vector_get(cpu, insn->v4));

    if (unlikely(insn->m5 != ES_DOUBLEWORD))
        specification_exception(cpu);
    sum += (uint128_t)v2.u64[0] * v3.u64[0] << double_even;
    sum += (uint128_t)v2.u64[1] * v3.u64[1] << double_odd;
    vector_set(cpu, insn->v1, vector_from_128(sum));
}

/* Products of polynomials over the field of two elements: sums without carries. */
#define GALOIS_PRODUCT(bits)                                                                       \
    static ALWAYS_INLINE lanes##bits galois_product_##bits(lanes##bits a, lanes##bits b)           \
    {                                                                                              \
        const uint##bits##_t one = 1;                                                              \
        lanes##bits product = {0};                                                                 \
                                                                                                   \
        for (unsigned bit = 0; bit < (bits) / 2; bit++) {                                          \
            product ^= a & -(b & one);                                                             \
            a <<= one;                                                                             \
            b >>= one;                                                                             \
        }                                                                                          \
        return product;                                                                            \
    }

GALOIS_PRODUCT(16)
GALOIS_PRODUCT(32)
GALOIS_PRODUCT(64)

#define GALOIS_SUM(bits)                                                                           \
    (galois_product_##bits(LANES_EVEN(U, v2), LANES_EVEN(U, v3)) ^                                 \
     galois_product_##bits(LANES_ODD(U, v2), LANES_ODD(U, v3)))

/* Of doublewords. */
static lanes128 galois_sum_128(lanes128 a, lanes128 b)
{
    return (lanes128){carryless_multiply((uint64_t)(a[0] >> 64), (uint64_t)(b[0] >> 64)) ^
                      carryless_multiply((uint64_t)a[0], (uint64_t)b[0])};
}

#define GALOIS_BODY(body, size, addend)                                                            \
    void insn_##body(struct vcpu *cpu, const struct insn *insn)                                    \
    {                                                                                              \
        element_size_check(cpu, insn->size, ES_DOUBLEWORD);                                        \
        switch (insn->size) {                                                                      \
            LANES_CASE(ES_BYTE, 16, GALOIS_SUM(16) ^ (addend))                                     \
            LANES_CASE(ES_HALFWORD, 32, GALOIS_SUM(32) ^ (addend))                                 \
            LANES_CASE(ES_WORD, 64, GALOIS_SUM(64) ^ (addend))                                     \
            LANES_CASE(ES_DOUBLEWORD, 128, galois_sum_128(v2, v3) ^ (addend))                      \
        }                                                                                          \
    }

GALOIS_BODY(vector_galois_multiply_sum, m4, (U){0})
GALOIS_BODY(vector_galois_multiply_sum_accumulate, m5, v4)
