/* What the files lift_vector*.c share: appending operations on vector registers. */
#ifndef ZITHER_CPU_JIT_LIFT_LIFT_VECTOR_H
#define ZITHER_CPU_JIT_LIFT_LIFT_VECTOR_H

#include "cpu/isa/insn_index.h"
#include "cpu/jit/lift/lift.h"

#define HAND(mnemonic, name) lifter lift_##name;
#include "cpu/jit/lift/by_hand_vector.def"
#undef HAND

/* A result and its only operand beside a constant. */
#define IR_TO(dst, a) IR_DAB(dst, a, IR_NOTHING)

/* An operation with a constant for b, the same in both doublewords. */
static inline void vector_with(struct lift *lift, enum ir_opcode op, unsigned width,
                               struct ir_operands operands, uint64_t both)
{
    operands.b = IR_CONST;
    lift_emit(lift, op, width, operands)->imm = (int64_t)both;
}

/* One with a number. */
static inline void vector_one(struct lift *lift, enum ir_opcode op, unsigned width,
                              struct ir_operands operands, int64_t imm)
{
    lift_emit(lift, op, width, operands)->imm = imm;
}

static inline void vector_constant(struct lift *lift, ir_value dst, uint64_t both)
{
    vector_with(lift, IR_VCONST, 8, IR_TO(dst, IR_NOTHING), both);
}

/* VALUE, its rightmost bits, in each element of WIDTH bytes. */
static inline uint64_t vector_repeated(uint64_t value, unsigned width)
{
    for (unsigned w = width; w < 8; w *= 2)
        value = value << 8 * w | (value & (UINT64_MAX >> (64 - 8 * w)));
    return value;
}

/* 0 all elements are ones, 1 some, 3 none: the bits that are zeros are tested. */
static inline void vector_test_result(struct lift *lift, ir_value result)
{
    ir_value ones = ir_temp(lift->block), zeros = ir_temp(lift->block);
    struct ir_op *op;

    vector_one(lift, IR_VMASK, 8, IR_TO(ones, result), 0);
    lift_emit(lift, IR_XOR, 4, IR_DAB(zeros, ones, IR_CONST))->imm = 0xffff;
    op = lift_emit(lift, IR_TM, 4, IR_DAB(IR_NOTHING, zeros, IR_CONST));
    op->imm = 0xffff;
    op->cc = IR_CC_TEST8;
}

/* The operands of the instruction. */
#define V1 IR_VR(lift->insn->v1)
#define V2 IR_VR(lift->insn->v2)
#define V3 IR_VR(lift->insn->v3)
#define V4 IR_VR(lift->insn->v4)

#endif
