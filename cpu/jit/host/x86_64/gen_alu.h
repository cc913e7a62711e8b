/* What operations on general registers and comparisons ask of an operation. */
#ifndef ZITHER_CPU_JIT_HOST_X86_64_GEN_ALU_H
#define ZITHER_CPU_JIT_HOST_X86_64_GEN_ALU_H

#include "cpu/jit/host/x86_64/gen.h"

static inline bool gen_cc_stored(const struct ir_op *op)
{
    return op->cc != IR_CC_NONE && op->flags & IR_CC_STORED;
}

/* Somebody in the block reads the condition code, or nobody wants its operands: else flags are
   not worth making. */
static inline bool gen_wants_flags(const struct ir_op *op)
{
    return op->flags & IR_CC_READ || !gen_cc_stored(op);
}

/* The constant as an immediate of the operation's width. */
static inline int64_t gen_immediate(const struct ir_op *op)
{
    return op->width == 4 ? (int32_t)op->imm : op->imm;
}

/* gen_compare.c: CMP, TEST and TM. */
void gen_compare(struct gen *g, const struct ir_op *op);

#endif
