/* Multiplication without carries against its definition. */
#include "src/base/carryless.h"

#include "tests/harness.h"

static uint128_t by_definition(uint64_t a, uint64_t b)
{
    uint128_t product = 0;

    for (unsigned i = 0; i < 64; i++)
        if (b >> i & 1)
            product ^= (uint128_t)a << i;
    return product;
}

static void check_product(uint64_t a, uint64_t b, uint128_t wanted)
{
    const uint128_t host = carryless_multiply(a, b), portable = carryless_multiply_portable(a, b);

    CHECK_EQ((uint64_t)(host >> 64), (uint64_t)(wanted >> 64));
    CHECK_EQ((uint64_t)host, (uint64_t)wanted);
    CHECK_EQ((uint64_t)(portable >> 64), (uint64_t)(wanted >> 64));
    CHECK_EQ((uint64_t)portable, (uint64_t)wanted);
}

static void products_worked_out_by_hand(void)
{
    const uint64_t top = UINT64_C(1) << 63;

    check_product(0, UINT64_MAX, 0);
    check_product(1, UINT64_C(0x0123456789abcdef), UINT64_C(0x0123456789abcdef));
    /* (x + 1)(x + 1) is x^2 + 1; all ones squared has a one for each even power */
    check_product(3, 3, 5);
    check_product(UINT64_MAX, UINT64_MAX,
                  (uint128_t)UINT64_C(0x5555555555555555) << 64 | UINT64_C(0x5555555555555555));
    check_product(top, top, (uint128_t)1 << 126);
    check_product(top | 1, 2, (uint128_t)1 << 64 | 2);
}

static void random_products(void)
{
    uint64_t a = UINT64_C(0x9e3779b97f4a7c15), b = 1;

    for (unsigned i = 0; i < 10000; i++) {
        a ^= a << 13;
        a ^= a >> 7;
        a ^= a << 17;
        b = b * UINT64_C(6364136223846793005) + 1442695040888963407;
        check_product(a, b, by_definition(a, b));
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(products_worked_out_by_hand),
        TEST(random_products),
    };

    return RUN_TESTS(tests);
}
