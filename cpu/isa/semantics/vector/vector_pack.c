/*
 * Elements narrowed to half their size, widened to twice it, and merged (PoP chapter 21).
 *
 * The lanes of one doubleword become those of a register, or the other way round, in their order
 * on the host. Which half of the register is which doubleword then depends on that order.
 */
#include "cpu/arch/registers.h"
#include "cpu/isa/semantics/vector/lanes.h"

typedef uint8_t half8 VECTOR_OF_BYTES(8);
typedef uint16_t half16 VECTOR_OF_BYTES(8);
typedef uint32_t half32 VECTOR_OF_BYTES(8);
typedef int8_t signed_half8 VECTOR_OF_BYTES(8);
typedef int16_t signed_half16 VECTOR_OF_BYTES(8);
typedef int32_t signed_half32 VECTOR_OF_BYTES(8);

/* A doubleword of lanes in their own order from the order of the same lanes, wider, in a register
   whose left ones are its first doubleword; and back. */
static ALWAYS_INLINE uint64_t reorder(uint64_t lanes)
{
    return be_swap16(1) == 1 ? lanes : lanes << 32 | lanes >> 32;
}

struct packed {
    union vector value;
    uint64_t some, all; /* lanes of ones where narrowing changed an element: OR and AND of them */
};

/* pack_KIND_FROM: the lanes of V2 and V3, of FROM bits, each narrowed to TO bits as NARROW says of
   VALUE. */
#define PACK(kind, sign, from, to, narrow)                                                         \
    static ALWAYS_INLINE struct packed pack_##kind##_##from(const struct vcpu *cpu,                \
                                                            const struct insn *insn)               \
    {                                                                                              \
        typedef sign##lanes##from T;                                                               \
        struct packed r = {.all = UINT64_MAX};                                                     \
                                                                                                   \
        for (unsigned i = 0; i < 2; i++) {                                                         \
            const T value = (T)lanes##from##_get(cpu, i ? insn->v3 : insn->v2);                    \
            const T result = (narrow);                                                             \
            const lanes64 changed = (lanes64)(result != value);                                    \
            const half##to lanes = vector_convert((lanes##from)result, half##to);                  \
                                                                                                   \
            memcpy(&r.value.u64[i], &lanes, sizeof lanes);                                         \
            r.value.u64[i] = reorder(r.value.u64[i]);                                              \
            r.some |= changed[0] | changed[1];                                                     \
            r.all &= changed[0] & changed[1];                                                      \
        }                                                                                          \
        return r;                                                                                  \
    }
#define ABOVE(limit) LANES_SELECT((T)(value > (limit)), (T){0} + (limit), value)
#define OUTSIDE(lowest, highest)                                                                   \
    LANES_SELECT((T)(value < (lowest)), (T){0} + (lowest), ABOVE(highest))

PACK(truncating, , 16, 8, value)
PACK(truncating, , 32, 16, value)
PACK(truncating, , 64, 32, value)
PACK(logical, , 16, 8, ABOVE(UINT8_MAX))
PACK(logical, , 32, 16, ABOVE(UINT16_MAX))
PACK(logical, , 64, 32, ABOVE(UINT32_MAX))
PACK(signed, signed_, 16, 8, OUTSIDE(INT8_MIN, INT8_MAX))
PACK(signed, signed_, 32, 16, OUTSIDE(INT16_MIN, INT16_MAX))
PACK(signed, signed_, 64, 32, OUTSIDE(INT32_MIN, INT32_MAX))

/* V1 by the element size in M4. */
#define PACK_OPERANDS(kind)                                                                        \
    static struct packed pack_operands_##kind(struct vcpu *cpu, const struct insn *insn)           \
    {                                                                                              \
        struct packed r;                                                                           \
                                                                                                   \
        if (insn->m4 == ES_HALFWORD)                                                               \
            r = pack_##kind##_16(cpu, insn);                                                       \
        else if (insn->m4 == ES_WORD)                                                              \
            r = pack_##kind##_32(cpu, insn);                                                       \
        else if (insn->m4 == ES_DOUBLEWORD)                                                        \
            r = pack_##kind##_64(cpu, insn);                                                       \
        else                                                                                       \
            specification_exception(cpu);                                                          \
        vector_set(cpu, insn->v1, r.value);                                                        \
        return r;                                                                                  \
    }

PACK_OPERANDS(truncating)
PACK_OPERANDS(logical)
PACK_OPERANDS(signed)

enum { CONDITION_CODE_SET = 1 }; /* bit 3 of M5 */

/* None of the elements had to be changed, some, or all. */
static ALWAYS_INLINE void set_condition(struct vcpu *cpu, const struct insn *insn,
                                        struct packed packed)
{
    if (insn->m5 & CONDITION_CODE_SET)
        cc_set(cpu, !packed.some ? 0 : packed.all != UINT64_MAX ? 1 : 3);
}

void insn_vector_pack(struct vcpu *cpu, const struct insn *insn)
{
    (void)pack_operands_truncating(cpu, insn);
}

