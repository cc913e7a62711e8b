/*
 * Storage keys (PoP chapter 10): ISKE, IVSK, SSKE, RRBE, RRBM, IRBM, and TPROT, which tells
 * what they and the other protections permit.
 */
#include "cpu/isa/semantics/control/storage_key.h"

#include "cpu/arch/access_register.h"
#include "cpu/arch/configuration.h"
#include "cpu/arch/control.h"
#include "cpu/arch/dat.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/prefix.h"
#include "cpu/arch/protection.h"
#include "cpu/arch/psw.h"
#include "cpu/arch/purge.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/control/translation.h"

#define BLOCKS_MULTIPLE 64u /* of RRBM and IRBM */

_Atomic uint8_t *storage_key_operand(struct vcpu *cpu, abs_addr block)
{
    if (!storage_contains(cpu->storage, block, STORAGE_PAGE_SIZE))
        program_interruption(cpu, PGM_ADDRESSING);
    return storage_key_at(cpu->storage, block);
}

static void key_changed(struct vcpu *cpu, abs_addr block)
{
    purge_everywhere(cpu, PURGE_ABSOLUTE, block.value);
}

/* The 4 KiB block that R2 designates by a real address. */
static abs_addr real_block(const struct vcpu *cpu, const struct insn *insn)
{
    real_addr real = {gr_address(cpu, insn->r2) & STORAGE_PAGE_MASK};

    return prefix_apply(cpu, real);
}

void insn_insert_storage_key_extended(struct vcpu *cpu, const struct insn *insn)
{
    uint8_t key = atomic_load(storage_key_operand(cpu, real_block(cpu, insn)));

    gr64_set(cpu, insn->r1, (gr64(cpu, insn->r1) & ~UINT64_C(0xff)) | key);
}

/* Only the access-control and fetch-protection bits are inserted. */
void insn_insert_virtual_storage_key(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = gr_address(cpu, insn->r2);
    struct translation t;
    uint8_t key;

    if (!psw_dat(cpu))
        special_operation_exception(cpu);
    psw_extraction_check(cpu);
    t = translation_of_operand(cpu, insn->r2, address);
    if (t.exception)
        protection_raise_translation(cpu, translation_space(cpu, insn->r2), address, t.exception,
                                     ACCESS_FETCH);
    key = atomic_load(storage_key_operand(cpu, translation_absolute(cpu, &t)));
    if (t.acc_valid)
        key = t.acc;
    key &= STORAGE_KEY_ACC | STORAGE_KEY_FETCH;
    gr64_set(cpu, insn->r1, (gr64(cpu, insn->r1) & ~UINT64_C(0xff)) | key);
}

bool storage_key_replace(struct vcpu *cpu, abs_addr block, uint8_t key, unsigned mask, uint8_t *old)
{
    _Atomic uint8_t *at = storage_key_operand(cpu, block);
    uint8_t compared = STORAGE_KEY_ACC | STORAGE_KEY_FETCH;

    *old = atomic_load(at);
    if (mask & (SSKE_REFERENCE_UPDATE | SSKE_CHANGE_UPDATE)) {
        if (!(mask & SSKE_REFERENCE_UPDATE))
            compared |= STORAGE_KEY_REFERENCE;
        if (!(mask & SSKE_CHANGE_UPDATE))
            compared |= STORAGE_KEY_CHANGE;
        if (((*old ^ key) & compared) == 0)
            return false;
    }
    atomic_store(at, key);
    return true;
}

/* M3 bits of facilities that are not installed are ignored. */
static unsigned set_key_mask(const struct vcpu *cpu, unsigned m3)
{
    if (!facility_installed(cpu, FACILITY_EDAT_1))
        m3 &= ~SSKE_MULTIPLE_BLOCK;
    if (!facility_installed(cpu, FACILITY_CONDITIONAL_SSKE))
        m3 &= ~(SSKE_REFERENCE_UPDATE | SSKE_CHANGE_UPDATE);
    return m3;
}

static void set_one_key(struct vcpu *cpu, const struct insn *insn, uint8_t key, unsigned mask)
{
    uint8_t old;
    abs_addr block = real_block(cpu, insn);
    bool set = storage_key_replace(cpu, block, key, mask, &old);

    if (set && old != key)
        key_changed(cpu, block);
    if (!(mask & (SSKE_REFERENCE_UPDATE | SSKE_CHANGE_UPDATE)))
        return;
    gr64_set(cpu, insn->r1, (gr64(cpu, insn->r1) & ~UINT64_C(0xff00)) | (uint64_t)old << 8);
    cc_set(cpu, set ? 1 : 0);
}

/* With the multiple-block control, R2 is an absolute address, and all blocks from it up to
   the next 1 MiB boundary are done, R2 following. */
static void set_many_keys(struct vcpu *cpu, const struct insn *insn, uint8_t key, unsigned mask)
{
    uint64_t block = gr_address(cpu, insn->r2) & STORAGE_PAGE_MASK;
    uint64_t end = (block | (STORAGE_INCREMENT - 1)) + 1;
    bool changed = false;

    /* Storage ends at a multiple of 1 MiB: all of the blocks are configured or none is. */
    storage_key_operand(cpu, (abs_addr){block});
    for (; block != end; block += STORAGE_PAGE_SIZE) {
        uint8_t old;

        if (storage_key_replace(cpu, (abs_addr){block}, key, mask, &old) && old != key)
            changed = true;
    }
    if (changed)
        purge_everywhere(cpu, PURGE_ALL, 0);
    gr_address_set(cpu, insn->r2,
                   address_wrap(cpu, end) | (gr64(cpu, insn->r2) & ~STORAGE_PAGE_MASK));
    if (mask & (SSKE_REFERENCE_UPDATE | SSKE_CHANGE_UPDATE))
        cc_set(cpu, 3);
}

