/* Liveness: which condition codes are kept, and which operations come to nothing. */
#include "cpu/jit/opt/opt.h"

#include <stdlib.h>

#include "tests/harness.h"

/* The block being built; each test starts a new one. */
struct build {
    struct ir_block block;
    unsigned insns;
};

static struct build *start(void)
{
    struct build *b = calloc(1, sizeof *b);

    if (!b)
        abort();
    return b;
}

/* The next guest instruction, of one operation. */
static struct ir_op *add(struct build *b, enum ir_opcode op, struct ir_operands operands,
                         enum ir_cc cc)
{
    struct ir_op *o;

    b->block.insn_count = b->insns;
    b->block.insn[b->insns] = (struct ir_insn){.first_op = (uint16_t)b->block.op_count,
                                               .page_offset = (uint16_t)(b->insns * 4),
                                               .length = 4,
                                               .target = b->block.insn[b->insns].target};
    b->insns++;
    o = ir_emit(&b->block, op, 8);
    o->dst = operands.dst;
    o->a = operands.a;
    o->b = operands.b;
    o->cc = (uint8_t)cc;
    return o;
}

#define R1      IR_GR(1)
#define R2      IR_GR(2)
#define T0      IR_TEMP(0)
#define NOTHING IR_DAB(IR_NOTHING, IR_NOTHING, IR_NOTHING)

static void finish(struct build *b)
{
    b->block.insn_count = b->insns;
    opt_liveness(&b->block);
}

static void code_overwritten(void)
{
    struct build *b = start();
    struct ir_op *first = add(b, IR_AND, IR_DAB(R1, R1, R2), IR_CC_LOGIC);
    struct ir_op *second = add(b, IR_OR, IR_DAB(R1, R1, R2), IR_CC_LOGIC);

    add(b, IR_BR, NOTHING, IR_CC_NONE);
    finish(b);
    CHECK(first->flags & IR_CC_UNUSED);
    CHECK(second->flags & IR_CC_STORED);
    CHECK_EQ(first->op, IR_AND);
    free(b);
}

/* The body that runs instead sees the condition code, and so does an interruption. */
static void code_seen_by_what_may_bail(void)
{
    static const enum ir_opcode bailing[] = {IR_LD, IR_ST, IR_CALL, IR_DIVU, IR_FADD, IR_CS};

    for (unsigned i = 0; i < sizeof bailing / sizeof bailing[0]; i++) {
        struct build *b = start();
        struct ir_op *first = add(b, IR_AND, IR_DAB(R1, R1, R2), IR_CC_LOGIC);

        add(b, bailing[i], IR_DAB(R1, R2, IR_NOTHING), IR_CC_NONE);
        add(b, IR_OR, IR_DAB(R1, R1, R2), IR_CC_LOGIC);
        add(b, IR_BR, NOTHING, IR_CC_NONE);
        finish(b);
        CHECK(first->flags & IR_CC_STORED);
        CHECK(!(first->flags & IR_CC_UNUSED));
        free(b);
    }
}

static void code_read(void)
{
    static const enum ir_opcode reading[] = {IR_BRCC, IR_SELECT, IR_GETCC, IR_ADDC, IR_SUBB};

    for (unsigned i = 0; i < sizeof reading / sizeof reading[0]; i++) {
        struct build *b = start();
        struct ir_op *first = add(b, IR_AND, IR_DAB(R1, R1, R2), IR_CC_LOGIC);
        struct ir_op *reader = add(b, reading[i], IR_DAB(R1, R1, R2), IR_CC_NONE);

        add(b, IR_OR, IR_DAB(R1, R1, R2), IR_CC_LOGIC);
        add(b, IR_BR, NOTHING, IR_CC_NONE);
        finish(b);
        CHECK(first->flags & IR_CC_STORED);
        CHECK(opt_reads_cc(reader));
        free(b);
    }
}

