/*
 * INSERT and STORE CHARACTERS UNDER MASK (PoP chapter 7): the bits of M3 are the four bytes
 * of a word in the register, the bytes in storage stand without gaps.
 */
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/storage_operand.h"
#include "cpu/isa/semantics/operations.h"

static inline unsigned mask_count(const struct insn *insn)
{
    return population64(insn->m3);
}

/* With a mask of zero one byte is accessed all the same by fetches: access exceptions on it
   are recognized. */
static void prepare(struct vcpu *cpu, const struct insn *insn, struct operand *operand,
                    enum access_type type)
{
    unsigned count = mask_count(insn);

    operand_prepare(cpu, operand, operand_space(cpu, insn->b2), operand_address2(cpu, insn),
                    count ? count : 1, type);
}

/* The word with the bytes under the mask from storage. */
static uint32_t insert(const struct insn *insn, const struct operand *operand, uint32_t word)
{
    uint32_t next = 0;

    for (unsigned i = 0; i < 4; i++) {
        unsigned shift = 24 - 8 * i;

        if (insn->m3 & (8u >> i))
            word = (word & ~(UINT32_C(0xff) << shift)) | (uint32_t)operand_get8(operand, next++)
                                                             << shift;
    }
    return word;
}

/* The bytes of the word under the mask, to the left of BYTES without gaps. */
static void gather(const struct insn *insn, uint32_t word, uint8_t bytes[4])
{
    unsigned next = 0;

    for (unsigned i = 0; i < 4; i++)
        if (insn->m3 & (8u >> i))
            bytes[next++] = (uint8_t)(word >> (24 - 8 * i));
}

/* 0 all inserted bits zeros (or none), 1 the leftmost is one, 2 it is zero but not all. */
static void insert_cc_set(struct vcpu *cpu, const struct insn *insn, const struct operand *operand)
{
    unsigned any = 0;

    for (uint32_t i = 0; i < mask_count(insn); i++)
        any |= operand_get8(operand, i);
    cc_set(cpu, !any ? 0 : operand_get8(operand, 0) & 0x80 ? 1 : 2);
}

void insn_insert_under_mask(struct vcpu *cpu, const struct insn *insn)
{
    struct operand operand;

    /* With a full mask it is LOAD with a condition code, and as often used so. */
    if (insn->m3 == 15) {
        uint32_t word =
            access_fetch32(cpu, operand_space(cpu, insn->b2), operand_address2(cpu, insn));

        gr32_set(cpu, insn->r1, word);
        cc_set(cpu, cc_of_signed((int32_t)word));
        return;
    }
    prepare(cpu, insn, &operand, ACCESS_FETCH);
    gr32_set(cpu, insn->r1, insert(insn, &operand, gr32(cpu, insn->r1)));
    insert_cc_set(cpu, insn, &operand);
}

void insn_insert_under_mask_high(struct vcpu *cpu, const struct insn *insn)
{
    struct operand operand;

    prepare(cpu, insn, &operand, ACCESS_FETCH);
    gr_high_set(cpu, insn->r1, insert(insn, &operand, gr_high(cpu, insn->r1)));
    insert_cc_set(cpu, insn, &operand);
}

/* With a full mask like STORE, and as one access where it is aligned; with a mask of zero
   nothing is stored, nor checked. */
static void store(struct vcpu *cpu, const struct insn *insn, uint32_t word)
{
    struct operand operand;
    uint8_t bytes[4];

    if (insn->m3 == 15) {
        access_store32(cpu, operand_space(cpu, insn->b2), operand_address2(cpu, insn), word);
        return;
    }
    if (!insn->m3)
        return;
    prepare(cpu, insn, &operand, ACCESS_STORE);
    gather(insn, word, bytes);
    for (uint32_t i = 0; i < mask_count(insn); i++)
        operand_put8(&operand, i, bytes[i]);
    operand_finish(cpu, &operand);
}

void insn_store_under_mask(struct vcpu *cpu, const struct insn *insn)
{
    store(cpu, insn, gr32(cpu, insn->r1));
}

void insn_store_under_mask_high(struct vcpu *cpu, const struct insn *insn)
{
    store(cpu, insn, gr_high(cpu, insn->r1));
}
