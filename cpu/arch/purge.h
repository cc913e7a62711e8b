/*
 * Purges that reach every CPU: IPTE, IDTE, CSP(G), SSKE and their kin. A CPU that is
 * running instructions acknowledges at its next poll; one that sleeps or is between
 * instructions is taken as having done so, since it purges before it runs again. The world
 * is never stopped, and a CPU that waits for others serves its own queue meanwhile.
 */
#ifndef ZITHER_CPU_ARCH_PURGE_H
#define ZITHER_CPU_ARCH_PURGE_H

#include "cpu/arch/vcpu.h"

enum purge_kind {
    PURGE_ALL,      /* everything */
    PURGE_PAGE,     /* OPERAND: the absolute address of a page-table entry */
    PURGE_ASCE,     /* OPERAND: the table origin of an ASCE; all its translations */
    PURGE_STORES,   /* OPERAND: an absolute page address: no store may go there unseen */
    PURGE_ABSOLUTE, /* OPERAND: an absolute page address: its storage key or use changed */
};

/* Purges on this CPU and on all others of the configuration, and returns when no CPU can
   use what was purged. */
void purge_everywhere(struct vcpu *cpu, enum purge_kind kind, uint64_t operand);

/* Does what other CPUs have asked of this one. */
void purge_serve(struct vcpu *cpu);

/* Brackets around running instructions. purge_enter serves the queue. */
void purge_enter(struct vcpu *cpu);
void purge_leave(struct vcpu *cpu);

#endif
