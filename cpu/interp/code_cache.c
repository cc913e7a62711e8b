/* Decoding blocks and keeping them: see code_cache.h. */
#include "cpu/interp/code_cache.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "cpu/arch/configuration.h"
#include "cpu/arch/purge.h"
#include "cpu/isa/check.h"

/* All blocks of a CPU. When the arena is full everything is decoded anew; a Linux boot
   fills about a tenth of it. */
#define ARENA_SIZE (UINT64_C(192) << 20)

struct code_cache {
    struct interp_handlers handlers;
    struct code_page **page; /* by absolute page number */
    size_t pages;
    uint8_t *arena;
    size_t used;
};

static void *reserve(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);

    return p == MAP_FAILED ? NULL : p;
}

struct code_cache *code_cache_create(const struct storage *storage,
                                     const struct interp_handlers *handlers)
{
    struct code_cache *cache = calloc(1, sizeof *cache);

    if (!cache)
        return NULL;
    cache->handlers = *handlers;
    cache->pages = (size_t)(storage->size >> STORAGE_PAGE_SHIFT);
    cache->page = reserve(cache->pages * sizeof *cache->page);
    cache->arena = reserve(ARENA_SIZE);
    if (!cache->page || !cache->arena) {
        code_cache_destroy(cache);
        return NULL;
    }
    return cache;
}

void code_cache_destroy(struct code_cache *cache)
{
    if (!cache)
        return;
    if (cache->page)
        munmap(cache->page, cache->pages * sizeof *cache->page);
    if (cache->arena)
        munmap(cache->arena, ARENA_SIZE);
    free(cache);
}

/* Forgets all blocks; the pages themselves stay, empty, since TLB entries point to them. */
static void start_anew(struct vcpu *cpu, struct code_cache *cache)
{
    memset(cache->page, 0, cache->pages * sizeof *cache->page);
    cache->used = 0;
    address_space_purge_all(cpu);
}

static void *allocate(struct code_cache *cache, size_t size)
{
    uint8_t *p = cache->arena + cache->used;

    cache->used += (size + 15) & ~(size_t)15;
    return p;
}

static uint32_t generation_of(const struct vcpu *cpu, uint64_t absolute)
{
    return atomic_load_explicit(&cpu->storage->code_generation[absolute >> STORAGE_PAGE_SHIFT],
                                memory_order_acquire);
}

void code_cache_refresh(struct vcpu *cpu, struct code_page *page)
{
    cpu->counters.code_changes++;
    memset(page->block, 0, sizeof page->block);
    page->generation = generation_of(cpu, page->absolute);
}

struct code_page *code_cache_page(struct vcpu *cpu, struct code_cache *cache, uint64_t absolute)
{
    struct code_page *page = cache->page[absolute >> STORAGE_PAGE_SHIFT];

    if (!page) {
        if (cache->used + sizeof *page + sizeof(struct insn) * (BLOCK_MAX + 2) > ARENA_SIZE)
            start_anew(cpu, cache);
        page = allocate(cache, sizeof *page);
        memset(page, 0, sizeof *page);
        page->absolute = absolute;
        page->current_generation = &cpu->storage->code_generation[absolute >> STORAGE_PAGE_SHIFT];
        page->generation = generation_of(cpu, absolute);
        cache->page[absolute >> STORAGE_PAGE_SHIFT] = page;
    } else if (page->generation != generation_of(cpu, absolute)) {
        code_cache_refresh(cpu, page);
    }
    return page;
}

/* From now on stores to the page must come by the slow way. The flag is set before any
   byte is read, and no CPU keeps a fast way behind it. */
static void watch_page(struct vcpu *cpu, uint64_t absolute)
{
    _Atomic uint8_t *flags = &cpu->storage->flags[absolute >> STORAGE_PAGE_SHIFT];

    if (atomic_load(flags) & STORAGE_PAGE_HAS_CODE)
        return;
    atomic_fetch_or(flags, STORAGE_PAGE_HAS_CODE);
    purge_everywhere(cpu, PURGE_STORES, absolute);
}

