/*
 * Elements narrowed to half their size and widened to twice it (PoP chapter 21).
 */
#include "cpu/arch/configuration.h"
#include "cpu/arch/registers.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/vector/element.h"

/*
 * pack_KIND_FROM: the elements of A and B, of FROM bits, each narrowed to TO bits as PACKED says
 * of VALUE. Returns how many of them that changes.
 */
#define PACK(kind, from, to, type, packed)                                                         \
    static unsigned pack_##kind##_##from(union vector *r, const union vector *a,                   \
                                         const union vector *b)                                    \
    {                                                                                              \
        const unsigned half = 128 / (from);                                                        \
        unsigned changed = 0;                                                                      \
                                                                                                   \
        for (unsigned i = 0; i < 2 * half; i++) {                                                  \
            const type value = (type)element##from##_get(i < half ? a : b, i % half);              \
            const type narrow = (type)(packed);                                                    \
                                                                                                   \
            changed += narrow != value;                                                            \
            element##to##_set(r, i, (uint##to##_t)narrow);                                         \
        }                                                                                          \
        return changed;                                                                            \
    }
#define AT_MOST(limit)           (value > (limit) ? (limit) : value)
#define BETWEEN(lowest, highest) (value < (lowest) ? (lowest) : AT_MOST(highest))

PACK(truncating, 16, 8, uint16_t, value)
PACK(truncating, 32, 16, uint32_t, value)
PACK(truncating, 64, 32, uint64_t, value)
PACK(logical, 16, 8, uint16_t, AT_MOST(UINT8_MAX))
PACK(logical, 32, 16, uint32_t, AT_MOST(UINT16_MAX))
PACK(logical, 64, 32, uint64_t, AT_MOST(UINT32_MAX))
PACK(signed, 16, 8, int16_t, BETWEEN(INT8_MIN, INT8_MAX))
PACK(signed, 32, 16, int32_t, BETWEEN(INT16_MIN, INT16_MAX))
PACK(signed, 64, 32, int64_t, BETWEEN(INT32_MIN, INT32_MAX))

/* V2 and V3 into V1, by the element size in M4. */
#define PACK_OPERANDS(kind)                                                                        \
    static unsigned pack_operands_##kind(struct vcpu *cpu, const struct insn *insn)                \
    {                                                                                              \
        const union vector a = vector_get(cpu, insn->v2), b = vector_get(cpu, insn->v3);           \
        unsigned changed;                                                                          \
        union vector r;                                                                            \
                                                                                                   \
        if (insn->m4 == ES_HALFWORD)                                                               \
            changed = pack_##kind##_16(&r, &a, &b);                                                \
        else if (insn->m4 == ES_WORD)                                                              \
            changed = pack_##kind##_32(&r, &a, &b);                                                \
        else if (insn->m4 == ES_DOUBLEWORD)                                                        \
            changed = pack_##kind##_64(&r, &a, &b);                                                \
        else                                                                                       \
            specification_exception(cpu);                                                          \
        vector_set(cpu, insn->v1, r);                                                              \
        return changed;                                                                            \
    }

PACK_OPERANDS(truncating)
PACK_OPERANDS(logical)
PACK_OPERANDS(signed)

enum { CONDITION_CODE_SET = 1 }; /* bit 3 of M5 */

/* None of the elements had to be changed, some, or all. */
static void set_condition(struct vcpu *cpu, const struct insn *insn, unsigned changed)
{
    if (insn->m5 & CONDITION_CODE_SET)
        cc_set(cpu, !changed ? 0 : changed < 2 * element_count(insn->m4) ? 1 : 3);
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

/* The elements of DOUBLEWORD, each a TYPE of FROM bits, with TO bits. */
#define UNPACK(kind, type, from, to)                                                               \
    static union vector unpack_##kind##_##from(uint64_t doubleword)                                \
    {                                                                                              \
        const union vector a = {.u64 = {doubleword, 0}};                                           \
        union vector r;                                                                            \
                                                                                                   \
        for (unsigned i = 0; i < 64 / (from); i++)                                                 \
            element##to##_set(&r, i, (uint##to##_t)(type)element##from##_get(&a, i));              \
        return r;                                                                                  \
    }

UNPACK(signed, int8_t, 8, 16)
UNPACK(signed, int16_t, 16, 32)
UNPACK(signed, int32_t, 32, 64)
UNPACK(logical, uint8_t, 8, 16)
UNPACK(logical, uint16_t, 16, 32)
UNPACK(logical, uint32_t, 32, 64)

/* Doubleword HALF of V2 into V1, by the size of its elements in M3. Doublewords came with the
   vector-enhancements facility 3. */
#define UNPACK_OPERAND(kind, extension)                                                            \
    static void unpack_operand_##kind(struct vcpu *cpu, const struct insn *insn, unsigned half)    \
    {                                                                                              \
        const uint64_t a = vector_get(cpu, insn->v2).u64[half];                                    \
        const bool has_64 = facility_installed(cpu, FACILITY_VECTOR_ENHANCEMENTS_3);               \
        union vector r = {.u64 = {extension, a}};                                                  \
                                                                                                   \
        element_size_check(cpu, insn->m3, has_64 ? ES_DOUBLEWORD : ES_WORD);                       \
        if (insn->m3 == ES_BYTE)                                                                   \
            r = unpack_##kind##_8(a);                                                              \
        else if (insn->m3 == ES_HALFWORD)                                                          \
            r = unpack_##kind##_16(a);                                                             \
        else if (insn->m3 == ES_WORD)                                                              \
            r = unpack_##kind##_32(a);                                                             \
        vector_set(cpu, insn->v1, r);                                                              \
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
