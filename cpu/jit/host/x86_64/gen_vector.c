/* Vector registers: operands, constants, storage, and the way from and to general registers. */
#include "cpu/jit/host/x86_64/gen_vector.h"

#define NO_PLACE  0
#define PAGE_SIZE 4096
#define ORDER     UINT64_C(0x0001020304050607)

struct host_rm gen_vector_constant(struct gen *g, uint64_t low, uint64_t high)
{
    unsigned i;

    for (i = 0; i < g->constant_count; i++)
        if (g->constant[i].value[0] == low && g->constant[i].value[1] == high)
            return host_rm_label(g->constant[i].label);
    if (i == GEN_CONSTANTS_MAX) {
        g->refused = true;
        i--;
    } else {
        g->constant_count++;
    }
    g->constant[i].value[0] = low;
    g->constant[i].value[1] = high;
    g->constant[i].label = emit_label_new(&g->e);
    return host_rm_label(g->constant[i].label);
}

struct host_rm gen_vector_byte_order(struct gen *g)
{
    return gen_vector_constant(g, ORDER, ORDER | UINT64_C(0x0808080808080808));
}

void gen_vector_table_address(struct gen *g, enum gen_vector_table table, enum host_reg reg)
{
    if (!(g->tables & 1u << table)) {
        g->tables |= (uint8_t)(1u << table);
        g->table_label[table] = emit_label_new(&g->e);
    }
    emit_lea_rm(&g->e, HOST_64, reg, host_rm_label(g->table_label[table]));
}

void gen_vector_data(struct gen *g)
{
    uint8_t table[32];

    if (g->constant_count || g->tables)
        emit_align(&g->e, 16);
    for (unsigned i = 0; i < g->constant_count; i++) {
        emit_label_place(&g->e, g->constant[i].label);
        emit_data(&g->e, g->constant[i].value, sizeof g->constant[i].value);
    }
    for (unsigned t = 0; t < GEN_TABLES; t++) {
        if (!(g->tables & 1u << t))
            continue;
        for (unsigned i = 0; i < sizeof table; i++)
            table[i] = t == GEN_TABLE_NUMBERS ? (uint8_t)i : i < 16 ? 0xff : 0;
        emit_label_place(&g->e, g->table_label[t]);
        emit_data(&g->e, table, sizeof table);
    }
}

/* Eight numbers of four bits as bytes. */
static uint64_t numbers(uint64_t packed)
{
    uint64_t bytes = 0;

    for (unsigned i = 0; i < 8; i++)
        bytes |= (packed >> 4 * i & 15) << 8 * i;
    return bytes;
}

/* Bytes of ones by the eight bits of MASK, the leftmost first. */
static uint64_t bytes_of_ones(uint64_t mask)
{
    uint64_t bytes = 0;

    for (unsigned i = 0; i < 8; i++)
        bytes |= (mask >> i & 1 ? UINT64_C(0xff) : 0) << 8 * i;
    return bytes;
}

static struct host_rm constant(struct gen *g, const struct ir_op *op)
{
    uint64_t imm = (uint64_t)op->imm;

    switch (op->imm2) {
    case IR_VECTOR_BOTH:
        return gen_vector_constant(g, imm, imm);
    case IR_VECTOR_FIRST:
        return gen_vector_constant(g, imm, 0);
    case IR_VECTOR_NUMBERS:
        return gen_vector_constant(g, numbers(imm), numbers(imm >> 32));
    default:
        return gen_vector_constant(g, bytes_of_ones(imm >> 8), bytes_of_ones(imm));
    }
}

static struct host_rm home(const struct gen *g, ir_value v)
{
    return gen_cpu(g->layout->fr + 16 * (v - IR_VR(0)));
}

/* Places for vector registers, of which there are 32: registers of the host that neither
   temporaries nor operations take. */
static const uint8_t places[] = {HOST_XMM12, HOST_XMM13, HOST_XMM7, HOST_XMM6,
                                 HOST_XMM5,  HOST_XMM4,  HOST_XMM3};

#define PLACES (sizeof places)

