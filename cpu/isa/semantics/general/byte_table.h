/*
 * A table of 256 bytes in storage, indexed by a character (TRANSLATE and its kin).
 */
#ifndef ZITHER_CPU_ISA_SEMANTICS_GENERAL_BYTE_TABLE_H
#define ZITHER_CPU_ISA_SEMANTICS_GENERAL_BYTE_TABLE_H

#include "cpu/isa/semantics/general/storage_operand.h"
#include "src/base/bytes.h"

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

/* Translates N bytes at HOST in place, from left to right where the table is among them. Of a
   table without HOST every byte that is needed has been fetched before. */
static inline void table_translate(struct vcpu *cpu, const struct byte_table *table, uint8_t *host,
                                   uint32_t n)
{
    if (likely(table->host && !bytes_overlap(host, n, table->host, BYTE_TABLE))) {
        byte_kernels()->translate(host, host, n, table->host);
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        host[i] = table_get(cpu, table, host[i]);
}

/* Index of the first of N bytes at HOST that selects a byte which is not zero, or N. */
static inline uint32_t table_find(struct vcpu *cpu, const struct byte_table *table,
                                  const uint8_t *host, uint32_t n)
{
    uint32_t i = 0;

    if (likely(table->host))
        return byte_kernels()->find_selected(host, n, table->host);
    while (i < n && !table_get(cpu, table, host[i]))
        i++;
    return i;
}

/* The same from the right. */
static inline uint32_t table_find_last(struct vcpu *cpu, const struct byte_table *table,
                                       const uint8_t *host, uint32_t n)
{
    if (likely(table->host))
        return byte_kernels()->find_selected_last(host, n, table->host);
    for (uint32_t i = n; i-- > 0;) {
        if (table_get(cpu, table, host[i]))
            return i;
    }
    return n;
}

#endif
