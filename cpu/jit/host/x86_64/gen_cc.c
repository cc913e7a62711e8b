/* The condition code in host flags, as two operands and a rule, and as a number. */
#include "cpu/jit/host/x86_64/gen.h"

struct host_rm gen_cc_slot(const struct gen *g, unsigned i)
{
    return gen_cpu(g->layout->cc_operand + 8 * (int32_t)i);
}

void gen_cc_operand(struct gen *g, unsigned slot, enum host_reg reg)
{
    emit_mov_mr(&g->e, HOST_64, gen_cc_slot(g, slot), reg);
    g->sources.of[slot].v = IR_NOTHING;
}

void gen_cc_value(struct gen *g, unsigned slot, ir_value v, unsigned width, enum host_reg reg)
{
    if (ir_is_gr(v))
        g->sources.of[slot] = (struct gen_source){.v = v, .width = (uint8_t)width};
    else
        gen_cc_operand(g, slot, reg);
}

void gen_cc_constant(struct gen *g, unsigned slot, int64_t value)
{
    g->sources.of[slot] = (struct gen_source){.v = IR_CONST, .value = (int32_t)value};
}

void gen_cc_forget(struct gen *g)
{
    g->sources.of[0].v = g->sources.of[1].v = IR_NOTHING;
}

/* ir_cc_value looks at no more than words of the operands. */
static bool wants_words(enum ir_cc cc)
{
    switch (cc) {
    case IR_CC_SIGN32:
    case IR_CC_CMP_S32:
    case IR_CC_CMP_U32:
    case IR_CC_ADD_U32:
    case IR_CC_SUB_U32:
    case IR_CC_ADD_S32:
    case IR_CC_SUB_S32:
        return true;
    default:
        return false;
    }
}

static void store_register(struct gen *g, unsigned slot, const struct gen_source *source)
{
    enum host_reg pin = gen_pin(source->v);
    struct host_rm to = gen_cc_slot(g, slot);

    if (pin == HOST_NO_REG) {
        if (source->width == 4)
            emit_vmovd_xg(&g->e, HOST_32, GEN_RESULT, gen_home(g, source->v));
        else
            emit_vmovq_xg(&g->e, HOST_64, GEN_RESULT, gen_home(g, source->v));
        emit_vmovq_gx(&g->e, HOST_64, to, GEN_RESULT);
        return;
    }
    emit_mov_mr(&g->e, gen_size(source->width), to, pin);
    if (source->width == 4 && !wants_words((enum ir_cc)g->cc)) {
        to.disp += 4;
        emit_mov_mi(&g->e, HOST_32, to, 0);
    }
}

void gen_cc_store(struct gen *g)
{
    for (unsigned i = 0; i < 2; i++) {
        const struct gen_source *source = &g->sources.of[i];

        if (source->v == IR_CONST)
            emit_mov_mi(&g->e, HOST_64, gen_cc_slot(g, i), source->value);
        else if (source->v != IR_NOTHING)
            store_register(g, i, source);
    }
    gen_cc_forget(g);
}

static bool reads_cc(const struct ir_op *op)
{
    return op->op == IR_BRCC || op->op == IR_SELECT || op->op == IR_STCC || op->op == IR_ADDC ||
           op->op == IR_SUBB || op->op == IR_GETCC;
}

/* The instruction sets the condition code with a later operation than the present one, and
   nothing of it looks at the one before. */
static bool sets_cc_later(const struct gen *g)
{
    for (unsigned i = g->at + 1; i < g->ir->insn[g->insn + 1].first_op; i++) {
        if (reads_cc(&g->ir->op[i]))
            return false;
        if (g->ir->op[i].cc != IR_CC_NONE)
            return true;
    }
    return false;
}

void gen_cc_before(struct gen *g, const struct ir_op *op)
{
    if (op->op == IR_CALL || op->op == IR_CALLEND)
        return;
    if (op->cc != IR_CC_NONE && !reads_cc(op)) {
        gen_cc_forget(g);
        return;
    }
    for (unsigned i = 0; i < 2; i++)
        if (ir_is_gr(g->sources.of[i].v) && gen_changes(op, g->sources.of[i].v)) {
            if (sets_cc_later(g))
                gen_cc_forget(g);
            else
                gen_cc_store(g);
        }
}

