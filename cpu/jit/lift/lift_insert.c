/* Characters under a mask, LOAD and STORE ON CONDITION, the program mask, and what only gives
   hints. */
#include "cpu/jit/lift/lift.h"

lifter lift_insert_under_mask, lift_store_under_mask, lift_compare_under_mask,
    lift_compare_under_mask_high, lift_load_on_condition_32, lift_load_on_condition_64,
    lift_store_on_condition_32, lift_store_on_condition_64, lift_insert_program_mask,
    lift_no_operation;

/* A run of bytes in the low word: how many, and how far from its right end. */
struct run {
    unsigned bytes, shift;
};

/* False where the mask has gaps, or no bytes. */
static bool run_of(unsigned mask, struct run *run)
{
    *run = (struct run){0, 0};
    if (!mask)
        return false;
    for (; !(mask & 1); mask >>= 1)
        run->shift += 8;
    for (; mask & 1; mask >>= 1)
        run->bytes++;
    return !mask;
}

static ir_value shifted(struct lift *lift, enum ir_opcode op, ir_value v, unsigned count)
{
    ir_value t = ir_temp(lift->block);

    if (!count)
        return v;
    lift_emit(lift, op, 4, IR_DAB(t, v, IR_CONST))->imm = count;
    return t;
}

static ir_value load(struct lift *lift, unsigned width, unsigned offset, bool is_signed)
{
    ir_value t = ir_temp(lift->block);
    struct ir_op *op = lift_emit(lift, IR_LD, width, IR_DAB(t, IR_NOTHING, IR_NOTHING));

    op->dst_width = 4;
    op->flags = is_signed ? IR_SIGNED : 0;
    lift_address2(lift, op);
    op->imm2 += (int32_t)offset;
    return t;
}

/* Three bytes take two loads. */
static ir_value load_bytes(struct lift *lift, unsigned bytes, bool is_signed)
{
    ir_value t, rest;

    if (bytes != 3)
        return load(lift, bytes, 0, is_signed);
    t = shifted(lift, IR_SHL, load(lift, 1, 0, is_signed), 16);
    rest = load(lift, 2, 1, false);
    lift_emit(lift, IR_OR, 4, IR_DAB(t, t, rest));
    return t;
}

/* The inserted bytes as a signed number tell the condition code. */
bool lift_insert_under_mask(struct lift *lift)
{
    ir_value g = IR_GR(lift->insn->r1), t;
    struct run run;

    if (!run_of(lift->insn->m3, &run) || lift->addressing != 64)
        return false;
    t = load_bytes(lift, run.bytes, true);
    lift_emit(lift, IR_TEST, 4, IR_DAB(IR_NOTHING, t, IR_NOTHING))->cc = IR_CC_SIGN32;
    if (run.bytes == 4)
        lift_emit(lift, IR_MOV, 4, IR_DAB(g, t, IR_NOTHING));
    else
        lift_emit(lift, IR_INSERT, 4, IR_DAB(g, g, shifted(lift, IR_SHL, t, run.shift)))->imm =
            (int64_t)((UINT32_C(1) << 8 * run.bytes) - 1) << run.shift;
    return true;
}

/* The bytes of WORD that the mask selects and as many from storage. */
static bool compare(struct lift *lift, ir_value word)
{
    ir_value own, other;
    struct run run;

    if (!run_of(lift->insn->m3, &run) || lift->addressing != 64)
        return false;
    other = load_bytes(lift, run.bytes, false);
    own = shifted(lift, IR_SHR, word, run.shift);
    if (run.bytes < 4 && run.bytes * 8 + run.shift < 32) {
        ir_value t = ir_temp(lift->block);

        lift_emit(lift, IR_AND, 4, IR_DAB(t, own, IR_CONST))->imm =
            (int64_t)((UINT32_C(1) << 8 * run.bytes) - 1);
        own = t;
    }
    lift_emit(lift, IR_CMP, 4, IR_DAB(IR_NOTHING, own, other))->cc = IR_CC_CMP_U32;
    return true;
}

bool lift_compare_under_mask(struct lift *lift)
{
    return compare(lift, IR_GR(lift->insn->r1));
}

bool lift_compare_under_mask_high(struct lift *lift)
{
    ir_value high = ir_temp(lift->block);

    lift_emit(lift, IR_SHR, 8, IR_DAB(high, IR_GR(lift->insn->r1), IR_CONST))->imm = 32;
    return compare(lift, high);
}

static void store(struct lift *lift, unsigned width, ir_value pointer, ir_value c)
{
    struct ir_op *op = lift_emit(lift, pointer == IR_NOTHING ? IR_ST : IR_STP, width,
                                 IR_DAB(IR_NOTHING, pointer, IR_NOTHING));

    op->c = c;
    if (pointer == IR_NOTHING)
        lift_address2(lift, op);
}

bool lift_store_under_mask(struct lift *lift)
{
    ir_value g = IR_GR(lift->insn->r1), pointer;
    struct ir_op *op;
    struct run run;

    if (!run_of(lift->insn->m3, &run))
        return false;
    if (run.bytes != 3) {
        store(lift, run.bytes, IR_NOTHING, shifted(lift, IR_SHR, g, run.shift));
        return true;
    }
    pointer = ir_temp(lift->block);
    op = lift_emit(lift, IR_PTRS, 3, IR_DAB(pointer, IR_NOTHING, IR_NOTHING));
    lift_address2(lift, op);
    store(lift, 1, pointer, shifted(lift, IR_SHR, g, run.shift + 16));
    store(lift, 2, pointer, shifted(lift, IR_SHR, g, run.shift));
    lift->block->op[lift->block->op_count - 1].imm2 = 1;
    return true;
}

/* Where the operand is not at hand the body looks whether it is needed at all. */
static bool load_on_condition(struct lift *lift, unsigned width)
{
    ir_value g = IR_GR(lift->insn->r1), t = ir_temp(lift->block);
    struct ir_op *op = lift_emit(lift, IR_LD, width, IR_DAB(t, IR_NOTHING, IR_NOTHING));

    op->dst_width = (uint8_t)width;
    lift_address2(lift, op);
    lift_emit(lift, IR_SELECT, width, IR_DAB(g, g, t))->imm = lift->insn->m3;
    return true;
}

bool lift_load_on_condition_32(struct lift *lift)
{
    return load_on_condition(lift, 4);
}

bool lift_load_on_condition_64(struct lift *lift)
{
    return load_on_condition(lift, 8);
}

static bool store_on_condition(struct lift *lift, unsigned width)
{
    struct ir_op *op = lift_emit(lift, IR_STCC, width, IR_DAB(IR_NOTHING, IR_NOTHING, IR_NOTHING));

    lift_address2(lift, op);
    op->c = IR_GR(lift->insn->r1);
    op->imm = lift->insn->m3;
    return true;
}

bool lift_store_on_condition_32(struct lift *lift)
{
    return store_on_condition(lift, 4);
}

bool lift_store_on_condition_64(struct lift *lift)
{
    return store_on_condition(lift, 8);
}

bool lift_insert_program_mask(struct lift *lift)
{
    ir_value g = IR_GR(lift->insn->r1), t = ir_temp(lift->block);

    lift_emit(lift, IR_GETCC, 4, IR_DAB(t, IR_NOTHING, IR_NOTHING));
    lift_emit(lift, IR_INSERT, 4, IR_DAB(g, g, t))->imm = INT64_C(0xff000000);
    return true;
}

bool lift_no_operation(struct lift *lift)
{
    (void)lift;
    return true;
}
