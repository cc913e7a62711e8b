/*
 * Storage operands that share a check. Compilers reach the members of a structure, and the
 * slots of a stack frame, by one base register: the first such operand looks the whole range
 * up and leaves its host address in R15, and those that follow use that.
 *
 * R15 is zero where the range was not at hand as a whole, as in a stack frame across two pages:
 * then each instruction goes a way of its own, beside the straight one, and looks its operand
 * up. Nothing but a purge makes R15 wrong, and no purge comes without a call or a way out.
 */
#include "cpu/jit/host/x86_64/gen.h"

#define SPAN_MAX 512 /* bytes: a longer range crosses a page too often */

/* Bytes that OP takes at D(B), where it could share; 0: it could not. */
static unsigned shared_length(const struct ir_op *op)
{
    if (op->b != IR_NOTHING || !ir_is_gr(op->a) || op->flags & IR_RELATIVE)
        return 0;
    switch (op->op) {
    case IR_LD:
    case IR_ST:
    case IR_FLD:
    case IR_FST:
        return op->width;
    case IR_LM:
    case IR_STM:
        return (((op->c - op->dst) & 15u) + 1) * op->width;
    case IR_VLD:
    case IR_VST:
        return 16;
    case IR_VLDM:
    case IR_VSTM:
        return 16u * (op->c - op->dst + 1u);
    default:
        return 0;
    }
}

static bool is_store(const struct ir_op *op)
{
    return op->op == IR_ST || op->op == IR_STM || op->op == IR_FST || op->op == IR_VST ||
           op->op == IR_VSTM;
}

bool gen_changes(const struct ir_op *op, ir_value gr)
{
    if (op->op == IR_LM)
        return ((gr - op->dst) & 15u) <= ((op->c - op->dst) & 15u);
    if (op->op == IR_MULW || op->op == IR_DIVU || op->op == IR_DIVS)
        return gr == op->dst || gr == op->dst + 1;
    return op->dst == gr || op->op == IR_CSPAIR || op->op == IR_CLST;
}

/* Nothing of the block is known behind OP. */
static bool ends_group(const struct gen *g, unsigned i)
{
    const struct ir_op *op = &g->ir->op[i];
    const struct ir_insn *insn = &g->ir->insn[op->insn];

    if (insn->target && insn->first_op == i && i != g->at)
        return true;
    switch (op->op) {
    case IR_CALL:
    case IR_CALLEND:
    case IR_STEP:
    case IR_BR:
    case IR_BRIND:
    case IR_NEXT:
        return true;
    default:
        return false;
    }
}

static bool joins(struct gen_group *group, const struct ir_op *op)
{
    int32_t first = op->imm2, end = op->imm2 + (int32_t)shared_length(op);
    int32_t low = first < group->low ? first : group->low;
    int32_t high = end > group->high ? end : group->high;

    if (high - low > SPAN_MAX)
        return false;
    group->low = low;
    group->high = high;
    return true;
}

/* How many operations from the present one on could use GROUP, which grows to hold them. */
static unsigned count_uses(const struct gen *g, struct gen_group *group)
{
    unsigned count = 0;

    for (unsigned i = g->at; i < g->ir->op_count; i++) {
        const struct ir_op *op = &g->ir->op[i];

        if (ends_group(g, i))
            break;
        if (shared_length(op) && op->a == group->base && (group->stores || !is_store(op)) &&
            joins(group, op))
            count++;
        if (gen_changes(op, group->base))
            break;
    }
    return count;
}

/* R15 = host address of the group's first byte; jumps to MISS where it is not at hand. */
static void look_up(struct gen *g, const struct gen_group *group, unsigned miss)
{
    struct host_rm base = gen_use(g, group->base, 8);
    enum host_reg index;
    int32_t entries = group->stores ? g->layout->store : g->layout->fetch;

    base = gen_near(g, group->base, base);
    if (base.kind == HOST_RM_REG) {
        emit_lea_rm(&g->e, HOST_64, HOST_R15, host_mem((enum host_reg)base.base, group->low));
    } else {
        emit_mov_rm(&g->e, HOST_64, HOST_R15, base);
        if (group->low)
            emit_add_mi(&g->e, HOST_64, host_rm_reg(HOST_R15), group->low);
    }
    index = gen_scratch(g);
    emit_rorx_rmi8(&g->e, HOST_64, index, host_rm_reg(HOST_R15), 8);
    emit_and_mi(&g->e, HOST_32, host_rm_reg(index), (int64_t)(g->layout->tlb_entries - 1) << 4);
    emit_add_rm(&g->e, HOST_64, index, gen_cpu(g->layout->space));
    emit_xor_rm(&g->e, HOST_64, HOST_R15, host_mem(index, entries));
    emit_cmp_mi(&g->e, HOST_64, host_rm_reg(HOST_R15), 4096 - (group->high - group->low));
    emit_jcc_label(&g->e, HOST_A, miss);
    emit_add_rm(&g->e, HOST_64, HOST_R15, host_mem(index, entries + 8));
    gen_release(g, index);
}