static uint8_t tag(ir_value v)
{
    return (uint8_t)(v - IR_VR(0) + 1);
}

static bool is_held(const struct gen *g, ir_value v, enum host_xmm *xmm)
{
    for (unsigned i = 0; i < PLACES; i++)
        if (g->floats.vector[places[i]] == tag(v)) {
            *xmm = (enum host_xmm)places[i];
            return true;
        }
    return false;
}

void gen_vector_changed(struct gen *g, ir_value v)
{
    enum host_xmm xmm;

    if (is_held(g, v, &xmm))
        g->floats.vector[xmm] = 0;
}

/* The present operation has an operand there, or makes its result there. */
static bool is_needed(const struct gen *g, unsigned xmm)
{
    const struct ir_op *op = &g->ir->op[g->at];
    const ir_value operands[] = {op->dst, op->a, op->b, op->c};

    if (g->vector_result == xmm)
        return true;
    for (unsigned i = 0; i < 4; i++)
        if (ir_is_vr(operands[i]) && g->floats.vector[xmm] == tag(operands[i]))
            return true;
    return false;
}

static bool is_empty(const struct gen *g, unsigned xmm)
{
    return !g->floats.vector[xmm] && !((g->floats.whole | g->floats.word) & 1u << xmm) &&
           g->vector_result != xmm;
}

/* An empty place, or what held its register longest. */
static enum host_xmm take_place(struct gen *g)
{
    unsigned found = PLACES;

    for (unsigned i = 0; i < PLACES && found == PLACES; i++)
        if (is_empty(g, places[i]))
            found = i;
    for (unsigned i = g->vector_next; found == PLACES; i = (i + 1) % PLACES)
        if (!is_needed(g, places[i]))
            found = i;
    g->vector_next = (uint8_t)((found + 1) % PLACES);
    gen_floats_lose(g, (enum host_xmm)places[found]);
    return (enum host_xmm)places[found];
}

struct host_rm gen_vector_rm(struct gen *g, const struct ir_op *op, ir_value v)
{
    enum host_xmm xmm;

    if (v == IR_CONST)
        return constant(g, op);
    if (ir_is_vt(v))
        return host_rm_xmm((enum host_xmm)(v - IR_VT(0)));
    return is_held(g, v, &xmm) ? host_rm_xmm(xmm) : home(g, v);
}

enum host_xmm gen_vector_reg(struct gen *g, const struct ir_op *op, ir_value v,
                             enum host_xmm scratch)
{
    struct host_rm rm = gen_vector_rm(g, op, v);

    if (rm.kind == HOST_RM_XMM)
        return (enum host_xmm)rm.base;
    if (ir_is_vr(v)) {
        scratch = take_place(g);
        g->floats.vector[scratch] = tag(v);
    }
    emit_vmovdqu_pxm(&g->e, HOST_V128, scratch, rm);
    return scratch;
}

enum host_xmm gen_vector_begin(struct gen *g, ir_value dst)
{
    enum host_xmm xmm;

    if (ir_is_vt(dst))
        return (enum host_xmm)(dst - IR_VT(0));
    xmm = take_place(g);
    g->vector_result = (uint8_t)xmm;
    return xmm;
}

void gen_vector_end(struct gen *g, ir_value dst, enum host_xmm reg)
{
    g->vector_result = NO_PLACE;
    if (!ir_is_vr(dst))
        return;
    emit_vmovdqu_pmx(&g->e, HOST_V128, home(g, dst), reg);
    gen_vector_changed(g, dst);
    g->floats.vector[reg] = tag(dst);
}

static void load(struct gen *g, const struct ir_op *op)
{
    struct host_rm from = gen_place(g, op, 16, false);
    enum host_xmm reg = gen_vector_begin(g, op->dst);

    emit_vmovdqu_pxm(&g->e, HOST_V128, reg, from);
    emit_vpshufb_pxvm(&g->e, HOST_V128, reg, reg, gen_vector_byte_order(g));
    gen_vector_end(g, op->dst, reg);
    gen_release(g, (enum host_reg)from.base);
}

