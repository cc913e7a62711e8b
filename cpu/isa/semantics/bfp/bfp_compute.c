/*
 * BFP arithmetic: ADD, SUBTRACT, MULTIPLY, DIVIDE, SQUARE ROOT, MULTIPLY AND ADD (SUBTRACT),
 * DIVIDE TO INTEGER (PoP, chapter 19).
 */
#include "cpu/float/bfp_fast_convert.h"
#include "cpu/isa/semantics/bfp/bfp_operand.h"

typedef bfp_value two_operands(struct bfp_env *env, enum bfp_format format, bfp_value a,
                               bfp_value b);
typedef bfp_value three_operands(struct bfp_env *env, enum bfp_format format, bfp_value a,
                                 bfp_value b, bfp_value c);

/* The host's result in *RESULT, where it may be used. */
static ALWAYS_INLINE bool host_computes(const struct vcpu *cpu, enum bfp_format format,
                                        enum bfp_fast_operation operation,
                                        const bfp_value operands[3], bfp_value *result)
{
    if (format == BFP_EXTENDED || !bfp_fast_applies(cpu->state.fpc))
        return false;
    bool done;
    if (format == BFP_SHORT) {
        const uint32_t words[3] = {(uint32_t)operands[0].bits, (uint32_t)operands[1].bits,
                                   (uint32_t)operands[2].bits};
        uint32_t word;
        done = bfp_fast_short(operation, cpu->state.fpc, words, &word);
        *result = bfp_make(word);
    } else {
        const uint64_t words[3] = {bfp_low(operands[0]), bfp_low(operands[1]),
                                   bfp_low(operands[2])};
        uint64_t word;
        done = bfp_fast_long(operation, cpu->state.fpc, words, &word);
        *result = bfp_make(word);
    }
    return likely(done);
}

struct computation {
    two_operands *operation;
    enum bfp_fast_operation fast;
    bool sets_cc;
};

static ALWAYS_INLINE void compute(struct vcpu *cpu, enum bfp_format format, unsigned r1,
                                  bfp_value second, struct computation computation)
{
    const bfp_value first = bfp_register(cpu, format, r1);
    bfp_value result;

    if (host_computes(cpu, format, computation.fast, (const bfp_value[3]){first, second},
                      &result)) {
        bfp_register_set(cpu, format, r1, result);
        if (computation.sets_cc)
            cc_set(cpu, bfp_fast_condition_code(format, result));
        return;
    }
    struct bfp_env env = bfp_begin(cpu);
    result = computation.operation(&env, format, first, second);
    bfp_suppress(cpu, &env);
    bfp_register_set(cpu, format, r1, result);
    if (computation.sets_cc)
        cc_set(cpu, bfp_condition_code(format, result));
    bfp_complete(cpu, &env);
}

#define FROM_REGISTER(format) bfp_register(cpu, format, insn->r2)
#define FROM_STORAGE(format)  bfp_storage(cpu, insn, format)

#define COMPUTE(name, format, second, ...)                                                         \
    void insn_bfp_##name(struct vcpu *cpu, const struct insn *insn)                                \
    {                                                                                              \
        compute(cpu, format, insn->r1, second(format), (struct computation){__VA_ARGS__});         \
    }

