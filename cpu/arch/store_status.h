/* Storing a CPU's registers where the store-status operation, machine checks and SIGP put
   them (PoP chapters 4 and 11). */
#ifndef ZITHER_CPU_ARCH_STORE_STATUS_H
#define ZITHER_CPU_ARCH_STORE_STATUS_H

#include <stdbool.h>

#include "cpu/arch/vcpu.h"
#include "src/core/layout/lowcore.h"

#define STATUS_AREA_SIZE 512u

/* General, floating-point, access and control registers, FPC, TOD programmable register, CPU
   timer, clock comparator and (with the BEAR-enhancement facility) breaking-event address into
   the save areas of AREA. Not PSW and prefix. */
void store_status_registers(struct vcpu *cpu, struct lowcore *area);

/* The whole operation, with PSW, prefix and architectural-mode identification, at AREA: absolute 0
   for the stop-and-store-status order (PoP chapter 4, "Store Status"). False where the storage is
   not configured. The CPU is stopped: its own thread stores, or another while that sleeps. */
bool store_status(struct vcpu *cpu, abs_addr area);

/* The save areas alone, 512 bytes from AREA on (SIGP, store status at address). */
bool store_status_at(struct vcpu *cpu, abs_addr area);

/* The vector registers, 512 bytes from AREA on (SIGP, store additional status at address). */
bool store_additional_status(struct vcpu *cpu, abs_addr area);

/* The vector registers into the area that MCESAD of LOWCORE designates; false where it
   designates none or storage that is not there. */
bool store_status_vectors(struct vcpu *cpu, const struct lowcore *lowcore);

#endif