void insn_vector_pack_saturate(struct vcpu *cpu, const struct insn *insn)
{
    set_condition(cpu, insn, pack_operands_signed(cpu, insn));
}

void insn_vector_pack_logical_saturate(struct vcpu *cpu, const struct insn *insn)
{
    set_condition(cpu, insn, pack_operands_logical(cpu, insn));
}

/* widen_KIND_FROM: the elements of DOUBLEWORD, of FROM bits, with TO bits each. */
#define WIDEN(kind, sign, from, to)                                                                \
    static ALWAYS_INLINE lanes##to widen_##kind##_##from(uint64_t doubleword)                      \
    {                                                                                              \
        sign##half##from lanes;                                                                    \
                                                                                                   \
        doubleword = reorder(doubleword);                                                          \
        memcpy(&lanes, &doubleword, sizeof lanes);                                                 \
        return (lanes##to)vector_convert(lanes, sign##lanes##to);                                  \
    }

WIDEN(signed, signed_, 8, 16)
WIDEN(signed, signed_, 16, 32)
WIDEN(signed, signed_, 32, 64)
WIDEN(logical, , 8, 16)
WIDEN(logical, , 16, 32)
WIDEN(logical, , 32, 64)

/* Doubleword HALF of V2 into V1, by the size of its elements in M3. Doublewords came with the
   vector-enhancements facility 3. */
#define UNPACK_OPERAND(kind, extension)                                                            \
    static void unpack_operand_##kind(struct vcpu *cpu, const struct insn *insn, unsigned half)    \
    {                                                                                              \
        const uint64_t a = cpu->state.vr[2 * insn->v2 + half];                                     \
                                                                                                   \
        element_size_check(cpu, insn->m3, element_size_last(cpu, ES_WORD, ES_DOUBLEWORD));         \
        if (insn->m3 == ES_BYTE)                                                                   \
            lanes16_set(cpu, insn->v1, widen_##kind##_8(a));                                       \
        else if (insn->m3 == ES_HALFWORD)                                                          \
            lanes32_set(cpu, insn->v1, widen_##kind##_16(a));                                      \
        else if (insn->m3 == ES_WORD)                                                              \
            lanes64_set(cpu, insn->v1, widen_##kind##_32(a));                                      \
        else                                                                                       \
            vector_set(cpu, insn->v1, (union vector){.u64 = {extension, a}});                      \
    }

UNPACK_OPERAND(signed, (uint64_t)((int64_t)a >> 63))
UNPACK_OPERAND(logical, 0)

void insn_vector_unpack_high(struct vcpu *cpu, const struct insn *insn)
{
    unpack_operand_signed(cpu, insn, 0);
}

void insn_vector_unpack_low(struct vcpu *cpu, const struct insn *insn)
{
    unpack_operand_signed(cpu, insn, 1);
}

void insn_vector_unpack_logical_high(struct vcpu *cpu, const struct insn *insn)
{
    unpack_operand_logical(cpu, insn, 0);
}

void insn_vector_unpack_logical_low(struct vcpu *cpu, const struct insn *insn)
{
    unpack_operand_logical(cpu, insn, 1);
}

/* The rightmost element of each doubleword, with its sign. */
void insn_vector_sign_extend_to_doubleword(struct vcpu *cpu, const struct insn *insn)
{
    union vector r = vector_get(cpu, insn->v2);
    const unsigned rest = 64 - (8u << (insn->m3 & 3));

    element_size_check(cpu, insn->m3, ES_WORD);
    for (unsigned i = 0; i < 2; i++)
        r.s64[i] = (int64_t)(r.u64[i] << rest) >> rest;
    vector_set(cpu, insn->v1, r);
}

/* The elements of doubleword HALF of V2 and V3 in turn: those of V2 are the left half of wider
   ones. */
static ALWAYS_INLINE void merge(struct vcpu *cpu, const struct insn *insn, unsigned half)
{
    const uint64_t a = cpu->state.vr[2 * insn->v2 + half];
    const uint64_t b = cpu->state.vr[2 * insn->v3 + half];

    element_size_check(cpu, insn->m4, ES_DOUBLEWORD);
    if (insn->m4 == ES_BYTE)
        lanes16_set(cpu, insn->v1, widen_logical_8(a) << 8 | widen_logical_8(b));
    else if (insn->m4 == ES_HALFWORD)
        lanes32_set(cpu, insn->v1, widen_logical_16(a) << 16 | widen_logical_16(b));
    else if (insn->m4 == ES_WORD)
        lanes64_set(cpu, insn->v1, widen_logical_32(a) << 32 | widen_logical_32(b));
    else
        vector_set(cpu, insn->v1, (union vector){.u64 = {a, b}});
}

void insn_vector_merge_high(struct vcpu *cpu, const struct insn *insn)
{
    merge(cpu, insn, 0);
}

void insn_vector_merge_low(struct vcpu *cpu, const struct insn *insn)
{
    merge(cpu, insn, 1);
}
