/* Whole frames of storage (PoP chapter 10): PERFORM FRAME MANAGEMENT FUNCTION, TEST BLOCK. */
#include <string.h>

#include "cpu/arch/access.h"
#include "cpu/arch/configuration.h"
#include "cpu/arch/control.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/prefix.h"
#include "cpu/arch/protection.h"
#include "cpu/arch/purge.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/control/storage_key.h"

/* The first operand of PFMF. */
#define PFMF_RESERVED     (BITS64(32, 45) | BIT64(55) | BIT64(63))
#define PFMF_SET_KEY      BIT64(46)
#define PFMF_CLEAR        BIT64(47)
#define PFMF_NONQUIESCING BIT64(52)

enum frame_size_code {
    FRAME_4K = 0,
    FRAME_1M = 1,
    FRAME_2G = 2,
};

/* Low-address protection of a real address, as for a store that begins there. */
static void check_low_address(struct vcpu *cpu, uint64_t real)
{
    if (cpu->state.cr[0] & CR0_LOW_ADDRESS_PROTECTION && protection_low_address(real))
        protection_raise(cpu, address_space_real(cpu, 0), real, PROTECTION_LOW_ADDRESS,
                         ACCESS_STORE);
}

/* Neither key-controlled nor DAT protection applies. */
static void clear_block(struct vcpu *cpu, abs_addr block)
{
    uint8_t *host;

    if (!storage_contains(cpu->storage, block, STORAGE_PAGE_SIZE))
        program_interruption(cpu, PGM_ADDRESSING);
    host = storage_host(cpu->storage, block);
    storage_key_record(cpu->storage, block, true);
    memset(host, 0, STORAGE_PAGE_SIZE);
    access_stored(cpu, host, STORAGE_PAGE_SIZE);
}

/* Blocks from BLOCK up to END: all configured, or none. */
static void manage_blocks(struct vcpu *cpu, uint64_t control, uint64_t block, uint64_t end)
{
    bool changed = false;
    unsigned mask = 0;

    if (facility_installed(cpu, FACILITY_CONDITIONAL_SSKE))
        mask = (unsigned)(control >> 8) & (SSKE_REFERENCE_UPDATE | SSKE_CHANGE_UPDATE);
    storage_key_operand(cpu, (abs_addr){block});
    for (; block != end; block += STORAGE_PAGE_SIZE) {
        uint8_t key = (uint8_t)(control & STORAGE_KEY_ALL), old;

        if (control & PFMF_CLEAR)
            clear_block(cpu, (abs_addr){block});
        if (control & PFMF_SET_KEY &&
            storage_key_replace(cpu, (abs_addr){block}, key, mask, &old) && old != key)
            changed = true;
    }
    if (changed)
        purge_everywhere(cpu, PURGE_ALL, 0);
}

/*
 * From the block in R2 to the next boundary of SIZE, R2 following. An operation on 2 GiB is
 * interruptible: after each MiB the CPU looks up. Storage ends at a multiple of 1 MiB.
 */
static void manage_frames(struct vcpu *cpu, const struct insn *insn, uint64_t size)
{
    uint64_t block = gr_address(cpu, insn->r2) & STORAGE_PAGE_MASK;
    uint64_t end = (block | (size - 1)) + 1, pause = (block | (STORAGE_INCREMENT - 1)) + 1;

    manage_blocks(cpu, gr64(cpu, insn->r1), block, pause);
    gr_address_set(cpu, insn->r2, address_wrap(cpu, pause));
    if (pause != end)
        insn_repeat(cpu, insn);
}

void insn_perform_frame_management_function(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t control = gr64(cpu, insn->r1);
    uint64_t address = gr_address(cpu, insn->r2) & STORAGE_PAGE_MASK;
    unsigned size = (unsigned)bits64_get(control, 49, 51);

    if (control & PFMF_RESERVED || size > FRAME_2G ||
        (control & PFMF_NONQUIESCING &&
         !facility_installed(cpu, FACILITY_NONQUIESCING_KEY_SETTING)) ||
        (size == FRAME_2G &&
         (!facility_installed(cpu, FACILITY_EDAT_2) || cpu->address_mask == UINT64_C(0xffffff))))
        specification_exception(cpu);
    if (control & PFMF_CLEAR)
        check_low_address(cpu, address);
    if (size == FRAME_4K) {
        abs_addr block = prefix_apply(cpu, (real_addr){address});

        manage_blocks(cpu, control, block.value, block.value + STORAGE_PAGE_SIZE);
    } else {
        manage_frames(cpu, insn, size == FRAME_1M ? STORAGE_INCREMENT : UINT64_C(1) << 31);
    }
}

/* Every configured block is usable: it is cleared, with condition code 0. */
void insn_test_block(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = gr_address(cpu, insn->r2) & STORAGE_PAGE_MASK;

    check_low_address(cpu, address);
    clear_block(cpu, prefix_apply(cpu, (real_addr){address}));
    gr64_set(cpu, 0, 0);
    cc_set(cpu, 0);
}
