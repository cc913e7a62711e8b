/*
 * Absolute storage: one memfd mapped once, with a storage key for each 4 KiB block
 * (PoP chapter 3, "Storage").
 *
 * Addresses: a logical or virtual address is a plain uint64_t; real and absolute addresses
 * are structs of one member, so that mixing the three does not compile.
 *
 * Threads: every CPU and the I/O thread use storage at the same time. Keys are changed by
 * atomic operations only. The mapping lives as long as the object.
 */
#ifndef ZITHER_CORE_STORAGE_H
#define ZITHER_CORE_STORAGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"

typedef struct {
    uint64_t value;
} real_addr;

typedef struct {
    uint64_t value;
} abs_addr;

#define STORAGE_PAGE_SHIFT 12
#define STORAGE_PAGE_SIZE  4096u
#define STORAGE_PAGE_MASK  (~UINT64_C(0xfff))
#define STORAGE_INCREMENT  (UINT64_C(1) << 20) /* size is a multiple of this */

/* Bits of a storage key as in the operand of SET STORAGE KEY EXTENDED. */
enum storage_key_bits {
    STORAGE_KEY_ACC = 0xf0,
    STORAGE_KEY_FETCH = 0x08,
    STORAGE_KEY_REFERENCE = 0x04,
    STORAGE_KEY_CHANGE = 0x02,
    STORAGE_KEY_ALL = 0xfe,
};

/* Facts about a 4 KiB block that are not architected. */
enum storage_page_flag {
    STORAGE_PAGE_HAS_CODE = 1 << 0, /* decoded instructions come from this block */
};

/* Told of each page before something is stored there, once its fast ways have been purged. Any
   thread that stores. */
struct storage_watch {
    void (*stores)(struct storage_watch *watch, abs_addr page);
};

struct storage {
    uint8_t *host;                     /* absolute 0 */
    uint64_t size;                     /* bytes */
    _Atomic uint8_t *key;              /* one per 4 KiB block */
    _Atomic uint8_t *flags;            /* enum storage_page_flag, one per block */
    _Atomic uint32_t *code_generation; /* counts stores into decoded code: a block's, then all */
    _Atomic uint64_t *code_granules;   /* 64-byte granules with decoded code, one word per block */
    _Atomic uint16_t *begun;           /* one per 2 MiB: first stores into blocks of it */
    int fd;
    struct storage_watch *watch; /* null: none; set while nothing runs */
};

/* SIZE in bytes. -EINVAL where it is 0 or no multiple of 1 MiB, -ENOMEM where the host has
   not enough; then nothing is left behind. */
int storage_create(struct storage *storage, uint64_t size, struct error *error);
void storage_destroy(struct storage *storage);

/* True where the LENGTH bytes at ADDR are configured. LENGTH may be 0. */
static inline bool storage_contains(const struct storage *storage, abs_addr addr, uint64_t length)
{
    return addr.value <= storage->size && length <= storage->size - addr.value;
}

/* The byte at ADDR on the host. The caller has checked storage_contains. */
static inline uint8_t *storage_host(const struct storage *storage, abs_addr addr)
{
    return storage->host + addr.value;
}

static inline _Atomic uint8_t *storage_key_at(const struct storage *storage, abs_addr addr)
{
    return &storage->key[addr.value >> STORAGE_PAGE_SHIFT];
}

/* Says that a block whose change bit was zero is about to be stored into: the host may be asked
   for a huge page around it. */
void storage_first_store(struct storage *storage, abs_addr addr);

/* Reference recording, and change recording for a store. Most find the bits set already,
   and a plain load is far cheaper than a locked update. */
static inline void storage_key_record(struct storage *storage, abs_addr addr, bool store)
{
    _Atomic uint8_t *key = storage_key_at(storage, addr);
    uint8_t bits = (uint8_t)(STORAGE_KEY_REFERENCE | (store ? STORAGE_KEY_CHANGE : 0));

    if (store && storage->watch)
        storage->watch->stores(storage->watch, addr);
    if ((atomic_load_explicit(key, memory_order_relaxed) & bits) == bits)
        return;
    if (!(atomic_fetch_or_explicit(key, bits, memory_order_relaxed) & STORAGE_KEY_CHANGE) && store)
        storage_first_store(storage, addr);
}

/* Copies from or to storage for devices and resets: sets the reference bit (and, writing, the
   change bit) and tells the decoded code about a write. False, having done nothing, where
   the range is not all configured. */
bool storage_read(struct storage *storage, abs_addr addr, void *to, size_t length);
bool storage_write(struct storage *storage, abs_addr addr, const void *from, size_t length);

/* Zeroes all storage and all keys (PoP: clear reset). No CPU may be running. */
void storage_clear(struct storage *storage);

/* Gives LENGTH bytes, both multiples of 4 KiB, back to the host: they read as zeros. Keys stay.
   The caller has checked storage_contains. */
void storage_release(struct storage *storage, abs_addr addr, uint64_t length);

/* Marks LENGTH bytes of one 4 KiB block as decoded into instructions. */
void storage_code_decoded(struct storage *storage, abs_addr addr, uint32_t length);

/* After that: drops the code where the bytes are no longer those that BEFORE holds, a copy from
   before they were decoded. Whoever stored meanwhile may not have seen the mark. */
void storage_code_recheck(struct storage *storage, abs_addr addr, const uint8_t *before,
                          uint32_t length);

/* How many bytes from OFFSET of a block, at most MOST, such a copy can have. */
static inline uint32_t code_snapshot_length(uint32_t offset, size_t most)
{
    uint32_t rest = STORAGE_PAGE_SIZE - offset;

    return rest < most ? rest : (uint32_t)most;
}

/* Says that the bytes changed beside the CPUs' own stores: decoded code there is dropped. */
void storage_code_changed(struct storage *storage, abs_addr addr, uint64_t length);

#endif