/* The rule looks at its second operand too. */
static bool has_two_operands(enum ir_cc cc)
{
    switch (cc) {
    case IR_CC_LOGIC:
    case IR_CC_SIGN32:
    case IR_CC_SIGN64:
    case IR_CC_FSIGN32:
    case IR_CC_FSIGN64:
        return false;
    default:
        return true;
    }
}

void gen_cc_after(struct gen *g)
{
    if (has_two_operands((enum ir_cc)g->cc) &&
        (g->sources.of[0].v == IR_NOTHING) != (g->sources.of[1].v == IR_NOTHING))
        gen_cc_store(g);
}

void gen_cc_set(struct gen *g, const struct ir_op *op, bool flags_good)
{
    if (op->cc == IR_CC_NONE || op->flags & IR_CC_UNUSED)
        return;
    g->cc = op->cc;
    g->flags_compare = false;
    g->flags_from = flags_good ? (int)g->at : -1;
}

void gen_cc_rule_store(struct gen *g, enum ir_cc cc)
{
    if (cc != IR_CC_DYNAMIC)
        emit_mov_mi(&g->e, HOST_8, gen_cpu(g->layout->cc_rule), cc);
}

/* Conditions of a comparison by which of equal, below and above (bits 8, 4, 2) are asked for. */
static const uint8_t signed_conditions[8] = {HOST_NEVER, HOST_G,  HOST_L,  HOST_NE,
                                             HOST_E,     HOST_GE, HOST_LE, HOST_ALWAYS};
static const uint8_t unsigned_conditions[8] = {HOST_NEVER, HOST_A,  HOST_B,  HOST_NE,
                                               HOST_E,     HOST_AE, HOST_BE, HOST_ALWAYS};
#define NO_CONDITION 18
/* Of a logical addition, by mask: carry and zero in one condition, or not at all. */
static const uint8_t addition_conditions[16] = {
    HOST_NEVER,   NO_CONDITION, NO_CONDITION, HOST_B,       HOST_A, HOST_NE,
    NO_CONDITION, NO_CONDITION, NO_CONDITION, NO_CONDITION, HOST_E, HOST_BE,
    HOST_AE,      NO_CONDITION, NO_CONDITION, HOST_ALWAYS};
/* Of a logical subtraction: codes 1, 2, 3 are below, equal, above. */
static const uint8_t subtraction_conditions[8] = {HOST_NEVER, HOST_A,  HOST_E,  HOST_AE,
                                                  HOST_B,     HOST_NE, HOST_BE, HOST_ALWAYS};

/* TEST UNDER MASK against zero: condition code 0, or any other. */
static unsigned test_condition(unsigned mask, unsigned possible)
{
    mask &= possible;
    return mask == 0                ? HOST_NEVER
           : mask == 8              ? HOST_E
           : mask == possible       ? HOST_ALWAYS
           : mask == (possible & 7) ? HOST_NE
                                    : NO_CONDITION;
}

/* Of a comparison of floating-point numbers that are not NaNs. */
static unsigned float_condition(unsigned mask)
{
    if ((mask & 14) == 14)
        return HOST_NP;
    if ((mask & 14) == 0)
        return HOST_P;
    return unsigned_conditions[mask >> 1 & 7];
}

/* Which host condition of the rule's own flags stands for MASK. */
static unsigned condition_of(enum ir_cc cc, unsigned mask)
{
    switch (cc) {
    case IR_CC_LOGIC:
        return test_condition(mask, 12);
    case IR_CC_SIGN32:
    case IR_CC_SIGN64:
    case IR_CC_CMP_S32:
    case IR_CC_CMP_S64:
        return signed_conditions[mask >> 1 & 7];
    case IR_CC_CMP_U32:
    case IR_CC_CMP_U64:
        return unsigned_conditions[mask >> 1 & 7];
    case IR_CC_ADD_U32:
    case IR_CC_ADD_U64:
        return addition_conditions[mask & 15];
    case IR_CC_SUB_U32:
    case IR_CC_SUB_U64:
        return subtraction_conditions[mask & 7];
    case IR_CC_TEST8:
        return test_condition(mask, 13);
    case IR_CC_TEST16:
        return test_condition(mask, 15);
    case IR_CC_FCMP32:
    case IR_CC_FCMP64:
    case IR_CC_FSIGN32:
    case IR_CC_FSIGN64:
        return float_condition(mask);
    default:
        return NO_CONDITION;
    }
}

