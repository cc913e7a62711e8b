/* Absolute storage and its keys: see storage.h. */
#include "src/core/storage.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "src/base/host_memory.h"

static void *map_anonymous(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);

    return p == MAP_FAILED ? NULL : p;
}

#define HUGE_SIZE (UINT64_C(2) << 20) /* a huge page of the host */

/* Where so many of its blocks are stored into, the others are expected to be. Fewer would make
   the guest larger than it is; measured in docs/PERFORMANCE.md. */
#define HUGE_BEGUN 64

void storage_first_store(struct storage *storage, abs_addr addr)
{
    uint64_t region = addr.value / HUGE_SIZE;

    if (region >= storage->size / HUGE_SIZE ||
        atomic_fetch_add_explicit(&storage->begun[region], 1, memory_order_relaxed) + 1 !=
            HUGE_BEGUN)
        return;
    /* The host makes none where there is no page at all yet, as when a device is about to store
       many blocks. Where it makes none, nothing changes. */
    atomic_fetch_or_explicit((_Atomic uint8_t *)storage_host(storage, addr), 0,
                             memory_order_relaxed);
    (void)madvise(storage->host + region * HUGE_SIZE, HUGE_SIZE, MADV_COLLAPSE);
}

static size_t begun_size(const struct storage *storage)
{
    return (size_t)(storage->size / HUGE_SIZE + 1) * sizeof *storage->begun;
}

/* Where a huge page may start, so that the host can use them. */
static uint8_t *map_storage(int fd, size_t size)
{
    uint8_t *all =
        mmap(NULL, size + HUGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    size_t before;

    if (all == MAP_FAILED)
        return MAP_FAILED;
    before = (size_t)(-(uintptr_t)all & (HUGE_SIZE - 1));
    if (mmap(all + before, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE | MAP_FIXED, fd,
             0) == MAP_FAILED) {
        munmap(all, size + HUGE_SIZE);
        return MAP_FAILED;
    }
    if (before)
        munmap(all, before);
    munmap(all + before + size, HUGE_SIZE - before);
    return all + before;
}

int storage_create(struct storage *storage, uint64_t size, struct error *error)
{
    size_t pages = (size_t)(size >> STORAGE_PAGE_SHIFT);
    void *host;

    memset(storage, 0, sizeof *storage);
    storage->fd = -1;
    if (size == 0 || size % STORAGE_INCREMENT)
        return error_set(error, -EINVAL,
                         "memory size %llu bytes is not a multiple of 1 MiB above zero; "
                         "give one such as 512M",
                         (unsigned long long)size);
    storage->size = size;
    storage->fd = memfd_create("guest-storage", MFD_CLOEXEC);
    if (storage->fd < 0 || ftruncate(storage->fd, (off_t)size) < 0)
        goto fail;
    host = map_storage(storage->fd, (size_t)size);
    if (host == MAP_FAILED)
        goto fail;
    storage->host = host;
    /* A hint: host huge pages save host TLB misses; a refusal changes nothing. */
    (void)madvise(host, (size_t)size, MADV_HUGEPAGE);
    storage->key = map_anonymous(pages);
    storage->flags = map_anonymous(pages);
    storage->code_generation = map_anonymous((pages + 1) * sizeof *storage->code_generation);
    storage->code_granules = map_anonymous(pages * sizeof *storage->code_granules);
    storage->begun = map_anonymous(begun_size(storage));
    if (!storage->begun || !storage->key || !storage->flags || !storage->code_generation ||
        !storage->code_granules)
        goto fail;
    return 0;

fail:
    storage_destroy(storage);
    return error_set(error, -ENOMEM,
                     "the host cannot provide %llu MiB of guest memory; ask for less",
                     (unsigned long long)(size >> 20));
}

void storage_destroy(struct storage *storage)
{
    size_t pages = (size_t)(storage->size >> STORAGE_PAGE_SHIFT);

    if (storage->host)
        munmap(storage->host, (size_t)storage->size);
    if (storage->key)
        munmap((void *)storage->key, pages);
    if (storage->flags)
        munmap((void *)storage->flags, pages);
    if (storage->code_generation)
        munmap((void *)storage->code_generation, (pages + 1) * sizeof *storage->code_generation);
    if (storage->code_granules)
        munmap((void *)storage->code_granules, pages * sizeof *storage->code_granules);
    if (storage->begun)
        munmap((void *)storage->begun, begun_size(storage));
    if (storage->fd >= 0)
        close(storage->fd);
    memset(storage, 0, sizeof *storage);
    storage->fd = -1;
}

static void set_key_bits(struct storage *storage, abs_addr addr, size_t length, uint8_t bits)
{
    uint64_t last = (addr.value + length - 1) >> STORAGE_PAGE_SHIFT;

    for (uint64_t page = addr.value >> STORAGE_PAGE_SHIFT; page <= last; page++) {
        if (bits & STORAGE_KEY_CHANGE && storage->watch)
            storage->watch->stores(storage->watch, (abs_addr){page << STORAGE_PAGE_SHIFT});
        uint8_t before = atomic_fetch_or_explicit(&storage->key[page], bits, memory_order_relaxed);

        if (bits & ~before & STORAGE_KEY_CHANGE)
            storage_first_store(storage, (abs_addr){page << STORAGE_PAGE_SHIFT});
    }
}

bool storage_read(struct storage *storage, abs_addr addr, void *to, size_t length)
{
    if (!storage_contains(storage, addr, length))
        return false;
    if (length) {
        set_key_bits(storage, addr, length, STORAGE_KEY_REFERENCE);
        memcpy(to, storage_host(storage, addr), length);
    }
    return true;
}

bool storage_write(struct storage *storage, abs_addr addr, const void *from, size_t length)
{
    if (!storage_contains(storage, addr, length))
        return false;
    if (length) {
        set_key_bits(storage, addr, length, STORAGE_KEY_REFERENCE | STORAGE_KEY_CHANGE);
        memcpy(storage_host(storage, addr), from, length);
        storage_code_changed(storage, addr, length);
    }
    return true;
}

void storage_clear(struct storage *storage)
{
    size_t pages = (size_t)(storage->size >> STORAGE_PAGE_SHIFT);

    /* Giving the pages back is both faster and smaller than writing zeros. */
    if (fallocate(storage->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
                  (off_t)storage->size) < 0)
        memset(storage->host, 0, (size_t)storage->size);
    memset((void *)storage->key, 0, pages);
    memset((void *)storage->begun, 0, begun_size(storage));
    for (size_t page = 0; page < pages; page++)
        atomic_fetch_add_explicit(&storage->code_generation[page], 1, memory_order_relaxed);
    atomic_fetch_add(&storage->code_generation[pages], 1);
}

void storage_release(struct storage *storage, abs_addr addr, uint64_t length)
{
    for (uint64_t at = 0; at < length && storage->watch; at += STORAGE_PAGE_SIZE)
        storage->watch->stores(storage->watch, (abs_addr){addr.value + at});
    if (fallocate(storage->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)addr.value,
                  (off_t)length) < 0)
        memset(storage_host(storage, addr), 0, (size_t)length);
    storage_code_changed(storage, addr, length);
}

