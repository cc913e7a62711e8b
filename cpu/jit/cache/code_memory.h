/*
 * Memory for generated code. Shared memory is mapped twice: through one view it is
 * written, through the other it runs, and no page is ever both writable and executable, so that
 * nothing is remapped while code is made. It has no file, since perf reads its map of generated
 * code (--perf-map) for memory without one only. Blocks are handed out in order and never one by
 * one taken back.
 *
 * Allocation, publication and destruction belong to one thread at a time. A patch may be made
 * by any thread while others run the code.
 */
#ifndef ZITHER_CPU_JIT_CACHE_CODE_MEMORY_H
#define ZITHER_CPU_JIT_CACHE_CODE_MEMORY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

struct code_memory {
    uint8_t *write; /* the view that is written, */
    uint8_t *run;   /* and that runs */
    size_t size;
    size_t collapsed;    /* below this offset huge pages were asked for */
    _Atomic size_t used; /* blocks below this offset are published */
};

/* A block: where to write it and where it will run. */
struct code_block {
    uint8_t *write;
    const uint8_t *run;
    size_t size;
};

/* Displacements are 32 bits wide and must reach from any byte to any other. */
#define CODE_MEMORY_MAX (UINT64_C(1) << 30)

/* SIZE is rounded up to pages. 0, or a negative errno with ERROR filled in. */
int code_memory_create(struct code_memory *memory, size_t size, struct error *error);

/* Unmaps both views; nobody may be running code. What was never created, or is destroyed
   already, is left alone as long as it is all zeros. */
void code_memory_destroy(struct code_memory *memory);

/* What is left from the next multiple of ALIGNMENT, a power of two up to a page: a block as
   large as can be, so that an encoder can fill it. Nothing is taken yet. */
struct code_block code_memory_next(const struct code_memory *memory, size_t alignment);

/* Takes the first SIZE bytes of BLOCK, the latest answer of code_memory_next. From here on the
   block is code: its bytes are visible to whoever learns its address. False: not that block. */
bool code_memory_publish(struct code_memory *memory, struct code_block block, size_t size);

/* Gives every block up at once; nobody may be running code. */
void code_memory_reset(struct code_memory *memory);

/* Replaces the 32-bit displacement at SITE, an address of the view that runs, so that it leads
   to TARGET: one store, which a thread running the jump sees whole or not at all. False, and
   nothing changed: the site is not aligned to 4 bytes, either address is in no published
   block. */
bool code_memory_patch(struct code_memory *memory, const uint8_t *site, const uint8_t *target);

#endif
