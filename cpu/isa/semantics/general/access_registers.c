/* COPY, EXTRACT and SET ACCESS, LOAD ADDRESS EXTENDED (PoP chapter 7). */
#include "cpu/arch/psw.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"

void insn_copy_access(struct vcpu *cpu, const struct insn *insn)
{
    cpu->state.ar[insn->r1] = cpu->state.ar[insn->r2];
}

void insn_extract_access(struct vcpu *cpu, const struct insn *insn)
{
    gr32_set(cpu, insn->r1, cpu->state.ar[insn->r2]);
}

void insn_set_access(struct vcpu *cpu, const struct insn *insn)
{
    cpu->state.ar[insn->r1] = gr32(cpu, insn->r2);
}

/* The access register gets an ALET for the space that PSW bits 16-17 name: primary,
   secondary and home have fixed ones, whether DAT is on or not. */
void insn_load_address_extended(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t alet[] = {
        [PSW_SPACE_PRIMARY] = 0,
        [PSW_SPACE_ACCESS_REGISTER] = insn->b2 ? cpu->state.ar[insn->b2] : 0,
        [PSW_SPACE_SECONDARY] = 1,
        [PSW_SPACE_HOME] = 2,
    };

    gr_address_set(cpu, insn->r1, operand_address2x(cpu, insn));
    cpu->state.ar[insn->r1] = alet[psw_space(cpu)];
}
