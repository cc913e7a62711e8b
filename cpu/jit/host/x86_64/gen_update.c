/*
 * Interlocked updates of storage. All of them ask for their boundary first, on which the host's
 * locked instructions and the guest's agree; others run as the body.
 */
#include "cpu/jit/host/x86_64/gen.h"

static struct host_rm at(enum host_reg reg)
{
    return host_mem(reg, 0);
}

/* A host address for WIDTH bytes on a boundary of WIDTH, not in RAX, which is taken. */
static enum host_reg find(struct gen *g, const struct ir_op *op)
{
    enum host_reg pointer;

    g->used |= 1u << HOST_RAX;
    pointer = gen_probe(g, op, op->width, true);
    if (op->width > 1) {
        emit_test_mi(&g->e, HOST_8, host_rm_reg(pointer), op->width - 1);
        gen_bail(g, HOST_NE);
    }
    return pointer;
}

/* The host's flags say "not equal" where the condition code is 1. */
static void set_one_or_zero(struct gen *g, const struct ir_op *op, enum host_reg reg)
{
    if (op->flags & IR_CC_STORED) {
        emit_setcc_cm(&g->e, HOST_NE, host_rm_reg(reg));
        emit_movzx8_rm(&g->e, HOST_32, reg, host_rm_reg(reg));
        gen_cc_operand(g, 0, reg);
    }
    gen_cc_set(g, op, true);
}

/* DST = REG; leaves the flags alone. */
static void set(struct gen *g, ir_value dst, unsigned width, enum host_reg reg)
{
    enum host_reg pin = gen_pin(dst);

    if (pin != HOST_NO_REG) {
        gen_set_begin(g, dst, width);
        emit_mov_rm(&g->e, gen_size(width), pin, host_rm_reg(reg));
        gen_set_end(g, dst, width, pin);
    } else {
        emit_mov_mr(&g->e, gen_size(width), gen_home(g, dst), reg);
    }
}

static void update_byte(struct gen *g, const struct ir_op *op)
{
    enum host_reg pointer = find(g, op);

    emit_lock(&g->e);
    if (op->length == IR_AND)
        emit_and_mi(&g->e, HOST_8, at(pointer), (int8_t)op->imm);
    else if (op->length == IR_OR)
        emit_or_mi(&g->e, HOST_8, at(pointer), (int8_t)op->imm);
    else
        emit_xor_mi(&g->e, HOST_8, at(pointer), (int8_t)op->imm);
    set_one_or_zero(g, op, pointer);
    g->used = 0;
}

/* RDX = RDX op C. */
static void apply(struct gen *g, const struct ir_op *op)
{
    enum host_size size = gen_size(op->width);
    struct host_rm c;

    if (op->c == IR_CONST) {
        emit_add_mi(&g->e, size, host_rm_reg(HOST_RDX), op->imm);
        return;
    }
    c = gen_use(g, op->c, op->width);
    if (op->length == IR_ADD)
        emit_add_rm(&g->e, size, HOST_RDX, c);
    else if (op->length == IR_AND)
        emit_and_rm(&g->e, size, HOST_RDX, c);
    else if (op->length == IR_OR)
        emit_or_rm(&g->e, size, HOST_RDX, c);
    else
        emit_xor_rm(&g->e, size, HOST_RDX, c);
}

/* RDX is the new value; RCX is free. */
static void update_condition_code(struct gen *g, const struct ir_op *op)
{
    bool sum = op->cc == IR_CC_ADD_U32 || op->cc == IR_CC_ADD_U64;

    if (op->flags & IR_CC_STORED) {
        gen_cc_operand(g, 0, HOST_RDX);
        if (sum && op->c == IR_CONST) {
            gen_cc_constant(g, 1, op->imm);
        } else if (sum) {
            emit_mov_rm(&g->e, gen_size(op->width), HOST_RCX, gen_use(g, op->c, op->width));
            gen_cc_operand(g, 1, HOST_RCX);
        }
        emit_test_mr(&g->e, gen_size(op->width), host_rm_reg(HOST_RDX), HOST_RDX);
    }
    gen_cc_set(g, op, !sum);
}

void gen_update(struct gen *g, const struct ir_op *op)
{
    enum host_size size = gen_size(op->width);
    bool is_signed = op->cc == IR_CC_SIGN32 || op->cc == IR_CC_SIGN64;
    unsigned again = emit_label_new(&g->e);

    if (op->width == 1) {
        update_byte(g, op);
        return;
    }
    /* Before the loop: it must not happen there. */
    if (op->c != IR_CONST)
        gen_use(g, op->c, op->width);
    if (find(g, op) != HOST_RCX)
        g->refused = true;
    emit_mov_rm(&g->e, size, HOST_RAX, at(HOST_RCX));
    emit_label_place(&g->e, again);
    emit_mov_rm(&g->e, size, HOST_RDX, host_rm_reg(HOST_RAX));
    emit_bswap_o(&g->e, size, HOST_RDX);
    apply(g, op);
    if (is_signed)
        gen_bail(g, HOST_O);
    emit_bswap_o(&g->e, size, HOST_RDX);
    emit_lock(&g->e);
    emit_cmpxchg_mr(&g->e, size, at(HOST_RCX), HOST_RDX);
    emit_jcc_label(&g->e, HOST_NE, again);
    emit_bswap_o(&g->e, size, HOST_RDX);
    emit_bswap_o(&g->e, size, HOST_RAX);
    update_condition_code(g, op);
    if (op->dst != IR_NOTHING)
        set(g, op->dst, op->width, HOST_RAX);
    g->used = 0;
}

