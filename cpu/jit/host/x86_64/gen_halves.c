/* Which registers better come as halves to the head of a loop. */
#include "cpu/jit/host/x86_64/gen.h"

/* The last instruction of the loop that starts with INSN; -1: none does. */
static int end_of_loop(const struct ir_block *ir, unsigned insn)
{
    int last = -1;

    for (unsigned i = ir->insn[insn].first_op; i < ir->op_count; i++)
        if (ir->op[i].op >= IR_BR && ir->op[i].op <= IR_BRDEC && ir->op[i].to == insn)
            last = ir->op[i].insn;
    return last;
}

/* What halves cost in a loop, in instructions for each register. */
struct halves {
    uint16_t low;
    uint16_t cost[16];
};

#define MERGE_COST 4
#define SAVE_COST  1

static void use_whole(struct halves *h, ir_value v)
{
    if (!ir_is_gr(v) || !(h->low & 1u << v))
        return;
    h->cost[v] = (uint16_t)(h->cost[v] + MERGE_COST);
    h->low &= (uint16_t) ~(1u << v);
}

static void set_word(struct halves *h, ir_value v)
{
    if (h->low & 1u << v || gen_pin(v) == HOST_NO_REG)
        return;
    h->cost[v] = (uint16_t)(h->cost[v] + SAVE_COST);
    h->low |= (uint16_t)(1u << v);
}

/* OP looks at all of its operands A and B. */
static bool uses_wholes(const struct ir_op *op)
{
    switch (op->op) {
    case IR_LD:
    case IR_ST:
    case IR_STCC:
    case IR_LEA:
    case IR_PTRL:
    case IR_PTRS:
    case IR_LM:
    case IR_STM:
    case IR_FLD:
    case IR_FST:
        return true;
    case IR_SX8:
    case IR_SX16:
    case IR_SX32:
    case IR_ZX8:
    case IR_ZX16:
    case IR_ZX32:
        return false;
    case IR_SHL:
        return op->width == 8 && op->dst_width == 8;
    default:
        return op->width == 8 || (op->op >= IR_VLD && op->op <= IR_VSTL);
    }
}

static void account_multiple(struct halves *h, const struct ir_op *op)
{
    for (unsigned i = 0; i <= ((op->c - op->dst) & 15u); i++) {
        ir_value v = IR_GR((op->dst + i) & 15);

        if (op->op == IR_LM && op->width == 4)
            set_word(h, v);
        else if (op->op == IR_LM)
            h->low &= (uint16_t) ~(1u << v);
        else if (op->width == 8)
            use_whole(h, v);
    }
}

static void account(struct halves *h, const struct ir_op *op)
{
    bool branch = op->op >= IR_BR && op->op <= IR_BRDEC;

    for (unsigned r = 0; r < 16 && op->op == IR_CALL; r++)
        use_whole(h, IR_GR(r));
    if (op->imm2 == IR_REACH_WORD && ir_reaches(op) && ir_is_gr(op->dst) && h->low & 1u << op->dst)
        return;
    if (uses_wholes(op)) {
        use_whole(h, op->a);
        use_whole(h, op->b);
    }
    if (op->op == IR_LM || op->op == IR_STM) {
        account_multiple(h, op);
        return;
    }
    if (op->width == 8 && !branch)
        use_whole(h, op->c);
    if (!ir_is_gr(op->dst))
        return;
    if (op->dst_width < 8)
        set_word(h, op->dst);
    else if (branch)
        use_whole(h, op->dst);
    else
        h->low &= (uint16_t) ~(1u << op->dst);
}

uint16_t gen_halves_at(const struct gen *g, unsigned insn)
{
    struct halves whole = {.low = 0}, half = {.low = UINT16_MAX};
    int last = end_of_loop(g->ir, insn);
    uint16_t words = 0;

    if (last < 0)
        return g->low;
    for (unsigned i = g->ir->insn[insn].first_op; i < g->ir->insn[last + 1].first_op; i++) {
        account(&whole, &g->ir->op[i]);
        account(&half, &g->ir->op[i]);
    }
    for (unsigned r = 0; r < 16; r++) {
        unsigned back_whole = whole.cost[r] + (whole.low & 1u << r ? MERGE_COST : 0);
        unsigned back_half = half.cost[r] + (half.low & 1u << r ? 0 : SAVE_COST);

        if (gen_pin(IR_GR(r)) != HOST_NO_REG &&
            (back_half < back_whole || (back_half == back_whole && g->low & 1u << r)))
            words |= (uint16_t)(1u << r);
    }
    return words;
}
