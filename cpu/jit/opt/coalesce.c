/* Results straight into the registers that they are moved to: see opt.h. */
#include "cpu/jit/opt/opt.h"

/* The result may as well be made of words, where only the low word of it counts. */
static bool may_be_narrow(const struct ir_op *op)
{
    switch (op->op) {
    case IR_ADD:
    case IR_SUB:
    case IR_AND:
    case IR_OR:
    case IR_XOR:
    case IR_MUL:
    case IR_NOT:
    case IR_SX8:
    case IR_SX16:
    case IR_SX32:
    case IR_ZX8:
    case IR_ZX16:
    case IR_ZX32:
    case IR_MOV:
        return op->cc == IR_CC_NONE;
    case IR_SHL:
        return op->cc == IR_CC_NONE && op->b == IR_CONST && op->imm < 32;
    default:
        return false;
    }
}

static bool may_be_wide(const struct ir_op *op)
{
    switch (op->op) {
    case IR_SHR:
    case IR_SAR:
    case IR_NEG:
    case IR_CLZ:
    case IR_SELECT:
    case IR_LEA:
        return op->cc == IR_CC_NONE && op->dst_width == op->width;
    case IR_BSWAP:
        return op->width >= 4;
    case IR_LD:
        return true;
    case IR_SHL:
        return op->cc == IR_CC_NONE;
    default:
        return may_be_narrow(op);
    }
}

/* Has OP, which makes a temporary, make what MOVE makes of it. */
static bool absorb(struct ir_op *op, const struct ir_op *move)
{
    unsigned made = op->dst_width, taken = move->op == IR_ZX32 ? 4 : move->width;

    if (!may_be_wide(op) || (op->op == IR_SHL && op->dst_width != op->width))
        return false;
    if (made == 8 && taken == 4) {
        if (!may_be_narrow(op))
            return false;
        op->width = 4;
        made = 4;
    }
    if (made == 4 && move->dst_width == 8 && op->op == IR_LD) {
        if (op->flags & IR_SIGNED && op->width < 4)
            return false;
        op->flags &= (uint8_t)~IR_SIGNED;
    }
    op->dst_width = move->dst_width;
    op->dst = move->dst;
    return true;
}

static bool is_used(const struct ir_block *block, unsigned from, unsigned end, ir_value temp)
{
    for (unsigned i = from; i < end; i++) {
        const struct ir_op *op = &block->op[i];

        if (op->a == temp || op->b == temp || op->c == temp || op->dst == temp)
            return true;
    }
    return false;
}

void opt_coalesce(struct ir_block *block)
{
    for (unsigned i = 0; i + 1 < block->op_count; i++) {
        struct ir_op *op = &block->op[i], *move = op + 1;
        unsigned end = block->insn[op->insn + 1].first_op;

        if (!ir_is_temp(op->dst) || move->a != op->dst || move->insn != op->insn ||
            (move->op != IR_MOV && move->op != IR_ZX32) || move->dst_width < move->width ||
            !(ir_is_gr(move->dst) || ir_is_temp(move->dst)) ||
            is_used(block, i + 2, end, op->dst) || !absorb(op, move))
            continue;
        *move = (struct ir_op){.op = IR_NOP,
                               .dst = IR_NOTHING,
                               .a = IR_NOTHING,
                               .b = IR_NOTHING,
                               .c = IR_NOTHING,
                               .insn = op->insn};
    }
}
