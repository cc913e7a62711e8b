/* Liveness of condition codes and temporaries: see opt.h. */
#include "cpu/jit/opt/opt.h"

bool opt_may_bail(const struct ir_op *op)
{
    switch (op->op) {
    case IR_LD:
    case IR_ST:
    case IR_STCC:
    case IR_FLD:
    case IR_FST:
    case IR_PTRL:
    case IR_PTRS:
    case IR_LM:
    case IR_STM:
    case IR_MVC:
    case IR_CLC:
    case IR_XC:
    case IR_NC:
    case IR_OC:
    case IR_SRST:
    case IR_CLST:
    case IR_CS:
    case IR_CSPAIR:
    case IR_UPDATE:
    case IR_GUARD:
    case IR_DIVU:
    case IR_DIVS:
    case IR_MASKAND:
    case IR_MASKOR:
    case IR_CALL:
    case IR_CALLEND:
    case IR_STEP:
    case IR_VLD:
    case IR_VST:
    case IR_VLDM:
    case IR_VSTM:
    case IR_VLDL:
    case IR_VSTL:
    case IR_VFADD:
    case IR_VFSUB:
    case IR_VFMUL:
    case IR_VFDIV:
    case IR_VFSQRT:
    case IR_VFMADD:
    case IR_VFMSUB:
    case IR_VFCMPEQ:
    case IR_VFCMPGT:
    case IR_VFCMPGE:
        return true;
    case IR_FADD:
    case IR_FSUB:
    case IR_FMUL:
    case IR_FMULX:
    case IR_FDIV:
    case IR_FSQRT:
    case IR_FMADD:
    case IR_FMSUB:
    case IR_FCMP:
    case IR_FTEST:
    case IR_FFROMI:
    case IR_FTOI:
    case IR_FINT:
    case IR_FEXTEND:
    case IR_FROUND:
        return true;
    default:
        return op->flags & IR_OVERFLOW;
    }
}

bool opt_reads_cc(const struct ir_op *op)
{
    switch (op->op) {
    case IR_BRCC:
    case IR_SELECT:
    case IR_STCC:
    case IR_ADDC:
    case IR_SUBB:
    case IR_GETCC:
        return true;
    default:
        return false;
    }
}

/* Where the block is left, or may be: the poll of a branch is such a place. */
static bool leaves(const struct ir_op *op)
{
    switch (op->op) {
    case IR_BR:
    case IR_BRCC:
    case IR_BRCMP:
    case IR_BRDEC:
    case IR_BRIND:
    case IR_NEXT:
        return true;
    default:
        return false;
    }
}

static uint64_t temp_bit(ir_value v)
{
    return ir_is_temp(v) ? UINT64_C(1) << (v - IR_TEMP(0)) : 0;
}

/* Nothing but the value of a temporary comes of it. */
static bool is_pure(const struct ir_op *op)
{
    return !opt_may_bail(op) && !leaves(op) && op->op != IR_STP && op->op != IR_FENCE &&
           (op->cc == IR_CC_NONE || op->flags & IR_CC_UNUSED) &&
           (ir_is_temp(op->dst) || op->dst == IR_NOTHING);
}

/* Where nothing in the block reads the condition code of a sum, its rule may say "overflow"
   too, and the sum needs no way out unless overflow interrupts; a branch on the host's flags
   could not tell. */
static void widen_rule(const struct ir_block *block, struct ir_op *op)
{
    bool sum = op->op == IR_ADD;

    if (!(op->flags & IR_OVERFLOW) || op->flags & IR_CC_READ)
        return;
    if (op->cc == IR_CC_SIGN32)
        op->cc = sum ? IR_CC_ADD_S32 : IR_CC_SUB_S32;
    else if (op->cc == IR_CC_SIGN64)
        op->cc = sum ? IR_CC_ADD_S64 : IR_CC_SUB_S64;
    if (!block->overflow_interrupts)
        op->flags &= (uint8_t)~IR_OVERFLOW;
}

static bool starts_target(const struct ir_block *block, unsigned i)
{
    const struct ir_insn *insn = &block->insn[block->op[i].insn];

    return insn->target && insn->first_op == i;
}

void opt_liveness(struct ir_block *block)
{
    bool cc_seen = true, cc_read = false;
    uint64_t temps = 0;

    for (unsigned i = block->op_count; i-- > 0;) {
        struct ir_op *op = &block->op[i];

        if (op->cc != IR_CC_NONE) {
            op->flags |=
                (uint8_t)((cc_seen ? IR_CC_STORED : IR_CC_UNUSED) | (cc_read ? IR_CC_READ : 0));
            widen_rule(block, op);
            cc_seen = cc_read = false;
        }
        if (is_pure(op) && !(temps & temp_bit(op->dst))) {
            op->op = IR_NOP;
            op->cc = IR_CC_NONE;
            continue;
        }
        if (opt_may_bail(op) || opt_reads_cc(op) || leaves(op))
            cc_seen = true;
        /* Behind a place that is jumped to the rule is looked up, not known. */
        cc_read = (cc_read || opt_reads_cc(op)) && !starts_target(block, i);
        temps &= ~temp_bit(op->dst);
        temps |= temp_bit(op->a) | temp_bit(op->b) | temp_bit(op->c);
    }
}
