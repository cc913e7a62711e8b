/*
 * In which order a block has its instructions. One loop may stand there twice: its first
 * iteration, which finds the CPU in a state that nobody knows, and then the loop itself, which is
 * entered only by its own way back. No state; offsets are of the page.
 */
#ifndef ZITHER_CPU_JIT_LIFT_LIFT_ORDER_H
#define ZITHER_CPU_JIT_LIFT_LIFT_ORDER_H

#include "cpu/isa/insn.h"
#include "cpu/jit/ir/ir.h"

struct lift_order {
    const struct insn *insns; /* decoded */
    unsigned decoded, count;  /* of them, and of the places */
    unsigned head, tail;      /* first and last of the loop, as decoded */
    unsigned again;           /* place of its second copy; 0: none */
};

/* LOOPS: an innermost loop, rather one that starts the block, stands there twice. */
void lift_order_make(struct lift_order *order, const struct insn *insns, unsigned decoded,
                     bool loops);

/* The decoded instruction at PLACE. */
unsigned lift_order_source(const struct lift_order *order, unsigned place);

/* Where a branch at PLACE to OFFSET leads, or -1 where the block has nothing there. */
int lift_order_find(const struct lift_order *order, unsigned place, int64_t offset);

#endif