/* Ones alone, or all but ones: equal to the mask, or not. */
static bool asks_for_ones(enum ir_cc cc, unsigned mask)
{
    unsigned possible = cc == IR_CC_TEST8 ? 13 : 15;

    return (cc == IR_CC_TEST8 || cc == IR_CC_TEST16) &&
           ((mask & possible) == 1 || (mask & possible) == (possible & 14));
}

static unsigned ones_condition(unsigned mask)
{
    return mask & 1 ? HOST_E : HOST_NE;
}

bool gen_cc_is_short(enum ir_cc cc)
{
    switch (cc) {
    case IR_CC_SIGN32:
    case IR_CC_CMP_S32:
    case IR_CC_CMP_U32:
    case IR_CC_ADD_U32:
    case IR_CC_SUB_U32:
        return true;
    default:
        return false;
    }
}

/* A NaN makes the host say equal, below and unordered at once: where the condition that stands
   for MASK is wrong then, "neither equal nor below" is right. */
static void float_flags(struct gen *g, enum ir_cc cc, unsigned mask, enum host_reg reg)
{
    unsigned condition = float_condition(mask), skip;
    bool says =
        condition == HOST_E || condition == HOST_B || condition == HOST_BE || condition == HOST_P;
    struct host_rm b =
        cc == IR_CC_FCMP32 || cc == IR_CC_FCMP64 ? gen_cc_slot(g, 1) : host_rm_xmm(GEN_OPERAND);

    emit_vxorps_pxvm(&g->e, HOST_V128, GEN_OPERAND, GEN_OPERAND, host_rm_xmm(GEN_OPERAND));
    if (cc == IR_CC_FCMP32 || cc == IR_CC_FSIGN32) {
        emit_vmovss_xm(&g->e, GEN_RESULT, gen_cc_slot(g, 0));
        emit_vucomiss_xm(&g->e, GEN_RESULT, b);
    } else {
        emit_vmovsd_xm(&g->e, GEN_RESULT, gen_cc_slot(g, 0));
        emit_vucomisd_xm(&g->e, GEN_RESULT, b);
    }
    if (says == (mask & 1))
        return;
    skip = emit_label_new(&g->e);
    emit_jcc_label(&g->e, HOST_NP, skip);
    emit_or_mi(&g->e, HOST_32, host_rm_reg(reg), 1);
    emit_label_place(&g->e, skip);
}

void gen_cc_flags(struct gen *g, enum ir_cc cc, unsigned mask, enum host_reg reg)
{
    enum host_size size = gen_cc_is_short(cc) ? HOST_32 : HOST_64;

    switch (cc) {
    case IR_CC_LOGIC:
    case IR_CC_SIGN32:
    case IR_CC_SIGN64:
        emit_cmp_mi(&g->e, size, gen_cc_slot(g, 0), 0);
        return;
    case IR_CC_TEST8:
    case IR_CC_TEST16:
        emit_mov_rm(&g->e, size, reg, gen_cc_slot(g, 0));
        emit_and_rm(&g->e, size, reg, gen_cc_slot(g, 1));
        if (asks_for_ones(cc, mask))
            emit_cmp_rm(&g->e, size, reg, gen_cc_slot(g, 1));
        return;
    case IR_CC_ADD_U32:
    case IR_CC_ADD_U64:
        /* The sum again, from the sum less the summand. */
        emit_mov_rm(&g->e, size, reg, gen_cc_slot(g, 0));
        emit_sub_rm(&g->e, size, reg, gen_cc_slot(g, 1));
        emit_add_rm(&g->e, size, reg, gen_cc_slot(g, 1));
        return;
    case IR_CC_FCMP32:
    case IR_CC_FCMP64:
    case IR_CC_FSIGN32:
    case IR_CC_FSIGN64:
        float_flags(g, cc, mask, reg);
        return;
    case IR_CC_SUB_U32:
    case IR_CC_SUB_U64:
        emit_mov_rm(&g->e, size, reg, gen_cc_slot(g, 0));
        emit_add_rm(&g->e, size, reg, gen_cc_slot(g, 1));
        emit_cmp_rm(&g->e, size, reg, gen_cc_slot(g, 1));
        return;
    default:
        break;
    }
    emit_mov_rm(&g->e, size, reg, gen_cc_slot(g, 0));
    emit_cmp_rm(&g->e, size, reg, gen_cc_slot(g, 1));
}

