/*
 * CHECKSUM (PoP chapter 7).
 */
#include <string.h>

#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/storage_operand.h"
#include "src/base/be.h"

/* Four-byte elements a time; the last one may be shorter and is padded on the right. */
static uint64_t add_elements(const struct operand *operand, uint32_t n)
{
    uint64_t sum = 0;
    uint32_t i = 0;
    uint8_t last[4] = {0};

    if (operand_run(operand, 0) == n) {
        for (; n - i >= 4; i += 4)
            sum += load_be32(operand->host[0] + i);
    }
    for (uint32_t j = 0; i < n; i++, j++)
        last[j] = operand_get8(operand, i);
    return sum + load_be32(last);
}

/* Adds the carries out of bit 32 back in at bit 63. */
static uint32_t fold(uint64_t sum)
{
    sum = (sum & UINT32_MAX) + (sum >> 32);
    return (uint32_t)(sum + (sum >> 32));
}

void insn_checksum(struct vcpu *cpu, const struct insn *insn)
{
    struct string_operand operand = string_operand_get(cpu, insn->r2);
    uint64_t sum = gr32(cpu, insn->r1);
    struct operand prepared;
    uint32_t n = page_part(operand.address, operand.length);

    if (n < operand.length) {
        n = page_part_units(operand.address, UINT64_MAX & ~UINT64_C(3), 4);
        if (n > operand.length)
            n = (uint32_t)operand.length;
    }
    if (n) {
        operand_prepare(cpu, &prepared, operand.space, operand.address, n, ACCESS_FETCH);
        sum += add_elements(&prepared, n);
        string_operand_advance(cpu, &operand, n);
    }
    string_operand_put(cpu, &operand);
    gr32_set(cpu, insn->r1, fold(sum));
    cc_set(cpu, operand.length ? 3 : 0);
}
