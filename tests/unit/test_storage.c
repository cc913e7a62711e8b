/* Storage of odd sizes, filled block by block as the host makes huge pages of it, and cleared. */
#include "src/core/storage.h"
#include "tests/harness.h"

#define MIB (UINT64_C(1) << 20)

static void fill(struct storage *storage)
{
    for (uint64_t at = 0; at < storage->size; at += STORAGE_PAGE_SIZE) {
        const uint64_t value = at ^ UINT64_C(0x5aa5);

        REQUIRE(storage_write(storage, (abs_addr){at + 8}, &value, sizeof value));
    }
}

static bool holds(struct storage *storage, bool filled)
{
    for (uint64_t at = 0; at < storage->size; at += STORAGE_PAGE_SIZE) {
        uint64_t value[3];

        if (!storage_read(storage, (abs_addr){at}, value, sizeof value) || value[0] || value[2] ||
            value[1] != (filled ? at ^ UINT64_C(0x5aa5) : 0))
            return false;
    }
    return true;
}

static void what_is_stored_stays(void)
{
    static const unsigned sizes[] = {1, 2, 5, 8};
    struct storage storage;
    struct error error;

    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        REQUIRE(storage_create(&storage, sizes[i] * MIB, &error) == 0);
        CHECK_EQ((uintptr_t)storage.host % (2 * MIB), 0);
        CHECK(holds(&storage, false));
        fill(&storage);
        CHECK(holds(&storage, true));
        storage_clear(&storage);
        CHECK(holds(&storage, false));
        fill(&storage);
        CHECK(holds(&storage, true));
        storage_destroy(&storage);
    }
}

static void a_block_given_back_is_zero(void)
{
    struct storage storage;
    struct error error;
    uint64_t value;

    REQUIRE(storage_create(&storage, 4 * MIB, &error) == 0);
    fill(&storage);
    storage_release(&storage, (abs_addr){0x5000}, STORAGE_PAGE_SIZE);
    REQUIRE(storage_read(&storage, (abs_addr){0x5008}, &value, sizeof value));
    CHECK_EQ(value, 0);
    REQUIRE(storage_read(&storage, (abs_addr){0x6008}, &value, sizeof value));
    CHECK_EQ(value, UINT64_C(0x6000) ^ 0x5aa5);
    storage_destroy(&storage);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(what_is_stored_stays),
        TEST(a_block_given_back_is_zero),
    };

    return RUN_TESTS(tests);
}
