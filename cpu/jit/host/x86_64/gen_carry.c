/*
 * Carries: what ADD LOGICAL WITH CARRY and SUBTRACT LOGICAL WITH BORROW take from the condition
 * code and leave there. Directly behind what made it the carry is the host's; else it is made
 * again from the operands of the rule.
 */
#include "cpu/jit/host/x86_64/gen.h"

/* How the left bit of the condition code follows from operands A and B of a rule. */
enum left_bit {
    LEFT_UNKNOWN,
    LEFT_IS_ZERO,
    LEFT_IS_B,               /* B itself */
    LEFT_IF_CARRY,           /* the flags of the rule have it as the carry, */
    LEFT_IF_BORROW,          /* or the carry is its opposite */
    LEFT_IF_LOGICALLY_ABOVE, /* A above B */
    LEFT_IF_ABOVE,
    LEFT_IF_POSITIVE,
};

static enum left_bit left_bit(enum ir_cc cc)
{
    switch (cc) {
    case IR_CC_LOGIC:
        return LEFT_IS_ZERO;
    case IR_CC_CARRY:
        return LEFT_IS_B;
    case IR_CC_ADD_U32:
    case IR_CC_ADD_U64:
        return LEFT_IF_CARRY;
    case IR_CC_SUB_U32:
    case IR_CC_SUB_U64:
        return LEFT_IF_BORROW;
    case IR_CC_CMP_U32:
    case IR_CC_CMP_U64:
        return LEFT_IF_LOGICALLY_ABOVE;
    case IR_CC_CMP_S32:
    case IR_CC_CMP_S64:
        return LEFT_IF_ABOVE;
    case IR_CC_SIGN32:
    case IR_CC_SIGN64:
        return LEFT_IF_POSITIVE;
    default:
        return LEFT_UNKNOWN;
    }
}

/* The carry flag from a condition: one and all ones carry. */
static void carry_of(struct gen *g, enum host_condition condition, enum host_reg reg)
{
    emit_setcc_cm(&g->e, condition, host_rm_reg(reg));
    emit_add_mi(&g->e, HOST_8, host_rm_reg(reg), -1);
}

/* The carry flag is the left bit; true where it is its opposite. REG is free. */
static bool carry_of_rule(struct gen *g, enum ir_cc cc, enum left_bit left, enum host_reg reg)
{
    enum host_size size = gen_cc_is_short(cc) ? HOST_32 : HOST_64;

    switch (left) {
    case LEFT_IS_ZERO:
        emit_clc_zo(&g->e);
        return false;
    case LEFT_IS_B:
        emit_bt_mi8(&g->e, HOST_32, gen_cc_slot(g, 1), 0);
        return false;
    case LEFT_IF_LOGICALLY_ABOVE:
        emit_mov_rm(&g->e, size, reg, gen_cc_slot(g, 1));
        emit_cmp_rm(&g->e, size, reg, gen_cc_slot(g, 0));
        return false;
    case LEFT_IF_ABOVE:
        emit_mov_rm(&g->e, size, reg, gen_cc_slot(g, 0));
        emit_cmp_rm(&g->e, size, reg, gen_cc_slot(g, 1));
        carry_of(g, HOST_G, reg);
        return false;
    case LEFT_IF_POSITIVE:
        emit_cmp_mi(&g->e, size, gen_cc_slot(g, 0), 0);
        carry_of(g, HOST_G, reg);
        return false;
    default:
        gen_cc_flags(g, cc, 3, reg);
        return left == LEFT_IF_BORROW;
    }
}

/* The host's carry flag, once the rule is CARRY whatever it was. */
static void carry_of_any(struct gen *g)
{
    struct cold *cold = gen_cold_new(g, COLD_CARRY);

    cold->used = g->used;
    cold->resume = emit_label_new(&g->e);
    emit_cmp_mi(&g->e, HOST_8, gen_cpu(g->layout->cc_rule), IR_CC_CARRY);
    emit_jcc_label(&g->e, HOST_NE, cold->label);
    emit_label_place(&g->e, cold->resume);
    emit_bt_mi8(&g->e, HOST_32, gen_cc_slot(g, 1), 0);
    g->cc = IR_CC_CARRY;
    gen_copies_forget(g); /* the cold way has none */
}

void gen_cc_carry(struct gen *g, bool borrow)
{
    enum ir_cc cc = (enum ir_cc)g->cc;
    enum left_bit left = left_bit(cc);
    bool opposite = false;
    enum host_reg reg;

    if (g->flags_from >= 0 &&
        (left == LEFT_IS_B || left == LEFT_IF_CARRY || left == LEFT_IF_BORROW)) {
        opposite = left == LEFT_IF_BORROW || (left == LEFT_IS_B && g->carry_opposite);
    } else if (cc == IR_CC_DYNAMIC) {
        carry_of_any(g);
    } else if (left == LEFT_UNKNOWN) {
        gen_cc_number(g);
        emit_bt_mi8(&g->e, HOST_32, gen_cpu(g->layout->cc), 1);
    } else {
        gen_cc_store(g);
        reg = gen_scratch(g);
        opposite = carry_of_rule(g, cc, left, reg);
        gen_release(g, reg);
    }
    g->flags_from = -1;
    if (opposite != borrow)
        emit_cmc_zo(&g->e);
}

