/*
 * A small assembler for test vectors: one instruction from a mnemonic and operands, by the
 * rows of the instruction table. See README.md for the operands it takes.
 */
#ifndef ZITHER_TESTS_ISA_ASSEMBLER_H
#define ZITHER_TESTS_ISA_ASSEMBLER_H

#include <stddef.h>
#include <stdint.h>

/* Writes the instruction to CODE; its length in bytes, or 0 where TEXT is not understood. */
size_t assemble(uint8_t code[6], const char *text);

#endif
