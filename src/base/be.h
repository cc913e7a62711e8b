/*
 * Big-endian integers in storage. A guest integer in a layout structure is one of the
 * byte structures be16, be32, be64 and is read only through be*_get and be*_put, so that
 * a forgotten byte swap does not compile. The load_be and store_be functions do the same
 * for a bare address, which need not be aligned.
 */
#ifndef ZITHER_BASE_BE_H
#define ZITHER_BASE_BE_H

#include <stdint.h>
#include <string.h>

#include "src/base/compiler.h"

typedef struct {
    uint8_t byte[2];
} be16;
typedef struct {
    uint8_t byte[4];
} be32;
typedef struct {
    uint8_t byte[8];
} be64;

static inline uint16_t be_swap16(uint16_t v)
{
    const uint16_t probe = 1;
    return *(const uint8_t *)&probe ? __builtin_bswap16(v) : v;
}

static inline uint32_t be_swap32(uint32_t v)
{
    const uint16_t probe = 1;
    return *(const uint8_t *)&probe ? __builtin_bswap32(v) : v;
}

static inline uint64_t be_swap64(uint64_t v)
{
    const uint16_t probe = 1;
    return *(const uint8_t *)&probe ? __builtin_bswap64(v) : v;
}

static inline uint16_t load_be16(const void *p)
{
    uint16_t v;
    memcpy(&v, p, sizeof v);
    return be_swap16(v);
}

static inline uint32_t load_be32(const void *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return be_swap32(v);
}

static inline uint64_t load_be64(const void *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return be_swap64(v);
}

static inline void store_be16(void *p, uint16_t v)
{
    v = be_swap16(v);
    memcpy(p, &v, sizeof v);
}

static inline void store_be32(void *p, uint32_t v)
{
    v = be_swap32(v);
    memcpy(p, &v, sizeof v);
}

static inline void store_be64(void *p, uint64_t v)
{
    v = be_swap64(v);
    memcpy(p, &v, sizeof v);
}

static inline uint16_t be16_get(be16 v)
{
    return load_be16(v.byte);
}

static inline uint32_t be32_get(be32 v)
{
    return load_be32(v.byte);
}

static inline uint64_t be64_get(be64 v)
{
    return load_be64(v.byte);
}

static inline void be16_put(be16 *p, uint16_t v)
{
    store_be16(p->byte, v);
}

static inline void be32_put(be32 *p, uint32_t v)
{
    store_be32(p->byte, v);
}

static inline void be64_put(be64 *p, uint64_t v)
{
    store_be64(p->byte, v);
}

#endif
