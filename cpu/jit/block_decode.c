/*
 * Which instructions a block has: from where execution entered to an instruction after which
 * nothing follows, unless a branch of the block leads behind it; to the end of the page; or as
 * many as a block holds.
 */
#include <string.h>

#include "cpu/jit/block_cache.h"

#include "cpu/isa/check.h"
#include "cpu/jit/ir/ir.h"
#include "cpu/jit/lift/lift.h"

/* More make code that seldom runs; measured in docs/PERFORMANCE.md. */
#define INSNS_MAX 64u

/* Branches forward, by where they lead. */
struct reach {
    unsigned count;
    int64_t offset[INSNS_MAX];
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

struct jit_block *block_cache_decode(struct vcpu *cpu, struct block_cache *cache,
                                     struct jit_page *page, unsigned offset)
{
    const uint8_t *text = cache->storage->host + page->absolute;
    struct insn insns[INSNS_MAX];
    struct reach reach = {0};
    unsigned count = 0;

    cpu->counters.blocks++;
    while (count < INSNS_MAX && offset < STORAGE_PAGE_SIZE) {
        struct insn *insn = &insns[count];
        unsigned length = insn_length(text[offset]);
        const struct insn_row *row;
        uint8_t bytes[6] = {0};
        bool ends;

        *insn = (struct insn){.page_offset = (uint16_t)offset, .ordinal = (uint8_t)count};
        if (offset + length > STORAGE_PAGE_SIZE) {
            insn->handler = BLOCK_INSN_CROSSING;
            insn->length = (uint8_t)length;
            count++;
            offset = STORAGE_PAGE_SIZE;
            break;
        }
        memcpy(bytes, text + offset, length);
        row = insn_decode(insn, bytes);
        insn->page_offset = (uint16_t)offset;
        insn->ordinal = (uint8_t)count++;
        ends = classify(cpu, insn, row, &reach);
        offset += length;
        if (ends && !leads_to(&reach, offset))
            break;
    }
    return block_cache_add(cpu, page, insns, count, offset);
}
