/*
 * Private to cpu/isa: the index of the instruction table. An entry is the number of a row
 * plus one, or 0 where no instruction has that opcode.
 */
#ifndef ZITHER_CPU_ISA_INSN_INDEX_H
#define ZITHER_CPU_ISA_INSN_INDEX_H

#include <stdint.h>

extern const uint16_t insn_index[0x10000];

#endif
