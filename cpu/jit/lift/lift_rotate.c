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

/* SIZE bits side by side, with so many bits to their right before and after the rotation. */
struct run_of_bits {
    unsigned size, from, to;
};

/* Operations that bring a field to its place, with zeros beside it. */
struct steps {
    unsigned count;
    struct step {
        uint8_t op, width;
        int64_t imm;
    } step[2];
};

/* False: the bits are not side by side, before or after. */
static bool field_of(const struct insn *insn, struct run_of_bits *field)
{
    unsigned first = insn->i3 & 63, last = insn->i4 & 63;

    *field = (struct run_of_bits){
        .size = last - first + 1, .from = (63 - last - (unsigned)insn->i5) & 63, .to = 63 - last};
    return first <= last && field->size < 64 && field->from + field->size <= 64;
}

static void step(struct steps *steps, enum ir_opcode op, unsigned width, int64_t imm)
{
    steps->step[steps->count++] =
        (struct step){.op = (uint8_t)op, .width = (uint8_t)width, .imm = imm};
}

/* SIZE bits of a word from bit SHIFT on, counted from the right. */
static void keep_bits(struct steps *steps, unsigned size, unsigned shift)
{
    if (!shift && (size == 8 || size == 16 || size == 32))
        step(steps, size == 8 ? IR_ZX8 : size == 16 ? IR_ZX16 : IR_ZX32, 8, 0);
    else
        step(steps, IR_AND, 4, (int64_t)((UINT64_C(1) << size) - 1) << shift);
}

/* Of a field in the low word, which then alone is looked at. */
static void steps_of_word(struct steps *steps, struct run_of_bits f)
{
    if (f.from < f.to) {
        if (f.from || f.to + f.size < 64)
            keep_bits(steps, f.size, f.from);
        step(steps, IR_SHL, 8, f.to - f.from);
        return;
    }
    if (f.from > f.to)
        step(steps, IR_SHR, 4, f.from - f.to);
    if (f.from == f.to || f.to || f.from + f.size < 32)
        keep_bits(steps, f.size, f.to);
}

/* False where two do not suffice. */
static bool steps_of(struct steps *steps, struct run_of_bits f)
{
    unsigned left = 64 - f.from - f.size;

    steps->count = 0;
    if (f.from + f.size <= 32) {
        steps_of_word(steps, f);
    } else if (f.from == f.to && !left && f.to < 32) {
        step(steps, IR_AND, 8, INT64_C(-1) * (INT64_C(1) << f.to));
    } else if (!left || f.to + f.size == 64) {
        if (f.from)
            step(steps, IR_SHR, 8, f.from);
        if (f.to)
            step(steps, IR_SHL, 8, f.to);
    } else if (!f.from || !f.to) {
        step(steps, IR_SHL, 8, left);
        step(steps, IR_SHR, 8, 64 - f.size - f.to);
    } else {
        return false;
    }
    return true;
}

/* The field of R2 into general register TO, or into a temporary. */
static ir_value extract(struct lift *lift, const struct steps *steps, ir_value to)
{
    ir_value from = IR_GR(lift->insn->r2), dst = to;

    for (unsigned i = 0; i < steps->count; i++) {
        const struct step *step = &steps->step[i];
        struct ir_op *op;

        if (to == IR_NOTHING)
            dst = ir_temp(lift->block);
        op = lift_emit(lift, (enum ir_opcode)step->op, step->width, IR_DAB(dst, from, IR_CONST));
        op->imm = step->imm;
        op->dst_width = 8;
        if (step->op >= IR_ZX8 && step->op <= IR_ZX32)
            op->b = IR_NOTHING;
        from = dst;
    }
    return from;
}

/* R2 rotated, zeros in the bits outside MASK. */
static ir_value rotated_selected(struct lift *lift, unsigned count, uint64_t mask)
{
    struct run_of_bits field;
    struct steps steps;
    ir_value t;

    if (field_of(lift->insn, &field) && steps_of(&steps, field))
        return extract(lift, &steps, IR_NOTHING);
    t = rotated_left(lift, count);
    return mask == UINT64_MAX ? t : with_constant(lift, IR_AND, t, mask);
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
    lift_emit(lift, op, 8, IR_DAB(to, g, b))->imm2 = mask <= UINT32_MAX ? IR_REACH_WORD : 0;
    if (mask == UINT64_MAX)
        test = lift_emit(lift, IR_TEST, 8, IR_DAB(IR_NOTHING, to, IR_NOTHING));
    else
        test = lift_emit(lift, IR_AND, mask <= UINT32_MAX ? 4 : 8,
                         IR_DAB(ir_temp(lift->block), to, IR_CONST));
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

bool lift_extraction(struct lift *lift)
{
    struct run_of_bits field;
    struct steps steps;

    if (!field_of(lift->insn, &field) || !steps_of(&steps, field))
        return false;
    extract(lift, &steps, IR_GR(lift->insn->r1));
    return true;
}

bool lift_insertion(struct lift *lift, unsigned width)
{
    const ir_value g = IR_GR(lift->insn->r1), r2 = IR_GR(lift->insn->r2);
    ir_value t = r2;
    struct run_of_bits f;
    struct ir_op *op;

    if (!field_of(lift->insn, &f) || f.from + f.size > 32 || f.to + f.size > 32)
        return false;
    if (f.from != f.to) {
        t = ir_temp(lift->block);
        op = lift_emit(lift, f.from > f.to ? IR_SHR : IR_SHL, 4, IR_DAB(t, r2, IR_CONST));
        op->imm = f.from > f.to ? f.from - f.to : f.to - f.from;
    }
    if (f.size == 32 && width == 4)
        lift_emit(lift, IR_MOV, 4, IR_DAB(g, t, IR_NOTHING));
    else
        lift_emit(lift, IR_INSERT, width, IR_DAB(g, g, t))->imm =
            (int64_t)((UINT64_C(1) << f.size) - 1) << f.to;
    return true;
}
