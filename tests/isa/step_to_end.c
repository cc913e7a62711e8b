#include "tests/isa/step_to_end.h"

#include "cpu/arch/access.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/purge.h"

enum {
    SLICES_MAX = 1000, /* a vector that takes more of them does not end */
    SLICE = 1000       /* instructions */
};

/* The operation exception of a halfword of zeros. */
static bool at_end(struct vcpu *cpu)
{
    const struct program_exception *program = &cpu->program;

    return program->code == PGM_OPERATION && !program->psw_exact && program->ilc == 2 &&
           load_be16(access_instruction_page(cpu, address_wrap(cpu, cpu->state.psw_addr - 2))) == 0;
}

static void slice(struct vcpu *cpu, const struct backend *backend)
{
    uint32_t requests = atomic_exchange(&cpu->requests, 0);

    if (requests & REQUEST_PURGE)
        purge_serve(cpu);
    if (cpu->early_exception)
        interruption_program(cpu);
    else if (!(requests & REQUEST_INTERRUPTION) || !interruption_take(cpu))
        backend->run(cpu, SLICE);
}

bool step_to_end(struct vcpu *cpu, const struct backend *backend)
{
    volatile unsigned slices = 0;

    cpu->exit = (struct vcpu_exit){.reason = EXIT_NONE};
    if (_setjmp(cpu->unwind)) {
        cpu->execute_target = NULL;
        backend->unwind(cpu);
        if (at_end(cpu)) {
            cpu->state.psw_addr = address_wrap(cpu, cpu->state.psw_addr - 2);
            cpu->program = (struct program_exception){.code = 0};
            return true;
        }
        interruption_program(cpu);
    }
    while (slices++ < SLICES_MAX && cpu->exit.reason == EXIT_NONE)
        slice(cpu, backend);
    return false;
}
