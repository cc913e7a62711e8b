/*
 * Address-space contexts: what a CPU remembers of translation, one context for each
 * combination of address-space-control element and of everything else a translation
 * depends on (access key, protection controls, EDAT, ...). Loading a control register or a
 * PSW selects another context and flushes nothing; that is sound because the PoP tags TLB
 * entries by the ASCE as well (chapter 3, "Translation-Lookaside Buffer").
 *
 * A context belongs to one CPU and is touched by that CPU's thread only.
 */
#ifndef ZITHER_CPU_ARCH_ADDRESS_SPACE_H
#define ZITHER_CPU_ARCH_ADDRESS_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/compiler.h"

struct vcpu;

#define TLB_ENTRIES       4096u      /* a power of two; measured in docs/PERFORMANCE.md */
#define FETCH_TLB_ENTRIES 4096u      /* the same for instruction fetch: all of a kernel's text */
#define FETCH_IDS         8192u      /* pages that a context finds by their ID */
#define TLB_EMPTY         UINT64_MAX /* an instruction TLB entry: no page has this address */
#define SPACES_PER_CPU    16u

/* HOST is where the page at virtual address TAG lies. TAG xor an address is thus the offset
   in the page where both belong together, which is how generated code compares; an entry that
   is empty therefore has a tag that belongs to another entry, and not to the next one, which
   an operand that crosses the page asks for: tlb_empty_tag. */
struct tlb_entry {
    uint64_t tag;
    uintptr_t host;
};

static inline uint64_t tlb_empty_tag(unsigned index)
{
    return (uint64_t)(index ^ TLB_ENTRIES / 2) << 12;
}

/* CODE belongs to the backend that executes from it, and so does ID, which names the same;
   ABSOLUTE is the page's address. 32 bytes, so that an index is one shift. */
struct fetch_tlb_entry {
    uint64_t tag;
    uint64_t absolute;
    void *code;
    uint32_t id;
    uint32_t unused;
};

/* What a context's translations depend on besides the ASCE. */
enum space_mode {
    SPACE_KEY = 0xf, /* the access key */
    SPACE_DAT = 1 << 4,
    SPACE_LOW_ADDRESS_PROTECTION = 1 << 5,
    SPACE_FETCH_OVERRIDE = 1 << 6,
    SPACE_STORAGE_OVERRIDE = 1 << 7,
    SPACE_EDAT = 1 << 8,
    SPACE_IEP = 1 << 9,
    SPACE_PER_STORE = 1 << 10,  /* PER storage alteration: every store takes the slow path */
    SPACE_FETCH_ONLY = 1 << 11, /* the ASTE forbids stores (access-list-controlled) */
    SPACE_ROLE_SHIFT = 12,      /* enum psw_space: what TEID bits 62-63 report */
    SPACE_REGISTER_SHIFT = 14,  /* the access register, of that role: exception access id */
    /* What code translated from the space depends on: 2 bits of addressing mode, problem
       state, AFP and vector registers enabled, and so on. Loading a PSW or CR0 chooses among them,
       and so no look-up of code has to compare them. */
    SPACE_ADDRESSING_SHIFT = 18,
    SPACE_PROBLEM = 1 << 20,
    SPACE_AFP = 1 << 21,
    SPACE_VECTOR = 1 << 22,
    SPACE_OVERFLOW_MASK = 1 << 24,  /* fixed-point overflow interrupts */
    SPACE_OTHER_OPERANDS = 1 << 23, /* operands are not all in the space of instructions */
};

/* What the tables above a page table, or the segment- or region-table entry of a large frame,
   came to for the MiB at TAG times 2 to the power 20 (PoP chapter 3, "Combined Region-and-
   Segment-Table Entries"). Page-table entries are fetched at each use. */
struct segment_entry {
    uint64_t tag;  /* TLB_EMPTY: none */
    uint64_t base; /* absolute address of the page table or the MiB, with SEGMENT_... */
};

#define SEGMENT_LARGE      UINT64_C(1)
#define SEGMENT_PROTECTED  UINT64_C(2) /* DAT protection above the page table */
#define SEGMENT_NO_EXECUTE UINT64_C(4)
#define SEGMENT_ADDRESS    (~UINT64_C(0x7ff))
#define SEGMENT_ENTRIES    64u

#define PAGE_TABLE_BITS 256u

struct address_space {
    struct tlb_entry fetch[TLB_ENTRIES]; /* operand fetches */
    struct tlb_entry store[TLB_ENTRIES];
    struct fetch_tlb_entry instruction[FETCH_TLB_ENTRIES];
    /* By ID: the tag of an entry of `instruction` with that ID, or TLB_EMPTY. */
    uint64_t where[FETCH_IDS];
    /* Pages 0 and 1 under low-address protection, for the stores that it permits: such
       pages never enter `store`, and Linux stores there at every kernel entry. */
    struct tlb_entry low_store[2];
    struct segment_entry segments[SEGMENT_ENTRIES];
    /* Page tables that entries may come from, each a bit by its hash: IPTE names one. */
    uint64_t page_tables[PAGE_TABLE_BITS / 64];
    uint64_t asce; /* 0 while DAT is off */
    uint32_t mode; /* enum space_mode */
    uint32_t bit;  /* this context in the masks of struct space_directory */
    /* What may hold entries, so that emptying need not look elsewhere: a bit for each
       TLB_GROUP or FETCH_TLB_GROUP entries. */
    uint32_t fetch_groups;
    uint32_t store_groups;
    uint32_t instruction_groups;
    bool segments_used;
};

