/*
 * Vector registers as vector instructions see them: a copy of 16 bytes, and its elements of 8
 * to 128 bits (PoP chapter 21, "Vector Registers and Controls").
 *
 * cpu->state.vr holds each register as two doublewords in the host's byte order, the leftmost
 * first. So an operation on all elements alike (add, compare, select) runs over a member of
 * union vector in its order on the host, which is any order; one that asks which element it is
 * uses element*_get and element*_set, whose index is the PoP's, 0 being the leftmost.
 *
 * Bodies take copies of their operands before they set the result, since V1 may be one of
 * them.
 */
#ifndef ZITHER_CPU_ISA_SEMANTICS_VECTOR_ELEMENT_H
#define ZITHER_CPU_ISA_SEMANTICS_VECTOR_ELEMENT_H

#include <stdint.h>

#include "cpu/arch/interruption.h"
#include "cpu/arch/vcpu.h"
#include "src/base/be.h"

union vector {
    uint64_t u64[2]; /* the doublewords of the register */
    uint32_t u32[4];
    uint16_t u16[8];
    uint8_t u8[16];
    int64_t s64[2];
    int32_t s32[4];
    int16_t s16[8];
    int8_t s8[16];
};

/* Element-size control: the M fields that the PoP calls ES. */
enum element_size {
    ES_BYTE = 0,
    ES_HALFWORD = 1,
    ES_WORD = 2,
    ES_DOUBLEWORD = 3,
    ES_QUADWORD = 4,
    /* Of instructions that load one element and zeros: a word at the left end of the register. */
    ES_LEFT_ALIGNED_WORD = 6,
};

static ALWAYS_INLINE union vector vector_get(const struct vcpu *cpu, unsigned v)
{
    return (union vector){.u64 = {cpu->state.vr[2 * v], cpu->state.vr[2 * v + 1]}};
}

static ALWAYS_INLINE void vector_set(struct vcpu *cpu, unsigned v, union vector value)
{
    cpu->state.vr[2 * v] = value.u64[0];
    cpu->state.vr[2 * v + 1] = value.u64[1];
}

/* The whole as one element of 128 bits. */
static ALWAYS_INLINE uint128_t vector_to_128(union vector v)
{
    return (uint128_t)v.u64[0] << 64 | v.u64[1];
}

static ALWAYS_INLINE union vector vector_from_128(uint128_t value)
{
    return (union vector){.u64 = {(uint64_t)(value >> 64), (uint64_t)value}};
}

/* The bytes of a vector in the PoP's order: u8[0] of the result is the leftmost. Its own
   inverse. */
static ALWAYS_INLINE union vector vector_bytes(union vector v)
{
    return (union vector){.u64 = {be_swap64(v.u64[0]), be_swap64(v.u64[1])}};
}

/* Where an element of BITS bits stands in the array of union vector: ^ with its index. */
#define ELEMENT_ORDER(bits) (be_swap16(1) == 1 ? 0u : 64u / (bits)-1)

/* element8_get to element64_get and element8_set to element64_set. */
#define ELEMENT_ACCESS(bits)                                                                       \
    static ALWAYS_INLINE uint##bits##_t element##bits##_get(const union vector *v, unsigned i)     \
    {                                                                                              \
        return v->u##bits[i ^ ELEMENT_ORDER(bits)];                                                \
    }                                                                                              \
                                                                                                   \
    static ALWAYS_INLINE void element##bits##_set(union vector *v, unsigned i,                     \
                                                  uint##bits##_t value)                            \
    {                                                                                              \
        v->u##bits[i ^ ELEMENT_ORDER(bits)] = value;                                               \
    }

ELEMENT_ACCESS(8)
ELEMENT_ACCESS(16)
ELEMENT_ACCESS(32)
ELEMENT_ACCESS(64)
#undef ELEMENT_ACCESS

static ALWAYS_INLINE unsigned element_count(unsigned es)
{
    return 16u >> es;
}

/* The rightmost bits that an element of size ES, up to a doubleword, has. */
static ALWAYS_INLINE uint64_t element_mask(unsigned es)
{
    return UINT64_MAX >> (64 - (8u << es));
}

/* How far element I of size ES is from the right end of its doubleword, in bits. */
static ALWAYS_INLINE unsigned element_shift(unsigned es, unsigned i)
{
    return (~i & ((8u >> es) - 1)) << (es + 3);
}

/* Element I of size ES, up to a doubleword, without sign. I is below element_count(es). */
static ALWAYS_INLINE uint64_t element_get(const union vector *v, unsigned es, unsigned i)
{
    return v->u64[i >> (3 - es)] >> element_shift(es, i) & element_mask(es);
}

/* DOUBLEWORD with the element replaced that is element I of the register. */
static ALWAYS_INLINE uint64_t with_element(uint64_t doubleword, unsigned es, unsigned i,
                                           uint64_t value)
{
    uint64_t mask = element_mask(es) << element_shift(es, i);

    return (doubleword & ~mask) | (value << element_shift(es, i) & mask);
}

/* The rightmost bits of VALUE. */
static ALWAYS_INLINE void element_set(union vector *v, unsigned es, unsigned i, uint64_t value)
{
    v->u64[i >> (3 - es)] = with_element(v->u64[i >> (3 - es)], es, i, value);
}

/* The same of one element of register V, without moving the others. */
static ALWAYS_INLINE void vector_element_set(struct vcpu *cpu, unsigned v, unsigned es, unsigned i,
                                             uint64_t value)
{
    uint64_t *doubleword = &cpu->state.vr[2 * v + (i >> (3 - es))];

    *doubleword = with_element(*doubleword, es, i, value);
}

static ALWAYS_INLINE uint64_t vector_element_get(const struct vcpu *cpu, unsigned v, unsigned es,
                                                 unsigned i)
{
    return cpu->state.vr[2 * v + (i >> (3 - es))] >> element_shift(es, i) & element_mask(es);
}

/* VALUE, its rightmost bits that is, in each element of size ES up to a doubleword. */
static ALWAYS_INLINE union vector vector_replicate(unsigned es, uint64_t value)
{
    static const uint64_t ones[] = {UINT64_C(0x0101010101010101), UINT64_C(0x0001000100010001),
                                    UINT64_C(0x0000000100000001), 1};
    uint64_t all = (value & element_mask(es)) * ones[es];

    return (union vector){.u64 = {all, all}};
}

/* Element sizes above LAST are reserved: specification exception. */
static ALWAYS_INLINE void element_size_check(struct vcpu *cpu, unsigned es, unsigned last)
{
    if (unlikely(es > last))
        specification_exception(cpu);
}

/* So is an index that a register does not have, before access exceptions. */
static ALWAYS_INLINE void element_index_check(struct vcpu *cpu, unsigned es, unsigned index)
{
    if (unlikely(index >= element_count(es)))
        specification_exception(cpu);
}

#endif
