/* Arithmetic and logic on registers. */
#include "cpu/jit/host/x86_64/gen_alu.h"

static bool has_pin(ir_value v)
{
    return ir_is_gr(v) && gen_pin(v) != HOST_NO_REG;
}

/* Bytes of the destination that the result replaces. */
static unsigned result_width(const struct ir_op *op)
{
    return op->dst_width == 8 ? 8 : 4;
}

/* The temporary A ends here, so that a temporary result can be made where it stands. */
static bool takes_over(const struct gen *g, const struct ir_op *op)
{
    return ir_is_temp(op->dst) && ir_is_temp(op->a) && op->b != op->a &&
           (op->a == op->dst || g->temp_last[op->a - IR_TEMP(0)] == g->at);
}

/* Where a result is made: in DST itself, or APART and moved by result_end. */
static enum host_reg result_begin(struct gen *g, const struct ir_op *op, bool apart)
{
    if (takes_over(g, op))
        return (enum host_reg)g->temp_reg[op->a - IR_TEMP(0)];
    return apart ? gen_scratch(g) : gen_set_begin(g, op->dst, result_width(op));
}

static enum host_reg result_end(struct gen *g, const struct ir_op *op, enum host_reg reg)
{
    enum host_reg final = reg;

    if (has_pin(op->dst) && reg != gen_pin(op->dst)) {
        final = gen_set_begin(g, op->dst, result_width(op));
        emit_mov_rm(&g->e, gen_size(op->width < 4 ? 4 : op->width), final, host_rm_reg(reg));
        gen_release(g, reg);
    }
    gen_set_end(g, op->dst, result_width(op), final);
    return final;
}

/* Nothing of the instruction looks at DST: its body may find that it has changed. */
static bool is_only_result(const struct gen *g, const struct ir_op *op)
{
    for (unsigned i = g->ir->insn[g->insn].first_op; i <= g->at; i++) {
        const struct ir_op *earlier = &g->ir->op[i];

        if (earlier->a == op->dst || earlier->b == op->dst || earlier->c == op->dst)
            return false;
    }
    return true;
}

/* Clears bits 0-31 of a register in which A stands already, for an operation that might not. */
static void clear_high(struct gen *g, const struct ir_op *op, enum host_reg reg)
{
    if (op->width == 4 && result_width(op) == 8)
        emit_mov_rm(&g->e, HOST_32, reg, host_rm_reg(reg));
}

/* REG = REG op RM, or the constant. */
static void two_operands(struct gen *g, const struct ir_op *op, enum host_reg reg,
                         struct host_rm rm)
{
    struct emitter *e = &g->e;
    enum host_size size = gen_size(op->width);

    switch (op->op) {
    case IR_ADD:
        emit_add_rm(e, size, reg, rm);
        return;
    case IR_SUB:
        emit_sub_rm(e, size, reg, rm);
        return;
    case IR_AND:
        emit_and_rm(e, size, reg, rm);
        return;
    case IR_OR:
        emit_or_rm(e, size, reg, rm);
        return;
    case IR_XOR:
        emit_xor_rm(e, size, reg, rm);
        return;
    case IR_ADDC:
        emit_adc_rm(e, size, reg, rm);
        return;
    case IR_SUBB:
        emit_sbb_rm(e, size, reg, rm);
        return;
    default:
        emit_imul_rm(e, size, reg, rm);
        return;
    }
}

static void with_constant(struct gen *g, const struct ir_op *op, struct host_rm rm, int64_t imm)
{
    struct emitter *e = &g->e;
    enum host_size size = gen_size(op->width);

    switch (op->op) {
    case IR_ADD:
        emit_add_mi(e, size, rm, imm);
        return;
    case IR_SUB:
        emit_sub_mi(e, size, rm, imm);
        return;
    case IR_AND:
        emit_and_mi(e, size, rm, imm);
        return;
    case IR_OR:
        emit_or_mi(e, size, rm, imm);
        return;
    case IR_XOR:
        emit_xor_mi(e, size, rm, imm);
        return;
    case IR_ADDC:
        emit_adc_mi(e, size, rm, imm);
        return;
    default:
        emit_sbb_mi(e, size, rm, imm);
        return;
    }
}

