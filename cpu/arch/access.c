/*
 * The way to an operand that the TLB does not know: translation, low-address, DAT and
 * key-controlled protection, reference and change recording, and filling the TLB.
 */
#include "cpu/arch/access.h"

#include <string.h>

#include "cpu/arch/configuration.h"
#include "cpu/arch/control.h"
#include "cpu/arch/dat.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/per.h"
#include "cpu/arch/prefix.h"
#include "cpu/arch/protection.h"

/* The page that holds an address, as far as one access type is concerned. */
struct page {
    uint8_t *host;
    uint8_t key;    /* storage key, or what a table entry gives instead */
    bool cacheable; /* every later access of this type to the page would go the same way */
    bool has_code;
};

static bool low_address_protected(const struct address_space *space)
{
    return space->mode & SPACE_LOW_ADDRESS_PROTECTION;
}

static void check_key(struct vcpu *cpu, const struct address_space *space, uint64_t address,
                      enum access_type type, struct page *page)
{
    if (protection_key_permits(page->key, space->mode & SPACE_KEY, type == ACCESS_STORE))
        return;
    if (space->mode & SPACE_STORAGE_OVERRIDE && (page->key & STORAGE_KEY_ACC) == 0x90)
        return;
    if (type != ACCESS_STORE && space->mode & SPACE_FETCH_OVERRIDE && address < 2048) {
        page->cacheable = false;
        return;
    }
    protection_raise(cpu, space, address, PROTECTION_KEY, type);
}

static struct segment_entry *segment_of(struct address_space *space, uint64_t address)
{
    return &space->segments[address >> 20 & (SEGMENT_ENTRIES - 1)];
}

/* Keeps what led T to its page table or large frame. */
static void remember_segment(struct vcpu *cpu, struct address_space *space, uint64_t address,
                             const struct translation *t)
{
    struct segment_entry *entry = segment_of(space, address);
    uint64_t table = t->entry_address.value & SEGMENT_ADDRESS;

    /* A real-space designation has no tables; an access-control field would need a place. */
    if (t->level == DAT_REAL_SPACE || t->acc_valid)
        return;
    if (t->level != DAT_PAGE)
        entry->base = (t->real.value & ~UINT64_C(0xfffff)) | SEGMENT_LARGE |
                      (t->protected ? SEGMENT_PROTECTED : 0) |
                      (t->no_execute ? SEGMENT_NO_EXECUTE : 0);
    else if (storage_contains(cpu->storage, (abs_addr){table}, 0x800))
        entry->base = table | (t->protected_above ? SEGMENT_PROTECTED : 0);
    else
        return;
    entry->tag = address >> 20;
    space->segments_used = true;
    cpu->directory.filled |= space->bit;
}

/* The absolute address by what is remembered of the tables; false where that does not do, for
   whatever reason. */
static ALWAYS_INLINE bool translate_quickly(struct vcpu *cpu, struct address_space *space,
                                            uint64_t address, enum access_type type,
                                            abs_addr *absolute)
{
    const struct segment_entry *segment = segment_of(space, address);
    uint64_t entry;

    if (!(space->mode & SPACE_DAT)) {
        *absolute = prefix_apply(cpu, (real_addr){address});
        return true;
    }
    if (segment->tag != address >> 20 ||
        (type == ACCESS_STORE && (segment->base & SEGMENT_PROTECTED)) ||
        (type == ACCESS_INSTRUCTION && (segment->base & SEGMENT_NO_EXECUTE)))
        return false;
    if (segment->base & SEGMENT_LARGE) {
        absolute->value = (segment->base & ~UINT64_C(0xfffff)) | (address & 0xfffff);
        return true;
    }
    address_space_page_table(space, segment->base);
    entry =
        load_be64(cpu->storage->host + (segment->base & SEGMENT_ADDRESS) + (address >> 9 & 0x7f8));
    if (entry & (PTE_INVALID | PTE_MUST_BE_ZERO) ||
        (type == ACCESS_STORE && (entry & PTE_PROTECTION)) ||
        (type == ACCESS_INSTRUCTION && (entry & PTE_IEP)))
        return false;
    *absolute = prefix_apply(cpu, (real_addr){(entry & PTE_FRAME) | (address & ~PTE_FRAME)});
    return true;
}

