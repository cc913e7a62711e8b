/*
 * Vector floating-point arithmetic: VECTOR FP ADD, SUBTRACT, MULTIPLY, DIVIDE, SQUARE ROOT,
 * MULTIPLY AND ADD (SUBTRACT), NEGATIVE MULTIPLY AND ADD (SUBTRACT) (PoP, chapter 24).
 */
#include "cpu/float/bfp_fast.h"
#include "cpu/isa/semantics/vector/vector_fp.h"

struct computation {
    enum bfp_fast_operation operation;
    bool negate;  /* the result, once it is rounded, but not a NaN */
    uint8_t v[3]; /* registers of the operands, as enum bfp_fast_operation numbers them */
};

static bfp_value compute_element(struct bfp_env *env, enum bfp_format format,
                                 enum bfp_fast_operation operation, const bfp_value v[3])
{
    switch (operation) {
    case BFP_FAST_ADD:
        return bfp_add(env, format, v[0], v[1]);
    case BFP_FAST_SUBTRACT:
        return bfp_subtract(env, format, v[0], v[1]);
    case BFP_FAST_MULTIPLY:
        return bfp_multiply(env, format, v[0], v[1]);
    case BFP_FAST_DIVIDE:
        return bfp_divide(env, format, v[0], v[1]);
    case BFP_FAST_SQUARE_ROOT:
        return bfp_square_root(env, format, v[1]);
    case BFP_FAST_MULTIPLY_ADD:
        return bfp_multiply_add(env, format, v[0], v[1], v[2]);
    case BFP_FAST_MULTIPLY_SUBTRACT:
        break;
    }
    return bfp_multiply_subtract(env, format, v[0], v[1], v[2]);
}

static NEVER_INLINE void compute_exactly(struct vcpu *cpu, unsigned v1,
                                         struct vector_fp_elements elements, struct computation c)
{
    const enum bfp_format format = elements.format;
    const union vector operands[3] = {vector_get(cpu, c.v[0]), vector_get(cpu, c.v[1]),
                                      vector_get(cpu, c.v[2])};
    struct bfp_env env = bfp_begin(cpu);
    union vector result = {{0}};

    for (unsigned i = 0; i < elements.count; i++) {
        const bfp_value v[3] = {vector_fp_get(&operands[0], format, i),
                                vector_fp_get(&operands[1], format, i),
                                vector_fp_get(&operands[2], format, i)};
        bfp_value value = compute_element(&env, format, c.operation, v);

        vector_fp_element(cpu, &env, i);
        if (c.negate && bfp_condition_code(format, value) != 3)
            value = bfp_set_sign(format, value, !bfp_is_negative(format, value));
        vector_fp_set(&result, format, i, value);
    }
    vector_set(cpu, v1, result);
    vector_fp_complete(cpu, &env);
}

