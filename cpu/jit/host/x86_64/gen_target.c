/*
 * Instructions that branches of the block lead to. Each way there may keep things where no other
 * keeps them: what they have in common is what the instruction can count on, and each way
 * puts the rest in its place.
 *
 * The way back of a loop is not known when its head is made, so that nothing is kept but
 * registers' halves. The second copy of a loop (lift_order.h) is another matter: its head is made
 * after the first copy, whose way back leads there in the state that the loop will have.
 */
#include "cpu/jit/host/x86_64/gen.h"

static bool same_source(const struct gen_source *a, const struct gen_source *b)
{
    if (a->v != b->v || a->v == IR_NOTHING)
        return a->v == b->v;
    return a->v == IR_CONST ? a->value == b->value : a->width == b->width;
}

static bool same_cc(const struct gen *g, const struct gen_target *t)
{
    return t->cc == g->cc && same_source(&t->sources.of[0], &g->sources.of[0]) &&
           same_source(&t->sources.of[1], &g->sources.of[1]);
}

static bool same_group(const struct gen_group *a, const struct gen_group *b)
{
    return a->base == b->base && a->stores == b->stores && a->low == b->low && a->high == b->high;
}

/* Any rule, unless a carry is what it looks for: that is made on each way there. */
static void forget_cc(const struct gen *g, struct gen_target *t)
{
    t->cc = gen_carry_wanted(g, (unsigned)(t - g->target)) ? IR_CC_CARRY : IR_CC_DYNAMIC;
    t->sources.of[0].v = t->sources.of[1].v = IR_NOTHING;
}

/* The second copy of a loop does without what it turned out not to keep. */
static void give_up(const struct gen *g, struct gen_target *t)
{
    if (g->unkept & GEN_UNKEPT_CC)
        forget_cc(g, t);
    if (g->unkept & GEN_UNKEPT_GROUP)
        t->group.base = IR_NOTHING;
    if (g->unkept & GEN_UNKEPT_BREAKING)
        t->breaking = GEN_IN_PLACE;
}

/* What T has and the present state does not: all must do without. */
static void find_differences(struct gen *g, const struct gen_target *t)
{
    if (t->breaking != GEN_IN_PLACE && t->breaking != g->breaking)
        g->differs |= GEN_UNKEPT_BREAKING;
    if (t->cc != IR_CC_DYNAMIC && t->cc != IR_CC_CARRY && !same_cc(g, t))
        g->differs |= GEN_UNKEPT_CC;
    if (t->group.base != IR_NOTHING && !same_group(&t->group, &g->group))
        g->differs |= GEN_UNKEPT_GROUP;
}

void gen_target_know(struct gen *g, unsigned to, uint16_t low)
{
    struct gen_target *t = &g->target[to];

    if (!t->known) {
        *t = (struct gen_target){.known = true,
                                 .low = low,
                                 .floats = gen_floats_at_target(g, to),
                                 .cc = g->cc,
                                 .sources = g->sources,
                                 .group = g->group,
                                 .breaking = g->breaking};
    } else {
        if (t->reached)
            find_differences(g, t);
        if (!same_cc(g, t) && t->cc != IR_CC_CARRY)
            forget_cc(g, t);
        if (!same_group(&t->group, &g->group))
            t->group.base = IR_NOTHING;
        if (t->breaking != g->breaking)
            t->breaking = GEN_IN_PLACE;
    }
    if (to == g->ir->again)
        give_up(g, t);
}

void gen_target_settle(struct gen *g, unsigned to)
{
    forget_cc(g, &g->target[to]);
    g->target[to].group.base = IR_NOTHING;
    g->target[to].breaking = GEN_IN_PLACE;
}

void gen_target_take(struct gen *g, unsigned to)
{
    const struct gen_target *t = &g->target[to];

    g->low = t->low;
    g->floats = t->floats;
    g->cc = t->cc;
    g->sources = t->sources;
    g->group = t->group;
    g->breaking = t->breaking;
}

/* Operands that are in their places there, but not here. */
static bool wants_operands(const struct gen *g, const struct gen_target *t)
{
    for (unsigned i = 0; i < 2; i++)
        if (t->sources.of[i].v == IR_NOTHING && g->sources.of[i].v != IR_NOTHING)
            return true;
    return false;
}

void gen_target_reach(struct gen *g, unsigned to)
{
    struct gen_target *t = &g->target[to];

    t->reached |= !g->beside;
    if (t->cc == IR_CC_CARRY)
        gen_carry_settle(g);
    if (wants_operands(g, t))
        gen_cc_store(g);
    if (t->breaking == GEN_IN_PLACE && (t->cc == IR_CC_DYNAMIC || g->breaking != GEN_IN_PLACE))
        gen_note(g);
    else if (t->cc == IR_CC_DYNAMIC)
        gen_cc_rule_store(g, (enum ir_cc)g->cc);
    find_differences(g, t);
    gen_convert(g, g->low, t->low);
    gen_floats_convert(g, t->floats);
    gen_target_take(g, to);
}
