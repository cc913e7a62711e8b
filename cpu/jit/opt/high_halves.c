/*
 * Bits 0-31 of general registers, which results of 4 bytes leave alone: see opt.h. The host's
 * operations on 4 bytes clear them, so that nothing has to be put together where they are zero
 * already, or where nobody sees them before they are replaced.
 */
#include <string.h>

#include "cpu/jit/opt/opt.h"

#define ALL_REGISTERS UINT16_MAX

static uint16_t bit(ir_value v)
{
    return (uint16_t)(ir_is_gr(v) ? 1u << v : 0);
}

/* OP changes nothing but DST, takes nothing but A and B, and makes 4 or 8 bytes. */
static bool is_simple(const struct ir_op *op)
{
    switch (op->op) {
    case IR_MOV:
    case IR_ADD:
    case IR_SUB:
    case IR_AND:
    case IR_OR:
    case IR_XOR:
    case IR_MUL:
    case IR_SHL:
    case IR_SHR:
    case IR_SAR:
    case IR_NEG:
    case IR_NOT:
    case IR_SX8:
    case IR_SX16:
    case IR_SX32:
    case IR_ZX8:
    case IR_ZX16:
    case IR_ZX32:
    case IR_CLZ:
    case IR_POPCNT:
    case IR_INSERT:
    case IR_SELECT:
    case IR_LEA:
    case IR_LEAPC:
    case IR_LD:
    case IR_CMP:
    case IR_TEST:
    case IR_TM:
    case IR_NOP:
        return true;
    default:
        return false;
    }
}

static bool is_branch(const struct ir_op *op)
{
    return op->op >= IR_BR && op->op <= IR_BRDEC;
}

/* OP changes other registers than DST. */
static bool changes_many(const struct ir_op *op)
{
    switch (op->op) {
    case IR_LM:
    case IR_DIVU:
    case IR_DIVS:
    case IR_MULW:
    case IR_CSPAIR:
    case IR_CLST:
    case IR_CALL:
    case IR_CALLEND:
    case IR_STEP:
        return true;
    default:
        return false;
    }
}

/* A result of 4 bytes that the host has with zeros to its left. */
static bool may_clear(const struct ir_op *op)
{
    if (!is_simple(op) || !ir_is_gr(op->dst) || op->dst_width != 4)
        return false;
    if (op->op == IR_LD)
        return op->width == 4 || !(op->flags & IR_SIGNED);
    return op->width == 4 && op->op != IR_LEA;
}

static void clear(struct ir_op *op)
{
    op->dst_width = 8;
    if (op->op == IR_LD)
        op->flags &= (uint8_t)~IR_SIGNED;
}

static bool fits_word(int64_t imm)
{
    return imm >= 0 && imm <= UINT32_MAX;
}

/* Bits 0-31 of the result, of 8 bytes, are zero; ZERO are the registers of which this is known
   before. */
static bool makes_zero(const struct ir_op *op, uint16_t zero)
{
    bool a = bit(op->a) & zero, b = bit(op->b) & zero;
    bool word = op->b == IR_CONST && fits_word(op->imm);

    if (op->op == IR_LD)
        return op->width < 8 && !(op->flags & IR_SIGNED);
    if (op->width == 4)
        return true;
    switch (op->op) {
    case IR_MOV:
        return a || (op->a == IR_CONST && fits_word(op->imm));
    case IR_ZX8:
    case IR_ZX16:
    case IR_ZX32:
    case IR_CLZ:
    case IR_POPCNT:
        return true;
    case IR_AND:
        return a || b || word;
    case IR_OR:
    case IR_XOR:
        return a && (b || word || op->imm2 == IR_REACH_WORD);
    case IR_SHR:
        return a || (op->b == IR_CONST && op->imm >= 32);
    default:
        return false;
    }
}

/* The registers known to be zero there behind OP, before which these are ZERO. */
static uint16_t behind(const struct ir_op *op, uint16_t zero)
{
    uint16_t dst = bit(op->dst);

    if (changes_many(op))
        return 0;
    if (is_simple(op) && op->dst_width == 4)
        return zero;
    return is_simple(op) && makes_zero(op, zero) ? zero | dst : zero & (uint16_t)~dst;
}

/* Registers of which OP looks at bits 0-31. */
static uint16_t looked_at(const struct ir_op *op)
{
    switch (op->op) {
    case IR_NOP:
    case IR_SX8:
    case IR_SX16:
    case IR_SX32:
    case IR_ZX8:
    case IR_ZX16:
    case IR_ZX32:
        return 0;
    case IR_LD:
    case IR_LEA:
        return bit(op->a) | bit(op->b);
    default:
        return op->width == 8 ? bit(op->a) | bit(op->b) : 0;
    }
}

/* Results to whose left nobody looks before it is replaced. An overflow would be taken back from
   4 bytes, and an insertion clears nothing by itself. */
static void clear_unseen(struct ir_block *block)
{
    uint16_t seen = ALL_REGISTERS;

    for (unsigned i = block->op_count; i-- > 0;) {
        struct ir_op *op = &block->op[i];

        if (may_clear(op) && !(seen & bit(op->dst)) && !(op->flags & IR_OVERFLOW) &&
            op->op != IR_INSERT)
            clear(op);
        if (is_simple(op) && op->dst_width == 8)
            seen &= (uint16_t)~bit(op->dst);
        if (!is_simple(op) || opt_may_bail(op))
            seen = ALL_REGISTERS;
        else
            seen |= looked_at(op);
    }
}

/* The operations of one instruction, before which ZERO holds. NEXT, if any, gets what holds where
   branches lead; without it operations are changed. */
static uint16_t instruction(struct ir_block *block, unsigned insn, uint16_t zero, uint16_t *next)
{
    unsigned end = insn + 1 < block->insn_count ? block->insn[insn + 1].first_op : block->op_count;
    int to;

    for (unsigned i = block->insn[insn].first_op; i < end; i++) {
        struct ir_op *op = &block->op[i];

        if (!next && may_clear(op) && bit(op->dst) & zero)
            clear(op);
        if (!next && op->op == IR_ZX32 && op->width == 8 && bit(op->a) & zero)
            op->op = IR_MOV;
        zero = behind(op, zero);
        to = next && is_branch(op) && op->to != IR_OUTSIDE ? op->to : -1;
        if (to >= 0)
            next[to] &= zero;
    }
    return zero;
}

/* KNOWN is what holds where branches lead, as far as it has been found. */
static void pass(struct ir_block *block, const uint16_t *known, uint16_t *next)
{
    uint16_t zero = 0;

    for (unsigned i = 0; i < block->insn_count; i++) {
        if (block->insn[i].target) {
            if (next)
                next[i] &= zero;
            zero = known[i];
        }
        zero = instruction(block, i, zero, next);
    }
}

void opt_high_halves(struct ir_block *block)
{
    uint16_t known[IR_INSNS_MAX + 1], next[IR_INSNS_MAX + 1];
    bool targets = false, changed;
    unsigned size = (block->insn_count + 1) * sizeof known[0];

    for (unsigned i = 0; i < block->insn_count; i++)
        targets |= block->insn[i].target;
    /* What holds at a place can only become less from one pass to the next. */
    memset(known, 0xff, size);
    do {
        memset(next, 0xff, size);
        if (targets)
            pass(block, known, next);
        changed = targets && memcmp(known, next, size);
        memcpy(known, next, size);
    } while (changed);
    pass(block, known, 0);
    /* Last, since these zeros are not the guest's: behind a body that ran instead, as where a load
       bailed, what was there before is there still. */
    clear_unseen(block);
}
