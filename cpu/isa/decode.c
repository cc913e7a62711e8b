#include <stddef.h>
#include <string.h>

#include "cpu/isa/insn.h"
#include "cpu/isa/insn_index.h"
#include "src/base/be.h"

/*
 * Where a first byte has its opcode extension, as the number of bits to the right of it in
 * the 48-bit text. A first byte that is the whole opcode has none: the mask is zero.
 */
struct extension {
    uint8_t shift;
    uint8_t mask;
};

#define BYTE1                                                                                      \
    {                                                                                              \
        32, 0xff                                                                                   \
    }
#define NIBBLE                                                                                     \
    {                                                                                              \
        32, 0x0f                                                                                   \
    }
#define BYTE5                                                                                      \
    {                                                                                              \
        0, 0xff                                                                                    \
    }

static const struct extension extensions[0x100] = {
    [0x01] = BYTE1,  [0xa5] = NIBBLE, [0xa7] = NIBBLE, [0xaa] = NIBBLE, [0xb2] = BYTE1,
    [0xb3] = BYTE1,  [0xb9] = BYTE1,  [0xc0] = NIBBLE, [0xc2] = NIBBLE, [0xc4] = NIBBLE,
    [0xc6] = NIBBLE, [0xc8] = NIBBLE, [0xcc] = NIBBLE, [0xe3] = BYTE5,  [0xe5] = BYTE1,
    [0xe6] = BYTE5,  [0xe7] = BYTE5,  [0xeb] = BYTE5,  [0xec] = BYTE5,  [0xed] = BYTE5,
};

static inline uint64_t load_text(const uint8_t text[6])
{
    return (uint64_t)load_be32(text) << 16 | load_be16(text + 4);
}

static const struct insn_row *find(uint64_t text)
{
    unsigned first = (unsigned)(text >> 40);
    struct extension extension = extensions[first];
    unsigned opcode = first << 8 | ((unsigned)(text >> extension.shift) & extension.mask);
    unsigned entry = insn_index[opcode];

    return entry ? &insn_rows[entry - 1] : NULL;
}

const struct insn_row *insn_row_find(const uint8_t text[6])
{
    return find(load_text(text));
}

/* The WIDTH bits of the 48-bit TEXT that start at bit FIRST. */
static inline uint32_t field(uint64_t text, unsigned first, unsigned width)
{
    return (uint32_t)(text >> (48 - first - width)) & (uint32_t)((UINT64_C(1) << width) - 1);
}

static inline int32_t signed_field(uint64_t text, unsigned first, unsigned width)
{
    return (int32_t)(field(text, first, width) << (32 - width)) >> (32 - width);
}

/* The RXB bit (36 to 39) for the register field at bit 8, 12, 16 or 32 is its fifth bit. */
static inline uint8_t vector_register(uint64_t text, unsigned first)
{
    unsigned rxb_bit = first == 32 ? 39 : 36 + (first - 8) / 4;

    return (uint8_t)(field(text, rxb_bit, 1) << 4 | field(text, first, 4));
}

static inline int32_t long_displacement(uint64_t text, unsigned first)
{
    return (int32_t)((uint32_t)signed_field(text, first + 12, 8) << 12 | field(text, first, 12));
}

static inline int32_t immediate(uint64_t text, unsigned first, unsigned width, uint32_t flags)
{
    return flags & INSN_UNSIGNED_I2 ? (int32_t)field(text, first, width)
                                    : signed_field(text, first, width);
}

#define DECODE_BYTE(member, first, width)   insn->member = (uint8_t)field(text, first, width);
#define DECODE_VECTOR(member, first, width) insn->member = vector_register(text, first);
#define DECODE_REGISTER                     DECODE_BYTE
#define DECODE_VECTOR_REGISTER              DECODE_VECTOR
#define DECODE_MASK                         DECODE_BYTE
#define DECODE_LENGTH                       DECODE_BYTE
#define DECODE_INDEX                        DECODE_BYTE
#define DECODE_BASE                         DECODE_BYTE
#define DECODE_VECTOR_INDEX                 DECODE_VECTOR
#define DECODE_DISPLACEMENT12(member, first, width)                                                \
    insn->member = (int32_t)field(text, first, width);
#define DECODE_DISPLACEMENT20(member, first, width) insn->member = long_displacement(text, first);
#define DECODE_IMMEDIATE(member, first, width)                                                     \
    insn->member = immediate(text, first, width, row->flags);
#define DECODE_SIGNED(member, first, width)   insn->member = signed_field(text, first, width);
#define DECODE_UNSIGNED(member, first, width) insn->member = (int32_t)field(text, first, width);
#define DECODE_RELATIVE                       DECODE_SIGNED
#define DECODE_RXB(member, first, width)
#define DECODE_UNUSED(member, first, width)

static void decode_fields(struct insn *insn, uint64_t text, const struct insn_row *row)
{
    switch ((enum insn_format)row->format) {
#define FIELD(kind, member, first, width) DECODE_##kind(member, first, width)
#define FORMAT(name, length, extension, ...)                                                       \
    case FORMAT_##name:                                                                            \
        __VA_ARGS__ break;
#include "cpu/isa/formats.def"
#undef FORMAT
#undef FIELD
    case FORMAT_COUNT:
        break;
    }
}

const struct insn_row *insn_decode(struct insn *insn, const uint8_t text[6])
{
    uint64_t bits = load_text(text);
    const struct insn_row *row = find(bits);

    memset(insn, 0, sizeof *insn);
    insn->length = (uint8_t)insn_length(text[0]);
    if (!row)
        return NULL;
    insn->row = (uint16_t)(row - insn_rows);
    insn->body = row->body;
    decode_fields(insn, bits, row);
    return row;
}
