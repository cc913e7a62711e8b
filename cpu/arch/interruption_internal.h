/* What the files that deliver interruptions share; not for others. */
#ifndef ZITHER_CPU_ARCH_INTERRUPTION_INTERNAL_H
#define ZITHER_CPU_ARCH_INTERRUPTION_INTERNAL_H

#include "cpu/arch/vcpu.h"
#include "src/core/layout/lowcore.h"

/* The lowcore about to be stored into; null, the CPU being check-stopped, where the prefix
   designates storage that is not there. */
struct lowcore *interruption_swap_begin(struct vcpu *cpu);

/* Stores the old PSW and loads the new. An invalid new PSW leaves its early exception in
   cpu->program with cpu->early_exception set; the run loop delivers that next. */
void interruption_swap(struct vcpu *cpu, struct lowcore *lowcore, struct psw_layout *old,
                       const struct psw_layout *new);

/* Machine checks: true where one was taken (machine_check.c). */
bool machine_check_take(struct vcpu *cpu);
bool machine_check_deliverable(struct vcpu *cpu);

#endif
