/*
 * PACK, UNPACK, PACK ASCII, PACK UNICODE, UNPACK ASCII and UNPACK UNICODE (PoP chapter 7).
 *
 * Overlapping operands of PACK and UNPACK give what bytewise processing from right to left
 * gives.
 */
#include <string.h>

#include "cpu/arch/interruption.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/storage_operand.h"

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

void insn_pack(struct vcpu *cpu, const struct insn *insn)
{
    struct operand to, from;
    uint32_t i = insn->l1, j = insn->l2;
    unsigned byte;

    prepare_operands(cpu, insn, &to, &from);
    byte = operand_get8(&from, j);
    operand_put8(&to, i, (uint8_t)(byte << 4 | byte >> 4));
    while (i-- > 0) {
        unsigned right = j > 0 ? operand_get8(&from, --j) : 0;
        unsigned left = j > 0 ? operand_get8(&from, --j) : 0;

        operand_put8(&to, i, (uint8_t)(left << 4 | (right & 0xf)));
    }
    operand_finish(cpu, &to);
}

void insn_unpack(struct vcpu *cpu, const struct insn *insn)
{
    struct operand to, from;
    uint32_t i = insn->l1, j = insn->l2;
    unsigned byte;

    prepare_operands(cpu, insn, &to, &from);
    byte = operand_get8(&from, j);
    operand_put8(&to, i, (uint8_t)(byte << 4 | byte >> 4));
    while (i > 0) {
        byte = j > 0 ? operand_get8(&from, --j) : 0;
        operand_put8(&to, --i, (uint8_t)(0xf0 | (byte & 0xf)));
        if (i > 0)
            operand_put8(&to, --i, (uint8_t)(0xf0 | byte >> 4));
    }
    operand_finish(cpu, &to);
}

/* PKA and PKU: the numeric digits of the characters (UNIT bytes each) and a plus sign, in
   16 bytes; digits that are not there are zero. */
static void pack_characters(struct vcpu *cpu, const struct insn *insn, uint32_t unit)
{
    uint32_t length = insn->l2 + 1u;
    uint8_t packed[PACKED_BYTES] = {[PACKED_BYTES - 1] = 0x0c};
    struct operand to, from;

    if (length > DIGITS * unit || length % unit)
        specification_exception(cpu);
    operand_prepare(cpu, &from, operand_space(cpu, insn->b2), operand_address2(cpu, insn), length,
                    ACCESS_FETCH);
    operand_prepare(cpu, &to, operand_space(cpu, insn->b1), operand_address1(cpu, insn),
                    PACKED_BYTES, ACCESS_STORE);
    /* The sign is place 0 from the right; a 32nd character has no place. */
    for (uint32_t place = 1; place < DIGITS && place * unit <= length; place++) {
        unsigned digit = operand_get8(&from, length - (place - 1) * unit - 1) & 0xf;

        packed[PACKED_BYTES - 1 - place / 2] |= (uint8_t)(place % 2 ? digit << 4 : digit);
    }
    operand_write(cpu, &to, 0, packed, sizeof packed);
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
    uint8_t packed[PACKED_BYTES];
    struct operand to, from;

    if (length > DIGITS * unit || length % unit)
        specification_exception(cpu);
    operand_prepare(cpu, &from, operand_space(cpu, insn->b2), operand_address2(cpu, insn),
                    PACKED_BYTES, ACCESS_FETCH);
    operand_prepare(cpu, &to, operand_space(cpu, insn->b1), operand_address1(cpu, insn), length,
                    ACCESS_STORE);
    operand_read(&from, 0, packed, sizeof packed);
    for (uint32_t place = 1; place * unit <= length; place++) {
        uint32_t at = length - place * unit;
        unsigned pair = place < DIGITS ? packed[PACKED_BYTES - 1 - place / 2] : 0;

        if (unit == 2)
            operand_put8(&to, at++, 0);
        operand_put8(&to, at, (uint8_t)(0x30 | (place % 2 ? pair >> 4 : pair & 0xf)));
    }
    operand_finish(cpu, &to);
    cc_set(cpu, sign_cc(packed[PACKED_BYTES - 1] & 0xf));
}

void insn_unpack_ascii(struct vcpu *cpu, const struct insn *insn)
{
    unpack_characters(cpu, insn, 1);
}

void insn_unpack_unicode(struct vcpu *cpu, const struct insn *insn)
{
    unpack_characters(cpu, insn, 2);
}
