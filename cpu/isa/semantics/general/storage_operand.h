/*
 * Operands in storage as the storage-and-storage instructions use them: prepared quickly,
 * walked in runs that stand together on the host, moved as the PoP says where they overlap.
 *
 * An instruction that ends with condition code 3 after a CPU-determined amount may put the
 * registers of a finished part back and go on: a later exception then leaves what the next
 * execution would have left.
 */
#ifndef ZITHER_CPU_ISA_SEMANTICS_GENERAL_STORAGE_OPERAND_H
#define ZITHER_CPU_ISA_SEMANTICS_GENERAL_STORAGE_OPERAND_H

#include <stddef.h>

#include "cpu/arch/access.h"
#include "cpu/isa/execute.h"

/* As access_prepare, with the usual case, one page known to the TLB, in line. */
static ALWAYS_INLINE void operand_prepare(struct vcpu *cpu, struct operand *operand,
                                          struct address_space *space, uint64_t address,
                                          uint32_t length, enum access_type type)
{
    uint8_t *host = tlb_lookup(type == ACCESS_STORE ? space->store : space->fetch, address, length);

    if (unlikely(!host)) {
        access_prepare(cpu, operand, space, address, length, type);
        return;
    }
    operand->host[0] = host;
    operand->host[1] = host;
    operand->first = length;
    operand->length = length;
    operand->watched = false;
}

/* After the last byte was put into an operand prepared for stores. */
static ALWAYS_INLINE void operand_finish(struct vcpu *cpu, const struct operand *operand)
{
    if (unlikely(operand->watched))
        operand_stored(cpu, operand);
}

/* Bytes from the I-th on that stand together on the host. */
static inline uint32_t operand_run(const struct operand *operand, uint32_t i)
{
    return i < operand->first ? operand->first - i : operand->length - i;
}

static inline uint32_t smaller32(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

#define NUMBER_BYTES 16u

/* An operand of at most 16 bytes as one number. Where they end not too near to the beginning
   of their page, all 16 are read and those to the left dropped. */
static inline uint128_t operand_get_number(const struct operand *operand, uint32_t length)
{
    uint8_t bytes[NUMBER_BYTES] = {0};
    const uint8_t *last = operand->host[0] + length - 1;

    if (likely(operand->first >= length &&
               ((uintptr_t)last & ~STORAGE_PAGE_MASK) >= NUMBER_BYTES - 1)) {
        uint32_t dropped = 8 * (NUMBER_BYTES - length);

        return load_be128(last - (NUMBER_BYTES - 1)) << dropped >> dropped;
    }
    operand_read(operand, 0, bytes + NUMBER_BYTES - length, length);
    return load_be128(bytes);
}

/* The rightmost LENGTH bytes of VALUE; needs no operand_stored after it. */
static inline void operand_put_number(struct vcpu *cpu, const struct operand *operand,
                                      uint32_t length, uint128_t value)
{
    uint8_t bytes[NUMBER_BYTES];
    uint8_t *to = operand->host[0];

    if (unlikely(operand->first < length || operand->watched)) {
        store_be128(bytes, value);
        operand_write(cpu, operand, 0, bytes + NUMBER_BYTES - length, length);
    } else if (length >= 8) {
        store_be64(to, (uint64_t)(value >> 8 * (length - 8)));
        store_be64(to + length - 8, (uint64_t)value);
    } else if (length >= 4) {
        store_be32(to, (uint32_t)(value >> 8 * (length - 4)));
        store_be32(to + length - 4, (uint32_t)value);
    } else if (length >= 2) {
        store_be16(to, (uint16_t)(value >> 8 * (length - 2)));
        store_be16(to + length - 2, (uint16_t)value);
    } else {
        *to = (uint8_t)value;
    }
}

/* How much of LENGTH bytes at ADDRESS lies on the page of ADDRESS. */
static inline uint32_t page_part(uint64_t address, uint64_t length)
{
    uint32_t rest = access_page_rest(address);

    return length < rest ? (uint32_t)length : rest;
}

/* Bytes on the page of ADDRESS up to the one there. */
static inline uint32_t page_part_reverse(uint64_t address)
{
    return (uint32_t)(address & ~STORAGE_PAGE_MASK) + 1;
}

/* As page_part in whole characters of UNIT bytes; a character that crosses the page stands
   for itself. LENGTH is a multiple of UNIT, a power of two. */
static inline uint32_t page_part_units(uint64_t address, uint64_t length, uint32_t unit)
{
    uint32_t part = page_part(address, length) & ~(unit - 1);

    return part || !length ? part : unit;
}

/* Moves N bytes as if one at a time from left to right, each stored before the next is
   fetched: what the PoP says of operands that overlap. */
void storage_move_left_to_right(uint8_t *to, const uint8_t *from, size_t n);

/* The whole of operand FROM to TO, of the same length, in the same way. */
void operand_move(const struct operand *to, const struct operand *from);

/* An operand whose address is in register R and whose length is in register R + 1. */
struct string_operand {
    struct address_space *space;
    uint64_t address;
    uint64_t length;
    unsigned r;
};

static inline struct string_operand string_operand_get(struct vcpu *cpu, unsigned r)
{
    return (struct string_operand){
        .space = operand_space(cpu, r),
        .address = gr_address(cpu, r),
        .length = gr_length(cpu, r + 1),
        .r = r,
    };
}

/* Puts address and length back into the registers. */
static inline void string_operand_put(struct vcpu *cpu, const struct string_operand *operand)
{
    gr_address_set(cpu, operand->r, operand->address);
    gr_length_set(cpu, operand->r + 1, operand->length);
}

/* The same with a length of 24 bits (MOVE LONG, COMPARE LOGICAL LONG): what stands to the left
   of it in the register stays. */
#define LENGTH24 UINT32_C(0xffffff)

static inline void string_operand24_put(struct vcpu *cpu, const struct string_operand *operand)
{
    uint64_t left = gr64(cpu, operand->r + 1) & ~(uint64_t)LENGTH24;

    gr_address_set(cpu, operand->r, operand->address);
    gr64_set(cpu, operand->r + 1, left | operand->length);
}

static inline void string_operand_advance(const struct vcpu *cpu, struct string_operand *operand,
                                          uint32_t n)
{
    operand->address = address_wrap(cpu, operand->address + n);
    operand->length -= n;
}

/* Puts the address of a result into general register R as TRANSLATE AND TEST and EDIT AND MARK
   do: in the 24-bit mode bits 0-39 stay, in the 31-bit mode bits 0-31. */
static inline void result_address_set(struct vcpu *cpu, unsigned r, uint64_t address)
{
    uint64_t kept = cpu->address_mask == UINT64_C(0xffffff) ? UINT64_C(0xff000000) : 0;

    if (cpu->address_mask != UINT64_MAX)
        kept |= UINT64_C(0xffffffff00000000);
    gr64_set(cpu, r, (gr64(cpu, r) & kept) | address);
}

#endif
