/*
 * COMPARE LOGICAL (CLC), COMPARE LOGICAL CHARACTERS UNDER MASK, COMPARE LOGICAL LONG,
 * COMPARE LOGICAL LONG EXTENDED and COMPARE LOGICAL LONG UNICODE (PoP chapter 7). Pages
 * behind the first unequal byte are not accessed.
 */
#include <string.h>

#include "cpu/arch/interruption.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/storage_operand.h"
#include "src/base/bytes.h"

void insn_compare_logical_characters(struct vcpu *cpu, const struct insn *insn)
{
    struct address_space *space1 = operand_space(cpu, insn->b1);
    struct address_space *space2 = operand_space(cpu, insn->b2);
    uint64_t address1 = operand_address1(cpu, insn);
    uint64_t address2 = operand_address2(cpu, insn);
    uint32_t length = insn->l1 + 1u;
    int order = 0;

    for (uint32_t n; length && !order; length -= n) {
        struct operand a, b;

        n = smaller32(page_part(address1, length), page_part(address2, length));
        operand_prepare(cpu, &a, space1, address1, n, ACCESS_FETCH);
        operand_prepare(cpu, &b, space2, address2, n, ACCESS_FETCH);
        order = memcmp(a.host[0], b.host[0], n);
        address1 = address_wrap(cpu, address1 + n);
        address2 = address_wrap(cpu, address2 + n);
    }
    cc_set(cpu, order == 0 ? 0 : order < 0 ? 1 : 2);
}

/* CLM, CLMY, CLMH: the bytes of WORD that the mask chooses. With no byte chosen access
   exceptions are still recognized for one byte. */
static void compare_under_mask(struct vcpu *cpu, const struct insn *insn, uint32_t word)
{
    uint32_t length = (uint32_t)population64(insn->m3);
    uint32_t chosen = 0, other = 0;
    struct operand operand;

    operand_prepare(cpu, &operand, operand_space(cpu, insn->b2), operand_address2(cpu, insn),
                    length ? length : 1, ACCESS_FETCH);
    for (uint32_t i = 0; i < length; i++)
        other = other << 8 | operand_get8(&operand, i);
    for (unsigned i = 0; i < 4; i++) {
        if (insn->m3 & (8u >> i))
            chosen = chosen << 8 | ((word >> (24 - 8 * i)) & 0xff);
    }
    cc_set(cpu, CC_OF_COMPARISON(chosen, other));
}

void insn_compare_logical_under_mask(struct vcpu *cpu, const struct insn *insn)
{
    compare_under_mask(cpu, insn, gr32(cpu, insn->r1));
}

void insn_compare_logical_under_mask_high(struct vcpu *cpu, const struct insn *insn)
{
    compare_under_mask(cpu, insn, gr_high(cpu, insn->r1));
}

/* The comparison of two operands of their own lengths, the shorter one padded. */
struct long_comparison {
    struct string_operand a, b;
    uint32_t unit; /* bytes of a character */
    uint32_t padding;
    unsigned cc;
};

static uint8_t padding_byte(const struct long_comparison *c, uint32_t i)
{
    return (uint8_t)(c->padding >> 8 * (c->unit - 1 - i % c->unit));
}

/* Bytes that are equal before the first unequal character among N; sets CC if there is one. */
static uint32_t equal_part(struct long_comparison *c, const struct operand *a,
                           const struct operand *b, uint32_t n)
{
    uint32_t i = 0;

    if (likely(smaller32(operand_run(a, 0), operand_run(b, 0)) == n)) {
        i = byte_kernels()->mismatch(a->host[0], b->host[0], n);
    } else {
        while (i < n && operand_get8(a, i) == operand_get8(b, i))
            i++;
    }
    if (i == n)
        return n;
    c->cc = operand_get8(a, i) < operand_get8(b, i) ? 1 : 2;
    return i & ~(c->unit - 1);
}

/* The same for N bytes of LONGER compared with the padding character; HIGH is the condition
   code for LONGER being high. */
static uint32_t padded_part(struct long_comparison *c, const struct operand *longer, uint32_t n,
                            unsigned high)
{
    uint32_t i = 0;

    if (likely(operand_run(longer, 0) == n)) {
        uint32_t character = c->unit == 1 ? (c->padding & 0xff) * 0x101 : c->padding;

        i = byte_kernels()->span16(longer->host[0], n, (uint16_t)character);
    } else {
        while (i < n && operand_get8(longer, i) == padding_byte(c, i))
            i++;
    }
    if (i == n)
        return n;
    c->cc = operand_get8(longer, i) > padding_byte(c, i) ? high : 3 - high;
    return i & ~(c->unit - 1);
}

/* Compares what lies on one page of each operand, or one character that crosses. */
static void compare_part(struct vcpu *cpu, struct long_comparison *c)
{
    uint64_t both = c->a.length < c->b.length ? c->a.length : c->b.length;
    struct operand a, b;
    uint32_t n;

    c->cc = 0;
    if (both) {
        n = smaller32(page_part_units(c->a.address, both, c->unit),
                      page_part_units(c->b.address, both, c->unit));
        operand_prepare(cpu, &a, c->a.space, c->a.address, n, ACCESS_FETCH);
        operand_prepare(cpu, &b, c->b.space, c->b.address, n, ACCESS_FETCH);
        n = equal_part(c, &a, &b, n);
        string_operand_advance(cpu, &c->a, n);
        string_operand_advance(cpu, &c->b, n);
    } else if (c->a.length | c->b.length) {
        struct string_operand *longer = c->a.length ? &c->a : &c->b;

        n = page_part_units(longer->address, longer->length, c->unit);
        operand_prepare(cpu, &a, longer->space, longer->address, n, ACCESS_FETCH);
        n = padded_part(c, &a, n, longer == &c->a ? 2 : 1);
        string_operand_advance(cpu, longer, n);
    }
}

void insn_compare_logical_long(struct vcpu *cpu, const struct insn *insn)
{
    struct long_comparison c = {
        .a = string_operand_get(cpu, insn->r1),
        .b = string_operand_get(cpu, insn->r2),
        .unit = 1,
        .padding = gr32(cpu, insn->r2 + 1u) >> 24,
    };

    c.a.length &= LENGTH24;
    c.b.length &= LENGTH24;
    compare_part(cpu, &c);
    string_operand24_put(cpu, &c.b);
    string_operand24_put(cpu, &c.a);
    cc_set(cpu, c.cc);
    if (!c.cc && (c.a.length | c.b.length))
        insn_repeat(cpu, insn);
}

static void compare_long_extended(struct vcpu *cpu, const struct insn *insn, uint32_t unit)
{
    struct long_comparison c = {
        .a = string_operand_get(cpu, insn->r1),
        .b = string_operand_get(cpu, insn->r3),
        .unit = unit,
        .padding = (uint32_t)operand_address2(cpu, insn),
    };

    if ((c.a.length | c.b.length) & (unit - 1))
        specification_exception(cpu);
    compare_part(cpu, &c);
    string_operand_put(cpu, &c.b);
    string_operand_put(cpu, &c.a);
    cc_set(cpu, !c.cc && (c.a.length | c.b.length) ? 3 : c.cc);
}

void insn_compare_logical_long_extended(struct vcpu *cpu, const struct insn *insn)
{
    compare_long_extended(cpu, insn, 1);
}

void insn_compare_logical_long_unicode(struct vcpu *cpu, const struct insn *insn)
{
    compare_long_extended(cpu, insn, 2);
}
