/*
 * The code beside the straight way: where an instruction runs as its body and how it comes back,
 * polls, look-ups, and exits that lead nowhere yet. It is made after the straight way, each
 * in the state that the straight way had where it jumps there.
 */
#include "cpu/jit/host/x86_64/gen.h"

#define PAGE_SIZE 4096

struct cold *gen_cold_new(struct gen *g, enum cold_kind kind)
{
    struct cold *cold = &g->cold[g->cold_count];

    if (g->cold_count + 1 < GEN_COLD_MAX)
        g->cold_count++;
    else
        g->refused = true;
    *cold = (struct cold){.kind = (uint8_t)kind,
                          .low = g->low,
                          .cc = g->cc,
                          .insn = (uint16_t)g->insn,
                          .op = (uint16_t)g->at,
                          .floats = g->floats,
                          .sources = g->sources,
                          .group = g->group,
                          .breaking = g->breaking,
                          .label = emit_label_new(&g->e)};
    return cold;
}

static struct cold *new_bail(struct gen *g, enum cold_kind kind)
{
    struct cold *cold = gen_cold_new(g, kind);

    const struct ir_op *op = &g->ir->op[g->at];

    cold->cc = g->cc_start;
    cold->sources = g->sources_start;
    if (ir_is_temp(op->b))
        cold->operand = g->temp_reg[op->b - IR_TEMP(0)];
    g->bails = true;
    return cold;
}

static struct cold *bail(struct gen *g, enum cold_kind kind, unsigned condition)
{
    struct cold *cold = new_bail(g, kind);

    emit_jcc_label(&g->e, (enum host_condition)condition, cold->label);
    return cold;
}

/* One place serves all of an instruction while its pins are the same. */
static unsigned label_of(struct gen *g, enum cold_kind kind)
{
    for (unsigned i = g->cold_count; i-- > 0 && g->cold[i].insn == g->insn;)
        if (g->cold[i].kind == kind && g->cold[i].low == g->low)
            return g->cold[i].label;
    return new_bail(g, kind)->label;
}

unsigned gen_bail_label(struct gen *g)
{
    return label_of(g, COLD_BAIL);
}

unsigned gen_alone_label(struct gen *g)
{
    return label_of(g, COLD_ALONE);
}

/* Else the body must say it, and the block is left. */
static bool says_overflow(const struct ir_op *op)
{
    return op->flags & IR_CC_UNUSED || op->cc == IR_CC_ADD_S32 || op->cc == IR_CC_ADD_S64 ||
           op->cc == IR_CC_SUB_S32 || op->cc == IR_CC_SUB_S64;
}

void gen_overflow(struct gen *g, const struct ir_op *op, bool undo)
{
    struct cold *cold;

    if (!says_overflow(op)) {
        bail(g, undo ? COLD_UNDO : COLD_BAIL, HOST_O);
        return;
    }
    cold = bail(g, undo ? COLD_OVERFLOW_UNDO : COLD_OVERFLOW, HOST_O);
    cold->resume = emit_label_new(&g->e);
    emit_label_place(&g->e, cold->resume);
}

void gen_bail(struct gen *g, unsigned condition)
{
    emit_jcc_label(&g->e, (enum host_condition)condition, gen_bail_label(g));
}

static void cold_step(struct gen *g, const struct cold *cold)
{
    gen_merge(g, UINT16_MAX);
    gen_cc_store(g);
    gen_note(g);
    if (gen_ordinal(g, cold->insn))
        emit_sub_mi(&g->e, HOST_32, gen_cpu(g->layout->budget), gen_ordinal(g, cold->insn));
    gen_store32(g, g->layout->next_offset, g->ir->insn[cold->insn].page_offset);
    gen_jump_stub(g, g->setup->stubs.lookup);
}

/* Takes an addition or subtraction back. */
static void undo(struct gen *g, const struct cold *cold)
{
    const struct ir_op *op = &g->ir->op[cold->op];
    enum host_size size = gen_size(op->width);
    enum host_reg reg = gen_pin(op->dst);
    int64_t imm = op->width == 4 ? (int32_t)op->imm : op->imm;
    struct host_rm rm = host_rm_reg(reg), b = {0};

    if (ir_is_temp(op->b))
        b = host_rm_reg((enum host_reg)cold->operand);
    else if (op->b != IR_CONST)
        b = gen_use(g, op->b, op->width);
    if (op->b == IR_CONST && op->op == IR_ADD)
        emit_sub_mi(&g->e, size, rm, imm);
    else if (op->b == IR_CONST)
        emit_add_mi(&g->e, size, rm, imm);
    else if (op->op == IR_ADD)
        emit_sub_rm(&g->e, size, reg, b);
    else
        emit_add_rm(&g->e, size, reg, b);
}