static bool has_overflow_rule(const struct ir_op *op)
{
    return op->cc >= IR_CC_ADD_S32 && op->cc <= IR_CC_SUB_S64;
}

static void keep(struct gen *g, const struct ir_op *op, ir_value v)
{
    enum host_reg reg;
    bool taken;

    if (v == IR_CONST && gen_fits32(gen_immediate(op))) {
        gen_cc_constant(g, 1, gen_immediate(op));
        return;
    }
    if (ir_is_gr(v) && v != op->dst) {
        gen_cc_value(g, 1, v, op->width, HOST_NO_REG);
        return;
    }
    reg = gen_use_reg(g, op, v, op->width, &taken);
    gen_cc_operand(g, 1, reg);
    if (taken)
        gen_release(g, reg);
}

/* What was subtracted, or one of the summands: rather the one that the result does not replace. */
static ir_value second_operand(const struct ir_op *op)
{
    return op->op == IR_ADD && op->b == op->dst && op->a != IR_CONST ? op->a : op->b;
}

/* A sum or difference whose carry goes straight on. */
static bool passes_carry(const struct gen *g, const struct ir_op *op)
{
    return op->cc >= IR_CC_ADD_U32 && op->cc <= IR_CC_SUB_U64 && gen_carry_passes(g);
}

/* The second operand where the rule wants it, before the result replaces it. */
static void keep_operand(struct gen *g, const struct ir_op *op)
{
    if (op->cc >= IR_CC_ADD_U32 && op->cc <= IR_CC_SUB_U64 && !gen_carry_passes(g))
        keep(g, op, second_operand(op));
}

/* The same where overflow may have been a way out, for which the rule before is still good. */
static void keep_overflow_operand(struct gen *g, const struct ir_op *op, ir_value v)
{
    if (gen_cc_stored(op) && has_overflow_rule(op))
        keep(g, op, v);
}

static void finish(struct gen *g, const struct ir_op *op, enum host_reg result)
{
    if (op->op == IR_ADDC || op->op == IR_SUBB) {
        gen_carry_made(g, op, result);
        return;
    }
    if (gen_cc_stored(op) && !passes_carry(g, op))
        gen_cc_value(g, 0, op->dst, op->width, result);
    gen_cc_set(g, op, op->op != IR_MUL && !has_overflow_rule(op));
}

/* dst = a op b made elsewhere and then moved: where an overflow must find dst unchanged, or
   where b is dst. */
static void by_scratch(struct gen *g, const struct ir_op *op)
{
    struct host_rm b = {0};
    enum host_reg reg, constant = HOST_NO_REG;
    bool taken;

    if (op->b == IR_CONST && !gen_fits32(gen_immediate(op))) {
        constant = gen_scratch(g);
        emit_load_constant(&g->e, constant, (uint64_t)op->imm);
        b = host_rm_reg(constant);
    } else if (op->b != IR_CONST) {
        b = gen_use(g, op->b, op->width);
    }
    if (op->a == IR_CONST) {
        reg = gen_use_reg(g, op, op->a, op->width, &taken);
    } else {
        struct host_rm a = gen_use(g, op->a, op->width);

        a = gen_near_part(g, op->a, a, op->width);
        reg = gen_scratch(g);
        emit_mov_rm(&g->e, gen_size(op->width), reg, a);
    }
    if (op->op == IR_ADDC || op->op == IR_SUBB)
        gen_cc_carry(g, op->op == IR_SUBB);
    if (op->b == IR_CONST && constant == HOST_NO_REG) {
        if (op->op == IR_MUL)
            emit_imul_rmi(&g->e, gen_size(op->width), reg, host_rm_reg(reg), gen_immediate(op));
        else
            with_constant(g, op, host_rm_reg(reg), gen_immediate(op));
    } else {
        two_operands(g, op, reg, gen_near_part(g, op->b, b, op->width));
    }
    if (op->flags & IR_OVERFLOW)
        gen_overflow(g, op, false);
    keep_overflow_operand(g, op, second_operand(op));
    if (constant != HOST_NO_REG)
        gen_release(g, constant);
    if (has_pin(op->dst)) {
        reg = result_end(g, op, reg);
        finish(g, op, reg);
        return;
    }
    finish(g, op, reg);
    gen_set_end(g, op->dst, result_width(op), reg);
}

