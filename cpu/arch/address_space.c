/* Selecting, making and purging address-space contexts: see address_space.h. */
#include "cpu/arch/address_space.h"

#include "cpu/arch/configuration.h"
#include "cpu/arch/control.h"
#include "cpu/arch/dat.h"
#include "cpu/arch/psw.h"
#include "cpu/arch/vcpu.h"

static void empty_low_stores(struct address_space *space)
{
    space->low_store[0].tag = tlb_empty_tag(0);
    space->low_store[1].tag = tlb_empty_tag(1);
}

static void empty(struct address_space *space)
{
    for (unsigned i = 0; i < TLB_ENTRIES; i++)
        space->fetch[i].tag = space->store[i].tag = tlb_empty_tag(i);
    for (unsigned i = 0; i < FETCH_TLB_ENTRIES; i++)
        space->instruction[i].tag = TLB_EMPTY;
    empty_low_stores(space);
}

/* The least recently selected context, emptied, with its new identity. */
static struct address_space *replace(struct vcpu *cpu, uint64_t asce, uint32_t mode)
{
    struct address_space *oldest = NULL;

    for (unsigned i = 0; i < SPACES_PER_CPU; i++) {
        struct address_space *space = &cpu->spaces[i];

        if (space == cpu->space || space == cpu->space_fetch)
            continue;
        if (!oldest || cpu->space_stamp - space->used > cpu->space_stamp - oldest->used)
            oldest = space;
    }
    cpu->counters.space_switches++;
    empty(oldest);
    oldest->asce = asce;
    oldest->mode = mode;
    return oldest;
}

static struct address_space *find(struct vcpu *cpu, uint64_t asce, uint32_t mode)
{
    struct address_space *space;

    for (unsigned i = 0; i < SPACES_PER_CPU; i++) {
        space = &cpu->spaces[i];
        if (space->asce == asce && space->mode == mode) {
            space->used = ++cpu->space_stamp;
            return space;
        }
    }
    space = replace(cpu, asce, mode);
    space->used = ++cpu->space_stamp;
    return space;
}

/* The parts of a context's identity that CR0, PER and the PSW decide. */
static uint32_t mode_of_controls(const struct vcpu *cpu, bool private_space)
{
    uint64_t cr0 = cpu->state.cr[0], psw = cpu->state.psw_mask;
    uint32_t mode = (uint32_t)(bits64_get(psw, 31, 32) << SPACE_ADDRESSING_SHIFT);

    if (psw & PSW_PROBLEM)
        mode |= SPACE_PROBLEM;
    if (cr0 & CR0_AFP_REGISTER)
        mode |= SPACE_AFP;
    if (cr0 & CR0_VECTOR)
        mode |= SPACE_VECTOR;

    if (!private_space) {
        if (cr0 & CR0_LOW_ADDRESS_PROTECTION)
            mode |= SPACE_LOW_ADDRESS_PROTECTION;
        if (cr0 & CR0_FETCH_PROTECTION_OVERRIDE)
            mode |= SPACE_FETCH_OVERRIDE;
    }
    if (cr0 & CR0_STORAGE_PROTECTION_OVERRIDE)
        mode |= SPACE_STORAGE_OVERRIDE;
    if (cr0 & CR0_EDAT)
        mode |= SPACE_EDAT;
    if (cr0 & CR0_IEP)
        mode |= SPACE_IEP;
    if (cpu->per_active && cpu->state.cr[9] & CR9_STORAGE_ALTERATION)
        mode |= SPACE_PER_STORE;
    return mode;
}

struct address_space *address_space_of(struct vcpu *cpu, uint64_t asce, unsigned key, unsigned role)
{
    return find(cpu, asce,
                mode_of_controls(cpu, asce & ASCE_PRIVATE) | SPACE_DAT | key |
                    role << SPACE_ROLE_SHIFT);
}

struct address_space *address_space_of_register(struct vcpu *cpu, uint64_t asce, unsigned key,
                                                unsigned b, bool fetch_only)
{
    return find(cpu, asce,
                mode_of_controls(cpu, asce & ASCE_PRIVATE) | SPACE_DAT | key |
                    (fetch_only ? SPACE_FETCH_ONLY : 0) |
                    PSW_SPACE_ACCESS_REGISTER << SPACE_ROLE_SHIFT | b << SPACE_REGISTER_SHIFT);
}

struct address_space *address_space_with_key(struct vcpu *cpu, const struct address_space *space,
                                             unsigned key)
{
    return find(cpu, space->asce, (space->mode & ~(uint32_t)SPACE_KEY) | key);
}

