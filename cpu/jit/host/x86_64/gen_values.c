/* Where operands are: pins, scratch registers, the CPU. */
#include "cpu/jit/host/x86_64/gen.h"

/* The registers that compilers use most: arguments, link, stack. */
static const uint8_t pins[16] = {
    HOST_NO_REG, HOST_RBX,    HOST_RSI,    HOST_RDI, HOST_R8,  HOST_R9,  HOST_NO_REG, HOST_NO_REG,
    HOST_NO_REG, HOST_NO_REG, HOST_NO_REG, HOST_R10, HOST_R11, HOST_R12, HOST_R13,    HOST_R14,
};

#define SCRATCH_MASK (1u << HOST_RAX | 1u << HOST_RCX | 1u << HOST_RDX)

static const uint8_t scratches[GEN_SCRATCHES] = {HOST_RAX, HOST_RCX, HOST_RDX};

enum host_reg gen_pin(ir_value gr)
{
    return (enum host_reg)pins[gr];
}

const char *host_pin_name(unsigned gr)
{
    static const char *const names[] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
                                        "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};

    return pins[gr] == HOST_NO_REG ? 0 : names[pins[gr]];
}

struct host_rm gen_cpu(int32_t offset)
{
    return host_mem(HOST_RBP, offset);
}

struct host_rm gen_home(const struct gen *g, ir_value gr)
{
    return gen_cpu(g->layout->gr + 8 * gr);
}

struct host_rm gen_home_high(const struct gen *g, ir_value gr)
{
    return gen_cpu(g->layout->gr + 8 * gr + 4);
}

/* One without a copy, if there is any. */
enum host_reg gen_scratch(struct gen *g)
{
    enum host_reg free = HOST_NO_REG;

    for (unsigned i = 0; i < GEN_SCRATCHES; i++)
        if (!(g->used & 1u << scratches[i]) &&
            (free == HOST_NO_REG || (g->copy[free] != IR_NOTHING && g->copy[i] == IR_NOTHING)))
            free = (enum host_reg)scratches[i];
    if (free == HOST_NO_REG) {
        g->refused = true;
        return HOST_RAX;
    }
    g->used |= (uint8_t)(1u << free);
    g->copy[free] = IR_NOTHING;
    return free;
}

struct host_rm gen_near_part(const struct gen *g, ir_value v, struct host_rm rm, unsigned width)
{
    if (rm.kind == HOST_RM_MEMORY && ir_is_gr(v))
        for (unsigned i = 0; i < GEN_SCRATCHES; i++)
            if (g->copy[i] == v && (width < 8 || !(g->copy_words & 1u << i)))
                return host_rm_reg((enum host_reg)scratches[i]);
    return rm;
}

struct host_rm gen_near(const struct gen *g, ir_value v, struct host_rm rm)
{
    return gen_near_part(g, v, rm, 8);
}

void gen_copies_forget(struct gen *g)
{
    for (unsigned i = 0; i < GEN_SCRATCHES; i++)
        g->copy[i] = IR_NOTHING;
}

/* It says itself what copies it leaves. */
static bool makes_copies(const struct ir_op *op)
{
    return op->op == IR_MULW && !(op->flags & IR_SIGNED);
}

/* Operations that change no register of the CPU but by gen_set_end, and no scratch register
   but by gen_scratch. */
static bool keeps_copies(const struct ir_op *op)
{
    switch (op->op) {
    case IR_NOP:
    case IR_MOV:
    case IR_ADD:
    case IR_SUB:
    case IR_ADDC:
    case IR_SUBB:
    case IR_AND:
    case IR_OR:
    case IR_XOR:
    case IR_SHL:
    case IR_SHR:
    case IR_SAR:
    case IR_SX8:
    case IR_SX16:
    case IR_SX32:
    case IR_ZX8:
    case IR_ZX16:
    case IR_ZX32:
    case IR_CMP:
    case IR_TEST:
    case IR_TM:
    case IR_LEA:
    case IR_LEAPC:
    case IR_WORDOF:
    case IR_LD:
    case IR_ST:
    case IR_BRCC:
    case IR_BRCMP:
    case IR_BRDEC:
        return true;
    default:
        return makes_copies(op) || (op->op >= IR_FMOV && op->op <= IR_FPUT);
    }
}

/* Others may count on the order in which scratch registers are given. */
void gen_copies_before(struct gen *g, const struct ir_op *op)
{
    if (!keeps_copies(op))
        gen_copies_forget(g);
}

void gen_copies_update(struct gen *g, const struct ir_op *op)
{
    if (!keeps_copies(op)) {
        gen_copies_forget(g);
        return;
    }
    for (unsigned i = 0; i < GEN_SCRATCHES && !makes_copies(op); i++)
        if (g->copy[i] == op->dst && scratches[i] != g->copy_made)
            g->copy[i] = IR_NOTHING;
    g->copy_made = HOST_NO_REG;
}

void gen_release(struct gen *g, enum host_reg reg)
{
    if (reg <= HOST_RDX)
        g->used &= (uint8_t) ~(1u << reg);
}

/* Puts bits 0-31 from the CPU beside the low word in the pin. A load of what was stored in two
   halves would wait for both, so they are put together in registers; it would also wait if it
   asked for a part of what was stored, so all of it is loaded. Flags that the host still has
   stay. */
