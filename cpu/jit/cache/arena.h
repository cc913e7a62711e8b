/*
 * Memory for what belongs to translated code: handed out in order, never taken back one by one,
 * given up all at once. So it costs no more than the bytes that are used, and nothing to free.
 * Nothing in it moves.
 *
 * Where the host can, it lies in the low 4 GiB, where generated code names its addresses in fewer
 * bytes. One thread at a time.
 */
#ifndef ZITHER_CPU_JIT_CACHE_ARENA_H
#define ZITHER_CPU_JIT_CACHE_ARENA_H

#include <stddef.h>
#include <stdint.h>

/* What arena_room gives at most at once. */
#define ARENA_ROOM_MAX ((size_t)64 << 10)

struct arena_chunk;

/* All zeros: empty, apart from LIMIT. */
struct arena {
    struct arena_chunk *chunks;
    uint8_t *next, *end; /* of the first chunk */
    size_t size, limit;  /* bytes of all chunks, and how many they may be */
};

/* SIZE bytes aligned to 16, of which nothing is taken yet; null where there are none, or the
   limit is reached. */
void *arena_room(struct arena *arena, size_t size);

/* Takes the first SIZE bytes of the latest arena_room. */
void arena_take(struct arena *arena, size_t size);

/* Both at once. Where all of an arena is taken by this, it is zero, and takes host storage only
   where something is written. */
void *arena_new(struct arena *arena, size_t size);

/* Gives everything up; the limit stays. */
void arena_empty(struct arena *arena);

#endif
