/*
 * Vector floating-point instructions (PoP chapter 24). The single-element forms on long numbers
 * in registers that are floating-point registers too are what compilers use for scalars; they
 * become operations on those.
 */
#include "cpu/jit/lift/lift_vector.h"

enum {
    FORMAT_SHORT_BFP = 2,
    FORMAT_LONG_BFP = 3,
    SINGLE_ELEMENT = 8,
    NO_INEXACT = 4,
    CONDITION_CODE_SET = 1,
};

#define T0   IR_VT(0)
#define SIGN UINT64_C(0x8000000000000000)

/* The base facility has long numbers alone. */
static bool has_format(const struct lift *lift, unsigned m)
{
    return m == FORMAT_LONG_BFP ||
           (m == FORMAT_SHORT_BFP && lift->mode & LIFT_VECTOR_ENHANCEMENTS_1);
}

static unsigned width_of(unsigned m)
{
    return m == FORMAT_LONG_BFP ? 8 : 4;
}

/* All registers named are floating-point registers. */
static bool are_floats(unsigned a, unsigned b, unsigned c)
{
    return (a | b | c) < 16;
}

#define F1 IR_FR(lift->insn->v1)
#define F2 IR_FR(lift->insn->v2)
#define F3 IR_FR(lift->insn->v3)

bool lift_vector_float(struct lift *lift)
{
    const struct insn *insn = lift->insn;
    const bool single = insn->m5 & SINGLE_ELEMENT;
    const unsigned row = insn->row;

    if (!has_format(lift, insn->m4) || insn->m5 & ~SINGLE_ELEMENT)
        return false;
    if (single && insn->m4 == FORMAT_LONG_BFP && are_floats(insn->v1, insn->v2, insn->v3)) {
        lift_emit(lift,
                  row == ROW_VFA   ? IR_FADD
                  : row == ROW_VFS ? IR_FSUB
                  : row == ROW_VFM ? IR_FMUL
                                   : IR_FDIV,
                  8, IR_DAB(F1, F2, F3));
        return true;
    }
    lift_emit(lift,
              row == ROW_VFA   ? IR_VFADD
              : row == ROW_VFS ? IR_VFSUB
              : row == ROW_VFM ? IR_VFMUL
                               : IR_VFDIV,
              width_of(insn->m4), IR_DAB(V1, V2, V3))
        ->imm = single;
    return true;
}

bool lift_vector_float_root(struct lift *lift)
{
    const struct insn *insn = lift->insn;
    const bool single = insn->m4 & SINGLE_ELEMENT;

    if (!has_format(lift, insn->m3) || insn->m4 & ~SINGLE_ELEMENT)
        return false;
    if (single && insn->m3 == FORMAT_LONG_BFP && are_floats(insn->v1, insn->v2, 0))
        lift_emit(lift, IR_FSQRT, 8, IR_DAB(F1, F2, IR_NOTHING));
    else
        vector_one(lift, IR_VFSQRT, width_of(insn->m3), IR_TO(V1, V2), single);
    return true;
}

/* The signs of all numbers, or of element 0. */
static void with_signs(struct lift *lift, enum ir_opcode opcode, struct ir_operands operands,
                       unsigned width, bool single)
{
    struct ir_op *op;

    operands.b = IR_CONST;
    op = lift_emit(lift, opcode, 8, operands);
    op->imm = (int64_t)(width == 8 || single ? SIGN : vector_repeated(SIGN >> 32, 4));
    op->imm2 = single ? IR_VECTOR_FIRST : IR_VECTOR_BOTH;
}

bool lift_vector_float_fused(struct lift *lift)
{
    const struct insn *insn = lift->insn;
    const bool single = insn->m5 & SINGLE_ELEMENT;
    const bool negative = insn->row == ROW_VFNMA || insn->row == ROW_VFNMS;
    const bool adds = insn->row == ROW_VFMA || insn->row == ROW_VFNMA;
    struct ir_op *op;

    if (!has_format(lift, insn->m6) || insn->m5 & ~SINGLE_ELEMENT)
        return false;
    if (single && insn->m6 == FORMAT_LONG_BFP && !negative &&
        are_floats(insn->v1 | insn->v4, insn->v2, insn->v3)) {
        op = lift_emit(lift, adds ? IR_FMADD : IR_FMSUB, 8, IR_DAB(F1, F2, F3));
        op->c = insn->v4 == insn->v1 ? IR_NOTHING : IR_FR(insn->v4);
        return true;
    }
    op = lift_emit(lift, adds ? IR_VFMADD : IR_VFMSUB, width_of(insn->m6),
                   IR_DAB(negative ? T0 : V1, V2, V3));
    op->c = V4;
    op->imm = single;
    if (negative)
        with_signs(lift, IR_VXOR, IR_TO(V1, T0), width_of(insn->m6), single);
    return true;
}

