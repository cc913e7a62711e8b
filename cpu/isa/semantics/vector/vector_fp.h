/*
 * What the bodies of vector floating-point instructions share (PoP, chapter 24): the format
 * that a mask names, elements as values of cpu/float, and IEEE exceptions of elements.
 *
 * A body computes its elements from the left, with vector_fp_element behind each, and writes
 * nothing before the last: an IEEE exception whose mask is one suppresses the operation, for the
 * leftmost element that has one, and sets no flags. Without one vector_fp_complete sets the flags
 * of all elements. Where only element 0 is computed (the single-element control) or only every
 * second element has a result, the others are unpredictable; they become zero here.
 */
#ifndef ZITHER_CPU_ISA_SEMANTICS_VECTOR_VECTOR_FP_H
#define ZITHER_CPU_ISA_SEMANTICS_VECTOR_VECTOR_FP_H

#include "cpu/isa/semantics/bfp/bfp_operand.h"
#include "cpu/isa/semantics/vector/element.h"

enum {
    FP_SINGLE_ELEMENT = 0x8, /* S, bit 0 of the mask with the controls */
    FP_NO_INEXACT = 0x4,     /* XxC of conversions */
    FP_SIGNAL_ON_QNAN = 0x4, /* SQ of comparisons */
    FP_SET_CC = 0x1,         /* CS of comparisons */
    FP_FORMAT_SHORT = 2,     /* values of the format control */
    FP_FORMAT_LONG = 3,
    FP_FORMAT_EXTENDED = 4,
};

/* Bits of CONTROL that ALLOWED has not are reserved. */
static ALWAYS_INLINE void vector_fp_controls(struct vcpu *cpu, unsigned control, unsigned allowed)
{
    if (unlikely(control & ~allowed))
        specification_exception(cpu);
}

/* The format control: long, and short and extended with the vector-enhancements facility 1. */
static ALWAYS_INLINE enum bfp_format vector_fp_format(struct vcpu *cpu, unsigned m)
{
    if (likely(m == FP_FORMAT_LONG))
        return BFP_LONG;
    if ((m != FP_FORMAT_SHORT && m != FP_FORMAT_EXTENDED) ||
        !facility_installed(cpu, FACILITY_VECTOR_ENHANCEMENTS_1))
        specification_exception(cpu);
    return (enum bfp_format)(m - FP_FORMAT_SHORT);
}

/* The elements to compute. Bodies are compiled for each of their numbers (see UNROLLED), so that
   no element goes through storage where the host would wait for it. */
struct vector_fp_elements {
    enum bfp_format format;
    unsigned count;
};

/* FUNCTION(cpu, insn, elements, ...), compiled for each format and number of elements. */
#define VECTOR_FP_CALL(function, format, count, ...)                                               \
    function(cpu, insn, (struct vector_fp_elements){format, count}, __VA_ARGS__)

#define VECTOR_FP_FOR(format, control, function, ...)                                              \
    do {                                                                                           \
        const enum bfp_format format_ = (format);                                                  \
        const bool single_ = (control)&FP_SINGLE_ELEMENT;                                          \
                                                                                                   \
        if (format_ == BFP_EXTENDED)                                                               \
            VECTOR_FP_CALL(function, BFP_EXTENDED, 1, __VA_ARGS__);                                \
        else if (format_ == BFP_LONG && single_)                                                   \
            VECTOR_FP_CALL(function, BFP_LONG, 1, __VA_ARGS__);                                    \
        else if (format_ == BFP_LONG)                                                              \
            VECTOR_FP_CALL(function, BFP_LONG, 2, __VA_ARGS__);                                    \
        else if (single_)                                                                          \
            VECTOR_FP_CALL(function, BFP_SHORT, 1, __VA_ARGS__);                                   \
        else                                                                                       \
            VECTOR_FP_CALL(function, BFP_SHORT, 4, __VA_ARGS__);                                   \
    } while (0)

static ALWAYS_INLINE bfp_value vector_fp_get(const union vector *v, enum bfp_format format,
                                             unsigned i)
{
    switch (format) {
    case BFP_SHORT:
        return bfp_make(element32_get(v, i));
    case BFP_LONG:
        return bfp_make(element64_get(v, i));
    case BFP_EXTENDED:
        break;
    }
    return (bfp_value){vector_to_128(*v)};
}

static ALWAYS_INLINE void vector_fp_set(union vector *v, enum bfp_format format, unsigned i,
                                        bfp_value value)
{
    switch (format) {
    case BFP_SHORT:
        element32_set(v, i, (uint32_t)value.bits);
        break;
    case BFP_LONG:
        element64_set(v, i, bfp_low(value));
        break;
    case BFP_EXTENDED:
        *v = vector_from_128(value.bits);
        break;
    }
}

/* The vector-exception code: the element's index, and which exception traps (PoP chapter 6,
   "Vector-Exception Code"). */
static inline unsigned vector_fp_exception_code(uint8_t dxc, unsigned i)
{
    const unsigned exception = dxc & BFP_INVALID       ? 1
                               : dxc & BFP_ZERO_DIVIDE ? 2
                               : dxc & BFP_OVERFLOW    ? 3
                               : dxc & BFP_UNDERFLOW   ? 4
                                                       : 5;
    return i << 4 | exception;
}

/* Behind the operation on element I, of the operand that decides. */
static ALWAYS_INLINE void vector_fp_element(struct vcpu *cpu, const struct bfp_env *env, unsigned i)
{
    if (unlikely(env->dxc))
        vector_processing_exception(cpu, vector_fp_exception_code(env->dxc, i));
}

static ALWAYS_INLINE void vector_fp_complete(struct vcpu *cpu, const struct bfp_env *env)
{
    cpu->state.fpc |= (uint32_t)env->flags << FPC_FLAGS_SHIFT;
}

#endif
