/*
 * COMPRESSION CALL (PoP chapter 7; dictionaries as in "Data Compression", SA22-7208).
 *
 * Each symbol is found whole before anything of it is stored, and the registers are put back
 * after each: an exception finds what an execution that ended with condition code 3 leaves.
 */
#include "cpu/arch/interruption.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/storage_operand.h"

/* General register 0. */
#define SYMBOL_TRANSLATION UINT32_C(0x10000)
#define SYMBOL_SIZE_SHIFT  12
#define FORMAT_1           UINT32_C(0x200) /* of sibling descriptors */
#define EXPANSION          UINT32_C(0x100)

/* General register 1: dictionary origin, symbol-translation-table offset, bit number. */
#define DICTIONARY_ORIGIN  (~UINT64_C(0xfff))
#define TRANSLATION_OFFSET UINT64_C(0xff8)
#define BIT_NUMBER         UINT64_C(7)

#define LONGEST_SYMBOL  260u /* characters; also of the children looked at for one symbol */
#define LONGEST_CHAIN   127u /* entries that expand one symbol */
#define SYMBOLS_AT_ONCE 512u
#define GO_ON           4u /* any condition code ends the execution */

struct compression {
    struct vcpu *cpu;
    struct string_operand to, from;
    struct address_space *space; /* of the dictionary: that of the second operand */
    uint64_t dictionary;
    uint64_t translation; /* address of the symbol-translation table */
    bool translates;
    uint32_t symbol_bits;
    uint32_t bit; /* compressed-data bit number */
    bool format_1;
};

static _Noreturn void dictionary_exception(const struct compression *c)
{
    data_exception(c->cpu, DXC_DECIMAL_OPERAND);
}

static uint64_t entry_fetch(const struct compression *c, uint32_t index)
{
    if (index >> c->symbol_bits)
        dictionary_exception(c);
    return access_fetch64(c->cpu, c->space, address_wrap(c->cpu, c->dictionary + index * 8));
}

static uint8_t entry_byte(uint64_t entry, unsigned i)
{
    return (uint8_t)(entry >> (56 - 8 * i));
}

/* Bytes that the next symbol touches in compressed data. */
static uint32_t symbol_bytes(const struct compression *c)
{
    return (c->bit + c->symbol_bits + 7) / 8;
}

/* Leaves the symbol behind: what its last byte has left belongs to the next one. */
static void symbol_passed(struct compression *c, struct string_operand *operand)
{
    c->bit += c->symbol_bits;
    string_operand_advance(c->cpu, operand, c->bit / 8);
    c->bit %= 8;
}

static void registers_put(const struct compression *c)
{
    struct vcpu *cpu = c->cpu;

    string_operand_put(cpu, &c->from);
    string_operand_put(cpu, &c->to);
    gr64_set(cpu, 1, (gr64(cpu, 1) & ~BIT_NUMBER) | c->bit);
}

/* A compression character entry. */
struct character_entry {
    uint64_t entry;
    uint32_t index;
    uint32_t first_child;
    unsigned extensions;   /* additional extension characters, from byte 3 on */
    unsigned children;     /* child characters, behind them */
    uint32_t examine;      /* a bit for each of those, the first one on the left of 16 */
    uint32_t examine_more; /* two bits, on the left of 16, for the first sibling descriptor */
    bool more;             /* a sibling descriptor has more children */
};

static struct character_entry character_entry(const struct compression *c, uint32_t index)
{
    struct character_entry e = {.entry = entry_fetch(c, index), .index = index};
    unsigned count = (unsigned)bits64_get(e.entry, 0, 2), room;

    e.children = count;
    e.first_child = (uint32_t)bits64_get(e.entry, 11, 23);
    if (count && e.first_child >> c->symbol_bits)
        dictionary_exception(c);
    if (count < 2) {
        e.extensions = (unsigned)bits64_get(e.entry, 8, 10);
        e.examine = (uint32_t)bits64_get(e.entry, 3, 3) << 15;
        if (e.extensions + count > 5)
            dictionary_exception(c);
        return e;
    }
    e.extensions = (unsigned)bits64_get(e.entry, 10, 10);
    e.examine = (uint32_t)bits64_get(e.entry, 3, 7) << 11;
    e.examine_more = (uint32_t)bits64_get(e.entry, 8, 9) << 14;
    room = 5 - e.extensions;
    if (count > room + 1)
        dictionary_exception(c);
    e.more = count > room;
    e.children = e.more ? room : count;
    return e;
}

/* A sibling descriptor: up to 14 more child characters. */
struct sibling_descriptor {
    uint8_t character[14];
    unsigned count;
    uint32_t examine; /* a bit for each, the first one on the left of 16 */
    bool more;
};