static bool commutes(const struct ir_op *op)
{
    return op->op != IR_SUB && op->op != IR_SUBB && op->b != IR_CONST && op->a != IR_CONST;
}

/* dst = a op b made in the register of dst, A being moved there first if it is not there. */
static void in_dst(struct gen *g, const struct ir_op *op)
{
    enum host_size size = gen_size(op->width);
    ir_value a = op->a, b = op->b;
    bool small = b == IR_CONST && gen_fits32(gen_immediate(op));
    struct host_rm rm = {0}, from = {0};
    enum host_reg reg, constant = HOST_NO_REG;

    if (b == op->dst && a != op->dst) {
        a = op->b;
        b = op->a;
    }
    if (b == IR_CONST && !small) {
        constant = gen_scratch(g);
        emit_load_constant(&g->e, constant, (uint64_t)op->imm);
        rm = host_rm_reg(constant);
    } else if (!small) {
        rm = gen_use(g, b, op->width);
    }
    if (a != IR_CONST)
        from = gen_use(g, a, op->width);
    /* It may make all registers whole; moves leave it alone. */
    if (op->op == IR_ADDC || op->op == IR_SUBB)
        gen_cc_carry(g, op->op == IR_SUBB);
    reg = result_begin(g, op, false);
    if (a == IR_CONST)
        emit_load_constant(&g->e, reg, op->width == 8 ? (uint64_t)op->imm : (uint32_t)op->imm);
    else if (op->op == IR_MUL && small)
        emit_imul_rmi(&g->e, size, reg, gen_near_part(g, a, from, op->width), gen_immediate(op));
    else if (from.kind != HOST_RM_REG || from.base != reg)
        emit_mov_rm(&g->e, size, reg, gen_near_part(g, a, from, op->width));
    if (!small)
        two_operands(g, op, reg, gen_near_part(g, b, rm, op->width));
    else if (op->op != IR_MUL)
        with_constant(g, op, host_rm_reg(reg), gen_immediate(op));
    if (constant != HOST_NO_REG)
        gen_release(g, constant);
    if (op->flags & IR_OVERFLOW)
        gen_overflow(g, op, op->a == op->dst);
    keep_overflow_operand(g, op, second_operand(op));
    gen_set_end(g, op->dst, result_width(op), reg);
    finish(g, op, reg);
}

/* Whether it can be made there: an overflow must find what the body looks at unchanged, or be
   able to take the operation back. */
static bool can_be_in_dst(const struct gen *g, const struct ir_op *op)
{
    if (!has_pin(op->dst))
        return takes_over(g, op) && !(op->flags & IR_OVERFLOW);
    if (op->b == op->dst && op->a != op->dst && !commutes(op))
        return false;
    /* The operand that the rule wants is looked at behind the operation. */
    if (gen_cc_stored(op) && has_overflow_rule(op) && second_operand(op) == op->dst)
        return false;
    if (!(op->flags & IR_OVERFLOW))
        return true;
    return op->a == op->dst
               ? op->b != op->dst && (op->b != IR_CONST || gen_fits32(gen_immediate(op)))
               : is_only_result(g, op);
}