void insn_set_storage_key_extended(struct vcpu *cpu, const struct insn *insn)
{
    unsigned mask = set_key_mask(cpu, insn->m3);
    uint8_t key = (uint8_t)(gr32(cpu, insn->r1) & STORAGE_KEY_ALL);

    if (mask & SSKE_MULTIPLE_BLOCK)
        set_many_keys(cpu, insn, key, mask);
    else
        set_one_key(cpu, insn, key, mask);
}

void insn_reset_reference_bit_extended(struct vcpu *cpu, const struct insn *insn)
{
    abs_addr block = real_block(cpu, insn);
    uint8_t old =
        atomic_fetch_and(storage_key_operand(cpu, block), (uint8_t)~STORAGE_KEY_REFERENCE);

    if (old & STORAGE_KEY_REFERENCE)
        key_changed(cpu, block);
    cc_set(cpu, (old & (STORAGE_KEY_REFERENCE | STORAGE_KEY_CHANGE)) >> 1);
}

/* Absolute blocks from a 256 KiB boundary on; the leftmost bit is the first block's. */
static abs_addr first_of_many(struct vcpu *cpu, const struct insn *insn)
{
    abs_addr first = {gr_address(cpu, insn->r2) & ~UINT64_C(0x3ffff)};

    if (!storage_contains(cpu->storage, first, BLOCKS_MULTIPLE * STORAGE_PAGE_SIZE))
        program_interruption(cpu, PGM_ADDRESSING);
    return first;
}

void insn_reset_reference_bits_multiple(struct vcpu *cpu, const struct insn *insn)
{
    abs_addr first = first_of_many(cpu, insn);
    uint64_t bits = 0;

    for (unsigned i = 0; i < BLOCKS_MULTIPLE; i++) {
        abs_addr block = {first.value + i * STORAGE_PAGE_SIZE};
        uint8_t old =
            atomic_fetch_and(storage_key_at(cpu->storage, block), (uint8_t)~STORAGE_KEY_REFERENCE);

        if (old & STORAGE_KEY_REFERENCE)
            bits |= BIT64(i);
    }
    if (bits)
        purge_everywhere(cpu, PURGE_ALL, 0);
    gr64_set(cpu, insn->r1, bits);
}

void insn_insert_reference_bits_multiple(struct vcpu *cpu, const struct insn *insn)
{
    abs_addr first = first_of_many(cpu, insn);
    uint64_t bits = 0;

    for (unsigned i = 0; i < BLOCKS_MULTIPLE; i++) {
        abs_addr block = {first.value + i * STORAGE_PAGE_SIZE};

        if (atomic_load(storage_key_at(cpu->storage, block)) & STORAGE_KEY_REFERENCE)
            bits |= BIT64(i);
    }
    gr64_set(cpu, insn->r1, bits);
}

/* Condition code of TEST PROTECTION for a location that translated. */
static unsigned permitted(struct vcpu *cpu, const struct address_space *space, uint64_t address,
                          const struct translation *t, unsigned key)
{
    abs_addr absolute = translation_absolute(cpu, t);
    uint8_t storage_key =
        atomic_load(storage_key_operand(cpu, (abs_addr){absolute.value & STORAGE_PAGE_MASK}));
    bool fetch, store;

    if (t->acc_valid)
        storage_key = t->acc;
    fetch = protection_key_permits(storage_key, key, false) ||
            (space->mode & SPACE_FETCH_OVERRIDE && address < 2048);
    store = protection_key_permits(storage_key, key, true);
    if (space->mode & SPACE_STORAGE_OVERRIDE && (storage_key & STORAGE_KEY_ACC) == 0x90)
        fetch = store = true;
    if (t->protected || space->mode & SPACE_FETCH_ONLY ||
        (space->mode & SPACE_LOW_ADDRESS_PROTECTION && protection_low_address(address)))
        store = false;
    return !fetch ? 2 : store ? 0 : 1;
}

void insn_test_protection(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = operand_address1(cpu, insn);
    unsigned key = (unsigned)(operand_address2(cpu, insn) >> 4) & 0xf;
    struct address_space *space;
    struct translation t = {.real = {address}};

    if (cpu->access_register_mode && access_register_translate(cpu, insn->b1).exception) {
        cc_set(cpu, 3);
        return;
    }
    space = operand_space(cpu, insn->b1);
    if (psw_dat(cpu)) {
        t = dat_translate(cpu, space->asce, address);
        if (t.exception == PGM_ADDRESSING || t.exception == PGM_TRANSLATION_SPECIFICATION)
            program_interruption(cpu, (enum program_code)t.exception);
        if (t.exception) {
            cc_set(cpu, 3);
            return;
        }
    }
    cc_set(cpu, permitted(cpu, space, address, &t, key));
}
