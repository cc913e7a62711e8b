/*
 * Floating-point operations. The host rounds to nearest and reports nothing: a result that is a
 * normal number other than the smallest, or an exact zero, is what the guest gets where the FPC
 * asks for nothing more (gen_float_guard); with anything else the instruction runs as its body,
 * which knows NaNs, infinities, subnormal numbers and traps. Same reasoning: cpu/float/bfp_fast.h.
 */
#include "cpu/jit/host/x86_64/gen.h"

typedef void xvm(struct emitter *e, enum host_xmm reg, enum host_xmm source, struct host_rm rm);

/* By operation, short and long. */
static xvm *const binary[IR_OPCODES][2] = {
    [IR_FADD] = {emit_vaddss_xvm, emit_vaddsd_xvm},
    [IR_FSUB] = {emit_vsubss_xvm, emit_vsubsd_xvm},
    [IR_FMUL] = {emit_vmulss_xvm, emit_vmulsd_xvm},
    [IR_FDIV] = {emit_vdivss_xvm, emit_vdivsd_xvm},
    [IR_FSQRT] = {emit_vsqrtss_xvm, emit_vsqrtsd_xvm},
    [IR_FMADD] = {emit_vfmadd231ss_xvm, emit_vfmadd231sd_xvm},
    [IR_FMSUB] = {emit_vfmsub231ss_xvm, emit_vfmsub231sd_xvm},
};

static void compare(struct gen *g, unsigned width, enum host_xmm a, struct host_rm b)
{
    if (width == 8)
        emit_vucomisd_xm(&g->e, a, b);
    else
        emit_vucomiss_xm(&g->e, a, b);
}

static void zero(struct gen *g, enum host_xmm xmm)
{
    emit_vxorps_pxvm(&g->e, HOST_V128, xmm, xmm, host_rm_xmm(xmm));
}

static void cc_operand(struct gen *g, const struct ir_op *op, unsigned slot, enum host_xmm xmm)
{
    struct host_rm rm = gen_cpu(g->layout->cc_operand + 8 * (int32_t)slot);

    if (op->cc == IR_CC_NONE || !(op->flags & IR_CC_STORED))
        return;
    if (op->cc == IR_CC_FCMP64 || op->cc == IR_CC_FSIGN64)
        emit_vmovsd_mx(&g->e, rm, xmm);
    else
        emit_vmovss_mx(&g->e, rm, xmm);
}

/* Goes on where the result is a normal number other than the smallest: its exponent, less 2,
   compared without its sign. The cold way looks whether it is a zero that is exact. */
static void check_range(struct gen *g, enum host_xmm result, unsigned width)
{
    enum host_reg reg = gen_scratch(g);
    unsigned shift = width == 8 ? 21 : 24;
    uint32_t exponents = width == 8 ? 0x7ff : 0xff;
    unsigned bail = gen_bail_label(g);
    struct cold *cold;

    if (width == 8) {
        emit_vmovq_gx(&g->e, HOST_64, host_rm_reg(reg), result);
        emit_shr_mi8(&g->e, HOST_64, host_rm_reg(reg), 32);
    } else {
        emit_vmovd_gx(&g->e, HOST_32, host_rm_reg(reg), result);
    }
    emit_lea_rm(&g->e, HOST_32, reg, host_mem_index(HOST_NO_REG, reg, 2, -(2 << shift)));
    emit_cmp_mi(&g->e, HOST_32, host_rm_reg(reg), (int32_t)((exponents - 2) << shift));
    gen_release(g, reg);
    cold = gen_cold_new(g, COLD_ZERO);
    cold->bail = bail;
    cold->operand = (uint8_t)reg;
    cold->resume = emit_label_new(&g->e);
    emit_jcc_label(&g->e, HOST_AE, cold->label);
    emit_label_place(&g->e, cold->resume);
}

/* The host's zero flag: RM, in the CPU or a vector register, is a zero. REG is free. */
static void test_zero(struct gen *g, enum host_reg reg, struct host_rm rm, unsigned width)
{
    enum host_size size = gen_size(width);

    if (rm.kind != HOST_RM_XMM)
        emit_mov_rm(&g->e, size, reg, rm);
    else if (width == 8)
        emit_vmovq_gx(&g->e, HOST_64, host_rm_reg(reg), (enum host_xmm)rm.base);
    else
        emit_vmovd_gx(&g->e, HOST_32, host_rm_reg(reg), (enum host_xmm)rm.base);
    emit_add_rm(&g->e, size, reg, host_rm_reg(reg));
}

