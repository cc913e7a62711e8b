/*
 * Bodies of vector instructions that do the same to all elements of a register, written once
 * for the element sizes (PoP chapter 22, "Vector Integer Instructions").
 *
 * The elements of a register are the lanes of a vector type of the compiler, so that one
 * expression becomes a few instructions of the host for all of them. In which order the lanes
 * stand differs between hosts; an expression therefore never asks. Where neighbouring elements
 * meet (even and odd products, sums), the lanes are those of the wider element, and their
 * leftmost bits are the element with the even index.
 *
 * In the expression of a body U and S are the lanes without and with sign, E one element
 * without sign and BITS its size.
 */
#ifndef ZITHER_CPU_ISA_SEMANTICS_VECTOR_LANES_H
#define ZITHER_CPU_ISA_SEMANTICS_VECTOR_LANES_H

#include <string.h>

#include "cpu/arch/configuration.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/vector/element.h"

typedef uint8_t lanes8 VECTOR_OF_BYTES(16);
typedef uint16_t lanes16 VECTOR_OF_BYTES(16);
typedef uint32_t lanes32 VECTOR_OF_BYTES(16);
typedef uint64_t lanes64 VECTOR_OF_BYTES(16);
typedef uint128_t lanes128 VECTOR_OF_BYTES(16);
typedef int8_t signed_lanes8 VECTOR_OF_BYTES(16);
typedef int16_t signed_lanes16 VECTOR_OF_BYTES(16);
typedef int32_t signed_lanes32 VECTOR_OF_BYTES(16);
typedef int64_t signed_lanes64 VECTOR_OF_BYTES(16);
typedef int128_t signed_lanes128 VECTOR_OF_BYTES(16);

/* lanes8_get to lanes64_get and lanes8_set to lanes64_set. */
#define LANES_ACCESS(bits)                                                                         \
    static ALWAYS_INLINE lanes##bits lanes##bits##_get(const struct vcpu *cpu, unsigned v)         \
    {                                                                                              \
        lanes##bits lanes;                                                                         \
                                                                                                   \
        memcpy(&lanes, &cpu->state.vr[2 * v], sizeof lanes);                                       \
        return lanes;                                                                              \
    }                                                                                              \
                                                                                                   \
    static ALWAYS_INLINE void lanes##bits##_set(struct vcpu *cpu, unsigned v, lanes##bits lanes)   \
    {                                                                                              \
        memcpy(&cpu->state.vr[2 * v], &lanes, sizeof lanes);                                       \
    }

LANES_ACCESS(8)
LANES_ACCESS(16)
LANES_ACCESS(32)
LANES_ACCESS(64)
#undef LANES_ACCESS

static ALWAYS_INLINE lanes128 lanes128_get(const struct vcpu *cpu, unsigned v)
{
    return (lanes128){vector_to_128(vector_get(cpu, v))};
}

static ALWAYS_INLINE void lanes128_set(struct vcpu *cpu, unsigned v, lanes128 lanes)
{
    vector_set(cpu, v, vector_from_128(lanes[0]));
}

/* The last element size of an instruction that ended with LAST before vector-enhancements
   facility 3 gave it all up to LAST_WITH_3. */
static ALWAYS_INLINE unsigned element_size_last(const struct vcpu *cpu, unsigned last,
                                                unsigned last_with_3)
{
    return facility_installed(cpu, FACILITY_VECTOR_ENHANCEMENTS_3) ? last_with_3 : last;
}

/* THEN where MASK, a lane of ones or of zeros, has ones. */
#define LANES_SELECT(mask, then, otherwise) (((mask) & (then)) | (~(mask) & (otherwise)))

/* The low and high half of each lane of LANES, with sign where the type has one. */
#define LANES_EVEN(type, lanes) ((type)(lanes) >> (E)(BITS / 2))
#define LANES_ODD(type, lanes)  ((type)((lanes) << (E)(BITS / 2)) >> (E)(BITS / 2))

/* One element size of a body: V1 becomes VALUE. */
#define LANES_CASE(size, bits, value)                                                              \
    case size: {                                                                                   \
        enum { BITS = (bits) };                                                                    \
        typedef uint##bits##_t E UNUSED;                                                           \
        typedef lanes##bits U UNUSED;                                                              \
        typedef signed_lanes##bits S UNUSED;                                                       \
        const U v1 UNUSED = lanes##bits##_get(cpu, insn->v1);                                      \
        const U v2 UNUSED = lanes##bits##_get(cpu, insn->v2);                                      \
        const U v3 UNUSED = lanes##bits##_get(cpu, insn->v3);                                      \
        const U v4 UNUSED = lanes##bits##_get(cpu, insn->v4);                                      \
                                                                                                   \
        lanes##bits##_set(cpu, insn->v1, (U)(value));                                              \
        break;                                                                                     \
    }

/* insn_<body>: V1 becomes VALUE, an expression of the operands v1 to v4. SIZE is the M field
   with the element size; what is above LAST is reserved. */
#define LANES_BODY(body, size, last, value)                                                        \
    void insn_##body(struct vcpu *cpu, const struct insn *insn)                                    \
    {                                                                                              \
        element_size_check(cpu, insn->size, last);                                                 \
        switch (insn->size) {                                                                      \
            LANES_CASE(ES_BYTE, 8, value)                                                          \
            LANES_CASE(ES_HALFWORD, 16, value)                                                     \
            LANES_CASE(ES_WORD, 32, value)                                                         \
            LANES_CASE(ES_DOUBLEWORD, 64, value)                                                   \
            LANES_CASE(ES_QUADWORD, 128, value)                                                    \
        }                                                                                          \
    }

/* The same where the elements of V1 (and V4) have twice the size of those of V2 and V3: all
   are lanes of the size of V1, see LANES_EVEN and LANES_ODD. */
#define LANES_BODY_WIDENING(body, size, last, value)                                               \
    void insn_##body(struct vcpu *cpu, const struct insn *insn)                                    \
    {                                                                                              \
        element_size_check(cpu, insn->size, last);                                                 \
        switch (insn->size) {                                                                      \
            LANES_CASE(ES_BYTE, 16, value)                                                         \
            LANES_CASE(ES_HALFWORD, 32, value)                                                     \
            LANES_CASE(ES_WORD, 64, value)                                                         \
            LANES_CASE(ES_DOUBLEWORD, 128, value)                                                  \
        }                                                                                          \
    }

#endif
