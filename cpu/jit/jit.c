/* The translator as a backend: see jit.h. */
#include "cpu/jit/jit.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "cpu/arch/configuration.h"
#include "cpu/arch/control.h"
#include "cpu/arch/purge.h"
#include "cpu/isa/check.h"
#include "cpu/isa/execute.h"
#include "cpu/jit/jit_internal.h"
#include "cpu/jit/lift/lift.h"

#define STUBS_SIZE        4096
#define DEFAULT_THRESHOLD 8u
#define DEFAULT_HOT_POLLS 4u

/* From one poll, or 4,096 instructions, to the next; not measured, but far from every operand. */
#define SITE_MISSES_MAX 128u

#define MEMBER(name) ((int32_t)offsetof(struct vcpu, name) - JIT_CENTER)

static const struct host_layout layout = {
    .cpu = -JIT_CENTER,
    .overflow_mask = MEMBER(state.psw_mask) + 4,
    .overflow_bit = (uint32_t)(PSW_FIXED_POINT_OVERFLOW >> 32),
    .gr = MEMBER(state.gr),
    .fr = MEMBER(state.vr),
    .ar = MEMBER(state.ar),
    .cc = MEMBER(cc),
    .system_mask = MEMBER(state.psw_mask) + 7,
    .psw_addr = MEMBER(state.psw_addr),
    .breaking_event = MEMBER(state.breaking_event),
    .insn_page = MEMBER(insn_page),
    .space = MEMBER(space),
    .space_fetch = MEMBER(space_fetch),
    .fpc = MEMBER(state.fpc),
    .budget = MEMBER(translated.budget),
    .next_offset = MEMBER(translated.next_offset),
    .cc_rule = MEMBER(translated.cc_rule),
    .site = MEMBER(site),
    .sites = VCPU_SITES,
    .site_misses = MEMBER(site_misses),
    .cc_operand = MEMBER(translated.cc_operand),
    .fetch = offsetof(struct address_space, fetch),
    .store = offsetof(struct address_space, store),
    .low_store = offsetof(struct address_space, low_store),
    .instruction = offsetof(struct address_space, instruction),
    .where = offsetof(struct address_space, where),
    .tlb_entries = TLB_ENTRIES,
    .ids = FETCH_IDS,
    .instruction_entries = FETCH_TLB_ENTRIES,
    .entry = offsetof(struct jit_page, entry),
};

_Static_assert(offsetof(struct vcpu, state.gr) + sizeof(uint64_t[16]) <= JIT_CENTER + 128,
               "members that nearly every instruction uses have one-byte displacements");
_Static_assert(offsetof(struct vcpu_translated, breaking_offset) ==
                       offsetof(struct vcpu_translated, cc_rule) + 1 &&
                   offsetof(struct vcpu_translated, beside) ==
                       offsetof(struct vcpu_translated, cc_rule) + 4 &&
                   TRANSLATED_NO_BREAKING == HOST_NO_BREAKING,
               "generated code stores these together");
_Static_assert(sizeof(struct tlb_entry) == 16 && offsetof(struct tlb_entry, host) == 8,
               "generated code reads these");
_Static_assert(sizeof(struct fetch_tlb_entry) == 32 &&
                   offsetof(struct fetch_tlb_entry, code) == 16 &&
                   offsetof(struct fetch_tlb_entry, id) == 24,
               "generated code reads these");

bool jit_supported(struct error *error)
{
    if (host_supported())
        return true;
    error_set(error, -ENOTSUP,
              "this host's processor is no x86-64 with AVX2, FMA, BMI2 and MOVBE, which translated "
              "code uses; run with --accel interp");
    return false;
}

/* This CPU stored into its own code. What of it is dropped may be what is running, which
   must not go on then. */
static void code_stored(struct vcpu *cpu, abs_addr address, uint32_t length)
{
    struct jit *jit = cpu->backend;

    if (block_cache_changed(cpu, &jit->cache, address.value, length))
        jit->code_stored = true;
}

static uint64_t instructions_uncounted(const struct vcpu *cpu)
{
    return cpu->insn ? cpu->insn->ordinal : 0;
}

