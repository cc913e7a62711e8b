/*
 * What an instruction looks like is data: its operands are a string in the language of
 * syntax.def, which comes from the row's format unless that file or an alias has another.
 */
#include "cpu/isa/disassemble.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/isa/insn.h"
#include "cpu/isa/insn_index.h"
#include "src/base/be.h"
#include "src/base/compiler.h"

/* The operands of each format, made from its fields. */
#define TEXT_REGISTER(member)        #member ","
#define TEXT_VECTOR_REGISTER(member) #member ","
#define TEXT_MASK(member)            #member ","
#define TEXT_LENGTH(member)          #member ","
#define TEXT_DISPLACEMENT12(member)  #member "("
#define TEXT_DISPLACEMENT20(member)  #member "("
#define TEXT_INDEX(member)           #member ","
#define TEXT_VECTOR_INDEX(member)    #member ","
#define TEXT_BASE(member)            #member "),"
#define TEXT_IMMEDIATE(member)       #member ","
#define TEXT_SIGNED(member)          #member ","
#define TEXT_UNSIGNED(member)        #member ","
#define TEXT_RELATIVE(member)        "*" #member ","
#define TEXT_RXB(member)             ""
#define TEXT_UNUSED(member)          ""

static const char *const format_operands[FORMAT_COUNT] = {
#define FIELD(kind, member, first, width)    TEXT_##kind(member)
#define FORMAT(name, length, extension, ...) [FORMAT_##name] = "" __VA_ARGS__,
#include "cpu/isa/formats.def"
#undef FORMAT
#undef FIELD
};

struct syntax {
    uint16_t row;
    const char *operands;
};

static const struct syntax syntaxes[] = {
#define SYNTAX(mnemonic, operands) {ROW_##mnemonic, operands},
#include "cpu/isa/syntax.def"
#undef SYNTAX
};

struct member {
    const char *name;
    uint8_t offset;
    uint8_t size;
};

enum member_number {
#define MEMBER(name) MEMBER_##name,
#include "cpu/isa/members.def"
#undef MEMBER
    MEMBER_none
};

