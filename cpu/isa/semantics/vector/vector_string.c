/*
 * Vector string instructions (PoP chapter 23).
 *
 * Their comparisons are kept as a doubleword for each half of the register in which the leftmost
 * bit of an element says whether it compares; the number of zeros on its left is then the bit
 * where the first such element starts.
 */
#include "cpu/arch/registers.h"
#include "cpu/isa/semantics/vector/lanes.h"

/* M5 or M6. */
enum string_control {
    INVERT_RESULT = 8,
    RESULT_TYPE = 4, /* a mask, not an index */
    ZERO_SEARCH = 2,
    CONDITION_CODE_SET = 1,
};

enum { NOT_FOUND = 16 }; /* as the index of a byte */

/* The elements that compare. */
struct found {
    uint64_t leftmost[2];
};

/* The leftmost bit of each element of size ES. */
static ALWAYS_INLINE uint64_t leftmost_bits(unsigned es)
{
    return vector_replicate(es, UINT64_C(1) << ((8u << es) - 1)).u64[0];
}

/* The elements of A that are zero. A carry into the leftmost bit of an element comes from its
   other bits only. */
static ALWAYS_INLINE struct found find_zeros(union vector a, unsigned es)
{
    const uint64_t others = ~leftmost_bits(es);
    struct found r;

    for (unsigned i = 0; i < 2; i++)
        r.leftmost[i] = ~(((a.u64[i] & others) + others) | a.u64[i] | others);
    return r;
}

static ALWAYS_INLINE struct found find_equal(union vector a, union vector b, unsigned es)
{
    return find_zeros((union vector){.u64 = {a.u64[0] ^ b.u64[0], a.u64[1] ^ b.u64[1]}}, es);
}

static ALWAYS_INLINE struct found invert(struct found found, unsigned es)
{
    found.leftmost[0] ^= leftmost_bits(es);
    found.leftmost[1] ^= leftmost_bits(es);
    return found;
}

/* The index of the first byte of the first one. */
static ALWAYS_INLINE unsigned first_index(struct found found)
{
    return found.leftmost[0] ? leading_zeros64(found.leftmost[0]) / 8
                             : 8 + leading_zeros64(found.leftmost[1]) / 8;
}

static ALWAYS_INLINE unsigned zero_index(union vector a, unsigned es, unsigned control)
{
    return control & ZERO_SEARCH ? first_index(find_zeros(a, es)) : NOT_FOUND;
}

static ALWAYS_INLINE void set_index(struct vcpu *cpu, const struct insn *insn, unsigned index)
{
    vector_set(cpu, insn->v1, (union vector){.u64 = {index, 0}});
}

/* 0: a zero, and no match before it; 1: a match and no zero; 2: a match before a zero; 3:
   neither. */
static ALWAYS_INLINE void set_match_condition(struct vcpu *cpu, unsigned control, unsigned match,
                                              unsigned zero)
{
    if (!(control & CONDITION_CODE_SET))
        return;
    if (match < zero)
        cc_set(cpu, zero == NOT_FOUND ? 1 : 2);
    else
        cc_set(cpu, zero == NOT_FOUND ? 3 : 0);
}

/* The end of the instructions that look for any of several values; MATCHES has ones in the
   elements that match. A search for zero does not change the mask. */
static ALWAYS_INLINE void finish_any(struct vcpu *cpu, const struct insn *insn,
                                     union vector matches, unsigned es, unsigned control)
{
    const uint64_t inverted = control & INVERT_RESULT ? UINT64_MAX : 0;
    const unsigned zero = zero_index(vector_get(cpu, insn->v2), es, control);
    unsigned match;

    matches.u64[0] ^= inverted;
    matches.u64[1] ^= inverted;
    match = first_index((struct found){{matches.u64[0], matches.u64[1]}});
    if (control & RESULT_TYPE)
        vector_set(cpu, insn->v1, matches);
    else
        set_index(cpu, insn, match < zero ? match : zero);
    set_match_condition(cpu, control, match, zero);
}

