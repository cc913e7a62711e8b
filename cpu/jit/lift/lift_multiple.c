/* LOAD MULTIPLE and STORE MULTIPLE: one check for all registers. */
#include "cpu/jit/lift/lift.h"

lifter lift_load_multiple_64, lift_store_multiple_64, lift_load_multiple_32, lift_store_multiple_32;

static bool multiple(struct lift *lift, enum ir_opcode op, unsigned width)
{
    struct ir_op *o =
        lift_emit(lift, op, width, IR_DAB(IR_GR(lift->insn->r1), IR_NOTHING, IR_NOTHING));

    lift_address2(lift, o);
    o->c = IR_GR(lift->insn->r3);
    return true;
}

bool lift_load_multiple_64(struct lift *lift)
{
    return multiple(lift, IR_LM, 8);
}

bool lift_store_multiple_64(struct lift *lift)
{
    return multiple(lift, IR_STM, 8);
}

bool lift_load_multiple_32(struct lift *lift)
{
    return multiple(lift, IR_LM, 4);
}

bool lift_store_multiple_32(struct lift *lift)
{
    return multiple(lift, IR_STM, 4);
}
