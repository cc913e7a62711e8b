/*
 * TRANSLATE, TRANSLATE AND TEST and TRANSLATE AND TEST REVERSE (PoP chapter 7). Only the
 * bytes of the table that are needed are accessed.
 */
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/byte_table.h"
#include "cpu/isa/semantics/general/storage_operand.h"

void insn_translate(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t length = insn->l1 + 1u;
    struct byte_table table;
    struct operand operand;

    operand_prepare(cpu, &operand, operand_space(cpu, insn->b1), operand_address1(cpu, insn),
                    length, ACCESS_STORE);
    table = table_prepare(cpu, operand_space(cpu, insn->b2), operand_address2(cpu, insn));
    /* PoP chapter 5, "Exceptions to Nullification and Suppression": trial execution. */
    for (uint32_t i = 0; !table.host && i < length; i++)
        table_get(cpu, &table, operand_get8(&operand, i));
    for (uint32_t i = 0, n; i < length; i += n) {
        n = operand_run(&operand, i);
        table_translate(cpu, &table, operand_byte(&operand, i), n);
    }
    operand_finish(cpu, &operand);
}

/* What TRT and TRTR do on finding nonzero function byte CODE. */
static void function_byte_found(struct vcpu *cpu, uint64_t address, uint8_t code, bool last)
{
    result_address_set(cpu, 1, address);
    gr64_set(cpu, 2, (gr64(cpu, 2) & ~UINT64_C(0xff)) | code);
    cc_set(cpu, last ? 2 : 1);
}

void insn_translate_and_test(struct vcpu *cpu, const struct insn *insn)
{
    struct address_space *space = operand_space(cpu, insn->b1);
    uint64_t address = operand_address1(cpu, insn);
    uint32_t left = insn->l1 + 1u;
    struct byte_table table =
        table_prepare(cpu, operand_space(cpu, insn->b2), operand_address2(cpu, insn));

    while (left) {
        uint32_t n = page_part(address, left), i;
        struct operand operand;

        operand_prepare(cpu, &operand, space, address, n, ACCESS_FETCH);
        i = table_find(cpu, &table, operand.host[0], n);
        if (i < n) {
            function_byte_found(cpu, address + i, table_get(cpu, &table, operand.host[0][i]),
                                left == i + 1);
            return;
        }
        address = address_wrap(cpu, address + n);
        left -= n;
    }
    cc_set(cpu, 0);
}

/* TRTR: the first-operand address is that of its rightmost byte. */
void insn_translate_and_test_reverse(struct vcpu *cpu, const struct insn *insn)
{
    struct address_space *space = operand_space(cpu, insn->b1);
    uint64_t address = operand_address1(cpu, insn);
    struct byte_table table =
        table_prepare(cpu, operand_space(cpu, insn->b2), operand_address2(cpu, insn));

    for (uint32_t left = insn->l1 + 1u, n; left > 0; left -= n) {
        const uint8_t *host = access_pointer(cpu, space, address, 1, ACCESS_FETCH);
        uint32_t i;

        n = smaller32(left, page_part_reverse(address));
        host -= n - 1;
        i = table_find_last(cpu, &table, host, n);
        if (i < n) {
            function_byte_found(cpu, address - (n - 1 - i), table_get(cpu, &table, host[i]),
                                left == n - i);
            return;
        }
        address = address_wrap(cpu, address - n);
    }
    cc_set(cpu, 0);
}
