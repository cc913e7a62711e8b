/* Finding, linking and dropping translated blocks: see block_cache.h. */
#include "cpu/jit/block_cache.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "cpu/arch/purge.h"

/* Debian's boot and a compiler fill about a fifth of it. */
#define CODE_SIZE  (UINT64_C(128) << 20)
#define ARENA_SIZE (UINT64_C(128) << 20) /* blocks, and pages */

static size_t page_count(const struct block_cache *cache)
{
    return (size_t)(cache->storage->size >> STORAGE_PAGE_SHIFT);
}

int block_cache_create(struct block_cache *cache, const struct storage *storage,
                       struct error *error)
{
    int rc;

    *cache = (struct block_cache){.storage = storage};
    cache->page_arena.limit = cache->block_arena.limit = ARENA_SIZE;
    cache->changes = block_cache_changes(cache);
    cache->page = mmap(NULL, page_count(cache) * sizeof *cache->page, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (cache->page == MAP_FAILED) {
        cache->page = NULL;
        return error_set(error, -ENOMEM, "the host has no memory for a table of code pages");
    }
    rc = code_memory_create(&cache->memory, CODE_SIZE, error);
    if (rc < 0)
        block_cache_destroy(cache);
    return rc;
}

static void free_pages(struct block_cache *cache)
{
    for (struct jit_page *page = cache->pages; page; page = page->all)
        cache->page[page->absolute >> STORAGE_PAGE_SHIFT] = NULL;
    cache->pages = NULL;
    arena_empty(&cache->page_arena);
    arena_empty(&cache->block_arena);
}

void block_cache_empty(struct block_cache *cache)
{
    free_pages(cache);
    cache->ids = 0;
    code_memory_reset(&cache->memory);
    cache->full = false;
}

void block_cache_destroy(struct block_cache *cache)
{
    free_pages(cache);
    if (cache->page)
        munmap(cache->page, page_count(cache) * sizeof *cache->page);
    cache->page = NULL;
    code_memory_destroy(&cache->memory);
}

static uint32_t generation_of(const struct block_cache *cache, uint64_t absolute)
{
    return atomic_load_explicit(&cache->storage->code_generation[absolute >> STORAGE_PAGE_SHIFT],
                                memory_order_acquire);
}

struct jit_page *block_cache_page(struct block_cache *cache, uint64_t absolute, uint32_t mode)
{
    struct jit_page **first = &cache->page[absolute >> STORAGE_PAGE_SHIFT], *page;

    for (page = *first; page; page = page->next)
        if (page->mode == mode)
            return page;
    page = arena_new(&cache->page_arena, sizeof *page);
    if (!page) {
        cache->full = true;
        return NULL;
    }
    page->absolute = absolute;
    page->mode = mode;
    page->id = ++cache->ids;
    page->generation = generation_of(cache, absolute);
    page->next = *first;
    *first = page;
    page->all = cache->pages;
    cache->pages = page;
    return page;
}

static const uint8_t *entry_for(const struct host_exit *exit, const struct jit_block *block)
{
    bool same_page = exit->target >= 0 && exit->target < (int64_t)STORAGE_PAGE_SIZE;

    return same_page ? block->entry : block->guarded;
}

void block_cache_translated(struct block_cache *cache, struct jit_block *block,
                            const struct host_result *result, struct host_exit *exits)
{
    block->entry = result->entry;
    block->guarded = result->guarded;
    block->exits = exits;
    block->exit_count = (uint16_t)result->exit_count;
    block->page->entry[block->start / 2] = (uint32_t)(block->entry - cache->memory.run);
    /* Translated once more: nobody goes to the code before from now on. */
    for (struct host_exit *exit = block->entered; exit; exit = exit->next)
        code_memory_patch(&cache->memory, exit->site, entry_for(exit, block));
}

void block_cache_link(struct block_cache *cache, struct host_exit *exit, struct jit_block *block)
{
    if (exit->to || ((struct jit_block *)exit->from)->dead || block->dead)
        return;
    if (!code_memory_patch(&cache->memory, exit->site, entry_for(exit, block)))
        return;
    exit->to = block;
    exit->next = block->entered;
    block->entered = exit;
}

/* Takes the exit off the list of the block that it leads to. */
static void forget_link(struct host_exit *exit)
{
    struct jit_block *to = exit->to;
    struct host_exit **link;

    if (!to)
        return;
    for (link = &to->entered; *link; link = &(*link)->next)
        if (*link == exit) {
            *link = exit->next;
            break;
        }
    exit->to = NULL;
}

/* Takes TEXT off the list of its page. */
static void forget_text(struct block_text *text)
{
    struct block_text **link = &text->page->texts;

    if (text->page == text->block->page)
        return;
    while (*link != text)
        link = &(*link)->next;
    *link = text->next;
}

static void drop(struct block_cache *cache, struct jit_block *block)
{
    while (block->entered) {
        struct host_exit *exit = block->entered;

        block->entered = exit->next;
        exit->to = NULL;
        code_memory_patch(&cache->memory, exit->site, exit->unlinked);
    }
    for (unsigned i = 0; i < block->exit_count; i++)
        forget_link(&block->exits[i]);
    for (unsigned i = 0; i < block->text_count; i++)
        forget_text(&block->texts[i]);
    block->page->entry[block->start / 2] = 0;
    block->dead = true;
}

static struct jit_block **list_of(const struct jit_block *block)
{
    return &block->page->blocks[block->start / 2 % PAGE_LISTS];
}

void block_cache_drop(struct block_cache *cache, struct jit_block *block)
{
    struct jit_block **link = list_of(block);

    while (*link != block)
        link = &(*link)->next;
    *link = block->next;
    drop(cache, block);
}

/* True where a byte from FIRST to before END of its page is text of BLOCK. */
static bool is_made_of(const struct jit_block *block, unsigned first, unsigned end)
{
    if (block->start < end && block->end > first)
        return true;
    for (unsigned i = 0; i < block->text_count; i++)
        if (block->texts[i].page == block->page && block->texts[i].start < end &&
            block->texts[i].end > first)
            return true;
    return false;
}

/* Drops those of the list LINK with a byte from FIRST to before END. */
static bool drop_listed(struct block_cache *cache, struct jit_block **link, unsigned first,
                        unsigned end)
{
    bool any = false;

    while (*link) {
        struct jit_block *block = *link;

        if (is_made_of(block, first, end)) {
            *link = block->next;
            drop(cache, block);
            any = true;
        } else {
            link = &block->next;
        }
    }
    return any;
}

/* The text of another page's block in PAGE with a byte from FIRST to before END, or null. */
static struct block_text *find_text(const struct jit_page *page, unsigned first, unsigned end)
{
    struct block_text *text = page->texts;

