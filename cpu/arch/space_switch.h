/*
 * The space-switch event (PoP chapter 6, "Space-Switch Event"). It is raised when the
 * instruction, of ILC bytes, is otherwise complete, and leaves the PSW as it is then.
 */
#ifndef ZITHER_CPU_ARCH_SPACE_SWITCH_H
#define ZITHER_CPU_ARCH_SPACE_SWITCH_H

#include "cpu/arch/vcpu.h"

/* After the primary space of OLD_ASN and OLD_ASCE has been replaced by a branch: raises the
   event where it is one. */
void space_switch_finish(struct vcpu *cpu, unsigned ilc, uint16_t old_asn, uint64_t old_asce);

/* After PSW bits 16-17 (enum psw_space) have changed from OLD_SPACE with DAT on: raises the
   event where that was a change to or from the home space, and is one. */
void space_switch_home(struct vcpu *cpu, unsigned ilc, unsigned old_space);

#endif
