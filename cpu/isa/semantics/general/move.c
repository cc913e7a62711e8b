/*
 * MOVE (MVC), MOVE INVERSE, MOVE RIGHT TO LEFT, MOVE NUMERICS, MOVE ZONES and MOVE WITH
 * OFFSET (PoP chapter 7).
 */
#include <string.h>

#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/storage_operand.h"
#include "src/base/bytes.h"

void storage_move_left_to_right(uint8_t *to, const uint8_t *from, size_t n)
{
    size_t gap = (size_t)((uintptr_t)to - (uintptr_t)from);

    if (gap >= n) {
        memmove(to, from, n);
        return;
    }
    if (gap == 0)
        return;
    if (gap == 1) { /* the usual way to fill storage */
        memset(to, *from, n);
        return;
    }
    /* The bytes from FROM up to TO repeat; each round copies all that repeats already. */
    while (n > 0) {
        size_t part = gap < n ? gap : n;

        memcpy(to, from, part);
        to += part;
        n -= part;
        gap += part;
    }
}

void operand_move(const struct operand *to, const struct operand *from)
{
    for (uint32_t i = 0, n; i < to->length; i += n) {
        n = smaller32(operand_run(to, i), operand_run(from, i));
        storage_move_left_to_right(operand_byte(to, i), operand_byte(from, i), n);
    }
}

/* Both operands of an SS instruction with one length: the second for fetching, the first
   for storing. */
static ALWAYS_INLINE void prepare_operands(struct vcpu *cpu, const struct insn *insn,
                                           struct operand *to, struct operand *from)
{
    uint32_t length = insn->l1 + 1u;

    operand_prepare(cpu, from, operand_space(cpu, insn->b2), operand_address2(cpu, insn), length,
                    ACCESS_FETCH);
    operand_prepare(cpu, to, operand_space(cpu, insn->b1), operand_address1(cpu, insn), length,
                    ACCESS_STORE);
}

void insn_move_characters(struct vcpu *cpu, const struct insn *insn)
{
    struct operand to, from;

    prepare_operands(cpu, insn, &to, &from);
    operand_move(&to, &from);
    operand_finish(cpu, &to);
}

/* MVCIN: the second operand's address is that of its rightmost byte. */
void insn_move_inverse(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t length = insn->l1 + 1u;
    uint64_t from_address = address_wrap(cpu, operand_address2(cpu, insn) - insn->l1);
    struct operand to, from;

    operand_prepare(cpu, &from, operand_space(cpu, insn->b2), from_address, length, ACCESS_FETCH);
    operand_prepare(cpu, &to, operand_space(cpu, insn->b1), operand_address1(cpu, insn), length,
                    ACCESS_STORE);
    if (likely(to.first == length && from.first == length &&
               !bytes_overlap(to.host[0], length, from.host[0], length))) {
        bytes_reverse(to.host[0], from.host[0], length);
    } else {
        for (uint32_t i = 0; i < length; i++)
            operand_put8(&to, i, operand_get8(&from, length - 1 - i));
    }
    operand_finish(cpu, &to);
}

/* Copies from right to left, each byte stored before the next one is fetched. */
static void move_right_to_left(const struct operand *to, const struct operand *from)
{
    uintptr_t gap = (uintptr_t)from->host[0] - (uintptr_t)to->host[0];

    if (to->first == to->length && from->first == from->length && gap >= to->length) {
        memmove(to->host[0], from->host[0], to->length);
        return;
    }
    for (uint32_t i = to->length; i-- > 0;)
        operand_put8(to, i, operand_get8(from, i));
}

/* MVCRL: the length code is in general register 0. */
void insn_move_right_to_left(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t length = (gr32(cpu, 0) & 0xff) + 1;
    struct operand to, from;

    operand_prepare(cpu, &from, operand_space(cpu, insn->b2), operand_address2(cpu, insn), length,
                    ACCESS_FETCH);
    operand_prepare(cpu, &to, operand_space(cpu, insn->b1), operand_address1(cpu, insn), length,
                    ACCESS_STORE);
    move_right_to_left(&to, &from);
    operand_finish(cpu, &to);
}

/* Moves the bits of MASK of N bytes, words at a time only where none is fetched again. */
static ALWAYS_INLINE void move_masked_run(uint8_t *to, const uint8_t *from, uint32_t n,
                                          uint64_t mask)
{
    bool words = (uintptr_t)to - (uintptr_t)from >= 8;
    uint32_t i = 0;

    for (; words && n - i >= 8; i += 8) {
        uint64_t a, b;

        memcpy(&a, to + i, 8);
        memcpy(&b, from + i, 8);
        a = (a & ~mask) | (b & mask);
        memcpy(to + i, &a, 8);
    }
    for (; i < n; i++)
        to[i] = (uint8_t)((to[i] & ~mask) | (from[i] & mask));
}

static ALWAYS_INLINE void move_masked(struct vcpu *cpu, const struct insn *insn, uint64_t mask)
{
    struct operand to, from;

    prepare_operands(cpu, insn, &to, &from);
    for (uint32_t i = 0, n; i < to.length; i += n) {
        n = smaller32(operand_run(&to, i), operand_run(&from, i));
        move_masked_run(operand_byte(&to, i), operand_byte(&from, i), n, mask);
    }
    operand_finish(cpu, &to);
}

void insn_move_numerics(struct vcpu *cpu, const struct insn *insn)
{
    move_masked(cpu, insn, UINT64_C(0x0f0f0f0f0f0f0f0f));
}

void insn_move_zones(struct vcpu *cpu, const struct insn *insn)
{
    move_masked(cpu, insn, UINT64_C(0xf0f0f0f0f0f0f0f0));
}

/* MVO: from right to left; the left digit of a second-operand byte waits in `digit` and is
   not fetched again, so overlap gives the result that the PoP describes. */
void insn_move_with_offset(struct vcpu *cpu, const struct insn *insn)
{
    struct operand to, from;
    uint32_t i = insn->l1, j = insn->l2 + 1u;
    unsigned digit;

    operand_prepare(cpu, &from, operand_space(cpu, insn->b2), operand_address2(cpu, insn), j,
                    ACCESS_FETCH);
    operand_prepare(cpu, &to, operand_space(cpu, insn->b1), operand_address1(cpu, insn), i + 1,
                    ACCESS_STORE);
    digit = operand_get8(&to, i) & 0xf;
    for (i = i + 1; i-- > 0;) {
        unsigned byte = j > 0 ? operand_get8(&from, --j) : 0;

        operand_put8(&to, i, (uint8_t)(byte << 4 | digit));
        digit = byte >> 4;
    }
    operand_finish(cpu, &to);
}
