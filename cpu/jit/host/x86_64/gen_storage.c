/*
 * Storage operands. An address becomes a host address by its TLB entry: the address xor the
 * tag is the offset in the page where they match, and larger than any offset where they do not;
 * compared with the page size less the operand's it also finds operands that cross the page.
 */
#include "cpu/jit/host/x86_64/gen.h"

#define PAGE_SIZE     4096
#define ENTRY_SHIFT   4 /* an entry of the TLB has 16 bytes */
#define HOST_PAGE     8 /* its second doubleword */
#define LOW_PAGES     2 /* those with bytes under low-address protection */
#define INDEX_MASK(g) ((int64_t)((g)->layout->tlb_entries - 1) << ENTRY_SHIFT)

static int64_t wrap(const struct gen *g, int64_t address)
{
    return g->ir->addressing == 64   ? address
           : g->ir->addressing == 31 ? address & 0x7fffffff
                                     : address & 0xffffff;
}

/* Base, or base and index, and displacement; without a change of the flags, or they are given
   up. */
static void add_up(struct gen *g, const struct ir_op *op, enum host_reg reg)
{
    struct host_rm base = gen_use(g, op->a != IR_NOTHING ? op->a : op->b, 8);
    bool both = op->a != IR_NOTHING && op->b != IR_NOTHING;
    struct host_rm index = both ? gen_use(g, op->b, 8) : base;

    base = gen_near(g, op->a != IR_NOTHING ? op->a : op->b, base);
    index = gen_near(g, op->b, index);
    if (both && base.kind != HOST_RM_REG && index.kind == HOST_RM_REG && index.base == reg) {
        struct host_rm other = base;

        base = index;
        index = other;
    }
    if (base.kind != HOST_RM_REG) {
        emit_mov_rm(&g->e, HOST_64, reg, base);
        base = host_rm_reg(reg);
    }
    if (both && index.kind == HOST_RM_REG)
        emit_lea_rm(
            &g->e, HOST_64, reg,
            host_mem_index((enum host_reg)base.base, (enum host_reg)index.base, 1, op->imm2));
    else if (both && base.base != reg) {
        emit_mov_rm(&g->e, HOST_64, reg, index);
        emit_lea_rm(&g->e, HOST_64, reg,
                    host_mem_index((enum host_reg)base.base, reg, 1, op->imm2));
    } else {
        if (both) {
            emit_add_rm(&g->e, HOST_64, reg, index);
            g->flags_from = -1;
        }
        if (base.base != reg || op->imm2)
            emit_lea_rm(&g->e, HOST_64, reg, host_mem((enum host_reg)base.base, op->imm2));
    }
}

void gen_address(struct gen *g, const struct ir_op *op, enum host_reg reg)
{
    if (op->flags & IR_RELATIVE) {
        emit_mov_rm(&g->e, HOST_64, reg, gen_cpu(g->layout->insn_page));
        if (gen_fits32(op->imm))
            emit_lea_rm(&g->e, HOST_64, reg, host_mem(reg, (int32_t)op->imm));
        else
            g->refused = true;
        return;
    }
    if (op->a == IR_NOTHING && op->b == IR_NOTHING) {
        emit_load_constant(&g->e, reg, (uint64_t)wrap(g, op->imm2));
        return;
    }
    add_up(g, op, reg);
    if (g->ir->addressing == 64)
        return;
    g->flags_from = -1;
    emit_and_mi(&g->e, HOST_32, host_rm_reg(reg), wrap(g, -1));
}

/* PoP chapter 3, "Low-Address Protection": 0-511 and 4096-4607. */
static bool is_protected(int64_t address, unsigned length)
{
    return (address & (PAGE_SIZE - 1)) < 512 || (address & (PAGE_SIZE - 1)) + length > PAGE_SIZE;
}

/* An address without base and index is known: which entry, and whether it is protected. */
static bool probe_known(struct gen *g, const struct ir_op *op, unsigned length, bool store,
                        enum host_reg reg)
{
    int64_t address = wrap(g, op->imm2), page = address & ~(int64_t)(PAGE_SIZE - 1);
    int32_t entry = (store ? g->layout->store : g->layout->fetch) +
                    (int32_t)(page >> 12 << ENTRY_SHIFT & INDEX_MASK(g));

