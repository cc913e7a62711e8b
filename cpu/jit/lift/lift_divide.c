/* Multiplication and division with a pair of registers. */
#include "cpu/jit/lift/lift.h"

lifter lift_divide_logical_64, lift_divide_logical_64_storage, lift_divide_logical_32,
    lift_divide_logical_32_storage, lift_divide_single, lift_divide_single_storage,
    lift_divide_single_32, lift_divide_single_32_storage, lift_multiply_logical,
    lift_multiply_logical_storage, lift_multiply_signed, lift_multiply_signed_storage;

/* The second operand from storage, extended to 8 bytes. */
static ir_value from_storage(struct lift *lift, unsigned width, bool is_signed)
{
    ir_value t = ir_temp(lift->block);
    struct ir_op *op = lift_emit(lift, IR_LD, width, IR_DAB(t, IR_NOTHING, IR_NOTHING));

    op->dst_width = 8;
    op->flags = is_signed ? IR_SIGNED : 0;
    lift_address2(lift, op);
    return t;
}

static bool pair(struct lift *lift, enum ir_opcode op, unsigned width, ir_value b)
{
    lift_emit(lift, op, width, IR_DAB(IR_GR(lift->insn->r1), IR_NOTHING, b));
    return true;
}

bool lift_divide_logical_64(struct lift *lift)
{
    return pair(lift, IR_DIVU, 8, IR_GR(lift->insn->r2));
}

bool lift_divide_logical_64_storage(struct lift *lift)
{
    return pair(lift, IR_DIVU, 8, from_storage(lift, 8, false));
}

bool lift_divide_logical_32(struct lift *lift)
{
    return pair(lift, IR_DIVU, 4, IR_GR(lift->insn->r2));
}

bool lift_divide_logical_32_storage(struct lift *lift)
{
    return pair(lift, IR_DIVU, 4, from_storage(lift, 4, false));
}

bool lift_divide_single(struct lift *lift)
{
    return pair(lift, IR_DIVS, 8, IR_GR(lift->insn->r2));
}

bool lift_divide_single_storage(struct lift *lift)
{
    return pair(lift, IR_DIVS, 8, from_storage(lift, 8, true));
}

bool lift_divide_single_32(struct lift *lift)
{
    ir_value t = ir_temp(lift->block);

    lift_emit(lift, IR_SX32, 8, IR_DAB(t, IR_GR(lift->insn->r2), IR_NOTHING));
    return pair(lift, IR_DIVS, 8, t);
}

bool lift_divide_single_32_storage(struct lift *lift)
{
    return pair(lift, IR_DIVS, 8, from_storage(lift, 4, true));
}

static bool multiply(struct lift *lift, ir_value a, ir_value b, bool is_signed)
{
    struct ir_op *op = lift_emit(lift, IR_MULW, 8, IR_DAB(IR_GR(lift->insn->r1), a, b));

    op->flags = is_signed ? IR_SIGNED : 0;
    return true;
}

static ir_value odd_register(const struct lift *lift)
{
    return IR_GR(lift->insn->r1 | 1u);
}

bool lift_multiply_logical(struct lift *lift)
{
    return multiply(lift, odd_register(lift), IR_GR(lift->insn->r2), false);
}

bool lift_multiply_logical_storage(struct lift *lift)
{
    return multiply(lift, odd_register(lift), from_storage(lift, 8, false), false);
}

bool lift_multiply_signed(struct lift *lift)
{
    return multiply(lift, IR_GR(lift->insn->r2), IR_GR(lift->insn->r3), true);
}

bool lift_multiply_signed_storage(struct lift *lift)
{
    return multiply(lift, odd_register(lift), from_storage(lift, 8, false), true);
}
