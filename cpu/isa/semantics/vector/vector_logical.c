/* Logical operations on vector registers, and VECTOR TEST UNDER MASK (PoP, chapter 22). */
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

LOGICAL_BODY(vector_and, v2 &v3)
LOGICAL_BODY(vector_and_with_complement, v2 & ~v3)
LOGICAL_BODY(vector_exclusive_or, v2 ^ v3)
LOGICAL_BODY(vector_nand, ~(v2 &v3))
LOGICAL_BODY(vector_nor, ~(v2 | v3))
LOGICAL_BODY(vector_not_exclusive_or, ~(v2 ^ v3))
LOGICAL_BODY(vector_or, v2 | v3)
LOGICAL_BODY(vector_or_with_complement, v2 | ~v3)

/* The mask is the second operand. Condition code: 0 the selected bits, or the mask, all zeros;
   1 mixed; 3 all ones. */
void insn_vector_test_under_mask(struct vcpu *cpu, const struct insn *insn)
{
    const union vector tested = vector_get(cpu, insn->v1), mask = vector_get(cpu, insn->v2);
    const uint64_t ones = (tested.u64[0] & mask.u64[0]) | (tested.u64[1] & mask.u64[1]);
    const uint64_t zeros = (~tested.u64[0] & mask.u64[0]) | (~tested.u64[1] & mask.u64[1]);

    cc_set(cpu, !ones ? 0 : zeros ? 1 : 3);
}