/* dst = a + b by an instruction that makes no flags, where nobody in the block asks for them. */
static bool sum_by_address(struct gen *g, const struct ir_op *op)
{
    enum host_reg a, reg;
    struct host_rm sum;
    int64_t imm = op->op == IR_SUB ? -gen_immediate(op) : gen_immediate(op);

    if ((op->op != IR_ADD && (op->op != IR_SUB || op->b != IR_CONST)) || !has_pin(op->dst) ||
        op->dst == op->a || op->dst == op->b || op->flags & IR_OVERFLOW ||
        (gen_cc_stored(op) && op->flags & IR_CC_READ) || !(has_pin(op->a) || ir_is_temp(op->a)) ||
        !(op->b == IR_CONST ? gen_fits32(imm) : has_pin(op->b) || ir_is_temp(op->b)))
        return false;
    a = (enum host_reg)gen_use(g, op->a, op->width).base;
    if (op->b == IR_CONST)
        sum = host_mem(a, (int32_t)imm);
    else
        sum = host_mem_index(a, (enum host_reg)gen_use(g, op->b, op->width).base, 1, 0);
    reg = gen_set_begin(g, op->dst, result_width(op));
    emit_lea_rm(&g->e, gen_size(op->width), reg, sum);
    g->flags_kept = true;
    keep_overflow_operand(g, op, second_operand(op));
    gen_set_end(g, op->dst, result_width(op), reg);
    if (gen_cc_stored(op))
        gen_cc_value(g, 0, op->dst, op->width, reg);
    gen_cc_set(g, op, false);
    return true;
}

/* One of the next operations looks at DST: then better from a scratch register that has it. */
static bool is_used_soon(const struct gen *g, ir_value v)
{
    for (unsigned i = g->at + 1; i < g->ir->op_count && i < g->at + 6; i++) {
        const struct ir_op *op = &g->ir->op[i];

        if (op->a == v || op->b == v || op->c == v)
            return true;
        if (op->op >= IR_BR && op->op <= IR_BRDEC)
            return false;
    }
    return false;
}

/* A register that is in the CPU is changed there. */
static bool in_cpu(struct gen *g, const struct ir_op *op)
{
    enum host_size size = gen_size(op->width);
    struct host_rm home, b;

    if (!ir_is_gr(op->dst) || has_pin(op->dst) || op->a != op->dst || op->b == op->dst ||
        op->op == IR_MUL || op->op == IR_ADDC || op->op == IR_SUBB || op->flags & IR_OVERFLOW ||
        op->width != result_width(op) || (op->b == IR_CONST && !gen_fits32(gen_immediate(op))) ||
        is_used_soon(g, op->dst))
        return false;
    home = gen_home(g, op->dst);
    if (op->b == IR_CONST) {
        with_constant(g, op, home, gen_immediate(op));
    } else {
        b = gen_near_part(g, op->b, gen_use(g, op->b, op->width), op->width);
        if (b.kind != HOST_RM_REG)
            return false;
        switch (op->op) {
        case IR_ADD:
            emit_add_mr(&g->e, size, home, (enum host_reg)b.base);
            break;
        case IR_SUB:
            emit_sub_mr(&g->e, size, home, (enum host_reg)b.base);
            break;
        case IR_AND:
            emit_and_mr(&g->e, size, home, (enum host_reg)b.base);
            break;
        case IR_OR:
            emit_or_mr(&g->e, size, home, (enum host_reg)b.base);
            break;
        default:
            emit_xor_mr(&g->e, size, home, (enum host_reg)b.base);
            break;
        }
    }
    keep_overflow_operand(g, op, second_operand(op));
    finish(g, op, HOST_NO_REG);
    return true;
}

static void add_and_kin(struct gen *g, const struct ir_op *op)
{
    bool chained = op->op == IR_ADDC || op->op == IR_SUBB;
    struct ir_op word;

    if (op->imm2 == IR_REACH_WORD && ir_reaches(op) && op->dst == op->a && has_pin(op->dst) &&
        g->low & 1u << op->dst) {
        word = *op;
        word.width = word.dst_width = 4;
        op = &word;
    }
    /* The operands of the rule before are still needed where it has the carry. */
    if (gen_cc_stored(op) && !chained)
        keep_operand(g, op);
    if (sum_by_address(g, op) || in_cpu(g, op))
        return;
    if (can_be_in_dst(g, op))
        in_dst(g, op);
    else
        by_scratch(g, op);
}

