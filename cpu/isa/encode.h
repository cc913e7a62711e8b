/*
 * The inverse of decoding, for tests: an instruction's text from its operands.
 */
#ifndef ZITHER_CPU_ISA_ENCODE_H
#define ZITHER_CPU_ISA_ENCODE_H

#include <stddef.h>
#include <stdint.h>

#include "cpu/isa/insn.h"

/* Writes the instruction of ROW with the operand fields of OPERANDS (its other members do not
   matter) to TEXT and returns its length. A value wider than its field is cut off; bits that
   no field has are zero, and so are the bytes of TEXT that a shorter instruction leaves. */
size_t insn_encode(uint8_t text[6], const struct insn_row *row, const struct insn *operands);

#endif
