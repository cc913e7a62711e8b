/*
 * AND (NC), OR (OC) and EXCLUSIVE OR (XC) of storage with storage (PoP chapter 7).
 */
#include <string.h>

#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/storage_operand.h"

enum logical_operation {
    LOGICAL_AND,
    LOGICAL_OR,
    LOGICAL_EXCLUSIVE_OR,
};

#define COMBINE(operation, a, b)                                                                   \
    ((operation) == LOGICAL_AND ? (a) & (b) : (operation) == LOGICAL_OR ? (a) | (b) : (a) ^ (b))

/* Combines N bytes from left to right; nonzero where a result byte is. */
static ALWAYS_INLINE uint64_t combine_run(uint8_t *to, const uint8_t *from, uint32_t n,
                                          enum logical_operation operation)
{
    /* Many at a time only where none of their results is fetched again. */
    uintptr_t gap = (uintptr_t)to - (uintptr_t)from;
    vector_words many = {0};
    uint64_t all = 0;
    uint32_t i = 0;

    for (; (gap >= 16 || !gap) && n - i >= 16; i += 16) {
        vector_words a, b;

        memcpy(&a, to + i, 16);
        memcpy(&b, from + i, 16);
        a = COMBINE(operation, a, b);
        memcpy(to + i, &a, 16);
        many |= a;
    }
    for (; (gap >= 8 || !gap) && n - i >= 8; i += 8) {
        uint64_t a, b;

        memcpy(&a, to + i, 8);
        memcpy(&b, from + i, 8);
        a = COMBINE(operation, a, b);
        memcpy(to + i, &a, 8);
        all |= a;
    }
    for (; i < n; i++) {
        to[i] = (uint8_t)COMBINE(operation, to[i], from[i]);
        all |= to[i];
    }
    return all | many[0] | many[1];
}

static ALWAYS_INLINE void combine_characters(struct vcpu *cpu, const struct insn *insn,
                                             enum logical_operation operation)
{
    uint32_t length = insn->l1 + 1u;
    struct operand to, from;
    uint64_t all = 0;

    operand_prepare(cpu, &from, operand_space(cpu, insn->b2), operand_address2(cpu, insn), length,
                    ACCESS_FETCH);
    operand_prepare(cpu, &to, operand_space(cpu, insn->b1), operand_address1(cpu, insn), length,
                    ACCESS_STORE);
    for (uint32_t i = 0, n; i < length; i += n) {
        uint8_t *a = operand_byte(&to, i);
        const uint8_t *b = operand_byte(&from, i);

        n = smaller32(operand_run(&to, i), operand_run(&from, i));
        if (operation == LOGICAL_EXCLUSIVE_OR && a == b)
            memset(a, 0, n); /* the usual way to clear storage */
        else
            all |= combine_run(a, b, n, operation);
    }
    operand_finish(cpu, &to);
    cc_set(cpu, all != 0);
}

void insn_and_characters(struct vcpu *cpu, const struct insn *insn)
{
    combine_characters(cpu, insn, LOGICAL_AND);
}

void insn_or_characters(struct vcpu *cpu, const struct insn *insn)
{
    combine_characters(cpu, insn, LOGICAL_OR);
}

void insn_exclusive_or_characters(struct vcpu *cpu, const struct insn *insn)
{
    combine_characters(cpu, insn, LOGICAL_EXCLUSIVE_OR);
}
