/*
 * PROGRAM CALL (PoP chapter 10; the tables: chapter 5, "PC-Number Translation"): basic and
 * stacking, to the current primary space and with space switching.
 */
#include "cpu/arch/asn.h"
#include "cpu/arch/control_block.h"
#include "cpu/arch/dat.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/linkage_stack.h"
#include "cpu/arch/per.h"
#include "cpu/arch/space_switch.h"
#include "cpu/arch/trace_table.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/control/transfer.h"

/* The PC number in the operand address. */
#define NUMBER_20        BITS32(12, 31)
#define NUMBER_LONG      BIT32(12) /* bit 44: bits 32-43 are part of the number */
#define NUMBER_HIGH      BITS32(0, 11)
#define NUMBER_WITHOUT_L BITS32(13, 31)

/* Linkage-table, linkage-first-table and linkage-second-table designations and entries. */
#define LINKAGE_VALID      BIT32(0) /* subsystem-linkage control of the designation */
#define LINKAGE_INVALID    BIT32(0) /* of an entry */
#define LT_ORIGIN          BITS32(1, 24)
#define LT_LENGTH          BITS32(25, 31)
#define LFT_ORIGIN         BITS32(1, 23)
#define LFT_LENGTH         BITS32(24, 31)
#define LST_ORIGIN         BITS32(1, 23)
#define ENTRY_TABLE_ORIGIN BITS32(1, 25)
#define ENTRY_TABLE_LENGTH BITS32(26, 31)

/* Word 4 of an entry-table entry. */
#define ETE_STACKING  BIT32(0)
#define ETE_64_BIT    BIT32(1)
#define ETE_KEY       BIT32(3) /* bits 8-11 are the new PSW key */
#define ETE_MASK      BIT32(4) /* the entry key mask replaces the PSW-key mask */
#define ETE_AUTHORITY BIT32(5) /* bits 16-31 are the new extended authorization index */
#define ETE_AR_MODE   BIT32(6)
#define ETE_SECONDARY BIT32(7) /* secondary space: the new primary one */

struct call {
    uint32_t number;         /* up to 31 bits */
    uint32_t identification; /* what exceptions store for it */
    uint32_t ete[8];
    struct aste aste; /* of the new primary space, where it switches */
    uint64_t asce;
    uint16_t asn; /* 0: to current primary */
};

static bool is_stacking(const struct call *call)
{
    return call->ete[4] & ETE_STACKING;
}

static struct call call_of_operand(const struct vcpu *cpu, const struct insn *insn)
{
    uint32_t operand = (uint32_t)operand_address2(cpu, insn);
    struct call call = {.number = operand & NUMBER_20};

    call.identification = call.number;
    if (asn_reuse_enabled(cpu) && operand & NUMBER_LONG) {
        call.number = (operand & NUMBER_HIGH) >> 1 | (operand & NUMBER_WITHOUT_L);
        call.identification = operand;
    }
    return call;
}

static _Noreturn void raise(struct vcpu *cpu, const struct call *call, enum program_code code)
{
    program_interruption_asn(cpu, code, call->identification);
}

/* The entry-table designation by the 12-bit linkage index. */
static uint32_t look_up_linkage(struct vcpu *cpu, const struct call *call, uint32_t designation)
{
    uint32_t index = call->number >> 8, entry;

    if (index >> 5 > (designation & LT_LENGTH))
        raise(cpu, call, PGM_LX_TRANSLATION);
    entry = control_block_fetch32(cpu, ((designation & LT_ORIGIN) + index * 4ull) &
                                           CONTROL_BLOCK_ADDRESS);
    if (entry & LINKAGE_INVALID)
        raise(cpu, call, PGM_LX_TRANSLATION);
    return entry;
}

/* The same in two steps, with the sequence number in bits 0-31 of general register 15. */
static uint32_t look_up_linkage_twice(struct vcpu *cpu, const struct call *call,
                                      uint32_t designation)
{
    uint32_t first = call->number >> 13, second = call->number >> 8 & 0x1f, entry, sequence;
    uint64_t address;

    /* A 20-bit number needs no more than the first 64 entries, which are always there. */
    if (call->identification & NUMBER_LONG && first >> 6 > (designation & LFT_LENGTH))
        raise(cpu, call, PGM_LFX_TRANSLATION);
    entry = control_block_fetch32(cpu, ((designation & LFT_ORIGIN) + first * 4ull) &
                                           CONTROL_BLOCK_ADDRESS);
    if (entry & LINKAGE_INVALID)
        raise(cpu, call, PGM_LFX_TRANSLATION);
    address = ((entry & LST_ORIGIN) + second * 8ull) & CONTROL_BLOCK_ADDRESS;
    entry = control_block_fetch32(cpu, address);
    if (entry & LINKAGE_INVALID)
        raise(cpu, call, PGM_LSX_TRANSLATION);
    sequence = control_block_fetch32(cpu, address + 4);
    if (sequence && sequence != gr_high(cpu, 15))
        raise(cpu, call, PGM_LSTE_SEQUENCE);
    return entry;
}

