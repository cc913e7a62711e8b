/*
 * DIAGNOSE: what a program asks of the machine around it. The PoP leaves the codes to the
 * model; these are the ones that programs under KVM use.
 */
#include <sched.h>

#include "cpu/arch/configuration.h"
#include "cpu/arch/interruption.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"
#include "src/core/layout/lowcore.h"

enum diagnose_code {
    DIAGNOSE_RELEASE_PAGES = 0x10,
    DIAGNOSE_YIELD = 0x44,
    DIAGNOSE_YIELD_TO = 0x9c,
    DIAGNOSE_WATCHDOG = 0x288,
    DIAGNOSE_IPL = 0x308,
    DIAGNOSE_CONTROL_PROGRAM_CODE = 0x318,
};

/* Blocks from the one that R1 designates through the one that R3 does are no longer needed:
   they read as zeros from now on. The lowcore cannot be given back. */
static void release_pages(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t from = gr64(cpu, insn->r1), to = gr64(cpu, insn->r3);
    uint64_t prefix = cpu->state.prefix;

    if ((from | to) & ~STORAGE_PAGE_MASK || from > to || from < LOWCORE_SIZE ||
        to > UINT64_MAX - STORAGE_PAGE_SIZE)
        specification_exception(cpu);
    to += STORAGE_PAGE_SIZE;
    if (to > cpu->storage->size)
        to = cpu->storage->size;
    /* Real addresses: the prefix area stands for absolute 0, which stays. */
    if (from < prefix && to > prefix) {
        storage_release(cpu->storage, (abs_addr){from}, prefix - from);
        from = prefix;
    }
    if (from >= prefix && from < prefix + LOWCORE_SIZE)
        from = prefix + LOWCORE_SIZE;
    if (from < to)
        storage_release(cpu->storage, (abs_addr){from}, to - from);
}

static void yield(struct vcpu *cpu, const struct insn *insn)
{
    (void)insn;
    if (cpu->configuration->cpu_count > 1)
        sched_yield();
}

enum watchdog_function {
    WATCHDOG_INIT = 0,
    WATCHDOG_CHANGE = 1,
    WATCHDOG_CANCEL = 2,
};

#define WATCHDOG_SECONDS_MIN 15u
#define WATCHDOG_RESTART     0u /* the only action there is */

static void watchdog(struct vcpu *cpu, const struct insn *insn)
{
    const struct machine_port *machine = &cpu->configuration->machine;
    uint64_t function, seconds, action;

    if (insn->r1 & 1 || !machine->watchdog_set)
        specification_exception(cpu);
    function = gr64(cpu, insn->r1);
    seconds = gr64(cpu, insn->r1 + 1u);
    action = gr64(cpu, insn->r3);
    if (function > WATCHDOG_CANCEL || action != WATCHDOG_RESTART)
        specification_exception(cpu);
    if (function != WATCHDOG_CANCEL && (seconds < WATCHDOG_SECONDS_MIN || seconds > UINT32_MAX))
        specification_exception(cpu);
    /* Stopping it tells whether it ran, as it must for all functions but the first. */
    if (!machine->watchdog_set(machine->owner, 0, WATCHDOG_RESTART) && function != WATCHDOG_INIT)
        specification_exception(cpu);
    if (function != WATCHDOG_CANCEL &&
        !machine->watchdog_set(machine->owner, (unsigned)seconds, WATCHDOG_RESTART))
        specification_exception(cpu);
}

enum ipl_subcode {
    IPL_CLEAR_RESET = 0,
    IPL_LOAD_NORMAL_RESET = 1,
    IPL_LOAD_CLEAR = 3,
    IPL_LOAD_NORMAL_DUMP = 4,
    IPL_SET_PARAMETERS = 5,
    IPL_STORE_PARAMETERS = 6,
};

/* Response codes, in R1+1. */
enum ipl_response {
    IPL_DONE = 0x0001,
    IPL_NOT_CONFIGURED = 0x0102,
    IPL_INVALID = 0x0402,
};

#define IPL_PARAMETER_HEADER 8u /* its first word is the block's length */

