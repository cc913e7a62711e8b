/* What generated code calls: bodies, and finding where to go on. */
#include "cpu/arch/access.h"
#include "cpu/arch/configuration.h"
#include "cpu/arch/control.h"
#include "cpu/isa/check.h"
#include "cpu/isa/execute.h"
#include "cpu/jit/ir/ir.h"
#include "cpu/jit/jit_internal.h"

/* The condition code as a number, where RULE holds. */
static void number_condition_code(struct vcpu *cpu, enum ir_cc rule)
{
    struct vcpu_translated *t = &cpu->translated;

    if (rule == IR_CC_DYNAMIC)
        rule = (enum ir_cc)t->cc_rule;
    if (rule != IR_CC_MEMORY)
        cpu->cc = (uint8_t)ir_cc_value(rule, t->cc_operand[0], t->cc_operand[1]);
}

static void settle(struct vcpu *cpu, struct jit *jit, enum ir_cc rule)
{
    struct vcpu_translated *t = &cpu->translated;

    number_condition_code(cpu, rule);
    if (t->breaking_offset[0] != TRANSLATED_NO_BREAKING) {
        cpu->state.breaking_event =
            cpu->insn_page + (uint64_t)(int64_t)translated_breaking_offset(t);
        translated_no_breaking(t);
    }
    jit_count(cpu, jit);
}

void jit_count(struct vcpu *cpu, struct jit *jit)
{
    cpu->instructions += (uint64_t)(int64_t)(jit->counted - cpu->translated.budget);
    jit->counted = cpu->translated.budget;
}

void jit_settle(struct vcpu *cpu, struct jit *jit)
{
    settle(cpu, jit, IR_CC_DYNAMIC);
    cpu->translated.cc_rule = IR_CC_MEMORY;
}

static void run_body(struct vcpu *cpu, const struct insn *insn)
{
    cpu->insn = insn;
    if (unlikely(insn->handler == BLOCK_INSN_CHECK))
        insn_check(cpu, insn);
    insn->body(cpu, insn);
}

/* The condition code as operands of RULE. False where the rule cannot: a fixed-point overflow,
   which translated code does not reckon with. */
static bool express_condition_code(struct vcpu *cpu, enum ir_cc rule)
{
    uint64_t *operand = cpu->translated.cc_operand;

    if (rule == IR_CC_NONE || rule == IR_CC_MEMORY)
        return true;
    ir_cc_operands(rule, cpu->cc, operand);
    return ir_cc_value(rule, operand[0], operand[1]) == cpu->cc;
}

static void count_body(struct vcpu *cpu, struct jit *jit, const struct insn *insn, bool bailed)
{
    cpu->counters.bodies++;
    cpu->counters.bails += bailed;
    if (bailed)
        jit->calls[insn->row].bailed++;
    else
        jit->calls[insn->row].called++;
}

static int body(void *opaque, const void *instruction, uint32_t rules)
{
    struct vcpu *cpu = opaque;
    struct jit *jit = cpu->backend;
    const struct insn *insn = instruction;
    enum ir_cc after = (enum ir_cc)(rules >> 8 & 0xff);

    settle(cpu, jit, (enum ir_cc)(rules & 0xff));
    count_body(cpu, jit, insn, rules & HOST_BAILED);
    run_body(cpu, insn);
    if (likely(!jit->code_stored && express_condition_code(cpu, after)))
        return 0;
    cpu->translated.cc_rule = IR_CC_MEMORY;
    cpu->translated.next_offset = insn->page_offset + insn->length;
    cpu->translated.budget -= insn->ordinal + 1;
    jit->left = JIT_LEFT_BODY;
    return 1;
}

/* The code at the PSW address, where the instruction TLB and the page know it; else null, also
   where an instruction may cross to another page: jit_find looks at that one too. */
static const void *known_entry(struct vcpu *cpu, const struct jit *jit)
{
    uint64_t address = cpu->state.psw_addr;
    unsigned slot = (address >> STORAGE_PAGE_SHIFT) & (FETCH_TLB_ENTRIES - 1);
    const struct fetch_tlb_entry *entry = &cpu->space_fetch->instruction[slot];
    const struct jit_page *page = entry->code;
    uint32_t offset;

    if (entry->tag != (address & (STORAGE_PAGE_MASK | 1)) || access_page_rest(address) < 6)
        return NULL;
    offset = page->entry[(address & ~STORAGE_PAGE_MASK) / 2];
    if (!offset)
        return NULL;
    cpu->insn_page = entry->tag;
    return jit->cache.memory.run + offset;
}

