/*
 * CONVERT UTF-8 / UTF-16 / UTF-32 TO one of the others (PoP chapter 7). Each execution converts
 * what lies on one page of each operand; a character that crosses a page is converted alone.
 */
#include <string.h>

#include "cpu/arch/configuration.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/storage_operand.h"
#include "src/base/be.h"
#include "src/base/bytes.h"

enum form {
    UTF8,
    UTF16,
    UTF32,
};

#define LONGEST_CHARACTER 4u

/* Characters that are converted one by one between two tries at many. */
#define OTHERS 16u

/* A condition code other than this one ends the execution. */
#define GO_ON 4u

struct character {
    uint32_t value;
    uint32_t bytes;     /* taken from the second operand */
    bool supplementary; /* from four UTF-8 bytes or a surrogate pair: UTF-16 takes a pair */
};

/* How many bytes a character takes by its first byte; 0 for none. Without well-formedness
   checking (WELL) more first bytes will do. */
static inline uint32_t utf8_bytes(uint8_t first, bool well)
{
    if (first < 0x80)
        return 1;
    if (first < (well ? 0xc2 : 0xc0) || first > (well ? 0xf4 : 0xf7))
        return 0;
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

static inline uint32_t first_unit(enum form form)
{
    return form == UTF8 ? 1 : form == UTF16 ? 2 : 4;
}

/* Bytes of the character that starts at P, of which the first unit is there; 0: invalid. */
static inline uint32_t character_bytes(enum form form, const uint8_t *p, bool well)
{
    if (form == UTF8)
        return utf8_bytes(p[0], well);
    if (form == UTF16)
        return (p[0] & 0xfc) == 0xd8 ? 4 : 2;
    return 4;
}

static inline unsigned decode_utf8(const uint8_t *p, bool well, struct character *c)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    bool continued = true;

    c->value = c->bytes == 1 ? p[0] : p[0] & (0x7fu >> c->bytes);
    for (uint32_t i = 1; i < c->bytes; i++) {
        c->value = c->value << 6 | (p[i] & 0x3f);
        continued = continued && (p[i] & 0xc0) == 0x80;
    }
    c->supplementary = c->bytes == 4;
    if (well && (!continued || c->value < smallest[c->bytes] || c->value > 0x10ffff ||
                 (c->value >= 0xd800 && c->value <= 0xdfff)))
        return 2;
    return GO_ON;
}

static inline unsigned decode_utf16(const uint8_t *p, bool well, struct character *c)
{
    uint32_t high = load_be16(p), low;

    c->value = high;
    c->supplementary = c->bytes == 4;
    if (c->bytes == 2)
        return GO_ON;
    low = load_be16(p + 2);
    c->value = ((high & 0x3c0) << 10) + 0x10000 + ((high & 0x3f) << 10) + (low & 0x3ff);
    return well && (low & 0xfc00) != 0xdc00 ? 2 : GO_ON;
}

static inline unsigned decode_utf32(const uint8_t *p, struct character *c)
{
    c->value = load_be32(p);
    c->supplementary = c->value > 0xffff;
    return c->value > 0x10ffff || (c->value >= 0xd800 && c->value <= 0xdbff) ? 2 : GO_ON;
}

/* The character at P, whose c->bytes are there. GO_ON, or condition code 2. */
static ALWAYS_INLINE unsigned decode(enum form form, const uint8_t *p, bool well,
                                     struct character *c)
{
    return form == UTF8    ? decode_utf8(p, well, c)
           : form == UTF16 ? decode_utf16(p, well, c)
                           : decode_utf32(p, c);
}

