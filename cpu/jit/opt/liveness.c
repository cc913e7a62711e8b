/* Liveness of condition codes and temporaries: see opt.h. */
#include "cpu/jit/opt/opt.h"

static const bool bails[IR_OPCODES] = {
    [IR_LD] = true,      [IR_ST] = true,      [IR_STCC] = true,    [IR_FLD] = true,
    [IR_FST] = true,     [IR_PTRL] = true,    [IR_PTRS] = true,    [IR_LM] = true,
    [IR_STM] = true,     [IR_MVC] = true,     [IR_CLC] = true,     [IR_XC] = true,
    [IR_NC] = true,      [IR_OC] = true,      [IR_SRST] = true,    [IR_CLST] = true,
    [IR_CS] = true,      [IR_CSPAIR] = true,  [IR_UPDATE] = true,  [IR_GUARD] = true,
    [IR_DIVU] = true,    [IR_DIVS] = true,    [IR_MASKAND] = true, [IR_MASKOR] = true,
    [IR_CALL] = true,    [IR_CALLEND] = true, [IR_STEP] = true,    [IR_VLD] = true,
    [IR_VST] = true,     [IR_VLDM] = true,    [IR_VSTM] = true,    [IR_VLDL] = true,
    [IR_VSTL] = true,    [IR_VFADD] = true,   [IR_VFSUB] = true,   [IR_VFMUL] = true,
    [IR_VFDIV] = true,   [IR_VFSQRT] = true,  [IR_VFMADD] = true,  [IR_VFMSUB] = true,
    [IR_VFCMPEQ] = true, [IR_VFCMPGT] = true, [IR_VFCMPGE] = true, [IR_FADD] = true,
    [IR_FSUB] = true,    [IR_FMUL] = true,    [IR_FMULX] = true,   [IR_FDIV] = true,
    [IR_FSQRT] = true,   [IR_FMADD] = true,   [IR_FMSUB] = true,   [IR_FCMP] = true,
    [IR_FTEST] = true,   [IR_FFROMI] = true,  [IR_FTOI] = true,    [IR_FINT] = true,
    [IR_FEXTEND] = true, [IR_FROUND] = true,
};

bool opt_may_bail(const struct ir_op *op)
{
    return bails[op->op] || op->flags & IR_OVERFLOW;
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
