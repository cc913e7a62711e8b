/* A block of the intermediate representation as x86-64 code: see host.h. */
#include <string.h>

#include "cpu/jit/host/x86_64/gen.h"
#include "cpu/jit/host/x86_64/gen_vector.h"

typedef void generator(struct gen *g, const struct ir_op *op);

static void nothing(struct gen *g, const struct ir_op *op)
{
    (void)g;
    (void)op;
}

/* Those not named here belong to the file of their kind. */
static generator *const generators[IR_OPCODES] = {
    [IR_NOP] = nothing,
    [IR_LD] = gen_load,
    [IR_ST] = gen_store,
    [IR_PTRL] = gen_pointer,
    [IR_PTRS] = gen_pointer,
    [IR_LDP] = gen_load_pointer,
    [IR_STP] = gen_store_pointer,
    [IR_STCC] = gen_store_on_condition,
    [IR_LM] = gen_load_multiple,
    [IR_STM] = gen_store_multiple,
    [IR_MVC] = gen_characters,
    [IR_CLC] = gen_characters,
    [IR_XC] = gen_characters,
    [IR_NC] = gen_characters,
    [IR_OC] = gen_characters,
    [IR_SRST] = gen_search_string,
    [IR_CLST] = gen_compare_string,
    [IR_UPDATE] = gen_update,
    [IR_CS] = gen_compare_and_swap,
    [IR_CSPAIR] = gen_compare_and_swap_pair,
    [IR_MULW] = gen_multiply_pair,
    [IR_DIVU] = gen_divide_logical,
    [IR_DIVS] = gen_divide_single,
    [IR_GETCC] = gen_cc_get,
    [IR_BR] = gen_branch,
    [IR_BRCC] = gen_branch,
    [IR_BRCMP] = gen_branch,
    [IR_BRDEC] = gen_branch,
    [IR_BRIND] = gen_branch,
    [IR_NEXT] = gen_branch,
    [IR_FENCE] = gen_call,
    [IR_MASKAND] = gen_system_mask,
    [IR_MASKOR] = gen_system_mask,
    [IR_CALL] = gen_call,
    [IR_CALLEND] = gen_call,
    [IR_STEP] = gen_step,
    [IR_GUARD] = gen_next_page,
};

static void generate(struct gen *g, const struct ir_op *op)
{
    if (generators[op->op])
        generators[op->op](g, op);
    else if (op->op >= IR_FMOV && op->op <= IR_FPUT)
        gen_float(g, op);
    else if (op->op >= IR_VLD)
        gen_vector(g, op);
    else
        gen_alu(g, op);
}

void gen_mark(struct gen *g, const char *what)
{
    struct host_result *result = g->result;

    if (!g->request->marks || result->mark_count == HOST_MARKS_MAX)
        return;
    g->request->marks[result->mark_count++] =
        (struct host_mark){.offset = g->e.used, .insn = (uint16_t)g->insn, .what = what};
}

/* The last operation that uses each temporary of the instruction. */
static void find_last_uses(struct gen *g, unsigned insn)
{
    for (unsigned i = g->ir->insn[insn].first_op; i < g->ir->insn[insn + 1].first_op; i++) {
        const ir_value values[] = {g->ir->op[i].dst, g->ir->op[i].a, g->ir->op[i].b,
                                   g->ir->op[i].c};

        if (g->ir->op[i].op == IR_NOP)
            continue;
        for (unsigned j = 0; j < 4; j++)
            if (ir_is_temp(values[j]))
                g->temp_last[values[j] - IR_TEMP(0)] = (uint16_t)i;
    }
}

/* The host's flags stay as they are, unless the operation says otherwise. */
static bool keeps_flags(const struct ir_op *op)
{
    switch (op->op) {
    case IR_NOP:
    case IR_MOV:
    case IR_FMOV:
    case IR_SX8:
    case IR_SX16:
    case IR_SX32:
    case IR_ZX8:
    case IR_ZX16:
    case IR_ZX32:
    case IR_LEA:
    case IR_LEAPC:
        return true;
    case IR_MULW:
        return !(op->flags & IR_SIGNED);
    default:
        return false;
    }
}

static void generate_op(struct gen *g, unsigned i)
{
    const struct ir_op *op = &g->ir->op[i];
    int flags = g->flags_from;

    g->at = i;
    gen_copies_before(g, op);
    gen_cc_before(g, op);
    g->flags_kept = false;
    generate(g, op);
    gen_group_update(g, op);
    gen_copies_update(g, op);
    gen_temps_release(g);
    if (g->flags_from == flags && !keeps_flags(op) && !g->flags_kept)
        g->flags_from = -1;
    if (op->cc != IR_CC_NONE && !(op->flags & IR_CC_UNUSED))
        g->end_cc[op->insn] = g->cc;
}

/* What comes before anything of an instruction is done, also as its body. */
static void generate_step(struct gen *g, unsigned insn)
{
    unsigned first = g->ir->insn[insn].first_op, end = g->ir->insn[insn + 1].first_op;

    if (first < end && g->ir->op[first].op == IR_STEP)
        generate_op(g, first);
}

static void generate_ops(struct gen *g, unsigned insn)
{
    unsigned first = g->ir->insn[insn].first_op, end = g->ir->insn[insn + 1].first_op;

    g->used = 0;
    find_last_uses(g, insn);
    for (unsigned i = first; i < end; i++)
        if (g->ir->op[i].op != IR_STEP)
            generate_op(g, i);
    if (g->end_cc[insn] != IR_CC_NONE)
        gen_cc_after(g);
}

