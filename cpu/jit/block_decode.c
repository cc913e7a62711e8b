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

/* Where the target of an EXECUTE stands, as an offset from its page; false: nobody knows. An
   EXECUTE has its address from the LOAD ADDRESS RELATIVE LONG right before it, if anything:
   lift_execute sees to it that no branch leads between the two. */
static bool target_offset(const struct decoded_block *decoded, const struct insn *insn,
                          int64_t *offset)
{
    const struct insn *before;

    if (insn->row == ROW_EXRL) {
        *offset = insn->page_offset + (int64_t)insn->i2 * 2;
        return true;
    }
    if (insn->row != ROW_EX || decoded->count < 2)
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
                        struct decoded_block *decoded, struct insn targets[BLOCK_TARGETS])
{
    int64_t offset;
    struct insn *target = &targets[decoded->target_count];
    uint8_t bytes[6] = {0};
    unsigned length;

    if (insn->handler || decoded->target_count == BLOCK_TARGETS ||
        !target_offset(decoded, insn, &offset) || offset < 0 ||
        offset >= (int64_t)STORAGE_PAGE_SIZE)
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
    decoded->target[decoded->target_count++] =
        (struct block_range){(uint16_t)offset, (uint16_t)(offset + length)};
    return true;
}

/* Behind the instructions, each of which knows how far away its target is. */
static void append_targets(struct decoded_block *decoded, const struct insn targets[BLOCK_TARGETS])
{
    for (unsigned i = 0; i < decoded->target_count; i++) {
        unsigned at = decoded->count + i;

        decoded->insns[at] = targets[i];
        lift_target_set(&decoded->insns[targets[i].ordinal], at - targets[i].ordinal);
    }
}

struct jit_block *block_cache_decode(struct vcpu *cpu, struct block_cache *cache,
                                     struct jit_page *page, unsigned offset)
{
    const uint8_t *text = cache->storage->host + page->absolute;
    struct decoded_block decoded = {.count = 0};
    struct insn targets[BLOCK_TARGETS];
    const abs_addr start = {page->absolute + offset};
    uint8_t before[BLOCK_INSNS_MAX * 6];
    const uint32_t length_before = code_snapshot_length(offset, sizeof before);
    struct reach reach = {0};
    struct jit_block *block;

    cpu->counters.blocks++;
    memcpy(before, text + offset, length_before);
    while (decoded.count < BLOCK_INSNS_MAX && offset < STORAGE_PAGE_SIZE) {
        struct insn *insn = &decoded.insns[decoded.count];
        unsigned length = insn_length(text[offset]);
        const struct insn_row *row;
        uint8_t bytes[6] = {0};
        bool ends;

        *insn = (struct insn){.page_offset = (uint16_t)offset, .ordinal = (uint8_t)decoded.count};
        if (offset + length > STORAGE_PAGE_SIZE) {
            insn->handler = BLOCK_INSN_CROSSING;
            insn->length = (uint8_t)length;
            decoded.count++;
            offset = STORAGE_PAGE_SIZE;
            break;
        }
        memcpy(bytes, text + offset, length);
        row = insn_decode(insn, bytes);
        insn->page_offset = (uint16_t)offset;
        insn->ordinal = (uint8_t)decoded.count++;
        ends = classify(cpu, insn, row, &reach) && !find_target(cpu, text, insn, &decoded, targets);
        offset += length;
        if (ends && !leads_to(&reach, offset))
            break;
    }
    decoded.end = offset;
    append_targets(&decoded, targets);
    block = block_cache_add(cpu, page, &decoded);
    storage_code_recheck(cpu->storage, start, before, length_before);
    return block;
}
