/*
 * COMPARE LOGICAL STRING, MOVE STRING, SEARCH STRING and SEARCH STRING UNICODE (PoP
 * chapter 7).
 *
 * Registers change only at the end of an execution, which processes at least 256 bytes (the
 * PoP's minimum before condition code 3) and nothing of a page it does not need.
 */
#include <string.h>

#include "cpu/arch/interruption.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/storage_operand.h"
#include "src/base/bytes.h"

#define MINIMUM 256u

/* The ending character in general register 0, with zeros to the left of it in bits 32-63. */
static uint8_t ending_character(struct vcpu *cpu)
{
    if (gr32(cpu, 0) & 0xffffff00)
        specification_exception(cpu);
    return (uint8_t)gr32(cpu, 0);
}

void insn_compare_logical_string(struct vcpu *cpu, const struct insn *insn)
{
    struct address_space *space1 = operand_space(cpu, insn->r1);
    struct address_space *space2 = operand_space(cpu, insn->r2);
    uint64_t address1 = gr_address(cpu, insn->r1), address2 = gr_address(cpu, insn->r2);
    uint8_t end = ending_character(cpu);
    uint32_t done = 0, n, equal;
    struct operand a, b;

    do {
        n = smaller32(access_page_rest(address1), access_page_rest(address2));
        operand_prepare(cpu, &a, space1, address1, n, ACCESS_FETCH);
        operand_prepare(cpu, &b, space2, address2, n, ACCESS_FETCH);
        equal = byte_kernels()->string_mismatch(a.host[0], b.host[0], n, end);
        address1 = address_wrap(cpu, address1 + equal);
        address2 = address_wrap(cpu, address2 + equal);
        done += equal;
    } while (equal == n && done < MINIMUM);
    if (equal < n) {
        uint8_t x = a.host[0][equal], y = b.host[0][equal];

        if (x == y) {
            cc_set(cpu, 0);
            return;
        }
        cc_set(cpu, x == end || (y != end && x < y) ? 1 : 2);
    } else {
        cc_set(cpu, 3);
    }
    gr_address_set(cpu, insn->r1, address1);
    gr_address_set(cpu, insn->r2, address2);
}

/* How many bytes MOVE STRING moves now: to the ending character, or to the end of a page but
   not fewer than the minimum. FROM is prepared for them. */
static uint32_t string_length(struct vcpu *cpu, struct operand *from, struct address_space *space,
                              uint64_t address, uint32_t limit)
{
    uint8_t end = (uint8_t)gr32(cpu, 0);
    uint32_t n = smaller32(limit, access_page_rest(address));
    const uint8_t *found;

    operand_prepare(cpu, from, space, address, n, ACCESS_FETCH);
    found = memchr(from->host[0], end, n);
    if (found)
        return (uint32_t)(found - from->host[0]) + 1;
    if (n < MINIMUM) {
        operand_prepare(cpu, from, space, address, MINIMUM, ACCESS_FETCH);
        while (n < MINIMUM && operand_get8(from, n++) != end)
            ;
    }
    return n;
}

void insn_move_string(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address1 = gr_address(cpu, insn->r1), address2 = gr_address(cpu, insn->r2);
    uint8_t end = ending_character(cpu);
    uint32_t rest = access_page_rest(address1), n;
    struct operand to, from;

    n = string_length(cpu, &from, operand_space(cpu, insn->r2), address2,
                      rest < MINIMUM ? MINIMUM : rest);
    operand_prepare(cpu, &to, operand_space(cpu, insn->r1), address1, n, ACCESS_STORE);
    from.length = n;
    if (from.first > n)
        from.first = n;
    if (operand_get8(&from, n - 1) == end) {
        gr_address_set(cpu, insn->r1, address1 + n - 1);
        cc_set(cpu, 1);
    } else {
        gr_address_set(cpu, insn->r1, address1 + n);
        gr_address_set(cpu, insn->r2, address2 + n);
        cc_set(cpu, 3);
    }
    operand_move(&to, &from);
    operand_finish(cpu, &to);
}

void insn_search_string(struct vcpu *cpu, const struct insn *insn)
{
    struct address_space *space = operand_space(cpu, insn->r2);
    uint64_t address = gr_address(cpu, insn->r2);
    uint64_t left = address_wrap(cpu, gr_address(cpu, insn->r1) - address);
    uint8_t character = ending_character(cpu);

    for (uint32_t done = 0, n; left && done < MINIMUM; done += n) {
        struct operand operand;
        const uint8_t *found;

        n = page_part(address, left);
        operand_prepare(cpu, &operand, space, address, n, ACCESS_FETCH);
        found = memchr(operand.host[0], character, n);
        if (found) {
            gr_address_set(cpu, insn->r1, address + (uint64_t)(found - operand.host[0]));
            cc_set(cpu, 1);
            return;
        }
        address = address_wrap(cpu, address + n);
        left -= n;
    }
    if (left)
        gr_address_set(cpu, insn->r2, address);
    cc_set(cpu, left ? 3 : 2);
}

/* Index of the first character CHARACTER among the N bytes of OPERAND, or N. Of what crosses a
   page there is one character. */
static uint32_t find_character16(const struct operand *operand, uint32_t n, uint16_t character)
{
    if (likely(operand_run(operand, 0) == n))
        return byte_kernels()->find16(operand->host[0], n, character);
    return (operand_get8(operand, 0) << 8 | operand_get8(operand, 1)) == character ? 0 : n;
}

/* SRSTU: an end address that is not reached in whole characters counts as one more. */
void insn_search_string_unicode(struct vcpu *cpu, const struct insn *insn)
{
    struct address_space *space = operand_space(cpu, insn->r2);
    uint64_t address = gr_address(cpu, insn->r2);
    uint64_t left = address_wrap(cpu, gr_address(cpu, insn->r1) - address);

    if (gr32(cpu, 0) & 0xffff0000)
        specification_exception(cpu);
    left = address_wrap(cpu, left + (left & 1));
    for (uint32_t done = 0, n; left && done < MINIMUM; done += n) {
        struct operand operand;
        uint32_t i;

        n = page_part_units(address, left, 2);
        operand_prepare(cpu, &operand, space, address, n, ACCESS_FETCH);
        i = find_character16(&operand, n, (uint16_t)gr32(cpu, 0));
        if (i < n) {
            gr_address_set(cpu, insn->r1, address + i);
            cc_set(cpu, 1);
            return;
        }
        address = address_wrap(cpu, address + n);
        left -= n;
    }
    if (left)
        gr_address_set(cpu, insn->r2, address);
    cc_set(cpu, left ? 3 : 2);
}