/* The code at the PSW address, or the way out to who can find or make it. */
static const void *go_on(struct vcpu *cpu, struct jit *jit, struct host_exit *from)
{
    struct jit_block *block;
    const void *known;

    cpu->translated.next_offset = INT32_MIN;
    jit_count(cpu, jit);
    jit->left = JIT_LEFT_REQUEST;
    if (unlikely(cpu->translated.budget <= 0 || jit->code_stored ||
                 atomic_load_explicit(&cpu->requests, memory_order_relaxed) ||
                 cpu->state.cr[12] & CR12_BRANCH_TRACE))
        return jit->host.stubs.exit;
    if (unlikely(block_cache_is_stale(&jit->cache)))
        block_cache_refresh(cpu, &jit->cache);
    jit->left = JIT_LEFT_POLL;
    known = from ? NULL : known_entry(cpu, jit);
    if (likely(known))
        return known;
    jit->left = JIT_LEFT_UNKNOWN;
    block = jit_find(cpu, jit);
    if (unlikely(!block || !block->entry))
        return jit->host.stubs.exit;
    jit->left = JIT_LEFT_POLL;
    if (from)
        block_cache_link(&jit->cache, from, block);
    return block->entry;
}

bool jit_goes_on(const struct vcpu *cpu, const struct jit *jit, const struct address_space *space)
{
    unsigned slot = (cpu->insn_page >> STORAGE_PAGE_SHIFT) & (FETCH_TLB_ENTRIES - 1);

    return cpu->space_fetch == space && space->instruction[slot].tag == cpu->insn_page &&
           !jit->code_stored && !block_cache_is_stale(&jit->cache) &&
           !atomic_load_explicit(&cpu->requests, memory_order_relaxed) &&
           !(cpu->state.cr[12] & CR12_BRANCH_TRACE);
}

static const void *body_on(void *opaque, const void *instruction, uint32_t rules)
{
    struct vcpu *cpu = opaque;
    struct jit *jit = cpu->backend;
    const struct insn *insn = instruction;
    const struct address_space *space = cpu->space_fetch;
    uint64_t next = insn_next(cpu, insn);

    settle(cpu, jit, (enum ir_cc)(rules & 0xff));
    count_body(cpu, jit, insn, rules & HOST_BAILED);
    cpu->state.psw_addr = next;
    run_body(cpu, insn);
    if (likely(cpu->state.psw_addr == next && jit_goes_on(cpu, jit, space)))
        return NULL;
    cpu->translated.cc_rule = IR_CC_MEMORY;
    cpu->counters.exits_body_end++;
    cpu->translated.budget -= insn->ordinal + 1;
    cpu->insn = NULL;
    return go_on(cpu, jit, NULL);
}

static const void *body_end(void *opaque, const void *instruction, uint32_t rules)
{
    struct vcpu *cpu = opaque;
    struct jit *jit = cpu->backend;
    const struct insn *insn = instruction;

    settle(cpu, jit, (enum ir_cc)(rules & 0xff));
    cpu->translated.cc_rule = IR_CC_MEMORY;
    cpu->insn = insn;
    cpu->state.psw_addr = insn_next(cpu, insn);
    count_body(cpu, jit, insn, false);
    run_body(cpu, insn);
    cpu->counters.exits_body_end++;
    cpu->translated.budget -= insn->ordinal + 1;
    cpu->insn = NULL;
    return go_on(cpu, jit, NULL);
}

static void set_psw_addr(struct vcpu *cpu)
{
    cpu->state.psw_addr =
        address_wrap(cpu, cpu->insn_page + (uint64_t)(int64_t)cpu->translated.next_offset);
}

static const void *link(void *opaque, void *exit)
{
    struct vcpu *cpu = opaque;
    struct jit *jit = cpu->backend;

    set_psw_addr(cpu);
    jit_settle(cpu, jit);
    cpu->counters.exits_link++;
    return go_on(cpu, jit, exit);
}

static const void *look_up_offset(struct vcpu *cpu)
{
    struct jit *jit = cpu->backend;

    set_psw_addr(cpu);
    jit_settle(cpu, jit);
    return go_on(cpu, jit, NULL);
}

static const void *lookup(void *opaque)
{
    struct vcpu *cpu = opaque;

    const void *code;

    cpu->counters.exits_guard++;
    code = look_up_offset(cpu);
    jit_remember_page(cpu);
    return code;
}

static const void *no_entry(void *opaque)
{
    struct vcpu *cpu = opaque;

    cpu->counters.exits_no_entry++;
    return look_up_offset(cpu);
}

static const void *lookup_psw(void *opaque)
{
    struct vcpu *cpu = opaque;
    struct jit *jit = cpu->backend;

    jit_settle(cpu, jit);
    cpu->counters.exits_miss++;
    return go_on(cpu, jit, NULL);
}

static void condition_code(void *opaque)
{
    struct vcpu *cpu = opaque;

    number_condition_code(cpu, IR_CC_DYNAMIC);
    cpu->translated.cc_rule = IR_CC_MEMORY;
}

const struct host_functions jit_functions = {
    .body = body,
    .body_on = body_on,
    .body_end = body_end,
    .link = link,
    .lookup = lookup,
    .no_entry = no_entry,
    .lookup_psw = lookup_psw,
    .condition_code = condition_code,
};
