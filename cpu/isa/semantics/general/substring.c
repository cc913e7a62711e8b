/*
 * COMPARE UNTIL SUBSTRING EQUAL (PoP chapter 7).
 */
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/storage_operand.h"

#define BYTES_AT_ONCE 4096u

/* The length is signed; a negative one counts as zero and stays in the register. */
static bool exhausted(const struct vcpu *cpu, const struct string_operand *operand)
{
    if (cpu->address_mask == UINT64_MAX)
        return (int64_t)operand->length <= 0;
    return (int32_t)operand->length <= 0;
}

/* The next byte, or the padding byte behind the end. */
static uint8_t next_byte(struct vcpu *cpu, struct string_operand *operand, uint8_t padding)
{
    uint8_t byte;

    if (exhausted(cpu, operand))
        return padding;
    byte = access_fetch8(cpu, operand->space, operand->address);
    string_operand_advance(cpu, operand, 1);
    return byte;
}

void insn_compare_until_substring_equal(struct vcpu *cpu, const struct insn *insn)
{
    struct string_operand a = string_operand_get(cpu, insn->r1), b, start_a, start_b;
    unsigned wanted = gr32(cpu, 0) & 0xff, equal = 0, cc = wanted ? 2 : 0;
    uint8_t padding = (uint8_t)gr32(cpu, 1);

    b = string_operand_get(cpu, insn->r2);
    start_a = a;
    start_b = b;
    for (unsigned n = 0; equal < wanted && !(exhausted(cpu, &a) && exhausted(cpu, &b)); n++) {
        /* Only between bytes that differ: the state of a substring is in no register. */
        if (!equal && n >= BYTES_AT_ONCE) {
            cc = 3;
            break;
        }
        if (!equal) {
            start_a = a;
            start_b = b;
        }
        if (next_byte(cpu, &a, padding) == next_byte(cpu, &b, padding)) {
            equal++;
            cc = equal == wanted ? 0 : 1;
        } else {
            equal = 0;
            cc = 2;
        }
    }
    string_operand_put(cpu, cc < 2 ? &start_b : &b);
    string_operand_put(cpu, cc < 2 ? &start_a : &a);
    cc_set(cpu, cc);
}