static void store(struct gen *g, const struct ir_op *op)
{
    struct host_rm to = gen_place(g, op, 16, true);
    enum host_xmm reg = gen_vector_reg(g, op, op->c, HOST_XMM8);

    emit_vpshufb_pxvm(&g->e, HOST_V128, HOST_XMM9, reg, gen_vector_byte_order(g));
    emit_vmovdqu_pmx(&g->e, HOST_V128, to, HOST_XMM9);
    gen_release(g, (enum host_reg)to.base);
}

static void multiple(struct gen *g, const struct ir_op *op)
{
    unsigned count = op->c - op->dst + 1u;
    bool stores = op->op == IR_VSTM;
    struct host_rm first = gen_place(g, op, 16 * count, stores), at = first;

    emit_vmovdqu_pxm(&g->e, HOST_V128, HOST_XMM11, gen_vector_byte_order(g));
    for (unsigned i = 0; i < count; i++, at.disp += 16) {
        ir_value v = (ir_value)(op->dst + i);
        enum host_xmm reg;

        if (stores) {
            reg = gen_vector_reg(g, op, v, HOST_XMM8);
            emit_vpshufb_pxvm(&g->e, HOST_V128, HOST_XMM9, reg, host_rm_xmm(HOST_XMM11));
            emit_vmovdqu_pmx(&g->e, HOST_V128, at, HOST_XMM9);
        } else {
            reg = gen_vector_begin(g, v);
            emit_vmovdqu_pxm(&g->e, HOST_V128, reg, at);
            emit_vpshufb_pxvm(&g->e, HOST_V128, reg, reg, host_rm_xmm(HOST_XMM11));
            gen_vector_end(g, v, reg);
        }
    }
    gen_release(g, (enum host_reg)first.base);
}

/* The number of the last byte, 15 at most, in a scratch register. */
static enum host_reg last_byte(struct gen *g, const struct ir_op *op)
{
    struct host_rm from = gen_use(g, op->c, 4);
    enum host_reg reg = gen_scratch(g), limit = gen_scratch(g);

    emit_mov_rm(&g->e, HOST_32, reg, from);
    emit_mov_oi(&g->e, HOST_32, limit, 15);
    emit_cmp_rm(&g->e, HOST_32, reg, host_rm_reg(limit));
    emit_cmovcc_crm(&g->e, HOST_32, HOST_A, reg, host_rm_reg(limit));
    gen_release(g, limit);
    return reg;
}

/* Where the length is in a temporary, it is out of the way before the address is made. Of the
   operand only the first byte is looked up. */
static enum host_reg last_and_pointer(struct gen *g, const struct ir_op *op, bool stores,
                                      enum host_reg *pointer)
{
    *pointer = gen_probe(g, op, 1, stores);
    if (ir_is_temp(op->c)) {
        enum host_reg reg = (enum host_reg)g->temp_reg[op->c - IR_TEMP(0)];
        enum host_reg limit = gen_scratch(g);

        emit_mov_oi(&g->e, HOST_32, limit, 15);
        emit_cmp_rm(&g->e, HOST_32, reg, host_rm_reg(limit));
        emit_cmovcc_crm(&g->e, HOST_32, HOST_A, reg, host_rm_reg(limit));
        gen_release(g, limit);
        return reg;
    }
    return last_byte(g, op);
}

/* Bails where the operand goes on behind its page; OFFSET is that of POINTER there, and changes. */
static void check_end(struct gen *g, enum host_reg offset, enum host_reg last)
{
    emit_add_rm(&g->e, HOST_32, offset, host_rm_reg(last));
    emit_cmp_mi(&g->e, HOST_32, host_rm_reg(offset), PAGE_SIZE - 1);
    gen_bail(g, HOST_A);
}

static void page_offset(struct gen *g, enum host_reg offset, enum host_reg pointer)
{
    emit_mov_rm(&g->e, HOST_32, offset, host_rm_reg(pointer));
    emit_and_mi(&g->e, HOST_32, host_rm_reg(offset), PAGE_SIZE - 1);
}