/* Sums and roots of zero are exact; products, where a factor is zero, and so on. */
void gen_float_zero(struct gen *g, const struct cold *cold)
{
    const struct ir_op *op = &g->ir->op[cold->op];
    enum host_reg reg = (enum host_reg)cold->operand;
    unsigned width = op->op == IR_FROUND ? 4 : op->width;

    test_zero(g, reg, host_rm_xmm(gen_float_place(op->dst)), width);
    emit_jcc_label(&g->e, HOST_NE, cold->bail);
    if (op->op == IR_FADD || op->op == IR_FSUB || op->op == IR_FSQRT) {
        emit_jmp_label(&g->e, cold->resume);
        return;
    }
    if (op->op == IR_FMUL || op->op == IR_FMADD || op->op == IR_FMSUB) {
        test_zero(g, reg, gen_float_home(g, op->b, op->width), op->width);
        emit_jcc_label(&g->e, HOST_E, cold->resume);
    }
    test_zero(g, reg, gen_float_home(g, op->a, op->width), op->width);
    emit_jcc_label(&g->e, HOST_E, cold->resume);
    emit_jmp_label(&g->e, cold->bail);
}

static void finish(struct gen *g, const struct ir_op *op, unsigned width)
{
    cc_operand(g, op, 0, gen_float_place(op->dst));
    gen_float_made(g, op->dst, width);
    gen_cc_set(g, op, false);
}

/* DST = A * B + or - C, where C is another register than DST. */
static void fused(struct gen *g, const struct ir_op *op)
{
    bool adds = op->op == IR_FMADD;
    ir_value other = op->dst == op->a ? op->b : op->a;
    enum host_xmm to = gen_float_place(op->dst), from;
    struct host_rm rm;

    if (op->dst == op->a || op->dst == op->b) {
        to = gen_float_reg(g, op->dst, 8, GEN_RESULT);
        from = gen_float_reg(g, other, 8, GEN_OPERAND);
        rm = gen_float_use(g, op->c, 8);
        (adds ? emit_vfmadd213sd_xvm : emit_vfmsub213sd_xvm)(&g->e, to, from, rm);
    } else {
        from = gen_float_reg(g, op->c, 8, to);
        if (from != to)
            emit_vmovaps_pxm(&g->e, HOST_V128, to, host_rm_xmm(from));
        from = gen_float_reg(g, op->a, 8, GEN_OPERAND);
        rm = gen_float_use(g, op->b, 8);
        (adds ? emit_vfmadd231sd_xvm : emit_vfmsub231sd_xvm)(&g->e, to, from, rm);
    }
    check_range(g, to, 8);
    finish(g, op, 8);
}

static void arithmetic(struct gen *g, const struct ir_op *op)
{
    enum host_xmm to = gen_float_place(op->dst), a;
    struct host_rm b;

    if (op->op == IR_FMADD || op->op == IR_FMSUB) {
        to = gen_float_reg(g, op->dst, op->width, GEN_RESULT);
        a = gen_float_reg(g, op->a, op->width, GEN_OPERAND);
        b = gen_float_use(g, op->b, op->width);
    } else {
        a = gen_float_reg(g, op->a, op->width, GEN_RESULT);
        b = op->op == IR_FSQRT ? host_rm_xmm(a) : gen_float_use(g, op->b, op->width);
    }
    binary[op->op][op->width == 8](&g->e, to, a, b);
    check_range(g, to, op->width);
    finish(g, op, op->width);
}

static void multiply_longer(struct gen *g, const struct ir_op *op)
{
    enum host_xmm a = gen_float_reg(g, op->a, 4, GEN_RESULT), b;
    enum host_xmm to = gen_float_place(op->dst);

    emit_vcvtss2sd_xvm(&g->e, GEN_RESULT, a, host_rm_xmm(a));
    b = gen_float_reg(g, op->b, 4, GEN_OPERAND);
    emit_vcvtss2sd_xvm(&g->e, GEN_OPERAND, b, host_rm_xmm(b));
    emit_vmulsd_xvm(&g->e, to, GEN_RESULT, host_rm_xmm(GEN_OPERAND));
    compare(g, 8, to, host_rm_xmm(to));
    gen_bail(g, HOST_P);
    finish(g, op, 8);
}

static void comparison(struct gen *g, const struct ir_op *op)
{
    enum host_xmm a = gen_float_reg(g, op->a, op->width, GEN_RESULT), other = GEN_OPERAND;
    struct host_rm b;

    if (op->op == IR_FTEST) {
        zero(g, GEN_OPERAND);
        b = host_rm_xmm(GEN_OPERAND);
    } else {
        b = gen_float_use(g, op->b, op->width);
    }
    compare(g, op->width, a, b);
    gen_bail(g, HOST_P);
    cc_operand(g, op, 0, a);
    if (op->op == IR_FCMP && op->flags & IR_CC_STORED) {
        other = gen_float_reg(g, op->b, op->width, GEN_OPERAND);
        cc_operand(g, op, 1, other);
    }
    gen_cc_set(g, op, true);
}

