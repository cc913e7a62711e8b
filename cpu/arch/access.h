/*
 * Operands in storage, as instructions reach them: translated, key- and
 * low-address-protected, with PER and decoded code told of stores.
 *
 * ADDRESS is a logical address already wrapped to the addressing mode. SPACE is where it
 * lies: operand_space(cpu, base register) for ordinary operands, or one of the contexts of
 * address_space.h. A fetch or store of 2, 4 or 8 bytes is one access; it is atomic as other
 * CPUs see it where it is aligned.
 *
 * A failing access raises its program interruption and does not return; nothing has been
 * stored by then. All functions are for the CPU's own thread.
 */
#ifndef ZITHER_CPU_ARCH_ACCESS_H
#define ZITHER_CPU_ARCH_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/arch/address_space.h"
#include "cpu/arch/vcpu.h"
#include "src/base/be.h"

enum access_type {
    ACCESS_FETCH = 0,
    ACCESS_STORE = 1,
    ACCESS_INSTRUCTION = 2, /* instruction fetch */
};

/* In the access-register mode: the space that access register B designates (see
   access_register.h), with the PSW key. */
struct address_space *access_register_space(struct vcpu *cpu, unsigned b);

/* The space of an operand whose base register (or address register) is B. */
static ALWAYS_INLINE struct address_space *operand_space(struct vcpu *cpu, unsigned b)
{
    return likely(!cpu->access_register_mode) ? cpu->space : access_register_space(cpu, b);
}

/* The slow ways: misses, page crossings, protected and watched pages. */
uint64_t access_fetch_slow(struct vcpu *cpu, struct address_space *space, uint64_t address,
                           unsigned length);
void access_store_slow(struct vcpu *cpu, struct address_space *space, uint64_t address,
                       unsigned length, uint64_t value);
uint128_t access_fetch128_slow(struct vcpu *cpu, struct address_space *space, uint64_t address);
void access_store128_slow(struct vcpu *cpu, struct address_space *space, uint64_t address,
                          uint128_t value);

static ALWAYS_INLINE void *tlb_lookup(struct tlb_entry *entries, uint64_t address, unsigned length)
{
    struct tlb_entry *entry = &entries[(address >> STORAGE_PAGE_SHIFT) & (TLB_ENTRIES - 1)];

    /* The last byte's page: an operand that crosses the page cannot match, since the entry
       of its first page never holds the tag of the next. */
    if (likely(entry->tag == ((address + length - 1) & STORAGE_PAGE_MASK)))
        return (void *)(entry->host + (address & ~STORAGE_PAGE_MASK));
    return 0;
}

/* The same for a store that low-address protection permits on pages 0 and 1. */
static ALWAYS_INLINE void *low_store_lookup(struct address_space *space, uint64_t address,
                                            unsigned length)
{
    struct tlb_entry *entry;

    if (address >= 2 * STORAGE_PAGE_SIZE || !(address & 0xe00))
        return 0;
    entry = &space->low_store[address >> STORAGE_PAGE_SHIFT];
    if (entry->tag != ((address + length - 1) & STORAGE_PAGE_MASK))
        return 0;
    return (void *)(entry->host + (address & ~STORAGE_PAGE_MASK));
}

static ALWAYS_INLINE uint8_t load_be8(const void *p)
{
    return *(const uint8_t *)p;
}

static ALWAYS_INLINE void store_be8(void *p, uint8_t v)
{
    *(uint8_t *)p = v;
}