    if (!gen_fits32(page) || (address & (PAGE_SIZE - 1)) + length > PAGE_SIZE)
        return false;
    if (store && g->ir->low_address_protection && page < LOW_PAGES * PAGE_SIZE) {
        if (is_protected(address, length))
            return false;
        entry = g->layout->low_store + (int32_t)(page >> 12 << ENTRY_SHIFT);
    }
    emit_mov_rm(&g->e, HOST_64, reg, gen_cpu(g->layout->space));
    emit_cmp_mi(&g->e, HOST_64, host_mem(reg, entry), page);
    gen_bail(g, HOST_NE);
    emit_mov_rm(&g->e, HOST_64, reg, host_mem(reg, entry + HOST_PAGE));
    if (address != page)
        emit_add_mi(&g->e, HOST_64, host_rm_reg(reg), address - page);
    return true;
}

enum site_member { SITE_PAGE, SITE_BEYOND, SITE_LIMIT, SITE_MEMBERS };

static struct host_rm site(const struct gen *g, unsigned number, enum site_member member)
{
    return gen_cpu(g->layout->site + 8 * (int32_t)(SITE_MEMBERS * number + member));
}

/* In a loop: what is beyond the page where the operand was last is not waited for. */
static enum host_reg probe_site(struct gen *g, const struct ir_op *op, unsigned length, bool store)
{
    unsigned number = g->site_count++;
    enum host_reg reg = gen_scratch(g), offset;
    struct cold *cold;

    gen_address(g, op, reg);
    offset = gen_scratch(g);
    emit_mov_rm(&g->e, HOST_64, offset, host_rm_reg(reg));
    emit_xor_rm(&g->e, HOST_64, offset, site(g, number, SITE_PAGE));
    emit_cmp_rm(&g->e, HOST_64, offset, site(g, number, SITE_LIMIT));
    cold = gen_cold_new(g, COLD_SITE);
    cold->operand = (uint8_t)reg;
    cold->index = (uint8_t)offset;
    cold->site = (struct gen_site){(uint8_t)number, (uint16_t)length, store};
    cold->bail = gen_bail_label(g);
    cold->resume = emit_label_new(&g->e);
    emit_jcc_label(&g->e, HOST_AE, cold->label);
    emit_label_place(&g->e, cold->resume);
    emit_add_rm(&g->e, HOST_64, reg, site(g, number, SITE_BEYOND));
    gen_release(g, offset);
    return reg;
}

void gen_site_miss(struct gen *g, const struct cold *cold)
{
    int32_t entries = cold->site.store ? g->layout->store : g->layout->fetch;
    enum host_reg reg = (enum host_reg)cold->operand, index = (enum host_reg)cold->index;

    emit_rorx_rmi8(&g->e, HOST_64, index, host_rm_reg(reg), 12 - ENTRY_SHIFT);
    emit_and_mi(&g->e, HOST_32, host_rm_reg(index), INDEX_MASK(g));
    emit_add_rm(&g->e, HOST_64, index, gen_cpu(g->layout->space));
    emit_xor_rm(&g->e, HOST_64, reg, host_mem(index, entries));
    emit_cmp_mi(&g->e, HOST_64, host_rm_reg(reg), (int64_t)(PAGE_SIZE - cold->site.length));
    emit_jcc_label(&g->e, HOST_A, cold->bail);
    emit_push_o(&g->e, HOST_64, reg);
    emit_mov_rm(&g->e, HOST_64, reg, host_mem(index, entries + HOST_PAGE));
    emit_mov_rm(&g->e, HOST_64, index, host_mem(index, entries));
    emit_mov_mr(&g->e, HOST_64, site(g, cold->site.number, SITE_PAGE), index);
    emit_sub_rm(&g->e, HOST_64, reg, host_rm_reg(index));
    emit_mov_mr(&g->e, HOST_64, site(g, cold->site.number, SITE_BEYOND), reg);
    emit_mov_mi(&g->e, HOST_64, site(g, cold->site.number, SITE_LIMIT),
                PAGE_SIZE + 1 - cold->site.length);
    emit_pop_o(&g->e, HOST_64, reg);
    emit_add_rm(&g->e, HOST_64, reg, host_rm_reg(index));
    emit_add_mi(&g->e, HOST_32, gen_cpu(g->layout->site_misses), 1);
    emit_jmp_label(&g->e, cold->resume);
}

