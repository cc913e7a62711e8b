/*
 * Control blocks and tables that the CPU itself refers to by real address: dispatchable-unit
 * control table, ASN, authority, access, linkage and entry tables, trace entries. DAT and
 * key-controlled protection never apply to them; low-address protection applies to stores.
 *
 * An address that is not configured raises an addressing exception. All functions are for
 * the CPU's own thread.
 */
#ifndef ZITHER_CPU_ARCH_CONTROL_BLOCK_H
#define ZITHER_CPU_ARCH_CONTROL_BLOCK_H

#include "cpu/arch/vcpu.h"

/* Origins and table indexes add up to 31 bits; a carry beyond is ignored. */
#define CONTROL_BLOCK_ADDRESS UINT64_C(0x7fffffff)

uint8_t control_block_fetch8(struct vcpu *cpu, uint64_t real);
uint32_t control_block_fetch32(struct vcpu *cpu, uint64_t real);
uint64_t control_block_fetch64(struct vcpu *cpu, uint64_t real);

/* The host address of LENGTH bytes at REAL, all on one page, that are to be stored. After
   storing through it call control_block_stored. */
uint8_t *control_block_prepare(struct vcpu *cpu, uint64_t real, unsigned length);
void control_block_stored(struct vcpu *cpu, const uint8_t *host, unsigned length);

#endif