/* The parameter block: on a page boundary, at an absolute address, all of it configured. */
static abs_addr ipl_block(struct vcpu *cpu, const struct insn *insn)
{
    abs_addr block = {gr64(cpu, insn->r1)};

    if (insn->r1 & 1 || block.value & ~STORAGE_PAGE_MASK)
        specification_exception(cpu);
    if (!storage_contains(cpu->storage, block, IPL_PARAMETER_BLOCK_MAX))
        program_interruption(cpu, PGM_ADDRESSING);
    return block;
}

static void ipl_set_parameters(struct vcpu *cpu, const struct insn *insn)
{
    const struct machine_port *machine = &cpu->configuration->machine;
    uint8_t block[IPL_PARAMETER_BLOCK_MAX];
    enum ipl_response response = IPL_INVALID;
    uint32_t length;

    storage_read(cpu->storage, ipl_block(cpu, insn), block, sizeof block);
    length = load_be32(block);
    if (length >= IPL_PARAMETER_HEADER && length <= sizeof block && machine->ipl_parameters_set &&
        machine->ipl_parameters_set(machine->owner, block, length))
        response = IPL_DONE;
    gr64_set(cpu, insn->r1 + 1u, response);
}

static void ipl_store_parameters(struct vcpu *cpu, const struct insn *insn)
{
    const struct machine_port *machine = &cpu->configuration->machine;
    uint8_t block[IPL_PARAMETER_BLOCK_MAX];
    abs_addr to = ipl_block(cpu, insn);
    size_t length = 0;

    if (machine->ipl_parameters_get)
        length = machine->ipl_parameters_get(machine->owner, block);
    if (length)
        storage_write(cpu->storage, to, block, length);
    gr64_set(cpu, insn->r1 + 1u, length ? IPL_DONE : IPL_NOT_CONFIGURED);
}

/* The machine resets, or answers that it cannot load: then the program goes on. */
static void ipl_refused(struct vcpu *cpu, const struct vcpu_exit *exit, int result)
{
    if (result)
        gr64_set(cpu, exit->payload, IPL_NOT_CONFIGURED);
}

static void ipl_reset(struct vcpu *cpu, const struct insn *insn, enum ipl_subcode subcode)
{
    vcpu_exit_request(cpu, &(struct vcpu_exit){.reason = EXIT_RESET,
                                               .subcode = subcode,
                                               .needs_completion = true,
                                               .completion = ipl_refused,
                                               .payload = (insn->r1 + 1u) & 15});
}

static void ipl(struct vcpu *cpu, const struct insn *insn)
{
    switch (gr64(cpu, insn->r3)) {
    case IPL_CLEAR_RESET:
    case IPL_LOAD_NORMAL_RESET:
    case IPL_LOAD_CLEAR:
    case IPL_LOAD_NORMAL_DUMP:
        ipl_reset(cpu, insn, (enum ipl_subcode)gr64(cpu, insn->r3));
        return;
    case IPL_SET_PARAMETERS:
        ipl_set_parameters(cpu, insn);
        return;
    case IPL_STORE_PARAMETERS:
        ipl_store_parameters(cpu, insn);
        return;
    default:
        specification_exception(cpu);
    }
}

/* The code that tells which control program runs, for whoever looks at the machine. */
static void control_program_code(struct vcpu *cpu, const struct insn *insn)
{
    for (unsigned i = 0; i < CPUS_MAX; i++)
        if (cpu->configuration->cpu[i])
            cpu->configuration->cpu[i]->state.diag318 = gr64(cpu, insn->r1);
}

static const struct {
    uint16_t code; /* enum diagnose_code */
    insn_body *body;
} codes[] = {
    {DIAGNOSE_RELEASE_PAGES, release_pages},
    {DIAGNOSE_YIELD, yield},
    {DIAGNOSE_YIELD_TO, yield},
    {DIAGNOSE_WATCHDOG, watchdog},
    {DIAGNOSE_IPL, ipl},
    {DIAGNOSE_CONTROL_PROGRAM_CODE, control_program_code},
};

void insn_diagnose(struct vcpu *cpu, const struct insn *insn)
{
    uint16_t code = (uint16_t)operand_address2(cpu, insn);

    for (unsigned i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (codes[i].code == code) {
            codes[i].body(cpu, insn);
            return;
        }
    specification_exception(cpu);
}
