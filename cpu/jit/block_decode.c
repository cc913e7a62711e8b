/*
 * Which instructions a block has: from where execution entered to an instruction after which
 * nothing follows, unless a branch of the block leads behind it; to the end of the page; or as
 * many as a block holds.
 */
#include <string.h>

#include "cpu/jit/block_cache.h"

#include "cpu/isa/check.h"
#include "cpu/isa/insn_index.h"
#include "cpu/jit/ir/ir.h"
#include "cpu/jit/lift/lift.h"

/* For the longest block. */
#define ROOM                                                                                       \
    (sizeof(struct jit_block) + (BLOCK_INSNS_MAX + BLOCK_TARGETS) * sizeof(struct insn) +          \
     BLOCK_TEXTS * sizeof(struct block_text))

/* Branches forward, by where they lead. */
struct reach {
    unsigned count;
    int64_t offset[BLOCK_INSNS_MAX];
};

static bool leads_to(const struct reach *reach, unsigned offset)
{
    for (unsigned i = 0; i < reach->count; i++)
        if (reach->offset[i] == offset)
            return true;
    return false;
}

/* True where nothing follows INSN. */
static bool classify(struct vcpu *cpu, struct insn *insn, const struct insn_row *row,
                     struct reach *reach)
{
    int64_t offset;

    if (!row || !insn_check_passes(cpu, insn)) {
        insn->handler = BLOCK_INSN_CHECK;
        return !row || !row->body || row->flags & INSN_ENDS_BLOCK;
    }
    if (lift_branch_offset(insn, &offset) && offset > insn->page_offset)
        reach->offset[reach->count++] = offset;
    if (row->flags & INSN_BRANCH)
        return lift_always_branches(insn);
    return row->flags & INSN_ENDS_BLOCK;
}

/* Where the target of INSN, an EXECUTE of BLOCK, stands, as an offset from its page; false:
   nobody knows. An EXECUTE has its address from the LOAD ADDRESS RELATIVE LONG right before it,
   if anything: lift_execute sees to it that no branch leads between the two. */
static bool target_offset(const struct jit_block *block, const struct insn *insn, int64_t *offset)
{
    const struct insn *before;

    if (insn->row == ROW_EXRL) {
        *offset = insn->page_offset + (int64_t)insn->i2 * 2;
        return true;
    }
    if (insn->row != ROW_EX || block->count < 2)
        return false;
    before = insn - 1;
    if (insn->x2 || insn->d2 & 1 || before->row != ROW_LARL || before->handler ||
        before->r1 != insn->b2)
        return false;
    *offset = before->page_offset + (int64_t)before->i2 * 2 + insn->d2;
    return insn->b2;
}

/* A block being decoded. */
struct decoding {
    struct vcpu *cpu;
    struct block_pages pages;
    struct jit_block *block;
    struct reach reach;
    unsigned target_count;
    struct insn targets[BLOCK_TARGETS]; /* they and the texts wait here until it is complete */
    bool in_next[BLOCK_TARGETS];
    struct block_text texts[BLOCK_TEXTS];
    uint8_t before[BLOCK_TEXTS][6]; /* their bytes as they were decoded */
};

/* Copies LENGTH bytes at OFFSET of PAGE; they may become the next text of the block. */
static void read_text(struct decoding *d, struct jit_page *page, unsigned offset, unsigned length,
                      uint8_t *to)
{
    unsigned i = d->block->text_count;

    d->texts[i] = (struct block_text){
        .page = page, .start = (uint16_t)offset, .end = (uint16_t)(offset + length)};
    memcpy(d->before[i], d->cpu->storage->host + page->absolute + offset, length);
    memcpy(to, d->before[i], length);
}

/* The page of what stands OFFSET bytes from the block's, and its offset there; null: nobody
   knows. */
static struct jit_page *target_page(struct decoding *d, int64_t *offset)
{
    if (*offset < 0 || *offset >= 2 * (int64_t)STORAGE_PAGE_SIZE)
        return NULL;
    if (*offset < (int64_t)STORAGE_PAGE_SIZE)
        return d->pages.page;
    *offset -= STORAGE_PAGE_SIZE;
    d->block->cut |= !d->pages.next;
    return d->pages.next;
}

/* What an EXECUTE or EXECUTE RELATIVE LONG executes, where that stands in the same page or in the
   next one and translates: then the block goes on behind it. As when they are executed targets have
   the place and the length of the EXECUTE. */