/* REG = 16 bytes at POINTER, which changes; or at the end of a page as many as there are, moved
   to the left from the last 16. */
static void load_within_page(struct gen *g, enum host_xmm reg, enum host_reg pointer,
                             enum host_reg last)
{
    unsigned whole = emit_label_new(&g->e), done = emit_label_new(&g->e);
    enum host_reg offset = gen_scratch(g);

    page_offset(g, offset, pointer);
    emit_cmp_mi(&g->e, HOST_32, host_rm_reg(offset), PAGE_SIZE - 16);
    emit_jcc_label(&g->e, HOST_BE, whole);
    check_end(g, offset, last);
    emit_mov_rm(&g->e, HOST_32, offset, host_rm_reg(pointer));
    emit_and_mi(&g->e, HOST_32, host_rm_reg(offset), 15);
    emit_sub_rm(&g->e, HOST_64, pointer, host_rm_reg(offset));
    emit_vmovdqu_pxm(&g->e, HOST_V128, reg, host_mem(pointer, 0));
    gen_vector_table_address(g, GEN_TABLE_NUMBERS, pointer);
    emit_vmovdqu_pxm(&g->e, HOST_V128, HOST_XMM10, host_mem_index(pointer, offset, 1, 0));
    emit_vpshufb_pxvm(&g->e, HOST_V128, reg, reg, host_rm_xmm(HOST_XMM10));
    emit_jmp_label(&g->e, done);
    emit_label_place(&g->e, whole);
    emit_vmovdqu_pxm(&g->e, HOST_V128, reg, host_mem(pointer, 0));
    emit_label_place(&g->e, done);
    gen_release(g, offset);
}

static void load_left(struct gen *g, const struct ir_op *op)
{
    enum host_reg pointer, last = last_and_pointer(g, op, false, &pointer), table;
    enum host_xmm reg = gen_vector_begin(g, op->dst);

    load_within_page(g, reg, pointer, last);
    gen_release(g, pointer);
    table = gen_scratch(g);
    gen_vector_table_address(g, GEN_TABLE_LEFT, table);
    emit_sub_rm(&g->e, HOST_64, table, host_rm_reg(last));
    emit_vpand_pxvm(&g->e, HOST_V128, reg, reg, host_mem(table, 15));
    emit_vpshufb_pxvm(&g->e, HOST_V128, reg, reg, gen_vector_byte_order(g));
    gen_vector_end(g, op->dst, reg);
    gen_release(g, table);
    if (!ir_is_temp(op->c))
        gen_release(g, last);
}

/* Two pieces that may overlap: nothing behind the operand may be written, not even with what
   stands there, since another CPU may just be storing. XMM9 has the bytes. */
static void put_left(struct gen *g, enum host_reg pointer, enum host_reg last, unsigned end)
{
    unsigned four = emit_label_new(&g->e), two = emit_label_new(&g->e);
    enum host_reg table = gen_scratch(g);

    gen_vector_table_address(g, GEN_TABLE_NUMBERS, table);
    emit_cmp_mi(&g->e, HOST_32, host_rm_reg(last), 7);
    emit_jcc_label(&g->e, HOST_B, four);
    emit_vmovdqu_pxm(&g->e, HOST_V128, HOST_XMM10, host_mem_index(table, last, 1, -7));
    emit_vpshufb_pxvm(&g->e, HOST_V128, HOST_XMM10, HOST_XMM9, host_rm_xmm(HOST_XMM10));
    emit_vmovq_mx(&g->e, host_mem(pointer, 0), HOST_XMM9);
    emit_vmovq_mx(&g->e, host_mem_index(pointer, last, 1, -7), HOST_XMM10);
    emit_jmp_label(&g->e, end);
    emit_label_place(&g->e, four);
    emit_cmp_mi(&g->e, HOST_32, host_rm_reg(last), 3);
    emit_jcc_label(&g->e, HOST_B, two);
    emit_vmovdqu_pxm(&g->e, HOST_V128, HOST_XMM10, host_mem_index(table, last, 1, -3));
    emit_vpshufb_pxvm(&g->e, HOST_V128, HOST_XMM10, HOST_XMM9, host_rm_xmm(HOST_XMM10));
    emit_vpextrd_mxi(&g->e, host_mem(pointer, 0), HOST_XMM9, 0);
    emit_vpextrd_mxi(&g->e, host_mem_index(pointer, last, 1, -3), HOST_XMM10, 0);
    emit_jmp_label(&g->e, end);
    emit_label_place(&g->e, two);
    emit_vpextrb_mxi(&g->e, host_mem(pointer, 0), HOST_XMM9, 0);
    emit_test_mr(&g->e, HOST_32, host_rm_reg(last), last);
    emit_jcc_label(&g->e, HOST_E, end);
    /* The table starts with 0: what is before it is not read. */
    emit_vmovdqu_pxm(&g->e, HOST_V128, HOST_XMM10, host_mem_index(table, last, 1, -1));
    emit_vpshufb_pxvm(&g->e, HOST_V128, HOST_XMM10, HOST_XMM9, host_rm_xmm(HOST_XMM10));
    emit_vpextrw_mxi(&g->e, host_mem_index(pointer, last, 1, -1), HOST_XMM10, 0);
    gen_release(g, table);
}

