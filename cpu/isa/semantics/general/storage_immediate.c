/*
 * Arithmetic and logic on storage with an immediate operand (PoP chapter 7): AND, OR and
 * EXCLUSIVE OR of a byte, ADD IMMEDIATE and ADD LOGICAL WITH SIGNED IMMEDIATE.
 *
 * The byte is updated interlocked (interlocked-access facility 2), a word or doubleword is
 * where it lies on its boundary (facility 1).
 */
#include <stdatomic.h>

#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/storage_operand.h"
#include "cpu/isa/semantics/operations.h"

static ALWAYS_INLINE void prepare(struct vcpu *cpu, const struct insn *insn,
                                  struct operand *operand, uint32_t length)
{
    operand_prepare(cpu, operand, operand_space(cpu, insn->b1), operand_address1(cpu, insn), length,
                    ACCESS_STORE);
}

static ALWAYS_INLINE _Atomic uint8_t *prepare_byte(struct vcpu *cpu, const struct insn *insn,
                                                   struct operand *operand)
{
    prepare(cpu, insn, operand, 1);
    return (_Atomic uint8_t *)operand->host[0];
}

static ALWAYS_INLINE void finish_byte(struct vcpu *cpu, const struct operand *operand,
                                      unsigned result)
{
    operand_finish(cpu, operand);
    cc_set(cpu, result != 0);
}

void insn_and_storage(struct vcpu *cpu, const struct insn *insn)
{
    struct operand operand;
    uint8_t mask = (uint8_t)insn->i2;
    unsigned old = atomic_fetch_and(prepare_byte(cpu, insn, &operand), mask);

    finish_byte(cpu, &operand, old & mask);
}

void insn_or_storage(struct vcpu *cpu, const struct insn *insn)
{
    struct operand operand;
    uint8_t mask = (uint8_t)insn->i2;
    unsigned old = atomic_fetch_or(prepare_byte(cpu, insn, &operand), mask);

    finish_byte(cpu, &operand, old | mask);
}

void insn_exclusive_or_storage(struct vcpu *cpu, const struct insn *insn)
{
    struct operand operand;
    uint8_t mask = (uint8_t)insn->i2;
    unsigned old = atomic_fetch_xor(prepare_byte(cpu, insn, &operand), mask);

    finish_byte(cpu, &operand, old ^ mask);
}

/* Adds ADDEND to the word; returns what was there before. */
static uint32_t add32(struct vcpu *cpu, const struct insn *insn, uint32_t addend)
{
    struct operand operand;
    uint8_t bytes[4];
    uint32_t old;

    prepare(cpu, insn, &operand, 4);
    if (likely(!((uintptr_t)operand.host[0] & 3))) {
        _Atomic uint32_t *word = (_Atomic uint32_t *)(void *)operand.host[0];
        uint32_t image = atomic_load(word);

        do
            old = be_swap32(image);
        while (!atomic_compare_exchange_weak(word, &image, be_swap32(old + addend)));
    } else {
        for (uint32_t i = 0; i < 4; i++)
            bytes[i] = operand_get8(&operand, i);
        old = load_be32(bytes);
        store_be32(bytes, old + addend);
        for (uint32_t i = 0; i < 4; i++)
            operand_put8(&operand, i, bytes[i]);
    }
    operand_finish(cpu, &operand);
    return old;
}

static uint64_t add64(struct vcpu *cpu, const struct insn *insn, uint64_t addend)
{
    struct operand operand;
    uint8_t bytes[8];
    uint64_t old;

    prepare(cpu, insn, &operand, 8);
    if (likely(!((uintptr_t)operand.host[0] & 7))) {
        _Atomic uint64_t *doubleword = (_Atomic uint64_t *)(void *)operand.host[0];
        uint64_t image = atomic_load(doubleword);

        do
            old = be_swap64(image);
        while (!atomic_compare_exchange_weak(doubleword, &image, be_swap64(old + addend)));
    } else {
        for (uint32_t i = 0; i < 8; i++)
            bytes[i] = operand_get8(&operand, i);
        old = load_be64(bytes);
        store_be64(bytes, old + addend);
        for (uint32_t i = 0; i < 8; i++)
            operand_put8(&operand, i, bytes[i]);
    }
    operand_finish(cpu, &operand);
    return old;
}

void insn_add_storage32(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t addend = in_I2_S(cpu, insn);
    uint64_t old = SIGN_EXTEND32(add32(cpu, insn, (uint32_t)addend));

    cc_ADD_S32(cpu, insn, old, addend, old + addend);
}

void insn_add_storage64(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t addend = in_I2_S(cpu, insn);
    uint64_t old = add64(cpu, insn, addend), sum = old + addend;

    cc_ADD_S64(cpu, insn, old, addend, sum);
}

/* The signed immediate is added as if logical: a negative one leaves a carry where there is
   no borrow. */
void insn_add_logical_storage32(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t addend = in_I2_U(cpu, insn);
    uint64_t old = add32(cpu, insn, (uint32_t)addend), sum = old + addend;

    cc_ADD_U32(cpu, insn, old, addend, sum);
}

void insn_add_logical_storage64(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t addend = in_I2_S(cpu, insn);
    uint64_t old = add64(cpu, insn, addend), sum = old + addend;

    cc_ADD_U64(cpu, insn, old, addend, sum);
}
