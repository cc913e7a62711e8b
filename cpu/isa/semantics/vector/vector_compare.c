/* Comparisons, maxima and minima of vector elements (PoP, chapter 22). */
#include "cpu/arch/registers.h"
#include "cpu/isa/semantics/vector/lanes.h"

enum {
    M5_CONDITION_CODE_SET = 1, /* the CS bit; the others of M5 are not looked at */
};

/* Where the CS bit is one: 0 all elements are ones, 1 some, 3 none. */
static void set_condition_code(struct vcpu *cpu, const struct insn *insn)
{
    const union vector result = vector_get(cpu, insn->v1);

    if (insn->m5 & M5_CONDITION_CODE_SET)
        cc_set(cpu, !(result.u64[0] | result.u64[1])                ? 3
                    : (result.u64[0] & result.u64[1]) == UINT64_MAX ? 0
                                                                    : 1);
}

/* VALUE is a comparison, which makes an element of ones where it is true. */
#define COMPARE_BODY(body, value)                                                                  \
    static insn_body insn_##body##_elements;                                                       \
    LANES_BODY(body##_elements, m4, element_size_last(cpu, ES_DOUBLEWORD, ES_QUADWORD), value)     \
                                                                                                   \
    void insn_##body(struct vcpu *cpu, const struct insn *insn)                                    \
    {                                                                                              \
        insn_##body##_elements(cpu, insn);                                                         \
        set_condition_code(cpu, insn);                                                             \
    }

COMPARE_BODY(vector_compare_equal, v2 == v3)
COMPARE_BODY(vector_compare_high, (S)v2 > (S)v3)
COMPARE_BODY(vector_compare_high_logical, v2 > v3)

#define SELECT_BODY(body, condition)                                                               \
    LANES_BODY(body, m4, element_size_last(cpu, ES_DOUBLEWORD, ES_QUADWORD),                       \
               LANES_SELECT((U)(condition), v2, v3))

SELECT_BODY(vector_maximum, (S)v2 > (S)v3)
SELECT_BODY(vector_maximum_logical, v2 > v3)
SELECT_BODY(vector_minimum, (S)v2 < (S)v3)
SELECT_BODY(vector_minimum_logical, v2 < v3)

/* VECTOR ELEMENT COMPARE looks at one element of V1 and V2, the rightmost that is within
   bits 0-63. */
static unsigned size_of_compared(struct vcpu *cpu, const struct insn *insn)
{
    element_size_check(cpu, insn->m3, element_size_last(cpu, ES_DOUBLEWORD, ES_QUADWORD));
    return insn->m3;
}

/* The element of size SIZE, with sign. */
static int128_t compared_signed(union vector v, unsigned size)
{
    const unsigned beside = 64 - (8u << size);

    return size == ES_QUADWORD ? (int128_t)vector_to_128(v)
                               : (int64_t)(v.u64[0] << beside) >> beside;
}

static uint128_t compared_logical(union vector v, unsigned size)
{
    const unsigned beside = 64 - (8u << size);

    return size == ES_QUADWORD ? vector_to_128(v) : v.u64[0] << beside >> beside;
}

void insn_vector_element_compare(struct vcpu *cpu, const struct insn *insn)
{
    const unsigned size = size_of_compared(cpu, insn);
    const int128_t first = compared_signed(vector_get(cpu, insn->v1), size);
    const int128_t second = compared_signed(vector_get(cpu, insn->v2), size);

    cc_set(cpu, CC_OF_COMPARISON(first, second));
}

void insn_vector_element_compare_logical(struct vcpu *cpu, const struct insn *insn)
{
    const unsigned size = size_of_compared(cpu, insn);
    const uint128_t first = compared_logical(vector_get(cpu, insn->v1), size);
    const uint128_t second = compared_logical(vector_get(cpu, insn->v2), size);

    cc_set(cpu, CC_OF_COMPARISON(first, second));
}
