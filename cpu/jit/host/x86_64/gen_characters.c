/*
 * Storage to storage: MVC, CLC, XC, NC, OC. Both operands are found before anything changes;
 * one that crosses a page, and a move that repeats what it has stored, run as the body.
 */
#include "cpu/jit/host/x86_64/gen.h"

#define PAGE_SIZE  4096
#define CHUNKS_MAX 8
/* Operands with the same base that lie within this are looked up once. */
#define NEAR 512

struct pair {
    struct host_rm first, second;
};

/* What is moved at once: in one vector register. */
struct chunk {
    uint8_t size;
    uint8_t at;
};

/* Registers of guest floating-point registers come last: what they hold is lost. */
static const uint8_t vectors[CHUNKS_MAX] = {GEN_OPERAND, GEN_RESULT, HOST_XMM13, HOST_XMM12,
                                            HOST_XMM11,  HOST_XMM10, HOST_XMM9,  HOST_XMM8};

static enum host_xmm vector(struct gen *g, unsigned i)
{
    gen_floats_lose(g, (enum host_xmm)vectors[i]);
    return (enum host_xmm)vectors[i];
}

static struct ir_op operand(ir_value base, int64_t displacement)
{
    return (struct ir_op){
        .op = IR_LD, .width = 8, .a = base, .b = IR_NOTHING, .imm2 = (int32_t)displacement};
}

static unsigned fixed_length(const struct ir_op *op)
{
    return op->length + 1u;
}

static bool one_base(const struct ir_op *op)
{
    return op->a == op->b && op->a != IR_NOTHING;
}

/* RAX and RCX, or RAX for both. */
static struct pair probe(struct gen *g, const struct ir_op *op, unsigned length, bool store)
{
    int64_t low = op->imm2 < op->imm ? op->imm2 : op->imm;
    unsigned span = (unsigned)(op->imm2 + op->imm - 2 * low) + length;
    struct ir_op o = operand(op->a, op->imm2);
    enum host_reg a, b;

    if (one_base(op) && span <= NEAR) {
        o.imm2 = (int32_t)low;
        a = gen_probe(g, &o, span, store);
        return (struct pair){host_mem(a, (int32_t)(op->imm2 - low)),
                             host_mem(a, (int32_t)(op->imm - low))};
    }
    a = gen_probe(g, &o, length, store);
    o = operand(op->b, op->imm);
    b = gen_probe(g, &o, length, false);
    return (struct pair){host_mem(a, 0), host_mem(b, 0)};
}

static void release(struct gen *g, const struct pair *p)
{
    gen_release(g, (enum host_reg)p->first.base);
    gen_release(g, (enum host_reg)p->second.base);
}

static struct host_rm plus(struct host_rm rm, unsigned bytes)
{
    rm.disp += (int32_t)bytes;
    return rm;
}

/* Bails where the first operand begins behind the second one, within it. */
static void check_overlap(struct gen *g, const struct ir_op *op, const struct pair *p)
{
    enum host_reg reg;

    if (p->first.base == p->second.base || op->length == 0)
        return;
    reg = gen_scratch(g);
    emit_lea_rm(&g->e, HOST_64, reg, host_mem((enum host_reg)p->first.base, -1));
    emit_sub_rm(&g->e, HOST_64, reg, host_rm_reg((enum host_reg)p->second.base));
    emit_cmp_mi(&g->e, HOST_64, host_rm_reg(reg), op->length);
    gen_bail(g, HOST_B);
    gen_release(g, reg);
}

static unsigned split(unsigned length, struct chunk chunks[CHUNKS_MAX])
{
    unsigned size = length > 64 ? 32 : 16, count = 0, at;

    while (size > length)
        size /= 2;
    for (at = 0; at + size <= length; at += size)
        chunks[count++] = (struct chunk){(uint8_t)size, (uint8_t)at};
    if (at < length)
        chunks[count++] = (struct chunk){(uint8_t)size, (uint8_t)(length - size)};
    return count;
}

static void clean(struct gen *g, const struct chunk *chunk)
{
    if (chunk->size == 32)
        emit_vzeroupper_zo(&g->e);
}

static void store_chunks(struct gen *g, const struct pair *p, const struct chunk *chunks,
                         unsigned count, bool same)
{
    for (unsigned i = 0; i < count; i++)
        gen_vector_store(&g->e, chunks[i].size, plus(p->first, chunks[i].at),
                         vector(g, same ? 0 : i));
}

