/*
 * The first process of a Linux guest: the C library's string functions, which use vector
 * registers where the machine has them, against their definitions. Operands end at an
 * inaccessible page, or before it.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <wchar.h>

#include "tests/guest/linux/process.h"

enum { PAGE = 4096, LONGEST = 400, ROUNDS = 6000 };

/* A string, its length without the zero, a copy elsewhere, and what is looked for in it. */
struct sample {
    char *s, *copy;
    unsigned length, limit; /* limit: up to one more than the length */
    char wanted;
    char set[8], part[64];
    unsigned part_length;
};

static char *pages[2];

static char *pages_before_a_hole(void)
{
    char *p = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    mprotect(p + 2 * PAGE, PAGE, PROT_NONE);
    return p;
}

/* A place for SIZE bytes that ends at the hole or up to 39 bytes before it. */
static char *place(unsigned which, unsigned size)
{
    return pages[which] + 2 * PAGE - (draw(2) ? 0 : draw(40)) - size;
}

static void draw_characters(char *to, unsigned length, unsigned kinds)
{
    for (unsigned i = 0; i < length; i++)
        to[i] = (char)('a' + draw(kinds));
    to[length] = 0;
}

static struct sample draw_sample(void)
{
    struct sample x = {.length = draw(draw(4) ? 40 : LONGEST), .wanted = (char)('a' + draw(4))};
    unsigned kinds = 1 + draw(3);

    x.limit = draw(x.length + 2);
    x.s = place(0, x.length + 1);
    x.copy = place(1, x.length + 1);
    draw_characters(x.s, x.length, kinds);
    draw_characters(x.set, draw(5), 5);
    x.part_length = 1 + draw(draw(3) ? 5 : 40);
    draw_characters(x.part, x.part_length, kinds);
    if (x.length > x.part_length && draw(2))
        for (unsigned i = 0, from = draw(x.length - x.part_length); i < x.part_length; i++)
            x.part[i] = x.s[from + i];
    return x;
}

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

/* The N bytes at COPY are those at S, and the rest of the copy is as it was filled. */
static bool copied(const struct sample *x, unsigned n, char rest)
{
    for (unsigned i = 0; i <= x->length; i++)
        if (x->copy[i] != (i < n ? x->s[i] : rest))
            return false;
    return true;
}

static void copies(const struct sample *x)
{
    unsigned whole = x->length + 1, end = x->limit < x->length ? x->limit : x->length;

    memset(x->copy, '#', whole);
    CHECK(copied(x, 0, '#'));
    CHECK(memcpy(x->copy, x->s, x->limit) == x->copy && copied(x, x->limit, '#'));
    memset(x->copy, '#', whole);
    CHECK(strcpy(x->copy, x->s) == x->copy && copied(x, whole, 0));
    memset(x->copy, '#', whole);
    CHECK(stpcpy(x->copy, x->s) == x->copy + x->length && copied(x, whole, 0));
    memset(x->copy, '#', whole);
    CHECK(strncpy(x->copy, x->s, x->limit) == x->copy && copied(x, x->limit, '#'));
    memset(x->copy, '#', whole);
    CHECK(stpncpy(x->copy, x->s, x->limit) == x->copy + end && copied(x, x->limit, '#'));
    memcpy(x->copy, x->s, whole);
}

static void comparisons(const struct sample *x)
{
    CHECK(strcmp(x->s, x->copy) == 0 && memcmp(x->s, x->copy, x->length + 1) == 0);
    if (x->length) {
        unsigned at = draw(x->length);
        char before = x->copy[at];
        int wanted;

        x->copy[at] = (char)draw(256);
        wanted = sign((unsigned char)x->s[at] - (unsigned char)x->copy[at]);
        CHECK(sign(strcmp(x->s, x->copy)) == wanted);
        CHECK(sign(memcmp(x->s, x->copy, x->length)) == wanted);
        CHECK(strncmp(x->s, x->copy, at) == 0);
        CHECK(sign(strncmp(x->s, x->copy, x->length + 1)) == wanted);
        x->copy[at] = before;
    }
}

