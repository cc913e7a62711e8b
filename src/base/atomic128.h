/*
 * Interlocked access to 16 aligned bytes, which not every compiler makes of its own builtins
 * without a library. All three are sequentially consistent.
 */
#ifndef ZITHER_BASE_ATOMIC128_H
#define ZITHER_BASE_ATOMIC128_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/compiler.h"

/* Replaces what is at P by DESIRED where it equals *EXPECTED; else stores it in *EXPECTED and
   returns false. */
static inline bool atomic128_compare_exchange(uint128_t *p, uint128_t *expected, uint128_t desired)
{
#if defined(__x86_64__)
    uint64_t low = (uint64_t)*expected, high = (uint64_t)(*expected >> 64);
    bool equal;

    __asm__ __volatile__("lock cmpxchg16b %1"
                         : "=@ccz"(equal), "+m"(*p), "+a"(low), "+d"(high)
                         : "b"((uint64_t)desired), "c"((uint64_t)(desired >> 64))
                         : "memory");
    *expected = (uint128_t)high << 64 | low;
    return equal;
#else
    return __atomic_compare_exchange_n(p, expected, desired, false, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST);
#endif
}

/* May write back what it read: P must be writable. */
static inline uint128_t atomic128_load(uint128_t *p)
{
    uint128_t value = 0;

    atomic128_compare_exchange(p, &value, value);
    return value;
}

static inline void atomic128_store(uint128_t *p, uint128_t value)
{
    uint128_t old = *p;

    while (!atomic128_compare_exchange(p, &old, value))
        ;
}

#endif
