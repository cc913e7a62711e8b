/* Every set of byte kernels against loops over single bytes, at every place of a page that
   matters. */
#include "src/base/bytes.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "src/base/be.h"
#include "tests/harness.h"

#define PAGE 4096u

static uint8_t *pages; /* two, with nothing readable around them */
static const struct byte_kernels *kernels;
static uint64_t seed;

static uint32_t draw(uint32_t n)
{
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)((seed >> 33) % n);
}

/* N bytes of which none lies on the other page: often at its end. */
static uint8_t *place(unsigned page, uint32_t n)
{
    return pages + page * PAGE + (draw(2) ? PAGE - n : draw(PAGE - n + 1));
}

static void fill(uint8_t *p, uint32_t n, uint32_t values)
{
    for (uint32_t i = 0; i < n; i++)
        p[i] = (uint8_t)draw(values);
}

static uint32_t draw_length(void)
{
    return draw(4) ? draw(100) : draw(1000);
}

static void mismatch(void)
{
    for (unsigned round = 0; round < 20000; round++) {
        uint32_t n = draw_length(), i = 0, j = 0;
        uint8_t *a = place(0, n), *b = place(1, n), end = (uint8_t)draw(4);

        fill(a, n, 256);
        memcpy(b, a, n);
        if (n && draw(2))
            b[draw(n)] ^= 1;
        while (i < n && a[i] == b[i])
            i++;
        CHECK_EQ(kernels->mismatch(a, b, n), i);
        while (j < n && a[j] == b[j] && a[j] != end)
            j++;
        CHECK_EQ(kernels->string_mismatch(a, b, n, end), j);
    }
}

static void characters(void)
{
    for (unsigned round = 0; round < 20000; round++) {
        uint32_t n = draw_length(), i = 0;
        uint8_t *p = place(0, n);
        uint16_t character = (uint16_t)(draw(2) << 8 | draw(2));

        for (uint32_t k = 0; k < n; k++)
            p[k] = (uint8_t)(character >> (k % 2 ? 0 : 8));
        if (n && draw(2))
            p[draw(n)] ^= 0x80;
        while (i < n && p[i] == (uint8_t)(character >> (i % 2 ? 0 : 8)))
            i++;
        CHECK_EQ(kernels->span16(p, n, character), i);
        n &= ~1u;
        fill(p, n, draw(2) ? 2 : 256);
        for (i = 0; i < n && (p[i] << 8 | p[i + 1]) != character;)
            i += 2;
        CHECK_EQ(kernels->find16(p, n, character), i);
    }
}

static void sums(void)
{
    for (unsigned round = 0; round < 20000; round++) {
        uint32_t n = draw_length();
        uint8_t *p = place(0, n);
        uint64_t sum = 0;

        fill(p, n, 256);
        for (uint32_t i = 0; i < n; i++)
            sum += (uint64_t)p[i] << (24 - 8 * (i % 4));
        CHECK_EQ(kernels->sum32(p, n), sum);
    }
}

static void reverse(void)
{
    for (unsigned round = 0; round < 2000; round++) {
        uint32_t n = draw_length(), wrong = 0;
        uint8_t *from = place(0, n), *to = place(1, n);

        fill(from, n, 256);
        bytes_reverse(to, from, n);
        for (uint32_t i = 0; i < n; i++)
            wrong += to[i] != from[n - 1 - i];
        CHECK_EQ(wrong, 0);
    }
}

static void tables(void)
{
    uint8_t table[256], wanted[1000];

    for (unsigned round = 0; round < 20000; round++) {
        uint32_t n = draw_length(), first = 0, last = n;
        uint8_t *from = place(0, n), *to = draw(2) ? from : place(1, n);

        memset(table, 0, sizeof table);
        for (uint32_t k = draw(4); k > 0; k--)
            table[draw(256)] = (uint8_t)draw(256);
        fill(from, n, 256);
        while (first < n && !table[from[first]])
            first++;
        for (uint32_t i = 0; i < n; i++)
            last = table[from[i]] ? i : last;
        CHECK_EQ(kernels->find_selected(from, n, table), first);
        CHECK_EQ(kernels->find_selected_last(from, n, table), last);
        fill(table, sizeof table, 256);
        for (uint32_t i = 0; i < n; i++)
            wanted[i] = table[from[i]];
        kernels->translate(to, from, n, table);
        CHECK_MEM_EQ(to, wanted, n);
    }
}

