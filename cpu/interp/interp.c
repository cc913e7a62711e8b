/* The interpreter as a backend: see interp.h. */
#include "cpu/interp/interp.h"

#include <errno.h>
#include <stdlib.h>

#include "cpu/arch/access.h"
#include "cpu/arch/configuration.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/per.h"
#include "cpu/arch/psw.h"
#include "cpu/interp/dispatch.h"
#include "cpu/isa/check.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/fetch.h"

/* This CPU stored into its own code: the instructions behind the current one may be other
   ones now. The block ends here; entering again finds the page's generation changed. */
static void code_stored(struct vcpu *cpu, abs_addr address, uint32_t length)
{
    struct interp *interp = cpu->backend;
    struct insn *next = (struct insn *)cpu->insn + 1;

    (void)address;
    (void)length;
    if (!cpu->insn || cpu->insn == &interp->scratch || interp->fetching)
        return;
    if (cpu->insn->handler == interp_dispatch_handlers()->fall_through)
        return;
    next->page_offset = (uint16_t)(cpu->insn->page_offset + cpu->insn->length);
    next->handler = interp_dispatch_handlers()->fall_through;
}

static int attach(struct vcpu *cpu, struct error *error)
{
    struct interp *interp = calloc(1, sizeof *interp);

    if (interp)
        interp->cache = code_cache_create(cpu->storage, interp_dispatch_handlers());
    if (!interp || !interp->cache) {
        free(interp);
        return error_set(error, -ENOMEM,
                         "the host has no memory for the decoded code of CPU %u; ask for "
                         "fewer CPUs",
                         cpu->address);
    }
    cpu->backend = interp;
    cpu->code_stored = code_stored;
    return 0;
}

static void detach(struct vcpu *cpu)
{
    struct interp *interp = cpu->backend;

    if (!interp)
        return;
    code_cache_destroy(interp->cache);
    free(interp);
    cpu->backend = NULL;
    cpu->code_stored = NULL;
    cpu->insn = NULL;
}

struct block *interp_enter(struct vcpu *cpu, struct interp *interp)
{
    uint64_t address = cpu->state.psw_addr;
    uint64_t tag = address & STORAGE_PAGE_MASK;
    unsigned slot = (address >> STORAGE_PAGE_SHIFT) & (FETCH_TLB_ENTRIES - 1);
    struct fetch_tlb_entry *entry;
    struct code_page *page;
    struct block *block;

    interp->fetching = true;
    /* PoP chapter 6, "Specification Exception": an odd instruction address. */
    if (address & 1)
        specification_exception(cpu);
    entry = &cpu->space_fetch->instruction[slot];
    if (entry->tag == tag) {
        page = entry->code;
        if (page->generation !=
            atomic_load(&cpu->storage->code_generation[page->absolute >> STORAGE_PAGE_SHIFT]))
            code_cache_refresh(cpu, page);
    } else {
        const uint8_t *host = access_instruction_page(cpu, address);
        uint64_t absolute = (uint64_t)(host - cpu->storage->host) & STORAGE_PAGE_MASK;

        cpu->counters.fetch_tlb_misses++;
        page = code_cache_page(cpu, interp->cache, absolute);
        *entry = (struct fetch_tlb_entry){tag, absolute, page};
    }
    cpu->insn_page = tag;
    block = page->block[(address & ~STORAGE_PAGE_MASK) >> 1];
    if (!block)
        block =
            code_cache_decode(cpu, interp->cache, &page, (unsigned)(address & ~STORAGE_PAGE_MASK));
    interp->fetching = false;
    interp->page = page;
    return block;
}

static void raise_per(struct vcpu *cpu, unsigned length)
{
    cpu->program.psw_exact = true;
    cpu->program.ilc = (uint8_t)length;
    program_interruption(cpu, PGM_PER);
}

/* No branch comes from an odd address: what replaces this one tells that a branch was taken. */
#define NO_BREAKING_EVENT 1

/* Executes an instruction that may branch, with the PER event of that. */
static void step_branch(struct vcpu *cpu, struct interp *interp, uint64_t address)
{
    interp->breaking_event = cpu->state.breaking_event;
    cpu->state.breaking_event = NO_BREAKING_EVENT;
    interp->scratch.body(cpu, &interp->scratch);
    if (cpu->state.breaking_event == NO_BREAKING_EVENT)
        cpu->state.breaking_event = interp->breaking_event;
    else if (!cpu->per.psw_loaded)
        per_branch(cpu, address, cpu->state.psw_addr);
}

void interp_step(struct vcpu *cpu, struct interp *interp)
{
    uint64_t address = cpu->state.psw_addr;
    struct insn *insn = &interp->scratch;
    uint8_t text[6] = {0};
    const struct insn_row *row;
    /* PoP chapter 4: what an instruction changes of the PER masks counts from the next on. */
    bool per_active = cpu->per_active;

    interp->fetching = true;
    if (address & 1)
        specification_exception(cpu);
    insn_fetch(cpu, address, text);
    if (unlikely(per_active) && per_instruction_fetch(cpu, address))
        raise_per(cpu, insn_length(text[0]));
    interp->fetching = false;
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
        step_branch(cpu, interp, address);
    else
        insn->body(cpu, insn);
    cpu->instructions++;
    if (unlikely(per_active && per_pending(cpu)))
        raise_per(cpu, insn->length);
}

static void run(struct vcpu *cpu, uint64_t limit)
{
    struct interp *interp = cpu->backend;

    if (likely(!cpu->per_active && !cpu->trace)) {
        interp_dispatch(cpu, interp, limit);
        return;
    }
    while (limit-- && !atomic_load_explicit(&cpu->requests, memory_order_relaxed))
        interp_step(cpu, interp);
}

static void unwind(struct vcpu *cpu)
{
    struct interp *interp = cpu->backend;
    const struct insn *insn = cpu->insn;

    if (insn == &interp->scratch && cpu->state.breaking_event == NO_BREAKING_EVENT)
        cpu->state.breaking_event = interp->breaking_event;
    if (interp->fetching) {
        /* The length is not known: two bytes stand for it (PoP chapter 6, "ILC"). */
        interp->fetching = false;
        if (!cpu->program.psw_exact) {
            cpu->program.ilc = 2;
            cpu->state.psw_addr = address_wrap(cpu, cpu->state.psw_addr + 2);
        }
        return;
    }
    cpu->instructions += insn->ordinal;
    if (!cpu->program.psw_exact) {
        cpu->program.ilc = insn->length;
        cpu->state.psw_addr = insn_next(cpu, insn);
    }
}

const struct backend interp_backend = {
    .name = "interp",
    .attach = attach,
    .detach = detach,
    .run = run,
    .unwind = unwind,
};
