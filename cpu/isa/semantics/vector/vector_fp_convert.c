/*
 * Vector floating-point conversion: VECTOR FP CONVERT FROM and TO FIXED and LOGICAL, VECTOR LOAD
 * FP INTEGER, VECTOR FP LOAD LENGTHENED and ROUNDED (PoP, chapter 24). M3 is the format, M4 has
 * the controls, M5 the rounding method.
 */
#include "cpu/float/bfp_fast_convert.h"
#include "cpu/isa/semantics/vector/vector_fp.h"

static ALWAYS_INLINE struct bfp_env begin(struct vcpu *cpu, const struct insn *insn)
{
    struct bfp_env env = bfp_begin(cpu);

    vector_fp_controls(cpu, insn->m4, FP_SINGLE_ELEMENT | FP_NO_INEXACT);
    env.rounding = bfp_rounding(cpu, insn->m5, env.rounding);
    env.no_inexact = insn->m4 & FP_NO_INEXACT;
    return env;
}

/* The format of both the integers and the floating-point numbers: 64 bits, and 32 with the
   vector-enhancements facility 2. */
static ALWAYS_INLINE enum bfp_format integer_format(struct vcpu *cpu, unsigned m)
{
    if (likely(m == FP_FORMAT_LONG))
        return BFP_LONG;
    if (m != FP_FORMAT_SHORT || !facility_installed(cpu, FACILITY_VECTOR_ENHANCEMENTS_2))
        specification_exception(cpu);
    return BFP_SHORT;
}

enum conversion {
    FROM_FIXED,
    FROM_LOGICAL,
    TO_FIXED,
    TO_LOGICAL,
    TO_FP_INTEGER,
};

static ALWAYS_INLINE int64_t signed_element(enum bfp_format format, bfp_value v)
{
    return format == BFP_SHORT ? (int32_t)v.bits : (int64_t)v.bits;
}

/* By the host, in *RESULT. */
static ALWAYS_INLINE bool convert_fast(struct bfp_fast_mode mode, enum conversion conversion,
                                       enum bfp_format format, bfp_value v, bfp_value *result)
{
    const struct bfp_fast_integer kind = {conversion == TO_LOGICAL, format == BFP_SHORT ? 32 : 64};
    int64_t integer;

    switch (conversion) {
    case FROM_FIXED:
        return bfp_fast_from_fixed(mode, format, signed_element(format, v), result);
    case FROM_LOGICAL:
        return bfp_fast_from_logical(mode, format, bfp_low(v), result);
    case TO_FIXED:
    case TO_LOGICAL:
        if (!bfp_fast_to_integer(mode, format, v, kind, &integer))
            return false;
        *result = bfp_make((uint64_t)integer);
        return true;
    case TO_FP_INTEGER:
        break;
    }
    return bfp_fast_to_fp_integer(mode, format, v, result);
}

static NEVER_INLINE bfp_value convert_exactly(struct bfp_env *env, enum conversion conversion,
                                              enum bfp_format format, bfp_value v)
{
    const unsigned bits = format == BFP_SHORT ? 32 : 64;
    uint64_t word;
    int64_t fixed;

    switch (conversion) {
    case FROM_FIXED:
        return bfp_from_fixed(env, format, signed_element(format, v));
    case FROM_LOGICAL:
        return bfp_from_logical(env, format, bfp_low(v));
    case TO_FIXED:
        bfp_to_fixed(env, format, v, bits, &fixed);
        return bfp_make((uint64_t)fixed);
    case TO_LOGICAL:
        bfp_to_logical(env, format, v, bits, &word);
        return bfp_make(word);
    case TO_FP_INTEGER:
        break;
    }
    return bfp_round_to_integer(env, format, v);
}

static ALWAYS_INLINE void convert(struct vcpu *cpu, const struct insn *insn,
                                  struct vector_fp_elements elements, enum conversion conversion)
{
    const enum bfp_format format = elements.format;
    struct bfp_env env = begin(cpu, insn);
    const struct bfp_fast_mode mode = bfp_fast_mode(&env, cpu->state.fpc);
    const union vector second = vector_get(cpu, insn->v2);
    union vector result = {{0}};

    UNROLLED
    for (unsigned i = 0; i < elements.count; i++) {
        const bfp_value operand = vector_fp_get(&second, format, i);
        bfp_value value;

        if (!convert_fast(mode, conversion, format, operand, &value)) {
            value = convert_exactly(&env, conversion, format, operand);
            vector_fp_element(cpu, &env, i);
        }
        vector_fp_set(&result, format, i, value);
    }
    vector_set(cpu, insn->v1, result);
    vector_fp_complete(cpu, &env);
}

