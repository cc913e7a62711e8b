/* Lifting a block: which lifter an instruction has, and where branches of the block lead. */
#include "cpu/jit/lift/lift.h"

#include "cpu/arch/address_space.h"
#include "cpu/jit/lift/lift_order.h"

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
static void mark_targets(struct ir_block *block, const struct lift_order *order)
{
    for (unsigned i = 0; i < order->count; i++) {
        const struct insn *insn = &order->insns[block->insn[i].source];
        int64_t offset;
        int target;

        if (insn->handler || !insn->body)
            continue;
        if (lift_branch_offset(insn, &offset)) {
            target = lift_order_find(order, i, offset);
            if (target >= 0)
                block->insn[target].target = true;
        } else if (insn_rows[insn->row].flags & INSN_BRANCH) {
            block->insn[i + 1].target = true;
        }
    }
    if (order->again)
        block->insn[order->again + order->tail + 1 - order->head].target = true;
}

/* Where the branches of the instruction at PLACE lead. */
static void set_targets(struct ir_block *block, const struct lift_order *order, unsigned place)
{
    for (unsigned i = block->insn[place].first_op; i < block->op_count; i++) {
        struct ir_op *op = &block->op[i];
        int to;

        if (op->op < IR_BR || op->op > IR_BRDEC)
            continue;
        to = lift_order_find(order, place, op->imm);
        op->to = to >= 0 && block->insn[to].target ? (uint8_t)to : IR_OUTSIDE;
    }
}

/* The last instruction may have no operation at all: the branch is another one's then. */
static bool ends(const struct ir_block *block)
{
    const struct ir_op *last = &block->op[block->op_count - 1];

    return block->op_count && last->insn + 1u == block->insn_count &&
           (last->op == IR_BR || last->op == IR_BRIND || last->op == IR_CALLEND);
}

/* The first copy of a loop is done: behind it stands the second one, and then what follows. */
static void go_past(struct ir_block *block, const struct lift_order *order)
{
    const struct insn *last = &order->insns[order->tail];
    bool goes_on = order->tail + 1 < order->decoded;
    struct ir_op *op = ir_emit(block, goes_on ? IR_BR : IR_NEXT, 8);

    op->imm = last->page_offset + last->length;
    op->to = goes_on ? (uint8_t)(order->again + order->tail + 1 - order->head) : IR_OUTSIDE;
}

static void place_insns(struct ir_block *block, const struct lift_order *order)
{
    for (unsigned i = 0; i < order->count; i++) {
        unsigned source = lift_order_source(order, i);
        const struct insn *insn = &order->insns[source];

        block->insn[i] = (struct ir_insn){
            .page_offset = insn->page_offset, .source = (uint16_t)source, .length = insn->length};
    }
}

void lift_block(struct ir_block *block, const struct insn *insns, unsigned count, uint32_t mode)
{
    unsigned addressing = mode >> SPACE_ADDRESSING_SHIFT & 3;
    struct lift lift = {.block = block, .mode = mode & ~LIFT_LOOPS};
    const struct insn *last = &insns[count - 1];
    struct lift_order order;

    lift_order_make(&order, insns, count, mode & LIFT_LOOPS);
    lift.addressing = addressing == 3 ? 64 : addressing == 1 ? 31 : 24;
    block->op_count = block->temp_count = 0;
    block->full = false;
    block->again = order.again;
    block->addressing = lift.addressing;
    block->overflow_interrupts = mode & SPACE_OVERFLOW_MASK;
    block->low_address_protection = mode & SPACE_LOW_ADDRESS_PROTECTION;
    place_insns(block, &order);
    block->insn[order.count] = (struct ir_insn){
        .page_offset = (uint16_t)(last->page_offset + last->length), .source = (uint16_t)count};
    mark_targets(block, &order);
    for (unsigned i = 0; i < order.count; i++) {
        block->insn_count = i;
        block->insn[i].first_op = (uint16_t)block->op_count;
        lift.insn = &insns[block->insn[i].source];
        lift_insn(&lift);
        set_targets(block, &order, i);
        if (i + 1 == order.again && !lift_always_branches(lift.insn))
            go_past(block, &order);
    }
    block->insn[order.count].first_op = (uint16_t)block->op_count;
    block->insn_count = order.count;
    /* The code after the last instruction is another block. */
    if (!ends(block)) {
        block->insn_count = order.count - 1;
        ir_emit(block, IR_NEXT, 8)->imm = block->insn[order.count].page_offset;
        block->insn_count = order.count;
    }
}
