/*
 * Access-register translation (PoP chapter 5, "Access-Register Translation"): from the
 * access-list-entry token (ALET) in an access register to an address space.
 *
 * There is no ALB: the tables are looked at each time, which the PoP permits and which
 * leaves PURGE ALB nothing to do. Addressing exceptions on the tables are always raised;
 * other exceptions are results, or raised where it says so.
 */
#ifndef ZITHER_CPU_ARCH_ACCESS_REGISTER_H
#define ZITHER_CPU_ARCH_ACCESS_REGISTER_H

#include "cpu/arch/access.h"
#include "cpu/arch/asn.h"

#define ALET_PRIMARY      0u
#define ALET_SECONDARY    1u
#define ALET_RESERVED     BITS32(0, 6)
#define ALET_PRIMARY_LIST BIT32(7) /* one: the primary-space list, not the dispatchable unit's */
#define ALET_SEQUENCE     BITS32(8, 15)
#define ALET_ENTRY        BITS32(16, 31)

struct access_register_translation {
    uint16_t exception; /* 0, or the program-interruption code */
    bool fetch_only;    /* access-list-controlled protection */
    uint64_t asce;
};

/* What BRANCH IN SUBSPACE GROUP leaves out of the translation. */
enum access_list_use {
    ACCESS_LIST_ORDINARY,
    ACCESS_LIST_SPECIAL, /* no ALE sequence number, no authorization */
};

struct access_list_entry {
    struct aste aste;
    bool fetch_only;
};

/* Translates ALET, neither 0 nor 1, by its access list, with extended authorization index
   EAX. Fills in ENTRY and returns 0, or returns an exception code. */
unsigned access_list_translate(struct vcpu *cpu, uint32_t alet, uint16_t eax,
                               enum access_list_use use, struct access_list_entry *entry);

/* Translates what is in access register B, of which 0 stands for ALET 0. */
struct access_register_translation access_register_translate(struct vcpu *cpu, unsigned b);

/* The space that access register B designates, with access key KEY; raises. */
struct address_space *access_register_space_with_key(struct vcpu *cpu, unsigned b, unsigned key);

#endif