static void fetch_entry(struct vcpu *cpu, struct call *call)
{
    uint32_t designation =
        control_block_fetch32(cpu, primary_aste_origin(cpu) + ASTE_LINKAGE_TABLE);
    uint32_t index = call->number & 0xff, table;
    uint64_t address;

    if (!(designation & LINKAGE_VALID))
        special_operation_exception(cpu);
    table = asn_reuse_enabled(cpu) ? look_up_linkage_twice(cpu, call, designation)
                                   : look_up_linkage(cpu, call, designation);
    if (index >> 2 > (table & ENTRY_TABLE_LENGTH))
        raise(cpu, call, PGM_EX_TRANSLATION);
    address = ((table & ENTRY_TABLE_ORIGIN) + index * 32ull) & CONTROL_BLOCK_ADDRESS;
    for (unsigned i = 0; i < 8; i++)
        call->ete[i] = control_block_fetch32(cpu, address + i * 4);
}

/* Addressing-mode bits of the PSW that the entry asks for. */
static uint64_t entry_mode(const struct call *call)
{
    if (call->ete[4] & ETE_64_BIT)
        return PSW_MODE;
    return call->ete[1] & BIT32(0) ? PSW_BASIC_ADDRESSING : 0;
}

static uint64_t entry_address(const struct call *call)
{
    if (call->ete[4] & ETE_64_BIT)
        return (uint64_t)call->ete[0] << 32 | (call->ete[1] & ~BIT32(31));
    return call->ete[1] & BITS32(1, 30);
}

/* Whether the caller may use the entry in the way it does. */
static void check_entry(struct vcpu *cpu, const struct call *call)
{
    bool changes_mode = (entry_mode(call) ^ cpu->state.psw_mask) & PSW_EXTENDED_ADDRESSING;
    uint32_t key_mask = (uint32_t)cpu->state.cr[3];

    if (!is_stacking(call) && (cpu->access_register_mode || changes_mode))
        special_operation_exception(cpu);
    if (!entry_mode(call) && entry_address(call) > 0xffffff)
        program_interruption(cpu, PGM_PC_TRANSLATION_SPECIFICATION);
    if (psw_problem_state(cpu) && !(key_mask & call->ete[2] & BITS32(0, 15)))
        program_interruption(cpu, PGM_PRIVILEGED_OPERATION);
}

static void find_space(struct vcpu *cpu, struct call *call)
{
    call->asn = (uint16_t)call->ete[2];
    call->asce = cpu->state.cr[1];
    if (!call->asn)
        return;
    if (!(cpu->state.cr[14] & CR14_ASN_TRANSLATION))
        special_operation_exception(cpu);
    call->aste = aste_fetch(cpu, call->ete[5] & ASTE_ORIGIN);
    if (call->aste.word0 & ASTE_INVALID)
        program_interruption_asn(cpu, PGM_ASX_TRANSLATION, call->asn);
    call->asce = subspace_replace_or_raise(cpu, &call->aste);
}

static void trace_call(struct vcpu *cpu, const struct insn *insn, const struct call *call,
                       struct trace *trace)
{
    uint64_t next = insn_next(cpu, insn);
    bool changes_mode = (entry_mode(call) ^ cpu->state.psw_mask) & PSW_EXTENDED_ADDRESSING;

    if (trace_asns(cpu))
        trace_program_call(cpu, trace, call->identification, next, entry_mode(call));
    if (trace_modes(cpu) && changes_mode)
        trace_mode_switch(cpu, trace, next);
}

/* The linkage information of a basic call: general registers 14 and 3. */
static void save_in_registers(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t key_mask = (uint32_t)(cpu->state.cr[3] & CR3_PSW_KEY_MASK);

    gr_set_by_mode(cpu, 14, next_with_mode(cpu, insn) | psw_problem_state(cpu));
    gr32_set(cpu, 3, key_mask | primary_asn(cpu));
    if (asn_reuse_enabled(cpu))
        gr_high_set(cpu, 3, high32(cpu->state.cr[4]));
}