static void store_left(struct gen *g, const struct ir_op *op)
{
    enum host_reg pointer, last = last_and_pointer(g, op, true, &pointer);
    enum host_xmm reg = gen_vector_reg(g, op, op->dst, HOST_XMM8);
    unsigned part = emit_label_new(&g->e), end = emit_label_new(&g->e);
    enum host_reg offset = gen_scratch(g);

    page_offset(g, offset, pointer);
    check_end(g, offset, last);
    gen_release(g, offset);
    emit_vpshufb_pxvm(&g->e, HOST_V128, HOST_XMM9, reg, gen_vector_byte_order(g));
    emit_cmp_mi(&g->e, HOST_32, host_rm_reg(last), 15);
    emit_jcc_label(&g->e, HOST_NE, part);
    emit_vmovdqu_pmx(&g->e, HOST_V128, host_mem(pointer, 0), HOST_XMM9);
    emit_jmp_label(&g->e, end);
    emit_label_place(&g->e, part);
    put_left(g, pointer, last, end);
    emit_label_place(&g->e, end);
    gen_release(g, pointer);
    gen_release(g, last);
}

static void replicate(struct gen *g, const struct ir_op *op)
{
    enum host_xmm reg = gen_vector_begin(g, op->dst);
    struct host_rm self = host_rm_xmm(reg);
    bool taken;
    enum host_reg from = gen_use_reg(g, op, op->a, op->width == 8 ? 8 : 4, &taken);

    if (op->width == 8) {
        emit_vmovq_xg(&g->e, HOST_64, reg, host_rm_reg(from));
        emit_vpbroadcastq_pxm(&g->e, HOST_V128, reg, self);
    } else {
        emit_vmovd_xg(&g->e, HOST_32, reg, host_rm_reg(from));
        if (op->width == 4)
            emit_vpbroadcastd_pxm(&g->e, HOST_V128, reg, self);
        else if (op->width == 2)
            emit_vpbroadcastw_pxm(&g->e, HOST_V128, reg, self);
        else
            emit_vpbroadcastb_pxm(&g->e, HOST_V128, reg, self);
    }
    if (taken)
        gen_release(g, from);
    gen_vector_end(g, op->dst, reg);
}

/* Where element INDEX of WIDTH bytes stands in a register of the host. */
static unsigned lane(unsigned index, unsigned width)
{
    return index ^ (8 / width - 1);
}

