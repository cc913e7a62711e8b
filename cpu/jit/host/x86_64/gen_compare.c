/* Comparisons and tests, which make nothing but a condition code. */
#include "cpu/jit/host/x86_64/gen_alu.h"

static void compare_with_constant(struct gen *g, const struct ir_op *op)
{
    struct host_rm a = gen_near_part(g, op->a, gen_use(g, op->a, op->width), op->width);

    if (gen_cc_stored(op)) {
        gen_cc_value(g, 0, op->a, op->width, (enum host_reg)a.base);
        gen_cc_constant(g, 1, gen_immediate(op));
    }
    if (gen_wants_flags(op))
        emit_cmp_mi(&g->e, gen_size(op->width), a, gen_immediate(op));
    gen_cc_set(g, op, gen_wants_flags(op));
}

static void compare(struct gen *g, const struct ir_op *op)
{
    enum host_size size = gen_size(op->width);
    bool a_taken, b_taken = false;
    struct host_rm b;
    enum host_reg a;

    if (op->b == IR_CONST && op->a != IR_CONST && gen_fits32(gen_immediate(op))) {
        compare_with_constant(g, op);
        return;
    }
    if (op->b == IR_CONST)
        b = host_rm_reg(gen_use_reg(g, op, op->b, op->width, &b_taken));
    else
        b = gen_use(g, op->b, op->width);
    a = gen_use_reg(g, op, op->a, op->width, &a_taken);
    if (gen_cc_stored(op)) {
        gen_cc_value(g, 0, op->a, op->width, a);
        gen_cc_value(g, 1, op->b, op->width, (enum host_reg)b.base);
    }
    emit_cmp_rm(&g->e, size, a, gen_near_part(g, op->b, b, op->width));
    if (b_taken)
        gen_release(g, (enum host_reg)b.base);
    if (a_taken)
        gen_release(g, a);
    gen_cc_set(g, op, true);
}

static void test(struct gen *g, const struct ir_op *op)
{
    enum host_size size = gen_size(op->width);
    struct host_rm a = gen_near_part(g, op->a, gen_use(g, op->a, op->width), op->width);

    if (gen_cc_stored(op))
        gen_cc_value(g, 0, op->a, op->width, (enum host_reg)a.base);
    if (gen_wants_flags(op) && a.kind == HOST_RM_REG)
        emit_test_mr(&g->e, size, a, (enum host_reg)a.base);
    else if (gen_wants_flags(op))
        emit_cmp_mi(&g->e, size, a, 0);
    gen_cc_set(g, op, gen_wants_flags(op));
}

/* The branch behind a TEST UNDER MASK asks whether all bits are one. */
static bool asks_for_ones(const struct gen *g, const struct ir_op *op)
{
    const struct ir_op *next = op + 1;
    unsigned possible = op->cc == IR_CC_TEST8 ? 13 : 15;

    return g->at + 1 < g->ir->op_count && next->op == IR_BRCC &&
           ((next->c & possible) == 1 || (next->c & possible) == (possible & 14));
}

/* The operands of the rule are the value as it stands, and the mask. */
static void test_bits(struct gen *g, const struct ir_op *op)
{
    struct host_rm a = gen_near_part(g, op->a, gen_use(g, op->a, op->width), op->width);
    bool byte = op->imm >= 0 && op->imm <= UINT8_MAX;

    if (gen_cc_stored(op)) {
        gen_cc_value(g, 0, op->a, op->width, (enum host_reg)a.base);
        gen_cc_constant(g, 1, op->imm);
    }
    if (gen_wants_flags(op))
        emit_test_mi(&g->e, byte ? HOST_8 : gen_size(op->width), a,
                     byte ? (int8_t)op->imm : op->imm);
    gen_cc_set(g, op, gen_wants_flags(op));
    g->flags_compare = false;
}

static void test_under_mask(struct gen *g, const struct ir_op *op)
{
    enum host_size size = gen_size(op->width);
    bool ones = asks_for_ones(g, op), known = gen_fits32(op->imm);
    enum host_reg reg, mask = HOST_NO_REG;
    struct host_rm a;

    if (op->cc == IR_CC_NONE || op->flags & IR_CC_UNUSED)
        return;
    if (!ones && known) {
        test_bits(g, op);
        return;
    }
    a = gen_use(g, op->a, op->width);
    reg = gen_scratch(g);
    emit_mov_rm(&g->e, size, reg, a);
    if (!known) {
        mask = gen_scratch(g);
        emit_load_constant(&g->e, mask, (uint64_t)op->imm);
        emit_and_rm(&g->e, size, reg, host_rm_reg(mask));
        gen_cc_operand(g, 1, mask);
        gen_cc_operand(g, 0, reg);
    } else {
        emit_and_mi(&g->e, size, host_rm_reg(reg), op->imm);
        gen_cc_constant(g, 1, op->imm);
        gen_cc_value(g, 0, op->a, op->width, reg);
    }
    if (ones && known)
        emit_cmp_mi(&g->e, size, host_rm_reg(reg), op->imm);
    else if (ones)
        emit_cmp_mr(&g->e, size, host_rm_reg(reg), mask);
    gen_cc_set(g, op, true);
    g->flags_compare = ones;
    gen_release(g, reg);
    if (mask != HOST_NO_REG)
        gen_release(g, mask);
}

void gen_compare(struct gen *g, const struct ir_op *op)
{
    if (op->op == IR_CMP)
        compare(g, op);
    else if (op->op == IR_TEST)
        test(g, op);
    else
        test_under_mask(g, op);
}
