/*
 * Changing DAT tables and clearing TLBs (PoP chapter 10): PTLB, IPTE, IDTE, CRDTE, CSP, CSPG,
 * RDP.
 *
 * Table entries are reached by absolute address, as the table walk reaches them: the PoP
 * leaves open whether they are real or absolute. More may be cleared than the PoP demands.
 */
#include "cpu/arch/access.h"
#include "cpu/arch/configuration.h"
#include "cpu/arch/dat.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/purge.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"

#define IDTE_MUST_BE_ZERO      BITS64(44, 51)
#define IDTE_CLEARING_BY_ASCE  BIT64(52)
#define IDTE_ADDITIONAL        BITS64(53, 63)
#define INVALIDATE_LOCAL       1 /* M4 bit 3 */
#define IPTE_PAGES_ONE_BY_ONE  8u
#define CSP_PURGE_TLB          BIT64(63)
#define CSP_PURGE_ALB          BIT64(62)
#define CRDTE_DESIGNATION_TYPE BITS64(59, 61)

void insn_purge_tlb(struct vcpu *cpu, const struct insn *insn)
{
    (void)insn;
    address_space_purge_all(cpu);
}

/* Whether M4 asks that this CPU's entries alone be cleared. */
static bool local_clearing(const struct vcpu *cpu, const struct insn *insn)
{
    return insn->m4 & INVALIDATE_LOCAL && facility_installed(cpu, FACILITY_LOCAL_TLB_CLEARING);
}

static uint8_t *table_entry(struct vcpu *cpu, uint64_t address)
{
    abs_addr at = {address & ~UINT64_C(7)};

    if (!storage_contains(cpu->storage, at, 8))
        program_interruption(cpu, PGM_ADDRESSING);
    storage_key_record(cpu->storage, at, true);
    return storage_host(cpu->storage, at);
}

/* Sets BIT in the byte of the entry that holds it; the other bytes are not stored. */
static void set_invalid(struct vcpu *cpu, uint64_t address, unsigned byte, uint8_t bit)
{
    uint8_t *entry = table_entry(cpu, address);

    atomic_fetch_or((_Atomic uint8_t *)(entry + byte), bit);
    access_stored(cpu, entry, 8);
}

/* COUNT page-table entries from the one at absolute address ENTRY on. */
static void purge_pages(struct vcpu *cpu, uint64_t entry, unsigned count, bool local)
{
    if (count > IPTE_PAGES_ONE_BY_ONE) {
        if (local)
            address_space_purge_all(cpu);
        else
            purge_everywhere(cpu, PURGE_ALL, 0);
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        if (local)
            address_space_purge_page(cpu, entry + i * 8);
        else
            purge_everywhere(cpu, PURGE_PAGE, entry + i * 8);
    }
}

void insn_invalidate_page_table_entry(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t origin = gr64(cpu, insn->r1) & STE_TABLE_ORIGIN;
    unsigned index = (unsigned)bits64_get(gr64(cpu, insn->r2), 44, 51);
    unsigned additional = 0;

    if (insn->r3 && facility_installed(cpu, FACILITY_IPTE_RANGE))
        additional = (unsigned)gr64(cpu, insn->r3) & 0xff;
    if (index + additional > 0xff)
        specification_exception(cpu);
    for (unsigned i = 0; i <= additional; i++)
        table_entry(cpu, origin + (index + i) * 8);
    for (unsigned i = 0; i <= additional; i++)
        set_invalid(cpu, origin + (index + i) * 8, 6, 0x04);
    purge_pages(cpu, origin + index * 8, additional + 1, local_clearing(cpu, insn));
}

/* Other CPUs may go on with the protected translation until they have purged it: for them
   a protection exception is what the PoP allows. */
void insn_reset_dat_protection(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t at =
        (gr64(cpu, insn->r1) & STE_TABLE_ORIGIN) + bits64_get(gr64(cpu, insn->r2), 44, 51) * 8;
    uint8_t *entry = table_entry(cpu, at);

    atomic_fetch_and((_Atomic uint8_t *)(entry + 6), (uint8_t)~0x02u);
    access_stored(cpu, entry, 8);
    purge_pages(cpu, at, 1, local_clearing(cpu, insn));
}

/* Bits of the virtual address that index a table of the type in bits 60-61. */
static uint64_t table_index(uint64_t address, unsigned type)
{
    return (address >> (20 + 11 * type)) & 0x7ff;
}

