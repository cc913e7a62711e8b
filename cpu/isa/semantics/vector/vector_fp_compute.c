/*
 * Vector floating-point arithmetic: VECTOR FP ADD, SUBTRACT, MULTIPLY, DIVIDE, SQUARE ROOT,
 * MULTIPLY AND ADD (SUBTRACT), NEGATIVE MULTIPLY AND ADD (SUBTRACT) (PoP, chapter 24).
 */
#include "cpu/float/bfp_fast.h"
#include "cpu/isa/semantics/vector/vector_fp.h"

struct computation {
    enum bfp_fast_operation operation;
    bool negate; /* the result, once it is rounded, but not a NaN */
    uint8_t v1;
    uint8_t count;
    enum bfp_format format;
    union vector operands[3]; /* as enum bfp_fast_operation numbers them */
};

static bfp_value compute_element(struct bfp_env *env, const struct computation *c, unsigned i)
{
    const bfp_value a = vector_fp_get(&c->operands[0], c->format, i);
    const bfp_value b = vector_fp_get(&c->operands[1], c->format, i);

    switch (c->operation) {
    case BFP_FAST_ADD:
        return bfp_add(env, c->format, a, b);
    case BFP_FAST_SUBTRACT:
        return bfp_subtract(env, c->format, a, b);
    case BFP_FAST_MULTIPLY:
        return bfp_multiply(env, c->format, a, b);
    case BFP_FAST_DIVIDE:
        return bfp_divide(env, c->format, a, b);
    case BFP_FAST_SQUARE_ROOT:
        return bfp_square_root(env, c->format, b);
    case BFP_FAST_MULTIPLY_ADD:
        return bfp_multiply_add(env, c->format, a, b, vector_fp_get(&c->operands[2], c->format, i));
    case BFP_FAST_MULTIPLY_SUBTRACT:
        break;
    }
    return bfp_multiply_subtract(env, c->format, a, b,
                                 vector_fp_get(&c->operands[2], c->format, i));
}

static NEVER_INLINE void compute_exactly(struct vcpu *cpu, const struct computation *c)
{
    struct bfp_env env = bfp_begin(cpu);
    union vector result = {{0}};

    for (unsigned i = 0; i < c->count; i++) {
        bfp_value value = compute_element(&env, c, i);

        vector_fp_element(cpu, &env, i);
        if (c->negate && bfp_condition_code(c->format, value) != 3)
            value = bfp_set_sign(c->format, value, !bfp_is_negative(c->format, value));
        vector_fp_set(&result, c->format, i, value);
    }
    vector_set(cpu, c->v1, result);
    vector_fp_complete(cpu, &env);
}

/* All elements by the host; false, with *RESULT in no state, where one is to be computed
   exactly. */
#define COMPUTE_FAST(bits, width)                                                                  \
    static ALWAYS_INLINE bool compute_fast_##width(const struct computation *c,                    \
                                                   union vector *result)                           \
    {                                                                                              \
        for (unsigned i = 0; i < c->count; i++) {                                                  \
            const uint##bits##_t operands[3] = {element##bits##_get(&c->operands[0], i),           \
                                                element##bits##_get(&c->operands[1], i),           \
                                                element##bits##_get(&c->operands[2], i)};          \
            uint##bits##_t word;                                                                   \
                                                                                                   \
            if (unlikely(!bfp_fast_##width(c->operation, operands, &word)))                        \
                return false;                                                                      \
            if (c->negate)                                                                         \
                word ^= (uint##bits##_t)1 << (bits - 1);                                           \
            element##bits##_set(result, i, word);                                                  \
        }                                                                                          \
        return true;                                                                               \
    }

COMPUTE_FAST(32, short)
COMPUTE_FAST(64, long)

static ALWAYS_INLINE void compute(struct vcpu *cpu, const struct computation *c)
{
    union vector result = {{0}};

    if (likely(bfp_fast_applies(cpu->state.fpc)) && c->format != BFP_EXTENDED &&
        (c->format == BFP_LONG ? compute_fast_long(c, &result) : compute_fast_short(c, &result)))
        vector_set(cpu, c->v1, result);
    else
        compute_exactly(cpu, c);
}

static ALWAYS_INLINE void two_operands(struct vcpu *cpu, const struct insn *insn,
                                       enum bfp_fast_operation operation)
{
    const enum bfp_format format = vector_fp_format(cpu, insn->m4);

    vector_fp_controls(cpu, insn->m5, FP_SINGLE_ELEMENT);
    compute(cpu, &(const struct computation){
                     .operation = operation,
                     .v1 = insn->v1,
                     .count = (uint8_t)vector_fp_count(format, insn->m5),
                     .format = format,
                     .operands = {vector_get(cpu, insn->v2), vector_get(cpu, insn->v3)},
                 });
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

    vector_fp_controls(cpu, insn->m4, FP_SINGLE_ELEMENT);
    compute(cpu, &(const struct computation){
                     .operation = BFP_FAST_SQUARE_ROOT,
                     .v1 = insn->v1,
                     .count = (uint8_t)vector_fp_count(format, insn->m4),
                     .format = format,
                     .operands[1] = vector_get(cpu, insn->v2),
                 });
}

/* Second operand times third, plus or minus the fourth. */
static ALWAYS_INLINE void three_operands(struct vcpu *cpu, const struct insn *insn,
                                         enum bfp_fast_operation operation, bool negate)
{
    const enum bfp_format format = vector_fp_format(cpu, insn->m6);

    vector_fp_controls(cpu, insn->m5, FP_SINGLE_ELEMENT);
    compute(cpu, &(const struct computation){
                     .operation = operation,
                     .negate = negate,
                     .v1 = insn->v1,
                     .count = (uint8_t)vector_fp_count(format, insn->m5),
                     .format = format,
                     .operands = {vector_get(cpu, insn->v2), vector_get(cpu, insn->v3),
                                  vector_get(cpu, insn->v4)},
                 });
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
