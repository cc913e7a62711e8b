/* The backend that everything is compared with at first: one instruction after another. */
#include <errno.h>
#include <stdlib.h>

#include "cpu/exec/step.h"
#include "tests/equivalence/subject.h"

static int attach(struct vcpu *cpu, struct error *error)
{
    cpu->backend = calloc(1, sizeof(struct stepper));
    return cpu->backend ? 0 : error_set(error, -ENOMEM, "the host has no memory");
}

static void detach(struct vcpu *cpu)
{
    free(cpu->backend);
    cpu->backend = NULL;
}

static void run(struct vcpu *cpu, uint64_t limit)
{
    step_instructions(cpu, cpu->backend, limit);
    cpu->insn = NULL;
}

static void unwind(struct vcpu *cpu)
{
    step_unwind(cpu, cpu->backend);
    cpu->insn = NULL;
}

const struct backend step_backend = {
    .name = "step",
    .attach = attach,
    .detach = detach,
    .run = run,
    .unwind = unwind,
};