    while (text && (text->start >= end || text->end <= first))
        text = text->next;
    return text;
}

/* Drops the blocks with a byte of PAGE from FIRST to before END. */
static bool drop_range(struct block_cache *cache, struct jit_page *page, unsigned first,
                       unsigned end)
{
    struct block_text *text;
    bool any = false;

    for (unsigned i = 0; i < PAGE_LISTS; i++)
        any |= drop_listed(cache, &page->blocks[i], first, end);
    for (; (text = find_text(page, first, end)); any = true)
        block_cache_drop(cache, text->block);
    return any;
}

/* From now on stores to bytes FIRST to before END of PAGE must come by the slow way; no CPU keeps
   a fast one to the page. */
static void watch(struct vcpu *cpu, const struct jit_page *page, uint32_t first, uint32_t end)
{
    _Atomic uint8_t *flags = &cpu->storage->flags[page->absolute >> STORAGE_PAGE_SHIFT];

    if (!(atomic_load(flags) & STORAGE_PAGE_HAS_CODE)) {
        atomic_fetch_or(flags, STORAGE_PAGE_HAS_CODE);
        purge_everywhere(cpu, PURGE_STORES, page->absolute);
    }
    storage_code_decoded(cpu->storage, (abs_addr){page->absolute + first}, end - first);
}

static void watch_block(struct vcpu *cpu, const struct jit_block *block)
{
    watch(cpu, block->page, block->start,
          block->end < STORAGE_PAGE_SIZE ? block->end : STORAGE_PAGE_SIZE);
    for (unsigned i = 0; i < block->text_count; i++)
        watch(cpu, block->texts[i].page, block->texts[i].start, block->texts[i].end);
}

static void watch_page(struct vcpu *cpu, const struct jit_page *page)
{
    for (unsigned i = 0; i < PAGE_LISTS; i++)
        for (const struct jit_block *block = page->blocks[i]; block; block = block->next)
            watch_block(cpu, block);
    for (const struct block_text *text = page->texts; text; text = text->next)
        watch_block(cpu, text->block);
}

bool block_cache_changed(struct vcpu *cpu, struct block_cache *cache, uint64_t absolute,
                         uint32_t length)
{
    uint64_t frame = absolute & STORAGE_PAGE_MASK;
    unsigned first = (unsigned)(absolute - frame);
    uint32_t now = generation_of(cache, frame);
    uint32_t seen = 0;
    bool any = false;

    for (struct jit_page *page = cache->page[frame >> STORAGE_PAGE_SHIFT]; page;
         page = page->next) {
        if (page->generation == now)
            continue;
        if (now - page->generation > seen)
            seen = now - page->generation;
        /* More than this one change: others stored here too, nobody knows where. */
        if (page->generation + 1 == now)
            any |= drop_range(cache, page, first, first + length);
        else
            any |= drop_range(cache, page, 0, STORAGE_PAGE_SIZE);
        page->generation = now;
        watch_page(cpu, page);
    }
    cache->changes += seen;
    return any;
}

void block_cache_refresh(struct vcpu *cpu, struct block_cache *cache)
{
    cache->changes = block_cache_changes(cache);
    for (struct jit_page *page = cache->pages; page; page = page->all) {
        uint32_t now = generation_of(cache, page->absolute);

        if (page->generation == now)
            continue;
        cpu->counters.code_changes++;
        drop_range(cache, page, 0, STORAGE_PAGE_SIZE);
        page->generation = now;
    }
}

void block_cache_add(struct vcpu *cpu, struct jit_block *block)
{
    struct jit_block **list = list_of(block);

    block->next = *list;
    *list = block;
    for (unsigned i = 0; i < block->text_count; i++) {
        struct block_text *text = &block->texts[i];

        text->block = block;
        if (text->page == block->page)
            continue;
        text->next = text->page->texts;
        text->page->texts = text;
    }
    watch_block(cpu, block);
}