bool lift_vector_float_compare(struct lift *lift)
{
    const struct insn *insn = lift->insn;
    const bool single = insn->m5 & SINGLE_ELEMENT, sets_cc = insn->m6 & CONDITION_CODE_SET;
    const enum ir_opcode op = insn->row == ROW_VFCE   ? IR_VFCMPEQ
                              : insn->row == ROW_VFCH ? IR_VFCMPGT
                                                      : IR_VFCMPGE;

    if (!has_format(lift, insn->m4) || insn->m5 & ~SINGLE_ELEMENT ||
        insn->m6 & ~CONDITION_CODE_SET || (single && sets_cc))
        return false;
    lift_emit(lift, op, width_of(insn->m4), IR_DAB(sets_cc ? T0 : V1, V2, V3))->imm = single;
    if (sets_cc) {
        vector_one(lift, IR_VMOV, 8, IR_TO(V1, T0), 0);
        vector_test_result(lift, T0);
    }
    return true;
}

bool lift_vector_float_compare_scalar(struct lift *lift)
{
    const struct insn *insn = lift->insn;

    if (!has_format(lift, insn->m3) || insn->m4 || !are_floats(insn->v1, insn->v2, 0))
        return false;
    lift_emit(lift, IR_FCMP, width_of(insn->m3), IR_DAB(IR_NOTHING, F1, F2))->cc =
        insn->m3 == FORMAT_LONG_BFP ? IR_CC_FCMP64 : IR_CC_FCMP32;
    return true;
}

/* 0 complements the signs, 1 makes them ones, 2 zeros. */
bool lift_vector_float_sign(struct lift *lift)
{
    const struct insn *insn = lift->insn;
    const bool single = insn->m4 & SINGLE_ELEMENT;
    const unsigned width = width_of(insn->m3);
    struct ir_op *op;

    if (!has_format(lift, insn->m3) || insn->m4 & ~SINGLE_ELEMENT || insn->m5 > 2)
        return false;
    if (single && width == 8 && are_floats(insn->v1, insn->v2, 0)) {
        lift_emit(lift,
                  insn->m5 == 0   ? IR_FNEG
                  : insn->m5 == 1 ? IR_FNABS
                                  : IR_FABS,
                  8, IR_DAB(F1, F2, IR_NOTHING));
        return true;
    }
    if (single) {
        op = lift_emit(lift, IR_VAND, 8, IR_DAB(T0, V2, IR_CONST));
        op->imm = width == 8 ? INT64_C(-1) : INT64_C(-1) << 32;
        op->imm2 = IR_VECTOR_FIRST;
    }
    with_signs(lift,
               insn->m5 == 0   ? IR_VXOR
               : insn->m5 == 1 ? IR_VOR
                               : IR_VANDN,
               IR_TO(V1, single ? T0 : V2), width, single);
    return true;
}

/* M5 0 is the mode of the FPC, under which the host rounds to nearest, and 4 that mode itself. */
bool lift_vector_float_from_fixed(struct lift *lift)
{
    const struct insn *insn = lift->insn;
    ir_value fixed;
    struct ir_op *op;

    if (insn->m3 != FORMAT_LONG_BFP || insn->m4 & ~(SINGLE_ELEMENT | NO_INEXACT) ||
        !(insn->m4 & SINGLE_ELEMENT) || (insn->m5 != 0 && insn->m5 != 4) || insn->v1 >= 16)
        return false;
    fixed = ir_temp(lift->block);
    vector_one(lift, IR_VEXT, 8, IR_TO(fixed, V2), 0);
    op = lift_emit(lift, IR_FFROMI, 8, IR_DAB(F1, fixed, IR_NOTHING));
    op->imm = 8;
    op->flags = IR_SIGNED;
    return true;
}

bool lift_vector_float_lengthened(struct lift *lift)
{
    const struct insn *insn = lift->insn;

    if (insn->m3 != FORMAT_SHORT_BFP || insn->m4 != SINGLE_ELEMENT ||
        !are_floats(insn->v1, insn->v2, 0))
        return false;
    lift_emit(lift, IR_FEXTEND, 4, IR_DAB(F1, F2, IR_NOTHING));
    return true;
}
