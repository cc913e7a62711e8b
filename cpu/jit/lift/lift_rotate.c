/* ROTATE THEN AND, OR, EXCLUSIVE OR SELECTED BITS, and INSERT into one half of a register. */
#include "cpu/jit/lift/lift.h"

#include "cpu/isa/semantics/operations.h"

lifter lift_rotate_and, lift_rotate_or, lift_rotate_xor, lift_rotate_insert_high,
    lift_rotate_insert_low;

#define TEST_RESULTS 0x80 /* T, bit 0 of I3: only the condition code is set */
#define ZERO_REST    0x80 /* Z, bit 0 of I4 */

static ir_value with_constant(struct lift *lift, enum ir_opcode op, ir_value a, uint64_t imm)
{
    ir_value t = ir_temp(lift->block);

    lift_emit(lift, op, 8, IR_DAB(t, a, IR_CONST))->imm = (int64_t)imm;
    return t;
}

static ir_value rotated_left(struct lift *lift, unsigned count)
{
    ir_value r2 = IR_GR(lift->insn->r2);

    return count & 63 ? with_constant(lift, IR_ROL, r2, count & 63) : r2;
}

/* R2 rotated, zeros in the bits outside MASK: a shift where that leaves just those bits. */
static ir_value rotated_selected(struct lift *lift, unsigned count, uint64_t mask)
{
    ir_value r2 = IR_GR(lift->insn->r2);

    if (count && mask == UINT64_MAX << count)
        return with_constant(lift, IR_SHL, r2, count);
    if (count && mask == UINT64_MAX >> (64 - count))
        return with_constant(lift, IR_SHR, r2, 64 - count);
    r2 = rotated_left(lift, count);
    return mask == UINT64_MAX ? r2 : with_constant(lift, IR_AND, r2, mask);
}

/* The condition code says whether there is a one in the selected bits of the result. */
static bool combine(struct lift *lift, enum ir_opcode op)
{
    const struct insn *insn = lift->insn;
    uint64_t mask = selected(insn, 0, 63);
    unsigned count = (unsigned)insn->i5 & 63;
    ir_value g = IR_GR(insn->r1), b, to = g;
    struct ir_op *test;

    if (op != IR_AND)
        b = rotated_selected(lift, count, mask);
    else if (mask == UINT64_MAX)
        b = rotated_left(lift, count);
    else
        b = with_constant(lift, IR_OR, rotated_left(lift, count), ~mask);
    if (insn->i3 & TEST_RESULTS)
        to = ir_temp(lift->block);
    lift_emit(lift, op, 8, IR_DAB(to, g, b));
    if (mask == UINT64_MAX)
        test = lift_emit(lift, IR_TEST, 8, IR_DAB(IR_NOTHING, to, IR_NOTHING));
    else
        test = lift_emit(lift, IR_AND, 8, IR_DAB(ir_temp(lift->block), to, IR_CONST));
    test->imm = (int64_t)mask;
    test->cc = IR_CC_LOGIC;
    return true;
}

bool lift_rotate_and(struct lift *lift)
{
    return combine(lift, IR_AND);
}

bool lift_rotate_or(struct lift *lift)
{
    return combine(lift, IR_OR);
}

bool lift_rotate_xor(struct lift *lift)
{
    return combine(lift, IR_XOR);
}

/* The left half is worked on as a word to the right of the rotated register. */
bool lift_rotate_insert_high(struct lift *lift)
{
    const struct insn *insn = lift->insn;
    uint64_t mask = selected(insn, 0, 31) >> 32;
    ir_value g = IR_GR(insn->r1), t = rotated_left(lift, (unsigned)insn->i5 + 32);
    ir_value result = t;

    if (insn->i4 & ZERO_REST) {
        result = ir_temp(lift->block);
        lift_emit(lift, IR_AND, 4, IR_DAB(result, t, IR_CONST))->imm = (int64_t)mask;
    } else if (mask != UINT32_MAX) {
        ir_value high = with_constant(lift, IR_SHR, g, 32);

        result = ir_temp(lift->block);
        lift_emit(lift, IR_INSERT, 4, IR_DAB(result, high, t))->imm = (int64_t)mask;
    }
    lift_emit(lift, IR_PUTHIGH, 8, IR_DAB(g, result, IR_NOTHING));
    return true;
}

bool lift_rotate_insert_low(struct lift *lift)
{
    const struct insn *insn = lift->insn;
    uint64_t mask = selected(insn, 32, 63);
    ir_value g = IR_GR(insn->r1), t = rotated_left(lift, (unsigned)insn->i5);

    if (insn->i4 & ZERO_REST)
        lift_emit(lift, IR_AND, 4, IR_DAB(g, t, IR_CONST))->imm = (int64_t)mask;
    else if (mask != UINT32_MAX)
        lift_emit(lift, IR_INSERT, 4, IR_DAB(g, g, t))->imm = (int64_t)mask;
    else
        lift_emit(lift, IR_MOV, 4, IR_DAB(g, t, IR_NOTHING));
    return true;
}

static ir_value shifted(struct lift *lift, enum ir_opcode op, ir_value from, unsigned count)
{
    ir_value g = IR_GR(lift->insn->r1);

    if (count) {
        lift_emit(lift, op, 8, IR_DAB(g, from, IR_CONST))->imm = count;
        return g;
    }
    return from;
}

/* Left by COUNT, keeping bits FIRST to 63 - COUNT of the result. */
static void shift_left(struct lift *lift, ir_value from, unsigned first, unsigned count)
{
    if (first + count == 32) {
        lift_emit(lift, IR_ZX32, 8, IR_DAB(IR_GR(lift->insn->r1), from, IR_NOTHING));
        shifted(lift, IR_SHL, IR_GR(lift->insn->r1), count);
        return;
    }
    shifted(lift, IR_SHR, shifted(lift, IR_SHL, from, first + count), first);
}

/* Right by COUNT, keeping bits FIRST to 63. */
static void shift_right(struct lift *lift, ir_value from, unsigned first, unsigned count)
{
    if (!count && first == 32)
        lift_emit(lift, IR_ZX32, 8, IR_DAB(IR_GR(lift->insn->r1), from, IR_NOTHING));
    else
        shifted(lift, IR_SHR, shifted(lift, IR_SHL, from, first - count), first);
}

bool lift_extraction(struct lift *lift)
{
    const struct insn *insn = lift->insn;
    unsigned first = insn->i3 & 63, last = insn->i4 & 63, count = (unsigned)insn->i5 & 63;
    unsigned right = (64 - count) & 63;
    ir_value from = IR_GR(insn->r2);

    if (first > last || (first == 0 && last == 63))
        return false;
    if (last == 63 && first >= right)
        shift_right(lift, from, first, right);
    else if (count && last == 63 - count)
        shift_left(lift, from, first, count);
    else
        return false;
    return true;
}
