/*
 * EXECUTE, EXECUTE RELATIVE LONG and SUPERVISOR CALL (PoP chapter 7): the target of an
 * EXECUTE runs through its own row, with the length and the next address of the EXECUTE.
 */
#include "cpu/isa/execute.h"
#include "cpu/arch/access.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/per.h"
#include "cpu/arch/psw.h"
#include "cpu/isa/check.h"
#include "cpu/isa/fetch.h"
#include "cpu/isa/insn_bodies.h"

static void execute_target(struct vcpu *cpu, const struct insn *insn, uint64_t address)
{
    struct insn target;
    const struct insn_row *row;
    uint8_t text[6] = {0};

    if (address & 1)
        specification_exception(cpu);
    insn_fetch(cpu, address, text);
    if (unlikely(cpu->per_active))
        per_target_fetch(cpu, address, insn->length);
    if (insn->r1)
        text[1] |= (uint8_t)gr32(cpu, insn->r1);
    row = insn_decode(&target, text);
    if (row && row->flags & INSN_NO_EXECUTE)
        program_interruption(cpu, PGM_EXECUTE);
    target.length = insn->length;
    target.ordinal = insn->ordinal;
    target.page_offset = insn->page_offset;
    cpu->execute_target = &target;
    cpu->execute_address = address;
    if (insn_check_when(cpu, &target, row) != INSN_CHECK_NEVER)
        insn_check(cpu, &target);
    target.body(cpu, &target);
    cpu->execute_target = NULL;
}

void insn_execute(struct vcpu *cpu, const struct insn *insn)
{
    execute_target(cpu, insn, operand_address2x(cpu, insn));
}

void insn_execute_relative_long(struct vcpu *cpu, const struct insn *insn)
{
    execute_target(cpu, insn, insn_relative(cpu, insn, insn->i2));
}

void insn_supervisor_call(struct vcpu *cpu, const struct insn *insn)
{
    interruption_svc(cpu, (uint8_t)insn->u2, insn->length);
}
