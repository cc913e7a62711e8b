/* The listing of the intermediate representation, for dumps. */
#include <inttypes.h>

#include "cpu/jit/ir/ir.h"

static const char *const op_names[] = {
#define OP(name, shape) #name,
#include "cpu/jit/ir/ir_ops.def"
#undef OP
};

static const char *const cc_names[] = {
#define CC(name, text) text,
#include "cpu/jit/ir/ir_cc.def"
#undef CC
};

static int print_value(char *text, size_t size, const struct ir_op *op, ir_value v)
{
    if (v == IR_NOTHING)
        return 0;
    if (v == IR_CONST)
        return snprintf(text, size, " #%" PRId64, op->imm);
    if (ir_is_gr(v))
        return snprintf(text, size, " r%u", v);
    if (ir_is_fr(v))
        return snprintf(text, size, " f%u", v - 16u);
    return snprintf(text, size, " t%u", v - 64u);
}

void ir_print_op(const struct ir_op *op, char text[128])
{
    const ir_value values[] = {op->dst, op->a, op->b, op->c};
    int n = snprintf(text, 128, "%s.%u", op_names[op->op], op->width);

    for (unsigned i = 0; i < 4; i++)
        n += print_value(text + n, (size_t)(128 - n), op, values[i]);
    if (op->imm && op->a != IR_CONST && op->b != IR_CONST)
        n += snprintf(text + n, (size_t)(128 - n), " @%" PRId64, op->imm);
    if (op->imm2)
        n += snprintf(text + n, (size_t)(128 - n), " +%" PRId32, op->imm2);
    if (op->cc != IR_CC_NONE)
        snprintf(text + n, (size_t)(128 - n), " cc:%s%s", cc_names[op->cc],
                 op->flags & IR_CC_UNUSED   ? "-"
                 : op->flags & IR_CC_STORED ? "+"
                                            : "");
}