/* dst = a, extended or moved. */
static void move(struct gen *g, const struct ir_op *op)
{
    static const uint8_t widths[] = {
        [IR_SX8] = 1, [IR_SX16] = 2, [IR_SX32] = 4, [IR_ZX8] = 1, [IR_ZX16] = 2, [IR_ZX32] = 4};
    unsigned from = op->op == IR_MOV ? op->width : widths[op->op];
    struct emitter *e = &g->e;
    struct host_rm a = {0};
    enum host_reg reg;

    if (op->a == IR_CONST && ir_is_gr(op->dst) && !has_pin(op->dst) &&
        op->width == result_width(op) && gen_fits32(gen_immediate(op))) {
        emit_mov_mi(e, gen_size(op->width), gen_home(g, op->dst), gen_immediate(op));
        return;
    }
    if (op->op == IR_MOV && op->a == op->dst && op->width == result_width(op))
        return;
    if (op->a != IR_CONST)
        a = gen_near_part(g, op->a, gen_use(g, op->a, from == 8 ? 8 : 4), from);
    if (op->op == IR_MOV && op->a != IR_CONST && op->width == result_width(op) &&
        ir_is_gr(op->dst) && !has_pin(op->dst) && a.kind == HOST_RM_REG &&
        !is_used_soon(g, op->dst)) {
        emit_mov_mr(e, gen_size(op->width), gen_home(g, op->dst), (enum host_reg)a.base);
        return;
    }
    reg = gen_set_begin(g, op->dst, result_width(op));
    if (op->a == IR_CONST)
        emit_load_constant(e, reg, op->width == 8 ? (uint64_t)op->imm : (uint32_t)op->imm);
    else if (op->op == IR_MOV)
        emit_mov_rm(e, gen_size(op->width), reg, a);
    else if (op->op == IR_SX8)
        emit_movsx8_rm(e, gen_size(op->width), reg, a);
    else if (op->op == IR_SX16)
        emit_movsx16_rm(e, gen_size(op->width), reg, a);
    else if (op->op == IR_SX32 && op->width == 8)
        emit_movsxd_rm(e, HOST_64, reg, a);
    else if (op->op == IR_ZX8)
        emit_movzx8_rm(e, HOST_32, reg, a);
    else if (op->op == IR_ZX16)
        emit_movzx16_rm(e, HOST_32, reg, a);
    else
        emit_mov_rm(e, HOST_32, reg, a);
    gen_set_end(g, op->dst, result_width(op), reg);
    g->flags_kept = true;
}

static void shift_by_register(struct gen *g, const struct ir_op *op, enum host_reg reg,
                              struct host_rm a)
{
    enum host_size size = gen_size(op->width);
    enum host_reg count;
    bool taken;

    count = gen_use_reg(g, op, op->b, 4, &taken);
    if (op->op == IR_SHL)
        emit_shlx_rmv(&g->e, size, reg, a, count);
    else if (op->op == IR_SHR)
        emit_shrx_rmv(&g->e, size, reg, a, count);
    else
        emit_sarx_rmv(&g->e, size, reg, a, count);
    if (taken)
        gen_release(g, count);
}

/* Rotation by a register: by CL. */
static void rotate_by_register(struct gen *g, const struct ir_op *op)
{
    struct host_rm a = gen_use(g, op->a, op->width), b = gen_use(g, op->b, 4);
    enum host_reg reg;

    if (g->used & 1u << HOST_RCX && !(b.kind == HOST_RM_REG && b.base == HOST_RCX)) {
        g->refused = true;
        return;
    }
    g->used |= 1u << HOST_RCX;
    emit_mov_rm(&g->e, HOST_32, HOST_RCX, b);
    reg = gen_scratch(g);
    emit_mov_rm(&g->e, gen_size(op->width), reg, a);
    emit_rol_mcl(&g->e, gen_size(op->width), host_rm_reg(reg));
    if (!ir_is_temp(op->b))
        gen_release(g, HOST_RCX);
    if (ir_is_gr(op->dst) && gen_pin(op->dst) != HOST_NO_REG) {
        enum host_reg final = gen_set_begin(g, op->dst, op->width);

        emit_mov_rm(&g->e, gen_size(op->width), final, host_rm_reg(reg));
        gen_release(g, reg);
        reg = final;
    }
    gen_set_end(g, op->dst, op->width, reg);
}