static void merge_one(struct gen *g, ir_value gr)
{
    enum host_reg pin = gen_pin(gr), high;

    if ((g->used & SCRATCH_MASK) == SCRATCH_MASK) {
        emit_vmovd_xg(&g->e, HOST_32, HOST_XMM15, host_rm_reg(pin));
        emit_vpinsrd_xvmi(&g->e, HOST_XMM15, HOST_XMM15, gen_home_high(g, gr), 1);
        emit_vmovq_gx(&g->e, HOST_64, host_rm_reg(pin), HOST_XMM15);
        return;
    }
    high = gen_scratch(g);
    if (g->high_apart & 1u << gr)
        emit_mov_rm(&g->e, HOST_32, high, gen_home_high(g, gr));
    else
        emit_rorx_rmi8(&g->e, HOST_64, high, gen_home(g, gr), 32);
    if (g->flags_from < 0) {
        emit_shl_mi8(&g->e, HOST_64, host_rm_reg(high), 32);
    } else {
        if (!(g->high_apart & 1u << gr))
            emit_mov_rm(&g->e, HOST_32, high, host_rm_reg(high));
        emit_rorx_rmi8(&g->e, HOST_64, high, host_rm_reg(high), 32);
    }
    emit_mov_rm(&g->e, HOST_32, pin, host_rm_reg(pin));
    emit_lea_rm(&g->e, HOST_64, pin, host_mem_index(pin, high, 1, 0));
    gen_release(g, high);
}

void gen_merge(struct gen *g, uint16_t which)
{
    for (unsigned r = 0; r < 16; r++)
        if (g->low & which & 1u << r)
            merge_one(g, IR_GR(r));
    g->low &= (uint16_t)~which;
}

void gen_convert(struct gen *g, uint16_t from, uint16_t to)
{
    uint16_t saved = g->low;

    g->low = from;
    gen_merge(g, (uint16_t)~to);
    for (unsigned r = 0; r < 16; r++)
        if (to & ~from & 1u << r)
            emit_mov_mr(&g->e, HOST_64, gen_home(g, IR_GR(r)), gen_pin(IR_GR(r)));
    g->low = saved;
}

struct host_rm gen_use(struct gen *g, ir_value v, unsigned width)
{
    if (ir_is_temp(v))
        return host_rm_reg((enum host_reg)g->temp_reg[v - IR_TEMP(0)]);
    if (ir_is_fr(v))
        return gen_cpu(g->layout->fr + 16 * (v - 16) + (width == 4 ? 4 : 0));
    if (gen_pin(v) == HOST_NO_REG)
        return gen_home(g, v);
    if (width == 8)
        gen_merge(g, (uint16_t)(1u << v));
    return host_rm_reg(gen_pin(v));
}

enum host_reg gen_use_reg(struct gen *g, const struct ir_op *op, ir_value v, unsigned width,
                          bool *taken)
{
    struct host_rm rm;
    enum host_reg reg;

    *taken = false;
    if (v != IR_CONST) {
        rm = gen_use(g, v, width);
        if (rm.kind == HOST_RM_REG)
            return (enum host_reg)rm.base;
        rm = gen_near_part(g, v, rm, width);
        reg = gen_scratch(g);
        emit_mov_rm(&g->e, width == 8 ? HOST_64 : HOST_32, reg, rm);
    } else {
        reg = gen_scratch(g);
        emit_load_constant(&g->e, reg, width == 8 ? (uint64_t)op->imm : (uint32_t)op->imm);
    }
    *taken = true;
    return reg;
}

enum host_reg gen_set_begin(struct gen *g, ir_value dst, unsigned width)
{
    enum host_reg pin;

    if (!ir_is_gr(dst))
        return gen_scratch(g);
    pin = gen_pin(dst);
    if (pin == HOST_NO_REG)
        return gen_scratch(g);
    if (width == 4 && !(g->low & 1u << dst)) {
        emit_mov_mr(&g->e, HOST_64, gen_home(g, dst), pin);
        g->low |= (uint16_t)(1u << dst);
        g->high_apart &= (uint16_t) ~(1u << dst);
    }
    return pin;
}

void gen_set_end(struct gen *g, ir_value dst, unsigned width, enum host_reg reg)
{
    if (ir_is_temp(dst)) {
        g->temp_reg[dst - IR_TEMP(0)] = (uint8_t)reg;
        return;
    }
    if (gen_pin(dst) == HOST_NO_REG) {
        emit_mov_mr(&g->e, gen_size(width), gen_home(g, dst), reg);
        gen_release(g, reg);
        g->copy[reg] = dst;
        g->copy_made = reg;
        g->copy_words &= (uint8_t) ~(1u << reg);
        g->copy_words |= (uint8_t)((width == 4) << reg);
    } else if (width == 8) {
        g->low &= (uint16_t) ~(1u << dst);
    }
}

/* The register of V has become that of a temporary result. */
static bool is_taken_over(const struct gen *g, ir_value dst, ir_value v)
{
    return v != dst && ir_is_temp(dst) && g->temp_last[dst - IR_TEMP(0)] > g->at &&
           g->temp_reg[dst - IR_TEMP(0)] == g->temp_reg[v - IR_TEMP(0)];
}

void gen_temps_release(struct gen *g)
{
    const struct ir_op *op = &g->ir->op[g->at];
    const ir_value values[] = {op->dst, op->a, op->b, op->c};

    for (unsigned i = 0; i < 4; i++)
        if (ir_is_temp(values[i]) && g->temp_last[values[i] - IR_TEMP(0)] == g->at &&
            !is_taken_over(g, op->dst, values[i]))
            gen_release(g, (enum host_reg)g->temp_reg[values[i] - IR_TEMP(0)]);
}
