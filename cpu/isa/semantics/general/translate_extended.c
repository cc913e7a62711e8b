/*
 * TRANSLATE EXTENDED, TRANSLATE ONE TO ONE and its kin, TRANSLATE AND TEST EXTENDED and
 * TRANSLATE AND TEST REVERSE EXTENDED (PoP chapter 7). Each execution processes what lies on
 * one page of each operand.
 */
#include "cpu/arch/configuration.h"
#include "cpu/arch/interruption.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/byte_table.h"
#include "cpu/isa/semantics/general/storage_operand.h"

void insn_translate_extended(struct vcpu *cpu, const struct insn *insn)
{
    struct string_operand string = string_operand_get(cpu, insn->r1);
    uint8_t test = (uint8_t)gr32(cpu, 0);
    uint32_t i = 0, n = page_part(string.address, string.length);
    struct byte_table table;
    struct operand operand;

    if (!n) {
        cc_set(cpu, 0);
        return;
    }
    operand_prepare(cpu, &operand, string.space, string.address, n, ACCESS_STORE);
    table = table_prepare(cpu, operand_space(cpu, insn->r2), gr_address(cpu, insn->r2));
    /* Trial execution, so that an exception finds nothing changed. */
    for (; !table.host && i < n && operand.host[0][i] != test; i++)
        table_get(cpu, &table, operand.host[0][i]);
    for (i = 0; i < n && operand.host[0][i] != test; i++)
        operand.host[0][i] = table_get(cpu, &table, operand.host[0][i]);
    operand_finish(cpu, &operand);
    string_operand_advance(cpu, &string, i);
    string_operand_put(cpu, &string);
    cc_set(cpu, i < n ? 1 : string.length ? 3 : 0);
}

/* A big-endian character of 1 or 2 bytes, the I-th of an operand. */
static ALWAYS_INLINE uint32_t character_get(const struct operand *operand, uint32_t i,
                                            uint32_t unit)
{
    if (unit == 1)
        return operand_get8(operand, i);
    return (uint32_t)operand_get8(operand, 2 * i) << 8 | operand_get8(operand, 2 * i + 1);
}

static ALWAYS_INLINE void character_put(const struct operand *operand, uint32_t i, uint32_t unit,
                                        uint32_t character)
{
    if (unit == 1) {
        operand_put8(operand, i, (uint8_t)character);
    } else {
        operand_put8(operand, 2 * i, (uint8_t)(character >> 8));
        operand_put8(operand, 2 * i + 1, (uint8_t)character);
    }
}

/* TROO, TROT, TRTO, TRTT: source and target of one execution, and what is done of it. */
struct translation_part {
    struct string_operand target; /* its register pair has the length of the source */
    struct string_operand source; /* address only */
    struct operand to, from;
    uint32_t characters;
    uint32_t done;
};

static void part_put(struct vcpu *cpu, const struct translation_part *part, uint32_t from_unit,
                     uint32_t to_unit)
{
    gr_address_set(cpu, part->target.r, part->target.address + part->done * to_unit);
    gr_length_set(cpu, part->target.r + 1, part->target.length - part->done * from_unit);
    gr_address_set(cpu, part->source.r, part->source.address + part->done * from_unit);
}

/* The table's character INDEX. A table page that is not at hand may raise an exception: what
   was translated before then counts as an execution that ended with condition code 3. */
static ALWAYS_INLINE uint32_t table_character(struct vcpu *cpu, const struct translation_part *part,
                                              uint64_t table, uint32_t from_unit, uint32_t to_unit)
{
    uint32_t index = character_get(&part->from, part->done, from_unit);
    uint64_t address = address_wrap(cpu, table + index * to_unit);
    struct address_space *space = operand_space(cpu, 1);

    if (unlikely(part->done && !tlb_lookup(space->fetch, address, to_unit))) {
        part_put(cpu, part, from_unit, to_unit);
        cc_set(cpu, 3);
    }
    return to_unit == 1 ? access_fetch8(cpu, space, address) : access_fetch16(cpu, space, address);
}

