/*
 * PACK, UNPACK, PACK ASCII, PACK UNICODE, UNPACK ASCII and UNPACK UNICODE (PoP chapter 7).
 *
 * Overlapping operands of PACK and UNPACK give what bytewise processing from right to left
 * gives.
 */
#include "cpu/arch/interruption.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/storage_operand.h"
#include "src/base/bcd.h"
#include "src/base/be.h"
#include "src/base/bytes.h"

#define PACKED_BYTES 16u /* of PKA, PKU, UNPKA and UNPKU: 31 digits and a sign */
#define DIGITS       32u

static void prepare_operands(struct vcpu *cpu, const struct insn *insn, struct operand *to,
                             struct operand *from)
{
    operand_prepare(cpu, from, operand_space(cpu, insn->b2), operand_address2(cpu, insn),
                    insn->l2 + 1u, ACCESS_FETCH);
    operand_prepare(cpu, to, operand_space(cpu, insn->b1), operand_address1(cpu, insn),
                    insn->l1 + 1u, ACCESS_STORE);
}

/* True where the operands have no byte in common, or lie on pages that may have. */
static bool are_apart(const struct operand *to, const struct operand *from)
{
    return to->first == to->length && from->first == from->length &&
           !bytes_overlap(to->host[0], to->length, from->host[0], from->length);
}

static void pack_bytewise(const struct operand *to, const struct operand *from)
{
    uint32_t i = to->length - 1, j = from->length - 1;
    unsigned byte = operand_get8(from, j);

    operand_put8(to, i, (uint8_t)(byte << 4 | byte >> 4));
    while (i-- > 0) {
        unsigned right = j > 0 ? operand_get8(from, --j) : 0;
        unsigned left = j > 0 ? operand_get8(from, --j) : 0;

        operand_put8(to, i, (uint8_t)(left << 4 | (right & 0xf)));
    }
}

void insn_pack(struct vcpu *cpu, const struct insn *insn)
{
    struct operand to, from;

    prepare_operands(cpu, insn, &to, &from);
    if (likely(are_apart(&to, &from))) {
        uint128_t zoned = operand_get_number(&from, insn->l2 + 1u);
        uint64_t digits = (uint64_t)bcd_from_bytes((uint64_t)(zoned >> 64)) << 32 |
                          bcd_from_bytes((uint64_t)zoned);

        operand_put_number(cpu, &to, insn->l1 + 1u, (uint128_t)digits << 4 | (zoned >> 4 & 0xf));
    } else {
        pack_bytewise(&to, &from);
        operand_finish(cpu, &to);
    }
}

static void unpack_bytewise(const struct operand *to, const struct operand *from)
{
    uint32_t i = to->length - 1, j = from->length - 1;
    unsigned byte = operand_get8(from, j);

    operand_put8(to, i, (uint8_t)(byte << 4 | byte >> 4));
    while (i > 0) {
        byte = j > 0 ? operand_get8(from, --j) : 0;
        operand_put8(to, --i, (uint8_t)(0xf0 | (byte & 0xf)));
        if (i > 0)
            operand_put8(to, --i, (uint8_t)(0xf0 | byte >> 4));
    }
}

/* The rightmost sixteen of DIGITS as characters with the given left half. */
static uint128_t unpack_digits(uint64_t digits, unsigned zone)
{
    uint128_t characters = (uint128_t)bcd_to_bytes((uint32_t)(digits >> 32)) << 64;

    return (characters | bcd_to_bytes((uint32_t)digits)) | BCD_BYTES * zone;
}

void insn_unpack(struct vcpu *cpu, const struct insn *insn)
{
    struct operand to, from;

    prepare_operands(cpu, insn, &to, &from);
    if (likely(are_apart(&to, &from))) {
        uint128_t packed = operand_get_number(&from, insn->l2 + 1u);
        unsigned last = (unsigned)packed & 0xff;

        /* Of the first operand's 16 bytes at most the last one is not a digit with a zone. */
        packed = unpack_digits((uint64_t)(packed >> 8), 0xf0) << 8;
        operand_put_number(cpu, &to, insn->l1 + 1u, packed | (last << 4 & 0xf0) | last >> 4);
    } else {
        unpack_bytewise(&to, &from);
        operand_finish(cpu, &to);
    }
}

