/* Telling an observer what has been made: see observe.h. */
#include "cpu/jit/observe.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/jit/jit_internal.h"

static const struct {
    const char *name;
    size_t offset;
} stubs[] = {
    {"enter", offsetof(struct host_stubs, enter)},
    {"exit", offsetof(struct host_stubs, exit)},
    {"exit_spill", offsetof(struct host_stubs, exit_spill)},
    {"body", offsetof(struct host_stubs, body)},
    {"body_on", offsetof(struct host_stubs, body_on)},
    {"body_end", offsetof(struct host_stubs, body_end)},
    {"link", offsetof(struct host_stubs, link)},
    {"lookup", offsetof(struct host_stubs, lookup)},
    {"lookup_psw", offsetof(struct host_stubs, lookup_psw)},
    {"condition_code", offsetof(struct host_stubs, condition_code)},
    {"move", offsetof(struct host_stubs, move)},
    {"fill", offsetof(struct host_stubs, fill)},
    {"search_string", offsetof(struct host_stubs, search_string)},
    {"compare_string", offsetof(struct host_stubs, compare_string)},
    {"compare", offsetof(struct host_stubs, compare)},
    {"floats", offsetof(struct host_stubs, floats)},
    {"no_entry", offsetof(struct host_stubs, no_entry)},
};

#define STUB_COUNT (sizeof stubs / sizeof stubs[0])

_Static_assert(sizeof(struct host_stubs) == STUB_COUNT * sizeof(void *), "each stub has a name");

static const uint8_t *stub_at(const struct jit *jit, unsigned i)
{
    const uint8_t *run;

    memcpy(&run, (const uint8_t *)&jit->host.stubs + stubs[i].offset, sizeof run);
    return run;
}

/* Up to the next one: stubs stand in a row. */
static size_t stub_size(const struct jit *jit, unsigned i)
{
    const uint8_t *start = stub_at(jit, i);
    const uint8_t *end = jit->cache.memory.run + jit->stubs_end;

    for (unsigned j = 0; j < STUB_COUNT; j++)
        if (stub_at(jit, j) > start && stub_at(jit, j) < end)
            end = stub_at(jit, j);
    return (size_t)(end - start);
}

void jit_tell_stubs(const struct vcpu *cpu, const struct jit *jit)
{
    for (unsigned i = 0; jit->observer && i < STUB_COUNT; i++) {
        const struct jit_stub stub = {stubs[i].name, stub_at(jit, i), stub_size(jit, i)};

        jit->observer->stub(jit->observer->owner, cpu, &stub);
    }
}

const char *jit_stub_name(const struct vcpu *cpu, const uint8_t *run)
{
    const struct jit *jit = cpu->backend;

    for (unsigned i = 0; i < STUB_COUNT; i++)
        if (stub_at(jit, i) == run)
            return stubs[i].name;
    return NULL;
}

bool jit_observe(struct vcpu *cpu, const struct jit_observer *observer)
{
    struct jit *jit = cpu->backend;

    jit->marks = calloc(HOST_MARKS_MAX, sizeof *jit->marks);
    if (!jit->marks)
        return false;
    jit->observer = observer;
    jit_tell_stubs(cpu, jit);
    return true;
}

void jit_tell_translation(const struct vcpu *cpu, const struct jit *jit,
                          const struct jit_block *block, const struct host_result *result)
{
    const struct jit_translation translation = {
        .page = cpu->insn_page,
        .absolute = block->page->absolute,
        .mode = block->page->mode,
        .text = cpu->storage->host + block->page->absolute,
        .next = block->second ? cpu->storage->host + block->second->absolute : NULL,
        .insns = block->insns,
        .insn_count = block->count,
        .ir = jit->ir,
        /* Published code can be read where it runs. */
        .code = result->guarded,
        .run = result->guarded,
        .size = result->size,
        .entry = (size_t)(result->entry - result->guarded),
        .marks = jit->marks,
        .mark_count = result->mark_count,
        .exits = block->exits,
        .exit_count = block->exit_count,
    };

    if (jit->observer)
        jit->observer->translated(jit->observer->owner, cpu, &translation);
}

