/*
 * Operations on vector registers: the files gen_vector*.c. A register of the guest is in the CPU
 * as it would be in a vector register of the host: its leftmost doubleword in the low lane, each
 * doubleword in the host's byte order. So elements that all fare alike need no reordering, and
 * only what depends on the order of bytes in storage does.
 *
 * Vector temporaries are XMM0 to XMM2; XMM8 to XMM11 are free within an operation, and XMM14
 * and XMM15 while it neither asks for a general register nor bails by anything but a jump. The
 * others hold vector registers as gen_float_values.c tells of floating-point registers, with
 * whom they share them: each result is stored at once, so that any can be forgotten.
 */
#ifndef ZITHER_CPU_JIT_HOST_X86_64_GEN_VECTOR_H
#define ZITHER_CPU_JIT_HOST_X86_64_GEN_VECTOR_H

#include "cpu/jit/host/x86_64/gen.h"

#define GEN_VECTOR_SCRATCH 0xf00 /* XMM8 to XMM11, a bit each */

/* Floating-point registers of the guest that OP takes the places of or gives other values, a bit
   each: see gen_float_values.c. */
uint16_t gen_vector_lost(const struct ir_op *op);

/* For any operation of ir_vector.def. */
void gen_vector(struct gen *g, const struct ir_op *op);
/* Those of elements that fare alike; false where OP is none of them. */
bool gen_vector_lanes(struct gen *g, const struct ir_op *op);
void gen_vector_string(struct gen *g, const struct ir_op *op);
void gen_vector_float(struct gen *g, const struct ir_op *op);

/* Constants of 16 bytes and tables of 32 behind the code of the block. */
enum gen_vector_table {
    GEN_TABLE_LEFT,    /* 16 bytes of ones, then of zeros */
    GEN_TABLE_NUMBERS, /* 0 to 31 */
};
struct host_rm gen_vector_constant(struct gen *g, uint64_t low, uint64_t high);
/* Byte number I of a doubleword to 7 - I: the order of storage, and back. */
struct host_rm gen_vector_byte_order(struct gen *g);
void gen_vector_table_address(struct gen *g, enum gen_vector_table table, enum host_reg reg);
/* Writes what was asked for. */
void gen_vector_data(struct gen *g);

/* An operand: in memory, or a register. Constants are those of OP. */
struct host_rm gen_vector_rm(struct gen *g, const struct ir_op *op, ir_value v);
/* The same in a register: SCRATCH for a constant, and a place of its own for a vector register,
   which is held there from then on. */
enum host_xmm gen_vector_reg(struct gen *g, const struct ir_op *op, ir_value v,
                             enum host_xmm scratch);
/* Where a result is to be made, apart from the operands; then gen_vector_end with that
   register. */
enum host_xmm gen_vector_begin(struct gen *g, ir_value dst);
void gen_vector_end(struct gen *g, ir_value dst, enum host_xmm reg);
/* Vector register V has another value now. */
void gen_vector_changed(struct gen *g, ir_value v);

#endif