static bool is_power(unsigned length)
{
    return length == 1 || length == 2 || length == 4 || length == 8;
}

/* How many bytes it is whose copies make the whole; 0: it is no filling. */
static unsigned filling(const struct ir_op *op)
{
    int64_t distance = op->imm2 - op->imm;

    return one_base(op) && distance > 0 && distance <= op->length ? (unsigned)distance : 0;
}

static void broadcast(struct gen *g, unsigned bytes, enum host_size size, struct host_rm from)
{
    if (bytes == 1)
        emit_vpbroadcastb_pxm(&g->e, size, GEN_OPERAND, from);
    else if (bytes == 2)
        emit_vpbroadcastw_pxm(&g->e, size, GEN_OPERAND, from);
    else if (bytes == 4)
        emit_vpbroadcastd_pxm(&g->e, size, GEN_OPERAND, from);
    else
        emit_vpbroadcastq_pxm(&g->e, size, GEN_OPERAND, from);
}

static void move(struct gen *g, const struct ir_op *op)
{
    unsigned length = fixed_length(op), count;
    struct chunk chunks[CHUNKS_MAX];
    struct pair p = probe(g, op, length, true);
    enum host_reg reg;

    check_overlap(g, op, &p);
    if (is_power(length) && !filling(op)) {
        reg = gen_scratch(g);
        if (length == 1)
            emit_movzx8_rm(&g->e, HOST_32, reg, p.second);
        else if (length == 2)
            emit_movzx16_rm(&g->e, HOST_32, reg, p.second);
        else
            emit_mov_rm(&g->e, gen_size(length), reg, p.second);
        emit_mov_mr(&g->e, gen_size(length), p.first, reg);
        gen_release(g, reg);
    } else {
        count = split(length, chunks);
        if (filling(op))
            broadcast(g, filling(op), chunks[0].size == 32 ? HOST_V256 : HOST_V128, p.second);
        for (unsigned i = 0; i < count && !filling(op); i++)
            gen_vector_load(&g->e, chunks[i].size, vector(g, i), plus(p.second, chunks[i].at));
        store_chunks(g, &p, chunks, count, filling(op));
        clean(g, chunks);
    }
    release(g, &p);
}

/* EXCLUSIVE OR of an operand with itself. */
static bool clears(const struct ir_op *op)
{
    return op->op == IR_XC && one_base(op) && op->imm2 == op->imm;
}

static void set_zero(struct gen *g, const struct ir_op *op)
{
    if (op->flags & IR_CC_STORED)
        gen_cc_constant(g, 0, 0);
    gen_cc_set(g, op, false);
}

static void clear(struct gen *g, const struct ir_op *op)
{
    unsigned length = fixed_length(op), count;
    struct chunk chunks[CHUNKS_MAX];
    struct pair p = probe(g, op, length, true);

    count = split(length, chunks);
    if (chunks[0].size >= 16)
        emit_vpxor_pxvm(&g->e, HOST_V128, GEN_OPERAND, GEN_OPERAND, host_rm_xmm(GEN_OPERAND));
    for (unsigned i = 0; i < count; i++) {
        struct host_rm to = plus(p.first, chunks[i].at);

        if (chunks[i].size >= 16)
            gen_vector_store(&g->e, chunks[i].size, to, GEN_OPERAND);
        else
            emit_mov_mi(&g->e, gen_size(chunks[i].size), to, 0);
    }
    clean(g, chunks);
    release(g, &p);
    set_zero(g, op);
}

static void combine_vector(struct gen *g, const struct ir_op *op, enum host_size size,
                           enum host_xmm x, struct host_rm rm)
{
    if (op->op == IR_NC)
        emit_vpand_pxvm(&g->e, size, x, x, rm);
    else if (op->op == IR_OC)
        emit_vpor_pxvm(&g->e, size, x, x, rm);
    else
        emit_vpxor_pxvm(&g->e, size, x, x, rm);
}

/* The host's flags say whether the result is zero; REG is free for it as the rule's operand. */
static void set_from_flags(struct gen *g, const struct ir_op *op, enum host_reg reg)
{
    if (op->flags & IR_CC_STORED) {
        emit_setcc_cm(&g->e, HOST_NE, host_rm_reg(reg));
        emit_movzx8_rm(&g->e, HOST_32, reg, host_rm_reg(reg));
        gen_cc_operand(g, 0, reg);
    }
    gen_cc_set(g, op, true);
}

