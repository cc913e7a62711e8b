/* LOAD POSITIVE and LOAD NEGATIVE, by the sign spread over a register: 0 or -1. */
#include "cpu/jit/lift/lift.h"

lifter lift_load_positive_32, lift_load_positive_64, lift_load_positive_64_32,
    lift_load_negative_32, lift_load_negative_64, lift_load_negative_64_32;

/* R1 = |V| or -|V|. Only the number without a positive counterpart overflows, in the first. */
static bool absolute(struct lift *lift, unsigned width, ir_value v, bool positive)
{
    ir_value sign = ir_temp(lift->block), other = ir_temp(lift->block);
    ir_value g = IR_GR(lift->insn->r1);
    struct ir_op *op;

    lift_emit(lift, IR_SAR, width, IR_DAB(sign, v, IR_CONST))->imm = 8 * width - 1;
    lift_emit(lift, IR_XOR, width, IR_DAB(other, v, sign));
    op = lift_emit(lift, IR_SUB, width, positive ? IR_DAB(g, other, sign) : IR_DAB(g, sign, other));
    op->cc = width == 8 ? IR_CC_SIGN64 : IR_CC_SIGN32;
    op->flags = positive ? IR_OVERFLOW : 0;
    return true;
}

static ir_value extended(struct lift *lift)
{
    ir_value t = ir_temp(lift->block);

    lift_emit(lift, IR_SX32, 8, IR_DAB(t, IR_GR(lift->insn->r2), IR_NOTHING));
    return t;
}

bool lift_load_positive_32(struct lift *lift)
{
    return absolute(lift, 4, IR_GR(lift->insn->r2), true);
}

bool lift_load_positive_64(struct lift *lift)
{
    return absolute(lift, 8, IR_GR(lift->insn->r2), true);
}

bool lift_load_positive_64_32(struct lift *lift)
{
    return absolute(lift, 8, extended(lift), true);
}

bool lift_load_negative_32(struct lift *lift)
{
    return absolute(lift, 4, IR_GR(lift->insn->r2), false);
}

bool lift_load_negative_64(struct lift *lift)
{
    return absolute(lift, 8, IR_GR(lift->insn->r2), false);
}

bool lift_load_negative_64_32(struct lift *lift)
{
    return absolute(lift, 8, extended(lift), false);
}
