/*
 * Floating-point registers of the guest in vector registers, and what an operation may take for
 * granted of the FPC.
 *
 * F n is XMM n where the state says so, either as a long number (the leftmost doubleword) or as
 * a short one (its left word); all other bits count for nothing but bits 64-127, which are zero
 * like those of the vector register. Every result is stored at once, so that a register can be
 * forgotten, and a result be made over an old value that turns out to be needed: the CPU has it.
 */
#include "cpu/jit/host/x86_64/gen.h"
#include "cpu/jit/host/x86_64/gen_vector.h"

static const uint8_t constants[GEN_CONSTANTS][16] = {
    [GEN_REVERSE8] = {7, 6, 5, 4, 3, 2, 1, 0, 128, 128, 128, 128, 128, 128, 128, 128},
    [GEN_REVERSE4] = {3, 2, 1, 0, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128},
    [GEN_SIGN8] = {0, 0, 0, 0, 0, 0, 0, 128},
    [GEN_SIGN4] = {0, 0, 0, 128},
    [GEN_REST8] = {255, 255, 255, 255, 255, 255, 255, 127},
    [GEN_REST4] = {255, 255, 255, 127},
};

struct host_rm gen_constant(struct gen *g, enum gen_constant constant)
{
    if (!g->constant_used[constant]) {
        g->constant_used[constant] = true;
        g->constant_label[constant] = emit_label_new(&g->e);
    }
    return host_rm_label(g->constant_label[constant]);
}

void gen_constants(struct gen *g)
{
    for (unsigned i = 0; i < GEN_CONSTANTS; i++)
        if (g->constant_used[i]) {
            emit_align(&g->e, 16);
            emit_label_place(&g->e, g->constant_label[i]);
            emit_data(&g->e, constants[i], sizeof constants[i]);
        }
}

static struct host_rm home(const struct gen *g, ir_value v, unsigned width)
{
    return gen_cpu(g->layout->fr + 16 * (v - IR_FR(0)) + (width == 4 ? 4 : 0));
}

static uint16_t bit(ir_value v)
{
    unsigned r = v - IR_FR(0);

    return (uint16_t)(r < GEN_HELD ? 1u << r : 0);
}

static enum host_xmm place(ir_value v)
{
    return (enum host_xmm)(v - IR_FR(0));
}

static uint16_t *held_as(struct gen_floats *floats, unsigned width)
{
    return width == 8 ? &floats->whole : &floats->word;
}

static void fetch(struct gen *g, enum host_xmm xmm, ir_value v, unsigned width)
{
    if (width == 8)
        emit_vmovsd_xm(&g->e, xmm, home(g, v, 8));
    else
        emit_vmovss_xm(&g->e, xmm, home(g, v, 4));
}

void gen_floats_lose(struct gen *g, enum host_xmm xmm)
{
    if (xmm >= GEN_HELD)
        return;
    g->floats.whole &= (uint16_t) ~(1u << xmm);
    g->floats.word &= (uint16_t) ~(1u << xmm);
    g->floats.vector[xmm] = 0;
}

static void hold(struct gen *g, ir_value v, unsigned width)
{
    if (!bit(v))
        return;
    gen_floats_lose(g, place(v));
    *held_as(&g->floats, width) |= bit(v);
}

struct host_rm gen_float_home(const struct gen *g, ir_value v, unsigned width)
{
    return ir_is_fr(v) ? home(g, v, width) : host_rm_xmm(GEN_OPERAND);
}

struct host_rm gen_float_use(struct gen *g, ir_value v, unsigned width)
{
    if (!ir_is_fr(v))
        return host_rm_xmm(GEN_OPERAND);
    if (!bit(v))
        return home(g, v, width);
    if (!(*held_as(&g->floats, width) & bit(v))) {
        fetch(g, place(v), v, width);
        hold(g, v, width);
    }
    return host_rm_xmm(place(v));
}

