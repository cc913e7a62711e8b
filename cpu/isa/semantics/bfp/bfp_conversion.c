/*
 * BFP conversions: CONVERT FROM and TO FIXED and LOGICAL, LOAD FP INTEGER, LOAD LENGTHENED, LOAD
 * ROUNDED (PoP, chapter 19).
 */
#include "cpu/float/bfp_fast_convert.h"
#include "cpu/isa/semantics/bfp/bfp_operand.h"

static ALWAYS_INLINE void from_integer(struct vcpu *cpu, const struct insn *insn,
                                       enum bfp_format format, bool logical, uint64_t integer)
{
    struct bfp_env env = bfp_begin_modified(cpu, insn, false);
    const struct bfp_fast_mode mode = bfp_fast_mode(&env, cpu->state.fpc);
    bfp_value result;

    if (!(logical ? bfp_fast_from_logical(mode, format, integer, &result)
                  : bfp_fast_from_fixed(mode, format, (int64_t)integer, &result)))
        result = logical ? bfp_from_logical(&env, format, integer)
                         : bfp_from_fixed(&env, format, (int64_t)integer);
    bfp_register_set(cpu, format, insn->r1, result);
    bfp_complete(cpu, &env);
}

static ALWAYS_INLINE void to_integer(struct vcpu *cpu, const struct insn *insn,
                                     enum bfp_format format, bool logical, unsigned bits)
{
    struct bfp_env env = bfp_begin_modified(cpu, insn, true);
    const bfp_value operand = bfp_register(cpu, format, insn->r2);
    const struct bfp_fast_mode mode = bfp_fast_mode(&env, cpu->state.fpc);
    int64_t fixed;
    uint64_t word;
    uint8_t cc;

    if (bfp_fast_to_integer(mode, format, operand,
                            (struct bfp_fast_integer){logical, (uint8_t)bits}, &fixed)) {
        word = (uint64_t)fixed;
        cc = bfp_fast_condition_code(format, operand);
    } else if (logical) {
        cc = bfp_to_logical(&env, format, operand, bits, &word);
    } else {
        cc = bfp_to_fixed(&env, format, operand, bits, &fixed);
        word = (uint64_t)fixed;
    }
    bfp_suppress(cpu, &env);
    if (bits == 32)
        gr32_set(cpu, insn->r1, (uint32_t)word);
    else
        gr64_set(cpu, insn->r1, word);
    cc_set(cpu, cc);
    bfp_complete(cpu, &env);
}

static ALWAYS_INLINE void load_fp_integer(struct vcpu *cpu, const struct insn *insn,
                                          enum bfp_format format)
{
    struct bfp_env env = bfp_begin_modified(cpu, insn, true);
    const struct bfp_fast_mode mode = bfp_fast_mode(&env, cpu->state.fpc);
    const bfp_value operand = bfp_register(cpu, format, insn->r2);
    bfp_value result;

    if (!bfp_fast_to_fp_integer(mode, format, operand, &result))
        result = bfp_round_to_integer(&env, format, operand);
    bfp_suppress(cpu, &env);
    bfp_register_set(cpu, format, insn->r1, result);
    bfp_complete(cpu, &env);
}

#define INTEGERS(width, format)                                                                    \
    void insn_bfp_fixed32_to_##width(struct vcpu *cpu, const struct insn *insn)                    \
    {                                                                                              \
        const int64_t integer = (int32_t)gr32(cpu, insn->r2);                                      \
        from_integer(cpu, insn, format, false, (uint64_t)integer);                                 \
    }                                                                                              \
    void insn_bfp_fixed64_to_##width(struct vcpu *cpu, const struct insn *insn)                    \
    {                                                                                              \
        from_integer(cpu, insn, format, false, gr64(cpu, insn->r2));                               \
    }                                                                                              \
    void insn_bfp_logical32_to_##width(struct vcpu *cpu, const struct insn *insn)                  \
    {                                                                                              \
        from_integer(cpu, insn, format, true, gr32(cpu, insn->r2));                                \
    }                                                                                              \
    void insn_bfp_logical64_to_##width(struct vcpu *cpu, const struct insn *insn)                  \
    {                                                                                              \
        from_integer(cpu, insn, format, true, gr64(cpu, insn->r2));                                \
    }                                                                                              \
    void insn_bfp_##width##_to_fixed32(struct vcpu *cpu, const struct insn *insn)                  \
    {                                                                                              \
        to_integer(cpu, insn, format, false, 32);                                                  \
    }                                                                                              \
    void insn_bfp_##width##_to_fixed64(struct vcpu *cpu, const struct insn *insn)                  \
    {                                                                                              \
        to_integer(cpu, insn, format, false, 64);                                                  \
    }                                                                                              \
    void insn_bfp_##width##_to_logical32(struct vcpu *cpu, const struct insn *insn)                \
    {                                                                                              \
        to_integer(cpu, insn, format, true, 32);                                                   \
    }                                                                                              \
    void insn_bfp_##width##_to_logical64(struct vcpu *cpu, const struct insn *insn)                \
    {                                                                                              \
        to_integer(cpu, insn, format, true, 64);                                                   \
    }                                                                                              \
    void insn_bfp_load_fp_integer_##width(struct vcpu *cpu, const struct insn *insn)               \
    {                                                                                              \
        load_fp_integer(cpu, insn, format);                                                        \
    }