bool gen_carry_passes(const struct gen *g)
{
    const struct ir_op *next = &g->ir->op[g->at + 1];

    if (g->at + 1 >= g->ir->op_count || (next->op != IR_ADDC && next->op != IR_SUBB))
        return false;
    /* There may be instructions without operations between them. */
    for (unsigned i = g->insn + 1; i <= next->insn; i++)
        if (g->ir->insn[i].target)
            return false;
    return true;
}

/* The carry, or that there was no borrow, beside the result. */
void gen_carry_made(struct gen *g, const struct ir_op *op, enum host_reg result)
{
    enum host_reg reg;

    if (op->flags & IR_CC_UNUSED)
        return;
    if (!gen_carry_passes(g)) {
        reg = gen_scratch(g);
        emit_setcc_cm(&g->e, op->op == IR_ADDC ? HOST_B : HOST_AE, host_rm_reg(reg));
        emit_movzx8_rm(&g->e, HOST_32, reg, host_rm_reg(reg));
        gen_cc_operand(g, 1, reg);
        if (op->width == 4)
            emit_mov_rm(&g->e, HOST_32, reg, host_rm_reg(result));
        gen_cc_operand(g, 0, op->width == 4 ? reg : result);
        gen_release(g, reg);
    } else {
        gen_cc_forget(g);
    }
    g->cc = IR_CC_CARRY;
    g->carry_opposite = op->op == IR_SUBB;
    g->flags_from = (int)g->at;
}

/* Whether the last operation of the present instruction that set the rule was SUBB. */
static bool made_by_borrow(const struct gen *g)
{
    for (unsigned i = g->ir->insn[g->insn + 1].first_op; i-- > g->ir->insn[g->insn].first_op;)
        if (g->ir->op[i].cc != IR_CC_NONE)
            return g->ir->op[i].op == IR_SUBB;
    return false;
}

/* From no other rules is the host's carry taken: see gen_cc_carry. */
void gen_carry_again(struct gen *g, enum ir_cc cc)
{
    if (cc == IR_CC_CARRY) {
        emit_bt_mi8(&g->e, HOST_32, gen_cc_slot(g, 1), 0);
        if (made_by_borrow(g))
            emit_cmc_zo(&g->e);
    } else if (cc >= IR_CC_ADD_U32 && cc <= IR_CC_SUB_U64) {
        gen_cc_flags(g, cc, 3, HOST_RAX);
    }
}

bool gen_carry_wanted(const struct gen *g, unsigned insn)
{
    for (unsigned i = g->ir->insn[insn].first_op; i < g->ir->op_count; i++) {
        const struct ir_op *op = &g->ir->op[i];

        if (op->op == IR_ADDC || op->op == IR_SUBB)
            return true;
        if (op->cc != IR_CC_NONE || op->op == IR_BRCC || op->op == IR_SELECT || op->op == IR_STCC ||
            op->op == IR_GETCC || op->op == IR_BR || op->op == IR_BRIND || op->op == IR_STEP)
            return false;
    }
    return false;
}

/* The number as operands of CARRY. */
static void settle_number(struct gen *g)
{
    enum host_reg number, left;

    gen_cc_number(g);
    number = gen_scratch(g);
    left = gen_scratch(g);
    emit_movzx8_rm(&g->e, HOST_32, number, gen_cpu(g->layout->cc));
    emit_rorx_rmi8(&g->e, HOST_64, left, host_rm_reg(number), 1);
    emit_and_mi(&g->e, HOST_32, host_rm_reg(number), 1);
    gen_cc_operand(g, 0, number);
    gen_cc_operand(g, 1, left);
    gen_release(g, left);
    gen_release(g, number);
}

/* Its result is the first operand already. */
static void settle_sum(struct gen *g, enum ir_cc cc)
{
    enum host_reg reg = gen_scratch(g);
    bool opposite = carry_of_rule(g, cc, left_bit(cc), reg);

    emit_setcc_cm(&g->e, opposite ? HOST_AE : HOST_B, host_rm_reg(reg));
    emit_movzx8_rm(&g->e, HOST_32, reg, host_rm_reg(reg));
    gen_cc_operand(g, 1, reg);
    if (gen_cc_is_short(cc)) {
        emit_mov_rm(&g->e, HOST_32, reg, gen_cc_slot(g, 0));
        gen_cc_operand(g, 0, reg);
    }
    gen_release(g, reg);
}

void gen_carry_settle(struct gen *g)
{
    enum ir_cc cc = (enum ir_cc)g->cc;

    gen_cc_store(g);
    if (cc == IR_CC_CARRY)
        return;
    if (cc >= IR_CC_ADD_U32 && cc <= IR_CC_SUB_U64)
        settle_sum(g, cc);
    else if (cc == IR_CC_LOGIC)
        emit_mov_mi(&g->e, HOST_64, gen_cc_slot(g, 1), 0);
    else
        settle_number(g);
    g->cc = IR_CC_CARRY;
    g->flags_from = -1;
}

void gen_carry_cold(struct gen *g, const struct cold *cold)
{
    unsigned other = emit_label_new(&g->e), done = emit_label_new(&g->e);

    g->used = cold->used;
    emit_cmp_mi(&g->e, HOST_8, gen_cpu(g->layout->cc_rule), IR_CC_ADD_U64);
    emit_jcc_label(&g->e, HOST_NE, other);
    settle_sum(g, IR_CC_ADD_U64);
    emit_jmp_label(&g->e, done);
    emit_label_place(&g->e, other);
    settle_number(g);
    gen_floats_again(g, cold->floats);
    emit_label_place(&g->e, done);
    gen_cc_rule_store(g, IR_CC_CARRY);
    emit_jmp_label(&g->e, cold->resume);
}
