#include "cpu/isa/encode.h"

#include "src/base/be.h"

/* The low WIDTH bits of VALUE, in place as bits FIRST and up of a 48-bit text. */
static inline uint64_t place(uint32_t value, unsigned first, unsigned width)
{
    return (value & ((UINT64_C(1) << width) - 1)) << (48 - first - width);
}

static inline uint64_t place_vector(uint32_t number, unsigned first)
{
    unsigned rxb_bit = first == 32 ? 39 : 36 + (first - 8) / 4;

    return place(number, first, 4) | place(number >> 4, rxb_bit, 1);
}

static inline uint64_t place_long_displacement(uint32_t value, unsigned first)
{
    return place(value, first, 12) | place(value >> 12, first + 12, 8);
}

#define ENCODE_PLAIN(member, first, width)  | place((uint32_t)operands->member, first, width)
#define ENCODE_VECTOR(member, first, width) | place_vector(operands->member, first)
#define ENCODE_REGISTER                     ENCODE_PLAIN
#define ENCODE_VECTOR_REGISTER              ENCODE_VECTOR
#define ENCODE_MASK                         ENCODE_PLAIN
#define ENCODE_LENGTH                       ENCODE_PLAIN
#define ENCODE_INDEX                        ENCODE_PLAIN
#define ENCODE_BASE                         ENCODE_PLAIN
#define ENCODE_VECTOR_INDEX                 ENCODE_VECTOR
#define ENCODE_DISPLACEMENT12               ENCODE_PLAIN
#define ENCODE_DISPLACEMENT20(member, first, width)                                                \
    | place_long_displacement((uint32_t)operands->member, first)
#define ENCODE_IMMEDIATE ENCODE_PLAIN
#define ENCODE_SIGNED    ENCODE_PLAIN
#define ENCODE_UNSIGNED  ENCODE_PLAIN
#define ENCODE_RELATIVE  ENCODE_PLAIN
#define ENCODE_RXB(member, first, width)
#define ENCODE_UNUSED(member, first, width)

static uint64_t encode_fields(const struct insn_row *row, const struct insn *operands)
{
    switch ((enum insn_format)row->format) {
#define FIELD(kind, member, first, width) ENCODE_##kind(member, first, width)
#define FORMAT(name, length, extension, ...)                                                       \
    case FORMAT_##name:                                                                            \
        return 0 __VA_ARGS__;
#include "cpu/isa/formats.def"
#undef FORMAT
#undef FIELD
    case FORMAT_COUNT:
        break;
    }
    return 0;
}

#define EXTENSION_NONE   0, 0
#define EXTENSION_BYTE1  8, 8
#define EXTENSION_NIBBLE 12, 4
#define EXTENSION_BYTE5  40, 8

static uint64_t encode_opcode(const struct insn_row *row)
{
    uint64_t first_byte = place(row->opcode >> 8, 0, 8);

    switch ((enum insn_format)row->format) {
#define FORMAT(name, length, extension, ...)                                                       \
    case FORMAT_##name:                                                                            \
        return first_byte | PLACE_EXTENSION(EXTENSION_##extension);
#define PLACE_EXTENSION(...)          PLACE_EXTENSION_AT(__VA_ARGS__)
#define PLACE_EXTENSION_AT(at, width) place(row->opcode, at, width)
#include "cpu/isa/formats.def"
#undef FORMAT
    case FORMAT_COUNT:
        break;
    }
    return first_byte;
}

size_t insn_encode(uint8_t text[6], const struct insn_row *row, const struct insn *operands)
{
    uint64_t bits = encode_opcode(row) | encode_fields(row, operands);

    store_be32(text, (uint32_t)(bits >> 16));
    store_be16(text + 4, (uint16_t)bits);
    return insn_length(text[0]);
}
