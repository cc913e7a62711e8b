/*
 * Vector floating-point conversion: VECTOR FP CONVERT FROM and TO FIXED and LOGICAL, VECTOR LOAD
 * FP INTEGER, VECTOR FP LOAD LENGTHENED and ROUNDED (PoP, chapter 24). M3 is the format, M4 has
 * the controls, M5 the rounding method.
 */
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

static ALWAYS_INLINE bfp_value convert_element(struct bfp_env *env, enum conversion conversion,
                                               enum bfp_format format, bfp_value v)
{
    const unsigned bits = format == BFP_SHORT ? 32 : 64;
    uint64_t word = bfp_low(v);
    int64_t fixed;

    switch (conversion) {
    case FROM_FIXED:
        return bfp_from_fixed(env, format, bits == 32 ? (int32_t)word : (int64_t)word);
    case FROM_LOGICAL:
        return bfp_from_logical(env, format, word);
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
                                  enum conversion conversion, enum bfp_format format)
{
    struct bfp_env env = begin(cpu, insn);
    const union vector second = vector_get(cpu, insn->v2);
    const unsigned count = vector_fp_count(format, insn->m4);
    union vector result = {{0}};

    for (unsigned i = 0; i < count; i++) {
        const bfp_value value =
            convert_element(&env, conversion, format, vector_fp_get(&second, format, i));

        vector_fp_element(cpu, &env, i);
        vector_fp_set(&result, format, i, value);
    }
    vector_set(cpu, insn->v1, result);
    vector_fp_complete(cpu, &env);
}

void insn_vector_fp_convert_from_fixed(struct vcpu *cpu, const struct insn *insn)
{
    convert(cpu, insn, FROM_FIXED, integer_format(cpu, insn->m3));
}

void insn_vector_fp_convert_from_logical(struct vcpu *cpu, const struct insn *insn)
{
    convert(cpu, insn, FROM_LOGICAL, integer_format(cpu, insn->m3));
}

void insn_vector_fp_convert_to_fixed(struct vcpu *cpu, const struct insn *insn)
{
    convert(cpu, insn, TO_FIXED, integer_format(cpu, insn->m3));
}

void insn_vector_fp_convert_to_logical(struct vcpu *cpu, const struct insn *insn)
{
    convert(cpu, insn, TO_LOGICAL, integer_format(cpu, insn->m3));
}

void insn_vector_load_fp_integer(struct vcpu *cpu, const struct insn *insn)
{
    convert(cpu, insn, TO_FP_INTEGER, vector_fp_format(cpu, insn->m3));
}

/* The elements of every second place of the second operand, the leftmost first. M3 is the format
   of the second operand; what traps is named by its element there. */
void insn_vector_fp_load_lengthened(struct vcpu *cpu, const struct insn *insn)
{
    const enum bfp_format from =
        insn->m3 == FP_FORMAT_SHORT ? BFP_SHORT : vector_fp_format(cpu, insn->m3);

    vector_fp_controls(cpu, insn->m4, FP_SINGLE_ELEMENT);
    if (from == BFP_EXTENDED ||
        (from == BFP_LONG && !facility_installed(cpu, FACILITY_VECTOR_ENHANCEMENTS_1)))
        specification_exception(cpu);
    struct bfp_env env = bfp_begin(cpu);
    const union vector second = vector_get(cpu, insn->v2);
    const unsigned count = vector_fp_count(from + 1, insn->m4);
    union vector result = {{0}};

    for (unsigned i = 0; i < count; i++) {
        const bfp_value value =
            bfp_lengthen(&env, from, from + 1, vector_fp_get(&second, from, 2 * i));

        vector_fp_element(cpu, &env, 2 * i);
        vector_fp_set(&result, from + 1, i, value);
    }
    vector_set(cpu, insn->v1, result);
    vector_fp_complete(cpu, &env);
}

/* The results stand in every second place, where VECTOR FP LOAD LENGTHENED looks for them. */
void insn_vector_fp_load_rounded(struct vcpu *cpu, const struct insn *insn)
{
    const enum bfp_format from = vector_fp_format(cpu, insn->m3);
    struct bfp_env env = begin(cpu, insn);

    if (from == BFP_SHORT)
        specification_exception(cpu);
    const union vector second = vector_get(cpu, insn->v2);
    const unsigned count = vector_fp_count(from, insn->m4);
    union vector result = {{0}};

    for (unsigned i = 0; i < count; i++) {
        const bfp_value value =
            bfp_round_format(&env, from, from - 1, vector_fp_get(&second, from, i));

        vector_fp_element(cpu, &env, i);
        vector_fp_set(&result, from - 1, 2 * i, value);
    }
    vector_set(cpu, insn->v1, result);
    vector_fp_complete(cpu, &env);
}