/* The next operation that looks at the condition code and could use the host's flags. */
static const struct ir_op *consumer(const struct gen *g, unsigned insn)
{
    for (unsigned i = g->ir->insn[insn + 1].first_op; i < g->ir->op_count; i++)
        switch (g->ir->op[i].op) {
        case IR_BRCC:
        case IR_SELECT:
        case IR_STCC:
        case IR_ADDC:
        case IR_SUBB:
            return &g->ir->op[i];
        default:
            break;
        }
    return 0;
}

/* To the end of INSN, with the copies that the straight way has. */
static void join(struct gen *g, unsigned insn)
{
    for (unsigned i = 0; i < GEN_SCRATCHES; i++)
        if (g->end_copy[insn][i] != IR_NOTHING)
            emit_mov_rm(&g->e, HOST_64, (enum host_reg)i, gen_home(g, g->end_copy[insn][i]));
    emit_jmp_label(&g->e, g->end_label[insn]);
}

/* Behind INSN, which ran as its body, as on the straight way. */
static void rejoin(struct gen *g, unsigned insn)
{
    const struct ir_op *next = g->end_flags[insn] ? consumer(g, insn) : 0;

    if (insn >= g->ir->again && g->site_count)
        gen_sites_forget(g);
    if (g->end_grouped[insn])
        gen_group_again(g, insn);
    gen_floats_again(g, g->end_floats[insn]);
    if (next)
        gen_cc_flags_again(g, (enum ir_cc)g->end_cc[insn], next);
    join(g, insn);
}

/* Its flags are those of the straight way, which nothing behind it here changes. */
static void cold_alone(struct gen *g, const struct cold *cold)
{
    const struct gen_sources *end = &g->end_sources[cold->insn];

    gen_group_none(g);
    gen_insn_alone(g);
    for (unsigned i = 0; i < 2; i++)
        if (end->of[i].v == IR_NOTHING)
            gen_cc_store(g);
    gen_convert(g, g->low, g->end_low[cold->insn]);
    gen_floats_convert(g, g->end_floats[cold->insn]);
    join(g, cold->insn);
}

static void cold_bail(struct gen *g, const struct cold *cold)
{
    if (cold->kind == COLD_OVERFLOW || cold->kind == COLD_OVERFLOW_UNDO) {
        emit_test_mi(&g->e, HOST_32, gen_cpu(g->layout->overflow_mask), g->layout->overflow_bit);
        emit_jcc_label(&g->e, HOST_E, cold->resume);
    }
    if (cold->kind == COLD_UNDO || cold->kind == COLD_OVERFLOW_UNDO)
        undo(g, cold);
    gen_merge(g, UINT16_MAX);
    gen_cc_store(g);
    gen_breaking_store(g);
    gen_load_insn(g, cold->insn, cold->cc, g->end_cc[cold->insn] | HOST_BAILED >> 8);
    gen_call_stub(g, g->ir->op[cold->op].op == IR_MASKOR ? g->setup->stubs.body_on
                                                         : g->setup->stubs.body);
    rejoin(g, cold->insn);
}

/* The last one leaves the condition code as the rule has it that holds behind it, if one of
   them set any. */
static void cold_bodies(struct gen *g, const struct cold *cold)
{
    unsigned before = cold->cc, after = IR_CC_NONE;

    gen_merge(g, UINT16_MAX);
    gen_cc_store(g);
    gen_breaking_store(g);
    for (unsigned i = cold->insn; i <= cold->last; i++) {
        if (g->end_cc[i] != IR_CC_NONE)
            after = g->end_cc[i];
        gen_load_insn(g, i, before, i == cold->last ? after : IR_CC_NONE);
        gen_call_stub(g, g->setup->stubs.body);
        before = IR_CC_MEMORY;
    }
    rejoin(g, cold->last);
}

static void cold_link(struct gen *g, const struct cold *cold)
{
    if (cold->kind == COLD_LINK_PAGE)
        emit_mov_mr(&g->e, HOST_64, gen_cpu(g->layout->insn_page), HOST_RAX);
    gen_store32(g, g->layout->next_offset, cold->target & (PAGE_SIZE - 1));
    emit_load_constant(&g->e, HOST_RAX, (uint64_t)(uintptr_t)cold->exit);
    gen_jump_stub(g, g->setup->stubs.link);
}

