/* Selecting, making and purging address-space contexts: see address_space.h. */
#include "cpu/arch/address_space.h"

#include <string.h>

#include "cpu/arch/configuration.h"
#include "cpu/arch/control.h"
#include "cpu/arch/dat.h"
#include "cpu/arch/psw.h"
#include "cpu/arch/vcpu.h"

_Static_assert(TLB_ENTRIES / TLB_GROUP <= 32, "a bit of fetch_groups for each group");
_Static_assert(FETCH_TLB_GROUP == 128, "purges of a page index reckon with two groups a MiB");
_Static_assert(SPACES_PER_CPU <= 32, "a bit of space_directory.filled for each context");

static void empty_low_stores(struct address_space *space)
{
    space->low_store[0] = (struct tlb_entry){.tag = tlb_empty_tag(0)};
    space->low_store[1] = (struct tlb_entry){.tag = tlb_empty_tag(1)};
}

static void empty_groups(struct tlb_entry *entries, unsigned groups)
{
    for (unsigned group = 0; groups; group++, groups >>= 1) {
        if (!(groups & 1))
            continue;
        for (unsigned i = group * TLB_GROUP; i < (group + 1) * TLB_GROUP; i++)
            entries[i] = (struct tlb_entry){.tag = tlb_empty_tag(i)};
    }
}

static void empty_instructions(struct address_space *space)
{
    for (uint32_t groups = space->instruction_groups; groups; groups &= groups - 1) {
        unsigned first = trailing_zeros32(groups) * FETCH_TLB_GROUP;

        for (unsigned i = first; i < first + FETCH_TLB_GROUP; i++)
            address_space_forget(space, &space->instruction[i]);
    }
    space->instruction_groups = 0;
}

/* Only what has been filled since the last time costs anything. */
static void empty(struct vcpu *cpu, struct address_space *space)
{
    empty_groups(space->fetch, space->fetch_groups);
    empty_groups(space->store, space->store_groups);
    space->fetch_groups = space->store_groups = 0;
    if (space->segments_used)
        for (unsigned i = 0; i < SEGMENT_ENTRIES; i++)
            space->segments[i].tag = TLB_EMPTY;
    space->segments_used = false;
    empty_low_stores(space);
    empty_instructions(space);
    memset(space->page_tables, 0, sizeof space->page_tables);
    /* The backend may fill `instruction` of the current context at any time. */
    if (space != cpu->space_fetch) {
        cpu->directory.filled &= ~space->bit;
        cpu->directory.fetching &= ~space->bit;
    }
}

/* Problem state, space, 24-bit or 31-bit addressing, a key: the PSWs that programs alternate
   between. */
static unsigned selection_of(uint64_t psw)
{
    return (unsigned)((psw & PSW_KEY ? 16 : 0) | (psw & PSW_PROBLEM ? 4 : 0) |
                      (psw & PSW_EXTENDED_ADDRESSING ? 0 : 8) | (psw >> PSW_SPACE_SHIFT & 3));
}

static void forget_selections(struct space_directory *directory)
{
    for (unsigned i = 0; i < SPACE_SELECTIONS; i++)
        directory->selection[i].psw = UINT64_MAX;
}

void address_space_init(struct vcpu *cpu)
{
    for (unsigned i = 0; i < SPACES_PER_CPU; i++) {
        struct address_space *space = &cpu->spaces[i];

        space->asce = 0;
        space->mode = 0;
        space->bit = UINT32_C(1) << i;
        cpu->directory.mode[i] = UINT32_MAX; /* no mode */
    }
    forget_selections(&cpu->directory);
}

/* Most machines never use most of their contexts, which so cost no memory. */
static void make(struct vcpu *cpu, struct address_space *space)
{
    space->fetch_groups = space->store_groups = space->instruction_groups = UINT32_MAX;
    space->segments_used = true;
    memset(space->instruction, 0, sizeof space->instruction);
    for (unsigned i = 0; i < FETCH_IDS; i++)
        space->where[i] = TLB_EMPTY;
    empty(cpu, space);
    cpu->directory.made |= space->bit;
}