void insn_vector_fp_convert_from_fixed(struct vcpu *cpu, const struct insn *insn)
{
    VECTOR_FP_FOR(integer_format(cpu, insn->m3), insn->m4, convert, FROM_FIXED);
}

void insn_vector_fp_convert_from_logical(struct vcpu *cpu, const struct insn *insn)
{
    VECTOR_FP_FOR(integer_format(cpu, insn->m3), insn->m4, convert, FROM_LOGICAL);
}

void insn_vector_fp_convert_to_fixed(struct vcpu *cpu, const struct insn *insn)
{
    VECTOR_FP_FOR(integer_format(cpu, insn->m3), insn->m4, convert, TO_FIXED);
}

void insn_vector_fp_convert_to_logical(struct vcpu *cpu, const struct insn *insn)
{
    VECTOR_FP_FOR(integer_format(cpu, insn->m3), insn->m4, convert, TO_LOGICAL);
}

void insn_vector_load_fp_integer(struct vcpu *cpu, const struct insn *insn)
{
    VECTOR_FP_FOR(vector_fp_format(cpu, insn->m3), insn->m4, convert, TO_FP_INTEGER);
}

/* The elements of every second place of the second operand. What traps is named by its element
   there. */
static ALWAYS_INLINE void lengthen(struct vcpu *cpu, const struct insn *insn,
                                   struct vector_fp_elements results, enum bfp_format from)
{
    const union vector second = vector_get(cpu, insn->v2);
    struct bfp_env env = bfp_begin(cpu);
    union vector result = {{0}};

    UNROLLED
    for (unsigned i = 0; i < results.count; i++) {
        const bfp_value operand = vector_fp_get(&second, from, 2 * i);
        bfp_value value;

        if (from != BFP_SHORT || !bfp_fast_lengthen(operand, &value)) {
            value = bfp_lengthen(&env, from, results.format, operand);
            vector_fp_element(cpu, &env, 2 * i);
        }
        vector_fp_set(&result, results.format, i, value);
    }
    vector_set(cpu, insn->v1, result);
    vector_fp_complete(cpu, &env);
}

/* M3 is the format of the second operand: short, and long with the vector-enhancements facility
   1. */
void insn_vector_fp_load_lengthened(struct vcpu *cpu, const struct insn *insn)
{
    vector_fp_controls(cpu, insn->m4, FP_SINGLE_ELEMENT);
    if (insn->m3 == FP_FORMAT_SHORT)
        VECTOR_FP_FOR(BFP_LONG, insn->m4, lengthen, BFP_SHORT);
    else if (insn->m3 == FP_FORMAT_LONG && facility_installed(cpu, FACILITY_VECTOR_ENHANCEMENTS_1))
        VECTOR_FP_FOR(BFP_EXTENDED, insn->m4, lengthen, BFP_LONG);
    else
        specification_exception(cpu);
}

/* The results stand in every second place, where VECTOR FP LOAD LENGTHENED looks for them. */
static ALWAYS_INLINE void round_format(struct vcpu *cpu, const struct insn *insn,
                                       struct vector_fp_elements operands, enum bfp_format to)
{
    const union vector second = vector_get(cpu, insn->v2);
    struct bfp_env env = begin(cpu, insn);
    const struct bfp_fast_mode mode = bfp_fast_mode(&env, cpu->state.fpc);
    union vector result = {{0}};

    UNROLLED
    for (unsigned i = 0; i < operands.count; i++) {
        const bfp_value operand = vector_fp_get(&second, operands.format, i);
        bfp_value value;

        if (to != BFP_SHORT || !bfp_fast_round_format(mode, operand, &value)) {
            value = bfp_round_format(&env, operands.format, to, operand);
            vector_fp_element(cpu, &env, i);
        }
        vector_fp_set(&result, to, 2 * i, value);
    }
    vector_set(cpu, insn->v1, result);
    vector_fp_complete(cpu, &env);
}

void insn_vector_fp_load_rounded(struct vcpu *cpu, const struct insn *insn)
{
    const enum bfp_format from = vector_fp_format(cpu, insn->m3);

    if (from == BFP_LONG)
        VECTOR_FP_FOR(BFP_LONG, insn->m4, round_format, BFP_SHORT);
    else if (from == BFP_EXTENDED)
        VECTOR_FP_FOR(BFP_EXTENDED, insn->m4, round_format, BFP_LONG);
    else
        specification_exception(cpu);
}
