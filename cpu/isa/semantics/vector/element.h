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

/* Element I of size ES, up to a doubleword, without sign. I is below element_count(es). */
static ALWAYS_INLINE uint64_t element_get(const union vector *v, unsigned es, unsigned i)
{
    switch (es) {
    case ES_BYTE:
        return element8_get(v, i);
    case ES_HALFWORD:
        return element16_get(v, i);
    case ES_WORD:
        return element32_get(v, i);
    default:
        return element64_get(v, i);
    }
}

/* The rightmost bits of VALUE. */
static ALWAYS_INLINE void element_set(union vector *v, unsigned es, unsigned i, uint64_t value)
{
    switch (es) {
    case ES_BYTE:
        element8_set(v, i, (uint8_t)value);
        break;
    case ES_HALFWORD:
        element16_set(v, i, (uint16_t)value);
        break;
    case ES_WORD:
        element32_set(v, i, (uint32_t)value);
        break;
    default:
        element64_set(v, i, value);
        break;
    }
}

/* VALUE, its rightmost bits that is, in each element of size ES up to a doubleword. */
static ALWAYS_INLINE union vector vector_replicate(unsigned es, uint64_t value)
{
    static const uint64_t ones[] = {UINT64_C(0x0101010101010101), UINT64_C(0x0001000100010001),
                                    UINT64_C(0x0000000100000001), 1};
    uint64_t all = (value & (UINT64_MAX >> (64 - (8u << es)))) * ones[es];

    return (union vector){.u64 = {all, all}};
}

/* Element sizes above LAST are reserved. */
static ALWAYS_INLINE void element_size_check(struct vcpu *cpu, unsigned es, unsigned last)
{
    if (unlikely(es > last))
        specification_exception(cpu);
}

#endif
