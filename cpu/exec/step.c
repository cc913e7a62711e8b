/* Executing one instruction: see step.h. */
#include "cpu/exec/step.h"

#include "cpu/arch/interruption.h"
#include "cpu/arch/per.h"
#include "cpu/isa/check.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/fetch.h"

static void raise_per(struct vcpu *cpu, unsigned length)
{
    cpu->program.psw_exact = true;
    cpu->program.ilc = (uint8_t)length;
    program_interruption(cpu, PGM_PER);
}

/* No branch comes from an odd address: what replaces this one tells that a branch was taken. */
#define NO_BREAKING_EVENT 1

/* Executes an instruction that may branch, with the PER event of that. */
static void step_branch(struct vcpu *cpu, struct stepper *stepper, uint64_t address)
{
    stepper->breaking_event = cpu->state.breaking_event;
    stepper->may_branch = true;
    cpu->state.breaking_event = NO_BREAKING_EVENT;
    stepper->insn.body(cpu, &stepper->insn);
    stepper->may_branch = false;
    if (cpu->state.breaking_event == NO_BREAKING_EVENT)
        cpu->state.breaking_event = stepper->breaking_event;
    else if (!cpu->per.psw_loaded)
        per_branch(cpu, address, cpu->state.psw_addr);
}

void step_instruction(struct vcpu *cpu, struct stepper *stepper)
{
    uint64_t address = cpu->state.psw_addr;
    struct insn *insn = &stepper->insn;
    uint8_t text[6] = {0};
    const struct insn_row *row;
    /* PoP chapter 4: what an instruction changes of the PER masks counts from the next on. */
    bool per_active = cpu->per_active;

    stepper->fetching = true;
    if (address & 1)
        specification_exception(cpu);
    insn_fetch(cpu, address, text);
    if (unlikely(per_active) && per_instruction_fetch(cpu, address))
        raise_per(cpu, insn_length(text[0]));
    stepper->fetching = false;
    *insn = (struct insn){.body = NULL};
    if (unlikely(cpu->trace))
        cpu->trace(cpu->trace_owner, cpu, text);
    row = insn_decode(insn, text);
    insn->page_offset = (uint16_t)(address & ~STORAGE_PAGE_MASK);
    cpu->insn_page = address & STORAGE_PAGE_MASK;
    cpu->insn = insn;
    cpu->state.psw_addr = insn_next(cpu, insn);
    if (insn_check_when(cpu, insn, row) != INSN_CHECK_NEVER)
        insn_check(cpu, insn);
    if (unlikely(per_active) && row->flags & INSN_ENDS_BLOCK)
        step_branch(cpu, stepper, address);
    else
        insn->body(cpu, insn);
    cpu->instructions++;
    if (unlikely(per_active && per_pending(cpu)))
        raise_per(cpu, insn->length);
}

void step_instructions(struct vcpu *cpu, struct stepper *stepper, uint64_t limit)
{
    while (limit-- && !atomic_load_explicit(&cpu->requests, memory_order_relaxed))
        step_instruction(cpu, stepper);
}

bool step_unwind(struct vcpu *cpu, struct stepper *stepper)
{
    if (stepper->may_branch && cpu->state.breaking_event == NO_BREAKING_EVENT)
        cpu->state.breaking_event = stepper->breaking_event;
    stepper->may_branch = false;
    if (stepper->fetching) {
        /* The length is not known: two bytes stand for it (PoP chapter 6, "ILC"). */
        stepper->fetching = false;
        if (!cpu->program.psw_exact) {
            cpu->program.ilc = 2;
            cpu->state.psw_addr = address_wrap(cpu, cpu->state.psw_addr + 2);
        }
        return true;
    }
    if (cpu->insn != &stepper->insn)
        return false;
    if (!cpu->program.psw_exact) {
        cpu->program.ilc = stepper->insn.length;
        cpu->state.psw_addr = insn_next(cpu, &stepper->insn);
    }
    return true;
}