void gen_compare_and_swap(struct gen *g, const struct ir_op *op)
{
    enum host_size size = gen_size(op->width);
    struct host_rm compare = gen_use(g, op->dst, op->width), value = gen_use(g, op->c, op->width);

    if (find(g, op) != HOST_RCX)
        g->refused = true;
    emit_mov_rm(&g->e, size, HOST_RAX, compare);
    emit_bswap_o(&g->e, size, HOST_RAX);
    emit_mov_rm(&g->e, size, HOST_RDX, value);
    emit_bswap_o(&g->e, size, HOST_RDX);
    emit_lock(&g->e);
    emit_cmpxchg_mr(&g->e, size, at(HOST_RCX), HOST_RDX);
    set_one_or_zero(g, op, HOST_RCX);
    emit_bswap_o(&g->e, size, HOST_RAX);
    set(g, op->dst, op->width, HOST_RAX);
    g->used = 0;
}

/* Has a whole register in the CPU, too. */
static struct host_rm put_home(struct gen *g, ir_value gr)
{
    struct host_rm rm = gen_use(g, gr, 8);

    if (rm.kind == HOST_RM_REG)
        emit_mov_mr(&g->e, HOST_64, gen_home(g, gr), (enum host_reg)rm.base);
    return gen_home(g, gr);
}

/* 16 bytes; the host's instruction has fixed registers, two of which are pins. */
void gen_compare_and_swap_pair(struct gen *g, const struct ir_op *op)
{
    const ir_value dst = op->dst, c = op->c;
    struct host_rm home[4];
    enum host_reg pointer;

    for (unsigned i = 0; i < 4; i++)
        home[i] = put_home(g, (ir_value)(i < 2 ? dst + i : c + i - 2));
    pointer = gen_probe(g, op, 16, true);
    emit_test_mi(&g->e, HOST_8, host_rm_reg(pointer), 15);
    gen_bail(g, HOST_NE);
    emit_vmovq_xg(&g->e, HOST_64, GEN_OPERAND, host_rm_reg(HOST_RBX));
    emit_vmovq_xg(&g->e, HOST_64, GEN_RESULT, host_rm_reg(HOST_RSI));
    emit_mov_rm(&g->e, HOST_64, HOST_RSI, host_rm_reg(pointer));
    emit_movbe_rm(&g->e, HOST_64, HOST_RAX, home[0]);
    emit_movbe_rm(&g->e, HOST_64, HOST_RDX, home[1]);
    emit_movbe_rm(&g->e, HOST_64, HOST_RBX, home[2]);
    emit_movbe_rm(&g->e, HOST_64, HOST_RCX, home[3]);
    emit_lock(&g->e);
    emit_cmpxchg16b_m(&g->e, HOST_64, at(HOST_RSI));
    emit_movbe_mr(&g->e, HOST_64, home[0], HOST_RAX);
    emit_movbe_mr(&g->e, HOST_64, home[1], HOST_RDX);
    emit_vmovq_gx(&g->e, HOST_64, host_rm_reg(HOST_RSI), GEN_RESULT);
    emit_vmovq_gx(&g->e, HOST_64, host_rm_reg(HOST_RBX), GEN_OPERAND);
    set_one_or_zero(g, op, HOST_RAX);
    for (unsigned i = 0; i < 2; i++)
        if (gen_pin((ir_value)(dst + i)) != HOST_NO_REG)
            emit_mov_rm(&g->e, HOST_64, gen_pin((ir_value)(dst + i)), home[i]);
    g->used = 0;
}

/* The system mask as it was is stored. What closes masks lets nothing in; what could open one
   runs as its body, which looks at what is pending. */
void gen_system_mask(struct gen *g, const struct ir_op *op)
{
    struct host_rm host = gen_place(g, op, 1, true);
    struct host_rm mask = gen_cpu(g->layout->system_mask);
    enum host_reg old = gen_scratch(g), wanted;

    emit_movzx8_rm(&g->e, HOST_32, old, mask);
    if (op->op == IR_MASKOR && op->imm) {
        wanted = gen_scratch(g);
        emit_mov_rm(&g->e, HOST_32, wanted, host_rm_reg(old));
        emit_and_mi(&g->e, HOST_32, host_rm_reg(wanted), op->imm);
        emit_cmp_mi(&g->e, HOST_32, host_rm_reg(wanted), op->imm);
        gen_bail(g, HOST_NE);
        gen_release(g, wanted);
    }
    emit_mov_mr(&g->e, HOST_8, host, old);
    if (op->op == IR_MASKAND)
        emit_and_mi(&g->e, HOST_8, mask, (int8_t)op->imm);
    gen_release(g, old);
    gen_release(g, (enum host_reg)host.base);
}