static void temporaries_without_use(void)
{
    struct build *b = start();
    struct ir_op *chain = add(b, IR_ZX8, IR_DAB(T0, R1, IR_NOTHING), IR_CC_NONE);
    struct ir_op *end = add(b, IR_SHL, IR_DAB(IR_TEMP(1), T0, R2), IR_CC_NONE);
    struct ir_op *load = add(b, IR_LD, IR_DAB(IR_TEMP(2), R1, IR_NOTHING), IR_CC_NONE);
    struct ir_op *used = add(b, IR_ZX16, IR_DAB(IR_TEMP(3), R1, IR_NOTHING), IR_CC_NONE);
    struct ir_op *user = add(b, IR_ADD, IR_DAB(R1, R1, IR_TEMP(3)), IR_CC_NONE);

    add(b, IR_BR, NOTHING, IR_CC_NONE);
    finish(b);
    CHECK_EQ(chain->op, IR_NOP); /* its only user came to nothing itself */
    CHECK_EQ(end->op, IR_NOP);
    CHECK_EQ(load->op, IR_LD); /* may raise an exception */
    CHECK_EQ(used->op, IR_ZX16);
    CHECK_EQ(user->op, IR_ADD);
    free(b);
}

/* A comparison whose code nobody sees is nothing; one that somebody sees stays. */
static void comparisons(void)
{
    struct build *b = start();
    struct ir_op *lost = add(b, IR_CMP, IR_DAB(IR_NOTHING, R1, R2), IR_CC_CMP_S64);
    struct ir_op *seen = add(b, IR_CMP, IR_DAB(IR_NOTHING, R1, R2), IR_CC_CMP_U64);

    add(b, IR_BRCC, NOTHING, IR_CC_NONE);
    finish(b);
    CHECK_EQ(lost->op, IR_NOP);
    CHECK_EQ(seen->op, IR_CMP);
    CHECK_EQ(seen->cc, IR_CC_CMP_U64);
    free(b);
}

/* Neither bails nor changes a rule: a sum that something in the block reads the code of. */
static void rules_of_sums(void)
{
    struct build *b = start();
    struct ir_op *read = add(b, IR_ADD, IR_DAB(R1, R1, R2), IR_CC_SIGN64);
    struct ir_op *select = add(b, IR_SELECT, IR_DAB(R2, R1, R2), IR_CC_NONE);
    struct ir_op *unread = add(b, IR_ADD, IR_DAB(R1, R1, R2), IR_CC_SIGN64);
    struct ir_op *difference;

    read->flags = unread->flags = IR_OVERFLOW;
    add(b, IR_LD, IR_DAB(R2, R1, IR_NOTHING), IR_CC_NONE);
    difference = add(b, IR_SUB, IR_DAB(R1, R1, R2), IR_CC_SIGN32);
    difference->flags = IR_OVERFLOW;
    add(b, IR_BR, NOTHING, IR_CC_NONE);
    finish(b);
    CHECK_EQ(read->cc, IR_CC_SIGN64);
    CHECK_EQ(select->op, IR_SELECT);
    CHECK_EQ(unread->cc, IR_CC_ADD_S64);
    CHECK_EQ(difference->cc, IR_CC_SUB_S32);
    free(b);
}

/* Calls, stores and fences stay whatever their results are. */
static void effects_stay(void)
{
    static const enum ir_opcode kept[] = {IR_ST, IR_STP, IR_FENCE, IR_CALL, IR_STM, IR_MVC};

    for (unsigned i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        struct build *b = start();
        struct ir_op *op = add(b, kept[i], NOTHING, IR_CC_NONE);

        add(b, IR_BR, NOTHING, IR_CC_NONE);
        finish(b);
        CHECK_EQ(op->op, kept[i]);
        free(b);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(code_overwritten), TEST(code_seen_by_what_may_bail),
        TEST(code_read),        TEST(temporaries_without_use),
        TEST(comparisons),      TEST(rules_of_sums),
        TEST(effects_stay),
    };

    return RUN_TESTS(tests);
}
