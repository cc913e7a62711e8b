/* Lifting COMPOSED rows: the words of a row, looked up in words.def, put together. */
#include "cpu/jit/lift/lift.h"

#include "cpu/isa/semantics/operations.h"

enum source {
    FROM_NOTHING,
    FROM_R1,
    FROM_R2,
    FROM_R3,
    FROM_R1P1,
    FROM_PAIR,
    FROM_B2,
    FROM_I2_S,
    FROM_I2_U,
    FROM_A2,
    FROM_A2_RELATIVE,
    FROM_COUNT,
    FROM_M1,
    FROM_M2,
    FROM_REL,
    FROM_UNLIFTED,
};

enum form {
    FORM_64,
    FORM_S32,
    FORM_U32,
    FORM_S16,
    FORM_U16,
    FORM_S8,
    FORM_U8,
    FORM_SHIGH,
    FORM_UHIGH,
    FORM_HH,
    FORM_HL,
    FORM_LH,
    FORM_LL,
};

enum destination {
    TO_NOTHING,
    TO_R1,
    TO_HIGH,
    TO_HH,
    TO_HL,
    TO_LH,
    TO_LL,
    TO_BYTE,
    TO_PAIR,
    TO_ADDRESS,
    TO_M1,
    TO_M2,
    TO_REL,
    TO_UNLIFTED,
};

enum action {
    ACT_NONE,
    ACT_LOAD,
    ACT_PLAIN,
    ACT_COMPLEMENT,
    ACT_INVERTED,
    ACT_CARRY,
    ACT_UNARY,
    ACT_PLACE,
    ACT_MASK,
    ACT_REVERSE,
    ACT_SHIFT,
    ACT_ROTATE,
    ACT_SELECT,
    ACT_ROTATE_INSERT,
    ACT_UNLIFTED,
};

#define IR_CC_UNLIFTED IR_CC_RULES

/* One enumerator a word, so that rows can name entries of the tables below. */
enum word {
#define IN(word, ...) WORD_IN_##word,
#include "cpu/jit/lift/words.def"
    WORD_INS
};
enum out_word {
#define OUT(word, ...) WORD_OUT_##word,
#include "cpu/jit/lift/words.def"
    WORD_OUTS
};
enum cc_word {
#define CC(word, ...) WORD_CC_##word,
#include "cpu/jit/lift/words.def"
    WORD_CCS
};
enum action_word {
#define ACTION(word, ...) WORD_ACTION_##word,
#include "cpu/jit/lift/words.def"
    WORD_ACTIONS
};

static const struct {
    uint8_t source, form;
} ins[] = {
#define IN(word, source, form) {FROM_##source, FORM_##form},
#include "cpu/jit/lift/words.def"
};

static const struct {
    uint8_t destination, width;
} outs[] = {
#define OUT(word, destination, width) {TO_##destination, width},
#include "cpu/jit/lift/words.def"
};

static const struct {
    uint8_t rule, width, flags;
} ccs[] = {
#define CC(word, rule, width, flags) {IR_CC_##rule, width, flags},
#include "cpu/jit/lift/words.def"
};

/* What PLAIN and its kin name is an operation, what PLACE and its kin name a number. */
#define VALUE_PLAIN(x)         IR_##x
#define VALUE_COMPLEMENT(x)    IR_##x
#define VALUE_INVERTED(x)      IR_##x
#define VALUE_CARRY(x)         IR_##x
#define VALUE_UNARY(x)         IR_##x
#define VALUE_SHIFT(x)         IR_##x
#define VALUE_ROTATE(x)        IR_##x
#define VALUE_NONE(x)          0
#define VALUE_LOAD(x)          0
#define VALUE_UNLIFTED(x)      0
#define VALUE_PLACE(x)         x
#define VALUE_MASK(x)          x
#define VALUE_REVERSE(x)       x
#define VALUE_SELECT(x)        x
#define VALUE_ROTATE_INSERT(x) x

