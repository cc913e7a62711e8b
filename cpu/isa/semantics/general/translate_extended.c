/*
 * TRANSLATE EXTENDED, TRANSLATE ONE TO ONE and its kin, TRANSLATE AND TEST EXTENDED and
 * TRANSLATE AND TEST REVERSE EXTENDED (PoP chapter 7). Each execution processes what lies on
 * one page of each operand.
 */
#include <string.h>

#include "cpu/arch/configuration.h"
#include "cpu/arch/interruption.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/byte_table.h"
#include "cpu/isa/semantics/general/storage_operand.h"
#include "src/base/be.h"

void insn_translate_extended(struct vcpu *cpu, const struct insn *insn)
{
    struct string_operand string = string_operand_get(cpu, insn->r1);
    uint8_t test = (uint8_t)gr32(cpu, 0);
    uint32_t n = page_part(string.address, string.length), untested;
    const uint8_t *found;
    struct byte_table table;
    struct operand operand;

    if (!n) {
        cc_set(cpu, 0);
        return;
    }
    operand_prepare(cpu, &operand, string.space, string.address, n, ACCESS_STORE);
    table = table_prepare(cpu, operand_space(cpu, insn->r2), gr_address(cpu, insn->r2));
    found = memchr(operand.host[0], test, n);
    untested = found ? (uint32_t)(found - operand.host[0]) : n;
    /* Trial execution, so that an exception finds nothing changed. */
    for (uint32_t i = 0; !table.host && i < untested; i++)
        table_get(cpu, &table, operand.host[0][i]);
    table_translate(cpu, &table, operand.host[0], untested);
    operand_finish(cpu, &operand);
    string_operand_advance(cpu, &string, untested);
    string_operand_put(cpu, &string);
    cc_set(cpu, found ? 1 : string.length ? 3 : 0);
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

#define TABLE_PAGES 33u /* of 65,536 two-byte characters that do not start on a page */

/* TROO, TROT, TRTO, TRTT: source and target of one execution, and what is done of it. */
struct translation {
    struct string_operand target; /* its register pair has the length of the source */
    struct string_operand source; /* address only */
    struct operand to, from;
    uint32_t characters;
    uint32_t done;
    uint32_t from_unit, to_unit;
    uint64_t table;
    bool test; /* stop before a character that becomes the test character */
    uint32_t test_character;
    const uint8_t *page[TABLE_PAGES]; /* of the table, as far as they were needed */
};

static void translation_put(struct vcpu *cpu, const struct translation *t)
{
    gr_address_set(cpu, t->target.r, t->target.address + t->done * t->to_unit);
    gr_length_set(cpu, t->target.r + 1, t->target.length - t->done * t->from_unit);
    gr_address_set(cpu, t->source.r, t->source.address + t->done * t->from_unit);
}

/* The table's byte at OFFSET, on a page that may raise an exception: what was translated
   before then counts as an execution that ended with condition code 3. */
static NEVER_INLINE const uint8_t *table_page(struct vcpu *cpu, struct translation *t,
                                              uint32_t offset)
{
    struct address_space *space = operand_space(cpu, 1);
    uint64_t address = address_wrap(cpu, t->table + offset);
    const uint8_t *host;

    if (t->done) {
        operand_finish(cpu, &t->to);
        translation_put(cpu, t);
        cc_set(cpu, 3);
    }
    host = access_pointer(cpu, space, address, 1, ACCESS_FETCH);
    /* A page that is not in the TLB is not the same everywhere (fetch-protection override). */
    if (tlb_lookup(space->fetch, address, 1))
        t->page[((t->table & ~STORAGE_PAGE_MASK) + offset) >> STORAGE_PAGE_SHIFT] =
            host - (address & ~STORAGE_PAGE_MASK);
    return host;
}

/* The table's character INDEX, needed when DONE characters are translated. */
static ALWAYS_INLINE uint32_t table_character(struct vcpu *cpu, struct translation *t,
                                              uint32_t index, uint32_t done, uint32_t to_unit)
{
    uint32_t at = (uint32_t)(t->table & ~STORAGE_PAGE_MASK) + index * to_unit;
    const uint8_t *host = t->page[at >> STORAGE_PAGE_SHIFT];

    if (likely(host)) {
        host += at & ~STORAGE_PAGE_MASK;
    } else {
        t->done = done;
        host = table_page(cpu, t, index * to_unit);
    }
    return to_unit == 1 ? *host : load_be16(host);
}

static void translation_prepare(struct vcpu *cpu, const struct insn *insn, struct translation *t)
{
    bool enhanced = facility_installed(cpu, FACILITY_ETF2_ENHANCEMENT);
    uint32_t pages = t->from_unit == 1 ? 2 : TABLE_PAGES;
    uint64_t all;

    t->test = !(enhanced && insn->m3 & 1);
    t->test_character = gr32(cpu, 0) & (t->to_unit == 1 ? 0xff : 0xffff);
    /* Without the enhancement two-byte characters need a table on a 4 KiB boundary. */
    t->table = gr_address(cpu, 1);
    t->table &= t->from_unit == 2 && !enhanced ? STORAGE_PAGE_MASK : ~UINT64_C(7);
    memset(t->page, 0, pages * sizeof t->page[0]);
    t->target = string_operand_get(cpu, insn->r1);
    t->source = t->target;
    t->source.r = insn->r2;
    t->source.space = operand_space(cpu, insn->r2);
    t->source.address = gr_address(cpu, insn->r2);
    t->done = 0;
    if (t->target.length & (t->from_unit - 1))
        specification_exception(cpu);
    /* Units are 1 or 2, and shifts quicker than divisions. */
    all = t->target.length >> (t->from_unit - 1);
    t->characters = smaller32(
        page_part_units(t->source.address, t->target.length, t->from_unit) >> (t->from_unit - 1),
        page_part_units(t->target.address, all < 4096 ? all * t->to_unit : 4096, t->to_unit) >>
            (t->to_unit - 1));
    if (!t->characters)
        return;
    operand_prepare(cpu, &t->from, t->source.space, t->source.address, t->characters * t->from_unit,
                    ACCESS_FETCH);
    operand_prepare(cpu, &t->to, t->target.space, t->target.address, t->characters * t->to_unit,
                    ACCESS_STORE);
}

/* One byte to one, with the table on one page and nothing overlapping; true where the test
   character was found. */
static bool translate_bytes(struct translation *t, const uint8_t table[BYTE_TABLE])
{
    uint8_t translated[BYTE_TABLE];
    const uint8_t *found = NULL;

    while (!found && t->done < t->characters) {
        uint32_t n = smaller32(t->characters - t->done, sizeof translated);

        byte_kernels()->translate(translated, t->from.host[0] + t->done, n, table);
        found = t->test ? memchr(translated, (int)t->test_character, n) : NULL;
        if (found)
            n = (uint32_t)(found - translated);
        memcpy(t->to.host[0] + t->done, translated, n);
        t->done += n;
    }
    return found;
}

/* The rest of the characters one by one. */
static ALWAYS_INLINE bool translate_rest(struct vcpu *cpu, struct translation *t,
                                         uint32_t from_unit, uint32_t to_unit)
{
    for (; t->done < t->characters; t->done++) {
        uint32_t index = character_get(&t->from, t->done, from_unit);
        uint32_t character = table_character(cpu, t, index, t->done, to_unit);

        if (t->test && character == t->test_character)
            return true;
        character_put(&t->to, t->done, to_unit, character);
    }
    return false;
}

/* The same where neither operand crosses a page. WHOLE is the table where that does not
   either. */
static ALWAYS_INLINE bool translate_on_page(struct vcpu *cpu, struct translation *t,
                                            const uint8_t *whole, uint32_t from_unit,
                                            uint32_t to_unit)
{
    const uint8_t *from = t->from.host[0];
    uint8_t *to = t->to.host[0];
    uint32_t i, n = t->characters, end = t->test ? t->test_character : UINT32_MAX;

    for (i = 0; i < n; i++) {
        uint32_t index = from_unit == 1 ? from[i] : load_be16(from + 2 * i), character;

        if (!whole)
            character = table_character(cpu, t, index, i, to_unit);
        else
            character = to_unit == 1 ? whole[index] : load_be16(whole + 2 * index);
        if (character == end)
            break;
        if (to_unit == 1)
            to[i] = (uint8_t)character;
        else
            store_be16(to + 2 * i, (uint16_t)character);
    }
    t->done = i;
    return i < n;
}

static ALWAYS_INLINE void translate_characters(struct vcpu *cpu, const struct insn *insn,
                                               uint32_t from_unit, uint32_t to_unit)
{
    const uint8_t *table = NULL;
    struct translation t;
    bool found;

    t.from_unit = from_unit;
    t.to_unit = to_unit;
    translation_prepare(cpu, insn, &t);
    if (!t.characters) {
        translation_put(cpu, &t);
        cc_set(cpu, 0);
        return;
    }
    if (from_unit == 1 && access_page_rest(t.table) >= BYTE_TABLE * to_unit)
        table = table_page(cpu, &t, 0);
    if (table && to_unit == 1 &&
        !bytes_overlap(t.to.host[0], t.characters, t.from.host[0], t.characters) &&
        !bytes_overlap(t.to.host[0], t.characters, table, BYTE_TABLE))
        found = translate_bytes(&t, table);
    else if (t.from.first == t.from.length && t.to.first == t.to.length)
        found = table ? translate_on_page(cpu, &t, table, from_unit, to_unit)
                      : translate_on_page(cpu, &t, NULL, from_unit, to_unit);
    else
        found = translate_rest(cpu, &t, from_unit, to_unit);
    operand_finish(cpu, &t.to);
    translation_put(cpu, &t);
    cc_set(cpu, found ? 1 : t.target.length > t.done * from_unit ? 3 : 0);
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

/* TRTE and TRTRE. M3 says how wide arguments (A) and function codes (F) are, and whether
   characters above 255 have no place in the table (L). */
struct extended_test {
    struct string_operand string;
    struct byte_table table; /* its host only where the table has 256 bytes */
    unsigned m3;
    uint32_t unit;
    uint32_t code; /* the function code that ended the search, or zero */
};

static ALWAYS_INLINE uint32_t function_code(struct vcpu *cpu, const struct extended_test *t,
                                            uint32_t character)
{
    if (t->m3 & 2 && character > 255)
        return 0;
    if (t->m3 & 4)
        return access_fetch16(cpu, t->table.space,
                              address_wrap(cpu, t->table.address + character * 2));
    return access_fetch8(cpu, t->table.space, address_wrap(cpu, t->table.address + character));
}

/* One argument character, which may cross a page. */
static uint32_t test_one(struct vcpu *cpu, struct extended_test *t)
{
    uint64_t address = t->string.address;
    uint32_t character = t->unit == 2 ? access_fetch16(cpu, t->string.space, address)
                                      : access_fetch8(cpu, t->string.space, address);

    t->code = function_code(cpu, t, character);
    return t->code ? 0 : 1;
}

/* The characters on one page, up to a function code that is not zero: how many were passed. */
static uint32_t test_page(struct vcpu *cpu, struct extended_test *t, bool reverse)
{
    uint64_t address = t->string.address;
    uint32_t part = reverse ? page_part_reverse(address) - 1 + t->unit : access_page_rest(address);
    uint32_t n, i;
    const uint8_t *host;

    if (access_page_rest(address) < t->unit)
        return test_one(cpu, t);
    n = part / t->unit;
    if (n > t->string.length / t->unit)
        n = (uint32_t)(t->string.length / t->unit);
    host = access_pointer(cpu, t->string.space, address, 1, ACCESS_FETCH);
    if (t->table.host) {
        i = reverse ? n - 1 - table_find_last(cpu, &t->table, host - (n - 1), n)
                    : table_find(cpu, &t->table, host, n);
        i = i < n ? i : n; /* none found from the right: the index would be N */
        t->code = i < n ? t->table.host[reverse ? *(host - i) : host[i]] : 0;
        return i;
    }
    for (i = 0; i < n && !t->code; i++) {
        const uint8_t *at = reverse ? host - i * t->unit : host + i * t->unit;

        t->code = function_code(cpu, t, t->unit == 2 ? load_be16(at) : *at);
    }
    return t->code ? i - 1 : n;
}

#define BYTES_AT_ONCE 4096u

/* The register for the function code is left alone where it is one of the first operand's,
   whose results would be lost. */
static void translate_and_test_extended(struct vcpu *cpu, const struct insn *insn, bool reverse)
{
    struct extended_test t = {
        .string = string_operand_get(cpu, insn->r1),
        .m3 = insn->m3,
        .unit = insn->m3 & 8 ? 2 : 1,
    };

    if (t.string.length & (t.unit - 1))
        specification_exception(cpu);
    t.table = (struct byte_table){operand_space(cpu, 1), gr_address(cpu, 1), NULL};
    if (t.string.length && !(insn->m3 & 12))
        t.table = table_prepare(cpu, t.table.space, t.table.address);
    for (uint32_t done = 0, n; t.string.length && !t.code && done < BYTES_AT_ONCE; done += n) {
        n = test_page(cpu, &t, reverse) * t.unit;
        t.string.length -= n;
        t.string.address = address_wrap(cpu, reverse ? t.string.address - n : t.string.address + n);
    }
    string_operand_put(cpu, &t.string);
    if (!t.code && t.string.length) {
        cc_set(cpu, 3);
        return;
    }
    if (insn->r2 != insn->r1 && insn->r2 != insn->r1 + 1)
        gr_length_set(cpu, insn->r2, t.code);
    cc_set(cpu, t.code != 0);
}

void insn_translate_and_test_extended(struct vcpu *cpu, const struct insn *insn)
{
    translate_and_test_extended(cpu, insn, false);
}

void insn_translate_and_test_reverse_extended(struct vcpu *cpu, const struct insn *insn)
{
    translate_and_test_extended(cpu, insn, true);
}
