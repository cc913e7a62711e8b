/*
 * Runs of bytes, one or a few at a time: for hosts that have nothing better, and the measure
 * for those that have.
 */
#include "src/base/bytes.h"

#include "src/base/be.h"

void bytes_reverse(uint8_t *to, const uint8_t *from, uint32_t n)
{
    from += n;
    for (; n >= 8; n -= 8, to += 8) {
        uint64_t eight;

        from -= 8;
        memcpy(&eight, from, sizeof eight);
        eight = __builtin_bswap64(eight);
        memcpy(to, &eight, sizeof eight);
    }
    while (n-- > 0)
        *to++ = *--from;
}

static uint32_t mismatch(const uint8_t *a, const uint8_t *b, uint32_t n)
{
    uint32_t i = 0;

    while (n - i >= 8 && load_be64(a + i) == load_be64(b + i))
        i += 8;
    while (i < n && a[i] == b[i])
        i++;
    return i;
}

static uint32_t string_mismatch(const uint8_t *a, const uint8_t *b, uint32_t n, uint8_t end)
{
    uint32_t i = 0;

    while (i < n && a[i] == b[i] && a[i] != end)
        i++;
    return i;
}

static uint32_t span16(const uint8_t *p, uint32_t n, uint16_t character)
{
    uint64_t pattern = character * UINT64_C(0x0001000100010001);
    uint32_t i = 0;

    while (n - i >= 8 && load_be64(p + i) == pattern)
        i += 8;
    while (i < n && p[i] == (uint8_t)(character >> (i % 2 ? 0 : 8)))
        i++;
    return i;
}

static uint32_t find16(const uint8_t *p, uint32_t n, uint16_t character)
{
    uint32_t i = 0;

    while (i < n && load_be16(p + i) != character)
        i += 2;
    return i;
}

static uint64_t sum32(const uint8_t *p, uint32_t n)
{
    uint64_t sum = 0;
    uint32_t i = 0;

    for (; n - i >= 8; i += 8) {
        uint64_t two = load_be64(p + i);

        sum += (two >> 32) + (uint32_t)two;
    }
    for (; i < n; i++)
        sum += (uint64_t)p[i] << (24 - 8 * (i % 4));
    return sum;
}

static void translate(uint8_t *to, const uint8_t *from, uint32_t n, const uint8_t table[256])
{
    uint32_t i = 0;

    for (; n - i >= 4; i += 4) {
        uint8_t a = table[from[i]], b = table[from[i + 1]];
        uint8_t c = table[from[i + 2]], d = table[from[i + 3]];

        to[i] = a;
        to[i + 1] = b;
        to[i + 2] = c;
        to[i + 3] = d;
    }
    for (; i < n; i++)
        to[i] = table[from[i]];
}

static uint32_t find_selected(const uint8_t *p, uint32_t n, const uint8_t table[256])
{
    uint32_t i = 0;

    while (i < n && !table[p[i]])
        i++;
    return i;
}

static uint32_t find_selected_last(const uint8_t *p, uint32_t n, const uint8_t table[256])
{
    for (uint32_t i = n; i-- > 0;) {
        if (table[p[i]])
            return i;
    }
    return n;
}

/* Nothing is gained by taking the simple characters out first. */
static uint32_t convert_none(uint8_t *to, const uint8_t *from, uint32_t n)
{
    (void)to;
    (void)from;
    (void)n;
    return 0;
}

const struct byte_kernels byte_kernels_portable = {
    .mismatch = mismatch,
    .string_mismatch = string_mismatch,
    .span16 = span16,
    .find16 = find16,
    .sum32 = sum32,
    .translate = translate,
    .find_selected = find_selected,
    .find_selected_last = find_selected_last,
    .convert = {{NULL, convert_none, convert_none},
                {convert_none, NULL, convert_none},
                {convert_none, convert_none, NULL}},
};
