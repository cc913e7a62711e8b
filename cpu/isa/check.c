/* Central checks: see check.h. */
#include "cpu/isa/check.h"

#include "cpu/arch/configuration.h"
#include "cpu/arch/control.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/psw.h"

#define STATE_FLAGS (INSN_PRIVILEGED | INSN_HFP | INSN_BFP | INSN_DFP | INSN_VECTOR)

/* FP register pairs start at 0, 1, 4, 5, 8, 9, 12 and 13. */
static bool is_pair(unsigned r)
{
    return !(r & 2);
}

static bool designations_valid(const struct insn *insn, uint32_t flags)
{
    return !(flags & INSN_EVEN_R1 && insn->r1 & 1) && !(flags & INSN_EVEN_R2 && insn->r2 & 1) &&
           !(flags & INSN_EVEN_R3 && insn->r3 & 1) &&
           !(flags & INSN_FP_PAIR_R1 && !is_pair(insn->r1)) &&
           !(flags & INSN_FP_PAIR_R2 && !is_pair(insn->r2)) &&
           !(flags & INSN_FP_PAIR_R3 && !is_pair(insn->r3));
}

static bool exists(const struct vcpu *cpu, const struct insn_row *row)
{
    return row && row->body && cpu->configuration->facility_present[row->facility];
}

/* The registers 0, 2, 4 and 6 are there without AFP-register control, the others are not. */
static bool has_additional_register(const struct insn *insn, uint32_t flags)
{
    return ((flags & INSN_GR_R1 ? 0 : insn->r1) | (flags & INSN_GR_R2 ? 0 : insn->r2) | insn->r3) &
           9;
}

enum insn_check insn_check_when(const struct vcpu *cpu, const struct insn *insn,
                                const struct insn_row *row)
{
    if (!exists(cpu, row))
        return INSN_CHECK_REFUSED;
    if (row->flags & STATE_FLAGS)
        return INSN_CHECK_EACH_TIME;
    return designations_valid(insn, row->flags) ? INSN_CHECK_NEVER : INSN_CHECK_REFUSED;
}

void insn_check(struct vcpu *cpu, const struct insn *insn)
{
    const struct insn_row *row = insn->body ? &insn_rows[insn->row] : 0;
    uint64_t cr0 = cpu->state.cr[0];

    if (!exists(cpu, row))
        program_interruption(cpu, PGM_OPERATION);
    if (row->flags & INSN_PRIVILEGED && psw_problem_state(cpu))
        program_interruption(cpu, PGM_PRIVILEGED_OPERATION);
    if (row->flags & INSN_BFP && !(cr0 & CR0_AFP_REGISTER))
        data_exception(cpu, DXC_BFP_INSTRUCTION);
    if (row->flags & INSN_DFP && !(cr0 & CR0_AFP_REGISTER))
        data_exception(cpu, DXC_DFP_INSTRUCTION);
    if (row->flags & INSN_VECTOR &&
        (cr0 & (CR0_AFP_REGISTER | CR0_VECTOR)) != (CR0_AFP_REGISTER | CR0_VECTOR))
        data_exception(cpu, DXC_VECTOR_INSTRUCTION);
    if (!designations_valid(insn, row->flags))
        specification_exception(cpu);
    if (row->flags & INSN_HFP && !(cr0 & CR0_AFP_REGISTER) &&
        has_additional_register(insn, row->flags))
        data_exception(cpu, DXC_AFP_REGISTER);
}

bool insn_check_passes(const struct vcpu *cpu, const struct insn *insn)
{
    const struct insn_row *row = insn->body ? &insn_rows[insn->row] : 0;
    uint64_t cr0 = cpu->state.cr[0];

    if (!exists(cpu, row) || !designations_valid(insn, row->flags))
        return false;
    if (row->flags & INSN_PRIVILEGED && psw_problem_state(cpu))
        return false;
    if (row->flags & (INSN_BFP | INSN_DFP | INSN_HFP | INSN_VECTOR) && !(cr0 & CR0_AFP_REGISTER))
        return false;
    return !(row->flags & INSN_VECTOR) || cr0 & CR0_VECTOR;
}
