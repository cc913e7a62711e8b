/*
 * What changes of the address spaces have in common: the space-switch event (PoP chapter 6,
 * "Space-Switch Event") and loading a PSW together with the control registers of spaces.
 */
#ifndef ZITHER_CPU_ARCH_SPACE_SWITCH_H
#define ZITHER_CPU_ARCH_SPACE_SWITCH_H

#include "cpu/arch/vcpu.h"

/* Says whether a switch between spaces of these two ASCEs is an event. It is one too where a
   PER event is to be indicated, so call it when the instruction is otherwise complete. */
bool space_switch_is_event(const struct vcpu *cpu, uint64_t old_asce, uint64_t new_asce);

/* Raises the event: ASN is stored with the space-switch-event control of ASCE. The
   instruction of ILC bytes is complete, and the PSW as it left it. */
_Noreturn void space_switch_event(struct vcpu *cpu, uint16_t asn, uint64_t asce, unsigned ilc);

#endif
