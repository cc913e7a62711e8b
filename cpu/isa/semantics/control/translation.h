/*
 * Translating an operand's address without accessing it: for LRA, STRAG, LPTEA, TPROT and
 * IVSK. The PSW's address-space control chooses the space whether DAT is on or not.
 */
#ifndef ZITHER_CPU_ISA_SEMANTICS_CONTROL_TRANSLATION_H
#define ZITHER_CPU_ISA_SEMANTICS_CONTROL_TRANSLATION_H

#include "cpu/arch/dat.h"

/* Translates ADDRESS, whose base register is B. In the access-register mode an exception of
   access-register translation is found in the result like those of DAT. */
struct translation translation_of_operand(struct vcpu *cpu, unsigned b, uint64_t address);

/* The same in the space that access register B designates. */
struct translation translation_by_access_register(struct vcpu *cpu, unsigned b, uint64_t address);

/* The context of that space with the PSW key, for raising what the translation found. */
struct address_space *translation_space(struct vcpu *cpu, unsigned b);

#endif