void gen_sites_forget(struct gen *g)
{
    /* Where the second copy is still to come, nobody knows how many it will have. */
    for (unsigned i = 0; i < (g->beside ? g->site_count : g->site_max); i++)
        emit_mov_mi(&g->e, HOST_64, site(g, i, SITE_LIMIT), 0);
}

enum host_reg gen_probe(struct gen *g, const struct ir_op *op, unsigned length, bool store)
{
    int32_t entries = store ? g->layout->store : g->layout->fetch;
    enum host_reg reg = gen_scratch(g), index;

    if (!(op->flags & IR_RELATIVE) && op->a == IR_NOTHING && op->b == IR_NOTHING &&
        probe_known(g, op, length, store, reg))
        return reg;
    if (g->site_count < g->site_max && gen_in_second_copy(g) && !(op->flags & IR_RELATIVE)) {
        gen_release(g, reg);
        return probe_site(g, op, length, store);
    }
    gen_address(g, op, reg);
    index = gen_scratch(g);
    emit_rorx_rmi8(&g->e, HOST_64, index, host_rm_reg(reg), 12 - ENTRY_SHIFT);
    emit_and_mi(&g->e, HOST_32, host_rm_reg(index), INDEX_MASK(g));
    emit_add_rm(&g->e, HOST_64, index, gen_cpu(g->layout->space));
    emit_xor_rm(&g->e, HOST_64, reg, host_mem(index, entries));
    emit_cmp_mi(&g->e, HOST_64, host_rm_reg(reg), (int64_t)(PAGE_SIZE - length));
    gen_bail(g, HOST_A);
    emit_add_rm(&g->e, HOST_64, reg, host_mem(index, entries + HOST_PAGE));
    gen_release(g, index);
    return reg;
}

/* WIDTH bytes at HOST into REG: extended to 8 bytes, or to 4 where DST_WIDTH is 4. */
static void load(struct gen *g, const struct ir_op *op, enum host_reg reg, struct host_rm host)
{
    enum host_size wide = op->dst_width == 8 ? HOST_64 : HOST_32;
    bool is_signed = op->flags & IR_SIGNED, raw = op->flags & IR_RAW;

    switch (op->width) {
    case 1:
        if (is_signed)
            emit_movsx8_rm(&g->e, wide, reg, host);
        else
            emit_movzx8_rm(&g->e, HOST_32, reg, host);
        return;
    case 2:
        emit_movzx16_rm(&g->e, HOST_32, reg, host);
        if (!raw)
            emit_rol_mi8(&g->e, HOST_16, host_rm_reg(reg), 8);
        if (is_signed)
            emit_movsx16_rm(&g->e, wide, reg, host_rm_reg(reg));
        return;
    case 4:
        if (raw)
            emit_mov_rm(&g->e, HOST_32, reg, host);
        else
            emit_movbe_rm(&g->e, HOST_32, reg, host);
        if (is_signed && wide == HOST_64)
            emit_movsxd_rm(&g->e, HOST_64, reg, host_rm_reg(reg));
        return;
    default:
        if (raw)
            emit_mov_rm(&g->e, HOST_64, reg, host);
        else
            emit_movbe_rm(&g->e, HOST_64, reg, host);
        return;
    }
}

/* A scratch register that served as a pointer also serves for a result that has no register
   of its own. */
void gen_load(struct gen *g, const struct ir_op *op)
{
    struct host_rm host = gen_place(g, op, op->width, false);
    enum host_reg pointer = (enum host_reg)host.base, reg = pointer;
    bool own = ir_is_gr(op->dst) && gen_pin(op->dst) != HOST_NO_REG;

    if (own)
        reg = gen_set_begin(g, op->dst, op->dst_width);
    else if (pointer == HOST_R15)
        reg = gen_scratch(g);
    load(g, op, reg, host);
    gen_set_end(g, op->dst, op->dst_width, reg);
    if (own)
        gen_release(g, pointer);
}

void gen_load_pointer(struct gen *g, const struct ir_op *op)
{
    enum host_reg pointer = (enum host_reg)gen_use(g, op->a, 8).base;
    bool own = ir_is_gr(op->dst) && gen_pin(op->dst) != HOST_NO_REG;
    enum host_reg reg = gen_set_begin(g, op->dst, op->dst_width);

    (void)own;
    load(g, op, reg, host_mem(pointer, op->imm2));
    gen_set_end(g, op->dst, op->dst_width, reg);
}

