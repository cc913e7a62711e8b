/* Code memory: bytes written through one view run through the other, jumps are patched while
   they run, and the kernel's own list of mappings shows no page both writable and executable. */
#include "cpu/jit/cache/code_memory.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>

#include "src/base/error.h"
#include "tests/harness.h"

typedef int int_function(void);

/* A function pointer from an address, which C gives no conversion for. */
static int_function *as_function(const uint8_t *run)
{
    int_function *function;

    memcpy(&function, &run, sizeof function);
    return function;
}

/* mov eax, VALUE; ret */
static const uint8_t *publish_constant(struct code_memory *memory, uint32_t value)
{
    struct code_block block = code_memory_next(memory, 16);
    uint8_t code[] = {0xb8, 0, 0, 0, 0, 0xc3};

    memcpy(code + 1, &value, sizeof value);
    if (block.size < sizeof code)
        return NULL;
    memcpy(block.write, code, sizeof code);
    return code_memory_publish(memory, block, sizeof code) ? block.run : NULL;
}

/* Three no-operations and a jmp, whose displacement is aligned to 4 bytes; leads to TARGET. */
static const uint8_t *publish_jump(struct code_memory *memory, const uint8_t *target)
{
    struct code_block block = code_memory_next(memory, 16);
    const uint8_t code[] = {0x90, 0x90, 0x90, 0xe9, 0, 0, 0, 0};

    memcpy(block.write, code, sizeof code);
    if (!code_memory_publish(memory, block, sizeof code) ||
        !code_memory_patch(memory, block.run + 4, target))
        return NULL;
    return block.run;
}

static void what_is_written_runs(void)
{
    struct code_memory memory;
    struct error error;
    const uint8_t *first, *second, *jump;

    REQUIRE(code_memory_create(&memory, 1 << 20, &error) == 0);
    first = publish_constant(&memory, 0x12345678);
    second = publish_constant(&memory, 42);
    REQUIRE(first && second);
    CHECK_EQ((uintptr_t)first % 16, 0);
    CHECK_EQ(second - first, 16);
    CHECK_EQ(as_function(first)(), 0x12345678);
    CHECK_EQ(as_function(second)(), 42);

    jump = publish_jump(&memory, first);
    REQUIRE(jump);
    CHECK_EQ(as_function(jump)(), 0x12345678);
    CHECK(code_memory_patch(&memory, jump + 4, second));
    CHECK_EQ(as_function(jump)(), 42);

    code_memory_reset(&memory);
    CHECK(publish_constant(&memory, 7) == first);
    CHECK_EQ(as_function(first)(), 7);
    code_memory_destroy(&memory);
    CHECK(!memory.run && !memory.write);
    code_memory_destroy(&memory);
}

static void it_is_bounded(void)
{
    struct code_memory memory;
    struct code_block block, stale;

    REQUIRE(code_memory_create(&memory, 5000, NULL) == 0);
    CHECK_EQ(memory.size, 8192);
    block = code_memory_next(&memory, 1);
    CHECK_EQ(block.size, 8192);
    CHECK(!code_memory_publish(&memory, block, 8193));
    CHECK(!code_memory_publish(&memory, (struct code_block){0}, 1));
    CHECK(code_memory_publish(&memory, block, 8190));
    stale = block;
    CHECK(!code_memory_publish(&memory, stale, 1));
    block = code_memory_next(&memory, 1);
    CHECK_EQ(block.size, 2);
    CHECK_EQ(code_memory_next(&memory, 16).size, 0);
    CHECK(!code_memory_next(&memory, 16).write);
    CHECK(!publish_constant(&memory, 1));
    CHECK(code_memory_publish(&memory, block, 2));
    CHECK_EQ(code_memory_next(&memory, 1).size, 0);
    CHECK_EQ(code_memory_next(&memory, 3).size, 0);
    CHECK_EQ(code_memory_next(&memory, 0).size, 0);
    code_memory_destroy(&memory);
}

static void sizes_out_of_reach_are_refused(void)
{
    struct code_memory memory;
    struct error error = {0};

    CHECK_EQ(code_memory_create(&memory, 0, &error), -EINVAL);
    CHECK(strstr(error.text, "generated code"));
    CHECK_EQ(code_memory_create(&memory, CODE_MEMORY_MAX + 1, &error), -EINVAL);
    code_memory_destroy(&memory);
}

