/*
 * The dispatch: executing decoded instructions one after another. Two files implement it,
 * of which the build takes one: dispatch_labels.c where the compiler has computed goto, and
 * dispatch_calls.c, which is portable.
 */
#ifndef ZITHER_CPU_INTERP_DISPATCH_H
#define ZITHER_CPU_INTERP_DISPATCH_H

#include "cpu/exec/step.h"
#include "cpu/interp/code_cache.h"

/* The interpreter's part of a CPU (cpu->backend). */
struct interp {
    struct code_cache *cache;
    struct code_page *page; /* that interp_find or interp_enter found last */
    struct stepper stepper;
};

/* Executes until cpu->requests is nonzero or LIMIT instructions are done. */
void interp_dispatch(struct vcpu *cpu, struct interp *interp, uint64_t limit);

/* The handler numbers that the dispatch understands. */
const struct interp_handlers *interp_dispatch_handlers(void);

/* The block at the PSW address the slow way: translates and decodes. */
struct block *interp_enter(struct vcpu *cpu, struct interp *interp);

/* The block at OFFSET of PAGE, or null where it is not decoded or has changed. */
static ALWAYS_INLINE struct block *interp_block(const struct code_page *page, uint64_t offset)
{
    if (unlikely(page->generation !=
                 atomic_load_explicit(page->current_generation, memory_order_relaxed)))
        return NULL;
    return page->block[offset >> 1];
}

/* The block at the PSW address. */
static ALWAYS_INLINE struct block *interp_find(struct vcpu *cpu, struct interp *interp)
{
    uint64_t address = cpu->state.psw_addr;
    const struct fetch_tlb_entry *entry =
        &cpu->space_fetch->instruction[(address >> STORAGE_PAGE_SHIFT) & (FETCH_TLB_ENTRIES - 1)];

    /* An odd address cannot match either. */
    if (likely(entry->tag == (address & (STORAGE_PAGE_MASK | 1)))) {
        struct block *block = interp_block(entry->code, address & ~STORAGE_PAGE_MASK);

        cpu->insn_page = entry->tag;
        interp->page = entry->code;
        if (likely(block))
            return block;
    }
    return interp_enter(cpu, interp);
}

#endif
