/* Branches, ways out of a block, and instructions that run as their bodies. */
#include "cpu/jit/host/x86_64/gen.h"

#define PAGE_SIZE      4096
#define BREAKING_REACH (1 << 23) /* bytes that 24 bits with their sign count */

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

void gen_jump_stub(struct gen *g, const uint8_t *stub)
{
    emit_jmp_address(&g->e, (uint64_t)(uintptr_t)stub);
}

void gen_call_stub(struct gen *g, const uint8_t *stub)
{
    emit_call_address(&g->e, (uint64_t)(uintptr_t)stub);
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

static void store32(struct gen *g, int32_t offset, int64_t value)
{
    emit_mov_mi(&g->e, HOST_32, gen_cpu(offset), value);
}

void gen_note_breaking(struct gen *g, int32_t offset)
{
    if (g->cc == IR_CC_DYNAMIC)
        store32(g, g->layout->cc_rule + 1, offset);
    else
        store32(g, g->layout->cc_rule, (int32_t)((uint32_t)offset << 8 | g->cc));
}

static void breaking_store(struct gen *g)
{
    if (g->breaking != GEN_IN_PLACE)
        store32(g, g->layout->cc_rule + 1, g->breaking);
    g->breaking = GEN_IN_PLACE;
}

void gen_note(struct gen *g)
{
    if (g->breaking != GEN_IN_PLACE)
        gen_note_breaking(g, g->breaking);
    else
        gen_cc_rule_store(g, (enum ir_cc)g->cc);
    g->breaking = GEN_IN_PLACE;
}

/* Leaves towards TARGET under CONDITION, having paid for UNPAID instructions more. */
static void poll(struct gen *g, enum host_condition condition, int64_t target, unsigned unpaid)
{
    struct cold *cold = gen_cold_new(g, COLD_POLL);

    cold->target = target;
    cold->unpaid = unpaid;
    emit_jcc_label(&g->e, condition, cold->label);
}

/* The budget pays for COUNT instructions; where it is used up, the block is left. */
static void pay(struct gen *g, int64_t count, int64_t target, unsigned unpaid)
{
    emit_sub_mi(&g->e, HOST_32, gen_cpu(g->layout->budget), count);
    poll(g, HOST_S, target, unpaid);
}

void gen_check_budget(struct gen *g, int64_t target, unsigned unpaid)
{
    if (!g->setup->deterministic)
        return;
    emit_cmp_mi(&g->e, HOST_32, gen_cpu(g->layout->budget), gen_ordinal(g, g->ir->insn_count));
    poll(g, HOST_L, target, unpaid);
}

/* To an instruction of the block, from the state that G has. */
static void edge_inside(struct gen *g, const struct ir_op *op, unsigned to)
{
    unsigned at = gen_ordinal(g, to), end = gen_ordinal(g, g->insn) + 1;

    if (op->flags & IR_BREAKING)
        g->breaking = g->ir->insn[g->insn].page_offset;
    if (!g->beside && to > g->insn) {
        gen_target_know(g, to, g->low);
        if (to != g->ir->again)
            gen_target_settle(g, to);
    }
    gen_target_reach(g, to);
    if (to == g->ir->again && g->insn < to)
        gen_sites_forget(g);
    if (at < end) {
        pay(g, end - at, op->imm, at);
        gen_check_budget(g, op->imm, at);
    } else if (at > end) {
        emit_add_mi(&g->e, HOST_32, gen_cpu(g->layout->budget), at - end);
    }
    emit_jmp_label(&g->e, g->target_label[to]);
}

/* A breaking event noted from the page that is left without a branch, in full; RAX is insn_page
   and the rule stands in the CPU. */
static void keep_breaking(struct gen *g)
{
    unsigned skip = emit_label_new(&g->e);

    emit_mov_rm(&g->e, HOST_32, HOST_RDX, gen_cpu(g->layout->cc_rule));
    emit_sar_mi8(&g->e, HOST_32, host_rm_reg(HOST_RDX), 8);
    emit_cmp_mi(&g->e, HOST_32, host_rm_reg(HOST_RDX), HOST_NO_BREAKING);
    emit_jcc_label(&g->e, HOST_E, skip);
    emit_movsxd_rm(&g->e, HOST_64, HOST_RDX, host_rm_reg(HOST_RDX));
    emit_add_rm(&g->e, HOST_64, HOST_RDX, host_rm_reg(HOST_RAX));
    emit_mov_mr(&g->e, HOST_64, gen_cpu(g->layout->breaking_event), HOST_RDX);
    store32(g, g->layout->cc_rule + 1, HOST_NO_BREAKING);
    emit_label_place(&g->e, skip);
}

/* The branch as the breaking event, and the rule of the condition code, before insn_page grows
   by PAGE: the event counts from the new one, where it is within reach. RAX is insn_page. */
static void note_far(struct gen *g, int64_t page)
{
    int64_t offset = g->ir->insn[g->insn].page_offset - page;

    if (offset >= -BREAKING_REACH && offset < BREAKING_REACH) {
        gen_note_breaking(g, (int32_t)offset);
        return;
    }
    emit_lea_rm(&g->e, HOST_64, HOST_RDX, host_mem(HOST_RAX, g->ir->insn[g->insn].page_offset));
    emit_mov_mr(&g->e, HOST_64, gen_cpu(g->layout->breaking_event), HOST_RDX);
    gen_note_breaking(g, HOST_NO_BREAKING);
}

static void exit_site(struct gen *g, struct host_exit *exit, enum cold_kind kind)
{
    struct cold *cold = gen_cold_new(g, kind);

    cold->exit = exit;
    cold->target = exit->target;
    exit->site = g->request->run + emit_jmp_site(&g->e, cold->label);
}

/* Out of the block. */
static void edge_outside(struct gen *g, const struct ir_op *op)
{
    struct host_exit *exit = &g->request->exits[g->result->exit_count];
    int64_t page = op->imm & ~(int64_t)(PAGE_SIZE - 1);

    if (g->result->exit_count + 1 < HOST_EXITS_MAX)
        g->result->exit_count++;
    *exit = (struct host_exit){.target = op->imm};
    gen_cc_store(g);
    gen_merge(g, UINT16_MAX);
    if (page != 0)
        emit_mov_rm(&g->e, HOST_64, HOST_RAX, gen_cpu(g->layout->insn_page));
    if (op->flags & IR_BREAKING)
        note_far(g, page);
    else
        gen_note(g);
    g->cc = IR_CC_DYNAMIC;
    g->breaking = GEN_IN_PLACE;
    if (page != 0 && !(op->flags & IR_BREAKING))
        keep_breaking(g);
    emit_sub_mi(&g->e, HOST_32, gen_cpu(g->layout->budget), gen_ordinal(g, g->insn) + 1);
    /* Each way round has a branch back, or one to an address in a register. */
    if (op->imm <= g->ir->insn[g->insn].page_offset)
        poll(g, HOST_S, op->imm, 0);
    if (page == 0) {
        exit_site(g, exit, COLD_LINK);
        return;
    }
    if (!gen_fits32(op->imm))
        g->refused = true;
    emit_add_mi(&g->e, HOST_64, host_rm_reg(HOST_RAX), (int32_t)page);
    exit_site(g, exit, COLD_LINK_PAGE);
}

static int inside(const struct gen *g, const struct ir_op *op)
{
    (void)g;
    return op->op == IR_NEXT || op->to == IR_OUTSIDE ? -1 : op->to;
}

static void edge(struct gen *g, const struct ir_op *op)
{
    int to = inside(g, op);

    if (to >= 0)
        edge_inside(g, op, (unsigned)to);
    else
        edge_outside(g, op);
}

/* Where CONDITION holds, as OP says; a loop's way back stands in line, since it is taken. */
static void conditional(struct gen *g, const struct ir_op *op, unsigned condition)
{
    int to = inside(g, op);
    const struct gen_floats floats = g->floats;
    const struct gen_sources sources = g->sources;
    const struct gen_group group = g->group;
    const int32_t breaking = g->breaking;
    const uint16_t low = g->low;
    const uint8_t cc = g->cc;
    unsigned skip;
    struct cold *cold;

    if (condition == HOST_NEVER)
        return;
    if (condition == HOST_ALWAYS) {
        edge(g, op);
        return;
    }
    if (to >= 0 && (unsigned)to <= g->insn) {
        skip = emit_label_new(&g->e);
        emit_jcc_label(&g->e, (enum host_condition)(condition ^ 1), skip);
        edge_inside(g, op, (unsigned)to);
        emit_label_place(&g->e, skip);
        g->low = low;
        g->floats = floats;
        g->sources = sources;
        g->group = group;
        g->breaking = breaking;
        g->cc = cc;
        return;
    }
    if (to >= 0) {
        if (op->flags & IR_BREAKING)
            g->breaking = g->ir->insn[g->insn].page_offset;
        gen_target_know(g, (unsigned)to,
                        (unsigned)to == g->ir->again ? gen_halves_at(g, (unsigned)to) : g->low);
        g->breaking = breaking;
    }
    cold = gen_cold_new(g, COLD_LEAVE);
    emit_jcc_label(&g->e, (enum host_condition)condition, cold->label);
}

static void compare_and_branch(struct gen *g, const struct ir_op *op)
{
    static const uint8_t is_signed[8] = {HOST_NEVER, HOST_G,  HOST_L,  HOST_NE,
                                         HOST_E,     HOST_GE, HOST_LE, HOST_ALWAYS};
    static const uint8_t is_unsigned[8] = {HOST_NEVER, HOST_A,  HOST_B,  HOST_NE,
                                           HOST_E,     HOST_AE, HOST_BE, HOST_ALWAYS};
    enum host_size size = gen_size(op->width);
    struct host_rm b;
    enum host_reg a;
    bool taken;

    if (op->b == IR_CONST) {
        b = gen_near_part(g, op->a, gen_use(g, op->a, op->width), op->width);
        if (op->imm2 == 0 && b.kind == HOST_RM_REG)
            emit_test_mr(&g->e, size, b, (enum host_reg)b.base);
        else
            emit_cmp_mi(&g->e, size, b, op->imm2);
    } else {
        b = gen_use(g, op->b, op->width);
        a = gen_use_reg(g, op, op->a, op->width, &taken);
        emit_cmp_rm(&g->e, size, a, gen_near_part(g, op->b, b, op->width));
        if (taken)
            gen_release(g, a);
    }
    g->flags_from = -1;
    conditional(g, op,
                op->c & IR_UNSIGNED ? is_unsigned[op->c >> 1 & 7] : is_signed[op->c >> 1 & 7]);
}

static void count_and_branch(struct gen *g, const struct ir_op *op)
{
    enum host_size size = gen_size(op->width);

    if (gen_pin(op->dst) == HOST_NO_REG) {
        emit_sub_mi(&g->e, size, gen_home(g, op->dst), 1);
    } else {
        if (op->width == 8)
            gen_merge(g, (uint16_t)(1u << op->dst));
        else
            gen_set_begin(g, op->dst, 4);
        emit_sub_mi(&g->e, size, host_rm_reg(gen_pin(op->dst)), 1);
    }
    g->flags_from = -1;
    conditional(g, op, HOST_NE);
}

void gen_branch(struct gen *g, const struct ir_op *op)
{
    unsigned condition;

    switch (op->op) {
    case IR_BR:
    case IR_NEXT:
        edge(g, op);
        return;
    case IR_BRCC:
        condition = gen_cc_condition(g, op->c);
        conditional(g, op, condition);
        return;
    case IR_BRCMP:
        compare_and_branch(g, op);
        return;
    case IR_BRDEC:
        count_and_branch(g, op);
        return;
    default:
        gen_indirect(g, op);
        return;
    }
}

static void load_insn(struct gen *g, unsigned insn, unsigned cc_before, unsigned cc_after)
{
    emit_load_constant(&g->e, HOST_RAX,
                       (uint64_t)(uintptr_t)g->request->insns +
                           gen_ordinal(g, insn) * g->request->insn_size);
    emit_mov_oi(&g->e, HOST_32, HOST_RCX, (int64_t)(cc_before | cc_after << 8));
}

void gen_call(struct gen *g, const struct ir_op *op)
{
    switch (op->op) {
    case IR_FENCE:
        emit_lock(&g->e);
        emit_or_mi(&g->e, HOST_32, host_mem(HOST_RSP, 0), 0);
        return;
    default:
        gen_merge(g, UINT16_MAX);
        gen_cc_store(g);
        breaking_store(g);
        load_insn(g, g->insn, g->cc, IR_CC_NONE);
        if (op->op == IR_CALL)
            gen_call_stub(g, op->imm ? g->setup->stubs.body_on : g->setup->stubs.body);
        else
            gen_jump_stub(g, g->setup->stubs.body_end);
        g->cc = IR_CC_MEMORY;
        g->flags_from = -1;
        gen_floats_forget(g);
        return;
    }
}

/* Jumps to MISS unless the page at IMM is the one that the block was made of. An address that the
   addressing mode wraps is in no TLB. */
static void check_next(struct gen *g, const struct ir_op *op, unsigned miss)
{
    emit_mov_rm(&g->e, HOST_64, HOST_RAX, gen_cpu(g->layout->insn_page));
    emit_add_mi(&g->e, HOST_64, host_rm_reg(HOST_RAX), op->imm);
    gen_check_page(g, g->request->next_page_id, miss);
}

void gen_step(struct gen *g, const struct ir_op *op)
{
    check_next(g, op, gen_cold_new(g, COLD_STEP)->label);
}

/* Before any temporary has its register. */
void gen_next_page(struct gen *g, const struct ir_op *op)
{
    check_next(g, op, gen_bail_label(g));
}

static void cold_step(struct gen *g, const struct cold *cold)
{
    gen_merge(g, UINT16_MAX);
    gen_cc_store(g);
    gen_note(g);
    if (gen_ordinal(g, cold->insn))
        emit_sub_mi(&g->e, HOST_32, gen_cpu(g->layout->budget), gen_ordinal(g, cold->insn));
    store32(g, g->layout->next_offset, g->ir->insn[cold->insn].page_offset);
    gen_jump_stub(g, g->setup->stubs.lookup);
}

/* A branch further on leads back to INSN. */
static bool has_way_back(const struct gen *g, unsigned insn)
{
    for (unsigned i = g->ir->insn[insn].first_op; i < g->ir->op_count; i++)
        if (g->ir->op[i].op >= IR_BR && g->ir->op[i].op <= IR_BRDEC && g->ir->op[i].to == insn)
            return true;
    return false;
}

void gen_target(struct gen *g, unsigned insn)
{
    if (!g->dead || !g->target[insn].known)
        gen_target_know(g, insn, gen_halves_at(g, insn));
    if (insn != g->ir->again && has_way_back(g, insn))
        gen_target_settle(g, insn);
    if (g->dead)
        gen_target_take(g, insn);
    else
        gen_target_reach(g, insn);
    gen_copies_forget(g);
    g->flags_from = -1;
    emit_label_place(&g->e, g->target_label[insn]);
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
    breaking_store(g);
    load_insn(g, cold->insn, cold->cc, g->end_cc[cold->insn] | HOST_BAILED >> 8);
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
    breaking_store(g);
    for (unsigned i = cold->insn; i <= cold->last; i++) {
        if (g->end_cc[i] != IR_CC_NONE)
            after = g->end_cc[i];
        load_insn(g, i, before, i == cold->last ? after : IR_CC_NONE);
        gen_call_stub(g, g->setup->stubs.body);
        before = IR_CC_MEMORY;
    }
    rejoin(g, cold->last);
}

static void cold_link(struct gen *g, const struct cold *cold)
{
    if (cold->kind == COLD_LINK_PAGE)
        emit_mov_mr(&g->e, HOST_64, gen_cpu(g->layout->insn_page), HOST_RAX);
    store32(g, g->layout->next_offset, cold->target & (PAGE_SIZE - 1));
    emit_load_constant(&g->e, HOST_RAX, (uint64_t)(uintptr_t)cold->exit);
    gen_jump_stub(g, g->setup->stubs.link);
}

/* insn_page stays as it is, though the branch to TARGET has noted its breaking event. */
static void note_here(struct gen *g, int64_t target)
{
    int64_t offset = g->ir->insn[g->insn].page_offset;
    int64_t from_target = offset - (target & ~(int64_t)(PAGE_SIZE - 1));

    if (from_target >= -BREAKING_REACH && from_target < BREAKING_REACH)
        store32(g, g->layout->cc_rule + 1, offset);
}

static const char *const cold_names[COLD_KINDS] = {
    [COLD_BAIL] = "run the body",
    [COLD_UNDO] = "undo and run the body",
    [COLD_LEAVE] = "branch taken",
    [COLD_POLL] = "poll",
    [COLD_POLL_ADDRESS] = "poll",
    [COLD_MISS] = "look up",
    [COLD_ELSEWHERE] = "another page",
    [COLD_SITE] = "look up",
    [COLD_ALONE] = "look up alone",
    [COLD_BODIES] = "run the bodies",
    [COLD_ZERO] = "zero",
    [COLD_CARRY] = "make the carry",
    [COLD_GUARD] = "look up",
    [COLD_STEP] = "another page",
    [COLD_LINK] = "link",
    [COLD_LINK_PAGE] = "link to another page",
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
    gen_mark(g, cold_names[c.kind] ? cold_names[c.kind] : "beside");
    switch (c.kind) {
    case COLD_BAIL:
    case COLD_UNDO:
    case COLD_OVERFLOW:
    case COLD_OVERFLOW_UNDO:
        cold_bail(g, &c);
        return;
    case COLD_SITE:
        gen_site_miss(g, &c);
        return;
    case COLD_ALONE:
        cold_alone(g, &c);
        return;
    case COLD_BODIES:
        cold_bodies(g, &c);
        return;
    case COLD_CARRY:
        gen_carry_cold(g, &c);
        return;
    case COLD_ZERO:
        gen_float_zero(g, &c);
        return;
    case COLD_LEAVE:
        edge(g, &g->ir->op[c.op]);
        return;
    case COLD_POLL:
        gen_merge(g, UINT16_MAX);
        gen_cc_store(g);
        gen_note(g);
        if (c.unpaid)
            emit_sub_mi(&g->e, HOST_32, gen_cpu(g->layout->budget), c.unpaid);
        if (c.target & ~(int64_t)(PAGE_SIZE - 1) && g->ir->op[c.op].flags & IR_BREAKING)
            note_here(g, c.target);
        store32(g, g->layout->next_offset, c.target);
        gen_jump_stub(g, g->setup->stubs.exit_spill);
        return;
    case COLD_POLL_ADDRESS:
        gen_note_breaking(g, g->ir->insn[g->insn].page_offset);
        emit_mov_mr(&g->e, HOST_64, gen_cpu(g->layout->psw_addr), HOST_RAX);
        store32(g, g->layout->next_offset, INT32_MIN);
        gen_jump_stub(g, g->setup->stubs.exit_spill);
        return;
    case COLD_GUARD:
        emit_mov_mr(&g->e, HOST_64, gen_cpu(g->layout->insn_page), HOST_RAX);
        store32(g, g->layout->next_offset, g->ir->insn[0].page_offset);
        gen_jump_stub(g, g->setup->stubs.lookup);
        return;
    case COLD_ELSEWHERE:
        gen_elsewhere(g);
        return;
    case COLD_MISS:
        emit_mov_mr(&g->e, HOST_64, gen_cpu(g->layout->psw_addr), HOST_RAX);
        gen_jump_stub(g, g->setup->stubs.lookup_psw);
        return;
    case COLD_STEP:
        cold_step(g, &c);
        return;
    default:
        cold_link(g, &c);
        return;
    }
}