static void move(struct gen *g, const struct ir_op *op)
{
    enum host_xmm to = gen_float_place(op->dst), from;

    if (op->a == IR_CONST) {
        zero(g, to);
    } else {
        from = gen_float_reg(g, op->a, op->width, to);
        if (from != to)
            emit_vmovaps_pxm(&g->e, HOST_V128, to, host_rm_xmm(from));
    }
    gen_float_made(g, op->dst, op->width);
}

static void sign(struct gen *g, const struct ir_op *op)
{
    enum host_xmm to = gen_float_place(op->dst);
    enum host_xmm from = gen_float_reg(g, op->a, op->width, GEN_RESULT);
    bool wide = op->width == 8;
    struct host_rm mask = gen_constant(g, op->op == IR_FABS ? wide ? GEN_REST8 : GEN_REST4
                                          : wide            ? GEN_SIGN8
                                                            : GEN_SIGN4);

    if (op->op == IR_FABS)
        emit_vandps_pxvm(&g->e, HOST_V128, to, from, mask);
    else if (op->op == IR_FNABS)
        emit_vorps_pxvm(&g->e, HOST_V128, to, from, mask);
    else
        emit_vxorps_pxvm(&g->e, HOST_V128, to, from, mask);
    finish(g, op, op->width);
}

static void load(struct gen *g, const struct ir_op *op)
{
    struct host_rm place = gen_place(g, op, op->width, false);
    enum host_xmm to = gen_float_place(op->dst);

    if (op->width == 8)
        emit_vmovsd_xm(&g->e, to, place);
    else
        emit_vmovss_xm(&g->e, to, place);
    emit_vpshufb_pxvm(&g->e, HOST_V128, to, to,
                      gen_constant(g, op->width == 8 ? GEN_REVERSE8 : GEN_REVERSE4));
    gen_release(g, (enum host_reg)place.base);
    gen_float_made(g, op->dst, op->width);
}

static void store(struct gen *g, const struct ir_op *op)
{
    enum host_xmm from = gen_float_reg(g, op->c, op->width, GEN_RESULT);
    struct host_rm place = gen_place(g, op, op->width, true);

    emit_vpshufb_pxvm(&g->e, HOST_V128, GEN_OPERAND, from,
                      gen_constant(g, op->width == 8 ? GEN_REVERSE8 : GEN_REVERSE4));
    if (op->width == 8)
        emit_vmovsd_mx(&g->e, place, GEN_OPERAND);
    else
        emit_vmovss_mx(&g->e, place, GEN_OPERAND);
    gen_release(g, (enum host_reg)place.base);
}

/* A number of 32 bits is one of 64 as well; one of 64 without a sign may not be. */
static void from_integer(struct gen *g, const struct ir_op *op)
{
    enum host_xmm to = gen_float_place(op->dst);
    struct host_rm from = gen_use(g, op->a, (unsigned)op->imm);
    enum host_size size = gen_size((unsigned)op->imm);
    enum host_reg reg;

    if (!(op->flags & IR_SIGNED)) {
        reg = gen_scratch(g);
        emit_mov_rm(&g->e, size, reg, from);
        if (op->imm == 8) {
            emit_test_mr(&g->e, HOST_64, host_rm_reg(reg), reg);
            gen_bail(g, HOST_S);
        }
        from = host_rm_reg(reg);
        size = HOST_64;
        gen_release(g, reg);
    }
    zero(g, to);
    if (op->width == 8)
        emit_vcvtsi2sd_xvg(&g->e, size, to, to, from);
    else
        emit_vcvtsi2ss_xvg(&g->e, size, to, to, from);
    gen_float_made(g, op->dst, op->width);
}

/* The host's rounding control: 0-3 as enum ir_rounding; 8: it reports no inexact result. */
static void round_to(struct gen *g, const struct ir_op *op, enum host_xmm to, enum host_xmm from)
{
    if (op->width == 8)
        emit_vroundsd_xvmi(&g->e, to, from, host_rm_xmm(from), op->imm2 | 8);
    else
        emit_vroundss_xvmi(&g->e, to, from, host_rm_xmm(from), op->imm2 | 8);
}

/* What no integer of 64 bits can hold, a NaN too, becomes the smallest of them. */
static void convert(struct gen *g, const struct ir_op *op, enum host_reg reg, enum host_xmm from)
{
    struct host_rm rm = host_rm_xmm(from);

    if (op->imm2 == IR_ROUND_UP || op->imm2 == IR_ROUND_DOWN) {
        round_to(g, op, GEN_OPERAND, from);
        rm = host_rm_xmm(GEN_OPERAND);
    }
    if (op->width == 8 && op->imm2 == IR_ROUND_NEAREST)
        emit_vcvtsd2si_rg(&g->e, HOST_64, reg, rm);
    else if (op->width == 8)
        emit_vcvttsd2si_rg(&g->e, HOST_64, reg, rm);
    else if (op->imm2 == IR_ROUND_NEAREST)
        emit_vcvtss2si_rg(&g->e, HOST_64, reg, rm);
    else
        emit_vcvttss2si_rg(&g->e, HOST_64, reg, rm);
}