/* The present instruction belongs to the loop that stands there twice. */
static bool in_loop(const struct gen *g)
{
    unsigned again = g->ir->again, start = gen_ordinal(g, again);

    return again && g->insn >= start && g->insn < again + (again - start);
}

/* Its operations: those of the second copy. */
static bool loop_keeps(const struct gen *g, const struct ir_op *ops, unsigned count, ir_value base)
{
    (void)g;
    for (unsigned i = 0; i < count; i++)
        if (ops[i].op == IR_CALL || ops[i].op == IR_CALLEND || ops[i].op == IR_FENCE ||
            gen_changes(&ops[i], base))
            return false;
    return true;
}

bool gen_in_second_copy(const struct gen *g)
{
    return in_loop(g) && g->insn >= g->ir->again && !g->beside;
}

void gen_group_of_loop(struct gen *g)
{
    unsigned again = g->ir->again, end = again + (again - gen_ordinal(g, again)), best = 0;
    const struct ir_op *ops = &g->ir->op[g->ir->insn[again].first_op];
    unsigned count = (unsigned)(&g->ir->op[g->ir->insn[end].first_op] - ops);

    g->loop_group.base = IR_NOTHING;
    if (again && !g->request->scattered && loop_keeps(g, ops, count, IR_NOTHING))
        g->site_max = (uint8_t)g->layout->sites;
    for (unsigned r = 1; again && g->ir->addressing == 64 && r < 16; r++) {
        struct gen_group group = {.base = IR_GR(r), .low = INT32_MAX, .high = INT32_MIN};
        unsigned uses = 0;

        for (unsigned i = 0; i < count; i++)
            if (shared_length(&ops[i]) && ops[i].a == group.base) {
                if (!uses)
                    group.low = group.high = ops[i].imm2;
                group.stores |= is_store(&ops[i]);
                uses = joins(&group, &ops[i]) ? uses + 1 : 0;
                if (!uses)
                    break;
            }
        if (uses > best && loop_keeps(g, ops, count, group.base)) {
            best = uses;
            g->loop_group = group;
        }
    }
}

bool gen_group_is_of_loop(const struct gen *g)
{
    return in_loop(g) && g->group.base != IR_NOTHING && g->group.base == g->loop_group.base &&
           g->group.low == g->loop_group.low && g->group.high == g->loop_group.high &&
           g->group.stores == g->loop_group.stores;
}

void gen_group_again(struct gen *g, unsigned insn)
{
    unsigned miss, done;

    if (!g->end_looped[insn]) {
        gen_group_none(g);
        return;
    }
    miss = emit_label_new(&g->e);
    done = emit_label_new(&g->e);
    look_up(g, &g->loop_group, miss);
    emit_jmp_label(&g->e, done);
    emit_label_place(&g->e, miss);
    gen_group_none(g);
    emit_label_place(&g->e, done);
}

void gen_group_none(struct gen *g)
{
    emit_xor_rm(&g->e, HOST_32, HOST_R15, host_rm_reg(HOST_R15));
}

static bool covers(const struct gen_group *group, const struct ir_op *op, unsigned length)
{
    return group->base == op->a && op->imm2 >= group->low &&
           op->imm2 + (int32_t)length <= group->high && (group->stores || !is_store(op));
}

struct host_rm gen_place(struct gen *g, const struct ir_op *op, unsigned length, bool store)
{
    struct gen_group fresh = {.base = op->a, .stores = store, .low = op->imm2, .high = op->imm2};
    struct gen_group present = g->group;
    bool shares = g->ir->addressing == 64 && shared_length(op) == length && !g->alone;

    if (shares && covers(&g->group, op, length)) {
        emit_test_mr(&g->e, HOST_64, host_rm_reg(HOST_R15), HOST_R15);
        emit_jcc_label(&g->e, HOST_E, gen_alone_label(g));
        return host_mem(HOST_R15, op->imm2 - g->group.low);
    }
    if (in_loop(g) && g->loop_group.base != IR_NOTHING) {
        if (!shares || !covers(&g->loop_group, op, length))
            return host_mem(gen_probe(g, op, length, store), 0);
        g->group = g->loop_group;
        look_up(g, &g->group, gen_alone_label(g));
        return host_mem(HOST_R15, op->imm2 - g->group.low);
    }
    /* One that still has uses ahead is kept. */
    if (!shares || count_uses(g, &fresh) < 2 ||
        (present.base != IR_NOTHING && present.base != op->a && count_uses(g, &present)))
        return host_mem(gen_probe(g, op, length, store), 0);
    g->group = fresh;
    look_up(g, &fresh, gen_alone_label(g));
    return host_mem(HOST_R15, op->imm2 - fresh.low);
}

void gen_group_update(struct gen *g, const struct ir_op *op)
{
    if (g->group.base != IR_NOTHING &&
        (gen_changes(op, g->group.base) || op->op == IR_CALL || op->op == IR_FENCE))
        g->group.base = IR_NOTHING;
}
