/* The interpreter as a backend: see interp.h. */
#include "cpu/interp/interp.h"

#include <errno.h>
#include <stdlib.h>

#include "cpu/arch/access.h"
#include "cpu/arch/configuration.h"
#include "cpu/arch/interruption.h"
#include "cpu/interp/dispatch.h"
#include "cpu/isa/execute.h"

/* This CPU stored into its own code: the instructions behind the current one may be other
   ones now. The block ends here; entering again finds the page's generation changed. */
static void code_stored(struct vcpu *cpu, abs_addr address, uint32_t length)
{
    struct interp *interp = cpu->backend;
    struct insn *next = (struct insn *)cpu->insn + 1;

    (void)address;
    (void)length;
    if (!cpu->insn || cpu->insn == &interp->stepper.insn || interp->stepper.fetching)
        return;
    if (cpu->insn->handler == interp_dispatch_handlers()->fall_through)
        return;
    next->page_offset = (uint16_t)(cpu->insn->page_offset + cpu->insn->length);
    next->handler = interp_dispatch_handlers()->fall_through;
}

/* A block's instructions are counted at its end. */
static uint64_t instructions_uncounted(const struct vcpu *cpu)
{
    return cpu->insn ? cpu->insn->ordinal : 0;
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
    cpu->instructions_uncounted = instructions_uncounted;
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
    cpu->instructions_uncounted = NULL;
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

    interp->stepper.fetching = true;
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
        address_space_learn(cpu->space_fetch, (struct fetch_tlb_entry){
                                                  .tag = tag, .absolute = absolute, .code = page});
    }
    cpu->insn_page = tag;
    block = page->block[(address & ~STORAGE_PAGE_MASK) >> 1];
    if (!block)
        block =
            code_cache_decode(cpu, interp->cache, &page, (unsigned)(address & ~STORAGE_PAGE_MASK));
    interp->stepper.fetching = false;
    interp->page = page;
    return block;
}

/* Executes exactly LIMIT instructions: blocks as long as they fit, then single steps. */
static void run_exactly(struct vcpu *cpu, struct interp *interp, uint64_t limit)
{
    const uint64_t end = cpu->instructions + limit;

    if (limit >= BLOCK_MAX)
        interp_dispatch(cpu, interp, limit - BLOCK_MAX + 1);
    while (cpu->instructions < end && !atomic_load_explicit(&cpu->requests, memory_order_relaxed)) {
        uint64_t left = end - cpu->instructions;

        if (interp_find(cpu, interp)->count <= left)
            interp_dispatch(cpu, interp, 1);
        else
            step_instructions(cpu, &interp->stepper, left);
    }
}

static void run(struct vcpu *cpu, uint64_t limit)
{
    struct interp *interp = cpu->backend;

    if (unlikely(step_each(cpu)))
        step_instructions(cpu, &interp->stepper, limit);
    else if (unlikely(cpu->configuration->tod.deterministic))
        run_exactly(cpu, interp, limit);
    else
        interp_dispatch(cpu, interp, limit);
    cpu->insn = NULL;
}

static void unwind(struct vcpu *cpu)
{
    struct interp *interp = cpu->backend;
    const struct insn *insn = cpu->insn;

    if (!step_unwind(cpu, &interp->stepper)) {
        cpu->instructions += insn->ordinal;
        if (!cpu->program.psw_exact) {
            cpu->program.ilc = insn->length;
            cpu->state.psw_addr = insn_next(cpu, insn);
        }
    }
    cpu->insn = NULL;
}

const struct backend interp_backend = {
    .name = "interp",
    .attach = attach,
    .detach = detach,
    .run = run,
    .unwind = unwind,
};
