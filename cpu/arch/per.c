/* PER events: see per.h. */
#include "cpu/arch/per.h"

#include "cpu/arch/control.h"
#include "cpu/arch/dat.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/psw.h"

bool per_enabled(const struct vcpu *cpu)
{
    return cpu->state.cr[9] & (CR9_BRANCH | CR9_INSTRUCTION_FETCH | CR9_STORAGE_ALTERATION);
}

/* The range may wrap: CR10 above CR11 means from CR10 round to CR11. */
static bool in_range(const struct vcpu *cpu, uint64_t first, uint64_t last)
{
    uint64_t from = address_wrap(cpu, cpu->state.cr[10]);
    uint64_t to = address_wrap(cpu, cpu->state.cr[11]);

    if (from <= to)
        return last >= from && first <= to;
    return last >= from || first <= to;
}

/* PER code, ATMID: PSW bits 31, 32, 5, 16, 17 and the ASCE of an alteration. */
static uint8_t atmid(const struct vcpu *cpu, unsigned asce)
{
    uint64_t mask = cpu->state.psw_mask;

    return (uint8_t)((mask & PSW_EXTENDED_ADDRESSING ? 0x80 : 0) | 0x40 |
                     (mask & PSW_BASIC_ADDRESSING ? 0x20 : 0) | (mask & PSW_DAT ? 0x10 : 0) |
                     (psw_space(cpu) << 2) | asce);
}

/* The nullification control means something with the instruction-fetching mask only. */
static bool fetch_event(struct vcpu *cpu, uint64_t address)
{
    if (!(cpu->state.cr[9] & CR9_INSTRUCTION_FETCH) || !in_range(cpu, address, address))
        return false;
    cpu->per.code |= PER_CODE_INSTRUCTION_FETCH;
    if (!(cpu->state.cr[9] & CR9_FETCH_NULLIFICATION))
        return false;
    cpu->per.code |= PER_CODE_FETCH_NULLIFICATION;
    return true;
}

bool per_instruction_fetch(struct vcpu *cpu, uint64_t address)
{
    /* Addressing and translation modes are those at the start of the instruction. */
    cpu->per = (struct per_event){.address = address, .atmid = atmid(cpu, 0)};
    return fetch_event(cpu, address);
}

void per_target_fetch(struct vcpu *cpu, uint64_t address, unsigned execute_length)
{
    if (!cpu->per_active || !fetch_event(cpu, address))
        return;
    cpu->program.psw_exact = true;
    cpu->program.ilc = (uint8_t)execute_length;
    cpu->state.psw_addr = cpu->per.address;
    program_interruption(cpu, PGM_PER);
}

void per_branch(struct vcpu *cpu, uint64_t address, uint64_t target)
{
    (void)address;
    if (!(cpu->state.cr[9] & CR9_BRANCH))
        return;
    if (cpu->state.cr[9] & CR9_BRANCH_ADDRESS && !in_range(cpu, target, target))
        return;
    cpu->per.code |= PER_CODE_BRANCH;
}

void per_storage_alteration(struct vcpu *cpu, const struct address_space *space, uint64_t address,
                            uint32_t length)
{
    uint64_t last;

    if (!cpu->per_active || !(cpu->state.cr[9] & CR9_STORAGE_ALTERATION) || !length)
        return;
    if (cpu->state.cr[9] & CR9_ALTERATION_SPACE && space->mode & SPACE_DAT &&
        !(space->asce & ASCE_STORAGE_ALTERATION))
        return;
    last = address_wrap(cpu, address + length - 1);
    if (address <= last ? !in_range(cpu, address, last)
                        : !in_range(cpu, address, UINT64_MAX) && !in_range(cpu, 0, last))
        return;
    cpu->per.code |= PER_CODE_STORAGE_ALTERATION;
    cpu->per.atmid = (uint8_t)((cpu->per.atmid & ~3u) | (space->mode >> SPACE_ROLE_SHIFT & 3));
    cpu->per.access_id = (uint8_t)address_space_register(space);
}

void per_store_real(struct vcpu *cpu)
{
    /* PoP chapter 4: the mask of this event works with that of storage alteration only. */
    const uint64_t masks = CR9_STORAGE_ALTERATION | CR9_STORE_REAL;

    if (cpu->per_active && (cpu->state.cr[9] & masks) == masks)
        cpu->per.code |= PER_CODE_STORE_REAL;
}

bool per_pending(const struct vcpu *cpu)
{
    return cpu->per.code;
}