/* Called-space identification, then the PC number with the new 64-bit mode in its bit 0. */
static uint64_t stack_target(const struct vcpu *cpu, const struct call *call)
{
    uint32_t space = 0, number = call->number | (call->ete[4] & ETE_64_BIT ? BIT32(0) : 0);

    if (call->asn)
        space = (uint32_t)call->asn << 16 |
                (uint16_t)(asn_reuse_enabled(cpu) ? call->aste.instance : call->aste.sequence);
    return (uint64_t)space << 32 | number;
}

/* The old primary space becomes the secondary one, or the new one does. */
static void switch_space(struct vcpu *cpu, const struct call *call)
{
    uint64_t *cr = cpu->state.cr;
    const uint64_t asn = CR3_SECONDARY_ASN | (asn_reuse_enabled(cpu) ? CR3_SECONDARY_INSTANCE : 0);

    cr[3] = (cr[3] & ~asn) | (cr[4] & asn);
    cr[7] = cr[1];
    if (!call->asn)
        return;
    cr[4] = (uint64_t)(asn_reuse_enabled(cpu) ? call->aste.instance : high32(cr[4])) << 32 |
            (call->aste.word1 & ASTE_AUTHORIZATION) | call->asn;
    cr[1] = call->asce;
    cr[5] = with_low32(cr[5], call->aste.origin);
    if (is_stacking(call) && call->ete[4] & ETE_SECONDARY) {
        cr[3] = (cr[3] & ~asn) | (cr[4] & asn);
        cr[7] = cr[1];
    }
}

/* What the entry says of keys and authorities; returns the new PSW. */
static struct psw enter(struct vcpu *cpu, const struct call *call)
{
    uint64_t *cr = cpu->state.cr, mask = mask_with_mode(psw_mask(cpu), entry_mode(call));
    uint32_t word = call->ete[4];

    mask = (mask & ~PSW_PROBLEM) | (call->ete[1] & BIT32(31) ? PSW_PROBLEM : 0);
    if (is_stacking(call)) {
        if (word & ETE_KEY)
            mask = (mask & ~PSW_KEY) | (uint64_t)(word >> 20 & 0xf) << PSW_KEY_SHIFT;
        if (word & ETE_MASK)
            cr[3] &= ~CR3_PSW_KEY_MASK;
        if (word & ETE_AUTHORITY)
            cr[8] = (cr[8] & ~CR8_EXTENDED_AUTHORIZATION_INDEX) | (word & 0xffffull) << 16;
        mask = mask_with_space(mask,
                               word & ETE_AR_MODE ? PSW_SPACE_ACCESS_REGISTER : PSW_SPACE_PRIMARY);
    }
    cr[3] |= call->ete[3] & BITS32(0, 15);
    return (struct psw){mask, entry_address(call)};
}

/* General register 4. */
static void pass_parameter(struct vcpu *cpu, const struct call *call)
{
    gr32_set(cpu, 4, call->ete[7]);
    if (call->ete[4] & ETE_64_BIT)
        gr_high_set(cpu, 4, call->ete[6]);
}

void insn_program_call(struct vcpu *cpu, const struct insn *insn)
{
    struct call call = call_of_operand(cpu, insn);
    uint64_t old_asce = cpu->state.cr[1], next = insn_next(cpu, insn);
    uint16_t old_asn = primary_asn(cpu);
    struct trace trace = {.length = 0};
    struct stack_push push;
    struct psw psw;

    if (!psw_dat(cpu) || psw_space(cpu) > PSW_SPACE_ACCESS_REGISTER)
        special_operation_exception(cpu);
    fetch_entry(cpu, &call);
    check_entry(cpu, &call);
    find_space(cpu, &call);
    trace_call(cpu, insn, &call, &trace);
    if (is_stacking(&call)) {
        linkage_stack_prepare(cpu, &push);
        linkage_stack_push(cpu, &push, STACK_PROGRAM_CALL, (struct psw){psw_mask(cpu), next},
                           stack_target(cpu, &call));
    } else {
        save_in_registers(cpu, insn);
    }
    trace_commit(cpu, &trace);
    psw = enter(cpu, &call);
    switch_space(cpu, &call);
    pass_parameter(cpu, &call);
    transfer_to(cpu, insn, psw);
    if (call.asn)
        space_switch_finish(cpu, insn->length, old_asn, old_asce);
}