/* All elements by the host; false where one is to be computed exactly. */
#define COMPUTE_FAST(bits, width)                                                                  \
    static ALWAYS_INLINE bool compute_fast_##width(struct vcpu *cpu, unsigned v1, unsigned count,  \
                                                   struct computation c)                           \
    {                                                                                              \
        const union vector a = vector_get(cpu, c.v[0]), b = vector_get(cpu, c.v[1]);               \
        const union vector third = vector_get(cpu, c.v[2]);                                        \
        const uint32_t fpc = cpu->state.fpc;                                                       \
        union vector result = {{0}};                                                               \
                                                                                                   \
        UNROLLED                                                                                   \
        for (unsigned i = 0; i < count; i++) {                                                     \
            const uint##bits##_t operands[3] = {element##bits##_get(&a, i),                        \
                                                element##bits##_get(&b, i),                        \
                                                element##bits##_get(&third, i)};                   \
            uint##bits##_t word;                                                                   \
                                                                                                   \
            if (unlikely(!bfp_fast_##width(c.operation, fpc, operands, &word)))                    \
                return false;                                                                      \
            if (c.negate)                                                                          \
                word ^= (uint##bits##_t)1 << (bits - 1);                                           \
            element##bits##_set(&result, i, word);                                                 \
        }                                                                                          \
        vector_set(cpu, v1, result);                                                               \
        return true;                                                                               \
    }

COMPUTE_FAST(32, short)
COMPUTE_FAST(64, long)

static ALWAYS_INLINE void compute(struct vcpu *cpu, const struct insn *insn,
                                  struct vector_fp_elements elements, struct computation c)
{
    const bool fast = bfp_fast_applies(cpu->state.fpc);

    if (elements.format == BFP_LONG && likely(fast) &&
        compute_fast_long(cpu, insn->v1, elements.count, c))
        return;
    if (elements.format == BFP_SHORT && likely(fast) &&
        compute_fast_short(cpu, insn->v1, elements.count, c))
        return;
    compute_exactly(cpu, insn->v1, elements, c);
}

static ALWAYS_INLINE void two_operands(struct vcpu *cpu, const struct insn *insn,
                                       enum bfp_fast_operation operation)
{
    const enum bfp_format format = vector_fp_format(cpu, insn->m4);
    const struct computation c = {operation, false, {insn->v2, insn->v3, insn->v3}};

    vector_fp_controls(cpu, insn->m5, FP_SINGLE_ELEMENT);
    VECTOR_FP_FOR(format, insn->m5, compute, c);
}

void insn_vector_fp_add(struct vcpu *cpu, const struct insn *insn)
{
    two_operands(cpu, insn, BFP_FAST_ADD);
}

void insn_vector_fp_subtract(struct vcpu *cpu, const struct insn *insn)
{
    two_operands(cpu, insn, BFP_FAST_SUBTRACT);
}

void insn_vector_fp_multiply(struct vcpu *cpu, const struct insn *insn)
{
    two_operands(cpu, insn, BFP_FAST_MULTIPLY);
}

void insn_vector_fp_divide(struct vcpu *cpu, const struct insn *insn)
{
    two_operands(cpu, insn, BFP_FAST_DIVIDE);
}

void insn_vector_fp_square_root(struct vcpu *cpu, const struct insn *insn)
{
    const enum bfp_format format = vector_fp_format(cpu, insn->m3);
    const struct computation c = {BFP_FAST_SQUARE_ROOT, false, {insn->v2, insn->v2, insn->v2}};

    vector_fp_controls(cpu, insn->m4, FP_SINGLE_ELEMENT);
    VECTOR_FP_FOR(format, insn->m4, compute, c);
}

/* Second operand times third, plus or minus the fourth. */
static ALWAYS_INLINE void three_operands(struct vcpu *cpu, const struct insn *insn,
                                         enum bfp_fast_operation operation, bool negate)
{
    const enum bfp_format format = vector_fp_format(cpu, insn->m6);
    const struct computation c = {operation, negate, {insn->v2, insn->v3, insn->v4}};

    vector_fp_controls(cpu, insn->m5, FP_SINGLE_ELEMENT);
    VECTOR_FP_FOR(format, insn->m5, compute, c);
}

void insn_vector_fp_multiply_add(struct vcpu *cpu, const struct insn *insn)
{
    three_operands(cpu, insn, BFP_FAST_MULTIPLY_ADD, false);
}

void insn_vector_fp_multiply_subtract(struct vcpu *cpu, const struct insn *insn)
{
    three_operands(cpu, insn, BFP_FAST_MULTIPLY_SUBTRACT, false);
}

void insn_vector_fp_negative_multiply_add(struct vcpu *cpu, const struct insn *insn)
{
    three_operands(cpu, insn, BFP_FAST_MULTIPLY_ADD, true);
}

void insn_vector_fp_negative_multiply_subtract(struct vcpu *cpu, const struct insn *insn)
{
    three_operands(cpu, insn, BFP_FAST_MULTIPLY_SUBTRACT, true);
}
