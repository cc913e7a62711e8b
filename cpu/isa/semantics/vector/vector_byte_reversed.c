/*
 * Elements from and to storage with their bytes in reversed order, or in the reversed order of
 * elements (PoP chapter 21; vector-enhancements facility 2).
 */
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/vector/vector_storage.h"

/* The bytes of an element of size ES, halfword to doubleword, in reversed order. */
static ALWAYS_INLINE uint64_t reverse(uint64_t value, unsigned es)
{
    return __builtin_bswap64(value) >> (64 - (8u << es));
}

/* The bytes within each element of size ES, halfword to doubleword, of a doubleword. */
static ALWAYS_INLINE uint64_t reverse_each(uint64_t doubleword, unsigned es)
{
    const uint64_t right = UINT64_C(0x00ff00ff00ff00ff), all = __builtin_bswap64(doubleword);

    if (es == ES_HALFWORD)
        return (doubleword & right) << 8 | (doubleword >> 8 & right);
    return es == ES_WORD ? all << 32 | all >> 32 : all;
}

/* The same of a register; of its one quadword, too. */
static ALWAYS_INLINE union vector reverse_bytes(union vector v, unsigned es)
{
    const unsigned first = es == ES_QUADWORD;

    return (union vector){
        .u64 = {reverse_each(v.u64[first], es), reverse_each(v.u64[1 - first], es)}};
}

/* The elements of size ES, halfword to doubleword: all bytes, and then those of each element
   back again. */
static ALWAYS_INLINE union vector reverse_elements(union vector v, unsigned es)
{
    return reverse_bytes(reverse_bytes(v, ES_QUADWORD), es);
}

static ALWAYS_INLINE void size_check(struct vcpu *cpu, unsigned es, unsigned last)
{
    if (unlikely(es < ES_HALFWORD || es > last))
        specification_exception(cpu);
}

static ALWAYS_INLINE union vector fetch(struct vcpu *cpu, const struct insn *insn)
{
    return vector_from_128(
        access_fetch128(cpu, operand_space(cpu, insn->b2), operand_address2x(cpu, insn)));
}

static ALWAYS_INLINE void store(struct vcpu *cpu, const struct insn *insn, union vector value)
{
    access_store128(cpu, operand_space(cpu, insn->b2), operand_address2x(cpu, insn),
                    vector_to_128(value));
}

void insn_vector_load_byte_reversed(struct vcpu *cpu, const struct insn *insn)
{
    size_check(cpu, insn->m3, ES_QUADWORD);
    vector_set(cpu, insn->v1, reverse_bytes(fetch(cpu, insn), insn->m3));
}

void insn_vector_store_byte_reversed(struct vcpu *cpu, const struct insn *insn)
{
    size_check(cpu, insn->m3, ES_QUADWORD);
    store(cpu, insn, reverse_bytes(vector_get(cpu, insn->v1), insn->m3));
}

void insn_vector_load_elements_reversed(struct vcpu *cpu, const struct insn *insn)
{
    size_check(cpu, insn->m3, ES_DOUBLEWORD);
    vector_set(cpu, insn->v1, reverse_elements(fetch(cpu, insn), insn->m3));
}

void insn_vector_store_elements_reversed(struct vcpu *cpu, const struct insn *insn)
{
    size_check(cpu, insn->m3, ES_DOUBLEWORD);
    store(cpu, insn, reverse_elements(vector_get(cpu, insn->v1), insn->m3));
}

void insn_vector_load_byte_reversed_and_replicate(struct vcpu *cpu, const struct insn *insn)
{
    const unsigned es = insn->m3;

    size_check(cpu, es, ES_DOUBLEWORD);
    vector_set(cpu, insn->v1, vector_replicate(es, reverse(element_fetch2x(cpu, insn, es), es)));
}

void insn_vector_load_byte_reversed_and_zero(struct vcpu *cpu, const struct insn *insn)
{
    const bool left = insn->m3 == ES_LEFT_ALIGNED_WORD;
    const unsigned es = left ? ES_WORD : insn->m3;
    uint64_t value;

    size_check(cpu, es, ES_DOUBLEWORD);
    value = reverse(element_fetch2x(cpu, insn, es), es);
    vector_set(cpu, insn->v1, (union vector){.u64 = {left ? value << 32 : value, 0}});
}

static ALWAYS_INLINE void load_element(struct vcpu *cpu, const struct insn *insn, unsigned es)
{
    element_index_check(cpu, es, insn->m3);
    vector_element_set(cpu, insn->v1, es, insn->m3, reverse(element_fetch2x(cpu, insn, es), es));
}

static ALWAYS_INLINE void store_element(struct vcpu *cpu, const struct insn *insn, unsigned es)
{
    element_index_check(cpu, es, insn->m3);
    element_store2x(cpu, insn, es, reverse(vector_element_get(cpu, insn->v1, es, insn->m3), es));
}

#define BODIES(size, es)                                                                           \
    void insn_vector_load_byte_reversed_##size(struct vcpu *cpu, const struct insn *insn)          \
    {                                                                                              \
        load_element(cpu, insn, es);                                                               \
    }                                                                                              \
                                                                                                   \
    void insn_vector_store_byte_reversed_##size(struct vcpu *cpu, const struct insn *insn)         \
    {                                                                                              \
        store_element(cpu, insn, es);                                                              \
    }

BODIES(16, ES_HALFWORD)
BODIES(32, ES_WORD)
BODIES(64, ES_DOUBLEWORD)
