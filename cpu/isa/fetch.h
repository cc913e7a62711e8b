/* Fetching the text of one instruction outside the decoded code: the target of EXECUTE, an
   instruction that crosses a page, every instruction under PER. */
#ifndef ZITHER_CPU_ISA_FETCH_H
#define ZITHER_CPU_ISA_FETCH_H

#include "cpu/arch/vcpu.h"

/* The instruction at ADDRESS, which is even, of the space that instructions come from. Bytes of
   TEXT beyond its length stay. Access exceptions of either page raise. */
void insn_fetch(struct vcpu *cpu, uint64_t address, uint8_t text[6]);

#endif
