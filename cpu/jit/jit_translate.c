/* Finding blocks, and translating those that have been executed often enough. */
#include <time.h>

#include "cpu/arch/access.h"
#include "cpu/arch/configuration.h"
#include "cpu/arch/interruption.h"
#include "cpu/jit/jit_internal.h"
#include "cpu/jit/lift/lift.h"
#include "cpu/jit/opt/opt.h"

/* Another page is being fetched from: the slow way, by translation. */
static struct jit_page *fetch_page(struct vcpu *cpu, struct jit *jit, uint64_t address)
{
    uint64_t absolute;
    struct jit_page *page;

    jit->stepper.fetching = true;
    /* PoP chapter 6, "Specification Exception": an odd instruction address. */
    if (address & 1)
        specification_exception(cpu);
    absolute =
        (uint64_t)(access_instruction_page(cpu, address) - cpu->storage->host) & STORAGE_PAGE_MASK;
    jit->stepper.fetching = false;
    cpu->counters.fetch_tlb_misses++;
    page = block_cache_page(&jit->cache, absolute, cpu->space_fetch->mode);
    if (page)
        address_space_learn(cpu->space_fetch,
                            (struct fetch_tlb_entry){.tag = address & STORAGE_PAGE_MASK,
                                                     .absolute = absolute,
                                                     .code = page,
                                                     .id = page->id});
    return page;
}

/* Where a page has more than one address, its number leads to the latest. */
static void remember(struct vcpu *cpu, uint64_t page)
{
    unsigned slot = (page >> STORAGE_PAGE_SHIFT) & (FETCH_TLB_ENTRIES - 1);
    const struct fetch_tlb_entry *entry = &cpu->space_fetch->instruction[slot];

    if (entry->tag == page && entry->id < FETCH_IDS)
        cpu->space_fetch->where[entry->id] = page;
}

static bool generation_changed(const struct vcpu *cpu, const struct jit_page *page)
{
    return page->generation !=
           atomic_load(&cpu->storage->code_generation[page->absolute >> STORAGE_PAGE_SHIFT]);
}

/* The page behind the one of ADDRESS, where that is at hand; null where addresses wrap to it. */
static struct jit_page *next_page(const struct vcpu *cpu, uint64_t address)
{
    uint64_t next = (address & STORAGE_PAGE_MASK) + STORAGE_PAGE_SIZE;
    unsigned slot = (next >> STORAGE_PAGE_SHIFT) & (FETCH_TLB_ENTRIES - 1);
    const struct fetch_tlb_entry *entry = &cpu->space_fetch->instruction[slot];

    return next && address_wrap(cpu, next) == next && entry->tag == next ? entry->code : NULL;
}

bool jit_has_second_page(const struct vcpu *cpu, const struct jit_block *block)
{
    struct jit_page *page = next_page(cpu, cpu->insn_page);

    return page && page == block->second;
}

/* How often a block is stepped, since the page behind its own is another one, before it is
   decoded again: two users of the same page may go on differently. */
#define ELSEWHERE_MAX 32u

/* A block whose first instruction crosses to another page. That is fetched from now. */
static struct jit_block *find_crossing(struct vcpu *cpu, struct jit *jit, struct jit_page *page)
{
    uint64_t address = cpu->state.psw_addr;
    unsigned offset = (unsigned)(address & ~STORAGE_PAGE_MASK);
    uint64_t next = (address & STORAGE_PAGE_MASK) + STORAGE_PAGE_SIZE;
    struct jit_page *second = next_page(cpu, address);
    struct jit_block *block;

    if (!next || address_wrap(cpu, next) != next)
        return NULL;
    if (!second)
        second = fetch_page(cpu, jit, next);
    /* A page behind itself has two addresses at once. */
    if (!second || second == page)
        return NULL;
    remember(cpu, next);
    if (unlikely(generation_changed(cpu, second)))
        block_cache_refresh(cpu, &jit->cache);
    block = block_cache_find(page, offset);
    if (block && block->second != second) {
        if (block->elsewhere++ < ELSEWHERE_MAX)
            return NULL;
        block_cache_drop(&jit->cache, block);
        block = NULL;
    }
    return block ? block
                 : block_cache_decode(cpu, &jit->cache, (struct block_pages){page, second}, offset);
}

static bool starts_crossing(const struct vcpu *cpu, const struct jit_page *page, unsigned offset)
{
    return offset + insn_length(cpu->storage->host[page->absolute + offset]) > STORAGE_PAGE_SIZE;
}

/* True where BLOCK could have one more instruction, now that it is to be translated. */
static bool is_cut(const struct vcpu *cpu, const struct jit *jit, const struct jit_block *block)
{
    return block->cut && !block->entry && block->runs >= jit->threshold &&
           next_page(cpu, cpu->state.psw_addr);
}

struct jit_block *jit_find(struct vcpu *cpu, struct jit *jit)
{
    uint64_t address = cpu->state.psw_addr;
    unsigned slot = (address >> STORAGE_PAGE_SHIFT) & (FETCH_TLB_ENTRIES - 1);
    const struct fetch_tlb_entry *entry = &cpu->space_fetch->instruction[slot];
    unsigned offset = (unsigned)(address & ~STORAGE_PAGE_MASK);
    struct jit_page *page = entry->code;
    struct jit_block *block;
    unsigned runs = 0;

