/*
 * Protection (PoP chapter 3): the key rule, and raising what an access ran into with its
 * translation-exception identification.
 */
#ifndef ZITHER_CPU_ARCH_PROTECTION_H
#define ZITHER_CPU_ARCH_PROTECTION_H

#include "cpu/arch/access.h"

enum protection_kind {
    PROTECTION_LOW_ADDRESS,
    PROTECTION_KEY,
    PROTECTION_ACCESS_LIST,
    PROTECTION_DAT,
    PROTECTION_NO_EXECUTE,
};

/* Key-controlled protection: whether access key KEY (0-15) may fetch or store. */
static inline bool protection_key_permits(uint8_t storage_key, unsigned key, bool store)
{
    if (key == 0 || key == storage_key >> 4)
        return true;
    return !store && !(storage_key & STORAGE_KEY_FETCH);
}

/* Effective addresses 0-511 and 4096-4607 (PoP chapter 3, "Low-Address Protection"). */
static inline bool protection_low_address(uint64_t address)
{
    return !(address & ~UINT64_C(0x11ff));
}

_Noreturn void protection_raise(struct vcpu *cpu, const struct address_space *space,
                                uint64_t address, enum protection_kind kind, enum access_type type);

/* A translation exception; PGM_ADDRESSING and PGM_TRANSLATION_SPECIFICATION carry no TEID. */
_Noreturn void protection_raise_translation(struct vcpu *cpu, const struct address_space *space,
                                            uint64_t address, unsigned code, enum access_type type);

#endif
