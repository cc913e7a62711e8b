/*
 * Vector floating-point arithmetic and comparison, under the same rules as gen_float.c: all
 * results are normal numbers other than the smallest, or exact zeros; else the body runs. For
 * all elements at once: twice a number is its exponent and fraction, and less that of the
 * smallest number but one it is, without sign, below a limit.
 */
#include "cpu/jit/host/x86_64/gen_vector.h"

#define ALL_ONES UINT64_MAX

struct packed {
    uint16_t four, two, one; /* short, long, and long in lane 0 alone */
};

#define OP(name)                                                                                   \
    {                                                                                              \
        ENCODING_v##name##ps_pxvm, ENCODING_v##name##pd_pxvm, ENCODING_v##name##sd_xvm             \
    }

static const struct packed operations[IR_OPCODES] = {
    [IR_VFADD] = OP(add), [IR_VFSUB] = OP(sub),       [IR_VFMUL] = OP(mul),
    [IR_VFDIV] = OP(div), [IR_VFMADD] = OP(fmadd231), [IR_VFMSUB] = OP(fmsub231),
};

static bool is_single(const struct ir_op *op)
{
    return op->imm != 0;
}

/* Ones where the elements are that count. */
static struct host_rm counting(struct gen *g, const struct ir_op *op)
{
    uint64_t first = op->width == 8 ? ALL_ONES : UINT64_C(0xffffffff) << 32;

    return is_single(op) ? gen_vector_constant(g, first, 0)
                         : gen_vector_constant(g, ALL_ONES, ALL_ONES);
}

static struct host_rm both(struct gen *g, const struct ir_op *op, uint64_t of_long,
                           uint64_t of_short)
{
    uint64_t value = op->width == 8 ? of_long : of_short << 32 | of_short;

    return gen_vector_constant(g, value, value);
}

/* Ones in REG where FROM, which may be REG, is zero. */
static void compare_zero(struct gen *g, const struct ir_op *op, enum host_xmm reg,
                         struct host_rm from)
{
    struct host_rm zero = gen_vector_constant(g, 0, 0), self = host_rm_xmm(reg);

    emit_vmovdqu_pxm(&g->e, HOST_V128, reg, from);
    if (op->width == 8) {
        emit_vpaddq_pxvm(&g->e, HOST_V128, reg, reg, self);
        emit_vpcmpeqq_pxvm(&g->e, HOST_V128, reg, reg, zero);
    } else {
        emit_vpaddd_pxvm(&g->e, HOST_V128, reg, reg, self);
        emit_vpcmpeqd_pxvm(&g->e, HOST_V128, reg, reg, zero);
    }
}

/* Takes out of XMM10, the elements of RESULT that are out of range, the zeros that are exact:
   sums and roots always, products and quotients where A, or B too, is zero. */
static void allow_zeros(struct gen *g, const struct ir_op *op, enum host_xmm result)
{
    compare_zero(g, op, HOST_XMM11, host_rm_xmm(result));
    if (op->op != IR_VFADD && op->op != IR_VFSUB && op->op != IR_VFSQRT) {
        compare_zero(g, op, HOST_XMM14, gen_vector_rm(g, op, op->a));
        if (op->op != IR_VFDIV) {
            compare_zero(g, op, HOST_XMM15, gen_vector_rm(g, op, op->b));
            emit_vpor_pxvm(&g->e, HOST_V128, HOST_XMM14, HOST_XMM14, host_rm_xmm(HOST_XMM15));
        }
        emit_vpand_pxvm(&g->e, HOST_V128, HOST_XMM11, HOST_XMM11, host_rm_xmm(HOST_XMM14));
    }
    emit_vpandn_pxvm(&g->e, HOST_V128, HOST_XMM10, HOST_XMM11, host_rm_xmm(HOST_XMM10));
}