static void patches_stay_inside(void)
{
    struct code_memory memory;
    const uint8_t *target, *jump, *base;
    uint8_t before[64];

    REQUIRE(code_memory_create(&memory, 4096, NULL) == 0);
    base = memory.run;
    target = publish_constant(&memory, 1);
    jump = publish_jump(&memory, target);
    memcpy(before, base, sizeof before);
    CHECK(!code_memory_patch(&memory, jump + 3, target));
    CHECK(!code_memory_patch(&memory, jump + 5, target));
    CHECK(!code_memory_patch(&memory, jump + 8, target));
    CHECK(!code_memory_patch(&memory, base - 4, target));
    CHECK(!code_memory_patch(&memory, jump + 4, base + 4096));
    CHECK(!code_memory_patch(&memory, jump + 4, base + 24));
    CHECK(!code_memory_patch(&memory, jump + 4, base - 1));
    CHECK(!code_memory_patch(&memory, NULL, target));
    CHECK_MEM_EQ(base, before, sizeof before);
    CHECK(code_memory_patch(&memory, jump + 4, target));
    code_memory_destroy(&memory);
}

/* The permissions of the mapping that holds ADDRESS, as /proc/self/maps has them. */
static bool permissions_of(const void *address, char permissions[5])
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    bool found = false;

    while (maps && !found && fgets(line, sizeof line, maps)) {
        uintptr_t first, last;

        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s", &first, &last, permissions) == 3)
            found = first <= (uintptr_t)address && (uintptr_t)address < last;
    }
    if (maps)
        fclose(maps);
    return found;
}

static unsigned writable_and_executable(void)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512], permissions[5];
    unsigned count = 0;

    while (maps && fgets(line, sizeof line, maps)) {
        if (sscanf(line, "%*s %4s", permissions) == 1)
            count += strchr(permissions, 'w') && strchr(permissions, 'x');
    }
    if (maps)
        fclose(maps);
    return maps ? count : ~0u;
}

static void no_page_is_writable_and_executable(void)
{
    struct code_memory memory;
    const uint8_t *write, *run;
    char permissions[5] = "";

    REQUIRE(code_memory_create(&memory, 1 << 16, NULL) == 0);
    write = memory.write;
    run = memory.run;
    CHECK(publish_constant(&memory, 1) != NULL);
    for (size_t offset = 0; offset < memory.size; offset += 4096) {
        REQUIRE(permissions_of(write + offset, permissions));
        CHECK_STR_EQ(permissions, "rw-s");
        REQUIRE(permissions_of(run + offset, permissions));
        CHECK_STR_EQ(permissions, "r-xs");
    }
    CHECK_EQ(writable_and_executable(), 0);
    code_memory_destroy(&memory);
}

/* One thread runs a jump while this one exchanges its target. */
struct race {
    int_function *jump;
    atomic_bool stop;
    unsigned long wrong;
    atomic_ulong runs;
};

static void *run_jump(void *argument)
{
    struct race *race = argument;

    while (!atomic_load(&race->stop)) {
        int value = race->jump();

        race->wrong += value != 1 && value != 2;
        atomic_fetch_add(&race->runs, 1);
    }
    return NULL;
}

static void a_patch_is_seen_whole(void)
{
    struct code_memory memory;
    struct race race = {.wrong = 0};
    const uint8_t *targets[2], *jump;
    pthread_t thread;

    REQUIRE(code_memory_create(&memory, 1 << 16, NULL) == 0);
    targets[0] = publish_constant(&memory, 1);
    jump = publish_jump(&memory, targets[0]);
    /* Far enough that every byte of the displacement but the last differs. */
    CHECK(code_memory_publish(&memory, code_memory_next(&memory, 1), 0x5678));
    targets[1] = publish_constant(&memory, 2);
    race.jump = as_function(jump);
    REQUIRE(pthread_create(&thread, NULL, run_jump, &race) == 0);
    for (unsigned i = 0; i < 20000 || atomic_load(&race.runs) < 1000; i++)
        code_memory_patch(&memory, jump + 4, targets[i & 1]);
    atomic_store(&race.stop, true);
    pthread_join(thread, NULL);
    CHECK_EQ(race.wrong, 0);
    CHECK(atomic_load(&race.runs) >= 1000);
    code_memory_destroy(&memory);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(what_is_written_runs),
        TEST(it_is_bounded),
        TEST(sizes_out_of_reach_are_refused),
        TEST(patches_stay_inside),
        TEST(no_page_is_writable_and_executable),
        TEST(a_patch_is_seen_whole),
    };

#if !defined(__x86_64__)
    return 77; /* the bytes are x86-64's */
#endif
    return RUN_TESTS(tests);
}
