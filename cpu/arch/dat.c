/*
 * The table walk of dynamic address translation (PoP chapter 3, "Translation Process").
 *
 * Table entries are fetched from absolute addresses: the PoP leaves open whether origins
 * are real or absolute.
 */
#include "cpu/arch/dat.h"

#include "cpu/arch/configuration.h"
#include "cpu/arch/control.h"
#include "cpu/arch/interruption.h"

/* What differs between the levels that a region or segment index selects from. */
struct level {
    unsigned shift;     /* of the 11-bit index in the virtual address */
    uint16_t exception; /* invalid entry, or index outside the table */
};

static const struct level levels[] = {
    [DAT_SEGMENT] = {20, PGM_SEGMENT_TRANSLATION},
    [DAT_REGION_THIRD] = {31, PGM_REGION_THIRD_TRANSLATION},
    [DAT_REGION_SECOND] = {42, PGM_REGION_SECOND_TRANSLATION},
    [DAT_REGION_FIRST] = {53, PGM_REGION_FIRST_TRANSLATION},
};

static bool fetch_entry(struct vcpu *cpu, struct translation *t, uint64_t address)
{
    t->entry_address.value = address;
    if (!storage_contains(cpu->storage, t->entry_address, 8)) {
        t->exception = PGM_ADDRESSING;
        return false;
    }
    t->entry = load_be64(storage_host(cpu->storage, t->entry_address));
    return true;
}

/* The frame of an EDAT segment or region: ends the walk there. */
static void use_large_frame(struct translation *t, uint64_t frame_mask, uint64_t address)
{
    t->real.value = (t->entry & frame_mask) | (address & ~frame_mask);
    t->absolute = true;
    if (t->entry & RTE_ACC_VALID) {
        t->acc_valid = true;
        t->acc = (uint8_t)(bits64_get(t->entry, 48, 52) << 3);
    }
    t->no_execute = t->entry & RTE_IEP;
}

/* Checks the entry just fetched for LEVEL; true where the walk ends, well or not. */
static bool entry_ends_walk(struct vcpu *cpu, struct translation *t, uint64_t asce,
                            uint64_t address)
{
    bool edat1 = cpu->state.cr[0] & CR0_EDAT && facility_installed(cpu, FACILITY_EDAT_1);
    bool edat2 = edat1 && facility_installed(cpu, FACILITY_EDAT_2);
    bool large = (t->level == DAT_SEGMENT ? edat1 : t->level == DAT_REGION_THIRD && edat2) &&
                 t->entry & RTE_FORMAT_CONTROL;

    if (t->entry & RTE_INVALID)
        t->exception = levels[t->level].exception;
    else if (bits64_get(t->entry, 60, 61) != (unsigned)t->level)
        t->exception = PGM_TRANSLATION_SPECIFICATION;
    else if (asce & ASCE_PRIVATE && t->entry & STE_COMMON &&
             (t->level == DAT_SEGMENT || (t->level == DAT_REGION_THIRD && large)))
        t->exception = PGM_TRANSLATION_SPECIFICATION;
    if (t->exception)
        return true;
    if (t->entry & RTE_PROTECTION && (t->level == DAT_SEGMENT || edat1))
        t->protected = true;
    if (large)
        use_large_frame(t, t->level == DAT_SEGMENT ? STE_FRAME : RTE3_FRAME, address);
    return large;
}

static void walk_page_table(struct vcpu *cpu, struct translation *t, uint64_t address)
{
    t->level = DAT_PAGE;
    if (!fetch_entry(cpu, t, (t->entry & STE_TABLE_ORIGIN) + (((address >> 12) & 0xff) << 3)))
        return;
    if (t->entry & PTE_INVALID) {
        t->exception = PGM_PAGE_TRANSLATION;
        return;
    }
    if (t->entry & PTE_MUST_BE_ZERO) {
        t->exception = PGM_TRANSLATION_SPECIFICATION;
        return;
    }
    t->protected_above = t->protected;
    t->protected = t->protected || t->entry & PTE_PROTECTION;
    t->no_execute = t->entry & PTE_IEP;
    t->real.value = (t->entry & PTE_FRAME) | (address & ~PTE_FRAME);
}

/* True where the address has bits above what a table of level TOP can translate. */
static bool exceeds_asce_type(uint64_t address, unsigned top)
{
    return top < DAT_REGION_FIRST && address >> (levels[top].shift + 11);
}

struct translation dat_translate(struct vcpu *cpu, uint64_t asce, uint64_t address)
{
    struct translation t = {.level = DAT_REAL_SPACE};
    uint64_t origin = asce & ASCE_ORIGIN;
    unsigned first = 0, last = (unsigned)(asce & ASCE_LENGTH);

    if (asce & ASCE_REAL_SPACE) {
        t.real.value = address;
        return t;
    }
    t.level = (int8_t)bits64_get(asce, 60, 61);
    if (exceeds_asce_type(address, (unsigned)t.level)) {
        t.exception = PGM_ASCE_TYPE;
        return t;
    }
    for (;; t.level--) {
        uint64_t index = (address >> levels[t.level].shift) & 0x7ff;

        if (index >> 9 < first || index >> 9 > last) {
            t.exception = levels[t.level].exception;
            return t;
        }
        if (!fetch_entry(cpu, &t, origin + index * 8))
            return t;
        if (entry_ends_walk(cpu, &t, asce, address))
            break;
        if (t.level == DAT_SEGMENT) {
            walk_page_table(cpu, &t, address);
            break;
        }
        origin = t.entry & RTE_TABLE_ORIGIN;
        first = (unsigned)bits64_get(t.entry, 56, 57);
        last = (unsigned)(t.entry & RTE_LENGTH);
    }
    if (t.no_execute && !(cpu->state.cr[0] & CR0_IEP &&
                          facility_installed(cpu, FACILITY_INSTRUCTION_EXECUTION_PROTECTION)))
        t.no_execute = false;
    return t;
}