void gen_insn_alone(struct gen *g)
{
    g->alone = true;
    g->cc_start = g->cc;
    g->sources_start = g->sources;
    generate_ops(g, g->insn);
    g->alone = false;
}

/* Nothing comes from INSN to the one behind it. */
static bool ends_here(const struct gen *g, unsigned insn)
{
    unsigned end = g->ir->insn[insn + 1].first_op;
    unsigned op = end > g->ir->insn[insn].first_op ? g->ir->op[end - 1].op : IR_NOP;

    return op == IR_BR || op == IR_BRIND || op == IR_NEXT || op == IR_CALLEND;
}

static void generate_insn(struct gen *g, unsigned insn)
{
    g->insn = insn;
    gen_mark(g, 0);
    if (g->ir->insn[insn].target)
        gen_target(g, insn);
    g->cc_start = g->cc;
    g->sources_start = g->sources;
    g->bails = false;
    g->end_cc[insn] = IR_CC_NONE;
    g->used = 0;
    generate_step(g, insn);
    gen_float_guard(g);
    generate_ops(g, insn);
    g->dead = ends_here(g, insn);
    g->end_grouped[insn] = g->group.base != IR_NOTHING;
    g->end_looped[insn] = gen_group_is_of_loop(g);
    g->end_flags[insn] = g->flags_from >= (int)g->ir->insn[insn].first_op;
    g->end_floats[insn] = g->floats;
    g->end_low[insn] = g->low;
    g->end_sources[insn] = g->sources;
    memcpy(g->end_copy[insn], g->copy, sizeof g->copy);
    if (g->bails || g->float_sure == insn + 1)
        emit_label_place(&g->e, g->end_label[insn]);
}

static void prepare(struct gen *g)
{
    for (unsigned i = 0; i <= g->ir->insn_count; i++) {
        g->target[i].known = false;
        g->end_label[i] = emit_label_new(&g->e);
        g->target_label[i] = emit_label_new(&g->e);
    }
    g->cc = IR_CC_DYNAMIC;
    g->sources.of[0].v = g->sources.of[1].v = IR_NOTHING;
    g->breaking = GEN_IN_PLACE;
    g->flags_from = -1;
    g->group.base = IR_NOTHING;
    g->copy_made = HOST_NO_REG;
    gen_copies_forget(g);
    gen_group_of_loop(g);
}

static void generate_entry(struct gen *g)
{
    gen_mark(g, "guard");
    g->result->guarded = g->request->run;
    gen_guard(g);
    gen_mark(g, "entry");
    g->result->entry = g->request->run + g->e.used;
    gen_check_budget(g, g->ir->insn[0].page_offset, 0);
}

static void resolve_exits(struct gen *g)
{
    for (unsigned i = 0; i < g->cold_count; i++)
        if (g->cold[i].exit)
            g->cold[i].exit->unlinked = g->request->run + g->e.labels[g->cold[i].label];
}

size_t host_workspace_size(void)
{
    return sizeof(struct gen);
}

static enum host_outcome make(const struct host_setup *setup, const struct host_request *request,
                              struct host_result *result, unsigned *refused_insn)
{
    struct gen *g = setup->workspace;
    enum emit_failure failure;

    memset(&g->layout, 0, sizeof *g - offsetof(struct gen, layout));
    g->setup = setup;
    g->layout = setup->layout;
    g->request = request;
    g->ir = request->ir;
    g->result = result;
    result->exit_count = 0;
    result->mark_count = 0;
    emitter_init(&g->e, request->write, (uint32_t)request->size, (uintptr_t)request->run);
    prepare(g);
    generate_entry(g);
    for (unsigned i = 0; i < g->ir->insn_count; i++) {
        generate_insn(g, i);
        if (g->refused) {
            *refused_insn = i;
            return HOST_REFUSED;
        }
    }
    /* The block may go on in another one, also after an instruction that bailed. */
    g->at = g->ir->insn[g->ir->insn_count].first_op;
    if (g->at < g->ir->op_count) {
        gen_mark(g, "the block's end");
        gen_branch(g, &g->ir->op[g->at]);
    }
    g->beside = true;
    for (unsigned i = 0; i < g->cold_count && !g->refused; i++)
        gen_cold(g, &g->cold[i]);
    gen_mark(g, HOST_MARK_DATA);
    gen_constants(g);
    gen_vector_data(g);
    if (g->refused) {
        *refused_insn = g->insn;
        return HOST_REFUSED;
    }
    failure = emitter_finish(&g->e);
    if (failure == EMIT_BUFFER_FULL)
        return HOST_NO_ROOM;
    if (failure != EMIT_GOOD) {
        *refused_insn = IR_INSNS_MAX;
        return HOST_REFUSED;
    }
    resolve_exits(g);
    result->size = g->e.used;
    return HOST_MADE;
}

/* Where the second copy of a loop cannot keep all that the first leaves, once more without. */
enum host_outcome host_make_block(const struct host_setup *setup,
                                  const struct host_request *request, struct host_result *result,
                                  unsigned *refused_insn)
{
    struct gen *g = setup->workspace;
    enum host_outcome outcome;

    g->unkept = g->differs = 0;
    do {
        g->unkept |= g->differs;
        g->differs = 0;
        outcome = make(setup, request, result, refused_insn);
    } while (g->differs && outcome == HOST_MADE);
    return outcome;
}