/* insn_page stays as it is, though the branch to TARGET has noted its breaking event. */
static void note_here(struct gen *g, int64_t target)
{
    int64_t offset = g->ir->insn[g->insn].page_offset;
    int64_t from_target = offset - (target & ~(int64_t)(PAGE_SIZE - 1));

    if (from_target >= -GEN_BREAKING_REACH && from_target < GEN_BREAKING_REACH)
        gen_store32(g, g->layout->cc_rule + 1, offset);
}

static void cold_leave(struct gen *g, const struct cold *cold)
{
    gen_edge(g, &g->ir->op[cold->op]);
}

static void cold_poll(struct gen *g, const struct cold *cold)
{
    gen_merge(g, UINT16_MAX);
    gen_cc_store(g);
    gen_note(g);
    if (cold->unpaid)
        emit_sub_mi(&g->e, HOST_32, gen_cpu(g->layout->budget), cold->unpaid);
    if (cold->target & ~(int64_t)(PAGE_SIZE - 1) && g->ir->op[cold->op].flags & IR_BREAKING)
        note_here(g, cold->target);
    gen_store32(g, g->layout->next_offset, cold->target);
    gen_jump_stub(g, g->setup->stubs.exit_spill);
}

static void cold_poll_address(struct gen *g, const struct cold *cold)
{
    (void)cold;
    gen_note_breaking(g, g->ir->insn[g->insn].page_offset);
    emit_mov_mr(&g->e, HOST_64, gen_cpu(g->layout->psw_addr), HOST_RAX);
    gen_store32(g, g->layout->next_offset, INT32_MIN);
    gen_jump_stub(g, g->setup->stubs.exit_spill);
}

static void cold_guard(struct gen *g, const struct cold *cold)
{
    (void)cold;
    emit_mov_mr(&g->e, HOST_64, gen_cpu(g->layout->insn_page), HOST_RAX);
    gen_store32(g, g->layout->next_offset, g->ir->insn[0].page_offset);
    gen_jump_stub(g, g->setup->stubs.lookup);
}

static void cold_elsewhere(struct gen *g, const struct cold *cold)
{
    (void)cold;
    gen_elsewhere(g);
}

static void cold_miss(struct gen *g, const struct cold *cold)
{
    (void)cold;
    emit_mov_mr(&g->e, HOST_64, gen_cpu(g->layout->psw_addr), HOST_RAX);
    gen_jump_stub(g, g->setup->stubs.lookup_psw);
}

static const struct {
    void (*make)(struct gen *g, const struct cold *cold);
    const char *name; /* in listings */
} kinds[COLD_KINDS] = {
    [COLD_BAIL] = {cold_bail, "run the body"},
    [COLD_UNDO] = {cold_bail, "undo and run the body"},
    [COLD_OVERFLOW] = {cold_bail, "overflow"},
    [COLD_OVERFLOW_UNDO] = {cold_bail, "overflow"},
    [COLD_CARRY] = {gen_carry_cold, "make the carry"},
    [COLD_SITE] = {gen_site_miss, "look up"},
    [COLD_ALONE] = {cold_alone, "look up alone"},
    [COLD_BODIES] = {cold_bodies, "run the bodies"},
    [COLD_ZERO] = {gen_float_zero, "zero"},
    [COLD_LEAVE] = {cold_leave, "branch taken"},
    [COLD_POLL] = {cold_poll, "poll"},
    [COLD_POLL_ADDRESS] = {cold_poll_address, "poll"},
    [COLD_MISS] = {cold_miss, "look up"},
    [COLD_ELSEWHERE] = {cold_elsewhere, "another page"},
    [COLD_GUARD] = {cold_guard, "look up"},
    [COLD_STEP] = {cold_step, "another page"},
    [COLD_LINK] = {cold_link, "link"},
    [COLD_LINK_PAGE] = {cold_link, "link to another page"},
};

void gen_cold(struct gen *g, struct cold *cold)
{
    const struct cold c = *cold;

    g->low = c.low;
    g->cc = c.cc;
    g->insn = c.insn;
    g->at = c.op;
    g->used = 0;
    g->flags_from = -1;
    g->floats = c.floats;
    g->sources = c.sources;
    g->group = c.group;
    g->breaking = c.breaking;
    gen_copies_forget(g);
    emit_label_place(&g->e, c.label);
    gen_mark(g, kinds[c.kind].name);
    kinds[c.kind].make(g, &c);
}
