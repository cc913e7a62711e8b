/* Lifting floating point: the rows of float.def. */
#include "cpu/isa/insn_index.h"
#include "cpu/jit/lift/lift.h"

lifter lift_float, lift_float_fixed;

enum shape {
    SHAPE_BINARY,
    SHAPE_UNARY,
    SHAPE_FUSED,
    SHAPE_COMPARE,
    SHAPE_TEST,
    SHAPE_LOAD,
    SHAPE_STORE,
    SHAPE_ZERO,
    SHAPE_GET,
    SHAPE_PUT,
    SHAPE_SIGNED,
    SHAPE_INTEGER,
};
enum second {
    SECOND_REGISTER,
    SECOND_STORAGE,
};
enum direction {
    FIXED_FROM,
    FIXED_TO,
};

struct float_row {
    uint8_t shape, second, op, width, cc;
};
struct fixed_row {
    uint8_t direction, width, bytes;
    bool is_signed;
};

static const struct float_row rows[] = {
#define FLOAT(mnemonic, shape, second, op, width, cc)                                              \
    [ROW_##mnemonic] = {SHAPE_##shape, SECOND_##second, IR_##op, width, IR_CC_##cc},
#define FIXED(...)
#include "cpu/jit/lift/float.def"
#undef FLOAT
#undef FIXED
};
static const struct fixed_row fixed_rows[] = {
#define FLOAT(...)
#define FIXED(mnemonic, direction, width, bytes, is_signed)                                        \
    [ROW_##mnemonic] = {FIXED_##direction, width, bytes, is_signed},
#include "cpu/jit/lift/float.def"
#undef FLOAT
#undef FIXED
};

static struct ir_op *emit(struct lift *lift, const struct float_row *row, ir_value dst, ir_value a,
                          ir_value b)
{
    struct ir_op *op = lift_emit(lift, (enum ir_opcode)row->op, row->width, IR_DAB(dst, a, b));

    op->cc = row->cc;
    return op;
}

static ir_value second_operand(struct lift *lift, const struct float_row *row)
{
    ir_value t;

    if (row->second == SECOND_REGISTER)
        return IR_FR(lift->insn->r2);
    t = ir_temp(lift->block);
    lift_address2(lift, lift_emit(lift, IR_FLD, row->width, IR_DAB(t, IR_NOTHING, IR_NOTHING)));
    return t;
}

static ir_value shifted(struct lift *lift, enum ir_opcode op, ir_value v, unsigned count)
{
    ir_value t = ir_temp(lift->block);

    lift_emit(lift, op, 8, IR_DAB(t, v, IR_CONST))->imm = count;
    return t;
}

static ir_value bits(struct lift *lift, unsigned r)
{
    ir_value t = ir_temp(lift->block);

    lift_emit(lift, IR_FGET, 8, IR_DAB(t, IR_FR(r), IR_NOTHING));
    return t;
}

/* The sign of one register and the rest of another, as integers. */
static void copy_sign(struct lift *lift)
{
    const struct insn *insn = lift->insn;
    ir_value sign = shifted(lift, IR_SHL, shifted(lift, IR_SHR, bits(lift, insn->r3), 63), 63);
    ir_value rest = shifted(lift, IR_SHR, shifted(lift, IR_SHL, bits(lift, insn->r2), 1), 1);
    ir_value t = ir_temp(lift->block);

    lift_emit(lift, IR_OR, 8, IR_DAB(t, rest, sign));
    lift_emit(lift, IR_FPUT, 8, IR_DAB(IR_FR(insn->r1), t, IR_NOTHING));
}

/* M3: 0 is the mode of the FPC, under which the host rounds to nearest. The others that are no
   mode of the host, or none at all, are left to the body. */
static bool rounding(const struct lift *lift, int32_t *mode)
{
    static const int modes[16] = {
        [0] = IR_ROUND_NEAREST,
        [1] = -1,
        [2] = -1,
        [3] = -1,
        [4] = IR_ROUND_NEAREST,
        [5] = IR_ROUND_TO_ZERO,
        [6] = IR_ROUND_UP,
        [7] = IR_ROUND_DOWN,
        [8] = -1,
        [9] = -1,
        [10] = -1,
        [11] = -1,
        [12] = -1,
        [13] = -1,
        [14] = -1,
        [15] = -1,
    };

    *mode = modes[lift->insn->m3];
    return *mode >= 0;
}

bool lift_float(struct lift *lift)
{
    const struct float_row *row = &rows[lift->insn->row];
    const ir_value f1 = IR_FR(lift->insn->r1);
    ir_value b = IR_NOTHING;
    int32_t mode = IR_ROUND_NEAREST;
    struct ir_op *op;

    if (row->shape == SHAPE_INTEGER &&
        (!rounding(lift, &mode) || (row->op == IR_FROUND && mode != IR_ROUND_NEAREST)))
        return false;
    if (row->shape <= SHAPE_TEST || row->shape == SHAPE_INTEGER)
        b = second_operand(lift, row);
    switch ((enum shape)row->shape) {
    case SHAPE_BINARY:
        emit(lift, row, f1, f1, b);
        return true;
    case SHAPE_FUSED:
        emit(lift, row, f1, b, IR_FR(lift->insn->r3));
        return true;
    case SHAPE_COMPARE:
        emit(lift, row, IR_NOTHING, f1, b);
        return true;
    case SHAPE_TEST:
        emit(lift, row, IR_NOTHING, b, IR_NOTHING);
        lift_emit(lift, IR_FMOV, row->width, IR_DAB(f1, b, IR_NOTHING));
        return true;
    case SHAPE_LOAD:
    case SHAPE_STORE:
        op = emit(lift, row, row->shape == SHAPE_LOAD ? f1 : IR_NOTHING, IR_NOTHING, IR_NOTHING);
        op->c = row->shape == SHAPE_STORE ? f1 : IR_NOTHING;
        lift_address2(lift, op);
        return true;
    case SHAPE_ZERO:
        emit(lift, row, f1, IR_CONST, IR_NOTHING);
        return true;
    case SHAPE_GET:
        emit(lift, row, IR_GR(lift->insn->r1), IR_FR(lift->insn->r2), IR_NOTHING);
        return true;
    case SHAPE_PUT:
        emit(lift, row, f1, IR_GR(lift->insn->r2), IR_NOTHING);
        return true;
    case SHAPE_SIGNED:
        copy_sign(lift);
        return true;
    case SHAPE_UNARY:
    case SHAPE_INTEGER:
        break;
    }
    emit(lift, row, f1, b, IR_NOTHING)->imm2 = mode;
    return true;
}

bool lift_float_fixed(struct lift *lift)
{
    const struct fixed_row *row = &fixed_rows[lift->insn->row];
    const struct insn *insn = lift->insn;
    bool from = row->direction == FIXED_FROM;
    int32_t mode;
    struct ir_op *op;

    if (!rounding(lift, &mode) || (from && mode != IR_ROUND_NEAREST))
        return false;
    op = lift_emit(lift, from ? IR_FFROMI : IR_FTOI, row->width,
                   IR_DAB(from ? IR_FR(insn->r1) : IR_GR(insn->r1),
                          from ? IR_GR(insn->r2) : IR_FR(insn->r2), IR_NOTHING));
    op->imm = row->bytes;
    op->imm2 = mode;
    op->flags = row->is_signed ? IR_SIGNED : 0;
    if (!from)
        op->cc = row->width == 8 ? IR_CC_FSIGN64 : IR_CC_FSIGN32;
    return true;
}
