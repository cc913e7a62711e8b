/* TEST ACCESS, PURGE ALB, EXTRACT AND SET EXTENDED AUTHORITY (PoP chapter 10). */
#include "cpu/arch/access_register.h"
#include "cpu/arch/registers.h"
#include "cpu/isa/insn_bodies.h"

/* Access register 0 is looked at like any other. Condition code 3 for what cannot be used,
   ALET 1 among it. */
void insn_test_access(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t alet = cpu->state.ar[insn->r1];
    uint16_t eax = (uint16_t)(gr32(cpu, insn->r2) >> 16);
    struct access_list_entry entry;

    if (alet == ALET_PRIMARY)
        cc_set(cpu, 0);
    else if (alet == ALET_SECONDARY ||
             access_list_translate(cpu, alet, eax, ACCESS_LIST_ORDINARY, &entry))
        cc_set(cpu, 3);
    else
        cc_set(cpu, alet & ALET_PRIMARY_LIST ? 2 : 1);
}

/* There is no ALB: see access_register.h. */
void insn_purge_alb(struct vcpu *cpu, const struct insn *insn)
{
    (void)cpu;
    (void)insn;
}

/* The new index comes from bits 48-63 of the register, the old one goes to bits 32-47. */
void insn_extract_and_set_extended_authority(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t value = gr64(cpu, insn->r1), old = cpu->state.cr[8];
    const uint64_t field = CR8_EXTENDED_AUTHORIZATION_INDEX;

    gr64_set(cpu, insn->r1, (value & ~field) | (old & field));
    cpu->state.cr[8] = (old & ~field) | (value << 16 & field);
}
