/* What SSKE and PFMF share: setting the key of one 4 KiB block. */
#ifndef ZITHER_CPU_ISA_SEMANTICS_CONTROL_STORAGE_KEY_H
#define ZITHER_CPU_ISA_SEMANTICS_CONTROL_STORAGE_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/arch/vcpu.h"

/* M3 of SSKE; PFMF has the same controls in bits 52-54 of its first operand. */
enum set_key_mask {
    SSKE_NONQUIESCING = 8,
    SSKE_REFERENCE_UPDATE = 4, /* the reference bit need not be set */
    SSKE_CHANGE_UPDATE = 2,    /* nor the change bit */
    SSKE_MULTIPLE_BLOCK = 1,
};

/* The key of the block, which must be configured: else an addressing exception. */
_Atomic uint8_t *storage_key_operand(struct vcpu *cpu, abs_addr block);

/* Sets KEY, unless MASK makes that conditional and the key need not change; returns whether
   it was set. OLD receives the key before. What CPUs remember of it the caller purges. */
bool storage_key_replace(struct vcpu *cpu, abs_addr block, uint8_t key, unsigned mask,
                         uint8_t *old);

#endif