static bool make_stubs(struct jit *jit)
{
    struct code_block room = code_memory_next(&jit->cache.memory, 64);
    size_t size =
        room.size < STUBS_SIZE ? 0 : host_make_stubs(&jit->host, room.write, STUBS_SIZE, room.run);

    jit->stubs_end = (size_t)(room.run - jit->cache.memory.run) + size;
    return size && code_memory_publish(&jit->cache.memory, room, size);
}

static void destroy(struct jit *jit)
{
    block_cache_destroy(&jit->cache);
    free(jit->host.workspace);
    free(jit->ir);
    free(jit->marks);
    free(jit->calls);
    free(jit);
}

static int attach(struct vcpu *cpu, struct error *error)
{
    struct jit *jit;
    int rc;

    if (!jit_supported(error))
        return -ENOTSUP;
    jit = calloc(1, sizeof *jit);
    if (jit) {
        jit->ir = malloc(sizeof *jit->ir);
        jit->host.workspace = malloc(host_workspace_size());
        jit->calls = calloc(insn_row_count, sizeof *jit->calls);
    }
    if (!jit || !jit->ir || !jit->host.workspace || !jit->calls) {
        if (jit)
            destroy(jit);
        return error_set(error, -ENOMEM,
                         "the host has no memory for the translator of CPU %u; ask for "
                         "fewer CPUs",
                         cpu->address);
    }
    jit->threshold = DEFAULT_THRESHOLD;
    jit->hot_polls = DEFAULT_HOT_POLLS;
    jit->host.layout = &layout;
    jit->host.functions = &jit_functions;
    jit->host.deterministic = cpu->configuration->tod.deterministic;
    rc = block_cache_create(&jit->cache, cpu->storage, error);
    if (rc < 0) {
        destroy(jit);
        return rc;
    }
    make_stubs(jit);
    cpu->backend = jit;
    cpu->code_stored = code_stored;
    cpu->instructions_uncounted = instructions_uncounted;
    return 0;
}

static void detach(struct vcpu *cpu)
{
    struct jit *jit = cpu->backend;

    if (!jit)
        return;
    destroy(jit);
    cpu->backend = NULL;
    cpu->code_stored = NULL;
    cpu->instructions_uncounted = NULL;
    cpu->insn = NULL;
}

struct jit_calls jit_calls_of(const struct vcpu *cpu, unsigned row)
{
    const struct jit *jit = cpu->backend;

    return jit->calls[row];
}

void jit_threshold_set(struct vcpu *cpu, unsigned runs, unsigned polls)
{
    struct jit *jit = cpu->backend;

    jit->threshold = runs;
    jit->hot_polls = polls;
}

static bool ends_block(const struct insn *insn)
{
    return (insn_rows[insn->row].flags & (INSN_ENDS_BLOCK | INSN_BRANCH)) == INSN_ENDS_BLOCK;
}

/* Executes BLOCK once, each instruction as its body; at most LEFT instructions. */
static void interpret(struct vcpu *cpu, struct jit *jit, struct jit_block *block)
{
    const struct address_space *space = cpu->space_fetch;

    for (unsigned i = 0;; i++) {
        const struct insn *insn = &block->insns[i];
        uint64_t next;

        if (i == block->count || (i && lift_crosses(insn) && !jit_has_second_page(cpu, block))) {
            cpu->state.psw_addr = address_wrap(
                cpu, cpu->insn_page + (i == block->count ? block->end : insn->page_offset));
            cpu->translated.budget -= (int32_t)i;
            return;
        }
        cpu->insn = insn;
        next = insn_next(cpu, insn);
        if (insn->handler == BLOCK_INSN_CHECK)
            insn_check(cpu, insn);
        cpu->state.psw_addr = next;
        insn->body(cpu, insn);
        if (cpu->state.psw_addr != next || jit->code_stored ||
            (ends_block(insn) && !(lift_goes_on(insn) && jit_goes_on(cpu, jit, space)))) {
            cpu->translated.budget -= (int32_t)i + 1;
            return;
        }
    }
}