static void insert(struct gen *g, const struct ir_op *op)
{
    unsigned at = lane((unsigned)op->imm, op->width);
    bool taken;
    enum host_reg from = gen_use_reg(g, op, op->b, op->width == 8 ? 8 : 4, &taken);
    enum host_xmm a = gen_vector_reg(g, op, op->a, HOST_XMM9);
    enum host_xmm reg = gen_vector_begin(g, op->dst);
    struct host_rm rm = host_rm_reg(from);

    if (op->width == 8)
        emit_vpinsrq_xvmi(&g->e, reg, a, rm, at);
    else if (op->width == 4)
        emit_vpinsrd_xvmi(&g->e, reg, a, rm, at);
    else if (op->width == 2)
        emit_vpinsrw_xvmi(&g->e, reg, a, rm, at);
    else
        emit_vpinsrb_xvmi(&g->e, reg, a, rm, at);
    if (taken)
        gen_release(g, from);
    gen_vector_end(g, op->dst, reg);
}

static void extract_held(struct gen *g, const struct ir_op *op, enum host_reg reg,
                         enum host_xmm from)
{
    const unsigned at = lane((unsigned)op->imm, op->width);
    const struct host_rm to = host_rm_reg(reg);

    if (op->width == 8)
        emit_vpextrq_mxi(&g->e, to, from, at);
    else if (op->width == 4)
        emit_vpextrd_mxi(&g->e, to, from, at);
    else if (op->width == 2)
        emit_vpextrw_mxi(&g->e, to, from, at);
    else
        emit_vpextrb_mxi(&g->e, to, from, at);
}

/* Registers are always in the CPU too. */
static void extract(struct gen *g, const struct ir_op *op)
{
    struct host_rm from = home(g, op->a);
    enum host_reg reg = gen_set_begin(g, op->dst, 8);
    enum host_xmm held;

    from.disp += (int32_t)(lane((unsigned)op->imm, op->width) * op->width);
    if (is_held(g, op->a, &held))
        extract_held(g, op, reg, held);
    else if (op->width == 8)
        emit_mov_rm(&g->e, HOST_64, reg, from);
    else if (op->width == 4)
        emit_mov_rm(&g->e, HOST_32, reg, from);
    else if (op->width == 2)
        emit_movzx16_rm(&g->e, HOST_32, reg, from);
    else
        emit_movzx8_rm(&g->e, HOST_32, reg, from);
    gen_set_end(g, op->dst, 8, reg);
}

static void pair(struct gen *g, const struct ir_op *op)
{
    struct host_rm a = gen_use(g, op->a, 8), b;
    enum host_xmm reg = gen_vector_begin(g, op->dst);

    if (op->op == IR_VPAIR) {
        b = gen_use(g, op->b, 8);
        emit_vmovq_xg(&g->e, HOST_64, reg, a);
        emit_vpinsrq_xvmi(&g->e, reg, reg, b, 1);
    } else {
        emit_vmovq_xg(&g->e, HOST_64, reg, a);
    }
    gen_vector_end(g, op->dst, reg);
}

static void mask(struct gen *g, const struct ir_op *op)
{
    enum host_xmm a = gen_vector_reg(g, op, op->a, HOST_XMM8);
    enum host_reg reg = gen_scratch(g);

    emit_vpmovmskb_rg(&g->e, HOST_32, reg, host_rm_xmm(a));
    gen_set_end(g, op->dst, 8, reg);
}

static void test(struct gen *g, const struct ir_op *op)
{
    enum host_xmm a = gen_vector_reg(g, op, op->a, HOST_XMM8);
    enum host_reg some = gen_scratch(g), all = gen_scratch(g);

    emit_mov_oi(&g->e, HOST_32, some, 0);
    emit_mov_oi(&g->e, HOST_32, all, 0);
    emit_vptest_pxm(&g->e, HOST_V128, (enum host_xmm)a, gen_vector_rm(g, op, op->b));
    emit_setcc_cm(&g->e, HOST_NE, host_rm_reg(some));
    emit_setcc_cm(&g->e, HOST_B, host_rm_reg(all));
    emit_lea_rm(&g->e, HOST_32, all, host_mem_index(all, all, 1, 1));
    emit_neg_m(&g->e, HOST_32, host_rm_reg(some));
    emit_and_rm(&g->e, HOST_32, all, host_rm_reg(some));
    gen_release(g, some);
    gen_set_end(g, op->dst, 8, all);
}

