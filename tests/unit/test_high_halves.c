/* Results made where they are moved to, and results of words that clear what is to their left. */
#include "cpu/jit/opt/opt.h"

#include <stdlib.h>

#include "tests/harness.h"

static struct ir_block *start(void)
{
    struct ir_block *b = calloc(1, sizeof *b);

    if (!b)
        abort();
    return b;
}

/* The next guest instruction begins. */
static void begin(struct ir_block *b)
{
    b->insn[b->insn_count].first_op = (uint16_t)b->op_count;
    b->insn[b->insn_count].page_offset = (uint16_t)(b->insn_count * 4);
}

/* An operation, and the end of the instruction where LAST. */
static struct ir_op *add(struct ir_block *b, enum ir_opcode op, unsigned width,
                         struct ir_operands operands, bool last)
{
    struct ir_op *o = ir_emit(b, op, width);

    o->dst = operands.dst;
    o->a = operands.a;
    o->b = operands.b;
    if (last) {
        b->insn_count++;
        begin(b);
    }
    return o;
}

#define R1      IR_GR(1)
#define R2      IR_GR(2)
#define T0      IR_TEMP(0)
#define T1      IR_TEMP(1)
#define NONE    IR_NOTHING
#define NOTHING IR_DAB(IR_NOTHING, IR_NOTHING, IR_NOTHING)

static struct ir_op *zero(struct ir_block *b, ir_value gr)
{
    return add(b, IR_ZX32, 8, IR_DAB(gr, gr, NONE), true);
}

static struct ir_op *sum(struct ir_block *b, ir_value gr)
{
    return add(b, IR_ADD, 4, IR_DAB(gr, gr, R2), true);
}

static void extension_and_move(void)
{
    struct ir_block *b = start();
    struct ir_op *made = add(b, IR_SX32, 8, IR_DAB(T0, R2, NONE), false);
    struct ir_op *moved = add(b, IR_MOV, 8, IR_DAB(R1, T0, NONE), true);
    struct ir_op *byte = add(b, IR_ZX8, 8, IR_DAB(T0, R2, NONE), false);

    add(b, IR_MOV, 4, IR_DAB(R1, T0, NONE), true);
    opt_coalesce(b);
    CHECK_EQ(made->dst, R1);
    CHECK_EQ(made->op, IR_SX32);
    CHECK_EQ(moved->op, IR_NOP);
    CHECK_EQ(byte->dst, R1);
    CHECK_EQ(byte->width, 4);
    CHECK_EQ(byte->dst_width, 4);
    free(b);
}

/* The temporary is used again, has a word that comes from its left half, or a sign to its left. */
static void moves_that_stay(void)
{
    struct ir_block *b = start();
    struct ir_op *used = add(b, IR_ZX8, 8, IR_DAB(T0, R2, NONE), false), *high, *load;

    add(b, IR_MOV, 8, IR_DAB(R1, T0, NONE), false);
    add(b, IR_TEST, 8, IR_DAB(NONE, T0, NONE), true);
    high = add(b, IR_SHR, 8, IR_DAB(T0, R2, IR_CONST), false);
    high->imm = 32;
    add(b, IR_MOV, 4, IR_DAB(R1, T0, NONE), true);
    load = add(b, IR_LD, 2, IR_DAB(T0, R2, NONE), false);
    load->dst_width = 4;
    load->flags = IR_SIGNED;
    add(b, IR_MOV, 8, IR_DAB(R1, T0, NONE), true);
    opt_coalesce(b);
    CHECK_EQ(used->dst, T0);
    CHECK_EQ(high->dst, T0);
    CHECK_EQ(load->dst, T0);
    free(b);
}

static void zero_stays_zero(void)
{
    struct ir_block *b = start();
    struct ir_op *before = sum(b, R1), *behind, *again, *called;

    zero(b, R1);
    behind = sum(b, R1);
    again = zero(b, R1);
    add(b, IR_CALL, 8, NOTHING, true);
    called = sum(b, R1);
    add(b, IR_BR, 8, NOTHING, true)->to = IR_OUTSIDE;
    opt_high_halves(b);
    CHECK_EQ(behind->dst_width, 8);
    CHECK_EQ(again->op, IR_MOV);
    CHECK_EQ(called->dst_width, 4);
    CHECK_EQ(before->dst_width, 8); /* since it is extended before anybody sees it whole */
    free(b);
}

/* A loop that is entered with zeros there and may CALL something before it comes back. */
static unsigned width_in_loop(bool calls)
{
    struct ir_block *b = start();
    struct ir_op *op;
    unsigned width;

    zero(b, R1);
    b->insn[1].target = true;
    op = sum(b, R1);
    add(b, calls ? IR_CALL : IR_ST, 8, IR_DAB(NONE, R2, NONE), true);
    add(b, IR_BRCC, 8, NOTHING, true)->to = 1;
    add(b, IR_BR, 8, NOTHING, true)->to = IR_OUTSIDE;
    opt_high_halves(b);
    width = op->dst_width;
    free(b);
    return width;
}

static void loops(void)
{
    CHECK_EQ(width_in_loop(false), 8);
    CHECK_EQ(width_in_loop(true), 4);
}

/* Seen by another operation, by what may bail, or by a branch. */
static void seen_halves(void)
{
    static const enum ir_opcode seeing[] = {IR_XOR, IR_LD, IR_BRCC, IR_STM, IR_CMP};

    for (unsigned i = 0; i < sizeof seeing / sizeof seeing[0]; i++) {
        struct ir_block *b = start();
        struct ir_op *op = sum(b, R1), *overflow;

        add(b, seeing[i], 8, IR_DAB(NONE, R1, R2), true);
        overflow = sum(b, R1);
        overflow->flags = IR_OVERFLOW;
        add(b, IR_SX32, 8, IR_DAB(R1, R1, NONE), true);
        add(b, IR_BR, 8, NOTHING, true)->to = IR_OUTSIDE;
        opt_high_halves(b);
        CHECK_EQ(op->dst_width, 4);
        CHECK_EQ(overflow->dst_width, 4);
        free(b);
    }
}

/* A load whose left half nobody sees may run as its body, which leaves that half alone. */
static void unseen_is_not_zero(void)
{
    struct ir_block *b = start();
    struct ir_op *load = add(b, IR_LD, 4, IR_DAB(R1, R2, NONE), true);
    struct ir_op *extension = add(b, IR_ZX32, 8, IR_DAB(R2, R1, NONE), true);

    add(b, IR_MOV, 8, IR_DAB(R1, IR_CONST, NONE), true);
    add(b, IR_BR, 8, NOTHING, true)->to = IR_OUTSIDE;
    opt_high_halves(b);
    CHECK_EQ(extension->op, IR_ZX32);
    CHECK_EQ(load->dst_width, 8);
    free(b);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(extension_and_move), TEST(moves_that_stay),    TEST(zero_stays_zero), TEST(loops),
        TEST(seen_halves),        TEST(unseen_is_not_zero),
    };

    return RUN_TESTS(tests);
}
