/*
 * EDIT and EDIT AND MARK (PoP chapter 8).
 *
 * The result is worked out first; the pattern is replaced when no exception is possible any
 * more. Only those bytes of the source are accessed for which the pattern has digits.
 */
#include "cpu/arch/interruption.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/decimal/packed_decimal.h"
#include "cpu/isa/semantics/general/storage_operand.h"

#define DIGIT_SELECTOR       0x20
#define SIGNIFICANCE_STARTER 0x21
#define FIELD_SEPARATOR      0x22

#define PATTERN 256u

struct editing {
    struct address_space *space;
    uint64_t source; /* address of the next byte */
    bool right;      /* the next digit is the right one of the byte before */
    uint8_t byte;
    uint8_t fill;
    bool significant; /* significance indicator */
    bool nonzero;     /* the field so far has a digit that is not zero */
    bool marked;      /* EDIT AND MARK: a result byte has started significance */
    uint32_t mark;    /* the last such */
};

/* The next source digit; SIGN becomes the code behind it in its byte if that is a sign. */
static ALWAYS_INLINE unsigned next_digit(struct vcpu *cpu, struct editing *e, unsigned *sign)
{
    *sign = 0;
    if (e->right) {
        e->right = false;
        return e->byte & 0xf;
    }
    e->byte = access_fetch8(cpu, e->space, e->source);
    e->source = address_wrap(cpu, e->source + 1);
    if (e->byte >> 4 > 9)
        data_exception(cpu, DXC_DECIMAL_OPERAND);
    if ((e->byte & 0xf) > 9)
        *sign = e->byte & 0xf;
    else
        e->right = true;
    return e->byte >> 4;
}

static ALWAYS_INLINE uint8_t edit_digit(struct vcpu *cpu, struct editing *e, uint32_t i,
                                        bool starter)
{
    unsigned sign, digit = next_digit(cpu, e, &sign);
    bool shown = e->significant || digit;

    if (!e->significant && digit) {
        e->marked = true;
        e->mark = i;
    }
    e->nonzero = e->nonzero || digit;
    e->significant = (shown || starter) && !(sign && !sign_is_minus(sign));
    return shown ? (uint8_t)(0xf0 | digit) : e->fill;
}

static ALWAYS_INLINE uint8_t edit_byte(struct vcpu *cpu, struct editing *e, uint32_t i,
                                       uint8_t pattern)
{
    switch (pattern) {
    case DIGIT_SELECTOR:
    case SIGNIFICANCE_STARTER:
        return edit_digit(cpu, e, i, pattern == SIGNIFICANCE_STARTER);
    case FIELD_SEPARATOR:
        e->significant = false;
        e->nonzero = false;
        return e->fill;
    default:
        return e->significant ? pattern : e->fill;
    }
}

/* Everything in line here, so that the state stays in registers. */
static ALWAYS_INLINE struct editing edit(struct vcpu *cpu, const struct insn *insn)
{
    struct editing e = {
        .space = operand_space(cpu, insn->b2),
        .source = operand_address2(cpu, insn),
    };
    uint32_t length = insn->l1 + 1u;
    uint8_t pattern[PATTERN];
    struct operand operand;

    operand_prepare(cpu, &operand, operand_space(cpu, insn->b1), operand_address1(cpu, insn),
                    length, ACCESS_STORE);
    operand_read(&operand, 0, pattern, length);
    e.fill = pattern[0];
    for (uint32_t i = 0; i < length; i++)
        pattern[i] = edit_byte(cpu, &e, i, pattern[i]);
    operand_write(cpu, &operand, 0, pattern, length);
    cc_set(cpu, !e.nonzero ? 0 : e.significant ? 1 : 2);
    return e;
}

void insn_edit(struct vcpu *cpu, const struct insn *insn)
{
    edit(cpu, insn);
}

void insn_edit_and_mark(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = operand_address1(cpu, insn);
    struct editing e = edit(cpu, insn);

    if (e.marked)
        result_address_set(cpu, 1, address_wrap(cpu, address + e.mark));
}
