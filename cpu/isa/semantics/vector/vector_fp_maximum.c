/*
 * VECTOR FP MAXIMUM and VECTOR FP MINIMUM (PoP, chapter 24): five notions of the larger of two
 * numbers, which differ in NaNs and zeros, and the same of absolute values.
 */
#include "cpu/float/bfp_fast_convert.h"
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

static void recognize_invalid(struct bfp_env *env)
{
    if (env->traps & BFP_INVALID)
        env->dxc = BFP_INVALID;
    else
        env->flags |= BFP_INVALID;
}

/* Where A or B is a NaN. The macro, the algorithm and the library function leave a signaling NaN
   as it is. */
static COLD bfp_value select_nan(struct bfp_env *env, enum function function, const struct pair *p)
{
    const uint16_t class_a = bfp_data_class(p->format, p->a);
    const uint16_t class_b = bfp_data_class(p->format, p->b);
    const bool signaling = is_signaling(class_a | class_b);

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
        return is_nan(class_b) ? p->a : p->b;
    case FUNCTION_IEEE:
        if (!signaling)
            return is_nan(class_b) ? p->a : p->b;
        break;
    default:
        break;
    }
    /* The usual order: a signaling NaN before a quiet one, the second operand before the third. */
    if (signaling ? is_signaling(class_a) : is_nan(class_a))
        return bfp_load_and_test(env, p->format, p->a);
    return bfp_load_and_test(env, p->format, p->b);
}

/* The condition code of COMPARE; false where A or B is a NaN. */
static ALWAYS_INLINE bool order(enum bfp_format format, bfp_value a, bfp_value b, uint8_t *cc)
{
    struct bfp_env env = {.rounding = BFP_ROUND_NEAREST_EVEN};

    if (format != BFP_EXTENDED)
        return bfp_fast_compare(format, a, b, cc);
    *cc = bfp_compare(&env, format, a, b, false);
    return *cc != 3;
}

/* Equal numbers differ at most in the sign of zero. The macro and the algorithm yield the operand
   for which their comparison is false; the others take -0 for less than +0. */
static ALWAYS_INLINE bfp_value select_equal(enum function function, bool maximum,
                                            const struct pair *p)
{
    if (function == FUNCTION_MACRO)
        return p->b;
    if (function == FUNCTION_ALGORITHM)
        return p->a;
    return bfp_is_negative(p->format, p->a) == maximum ? p->b : p->a;
}

/* maxNumMag and minNumMag compare magnitudes and yield an operand with its sign, and compare
   further where the magnitudes are equal. */
static ALWAYS_INLINE bfp_value select_operand(struct bfp_env *env, unsigned m6, bool maximum,
                                              struct pair p)
{
    const enum function function = (enum function)(m6 & ~(unsigned)FUNCTION_ABSOLUTE);
    const bool absolute = m6 & FUNCTION_ABSOLUTE;
    uint8_t cc;

    if (absolute && function != FUNCTION_IEEE) {
        p.a = bfp_set_sign(p.format, p.a, false);
        p.b = bfp_set_sign(p.format, p.b, false);
    }
    if (unlikely(!order(p.format, p.a, p.b, &cc)))
        return select_nan(env, function, &p);
    if (absolute && function == FUNCTION_IEEE) {
        uint8_t of_magnitudes;

        order(p.format, bfp_set_sign(p.format, p.a, false), bfp_set_sign(p.format, p.b, false),
              &of_magnitudes);
        cc = of_magnitudes ? of_magnitudes : cc;
    }
    if (unlikely(cc == 0))
        return select_equal(function, maximum, &p);
    return (cc == 2) == maximum ? p.a : p.b;
}

static ALWAYS_INLINE void extreme_in(struct vcpu *cpu, const struct insn *insn,
                                     struct vector_fp_elements elements, bool maximum)
{
    const enum bfp_format format = elements.format;
    struct bfp_env env = bfp_begin(cpu);
    const union vector second = vector_get(cpu, insn->v2), third = vector_get(cpu, insn->v3);
    union vector result = {{0}};

    UNROLLED
    for (unsigned i = 0; i < elements.count; i++) {
        const struct pair pair = {format, vector_fp_get(&second, format, i),
                                  vector_fp_get(&third, format, i)};
        const bfp_value value = select_operand(&env, insn->m6, maximum, pair);

        vector_fp_element(cpu, &env, i);
        vector_fp_set(&result, format, i, value);
    }
    vector_set(cpu, insn->v1, result);
    vector_fp_complete(cpu, &env);
}

static ALWAYS_INLINE void extreme(struct vcpu *cpu, const struct insn *insn, bool maximum)
{
    const enum bfp_format format = vector_fp_format(cpu, insn->m4);

    vector_fp_controls(cpu, insn->m5, FP_SINGLE_ELEMENT);
    if (unlikely((insn->m6 & ~(unsigned)FUNCTION_ABSOLUTE) > FUNCTION_LIBRARY))
        specification_exception(cpu);
    VECTOR_FP_FOR(format, insn->m5, extreme_in, maximum);
}

void insn_vector_fp_maximum(struct vcpu *cpu, const struct insn *insn)
{
    extreme(cpu, insn, true);
}

void insn_vector_fp_minimum(struct vcpu *cpu, const struct insn *insn)
{
    extreme(cpu, insn, false);
}
