/*
 * Declarations of the bodies that the instruction table names. Include it where a body is
 * defined: the table and the definition then agree, and a misspelt name is a warning.
 */
#ifndef ZITHER_CPU_ISA_INSN_BODIES_H
#define ZITHER_CPU_ISA_INSN_BODIES_H

#include "cpu/isa/insn.h"

#define INSN(mnemonic, opcode, format, facility, body, flags, name) insn_body insn_##body;
#define COMPOSED(mnemonic, ...)                                     insn_body insn_composed_##mnemonic;
#define BRANCH(mnemonic, ...)                                       insn_body insn_composed_##mnemonic;
#include "cpu/isa/insns/all.def"
#undef INSN
#undef COMPOSED
#undef BRANCH

#endif
