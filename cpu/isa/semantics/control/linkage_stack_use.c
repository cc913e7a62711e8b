/* BRANCH AND STACK, and the instructions that read and change the current state entry of the
   linkage stack (PoP chapter 10): EREG, EREGG, ESTA, MSTA. */
#include "cpu/arch/asn.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/linkage_stack.h"
#include "cpu/arch/trace_table.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/control/transfer.h"

/* The PSW to return to: register R1 says with its bit 63 that the address is one of 64 bits,
   else with bit 32 that it has 31. */
static struct psw return_psw(const struct vcpu *cpu, const struct insn *insn)
{
    uint64_t mask = psw_mask(cpu), value = gr64(cpu, insn->r1);

    if (insn->r1 == 0)
        return (struct psw){mask, insn_next(cpu, insn)};
    if (value & 1)
        return (struct psw){mask_with_mode(mask, PSW_MODE), value & ~UINT64_C(1)};
    if (value & BIT64(32))
        return (struct psw){mask_with_mode(mask, PSW_BASIC_ADDRESSING), value & 0x7fffffff};
    return (struct psw){mask_with_mode(mask, 0), value & 0xffffff};
}

void insn_branch_and_stack(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t target = insn->r2 ? gr_address(cpu, insn->r2) : insn_next(cpu, insn);
    uint64_t mode = cpu->state.psw_mask & PSW_MODE;
    struct trace trace = {.length = 0};
    struct stack_push push;

    if (!psw_dat(cpu) || psw_space(cpu) > PSW_SPACE_ACCESS_REGISTER)
        special_operation_exception(cpu);
    if (insn->r2 && trace_branches(cpu))
        trace_branch(cpu, &trace, target, mode);
    linkage_stack_prepare(cpu, &push);
    linkage_stack_push(cpu, &push, STACK_BRANCH, return_psw(cpu, insn),
                       target | (mode == PSW_MODE               ? 1
                                 : mode == PSW_BASIC_ADDRESSING ? BIT64(32)
                                                                : 0));
    trace_commit(cpu, &trace);
    if (insn->r2)
        branch_to(cpu, insn, target);
}

/* The modes in which the current entry may be looked at. */
static void check_mode(struct vcpu *cpu)
{
    if (!psw_dat(cpu) || psw_space(cpu) == PSW_SPACE_SECONDARY)
        special_operation_exception(cpu);
}

/* General and access registers R1 to R2, which may wrap; all is fetched before any changes. */
static void extract_registers(struct vcpu *cpu, const struct insn *insn, bool wide)
{
    unsigned n = ((unsigned)(insn->r2 - insn->r1) & 15) + 1;
    struct stack_entry entry;
    uint64_t gr[16];
    uint32_t ar[16];

    check_mode(cpu);
    entry = linkage_stack_current(cpu, false);
    for (unsigned i = 0; i < n; i++) {
        unsigned r = (insn->r1 + i) & 15;

        gr[i] = linkage_stack_fetch64(cpu, &entry, STACK_GR + r * 8);
        ar[i] = linkage_stack_fetch32(cpu, &entry, STACK_AR + r * 4);
    }
    for (unsigned i = 0; i < n; i++) {
        unsigned r = (insn->r1 + i) & 15;

        if (wide)
            gr64_set(cpu, r, gr[i]);
        else
            gr32_set(cpu, r, (uint32_t)gr[i]);
        cpu->state.ar[r] = ar[i];
    }
}

void insn_extract_stacked_registers_32(struct vcpu *cpu, const struct insn *insn)
{
    extract_registers(cpu, insn, false);
}

void insn_extract_stacked_registers_64(struct vcpu *cpu, const struct insn *insn)
{
    extract_registers(cpu, insn, true);
}

/* Codes of EXTRACT STACKED STATE. */
enum extraction {
    EXTRACT_AUTHORITY = 0,
    EXTRACT_SHORT_PSW = 1,
    EXTRACT_TARGET = 2,
    EXTRACT_MODIFIABLE = 3,
    EXTRACT_PSW = 4,
    EXTRACT_INSTANCES = 5,
};

/* The PSW in 64 bits, as LPSW takes it; its bit 63 says that the address has more than 31. */
static uint64_t short_psw(uint64_t mask, uint64_t address)
{
    return (mask & BITS64(0, 32)) | PSW_BIT_12 | (address & 0x7fffffff) | (address > 0x7fffffff);
}

static uint64_t extracted_words(struct vcpu *cpu, const struct stack_entry *entry,
                                enum extraction code)
{
    static const uint8_t offset[] = {
        [EXTRACT_AUTHORITY] = STACK_AUTHORITY,
        [EXTRACT_TARGET] = STACK_TARGET,
        [EXTRACT_MODIFIABLE] = STACK_MODIFIABLE,
        [EXTRACT_INSTANCES] = STACK_INSTANCES,
    };

    if (code == EXTRACT_SHORT_PSW)
        return short_psw(linkage_stack_fetch64(cpu, entry, STACK_PSW_MASK),
                         linkage_stack_fetch64(cpu, entry, STACK_PSW_ADDRESS));
    return linkage_stack_fetch64(cpu, entry, offset[code]);
}

void insn_extract_stacked_state(struct vcpu *cpu, const struct insn *insn)
{
    unsigned code = gr32(cpu, insn->r2) & 0xff, last = EXTRACT_PSW, r = insn->r1;
    struct stack_entry entry;
    uint64_t left, right;

    if (facility_installed(cpu, FACILITY_ASN_AND_LX_REUSE))
        last = EXTRACT_INSTANCES;
    check_mode(cpu);
    if (code > last)
        specification_exception(cpu);
    entry = linkage_stack_current(cpu, false);
    if (code == EXTRACT_PSW) {
        left = linkage_stack_fetch64(cpu, &entry, STACK_PSW_MASK);
        right = linkage_stack_fetch64(cpu, &entry, STACK_PSW_ADDRESS);
        gr64_set(cpu, r, left);
        gr64_set(cpu, r + 1, right);
    } else {
        left = extracted_words(cpu, &entry, (enum extraction)code);
        if (code == EXTRACT_INSTANCES) {
            gr_high_set(cpu, r, high32(left));
            gr_high_set(cpu, r + 1, low32(left));
        } else {
            gr32_set(cpu, r, high32(left));
            gr32_set(cpu, r + 1, low32(left));
        }
    }
    cc_set(cpu, entry.type == STACK_PROGRAM_CALL);
}

void insn_modify_stacked_state(struct vcpu *cpu, const struct insn *insn)
{
    struct stack_entry entry;

    check_mode(cpu);
    entry = linkage_stack_current(cpu, false);
    access_store64(cpu, address_space_home(cpu, 0), entry.address + STACK_MODIFIABLE,
                   (uint64_t)gr32(cpu, insn->r1) << 32 | gr32(cpu, insn->r1 + 1));
}
