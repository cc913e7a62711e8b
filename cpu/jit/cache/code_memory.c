/* Two mappings of the same pages: see code_memory.h. */
#include "cpu/jit/cache/code_memory.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "src/base/error.h"
#include "src/base/host_memory.h"

/* A huge page of the host, and how much of one is to be code before it is asked for. */
#define STEP       ((size_t)2 << 20)
#define STEP_BEGUN (STEP / 16)

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* SIZE bytes of addresses and nothing in them, aligned so that a huge page may come there. */
static uint8_t *reserve(size_t size, int where)
{
    uint8_t *all = mmap(NULL, size + STEP, PROT_NONE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | where, -1, 0);
    size_t before;

    if (all == MAP_FAILED)
        return MAP_FAILED;
    before = (size_t)(-(uintptr_t)all & (STEP - 1));
    if (before)
        munmap(all, before);
    munmap(all + before + size, STEP - before);
    return all + before;
}

/* Where code runs: low, if there is room, so that its addresses fit into instructions. */
static uint8_t *reserve_run(size_t size)
{
    uint8_t *run = reserve(size, HOST_MAP_LOW);

    return run != MAP_FAILED ? run : reserve(size, 0);
}

/* The same pages once more: what mremap does for a shared mapping of which nothing is moved. */
static int map_views(struct code_memory *memory, struct error *error)
{
    uint8_t *write = reserve(memory->size, 0), *run = reserve_run(memory->size);
    int code = 0;

    if (write == MAP_FAILED || run == MAP_FAILED ||
        mmap(write, memory->size, PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED)
        code =
            error_set(error, -errno, "the host has no memory for %zu bytes of generated code: %s",
                      memory->size, strerror(errno));
    else if (mremap(write, 0, memory->size, MREMAP_MAYMOVE | MREMAP_FIXED, run) == MAP_FAILED ||
             mprotect(run, memory->size, PROT_READ | PROT_EXEC) < 0)
        code = error_set(error, -errno,
                         "the host lets no generated code run (%s); the interpreter needs none",
                         strerror(errno));
    memory->write = write;
    memory->run = run;
    if (code == 0)
        return 0;
    if (run != MAP_FAILED)
        munmap(run, memory->size);
    if (write != MAP_FAILED)
        munmap(write, memory->size);
    return code;
}

int code_memory_create(struct code_memory *memory, size_t size, struct error *error)
{
    size_t page = page_size();
    int code;

    memset(memory, 0, sizeof *memory);
    if (size == 0 || size > CODE_MEMORY_MAX)
        return error_set(error, -EINVAL, "%zu bytes of generated code: 1 to %llu are possible",
                         size, (unsigned long long)CODE_MEMORY_MAX);
    memory->size = (size + page - 1) & ~(page - 1);
    code = map_views(memory, error);
    if (code < 0)
        memset(memory, 0, sizeof *memory);
    return code;
}

void code_memory_destroy(struct code_memory *memory)
{
    if (!memory->run)
        return;
    munmap(memory->run, memory->size);
    munmap(memory->write, memory->size);
    memset(memory, 0, sizeof *memory);
}

struct code_block code_memory_next(const struct code_memory *memory, size_t alignment)
{
    size_t start = memory->used;

    if (alignment == 0 || (alignment & (alignment - 1)) || alignment > page_size())
        return (struct code_block){0};
    start = (start + alignment - 1) & ~(alignment - 1);
    if (start >= memory->size)
        return (struct code_block){0};
    return (struct code_block){memory->write + start, memory->run + start, memory->size - start};
}

/* Steps in which there is code up to USED become one page each: one fault instead of 512, and a
   TLB of the host that reaches far. A host that cannot leaves all as it is. */
static void use_huge_pages(struct code_memory *memory, size_t used)
{
    while (used >= memory->collapsed + STEP_BEGUN && memory->collapsed + STEP <= memory->size) {
        (void)madvise(memory->write + memory->collapsed, STEP, MADV_COLLAPSE);
        (void)madvise(memory->run + memory->collapsed, STEP, MADV_COLLAPSE);
        memory->collapsed += STEP;
    }
}

bool code_memory_publish(struct code_memory *memory, struct code_block block, size_t size)
{
    size_t start;

    if (!block.write || block.write < memory->write + memory->used)
        return false;
    start = (size_t)(block.write - memory->write);
    if (start > memory->size || size > memory->size - start || block.run != memory->run + start)
        return false;
    /* The host keeps instruction fetch coherent with stores through any mapping; what is left
       to do is that no store moves past the point where the address becomes known. */
    atomic_store_explicit(&memory->used, start + size, memory_order_release);
    use_huge_pages(memory, start + size);
    return true;
}

void code_memory_reset(struct code_memory *memory)
{
    atomic_store_explicit(&memory->used, 0, memory_order_release);
}

bool code_memory_patch(struct code_memory *memory, const uint8_t *site, const uint8_t *target)
{
    size_t used = atomic_load_explicit(&memory->used, memory_order_acquire);
    uintptr_t at = (uintptr_t)site - (uintptr_t)memory->run;
    uintptr_t to = (uintptr_t)target - (uintptr_t)memory->run;

    if (at % sizeof(int32_t) != 0 || used < sizeof(int32_t) || at > used - sizeof(int32_t) ||
        to >= used)
        return false;
    atomic_store_explicit((_Atomic int32_t *)(void *)(memory->write + at),
                          (int32_t)((int64_t)to - (int64_t)(at + sizeof(int32_t))),
                          memory_order_release);
    return true;
}