#define TLB_GROUP       (TLB_ENTRIES / 32)
#define FETCH_TLB_GROUP (FETCH_TLB_ENTRIES / 32)
#define SPACE_HINTS     64u
#define FILTER_BITS     16384u /* 64 MiB of pages before two share one */

/* Absolute pages that TLB entries may lead to: no entry does where the bit is zero. */
struct page_filter {
    uint64_t bits[FILTER_BITS / 64];
};

/* What one selection came to: the PSW bits that count, CR0, and the ASCE of the current space
   (0 while DAT is off). Not for the secondary-space mode, which depends on two ASCEs, nor PER. */
struct space_selection {
    uint64_t psw;
    uint64_t cr0;
    uint64_t asce;
    uint64_t address_mask;
    struct address_space *space; /* of operands and instructions alike */
    uint8_t number;              /* of that context */
    bool access_register_mode;
};

#define SPACE_SELECTIONS 32u

/* What a CPU knows of its contexts without touching them. */
struct space_directory {
    uint64_t asce[SPACES_PER_CPU];
    uint32_t mode[SPACES_PER_CPU];
    uint32_t used[SPACES_PER_CPU]; /* stamp of the last selection, for replacement */
    uint32_t stamp;
    uint32_t made;     /* a bit for each context that has ever been used; others hold anything */
    uint32_t filled;   /* a bit for each context that may hold entries */
    uint32_t fetching; /* the same for `instruction`: since it was cpu->space_fetch */
    struct space_selection selection[SPACE_SELECTIONS]; /* by a few PSW bits */
    uint8_t hint[SPACE_HINTS];  /* by a hash of ASCE and mode: where that was seen last */
    struct page_filter stores;  /* of `store` and `low_store` */
    struct page_filter fetches; /* of `fetch` */
};

static inline void page_filter_add(struct page_filter *filter, uint64_t absolute)
{
    uint64_t page = absolute >> 12 & (FILTER_BITS - 1);

    filter->bits[page / 64] |= UINT64_C(1) << page % 64;
}

static inline unsigned page_table_bit(uint64_t table)
{
    return (unsigned)((table >> 11) * UINT64_C(0x9e3779b97f4a7c15) >> 56) & (PAGE_TABLE_BITS - 1);
}

/* An entry of SPACE is about to come from the page table at absolute address TABLE. */
static inline void address_space_page_table(struct address_space *space, uint64_t table)
{
    unsigned bit = page_table_bit(table);

    space->page_tables[bit / 64] |= UINT64_C(1) << bit % 64;
}

/* The access register that designates the space, or 0 where none does. */
static inline unsigned address_space_register(const struct address_space *space)
{
    return space->mode >> SPACE_REGISTER_SHIFT & 0xf;
}

/* Derives cpu->space, cpu->space_fetch, cpu->address_mask and cpu->access_register_mode from
   PSW and control registers. Called by psw_derive and its kin; bodies do not call it. */
void address_space_select(struct vcpu *cpu);

/* The context of ASCE with access key KEY (0-15) in role ROLE (enum psw_space). */
struct address_space *address_space_of(struct vcpu *cpu, uint64_t asce, unsigned key,
                                       unsigned role);
/* The same in the access-register role: access register B designates it, with FETCH_ONLY
   where its access-list entry forbids stores. */
struct address_space *address_space_of_register(struct vcpu *cpu, uint64_t asce, unsigned key,
                                                unsigned b, bool fetch_only);
/* The space of another context with access key KEY instead. */
struct address_space *address_space_with_key(struct vcpu *cpu, const struct address_space *space,
                                             unsigned key);
/* Real addresses with access key KEY. */
struct address_space *address_space_real(struct vcpu *cpu, unsigned key);
/* The primary, secondary and home spaces with access key KEY, whatever the PSW says of
   DAT and of the current space (MVCP, MVCS, MVCOS, LRA, ...). */
struct address_space *address_space_primary(struct vcpu *cpu, unsigned key);
struct address_space *address_space_secondary(struct vcpu *cpu, unsigned key);
struct address_space *address_space_home(struct vcpu *cpu, unsigned key);

/* All contexts nobody's: once, before anything else. */
void address_space_init(struct vcpu *cpu);

/* ENTRY of SPACE's instruction TLB is used no more. */
static inline void address_space_forget(struct address_space *space, struct fetch_tlb_entry *entry)
{
    if (entry->id < FETCH_IDS)
        space->where[entry->id] = TLB_EMPTY;
    entry->tag = TLB_EMPTY;
}

/* What a backend has found out, in place of what had the same place. */
static inline void address_space_learn(struct address_space *space, struct fetch_tlb_entry becomes)
{
    unsigned i = (unsigned)(becomes.tag >> 12) & (FETCH_TLB_ENTRIES - 1);
    struct fetch_tlb_entry *entry = &space->instruction[i];

    address_space_forget(space, entry);
    *entry = becomes;
    space->instruction_groups |= UINT32_C(1) << i / FETCH_TLB_GROUP;
    if (entry->id < FETCH_IDS)
        space->where[entry->id] = entry->tag;
}

/* Purges of this CPU alone; purge.h has those that reach every CPU. */
void address_space_purge_all_stores(struct vcpu *cpu);
void address_space_purge_all(struct vcpu *cpu);
/* ENTRY: absolute address of a page-table entry. */
void address_space_purge_page(struct vcpu *cpu, uint64_t entry);
void address_space_purge_asce(struct vcpu *cpu, uint64_t asce_origin);
void address_space_purge_absolute(struct vcpu *cpu, uint64_t absolute_page);
void address_space_purge_stores(struct vcpu *cpu, uint64_t absolute_page);

#endif
