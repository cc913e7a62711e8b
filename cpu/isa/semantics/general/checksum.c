/*
 * CHECKSUM (PoP chapter 7).
 */
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/storage_operand.h"
#include "src/base/be.h"
#include "src/base/bytes.h"

/* The sum of N bytes' elements of four; the last one may be shorter and is padded on the
   right. Of what crosses a page there is one element. */
static uint64_t add_elements(const struct operand *operand, uint32_t n)
{
    uint8_t crossing[4] = {0};

    if (likely(operand_run(operand, 0) == n))
        return byte_kernels()->sum32(operand->host[0], n);
    operand_read(operand, 0, crossing, n);
    return load_be32(crossing);
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
