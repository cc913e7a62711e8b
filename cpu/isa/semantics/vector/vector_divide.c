/* Quotients and remainders of vector elements (PoP, chapter 22). */
#include "cpu/isa/semantics/vector/lanes.h"
#include "src/base/bits.h"

enum {
    M5_INTEGER_DIVIDE_CONTROL = 8, /* no exceptions: such results are zeros */
    VXC_INTEGER_DIVIDE = 8,        /* the VIC; the index of the element stands left of it */
};

/* The exception of the first element of EXCEPTIONAL that is ones and not zeros. */
static void check_division(struct vcpu *cpu, const struct insn *insn, union vector exceptional)
{
    unsigned first;

    if (likely(!(exceptional.u64[0] | exceptional.u64[1])) || insn->m5 & M5_INTEGER_DIVIDE_CONTROL)
        return;
    first = exceptional.u64[0] ? leading_zeros64(exceptional.u64[0])
                               : 64 + leading_zeros64(exceptional.u64[1]);
    vector_processing_exception(cpu, first / (8u << insn->m4) << 4 | VXC_INTEGER_DIVIDE);
}

/* RAISES and EMPTY are lanes of ones where there is an exception and where the result is zero
   if that is not taken; the host divides by one there. */
#define DIVIDE_CASE(size, bits, type, op, raises, empty)                                           \
    case size: {                                                                                   \
        typedef lanes##bits U;                                                                     \
        typedef signed_lanes##bits S UNUSED;                                                       \
        const uint##bits##_t sign UNUSED = (uint##bits##_t)1 << (bits - 1);                        \
        const U v2 = lanes##bits##_get(cpu, insn->v2), v3 = lanes##bits##_get(cpu, insn->v3);      \
        const U exceptional = (U)(raises), zeros = (U)(empty);                                     \
        const type dividend = (type)v2, divisor = (type)LANES_SELECT(zeros, (U){0} + 1, v3);       \
        union vector which;                                                                        \
                                                                                                   \
        memcpy(&which, &exceptional, sizeof which);                                                \
        check_division(cpu, insn, which);                                                          \
        lanes##bits##_set(cpu, insn->v1, LANES_SELECT(zeros, (U){0}, (U)(dividend op divisor)));   \
        break;                                                                                     \
    }

#define DIVIDE_BODY(body, type, op, raises, empty)                                                 \
    void insn_##body(struct vcpu *cpu, const struct insn *insn)                                    \
    {                                                                                              \
        switch (insn->m4) {                                                                        \
            DIVIDE_CASE(ES_WORD, 32, type, op, raises, empty)                                      \
            DIVIDE_CASE(ES_DOUBLEWORD, 64, type, op, raises, empty)                                \
            DIVIDE_CASE(ES_QUADWORD, 128, type, op, raises, empty)                                 \
        default:                                                                                   \
            specification_exception(cpu);                                                          \
        }                                                                                          \
    }

#define BY_ZERO  (v3 == 0)
#define OVERFLOW (BY_ZERO | ((v2 == sign) & (~v3 == 0)))

/* The greatest negative number divided by minus one has no quotient, but its remainder is zero,
   and the PoP has no exception for it. */
DIVIDE_BODY(vector_divide, S, /, OVERFLOW, OVERFLOW)
DIVIDE_BODY(vector_divide_logical, U, /, BY_ZERO, BY_ZERO)
DIVIDE_BODY(vector_remainder, S, %, BY_ZERO, OVERFLOW)
DIVIDE_BODY(vector_remainder_logical, U, %, BY_ZERO, BY_ZERO)
