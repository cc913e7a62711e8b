/* The order of a block's instructions: see lift_order.h. */
#include "cpu/jit/lift/lift_order.h"

#include "cpu/jit/lift/lift.h"

static int decoded_at(const struct lift_order *order, int64_t offset)
{
    for (unsigned i = 0; i < order->decoded; i++)
        if (order->insns[i].page_offset == offset)
            return (int)i;
    return -1;
}

/* The instruction that the branch I leads back to, or -1. */
static int way_back(const struct lift_order *order, unsigned i)
{
    const struct insn *insn = &order->insns[i];
    int64_t offset;
    int to;

    if (insn->handler || !insn->body || !lift_branch_offset(insn, &offset))
        return -1;
    to = decoded_at(order, offset);
    return to <= (int)i ? to : -1;
}

/* No other loop lies in the one from HEAD to TAIL. */
static bool is_innermost(const struct lift_order *order, unsigned head, unsigned tail)
{
    for (unsigned i = head; i <= tail; i++)
        if (way_back(order, i) > (int)head)
            return false;
    return true;
}

/* The last way back to HEAD ends the loop. */
static unsigned last_way_back(const struct lift_order *order, unsigned head, unsigned tail)
{
    for (unsigned i = tail + 1; i < order->decoded; i++)
        if (way_back(order, i) == (int)head)
            tail = i;
    return tail;
}

static void find_loop(struct lift_order *order)
{
    for (unsigned i = 0; i < order->decoded; i++) {
        int head = way_back(order, i);
        unsigned tail;

        if (head < 0)
            continue;
        tail = last_way_back(order, (unsigned)head, i);
        if (!is_innermost(order, (unsigned)head, tail) ||
            order->decoded + tail + 1 - (unsigned)head > IR_INSNS_MAX - 1)
            continue;
        order->head = (unsigned)head;
        order->tail = tail;
        order->again = tail + 1;
        return;
    }
}

void lift_order_make(struct lift_order *order, const struct insn *insns, unsigned decoded,
                     bool loops)
{
    *order = (struct lift_order){.insns = insns, .decoded = decoded, .count = decoded};
    if (loops)
        find_loop(order);
    if (order->again)
        order->count += order->tail + 1 - order->head;
}

unsigned lift_order_source(const struct lift_order *order, unsigned place)
{
    return order->again && place >= order->again ? place - (order->tail + 1 - order->head) : place;
}

int lift_order_find(const struct lift_order *order, unsigned place, int64_t offset)
{
    unsigned length = order->tail + 1 - order->head, from = lift_order_source(order, place);
    bool second = order->again && place >= order->again && place < order->again + length;
    int to = decoded_at(order, offset);

    if (to < 0 || !order->again || (unsigned)to < order->head)
        return to;
    if ((unsigned)to > order->tail)
        return to + (int)length;
    /* The way back of the first copy leads to the second one. */
    if (second || ((unsigned)to == order->head && place < order->again && from >= order->head))
        return to + (int)length;
    return to;
}
