/* EBCDIC against code page 500 written out by hand, and back. */
#include "src/core/ebcdic.h"

#include "tests/harness.h"

static void letters_digits_and_signs(void)
{
    static const char text[] = "AIJRSZaijrsz09 .<(+&!$*);-/,%_>?:#@'=\"{}\\[]^|~`\n";
    static const uint8_t code[] = {0xc1, 0xc9, 0xd1, 0xd9, 0xe2, 0xe9, 0x81, 0x89, 0x91, 0x99,
                                   0xa2, 0xa9, 0xf0, 0xf9, 0x40, 0x4b, 0x4c, 0x4d, 0x4e, 0x50,
                                   0x4f, 0x5b, 0x5c, 0x5d, 0x5e, 0x60, 0x61, 0x6b, 0x6c, 0x6d,
                                   0x6e, 0x6f, 0x7a, 0x7b, 0x7c, 0x7d, 0x7e, 0x7f, 0xc0, 0xd0,
                                   0xe0, 0x4a, 0x5a, 0x5f, 0xbb, 0xa1, 0x79, 0x25};

    CHECK_EQ(sizeof text - 1, sizeof code);
    for (size_t i = 0; i < sizeof code; i++) {
        CHECK_EQ(ebcdic_from_ascii((uint8_t)text[i]), code[i]);
        CHECK_EQ(ebcdic_to_ascii(code[i]), (uint8_t)text[i]);
    }
    CHECK_EQ(ebcdic_to_ascii(0x15), '\n');
    CHECK_EQ(ebcdic_to_ascii(0xba), '[');
    CHECK_EQ(ebcdic_to_ascii(0x41), '?');
    CHECK_EQ(ebcdic_from_ascii(0xe4), EBCDIC_SUBSTITUTE);
}

static void every_ascii_character_comes_back(void)
{
    for (unsigned c = 0; c < 128; c++)
        CHECK_EQ(ebcdic_to_ascii(ebcdic_from_ascii((uint8_t)c)), c);
}

static void code_page_037_differs_in_five_signs(void)
{
    static const char signs[] = "![]^|";
    static const uint8_t code[] = {0x5a, 0xba, 0xbb, 0xb0, 0x4f};
    unsigned different = 0;

    for (unsigned c = 0; c < 128; c++) {
        const uint8_t there = ebcdic_037_from_ascii((uint8_t)c);

        different += there != ebcdic_from_ascii((uint8_t)c);
        CHECK_EQ(ebcdic_037_to_ascii(there), c);
    }
    CHECK_EQ(different, 5);
    for (size_t i = 0; i < sizeof code; i++)
        CHECK_EQ(ebcdic_037_from_ascii((uint8_t)signs[i]), code[i]);
}

static void fields_are_padded_or_cut_off(void)
{
    uint8_t field[4];

    ebcdic_put(field, sizeof field, "Z1", 2);
    CHECK_MEM_EQ(field, "\xe9\xf1\x40\x40", 4);
    ebcdic_put(field, sizeof field, "ABCDEF", 6);
    CHECK_MEM_EQ(field, "\xc1\xc2\xc3\xc4", 4);
}

static const struct test tests[] = {
    TEST(letters_digits_and_signs),
    TEST(every_ascii_character_comes_back),
    TEST(code_page_037_differs_in_five_signs),
    TEST(fields_are_padded_or_cut_off),
};

int main(void)
{
    return RUN_TESTS(tests);
}