/* Branches that are always taken: nothing behind them belongs to the block. */
static bool always_branches(const struct insn_row *row, const struct insn *insn)
{
    switch (row->opcode) {
    case 0x0700: /* BCR */
    case 0x4700: /* BC */
    case 0xa704: /* BRC */
    case 0xc004: /* BRCL */
        return insn->m1 == 15;
    case 0xa705: /* BRAS */
    case 0xc005: /* BRASL */
    case 0x4d00: /* BAS */
        return true;
    default:
        return false;
    }
}

/* Chooses the handler of a decoded instruction; true where the block ends with it. */
static bool choose_handler(struct vcpu *cpu, const struct interp_handlers *handlers,
                           struct insn *insn, const struct insn_row *row)
{
    bool branch = row && row->flags & INSN_BRANCH;
    bool ends = row && row->flags & INSN_ENDS_BLOCK && !branch;

    switch (insn_check_when(cpu, insn, row)) {
    case INSN_CHECK_REFUSED:
        insn->handler = handlers->refuse;
        return true;
    case INSN_CHECK_EACH_TIME:
        insn->handler = ends ? handlers->check_end : handlers->check;
        return ends;
    default:
        break;
    }
    insn->handler = handlers->row[insn->row];
    if (!insn->handler)
        insn->handler = ends ? handlers->call_end : handlers->call;
    return ends || (branch && always_branches(row, insn));
}

struct block *code_cache_decode(struct vcpu *cpu, struct code_cache *cache, struct code_page **page,
                                unsigned offset)
{
    struct insn insns[BLOCK_MAX + 1];
    unsigned count = 0, start = offset;
    const uint8_t *text = cpu->storage->host + (*page)->absolute;
    uint8_t before[BLOCK_MAX * 6];
    struct block *block;
    bool ends = false;
    size_t size;

    cpu->counters.blocks++;
    watch_page(cpu, (*page)->absolute);
    memcpy(before, text + start, code_snapshot_length(start, sizeof before));
    while (!ends && count < BLOCK_MAX && offset < STORAGE_PAGE_SIZE) {
        struct insn *insn = &insns[count];
        unsigned length = insn_length(text[offset]);
        uint8_t bytes[6] = {0};
        const struct insn_row *row;

        if (offset + length > STORAGE_PAGE_SIZE) {
            *insn = (struct insn){.handler = cache->handlers.crossing};
            ends = true;
        } else {
            memcpy(bytes, text + offset, length);
            row = insn_decode(insn, bytes);
            ends = choose_handler(cpu, &cache->handlers, insn, row);
        }
        insn->page_offset = (uint16_t)offset;
        insn->ordinal = (uint8_t)count++;
        offset += length;
    }
    insns[count] = (struct insn){.handler = cache->handlers.fall_through,
                                 .page_offset = (uint16_t)offset,
                                 .ordinal = (uint8_t)count};
    storage_code_decoded(cpu->storage, (abs_addr){(*page)->absolute + start},
                         (offset < STORAGE_PAGE_SIZE ? offset : STORAGE_PAGE_SIZE) - start);
    size = sizeof *block + (count + 1) * sizeof insns[0];
    if (cache->used + size > ARENA_SIZE) {
        uint64_t absolute = (*page)->absolute;

        start_anew(cpu, cache);
        *page = code_cache_page(cpu, cache, absolute);
    }
    block = allocate(cache, size);
    block->count = count;
    memcpy(block->insns, insns, (count + 1) * sizeof insns[0]);
    (*page)->block[start / 2] = block;
    storage_code_recheck(cpu->storage, (abs_addr){(*page)->absolute + start}, before,
                         code_snapshot_length(start, sizeof before));
    return block;
}