INTEGERS(short, BFP_SHORT)
INTEGERS(long, BFP_LONG)
INTEGERS(extended, BFP_EXTENDED)

struct formats {
    enum bfp_format from;
    enum bfp_format to;
};

static ALWAYS_INLINE void load_lengthened(struct vcpu *cpu, unsigned r1, struct formats formats,
                                          bfp_value operand)
{
    bfp_value result;

    if (formats.from == BFP_SHORT && formats.to == BFP_LONG &&
        bfp_fast_lengthen(operand, &result)) {
        bfp_register_set(cpu, formats.to, r1, result);
        return;
    }
    struct bfp_env env = bfp_begin(cpu);
    result = bfp_lengthen(&env, formats.from, formats.to, operand);
    bfp_suppress(cpu, &env);
    bfp_register_set(cpu, formats.to, r1, result);
    bfp_complete(cpu, &env);
}

#define LOAD_LENGTHENED(name, from, to)                                                            \
    void insn_bfp_load_lengthened_##name(struct vcpu *cpu, const struct insn *insn)                \
    {                                                                                              \
        const bfp_value operand = bfp_register(cpu, from, insn->r2);                               \
        load_lengthened(cpu, insn->r1, (struct formats){from, to}, operand);                       \
    }                                                                                              \
    void insn_bfp_load_lengthened_##name##_storage(struct vcpu *cpu, const struct insn *insn)      \
    {                                                                                              \
        const bfp_value operand = bfp_storage(cpu, insn, from);                                    \
        load_lengthened(cpu, insn->r1, (struct formats){from, to}, operand);                       \
    }

LOAD_LENGTHENED(short_to_long, BFP_SHORT, BFP_LONG)
LOAD_LENGTHENED(short_to_extended, BFP_SHORT, BFP_EXTENDED)
LOAD_LENGTHENED(long_to_extended, BFP_LONG, BFP_EXTENDED)

/* PoP: a trap for overflow or underflow leaves a result in the format of the source. */
static ALWAYS_INLINE void load_rounded(struct vcpu *cpu, const struct insn *insn,
                                       struct formats formats)
{
    struct bfp_env env = bfp_begin_modified(cpu, insn, false);
    const bfp_value operand = bfp_register(cpu, formats.from, insn->r2);
    const struct bfp_fast_mode mode = bfp_fast_mode(&env, cpu->state.fpc);
    bfp_value result;

    if (formats.from == BFP_LONG && bfp_fast_round_format(mode, operand, &result)) {
        bfp_register_set(cpu, formats.to, insn->r1, result);
        return;
    }
    result = bfp_round_format(&env, formats.from, formats.to, operand);
    bfp_suppress(cpu, &env);
    bfp_register_set(cpu, env.source_format ? formats.from : formats.to, insn->r1, result);
    bfp_complete(cpu, &env);
}

#define LOAD_ROUNDED(name, from, to)                                                               \
    void insn_bfp_load_rounded_##name(struct vcpu *cpu, const struct insn *insn)                   \
    {                                                                                              \
        load_rounded(cpu, insn, (struct formats){from, to});                                       \
    }

LOAD_ROUNDED(long_to_short, BFP_LONG, BFP_SHORT)
LOAD_ROUNDED(extended_to_long, BFP_EXTENDED, BFP_LONG)
LOAD_ROUNDED(extended_to_short, BFP_EXTENDED, BFP_SHORT)
