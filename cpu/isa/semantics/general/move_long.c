/*
 * MOVE LONG, MOVE LONG EXTENDED and MOVE LONG UNICODE (PoP chapter 7). Each execution moves
 * what lies on one page of each operand.
 */
#include <string.h>

#include "cpu/arch/interruption.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/storage_operand.h"
#include "src/base/be.h"

/* Moves or pads N bytes, on one page of each operand or one character that crosses. */
static void move_part(struct vcpu *cpu, const struct string_operand *to,
                      const struct string_operand *from, uint32_t n)
{
    struct operand source, target;

    operand_prepare(cpu, &source, from->space, from->address, n, ACCESS_FETCH);
    operand_prepare(cpu, &target, to->space, to->address, n, ACCESS_STORE);
    operand_move(&target, &source);
    operand_finish(cpu, &target);
}

/* Fills N bytes with the padding character of UNIT bytes, whose parity is that of the
   operand's first byte. */
static void pad_part(struct vcpu *cpu, const struct string_operand *to, uint32_t n, uint32_t unit,
                     uint32_t padding)
{
    struct operand target;

    operand_prepare(cpu, &target, to->space, to->address, n, ACCESS_STORE);
    if (unit == 1 && target.first == n) {
        memset(target.host[0], (int)padding, n);
    } else if (target.first == n) {
        store_be16(target.host[0], (uint16_t)padding);
        storage_move_left_to_right(target.host[0] + 2, target.host[0], n - 2);
    } else {
        for (uint32_t i = 0; i < n; i++)
            operand_put8(&target, i, (uint8_t)(padding >> 8 * (unit - 1 - i % unit)));
    }
    operand_finish(cpu, &target);
}

/* PoP, "MOVE LONG": the first operand's leftmost byte lies among the second operand's bytes
   that take part, beyond the first of them. Addresses are compared within the addressing
   mode, and only where both access registers hold the same. */
static bool overlaps_destructively(const struct vcpu *cpu, unsigned r1, unsigned r2, uint32_t n)
{
    uint64_t distance = address_wrap(cpu, gr64(cpu, r1) - gr64(cpu, r2));

    if (cpu->access_register_mode && (r1 ? cpu->state.ar[r1] : 0) != (r2 ? cpu->state.ar[r2] : 0))
        return false;
    return distance > 0 && distance < n;
}

void insn_move_long(struct vcpu *cpu, const struct insn *insn)
{
    struct string_operand to = string_operand_get(cpu, insn->r1);
    struct string_operand from = string_operand_get(cpu, insn->r2);
    uint32_t padding = gr32(cpu, insn->r2 + 1u) >> 24;
    unsigned cc;
    uint32_t n;

    to.length &= LENGTH24;
    from.length &= LENGTH24;
    cc = CC_OF_COMPARISON(to.length, from.length);
    n = (uint32_t)(to.length < from.length ? to.length : from.length);
    if (overlaps_destructively(cpu, insn->r1, insn->r2, n)) {
        string_operand24_put(cpu, &from); /* bits 32-39 of the addresses become zero */
        string_operand24_put(cpu, &to);
        cc_set(cpu, 3);
        return;
    }
    if (n) {
        n = smaller32(page_part(to.address, n), page_part(from.address, n));
        move_part(cpu, &to, &from, n);
        string_operand_advance(cpu, &from, n);
    } else {
        n = page_part(to.address, to.length);
        if (n)
            pad_part(cpu, &to, n, 1, padding);
    }
    string_operand_advance(cpu, &to, n);
    string_operand24_put(cpu, &from);
    string_operand24_put(cpu, &to);
    /* Between units of operation the condition code stays what it was. */
    if (to.length)
        insn_repeat(cpu, insn);
    else
        cc_set(cpu, cc);
}

/* MVCLE and MVCLU: lengths in bytes, the padding character in the second-operand address. */
static void move_long_extended(struct vcpu *cpu, const struct insn *insn, uint32_t unit)
{
    struct string_operand to = string_operand_get(cpu, insn->r1);
    struct string_operand from = string_operand_get(cpu, insn->r3);
    unsigned cc = CC_OF_COMPARISON(to.length, from.length);
    uint32_t n;

    if ((to.length | from.length) & (unit - 1))
        specification_exception(cpu);
    if (to.length && from.length) {
        uint64_t both = to.length < from.length ? to.length : from.length;

        n = smaller32(page_part_units(to.address, both, unit),
                      page_part_units(from.address, both, unit));
        move_part(cpu, &to, &from, n);
        string_operand_advance(cpu, &from, n);
    } else {
        n = page_part_units(to.address, to.length, unit);
        if (n)
            pad_part(cpu, &to, n, unit, (uint32_t)operand_address2(cpu, insn));
    }
    string_operand_advance(cpu, &to, n);
    string_operand_put(cpu, &from);
    string_operand_put(cpu, &to);
    cc_set(cpu, to.length ? 3 : cc);
}

void insn_move_long_extended(struct vcpu *cpu, const struct insn *insn)
{
    move_long_extended(cpu, insn, 1);
}

void insn_move_long_unicode(struct vcpu *cpu, const struct insn *insn)
{
    move_long_extended(cpu, insn, 2);
}