/* Between two blocks: nothing of the code is running. */
static void keep_house(struct vcpu *cpu, struct jit *jit)
{
    jit->code_stored = false;
    cpu->insn = NULL;
    if (unlikely(block_cache_is_stale(&jit->cache)))
        block_cache_refresh(cpu, &jit->cache);
    if (unlikely(jit->cache.full)) {
        purge_everywhere(cpu, PURGE_ALL, 0);
        block_cache_empty(&jit->cache);
        make_stubs(jit);
        jit_tell_stubs(cpu, jit);
    }
}

static void count_exit(struct vcpu *cpu, enum jit_left left)
{
    uint64_t *const counters[] = {
        [JIT_LEFT_POLL] = &cpu->counters.exits_poll,
        [JIT_LEFT_REQUEST] = &cpu->counters.exits_request,
        [JIT_LEFT_UNKNOWN] = &cpu->counters.exits_unknown,
        [JIT_LEFT_BODY] = &cpu->counters.exits_body,
    };

    ++*counters[left];
}

/* A poll is a sample of where the time goes: BLOCK, entered after one, is a part of a loop. */
static void heat(struct vcpu *cpu, struct jit *jit, struct jit_block *block)
{
    uint32_t misses = cpu->site_misses;

    cpu->site_misses = 0;
    if (block->hot && !block->scattered && misses > SITE_MISSES_MAX) {
        block->scattered = true;
        jit_translate(cpu, jit, block);
        return;
    }
    if (!block->entry || block->hot || !jit->hot_polls || ++block->polls < jit->hot_polls)
        return;
    block->hot = true;
    jit_translate(cpu, jit, block);
}

static void run_block(struct vcpu *cpu, struct jit *jit, struct jit_block *block)
{
    if (!block->entry && !block->refused && block->runs++ >= jit->threshold) {
        block->hot = !jit->hot_polls && block->start & 4;
        jit_translate(cpu, jit, block);
    }
    if (!block->entry) {
        interpret(cpu, jit, block);
        jit_settle(cpu, jit);
        return;
    }
    jit->left = JIT_LEFT_POLL;
    jit->host.stubs.enter(cpu, block->entry);
    count_exit(cpu, jit->left);
    if (cpu->translated.next_offset != INT32_MIN)
        cpu->state.psw_addr =
            address_wrap(cpu, cpu->insn_page + (uint64_t)(int64_t)cpu->translated.next_offset);
    jit_settle(cpu, jit);
}

static void run(struct vcpu *cpu, uint64_t limit)
{
    struct jit *jit = cpu->backend;
    bool exactly = jit->host.deterministic;
    bool polled = jit->left == JIT_LEFT_POLL;
    struct jit_block *block;

    if (step_each(cpu) || cpu->state.cr[12] & CR12_BRANCH_TRACE) {
        step_instructions(cpu, &jit->stepper, limit);
        cpu->insn = NULL;
        return;
    }
    cpu->translated.budget = jit->counted = limit > INT32_MAX / 2 ? INT32_MAX / 2 : (int32_t)limit;
    cpu->translated.cc_rule = IR_CC_MEMORY;
    translated_no_breaking(&cpu->translated);
    while (cpu->translated.budget > 0 &&
           !atomic_load_explicit(&cpu->requests, memory_order_relaxed)) {
        keep_house(cpu, jit);
        block = jit_find(cpu, jit);
        if (!block || (exactly && block->count > cpu->translated.budget) ||
            cpu->state.cr[12] & CR12_BRANCH_TRACE) {
            /* Steps count by themselves. */
            step_instruction(cpu, &jit->stepper);
            jit->counted = --cpu->translated.budget;
            continue;
        }
        if (polled)
            heat(cpu, jit, block);
        polled = false;
        run_block(cpu, jit, block);
    }
    cpu->insn = NULL;
}

static void unwind(struct vcpu *cpu)
{
    struct jit *jit = cpu->backend;
    const struct insn *insn = cpu->insn;

    jit_count(cpu, jit);
    if (!step_unwind(cpu, &jit->stepper)) {
        cpu->instructions += insn->ordinal;
        if (!cpu->program.psw_exact) {
            cpu->program.ilc = insn->length;
            cpu->state.psw_addr = insn_next(cpu, insn);
        }
    }
    cpu->insn = NULL;
}

const struct backend jit_backend = {
    .name = "jit",
    .attach = attach,
    .detach = detach,
    .run = run,
    .unwind = unwind,
};
