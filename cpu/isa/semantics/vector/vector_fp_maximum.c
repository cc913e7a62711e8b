/*
 * VECTOR FP MAXIMUM and VECTOR FP MINIMUM (PoP, chapter 24): five notions of the larger of two
 * numbers, which differ in NaNs and zeros, and the same of absolute values.
 */
#include "cpu/isa/semantics/vector/vector_fp.h"

/* M6: the function; those of absolute values have FUNCTION_ABSOLUTE too. */
enum function {
    FUNCTION_IEEE = 0,      /* maxNum and minNum of IEEE 754-2008 */
    FUNCTION_JAVA = 1,      /* Math.max and Math.min */
    FUNCTION_MACRO = 2,     /* a > b ? a : b */
    FUNCTION_ALGORITHM = 3, /* a < b ? b : a, std::max */
    FUNCTION_LIBRARY = 4,   /* fmax and fmin of C */
    FUNCTION_ABSOLUTE = 8,
};

struct pair {
    enum bfp_format format;
    bfp_value a;
    bfp_value b;
};

static bool is_nan(uint16_t class)
{
    return class & 0x00f;
}

static bool is_signaling(uint16_t class)
{
    return class & 0x003;
}

static bfp_value quiet(struct bfp_env *env, enum bfp_format format, bfp_value v)
{
    return bfp_load_and_test(env, format, v);
}

static void recognize_invalid(struct bfp_env *env)
{
    if (env->traps & BFP_INVALID)
        env->dxc = BFP_INVALID;
    else
        env->flags |= BFP_INVALID;
}

/* Where A or B is a NaN, of the data classes that are given. The macro, the algorithm and the
   library function leave a signaling NaN as it is. */
static COLD bfp_value select_nan(struct bfp_env *env, enum function function, const struct pair *p,
                                 const uint16_t class[2])
{
    const bool signaling = is_signaling(class[0] | class[1]);

    switch (function) {
    case FUNCTION_MACRO:
        recognize_invalid(env);
        return p->b;
    case FUNCTION_ALGORITHM:
        recognize_invalid(env);
        return p->a;
    case FUNCTION_LIBRARY:
        if (signaling)
            recognize_invalid(env);
        return is_nan(class[1]) ? p->a : p->b;
    case FUNCTION_IEEE:
        if (!signaling)
            return is_nan(class[1]) ? p->a : p->b;
        break;
    default:
        break;
    }
    /* The ordinary order: a signaling NaN before a quiet one, the second operand before the
       third. */
    if (signaling ? is_signaling(class[0]) : is_nan(class[0]))
        return quiet(env, p->format, p->a);
    return quiet(env, p->format, p->b);
}

/* The macro and the algorithm compare, so that zeros are equal; the others take -0 for less than
   +0. maxNumMag and minNumMag compare magnitudes and yield an operand with its sign, and compare
   further where the magnitudes are equal. */
static ALWAYS_INLINE bfp_value select_operand(struct bfp_env *env, unsigned m6, bool maximum,
                                              struct pair p)
{
    const enum function function = (enum function)(m6 & ~(unsigned)FUNCTION_ABSOLUTE);
    const bfp_value magnitudes[2] = {bfp_set_sign(p.format, p.a, false),
                                     bfp_set_sign(p.format, p.b, false)};
    const bool absolute = m6 & FUNCTION_ABSOLUTE;
    struct bfp_env quiet_env = {.rounding = env->rounding};
    uint8_t cc;

    if (absolute && function != FUNCTION_IEEE) {
        p.a = magnitudes[0];
        p.b = magnitudes[1];
    }
    cc = bfp_compare(&quiet_env, p.format, p.a, p.b, false);
    if (unlikely(cc == 3))
        return select_nan(
            env, function, &p,
            (const uint16_t[2]){bfp_data_class(p.format, p.a), bfp_data_class(p.format, p.b)});
    if (absolute && function == FUNCTION_IEEE) {
        const uint8_t of_magnitudes =
            bfp_compare(&quiet_env, p.format, magnitudes[0], magnitudes[1], false);

        cc = of_magnitudes ? of_magnitudes : cc;
    }
    if (cc != 0)
        return (cc == 2) == maximum ? p.a : p.b;
    if (function == FUNCTION_MACRO)
        return p.b;
    if (function == FUNCTION_ALGORITHM)
        return p.a;
    return bfp_is_negative(p.format, p.a) == maximum ? p.b : p.a;
}

static ALWAYS_INLINE void extreme(struct vcpu *cpu, const struct insn *insn, bool maximum)
{
    const enum bfp_format format = vector_fp_format(cpu, insn->m4);

    vector_fp_controls(cpu, insn->m5, FP_SINGLE_ELEMENT);
    if (unlikely((insn->m6 & ~(unsigned)FUNCTION_ABSOLUTE) > FUNCTION_LIBRARY))
        specification_exception(cpu);
    struct bfp_env env = bfp_begin(cpu);
    const union vector second = vector_get(cpu, insn->v2), third = vector_get(cpu, insn->v3);
    const unsigned count = vector_fp_count(format, insn->m5);
    union vector result = {{0}};

    for (unsigned i = 0; i < count; i++) {
        const bfp_value value =
            select_operand(&env, insn->m6, maximum,
                           (struct pair){format, vector_fp_get(&second, format, i),
                                         vector_fp_get(&third, format, i)});

        vector_fp_element(cpu, &env, i);
        vector_fp_set(&result, format, i, value);
    }
    vector_set(cpu, insn->v1, result);
    vector_fp_complete(cpu, &env);
}

void insn_vector_fp_maximum(struct vcpu *cpu, const struct insn *insn)
{
    extreme(cpu, insn, true);
}

void insn_vector_fp_minimum(struct vcpu *cpu, const struct insn *insn)
{
    extreme(cpu, insn, false);
}