static void shift_by_constant(struct gen *g, const struct ir_op *op, enum host_reg reg,
                              struct host_rm a)
{
    enum host_size size = gen_size(op->width);
    struct host_rm r = host_rm_reg(reg);

    if (a.kind != HOST_RM_REG || a.base != reg)
        emit_mov_rm(&g->e, size, reg, a);
    else if (op->imm == 0)
        clear_high(g, op, reg);
    if (op->imm == 0)
        return;
    if (op->op == IR_SHL)
        emit_shl_mi8(&g->e, size, r, op->imm);
    else if (op->op == IR_SHR)
        emit_shr_mi8(&g->e, size, r, op->imm);
    else if (op->op == IR_SAR)
        emit_sar_mi8(&g->e, size, r, op->imm);
    else
        emit_rol_mi8(&g->e, size, r, op->imm);
}

/* To the left by one, two or three, elsewhere than A, without flags. */
static bool shift_by_address(struct gen *g, const struct ir_op *op)
{
    enum host_reg a, reg;

    if (op->op != IR_SHL || op->b != IR_CONST || op->imm < 1 || op->imm > 3 ||
        op->cc != IR_CC_NONE || !has_pin(op->dst) || op->dst == op->a ||
        !(has_pin(op->a) || ir_is_temp(op->a)))
        return false;
    a = (enum host_reg)gen_use(g, op->a, op->width).base;
    reg = gen_set_begin(g, op->dst, result_width(op));
    emit_lea_rm(&g->e, gen_size(op->width), reg,
                op->imm == 1 ? host_mem_index(a, a, 1, 0)
                             : host_mem_index(HOST_NO_REG, a, 1u << op->imm, 0));
    gen_set_end(g, op->dst, result_width(op), reg);
    g->flags_kept = true;
    return true;
}

static void shift(struct gen *g, const struct ir_op *op)
{
    struct host_rm a;
    enum host_reg reg;

    if (op->op == IR_ROL && op->b != IR_CONST) {
        rotate_by_register(g, op);
        return;
    }
    if (shift_by_address(g, op))
        return;
    a = gen_use(g, op->a, op->width < result_width(op) ? op->width : result_width(op));
    if (op->b == IR_CONST)
        a = gen_near_part(g, op->a, a, op->width);
    reg = op->b == IR_CONST ? result_begin(g, op, false)
                            : gen_set_begin(g, op->dst, result_width(op));
    if (op->b == IR_CONST)
        shift_by_constant(g, op, reg, a);
    else
        shift_by_register(g, op, reg, a);
    if (op->cc != IR_CC_NONE && !(op->flags & IR_CC_UNUSED)) {
        /* Shifts by nothing leave the flags alone, so they are made again. */
        if (gen_cc_stored(op))
            gen_cc_value(g, 0, op->dst, op->width, reg);
        if (gen_wants_flags(op))
            emit_test_mr(&g->e, gen_size(op->width), host_rm_reg(reg), reg);
        gen_cc_set(g, op, gen_wants_flags(op));
    }
    gen_set_end(g, op->dst, result_width(op), reg);
}

/* One operand: complement, negation, counts, byte order. An overflow must find what the body
   looks at unchanged, and the operand that the rule wants is looked at behind the operation. */
