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
#define ROOM (sizeof(struct jit_block) + (BLOCK_INSNS_MAX + BLOCK_TARGETS) * sizeof(struct insn))

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

/* What an EXECUTE or EXECUTE RELATIVE LONG executes, where that stands in the same page and
   translates: then the block goes on behind it. The targets wait in TARGETS until the block is
   complete; as when they are executed they have the place and the length of the EXECUTE. */
static bool find_target(struct vcpu *cpu, const uint8_t *text, struct insn *insn,
                        struct jit_block *block, struct insn targets[BLOCK_TARGETS])
{
    int64_t offset;
    struct insn *target = &targets[block->target_count];
    uint8_t bytes[6] = {0};
    unsigned length;

    if (insn->handler || block->target_count == BLOCK_TARGETS ||
        !target_offset(block, insn, &offset) || offset < 0 || offset >= (int64_t)STORAGE_PAGE_SIZE)
        return false;
    length = insn_length(text[offset]);
    if (offset + length > (int64_t)STORAGE_PAGE_SIZE)
        return false;
    memcpy(bytes, text + offset, length);
    if (!insn_decode(target, bytes) || !lift_can_execute(insn, target) ||
        !insn_check_passes(cpu, target))
        return false;
    target->page_offset = insn->page_offset;
    target->length = insn->length;
    target->ordinal = insn->ordinal;
    block->target[block->target_count++] =
        (struct block_range){(uint16_t)offset, (uint16_t)(offset + length)};
    return true;
}

/* Behind the instructions, each of which knows how far away its target is. */
static void append_targets(struct jit_block *block, const struct insn targets[BLOCK_TARGETS])
{
    for (unsigned i = 0; i < block->target_count; i++) {
        unsigned at = block->count + i;

        block->insns[at] = targets[i];
        lift_target_set(&block->insns[targets[i].ordinal], at - targets[i].ordinal);
    }
}

/* Appends the instruction at OFFSET of TEXT to BLOCK, unless the page ends within it. */
static struct insn *decode(struct jit_block *block, const uint8_t *text, unsigned offset,
                           const struct insn_row **row)
{
    struct insn *insn = &block->insns[block->count];
    unsigned length = insn_length(text[offset]);
    uint8_t bytes[6] = {0};

    *insn = (struct insn){.handler = BLOCK_INSN_CROSSING, .length = (uint8_t)length};
    *row = NULL;
    if (offset + length <= STORAGE_PAGE_SIZE) {
        memcpy(bytes, text + offset, length);
        insn->handler = BLOCK_INSN_PLAIN;
        *row = insn_decode(insn, bytes);
    }
    insn->page_offset = (uint16_t)offset;
    insn->ordinal = (uint8_t)block->count++;
    return insn;
}

struct jit_block *block_cache_decode(struct vcpu *cpu, struct block_cache *cache,
                                     struct jit_page *page, unsigned offset)
{
    const uint8_t *text = cache->storage->host + page->absolute;
    struct jit_block *block = arena_room(&cache->block_arena, ROOM);
    struct insn targets[BLOCK_TARGETS];
    const abs_addr start = {page->absolute + offset};
    uint8_t before[BLOCK_INSNS_MAX * 6];
    const uint32_t length_before = code_snapshot_length(offset, sizeof before);
    struct reach reach;

    cache->full = !block;
    if (!block)
        return NULL;
    reach.count = 0;
    *block = (struct jit_block){.page = page, .start = (uint16_t)offset};
    cpu->counters.blocks++;
    memcpy(before, text + offset, length_before);
    while (block->count < BLOCK_INSNS_MAX && offset < STORAGE_PAGE_SIZE) {
        const struct insn_row *row;
        struct insn *insn = decode(block, text, offset, &row);
        bool ends;

        if (insn->handler == BLOCK_INSN_CROSSING) {
            offset = STORAGE_PAGE_SIZE;
            break;
        }
        ends = classify(cpu, insn, row, &reach) && !find_target(cpu, text, insn, block, targets);
        offset += insn->length;
        if (ends && !leads_to(&reach, offset))
            break;
    }
    block->end = (uint16_t)offset;
    block->crosses = block->insns[0].handler == BLOCK_INSN_CROSSING;
    append_targets(block, targets);
    arena_take(&cache->block_arena,
               sizeof *block + (block->count + block->target_count) * sizeof block->insns[0]);
    block_cache_add(cpu, block);
    storage_code_recheck(cpu->storage, start, before, length_before);
    return block;
}
