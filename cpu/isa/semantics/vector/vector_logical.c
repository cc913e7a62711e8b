/* Logical operations on vector registers, masks and tests (PoP, chapters 21 and 22). */
#include "cpu/arch/registers.h"
#include "cpu/isa/semantics/vector/lanes.h"

/* Bits have no element size: any will do. */
#define LOGICAL_BODY(body, value)                                                                  \
    void insn_##body(struct vcpu *cpu, const struct insn *insn)                                    \
    {                                                                                              \
        const lanes64 v2 = lanes64_get(cpu, insn->v2), v3 = lanes64_get(cpu, insn->v3);            \
                                                                                                   \
        lanes64_set(cpu, insn->v1, value);                                                         \
    }

LOGICAL_BODY(vector_and, (v2 & v3))
LOGICAL_BODY(vector_and_with_complement, v2 & ~v3)
LOGICAL_BODY(vector_exclusive_or, v2 ^ v3)
LOGICAL_BODY(vector_nand, ~v2 | ~v3)
LOGICAL_BODY(vector_nor, ~(v2 | v3))
LOGICAL_BODY(vector_not_exclusive_or, ~(v2 ^ v3))
LOGICAL_BODY(vector_or, v2 | v3)
LOGICAL_BODY(vector_or_with_complement, v2 | ~v3)

/* Bit I of I5 is the result where the bits of V2, V3 and V4 are I as a number of three bits. */
void insn_vector_evaluate(struct vcpu *cpu, const struct insn *insn)
{
    const lanes64 v2 = lanes64_get(cpu, insn->v2), v3 = lanes64_get(cpu, insn->v3);
    const lanes64 v4 = lanes64_get(cpu, insn->v4);
    lanes64 result = {0};

    for (unsigned i = 0; i < 8; i++)
        if (insn->i5 & BIT8(i))
            result |= (i & 4 ? v2 : ~v2) & (i & 2 ? v3 : ~v3) & (i & 1 ? v4 : ~v4);
    lanes64_set(cpu, insn->v1, result);
}

/* Elements of V2 where those of V4 are negative, else of V3. */
LANES_BODY(vector_blend, m5, ES_QUADWORD, LANES_SELECT((U)((S)v4 < 0), v2, v3))

/* Element I becomes ones where bit I of V2 is one. */
void insn_vector_generate_element_masks(struct vcpu *cpu, const struct insn *insn)
{
    const uint64_t bits = vector_get(cpu, insn->v2).u64[0];
    union vector result = {.u64 = {0, 0}};

    element_size_check(cpu, insn->m3, ES_QUADWORD);
    if (insn->m3 == ES_QUADWORD)
        result = vector_from_128(bits & BIT64(0) ? ~(uint128_t)0 : 0);
    else
        for (unsigned i = 0; i < element_count(insn->m3); i++)
            element_set(&result, insn->m3, i, bits & BIT64(i) ? UINT64_MAX : 0);
    vector_set(cpu, insn->v1, result);
}

/* The mask is the second operand. Condition code: 0 the selected bits, or the mask, all zeros;
   1 mixed; 3 all ones. */
void insn_vector_test_under_mask(struct vcpu *cpu, const struct insn *insn)
{
    const union vector tested = vector_get(cpu, insn->v1), mask = vector_get(cpu, insn->v2);
    const uint64_t ones = (tested.u64[0] & mask.u64[0]) | (tested.u64[1] & mask.u64[1]);
    const uint64_t zeros = (~tested.u64[0] & mask.u64[0]) | (~tested.u64[1] & mask.u64[1]);

    cc_set(cpu, !ones ? 0 : zeros ? 1 : 3);
}
