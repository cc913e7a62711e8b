/* Interlocked updates of storage. */
#include "cpu/jit/lift/lift.h"

lifter lift_update_byte, lift_update_immediate, lift_load_and_update, lift_compare_and_swap_32,
    lift_compare_and_swap_64, lift_compare_and_swap_pair;

/* The extension of the opcode of LOAD AND ADD and its kin, whose last digit is the operation. */
enum update_opcode {
    UPDATE_EXCLUSIVE_OR = 7,
    UPDATE_AND = 4,
    UPDATE_OR = 6,
    UPDATE_ADD = 8,
    UPDATE_ADD_LOGICAL = 10,
};

static enum ir_opcode operation(unsigned opcode)
{
    switch (opcode & 15) {
    case UPDATE_AND:
        return IR_AND;
    case UPDATE_OR:
        return IR_OR;
    case UPDATE_EXCLUSIVE_OR:
        return IR_XOR;
    default:
        return IR_ADD;
    }
}

static enum ir_cc rule(unsigned opcode, unsigned width)
{
    if ((opcode & 15) == UPDATE_ADD)
        return width == 8 ? IR_CC_SIGN64 : IR_CC_SIGN32;
    if ((opcode & 15) == UPDATE_ADD_LOGICAL)
        return width == 8 ? IR_CC_ADD_U64 : IR_CC_ADD_U32;
    return IR_CC_LOGIC;
}

static struct ir_op *update(struct lift *lift, enum ir_opcode op, unsigned width, ir_value dst)
{
    struct ir_op *o = lift_emit(lift, IR_UPDATE, width, IR_DAB(dst, IR_NOTHING, IR_NOTHING));

    o->length = (uint8_t)op;
    return o;
}

/* NI, OI, XI: the last digit of the opcode tells, in both formats. */
bool lift_update_byte(struct lift *lift)
{
    unsigned opcode = insn_rows[lift->insn->row].opcode;
    unsigned last = (opcode & 0xff ? opcode : opcode >> 8) & 15;
    struct ir_op *op = update(lift, operation(last), 1, IR_NOTHING);

    lift_address1(lift, op);
    op->c = IR_CONST;
    op->imm = lift->insn->i2;
    op->cc = IR_CC_LOGIC;
    return true;
}

#define OPCODE_ASI  0xeb6a
#define OPCODE_AGSI 0xeb7a
#define OPCODE_ALSI 0xeb6e

/* The addend is signed in the logical instructions too. */
bool lift_update_immediate(struct lift *lift)
{
    unsigned opcode = insn_rows[lift->insn->row].opcode;
    unsigned width = opcode == OPCODE_ASI || opcode == OPCODE_ALSI ? 4 : 8;
    bool is_signed = opcode == OPCODE_ASI || opcode == OPCODE_AGSI;
    struct ir_op *op = update(lift, IR_ADD, width, IR_NOTHING);

    lift_address1(lift, op);
    op->c = IR_CONST;
    op->imm = lift->insn->i2;
    op->cc = (uint8_t)rule(is_signed ? UPDATE_ADD : UPDATE_ADD_LOGICAL, width);
    return true;
}

bool lift_load_and_update(struct lift *lift)
{
    const struct insn *insn = lift->insn;
    unsigned opcode = insn_rows[insn->row].opcode, width = opcode & 0x10 ? 4 : 8;
    struct ir_op *op = update(lift, operation(opcode), width, IR_GR(insn->r1));

    lift_address2(lift, op);
    op->c = IR_GR(insn->r3);
    op->cc = (uint8_t)rule(opcode, width);
    return true;
}

static bool compare_and_swap(struct lift *lift, enum ir_opcode op, unsigned width)
{
    struct ir_op *o =
        lift_emit(lift, op, width, IR_DAB(IR_GR(lift->insn->r1), IR_NOTHING, IR_NOTHING));

    lift_address2(lift, o);
    o->c = IR_GR(lift->insn->r3);
    o->cc = IR_CC_LOGIC;
    return true;
}

bool lift_compare_and_swap_32(struct lift *lift)
{
    return compare_and_swap(lift, IR_CS, 4);
}

bool lift_compare_and_swap_64(struct lift *lift)
{
    return compare_and_swap(lift, IR_CS, 8);
}

bool lift_compare_and_swap_pair(struct lift *lift)
{
    return compare_and_swap(lift, IR_CSPAIR, 8);
}