static uint32_t character_get(const uint8_t *p, unsigned width)
{
    return width == BYTE_WIDTH_8 ? *p : width == BYTE_WIDTH_16 ? load_be16(p) : load_be32(p);
}

static void character_put(uint8_t *p, unsigned width, uint32_t character)
{
    if (width == BYTE_WIDTH_8)
        *p = (uint8_t)character;
    else if (width == BYTE_WIDTH_16)
        store_be16(p, (uint16_t)character);
    else
        store_be32(p, character);
}

static bool is_simple(uint32_t c, bool narrow)
{
    return narrow ? c < 0x80 : c < 0x10000 && (c < 0xd800 || c > 0xdfff);
}

/* What is converted is simple and right; of simple characters none but a few is left. */
static void converts(unsigned from_width, unsigned to_width)
{
    uint32_t n = draw(200), done, wrong = 0, simple = 0;
    uint8_t *from = place(0, n << from_width), *to = place(1, n << to_width);
    bool narrow = from_width == BYTE_WIDTH_8 || to_width == BYTE_WIDTH_8;
    static const uint32_t edges[] = {0x7f,   0x80,   0xff,    0x100,  0xd7ff,   0xd800,
                                     0xdfff, 0xe000, 0x10000, 0xffff, 0x7f0000, 0x80000000};

    for (uint32_t i = 0; i < n; i++)
        character_put(from + (i << from_width), from_width, draw(0x80));
    if (n && draw(2))
        character_put(from + (draw(n) << from_width), from_width, edges[draw(12)]);
    if (n)
        memset(to, 0xee, n << to_width);
    while (simple < n &&
           is_simple(character_get(from + (simple << from_width), from_width), narrow))
        simple++;
    done = kernels->convert[from_width][to_width](to, from, n);
    CHECK(done <= simple);
    CHECK(kernels == &byte_kernels_portable || done + 16 > simple);
    for (uint32_t i = 0; i < n << to_width; i++)
        wrong += i >= done << to_width && to[i] != 0xee;
    for (uint32_t i = 0; i < done; i++)
        wrong += character_get(from + (i << from_width), from_width) !=
                 character_get(to + (i << to_width), to_width);
    CHECK_EQ(wrong, 0);
}

static void conversions(void)
{
    for (unsigned round = 0; round < 3000; round++) {
        for (unsigned from = 0; from < BYTE_WIDTHS; from++) {
            for (unsigned to = 0; to < BYTE_WIDTHS; to++) {
                if (from != to)
                    converts(from, to);
            }
        }
    }
}

static void overlap(void)
{
    CHECK(!bytes_overlap(pages, 4, pages + 4, 4));
    CHECK(!bytes_overlap(pages + 4, 4, pages, 4));
    CHECK(bytes_overlap(pages, 5, pages + 4, 1));
    CHECK(bytes_overlap(pages + 4, 1, pages, 5));
    CHECK(bytes_overlap(pages + 1, 1, pages, 9));
    CHECK(bytes_overlap(pages, 1, pages, 1));
}

/* All tests on each set of kernels that this host can use. */
static int run_all(const struct byte_kernels *set)
{
    static const struct test tests[] = {
        TEST(mismatch), TEST(characters),  TEST(sums),    TEST(reverse),
        TEST(tables),   TEST(conversions), TEST(overlap),
    };

    kernels = set;
    seed = 1;
    return RUN_TESTS(tests);
}

int main(void)
{
    const struct byte_kernels *best = byte_kernels();
    uint8_t *mapped = mmap(NULL, 4 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int status;

    if (mapped == MAP_FAILED)
        return 1;
    pages = mapped + PAGE;
    if (mprotect(pages, 2 * PAGE, PROT_READ | PROT_WRITE) != 0)
        return 1;
    status = run_all(&byte_kernels_portable);
    if (best != &byte_kernels_portable)
        status |= run_all(best);
    munmap(mapped, 4 * PAGE);
    return status;
}