static void part_prepare(struct vcpu *cpu, const struct insn *insn, struct translation_part *part,
                         uint32_t from_unit, uint32_t to_unit)
{
    uint64_t all;

    part->target = string_operand_get(cpu, insn->r1);
    part->source = part->target;
    part->source.r = insn->r2;
    part->source.space = operand_space(cpu, insn->r2);
    part->source.address = gr_address(cpu, insn->r2);
    part->done = 0;
    if (part->target.length & (from_unit - 1))
        specification_exception(cpu);
    all = part->target.length / from_unit;
    part->characters = smaller32(
        page_part_units(part->source.address, all * from_unit, from_unit) / from_unit,
        page_part_units(part->target.address, all < 4096 ? all * to_unit : 4096, to_unit) /
            to_unit);
    if (!part->characters)
        return;
    operand_prepare(cpu, &part->from, part->source.space, part->source.address,
                    part->characters * from_unit, ACCESS_FETCH);
    operand_prepare(cpu, &part->to, part->target.space, part->target.address,
                    part->characters * to_unit, ACCESS_STORE);
}

static ALWAYS_INLINE void translate_characters(struct vcpu *cpu, const struct insn *insn,
                                               uint32_t from_unit, uint32_t to_unit)
{
    bool enhanced = facility_installed(cpu, FACILITY_ETF2_ENHANCEMENT);
    bool test = !(enhanced && insn->m3 & 1);
    uint32_t test_character = gr32(cpu, 0) & (to_unit == 1 ? 0xff : 0xffff);
    uint64_t table = gr_address(cpu, 1);
    struct translation_part part;
    bool found = false;

    /* Without the enhancement two-byte characters need a table on a 4 KiB boundary. */
    table &= from_unit == 2 && !enhanced ? ~UINT64_C(0xfff) : ~UINT64_C(7);
    part_prepare(cpu, insn, &part, from_unit, to_unit);
    for (; part.done < part.characters; part.done++) {
        uint32_t character = table_character(cpu, &part, table, from_unit, to_unit);

        found = test && character == test_character;
        if (found)
            break;
        character_put(&part.to, part.done, to_unit, character);
    }
    if (part.characters)
        operand_finish(cpu, &part.to);
    part_put(cpu, &part, from_unit, to_unit);
    cc_set(cpu, found ? 1 : part.target.length > part.done * from_unit ? 3 : 0);
}

void insn_translate_one_to_one(struct vcpu *cpu, const struct insn *insn)
{
    translate_characters(cpu, insn, 1, 1);
}

void insn_translate_one_to_two(struct vcpu *cpu, const struct insn *insn)
{
    translate_characters(cpu, insn, 1, 2);
}

void insn_translate_two_to_one(struct vcpu *cpu, const struct insn *insn)
{
    translate_characters(cpu, insn, 2, 1);
}

void insn_translate_two_to_two(struct vcpu *cpu, const struct insn *insn)
{
    translate_characters(cpu, insn, 2, 2);
}

/* The function code of an argument character; M3 says how wide both are (A, F) and whether
   characters above 255 have no place in the table (L). */
static uint32_t function_code(struct vcpu *cpu, unsigned m3, uint32_t character)
{
    struct address_space *space = operand_space(cpu, 1);
    uint64_t table = gr_address(cpu, 1);

    if (m3 & 2 && character > 255)
        return 0;
    if (m3 & 4)
        return access_fetch16(cpu, space, address_wrap(cpu, table + character * 2));
    return access_fetch8(cpu, space, address_wrap(cpu, table + character));
}

#define CHARACTERS_AT_ONCE 4096u

/* TRTE and TRTRE. The register for the function code is left alone where it is one of the
   first operand's, whose results would be lost. */
static void translate_and_test_extended(struct vcpu *cpu, const struct insn *insn, bool reverse)
{
    struct string_operand string = string_operand_get(cpu, insn->r1);
    uint32_t unit = insn->m3 & 8 ? 2 : 1, code = 0;

    if (string.length & (unit - 1))
        specification_exception(cpu);
    for (uint32_t n = 0; string.length && n < CHARACTERS_AT_ONCE; n++) {
        uint32_t character = unit == 2 ? access_fetch16(cpu, string.space, string.address)
                                       : access_fetch8(cpu, string.space, string.address);

        code = function_code(cpu, insn->m3, character);
        if (code)
            break;
        string.address = address_wrap(cpu, reverse ? string.address - unit : string.address + unit);
        string.length -= unit;
    }
    string_operand_put(cpu, &string);
    if (!code && string.length) {
        cc_set(cpu, 3);
        return;
    }
    if (insn->r2 != insn->r1 && insn->r2 != insn->r1 + 1)
        gr_length_set(cpu, insn->r2, code);
    cc_set(cpu, code != 0);
}

void insn_translate_and_test_extended(struct vcpu *cpu, const struct insn *insn)
{
    translate_and_test_extended(cpu, insn, false);
}

void insn_translate_and_test_reverse_extended(struct vcpu *cpu, const struct insn *insn)
{
    translate_and_test_extended(cpu, insn, true);
}
