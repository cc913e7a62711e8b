/*
 * EXECUTE and EXECUTE RELATIVE LONG of an instruction that is known when the block is translated:
 * how compilers and the C library move and compare storage of a length in a register.
 */
#include "cpu/isa/insn_index.h"
#include "cpu/jit/lift/lift.h"

lifter lift_execute, lift_execute_relative_long;

bool lift_can_execute(const struct insn *insn, const struct insn *target)
{
    switch (target->row) {
    case ROW_MVC:
    case ROW_CLC:
    case ROW_XC:
        return true;
    case ROW_NC:
    case ROW_OC:
        return !insn->r1;
    default:
        return false;
    }
}

/* In fields that the instruction does not have. */
void lift_target_set(struct insn *insn, unsigned distance, bool in_next)
{
    insn->m5 = (uint8_t)distance;
    insn->m4 = in_next;
}

bool lift_execute_relative_long(struct lift *lift)
{
    const struct insn *insn = lift->insn;
    bool lifted;

    if (!insn->m5)
        return false;
    if (insn->m4)
        lift_emit(lift, IR_GUARD, 8, IR_DAB(IR_NOTHING, IR_NOTHING, IR_NOTHING))->imm = 4096;
    lift->insn = insn + insn->m5;
    lift->length_register = insn->r1;
    lifted = lift_by_hand(lift->insn->row)(lift);
    lift->insn = insn;
    lift->length_register = 0;
    return lifted;
}

/* The address is that of the instruction before, which a branch to here goes past. */
bool lift_execute(struct lift *lift)
{
    return !lift->block->insn[lift->block->insn_count].target && lift_execute_relative_long(lift);
}
