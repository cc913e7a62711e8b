/* What the files that deliver interruptions share; not for others. */
#ifndef ZITHER_CPU_ARCH_INTERRUPTION_INTERNAL_H
#define ZITHER_CPU_ARCH_INTERRUPTION_INTERNAL_H

#include "cpu/arch/vcpu.h"
#include "src/core/layout/lowcore.h"

/* Bits of configuration.floating_summary. */
enum floating_bit {
    FLOATING_SERVICE_SIGNAL = 1 << 0,
    FLOATING_INTERRUPT_KEY = 1 << 1,
    FLOATING_CHANNEL_REPORT = 1 << 2,
    FLOATING_IO = 1 << 3,
};

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