bool jit_member_name(int32_t offset, char name[24])
{
    static const struct {
        const char *name;
        size_t offset;
    } members[] = {
        {"cc", offsetof(struct vcpu, cc)},
        {"psw_addr", offsetof(struct vcpu, state.psw_addr)},
        {"breaking_event", offsetof(struct vcpu, state.breaking_event)},
        {"insn_page", offsetof(struct vcpu, insn_page)},
        {"space", offsetof(struct vcpu, space)},
        {"space_fetch", offsetof(struct vcpu, space_fetch)},
        {"fpc", offsetof(struct vcpu, state.fpc)},
        {"budget", offsetof(struct vcpu, translated.budget)},
        {"breaking", offsetof(struct vcpu, translated.breaking_offset)},
        {"next_offset", offsetof(struct vcpu, translated.next_offset)},
        {"cc_rule", offsetof(struct vcpu, translated.cc_rule)},
        {"cc_operand0", offsetof(struct vcpu, translated.cc_operand[0])},
        {"cc_operand1", offsetof(struct vcpu, translated.cc_operand[1])},
    };
    int32_t from_cpu = offset + JIT_CENTER;
    int32_t gr = from_cpu - (int32_t)offsetof(struct vcpu, state.gr);
    int32_t vr = from_cpu - (int32_t)offsetof(struct vcpu, state.vr);

    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if ((int32_t)members[i].offset == from_cpu) {
            snprintf(name, 24, "%s", members[i].name);
            return true;
        }
    if (gr >= 0 && gr < 16 * 8)
        snprintf(name, 24,
                 gr % 8 == 0   ? "r%d"
                 : gr % 8 == 4 ? "r%d.high"
                               : "r%d+%d",
                 gr / 8, gr % 8);
    else if (vr >= 0 && vr < 32 * 16)
        snprintf(name, 24, vr % 16 ? "v%d+%d" : "v%d", vr / 16, vr % 16);
    else
        return false;
    return true;
}

bool jit_ir_text(const struct jit_translation *translation, unsigned index, unsigned *insn,
                 char text[IR_TEXT_SIZE])
{
    const struct ir_block *ir = translation->ir;

    if (index >= ir->op_count)
        return false;
    *insn = ir->op[index].insn;
    ir_print_op(&ir->op[index], translation->page, text);
    return true;
}

void jit_insn_bytes(const struct jit_translation *translation, unsigned insn, uint8_t bytes[6])
{
    const struct insn *i = &translation->insns[insn];
    unsigned rest = STORAGE_PAGE_SIZE - i->page_offset;

    memset(bytes, 0, 6);
    memcpy(bytes, translation->text + i->page_offset, i->length < rest ? i->length : rest);
    if (i->length > rest && translation->next)
        memcpy(bytes + rest, translation->next, i->length - rest);
}

void jit_mode_text(uint32_t mode, char text[96])
{
    static const char *const roles[] = {"primary", "access-register", "secondary", "home"};
    unsigned addressing = mode >> SPACE_ADDRESSING_SHIFT & 3;

    snprintf(text, 96, "%s-bit%s%s, %s state, key %u%s%s%s",
             addressing == 3   ? "64"
             : addressing == 1 ? "31"
                               : "24",
             mode & SPACE_DAT ? ", DAT " : ", real",
             mode & SPACE_DAT ? roles[mode >> SPACE_ROLE_SHIFT & 3] : "",
             mode & SPACE_PROBLEM ? "problem" : "supervisor", mode & SPACE_KEY,
             mode & SPACE_AFP ? ", AFP" : "", mode & SPACE_VECTOR ? ", vector" : "",
             mode & SPACE_LOW_ADDRESS_PROTECTION ? ", low-address protection" : "");
}