/* The granules that bytes FIRST to LAST of a block lie in. */
static uint64_t granules(uint64_t first, uint64_t last)
{
    return (UINT64_MAX >> (63 - (last >> 6))) & (UINT64_MAX << (first >> 6));
}

void storage_code_decoded(struct storage *storage, abs_addr addr, uint32_t length)
{
    uint64_t first = addr.value & ~STORAGE_PAGE_MASK;

    atomic_fetch_or(&storage->code_granules[addr.value >> STORAGE_PAGE_SHIFT],
                    granules(first, first + length - 1));
}

/* Drops the code of one block where the bytes hold some. All decoded forms of the block are
   then stale by their generation, so that it counts as data until it is decoded anew. */
static void block_changed(struct storage *storage, uint64_t page, uint64_t changed)
{
    if (!(atomic_load(&storage->flags[page]) & STORAGE_PAGE_HAS_CODE) ||
        !(atomic_load(&storage->code_granules[page]) & changed))
        return;
    /* The count last: whoever decodes meanwhile may lose its mark, but then finds the count
       changed and decodes again. */
    atomic_fetch_and(&storage->flags[page], (uint8_t)~STORAGE_PAGE_HAS_CODE);
    atomic_store(&storage->code_granules[page], 0);
    atomic_fetch_add(&storage->code_generation[page], 1);
    atomic_fetch_add(&storage->code_generation[storage->size >> STORAGE_PAGE_SHIFT], 1);
}

void storage_code_changed(struct storage *storage, abs_addr addr, uint64_t length)
{
    uint64_t end = addr.value + length;

    /* The bytes are there before the marks are looked at: see storage_code_recheck. */
    atomic_thread_fence(memory_order_seq_cst);
    while (addr.value < end) {
        uint64_t next = (addr.value | ~STORAGE_PAGE_MASK) + 1;
        uint64_t last = (next < end ? next : end) - 1;

        block_changed(storage, addr.value >> STORAGE_PAGE_SHIFT,
                      granules(addr.value & ~STORAGE_PAGE_MASK, last & ~STORAGE_PAGE_MASK));
        addr.value = next;
    }
}

void storage_code_recheck(struct storage *storage, abs_addr addr, const uint8_t *before,
                          uint32_t length)
{
    if (memcmp(storage_host(storage, addr), before, length))
        storage_code_changed(storage, addr, length);
}
