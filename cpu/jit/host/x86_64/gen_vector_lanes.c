/* Operations of the host on all elements of a vector register: mostly one instruction each. */
#include "cpu/jit/host/x86_64/gen_vector.h"

struct choice {
    uint16_t encoding;
    uint8_t size; /* 0: of a row that has one size only */
    uint8_t there;
};

#define P(name)                                                                                    \
    {                                                                                              \
        ENCODING_##name##_pxvm, HOST_V128, 1                                                       \
    }
#define ALL(name)                                                                                  \
    {                                                                                              \
        P(name), P(name), P(name), P(name)                                                         \
    }
#define NONE                                                                                       \
    {                                                                                              \
        0, 0, 0                                                                                    \
    }

/* By the size of an element: a byte, a halfword, a word, a doubleword. */
static const struct choice of_two[IR_OPCODES][4] = {
    [IR_VADD] = {P(vpaddb), P(vpaddw), P(vpaddd), P(vpaddq)},
    [IR_VSUB] = {P(vpsubb), P(vpsubw), P(vpsubd), P(vpsubq)},
    [IR_VAND] = ALL(vpand),
    [IR_VOR] = ALL(vpor),
    [IR_VXOR] = ALL(vpxor),
    [IR_VMUL] = {NONE, P(vpmullw), P(vpmulld), NONE},
    [IR_VMULHS] = {NONE, P(vpmulhw), NONE, NONE},
    [IR_VMULHU] = {NONE, P(vpmulhuw), NONE, NONE},
    [IR_VMULES] = {NONE, NONE, P(vpmaddwd), P(vpmuldq)},
    [IR_VMULEU] = {NONE, NONE, NONE, P(vpmuludq)},
    [IR_VCMPEQ] = {P(vpcmpeqb), P(vpcmpeqw), P(vpcmpeqd), P(vpcmpeqq)},
    [IR_VCMPGT] = {P(vpcmpgtb), P(vpcmpgtw), P(vpcmpgtd), P(vpcmpgtq)},
    [IR_VMINS] = {P(vpminsb), P(vpminsw), P(vpminsd), NONE},
    [IR_VMINU] = {P(vpminub), P(vpminuw), P(vpminud), NONE},
    [IR_VMAXS] = {P(vpmaxsb), P(vpmaxsw), P(vpmaxsd), NONE},
    [IR_VMAXU] = {P(vpmaxub), P(vpmaxuw), P(vpmaxud), NONE},
    [IR_VAVGU] = {P(vpavgb), P(vpavgw), NONE, NONE},
    [IR_VSAD] = ALL(vpsadbw),
    [IR_VSHLV] = {NONE, NONE, P(vpsllvd), P(vpsllvq)},
    [IR_VSHRV] = {NONE, NONE, P(vpsrlvd), P(vpsrlvq)},
    [IR_VSARV] = {NONE, NONE, P(vpsravd), NONE},
    [IR_VSHUF] = ALL(vpshufb),
    [IR_VZIPL] = {P(vpunpcklbw), P(vpunpcklwd), P(vpunpckldq), P(vpunpcklqdq)},
    [IR_VZIPH] = {P(vpunpckhbw), P(vpunpckhwd), P(vpunpckhdq), P(vpunpckhqdq)},
    [IR_VPACKS] = {NONE, P(vpacksswb), P(vpackssdw), NONE},
    [IR_VPACKU] = {NONE, P(vpackuswb), P(vpackusdw), NONE},
};

static unsigned size_number(unsigned width)
{
    return width == 8 ? 3 : width == 4 ? 2 : width == 2 ? 1 : 0;
}

static void two(struct gen *g, const struct ir_op *op, struct choice choice)
{
    enum host_xmm a = gen_vector_reg(g, op, op->a, HOST_XMM9);
    struct host_rm b = gen_vector_rm(g, op, op->b);
    enum host_xmm reg = gen_vector_begin(g, op->dst);

    emit_encoded(&g->e, (enum encoding_id)choice.encoding,
                 &(const struct emit_operands){
                     .size = choice.size, .reg = (uint8_t)reg, .source = (uint8_t)a, .rm = b});
    gen_vector_end(g, op->dst, reg);
}

/* The host complements the first operand. */
static void and_complement(struct gen *g, const struct ir_op *op)
{
    enum host_xmm b = gen_vector_reg(g, op, op->b, HOST_XMM9);
    struct host_rm a = gen_vector_rm(g, op, op->a);
    enum host_xmm reg = gen_vector_begin(g, op->dst);

    emit_vpandn_pxvm(&g->e, HOST_V128, reg, b, a);
    gen_vector_end(g, op->dst, reg);
}

static void absolute(struct gen *g, const struct ir_op *op)
{
    struct host_rm a = gen_vector_rm(g, op, op->a);
    enum host_xmm reg = gen_vector_begin(g, op->dst);

    if (op->width == 1)
        emit_vpabsb_pxm(&g->e, HOST_V128, reg, a);
    else if (op->width == 2)
        emit_vpabsw_pxm(&g->e, HOST_V128, reg, a);
    else
        emit_vpabsd_pxm(&g->e, HOST_V128, reg, a);
    gen_vector_end(g, op->dst, reg);
}

#define I(name) ENCODING_##name##_pvxi
#define R(name) ENCODING_##name##_xvm

