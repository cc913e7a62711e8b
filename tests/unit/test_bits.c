/* Bit numbers and masks of src/base/bits.h against values written out by hand. */
#include "src/base/bits.h"

#include "tests/harness.h"

static void bit_zero_is_leftmost(void)
{
    CHECK_EQ(BIT8(0), 0x80);
    CHECK_EQ(BIT8(7), 0x01);
    CHECK_EQ(BIT16(0), 0x8000);
    CHECK_EQ(BIT16(15), 0x0001);
    CHECK_EQ(BIT32(0), 0x80000000);
    CHECK_EQ(BIT32(31), 1);
    CHECK_EQ(BIT64(0), 0x8000000000000000);
    CHECK_EQ(BIT64(12), 0x0008000000000000);
    CHECK_EQ(BIT64(63), 1);
}

static void masks_include_both_ends(void)
{
    CHECK_EQ(BITS64(0, 63), 0xffffffffffffffff);
    CHECK_EQ(BITS64(0, 0), 0x8000000000000000);
    CHECK_EQ(BITS64(63, 63), 1);
    CHECK_EQ(BITS64(8, 11), 0x00f0000000000000);
    CHECK_EQ(BITS64(31, 32), 0x0000000180000000);
    CHECK_EQ(BITS32(0, 31), 0xffffffff);
    CHECK_EQ(BITS32(4, 7), 0x0f000000);
    CHECK_EQ(BITS32(31, 31), 1);
}

static void fields_come_out_right_aligned(void)
{
    CHECK_EQ(bits64_get(0x0123456789abcdef, 0, 63), 0x0123456789abcdef);
    CHECK_EQ(bits64_get(0x0123456789abcdef, 0, 7), 0x01);
    CHECK_EQ(bits64_get(0x0123456789abcdef, 4, 11), 0x12);
    CHECK_EQ(bits64_get(0x0123456789abcdef, 56, 63), 0xef);
    CHECK_EQ(bits32_get(0x01234567, 8, 15), 0x23);
    CHECK_EQ(bits32_get(0x01234567, 31, 31), 1);
}

static void halves_are_replaced_alone(void)
{
    CHECK_EQ(high32(0x0123456789abcdef), 0x01234567);
    CHECK_EQ(low32(0x0123456789abcdef), 0x89abcdef);
    CHECK_EQ(with_low32(0x0123456789abcdef, 0xffffffff), 0x01234567ffffffff);
    CHECK_EQ(with_low32(0xffffffffffffffff, 0), 0xffffffff00000000);
    CHECK_EQ(with_high32(0x0123456789abcdef, 0xfedcba98), 0xfedcba9889abcdef);
}

static void counting_works_on_zero(void)
{
    CHECK_EQ(leading_zeros64(0), 64);
    CHECK_EQ(leading_zeros64(1), 63);
    CHECK_EQ(leading_zeros64(0x8000000000000000), 0);
    CHECK_EQ(population64(0), 0);
    CHECK_EQ(population64(0xf0f0000000000001), 9);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(bit_zero_is_leftmost),          TEST(masks_include_both_ends),
        TEST(fields_come_out_right_aligned), TEST(halves_are_replaced_alone),
        TEST(counting_works_on_zero),
    };

    return RUN_TESTS(tests);
}