static int64_t swapped(int64_t imm, unsigned width)
{
    switch (width) {
    case 1:
        return (int8_t)imm;
    case 2:
        return (int16_t)__builtin_bswap16((uint16_t)imm);
    case 4:
        return (int32_t)__builtin_bswap32((uint32_t)imm);
    default:
        return (int64_t)__builtin_bswap64((uint64_t)imm);
    }
}

static void store(struct gen *g, const struct ir_op *op, struct host_rm host)
{
    int64_t imm = swapped(op->imm, op->width);
    enum host_reg reg;
    bool taken;

    if (op->c == IR_CONST && gen_fits32(imm)) {
        emit_mov_mi(&g->e, gen_size(op->width), host, imm);
        return;
    }
    reg = gen_use_reg(g, op, op->c, op->width == 8 ? 8 : 4, &taken);
    if (op->width == 1 || op->flags & IR_RAW)
        emit_mov_mr(&g->e, gen_size(op->width), host, reg);
    else
        emit_movbe_mr(&g->e, gen_size(op->width), host, reg);
    if (taken)
        gen_release(g, reg);
}

void gen_store(struct gen *g, const struct ir_op *op)
{
    struct host_rm host;

    if (ir_is_gr(op->c) && op->width == 8)
        gen_merge(g, (uint16_t)(1u << op->c));
    host = gen_place(g, op, op->width, true);
    store(g, op, host);
    gen_release(g, (enum host_reg)host.base);
}

void gen_store_pointer(struct gen *g, const struct ir_op *op)
{
    enum host_reg pointer = (enum host_reg)gen_use(g, op->a, 8).base;

    store(g, op, host_mem(pointer, op->imm2));
}

/* Where the condition is not met the operand is not accessed. Pins are made whole before the
   ways part. */
void gen_store_on_condition(struct gen *g, const struct ir_op *op)
{
    const ir_value whole[] = {op->a, op->b, op->width == 8 ? op->c : IR_NOTHING};
    unsigned condition, skip = emit_label_new(&g->e);
    enum host_reg pointer;

    for (unsigned i = 0; i < 3; i++)
        if (ir_is_gr(whole[i]))
            gen_merge(g, (uint16_t)(1u << whole[i]));
    condition = gen_cc_condition(g, (unsigned)op->imm);
    if (condition == HOST_NEVER)
        return;
    if (condition != HOST_ALWAYS)
        emit_jcc_label(&g->e, (enum host_condition)(condition ^ 1), skip);
    pointer = gen_probe(g, op, op->width, true);
    store(g, op, host_mem(pointer, 0));
    gen_release(g, pointer);
    emit_label_place(&g->e, skip);
}

void gen_pointer(struct gen *g, const struct ir_op *op)
{
    gen_set_end(g, op->dst, 8, gen_probe(g, op, op->width, op->op == IR_PTRS));
}

static unsigned register_count(const struct ir_op *op)
{
    return ((op->c - op->dst) & 15u) + 1;
}

void gen_load_multiple(struct gen *g, const struct ir_op *op)
{
    unsigned count = register_count(op), width = op->width;
    struct host_rm host = gen_place(g, op, count * width, false);
    enum host_reg pointer = (enum host_reg)host.base, reg;

    for (unsigned i = 0; i < count; i++) {
        ir_value gr = IR_GR((op->dst + i) & 15);

        reg = gen_set_begin(g, gr, width);
        emit_movbe_rm(&g->e, gen_size(width), reg,
                      host_mem(pointer, host.disp + (int32_t)(i * width)));
        gen_set_end(g, gr, width, reg);
    }
    gen_release(g, pointer);
}

void gen_store_multiple(struct gen *g, const struct ir_op *op)
{
    unsigned count = register_count(op), width = op->width;
    enum host_reg pointer, reg;
    struct host_rm host;
    bool taken;

    if (width == 8)
        for (unsigned i = 0; i < count; i++)
            gen_merge(g, (uint16_t)(1u << ((op->dst + i) & 15)));
    host = gen_place(g, op, count * width, true);
    pointer = (enum host_reg)host.base;
    for (unsigned i = 0; i < count; i++) {
        reg = gen_use_reg(g, op, IR_GR((op->dst + i) & 15), width, &taken);
        emit_movbe_mr(&g->e, gen_size(width), host_mem(pointer, host.disp + (int32_t)(i * width)),
                      reg);
        if (taken)
            gen_release(g, reg);
    }
    gen_release(g, pointer);
}
