/*
 * Vector floating-point comparison, VECTOR FP PERFORM SIGN OPERATION and VECTOR FP TEST DATA
 * CLASS IMMEDIATE (PoP, chapter 24).
 */
#include "cpu/float/bfp_fast_convert.h"
#include "cpu/isa/semantics/vector/vector_fp.h"

static ALWAYS_INLINE void compare_scalar_in(struct vcpu *cpu, const struct insn *insn,
                                            struct vector_fp_elements elements, bool signaling)
{
    const enum bfp_format format = elements.format;
    const union vector first = vector_get(cpu, insn->v1), second = vector_get(cpu, insn->v2);
    const bfp_value a = vector_fp_get(&first, format, 0), b = vector_fp_get(&second, format, 0);
    uint8_t cc;

    if (bfp_fast_compare(format, a, b, &cc)) {
        cc_set(cpu, cc);
        return;
    }
    struct bfp_env env = bfp_begin(cpu);
    cc = bfp_compare(&env, format, a, b, signaling);
    vector_fp_element(cpu, &env, 0);
    cc_set(cpu, cc);
    vector_fp_complete(cpu, &env);
}

static ALWAYS_INLINE void compare_scalar(struct vcpu *cpu, const struct insn *insn, bool signaling)
{
    vector_fp_controls(cpu, insn->m4, 0);
    VECTOR_FP_FOR(vector_fp_format(cpu, insn->m3), FP_SINGLE_ELEMENT, compare_scalar_in, signaling);
}

void insn_vector_fp_compare_scalar(struct vcpu *cpu, const struct insn *insn)
{
    compare_scalar(cpu, insn, false);
}

void insn_vector_fp_compare_and_signal_scalar(struct vcpu *cpu, const struct insn *insn)
{
    compare_scalar(cpu, insn, true);
}

/* The condition code of instructions that make elements of ones where something is true. */
static ALWAYS_INLINE unsigned cc_of_matches(unsigned matches, unsigned count)
{
    return matches == count ? 0 : matches ? 1 : 3;
}

/* Ones or zeros in element I. */
static ALWAYS_INLINE void set_truth(union vector *v, enum bfp_format format, unsigned i, bool truth)
{
    vector_fp_set(v, format, i, (bfp_value){-(uint128_t)truth});
}

/* Bit n of CONDITIONS: true where the condition code of the comparison would be n. */
static ALWAYS_INLINE void compare_in(struct vcpu *cpu, const struct insn *insn,
                                     struct vector_fp_elements elements, unsigned conditions)
{
    const enum bfp_format format = elements.format;
    const union vector second = vector_get(cpu, insn->v2), third = vector_get(cpu, insn->v3);
    struct bfp_env env = bfp_begin(cpu);
    union vector result = {{0}};
    unsigned matches = 0;

    UNROLLED
    for (unsigned i = 0; i < elements.count; i++) {
        const bfp_value a = vector_fp_get(&second, format, i), b = vector_fp_get(&third, format, i);
        uint8_t cc;

        if (!bfp_fast_compare(format, a, b, &cc)) {
            cc = bfp_compare(&env, format, a, b, insn->m5 & FP_SIGNAL_ON_QNAN);
            vector_fp_element(cpu, &env, i);
        }
        set_truth(&result, format, i, conditions >> cc & 1);
        matches += conditions >> cc & 1;
    }
    vector_set(cpu, insn->v1, result);
    if (insn->m6 & FP_SET_CC)
        cc_set(cpu, cc_of_matches(matches, elements.count));
    vector_fp_complete(cpu, &env);
}

static ALWAYS_INLINE void compare(struct vcpu *cpu, const struct insn *insn, unsigned conditions)
{
    const enum bfp_format format = vector_fp_format(cpu, insn->m4);
    const bool enhanced = facility_installed(cpu, FACILITY_VECTOR_ENHANCEMENTS_1);

    vector_fp_controls(cpu, insn->m5, FP_SINGLE_ELEMENT | (enhanced ? FP_SIGNAL_ON_QNAN : 0u));
    vector_fp_controls(cpu, insn->m6, FP_SET_CC);
    VECTOR_FP_FOR(format, insn->m5, compare_in, conditions);
}

void insn_vector_fp_compare_equal(struct vcpu *cpu, const struct insn *insn)
{
    compare(cpu, insn, 1u << 0);
}

void insn_vector_fp_compare_high(struct vcpu *cpu, const struct insn *insn)
{
    compare(cpu, insn, 1u << 2);
}

void insn_vector_fp_compare_high_or_equal(struct vcpu *cpu, const struct insn *insn)
{
    compare(cpu, insn, 1u << 0 | 1u << 2);
}

static ALWAYS_INLINE void test_data_class_in(struct vcpu *cpu, const struct insn *insn,
                                             struct vector_fp_elements elements, unsigned classes)
{
    const enum bfp_format format = elements.format;
    const union vector second = vector_get(cpu, insn->v2);
    union vector result = {{0}};
    unsigned matches = 0;

    UNROLLED
    for (unsigned i = 0; i < elements.count; i++) {
        const bool match = bfp_data_class(format, vector_fp_get(&second, format, i)) & classes;

        set_truth(&result, format, i, match);
        matches += match;
    }
    vector_set(cpu, insn->v1, result);
    cc_set(cpu, cc_of_matches(matches, elements.count));
}

void insn_vector_fp_test_data_class(struct vcpu *cpu, const struct insn *insn)
{
    const enum bfp_format format = vector_fp_format(cpu, insn->m4);

    vector_fp_controls(cpu, insn->m5, FP_SINGLE_ELEMENT);
    VECTOR_FP_FOR(format, insn->m5, test_data_class_in, (unsigned)insn->i3);
}

enum sign_operation {
    SIGN_COMPLEMENT = 0,
    SIGN_NEGATIVE = 1,
    SIGN_POSITIVE = 2,
};

/* No IEEE exceptions, not even for a signaling NaN. */
void insn_vector_fp_perform_sign_operation(struct vcpu *cpu, const struct insn *insn)
{
    static const union vector signs[] = {
        [BFP_SHORT] = {{UINT64_C(0x8000000080000000), UINT64_C(0x8000000080000000)}},
        [BFP_LONG] = {{BIT64(0), BIT64(0)}},
        [BFP_EXTENDED] = {{BIT64(0), 0}},
    };
    const enum bfp_format format = vector_fp_format(cpu, insn->m3);

    vector_fp_controls(cpu, insn->m4, FP_SINGLE_ELEMENT);
    if (unlikely(insn->m5 > SIGN_POSITIVE))
        specification_exception(cpu);
    union vector v = vector_get(cpu, insn->v2);

    for (unsigned i = 0; i < 2; i++) {
        const uint64_t sign = signs[format].u64[i];

        v.u64[i] = insn->m5 == SIGN_COMPLEMENT ? v.u64[i] ^ sign
                   : insn->m5 == SIGN_NEGATIVE ? v.u64[i] | sign
                                               : v.u64[i] & ~sign;
    }
    if (insn->m4 & FP_SINGLE_ELEMENT && format != BFP_EXTENDED) {
        v.u64[0] &= format == BFP_SHORT ? BITS64(0, 31) : UINT64_MAX;
        v.u64[1] = 0;
    }
    vector_set(cpu, insn->v1, v);
}