/* The same as resolve in the usual cases; false, having done nothing, in others. */
static ALWAYS_INLINE bool resolve_quickly(struct vcpu *cpu, struct address_space *space,
                                          uint64_t address, enum access_type type,
                                          struct page *page)
{
    const uint32_t unusual_for_store = SPACE_FETCH_ONLY | SPACE_LOW_ADDRESS_PROTECTION;
    abs_addr absolute;

    if (type == ACCESS_STORE && space->mode & unusual_for_store &&
        (space->mode & SPACE_FETCH_ONLY || address < 2 * STORAGE_PAGE_SIZE))
        return false;
    if (!translate_quickly(cpu, space, address, type, &absolute) ||
        !storage_contains(cpu->storage, absolute, 1))
        return false;
    page->key = atomic_load_explicit(storage_key_at(cpu->storage, absolute), memory_order_relaxed);
    if (!protection_key_permits(page->key, space->mode & SPACE_KEY, type == ACCESS_STORE))
        return false;
    storage_key_record(cpu->storage, absolute, type == ACCESS_STORE);
    page->cacheable = true;
    page->has_code = atomic_load(&cpu->storage->flags[absolute.value >> STORAGE_PAGE_SHIFT]) &
                     STORAGE_PAGE_HAS_CODE;
    page->host = storage_host(cpu->storage, absolute);
    return true;
}

static NEVER_INLINE struct page resolve(struct vcpu *cpu, struct address_space *space,
                                        uint64_t address, enum access_type type)
{
    struct page page = {.cacheable = true};
    struct translation t = {.real = {address}};
    abs_addr absolute;

    if (type == ACCESS_STORE && low_address_protected(space)) {
        if (protection_low_address(address))
            protection_raise(cpu, space, address, PROTECTION_LOW_ADDRESS, type);
        page.cacheable = address >= 2 * STORAGE_PAGE_SIZE;
    }
    if (space->mode & SPACE_DAT) {
        t = dat_translate(cpu, space->asce, address);
        if (t.exception)
            protection_raise_translation(cpu, space, address, t.exception, type);
        remember_segment(cpu, space, address, &t);
        if (t.level == DAT_PAGE)
            address_space_page_table(space, t.entry_address.value);
        if (type == ACCESS_STORE && space->mode & SPACE_FETCH_ONLY)
            protection_raise(cpu, space, address, PROTECTION_ACCESS_LIST, type);
        if (type == ACCESS_STORE && t.protected)
            protection_raise(cpu, space, address, PROTECTION_DAT, type);
        if (type == ACCESS_INSTRUCTION && t.no_execute)
            protection_raise(cpu, space, address, PROTECTION_NO_EXECUTE, type);
    }
    absolute = translation_absolute(cpu, &t);
    if (!storage_contains(cpu->storage, absolute, 1))
        program_interruption(cpu, PGM_ADDRESSING);
    page.key = t.acc_valid ? t.acc : atomic_load(storage_key_at(cpu->storage, absolute));
    check_key(cpu, space, address, type, &page);
    storage_key_record(cpu->storage, absolute, type == ACCESS_STORE);
    page.has_code = atomic_load(&cpu->storage->flags[absolute.value >> STORAGE_PAGE_SHIFT]) &
                    STORAGE_PAGE_HAS_CODE;
    page.host = storage_host(cpu->storage, absolute);
    return page;
}

static void fill(struct tlb_entry *entries, unsigned i, uint64_t address, const uint8_t *host)
{
    entries[i].tag = address & STORAGE_PAGE_MASK;
    entries[i].host = (uintptr_t)host & STORAGE_PAGE_MASK;
}

static void fill_fetch(struct vcpu *cpu, struct address_space *space, uint64_t address,
                       const struct page *page)
{
    unsigned i = (address >> STORAGE_PAGE_SHIFT) & (TLB_ENTRIES - 1);

    fill(space->fetch, i, address, page->host);
    space->fetch_groups |= UINT32_C(1) << i / TLB_GROUP;
    cpu->directory.filled |= space->bit;
    page_filter_add(&cpu->directory.fetches, (uint64_t)(page->host - cpu->storage->host));
}

static void fill_store(struct vcpu *cpu, struct address_space *space, uint64_t address,
                       const struct page *page)
{
    unsigned i = (address >> STORAGE_PAGE_SHIFT) & (TLB_ENTRIES - 1);

    if (page->cacheable) {
        fill(space->store, i, address, page->host);
        space->store_groups |= UINT32_C(1) << i / TLB_GROUP;
    } else if (low_address_protected(space) && address < 2 * STORAGE_PAGE_SIZE) {
        fill(space->low_store, i, address, page->host);
    }
    cpu->directory.filled |= space->bit;
    page_filter_add(&cpu->directory.stores, (uint64_t)(page->host - cpu->storage->host));
}

