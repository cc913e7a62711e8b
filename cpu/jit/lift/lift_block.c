/* Lifting a block: which lifter an instruction has, and where branches of the block lead. */
#include "cpu/jit/lift/lift.h"

#include "cpu/arch/address_space.h"

struct ir_op *lift_emit(struct lift *lift, enum ir_opcode op, unsigned width,
                        struct ir_operands operands)
{
    struct ir_op *o = ir_emit(lift->block, op, width);

    o->dst = operands.dst;
    o->a = operands.a;
    o->b = operands.b;
    return o;
}

static void set_address(struct ir_op *op, unsigned base, unsigned index, int32_t displacement)
{
    op->a = base ? IR_GR(base) : IR_NOTHING;
    op->b = index ? IR_GR(index) : IR_NOTHING;
    op->imm2 = displacement;
}

void lift_address1(const struct lift *lift, struct ir_op *op)
{
    set_address(op, lift->insn->b1, 0, lift->insn->d1);
}

void lift_address2(const struct lift *lift, struct ir_op *op)
{
    set_address(op, lift->insn->b2, lift->insn->x2, lift->insn->d2);
}

bool lift_relative(const struct lift *lift, struct ir_op *op)
{
    int64_t offset = lift->insn->page_offset + (int64_t)lift->insn->i2 * 2;

    op->imm = offset;
    op->flags |= IR_RELATIVE;
    return !(offset & (op->width - 1)) && lift->addressing == 64 && op->c != IR_CONST;
}

static void body(struct lift *lift, const struct insn_row *row)
{
    bool ends = row->flags & INSN_ENDS_BLOCK, goes_on = ends && lift_goes_on(lift->insn);
    struct ir_op *op = lift_emit(lift, ends && !goes_on ? IR_CALLEND : IR_CALL, 8,
                                 IR_DAB(IR_NOTHING, IR_NOTHING, IR_NOTHING));

    op->cc = IR_CC_MEMORY;
    op->imm = goes_on;
}

static bool try_lift(struct lift *lift, const struct insn_row *row)
{
    lifter *by_hand = lift_by_hand(lift->insn->row);

    if (row->flags & INSN_BRANCH)
        return lift_branch(lift);
    return by_hand ? by_hand(lift) : lift_composed(lift);
}

static void lift_insn(struct lift *lift)
{
    const struct insn_row *row = &insn_rows[lift->insn->row];
    unsigned mark;

    if (lift_crosses(lift->insn))
        lift_emit(lift, IR_STEP, 8, IR_DAB(IR_NOTHING, IR_NOTHING, IR_NOTHING))->imm = 4096;
    mark = lift->block->op_count;
    if (!lift->insn->body) {
        lift_emit(lift, IR_CALLEND, 8, IR_DAB(IR_NOTHING, IR_NOTHING, IR_NOTHING))->cc =
            IR_CC_MEMORY;
        return;
    }
    if (lift->insn->handler || lift->mode & SPACE_OTHER_OPERANDS || !try_lift(lift, row)) {
        lift->block->op_count = mark;
        body(lift, row);
    }
}

/* Marks where branches within the block lead, so that they can become jumps. A conditional
   branch to a register goes past itself where it is not taken. */
static void mark_targets(struct ir_block *block, const struct insn *insns, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        int64_t offset;
        int target;

        if (insns[i].handler || !insns[i].body)
            continue;
        if (lift_branch_offset(&insns[i], &offset)) {
            target = ir_find(block, offset);
            if (target >= 0)
                block->insn[target].target = true;
        } else if (insn_rows[insns[i].row].flags & INSN_BRANCH) {
            block->insn[i + 1].target = true;
        }
    }
}

/* The last instruction may have no operation at all: the branch is another one's then. */
static bool ends(const struct ir_block *block)
{
    const struct ir_op *last = &block->op[block->op_count - 1];

    return block->op_count && last->insn + 1u == block->insn_count &&
           (last->op == IR_BR || last->op == IR_BRIND || last->op == IR_CALLEND);
}

void lift_block(struct ir_block *block, const struct insn *insns, unsigned count, uint32_t mode)
{
    unsigned addressing = mode >> SPACE_ADDRESSING_SHIFT & 3;
    struct lift lift = {.block = block, .mode = mode};

    lift.addressing = addressing == 3 ? 64 : addressing == 1 ? 31 : 24;
    block->op_count = block->temp_count = 0;
    block->full = false;
    block->addressing = lift.addressing;
    block->overflow_interrupts = mode & SPACE_OVERFLOW_MASK;
    block->low_address_protection = mode & SPACE_LOW_ADDRESS_PROTECTION;
    block->insn_count = count;
    for (unsigned i = 0; i <= count; i++)
        block->insn[i] = (struct ir_insn){
            .page_offset = i < count ? insns[i].page_offset
                                     : (uint16_t)(insns[i - 1].page_offset + insns[i - 1].length),
            .length = i < count ? insns[i].length : 0};
    mark_targets(block, insns, count);
    for (unsigned i = 0; i < count; i++) {
        block->insn_count = i;
        block->insn[i].first_op = (uint16_t)block->op_count;
        lift.insn = &insns[i];
        lift_insn(&lift);
    }
    block->insn[count].first_op = (uint16_t)block->op_count;
    block->insn_count = count;
    /* The code after the last instruction is another block. */
    if (!ends(block)) {
        block->insn_count = count - 1;
        ir_emit(block, IR_NEXT, 8)->imm = block->insn[count].page_offset;
        block->insn_count = count;
    }
}
