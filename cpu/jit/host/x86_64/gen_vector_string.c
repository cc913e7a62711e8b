/*
 * The vector string instructions (PoP chapter 23). The leftmost bits of the bytes of a comparison,
 * with the two doublewords exchanged, have the leftmost byte of the register first; the zeros on
 * their left are the index of the first byte that compares, 16 where there is none.
 */
#include "cpu/jit/host/x86_64/gen_vector.h"

static void compare_equal(struct gen *g, unsigned width, enum host_xmm reg, enum host_xmm a,
                          struct host_rm b)
{
    if (width == 1)
        emit_vpcmpeqb_pxvm(&g->e, HOST_V128, reg, a, b);
    else if (width == 2)
        emit_vpcmpeqw_pxvm(&g->e, HOST_V128, reg, a, b);
    else
        emit_vpcmpeqd_pxvm(&g->e, HOST_V128, reg, a, b);
}

/* Ones in XMM10 where elements of A are zero. */
static void compare_zero(struct gen *g, unsigned width, enum host_xmm a)
{
    emit_vpxor_pxvm(&g->e, HOST_V128, HOST_XMM10, HOST_XMM10, host_rm_xmm(HOST_XMM10));
    compare_equal(g, width, HOST_XMM10, a, host_rm_xmm(HOST_XMM10));
}

static void bits_in_order(struct gen *g, enum host_reg reg, enum host_xmm from)
{
    emit_vpmovmskb_rg(&g->e, HOST_32, reg, host_rm_xmm(from));
    emit_rol_mi8(&g->e, HOST_16, host_rm_reg(reg), 8);
}

static void index_of_first(struct gen *g, enum host_reg reg)
{
    emit_lzcnt_rm(&g->e, HOST_16, reg, host_rm_reg(reg));
}

static bool wants_cc(const struct ir_op *op)
{
    return op->cc != IR_CC_NONE && !(op->flags & IR_CC_UNUSED);
}

static void set_cc(struct gen *g, enum host_reg number)
{
    emit_mov_mr(&g->e, HOST_8, gen_cpu(g->layout->cc), number);
    g->cc = IR_CC_MEMORY;
    g->flags_from = -1;
}

/* The lower one of FOUND and ZERO into FOUND. The host's flags are those of the comparison. */
static void lower_index(struct gen *g, enum host_reg found, enum host_reg zero)
{
    emit_cmp_rm(&g->e, HOST_32, found, host_rm_reg(zero));
    emit_cmovcc_crm(&g->e, HOST_32, HOST_A, found, host_rm_reg(zero));
}

/* 0: a zero and no match before it; 1: a match, no zero; 2: a match before a zero; 3: neither. */
static void match_cc(struct gen *g, enum host_reg zero)
{
    enum host_reg number = gen_scratch(g);

    /* -1 where the match is before the zero. */
    emit_sbb_rm(&g->e, HOST_32, number, host_rm_reg(number));
    emit_and_mi(&g->e, HOST_32, host_rm_reg(number), 2);
    emit_shr_mi8(&g->e, HOST_32, host_rm_reg(zero), 4);
    emit_lea_rm(&g->e, HOST_32, zero, host_mem_index(zero, zero, 2, 0));
    emit_xor_rm(&g->e, HOST_32, number, host_rm_reg(zero));
    set_cc(g, number);
    gen_release(g, number);
}

/* Which elements of A are equal to any of SET: the host's instruction takes how many there are in
   RAX and RDX, and leaves ones in XMM0. */
static void compare_any(struct gen *g, unsigned width, enum host_xmm set, enum host_xmm a)
{
    emit_mov_oi(&g->e, HOST_32, HOST_RAX, 16 / width);
    emit_mov_oi(&g->e, HOST_32, HOST_RDX, 16 / width);
    gen_floats_lose(g, HOST_XMM0);
    emit_vpcmpestrm_xmi(&g->e, set, host_rm_xmm(a), width == 1 ? 0x40 : 0x41);
}

/* FOUND is RAX, and nothing else is in use yet. */
static void find_equal(struct gen *g, const struct ir_op *op, enum host_reg found)
{
    enum host_xmm a = gen_vector_reg(g, op, op->a, HOST_XMM8);
    enum host_reg zero;

    if (op->op == IR_VFAE) {
        compare_any(g, op->width, gen_vector_reg(g, op, op->b, HOST_XMM9), a);
        bits_in_order(g, found, HOST_XMM0);
    } else {
        compare_equal(g, op->width, HOST_XMM9, a, gen_vector_rm(g, op, op->b));
        bits_in_order(g, found, HOST_XMM9);
    }
    if (op->imm & IR_FIND_OTHERS)
        emit_xor_mi(&g->e, HOST_32, host_rm_reg(found), 0xffff);
    index_of_first(g, found);
    if (!(op->imm & IR_FIND_ZERO) && !wants_cc(op))
        return;
    zero = gen_scratch(g);
    if (op->imm & IR_FIND_ZERO) {
        compare_zero(g, op->width, a);
        bits_in_order(g, zero, HOST_XMM10);
        index_of_first(g, zero);
    } else {
        emit_mov_oi(&g->e, HOST_32, zero, 16);
    }
    lower_index(g, found, zero);
    if (wants_cc(op))
        match_cc(g, zero);
    gen_release(g, zero);
}