static void combine_register(struct gen *g, const struct ir_op *op, const struct pair *p)
{
    enum host_size size = gen_size(fixed_length(op));
    enum host_reg reg = gen_scratch(g);

    emit_mov_rm(&g->e, size, reg, p->second);
    if (op->op == IR_NC)
        emit_and_rm(&g->e, size, reg, p->first);
    else if (op->op == IR_OC)
        emit_or_rm(&g->e, size, reg, p->first);
    else
        emit_xor_rm(&g->e, size, reg, p->first);
    emit_mov_mr(&g->e, size, p->first, reg);
    set_from_flags(g, op, reg);
    gen_release(g, reg);
}

static void combine(struct gen *g, const struct ir_op *op)
{
    struct chunk chunks[CHUNKS_MAX];
    struct pair p = probe(g, op, fixed_length(op), true);
    enum host_size size;
    unsigned count;

    check_overlap(g, op, &p);
    if (is_power(fixed_length(op))) {
        combine_register(g, op, &p);
        release(g, &p);
        return;
    }
    count = split(fixed_length(op), chunks);
    size = chunks[0].size == 32 ? HOST_V256 : HOST_V128;
    for (unsigned i = 0; i < count; i++) {
        enum host_xmm x = vector(g, i), other;

        gen_vector_load(&g->e, chunks[i].size, x, plus(p.second, chunks[i].at));
        if (chunks[i].size < 16) {
            other = vector(g, 2);
            gen_vector_load(&g->e, chunks[i].size, other, plus(p.first, chunks[i].at));
            combine_vector(g, op, size, x, host_rm_xmm(other));
        } else {
            combine_vector(g, op, size, x, plus(p.first, chunks[i].at));
        }
    }
    store_chunks(g, &p, chunks, count, false);
    for (unsigned i = 1; i < count; i++)
        emit_vpor_pxvm(&g->e, size, GEN_OPERAND, GEN_OPERAND, host_rm_xmm(vector(g, i)));
    emit_vptest_pxm(&g->e, size, GEN_OPERAND, host_rm_xmm(GEN_OPERAND));
    set_from_flags(g, op, (enum host_reg)p.first.base);
    clean(g, chunks);
    release(g, &p);
}

static void compare_registers(struct gen *g, const struct ir_op *op, enum host_reg a,
                              enum host_reg b)
{
    if (op->flags & IR_CC_STORED) {
        gen_cc_operand(g, 0, a);
        gen_cc_operand(g, 1, b);
    }
    emit_cmp_mr(&g->e, HOST_64, host_rm_reg(a), b);
    gen_cc_set(g, op, true);
}

/* Up to 8 bytes as a number, in two parts where they are no power of two. OTHER may be the
   register by which they are addressed. */
static void load_number(struct gen *g, unsigned length, enum host_reg reg, enum host_reg other,
                        struct host_rm rm)
{
    unsigned size = length == 8 ? 8 : length >= 4 ? 4 : length >= 2 ? 2 : 1;
    struct host_rm last = plus(rm, length - size);

    if (size == 1) {
        emit_movzx8_rm(&g->e, HOST_32, reg, rm);
        return;
    }
    if (size == 2) {
        emit_movzx16_rm(&g->e, HOST_32, reg, rm);
        emit_rol_mi8(&g->e, HOST_16, host_rm_reg(reg), 8);
    } else {
        emit_movbe_rm(&g->e, gen_size(size), reg, rm);
    }
    if (size == length)
        return;
    emit_shl_mi8(&g->e, HOST_64, host_rm_reg(reg), 8 * (length - size));
    if (size == 2) {
        emit_movzx16_rm(&g->e, HOST_32, other, last);
        emit_rol_mi8(&g->e, HOST_16, host_rm_reg(other), 8);
    } else {
        emit_movbe_rm(&g->e, gen_size(size), other, last);
    }
    emit_or_rm(&g->e, HOST_64, reg, host_rm_reg(other));
}

