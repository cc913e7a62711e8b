/*
 * Bytes, bits and doublewords picked from two registers (PoP chapter 21).
 */
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/vector/element.h"
#include "src/base/permute.h"

/* A doubleword of each operand: M4 bit 1 says which of V2, bit 3 which of V3. */
void insn_vector_permute_doubleword(struct vcpu *cpu, const struct insn *insn)
{
    const union vector a = vector_get(cpu, insn->v2), b = vector_get(cpu, insn->v3);

    vector_set(cpu, insn->v1,
               (union vector){.u64 = {a.u64[insn->m4 >> 2 & 1], b.u64[insn->m4 & 1]}});
}

/* Each byte of V4 numbers a byte of V2 and V3 together. Table and numbers are in the order of the
   host. */
void insn_vector_permute(struct vcpu *cpu, const struct insn *insn)
{
    const union vector table[2] = {vector_get(cpu, insn->v2), vector_get(cpu, insn->v3)};
    const uint64_t order = ELEMENT_ORDER(8) * UINT64_C(0x0101010101010101);
    union vector r = vector_get(cpu, insn->v4);

    r.u64[0] ^= order;
    r.u64[1] ^= order;
    permute_bytes(r.u8, (const uint8_t *)table, r.u8);
    vector_set(cpu, insn->v1, r);
}

void insn_vector_select(struct vcpu *cpu, const struct insn *insn)
{
    const union vector a = vector_get(cpu, insn->v2), b = vector_get(cpu, insn->v3);
    const union vector mask = vector_get(cpu, insn->v4);
    union vector r;

    for (unsigned i = 0; i < 2; i++)
        r.u64[i] = (a.u64[i] & mask.u64[i]) | (b.u64[i] & ~mask.u64[i]);
    vector_set(cpu, insn->v1, r);
}
