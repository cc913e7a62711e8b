/*
 * The test harness: checks that print what they saw, and a runner that prints TAP.
 *
 * A test is a function without arguments; a program lists its tests as rows and hands
 * them to RUN_TESTS, whose value main returns. A failed check is printed with its place
 * and both values and the test goes on; REQUIRE leaves the function at once. One test
 * program is one translation unit and one thread of checks.
 */
#ifndef ZITHER_TESTS_HARNESS_H
#define ZITHER_TESTS_HARNESS_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct test {
    const char *name;
    void (*run)(void);
};

/* One row of a program's array of struct test. */
#define TEST(function)                                                                             \
    {                                                                                              \
#function, function                                                                        \
    }

#define RUN_TESTS(tests) harness_run((tests), sizeof(tests) / sizeof((tests)[0]))

/* Checks and REQUIRE evaluate their arguments once; all but REQUIRE have the value true when
   the check passed. */
#define CHECK(condition) harness_check(HARNESS_PLACE(#condition), (condition) ? true : false)
#define CHECK_EQ(seen, wanted)                                                                     \
    harness_check_eq(HARNESS_PLACE(#seen), (uint64_t)(seen), (uint64_t)(wanted))
#define CHECK_STR_EQ(seen, wanted) harness_check_str(HARNESS_PLACE(#seen), (seen), (wanted))
#define CHECK_MEM_EQ(seen, wanted, size)                                                           \
    harness_check_mem(HARNESS_PLACE(#seen), (seen), (wanted), (size))
#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!harness_check(HARNESS_PLACE(#condition), (condition) ? true : false))                 \
            return;                                                                                \
    } while (0)

/* Where a check stands and what it looks at. */
struct harness_place {
    const char *file;
    int line;
    const char *text;
};

#define HARNESS_PLACE(text)                                                                        \
    (struct harness_place)                                                                         \
    {                                                                                              \
        __FILE__, __LINE__, text                                                                   \
    }

/* Checks made and checks failed so far in this program. */
struct harness_counts {
    unsigned checks;
    unsigned failures;
};

static inline struct harness_counts *harness_counts(void)
{
    static struct harness_counts counts;

    return &counts;
}

static inline bool harness_count(bool passed)
{
    harness_counts()->checks++;
    if (!passed)
        harness_counts()->failures++;
    return passed;
}

static inline bool harness_check(struct harness_place at, bool passed)
{
    if (!passed)
        printf("# %s:%d: not true: %s\n", at.file, at.line, at.text);
    return harness_count(passed);
}

static inline bool harness_check_eq(struct harness_place at, uint64_t seen, uint64_t wanted)
{
    if (seen != wanted)
        printf("# %s:%d: %s is 0x%" PRIx64 " (%" PRId64 "), wanted 0x%" PRIx64 " (%" PRId64 ")\n",
               at.file, at.line, at.text, seen, (int64_t)seen, wanted, (int64_t)wanted);
    return harness_count(seen == wanted);
}

static inline bool harness_check_str(struct harness_place at, const char *seen, const char *wanted)
{
    bool passed = seen && wanted ? strcmp(seen, wanted) == 0 : seen == wanted;

    if (!passed)
        printf("# %s:%d: %s is \"%s\", wanted \"%s\"\n", at.file, at.line, at.text,
               seen ? seen : "(null)", wanted ? wanted : "(null)");
    return harness_count(passed);
}

static inline bool harness_check_mem(struct harness_place at, const void *seen, const void *wanted,
                                     size_t size)
{
    const uint8_t *a = seen, *b = wanted;
    size_t i = 0;

    while (i < size && a[i] == b[i])
        i++;
    if (i < size)
        printf("# %s:%d: %s differs at byte %zu: 0x%02x, wanted 0x%02x\n", at.file, at.line,
               at.text, i, a[i], b[i]);
    return harness_count(i == size);
}

/* Runs every test, prints TAP, and returns the exit status of the program. A program that
   checked nothing has failed: an empty test proves nothing. */
static inline int harness_run(const struct test *tests, size_t count)
{
    bool passed = true;

    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("1..%zu\n", count);
    for (size_t i = 0; i < count; i++) {
        struct harness_counts before = *harness_counts();
        bool good;

        tests[i].run();
        good = harness_counts()->failures == before.failures;
        if (harness_counts()->checks == before.checks) {
            printf("# %s checked nothing\n", tests[i].name);
            good = false;
        }
        printf("%sok %zu - %s\n", good ? "" : "not ", i + 1, tests[i].name);
        passed = passed && good;
    }
    return passed && count > 0 ? 0 : 1;
}

#endif
