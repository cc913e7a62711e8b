/*
 * A table of 256 bytes in storage, indexed by a character (TRANSLATE and its kin).
 */
#ifndef ZITHER_CPU_ISA_SEMANTICS_GENERAL_BYTE_TABLE_H
#define ZITHER_CPU_ISA_SEMANTICS_GENERAL_BYTE_TABLE_H

#include "cpu/isa/semantics/general/storage_operand.h"

#define BYTE_TABLE 256u

/* A table of 256 bytes: on one page it is reached through HOST, else byte by byte. */
struct byte_table {
    struct address_space *space;
    uint64_t address;
    const uint8_t *host; /* null where the table crosses a page */
};

static inline struct byte_table table_prepare(struct vcpu *cpu, struct address_space *space,
                                              uint64_t address)
{
    struct byte_table table = {.space = space, .address = address};

    if (access_page_rest(address) >= BYTE_TABLE) {
        struct operand operand;

        operand_prepare(cpu, &operand, space, address, BYTE_TABLE, ACCESS_FETCH);
        table.host = operand.host[0];
    }
    return table;
}

static inline uint8_t table_get(struct vcpu *cpu, const struct byte_table *table, uint8_t index)
{
    if (likely(table->host))
        return table->host[index];
    return access_fetch8(cpu, table->space, address_wrap(cpu, table->address + index));
}

#endif
