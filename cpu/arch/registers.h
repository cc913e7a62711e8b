/* The registers as instructions see them. Register numbers are 0-15 (vectors: 0-31). */
#ifndef ZITHER_CPU_ARCH_REGISTERS_H
#define ZITHER_CPU_ARCH_REGISTERS_H

#include "cpu/arch/vcpu.h"
#include "src/base/bits.h"

static inline uint64_t gr64(const struct vcpu *cpu, unsigned r)
{
    return cpu->state.gr[r];
}

/* Bits 32-63 of general register R. */
static inline uint32_t gr32(const struct vcpu *cpu, unsigned r)
{
    return (uint32_t)cpu->state.gr[r];
}

/* Bits 0-31. */
static inline uint32_t gr_high(const struct vcpu *cpu, unsigned r)
{
    return (uint32_t)(cpu->state.gr[r] >> 32);
}

static inline void gr64_set(struct vcpu *cpu, unsigned r, uint64_t value)
{
    cpu->state.gr[r] = value;
}

static inline void gr32_set(struct vcpu *cpu, unsigned r, uint32_t value)
{
    cpu->state.gr[r] = with_low32(cpu->state.gr[r], value);
}

static inline void gr_high_set(struct vcpu *cpu, unsigned r, uint32_t value)
{
    cpu->state.gr[r] = with_high32(cpu->state.gr[r], value);
}

/* An address in a register: all of it in 64-bit mode, else bits 32-63 with the high part
   unchanged and the bits above the addressing mode zero (PoP chapter 5). */
static inline uint64_t gr_address(const struct vcpu *cpu, unsigned r)
{
    return cpu->state.gr[r] & cpu->address_mask;
}

static inline void gr_address_set(struct vcpu *cpu, unsigned r, uint64_t address)
{
    if (cpu->address_mask == UINT64_MAX)
        cpu->state.gr[r] = address;
    else
        cpu->state.gr[r] = with_low32(cpu->state.gr[r], (uint32_t)(address & cpu->address_mask));
}

/* A length or count that is 64 bits wide in the 64-bit addressing mode, else 32. */
static inline uint64_t gr_length(const struct vcpu *cpu, unsigned r)
{
    return cpu->address_mask == UINT64_MAX ? cpu->state.gr[r] : (uint32_t)cpu->state.gr[r];
}

static inline void gr_length_set(struct vcpu *cpu, unsigned r, uint64_t length)
{
    if (cpu->address_mask == UINT64_MAX)
        cpu->state.gr[r] = length;
    else
        cpu->state.gr[r] = with_low32(cpu->state.gr[r], (uint32_t)length);
}

static inline uint64_t fpr64(const struct vcpu *cpu, unsigned r)
{
    return cpu->state.vr[2 * r];
}

static inline uint32_t fpr32(const struct vcpu *cpu, unsigned r)
{
    return (uint32_t)(cpu->state.vr[2 * r] >> 32);
}

/* Writing a floating-point register leaves bits 64-127 of the vector register
   unpredictable (PoP chapter 21); here they become zero, as on the machines. */
static inline void fpr64_set(struct vcpu *cpu, unsigned r, uint64_t value)
{
    cpu->state.vr[2 * r] = value;
    cpu->state.vr[2 * r + 1] = 0;
}

/* A short operand occupies bits 0-31; bits 32-63 stay. */
static inline void fpr32_set(struct vcpu *cpu, unsigned r, uint32_t value)
{
    fpr64_set(cpu, r, with_high32(cpu->state.vr[2 * r], value));
}

static inline void cc_set(struct vcpu *cpu, unsigned cc)
{
    cpu->cc = (uint8_t)cc;
}

/* Condition codes of a signed result: 0 zero, 1 negative, 2 positive. */
static inline unsigned cc_of_signed(int64_t value)
{
    return value == 0 ? 0 : value < 0 ? 1 : 2;
}

/* Of a comparison: 0 equal, 1 first low, 2 first high. */
#define CC_OF_COMPARISON(a, b) ((a) == (b) ? 0u : (a) < (b) ? 1u : 2u)

#endif
