/* Which space is current (PoP chapter 10): SAC, SACF, IAC; and the ASNs: EPAR, EPAIR, ESAR,
   ESAIR. */
#include "cpu/arch/asn.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/psw.h"
#include "cpu/arch/registers.h"
#include "cpu/arch/space_switch.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"

/* The codes of SAC and IAC have PSW bits 16 and 17 the other way round. */
static const uint8_t space_of_code[] = {
    PSW_SPACE_PRIMARY,
    PSW_SPACE_SECONDARY,
    PSW_SPACE_ACCESS_REGISTER,
    PSW_SPACE_HOME,
};

/* The extraction-authority rule of IAC, EPAR and the like. */
static void check_extraction(struct vcpu *cpu)
{
    if (!psw_dat(cpu))
        special_operation_exception(cpu);
    psw_extraction_check(cpu);
}

/* SAC and SACF differ in serialization alone, of which an interpreter has always enough. */
void insn_set_address_space_control(struct vcpu *cpu, const struct insn *insn)
{
    unsigned code = (unsigned)(operand_address2(cpu, insn) >> 8) & 0xf;
    unsigned old = psw_space(cpu), new;

    if (!psw_dat(cpu) || !(cpu->state.cr[0] & CR0_SECONDARY_SPACE))
        special_operation_exception(cpu);
    if (code >= sizeof space_of_code)
        specification_exception(cpu);
    new = space_of_code[code];
    if (new == PSW_SPACE_HOME && psw_problem_state(cpu))
        program_interruption(cpu, PGM_PRIVILEGED_OPERATION);
    psw_mask_set(cpu, (psw_mask(cpu) & ~PSW_SPACE) | (uint64_t) new << PSW_SPACE_SHIFT);
    space_switch_home(cpu, insn->length, old);
}

void insn_insert_address_space_control(struct vcpu *cpu, const struct insn *insn)
{
    unsigned space, code;

    check_extraction(cpu);
    space = psw_space(cpu);
    code = (space & 1) << 1 | space >> 1;
    gr64_set(cpu, insn->r1, (gr64(cpu, insn->r1) & ~BITS64(48, 55)) | code << 8);
    cc_set(cpu, code);
}

void insn_extract_primary_asn(struct vcpu *cpu, const struct insn *insn)
{
    check_extraction(cpu);
    gr32_set(cpu, insn->r1, primary_asn(cpu));
}

void insn_extract_secondary_asn(struct vcpu *cpu, const struct insn *insn)
{
    check_extraction(cpu);
    gr32_set(cpu, insn->r1, secondary_asn(cpu));
}

void insn_extract_primary_asn_and_instance(struct vcpu *cpu, const struct insn *insn)
{
    check_extraction(cpu);
    gr64_set(cpu, insn->r1, (cpu->state.cr[4] & CR4_PRIMARY_INSTANCE) | primary_asn(cpu));
}

void insn_extract_secondary_asn_and_instance(struct vcpu *cpu, const struct insn *insn)
{
    check_extraction(cpu);
    gr64_set(cpu, insn->r1, (cpu->state.cr[3] & CR3_SECONDARY_INSTANCE) | secondary_asn(cpu));
}
