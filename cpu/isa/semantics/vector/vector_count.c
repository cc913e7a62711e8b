/* Bits counted in vector elements, and elements with another sign (PoP, chapter 22). */
#include "cpu/isa/semantics/vector/lanes.h"

/* The number of ones in each lane: of two bits, of four, of bytes, and then from the left of
   the lane to its rightmost byte. smeared: ones also at the right of the leftmost one. */
#define COUNTS(bits)                                                                               \
    static ALWAYS_INLINE lanes##bits count_ones##bits(lanes##bits lanes)                           \
    {                                                                                              \
        const uint##bits##_t all = (uint##bits##_t) - 1, one = 1, two = 2, four = 4, byte = 0xff;  \
        const uint##bits##_t of_2 = all / 3, of_4 = all / 5, of_8 = all / 17;                      \
                                                                                                   \
        lanes -= lanes >> one & of_2;                                                              \
        lanes = (lanes & of_4) + (lanes >> two & of_4);                                            \
        lanes = (lanes + (lanes >> four)) & of_8;                                                  \
        for (unsigned at = 8; at < (bits); at *= 2)                                                \
            lanes += lanes >> (uint##bits##_t)at;                                                  \
        return lanes & byte;                                                                       \
    }                                                                                              \
                                                                                                   \
    static ALWAYS_INLINE lanes##bits smeared##bits(lanes##bits lanes)                              \
    {                                                                                              \
        for (unsigned at = 1; at < (bits); at *= 2)                                                \
            lanes |= lanes >> (uint##bits##_t)at;                                                  \
        return lanes;                                                                              \
    }

COUNTS(8)
COUNTS(16)
COUNTS(32)
COUNTS(64)
COUNTS(128)

#define COUNT_BODY(body, last, value)                                                              \
    void insn_##body(struct vcpu *cpu, const struct insn *insn)                                    \
    {                                                                                              \
        element_size_check(cpu, insn->m3, last);                                                   \
        switch (insn->m3) {                                                                        \
            LANES_CASE(ES_BYTE, 8, value(8))                                                       \
            LANES_CASE(ES_HALFWORD, 16, value(16))                                                 \
            LANES_CASE(ES_WORD, 32, value(32))                                                     \
            LANES_CASE(ES_DOUBLEWORD, 64, value(64))                                               \
            LANES_CASE(ES_QUADWORD, 128, value(128))                                               \
        }                                                                                          \
    }

#define ONES(bits)           count_ones##bits(v2)
#define LEADING_ZEROS(bits)  count_ones##bits(~smeared##bits(v2))
#define TRAILING_ZEROS(bits) count_ones##bits(~v2 &(v2 - (E)1))

#define LAST element_size_last(cpu, ES_DOUBLEWORD, ES_QUADWORD)

/* Other elements than bytes came with vector-enhancements facility 1. */
COUNT_BODY(vector_population_count,
           facility_installed(cpu, FACILITY_VECTOR_ENHANCEMENTS_1) ? ES_DOUBLEWORD : ES_BYTE, ONES)
COUNT_BODY(vector_count_leading_zeros, LAST, LEADING_ZEROS)
COUNT_BODY(vector_count_trailing_zeros, LAST, TRAILING_ZEROS)

/* The greatest negative number stays as it is: overflow is not looked at. */
LANES_BODY(vector_load_complement, m3, LAST, -v2)
LANES_BODY(vector_load_positive, m3, LAST, LANES_SELECT((U)((S)v2 < 0), -v2, v2))
