/*
 * LOAD and STORE MULTIPLE and their relatives (PoP chapter 7): registers R1 to R3, register 0
 * following register 15. The whole operand is checked before any of it moves, and each word
 * or doubleword that lies on its boundary moves as one access.
 */
#include "cpu/arch/interruption.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/storage_operand.h"

static ALWAYS_INLINE uint32_t register_count(const struct insn *insn)
{
    return ((unsigned)(insn->r3 - insn->r1) & 15) + 1;
}

static ALWAYS_INLINE void prepare(struct vcpu *cpu, const struct insn *insn,
                                  struct operand *operand, uint32_t size, enum access_type type)
{
    operand_prepare(cpu, operand, operand_space(cpu, insn->b2), operand_address2(cpu, insn),
                    register_count(insn) * size, type);
}

/* Only an element that is not on its boundary can cross the page. */
static inline bool crosses(const struct operand *operand, uint32_t offset, uint32_t size)
{
    return unlikely(offset < operand->first && operand->first - offset < size);
}

static inline uint32_t get32(const struct operand *operand, uint32_t offset)
{
    uint8_t bytes[4];

    if (!crosses(operand, offset, 4))
        return load_be32(operand_byte(operand, offset));
    for (uint32_t i = 0; i < 4; i++)
        bytes[i] = operand_get8(operand, offset + i);
    return load_be32(bytes);
}

static inline uint64_t get64(const struct operand *operand, uint32_t offset)
{
    if (!crosses(operand, offset, 8))
        return load_be64(operand_byte(operand, offset));
    return (uint64_t)get32(operand, offset) << 32 | get32(operand, offset + 4);
}

static inline void put32(const struct operand *operand, uint32_t offset, uint32_t value)
{
    uint8_t bytes[4];

    if (!crosses(operand, offset, 4)) {
        store_be32(operand_byte(operand, offset), value);
        return;
    }
    store_be32(bytes, value);
    for (uint32_t i = 0; i < 4; i++)
        operand_put8(operand, offset + i, bytes[i]);
}

static inline void put64(const struct operand *operand, uint32_t offset, uint64_t value)
{
    if (!crosses(operand, offset, 8)) {
        store_be64(operand_byte(operand, offset), value);
        return;
    }
    put32(operand, offset, high32(value));
    put32(operand, offset + 4, low32(value));
}

void insn_load_multiple(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t count = register_count(insn);
    struct operand operand;

    prepare(cpu, insn, &operand, 4, ACCESS_FETCH);
    for (uint32_t i = 0; i < count; i++)
        gr32_set(cpu, (insn->r1 + i) & 15, get32(&operand, 4 * i));
}

void insn_load_multiple_64(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t count = register_count(insn);
    struct operand operand;

    prepare(cpu, insn, &operand, 8, ACCESS_FETCH);
    for (uint32_t i = 0; i < count; i++)
        gr64_set(cpu, (insn->r1 + i) & 15, get64(&operand, 8 * i));
}

void insn_load_multiple_high(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t count = register_count(insn);
    struct operand operand;

    prepare(cpu, insn, &operand, 4, ACCESS_FETCH);
    for (uint32_t i = 0; i < count; i++)
        gr_high_set(cpu, (insn->r1 + i) & 15, get32(&operand, 4 * i));
}

/* Bits 0-31 of the registers from the second operand, bits 32-63 from the fourth. */
void insn_load_multiple_disjoint(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t count = register_count(insn);
    struct operand high, low;

    operand_prepare(cpu, &high, operand_space(cpu, insn->b2), operand_address2(cpu, insn),
                    count * 4, ACCESS_FETCH);
    operand_prepare(cpu, &low, operand_space(cpu, insn->b4),
                    operand_address(cpu, insn->d4, insn->b4, 0), count * 4, ACCESS_FETCH);
    for (uint32_t i = 0; i < count; i++)
        gr64_set(cpu, (insn->r1 + i) & 15,
                 (uint64_t)get32(&high, 4 * i) << 32 | get32(&low, 4 * i));
}

void insn_store_multiple(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t count = register_count(insn);
    struct operand operand;

    prepare(cpu, insn, &operand, 4, ACCESS_STORE);
    for (uint32_t i = 0; i < count; i++)
        put32(&operand, 4 * i, gr32(cpu, (insn->r1 + i) & 15));
    operand_finish(cpu, &operand);
}

void insn_store_multiple_64(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t count = register_count(insn);
    struct operand operand;

    prepare(cpu, insn, &operand, 8, ACCESS_STORE);
    for (uint32_t i = 0; i < count; i++)
        put64(&operand, 8 * i, gr64(cpu, (insn->r1 + i) & 15));
    operand_finish(cpu, &operand);
}

void insn_store_multiple_high(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t count = register_count(insn);
    struct operand operand;

    prepare(cpu, insn, &operand, 4, ACCESS_STORE);
    for (uint32_t i = 0; i < count; i++)
        put32(&operand, 4 * i, gr_high(cpu, (insn->r1 + i) & 15));
    operand_finish(cpu, &operand);
}

/* Access registers want their operand on a word boundary. */
static void prepare_access(struct vcpu *cpu, const struct insn *insn, struct operand *operand,
                           enum access_type type)
{
    if (operand_address2(cpu, insn) & 3)
        specification_exception(cpu);
    prepare(cpu, insn, operand, 4, type);
}

void insn_load_access_multiple(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t count = register_count(insn);
    struct operand operand;

    prepare_access(cpu, insn, &operand, ACCESS_FETCH);
    for (uint32_t i = 0; i < count; i++)
        cpu->state.ar[(insn->r1 + i) & 15] = get32(&operand, 4 * i);
}

void insn_store_access_multiple(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t count = register_count(insn);
    struct operand operand;

    prepare_access(cpu, insn, &operand, ACCESS_STORE);
    for (uint32_t i = 0; i < count; i++)
        put32(&operand, 4 * i, cpu->state.ar[(insn->r1 + i) & 15]);
    operand_finish(cpu, &operand);
}