/* The least recently selected context, emptied, with its new identity. */
static unsigned replace(struct vcpu *cpu, uint64_t asce, uint32_t mode)
{
    struct space_directory *directory = &cpu->directory;
    unsigned oldest = SPACES_PER_CPU;

    for (unsigned i = 0; i < SPACES_PER_CPU; i++) {
        const struct address_space *space = &cpu->spaces[i];

        if (space == cpu->space || space == cpu->space_fetch)
            continue;
        if (oldest == SPACES_PER_CPU ||
            directory->stamp - directory->used[i] > directory->stamp - directory->used[oldest])
            oldest = i;
    }
    cpu->counters.space_switches++;
    forget_selections(directory);
    if (!(directory->made >> oldest & 1))
        make(cpu, &cpu->spaces[oldest]);
    else if (directory->filled >> oldest & 1)
        empty(cpu, &cpu->spaces[oldest]);
    cpu->spaces[oldest].asce = directory->asce[oldest] = asce;
    cpu->spaces[oldest].mode = directory->mode[oldest] = mode;
    return oldest;
}

static NEVER_INLINE unsigned search(struct vcpu *cpu, uint64_t asce, uint32_t mode)
{
    for (unsigned i = 0; i < SPACES_PER_CPU; i++)
        if (cpu->directory.asce[i] == asce && cpu->directory.mode[i] == mode)
            return i;
    return replace(cpu, asce, mode);
}

/* Tables begin at multiples of 4 KiB, most at multiples of 16. */
static unsigned hint_of(uint64_t asce, uint32_t mode)
{
    return (unsigned)(asce >> 14 ^ asce >> 20 ^ mode ^ mode >> 12 ^ mode >> 18) & (SPACE_HINTS - 1);
}

static struct address_space *find(struct vcpu *cpu, uint64_t asce, uint32_t mode)
{
    struct space_directory *directory = &cpu->directory;
    uint8_t *hint = &directory->hint[hint_of(asce, mode)];

    if (unlikely(directory->asce[*hint] != asce || directory->mode[*hint] != mode))
        *hint = (uint8_t)search(cpu, asce, mode);
    directory->used[*hint] = ++directory->stamp;
    return &cpu->spaces[*hint];
}

#define MODE_IF(condition, flag) ((condition) ? (uint32_t)(flag) : 0u)

