/* MVC, CLC, XC, NC, OC: storage to storage; SEARCH STRING and COMPARE LOGICAL STRING. */
#include "cpu/jit/lift/lift.h"

lifter lift_move_characters, lift_compare_characters, lift_xor_characters, lift_and_characters,
    lift_or_characters, lift_search_string, lift_compare_string;

/* True where the first operand begins N bytes behind the second one, by the same register. */
static bool begins_behind(const struct insn *insn, int32_t n)
{
    return insn->b1 && insn->b1 == insn->b2 && insn->d1 - insn->d2 == n;
}

/* What is stored is fetched again. */
static bool repeats(const struct insn *insn, unsigned length)
{
    return insn->b1 && insn->b1 == insn->b2 && insn->d1 > insn->d2 &&
           insn->d1 - insn->d2 < (int32_t)length;
}

static struct ir_op *characters(struct lift *lift, enum ir_opcode op, enum ir_cc cc)
{
    const struct insn *insn = lift->insn;
    struct ir_op *o = lift_emit(lift, op, 8,
                                IR_DAB(IR_NOTHING, insn->b1 ? IR_GR(insn->b1) : IR_NOTHING,
                                       insn->b2 ? IR_GR(insn->b2) : IR_NOTHING));

    o->imm2 = insn->d1;
    o->imm = insn->d2;
    o->length = insn->l1;
    o->c = lift->length_register ? IR_GR(lift->length_register) : IR_NOTHING;
    o->cc = (uint8_t)cc;
    return o;
}

static unsigned length_most(const struct lift *lift)
{
    return lift->length_register ? 256 : lift->insn->l1 + 1u;
}

/* The byte, or the halfword, word or doubleword, that the second operand starts with is all that
   is stored, by vectors that hold it a whole number of times. */
static bool fills(const struct lift *lift)
{
    unsigned length = lift->insn->l1 + 1u;

    for (int32_t size = 2; size <= 8; size *= 2)
        if (begins_behind(lift->insn, size))
            return !lift->length_register && length >= 16 && length % (unsigned)size == 0;
    return begins_behind(lift->insn, 1);
}

bool lift_move_characters(struct lift *lift)
{
    if (repeats(lift->insn, length_most(lift)) && !fills(lift))
        return false;
    characters(lift, IR_MVC, IR_CC_NONE);
    return true;
}

bool lift_compare_characters(struct lift *lift)
{
    characters(lift, IR_CLC, IR_CC_CMP_U64);
    return true;
}

static bool combine(struct lift *lift, enum ir_opcode op)
{
    bool clears = op == IR_XC && begins_behind(lift->insn, 0);

    if (!clears && (lift->length_register || repeats(lift->insn, length_most(lift))))
        return false;
    characters(lift, op, IR_CC_LOGIC);
    return true;
}

bool lift_xor_characters(struct lift *lift)
{
    return combine(lift, IR_XC);
}

bool lift_and_characters(struct lift *lift)
{
    return combine(lift, IR_NC);
}

bool lift_or_characters(struct lift *lift)
{
    return combine(lift, IR_OC);
}

/* General register 0 has the character, and the others are addresses. */
static bool has_registers(const struct lift *lift)
{
    return lift->addressing == 64 && lift->insn->r1 && lift->insn->r2 &&
           lift->insn->r1 != lift->insn->r2;
}

bool lift_search_string(struct lift *lift)
{
    if (!has_registers(lift))
        return false;
    lift_emit(lift, IR_SRST, 8, IR_DAB(IR_GR(lift->insn->r1), IR_GR(lift->insn->r2), IR_NOTHING))
        ->cc = IR_CC_MEMORY;
    return true;
}

bool lift_compare_string(struct lift *lift)
{
    if (!has_registers(lift))
        return false;
    lift_emit(lift, IR_CLST, 8, IR_DAB(IR_NOTHING, IR_GR(lift->insn->r1), IR_GR(lift->insn->r2)))
        ->cc = IR_CC_MEMORY;
    return true;
}
