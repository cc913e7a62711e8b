/* BRANCH IN SUBSPACE GROUP and BRANCH AND SET AUTHORITY (PoP chapter 10), which work on the
   dispatchable-unit control table. */
#include "cpu/arch/access_register.h"
#include "cpu/arch/control_block.h"
#include "cpu/arch/dat.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/trace_table.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/control/transfer.h"

#define DUCT_SIZE 64u

/* The table, for storing; low-address protection applies. */
static uint8_t *prepare_duct(struct vcpu *cpu)
{
    return control_block_prepare(cpu, duct_origin(cpu), DUCT_SIZE);
}

/* The last subspace used, which ALET 1 means here. */
static struct aste last_subspace(struct vcpu *cpu, const uint8_t *duct, unsigned r)
{
    uint32_t origin = load_be32(duct + DUCT_SUBSPACE) & ASTE_ORIGIN;
    struct aste aste;

    if (!origin)
        special_operation_exception(cpu);
    aste = aste_fetch(cpu, origin);
    if (aste.word0 & ASTE_INVALID)
        program_interruption_access(cpu, PGM_ASTE_VALIDITY, r);
    if (aste.sequence != load_be32(duct + DUCT_SUBSPACE_SEQUENCE))
        program_interruption_access(cpu, PGM_ASTE_SEQUENCE, r);
    return aste;
}

/* The space of the group that ALET in access register R designates. */
static struct aste find_destination(struct vcpu *cpu, const uint8_t *duct, uint32_t alet,
                                    unsigned r)
{
    uint32_t base = load_be32(duct + DUCT_BASE_ASTE) & ASTE_ORIGIN;
    struct access_list_entry entry;
    unsigned code;

    if (alet == ALET_PRIMARY)
        return aste_fetch(cpu, base);
    if (alet == ALET_SECONDARY)
        return last_subspace(cpu, duct, r);
    code = access_list_translate(cpu, alet, 0, ACCESS_LIST_SPECIAL, &entry);
    if (code)
        program_interruption_access(cpu, (enum program_code)code, r);
    /* Else it must be a subspace, and not the base space of another group. */
    if (entry.aste.origin != base &&
        (!(entry.aste.asce & ASCE_SUBSPACE) || entry.aste.word0 & ASTE_BASE_SPACE))
        special_operation_exception(cpu);
    return entry.aste;
}

static void remember_destination(struct vcpu *cpu, uint8_t *duct, uint32_t alet,
                                 const struct aste *aste)
{
    uint32_t word = load_be32(duct + DUCT_SUBSPACE);
    bool to_base = aste->origin == (load_be32(duct + DUCT_BASE_ASTE) & ASTE_ORIGIN);

    if (alet == ALET_SECONDARY) {
        word |= DUCT_SUBSPACE_ACTIVE;
    } else if (to_base) {
        word &= ~DUCT_SUBSPACE_ACTIVE;
    } else {
        word = DUCT_SUBSPACE_ACTIVE | aste->origin;
        store_be32(duct + DUCT_SUBSPACE_SEQUENCE, aste->sequence);
    }
    store_be32(duct + DUCT_SUBSPACE, word);
    control_block_stored(cpu, duct, DUCT_SIZE);
}

/* The primary space, and with it the secondary one. */
static void load_space(struct vcpu *cpu, const struct aste *aste, bool to_base)
{
    const uint64_t kept = ASCE_STORAGE_ALTERATION | ASCE_SPACE_SWITCH;
    uint64_t *cr = cpu->state.cr;

    cr[1] = to_base ? aste->asce : (cr[1] & kept) | (aste->asce & ~kept);
    cr[7] = cr[1];
    cr[3] = (cr[3] & ~CR3_SECONDARY_ASN) | primary_asn(cpu);
    if (asn_reuse_enabled(cpu))
        cr[3] = with_high32(cr[3], high32(cr[4]));
}

void insn_branch_in_subspace_group(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t alet = insn->r2 ? cpu->state.ar[insn->r2] : ALET_PRIMARY, base;
    struct psw psw = psw_of_register(cpu, psw_mask(cpu), gr64(cpu, insn->r2));
    uint64_t link = next_with_mode(cpu, insn);
    struct trace trace = {.length = 0};
    struct aste aste;
    uint8_t *duct;

    if (!psw_dat(cpu))
        special_operation_exception(cpu);
    if (trace_asns(cpu))
        trace_branch_in_subspace_group(cpu, &trace, alet, psw.addr, psw.mask);
    else if (trace_branches(cpu))
        trace_branch(cpu, &trace, psw.addr, psw.mask);
    duct = prepare_duct(cpu);
    base = load_be32(duct + DUCT_BASE_ASTE) & ASTE_ORIGIN;
    if (primary_aste_origin(cpu) != base)
        special_operation_exception(cpu);
    aste = find_destination(cpu, duct, alet, insn->r2);
    trace_commit(cpu, &trace);
    remember_destination(cpu, duct, alet, &aste);
    load_space(cpu, &aste, aste.origin == base && alet != ALET_SECONDARY);
    if (insn->r1)
        gr_set_by_mode(cpu, insn->r1, link);
    transfer_to(cpu, insn, psw);
}

