/*
 * Multiplication to and division of a pair of registers, by the host's instructions with RAX
 * and RDX. Division bails on whatever would trap on the host, before it could.
 */
#include "cpu/jit/host/x86_64/gen.h"

/* Operand V where RAX and RDX are taken: RCX where it stands in one of them. */
static struct host_rm besides(struct gen *g, ir_value v, unsigned width)
{
    struct host_rm rm = gen_use(g, v, width);

    if (ir_is_temp(v) && rm.base != HOST_RCX) {
        emit_mov_rm(&g->e, HOST_64, HOST_RCX, rm);
        rm = host_rm_reg(HOST_RCX);
    }
    return rm;
}

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

/* RDX is the left half of a product, or the remainder, RAX the right half or the quotient. */
static void set_pair(struct gen *g, const struct ir_op *op)
{
    set(g, op->dst, op->width, HOST_RDX);
    set(g, (ir_value)(op->dst + 1), op->width, HOST_RAX);
    g->used = 0;
}

/* The halves of a product, each where it belongs; the host's flags stay. RDX has one factor. */
static void multiply_logical(struct gen *g, const struct ir_op *op)
{
    ir_value left = op->dst, right = (ir_value)(op->dst + 1), first = op->a, second = op->b;
    enum host_reg high = gen_pin(left), low = gen_pin(right);
    struct host_rm one, other;

    if (ir_is_temp(second) && gen_use(g, second, 8).base == HOST_RDX) {
        first = op->b;
        second = op->a;
    }
    one = gen_use(g, first, 8);
    other = gen_use(g, second, 8);
    one = gen_near(g, first, one);
    if (one.kind != HOST_RM_REG || one.base != HOST_RDX)
        emit_mov_rm(&g->e, HOST_64, HOST_RDX, one);
    g->copy[HOST_RDX] = IR_NOTHING;
    high = high == HOST_NO_REG ? HOST_RDX : high;
    low = low == HOST_NO_REG ? HOST_RAX : low;
    emit_mulx_rvm(&g->e, HOST_64, high, low, gen_near(g, second, other));
    for (unsigned i = 0; i < GEN_SCRATCHES; i++)
        if (g->copy[i] == left || g->copy[i] == right)
            g->copy[i] = IR_NOTHING;
    gen_set_end(g, left, 8, high);
    gen_set_end(g, right, 8, low);
    g->used = 0;
}

void gen_multiply_pair(struct gen *g, const struct ir_op *op)
{
    struct host_rm a, b;

    if (!(op->flags & IR_SIGNED)) {
        multiply_logical(g, op);
        return;
    }
    a = gen_use(g, op->a, 8);
    b = besides(g, op->b, 8);
    emit_mov_rm(&g->e, HOST_64, HOST_RAX, a);
    emit_imul_m(&g->e, HOST_64, b);
    set_pair(g, op);
}

/* PoP chapter 7, DIVIDE LOGICAL: the quotient does not fit where the divisor is not greater than
   the left half of the dividend. */
void gen_divide_logical(struct gen *g, const struct ir_op *op)
{
    enum host_size size = gen_size(op->width);
    struct host_rm high = gen_use(g, op->dst, op->width);
    struct host_rm low = gen_use(g, (ir_value)(op->dst + 1), op->width);
    struct host_rm b = besides(g, op->b, op->width);

    emit_mov_rm(&g->e, size, HOST_RAX, low);
    emit_mov_rm(&g->e, size, HOST_RDX, high);
    emit_cmp_rm(&g->e, size, HOST_RDX, b);
    gen_bail(g, HOST_AE);
    emit_div_m(&g->e, size, b);
    set_pair(g, op);
}

/* Division by 0, and by -1, with which one dividend overflows. */
void gen_divide_single(struct gen *g, const struct ir_op *op)
{
    struct host_rm a = gen_use(g, (ir_value)(op->dst + 1), 8), b = besides(g, op->b, 8);

    emit_mov_rm(&g->e, HOST_64, HOST_RDX, b);
    emit_add_mi(&g->e, HOST_64, host_rm_reg(HOST_RDX), 1);
    emit_cmp_mi(&g->e, HOST_64, host_rm_reg(HOST_RDX), 1);
    gen_bail(g, HOST_BE);
    emit_mov_rm(&g->e, HOST_64, HOST_RAX, a);
    emit_cqo_zo(&g->e);
    emit_idiv_m(&g->e, HOST_64, b);
    set_pair(g, op);
}
