/*
 * Translated blocks of one CPU: found by absolute page, mode and offset, linked to each other,
 * and dropped when a byte that they were made of changes. Everything belongs to the CPU's
 * thread; other CPUs' and devices' stores are noticed by the page's generation (storage.h).
 *
 * A dropped block and its code stay where they are until the cache is emptied, since it may be
 * what is running; nothing leads to it any more.
 */
#ifndef ZITHER_CPU_JIT_BLOCK_CACHE_H
#define ZITHER_CPU_JIT_BLOCK_CACHE_H

#include "cpu/arch/vcpu.h"
#include "cpu/isa/insn.h"
#include "cpu/jit/cache/arena.h"
#include "cpu/jit/cache/code_memory.h"
#include "cpu/jit/host/host.h"
#include "cpu/jit/lift/lift.h"

#define BLOCK_TARGETS 4u /* of EXECUTE that a block may know */

/* Text that a block was made of besides its own: where its last instruction goes on, or what it
   executes. */
struct block_text {
    struct jit_page *page;
    struct jit_block *block;
    struct block_text *next; /* of the page, where that is not the block's own */
    uint16_t start, end;     /* bytes of the page */
};

#define BLOCK_TEXTS (BLOCK_TARGETS + 1)

struct jit_block {
    struct jit_block *next; /* of the same list of the page */
    const uint8_t *entry;   /* null: not translated */
    uint16_t start, end;    /* bytes of the page, and on into the second one */
    uint16_t runs;          /* executions before it was translated, */
    bool refused;           /* cannot be translated */
    uint8_t polls;          /* and how often it was entered after a poll */
    bool hot;               /* translated for its loops, */
    bool scattered;         /* whose operands are seldom where they were last */
    uint16_t count;
    bool dead;
    bool cut;          /* could have more if the next page had been known */
    uint8_t elsewhere; /* executions that found another page behind its own */
    uint8_t text_count;
    uint16_t exit_count;
    const uint8_t *guarded;
    struct jit_page *page, *second; /* the next one, where it has text too; or null */
    struct host_exit *entered;      /* exits of other blocks that lead here */
    struct host_exit *exits;
    struct block_text *texts;
    struct insn insns[]; /* and behind them the targets */
};

#define PAGE_ENTRIES (STORAGE_PAGE_SIZE / 2)
#define PAGE_LISTS   32u

/* Nothing in it but zeros until blocks come, so that it takes host storage only where it has
   some. */
struct jit_page {
    struct jit_page *next; /* the same page in another mode */
    struct jit_page *all;
    uint64_t absolute;
    uint32_t mode; /* of the context */
    uint32_t id;
    uint32_t generation;
    struct block_text *texts;             /* of blocks of other pages */
    struct jit_block *blocks[PAGE_LISTS]; /* translated or not, by where they start */
    uint32_t entry[PAGE_ENTRIES];         /* by halfword, from the start of the code memory;
                                             generated code jumps by this; 0: nowhere known */
};

struct block_cache {
    struct code_memory memory; /* starts with what is done where a page has no entry */
    struct arena page_arena, block_arena;
    const struct storage *storage;
    struct jit_page **page; /* by absolute page number */
    struct jit_page *pages;
    bool full; /* there was no room: to be emptied */
    uint32_t ids;
    uint32_t changes; /* of all pages with code, as far as they are taken account of */
};

int block_cache_create(struct block_cache *cache, const struct storage *storage,
                       struct error *error);
void block_cache_destroy(struct block_cache *cache);

/* The page at ABSOLUTE for MODE; made where there is none yet, null without memory. */
struct jit_page *block_cache_page(struct block_cache *cache, uint64_t absolute, uint32_t mode);

/* The block at OFFSET of PAGE, or null. */
static inline struct jit_block *block_cache_find(const struct jit_page *page, unsigned offset)
{
    struct jit_block *block = page->blocks[offset / 2 % PAGE_LISTS];

    while (block && block->start != offset)
        block = block->next;
    return block;
}

/* The pages that a block is decoded from: its own, and the next one by virtual addresses, or null
   where that is not known. */
struct block_pages {
    struct jit_page *page, *next;
};

/* Decodes the block at OFFSET for the CPU's present mode. Null without memory, or where its first
   instruction crosses to an unknown page. */
struct jit_block *block_cache_decode(struct vcpu *cpu, struct block_cache *cache,
                                     struct block_pages pages, unsigned offset);

/* More make code that seldom runs; measured in docs/PERFORMANCE.md. */
#define BLOCK_INSNS_MAX 64u

/* Puts BLOCK, not translated, into its page: used by block_cache_decode. */
void block_cache_add(struct vcpu *cpu, struct jit_block *block);

/* BLOCK now has code: exits to it may be linked, and its page knows its entry. */
void block_cache_translated(struct block_cache *cache, struct jit_block *block,
                            const struct host_result *result, struct host_exit *exits);

/* Makes EXIT lead to BLOCK. */
void block_cache_link(struct block_cache *cache, struct host_exit *exit, struct jit_block *block);

/* Forgets BLOCK; its code may be running. */
void block_cache_drop(struct block_cache *cache, struct jit_block *block);

/* Drops the blocks with a byte of LENGTH at ABSOLUTE, of one page; true where there was one.
   What remains of the page is watched again. */
bool block_cache_changed(struct vcpu *cpu, struct block_cache *cache, uint64_t absolute,
                         uint32_t length);

/* Changes of pages with code in all storage: storage.h. */
static inline uint32_t block_cache_changes(const struct block_cache *cache)
{
    return atomic_load_explicit(
        &cache->storage->code_generation[cache->storage->size >> STORAGE_PAGE_SHIFT],
        memory_order_acquire);
}

/* Others have changed pages with code since the last refresh. */
static inline bool block_cache_is_stale(const struct block_cache *cache)
{
    return cache->changes != block_cache_changes(cache);
}

/* Drops all blocks of pages whose generation is not the one they were decoded in. */
void block_cache_refresh(struct vcpu *cpu, struct block_cache *cache);

/* Forgets everything; nobody may be running code. */
void block_cache_empty(struct block_cache *cache);

#endif