struct address_space *address_space_real(struct vcpu *cpu, unsigned key)
{
    /* PoP chapter 4: an operand at a real address is no storage alteration, though a logical
       address with DAT off is. */
    return find(cpu, 0, (mode_of_controls(cpu, false) & ~SPACE_PER_STORE) | key);
}

struct address_space *address_space_primary(struct vcpu *cpu, unsigned key)
{
    return address_space_of(cpu, cpu->state.cr[1], key, PSW_SPACE_PRIMARY);
}

struct address_space *address_space_secondary(struct vcpu *cpu, unsigned key)
{
    return address_space_of(cpu, cpu->state.cr[7], key, PSW_SPACE_SECONDARY);
}

struct address_space *address_space_home(struct vcpu *cpu, unsigned key)
{
    return address_space_of(cpu, cpu->state.cr[13], key, PSW_SPACE_HOME);
}

void address_space_select(struct vcpu *cpu)
{
    unsigned key = psw_key(cpu);

    if (!psw_dat(cpu)) {
        cpu->space = cpu->space_fetch = find(cpu, 0, mode_of_controls(cpu, false) | key);
        return;
    }
    switch (psw_space(cpu)) {
    case PSW_SPACE_HOME:
        cpu->space = cpu->space_fetch = address_space_home(cpu, key);
        break;
    case PSW_SPACE_SECONDARY:
        /* Instructions come from the primary space (PoP chapter 3, "Translation Modes"). */
        cpu->space_fetch = address_space_primary(cpu, key);
        cpu->space = address_space_secondary(cpu, key);
        break;
    default:
        cpu->space = cpu->space_fetch = address_space_primary(cpu, key);
        break;
    }
}

void address_space_purge_all(struct vcpu *cpu)
{
    for (unsigned i = 0; i < SPACES_PER_CPU; i++)
        empty(&cpu->spaces[i]);
}

/* IPTE names a page by its page index and a page table; what the page index alone selects is
   cleared: the entries of the pages 1 MiB apart, two in an operand TLB. */
void address_space_purge_page(struct vcpu *cpu, uint64_t page)
{
    unsigned page_index = (unsigned)bits64_get(page, 44, 51);

    for (unsigned i = 0; i < SPACES_PER_CPU; i++) {
        struct address_space *space = &cpu->spaces[i];

        for (unsigned j = page_index; j < TLB_ENTRIES; j += 256)
            space->fetch[j].tag = space->store[j].tag = tlb_empty_tag(j);
        for (unsigned j = page_index; j < FETCH_TLB_ENTRIES; j += 256)
            space->instruction[j].tag = TLB_EMPTY;
        if (page_index < 2)
            space->low_store[page_index].tag = tlb_empty_tag(page_index);
    }
}

void address_space_purge_asce(struct vcpu *cpu, uint64_t asce_origin)
{
    for (unsigned i = 0; i < SPACES_PER_CPU; i++)
        if (cpu->spaces[i].mode & SPACE_DAT &&
            (cpu->spaces[i].asce & ASCE_ORIGIN) == (asce_origin & ASCE_ORIGIN))
            empty(&cpu->spaces[i]);
}

void address_space_purge_stores(struct vcpu *cpu, uint64_t absolute_page)
{
    uintptr_t host = (uintptr_t)(cpu->storage->host + (absolute_page & STORAGE_PAGE_MASK));

    for (unsigned i = 0; i < SPACES_PER_CPU; i++) {
        struct address_space *space = &cpu->spaces[i];

        for (unsigned j = 0; j < TLB_ENTRIES; j++)
            if (space->store[j].host == host)
                space->store[j].tag = tlb_empty_tag(j);
        empty_low_stores(space);
    }
}

void address_space_purge_absolute(struct vcpu *cpu, uint64_t absolute_page)
{
    uintptr_t host = (uintptr_t)(cpu->storage->host + (absolute_page & STORAGE_PAGE_MASK));

    address_space_purge_stores(cpu, absolute_page);
    for (unsigned i = 0; i < SPACES_PER_CPU; i++) {
        struct address_space *space = &cpu->spaces[i];

        for (unsigned j = 0; j < TLB_ENTRIES; j++)
            if (space->fetch[j].host == host)
                space->fetch[j].tag = tlb_empty_tag(j);
        for (unsigned j = 0; j < FETCH_TLB_ENTRIES; j++)
            if (space->instruction[j].absolute == (absolute_page & STORAGE_PAGE_MASK))
                space->instruction[j].tag = TLB_EMPTY;
    }
}