/* By immediate and by register; halfwords, words, doublewords. */
static const uint16_t shifts[3][2][3] = {
    {{I(vpsllw), I(vpslld), I(vpsllq)}, {R(vpsllw), R(vpslld), R(vpsllq)}},
    {{I(vpsrlw), I(vpsrld), I(vpsrlq)}, {R(vpsrlw), R(vpsrld), R(vpsrlq)}},
    {{I(vpsraw), I(vpsrad), 0}, {R(vpsraw), R(vpsrad), 0}},
};

static void shift(struct gen *g, const struct ir_op *op)
{
    unsigned size = size_number(op->width);
    bool by_register = op->b != IR_NOTHING;
    enum host_xmm a = gen_vector_reg(g, op, op->a, HOST_XMM9);
    enum host_xmm reg = gen_vector_begin(g, op->dst);
    struct emit_operands operands = {.reg = (uint8_t)reg, .source = (uint8_t)a};
    uint16_t encoding;

    if (!size || (op->op == IR_VSAR && size == 3)) {
        g->refused = true;
        return;
    }
    encoding = shifts[op->op - IR_VSHL][by_register][size - 1];
    if (by_register) {
        emit_vmovd_xg(&g->e, HOST_32, HOST_XMM10, gen_use(g, op->b, 4));
        operands.rm = host_rm_xmm(HOST_XMM10);
    } else {
        operands = (struct emit_operands){.size = HOST_V128,
                                          .source = (uint8_t)reg,
                                          .rm = host_rm_xmm(a),
                                          .imm = op->imm,
                                          .imm_kind = EMIT_IMM_8};
    }
    emit_encoded(&g->e, (enum encoding_id)encoding, &operands);
    gen_vector_end(g, op->dst, reg);
}

/* Words, doublewords and bytes picked by an immediate. */
static void pick(struct gen *g, const struct ir_op *op)
{
    enum host_xmm a, reg;
    struct host_rm b;

    if (op->op == IR_VSWAP) {
        b = gen_vector_rm(g, op, op->a);
        reg = gen_vector_begin(g, op->dst);
        emit_vpshufd_pxmi(&g->e, HOST_V128, reg, b, op->imm);
    } else {
        a = gen_vector_reg(g, op, op->a, HOST_XMM9);
        b = gen_vector_rm(g, op, op->b);
        reg = gen_vector_begin(g, op->dst);
        if (op->op == IR_VPICK)
            emit_vshufps_xvmi(&g->e, reg, a, b, op->imm);
        else if (op->op == IR_VJOIN)
            emit_vpalignr_xvmi(&g->e, reg, a, b, op->imm);
        else
            emit_vpclmulqdq_xvmi(&g->e, reg, a, b, op->imm);
    }
    gen_vector_end(g, op->dst, reg);
}

static void blend(struct gen *g, const struct ir_op *op)
{
    enum host_xmm a = gen_vector_reg(g, op, op->a, HOST_XMM9);
    struct host_rm b = gen_vector_rm(g, op, op->b);
    enum host_xmm mask = gen_vector_reg(g, op, op->c, HOST_XMM10);
    enum host_xmm reg = gen_vector_begin(g, op->dst);

    emit_vpblendvb_xvmx(&g->e, reg, a, b, mask);
    gen_vector_end(g, op->dst, reg);
}

/* The lanes come out in the order of the host, one doubleword's of them in the wrong one. */
static void widen(struct gen *g, const struct ir_op *op)
{
    struct host_rm a = gen_vector_rm(g, op, op->a);
    enum host_xmm reg = gen_vector_begin(g, op->dst);
    bool is_signed = op->op == IR_VWIDES;

    if (a.kind != HOST_RM_XMM) {
        a.disp += (int32_t)(8 * op->imm);
    } else if (op->imm) {
        emit_vpshufd_pxmi(&g->e, HOST_V128, HOST_XMM8, a, 0x4e);
        a = host_rm_xmm(HOST_XMM8);
    }
    if (op->width == 2)
        (is_signed ? emit_vpmovsxbw_xm : emit_vpmovzxbw_xm)(&g->e, reg, a);
    else if (op->width == 4)
        (is_signed ? emit_vpmovsxwd_xm : emit_vpmovzxwd_xm)(&g->e, reg, a);
    else
        (is_signed ? emit_vpmovsxdq_xm : emit_vpmovzxdq_xm)(&g->e, reg, a);
    emit_vpshufd_pxmi(&g->e, HOST_V128, reg, host_rm_xmm(reg), 0x4e);
    gen_vector_end(g, op->dst, reg);
}

bool gen_vector_lanes(struct gen *g, const struct ir_op *op)
{
    struct choice choice = of_two[op->op][size_number(op->width)];

    if (choice.there) {
        two(g, op, choice);
        return true;
    }
    switch (op->op) {
    case IR_VANDN:
        and_complement(g, op);
        return true;
    case IR_VABS:
        absolute(g, op);
        return true;
    case IR_VSHL:
    case IR_VSHR:
    case IR_VSAR:
        shift(g, op);
        return true;
    case IR_VSWAP:
    case IR_VPICK:
    case IR_VJOIN:
    case IR_VCLMUL:
        pick(g, op);
        return true;
    case IR_VBLEND:
        blend(g, op);
        return true;
    case IR_VWIDES:
    case IR_VWIDEU:
        widen(g, op);
        return true;
    default:
        return false;
    }
}