static void to_integer(struct gen *g, const struct ir_op *op)
{
    enum host_xmm from = gen_float_reg(g, op->a, op->width, GEN_RESULT);
    enum host_reg reg = gen_scratch(g), again, to;
    bool is_signed = op->flags & IR_SIGNED;

    if (!is_signed) {
        zero(g, GEN_OPERAND);
        compare(g, op->width, from, host_rm_xmm(GEN_OPERAND));
        gen_bail(g, HOST_B);
    }
    convert(g, op, reg, from);
    if (op->imm == 8) {
        emit_cmp_mi(&g->e, HOST_64, host_rm_reg(reg), 1);
        gen_bail(g, HOST_O);
    } else {
        again = gen_scratch(g);
        if (is_signed)
            emit_movsxd_rm(&g->e, HOST_64, again, host_rm_reg(reg));
        else
            emit_mov_rm(&g->e, HOST_32, again, host_rm_reg(reg));
        emit_cmp_rm(&g->e, HOST_64, again, host_rm_reg(reg));
        gen_bail(g, HOST_NE);
        gen_release(g, again);
    }
    cc_operand(g, op, 0, from);
    to = gen_set_begin(g, op->dst, (unsigned)op->imm);
    emit_mov_rm(&g->e, gen_size((unsigned)op->imm), to, host_rm_reg(reg));
    gen_set_end(g, op->dst, (unsigned)op->imm, to);
    gen_release(g, reg);
    gen_cc_set(g, op, false);
}

/* Conversions that have nothing to report but a NaN. */
static void from_number(struct gen *g, const struct ir_op *op)
{
    enum host_xmm to = gen_float_place(op->dst);
    enum host_xmm from = gen_float_reg(g, op->a, op->width, GEN_RESULT);

    compare(g, op->width, from, host_rm_xmm(from));
    gen_bail(g, HOST_P);
    if (op->op == IR_FEXTEND)
        emit_vcvtss2sd_xvm(&g->e, to, from, host_rm_xmm(from));
    else
        round_to(g, op, to, from);
    gen_float_made(g, op->dst, op->op == IR_FEXTEND ? 8 : op->width);
}

static void shorten(struct gen *g, const struct ir_op *op)
{
    enum host_xmm to = gen_float_place(op->dst);
    enum host_xmm from = gen_float_reg(g, op->a, 8, GEN_RESULT);

    emit_vcvtsd2ss_xvm(&g->e, to, from, host_rm_xmm(from));
    check_range(g, to, 4);
    gen_float_made(g, op->dst, 4);
}

static void get(struct gen *g, const struct ir_op *op)
{
    struct host_rm from = gen_float_near(g, op->a, 8);
    enum host_reg to = gen_set_begin(g, op->dst, 8);

    if (from.kind == HOST_RM_XMM)
        emit_vmovq_gx(&g->e, HOST_64, host_rm_reg(to), (enum host_xmm)from.base);
    else
        emit_mov_rm(&g->e, HOST_64, to, from);
    gen_set_end(g, op->dst, 8, to);
}

void gen_float(struct gen *g, const struct ir_op *op)
{
    switch (op->op) {
    case IR_FMOV:
        move(g, op);
        return;
    case IR_FMULX:
        multiply_longer(g, op);
        return;
    case IR_FCMP:
    case IR_FTEST:
        comparison(g, op);
        return;
    case IR_FLD:
        load(g, op);
        return;
    case IR_FST:
        store(g, op);
        return;
    case IR_FNEG:
    case IR_FABS:
    case IR_FNABS:
        sign(g, op);
        return;
    case IR_FFROMI:
        from_integer(g, op);
        return;
    case IR_FTOI:
        to_integer(g, op);
        return;
    case IR_FINT:
    case IR_FEXTEND:
        from_number(g, op);
        return;
    case IR_FROUND:
        shorten(g, op);
        return;
    case IR_FGET:
        get(g, op);
        return;
    case IR_FPUT:
        emit_vmovq_xg(&g->e, HOST_64, gen_float_place(op->dst),
                      gen_near(g, op->a, gen_use(g, op->a, 8)));
        gen_float_made(g, op->dst, 8);
        return;
    case IR_FMADD:
    case IR_FMSUB:
        if (op->c != IR_NOTHING) {
            fused(g, op);
            return;
        }
        arithmetic(g, op);
        return;
    default:
        arithmetic(g, op);
        return;
    }
}