static void searches(const struct sample *x)
{
    const char *first = NULL, *last = NULL, *found = NULL;
    unsigned in_set = 0, outside = 0;

    for (unsigned i = 0; i < x->length; i++)
        if (x->s[i] == x->wanted) {
            first = first ? first : x->s + i;
            last = x->s + i;
        }
    for (unsigned i = 0; i + x->part_length <= x->length && !found; i++) {
        unsigned same = 0;

        while (same < x->part_length && x->s[i + same] == x->part[same])
            same++;
        found = same == x->part_length ? x->s + i : NULL;
    }
    while (in_set < x->length && index(x->set, x->s[in_set]))
        in_set++;
    while (outside < x->length && !index(x->set, x->s[outside]))
        outside++;
    CHECK(strlen(x->s) == x->length);
    CHECK(strnlen(x->s, x->limit) == (x->limit < x->length ? x->limit : x->length));
    CHECK(strchr(x->s, x->wanted) == first && strrchr(x->s, x->wanted) == last);
    CHECK(memchr(x->s, x->wanted, x->length) == first);
    CHECK(memrchr(x->s, x->wanted, x->length) == last);
    CHECK(strchrnul(x->s, x->wanted) == (first ? first : x->s + x->length));
    CHECK(rawmemchr(x->s, 0) == x->s + x->length);
    CHECK(strspn(x->s, x->set) == in_set && strcspn(x->s, x->set) == outside);
    CHECK(strstr(x->s, x->part) == found);
    CHECK(memmem(x->s, x->length, x->part, x->part_length) == found);
}

static void overlapping_moves(void)
{
    char moved[512], wanted[512];
    unsigned length = draw(300), to = draw(60), from = draw(60);

    for (unsigned i = 0; i < sizeof moved; i++)
        moved[i] = wanted[i] = (char)draw(256);
    for (unsigned i = 0; i < length; i++)
        wanted[to + i] = moved[from + i];
    memmove(moved + to, moved + from, length);
    for (unsigned i = 0; i < sizeof moved; i++)
        CHECK(moved[i] == wanted[i]);
}

static void wide_characters(void)
{
    unsigned length = draw(draw(4) ? 12 : 100), first = 0;
    unsigned size = (length + 1) * (unsigned)sizeof(wchar_t);
    wchar_t *s = (wchar_t *)(void *)(pages[0] + 2 * PAGE - 4 * draw(20) - size);
    wchar_t *copy = (wchar_t *)(void *)(pages[1] + 2 * PAGE - size);
    wchar_t wanted = L'\U0001f600' + (wchar_t)draw(3);

    for (unsigned i = 0; i < length; i++)
        s[i] = L'\U0001f600' + (wchar_t)draw(3);
    s[length] = 0;
    while (first < length && s[first] != wanted)
        first++;
    CHECK(wcslen(s) == length && wcscpy(copy, s) == copy && wcscmp(s, copy) == 0);
    CHECK(wcschr(s, wanted) == (first < length ? s + first : NULL));
    CHECK(wmemchr(s, wanted, length) == (first < length ? s + first : NULL));
    if (length) {
        unsigned at = draw(length);

        copy[at] = -5;
        CHECK(wcscmp(s, copy) > 0 && wcsncmp(s, copy, at) == 0);
        CHECK(wmemcmp(s, copy, length) > 0);
    }
}

static void test(void)
{
    pages[0] = pages_before_a_hole();
    pages[1] = pages_before_a_hole();
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct sample sample = draw_sample();

        copies(&sample);
        comparisons(&sample);
        searches(&sample);
        overlapping_moves();
        wide_characters();
    }
}

int main(void)
{
    test();
    process_end();
}