static bool is_rule(enum ir_cc cc)
{
    return cc != IR_CC_MEMORY && cc != IR_CC_DYNAMIC;
}

void gen_cc_number(struct gen *g)
{
    if (g->cc == IR_CC_MEMORY)
        return;
    gen_merge(g, UINT16_MAX);
    gen_cc_store(g);
    gen_cc_rule_store(g, (enum ir_cc)g->cc);
    gen_call_stub(g, g->setup->stubs.condition_code);
    gen_floats_forget(g);
    g->cc = IR_CC_MEMORY;
    g->flags_from = -1;
}

/* The host's carry flag where the number is one that MASK selects: its bit in a table. */
static void number_condition(struct gen *g, unsigned mask)
{
    unsigned table = (mask & 8) >> 3 | (mask & 4) >> 1 | (mask & 2) << 1 | (mask & 1) << 3;
    enum host_reg number = gen_scratch(g), reg = gen_scratch(g);

    emit_movzx8_rm(&g->e, HOST_32, number, gen_cpu(g->layout->cc));
    emit_mov_oi(&g->e, HOST_32, reg, table);
    emit_bt_mr(&g->e, HOST_32, host_rm_reg(reg), number);
    gen_release(g, reg);
    gen_release(g, number);
}

unsigned gen_cc_condition(struct gen *g, unsigned mask)
{
    unsigned condition =
        is_rule((enum ir_cc)g->cc) ? condition_of((enum ir_cc)g->cc, mask) : NO_CONDITION;
    bool ones = asks_for_ones((enum ir_cc)g->cc, mask);
    enum host_reg reg;

    if (mask == 0 || mask == 15)
        return mask ? HOST_ALWAYS : HOST_NEVER;
    if (condition == HOST_NEVER || condition == HOST_ALWAYS)
        return condition;
    if (g->flags_from >= 0 && g->flags_compare == ones && (ones || condition != NO_CONDITION))
        return ones ? ones_condition(mask) : condition;
    g->flags_from = -1;
    if (ones || condition != NO_CONDITION) {
        gen_cc_store(g);
        reg = gen_scratch(g);
        gen_cc_flags(g, (enum ir_cc)g->cc, mask, reg);
        gen_release(g, reg);
        return ones ? ones_condition(mask) : condition;
    }
    gen_cc_number(g);
    number_condition(g, mask);
    return HOST_B;
}

void gen_cc_flags_again(struct gen *g, enum ir_cc cc, const struct ir_op *consumer)
{
    unsigned mask = consumer->op == IR_BRCC ? consumer->c : (unsigned)consumer->imm;

    if (consumer->op == IR_ADDC || consumer->op == IR_SUBB) {
        gen_carry_again(g, cc);
        return;
    }
    if (is_rule(cc))
        gen_cc_flags(g, cc, mask, HOST_RAX);
}

/* INSERT PROGRAM MASK; the mask is beside the bit for overflow, to its right. */
void gen_cc_get(struct gen *g, const struct ir_op *op)
{
    unsigned shift = 27 - (unsigned)__builtin_ctz(g->layout->overflow_bit);
    enum host_reg number, mask;

    gen_cc_number(g);
    number = gen_set_begin(g, op->dst, 4);
    mask = gen_scratch(g);
    emit_movzx8_rm(&g->e, HOST_32, number, gen_cpu(g->layout->cc));
    emit_shl_mi8(&g->e, HOST_32, host_rm_reg(number), 28);
    emit_mov_rm(&g->e, HOST_32, mask, gen_cpu(g->layout->overflow_mask));
    emit_and_mi(&g->e, HOST_32, host_rm_reg(mask),
                g->layout->overflow_bit | g->layout->overflow_bit >> 1 |
                    g->layout->overflow_bit >> 2 | g->layout->overflow_bit >> 3);
    emit_shl_mi8(&g->e, HOST_32, host_rm_reg(mask), shift);
    emit_or_rm(&g->e, HOST_32, number, host_rm_reg(mask));
    gen_release(g, mask);
    gen_set_end(g, op->dst, 4, number);
}