/* The parts of a context's identity that CR0, PER and the PSW decide. */
static ALWAYS_INLINE uint32_t mode_of_controls(const struct vcpu *cpu, bool private_space)
{
    uint64_t cr0 = cpu->state.cr[0], psw = cpu->state.psw_mask;
    uint32_t mode =
        MODE_IF(cr0 & CR0_STORAGE_PROTECTION_OVERRIDE, SPACE_STORAGE_OVERRIDE) |
        MODE_IF(cr0 & CR0_EDAT, SPACE_EDAT) | MODE_IF(cr0 & CR0_IEP, SPACE_IEP) |
        MODE_IF(cr0 & CR0_AFP_REGISTER, SPACE_AFP) | MODE_IF(cr0 & CR0_VECTOR, SPACE_VECTOR) |
        MODE_IF(psw & PSW_PROBLEM, SPACE_PROBLEM) |
        MODE_IF(psw & PSW_FIXED_POINT_OVERFLOW, SPACE_OVERFLOW_MASK) |
        MODE_IF(psw & PSW_DAT && (psw >> PSW_SPACE_SHIFT & 3) % 3, SPACE_OTHER_OPERANDS) |
        (uint32_t)(bits64_get(psw, 31, 32) << SPACE_ADDRESSING_SHIFT);
    uint32_t common = MODE_IF(cr0 & CR0_LOW_ADDRESS_PROTECTION, SPACE_LOW_ADDRESS_PROTECTION) |
                      MODE_IF(cr0 & CR0_FETCH_PROTECTION_OVERRIDE, SPACE_FETCH_OVERRIDE);

    if (unlikely(cpu->per_active) && cpu->state.cr[9] & CR9_STORAGE_ALTERATION)
        mode |= SPACE_PER_STORE;
    return private_space ? mode : mode | common;
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

static void derive_addressing(struct vcpu *cpu, uint64_t psw)
{
    cpu->address_mask = psw & PSW_EXTENDED_ADDRESSING ? UINT64_MAX
                        : psw & PSW_BASIC_ADDRESSING  ? UINT64_C(0x7fffffff)
                                                      : UINT64_C(0xffffff);
    cpu->access_register_mode = (psw & (PSW_DAT | PSW_SPACE)) ==
                                (PSW_DAT | (uint64_t)PSW_SPACE_ACCESS_REGISTER << PSW_SPACE_SHIFT);
}

/* The PSW bits that a selection depends on. */
#define PSW_SELECTS                                                                                \
    (PSW_PER | PSW_DAT | PSW_KEY | PSW_PROBLEM | PSW_SPACE | PSW_FIXED_POINT_OVERFLOW |            \
     PSW_EXTENDED_ADDRESSING | PSW_BASIC_ADDRESSING)

static NEVER_INLINE void select_slowly(struct vcpu *cpu, uint64_t psw, uint64_t asce)
{
    struct space_directory *directory = &cpu->directory;
    unsigned key = psw_key(cpu), space = psw_space(cpu);
    struct space_selection *selection;

    derive_addressing(cpu, psw);
    if (!psw_dat(cpu))
        cpu->space = cpu->space_fetch = find(cpu, 0, mode_of_controls(cpu, false) | key);
    else if (space == PSW_SPACE_HOME)
        cpu->space = cpu->space_fetch = address_space_home(cpu, key);
    else
        cpu->space = cpu->space_fetch = address_space_primary(cpu, key);
    /* Instructions come from the primary space (PoP chapter 3, "Translation Modes"). */
    if (psw_dat(cpu) && space == PSW_SPACE_SECONDARY)
        cpu->space = address_space_secondary(cpu, key);
    directory->filled |= cpu->space_fetch->bit;
    directory->fetching |= cpu->space_fetch->bit;
    if (cpu->space != cpu->space_fetch || cpu->per_active || psw & PSW_PER)
        return;
    selection = &directory->selection[selection_of(psw)];
    *selection = (struct space_selection){
        .psw = psw & PSW_SELECTS,
        .cr0 = cpu->state.cr[0],
        .asce = asce,
        .address_mask = cpu->address_mask,
        .space = cpu->space,
        .number = (uint8_t)(cpu->space - cpu->spaces),
        .access_register_mode = cpu->access_register_mode,
    };
}

void address_space_select(struct vcpu *cpu)
{
    static const uint8_t register_of[] = {
        [PSW_SPACE_PRIMARY] = 1,
        [PSW_SPACE_ACCESS_REGISTER] = 1,
        [PSW_SPACE_SECONDARY] = 7,
        [PSW_SPACE_HOME] = 13,
    };
    struct space_directory *directory = &cpu->directory;
    uint64_t psw = cpu->state.psw_mask;
    uint64_t asce = psw & PSW_DAT ? cpu->state.cr[register_of[psw_space(cpu)]] : 0;
    const struct space_selection *selection = &directory->selection[selection_of(psw)];

    if (unlikely(selection->psw != (psw & PSW_SELECTS) || selection->asce != asce ||
                 selection->cr0 != cpu->state.cr[0] || cpu->per_active)) {
        select_slowly(cpu, psw, asce);
        return;
    }
    cpu->space = cpu->space_fetch = selection->space;
    cpu->address_mask = selection->address_mask;
    cpu->access_register_mode = selection->access_register_mode;
    directory->used[selection->number] = ++directory->stamp;
    directory->filled |= UINT32_C(1) << selection->number;
    directory->fetching |= UINT32_C(1) << selection->number;
}

#define FOR_SPACES(cpu, mask, space)                                                               \
    for (uint32_t left_ = (mask);                                                                  \
         left_ && (space = &(cpu)->spaces[trailing_zeros32(left_)], true); left_ &= left_ - 1)

/* The contexts that may hold something, one after another. */
#define FOR_FILLED(cpu, space) FOR_SPACES (cpu, (cpu)->directory.filled, space)

void address_space_purge_all(struct vcpu *cpu)
{
    struct address_space *space;

    if (!cpu->directory.filled)
        return;
    FOR_FILLED (cpu, space)
        empty(cpu, space);
    memset(&cpu->directory.stores, 0, sizeof cpu->directory.stores);
    memset(&cpu->directory.fetches, 0, sizeof cpu->directory.fetches);
}

void address_space_purge_all_stores(struct vcpu *cpu)
{
    struct address_space *space;

    FOR_FILLED (cpu, space) {
        empty_groups(space->store, space->store_groups);
        space->store_groups = 0;
        empty_low_stores(space);
    }
    memset(&cpu->directory.stores, 0, sizeof cpu->directory.stores);
}

/* IPTE names a page by its page index and a page table. In contexts with entries from that
   table, what the page index alone selects is cleared: the entries of pages 1 MiB apart. */
void address_space_purge_page(struct vcpu *cpu, uint64_t entry)
{
    unsigned page_index = (unsigned)bits64_get(entry, 53, 60), table = page_table_bit(entry);
    /* Every fourth group has an entry for it, or every second. */
    const uint32_t with_page = UINT32_C(0x55555555) << page_index / TLB_GROUP;
    const uint32_t with_code = UINT32_C(0x55555555) << page_index / FETCH_TLB_GROUP;
    struct address_space *space;

    FOR_FILLED (cpu, space) {
        uint32_t groups = (space->fetch_groups | space->store_groups) & with_page;

        if (!(space->page_tables[table / 64] >> table % 64 & 1))
            continue;
        for (; groups; groups &= groups - 1) {
            unsigned j = trailing_zeros32(groups) * TLB_GROUP + page_index % TLB_GROUP;

            space->fetch[j].tag = space->store[j].tag = tlb_empty_tag(j);
        }
        for (groups = space->instruction_groups & with_code; groups; groups &= groups - 1)
            address_space_forget(space,
                                 &space->instruction[trailing_zeros32(groups) * FETCH_TLB_GROUP +
                                                     page_index % FETCH_TLB_GROUP]);
        if (page_index < 2)
            space->low_store[page_index].tag = tlb_empty_tag(page_index);
    }
}

void address_space_purge_asce(struct vcpu *cpu, uint64_t asce_origin)
{
    const struct space_directory *directory = &cpu->directory;

    for (unsigned i = 0; i < SPACES_PER_CPU; i++)
        if (directory->filled >> i & 1 && directory->mode[i] & SPACE_DAT &&
            !((directory->asce[i] ^ asce_origin) & ASCE_ORIGIN))
            empty(cpu, &cpu->spaces[i]);
}

/* Clears the entries in GROUPS that lead to HOST; true where others remain that FILTER does not
   tell from them. */
static bool purge_host(struct tlb_entry *entries, unsigned groups, uintptr_t host)
{
    bool others = false;

    for (unsigned group = 0; groups; group++, groups >>= 1) {
        if (!(groups & 1))
            continue;
        for (unsigned i = group * TLB_GROUP; i < (group + 1) * TLB_GROUP; i++) {
            uintptr_t difference = entries[i].host ^ host;

            if (likely(difference & (FILTER_BITS - 1) << STORAGE_PAGE_SHIFT))
                continue;
            if (difference == 0)
                entries[i] = (struct tlb_entry){.tag = tlb_empty_tag(i)};
            else
                others = true;
        }
    }
    return others;
}
/* True where FILTER may know the page; forgets it. */
static bool filter_take(struct page_filter *filter, uint64_t absolute)
{
    uint64_t page = absolute >> STORAGE_PAGE_SHIFT & (FILTER_BITS - 1);
    uint64_t *word = &filter->bits[page / 64], bit = UINT64_C(1) << page % 64;
    bool known = *word & bit;

    *word &= ~bit;
    return known;
}

void address_space_purge_stores(struct vcpu *cpu, uint64_t absolute_page)
{
    uintptr_t host = (uintptr_t)(cpu->storage->host + (absolute_page & STORAGE_PAGE_MASK));
    struct address_space *space;
    bool others = false;

    if (!filter_take(&cpu->directory.stores, absolute_page))
        return;
    FOR_FILLED (cpu, space) {
        others |= purge_host(space->store, space->store_groups, host);
        empty_low_stores(space);
    }
    if (others)
        page_filter_add(&cpu->directory.stores, absolute_page);
}

static void purge_instructions(struct vcpu *cpu, uint64_t absolute)
{
    struct address_space *space;

    FOR_SPACES (cpu, cpu->directory.fetching, space)
        for (uint32_t groups = space->instruction_groups; groups; groups &= groups - 1) {
            unsigned first = trailing_zeros32(groups) * FETCH_TLB_GROUP;

            for (unsigned i = first; i < first + FETCH_TLB_GROUP; i++)
                if (space->instruction[i].absolute == absolute)
                    address_space_forget(space, &space->instruction[i]);
        }
}

void address_space_purge_absolute(struct vcpu *cpu, uint64_t absolute_page)
{
    uintptr_t host = (uintptr_t)(cpu->storage->host + (absolute_page & STORAGE_PAGE_MASK));
    struct address_space *space;
    bool others = false;

    address_space_purge_stores(cpu, absolute_page);
    purge_instructions(cpu, absolute_page & STORAGE_PAGE_MASK);
    if (!filter_take(&cpu->directory.fetches, absolute_page))
        return;
    FOR_FILLED (cpu, space)
        others |= purge_host(space->fetch, space->fetch_groups, host);
    if (others)
        page_filter_add(&cpu->directory.fetches, absolute_page);
}