static void unary(struct gen *g, const struct ir_op *op)
{
    enum host_size size = gen_size(op->width < 4 ? 4 : op->width);
    struct host_rm a = gen_use(g, op->a, op->width);
    bool apart = (op->flags & IR_OVERFLOW && !is_only_result(g, op)) ||
                 (gen_cc_stored(op) && has_overflow_rule(op) && op->a == op->dst);
    enum host_reg reg = result_begin(g, op, apart);

    if (op->op == IR_CLZ)
        emit_lzcnt_rm(&g->e, size, reg, a);
    else if (op->op == IR_POPCNT)
        emit_popcnt_rm(&g->e, size, reg, a);
    else if (a.kind != HOST_RM_REG || a.base != reg)
        emit_mov_rm(&g->e, size, reg, a);
    if (op->op == IR_NOT)
        emit_not_m(&g->e, size, host_rm_reg(reg));
    else if (op->op == IR_NEG)
        emit_neg_m(&g->e, size, host_rm_reg(reg));
    else if (op->op == IR_BSWAP && op->width == 2)
        emit_rol_mi8(&g->e, HOST_16, host_rm_reg(reg), 8);
    else if (op->op == IR_BSWAP)
        emit_bswap_o(&g->e, size, reg);
    if (op->flags & IR_OVERFLOW)
        gen_overflow(g, op, false);
    keep_overflow_operand(g, op, op->a);
    if (has_pin(op->dst))
        reg = result_end(g, op, reg);
    if (gen_cc_stored(op))
        gen_cc_value(g, 0, op->dst, op->width == 8 ? 8 : 4, reg);
    gen_cc_set(g, op, op->op == IR_NEG && !has_overflow_rule(op));
    if (!has_pin(op->dst))
        gen_set_end(g, op->dst, result_width(op), reg);
}

/* (a & ~mask) | (b & mask), by exclusive or: b, and the mask, stay as they are. */
static void insert(struct gen *g, const struct ir_op *op)
{
    enum host_size size = gen_size(op->width);
    struct host_rm a, b = gen_use(g, op->b, op->width);
    enum host_reg reg, mask;

    a = gen_use(g, op->a, op->width);
    if (a.kind == b.kind && a.base == b.base && a.disp == b.disp && op->dst == op->a &&
        op->width == result_width(op))
        return;
    /* The other bits of the register stay as they are, whichever of them are right. */
    if (op->dst == op->a && a.kind == HOST_RM_REG && ir_is_gr(op->dst) && b.kind == HOST_RM_REG &&
        (op->imm == 0xff || op->imm == 0xffff)) {
        emit_mov_rm(&g->e, op->imm == 0xff ? HOST_8 : HOST_16, (enum host_reg)a.base, b);
        return;
    }
    reg = gen_set_begin(g, op->dst, result_width(op));
    if (a.kind != HOST_RM_REG || a.base != reg)
        emit_mov_rm(&g->e, size, reg, a);
    else if (ir_is_gr(op->dst) && g->low & 1u << op->dst)
        clear_high(g, op, reg);
    if (b.kind == HOST_RM_REG && (op->imm == 0xff || op->imm == 0xffff)) {
        emit_mov_rm(&g->e, op->imm == 0xff ? HOST_8 : HOST_16, reg, b);
    } else {
        emit_xor_rm(&g->e, size, reg, b);
        if (op->width == 4 || gen_fits32(~op->imm)) {
            emit_and_mi(&g->e, size, host_rm_reg(reg),
                        op->width == 4 ? (int32_t)~op->imm : ~op->imm);
        } else {
            mask = gen_scratch(g);
            emit_load_constant(&g->e, mask, (uint64_t)~op->imm);
            emit_and_rm(&g->e, size, reg, host_rm_reg(mask));
            gen_release(g, mask);
        }
        emit_xor_rm(&g->e, size, reg, b);
    }
    gen_set_end(g, op->dst, result_width(op), reg);
}

/* Bits 0-31 of a register, which go to the CPU; the low word stays where it is. */
static void put_high(struct gen *g, const struct ir_op *op)
{
    struct host_rm high = gen_home_high(g, op->dst);
    enum host_reg reg;
    bool taken;

    if (op->a == IR_CONST) {
        if (gen_pin(op->dst) != HOST_NO_REG)
            gen_set_begin(g, op->dst, 4);
        g->high_apart |= (uint16_t)(1u << op->dst);
        emit_mov_mi(&g->e, HOST_32, high, (int32_t)op->imm);
        return;
    }
    reg = gen_use_reg(g, op, op->a, 4, &taken);
    if (gen_pin(op->dst) != HOST_NO_REG)
        gen_set_begin(g, op->dst, 4);
    g->high_apart |= (uint16_t)(1u << op->dst);
    emit_mov_mr(&g->e, HOST_32, high, reg);
    if (taken)
        gen_release(g, reg);
}

