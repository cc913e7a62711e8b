/* Addition, subtraction, averages, sums and checksums of vector elements (PoP, chapter 22). */
#include "cpu/isa/semantics/vector/lanes.h"

LANES_BODY(vector_add, m4, ES_QUADWORD, v2 + v3)
LANES_BODY(vector_subtract, m4, ES_QUADWORD, v2 - v3)

/* One where there is a carry out of the element. A comparison makes lanes of ones. */
LANES_BODY(vector_add_compute_carry, m4, ES_QUADWORD, -(U)(v2 + v3 < v2))

/* A borrow indication is the carry of V2 plus the complement of V3 plus one: zero where there
   is a borrow. */
LANES_BODY(vector_subtract_compute_borrow, m4, ES_QUADWORD, -(U)(v2 >= v3))

/* Rounded up, as if the sum had one bit more: A + B is 2 (A & B) + (A ^ B), so the halved and
   rounded sum is (A | B) - ((A ^ B) >> 1). */
LANES_BODY(vector_average, m4, element_size_last(cpu, ES_DOUBLEWORD, ES_QUADWORD),
           (v2 | v3) - (U)((S)(v2 ^ v3) >> 1))
LANES_BODY(vector_average_logical, m4, element_size_last(cpu, ES_DOUBLEWORD, ES_QUADWORD),
           (v2 | v3) - ((v2 ^ v3) >> 1))

/* The instructions with a carry or borrow indication as V4 work on the whole register: the
   element size can only be a quadword. Bit 127 of V4 is the carry. */
struct sum {
    uint128_t value;
    unsigned carry;
};

static struct sum sum_with_carry(struct vcpu *cpu, const struct insn *insn, uint128_t v3)
{
    const uint128_t v2 = vector_to_128(vector_get(cpu, insn->v2));
    const unsigned carry = vector_get(cpu, insn->v4).u64[1] & 1;
    struct sum sum;

    if (unlikely(insn->m5 != ES_QUADWORD))
        specification_exception(cpu);
    sum.carry = add_overflows(v2, v3, &sum.value);
    sum.carry |= add_overflows(sum.value, carry, &sum.value);
    return sum;
}

static uint128_t third_operand(const struct vcpu *cpu, const struct insn *insn)
{
    return vector_to_128(vector_get(cpu, insn->v3));
}

void insn_vector_add_with_carry(struct vcpu *cpu, const struct insn *insn)
{
    const struct sum sum = sum_with_carry(cpu, insn, third_operand(cpu, insn));

    vector_set(cpu, insn->v1, vector_from_128(sum.value));
}

void insn_vector_add_with_carry_compute_carry(struct vcpu *cpu, const struct insn *insn)
{
    const struct sum sum = sum_with_carry(cpu, insn, third_operand(cpu, insn));

    vector_set(cpu, insn->v1, vector_from_128(sum.carry));
}

void insn_vector_subtract_with_borrow(struct vcpu *cpu, const struct insn *insn)
{
    const struct sum sum = sum_with_carry(cpu, insn, ~third_operand(cpu, insn));

    vector_set(cpu, insn->v1, vector_from_128(sum.value));
}

void insn_vector_subtract_with_borrow_compute_borrow(struct vcpu *cpu, const struct insn *insn)
{
    const struct sum sum = sum_with_carry(cpu, insn, ~third_operand(cpu, insn));

    vector_set(cpu, insn->v1, vector_from_128(sum.carry));
}

/* The elements of PART bits in each lane of V2, and the rightmost one in that lane of V3. */
#define SUM_CASE(size, part, bits) LANES_CASE(size, bits, sum_##part##_##bits(v2, v3))
#define SUM_ACROSS(part, bits)                                                                     \
    static ALWAYS_INLINE lanes##bits sum_##part##_##bits(lanes##bits v2, lanes##bits v3)           \
    {                                                                                              \
        const uint##bits##_t element = UINT##part##_MAX;                                           \
        lanes##bits sum = v3 & element;                                                            \
                                                                                                   \
        for (uint##bits##_t at = 0; at < (bits); at += (part))                                     \
            sum += v2 >> at & element;                                                             \
        return sum;                                                                                \
    }

SUM_ACROSS(8, 32)
SUM_ACROSS(16, 32)
SUM_ACROSS(16, 64)
SUM_ACROSS(32, 64)
SUM_ACROSS(32, 128)
SUM_ACROSS(64, 128)

/* Each with two element sizes that are not reserved. */
#define SUM_BODY(body, first_size, first, second_size, second, bits)                               \
    void insn_##body(struct vcpu *cpu, const struct insn *insn)                                    \
    {                                                                                              \
        switch (insn->m4) {                                                                        \
            SUM_CASE(first_size, first, bits)                                                      \
            SUM_CASE(second_size, second, bits)                                                    \
        default:                                                                                   \
            specification_exception(cpu);                                                          \
        }                                                                                          \
    }

SUM_BODY(vector_sum_across_word, ES_BYTE, 8, ES_HALFWORD, 16, 32)
SUM_BODY(vector_sum_across_doubleword, ES_HALFWORD, 16, ES_WORD, 32, 64)
SUM_BODY(vector_sum_across_quadword, ES_WORD, 32, ES_DOUBLEWORD, 64, 128)

/* Word element 1 of V3 plus the words of V2; each carry out of the word is added at the right,
   which comes to the same when done at the end. The other words of V1 become zeros. */
void insn_vector_checksum(struct vcpu *cpu, const struct insn *insn)
{
    const union vector words = vector_get(cpu, insn->v2);
    uint64_t sum = (uint32_t)vector_get(cpu, insn->v3).u64[0];

    for (unsigned i = 0; i < 4; i++)
        sum += words.u32[i];
    sum = (uint32_t)sum + (sum >> 32);
    sum = (uint32_t)sum + (sum >> 32);
    vector_set(cpu, insn->v1, (union vector){.u64 = {sum, 0}});
}
