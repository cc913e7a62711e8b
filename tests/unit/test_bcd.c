/* Decimal digits of four bits against digits one by one. */
#include "src/base/bcd.h"

#include "tests/harness.h"

static uint64_t seed = 1;

static uint32_t draw(uint32_t n)
{
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)((seed >> 33) % n);
}

/* Up to N digits, many of them 0 or 9. */
static uint128_t draw_digits(unsigned n)
{
    uint128_t x = 0;

    for (unsigned i = draw(n + 1); i > 0; i--)
        x = x << 4 | (draw(3) ? draw(10) : draw(2) * 9);
    return x;
}

static unsigned digit(uint128_t x, unsigned i)
{
    return (unsigned)(x >> 4 * i) & 0xf;
}

static void equal(uint128_t a, uint128_t b)
{
    CHECK_EQ((uint64_t)a, (uint64_t)b);
    CHECK_EQ((uint64_t)(a >> 64), (uint64_t)(b >> 64));
}

static void invalid(void)
{
    for (unsigned i = 0; i < 32; i++) {
        for (unsigned code = 0; code < 16; code++) {
            uint128_t x = draw_digits(31) & ~((uint128_t)0xf << 4 * i);

            CHECK_EQ(bcd_invalid(x | (uint128_t)code << 4 * i), code > 9);
        }
    }
}

static void add_and_subtract(void)
{
    for (unsigned round = 0; round < 20000; round++) {
        uint128_t a = draw_digits(31), b = draw_digits(31), sum = 0;
        unsigned carry = 0;

        for (unsigned i = 0; i < 32; i++) {
            carry += digit(a, i) + digit(b, i);
            sum |= (uint128_t)(carry % 10) << 4 * i;
            carry /= 10;
        }
        equal(bcd_add(a, b), sum);
        equal(bcd_subtract(sum, a), b);
        equal(bcd_subtract(sum, b), a);
    }
}

static void binary(void)
{
    for (unsigned round = 0; round < 20000; round++) {
        uint128_t x = draw_digits(32), value = 0;

        for (unsigned i = 32; i-- > 0;)
            value = value * 10 + digit(x, i);
        equal(bcd_to_binary(x), value);
        equal(bcd_from_binary(value), x);
    }
    for (uint64_t x = 0; x < 100000; x++) { /* every quotient of the last steps */
        CHECK_EQ(bcd64_to_binary(bcd64_from_binary(x)), x);
        CHECK(!bcd64_invalid(bcd64_from_binary(x)));
        CHECK_EQ(bcd64_from_binary(x) & 0xf, x % 10);
    }
}

static void bytes(void)
{
    for (unsigned round = 0; round < 1000; round++) {
        uint32_t digits = draw(UINT32_MAX);
        uint64_t spread = bcd_to_bytes(digits), wanted = 0;

        for (unsigned i = 0; i < 8; i++)
            wanted |= (uint64_t)digit(digits, i) << 8 * i;
        CHECK_EQ(spread, wanted);
        CHECK_EQ(bcd_from_bytes(spread | UINT64_C(0xf030a0f0501020f0)), digits);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(invalid),
        TEST(add_and_subtract),
        TEST(binary),
        TEST(bytes),
    };

    return RUN_TESTS(tests);
}
