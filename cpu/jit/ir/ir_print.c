/*
 * The listing of the intermediate representation, for dumps:
 *
 *     r1 = add.4 r1, #8   ; addl32, kept         t0 = ld.2 signed [r2+r3+0x10] to 8 bytes
 *     brcmp.8 r1 <u r2 to 10a4                   r6..r15 = lm.8 [r15+0x30]
 */
#include <inttypes.h>
#include <stdarg.h>

#include "cpu/jit/ir/ir.h"

enum shape {
    SHAPE_DA,
    SHAPE_DAB,
    SHAPE_A,
    SHAPE_AB,
    SHAPE_LEA,
    SHAPE_LD,
    SHAPE_ST,
    SHAPE_LDP,
    SHAPE_STP,
    SHAPE_BR,
    SHAPE_ROW,
    SHAPE_SS,
    SHAPE_MULTI,
};

static const struct {
    const char *name;
    enum shape shape;
} ops[] = {
#define OP(name, shape) {#name, SHAPE_##shape},
#include "cpu/jit/ir/ir_ops.def"
#undef OP
};

static const char *const cc_names[] = {
#define CC(name, text) text,
#include "cpu/jit/ir/ir_cc.def"
#undef CC
};

struct text {
    char *at;
    size_t room;
};

static void put(struct text *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct text *to, const char *format, ...)
{
    va_list arguments;
    int n;

    va_start(arguments, format);
    n = vsnprintf(to->at, to->room, format, arguments);
    va_end(arguments);
    if (n < 0)
        return;
    if ((size_t)n >= to->room)
        n = (int)to->room - 1;
    to->at += n;
    to->room -= (size_t)n;
}

static void put_value(struct text *to, const struct ir_op *op, ir_value v)
{
    if (v == IR_CONST)
        put(to, op->imm > -1000 && op->imm < 1000 ? "#%" PRId64 : "#0x%" PRIx64, op->imm);
    else if (ir_is_gr(v))
        put(to, "r%u", v);
    else if (ir_is_fr(v))
        put(to, "f%u", v - 16u);
    else if (ir_is_temp(v))
        put(to, "t%u", v - IR_TEMP(0));
    else if (ir_is_vr(v))
        put(to, "v%u", v - IR_VR(0));
    else if (ir_is_vt(v))
        put(to, "w%u", v - IR_VT(0));
}

/* Operands A and B, as far as there are any. */
static void put_sources(struct text *to, const struct ir_op *op)
{
    if (op->a != IR_NOTHING)
        put(to, " ");
    put_value(to, op, op->a);
    if (op->b != IR_NOTHING)
        put(to, op->a != IR_NOTHING ? ", " : " ");
    put_value(to, op, op->b);
}

static void put_address(struct text *to, const struct ir_op *op, uint64_t page)
{
    const char *plus = "";
    int64_t displacement = op->imm2;

    if (op->flags & IR_RELATIVE) {
        put(to, " [%" PRIx64 "]", page + (uint64_t)op->imm);
        return;
    }
    put(to, " [");
    if (op->a != IR_NOTHING && op->a != IR_CONST) {
        put_value(to, op, op->a);
        plus = "+";
    }
    if (op->b != IR_NOTHING && op->b != IR_CONST) {
        put(to, "%s", plus);
        put_value(to, op, op->b);
        plus = "+";
    }
    if (displacement < 0)
        put(to, "-0x%" PRIx64, -displacement);
    else if (displacement || !*plus)
        put(to, "%s0x%" PRIx64, plus, displacement);
    put(to, "]");
}

static void put_result(struct text *to, const struct ir_op *op)
{
    if (op->dst == IR_NOTHING)
        return;
    put_value(to, op, op->dst);
    if (ops[op->op].shape == SHAPE_MULTI) {
        put(to, "..");
        put_value(to, op, op->c);
    }
    put(to, " = ");
}

static void put_name(struct text *to, const struct ir_op *op)
{
    char name[16];
    unsigned i;

    for (i = 0; ops[op->op].name[i] && i < sizeof name - 1; i++)
        name[i] = (char)(ops[op->op].name[i] | ('a' ^ 'A'));
    name[i] = 0;
    put(to, ops[op->op].shape == SHAPE_ROW ? "%s" : "%s.%u", name, op->width);
    if (op->flags & IR_SIGNED)
        put(to, " signed");
    if (op->flags & IR_RAW)
        put(to, " reversed");
}

/* "cc 8", or a comparison of A with B. */
static void put_condition(struct text *to, const struct ir_op *op)
{
    static const char *const signs[8] = {"never", ">", "<", "!=", "==", ">=", "<=", "always"};

    if (op->op == IR_BRCC)
        put(to, " mask %u", op->c);
    if (op->op == IR_BRIND)
        put_sources(to, op);
    if (op->op != IR_BRCMP)
        return;
    put(to, " ");
    put_value(to, op, op->a);
    put(to, " %s%s ", signs[op->c >> 1 & 7], op->c & IR_UNSIGNED ? "u" : "");
    if (op->b == IR_CONST)
        put(to, "#%" PRId32, op->imm2);
    else
        put_value(to, op, op->b);
}

static void put_operands(struct text *to, const struct ir_op *op, uint64_t page)
{
    switch (ops[op->op].shape) {
    case SHAPE_LEA:
        if (op->op == IR_LEAPC)
            put(to, " %" PRIx64, page + (uint64_t)op->imm);
        else
            put_address(to, op, page);
        return;
    case SHAPE_LD:
    case SHAPE_MULTI:
        put_address(to, op, page);
        if (op->dst_width != op->width)
            put(to, " to %u bytes", op->dst_width);
        return;
    case SHAPE_ST:
        put_address(to, op, page);
        put(to, ", ");
        put_value(to, op, op->c);
        return;
    case SHAPE_BR:
        put_condition(to, op);
        if (op->op != IR_BRIND)
            put(to, " to %" PRIx64, page + (uint64_t)op->imm);
        return;
    default:
        put_sources(to, op);
        break;
    }
    if (op->c != IR_NOTHING)
        put(to, ", ");
    put_value(to, op, op->c);
    if (op->imm && op->a != IR_CONST && op->b != IR_CONST && op->c != IR_CONST)
        put(to, ", 0x%" PRIx64, op->imm);
    if (op->imm2)
        put(to, ", %" PRId32, op->imm2);
    if (op->dst_width != op->width)
        put(to, " to %u bytes", op->dst_width);
}

void ir_print_op(const struct ir_op *op, uint64_t page, char text[IR_TEXT_SIZE])
{
    struct text to = {text, IR_TEXT_SIZE};

    text[0] = 0;
    put_result(&to, op);
    put_name(&to, op);
    put_operands(&to, op, page);
    if (op->flags & IR_OVERFLOW)
        put(&to, " no overflow");
    if (op->cc != IR_CC_NONE)
        put(&to, " ; cc %s%s", cc_names[op->cc],
            op->flags & IR_CC_UNUSED   ? ", unused"
            : op->flags & IR_CC_STORED ? ", kept"
                                       : "");
}
