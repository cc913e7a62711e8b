/*
 * Storage operands of vector instructions: single elements, and the leftmost bytes of a
 * register, 1 to 16 of them, as a value of 128 bits.
 */
#ifndef ZITHER_CPU_ISA_SEMANTICS_VECTOR_VECTOR_STORAGE_H
#define ZITHER_CPU_ISA_SEMANTICS_VECTOR_VECTOR_STORAGE_H

#include "cpu/arch/access.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/semantics/vector/element.h"

/* An operand of size ES, up to a doubleword. */
static ALWAYS_INLINE uint64_t element_fetch(struct vcpu *cpu, struct address_space *space,
                                            uint64_t address, unsigned es)
{
    switch (es) {
    case ES_BYTE:
        return access_fetch8(cpu, space, address);
    case ES_HALFWORD:
        return access_fetch16(cpu, space, address);
    case ES_WORD:
        return access_fetch32(cpu, space, address);
    default:
        return access_fetch64(cpu, space, address);
    }
}

static ALWAYS_INLINE void element_store(struct vcpu *cpu, struct address_space *space,
                                        uint64_t address, unsigned es, uint64_t value)
{
    switch (es) {
    case ES_BYTE:
        access_store8(cpu, space, address, (uint8_t)value);
        break;
    case ES_HALFWORD:
        access_store16(cpu, space, address, (uint16_t)value);
        break;
    case ES_WORD:
        access_store32(cpu, space, address, (uint32_t)value);
        break;
    default:
        access_store64(cpu, space, address, value);
        break;
    }
}

/* D2(X2,B2) of size ES. */
static ALWAYS_INLINE uint64_t element_fetch2x(struct vcpu *cpu, const struct insn *insn,
                                              unsigned es)
{
    return element_fetch(cpu, operand_space(cpu, insn->b2), operand_address2x(cpu, insn), es);
}

static ALWAYS_INLINE void element_store2x(struct vcpu *cpu, const struct insn *insn, unsigned es,
                                          uint64_t value)
{
    element_store(cpu, operand_space(cpu, insn->b2), operand_address2x(cpu, insn), es, value);
}

/* The LENGTH bytes at ADDRESS, and zeros on their right. */
uint128_t vector_fetch_left(struct vcpu *cpu, struct address_space *space, uint64_t address,
                            unsigned length);

/* Stores the LENGTH leftmost bytes of VALUE. */
void vector_store_left(struct vcpu *cpu, struct address_space *space, uint64_t address,
                       unsigned length, uint128_t value);

#endif
