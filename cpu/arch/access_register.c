/* Access-register translation: see access_register.h. */
#include "cpu/arch/access_register.h"

#include "cpu/arch/control_block.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/psw.h"

/* Access-list designation and entry. */
#define ALD_ORIGIN        BITS32(1, 24)
#define ALD_LENGTH        BITS32(25, 31) /* 8 entries, less one */
#define ALE_INVALID       BIT32(0)
#define ALE_FETCH_ONLY    BIT32(6)
#define ALE_PRIVATE       BIT32(7)
#define ALE_SEQUENCE      BITS32(8, 15)
#define ALE_AUTHORIZATION BITS32(16, 31)
#define ALE_SIZE          16
#define ALE_ASTE          8
#define ALE_ASTE_SEQUENCE 12

/* The real address of the entry that ALET designates; false where the list is too short. */
static bool find_entry(struct vcpu *cpu, uint32_t alet, uint64_t *address)
{
    uint64_t block = alet & ALET_PRIMARY_LIST ? primary_aste_origin(cpu) + ASTE_ACCESS_LIST
                                              : duct_origin(cpu) + DUCT_ACCESS_LIST;
    uint32_t designation = control_block_fetch32(cpu, block);
    uint32_t number = alet & ALET_ENTRY;

    *address = ((designation & ALD_ORIGIN) + number * (uint64_t)ALE_SIZE) & CONTROL_BLOCK_ADDRESS;
    return number >> 3 <= (designation & ALD_LENGTH);
}

unsigned access_list_translate(struct vcpu *cpu, uint32_t alet, uint16_t eax,
                               enum access_list_use use, struct access_list_entry *entry)
{
    bool ordinary = use == ACCESS_LIST_ORDINARY;
    struct aste *aste = &entry->aste;
    uint64_t address;
    uint32_t word;

    if (alet & ALET_RESERVED)
        return PGM_ALET_SPECIFICATION;
    if (!find_entry(cpu, alet, &address))
        return PGM_ALEN_TRANSLATION;
    word = control_block_fetch32(cpu, address);
    if (word & ALE_INVALID)
        return PGM_ALEN_TRANSLATION;
    if (ordinary && (word & ALE_SEQUENCE) != (alet & ALET_SEQUENCE))
        return PGM_ALE_SEQUENCE;
    *aste = aste_fetch(cpu, control_block_fetch32(cpu, address + ALE_ASTE) & ASTE_ORIGIN);
    if (aste->word0 & ASTE_INVALID)
        return PGM_ASTE_VALIDITY;
    if (aste->sequence != control_block_fetch32(cpu, address + ALE_ASTE_SEQUENCE))
        return PGM_ASTE_SEQUENCE;
    if (ordinary && word & ALE_PRIVATE && (word & ALE_AUTHORIZATION) != eax &&
        !asn_authorized(cpu, aste, eax, AUTHORITY_SECONDARY))
        return PGM_EXTENDED_AUTHORITY;
    entry->fetch_only = word & ALE_FETCH_ONLY;
    return 0;
}

struct access_register_translation access_register_translate(struct vcpu *cpu, unsigned b)
{
    uint32_t alet = b ? cpu->state.ar[b] : ALET_PRIMARY;
    struct access_register_translation t = {.asce = cpu->state.cr[1]};
    uint16_t eax = (uint16_t)(cpu->state.cr[8] >> 16);
    struct access_list_entry entry;

    if (likely(alet == ALET_PRIMARY))
        return t;
    if (alet == ALET_SECONDARY) {
        t.asce = cpu->state.cr[7];
        return t;
    }
    t.exception = (uint16_t)access_list_translate(cpu, alet, eax, ACCESS_LIST_ORDINARY, &entry);
    if (!t.exception) {
        t.asce = entry.aste.asce;
        t.fetch_only = entry.fetch_only;
    }
    return t;
}

struct address_space *access_register_space_with_key(struct vcpu *cpu, unsigned b, unsigned key)
{
    struct access_register_translation t = access_register_translate(cpu, b);

    if (t.exception)
        program_interruption_access(cpu, (enum program_code)t.exception, b);
    return address_space_of_register(cpu, t.asce, key, b, t.fetch_only);
}

struct address_space *access_register_space(struct vcpu *cpu, unsigned b)
{
    return access_register_space_with_key(cpu, b, psw_key(cpu));
}
