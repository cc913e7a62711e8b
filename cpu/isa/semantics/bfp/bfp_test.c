/*
 * BFP instructions that only look at their operands or change a sign: COMPARE, COMPARE AND
 * SIGNAL, LOAD AND TEST, LOAD COMPLEMENT, LOAD NEGATIVE, LOAD POSITIVE, TEST DATA CLASS (PoP,
 * chapter 19).
 */
#include "cpu/float/bfp_fast_convert.h"
#include "cpu/isa/semantics/bfp/bfp_operand.h"

static ALWAYS_INLINE void compare(struct vcpu *cpu, enum bfp_format format, unsigned r1,
                                  bfp_value second, bool signaling)
{
    const bfp_value first = bfp_register(cpu, format, r1);
    uint8_t cc;

    if (bfp_fast_compare(format, first, second, &cc)) {
        cc_set(cpu, cc);
        return;
    }
    struct bfp_env env = bfp_begin(cpu);
    cc = bfp_compare(&env, format, first, second, signaling);
    bfp_suppress(cpu, &env);
    cc_set(cpu, cc);
    bfp_complete(cpu, &env);
}

#define COMPARE(name, format, second, signaling)                                                   \
    void insn_bfp_##name(struct vcpu *cpu, const struct insn *insn)                                \
    {                                                                                              \
        compare(cpu, format, insn->r1, second, signaling);                                         \
    }

#define COMPARE_ALL(name, signaling)                                                               \
    COMPARE(name##_short, BFP_SHORT, bfp_register(cpu, BFP_SHORT, insn->r2), signaling)            \
    COMPARE(name##_long, BFP_LONG, bfp_register(cpu, BFP_LONG, insn->r2), signaling)               \
    COMPARE(name##_extended, BFP_EXTENDED, bfp_register(cpu, BFP_EXTENDED, insn->r2), signaling)   \
    COMPARE(name##_short_storage, BFP_SHORT, bfp_storage(cpu, insn, BFP_SHORT), signaling)         \
    COMPARE(name##_long_storage, BFP_LONG, bfp_storage(cpu, insn, BFP_LONG), signaling)

COMPARE_ALL(compare, false)
COMPARE_ALL(compare_and_signal, true)

static ALWAYS_INLINE void load_and_test(struct vcpu *cpu, const struct insn *insn,
                                        enum bfp_format format)
{
    const bfp_value operand = bfp_register(cpu, format, insn->r2);
    uint8_t cc;

    if (bfp_fast_compare(format, operand, bfp_make(0), &cc)) {
        bfp_register_set(cpu, format, insn->r1, operand);
        cc_set(cpu, cc);
        return;
    }
    struct bfp_env env = bfp_begin(cpu);
    const bfp_value result = bfp_load_and_test(&env, format, operand);

    bfp_suppress(cpu, &env);
    bfp_register_set(cpu, format, insn->r1, result);
    cc_set(cpu, bfp_condition_code(format, result));
    bfp_complete(cpu, &env);
}

/* No IEEE exceptions, not even for a signaling NaN. */
static ALWAYS_INLINE void load_signed(struct vcpu *cpu, const struct insn *insn,
                                      enum bfp_format format, bool negative)
{
    const bfp_value operand = bfp_register(cpu, format, insn->r2);
    const bfp_value result = bfp_set_sign(format, operand, negative);

    bfp_register_set(cpu, format, insn->r1, result);
    cc_set(cpu, bfp_condition_code(format, result));
}

#define NOT_NEGATIVE(format) !bfp_is_negative(format, bfp_register(cpu, format, insn->r2))

static ALWAYS_INLINE void test_data_class(struct vcpu *cpu, const struct insn *insn,
                                          enum bfp_format format)
{
    /* The second-operand address is not one: its rightmost 12 bits select the classes. */
    const uint64_t selected = operand_address2x(cpu, insn);

    cc_set(cpu, (bfp_data_class(format, bfp_register(cpu, format, insn->r1)) & selected) != 0);
}

#define TEST_ALL(width, format)                                                                    \
    void insn_bfp_load_and_test_##width(struct vcpu *cpu, const struct insn *insn)                 \
    {                                                                                              \
        load_and_test(cpu, insn, format);                                                          \
    }                                                                                              \
    void insn_bfp_load_complement_##width(struct vcpu *cpu, const struct insn *insn)               \
    {                                                                                              \
        load_signed(cpu, insn, format, NOT_NEGATIVE(format));                                      \
    }                                                                                              \
    void insn_bfp_load_negative_##width(struct vcpu *cpu, const struct insn *insn)                 \
    {                                                                                              \
        load_signed(cpu, insn, format, true);                                                      \
    }                                                                                              \
    void insn_bfp_load_positive_##width(struct vcpu *cpu, const struct insn *insn)                 \
    {                                                                                              \
        load_signed(cpu, insn, format, false);                                                     \
    }                                                                                              \
    void insn_bfp_test_data_class_##width(struct vcpu *cpu, const struct insn *insn)               \
    {                                                                                              \
        test_data_class(cpu, insn, format);                                                        \
    }

TEST_ALL(short, BFP_SHORT)
TEST_ALL(long, BFP_LONG)
TEST_ALL(extended, BFP_EXTENDED)
