/*
 * Decoded instructions of one CPU: blocks that start where execution entered and end at an
 * unconditional branch, at an instruction that changes the PSW, or at the end of the page.
 * Found by absolute page and offset. Everything here may be forgotten at any instant
 * between two blocks.
 *
 * A block is private to its CPU, so it needs no lock; a page's generation (storage.h) tells
 * that somebody stored into its code.
 */
#ifndef ZITHER_CPU_INTERP_CODE_CACHE_H
#define ZITHER_CPU_INTERP_CODE_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "cpu/arch/vcpu.h"
#include "cpu/isa/insn.h"

#define BLOCK_MAX 48u /* instructions; longer runs continue in the next block */

/* Handlers that the dispatch has besides those of composed rows. */
struct interp_handlers {
    int32_t call;     /* the row's body, then the next instruction */
    int32_t call_end; /* the row's body, which leaves the PSW address */
    int32_t check;    /* checks that depend on the CPU's state, then as above */
    int32_t check_end;
    int32_t refuse;       /* the row's checks fail whatever the state: raises */
    int32_t fall_through; /* the block ends here without a branch */
    int32_t crossing;     /* the instruction continues on the next page */
    const int32_t *row;   /* by row number; 0: `call` */
};

struct block {
    uint32_t count;
    struct insn insns[]; /* COUNT, then one with handler fall_through */
};

struct code_page {
    uint64_t absolute; /* address of the page */
    uint32_t generation;
    const _Atomic uint32_t *current_generation; /* storage's: differs once the code changed */
    struct block *block[STORAGE_PAGE_SIZE / 2]; /* by halfword; null: not decoded */
};

struct code_cache;

struct code_cache *code_cache_create(const struct storage *storage,
                                     const struct interp_handlers *handlers);
void code_cache_destroy(struct code_cache *cache);

/* The page at absolute address ABSOLUTE, emptied if it changed since. */
struct code_page *code_cache_page(struct vcpu *cpu, struct code_cache *cache, uint64_t absolute);

/* Decodes the block at byte OFFSET of *PAGE. Where the cache was full, all pages found earlier
   are gone and *PAGE is the new one. */
struct block *code_cache_decode(struct vcpu *cpu, struct code_cache *cache, struct code_page **page,
                                unsigned offset);

/* Empties PAGE because its generation changed. */
void code_cache_refresh(struct vcpu *cpu, struct code_page *page);

#endif