    if (unlikely(entry->tag != (address & (STORAGE_PAGE_MASK | 1))))
        page = fetch_page(cpu, jit, address);
    if (unlikely(!page))
        return NULL;
    cpu->insn_page = address & STORAGE_PAGE_MASK;
    if (unlikely(generation_changed(cpu, page)))
        block_cache_refresh(cpu, &jit->cache);
    if (unlikely(offset > STORAGE_PAGE_SIZE - 6) && starts_crossing(cpu, page, offset))
        return find_crossing(cpu, jit, page);
    block = block_cache_find(page, offset);
    if (block && unlikely(is_cut(cpu, jit, block))) {
        block_cache_drop(&jit->cache, block);
        block = NULL;
        runs = jit->threshold;
    }
    if (unlikely(!block)) {
        block = block_cache_decode(cpu, &jit->cache,
                                   (struct block_pages){page, next_page(cpu, address)}, offset);
        if (block)
            block->runs = (uint16_t)runs;
    }
    return block;
}

void jit_remember_page(struct vcpu *cpu)
{
    remember(cpu, cpu->insn_page);
}

/* After these the loop of a hot block stands there once. */
#define LOOP_ATTEMPTS 4

static void shorten(struct jit_block *block)
{
    if (block->count < 2)
        return;
    block->count /= 2;
    block->end = block->insns[block->count].page_offset;
}

static uint32_t model_of(const struct vcpu *cpu)
{
    return facility_installed(cpu, FACILITY_VECTOR_ENHANCEMENTS_1) ? LIFT_VECTOR_ENHANCEMENTS_1 : 0;
}

/* MODE: as lift_block has it. */
static enum host_outcome attempt(struct jit *jit, struct jit_block *block, uint32_t mode,
                                 struct host_exit *exits, struct host_result *result)
{
    struct code_block room = code_memory_next(&jit->cache.memory, 16);
    struct host_request request = {
        .ir = jit->ir,
        .insns = block->insns,
        .insn_size = sizeof block->insns[0],
        .scattered = block->scattered,
        .exits = exits,
        .page = block->page,
        .page_id = block->page->id,
        .next_page_id = block->second ? block->second->id : 0,
        .write = room.write,
        .size = room.size > UINT32_MAX ? UINT32_MAX : room.size,
        .run = room.run,
        .marks = jit->marks,
    };
    const bool loops = mode & LIFT_LOOPS;
    unsigned refused = 0;
    enum host_outcome outcome;

    lift_block(jit->ir, block->insns, block->count, mode);
    if (jit->ir->full) {
        if (!loops)
            shorten(block);
        return HOST_REFUSED;
    }
    opt_coalesce(jit->ir);
    opt_liveness(jit->ir);
    opt_high_halves(jit->ir);
    outcome = host_make_block(&jit->host, &request, result, &refused);
    if (outcome == HOST_REFUSED && refused < jit->ir->insn_count)
        block->insns[jit->ir->insn[refused].source].handler = BLOCK_INSN_CALL;
    else if (outcome == HOST_REFUSED && !loops)
        shorten(block);
    if (outcome == HOST_MADE && !code_memory_publish(&jit->cache.memory, room, result->size))
        return HOST_NO_ROOM;
    return outcome;
}

static bool translate(struct vcpu *cpu, struct jit *jit, struct jit_block *block)
{
    struct arena *arena = &jit->cache.block_arena;
    struct host_exit *exits = arena_room(arena, HOST_EXITS_MAX * sizeof *exits);
    struct host_result result = {0};
    enum host_outcome outcome = HOST_REFUSED;
    const uint32_t mode = block->page->mode | model_of(cpu);

    jit->cache.full = !exits;
    if (!exits)
        return false;
    /* Each attempt calls one instruction more by its body, or halves the block. */
    for (unsigned i = 0; outcome == HOST_REFUSED && i < 4 * IR_INSNS_MAX; i++)
        outcome = attempt(jit, block, mode | (block->hot && i < LOOP_ATTEMPTS ? LIFT_LOOPS : 0),
                          exits, &result);
    if (outcome != HOST_MADE) {
        block->refused = outcome == HOST_REFUSED;
        jit->cache.full = outcome == HOST_NO_ROOM;
        return false;
    }
    arena_take(arena, result.exit_count * sizeof *exits);
    for (unsigned i = 0; i < result.exit_count; i++)
        exits[i].from = block;
    block_cache_translated(&jit->cache, block, &result, exits);
    jit_tell_translation(cpu, jit, block, &result);
    cpu->counters.translations++;
    cpu->counters.code_bytes += result.size;
    cpu->counters.translated_insns += block->count;
    return true;
}

/* Of this thread, so that other work of the host does not count. */
static uint64_t thread_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

bool jit_translate(struct vcpu *cpu, struct jit *jit, struct jit_block *block)
{
    uint64_t start = thread_ns();
    bool done = translate(cpu, jit, block);

    cpu->counters.translating_ns += thread_ns() - start;
    return done;
}
