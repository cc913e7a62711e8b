/* The rows and the formats of the instruction table against each other and the PoP's rules. */
#include "tests/harness.h"

#include <ctype.h>

#include "cpu/arch/facilities.h"
#include "cpu/isa/coverage.h"
#include "cpu/isa/encode.h"
#include "cpu/isa/insn.h"

enum extension { NONE, BYTE1, NIBBLE, BYTE5 };

struct format {
    const char *name;
    unsigned length;
    enum extension extension;
};

static const struct format formats[FORMAT_COUNT] = {
#define FORMAT(name, length, extension, ...) [FORMAT_##name] = {#name, length, extension},
#include "cpu/isa/formats.def"
#undef FORMAT
};

struct field {
    unsigned format;
    const char *kind;
    const char *member;
    unsigned first;
    unsigned width;
};

/* The fields of all formats in one array: FORMAT_OPEN marks where those of a format start. */
static const struct field fields[] = {
#define FIELD(kind, member, first, width)    {FORMAT_COUNT, #kind, #member, first, width},
#define FORMAT(name, length, extension, ...) {FORMAT_##name, "", "", 0, 0}, __VA_ARGS__
#include "cpu/isa/formats.def"
#undef FORMAT
#undef FIELD
};

enum { FIELD_COUNT = sizeof fields / sizeof fields[0] };

/* The first field of FORMAT and, from a field, the next one of its format; null at the end. */
static const struct field *field_after(const struct field *field)
{
    field++;
    return field < fields + FIELD_COUNT && field->format == FORMAT_COUNT ? field : NULL;
}

static const struct field *field_first(unsigned format)
{
    for (const struct field *field = fields; field < fields + FIELD_COUNT; field++)
        if (field->format == format)
            return field_after(field);
    return NULL;
}

static bool is_kind(const struct field *field, const char *kind)
{
    return strcmp(field->kind, kind) == 0;
}

static const struct field *field_named(unsigned format, const char *member)
{
    for (const struct field *field = field_first(format); field; field = field_after(field))
        if (strcmp(field->member, member) == 0)
            return field;
    return NULL;
}

static uint64_t bits_of(unsigned first, unsigned width)
{
    return ((UINT64_C(1) << width) - 1) << (48 - first - width);
}

static uint64_t opcode_bits(const struct format *format)
{
    switch (format->extension) {
    case NONE:
        return bits_of(0, 8);
    case BYTE1:
        return bits_of(0, 16);
    case NIBBLE:
        return bits_of(0, 8) | bits_of(12, 4);
    case BYTE5:
        return bits_of(0, 8) | bits_of(40, 8);
    }
    return 0;
}

static void fields_cover_their_format_once(void)
{
    for (unsigned i = 0; i < FORMAT_COUNT; i++) {
        uint64_t covered = opcode_bits(&formats[i]);
        uint64_t whole = bits_of(0, 8 * formats[i].length);

        for (const struct field *field = field_first(i); field; field = field_after(field)) {
            uint64_t bits = bits_of(field->first, field->width);

            if (covered & bits)
                printf("# %s: %s overlaps\n", formats[i].name, field->member);
            CHECK_EQ(covered & bits, 0);
            covered |= bits;
        }
        if (covered != whole)
            printf("# %s has a hole\n", formats[i].name);
        CHECK_EQ(covered, whole);
    }
}

static void every_format_has_a_row(void)
{
    bool used[FORMAT_COUNT] = {false};

    for (unsigned i = 0; i < insn_row_count; i++)
        used[insn_rows[i].format] = true;
    for (unsigned i = 0; i < FORMAT_COUNT; i++) {
        if (!used[i])
            printf("# %s\n", formats[i].name);
        CHECK(used[i]);
    }
}

static void mnemonics_and_names_are_well_formed(void)
{
    for (unsigned i = 0; i < insn_row_count; i++) {
        const struct insn_row *row = &insn_rows[i];

        for (const char *c = row->mnemonic; *c; c++)
            CHECK(isupper((unsigned char)*c) || isdigit((unsigned char)*c));
        CHECK(strlen(row->name) > 0);
        for (const char *c = row->name; *c; c++)
            CHECK(isupper((unsigned char)*c) || isdigit((unsigned char)*c) || strchr(" -/", *c));
        for (unsigned j = 0; j < i; j++)
            CHECK(strcmp(row->mnemonic, insn_rows[j].mnemonic) != 0);
    }
}

