/* Passes over the intermediate representation. */
#ifndef ZITHER_CPU_JIT_OPT_OPT_H
#define ZITHER_CPU_JIT_OPT_OPT_H

#include "cpu/jit/ir/ir.h"

/*
 * Which condition codes somebody may see, and which temporaries somebody uses: sets
 * IR_CC_STORED and IR_CC_UNUSED, and makes operations of no consequence NOP. The condition code
 * is seen by what reads it, by every operation that may bail, and wherever the block is left.
 */
void opt_liveness(struct ir_block *block);

/* Before it: a temporary that is only moved to a register is made there. */
void opt_coalesce(struct ir_block *block);

/*
 * Behind it: results of 4 bytes clear bits 0-31 of their general register (dst_width becomes 8)
 * where these are zero anyway, or replaced before anybody sees them. Whatever may bail, branches
 * or calls sees all of them.
 */
void opt_high_halves(struct ir_block *block);

/* OP may give up and run the instruction's body. */
bool opt_may_bail(const struct ir_op *op);
/* OP looks at the condition code. */
bool opt_reads_cc(const struct ir_op *op);

#endif
