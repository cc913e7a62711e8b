/* Lifting BRANCH rows. */
#include "cpu/jit/lift/lift.h"

#include "cpu/arch/address_space.h"

enum test_word {
#define TEST(word) TEST_##word,
#include "cpu/jit/lift/words.def"
};
enum target_word {
#define TARGET(word) TARGET_##word,
#include "cpu/jit/lift/words.def"
};

struct branch_row {
    bool branch;
    uint8_t test, target;
};

static const struct branch_row rows[] = {
#define INSN(...)     {0, 0, 0},
#define COMPOSED(...) {0, 0, 0},
#define BRANCH(mnemonic, opcode, format, facility, test, target, flags, name)                      \
    {true, TEST_##test, TARGET_##target},
#include "cpu/isa/insns/all.def"
#undef INSN
#undef COMPOSED
#undef BRANCH
};

bool lift_branch_offset(const struct insn *insn, int64_t *offset)
{
    const struct branch_row *row = &rows[insn->row];

    if (!row->branch || (row->target != TARGET_RI2 && row->target != TARGET_RI4))
        return false;
    *offset = insn->page_offset + (int64_t)(row->target == TARGET_RI2 ? insn->i2 : insn->i4) * 2;
    return true;
}

bool lift_always_branches(const struct insn *insn)
{
    const struct branch_row *row = &rows[insn->row];

    if (!row->branch)
        return false;
    switch (row->test) {
    case TEST_MASK:
        return insn->m1 == 15;
    case TEST_MASK_R2:
        return insn->m1 == 15 && insn->r2;
    case TEST_SAVE:
        return true;
    case TEST_SAVE_R2:
        return insn->r2;
    default:
        return false;
    }
}

/* The operation for a branch within reach: in the page, or anywhere in the 64-bit mode, where
   no address wraps but by itself. */
static struct ir_op *leave(struct lift *lift, enum ir_opcode op, unsigned width, int64_t offset)
{
    struct ir_op *o = lift_emit(lift, op, width, IR_DAB(IR_NOTHING, IR_NOTHING, IR_NOTHING));

    o->imm = offset;
    o->flags = IR_BREAKING;
    return o;
}

static void indirect(struct lift *lift, ir_value to)
{
    lift_emit(lift, IR_BRIND, 8, IR_DAB(IR_NOTHING, to, IR_NOTHING))->flags = IR_BREAKING;
}

/* The address of the next instruction into R1. */
static void link(struct lift *lift)
{
    const struct insn *insn = lift->insn;

    lift_emit(lift, IR_LEAPC, 8, IR_DAB(IR_GR(insn->r1), IR_NOTHING, IR_NOTHING))->imm =
        insn->page_offset + insn->length;
}

static bool on_mask(struct lift *lift, int64_t offset)
{
    unsigned mask = lift->insn->m1;

    if (mask == 15)
        leave(lift, IR_BR, 8, offset);
    else if (mask)
        leave(lift, IR_BRCC, 8, offset)->c = (ir_value)mask;
    return true;
}

/* To an address known when it runs, D(X,B) or a register, or past the branch. */
static bool on_mask_indirect(struct lift *lift, bool in_register)
{
    const struct insn *insn = lift->insn;
    ir_value to = IR_GR(insn->r2);
    struct ir_op *op;

    if (lift->addressing != 64)
        return false;
    if (insn->m1 == 0)
        return true;
    if (insn->m1 != 15) {
        op = leave(lift, IR_BRCC, 8, insn->page_offset + insn->length);
        op->flags = 0;
        op->c = (ir_value)(insn->m1 ^ 15);
    }
    if (!in_register) {
        to = ir_temp(lift->block);
        lift_address2(lift, lift_emit(lift, IR_LEA, 8, IR_DAB(to, IR_NOTHING, IR_NOTHING)));
    }
    indirect(lift, to);
    return true;
}

static bool on_mask_register(struct lift *lift)
{
    if (lift->insn->r2)
        return on_mask_indirect(lift, true);
    if (lift->insn->m1 >= 14)
        lift_emit(lift, IR_FENCE, 8, IR_DAB(IR_NOTHING, IR_NOTHING, IR_NOTHING));
    return true;
}

static bool save_register(struct lift *lift)
{
    const struct insn *insn = lift->insn;
    ir_value t = IR_GR(insn->r2);

    if (lift->addressing != 64)
        return false;
    if (insn->r2 && insn->r2 == insn->r1) {
        t = ir_temp(lift->block);
        lift_emit(lift, IR_MOV, 8, IR_DAB(t, IR_GR(insn->r2), IR_NOTHING));
    }
    link(lift);
    if (insn->r2)
        indirect(lift, t);
    return true;
}

static bool on_count(struct lift *lift, unsigned width, int64_t offset)
{
    leave(lift, IR_BRDEC, width, offset)->dst = IR_GR(lift->insn->r1);
    return true;
}

/* Decrements alone: the register forms with R2 zero. */
static bool count(struct lift *lift, unsigned width)
{
    ir_value g = IR_GR(lift->insn->r1);

    if (lift->insn->r2)
        return false;
    lift_emit(lift, IR_SUB, width, IR_DAB(g, g, IR_CONST))->imm = 1;
    return true;
}

static bool on_index(struct lift *lift, unsigned width, unsigned condition, int64_t offset)
{
    const struct insn *insn = lift->insn;
    ir_value g = IR_GR(insn->r1), comparand = IR_GR(insn->r3 | 1);
    struct ir_op *op;

    if (comparand == g) {
        comparand = ir_temp(lift->block);
        lift_emit(lift, IR_MOV, width, IR_DAB(comparand, g, IR_NOTHING));
    }
    lift_emit(lift, IR_ADD, width, IR_DAB(g, g, IR_GR(insn->r3)));
    op = leave(lift, IR_BRCMP, width, offset);
    op->a = g;
    op->b = comparand;
    op->c = (ir_value)condition;
    return true;
}

/* Compare and branch: with R2, or with an immediate. */
static bool on_comparison(struct lift *lift, unsigned width, bool logical, bool immediate,
                          int64_t offset)
{
    const struct insn *insn = lift->insn;
    unsigned mask = insn->m3 & 14u;
    struct ir_op *op;

    if (!mask)
        return true;
    op = leave(lift, mask == 14 ? IR_BR : IR_BRCMP, width, offset);
    if (mask == 14)
        return true;
    op->a = IR_GR(insn->r1);
    op->b = immediate ? IR_CONST : IR_GR(insn->r2);
    op->c = (ir_value)(mask | (logical ? IR_UNSIGNED : 0));
    if (immediate)
        op->imm2 = insn->i2;
    return true;
}

static bool in_reach(const struct lift *lift, int64_t offset)
{
    return lift->addressing == 64 || (offset >= 0 && offset < 4096);
}

bool lift_branch(struct lift *lift)
{
    const struct branch_row *row = &rows[lift->insn->row];
    int64_t offset = 0;

    if (row->test == TEST_MASK_R2)
        return on_mask_register(lift);
    if (row->test == TEST_MASK && row->target == TARGET_A2)
        return on_mask_indirect(lift, false);
    if (row->test == TEST_SAVE_R2)
        return save_register(lift);
    if (row->test == TEST_COUNT32_R2)
        return count(lift, 4);
    if (row->test == TEST_COUNT64_R2)
        return count(lift, 8);
    if (!lift_branch_offset(lift->insn, &offset) || !in_reach(lift, offset))
        return false;
    switch (row->test) {
    case TEST_MASK:
        return on_mask(lift, offset);
    case TEST_SAVE:
        if (lift->addressing != 64)
            return false;
        link(lift);
        leave(lift, IR_BR, 8, offset);
        return true;
    case TEST_COUNT32:
        return on_count(lift, 4, offset);
    case TEST_COUNT64:
        return on_count(lift, 8, offset);
    case TEST_INDEX_HIGH32:
        return on_index(lift, 4, IR_GT, offset);
    case TEST_INDEX_LOW32:
        return on_index(lift, 4, IR_LT | IR_EQ, offset);
    case TEST_INDEX_HIGH64:
        return on_index(lift, 8, IR_GT, offset);
    case TEST_INDEX_LOW64:
        return on_index(lift, 8, IR_LT | IR_EQ, offset);
    case TEST_R_S32:
    case TEST_R_U32:
        return on_comparison(lift, 4, row->test == TEST_R_U32, false, offset);
    case TEST_R_S64:
    case TEST_R_U64:
        return on_comparison(lift, 8, row->test == TEST_R_U64, false, offset);
    case TEST_I_S32:
    case TEST_I_U32:
        return on_comparison(lift, 4, row->test == TEST_I_U32, true, offset);
    case TEST_I_S64:
    case TEST_I_U64:
        return on_comparison(lift, 8, row->test == TEST_I_U64, true, offset);
    default:
        return false;
    }
}
