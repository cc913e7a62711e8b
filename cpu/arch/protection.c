/*
 * The translation-exception identification of protection and translation exceptions (PoP
 * chapter 3, "Translation-Exception Identification", with enhanced suppression on
 * protection and the access-exception fetch/store indication).
 */
#include "cpu/arch/protection.h"

#include "cpu/arch/configuration.h"
#include "cpu/arch/interruption.h"

#define TEID_STORE BIT64(53)
#define TEID_FETCH BIT64(52)

/* Bits 56, 60 and 61 name the kind of protection (enhanced suppression on protection 2).
   Without that facility bit 61 is zero for key and low-address protection, which bits 56 and
   60 then do not tell apart. */
static const struct {
    uint64_t bits, bits_before;
} kinds[] = {
    [PROTECTION_LOW_ADDRESS] = {BIT64(56), 0},
    [PROTECTION_KEY] = {BIT64(60), 0},
    [PROTECTION_ACCESS_LIST] = {BIT64(60) | BIT64(61), BIT64(60) | BIT64(61)},
    [PROTECTION_DAT] = {BIT64(61), BIT64(61)},
    [PROTECTION_NO_EXECUTE] = {BIT64(56) | BIT64(61), BIT64(56) | BIT64(61)},
};

static uint64_t teid_base(const struct vcpu *cpu, const struct address_space *space,
                          uint64_t address, enum access_type type)
{
    uint64_t teid = (address & STORAGE_PAGE_MASK) | (space->mode >> SPACE_ROLE_SHIFT & 3);

    if (facility_installed(cpu, FACILITY_ACCESS_EXCEPTION_FETCH_STORE))
        teid |= type == ACCESS_STORE ? TEID_STORE : TEID_FETCH;
    return teid;
}

void protection_raise(struct vcpu *cpu, const struct address_space *space, uint64_t address,
                      enum protection_kind kind, enum access_type type)
{
    const uint64_t bits = facility_installed(cpu, FACILITY_SIDE_EFFECT_ACCESS)
                              ? kinds[kind].bits
                              : kinds[kind].bits_before;

    program_interruption_teid(cpu, PGM_PROTECTION, teid_base(cpu, space, address, type) | bits,
                              address_space_register(space));
}

void protection_raise_translation(struct vcpu *cpu, const struct address_space *space,
                                  uint64_t address, unsigned code, enum access_type type)
{
    if (code == PGM_ADDRESSING || code == PGM_TRANSLATION_SPECIFICATION)
        program_interruption(cpu, (enum program_code)code);
    program_interruption_teid(cpu, (enum program_code)code, teid_base(cpu, space, address, type),
                              address_space_register(space));
}
