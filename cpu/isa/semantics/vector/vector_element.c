/*
 * Elements made from immediates and masks, replicated, and moved between vector and general
 * registers (PoP chapter 21).
 */
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/vector/element.h"

/* A byte of ones for each one of the eight bits. */
static uint64_t byte_mask(unsigned bits)
{
    const uint64_t each = UINT64_C(0x0101010101010101);
    /* Byte I of the doubleword keeps bit I, wherever it is in the byte. */
    const uint64_t picked = (bits & 0xff) * each & UINT64_C(0x8040201008040201);

    return ((picked + 0x7f * each) >> 7 & each) * 0xff;
}

void insn_vector_generate_byte_mask(struct vcpu *cpu, const struct insn *insn)
{
    vector_set(cpu, insn->v1,
               (union vector){.u64 = {byte_mask(insn->u2 >> 8), byte_mask(insn->u2)}});
}

/* Ones from bit I2 to bit I3 of each element, both modulo its size, and round its end where I2
   is the greater one. */
void insn_vector_generate_mask(struct vcpu *cpu, const struct insn *insn)
{
    const unsigned es = insn->m4;
    uint64_t from, to, all;
    unsigned last;

    element_size_check(cpu, es, ES_DOUBLEWORD);
    last = (8u << es) - 1;
    all = element_mask(es);
    from = all >> (insn->u2 & last);
    to = all << (last - ((unsigned)insn->i3 & last));
    vector_set(cpu, insn->v1,
               vector_replicate(es, (insn->u2 & last) <= ((unsigned)insn->i3 & last) ? from & to
                                                                                     : from | to));
}

void insn_vector_replicate(struct vcpu *cpu, const struct insn *insn)
{
    element_size_check(cpu, insn->m4, ES_DOUBLEWORD);
    element_index_check(cpu, insn->m4, insn->u2);
    vector_set(cpu, insn->v1,
               vector_replicate(insn->m4, vector_element_get(cpu, insn->v3, insn->m4, insn->u2)));
}

void insn_vector_replicate_immediate(struct vcpu *cpu, const struct insn *insn)
{
    element_size_check(cpu, insn->m3, ES_DOUBLEWORD);
    vector_set(cpu, insn->v1, vector_replicate(insn->m3, (uint64_t)(int64_t)insn->i2));
}

/* The second-operand address as the index of an element. What one that the register does not
   have selects is unpredictable; it is taken modulo their number. */
static ALWAYS_INLINE unsigned index_in_address(const struct vcpu *cpu, const struct insn *insn)
{
    return (unsigned)operand_address2(cpu, insn) & (element_count(insn->m4) - 1);
}

void insn_vector_load_gr_from_element(struct vcpu *cpu, const struct insn *insn)
{
    element_size_check(cpu, insn->m4, ES_DOUBLEWORD);
    gr64_set(cpu, insn->r1,
             vector_element_get(cpu, insn->v3, insn->m4, index_in_address(cpu, insn)));
}

void insn_vector_load_element_from_gr(struct vcpu *cpu, const struct insn *insn)
{
    element_size_check(cpu, insn->m4, ES_DOUBLEWORD);
    vector_element_set(cpu, insn->v1, insn->m4, index_in_address(cpu, insn), gr64(cpu, insn->r3));
}

void insn_vector_load_from_grs_disjoint(struct vcpu *cpu, const struct insn *insn)
{
    vector_set(cpu, insn->v1, (union vector){.u64 = {gr64(cpu, insn->r2), gr64(cpu, insn->r3)}});
}

/* Each byte of V3 is the number of a bit of V2, or no bit where it is above 127. The bits picked
   become halfword 3 of V1. */
void insn_vector_bit_permute(struct vcpu *cpu, const struct insn *insn)
{
    const union vector from = vector_get(cpu, insn->v2), numbers = vector_get(cpu, insn->v3);
    uint64_t bits = 0;

    for (unsigned i = 0; i < 16; i++) {
        unsigned number = element8_get(&numbers, i);

        bits = bits << 1 | (number < 128 ? from.u64[number >> 6] >> (~number & 63) & 1 : 0);
    }
    vector_set(cpu, insn->v1, (union vector){.u64 = {bits, 0}});
}