static const struct member members[] = {
#define MEMBER(name)                                                                               \
    {#name, (uint8_t)offsetof(struct insn, name), (uint8_t)sizeof((struct insn){0}.name)},
#include "cpu/isa/members.def"
#undef MEMBER
};

struct condition {
    uint8_t member;
    uint16_t mask;
    uint16_t value;
};

struct alias {
    uint16_t row;
    const char *name;
    const char *suffixes; /* null: the name is whole */
    uint8_t selector;
    const char *operands;
    struct condition conditions[2]; /* a zero mask is true of everything */
};

static const struct alias aliases[] = {
#define WHERE(member, mask, value) {MEMBER_##member, mask, value},
#define EQUALS(member, value)      {MEMBER_##member, 0xffff, value},
#define ALWAYS                     {0, 0, 0},
#define ALIAS(mnemonic, name, suffixes, member, operands, conditions)                              \
    {ROW_##mnemonic, name, suffixes, MEMBER_##member, operands, {conditions}},
#include "cpu/isa/aliases.def"
#undef ALIAS
#undef ALWAYS
#undef EQUALS
#undef WHERE
};

/* Text that is cut off at the end of its buffer. */
struct sink {
    char *text;
    size_t size;
    size_t used;
};

static void PRINTF_LIKE(2, 3) emit(struct sink *sink, const char *format, ...)
{
    size_t left = sink->size - sink->used;
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(sink->text + sink->used, left, format, args);
    va_end(args);
    if (length < 0)
        return;
    sink->used += (size_t)length < left ? (size_t)length : left - 1;
}

static int32_t member_value(const struct insn *insn, enum member_number number)
{
    const struct member *member = &members[number];
    const uint8_t *at = (const uint8_t *)insn + member->offset;
    int32_t value;

    if (member->size == 1)
        return *at;
    memcpy(&value, at, sizeof value);
    return value;
}

/* The member whose name starts at TEXT; f, a and c are other spellings of r. */
static enum member_number member_find(const char *text)
{
    char name[16];
    size_t length = strcspn(text, ",()&");

    if (length >= sizeof name)
        return MEMBER_none;
    memcpy(name, text, length);
    name[length] = '\0';
    if (strchr("fac", name[0]))
        name[0] = 'r';
    for (unsigned i = 0; i < MEMBER_none; i++)
        if (strcmp(members[i].name, name) == 0)
            return (enum member_number)i;
    return MEMBER_none;
}

/* One operand as its string describes it. */
struct operand {
    enum member_number member;
    char kind;     /* first letter of a name like r1; m for a longer name: a plain number */
    char number;   /* second character of its name */
    bool relative; /* `*` */
    bool optional; /* `?` */
    int32_t value;
};

/* Reads the operand at TEXT into OPERAND and returns where it ends. */
static const char *operand_read(struct operand *operand, const char *text, const struct insn *insn)
{
    *operand = (struct operand){0};
    for (; *text == '?' || *text == '*'; text++) {
        operand->optional |= *text == '?';
        operand->relative |= *text == '*';
    }
    operand->member = member_find(text);
    operand->kind = strcspn(text, ",()&") == 2 ? text[0] : 'm';
    operand->number = text[1];
    if (operand->member != MEMBER_none)
        operand->value = member_value(insn, operand->member);
    text += strcspn(text, ",()&");
    if (*text == '&') {
        char *end;

        operand->value &= (int32_t)strtol(text + 1, &end, 16);
        text = end;
    }
    return text;
}

struct printer {
    struct sink *sink;
    const struct insn *insn;
    uint64_t address;
    uint32_t flags; /* of the row */
    bool floating;  /* an r is a floating-point register unless a flag denies it */
};

static char register_letter(const struct printer *printer, const struct operand *operand)
{
    if (operand->kind != 'r' || !printer->floating)
        return operand->kind;
    if (operand->number == '1' && printer->flags & INSN_GR_R1)
        return 'r';
    if (operand->number == '2' && printer->flags & INSN_GR_R2)
        return 'r';
    return 'f';
}

static void operand_print(const struct printer *printer, const struct operand *operand)
{
    struct sink *sink = printer->sink;
    int64_t offset = (int64_t)operand->value * 2;

    if (operand->relative)
        emit(sink, "0x%" PRIx64, printer->address + (uint64_t)offset);
    else if (strchr("rfacv", operand->kind))
        emit(sink, "%%%c%d", register_letter(printer, operand), operand->value);
    else if (operand->kind == 'l')
        emit(sink, "%d", operand->value + 1);
    else if (operand->member == MEMBER_i2 && printer->flags & INSN_UNSIGNED_I2)
        emit(sink, "%" PRIu32, (uint32_t)operand->value);
    else
        emit(sink, "%d", operand->value);
}

/* Prints what stands in the parentheses at TEXT, behind the displacement, and returns where
   they end. Register 0 as an index or base is nothing, and not shown where nothing is left. */
static const char *storage_print(const struct printer *printer, const char *text)
{
    struct operand operand;
    const char *separator = "(";

    do {
        text = operand_read(&operand, text + 1, printer->insn);
        if (operand.kind == 'b')
            break;
        if (operand.value == 0 && (operand.kind == 'x' || operand.kind == 'v'))
            continue;
        emit(printer->sink, "%s", separator);
        if (operand.kind == 'x')
            emit(printer->sink, "%%r%d", operand.value);
        else
            operand_print(printer, &operand);
        separator = ",";
    } while (*text == ',');
    if (operand.value != 0 || *separator == ',')
        emit(printer->sink, "%s%%r%d)", separator, operand.value);
    return text + 1;
}

/* Whether the operand at TEXT and all behind it are zero. */
static bool rest_is_zero(const char *text, const struct insn *insn)
{
    struct operand operand;

    while (*text) {
        text = operand_read(&operand, text, insn);
        if (operand.value != 0)
            return false;
        text += strspn(text, ",()");
    }
    return true;
}

static void operands_print(const struct printer *printer, const char *text)
{
    const char *separator = "\t";
    struct operand operand;

    while (*text) {
        const char *end = operand_read(&operand, text, printer->insn);

        if (operand.optional && rest_is_zero(text, printer->insn))
            return;
        emit(printer->sink, "%s", separator);
        operand_print(printer, &operand);
        if (*end == '(')
            end = storage_print(printer, end);
        text = *end == ',' ? end + 1 : end;
        separator = ",";
    }
}

/* Finds word NUMBER of the words in TEXT; its length is 0 where there is none or it is `-`. */
static const char *word_find(const char *text, int32_t number, size_t *length)
{
    for (; number > 0; number--) {
        text += strcspn(text, " ");
        text += *text == ' ';
    }
    *length = strcspn(text, " ");
    if (*length == 1 && *text == '-')
        *length = 0;
    return text;
}

static bool alias_fits(const struct alias *alias, const struct insn *insn)
{
    size_t length;

    if (alias->row != insn->row)
        return false;
    for (unsigned i = 0; i < sizeof alias->conditions / sizeof alias->conditions[0]; i++) {
        const struct condition *condition = &alias->conditions[i];

        if ((member_value(insn, condition->member) & condition->mask) != condition->value)
            return false;
    }
    if (!alias->suffixes)
        return true;
    word_find(alias->suffixes, member_value(insn, alias->selector), &length);
    return length > 0;
}

static void alias_print_name(struct sink *sink, const struct alias *alias, const struct insn *insn)
{
    size_t before = strcspn(alias->name, "*");
    size_t length;
    const char *suffix;

    if (!alias->suffixes) {
        emit(sink, "%s", alias->name);
        return;
    }
    suffix = word_find(alias->suffixes, member_value(insn, alias->selector), &length);
    if (*suffix == '~')
        length = 0;
    emit(sink, "%.*s%.*s%s", (int)before, alias->name, (int)length, suffix,
         alias->name + before + 1);
}

static void emit_lower(struct sink *sink, const char *text)
{
    for (; *text; text++)
        emit(sink, "%c", *text >= 'A' && *text <= 'Z' ? *text - 'A' + 'a' : *text);
}

static void insn_print(struct printer *printer, const struct insn_row *row)
{
    const struct insn *insn = printer->insn;

    for (unsigned i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
        if (!alias_fits(&aliases[i], insn))
            continue;
        alias_print_name(printer->sink, &aliases[i], insn);
        operands_print(printer, aliases[i].operands);
        return;
    }
    emit_lower(printer->sink, row->mnemonic);
    for (unsigned i = 0; i < sizeof syntaxes / sizeof syntaxes[0]; i++) {
        if (syntaxes[i].row != insn->row)
            continue;
        operands_print(printer, syntaxes[i].operands);
        return;
    }
    printer->floating = row->flags & (INSN_HFP | INSN_BFP | INSN_DFP);
    operands_print(printer, format_operands[row->format]);
}

static void data_print(struct sink *sink, const uint8_t *code, size_t length)
{
    const char *separator = ".short\t";

    for (size_t i = 0; i < length; i += 2) {
        emit(sink, "%s0x%04x", separator, load_be16(code + i));
        separator = ",";
    }
}

size_t insn_disassemble(char *text, size_t size, const uint8_t code[6], uint64_t address)
{
    struct sink sink = {text, size, 0};
    struct insn insn;
    const struct insn_row *row = insn_decode(&insn, code);
    struct printer printer = {&sink, &insn, address, row ? row->flags : 0, false};

    if (size == 0)
        return insn.length;
    text[0] = '\0';
    if (row)
        insn_print(&printer, row);
    else
        data_print(&sink, code, insn.length);
    return insn.length;
}
