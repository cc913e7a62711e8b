#include "tests/isa/assembler.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/isa/encode.h"
#include "cpu/isa/insn.h"

enum kind {
    END,
    REGISTER,
    VECTOR_REGISTER,
    MASK,
    LENGTH,
    DISPLACEMENT12,
    DISPLACEMENT20,
    INDEX,
    BASE,
    VECTOR_INDEX,
    IMMEDIATE,
    SIGNED,
    UNSIGNED,
    RELATIVE,
    RXB,
    UNUSED_BITS,
};

struct field {
    enum kind kind;
    size_t offset, size; /* of the member of struct insn */
};

#define KIND_UNUSED                       UNUSED_BITS
#define MEMBER(member)                    offsetof(struct insn, member), sizeof((struct insn *)0)->member
#define FIELD(kind, member, first, width) FIELD_##kind(kind, member)
#define PLAIN(kind, member)               {kind, MEMBER(member)},
#define FIELD_REGISTER                    PLAIN
#define FIELD_VECTOR_REGISTER             PLAIN
#define FIELD_MASK                        PLAIN
#define FIELD_LENGTH                      PLAIN
#define FIELD_DISPLACEMENT12              PLAIN
#define FIELD_DISPLACEMENT20              PLAIN
#define FIELD_INDEX                       PLAIN
#define FIELD_BASE                        PLAIN
#define FIELD_VECTOR_INDEX                PLAIN
#define FIELD_IMMEDIATE                   PLAIN
#define FIELD_SIGNED                      PLAIN
#define FIELD_UNSIGNED                    PLAIN
#define FIELD_RELATIVE                    PLAIN
#define FIELD_RXB(kind, member)
#define FIELD_UNUSED(kind, member)

static const struct field formats[FORMAT_COUNT][9] = {
#define FORMAT(name, length, extension, ...) [FORMAT_##name] = {__VA_ARGS__{END, 0, 0}},
#include "cpu/isa/formats.def"
#undef FORMAT
};

static void put(struct insn *insn, const struct field *field, long long value)
{
    char *member = (char *)insn + field->offset;
    uint8_t byte = (uint8_t)(field->kind == LENGTH ? value - 1 : value);
    uint32_t word = (uint32_t)value;

    memcpy(member, field->size == 1 ? (const void *)&byte : &word, field->size);
}

static const char *skip(const char *p)
{
    while (isspace((unsigned char)*p))
        p++;
    return p;
}

/* A number, and the character C where one is wanted before it. */
static bool number(const char **text, char c, long long *value)
{
    const char *p = skip(*text);
    char *end;

    if (c && *p++ != c)
        return false;
    *value = strtoll(p, &end, 0);
    if (end == p)
        return false;
    *text = end;
    return true;
}

/* The register list behind a displacement: FIELD to the base. Returns the field behind it. */
static const struct field *address(struct insn *insn, const char **text, const struct field *field)
{
    const struct field *base = field;
    long long values[4];
    size_t count = 0, wanted;

    while (base->kind != BASE)
        base++;
    wanted = (size_t)(base - field) + 1;
    if (*skip(*text) == '(') {
        char before = '(';

        while (count < wanted && number(text, before, &values[count])) {
            count++;
            before = ',';
        }
        *text = skip(*text);
        if (count == 0 || *(*text)++ != ')')
            return NULL;
    }
    if (count == 1)
        put(insn, wanted == 2 && field->kind == LENGTH ? field : base, values[0]);
    else
        for (size_t i = 0; i < count; i++)
            put(insn, &field[i], values[i]);
    return base + 1;
}

static bool operands(struct insn *insn, const char *text, const struct field *field)
{
    char before = 0;

    while (field && field->kind != END) {
        const struct field *this = field++;
        long long value;

        if (!*skip(text))
            return this->kind == MASK || before == 0;
        if (!number(&text, before, &value))
            return false;
        put(insn, this, value);
        before = ',';
        if (this->kind == DISPLACEMENT12 || this->kind == DISPLACEMENT20)
            field = address(insn, &text, field);
    }
    return field && !*skip(text);
}

size_t assemble(uint8_t code[6], const char *text)
{
    size_t length = strcspn(text, " \t\n");

    for (unsigned i = 0; i < insn_row_count; i++) {
        const struct insn_row *row = &insn_rows[i];
        struct insn insn = {0};

        if (strlen(row->mnemonic) != length || strncmp(row->mnemonic, text, length) != 0)
            continue;
        if (!operands(&insn, text + length, formats[row->format]))
            return 0;
        return insn_encode(code, row, &insn);
    }
    return 0;
}