static const struct {
    uint8_t action;
    int64_t value;
} actions[] = {
#define ACTION(word, action, value) {ACT_##action, VALUE_##action(value)},
#include "cpu/jit/lift/words.def"
};

struct composition {
    bool composed;
    uint8_t in1, in2, action, out, cc;
};

/* By row; a row that is not COMPOSED is all zeros. */
static const struct composition compositions[] = {
#define INSN(...)   {false, 0, 0, 0, 0, 0},
#define BRANCH(...) {false, 0, 0, 0, 0, 0},
#define COMPOSED(mnemonic, opcode, format, facility, in1, in2, op, out, cc, flags, name)           \
    {true, WORD_IN_##in1, WORD_IN_##in2, WORD_ACTION_##op, WORD_OUT_##out, WORD_CC_##cc},
#include "cpu/isa/insns/all.def"
#undef INSN
#undef BRANCH
#undef COMPOSED
};

/* An operand: a constant, or V, of which FORM_64 takes all and S32 and U32 the low word. */
struct lifted {
    ir_value v;
    uint8_t form;
    int64_t imm;
};

static struct lifted value(ir_value v, enum form form)
{
    return (struct lifted){.v = v, .form = (uint8_t)form};
}

static struct lifted constant(int64_t imm)
{
    return (struct lifted){.v = IR_CONST, .form = FORM_64, .imm = imm};
}

static struct lifted unary(struct lift *lift, enum ir_opcode op, ir_value a)
{
    ir_value t = ir_temp(lift->block);

    lift_emit(lift, op, 8, IR_DAB(t, a, IR_NOTHING));
    return value(t, FORM_64);
}

static struct lifted binary(struct lift *lift, enum ir_opcode op, ir_value a, int64_t imm)
{
    ir_value t = ir_temp(lift->block);

    lift_emit(lift, op, 8, IR_DAB(t, a, IR_CONST))->imm = imm;
    return value(t, FORM_64);
}

/* The operand so that its low WIDTH bytes are right in the value that is returned. */
static ir_value fit(struct lift *lift, struct lifted x, unsigned width)
{
    if (width == 4 || x.form == FORM_64)
        return x.v;
    return unary(lift, x.form == FORM_S32 ? IR_SX32 : IR_ZX32, x.v).v;
}

static struct lifted register_part(struct lift *lift, unsigned r, enum form form)
{
    ir_value g = IR_GR(r);

    switch (form) {
    case FORM_64:
    case FORM_S32:
    case FORM_U32:
        return value(g, form);
    case FORM_S16:
        return unary(lift, IR_SX16, g);
    case FORM_U16:
    case FORM_LL:
        return unary(lift, IR_ZX16, g);
    case FORM_S8:
        return unary(lift, IR_SX8, g);
    case FORM_U8:
        return unary(lift, IR_ZX8, g);
    case FORM_SHIGH:
        return binary(lift, IR_SAR, g, 32);
    case FORM_UHIGH:
        return binary(lift, IR_SHR, g, 32);
    case FORM_HH:
        return binary(lift, IR_SHR, g, 48);
    case FORM_HL:
        return unary(lift, IR_ZX16, binary(lift, IR_SHR, g, 32).v);
    default:
        return unary(lift, IR_ZX16, binary(lift, IR_SHR, g, 16).v);
    }
}

static unsigned storage_width(enum form form)
{
    return form == FORM_64                        ? 8
           : form == FORM_S32 || form == FORM_U32 ? 4
           : form == FORM_S16 || form == FORM_U16 ? 2
                                                  : 1;
}

static bool is_signed(enum form form)
{
    return form == FORM_S32 || form == FORM_S16 || form == FORM_S8;
}

static bool set_address(struct lift *lift, enum source source, struct ir_op *op)
{
    if (source == FROM_REL)
        return lift_relative(lift, op);
    if (source == FROM_M1)
        lift_address1(lift, op);
    else
        lift_address2(lift, op);
    return true;
}

/* A storage operand into DST, of which WIDTH bytes matter. */
static bool load(struct lift *lift, unsigned in, ir_value dst, unsigned width)
{
    enum form form = ins[in].form;
    struct ir_op *op =
        lift_emit(lift, IR_LD, storage_width(form), IR_DAB(dst, IR_NOTHING, IR_NOTHING));

    op->dst_width = (uint8_t)width;
    if (is_signed(form))
        op->flags |= IR_SIGNED;
    return set_address(lift, ins[in].source, op);
}

static bool from_storage(enum source source)
{
    return source == FROM_M1 || source == FROM_M2 || source == FROM_REL;
}

/* Both registers' low words as one number. */
static struct lifted pair(struct lift *lift, unsigned r)
{
    ir_value high = binary(lift, IR_SHL, IR_GR(r), 32).v;
    ir_value low = unary(lift, IR_ZX32, IR_GR(r | 1)).v;
    ir_value t = ir_temp(lift->block);

    lift_emit(lift, IR_OR, 8, IR_DAB(t, high, low));
    return value(t, FORM_64);
}

/* D2(B2) as a shift count. */
static struct lifted shift_count(struct lift *lift)
{
    const struct insn *insn = lift->insn;
    ir_value t;

    if (!insn->b2)
        return constant(insn->d2 & 63);
    t = IR_GR(insn->b2);
    if (insn->d2 & 63)
        t = binary(lift, IR_ADD, t, insn->d2 & 63).v;
    return value(t, FORM_64);
}

/* Operand IN; false: it cannot be lifted. */
static bool operand(struct lift *lift, unsigned in, unsigned width, struct lifted *x)
{
    const struct insn *insn = lift->insn;
    enum source source = ins[in].source;
    enum form form = ins[in].form;
    struct ir_op *op;

    switch (source) {
    case FROM_NOTHING:
        *x = constant(0);
        return true;
    case FROM_R1:
        *x = register_part(lift, insn->r1, form);
        return true;
    case FROM_R2:
        *x = register_part(lift, insn->r2, form);
        return true;
    case FROM_R3:
        *x = register_part(lift, insn->r3, form);
        return true;
    case FROM_R1P1:
        *x = register_part(lift, insn->r1 | 1u, form);
        return true;
    case FROM_PAIR:
        *x = pair(lift, insn->r1);
        return true;
    case FROM_I2_S:
        *x = constant(insn->i2);
        return true;
    case FROM_I2_U:
        *x = constant((int64_t)insn->u2);
        return true;
    case FROM_A2:
        *x = value(ir_temp(lift->block), FORM_64);
        op = lift_emit(lift, IR_LEA, 8, IR_DAB(x->v, IR_NOTHING, IR_NOTHING));
        lift_address2(lift, op);
        return true;
    case FROM_COUNT:
        *x = shift_count(lift);
        return true;
    case FROM_M1:
    case FROM_M2:
    case FROM_REL:
        *x = value(ir_temp(lift->block), width == 8        ? FORM_64
                                         : is_signed(form) ? FORM_S32
                                                           : FORM_U32);
        return load(lift, in, x->v, width);
    default:
        return false;
    }
}

/* The field of a register that TO names: its rightmost bit's distance from bit 63, its bits. */
static const struct {
    uint8_t shift, bits;
} fields[] = {
    [TO_HH] = {48, 16}, [TO_HL] = {32, 16}, [TO_LH] = {16, 16},
    [TO_LL] = {0, 16},  [TO_BYTE] = {0, 8},
};

static void to_pair(struct lift *lift, ir_value result)
{
    unsigned r = lift->insn->r1;
    ir_value high = binary(lift, IR_SHR, result, 32).v;

    lift_emit(lift, IR_MOV, 4, IR_DAB(IR_GR(r | 1), result, IR_NOTHING));
    lift_emit(lift, IR_MOV, 4, IR_DAB(IR_GR(r), high, IR_NOTHING));
}

static void to_field(struct lift *lift, enum destination to, struct lifted x)
{
    ir_value g = IR_GR(lift->insn->r1);
    unsigned shift = fields[to].shift;
    int64_t mask = (int64_t)(((UINT64_C(1) << fields[to].bits) - 1) << shift);
    struct ir_op *op;

    if (x.v == IR_CONST) {
        unsigned width = shift >= 32 ? 8 : 4;

        lift_emit(lift, IR_AND, width, IR_DAB(g, g, IR_CONST))->imm = ~mask;
        lift_emit(lift, IR_OR, width, IR_DAB(g, g, IR_CONST))->imm = x.imm << shift & mask;
        return;
    }
    if (shift)
        x = binary(lift, IR_SHL, x.v, shift);
    op = lift_emit(lift, IR_INSERT, shift >= 32 ? 8 : 4, IR_DAB(g, g, x.v));
    op->imm = mask;
}

/* Writes the result where it does not stand already. */
static bool write(struct lift *lift, unsigned out, struct lifted x)
{
    enum destination to = outs[out].destination;
    unsigned width = outs[out].width;
    struct ir_op *op;

    switch (to) {
    case TO_R1:
        op = lift_emit(lift, IR_MOV, width,
                       IR_DAB(IR_GR(lift->insn->r1), fit(lift, x, width), IR_NOTHING));
        op->imm = x.imm;
        return true;
    case TO_HIGH:
        if (x.v == IR_CONST)
            x.imm = (int64_t)((uint64_t)x.imm << 32 >> 32);
        op = lift_emit(lift, IR_PUTHIGH, 8, IR_DAB(IR_GR(lift->insn->r1), x.v, IR_NOTHING));
        op->imm = x.imm;
        return true;
    case TO_PAIR:
        to_pair(lift, x.v);
        return true;
    case TO_M1:
    case TO_M2:
    case TO_REL:
        op = lift_emit(lift, IR_ST, width, IR_DAB(IR_NOTHING, IR_NOTHING, IR_NOTHING));
        op->c = x.v;
        op->imm = x.v == IR_CONST ? x.imm : 0;
        return set_address(lift, to == TO_M1 ? FROM_M1 : to == TO_M2 ? FROM_M2 : FROM_REL, op);
    case TO_HH:
    case TO_HL:
    case TO_LH:
    case TO_LL:
    case TO_BYTE:
        to_field(lift, to, x);
        return true;
    default:
        return false;
    }
}

static void set_cc(struct ir_op *op, unsigned cc)
{
    op->cc = ccs[cc].rule;
    op->flags |= ccs[cc].flags;
}

static void test(struct lift *lift, ir_value v, unsigned cc)
{
    if (ccs[cc].rule != IR_CC_NONE)
        set_cc(lift_emit(lift, IR_TEST, ccs[cc].width, IR_DAB(IR_NOTHING, v, IR_NOTHING)), cc);
}

/* AND, OR with an immediate in one field of the register. */
static bool field_logic(struct lift *lift, const struct composition *c, int64_t imm)
{
    enum destination to = outs[c->out].destination;
    enum ir_opcode op = (enum ir_opcode)actions[c->action].value;
    ir_value g = IR_GR(lift->insn->r1);
    unsigned shift = to == TO_HIGH ? 32 : fields[to].shift;
    uint64_t field = (to == TO_HIGH ? UINT64_C(0xffffffff) : UINT64_C(0xffff)) << shift;
    uint64_t bits = (uint64_t)imm << shift & field;
    unsigned width = shift >= 32 ? 8 : 4;
    ir_value t = ir_temp(lift->block);
    struct ir_op *o;

    lift_emit(lift, op, width, IR_DAB(g, g, IR_CONST))->imm =
        (int64_t)(op == IR_AND ? bits | ~field : bits);
    o = lift_emit(lift, IR_AND, width, IR_DAB(t, g, IR_CONST));
    o->imm = (int64_t)field;
    o->cc = IR_CC_LOGIC;
    return true;
}

/* TEST UNDER MASK of a register's halfword. */
static bool field_test(struct lift *lift, const struct composition *c)
{
    enum form form = ins[c->in1].form;
    unsigned shift = form == FORM_HH ? 48 : form == FORM_HL ? 32 : form == FORM_LH ? 16 : 0;
    struct ir_op *op = lift_emit(lift, IR_TM, shift >= 32 ? 8 : 4,
                                 IR_DAB(IR_NOTHING, IR_GR(lift->insn->r1), IR_CONST));

    op->imm = (int64_t)((uint64_t)lift->insn->u2 << shift);
    op->cc = IR_CC_TEST16;
    return true;
}

/* A shift of a word by a known amount; 32 and more leave nothing, or the sign. */
static void shift_word(struct lift *lift, enum ir_opcode ir, ir_value a, int64_t count, unsigned cc)
{
    ir_value g = IR_GR(lift->insn->r1);
    struct ir_op *op;

    if (count > 31 && ir != IR_SAR) {
        lift_emit(lift, IR_MOV, 4, IR_DAB(g, IR_CONST, IR_NOTHING));
        return;
    }
    op = lift_emit(lift, ir, 4, IR_DAB(g, a, IR_CONST));
    op->imm = count > 31 ? 31 : count;
    set_cc(op, cc);
}

/* Otherwise a shift of 32-bit operands, by up to 63, is made in 64 bits; to the left nothing comes
   from bits 0-31. */
static bool shift(struct lift *lift, const struct composition *c, struct lifted a, struct lifted b)
{
    unsigned width = outs[c->out].width;
    enum ir_opcode ir = (enum ir_opcode)actions[c->action].value;
    bool to_register = outs[c->out].destination == TO_R1, direct = width == 8 && to_register;
    ir_value t = direct ? IR_GR(lift->insn->r1) : ir_temp(lift->block);
    struct ir_op *op;

    if (to_register && width == 4 && b.v == IR_CONST) {
        shift_word(lift, ir, a.v, b.imm, c->cc);
        return true;
    }
    if (ir == IR_SHL && to_register && width == 4 && ccs[c->cc].rule == IR_CC_NONE) {
        lift_emit(lift, IR_SHL, 8, IR_DAB(IR_GR(lift->insn->r1), a.v, b.v))->dst_width = 4;
        return true;
    }
    op = lift_emit(lift, ir, 8, IR_DAB(t, fit(lift, a, 8), b.v));
    op->imm = b.imm;
    if (direct) {
        set_cc(op, c->cc);
        return true;
    }
    if (!write(lift, c->out, value(t, FORM_64)))
        return false;
    test(lift, to_register ? IR_GR(lift->insn->r1) : t, c->cc);
    return true;
}

static bool rotate(struct lift *lift, const struct composition *c, struct lifted a, struct lifted b)
{
    unsigned width = outs[c->out].width;

    lift_emit(lift, IR_ROL, width, IR_DAB(IR_GR(lift->insn->r1), fit(lift, a, width), b.v))->imm =
        b.v == IR_CONST ? b.imm & (8 * width - 1) : 0;
    return true;
}

/* ROTATE THEN INSERT SELECTED BITS: the rotated register under a mask known now. */
static bool rotate_inserted(struct lift *lift, const struct composition *c)
{
    const struct insn *insn = lift->insn;
    uint64_t mask = selected(insn, 0, 63);
    unsigned count = (unsigned)insn->i5 & 63;
    ir_value g = IR_GR(insn->r1), t = IR_GR(insn->r2);
    struct ir_op *op;

    if (insn->i4 & 0x80 ? lift_extraction(lift)
                        : lift_insertion(lift, ccs[c->cc].rule == IR_CC_NONE ? 4 : 8)) {
        test(lift, g, c->cc);
        return true;
    }
    if (count) {
        t = ir_temp(lift->block);
        lift_emit(lift, IR_ROL, 8, IR_DAB(t, IR_GR(insn->r2), IR_CONST))->imm = count;
    }
    if (insn->i4 & 0x80)
        op = lift_emit(lift, IR_AND, 8, IR_DAB(g, t, IR_CONST));
    else
        op = lift_emit(lift, IR_INSERT, 8, IR_DAB(g, g, t));
    op->imm = (int64_t)mask;
    test(lift, g, c->cc);
    return true;
}

static bool select_value(struct lift *lift, const struct composition *c, struct lifted a,
                         struct lifted b)
{
    unsigned m = actions[c->action].value == 3 ? lift->insn->m3 : lift->insn->m4;
    unsigned width = outs[c->out].width;
    struct ir_op *op;

    if (outs[c->out].destination != TO_R1)
        return false;
    if (b.v == IR_CONST) {
        b.v = ir_temp(lift->block);
        lift_emit(lift, IR_MOV, 8, IR_DAB(b.v, IR_CONST, IR_NOTHING))->imm = b.imm;
    }
    op = lift_emit(lift, IR_SELECT, width, IR_DAB(IR_GR(lift->insn->r1), a.v, b.v));
    op->imm = m;
    return true;
}

/* Operations on both operands, straight into the register where the result goes there. */
static bool plain(struct lift *lift, const struct composition *c, struct lifted a, struct lifted b)
{
    enum action action = actions[c->action].action;
    unsigned width = ccs[c->cc].width ? ccs[c->cc].width : outs[c->out].width;
    bool direct = outs[c->out].destination == TO_R1;
    ir_value va = fit(lift, a, width), vb = fit(lift, b, width), t;
    struct ir_op *op;

    if (outs[c->out].destination == TO_NOTHING && ccs[c->cc].rule == IR_CC_TEST8) {
        op = lift_emit(lift, IR_TM, 4, IR_DAB(IR_NOTHING, va, vb));
        op->imm = b.imm;
        op->cc = IR_CC_TEST8;
        return true;
    }
    if (action == ACT_COMPLEMENT)
        vb = unary(lift, IR_NOT, vb).v;
    t = direct && action != ACT_INVERTED ? IR_GR(lift->insn->r1) : ir_temp(lift->block);
    op = lift_emit(lift, (enum ir_opcode)actions[c->action].value, width, IR_DAB(t, va, vb));
    op->imm = b.imm;
    if (action == ACT_INVERTED) {
        ir_value n = direct ? IR_GR(lift->insn->r1) : ir_temp(lift->block);

        lift_emit(lift, IR_NOT, width, IR_DAB(n, t, IR_NOTHING));
        test(lift, n, c->cc);
        return true;
    }
    set_cc(op, c->cc);
    return direct || write(lift, c->out, value(t, width == 8 ? FORM_64 : FORM_U32));
}

static bool loaded(struct lift *lift, const struct composition *c)
{
    enum destination to = outs[c->out].destination;
    unsigned width = outs[c->out].width;
    ir_value g = IR_GR(lift->insn->r1);
    struct lifted b;

    if (to == TO_ADDRESS) {
        unsigned w = lift->addressing == 64 ? 8 : 4;

        if (ins[c->in2].source == FROM_A2)
            lift_address2(lift, lift_emit(lift, IR_LEA, w, IR_DAB(g, IR_NOTHING, IR_NOTHING)));
        else if (w == 8)
            lift_emit(lift, IR_LEAPC, 8, IR_DAB(g, IR_NOTHING, IR_NOTHING))->imm =
                lift->insn->page_offset + (int64_t)lift->insn->i2 * 2;
        else
            return false;
        return true;
    }
    if (to == TO_R1 && from_storage(ins[c->in2].source)) {
        if (!load(lift, c->in2, g, width))
            return false;
        test(lift, g, c->cc);
        return true;
    }
    if (!operand(lift, c->in2, width < 4 ? 4 : width, &b))
        return false;
    /* LOAD AND TEST of a register onto itself only tests. */
    if (!(to == TO_R1 && b.v == g && width == (b.form == FORM_64 ? 8 : 4)) &&
        !write(lift, c->out, b))
        return false;
    test(lift, to == TO_R1 ? g : b.v, c->cc);
    return true;
}

static bool compare(struct lift *lift, const struct composition *c, struct lifted a,
                    struct lifted b)
{
    unsigned width = ccs[c->cc].width;
    ir_value va = fit(lift, a, width), vb = fit(lift, b, width);
    struct ir_op *op = lift_emit(lift, IR_CMP, width, IR_DAB(IR_NOTHING, va, vb));

    op->imm = b.imm;
    op->cc = ccs[c->cc].rule;
    return true;
}

/* One operand: MASK, PLACE, REVERSE, UNARY. */
static bool from_second(struct lift *lift, const struct composition *c, struct lifted b)
{
    unsigned width = outs[c->out].width < 4 ? 4 : outs[c->out].width;
    int64_t n = actions[c->action].value;
    bool direct = outs[c->out].destination == TO_R1;
    ir_value t = direct ? IR_GR(lift->insn->r1) : ir_temp(lift->block);
    struct ir_op *op;

    switch (actions[c->action].action) {
    case ACT_PLACE:
        return write(lift, c->out, constant((int64_t)((uint64_t)b.imm << n)));
    case ACT_MASK:
        op = lift_emit(lift, IR_AND, width, IR_DAB(t, fit(lift, b, width), IR_CONST));
        op->imm = n;
        break;
    case ACT_REVERSE:
        lift_emit(lift, IR_BSWAP, (unsigned)n, IR_DAB(t, b.v, IR_NOTHING));
        break;
    default:
        op = lift_emit(lift, (enum ir_opcode)n, width, IR_DAB(t, fit(lift, b, width), IR_NOTHING));
        set_cc(op, c->cc);
        break;
    }
    return direct || write(lift, c->out, value(t, FORM_64));
}

bool lift_composed(struct lift *lift)
{
    const struct composition *c = &compositions[lift->insn->row];
    enum action action = actions[c->action].action;
    enum destination to = outs[c->out].destination;
    unsigned width = ccs[c->cc].width > outs[c->out].width || to == TO_NOTHING ? ccs[c->cc].width
                                                                               : outs[c->out].width;
    struct lifted a, b;

    if (!c->composed || action == ACT_UNLIFTED || to == TO_UNLIFTED ||
        ccs[c->cc].rule == IR_CC_UNLIFTED)
        return false;
    /* A mask of no bits selects "all ones" too: the body knows better. */
    if ((ccs[c->cc].rule == IR_CC_TEST8 || ccs[c->cc].rule == IR_CC_TEST16) && !lift->insn->u2)
        return false;
    if (action == ACT_LOAD)
        return loaded(lift, c);
    if (action == ACT_ROTATE_INSERT)
        return rotate_inserted(lift, c);
    if (action == ACT_PLAIN && ins[c->in2].source == FROM_I2_U &&
        ((to >= TO_HH && to <= TO_LL) || (to == TO_HIGH && ccs[c->cc].rule == IR_CC_LOGIC)))
        return field_logic(lift, c, (int64_t)lift->insn->u2);
    if (ccs[c->cc].rule == IR_CC_TEST16)
        return field_test(lift, c);
    if (width < 4)
        width = 4;
    if (!operand(lift, c->in1, width, &a) || !operand(lift, c->in2, width, &b))
        return false;
    switch (action) {
    case ACT_NONE:
        return compare(lift, c, a, b);
    case ACT_PLAIN:
    case ACT_COMPLEMENT:
    case ACT_INVERTED:
    case ACT_CARRY:
        return plain(lift, c, a, b);
    case ACT_SHIFT:
        return shift(lift, c, a, b);
    case ACT_ROTATE:
        return rotate(lift, c, a, b);
    case ACT_SELECT:
        return select_value(lift, c, a, b);
    default:
        return from_second(lift, c, b);
    }
}