/* LOAD COUNT TO BLOCK BOUNDARY: condition code 0 where it is 16, else 3. */
static void count(struct gen *g, const struct ir_op *op)
{
    enum host_reg reg = gen_scratch(g), limit, to;

    gen_address(g, op, reg);
    emit_not_m(&g->e, HOST_32, host_rm_reg(reg));
    emit_and_mi(&g->e, HOST_32, host_rm_reg(reg), op->imm);
    limit = gen_scratch(g);
    emit_mov_oi(&g->e, HOST_32, limit, 15);
    emit_cmp_rm(&g->e, HOST_32, reg, host_rm_reg(limit));
    emit_cmovcc_crm(&g->e, HOST_32, HOST_A, reg, host_rm_reg(limit));
    if (op->cc != IR_CC_NONE && !(op->flags & IR_CC_UNUSED)) {
        /* Borrow where there are fewer: all ones, of which the code is the last two. */
        emit_sbb_rm(&g->e, HOST_32, limit, host_rm_reg(limit));
        emit_and_mi(&g->e, HOST_32, host_rm_reg(limit), 3);
        emit_mov_mr(&g->e, HOST_8, gen_cpu(g->layout->cc), limit);
        g->cc = IR_CC_MEMORY;
        g->flags_from = -1;
    }
    gen_release(g, limit);
    emit_add_mi(&g->e, HOST_32, host_rm_reg(reg), 1);
    to = gen_set_begin(g, op->dst, 4);
    emit_mov_rm(&g->e, HOST_32, to, host_rm_reg(reg));
    gen_set_end(g, op->dst, 4, to);
    gen_release(g, reg);
}

static void move(struct gen *g, const struct ir_op *op)
{
    enum host_xmm reg = gen_vector_begin(g, op->dst);
    ir_value from = op->op == IR_VCONST ? IR_CONST : op->a;

    emit_vmovdqu_pxm(&g->e, HOST_V128, reg, gen_vector_rm(g, op, from));
    gen_vector_end(g, op->dst, reg);
}

uint16_t gen_vector_lost(const struct ir_op *op)
{
    uint16_t lost = GEN_VECTOR_SCRATCH;

    if (op->op < IR_VLD)
        return 0;
    if (ir_is_vt(op->dst))
        return (uint16_t)(lost | 1u << (op->dst - IR_VT(0)));
    for (unsigned v = op->dst; v >= IR_VR(0) && v < IR_VR(16); v++) {
        lost |= (uint16_t)(1u << (v - IR_VR(0)));
        if (op->op != IR_VLDM || v == op->c)
            break;
    }
    return lost;
}

void gen_vector(struct gen *g, const struct ir_op *op)
{
    g->vector_result = NO_PLACE;
    g->floats.whole &= (uint16_t)~gen_vector_lost(op);
    g->floats.word &= (uint16_t)~gen_vector_lost(op);
    switch (op->op) {
    case IR_VLD:
        load(g, op);
        return;
    case IR_VST:
        store(g, op);
        return;
    case IR_VLDM:
    case IR_VSTM:
        multiple(g, op);
        return;
    case IR_VLDL:
        load_left(g, op);
        return;
    case IR_VSTL:
        store_left(g, op);
        return;
    case IR_VMOV:
    case IR_VCONST:
        move(g, op);
        return;
    case IR_VDUP:
        replicate(g, op);
        return;
    case IR_VINS:
        insert(g, op);
        return;
    case IR_VEXT:
        extract(g, op);
        return;
    case IR_VPAIR:
    case IR_VPUT:
        pair(g, op);
        return;
    case IR_VCOUNT:
        count(g, op);
        return;
    case IR_VMASK:
        mask(g, op);
        return;
    case IR_VTEST:
        test(g, op);
        return;
    case IR_VFAE:
    case IR_VFEE:
    case IR_VFENE:
    case IR_VISTR:
        gen_vector_string(g, op);
        return;
    default:
        if (op->op >= IR_VFADD)
            gen_vector_float(g, op);
        else if (!gen_vector_lanes(g, op))
            g->refused = true;
        return;
    }
}