/* FIRST: of its parent, which then has the last two examine bits; in others they are one. */
static struct sibling_descriptor sibling_descriptor(const struct compression *c, uint32_t index,
                                                    const struct character_entry *first)
{
    uint64_t entry = entry_fetch(c, index), second = 0;
    struct sibling_descriptor s = {.more = false};
    unsigned count = (unsigned)(entry >> (c->format_1 ? 60 : 61)), most = c->format_1 ? 14 : 7;

    s.more = count == (c->format_1 ? 15 : 0);
    s.count = s.more ? most : count;
    if (!s.count)
        dictionary_exception(c);
    s.examine = c->format_1 ? (uint32_t)bits64_get(entry, 4, 15) << 4
                            : (uint32_t)bits64_get(entry, 3, 7) << 11;
    s.examine |= (first ? first->examine_more : 0xc000) >> (most - 2);
    /* The right half of format 1 stands at the same place in the expansion dictionary. */
    if (c->format_1 && s.count > 6)
        second = access_fetch64(
            c->cpu, c->space,
            address_wrap(c->cpu, c->dictionary + (UINT64_C(8) << c->symbol_bits) + index * 8));
    for (unsigned i = 0; i < s.count; i++) {
        unsigned at = i + (c->format_1 ? 2 : 1);

        s.character[i] = at < 8 ? entry_byte(entry, at) : entry_byte(second, at - 8);
    }
    return s;
}

/* The search for the next symbol. */
struct search {
    struct character_entry parent;
    struct string_operand from; /* behind the characters that the parent stands for */
    uint32_t length;            /* those characters */
    uint32_t symbol;            /* the result */
    unsigned visited;           /* children looked at */
};

static uint8_t source_byte(const struct compression *c, const struct search *s, uint32_t i)
{
    return access_fetch8(c->cpu, s->from.space, address_wrap(c->cpu, s->from.address + i));
}

static void source_advance(const struct compression *c, struct search *s, uint32_t n)
{
    s->length += n;
    if (s->length > LONGEST_SYMBOL)
        dictionary_exception(c);
    string_operand_advance(c->cpu, &s->from, n);
}

enum verdict {
    MATCH_FOUND,    /* the symbol is known */
    MATCH_DESCENDS, /* the child is the new parent */
    MATCH_FAILS,    /* the child has further characters, which differ */
};

/* A child whose first character is the next one of the source. */
static enum verdict child_matches(const struct compression *c, struct search *s, uint32_t index,
                                  bool examine)
{
    struct character_entry child;

    if (++s->visited > LONGEST_SYMBOL)
        dictionary_exception(c);
    if (!examine) {
        s->symbol = index;
        source_advance(c, s, 1);
        return MATCH_FOUND;
    }
    child = character_entry(c, index);
    if (s->from.length < child.extensions + 1)
        return MATCH_FAILS;
    for (unsigned i = 0; i < child.extensions; i++) {
        if (source_byte(c, s, i + 1) != entry_byte(child.entry, 3 + i))
            return MATCH_FAILS;
    }
    s->parent = child;
    source_advance(c, s, child.extensions + 1);
    return MATCH_DESCENDS;
}

/* Looks among the child characters of the parent itself. MATCH_FAILS: not there, and *ENDS
   says that sibling descriptors are not looked at either. */
static enum verdict search_children(const struct compression *c, struct search *s, uint8_t byte,
                                    bool *ends)
{
    bool all_equal = true; /* so far: several children may start with the same character */

    for (unsigned i = 0; i < s->parent.children; i++) {
        enum verdict verdict;

        if (entry_byte(s->parent.entry, 3 + s->parent.extensions + i) != byte) {
            all_equal = false;
            continue;
        }
        verdict = child_matches(c, s, s->parent.first_child + i, s->parent.examine << i & 0x8000);
        if (verdict != MATCH_FAILS)
            return verdict;
        *ends = true;
        if (!all_equal)
            return MATCH_FAILS;
    }
    return MATCH_FAILS;
}

static enum verdict search_siblings(const struct compression *c, struct search *s, uint8_t byte)
{
    const struct character_entry *first = &s->parent;
    uint32_t index = s->parent.first_child + s->parent.children;
    struct sibling_descriptor d;

    do {
        d = sibling_descriptor(c, index, first);
        for (unsigned i = 0; i < d.count; i++) {
            if (d.character[i] == byte)
                return child_matches(c, s, index + i + 1, d.examine << i & 0x8000);
        }
        index += d.count + 1;
        first = NULL;
    } while (d.more);
    return MATCH_FAILS;
}

/* Finds the longest symbol in the dictionary that the source starts with. */
static void search_symbol(const struct compression *c, struct search *s)
{
    enum verdict verdict;

    s->parent = character_entry(c, source_byte(c, s, 0));
    source_advance(c, s, 1);
    do {
        uint8_t byte;
        bool ends = false;

        s->symbol = s->parent.index;
        if (!s->parent.children || !s->from.length)
            return;
        byte = source_byte(c, s, 0);
        verdict = search_children(c, s, byte, &ends);
        if (verdict == MATCH_FAILS && !ends && s->parent.more)
            verdict = search_siblings(c, s, byte);
    } while (verdict == MATCH_DESCENDS);
}

