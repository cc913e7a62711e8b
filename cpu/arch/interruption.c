/*
 * Raising and delivering program and supervisor-call interruptions, and choosing among
 * what is pending (PoP chapter 6). External, I/O, restart and machine-check deliveries
 * are in interruption_asynchronous.c and machine_check.c.
 */
#include "cpu/arch/interruption.h"

#include "cpu/arch/access.h"
#include "cpu/arch/configuration.h"
#include "cpu/arch/control.h"
#include "cpu/arch/cpu_reset.h"
#include "cpu/arch/interruption_internal.h"
#include "cpu/arch/per.h"
#include "cpu/arch/prefix.h"
#include "cpu/arch/psw.h"

static _Noreturn void leave(struct vcpu *cpu)
{
    longjmp(cpu->unwind, 1);
}

void program_interruption(struct vcpu *cpu, enum program_code code)
{
    cpu->program.code = (uint16_t)code;
    leave(cpu);
}

void data_exception(struct vcpu *cpu, unsigned dxc)
{
    cpu->program.data_code = dxc;
    /* The FPC holds the DXC too where the program controls it (PoP chapter 6, "Data-Exception
       Code"). */
    if (cpu->state.cr[0] & CR0_AFP_REGISTER)
        cpu->state.fpc = (cpu->state.fpc & ~UINT32_C(0xff00)) | dxc << 8;
    program_interruption(cpu, PGM_DATA);
}

void vector_processing_exception(struct vcpu *cpu, unsigned vxc)
{
    cpu->program.data_code = vxc;
    if (cpu->state.cr[0] & CR0_AFP_REGISTER)
        cpu->state.fpc = (cpu->state.fpc & ~UINT32_C(0xff00)) | vxc << 8;
    program_interruption(cpu, PGM_VECTOR_PROCESSING);
}

void program_interruption_teid(struct vcpu *cpu, enum program_code code, uint64_t teid,
                               unsigned exception_access_id)
{
    cpu->program.has_teid = true;
    cpu->program.teid = teid;
    cpu->program.exception_access_id = (uint8_t)exception_access_id;
    program_interruption(cpu, code);
}

void program_interruption_asn(struct vcpu *cpu, enum program_code code, uint32_t id)
{
    cpu->program.has_short_id = true;
    cpu->program.teid = id;
    program_interruption(cpu, code);
}

void program_interruption_access(struct vcpu *cpu, enum program_code code,
                                 unsigned exception_access_id)
{
    cpu->program.has_access_id = true;
    cpu->program.exception_access_id = (uint8_t)exception_access_id;
    program_interruption(cpu, code);
}

void monitor_event(struct vcpu *cpu, uint16_t class, uint64_t code)
{
    cpu->program.monitor_class = class;
    cpu->program.monitor_code = code;
    program_interruption(cpu, PGM_MONITOR_EVENT);
}

/* The exceptions that nullify, so that the old PSW designates the instruction itself (PoP
   chapter 6, "Program Interruption", figure on the ending of instructions). */
static bool nullifies(unsigned code)
{
    switch (code) {
    case PGM_SEGMENT_TRANSLATION:
    case PGM_PAGE_TRANSLATION:
    case PGM_TRACE_TABLE:
    case PGM_CRYPTO_OPERATION:
        return true;
    case PGM_ALET_SPECIFICATION:
        return false;
    default:
        return (code >= PGM_AFX_TRANSLATION && code <= PGM_STACK_OPERATION) ||
               (code >= PGM_ASCE_TYPE && code <= PGM_REGION_THIRD_TRANSLATION);
    }
}

/* The exceptions that are recognized when the instruction has been completed. */
static bool completes(unsigned code)
{
    switch (code) {
    case PGM_FIXED_POINT_OVERFLOW:
    case PGM_DECIMAL_OVERFLOW:
    case PGM_HFP_EXPONENT_OVERFLOW:
    case PGM_HFP_EXPONENT_UNDERFLOW:
    case PGM_HFP_SIGNIFICANCE:
    case PGM_SPACE_SWITCH:
    case PGM_MONITOR_EVENT:
    case PGM_PER:
        return true;
    default:
        return false;
    }
}

static void store_old(const struct vcpu *cpu, struct psw_layout *old)
{
    be64_put(&old->mask, psw_mask(cpu));
    be64_put(&old->addr, cpu->state.psw_addr);
}

static struct psw fetch_new(const struct psw_layout *new)
{
    return (struct psw){be64_get(new->mask), be64_get(new->addr)};
}

struct lowcore *interruption_swap_begin(struct vcpu *cpu)
{
    struct lowcore *lowcore = prefix_lowcore(cpu);