static void a_first_byte_decides_length_and_extension(void)
{
    const struct insn_row *seen[0x100] = {NULL};

    for (unsigned i = 0; i < insn_row_count; i++) {
        const struct insn_row *row = &insn_rows[i];
        const struct format *format = &formats[row->format];
        unsigned first_byte = row->opcode >> 8;
        unsigned extension = row->opcode & 0xff;

        CHECK_EQ(format->length, insn_length((uint8_t)first_byte));
        CHECK(extension < (format->extension == NONE ? 1 : format->extension == NIBBLE ? 16 : 256));
        if (!seen[first_byte])
            seen[first_byte] = row;
        CHECK_EQ(format->extension, formats[seen[first_byte]->format].extension);
        CHECK(format->extension != NONE || seen[first_byte] == row);
    }
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static uint64_t pack(const uint8_t text[6])
{
    uint64_t bits = 0;

    for (unsigned i = 0; i < 6; i++)
        bits = bits << 8 | text[i];
    return bits;
}

static void unpack(uint8_t text[6], uint64_t bits)
{
    for (unsigned i = 0; i < 6; i++)
        text[i] = (uint8_t)(bits >> (40 - 8 * i));
}

/* The bits of an instruction that mean something: opcode, operands, and the RXB bits that
   belong to a vector register. */
static uint64_t meaningful_bits(unsigned format)
{
    uint64_t bits = opcode_bits(&formats[format]);

    for (const struct field *field = field_first(format); field; field = field_after(field)) {
        if (is_kind(field, "RXB") || is_kind(field, "UNUSED"))
            continue;
        bits |= bits_of(field->first, field->width);
        if (strncmp(field->kind, "VECTOR", strlen("VECTOR")) == 0)
            bits |= field->first == 8    ? bits_of(36, 1)
                    : field->first == 12 ? bits_of(37, 1)
                    : field->first == 16 ? bits_of(38, 1)
                                         : bits_of(39, 1);
    }
    return bits;
}

static void encoding_undoes_decoding(void)
{
    uint64_t state = 0x5eed;

    for (unsigned i = 0; i < insn_row_count; i++) {
        const struct insn_row *row = &insn_rows[i];
        uint64_t meaningful = meaningful_bits(row->format);
        uint64_t opcode = opcode_bits(&formats[row->format]);
        struct insn none = {0};
        uint8_t bare[6];

        CHECK_EQ(insn_encode(bare, row, &none), formats[row->format].length);
        for (unsigned n = 0; n < 64; n++) {
            uint8_t text[6], again[6];
            uint64_t bits = pack(bare) | (next_random(&state) & bits_of(0, 48) & ~opcode);
            struct insn insn;

            unpack(text, bits);
            CHECK(insn_decode(&insn, text) == row);
            CHECK(&insn_rows[insn.row] == row);
            CHECK_EQ(insn.length, formats[row->format].length);
            CHECK(insn.body == row->body);
            insn_encode(again, row, &insn);
            if (pack(again) != (bits & meaningful))
                printf("# %s\n", row->mnemonic);
            CHECK_EQ(pack(again), bits & meaningful);
        }
    }
}

static void opcodes_without_a_row_are_not_found(void)
{
    static const uint8_t texts[][6] = {
        {0x00},       {0x01, 0x03}, {0x52},       {0xff},
        {0xb2, 0x03}, {0xc0, 0x02}, {0xc0, 0xf3}, {0xe3, 0, 0, 0, 0, 0x00},
    };

    for (unsigned i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct insn insn;

        CHECK(insn_row_find(texts[i]) == NULL);
        CHECK(insn_decode(&insn, texts[i]) == NULL);
        CHECK(insn.body == NULL);
        CHECK_EQ(insn.length, insn_length(texts[i][0]));
    }
}

/* Flags that speak of a register make sense only where the format has it. */
static void check_register_flags(const struct insn_row *row)
{
    static const struct {
        uint32_t flag;
        const char *member;
        bool floating;
    } rules[] = {
        {INSN_EVEN_R1, "r1", false},   {INSN_EVEN_R2, "r2", false},   {INSN_EVEN_R3, "r3", false},
        {INSN_FP_PAIR_R1, "r1", true}, {INSN_FP_PAIR_R2, "r2", true}, {INSN_FP_PAIR_R3, "r3", true},
        {INSN_GR_R1, "r1", false},     {INSN_GR_R2, "r2", false},
    };
    bool floating = row->flags & (INSN_HFP | INSN_BFP | INSN_DFP);

    for (unsigned i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (!(row->flags & rules[i].flag))
            continue;
        CHECK(field_named(row->format, rules[i].member) != NULL);
        if (rules[i].floating || rules[i].flag & (INSN_GR_R1 | INSN_GR_R2))
            CHECK(floating);
    }
    CHECK(!(row->flags & INSN_GR_R1) || !(row->flags & INSN_FP_PAIR_R1));
    CHECK(!(row->flags & INSN_GR_R2) || !(row->flags & INSN_FP_PAIR_R2));
}

static bool one_at_most(uint32_t flags)
{
    return (flags & (flags - 1)) == 0;
}

static void flags_agree(void)
{
    for (unsigned i = 0; i < insn_row_count; i++) {
        const struct insn_row *row = &insn_rows[i];
        const struct field *immediate = field_named(row->format, "i2");
        bool vector_format = formats[row->format].name[0] == 'V';
        unsigned failures = harness_counts()->failures;

        CHECK(one_at_most(row->flags & (INSN_PRIVILEGED | INSN_SEMIPRIVILEGED)));
        CHECK(one_at_most(row->flags & (INSN_HFP | INSN_BFP | INSN_DFP | INSN_VECTOR)));
        CHECK(vector_format == !!(row->flags & INSN_VECTOR));
        if (row->flags & (INSN_BRANCH | INSN_INTERRUPTIBLE))
            CHECK(row->flags & INSN_ENDS_BLOCK);
        if (row->flags & INSN_UNSIGNED_I2)
            CHECK(immediate && (is_kind(immediate, "IMMEDIATE") || is_kind(immediate, "UNSIGNED")));
        if (row->flags & INSN_NO_EXECUTE)
            CHECK_STR_EQ(strncmp(row->name, "EXECUTE", 7) == 0 ? "EXECUTE" : row->name, "EXECUTE");
        check_register_flags(row);
        CHECK(row->facility < FACILITY_COUNT);
        if (harness_counts()->failures != failures)
            printf("# row %s\n", row->mnemonic);
    }
}

static void a_facility_bit_has_one_row(void)
{
    for (unsigned i = 0; i < FACILITY_COUNT; i++) {
        CHECK(facility_rows[i].name && facility_rows[i].title);
        for (unsigned j = 0; j < i; j++)
            CHECK(facility_rows[i].bit == FACILITY_NO_BIT ||
                  facility_rows[i].bit != facility_rows[j].bit);
    }
}

static void coverage_counts_every_row_once(void)
{
    struct insn_coverage all = {0};
    unsigned bodies = 0;

    for (unsigned i = 0; i < insn_row_count; i++)
        bodies += insn_rows[i].body != NULL;
    for (unsigned i = 0; i < FACILITY_COUNT; i++) {
        struct insn_coverage coverage = insn_coverage((enum facility)i);

        CHECK(coverage.bodies <= coverage.rows);
        CHECK(insn_facility_complete((enum facility)i) == (coverage.bodies == coverage.rows));
        all.rows += coverage.rows;
        all.bodies += coverage.bodies;
    }
    CHECK_EQ(all.rows, insn_row_count);
    CHECK_EQ(all.bodies, bodies);
}

static void values_are_extended_as_the_pop_says(void)
{
    static const uint8_t lg[6] = {0xe3, 0x12, 0x3f, 0xff, 0xff, 0x04};
    static const uint8_t far[6] = {0xe3, 0x12, 0x30, 0x00, 0x80, 0x04};
    static const uint8_t lghi[6] = {0xa7, 0x19, 0xff, 0xfe};
    static const uint8_t oill[6] = {0xa5, 0x1b, 0xff, 0xfe};
    static const uint8_t jg[6] = {0xc0, 0xf4, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t cgij[6] = {0xec, 0x86, 0xff, 0xf0, 0x80, 0x7c};
    static const uint8_t clgij[6] = {0xec, 0x86, 0xff, 0xf0, 0x80, 0x7d};
    static const uint8_t mvc[6] = {0xd2, 0xff, 0x1f, 0xff, 0x20, 0x01};
    static const uint8_t vfma[6] = {0xe7, 0x12, 0x33, 0x08, 0x4f, 0x8f};
    struct insn insn;

    insn_decode(&insn, lg);
    CHECK(insn.r1 == 1 && insn.x2 == 2 && insn.b2 == 3);
    CHECK_EQ(insn.d2, -1);
    insn_decode(&insn, far);
    CHECK_EQ(insn.d2, -0x80000);
    insn_decode(&insn, lghi);
    CHECK_EQ(insn.i2, -2);
    insn_decode(&insn, oill);
    CHECK_EQ(insn.i2, 0xfffe);
    insn_decode(&insn, jg);
    CHECK(insn.m1 == 15 && insn.i2 == -1);
    insn_decode(&insn, cgij);
    CHECK(insn.r1 == 8 && insn.m3 == 6 && insn.i4 == -16 && insn.i2 == -128);
    insn_decode(&insn, clgij);
    CHECK_EQ(insn.i2, 128);
    insn_decode(&insn, mvc);
    CHECK(insn.l1 == 255 && insn.b1 == 1 && insn.d1 == 0xfff && insn.b2 == 2 && insn.d2 == 1);
    insn_decode(&insn, vfma);
    CHECK(insn.v1 == 17 && insn.v2 == 18 && insn.v3 == 19 && insn.v4 == 20);
    CHECK(insn.m5 == 8 && insn.m6 == 3);
}

static const struct test tests[] = {
    TEST(fields_cover_their_format_once),
    TEST(every_format_has_a_row),
    TEST(mnemonics_and_names_are_well_formed),
    TEST(a_first_byte_decides_length_and_extension),
    TEST(encoding_undoes_decoding),
    TEST(opcodes_without_a_row_are_not_found),
    TEST(flags_agree),
    TEST(a_facility_bit_has_one_row),
    TEST(coverage_counts_every_row_once),
    TEST(values_are_extended_as_the_pop_says),
};

int main(void)
{
    return RUN_TESTS(tests);
}