/* The digits in four characters of two bytes. */
static uint32_t digits_of_unicode(uint64_t x)
{
    x &= UINT64_C(0x000f000f000f000f);
    x = (x | x >> 12) & UINT64_C(0x000000ff000000ff);
    return (uint32_t)(x | x >> 24) & 0xffff;
}

/* The rightmost four of DIGITS as characters of two bytes. */
static uint64_t digits_to_unicode(uint128_t digits)
{
    uint64_t x = (uint64_t)digits & 0xffff;

    x = (x | x << 24) & UINT64_C(0x000000ff000000ff);
    return ((x | x << 12) & UINT64_C(0x000f000f000f000f)) | UINT64_C(0x0030003000300030);
}

/* PKA and PKU: the numeric digits of the characters (UNIT bytes each) and a plus sign, in
   16 bytes; digits that are not there are zero. */
static void pack_characters(struct vcpu *cpu, const struct insn *insn, uint32_t unit)
{
    uint32_t length = insn->l2 + 1u;
    uint8_t characters[2 * DIGITS] = {0};
    struct operand to, from;
    uint128_t packed = 0;

    if (length > DIGITS * unit || length % unit)
        specification_exception(cpu);
    operand_prepare(cpu, &from, operand_space(cpu, insn->b2), operand_address2(cpu, insn), length,
                    ACCESS_FETCH);
    operand_prepare(cpu, &to, operand_space(cpu, insn->b1), operand_address1(cpu, insn),
                    PACKED_BYTES, ACCESS_STORE);
    operand_read(&from, 0, characters + sizeof characters - length, length);
    if (unit == 1) {
        for (uint32_t i = DIGITS; i < 2 * DIGITS; i += 8)
            packed = packed << 32 | bcd_from_bytes(load_be64(characters + i));
    } else {
        for (uint32_t i = 0; i < 2 * DIGITS; i += 8)
            packed = packed << 16 | digits_of_unicode(load_be64(characters + i));
    }
    /* A 32nd character has no place beside the sign. */
    operand_put_number(cpu, &to, PACKED_BYTES, packed << 4 | 0xc);
}

void insn_pack_ascii(struct vcpu *cpu, const struct insn *insn)
{
    pack_characters(cpu, insn, 1);
}

void insn_pack_unicode(struct vcpu *cpu, const struct insn *insn)
{
    pack_characters(cpu, insn, 2);
}

/* The condition code tells of the sign: 0 plus, 1 minus, 3 invalid. */
static unsigned sign_cc(unsigned sign)
{
    return sign < 0xa ? 3 : sign == 0xb || sign == 0xd ? 1 : 0;
}

/* UNPKA and UNPKU: characters of UNIT bytes, from the right; the sign is not unpacked. */
static void unpack_characters(struct vcpu *cpu, const struct insn *insn, uint32_t unit)
{
    uint32_t length = insn->l1 + 1u;
    uint8_t characters[2 * DIGITS];
    struct operand to, from;
    uint128_t packed;

    if (length > DIGITS * unit || length % unit)
        specification_exception(cpu);
    operand_prepare(cpu, &from, operand_space(cpu, insn->b2), operand_address2(cpu, insn),
                    PACKED_BYTES, ACCESS_FETCH);
    operand_prepare(cpu, &to, operand_space(cpu, insn->b1), operand_address1(cpu, insn), length,
                    ACCESS_STORE);
    packed = operand_get_number(&from, PACKED_BYTES);
    if (unit == 1) {
        store_be128(characters + DIGITS, unpack_digits((uint64_t)(packed >> 68), 0x30));
        store_be128(characters + DIGITS + 16, unpack_digits((uint64_t)(packed >> 4), 0x30));
    } else {
        for (uint32_t i = 0; i < 2 * DIGITS; i += 8)
            store_be64(characters + i, digits_to_unicode((packed >> 4) >> (4 * 28 - 2 * i)));
    }
    operand_write(cpu, &to, 0, characters + sizeof characters - length, length);
    cc_set(cpu, sign_cc((unsigned)packed & 0xf));
}

void insn_unpack_ascii(struct vcpu *cpu, const struct insn *insn)
{
    unpack_characters(cpu, insn, 1);
}

void insn_unpack_unicode(struct vcpu *cpu, const struct insn *insn)
{
    unpack_characters(cpu, insn, 2);
}
