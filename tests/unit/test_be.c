/* Big-endian loads and stores, at odd addresses too, against bytes written out by hand. */
#include "src/base/be.h"

#include "tests/harness.h"

static const uint8_t bytes[] = {0xff, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};

static void loads_take_the_leftmost_byte_first(void)
{
    CHECK_EQ(load_be16(bytes + 1), 0x0123);
    CHECK_EQ(load_be32(bytes + 1), 0x01234567);
    CHECK_EQ(load_be64(bytes + 1), 0x0123456789abcdef);
}

static void stores_write_only_their_width(void)
{
    uint8_t seen[10];

    memset(seen, 0xee, sizeof seen);
    store_be16(seen + 1, 0x0123);
    CHECK_MEM_EQ(seen, "\xee\x01\x23\xee\xee\xee\xee\xee\xee\xee", sizeof seen);
    store_be32(seen + 1, 0x456789ab);
    CHECK_MEM_EQ(seen, "\xee\x45\x67\x89\xab\xee\xee\xee\xee\xee", sizeof seen);
    store_be64(seen + 1, 0x0123456789abcdef);
    CHECK_MEM_EQ(seen, "\xee\x01\x23\x45\x67\x89\xab\xcd\xef\xee", sizeof seen);
}

static void structures_hold_bytes_in_storage_order(void)
{
    struct {
        be16 half;
        be32 word;
        be64 dword;
    } layout;

    CHECK_EQ(sizeof layout, 14);
    be16_put(&layout.half, 0xcafe);
    be32_put(&layout.word, 0x01020304);
    be64_put(&layout.dword, 0x1122334455667788);
    CHECK_MEM_EQ(&layout, "\xca\xfe\x01\x02\x03\x04\x11\x22\x33\x44\x55\x66\x77\x88", 14);
    CHECK_EQ(be16_get(layout.half), 0xcafe);
    CHECK_EQ(be32_get(layout.word), 0x01020304);
    CHECK_EQ(be64_get(layout.dword), 0x1122334455667788);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(loads_take_the_leftmost_byte_first),
        TEST(stores_write_only_their_width),
        TEST(structures_hold_bytes_in_storage_order),
    };

    return RUN_TESTS(tests);
}