    if (!lowcore) {
        cpu_check_stop(cpu);
        return NULL;
    }
    /* Interruption stores are key-independent but recorded like any other. */
    storage_key_record(cpu->storage, (abs_addr){cpu->state.prefix}, true);
    storage_key_record(cpu->storage, (abs_addr){cpu->state.prefix + STORAGE_PAGE_SIZE}, true);
    return lowcore;
}

void interruption_swap(struct vcpu *cpu, struct lowcore *lowcore, struct psw_layout *old,
                       const struct psw_layout *new)
{
    struct psw psw;

    store_old(cpu, old);
    psw = fetch_new(new);
    access_lowcore_stored(cpu, lowcore);
    psw_swap(cpu, psw);
    if (unlikely(!psw_valid(cpu, psw))) {
        cpu->program =
            (struct program_exception){.code = PGM_SPECIFICATION, .psw_exact = true, .ilc = 0};
        cpu->early_exception = true;
        /* A supervisor call is executed like any instruction: what follows it must not be. */
        atomic_fetch_or_explicit(&cpu->requests, REQUEST_INTERRUPTION, memory_order_relaxed);
    }
}

void interruption_svc(struct vcpu *cpu, uint8_t number, unsigned ilc)
{
    struct lowcore *lowcore = interruption_swap_begin(cpu);

    if (!lowcore)
        return;
    cpu->counters.svc_interruptions++;
    be16_put(&lowcore->svc_ilc, (uint16_t)ilc);
    be16_put(&lowcore->svc_code, number);
    interruption_swap(cpu, lowcore, &lowcore->svc_old, &lowcore->svc_new);
}

static void store_program_details(struct vcpu *cpu, struct lowcore *lowcore)
{
    const struct program_exception *program = &cpu->program;

    switch (program->code & 0x7f) {
    case PGM_DATA:
    case PGM_VECTOR_PROCESSING:
        be32_put(&lowcore->data_exception_code, program->data_code);
        break;
    case PGM_MONITOR_EVENT:
        be16_put(&lowcore->monitor_class, program->monitor_class);
        be64_put(&lowcore->monitor_code, program->monitor_code);
        break;
    default:
        break;
    }
    if (program->has_teid) {
        be64_put(&lowcore->translation_exception_id, program->teid);
        lowcore->exception_access_id = program->exception_access_id;
        lowcore->operand_access_id = program->operand_access_id;
    }
    if (program->has_short_id)
        store_be32((uint8_t *)&lowcore->translation_exception_id + 4, (uint32_t)program->teid);
    if (program->has_access_id)
        lowcore->exception_access_id = program->exception_access_id;
    if (program->code & PGM_PER) {
        lowcore->per_code = cpu->per.code;
        lowcore->per_atmid = cpu->per.atmid;
        be64_put(&lowcore->per_address, cpu->per.address);
        lowcore->per_access_id = cpu->per.access_id;
    }
}

/* A program-new PSW that leads straight back into a program interruption, with no
   instruction completed between, never ends of itself. */
static bool is_endless(struct vcpu *cpu)
{
    bool masked = !(cpu->state.psw_mask & (PSW_IO | PSW_EXTERNAL | PSW_MACHINE_CHECK));
    bool repeated = cpu->program_loop_mark == cpu->instructions + 1;

    cpu->program_loop_mark = cpu->instructions + 1;
    if (!repeated)
        cpu->program_loop_count = 0;
    return masked && repeated && ++cpu->program_loop_count >= 8;
}

void interruption_program(struct vcpu *cpu)
{
    struct lowcore *lowcore = interruption_swap_begin(cpu);
    struct program_exception *program = &cpu->program;

    if (!lowcore)
        return;
    cpu->counters.program_interruptions++;
    if (!program->psw_exact && nullifies(program->code & 0x7f))
        cpu->state.psw_addr = address_wrap(cpu, cpu->state.psw_addr - program->ilc);
    /* What is nullified or suppressed has altered nothing and did not branch. */
    if (!program->psw_exact && !completes(program->code))
        cpu->per.code &= PER_CODE_INSTRUCTION_FETCH | PER_CODE_FETCH_NULLIFICATION;
    if (cpu->per.code)
        program->code |= PGM_PER;
    be16_put(&lowcore->program_ilc, program->ilc);
    be16_put(&lowcore->program_code, program->code);
    be64_put(&lowcore->breaking_event, cpu->state.breaking_event);
    store_program_details(cpu, lowcore);
    cpu->per.code = 0;
    cpu->program = (struct program_exception){.code = 0};
    cpu->early_exception = false;
    interruption_swap(cpu, lowcore, &lowcore->program_old, &lowcore->program_new);
    if (is_endless(cpu)) {
        vcpu_exit_request(cpu,
                          &(struct vcpu_exit){.reason = EXIT_PROGRAM_LOOP,
                                              .psw = {cpu->state.psw_mask, cpu->state.psw_addr}});
    }
}
