/* The arena: room that overlaps nothing, zeros where all of it is taken, a limit, and giving up. */

#include "cpu/jit/cache/arena.h"
#include "tests/harness.h"

#define MIB ((size_t)1 << 20)

static void room_is_taken_in_part(void)
{
    struct arena arena = {.limit = MIB};
    uint8_t *first = arena_room(&arena, 1000), *second;

    REQUIRE(first);
    CHECK(arena_room(&arena, 1000) == first);
    memset(first, 0xff, 1000);
    arena_take(&arena, 17);
    second = arena_room(&arena, 100);
    CHECK(second == first + 32);
    CHECK_EQ((uintptr_t)second % 16, 0);
    arena_empty(&arena);
}

static bool is_zero(const uint8_t *p, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (p[i])
            return false;
    return true;
}

static void new_memory_is_zero_and_stays(void)
{
    struct arena arena = {.limit = 4 * MIB};
    uint8_t *p[100];

    for (unsigned i = 0; i < 100; i++) {
        p[i] = arena_new(&arena, 30000);
        REQUIRE(p[i] && is_zero(p[i], 30000));
        memset(p[i], (int)i + 1, 30000);
    }
    for (unsigned i = 0; i < 100; i++)
        for (unsigned j = 0; j < 30000; j++)
            REQUIRE(p[i][j] == i + 1);
    arena_empty(&arena);
    p[0] = arena_new(&arena, 30000);
    CHECK(p[0] && is_zero(p[0], 30000));
    arena_empty(&arena);
}

static void the_limit_holds(void)
{
    struct arena arena = {.limit = 2 * MIB};
    size_t given = 0;

    while (arena_new(&arena, 10000))
        given += 10000;
    CHECK(given > MIB && given <= 2 * MIB);
    CHECK(!arena_room(&arena, 10000));
    arena_empty(&arena);
    CHECK(arena_room(&arena, 10000) != NULL);
    CHECK(!arena_room(&arena, ARENA_ROOM_MAX + 1));
    arena_empty(&arena);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(room_is_taken_in_part),
        TEST(new_memory_is_zero_and_stays),
        TEST(the_limit_holds),
    };

    return RUN_TESTS(tests);
}
