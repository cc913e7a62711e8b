/* Building blocks of the intermediate representation: see ir.h. */
#include "cpu/jit/ir/ir.h"

struct ir_op *ir_emit(struct ir_block *block, enum ir_opcode op, unsigned width)
{
    struct ir_op *o = &block->op[block->op_count];

    /* The last place is overwritten again and again: the block is lost anyway. */
    if (block->op_count + 1 < IR_OPS_MAX)
        block->op_count++;
    else
        block->full = true;
    *o = (struct ir_op){.op = (uint8_t)op,
                        .width = (uint8_t)width,
                        .dst_width = (uint8_t)width,
                        .dst = IR_NOTHING,
                        .a = IR_NOTHING,
                        .b = IR_NOTHING,
                        .c = IR_NOTHING,
                        .insn = (uint16_t)block->insn_count};
    return o;
}

/* Temporaries live within one instruction, so their numbers may come again. */
ir_value ir_temp(struct ir_block *block)
{
    return IR_TEMP(block->temp_count++ % IR_TEMPS);
}
