/* Instructions of control programs. */
#include "cpu/isa/insn_index.h"
#include "cpu/jit/lift/lift.h"

lifter lift_store_then_and_system_mask, lift_store_then_or_system_mask;

/* PSW bits 6 and 7, the I/O and external masks, select no address space and no code. */
#define INTERRUPTION_MASKS 0x03

static bool store_then(struct lift *lift, enum ir_opcode opcode)
{
    struct ir_op *op = lift_emit(lift, opcode, 1, IR_DAB(IR_NOTHING, IR_NOTHING, IR_NOTHING));

    lift_address1(lift, op);
    op->c = IR_CONST;
    op->imm = (uint8_t)lift->insn->u2;
    return true;
}

bool lift_store_then_and_system_mask(struct lift *lift)
{
    return ((uint8_t)lift->insn->u2 | INTERRUPTION_MASKS) == 0xff && store_then(lift, IR_MASKAND);
}

bool lift_store_then_or_system_mask(struct lift *lift)
{
    return !((uint8_t)lift->insn->u2 & ~INTERRUPTION_MASKS) && store_then(lift, IR_MASKOR);
}

bool lift_goes_on(const struct insn *insn)
{
    switch (insn->row) {
    case ROW_CLCL:
    case ROW_CSP:
    case ROW_CSPG:
    case ROW_EX:
    case ROW_EXRL:
    case ROW_IDTE:
    case ROW_IPTE:
    case ROW_LCTL:
    case ROW_LCTLG:
    case ROW_MC:
    case ROW_MVCL:
    case ROW_PTLB:
    case ROW_RDP:
    case ROW_RRBE:
    case ROW_SCKC:
    case ROW_SPKA:
    case ROW_SPM:
    case ROW_SPT:
    case ROW_SSKE:
    case ROW_SSM:
    case ROW_STNSM:
    case ROW_STOSM:
        return true;
    default:
        return false;
    }
}
