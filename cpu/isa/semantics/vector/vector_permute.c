/*
 * Elements rearranged between vector registers (PoP chapter 21).
 */
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/vector/element.h"

/* The elements of one doubleword of A and of B in turn. */
#define MERGE(bits)                                                                                \
    static union vector merge##bits(uint64_t a, uint64_t b)                                        \
    {                                                                                              \
        const union vector from = {.u64 = {a, b}};                                                 \
        union vector r;                                                                            \
                                                                                                   \
        for (unsigned i = 0; i < 64 / (bits); i++) {                                               \
            element##bits##_set(&r, 2 * i, element##bits##_get(&from, i));                         \
            element##bits##_set(&r, 2 * i + 1, element##bits##_get(&from, 64 / (bits) + i));       \
        }                                                                                          \
        return r;                                                                                  \
    }

MERGE(8)
MERGE(16)
MERGE(32)

/* HALF is the doubleword of V2 and V3 whose elements are merged. */
static ALWAYS_INLINE void merge(struct vcpu *cpu, const struct insn *insn, unsigned half)
{
    const uint64_t a = vector_get(cpu, insn->v2).u64[half];
    const uint64_t b = vector_get(cpu, insn->v3).u64[half];
    union vector r = {.u64 = {a, b}};

    element_size_check(cpu, insn->m4, ES_DOUBLEWORD);
    if (insn->m4 == ES_BYTE)
        r = merge8(a, b);
    else if (insn->m4 == ES_HALFWORD)
        r = merge16(a, b);
    else if (insn->m4 == ES_WORD)
        r = merge32(a, b);
    vector_set(cpu, insn->v1, r);
}

void insn_vector_merge_high(struct vcpu *cpu, const struct insn *insn)
{
    merge(cpu, insn, 0);
}

void insn_vector_merge_low(struct vcpu *cpu, const struct insn *insn)
{
    merge(cpu, insn, 1);
}

/* A doubleword of each operand: M4 bit 1 says which of V2, bit 3 which of V3. */
void insn_vector_permute_doubleword(struct vcpu *cpu, const struct insn *insn)
{
    const union vector a = vector_get(cpu, insn->v2), b = vector_get(cpu, insn->v3);

    vector_set(cpu, insn->v1,
               (union vector){.u64 = {a.u64[insn->m4 >> 2 & 1], b.u64[insn->m4 & 1]}});
}

/* Each byte of V4 numbers a byte of V2 and V3 together. */
void insn_vector_permute(struct vcpu *cpu, const struct insn *insn)
{
    const union vector from[2] = {vector_get(cpu, insn->v2), vector_get(cpu, insn->v3)};
    const union vector numbers = vector_get(cpu, insn->v4);
    union vector r;

    for (unsigned i = 0; i < 16; i++) {
        unsigned number = numbers.u8[i] & 31u;

        r.u8[i] = element8_get(&from[number >> 4], number & 15);
    }
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