static void check_range(struct gen *g, const struct ir_op *op, enum host_xmm result)
{
    const uint64_t sign = UINT64_C(1) << 63, sign4 = UINT64_C(1) << 31;
    struct host_rm less =
        both(g, op, sign - (UINT64_C(2) << 53), (sign4 - (2u << 24)) & UINT32_MAX);
    struct host_rm limit = both(g, op, sign + (UINT64_C(0x7fd) << 53) - 1,
                                (sign4 + (UINT64_C(0xfd) << 24) - 1) & UINT32_MAX);
    unsigned good = emit_label_new(&g->e);

    if (op->width == 8) {
        emit_vpaddq_pxvm(&g->e, HOST_V128, HOST_XMM10, result, host_rm_xmm(result));
        emit_vpaddq_pxvm(&g->e, HOST_V128, HOST_XMM10, HOST_XMM10, less);
        emit_vpcmpgtq_pxvm(&g->e, HOST_V128, HOST_XMM10, HOST_XMM10, limit);
    } else {
        emit_vpaddd_pxvm(&g->e, HOST_V128, HOST_XMM10, result, host_rm_xmm(result));
        emit_vpaddd_pxvm(&g->e, HOST_V128, HOST_XMM10, HOST_XMM10, less);
        emit_vpcmpgtd_pxvm(&g->e, HOST_V128, HOST_XMM10, HOST_XMM10, limit);
    }
    emit_vptest_pxm(&g->e, HOST_V128, HOST_XMM10, counting(g, op));
    emit_jcc_label(&g->e, HOST_E, good);
    allow_zeros(g, op, result);
    emit_vptest_pxm(&g->e, HOST_V128, HOST_XMM10, counting(g, op));
    gen_bail(g, HOST_NE);
    emit_label_place(&g->e, good);
}

/* RESULT is kept apart from the operands, which the check looks at. */
static void compute(struct gen *g, const struct ir_op *op, enum host_xmm result)
{
    const struct packed *packed = &operations[op->op];
    bool one = is_single(op) && op->width == 8, fused = op->op == IR_VFMADD || op->op == IR_VFMSUB;
    enum host_xmm a = gen_vector_reg(g, op, op->a, HOST_XMM9);
    struct emit_operands operands = {.reg = (uint8_t)result, .source = (uint8_t)a};
    uint16_t encoding = one ? packed->one : op->width == 8 ? packed->two : packed->four;

    if (op->op == IR_VFSQRT) {
        if (one)
            emit_vsqrtsd_xvm(&g->e, result, a, host_rm_xmm(a));
        else if (op->width == 8)
            emit_vsqrtpd_pxm(&g->e, HOST_V128, result, host_rm_xmm(a));
        else
            emit_vsqrtps_pxm(&g->e, HOST_V128, result, host_rm_xmm(a));
        return;
    }
    if (fused)
        emit_vmovdqu_pxm(&g->e, HOST_V128, result, gen_vector_rm(g, op, op->c));
    operands.rm = gen_vector_rm(g, op, op->b);
    operands.size = one ? 0 : HOST_V128;
    emit_encoded(&g->e, (enum encoding_id)encoding, &operands);
}

static void arithmetic(struct gen *g, const struct ir_op *op)
{
    enum host_xmm result = gen_vector_begin(g, op->dst);

    compute(g, op, result);
    check_range(g, op, result);
    if (is_single(op))
        emit_vpand_pxvm(&g->e, HOST_V128, result, result, counting(g, op));
    gen_vector_end(g, op->dst, result);
}

/* The host's predicates: 0 equal, 1d not below, 1e above, 3 unordered; all but for the last false
   where there is a NaN, and none of them signals. */
static void compare_as(struct gen *g, const struct ir_op *op, enum host_xmm reg, enum host_xmm a,
                       unsigned predicate)
{
    struct host_rm b = gen_vector_rm(g, op, op->b);

    if (op->width == 8)
        emit_vcmppd_xvmi(&g->e, reg, a, b, predicate);
    else
        emit_vcmpps_xvmi(&g->e, reg, a, b, predicate);
}

static void compare(struct gen *g, const struct ir_op *op)
{
    enum host_xmm a = gen_vector_reg(g, op, op->a, HOST_XMM9);
    enum host_xmm reg = gen_vector_begin(g, op->dst);

    compare_as(g, op, HOST_XMM10, a, 3);
    emit_vptest_pxm(&g->e, HOST_V128, HOST_XMM10, counting(g, op));
    gen_bail(g, HOST_NE);
    compare_as(g, op, reg, a, op->op == IR_VFCMPEQ ? 0 : op->op == IR_VFCMPGT ? 0x1e : 0x1d);
    if (is_single(op))
        emit_vpand_pxvm(&g->e, HOST_V128, reg, reg, counting(g, op));
    gen_vector_end(g, op->dst, reg);
}

void gen_vector_float(struct gen *g, const struct ir_op *op)
{
    if (op->op >= IR_VFCMPEQ)
        compare(g, op);
    else
        arithmetic(g, op);
}