struct host_rm gen_float_near(struct gen *g, ir_value v, unsigned width)
{
    if (ir_is_fr(v) && !(*held_as(&g->floats, width) & bit(v)))
        return home(g, v, width);
    return gen_float_use(g, v, width);
}

enum host_xmm gen_float_reg(struct gen *g, ir_value v, unsigned width, enum host_xmm scratch)
{
    struct host_rm rm = gen_float_use(g, v, width);

    if (rm.kind == HOST_RM_XMM)
        return (enum host_xmm)rm.base;
    fetch(g, scratch, v, width);
    return scratch;
}

enum host_xmm gen_float_place(ir_value dst)
{
    return !ir_is_fr(dst) ? GEN_OPERAND : bit(dst) ? place(dst) : GEN_RESULT;
}

void gen_float_made(struct gen *g, ir_value dst, unsigned width)
{
    if (!ir_is_fr(dst)) {
        g->temp_reg[dst - IR_TEMP(0)] = GEN_OPERAND;
        return;
    }
    if (width == 8) {
        emit_vmovups_pmx(&g->e, HOST_V128, home(g, dst, 8), gen_float_place(dst));
    } else {
        emit_vmovss_mx(&g->e, home(g, dst, 4), gen_float_place(dst));
        emit_mov_mi(&g->e, HOST_64, gen_cpu(home(g, dst, 8).disp + 8), 0);
    }
    gen_vector_changed(g, IR_VR(dst - IR_FR(0)));
    hold(g, dst, width);
}

void gen_floats_forget(struct gen *g)
{
    g->floats = (struct gen_floats){0};
}

static void fetch_held(struct gen *g, struct gen_floats floats)
{
    for (unsigned r = 0; r < GEN_HELD; r++) {
        if (floats.whole & 1u << r)
            fetch(g, (enum host_xmm)r, IR_FR(r), 8);
        if (floats.word & 1u << r)
            fetch(g, (enum host_xmm)r, IR_FR(r), 4);
        if (floats.vector[r])
            emit_vmovdqu_pxm(&g->e, HOST_V128, (enum host_xmm)r,
                             home(g, IR_FR(floats.vector[r] - 1), 8));
    }
}

void gen_floats_again(struct gen *g, struct gen_floats floats)
{
    /* More than one is shorter by the stub. */
    if (floats.whole & (floats.whole - 1u)) {
        gen_call_stub(g, g->setup->stubs.floats);
        floats.whole = 0;
    }
    fetch_held(g, floats);
}

void gen_floats_fetch_all(struct emitter *e, const struct host_layout *layout)
{
    for (unsigned r = 0; r < GEN_HELD; r++)
        emit_vmovsd_xm(e, (enum host_xmm)r, host_mem(HOST_RBP, layout->fr + 16 * (int32_t)r));
}

void gen_floats_convert(struct gen *g, struct gen_floats to)
{
    struct gen_floats missing = to;

    missing.whole &= (uint16_t)~g->floats.whole;
    missing.word &= (uint16_t)~g->floats.word;
    for (unsigned r = 0; r < GEN_HELD; r++)
        if (to.vector[r] == g->floats.vector[r])
            missing.vector[r] = 0;
    fetch_held(g, missing);
    g->floats = to;
}

static bool is_float(const struct ir_op *op)
{
    return op->op >= IR_FMOV && op->op <= IR_FPUT;
}

/* Last instruction from which a branch leads back to INSN; INSN itself where none does. */
static unsigned loop_end(const struct gen *g, unsigned insn)
{
    unsigned last = insn;

    for (unsigned i = insn; i < g->ir->insn_count; i++)
        for (unsigned j = g->ir->insn[i].first_op; j < g->ir->insn[i + 1].first_op; j++)
            if (g->ir->op[j].op >= IR_BR && g->ir->op[j].op <= IR_BRDEC && g->ir->op[j].to == insn)
                last = i + 1;
    return last;
}

struct gen_floats gen_floats_at_target(const struct gen *g, unsigned insn)
{
    unsigned end = loop_end(g, insn);
    struct gen_floats wanted = {0};
    uint16_t seen = 0, lost = 0;