static inline uint32_t encode_utf8(const struct character *c, uint8_t *p)
{
    uint32_t v = c->value;

    if (v < 0x80) {
        p[0] = (uint8_t)v;
        return 1;
    }
    if (v < 0x800) {
        p[0] = (uint8_t)(0xc0 | v >> 6);
        p[1] = (uint8_t)(0x80 | (v & 0x3f));
        return 2;
    }
    if (v < 0x10000) {
        p[0] = (uint8_t)(0xe0 | v >> 12);
        p[1] = (uint8_t)(0x80 | (v >> 6 & 0x3f));
        p[2] = (uint8_t)(0x80 | (v & 0x3f));
        return 3;
    }
    p[0] = (uint8_t)(0xf0 | v >> 18);
    p[1] = (uint8_t)(0x80 | (v >> 12 & 0x3f));
    p[2] = (uint8_t)(0x80 | (v >> 6 & 0x3f));
    p[3] = (uint8_t)(0x80 | (v & 0x3f));
    return 4;
}

/* A pair has the four bits to the right of bit 16 less one, the carry being lost. */
static inline uint32_t encode_utf16(const struct character *c, uint8_t *p)
{
    uint32_t v = c->value;

    if (!c->supplementary) {
        store_be16(p, (uint16_t)v);
        return 2;
    }
    store_be16(p, (uint16_t)(0xd800 | (((v >> 16) - 1) & 0xf) << 6 | (v >> 10 & 0x3f)));
    store_be16(p + 2, (uint16_t)(0xdc00 | (v & 0x3ff)));
    return 4;
}

static ALWAYS_INLINE uint32_t encode(enum form form, const struct character *c, uint8_t *p)
{
    if (form == UTF8)
        return encode_utf8(c, p);
    if (form == UTF16)
        return encode_utf16(c, p);
    store_be32(p, c->value);
    return 4;
}

struct conversion {
    struct string_operand to, from;
    bool well; /* check that the second operand is well formed */
};

/* One character, with nothing accessed that is not needed for it. */
static unsigned convert_one(struct vcpu *cpu, struct conversion *conversion, enum form from_form,
                            enum form to_form)
{
    uint8_t source[LONGEST_CHARACTER], target[LONGEST_CHARACTER];
    struct string_operand *from = &conversion->from, *to = &conversion->to;
    uint32_t unit = first_unit(from_form), n;
    struct character c;
    struct operand operand;
    unsigned cc;

    if (from->length < unit)
        return 0;
    operand_prepare(cpu, &operand, from->space, from->address, unit, ACCESS_FETCH);
    operand_read(&operand, 0, source, unit);
    c.bytes = character_bytes(from_form, source, conversion->well);
    if (!c.bytes)
        return 2;
    if (from->length < c.bytes)
        return 0;
    operand_prepare(cpu, &operand, from->space, from->address, c.bytes, ACCESS_FETCH);
    operand_read(&operand, 0, source, c.bytes);
    cc = decode(from_form, source, conversion->well, &c);
    if (cc != GO_ON)
        return cc;
    n = encode(to_form, &c, target);
    if (to->length < n)
        return 1;
    operand_prepare(cpu, &operand, to->space, to->address, n, ACCESS_STORE);
    operand_write(cpu, &operand, 0, target, n);
    string_operand_advance(cpu, from, c.bytes);
    string_operand_advance(cpu, to, n);
    return GO_ON;
}

/* Converts at most N characters that stand for themselves, as far as they go; how many. */
static ALWAYS_INLINE uint32_t simple_run(enum form from_form, enum form to_form, uint8_t *to,
                                         const uint8_t *from, uint32_t n)
{
    static const enum byte_width width[] = {
        [UTF8] = BYTE_WIDTH_8, [UTF16] = BYTE_WIDTH_16, [UTF32] = BYTE_WIDTH_32};

    return byte_kernels()->convert[width[from_form]][width[to_form]](to, from, n);
}

/* As many characters as surely lie on the pages where both operands are now. */
static ALWAYS_INLINE unsigned convert_page(struct vcpu *cpu, struct conversion *conversion,
                                           enum form from_form, enum form to_form)
{
    struct string_operand *from = &conversion->from, *to = &conversion->to;
    uint32_t from_end = page_part(from->address, from->length), i = 0;
    uint32_t to_end = page_part(to->address, to->length), j = 0;
    struct operand source, target;
    unsigned cc = GO_ON;
    bool apart;

