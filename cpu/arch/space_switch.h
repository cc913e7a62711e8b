/* The space-switch event (PoP chapter 6, "Space-Switch Event"). */
#ifndef ZITHER_CPU_ARCH_SPACE_SWITCH_H
#define ZITHER_CPU_ARCH_SPACE_SWITCH_H

#include "cpu/arch/vcpu.h"

/* Says whether a switch between spaces of these two ASCEs is an event. It is one too where a
   PER event is to be indicated, so call it when the instruction is otherwise complete. */
bool space_switch_is_event(const struct vcpu *cpu, uint64_t old_asce, uint64_t new_asce);

/* Raises the event: ASN is stored with the space-switch-event control of ASCE. The
   instruction of ILC bytes is complete, and the PSW as it left it. */
_Noreturn void space_switch_event(struct vcpu *cpu, uint16_t asn, uint64_t asce, unsigned ilc);

/* After the primary space of OLD_ASN and OLD_ASCE has been replaced by a branch: raises the
   event where it is one. */
void space_switch_finish(struct vcpu *cpu, unsigned ilc, uint16_t old_asn, uint64_t old_asce);

#endif