/* access_fetch8 to access_fetch64 and access_store8 to access_store64. */
#define ACCESS_WIDTH(bits)                                                                         \
    static ALWAYS_INLINE uint##bits##_t access_fetch##bits(                                        \
        struct vcpu *cpu, struct address_space *space, uint64_t address)                           \
    {                                                                                              \
        const void *p = tlb_lookup(space->fetch, address, (bits) / 8);                             \
                                                                                                   \
        return likely(p) ? load_be##bits(p)                                                        \
                         : (uint##bits##_t)access_fetch_slow(cpu, space, address, (bits) / 8);     \
    }                                                                                              \
                                                                                                   \
    static ALWAYS_INLINE void access_store##bits(struct vcpu *cpu, struct address_space *space,    \
                                                 uint64_t address, uint##bits##_t value)           \
    {                                                                                              \
        void *p = tlb_lookup(space->store, address, (bits) / 8);                                   \
                                                                                                   \
        if (likely(p))                                                                             \
            store_be##bits(p, value);                                                              \
        else                                                                                       \
            access_store_slow(cpu, space, address, (bits) / 8, value);                             \
    }

ACCESS_WIDTH(8)
ACCESS_WIDTH(16)
ACCESS_WIDTH(32)
ACCESS_WIDTH(64)
#undef ACCESS_WIDTH

static ALWAYS_INLINE uint128_t load_be128(const void *p)
{
    return (uint128_t)load_be64(p) << 64 | load_be64((const uint8_t *)p + 8);
}

static ALWAYS_INLINE void store_be128(void *p, uint128_t v)
{
    store_be64(p, (uint64_t)(v >> 64));
    store_be64((uint8_t *)p + 8, (uint64_t)v);
}

/* The operand of a vector register: two accesses of 8 bytes each. */
static ALWAYS_INLINE uint128_t access_fetch128(struct vcpu *cpu, struct address_space *space,
                                               uint64_t address)
{
    const void *p = tlb_lookup(space->fetch, address, 16);

    return likely(p) ? load_be128(p) : access_fetch128_slow(cpu, space, address);
}

static ALWAYS_INLINE void access_store128(struct vcpu *cpu, struct address_space *space,
                                          uint64_t address, uint128_t value)
{
    void *p = tlb_lookup(space->store, address, 16);

    if (likely(p))
        store_be128(p, value);
    else
        access_store128_slow(cpu, space, address, value);
}

/*
 * A longer operand, checked whole before any of it is touched: up to two pages (1 to 4096
 * bytes). After access_prepare neither get nor put can fail.
 */
struct operand {
    uint8_t *host[2]; /* of the first byte, and of the first byte on the second page */
    uint32_t first;   /* bytes on the first page */
    uint32_t length;
    bool watched; /* stores must be told to the decoded code */
};

void access_prepare(struct vcpu *cpu, struct operand *operand, struct address_space *space,
                    uint64_t address, uint32_t length, enum access_type type);

static inline uint8_t *operand_byte(const struct operand *operand, uint32_t i)
{
    return i < operand->first ? operand->host[0] + i : operand->host[1] + (i - operand->first);
}

static inline uint8_t operand_get8(const struct operand *operand, uint32_t i)
{
    return *operand_byte(operand, i);
}

/* After the last operand_put8 on an operand prepared for stores call operand_stored. */
static inline void operand_put8(const struct operand *operand, uint32_t i, uint8_t value)
{
    *operand_byte(operand, i) = value;
}

/* N bytes from the OFFSET-th on. operand_write needs no operand_stored after it. */
void operand_read(const struct operand *operand, uint32_t offset, void *to, uint32_t n);
void operand_write(struct vcpu *cpu, const struct operand *operand, uint32_t offset,
                   const void *from, uint32_t n);
void operand_stored(struct vcpu *cpu, const struct operand *operand);

/*
 * The host address of LENGTH bytes that lie within one page (an aligned 1, 2, 4, 8 or 16),
 * for interlocked updates. The caller has checked the alignment. After storing through it
 * call access_stored.
 */
uint8_t *access_pointer(struct vcpu *cpu, struct address_space *space, uint64_t address,
                        unsigned length, enum access_type type);
void access_stored(struct vcpu *cpu, const uint8_t *host, unsigned length);

/* The host address of ADDRESS for instruction fetch in the current fetch space. */
uint8_t *access_instruction_page(struct vcpu *cpu, uint64_t address);

/* Bytes left on the page of ADDRESS: 1 to 4096. Those at 0-2047 count as a page of their own,
   since fetch-protection override (PoP chapter 3) ends there. */
static inline uint32_t access_page_rest(uint64_t address)
{
    uint32_t size = address < 2048 ? 2048 : STORAGE_PAGE_SIZE;

    return size - (uint32_t)(address & ~STORAGE_PAGE_MASK);
}

/* Says that the assigned storage locations were stored into; they may hold code too. */
struct lowcore;
void access_lowcore_stored(struct vcpu *cpu, const struct lowcore *lowcore);

/*
 * Absolute and real storage beside the operand path: DAT tables, lowcore, control blocks.
 * No protection applies. An address that is not configured raises an addressing exception.
 */
uint64_t access_absolute_fetch64(struct vcpu *cpu, abs_addr address);
uint32_t access_absolute_fetch32(struct vcpu *cpu, abs_addr address);
void access_absolute_store64(struct vcpu *cpu, abs_addr address, uint64_t value);
void access_absolute_store32(struct vcpu *cpu, abs_addr address, uint32_t value);

#endif