    if (from_end < LONGEST_CHARACTER || to_end < LONGEST_CHARACTER)
        return GO_ON;
    operand_prepare(cpu, &source, from->space, from->address, from_end, ACCESS_FETCH);
    operand_prepare(cpu, &target, to->space, to->address, to_end, ACCESS_STORE);
    apart = !bytes_overlap(target.host[0], to_end, source.host[0], from_end);
    while (i + LONGEST_CHARACTER <= from_end && j + LONGEST_CHARACTER <= to_end && cc == GO_ON) {
        if (apart) {
            uint32_t n = smaller32((from_end - i) / first_unit(from_form),
                                   (to_end - j) / first_unit(to_form));

            n = simple_run(from_form, to_form, target.host[0] + j, source.host[0] + i, n);
            i += n * first_unit(from_form);
            j += n * first_unit(to_form);
        }
        /* Then others before another run is looked for. */
        for (uint32_t n = 0;
             n < OTHERS && i + LONGEST_CHARACTER <= from_end && j + LONGEST_CHARACTER <= to_end;
             n++) {
            const uint8_t *p = source.host[0] + i;
            struct character c = {.bytes = character_bytes(from_form, p, conversion->well)};

            cc = c.bytes ? decode(from_form, p, conversion->well, &c) : 2;
            if (cc != GO_ON)
                break;
            i += c.bytes;
            j += encode(to_form, &c, target.host[0] + j);
        }
    }
    operand_finish(cpu, &target);
    string_operand_advance(cpu, from, i);
    string_operand_advance(cpu, to, j);
    return cc;
}

static ALWAYS_INLINE void convert(struct vcpu *cpu, const struct insn *insn, enum form from_form,
                                  enum form to_form)
{
    struct conversion conversion = {
        .to = string_operand_get(cpu, insn->r1),
        .from = string_operand_get(cpu, insn->r2),
        .well = insn->m3 & 1 && facility_installed(cpu, FACILITY_ETF3_ENHANCEMENT),
    };
    unsigned cc = convert_page(cpu, &conversion, from_form, to_form);

    /* Then across the page, or the last few: each as if by an execution of its own. */
    for (unsigned n = 0; cc == GO_ON && n < LONGEST_CHARACTER; n++) {
        string_operand_put(cpu, &conversion.from);
        string_operand_put(cpu, &conversion.to);
        if (n)
            cc_set(cpu, 3);
        cc = conversion.from.length ? convert_one(cpu, &conversion, from_form, to_form) : 0;
    }
    string_operand_put(cpu, &conversion.from);
    string_operand_put(cpu, &conversion.to);
    cc_set(cpu, cc == GO_ON ? (conversion.from.length ? 3 : 0) : cc);
}

void insn_convert_utf8_to_utf16(struct vcpu *cpu, const struct insn *insn)
{
    convert(cpu, insn, UTF8, UTF16);
}

void insn_convert_utf8_to_utf32(struct vcpu *cpu, const struct insn *insn)
{
    convert(cpu, insn, UTF8, UTF32);
}

void insn_convert_utf16_to_utf8(struct vcpu *cpu, const struct insn *insn)
{
    convert(cpu, insn, UTF16, UTF8);
}

void insn_convert_utf16_to_utf32(struct vcpu *cpu, const struct insn *insn)
{
    convert(cpu, insn, UTF16, UTF32);
}

void insn_convert_utf32_to_utf8(struct vcpu *cpu, const struct insn *insn)
{
    convert(cpu, insn, UTF32, UTF8);
}

void insn_convert_utf32_to_utf16(struct vcpu *cpu, const struct insn *insn)
{
    convert(cpu, insn, UTF32, UTF16);
}