static struct page resolve_and_fill(struct vcpu *cpu, struct address_space *space, uint64_t address,
                                    enum access_type type)
{
    struct page page;

    if (!resolve_quickly(cpu, space, address, type, &page))
        page = resolve(cpu, space, address, type);
    cpu->counters.tlb_misses++;
    if (type == ACCESS_FETCH && page.cacheable)
        fill_fetch(cpu, space, address, &page);
    if (type == ACCESS_STORE && !page.has_code && !(space->mode & SPACE_PER_STORE))
        fill_store(cpu, space, address, &page);
    return page;
}

void access_stored(struct vcpu *cpu, const uint8_t *host, unsigned length)
{
    abs_addr address = {(uint64_t)(host - cpu->storage->host)};
    uint64_t page = address.value >> STORAGE_PAGE_SHIFT;

    if (unlikely(atomic_load(&cpu->storage->flags[page]) & STORAGE_PAGE_HAS_CODE) && length) {
        storage_code_changed(cpu->storage, address, length);
        if (cpu->code_stored)
            cpu->code_stored(cpu, address, length);
    }
}

void access_prepare(struct vcpu *cpu, struct operand *operand, struct address_space *space,
                    uint64_t address, uint32_t length, enum access_type type)
{
    struct tlb_entry *entries = type == ACCESS_STORE ? space->store : space->fetch;
    uint32_t rest = access_page_rest(address);
    struct page page;

    operand->length = length;
    operand->first = length < rest ? length : rest;
    operand->watched = false;
    operand->host[1] = NULL;
    operand->host[0] = tlb_lookup(entries, address, 1);
    if (type == ACCESS_STORE && !operand->host[0])
        operand->host[0] = low_store_lookup(space, address, operand->first);
    if (unlikely(!operand->host[0])) {
        page = resolve_and_fill(cpu, space, address, type);
        operand->host[0] = page.host;
        operand->watched = page.has_code;
    }
    if (unlikely(length > rest)) {
        uint64_t second = address_wrap(cpu, address + rest);

        operand->host[1] = tlb_lookup(entries, second, 1);
        if (!operand->host[1]) {
            page = resolve_and_fill(cpu, space, second, type);
            operand->host[1] = page.host;
            operand->watched |= page.has_code;
        }
    }
    if (unlikely(type == ACCESS_STORE && space->mode & SPACE_PER_STORE))
        per_storage_alteration(cpu, space, address, length);
}

void operand_stored(struct vcpu *cpu, const struct operand *operand)
{
    if (likely(!operand->watched))
        return;
    access_stored(cpu, operand->host[0], operand->first);
    if (operand->length > operand->first)
        access_stored(cpu, operand->host[1], operand->length - operand->first);
}

void operand_read(const struct operand *operand, uint32_t offset, void *to, uint32_t n)
{
    uint32_t here = offset < operand->first ? operand->first - offset : 0;

    if (likely(n <= here)) {
        memcpy(to, operand->host[0] + offset, n);
        return;
    }
    if (here)
        memcpy(to, operand->host[0] + offset, here);
    memcpy((uint8_t *)to + here, operand_byte(operand, offset + here), n - here);
}

void operand_write(struct vcpu *cpu, const struct operand *operand, uint32_t offset,
                   const void *from, uint32_t n)
{
    uint32_t here = offset < operand->first ? operand->first - offset : 0;

    if (likely(n <= here)) {
        memcpy(operand->host[0] + offset, from, n);
    } else {
        if (here)
            memcpy(operand->host[0] + offset, from, here);
        memcpy(operand_byte(operand, offset + here), (const uint8_t *)from + here, n - here);
    }
    operand_stored(cpu, operand);
}

uint8_t *access_pointer(struct vcpu *cpu, struct address_space *space, uint64_t address,
                        unsigned length, enum access_type type)
{
    struct operand operand;

    access_prepare(cpu, &operand, space, address, length, type);
    return operand.host[0];
}