    if (end == insn) {
        wanted.whole = g->floats.whole;
        wanted.word = g->floats.word;
        return wanted;
    }
    for (unsigned j = g->ir->insn[insn].first_op; j < g->ir->insn[end].first_op; j++) {
        const struct ir_op *op = &g->ir->op[j];
        bool fused = op->op == IR_FMADD || op->op == IR_FMSUB;
        const ir_value sources[] = {op->a, op->b, op->c, fused ? op->dst : IR_NOTHING};

        if (op->op == IR_CALL)
            return (struct gen_floats){0};
        lost |= gen_vector_lost(op);
        if (!is_float(op))
            continue;
        for (unsigned i = 0; i < 4; i++)
            if (ir_is_fr(sources[i]) && !(seen & bit(sources[i]))) {
                *held_as(&wanted, op->width) |= bit(sources[i]);
                seen |= bit(sources[i]);
            }
        if (ir_is_fr(op->dst))
            seen |= bit(op->dst);
    }
    wanted.whole &= (uint16_t)~lost;
    wanted.word &= (uint16_t)~lost;
    return wanted;
}

/*
 * What the results that generated code makes rest on: rounding to nearest, no IEEE mask, and
 * the inexact flag already on.
 */
#define FPC_WATCHED INT64_C(-0x7f7fff9) /* 0xf8080007 */
#define FPC_WANTED  0x00080000

static bool rests_on_fpc(const struct ir_op *op)
{
    switch (op->op) {
    case IR_FADD:
    case IR_FSUB:
    case IR_FMUL:
    case IR_FDIV:
    case IR_FSQRT:
    case IR_FMADD:
    case IR_FMSUB:
    case IR_FTOI:
    case IR_FINT:
    case IR_FROUND:
    case IR_VFADD:
    case IR_VFSUB:
    case IR_VFMUL:
    case IR_VFDIV:
    case IR_VFSQRT:
    case IR_VFMADD:
    case IR_VFMSUB:
        return true;
    case IR_FFROMI:
        return op->width == 4 || op->imm == 8;
    default:
        return false;
    }
}

static bool insn_rests_on_fpc(const struct gen *g, unsigned insn)
{
    for (unsigned j = g->ir->insn[insn].first_op; j < g->ir->insn[insn + 1].first_op; j++)
        if (rests_on_fpc(&g->ir->op[j]))
            return true;
    return false;
}

/* INSN may run as its body, and the next instruction comes after it. */
static bool goes_on(const struct gen *g, unsigned insn)
{
    unsigned first = g->ir->insn[insn].first_op, end = g->ir->insn[insn + 1].first_op;

    for (unsigned j = first; j < end; j++)
        if (g->ir->op[j].op >= IR_BR && g->ir->op[j].op <= IR_STEP)
            return false;
    return end > first;
}

void gen_float_guard(struct gen *g)
{
    unsigned last = g->insn;
    enum host_reg reg;
    struct cold *cold;

    if (g->insn < g->float_sure || !insn_rests_on_fpc(g, g->insn))
        return;
    for (unsigned i = g->insn; i < g->ir->insn_count && goes_on(g, i); i++) {
        if (i > g->insn && g->ir->insn[i].target)
            break;
        if (insn_rests_on_fpc(g, i))
            last = i;
    }
    g->float_sure = last + 1;
    reg = gen_scratch(g);
    emit_mov_rm(&g->e, HOST_32, reg, gen_cpu(g->layout->fpc));
    emit_and_mi(&g->e, HOST_32, host_rm_reg(reg), FPC_WATCHED);
    emit_cmp_mi(&g->e, HOST_32, host_rm_reg(reg), FPC_WANTED);
    gen_release(g, reg);
    cold = gen_cold_new(g, COLD_BODIES);
    cold->last = (uint16_t)last;
    g->flags_from = -1;
    emit_jcc_label(&g->e, HOST_NE, cold->label);
}