static void compare(struct gen *g, const struct ir_op *op)
{
    struct pair p = probe(g, op, fixed_length(op), false);
    enum host_reg first = (enum host_reg)p.first.base, second = (enum host_reg)p.second.base;
    enum host_reg reg, other;

    if (fixed_length(op) <= 8) {
        reg = gen_scratch(g);
        other = first == second ? gen_scratch(g) : first;
        load_number(g, fixed_length(op), reg, other, p.first);
        load_number(g, fixed_length(op), other, second, p.second);
        compare_registers(g, op, reg, other);
        gen_release(g, reg);
        gen_release(g, other);
    } else {
        if (first == second) {
            emit_lea_rm(&g->e, HOST_64, HOST_RCX, p.second);
            emit_lea_rm(&g->e, HOST_64, HOST_RAX, p.first);
        }
        emit_load_constant(&g->e, HOST_RDX, op->length);
        gen_call_stub(g, g->setup->stubs.compare);
        compare_registers(g, op, HOST_RAX, HOST_RCX);
    }
    release(g, &p);
}

/* RDX = length less one: that of EXECUTE's target is in a register. */
static void load_length(struct gen *g, const struct ir_op *op)
{
    emit_movzx8_rm(&g->e, HOST_32, HOST_RDX, gen_use(g, op->c, 4));
    if (op->length)
        emit_or_mi(&g->e, HOST_32, host_rm_reg(HOST_RDX), op->length);
}

/* Bails where the operand in REG, TEMPORARY being free, goes on behind its page. */
static void check_end(struct gen *g, const struct ir_op *op, enum host_reg reg)
{
    load_length(g, op);
    emit_add_rm(&g->e, HOST_64, HOST_RDX, host_rm_reg(reg));
    emit_xor_rm(&g->e, HOST_64, HOST_RDX, host_rm_reg(reg));
    emit_cmp_mi(&g->e, HOST_64, host_rm_reg(HOST_RDX), PAGE_SIZE);
    gen_bail(g, HOST_AE);
}

/* RAX and RCX, and RDX free. The first operand may be the second one less some bytes. */
static void probe_variable(struct gen *g, const struct ir_op *op, bool store)
{
    struct ir_op o = operand(op->a, op->imm2);

    gen_probe(g, &o, 1, store);
    g->used |= 1u << HOST_RDX;
    check_end(g, op, HOST_RAX);
    gen_release(g, HOST_RDX);
    if (clears(op))
        return;
    o = operand(op->b, op->imm);
    gen_probe(g, &o, 1, false);
    g->used |= 1u << HOST_RDX;
    check_end(g, op, HOST_RCX);
    load_length(g, op);
}

static void move_variable(struct gen *g, const struct ir_op *op)
{
    probe_variable(g, op, true);
    if (filling(op)) {
        emit_vpbroadcastb_pxm(&g->e, HOST_V256, GEN_OPERAND, host_mem(HOST_RCX, 0));
        gen_call_stub(g, g->setup->stubs.fill);
        return;
    }
    /* PoP chapter 7, MOVE: what is stored here may be fetched again further on. */
    emit_sub_rm(&g->e, HOST_64, HOST_RAX, host_rm_reg(HOST_RCX));
    emit_sub_mi(&g->e, HOST_64, host_rm_reg(HOST_RAX), 1);
    emit_cmp_rm(&g->e, HOST_64, HOST_RAX, host_rm_reg(HOST_RDX));
    gen_bail(g, HOST_B);
    emit_lea_rm(&g->e, HOST_64, HOST_RAX, host_mem_index(HOST_RAX, HOST_RCX, 1, 1));
    gen_call_stub(g, g->setup->stubs.move);
}

static void variable(struct gen *g, const struct ir_op *op)
{
    switch (op->op) {
    case IR_MVC:
        move_variable(g, op);
        break;
    case IR_CLC:
        probe_variable(g, op, false);
        gen_call_stub(g, g->setup->stubs.compare);
        compare_registers(g, op, HOST_RAX, HOST_RCX);
        break;
    default:
        probe_variable(g, op, true);
        load_length(g, op);
        emit_vpxor_pxvm(&g->e, HOST_V128, GEN_OPERAND, GEN_OPERAND, host_rm_xmm(GEN_OPERAND));
        gen_call_stub(g, g->setup->stubs.fill);
        set_zero(g, op);
        break;
    }
    g->used = 0;
}

void gen_characters(struct gen *g, const struct ir_op *op)
{
    if (op->c != IR_NOTHING)
        variable(g, op);
    else if (op->op == IR_MVC)
        move(g, op);
    else if (op->op == IR_CLC)
        compare(g, op);
    else if (clears(op))
        clear(g, op);
    else
        combine(g, op);
}
