/*
 * Branches that set the addressing mode or fetch their target, and the instructions that set
 * and test the mode (PoP chapter 7). These rows end the block: the PSW already designates
 * the next instruction.
 */
#include "cpu/arch/interruption.h"
#include "cpu/arch/psw.h"
#include "cpu/arch/trace_table.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/branches.h"

#define MODE_24 UINT64_C(0)
#define MODE_31 PSW_BASIC_ADDRESSING
#define MODE_64 (PSW_EXTENDED_ADDRESSING | PSW_BASIC_ADDRESSING)

static uint64_t mode(const struct vcpu *cpu)
{
    return cpu->state.psw_mask & MODE_64;
}

static void mode_set(struct vcpu *cpu, uint64_t new_mode)
{
    psw_mask_set(cpu, (psw_mask(cpu) & ~MODE_64) | new_mode);
}

/* The mode that TARGET, the contents of R2, says: bit 63 one means 64-bit mode, else bit 32
   chooses between 31 and 24. */
static uint64_t mode_of_target(uint64_t target)
{
    if (target & 1)
        return MODE_64;
    return target & BIT64(32) ? MODE_31 : MODE_24;
}

/* The address that goes with it. */
static uint64_t address_of_target(uint64_t target)
{
    if (target & 1)
        return target - 1;
    return target & (target & BIT64(32) ? 0x7ffffffe : 0xfffffe);
}

static void branch_with_mode(struct vcpu *cpu, const struct insn *insn, uint64_t target)
{
    mode_set(cpu, mode_of_target(target));
    branch_to(cpu, insn, address_of_target(target));
}

static bool switches(const struct vcpu *cpu, uint64_t new_mode)
{
    return (mode(cpu) ^ new_mode) & PSW_EXTENDED_ADDRESSING;
}

/* Mode tracing of BASSM and BSM, which R2 makes branch, and branch tracing of BASSM alone. */
static void trace_branch_with_mode(struct vcpu *cpu, const struct insn *insn, uint64_t target,
                                   bool branches)
{
    uint64_t new_mode = mode_of_target(target), address = address_of_target(target);
    struct trace trace = {.length = 0};

    if (!insn->r2)
        return;
    branches = branches && trace_branches(cpu);
    if (trace_modes(cpu) && switches(cpu, new_mode)) {
        if (branches)
            trace_mode_switching_branch(cpu, &trace, address, new_mode);
        else
            trace_mode_switch(cpu, &trace, insn_next(cpu, insn));
    } else if (branches) {
        trace_branch(cpu, &trace, address, new_mode);
    }
    trace_commit(cpu, &trace);
}

/* The link information has the mode too: bit 63 in the 64-bit mode, else bit 32. */
void insn_branch_save_set_mode(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t target = gr64(cpu, insn->r2);

    trace_branch_with_mode(cpu, insn, target, true);
    gr_link_set(cpu, insn);
    if (mode(cpu) == MODE_64)
        gr64_set(cpu, insn->r1, gr64(cpu, insn->r1) | 1);
    if (insn->r2)
        branch_with_mode(cpu, insn, target);
}

void insn_branch_set_mode(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t target = gr64(cpu, insn->r2);

    trace_branch_with_mode(cpu, insn, target, false);
    if (insn->r1) {
        uint64_t value = gr64(cpu, insn->r1);

        if (mode(cpu) == MODE_64)
            value |= 1;
        else
            value = (value & ~BIT64(32)) | (mode(cpu) == MODE_31 ? BIT64(32) : 0);
        gr64_set(cpu, insn->r1, value);
    }
    if (insn->r2)
        branch_with_mode(cpu, insn, target);
}

/* The second operand is the branch address; it is fetched only for a branch that is taken. */
void insn_branch_indirect(struct vcpu *cpu, const struct insn *insn)
{
    if (MASK_SELECTS(insn->m1, cpu->cc))
        branch_to(cpu, insn, address_wrap(cpu, in_M2_64(cpu, insn)));
}

/* An instruction that stands where the mode to be set cannot reach: specification exception,
   the operation being suppressed. */
static void set_addressing_mode(struct vcpu *cpu, const struct insn *insn, uint64_t new_mode,
                                uint64_t reach)
{
    struct trace trace = {.length = 0};

    if (insn_address(cpu, insn) > reach)
        specification_exception(cpu);
    if (unlikely(trace_modes(cpu) && switches(cpu, new_mode))) {
        trace_mode_switch(cpu, &trace, insn_next(cpu, insn));
        trace_commit(cpu, &trace);
    }
    mode_set(cpu, new_mode);
    cpu->state.psw_addr &= cpu->address_mask;
}

void insn_set_addressing_mode_24(struct vcpu *cpu, const struct insn *insn)
{
    set_addressing_mode(cpu, insn, MODE_24, 0xffffff);
}

void insn_set_addressing_mode_31(struct vcpu *cpu, const struct insn *insn)
{
    set_addressing_mode(cpu, insn, MODE_31, 0x7fffffff);
}

void insn_set_addressing_mode_64(struct vcpu *cpu, const struct insn *insn)
{
    set_addressing_mode(cpu, insn, MODE_64, UINT64_MAX);
}

void insn_test_addressing_mode(struct vcpu *cpu, const struct insn *insn)
{
    (void)insn;
    cc_set(cpu, mode(cpu) == MODE_64 ? 3 : mode(cpu) == MODE_31 ? 1 : 0);
}
