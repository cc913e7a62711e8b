/* Branches, ways out of a block, and instructions that run as their bodies. */
#include "cpu/jit/host/x86_64/gen.h"

#define PAGE_SIZE 4096

void gen_jump_stub(struct gen *g, const uint8_t *stub)
{
    emit_jmp_address(&g->e, (uint64_t)(uintptr_t)stub);
}

void gen_call_stub(struct gen *g, const uint8_t *stub)
{
    emit_call_address(&g->e, (uint64_t)(uintptr_t)stub);
}

void gen_store32(struct gen *g, int32_t offset, int64_t value)
{
    emit_mov_mi(&g->e, HOST_32, gen_cpu(offset), value);
}

void gen_note_breaking(struct gen *g, int32_t offset)
{
    if (g->cc == IR_CC_DYNAMIC)
        gen_store32(g, g->layout->cc_rule + 1, offset);
    else
        gen_store32(g, g->layout->cc_rule, (int32_t)((uint32_t)offset << 8 | g->cc));
}

void gen_breaking_store(struct gen *g)
{
    if (g->breaking != GEN_IN_PLACE)
        gen_store32(g, g->layout->cc_rule + 1, g->breaking);
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
    gen_store32(g, g->layout->cc_rule + 1, HOST_NO_BREAKING);
    emit_label_place(&g->e, skip);
}

/* The branch as the breaking event, and the rule of the condition code, before insn_page grows
   by PAGE: the event counts from the new one, where it is within reach. RAX is insn_page. */
static void note_far(struct gen *g, int64_t page)
{
    int64_t offset = g->ir->insn[g->insn].page_offset - page;

    if (offset >= -GEN_BREAKING_REACH && offset < GEN_BREAKING_REACH) {
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

void gen_edge(struct gen *g, const struct ir_op *op)
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
        gen_edge(g, op);
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
        gen_edge(g, op);
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

void gen_load_insn(struct gen *g, unsigned insn, unsigned cc_before, unsigned cc_after)
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
        gen_breaking_store(g);
        gen_load_insn(g, g->insn, g->cc, IR_CC_NONE);
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