#define COMPUTE_ALL(name, ...)                                                                     \
    COMPUTE(name##_short, BFP_SHORT, FROM_REGISTER, __VA_ARGS__)                                   \
    COMPUTE(name##_long, BFP_LONG, FROM_REGISTER, __VA_ARGS__)                                     \
    COMPUTE(name##_extended, BFP_EXTENDED, FROM_REGISTER, __VA_ARGS__)                             \
    COMPUTE(name##_short_storage, BFP_SHORT, FROM_STORAGE, __VA_ARGS__)                            \
    COMPUTE(name##_long_storage, BFP_LONG, FROM_STORAGE, __VA_ARGS__)

COMPUTE_ALL(add, bfp_add, BFP_FAST_ADD, true)
COMPUTE_ALL(subtract, bfp_subtract, BFP_FAST_SUBTRACT, true)
COMPUTE_ALL(multiply, bfp_multiply, BFP_FAST_MULTIPLY, false)
COMPUTE_ALL(divide, bfp_divide, BFP_FAST_DIVIDE, false)

/* The first operand is in FORMAT, the product in the next longer one. */
static ALWAYS_INLINE void multiply_longer(struct vcpu *cpu, enum bfp_format format, unsigned r1,
                                          bfp_value second)
{
    const bfp_value first = bfp_register(cpu, format, r1);
    bfp_value result;

    if (format == BFP_SHORT && bfp_fast_multiply_longer(first, second, &result)) {
        bfp_register_set(cpu, format + 1, r1, result);
        return;
    }
    struct bfp_env env = bfp_begin(cpu);
    result = bfp_multiply_longer(&env, format, first, second);
    bfp_suppress(cpu, &env);
    bfp_register_set(cpu, format + 1, r1, result);
    bfp_complete(cpu, &env);
}

#define MULTIPLY_LONGER(name, format, second)                                                      \
    void insn_bfp_multiply_##name(struct vcpu *cpu, const struct insn *insn)                       \
    {                                                                                              \
        multiply_longer(cpu, format, insn->r1, second(format));                                    \
    }

MULTIPLY_LONGER(short_to_long, BFP_SHORT, FROM_REGISTER)
MULTIPLY_LONGER(short_to_long_storage, BFP_SHORT, FROM_STORAGE)
MULTIPLY_LONGER(long_to_extended, BFP_LONG, FROM_REGISTER)
MULTIPLY_LONGER(long_to_extended_storage, BFP_LONG, FROM_STORAGE)

static ALWAYS_INLINE void square_root(struct vcpu *cpu, enum bfp_format format, unsigned r1,
                                      bfp_value operand)
{
    bfp_value result;

    if (host_computes(cpu, format, BFP_FAST_SQUARE_ROOT, (const bfp_value[3]){operand, operand},
                      &result)) {
        bfp_register_set(cpu, format, r1, result);
        return;
    }
    struct bfp_env env = bfp_begin(cpu);
    result = bfp_square_root(&env, format, operand);
    bfp_suppress(cpu, &env);
    bfp_register_set(cpu, format, r1, result);
    bfp_complete(cpu, &env);
}

#define SQUARE_ROOT(name, format, second)                                                          \
    void insn_bfp_square_root_##name(struct vcpu *cpu, const struct insn *insn)                    \
    {                                                                                              \
        square_root(cpu, format, insn->r1, second(format));                                        \
    }

SQUARE_ROOT(short, BFP_SHORT, FROM_REGISTER)
SQUARE_ROOT(long, BFP_LONG, FROM_REGISTER)
SQUARE_ROOT(extended, BFP_EXTENDED, FROM_REGISTER)
SQUARE_ROOT(short_storage, BFP_SHORT, FROM_STORAGE)
SQUARE_ROOT(long_storage, BFP_LONG, FROM_STORAGE)

struct fused {
    three_operands *operation;
    enum bfp_fast_operation fast;
};

/* Second operand times third, plus or minus the first. */
static ALWAYS_INLINE void compute_fused(struct vcpu *cpu, const struct insn *insn,
                                        enum bfp_format format, bfp_value second,
                                        struct fused fused)
{
    const bfp_value first = bfp_register(cpu, format, insn->r1);
    const bfp_value third = bfp_register(cpu, format, insn->r3);
    bfp_value result;

    if (host_computes(cpu, format, fused.fast, (const bfp_value[3]){second, third, first},
                      &result)) {
        bfp_register_set(cpu, format, insn->r1, result);
        return;
    }
    struct bfp_env env = bfp_begin(cpu);
    result = fused.operation(&env, format, second, third, first);
    bfp_suppress(cpu, &env);
    bfp_register_set(cpu, format, insn->r1, result);
    bfp_complete(cpu, &env);
}

#define FUSED(name, format, second, ...)                                                           \
    void insn_bfp_##name(struct vcpu *cpu, const struct insn *insn)                                \
    {                                                                                              \
        compute_fused(cpu, insn, format, second(format), (struct fused){__VA_ARGS__});             \
    }

#define FUSED_ALL(name, ...)                                                                       \
    FUSED(name##_short, BFP_SHORT, FROM_REGISTER, __VA_ARGS__)                                     \
    FUSED(name##_long, BFP_LONG, FROM_REGISTER, __VA_ARGS__)                                       \
    FUSED(name##_short_storage, BFP_SHORT, FROM_STORAGE, __VA_ARGS__)                              \
    FUSED(name##_long_storage, BFP_LONG, FROM_STORAGE, __VA_ARGS__)

FUSED_ALL(multiply_add, bfp_multiply_add, BFP_FAST_MULTIPLY_ADD)
FUSED_ALL(multiply_subtract, bfp_multiply_subtract, BFP_FAST_MULTIPLY_SUBTRACT)

static ALWAYS_INLINE void divide_to_integer(struct vcpu *cpu, const struct insn *insn,
                                            enum bfp_format format)
{
    if (insn->r1 == insn->r2 || insn->r2 == insn->r3 || insn->r1 == insn->r3)
        specification_exception(cpu);
    struct bfp_env env = bfp_begin(cpu);
    const uint8_t quotient_rounding = bfp_rounding(cpu, insn->m4, env.rounding);
    const struct bfp_quotient result =
        bfp_divide_to_integer(&env, format, bfp_register(cpu, format, insn->r1),
                              bfp_register(cpu, format, insn->r2), quotient_rounding);

    bfp_suppress(cpu, &env);
    bfp_register_set(cpu, format, insn->r1, result.remainder);
    bfp_register_set(cpu, format, insn->r3, result.quotient);
    cc_set(cpu, result.cc);
    bfp_complete(cpu, &env);
}

void insn_bfp_divide_to_integer_short(struct vcpu *cpu, const struct insn *insn)
{
    divide_to_integer(cpu, insn, BFP_SHORT);
}

void insn_bfp_divide_to_integer_long(struct vcpu *cpu, const struct insn *insn)
{
    divide_to_integer(cpu, insn, BFP_LONG);
}
