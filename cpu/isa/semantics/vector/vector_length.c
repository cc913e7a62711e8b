/*
 * Vector registers from and to operands of fewer than 16 bytes (PoP chapters 21 and 25): a
 * length in a register or an immediate, or the distance to a boundary. Only the bytes designated
 * are accessed.
 */
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/vector/vector_storage.h"

/* The LENGTH leftmost bytes of 16. */
static inline uint128_t leftmost(unsigned length)
{
    return ~(uint128_t)0 << 8 * (16 - length);
}

uint128_t vector_fetch_left(struct vcpu *cpu, struct address_space *space, uint64_t address,
                            unsigned length)
{
    /* On one page with the operand the bytes behind it are fetched too, and dropped. */
    const void *host = tlb_lookup(space->fetch, address, 16);
    struct operand operand;
    uint8_t bytes[16] = {0};

    if (likely(host))
        return load_be128(host) & leftmost(length);
    access_prepare(cpu, &operand, space, address, length, ACCESS_FETCH);
    operand_read(&operand, 0, bytes, length);
    return load_be128(bytes);
}

/* The leftmost LENGTH bytes of VALUE at HOST, as two pieces that may overlap. */
static void put_left(uint8_t *host, unsigned length, uint128_t value)
{
    const uint64_t left = (uint64_t)(value >> 64);

    if (length >= 8) {
        store_be64(host, left);
        store_be64(host + length - 8, (uint64_t)(value >> 8 * (16 - length)));
    } else if (length >= 4) {
        store_be32(host, (uint32_t)(left >> 32));
        store_be32(host + length - 4, (uint32_t)(left >> 8 * (8 - length)));
    } else {
        *host = (uint8_t)(left >> 56);
        if (length > 1)
            store_be16(host + length - 2, (uint16_t)(left >> 8 * (8 - length)));
    }
}

void vector_store_left(struct vcpu *cpu, struct address_space *space, uint64_t address,
                       unsigned length, uint128_t value)
{
    uint8_t *host = tlb_lookup(space->store, address, length);
    struct operand operand;
    uint8_t bytes[16];

    if (likely(host)) {
        put_left(host, length, value);
        return;
    }
    access_prepare(cpu, &operand, space, address, length, ACCESS_STORE);
    store_be128(bytes, value);
    operand_write(cpu, &operand, 0, bytes, length);
}

/* The length of D2(B2) whose last byte register R3 numbers: bits 32-63, 15 at most. */
static ALWAYS_INLINE unsigned length_in_register(const struct vcpu *cpu, const struct insn *insn)
{
    uint32_t last = gr32(cpu, insn->r3);

    return last < 15 ? last + 1 : 16;
}

/* The same by I3, whose bits 0-3 must be zeros. */
static ALWAYS_INLINE unsigned length_in_immediate(struct vcpu *cpu, const struct insn *insn)
{
    if (insn->i3 > 15)
        specification_exception(cpu);
    return (unsigned)insn->i3 + 1;
}

static ALWAYS_INLINE uint128_t fetch2(struct vcpu *cpu, const struct insn *insn, unsigned length)
{
    return vector_fetch_left(cpu, operand_space(cpu, insn->b2), operand_address2(cpu, insn),
                             length);
}

static ALWAYS_INLINE void store2(struct vcpu *cpu, const struct insn *insn, unsigned length,
                                 uint128_t value)
{
    vector_store_left(cpu, operand_space(cpu, insn->b2), operand_address2(cpu, insn), length,
                      value);
}

void insn_vector_load_with_length(struct vcpu *cpu, const struct insn *insn)
{
    uint128_t value = fetch2(cpu, insn, length_in_register(cpu, insn));

    vector_set(cpu, insn->v1, vector_from_128(value));
}

void insn_vector_store_with_length(struct vcpu *cpu, const struct insn *insn)
{
    store2(cpu, insn, length_in_register(cpu, insn), vector_to_128(vector_get(cpu, insn->v1)));
}

/* The operand at the right end of the register, zeros on its left. */
static ALWAYS_INLINE void load_rightmost(struct vcpu *cpu, const struct insn *insn, unsigned length)
{
    uint128_t value = fetch2(cpu, insn, length);

    vector_set(cpu, insn->v1, vector_from_128(value >> 8 * (16 - length)));
}

static ALWAYS_INLINE void store_rightmost(struct vcpu *cpu, const struct insn *insn,
                                          unsigned length)
{
    uint128_t value = vector_to_128(vector_get(cpu, insn->v1));

    store2(cpu, insn, length, value << 8 * (16 - length));
}

void insn_vector_load_rightmost(struct vcpu *cpu, const struct insn *insn)
{
    load_rightmost(cpu, insn, length_in_immediate(cpu, insn));
}

void insn_vector_load_rightmost_register(struct vcpu *cpu, const struct insn *insn)
{
    load_rightmost(cpu, insn, length_in_register(cpu, insn));
}

void insn_vector_store_rightmost(struct vcpu *cpu, const struct insn *insn)
{
    store_rightmost(cpu, insn, length_in_immediate(cpu, insn));
}

void insn_vector_store_rightmost_register(struct vcpu *cpu, const struct insn *insn)
{
    store_rightmost(cpu, insn, length_in_register(cpu, insn));
}

/* M3 is the block size: 64 bytes times a power of two up to 4096. The bytes of the register
   that are not loaded, which the PoP leaves unpredictable, become zeros. */
void insn_vector_load_to_block_boundary(struct vcpu *cpu, const struct insn *insn)
{
    const uint64_t address = operand_address2x(cpu, insn);
    uint64_t rest;
    uint128_t value;

    if (insn->m3 > 6)
        specification_exception(cpu);
    rest = -address & ((UINT64_C(64) << insn->m3) - 1);
    value = vector_fetch_left(cpu, operand_space(cpu, insn->b2), address,
                              rest && rest < 16 ? (unsigned)rest : 16);
    vector_set(cpu, insn->v1, vector_from_128(value));
}
