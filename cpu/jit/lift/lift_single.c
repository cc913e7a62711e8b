/* Access registers, the FPC, FIND LEFTMOST ONE, and the classes of floating-point numbers. */
#include "cpu/isa/insn_index.h"
#include "cpu/jit/lift/lift.h"

lifter lift_extract_access, lift_extract_fpc, lift_find_leftmost_one, lift_test_data_class;

static bool extract(struct lift *lift, unsigned word)
{
    lift_emit(lift, IR_WORDOF, 4, IR_DAB(IR_GR(lift->insn->r1), IR_NOTHING, IR_NOTHING))->imm =
        word;
    return true;
}

bool lift_extract_access(struct lift *lift)
{
    return extract(lift, IR_WORD_ACCESS + lift->insn->r2);
}

bool lift_extract_fpc(struct lift *lift)
{
    return extract(lift, IR_WORD_FPC);
}

/* DST = A op B, a new temporary. */
static ir_value made(struct lift *lift, enum ir_opcode op, ir_value a, ir_value b, int64_t imm)
{
    ir_value t = ir_temp(lift->block);

    lift_emit(lift, op, 8, IR_DAB(t, a, b))->imm = imm;
    return t;
}

/* The one is shifted out and back. Of zero the count is 64, which shifts nothing. */
bool lift_find_leftmost_one(struct lift *lift)
{
    const unsigned r1 = lift->insn->r1;
    ir_value from = IR_GR(lift->insn->r2), count, rest;
    struct ir_op *op;

    if (r1 & 1)
        return false;
    count = made(lift, IR_CLZ, from, IR_NOTHING, 0);
    rest = made(lift, IR_SHL, from, count, 0);
    rest = made(lift, IR_SHL, rest, IR_CONST, 1);
    rest = made(lift, IR_SHR, rest, IR_CONST, 1);
    lift_emit(lift, IR_SHR, 8, IR_DAB(IR_GR(r1 + 1), rest, count));
    lift_emit(lift, IR_MOV, 8, IR_DAB(IR_GR(r1), count, IR_NOTHING));
    op = lift_emit(lift, IR_CMP, 8, IR_DAB(IR_NOTHING, IR_CONST, count));
    op->imm = 64;
    op->cc = IR_CC_CMP_U64;
    return true;
}

/* Numbers without their signs, from FIRST to LAST. */
struct range {
    int64_t first, last;
};

/* The range of the classes that MASK selects, of which INFINITY is one. False where they are not
   side by side, the sign counts, or there are none. */
static bool range_of(int64_t infinity, unsigned mask, struct range *range)
{
    const int64_t least = infinity & -infinity, quiet = infinity | least / 2;
    /* PoP chapter 19, "TEST DATA CLASS": two bits each, for both signs. */
    const struct {
        unsigned mask;
        struct range range;
    } classes[] = {
        {0xc00, {0, 0}},
        {0x0c0, {1, least - 1}},
        {0x300, {least, infinity - 1}},
        {0x030, {infinity, infinity}},
        {0x003, {infinity + 1, quiet - 1}},
        {0x00c, {quiet, INT64_MAX}},
    };
    bool any = false;

    for (unsigned i = 0; i < sizeof classes / sizeof *classes; i++) {
        unsigned both = classes[i].mask;

        if (!(mask & both))
            continue;
        if ((mask & both) != both || (any && range->last != classes[i].range.first - 1))
            return false;
        if (!any)
            range->first = classes[i].range.first;
        range->last = classes[i].range.last;
        any = true;
    }
    return any;
}

/* Neither the number less the first one nor the last one less the number is negative. */
bool lift_test_data_class(struct lift *lift)
{
    const struct insn *insn = lift->insn;
    const bool is_long = insn->row == ROW_TCDB;
    ir_value number, below = IR_NOTHING, above = IR_NOTHING, either;
    struct range range;

    if (insn->x2 || insn->b2 ||
        !range_of(is_long ? INT64_C(0x7ff) << 52 : INT64_C(0xff) << 23, (unsigned)insn->d2, &range))
        return false;
    number = made(lift, IR_FGET, IR_FR(insn->r1), IR_NOTHING, 0);
    number = made(lift, IR_SHL, number, IR_CONST, 1);
    number = made(lift, IR_SHR, number, IR_CONST, is_long ? 1 : 33);
    if (range.first)
        below = made(lift, IR_SUB, number, IR_CONST, range.first);
    if (range.last != INT64_MAX)
        above = made(lift, IR_SUB, IR_CONST, number, range.last);
    if (range.first && range.last != INT64_MAX)
        either = made(lift, IR_OR, below, above, 0);
    else if (range.first)
        either = below;
    else
        either = above;
    if (either == IR_NOTHING)
        return false;
    either = made(lift, IR_NOT, either, IR_NOTHING, 0);
    made(lift, IR_SHR, either, IR_CONST, 63);
    lift->block->op[lift->block->op_count - 1].cc = IR_CC_LOGIC;
    return true;
}
