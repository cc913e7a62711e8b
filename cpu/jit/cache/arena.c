/* Chunks of zeros from the host: see arena.h. */
#include "cpu/jit/cache/arena.h"

#include <stdbool.h>
#include <sys/mman.h>

#include "src/base/host_memory.h"

#define CHUNK_SIZE ((size_t)1 << 20)

struct arena_chunk {
    struct arena_chunk *next;
    uint64_t unused; /* what follows is aligned to 16 */
};

static bool add_chunk(struct arena *arena)
{
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    struct arena_chunk *chunk;

    if (arena->size + CHUNK_SIZE > arena->limit)
        return false;
    chunk = mmap(NULL, CHUNK_SIZE, PROT_READ | PROT_WRITE, flags | HOST_MAP_LOW, -1, 0);
    if (chunk == MAP_FAILED)
        chunk = mmap(NULL, CHUNK_SIZE, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (chunk == MAP_FAILED)
        return false;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->next = (uint8_t *)(chunk + 1);
    arena->end = (uint8_t *)chunk + CHUNK_SIZE;
    arena->size += CHUNK_SIZE;
    return true;
}

void *arena_room(struct arena *arena, size_t size)
{
    if (size > ARENA_ROOM_MAX || (size > (size_t)(arena->end - arena->next) && !add_chunk(arena)))
        return NULL;
    return arena->next;
}

void arena_take(struct arena *arena, size_t size)
{
    arena->next += (size + 15) & ~(size_t)15;
}

void *arena_new(struct arena *arena, size_t size)
{
    void *room = arena_room(arena, size);

    if (room)
        arena_take(arena, size);
    return room;
}

void arena_empty(struct arena *arena)
{
    while (arena->chunks) {
        struct arena_chunk *chunk = arena->chunks;

        arena->chunks = chunk->next;
        munmap(chunk, CHUNK_SIZE);
    }
    arena->next = arena->end = NULL;
    arena->size = 0;
}
