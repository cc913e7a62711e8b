/*
 * Lifting: guest instructions into the intermediate representation. A lifter appends the
 * operations of one instruction; one that cannot, or does not know how, says so, and the
 * instruction becomes a call of its body.
 */
#ifndef ZITHER_CPU_JIT_LIFT_LIFT_H
#define ZITHER_CPU_JIT_LIFT_LIFT_H

#include "cpu/isa/insn.h"
#include "cpu/jit/ir/ir.h"

/* What an instruction's `handler` says to the translator. */
enum block_insn {
    BLOCK_INSN_PLAIN,
    BLOCK_INSN_CHECK, /* insn_check before the body */
    BLOCK_INSN_CALL,  /* to be called as a body whatever lifters there are */
};

/* The instruction being lifted. */
struct lift {
    struct ir_block *block;
    const struct insn *insn;
    uint32_t mode;           /* as for lift_block */
    uint8_t addressing;      /* 24, 31 or 64 */
    uint8_t length_register; /* of an EXECUTE whose target INSN is; 0: none */
};

/* One instruction. False: nothing appended that counts; the caller calls the body. */
typedef bool lifter(struct lift *lift);

/* COMPOSED and BRANCH rows, from their words. */
bool lift_composed(struct lift *lift);
bool lift_branch(struct lift *lift);

/* ROTATE THEN INSERT SELECTED BITS with zeros beside the bits, where shifts can make it; and
   without, where all bits concerned are in low words, of which WIDTH bytes are wanted. */
bool lift_extraction(struct lift *lift);
bool lift_insertion(struct lift *lift, unsigned width);

/* Where the relative branch INSN leads, as an offset from its page; false: not relative. */
bool lift_branch_offset(const struct insn *insn, int64_t *offset);
/* Nothing can follow the branch. */
bool lift_always_branches(const struct insn *insn);

/* INSN may change what the code after it rests on, as a change of the PSW does, but mostly goes
   on with the next instruction in the same block. */
bool lift_goes_on(const struct insn *insn);

/* Lifters written by hand, by row number; null where there is none. */
lifter *lift_by_hand(uint16_t row);

/* What MODE says of the CPU model, beside enum space_mode: functions of instructions that are
   older than themselves (INSN_FACILITY_IN_BODY). */
#define LIFT_VECTOR_ENHANCEMENTS_1 (UINT32_C(1) << 31)
/* Also in MODE: a loop of the block may stand there twice (lift_order.h). */
#define LIFT_LOOPS (UINT32_C(1) << 30)

/*
 * A whole block from COUNT decoded instructions into BLOCK. MODE is that of the context it is
 * fetched from (enum space_mode), and of the CPU model. An instruction whose handler is nonzero is
 * called and never lifted.
 */
void lift_block(struct ir_block *block, const struct insn *insns, unsigned count, uint32_t mode);

/* INSN has its last bytes in the page behind the one where it starts. */
static inline bool lift_crosses(const struct insn *insn)
{
    return insn->page_offset + insn->length > 4096;
}

/* Whether TARGET, under the EXECUTE that INSN is, has a lifter that takes the
   length from a register. INSN then finds it DISTANCE instructions further on. */
bool lift_can_execute(const struct insn *insn, const struct insn *target);
void lift_target_set(struct insn *insn, unsigned distance, bool in_next);

/* Appending, for lifters. Addresses are D(X,B) of the instruction. */
struct ir_op *lift_emit(struct lift *lift, enum ir_opcode op, unsigned width,
                        struct ir_operands operands);
void lift_address1(const struct lift *lift, struct ir_op *op);
void lift_address2(const struct lift *lift, struct ir_op *op);
/* False where a relative operand is not on its boundary: the body raises. */
bool lift_relative(const struct lift *lift, struct ir_op *op);

#endif