/* The authority word: PSW-key mask, PSW key in bits 24-27. */
#define DUCT_KEY               BITS32(24, 27)
#define DUCT_REDUCED_AUTHORITY BIT32(28)
#define DUCT_PROBLEM           BIT32(31)

/* From the base authority to the reduced authority that R1 gives. */
static void reduce_authority(struct vcpu *cpu, const struct insn *insn, uint8_t *duct)
{
    uint32_t given = gr32(cpu, insn->r1);
    unsigned key = given >> 4 & 0xf;
    uint64_t *cr3 = &cpu->state.cr[3], mask = psw_mask(cpu);
    struct trace trace = {.length = 0};
    struct psw psw;

    if (!insn->r2)
        special_operation_exception(cpu);
    mask = (mask & ~PSW_KEY) | (uint64_t)key << PSW_KEY_SHIFT | PSW_PROBLEM;
    psw = psw_of_register(cpu, mask, gr64(cpu, insn->r2));
    if (trace_branches(cpu))
        trace_branch(cpu, &trace, psw.addr, psw.mask);
    psw_key_mask_check(cpu, key);
    trace_commit(cpu, &trace);
    store_be32(duct + DUCT_AUTHORITY, (uint32_t)(*cr3 & CR3_PSW_KEY_MASK) | psw_key(cpu) << 4 |
                                          DUCT_REDUCED_AUTHORITY |
                                          (psw_problem_state(cpu) ? DUCT_PROBLEM : 0));
    store_be64(duct + DUCT_RETURN_ADDRESS, next_with_mode(cpu, insn));
    control_block_stored(cpu, duct, DUCT_SIZE);
    *cr3 &= ~CR3_PSW_KEY_MASK | (given & CR3_PSW_KEY_MASK);
    transfer_to(cpu, insn, psw);
}

/* The PSW of the base authority. In the basic modes its address has 31 bits whatever the
   mode; one that does not fit the 24-bit mode makes the PSW invalid. */
static struct psw base_psw(const struct vcpu *cpu, const uint8_t *duct)
{
    uint32_t word = load_be32(duct + DUCT_AUTHORITY);
    uint64_t address = load_be64(duct + DUCT_RETURN_ADDRESS), mask = psw_mask(cpu);

    mask &= ~(PSW_KEY | PSW_PROBLEM);
    mask |= (uint64_t)((word & DUCT_KEY) >> 4) << PSW_KEY_SHIFT;
    mask |= word & DUCT_PROBLEM ? PSW_PROBLEM : 0;
    if (in_64_bit_mode(cpu))
        return (struct psw){mask, address};
    mask = mask_with_mode(mask, address & BIT64(32) ? PSW_BASIC_ADDRESSING : 0);
    return (struct psw){mask, address & 0x7fffffff};
}

static void restore_authority(struct vcpu *cpu, const struct insn *insn, uint8_t *duct)
{
    uint32_t word = load_be32(duct + DUCT_AUTHORITY);
    uint64_t *cr3 = &cpu->state.cr[3], link = next_with_mode(cpu, insn);
    struct psw psw = base_psw(cpu, duct);
    struct trace trace = {.length = 0};

    if (insn->r2)
        special_operation_exception(cpu);
    if (trace_branches(cpu))
        trace_branch(cpu, &trace, psw.addr, psw.mask);
    trace_commit(cpu, &trace);
    store_be32(duct + DUCT_AUTHORITY, word & ~DUCT_REDUCED_AUTHORITY);
    control_block_stored(cpu, duct, DUCT_SIZE);
    if (insn->r1)
        gr_set_by_mode(cpu, insn->r1, link);
    *cr3 = (*cr3 & ~CR3_PSW_KEY_MASK) | (word & CR3_PSW_KEY_MASK);
    transfer_to(cpu, insn, psw);
    if (!psw_valid(cpu, psw))
        psw_early_exception(cpu, 0);
}

void insn_branch_and_set_authority(struct vcpu *cpu, const struct insn *insn)
{
    uint8_t *duct = prepare_duct(cpu);

    if (load_be32(duct + DUCT_AUTHORITY) & DUCT_REDUCED_AUTHORITY)
        restore_authority(cpu, insn, duct);
    else
        reduce_authority(cpu, insn, duct);
}
