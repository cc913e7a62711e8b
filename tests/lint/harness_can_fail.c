/* Every check of the harness, once true and once false. The checker test runs this program
   and expects it to fail with exactly these messages. */
#include "tests/harness.h"

static void all_true(void)
{
    CHECK(1 + 1 == 2);
    CHECK_EQ(7, 7);
    CHECK_STR_EQ("same", "same");
    CHECK_MEM_EQ("abc", "abd", 2);
}

static void not_true(void)
{
    CHECK(1 + 1 == 3);
}

static void not_equal(void)
{
    CHECK_EQ(-1, 0x10);
}

static void other_string(void)
{
    CHECK_STR_EQ("seen", "wanted");
}

static void no_string(void)
{
    CHECK_STR_EQ(NULL, "wanted");
}

static void other_bytes(void)
{
    CHECK_MEM_EQ("abc", "abd", 3);
}

static void leaves_early(void)
{
    REQUIRE(false);
    CHECK_EQ(1, 2);
}

static void nothing(void)
{
}

int main(void)
{
    static const struct test tests[] = {
        TEST(all_true),  TEST(not_true),    TEST(not_equal),    TEST(other_string),
        TEST(no_string), TEST(other_bytes), TEST(leaves_early), TEST(nothing),
    };

    return RUN_TESTS(tests);
}
