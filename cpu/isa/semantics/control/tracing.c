/* TRACE and TRACG (PoP chapter 10), and the trace entries of branches that do nothing else out
   of the ordinary. */
#include "cpu/arch/access.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/psw.h"
#include "cpu/arch/trace_table.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/branches.h"

#define TRACE_SUPPRESSED BIT32(0) /* of the operand */

static void trace_insn(struct vcpu *cpu, const struct insn *insn, bool wide)
{
    uint64_t address = operand_address2(cpu, insn);
    struct trace_registers what = {.r1 = insn->r1, .r3 = insn->r3, .wide = wide};
    struct trace trace = {.length = 0};

    if (address & 3)
        specification_exception(cpu);
    if (!(cpu->state.cr[12] & CR12_EXPLICIT_TRACE))
        return;
    what.operand = access_fetch32(cpu, operand_space(cpu, insn->b2), address);
    if (what.operand & TRACE_SUPPRESSED)
        return;
    trace_explicit(cpu, &trace, &what);
    trace_commit(cpu, &trace);
}

void insn_trace_32(struct vcpu *cpu, const struct insn *insn)
{
    trace_insn(cpu, insn, false);
}

void insn_trace_64(struct vcpu *cpu, const struct insn *insn)
{
    trace_insn(cpu, insn, true);
}

void branch_trace_r2(struct vcpu *cpu, const struct insn *insn)
{
    struct trace trace = {.length = 0};

    if (!insn->r2)
        return;
    trace_branch(cpu, &trace, gr_address(cpu, insn->r2), cpu->state.psw_mask);
    trace_commit(cpu, &trace);
}