/* The elements of V2 that are equal to one of V3. */
#define FIND_ANY(bits)                                                                             \
    static union vector find_any##bits(const struct vcpu *cpu, const struct insn *insn)            \
    {                                                                                              \
        const lanes##bits a = lanes##bits##_get(cpu, insn->v2);                                    \
        const lanes##bits values = lanes##bits##_get(cpu, insn->v3);                               \
        lanes##bits equal = (lanes##bits)(a == values[0]);                                         \
        union vector r;                                                                            \
                                                                                                   \
        for (unsigned i = 1; i < 128 / (bits); i++)                                                \
            equal |= (lanes##bits)(a == values[i]);                                                \
        memcpy(&r, &equal, sizeof r);                                                              \
        return r;                                                                                  \
    }

FIND_ANY(8)
FIND_ANY(16)
FIND_ANY(32)

void insn_vector_find_any_element_equal(struct vcpu *cpu, const struct insn *insn)
{
    const unsigned es = insn->m4;

    element_size_check(cpu, es, ES_WORD);
    finish_any(cpu, insn,
               es == ES_BYTE       ? find_any8(cpu, insn)
               : es == ES_HALFWORD ? find_any16(cpu, insn)
                                   : find_any32(cpu, insn),
               es, insn->m5);
}

/* Bits 0-1 of M5 are reserved. */
static ALWAYS_INLINE void find_check(struct vcpu *cpu, const struct insn *insn)
{
    element_size_check(cpu, insn->m4, ES_WORD);
    if (insn->m5 & (INVERT_RESULT | RESULT_TYPE))
        specification_exception(cpu);
}

void insn_vector_find_element_equal(struct vcpu *cpu, const struct insn *insn)
{
    const union vector a = vector_get(cpu, insn->v2), b = vector_get(cpu, insn->v3);
    unsigned match, zero;

    find_check(cpu, insn);
    match = first_index(find_equal(a, b, insn->m4));
    zero = zero_index(a, insn->m4, insn->m5);
    set_index(cpu, insn, match < zero ? match : zero);
    set_match_condition(cpu, insn->m5, match, zero);
}

/* 0: both ended, before a difference; 1: the element of V2 is low; 2: it is high; 3: neither a
   difference nor an end. */
void insn_vector_find_element_not_equal(struct vcpu *cpu, const struct insn *insn)
{
    const union vector a = vector_get(cpu, insn->v2), b = vector_get(cpu, insn->v3);
    const unsigned es = insn->m4;
    unsigned unequal, zero, cc;

    find_check(cpu, insn);
    unequal = first_index(invert(find_equal(a, b, es), es));
    zero = zero_index(a, es, insn->m5);
    set_index(cpu, insn, unequal < zero ? unequal : zero);
    if (unequal == NOT_FOUND)
        cc = zero == NOT_FOUND ? 3 : 0;
    else if (zero < unequal)
        cc = 0;
    else
        cc = element_get(&a, es, unequal >> es) < element_get(&b, es, unequal >> es) ? 1 : 2;
    if (insn->m5 & CONDITION_CODE_SET)
        cc_set(cpu, cc);
}

/* The elements up to the first zero, and zeros from there on. */
void insn_vector_isolate_string(struct vcpu *cpu, const struct insn *insn)
{
    const union vector a = vector_get(cpu, insn->v2);
    unsigned zero;

    element_size_check(cpu, insn->m3, ES_WORD);
    if (insn->m5 & ~CONDITION_CODE_SET)
        specification_exception(cpu);
    zero = first_index(find_zeros(a, insn->m3));
    if (zero < NOT_FOUND)
        vector_set(cpu, insn->v1, vector_from_128(vector_to_128(a) & ~(~(uint128_t)0 >> 8 * zero)));
    else
        vector_set(cpu, insn->v1, a);
    if (insn->m5 & CONDITION_CODE_SET)
        cc_set(cpu, zero < NOT_FOUND ? 0 : 3);
}

/*
 * Bits 0-2 of an element of V4: the comparison with the element of V3 in its place is true where
 * that is equal to, or V2 is low or high. A range is an even element and the odd one behind it,
 * and an element of V2 matches where both comparisons of a range are true.
 */
#define RANGE_COMPARE(bits)                                                                        \
    static ALWAYS_INLINE lanes##bits compare##bits(lanes##bits a, uint##bits##_t limit,            \
                                                   uint##bits##_t control)                         \
    {                                                                                              \
        lanes##bits r = {0};                                                                       \
                                                                                                   \
        if (control >> ((bits)-3) & 4)                                                             \
            r |= (lanes##bits)(a == limit);                                                        \
        if (control >> ((bits)-3) & 2)                                                             \
            r |= (lanes##bits)(a < limit);                                                         \
        if (control >> ((bits)-3) & 1)                                                             \
            r |= (lanes##bits)(a > limit);                                                         \
        return r;                                                                                  \
    }                                                                                              \
                                                                                                   \
    static union vector in_ranges##bits(const struct vcpu *cpu, const struct insn *insn)           \
    {                                                                                              \
        const lanes##bits a = lanes##bits##_get(cpu, insn->v2);                                    \
        const union vector limits = vector_get(cpu, insn->v3);                                     \
        const union vector controls = vector_get(cpu, insn->v4);                                   \
        lanes##bits any = {0};                                                                     \
        union vector r;                                                                            \
                                                                                                   \
        for (unsigned i = 0; i < 128 / (bits); i += 2) {                                           \
            const uint##bits##_t even = element##bits##_get(&controls, i);                         \
            const uint##bits##_t odd = element##bits##_get(&controls, i + 1);                      \
                                                                                                   \
            if (even && odd)                                                                       \
                any |= compare##bits(a, element##bits##_get(&limits, i), even) &                   \
                       compare##bits(a, element##bits##_get(&limits, i + 1), odd);                 \
        }                                                                                          \
        memcpy(&r, &any, sizeof r);                                                                \
        return r;                                                                                  \
    }

RANGE_COMPARE(8)
RANGE_COMPARE(16)
RANGE_COMPARE(32)

void insn_vector_string_range_compare(struct vcpu *cpu, const struct insn *insn)
{
    const unsigned es = insn->m5;

    element_size_check(cpu, es, ES_WORD);
    finish_any(cpu, insn,
               es == ES_BYTE       ? in_ranges8(cpu, insn)
               : es == ES_HALFWORD ? in_ranges16(cpu, insn)
                                   : in_ranges32(cpu, insn),
               es, insn->m6);
}

/* Bytes of the substring: what byte 7 of V4 says or, in a search for zero, up to the first zero.
   A length that is no multiple of the element size is unpredictable; the rest is dropped. */
static unsigned substring_length(const union vector *substring, const union vector *lengths,
                                 unsigned es, unsigned control)
{
    const unsigned length = element8_get(lengths, 7) >> es << es;
    const unsigned zero = zero_index(*substring, es, control);

    return control & ZERO_SEARCH && zero < length ? zero : length;
}

/* True where the first LENGTH bytes of A are those of B. */
static bool starts_with(uint128_t a, uint128_t b, unsigned length)
{
    return (a ^ b) >> 8 * (16 - length) == 0;
}

/*
 * The first place in V2 where the substring in V3 starts. One that goes on beyond the register
 * matches as far as it is seen, but not where the string in V2 has ended. Condition codes: 0: no
 * match; 1: no match, and V2 has a zero; 2: match; 3: match of a part.
 */
void insn_vector_string_search(struct vcpu *cpu, const struct insn *insn)
{
    const union vector a = vector_get(cpu, insn->v2), substring = vector_get(cpu, insn->v3);
    const union vector lengths = vector_get(cpu, insn->v4);
    const unsigned es = insn->m5;
    unsigned length, zero, index = 0;
    struct found starts;

    element_size_check(cpu, es, ES_WORD);
    if (insn->m6 & ~ZERO_SEARCH)
        specification_exception(cpu);
    length = substring_length(&substring, &lengths, es, insn->m6);
    zero = zero_index(a, es, insn->m6);
    starts = find_equal(a, vector_replicate(es, element_get(&substring, es, 0)), es);
    while (length && (index = first_index(starts)) < NOT_FOUND) {
        const unsigned seen = length < 16 - index ? length : 16 - index;

        if (starts_with(vector_to_128(a) << 8 * index, vector_to_128(substring), seen))
            break;
        starts.leftmost[index / 8] &= ~(BIT64(0) >> index % 8 * 8);
    }
    if (index > zero)
        index = NOT_FOUND;
    set_index(cpu, insn, index);
    if (index == NOT_FOUND)
        cc_set(cpu, zero == NOT_FOUND ? 0 : 1);
    else
        cc_set(cpu, length <= 16 - index ? 2 : 3);
}