/* An operand of 2, 4 or 8 bytes on one page is one access as other CPUs see it. */
static uint64_t get_value(const uint8_t *host, unsigned length)
{
    switch (length) {
    case 1:
        return *host;
    case 2:
        return load_be16(host);
    case 4:
        return load_be32(host);
    default:
        return load_be64(host);
    }
}

static void put_value(uint8_t *host, unsigned length, uint64_t value)
{
    switch (length) {
    case 1:
        *host = (uint8_t)value;
        break;
    case 2:
        store_be16(host, (uint16_t)value);
        break;
    case 4:
        store_be32(host, (uint32_t)value);
        break;
    default:
        store_be64(host, value);
        break;
    }
}

uint64_t access_fetch_slow(struct vcpu *cpu, struct address_space *space, uint64_t address,
                           unsigned length)
{
    struct operand operand;
    uint64_t value = 0;

    access_prepare(cpu, &operand, space, address, length, ACCESS_FETCH);
    if (operand.first == length)
        return get_value(operand.host[0], length);
    for (uint32_t i = 0; i < length; i++)
        value = value << 8 | operand_get8(&operand, i);
    return value;
}

void access_store_slow(struct vcpu *cpu, struct address_space *space, uint64_t address,
                       unsigned length, uint64_t value)
{
    uint8_t *low = low_store_lookup(space, address, length);
    struct operand operand;

    if (low) {
        put_value(low, length, value);
        return;
    }
    access_prepare(cpu, &operand, space, address, length, ACCESS_STORE);
    if (operand.first == length)
        put_value(operand.host[0], length, value);
    else
        for (uint32_t i = 0; i < length; i++)
            operand_put8(&operand, i, (uint8_t)(value >> 8 * (length - 1 - i)));
    operand_stored(cpu, &operand);
}

uint128_t access_fetch128_slow(struct vcpu *cpu, struct address_space *space, uint64_t address)
{
    struct operand operand;
    uint8_t bytes[16];

    access_prepare(cpu, &operand, space, address, 16, ACCESS_FETCH);
    if (operand.first == 16)
        return load_be128(operand.host[0]);
    operand_read(&operand, 0, bytes, 16);
    return load_be128(bytes);
}

void access_store128_slow(struct vcpu *cpu, struct address_space *space, uint64_t address,
                          uint128_t value)
{
    struct operand operand;
    uint8_t bytes[16];

    access_prepare(cpu, &operand, space, address, 16, ACCESS_STORE);
    if (operand.first == 16) {
        store_be128(operand.host[0], value);
        operand_stored(cpu, &operand);
        return;
    }
    store_be128(bytes, value);
    operand_write(cpu, &operand, 0, bytes, 16);
}

void access_lowcore_stored(struct vcpu *cpu, const struct lowcore *lowcore)
{
    /* Old PSWs and codes lie in the first 512 bytes, the save areas on the second page. */
    access_stored(cpu, (const uint8_t *)lowcore, 512);
}

/* Also used by instruction fetch, which keeps its own look-aside. */
uint8_t *access_instruction_page(struct vcpu *cpu, uint64_t address)
{
    struct page page;

    if (!resolve_quickly(cpu, cpu->space_fetch, address, ACCESS_INSTRUCTION, &page))
        page = resolve(cpu, cpu->space_fetch, address, ACCESS_INSTRUCTION);
    return page.host;
}

static uint8_t *absolute_host(struct vcpu *cpu, abs_addr address, unsigned length)
{
    if (unlikely(!storage_contains(cpu->storage, address, length)))
        program_interruption(cpu, PGM_ADDRESSING);
    return storage_host(cpu->storage, address);
}

uint64_t access_absolute_fetch64(struct vcpu *cpu, abs_addr address)
{
    return load_be64(absolute_host(cpu, address, 8));
}

uint32_t access_absolute_fetch32(struct vcpu *cpu, abs_addr address)
{
    return load_be32(absolute_host(cpu, address, 4));
}

void access_absolute_store64(struct vcpu *cpu, abs_addr address, uint64_t value)
{
    uint8_t *host = absolute_host(cpu, address, 8);

    storage_key_record(cpu->storage, address, true);
    store_be64(host, value);
    access_stored(cpu, host, 8);
}

void access_absolute_store32(struct vcpu *cpu, abs_addr address, uint32_t value)
{
    uint8_t *host = absolute_host(cpu, address, 4);

    storage_key_record(cpu->storage, address, true);
    store_be32(host, value);
    access_stored(cpu, host, 4);
}