void insn_invalidate_dat_table_entry(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t operand = gr64(cpu, insn->r2), table = gr64(cpu, insn->r1);
    uint64_t asce = gr64(cpu, insn->r3);
    bool local = local_clearing(cpu, insn);

    if (operand & IDTE_MUST_BE_ZERO)
        specification_exception(cpu);
    if (!(operand & IDTE_CLEARING_BY_ASCE)) {
        uint64_t index = table_index(operand, (unsigned)bits64_get(table, 60, 61));
        uint64_t count = (operand & IDTE_ADDITIONAL) + 1;

        for (uint64_t i = 0; i < count; i++)
            set_invalid(cpu, (table & ASCE_ORIGIN) + ((index + i) & 0x7ff) * 8, 7, 0x20);
    }
    /* Without an ASCE in R3, or with entries invalidated at a lower level of another table,
       every space may be concerned. */
    if (operand & IDTE_CLEARING_BY_ASCE && !(asce & ASCE_REAL_SPACE)) {
        if (local)
            address_space_purge_asce(cpu, asce & ASCE_ORIGIN);
        else
            purge_everywhere(cpu, PURGE_ASCE, asce & ASCE_ORIGIN);
        return;
    }
    if (local)
        address_space_purge_all(cpu);
    else
        purge_everywhere(cpu, PURGE_ALL, 0);
}

/* Address of the entry that CRDTE's R2 (table) and R2+1 (address) name. */
static uint64_t crdte_entry(struct vcpu *cpu, uint64_t table, uint64_t address)
{
    unsigned type = (unsigned)bits64_get(table, 59, 61);

    if (type == 0)
        return (table & STE_TABLE_ORIGIN) + bits64_get(address, 44, 51) * 8;
    if (type < 4)
        specification_exception(cpu);
    return (table & ASCE_ORIGIN) + table_index(address, type - 4) * 8;
}

void insn_compare_and_replace_dat_table_entry(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t table = gr64(cpu, insn->r2), address = gr64(cpu, insn->r2 + 1u);
    uint8_t *entry = table_entry(cpu, crdte_entry(cpu, table, address));
    uint64_t expected = be_swap64(gr64(cpu, insn->r1));
    uint64_t replacement = be_swap64(gr64(cpu, insn->r1 + 1u));
    bool local = local_clearing(cpu, insn);

    if (!atomic_compare_exchange_strong((_Atomic uint64_t *)(void *)entry, &expected,
                                        replacement)) {
        gr64_set(cpu, insn->r1, be_swap64(expected));
        cc_set(cpu, 1);
        return;
    }
    access_stored(cpu, entry, 8);
    if (!(table & CRDTE_DESIGNATION_TYPE))
        purge_pages(cpu, crdte_entry(cpu, table, address), 1, local);
    else if (local)
        address_space_purge_all(cpu);
    else
        purge_everywhere(cpu, PURGE_ALL, 0);
    cc_set(cpu, 0);
}

/* The low bits of R2 are no part of the address: they say which buffers are purged. */
static void purge_if_asked(struct vcpu *cpu, uint64_t control)
{
    if (control & (CSP_PURGE_TLB | CSP_PURGE_ALB))
        purge_everywhere(cpu, PURGE_ALL, 0);
}

void insn_compare_and_swap_and_purge_32(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = gr_address(cpu, insn->r2) & ~UINT64_C(3);
    uint8_t *host = access_pointer(cpu, operand_space(cpu, insn->r2), address, 4, ACCESS_STORE);
    uint32_t expected = be_swap32(gr32(cpu, insn->r1));

    if (!atomic_compare_exchange_strong((_Atomic uint32_t *)(void *)host, &expected,
                                        be_swap32(gr32(cpu, insn->r1 + 1u)))) {
        gr32_set(cpu, insn->r1, be_swap32(expected));
        cc_set(cpu, 1);
        return;
    }
    access_stored(cpu, host, 4);
    cc_set(cpu, 0);
    purge_if_asked(cpu, gr64(cpu, insn->r2));
}

void insn_compare_and_swap_and_purge_64(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = gr_address(cpu, insn->r2) & ~UINT64_C(7);
    uint8_t *host = access_pointer(cpu, operand_space(cpu, insn->r2), address, 8, ACCESS_STORE);
    uint64_t expected = be_swap64(gr64(cpu, insn->r1));

    if (!atomic_compare_exchange_strong((_Atomic uint64_t *)(void *)host, &expected,
                                        be_swap64(gr64(cpu, insn->r1 + 1u)))) {
        gr64_set(cpu, insn->r1, be_swap64(expected));
        cc_set(cpu, 1);
        return;
    }
    access_stored(cpu, host, 8);
    cc_set(cpu, 0);
    purge_if_asked(cpu, gr64(cpu, insn->r2));
}
