/* Field tables: the saved form byte by byte, what is refused, and coverage. */
#include "src/core/field.h"

#include <errno.h>

#include "tests/harness.h"

struct sample {
    uint64_t wide;
    uint32_t words[2];
    uint16_t half;
    uint8_t bytes[2];
};

static const struct field rows[] = {
    FIELD_ROW(sample, uint64_t, wide),
    FIELD_ROW(sample, uint32_t, words),
    FIELD_ROW(sample, uint16_t, half),
    FIELD_ROW(sample, uint8_t, bytes),
};

static const struct sample values = {
    .wide = 0x0102030405060708,
    .words = {0x11121314, 0x21222324},
    .half = 0x3132,
    .bytes = {0x41, 0x42},
};

/* Without the 4 bytes of padding at its end. */
#define SAMPLE_SIZE 20

static const uint8_t saved[] = "\6sample"
                               "\4wide\10\0\0\0\1\1\2\3\4\5\6\7\10"
                               "\5words\4\0\0\0\2\x11\x12\x13\x14\x21\x22\x23\x24"
                               "\4half\2\0\0\0\1\x31\x32"
                               "\5bytes\1\0\0\0\2\x41\x42";

static struct field_object describe(struct sample *sample)
{
    return (struct field_object){.name = "sample",
                                 .fields = rows,
                                 .field_count = 4,
                                 .object = sample,
                                 .object_size = SAMPLE_SIZE};
}

static void saved_form_is_big_endian_and_named(void)
{
    struct sample sample = values;
    const struct field_object object = describe(&sample);
    uint8_t seen[sizeof saved];

    REQUIRE(CHECK_EQ(field_object_saved_size(&object), sizeof saved - 1));
    field_object_save(&object, seen);
    CHECK_MEM_EQ(seen, saved, sizeof saved - 1);
    memset(&sample, 0, sizeof sample);
    CHECK_EQ(field_object_load(&object, saved, sizeof saved - 1, NULL), 0);
    CHECK_EQ(sample.wide, values.wide);
    CHECK_EQ(sample.words[0], values.words[0]);
    CHECK_EQ(sample.words[1], values.words[1]);
    CHECK_EQ(sample.half, values.half);
    CHECK_MEM_EQ(sample.bytes, values.bytes, 2);
}

static void damaged_forms_change_nothing(void)
{
    static const size_t places[] = {0, 1, 7, 8, 12, 16, 33, 35, 57};
    struct sample sample = values;
    const struct field_object object = describe(&sample);
    struct error error = {0};

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        uint8_t damaged[sizeof saved];

        memcpy(damaged, saved, sizeof saved);
        damaged[places[i]] ^= 1;
        CHECK_EQ(field_object_load(&object, damaged, sizeof saved - 1, &error), (uint64_t)-EINVAL);
        CHECK(strstr(error.text, "sample") != NULL);
    }
    CHECK_EQ(field_object_load(&object, saved, sizeof saved - 2, NULL), (uint64_t)-EINVAL);
    CHECK_EQ(field_object_load(&object, saved, sizeof saved, NULL), (uint64_t)-EINVAL);
    CHECK_EQ(field_object_load(&object, saved, 0, NULL), (uint64_t)-EINVAL);
    CHECK_MEM_EQ(&sample, &values, SAMPLE_SIZE);
}

static void gaps_are_found(void)
{
    struct sample sample = values;
    struct field_object object = describe(&sample);

    CHECK(field_object_is_covered(&object));
    object.object_size = sizeof sample;
    CHECK(!field_object_is_covered(&object));
    object = describe(&sample);
    object.field_count = 3;
    CHECK(!field_object_is_covered(&object));
    object = describe(&sample);
    object.fields = rows + 1;
    object.field_count = 3;
    CHECK(!field_object_is_covered(&object));
}

static void differences_are_found_in_order(void)
{
    struct sample sample = values, other = values;
    const struct field_object object = describe(&sample);
    struct field_difference difference = {NULL, 0, 0, 0};

    CHECK(!field_object_differs(&object, &other, &difference));
    other.wide = 7;
    other.words[1] = 8;
    other.half = 9;
    other.bytes[0] = 10;
    REQUIRE(CHECK(field_object_differs(&object, &other, &difference)));
    CHECK_STR_EQ(difference.field->name, "wide");
    CHECK_EQ(difference.one, values.wide);
    CHECK_EQ(difference.other, 7);
    REQUIRE(CHECK(field_object_differs(&object, &other, &difference)));
    CHECK_STR_EQ(difference.field->name, "words");
    CHECK_EQ(difference.index, 1);
    CHECK_EQ(difference.other, 8);
    REQUIRE(CHECK(field_object_differs(&object, &other, &difference)));
    CHECK_EQ(difference.one, values.half);
    CHECK_EQ(difference.other, 9);
    REQUIRE(CHECK(field_object_differs(&object, &other, &difference)));
    CHECK_EQ(difference.one, values.bytes[0]);
    CHECK_EQ(difference.other, 10);
    CHECK(!field_object_differs(&object, &other, &difference));
}

static const struct test tests[] = {
    TEST(saved_form_is_big_endian_and_named),
    TEST(damaged_forms_change_nothing),
    TEST(gaps_are_found),
    TEST(differences_are_found_in_order),
};

int main(void)
{
    return RUN_TESTS(tests);
}