/* 1 or 2 in NUMBER: the element of A at FOUND is the lower or higher one. */
static void compare_at(struct gen *g, const struct ir_op *op, enum host_xmm a, enum host_reg found,
                       enum host_reg number)
{
    enum host_reg bits = gen_scratch(g);
    struct host_rm b = gen_vector_rm(g, op, op->b);

    if (op->width == 1)
        emit_vpmaxub_pxvm(&g->e, HOST_V128, HOST_XMM11, a, b);
    else if (op->width == 2)
        emit_vpmaxuw_pxvm(&g->e, HOST_V128, HOST_XMM11, a, b);
    else
        emit_vpmaxud_pxvm(&g->e, HOST_V128, HOST_XMM11, a, b);
    compare_equal(g, op->width, HOST_XMM11, HOST_XMM11, host_rm_xmm(a));
    bits_in_order(g, bits, HOST_XMM11);
    emit_mov_oi(&g->e, HOST_32, number, 15);
    emit_sub_rm(&g->e, HOST_32, number, host_rm_reg(found));
    emit_bt_mr(&g->e, HOST_32, host_rm_reg(bits), number);
    emit_mov_oi(&g->e, HOST_32, number, 1);
    emit_adc_mi(&g->e, HOST_32, host_rm_reg(number), 0);
    gen_release(g, bits);
}

/* 0: both ended before a difference; 1, 2: A is low, high; 3: no difference and no end. */
static void find_not_equal(struct gen *g, const struct ir_op *op, enum host_reg found)
{
    enum host_xmm a = gen_vector_reg(g, op, op->a, HOST_XMM8);
    struct host_rm three = gen_vector_constant(g, 3, 0);
    enum host_reg number = HOST_NO_REG, zero;

    compare_equal(g, op->width, HOST_XMM9, a, gen_vector_rm(g, op, op->b));
    bits_in_order(g, found, HOST_XMM9);
    emit_xor_mi(&g->e, HOST_32, host_rm_reg(found), 0xffff);
    index_of_first(g, found);
    if (wants_cc(op)) {
        number = gen_scratch(g);
        compare_at(g, op, a, found, number);
    }
    if (op->imm & IR_FIND_ZERO) {
        zero = gen_scratch(g);
        compare_zero(g, op->width, a);
        bits_in_order(g, zero, HOST_XMM10);
        index_of_first(g, zero);
        lower_index(g, found, zero);
        gen_release(g, zero);
        if (wants_cc(op))
            emit_cmovcc_crm(&g->e, HOST_32, HOST_A, number, gen_vector_constant(g, 0, 0));
    }
    if (!wants_cc(op))
        return;
    emit_cmp_mi(&g->e, HOST_32, host_rm_reg(found), 16);
    emit_cmovcc_crm(&g->e, HOST_32, HOST_E, number, three);
    set_cc(g, number);
    gen_release(g, number);
}

static void isolate(struct gen *g, const struct ir_op *op)
{
    enum host_xmm a = gen_vector_reg(g, op, op->a, HOST_XMM8), reg;
    enum host_reg zero = gen_scratch(g), table = gen_scratch(g);

    compare_zero(g, op->width, a);
    bits_in_order(g, zero, HOST_XMM10);
    index_of_first(g, zero);
    gen_vector_table_address(g, GEN_TABLE_LEFT, table);
    emit_sub_rm(&g->e, HOST_64, table, host_rm_reg(zero));
    emit_vmovdqu_pxm(&g->e, HOST_V128, HOST_XMM9, host_mem(table, 16));
    emit_vpshufb_pxvm(&g->e, HOST_V128, HOST_XMM9, HOST_XMM9, gen_vector_byte_order(g));
    reg = gen_vector_begin(g, op->dst);
    emit_vpand_pxvm(&g->e, HOST_V128, reg, a, host_rm_xmm(HOST_XMM9));
    gen_vector_end(g, op->dst, reg);
    if (wants_cc(op)) {
        emit_shr_mi8(&g->e, HOST_32, host_rm_reg(zero), 4);
        emit_lea_rm(&g->e, HOST_32, zero, host_mem_index(zero, zero, 2, 0));
        set_cc(g, zero);
    }
    gen_release(g, table);
    gen_release(g, zero);
}

void gen_vector_string(struct gen *g, const struct ir_op *op)
{
    enum host_reg found;
    enum host_xmm reg;

    if (op->op == IR_VISTR) {
        isolate(g, op);
        return;
    }
    found = gen_scratch(g);
    if (op->op == IR_VFEE || op->op == IR_VFAE)
        find_equal(g, op, found);
    else
        find_not_equal(g, op, found);
    reg = gen_vector_begin(g, op->dst);
    emit_vmovd_xg(&g->e, HOST_32, reg, host_rm_reg(found));
    gen_vector_end(g, op->dst, reg);
    gen_release(g, found);
}
