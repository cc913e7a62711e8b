/*
 * Instructions as text, in the words of the GNU tools: lower-case mnemonic, tab, operands;
 * extended mnemonics where they have one; targets of relative branches as addresses.
 */
#ifndef ZITHER_CPU_ISA_DISASSEMBLE_H
#define ZITHER_CPU_ISA_DISASSEMBLE_H

#include <stddef.h>
#include <stdint.h>

enum {
    INSN_TEXT_SIZE = 80 /* enough for every instruction */
};

/* Writes the instruction at CODE, which stands at ADDRESS, to TEXT of SIZE bytes (cut off
   there, always terminated) and returns its length in bytes. What is no instruction becomes
   halfwords of data: its length follows from its first two bits all the same. */
size_t insn_disassemble(char *text, size_t size, const uint8_t code[6], uint64_t address);

#endif