/* The moves leave alone the flags that the condition is asked of. */
static void select_value(struct gen *g, const struct ir_op *op)
{
    struct host_rm a = gen_use(g, op->a, op->width), b = gen_use(g, op->b, op->width), other = b;
    enum host_size size = gen_size(op->width);
    unsigned condition = gen_cc_condition(g, (unsigned)op->imm);
    enum host_reg reg = result_begin(g, op, false);

    if (condition == HOST_ALWAYS) {
        emit_mov_rm(&g->e, size, reg, b);
    } else if (condition < HOST_ALWAYS && b.kind == HOST_RM_REG && b.base == reg) {
        condition ^= 1;
        other = a;
    } else if (a.kind != HOST_RM_REG || a.base != reg) {
        emit_mov_rm(&g->e, size, reg, a);
    }
    if (condition < HOST_ALWAYS)
        emit_cmovcc_crm(&g->e, size, (enum host_condition)condition, reg, other);
    gen_set_end(g, op->dst, result_width(op), reg);
}

static bool stays_in_pins(ir_value v)
{
    return v == IR_NOTHING || has_pin(v);
}

static void address(struct gen *g, const struct ir_op *op)
{
    enum host_reg reg = result_begin(g, op, op->width != 8);

    if (op->op == IR_LEAPC) {
        emit_mov_rm(&g->e, HOST_64, reg, gen_cpu(g->layout->insn_page));
        if (!gen_fits32(op->imm))
            g->refused = true;
        else if (op->imm)
            emit_lea_rm(&g->e, HOST_64, reg, host_mem(reg, (int32_t)op->imm));
    } else {
        gen_address(g, op, reg);
    }
    result_end(g, op, reg);
    g->flags_kept = op->op == IR_LEAPC || (op->width == 8 && stays_in_pins(op->a) &&
                                           stays_in_pins(op->b) && g->ir->addressing == 64);
}

static void word_of_cpu(struct gen *g, const struct ir_op *op)
{
    enum host_reg reg = gen_set_begin(g, op->dst, 4);
    int32_t offset = op->imm == IR_WORD_FPC ? g->layout->fpc : g->layout->ar + 4 * (int32_t)op->imm;

    emit_mov_rm(&g->e, HOST_32, reg, gen_cpu(offset));
    gen_set_end(g, op->dst, 4, reg);
}

void gen_alu(struct gen *g, const struct ir_op *op)
{
    switch (op->op) {
    case IR_MOV:
    case IR_SX8:
    case IR_SX16:
    case IR_SX32:
    case IR_ZX8:
    case IR_ZX16:
    case IR_ZX32:
        move(g, op);
        return;
    case IR_ADD:
    case IR_SUB:
    case IR_AND:
    case IR_OR:
    case IR_XOR:
    case IR_MUL:
    case IR_ADDC:
    case IR_SUBB:
        add_and_kin(g, op);
        return;
    case IR_SHL:
    case IR_SHR:
    case IR_SAR:
    case IR_ROL:
        shift(g, op);
        return;
    case IR_NOT:
    case IR_NEG:
    case IR_BSWAP:
    case IR_CLZ:
    case IR_POPCNT:
        unary(g, op);
        return;
    case IR_INSERT:
        insert(g, op);
        return;
    case IR_PUTHIGH:
        put_high(g, op);
        return;
    case IR_CMP:
    case IR_TEST:
    case IR_TM:
        gen_compare(g, op);
        return;
    case IR_SELECT:
        select_value(g, op);
        return;
    case IR_LEA:
    case IR_LEAPC:
        address(g, op);
        return;
    case IR_WORDOF:
        word_of_cpu(g, op);
        return;
    default:
        g->refused = true;
        return;
    }
}
