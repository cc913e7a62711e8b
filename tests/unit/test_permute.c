/* Bytes picked from a table, on the host's way and on the portable one. */
#include "src/base/permute.h"

#include <string.h>

#include "tests/harness.h"

static uint8_t table[32]; /* byte I is 0xa0 + I */

static void check_pick(const uint8_t numbers[16], const uint8_t wanted[16])
{
    uint8_t to[16] = {0};

    permute_bytes(to, table, numbers);
    CHECK(memcmp(to, wanted, sizeof to) == 0);
    permute_bytes_portable(to, table, numbers);
    CHECK(memcmp(to, wanted, sizeof to) == 0);
}

static void fill_table(void)
{
    for (unsigned i = 0; i < sizeof table; i++)
        table[i] = (uint8_t)(0xa0 + i);
}

static void picks_from_both_halves(void)
{
    static const uint8_t numbers[16] = {0,    31,   15,   16,   1,    30,   14,   17,
                                        0x20, 0x3f, 0x8f, 0x90, 0xe1, 0xfe, 0x4e, 0x71};
    static const uint8_t wanted[16] = {0xa0, 0xbf, 0xaf, 0xb0, 0xa1, 0xbe, 0xae, 0xb1,
                                       0xa0, 0xbf, 0xaf, 0xb0, 0xa1, 0xbe, 0xae, 0xb1};

    fill_table();
    check_pick(numbers, wanted);
}

static void every_number_in_every_place(void)
{
    uint8_t numbers[16], wanted[16];

    fill_table();
    for (unsigned n = 0; n < 256; n++) {
        for (unsigned i = 0; i < 16; i++) {
            numbers[i] = (uint8_t)(n + 37 * i);
            wanted[i] = (uint8_t)(0xa0 + (n + 37 * i) % 32);
        }
        check_pick(numbers, wanted);
    }
}

static void result_over_an_operand(void)
{
    uint8_t numbers[16], over[32];

    for (unsigned i = 0; i < 16; i++)
        numbers[i] = (uint8_t)(31 - i);
    fill_table();
    memcpy(over, table, sizeof over);
    permute_bytes(over + 16, over, numbers);
    CHECK_EQ(over[16], 0xbf);
    CHECK_EQ(over[31], 0xb0);
    permute_bytes_portable(numbers, table, numbers);
    CHECK_EQ(numbers[0], 0xbf);
    CHECK_EQ(numbers[15], 0xb0);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(picks_from_both_halves),
        TEST(every_number_in_every_place),
        TEST(result_over_an_operand),
    };

    return RUN_TESTS(tests);
}