/* Puts a symbol into the first operand behind the bits that are there; the bits behind it in
   its last byte become zero. */
static void symbol_put(struct compression *c, uint32_t symbol)
{
    uint32_t n = symbol_bytes(c), shift = 8 * n - c->bit - c->symbol_bits;
    struct operand operand;
    uint32_t value;

    operand_prepare(c->cpu, &operand, c->to.space, c->to.address, n, ACCESS_STORE);
    value = operand_get8(&operand, 0) & ~(0xffu >> c->bit) & 0xff;
    value = value << 8 * (n - 1) | symbol << shift;
    for (uint32_t i = 0; i < n; i++)
        operand_put8(&operand, i, (uint8_t)(value >> 8 * (n - 1 - i)));
    operand_finish(c->cpu, &operand);
    symbol_passed(c, &c->to);
}

static unsigned compress_symbol(struct compression *c)
{
    struct search s = {.from = c->from};
    uint32_t symbol;

    if (!c->from.length)
        return 0;
    if (c->to.length < symbol_bytes(c))
        return 1;
    search_symbol(c, &s);
    symbol = s.symbol;
    if (c->translates)
        symbol =
            access_fetch16(c->cpu, c->space, address_wrap(c->cpu, c->translation + symbol * 2));
    symbol_put(c, symbol & ((1u << c->symbol_bits) - 1));
    c->from = s.from;
    return GO_ON;
}

/* Writes the characters of SYMBOL from right to left; their number. */
static uint32_t expand(const struct compression *c, uint32_t symbol, uint8_t *characters)
{
    uint64_t entry = entry_fetch(c, symbol);
    uint32_t length = 0;

    for (unsigned chain = 1;; chain++) {
        unsigned partial = (unsigned)bits64_get(entry, 0, 2);
        unsigned complete = (unsigned)bits64_get(entry, 5, 7), n = partial ? partial : complete;
        uint32_t offset = partial ? entry_byte(entry, 7) : 0;

        if (partial > 5 || !n || chain > LONGEST_CHAIN)
            dictionary_exception(c);
        if (!length)
            length = offset + n;
        for (unsigned i = 0; i < n; i++)
            characters[offset + i] = entry_byte(entry, i + (partial ? 2 : 1));
        if (!partial)
            return length;
        entry = entry_fetch(c, (uint32_t)bits64_get(entry, 3, 15));
    }
}

static unsigned expand_symbol(struct compression *c)
{
    uint32_t n = symbol_bytes(c), symbol = 0, length = 1;
    uint8_t characters[LONGEST_SYMBOL] = {0};
    struct operand operand;

    if (c->from.length < n)
        return 0;
    if (!c->to.length)
        return 1;
    operand_prepare(c->cpu, &operand, c->from.space, c->from.address, n, ACCESS_FETCH);
    for (uint32_t i = 0; i < n; i++)
        symbol = symbol << 8 | operand_get8(&operand, i);
    symbol = symbol >> (8 * n - c->bit - c->symbol_bits) & ((1u << c->symbol_bits) - 1);
    if (symbol < 256)
        characters[0] = (uint8_t)symbol; /* an alphabet entry: its own index */
    else
        length = expand(c, symbol, characters);
    if (c->to.length < length)
        return 1;
    operand_prepare(c->cpu, &operand, c->to.space, c->to.address, length, ACCESS_STORE);
    operand_write(c->cpu, &operand, 0, characters, length);
    string_operand_advance(c->cpu, &c->to, length);
    symbol_passed(c, &c->from);
    return GO_ON;
}

void insn_compression_call(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t controls = gr32(cpu, 0), size = controls >> SYMBOL_SIZE_SHIFT & 0xf;
    uint64_t origin = gr_address(cpu, 1) & DICTIONARY_ORIGIN;
    struct compression c = {
        .cpu = cpu,
        .to = string_operand_get(cpu, insn->r1),
        .from = string_operand_get(cpu, insn->r2),
        .space = operand_space(cpu, insn->r2),
        .dictionary = origin,
        .translation = origin + ((gr64(cpu, 1) & TRANSLATION_OFFSET) << 4),
        .translates = controls & SYMBOL_TRANSLATION,
        .symbol_bits = size + 8,
        .bit = (uint32_t)(gr64(cpu, 1) & BIT_NUMBER),
        .format_1 = controls & FORMAT_1,
    };
    unsigned cc = GO_ON;

    if (size < 1 || size > 5)
        specification_exception(cpu);
    for (unsigned n = 0; cc == GO_ON && n < SYMBOLS_AT_ONCE; n++) {
        cc = controls & EXPANSION ? expand_symbol(&c) : compress_symbol(&c);
        registers_put(&c);
        cc_set(cpu, cc == GO_ON ? 3 : cc);
    }
}
