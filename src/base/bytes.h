/*
 * Runs of bytes as the string instructions need them: compared, searched, summed, translated
 * and widened many at a time where the host can, else one by one with the same results.
 *
 * A run lies in storage of which whole 4 KiB pages are readable: up to 31 bytes beyond its end
 * are read, but never on another page. Nothing is written but what is said. Source and target
 * do not overlap. Any thread.
 */
#ifndef ZITHER_BASE_BYTES_H
#define ZITHER_BASE_BYTES_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/compiler.h"

/* Widths of a character: 8, 16 or 32 bits, big-endian. */
enum byte_width {
    BYTE_WIDTH_8,
    BYTE_WIDTH_16,
    BYTE_WIDTH_32,
    BYTE_WIDTHS,
};

/* Converts characters that stand for themselves in UTF of both widths, none of them a
   surrogate, below 80 where one of the widths is 8. Stops at others, and may stop anywhere:
   the number of characters done, at most N. */
typedef uint32_t byte_convert(uint8_t *to, const uint8_t *from, uint32_t n);

struct byte_kernels {
    /* Index of the first of N bytes that differ; N where none does. */
    uint32_t (*mismatch)(const uint8_t *a, const uint8_t *b, uint32_t n);

    /* Index of the first of N bytes that differ or are END. */
    uint32_t (*string_mismatch)(const uint8_t *a, const uint8_t *b, uint32_t n, uint8_t end);

    /* Index of the first byte that is not as in CHARACTER again and again. */
    uint32_t (*span16)(const uint8_t *p, uint32_t n, uint16_t character);

    /* Index of the first CHARACTER among the characters of two bytes; N, even, for none. */
    uint32_t (*find16)(const uint8_t *p, uint32_t n, uint16_t character);

    /* The sum of four-byte elements; a shorter last one is padded with zeros on the right. */
    uint64_t (*sum32)(const uint8_t *p, uint32_t n);

    /* Each byte of FROM becomes the byte that it selects in TABLE. TO may be FROM. */
    void (*translate)(uint8_t *to, const uint8_t *from, uint32_t n, const uint8_t table[256]);

    /* Index of the first, or of the last byte that selects one which is not zero; N for
       none. */
    uint32_t (*find_selected)(const uint8_t *p, uint32_t n, const uint8_t table[256]);
    uint32_t (*find_selected_last)(const uint8_t *p, uint32_t n, const uint8_t table[256]);

    byte_convert *convert[BYTE_WIDTHS][BYTE_WIDTHS]; /* from, to; null on the diagonal */
};

extern const struct byte_kernels byte_kernels_portable;
extern const struct byte_kernels byte_kernels_avx2; /* only on x86-64 */
extern const struct byte_kernels byte_kernels_vbmi;

/* The best that this host can do. */
static inline const struct byte_kernels *byte_kernels(void)
{
#if defined(__x86_64__)
    if (likely(host_has("avx512vbmi") && host_has("avx512bw")))
        return &byte_kernels_vbmi;
    if (host_has("avx2"))
        return &byte_kernels_avx2;
#endif
    return &byte_kernels_portable;
}

/* The N bytes at FROM in reverse order. */
void bytes_reverse(uint8_t *to, const uint8_t *from, uint32_t n);

/* True where N bytes at A and M bytes at B have a byte in common. */
static inline bool bytes_overlap(const uint8_t *a, uint32_t n, const uint8_t *b, uint32_t m)
{
    return (uintptr_t)a - (uintptr_t)b < m || (uintptr_t)b - (uintptr_t)a < n;
}

#endif
