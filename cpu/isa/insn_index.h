/*
 * Private to cpu/isa: the numbers of the rows, and the index that leads from an opcode to its
 * row.
 */
#ifndef ZITHER_CPU_ISA_INSN_INDEX_H
#define ZITHER_CPU_ISA_INSN_INDEX_H

#include <stdint.h>

enum row_number {
#define INSN(mnemonic, ...)     ROW_##mnemonic,
#define COMPOSED(mnemonic, ...) ROW_##mnemonic,
#define BRANCH(mnemonic, ...)   ROW_##mnemonic,
#include "cpu/isa/insns/all.def"
#undef INSN
#undef COMPOSED
#undef BRANCH
};

/* The number of the row plus one, or 0 where no instruction has that opcode. */
extern const uint16_t insn_index[0x10000];

#endif