static bool find_target(struct decoding *d, struct insn *insn)
{
    struct insn *target = &d->targets[d->target_count];
    struct jit_page *page;
    uint8_t bytes[6] = {0};
    unsigned length;
    int64_t offset;

    if (insn->handler || d->target_count == BLOCK_TARGETS ||
        !target_offset(d->block, insn, &offset))
        return false;
    page = target_page(d, &offset);
    if (!page)
        return false;
    length = insn_length(d->cpu->storage->host[page->absolute + (uint64_t)offset]);
    if (offset + length > (int64_t)STORAGE_PAGE_SIZE)
        return false;
    read_text(d, page, (unsigned)offset, length, bytes);
    if (!insn_decode(target, bytes) || !lift_can_execute(insn, target) ||
        !insn_check_passes(d->cpu, target))
        return false;
    if (page != d->pages.page)
        d->block->second = page;
    d->in_next[d->target_count] = page != d->pages.page;
    d->block->text_count++;
    d->target_count++;
    target->page_offset = insn->page_offset;
    target->length = insn->length;
    target->ordinal = insn->ordinal;
    return true;
}

/* Behind the instructions, each of which knows how far away its target is; and behind them the
   texts. */
static void complete(struct decoding *d)
{
    struct jit_block *block = d->block;
    struct insn *behind = &block->insns[block->count];

    for (unsigned i = 0; i < d->target_count; i++, behind++) {
        struct insn *insn = &block->insns[d->targets[i].ordinal];

        *behind = d->targets[i];
        lift_target_set(insn, (unsigned)(behind - insn), d->in_next[i]);
    }
    if (block->text_count)
        block->texts = memcpy(behind, d->texts, block->text_count * sizeof d->texts[0]);
}

static size_t size_of(const struct decoding *d)
{
    return sizeof *d->block + (d->block->count + d->target_count) * sizeof d->block->insns[0] +
           d->block->text_count * sizeof d->texts[0];
}

/* The bytes of the instruction at OFFSET; how many, or 0 where nobody knows the last ones. */
static unsigned read_insn(struct decoding *d, unsigned offset, uint8_t bytes[6])
{
    const uint8_t *text = d->cpu->storage->host + d->pages.page->absolute + offset;
    unsigned length = insn_length(text[0]), rest = STORAGE_PAGE_SIZE - offset;

    if (length <= rest) {
        memcpy(bytes, text, length);
        return length;
    }
    if (!d->pages.next)
        return 0;
    memcpy(bytes, text, rest);
    read_text(d, d->pages.next, 0, length - rest, bytes + rest);
    d->block->text_count++;
    d->block->second = d->pages.next;
    return length;
}

/* Appends the instruction at OFFSET; where the next one is, or 0 where there is none in the
   block. */
static unsigned decode(struct decoding *d, unsigned offset)
{
    struct insn *insn = &d->block->insns[d->block->count];
    uint8_t bytes[6] = {0};
    unsigned length = read_insn(d, offset, bytes);
    const struct insn_row *row;
    bool ends;

    if (!length) {
        d->block->cut = true;
        return 0;
    }
    *insn = (struct insn){.body = NULL};
    row = insn_decode(insn, bytes);
    insn->page_offset = (uint16_t)offset;
    insn->ordinal = (uint8_t)d->block->count++;
    offset += length;
    d->block->end = (uint16_t)offset;
    ends = classify(d->cpu, insn, row, &d->reach) && !find_target(d, insn) &&
           !(row && lift_goes_on(insn));
    return (ends && !leads_to(&d->reach, offset)) || offset >= STORAGE_PAGE_SIZE ? 0 : offset;
}

/* Whoever stored into texts while the block was being decoded may not have seen that they are
   watched. */
static void recheck_texts(const struct decoding *d)
{
    for (unsigned i = 0; i < d->block->text_count; i++) {
        const struct block_text *text = &d->texts[i];

        storage_code_recheck(d->cpu->storage, (abs_addr){text->page->absolute + text->start},
                             d->before[i], (uint32_t)(text->end - text->start));
    }
}

struct jit_block *block_cache_decode(struct vcpu *cpu, struct block_cache *cache,
                                     struct block_pages pages, unsigned offset)
{
    struct jit_block *block = arena_room(&cache->block_arena, ROOM);
    const abs_addr start = {pages.page->absolute + offset};
    uint8_t before[BLOCK_INSNS_MAX * 6];
    const uint32_t length_before = code_snapshot_length(offset, sizeof before);
    struct decoding d;

    cache->full = !block;
    if (!block)
        return NULL;
    d.cpu = cpu;
    d.pages = pages;
    d.block = block;
    d.reach.count = d.target_count = 0;
    *block = (struct jit_block){.page = pages.page, .start = (uint16_t)offset};
    memcpy(before, storage_host(cache->storage, start), length_before);
    do
        offset = decode(&d, offset);
    while (offset && block->count < BLOCK_INSNS_MAX);
    if (!block->count)
        return NULL;
    cpu->counters.blocks++;
    complete(&d);
    arena_take(&cache->block_arena, size_of(&d));
    block_cache_add(cpu, block);
    storage_code_recheck(cpu->storage, start, before, length_before);
    recheck_texts(&d);
    return block;
}
