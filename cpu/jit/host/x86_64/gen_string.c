/*
 * SEARCH STRING and COMPARE LOGICAL STRING, as far as they end within the page where they begin:
 * compilers make them of strlen and strcmp. Else they run as their bodies, from the beginning.
 */
#include "cpu/jit/host/x86_64/gen.h"

#define PAGE_SIZE 4096
#define STEP      16

/* Saved by the stubs, which need more registers than there are. */
#define BITS  HOST_RSI
#define OTHER HOST_RDI

/* The character is in all bytes of GEN_RESULT. RAX is the first byte on the host, RCX behind the
   last one, in the same page; RAX becomes the byte that has the character, if it is below RCX.
   All that is fetched are whole parts of the page. */
static void make_search(struct emitter *e)
{
    unsigned loop = emit_label_new(e), found = emit_label_new(e), done = emit_label_new(e);
    const struct host_rm bits = host_rm_reg(BITS);

    emit_push_o(e, HOST_64, BITS);
    emit_mov_rm(e, HOST_32, HOST_RDX, host_rm_reg(HOST_RAX));
    emit_and_mi(e, HOST_32, host_rm_reg(HOST_RDX), STEP - 1);
    emit_and_mi(e, HOST_64, host_rm_reg(HOST_RAX), -STEP);
    emit_vpcmpeqb_pxvm(e, HOST_V128, GEN_OPERAND, GEN_RESULT, host_mem(HOST_RAX, 0));
    emit_vpmovmskb_rg(e, HOST_32, BITS, host_rm_xmm(GEN_OPERAND));
    emit_shrx_rmv(e, HOST_32, BITS, bits, HOST_RDX);
    emit_shlx_rmv(e, HOST_32, BITS, bits, HOST_RDX);
    emit_label_place(e, loop);
    emit_test_mr(e, HOST_32, bits, BITS);
    emit_jcc_label(e, HOST_NE, found);
    emit_add_mi(e, HOST_64, host_rm_reg(HOST_RAX), STEP);
    emit_cmp_rm(e, HOST_64, HOST_RAX, host_rm_reg(HOST_RCX));
    emit_jcc_label(e, HOST_AE, done);
    emit_vpcmpeqb_pxvm(e, HOST_V128, GEN_OPERAND, GEN_RESULT, host_mem(HOST_RAX, 0));
    emit_vpmovmskb_rg(e, HOST_32, BITS, host_rm_xmm(GEN_OPERAND));
    emit_jmp_label(e, loop);
    emit_label_place(e, found);
    emit_tzcnt_rm(e, HOST_32, BITS, bits);
    emit_add_rm(e, HOST_64, HOST_RAX, bits);
    emit_label_place(e, done);
    emit_pop_o(e, HOST_64, BITS);
    emit_ret_zo(e);
}

/* RDX = how far into its page the operand is that is nearer to the end of its own. */
static void nearer_end(struct emitter *e)
{
    emit_mov_rm(e, HOST_32, HOST_RDX, host_rm_reg(HOST_RAX));
    emit_and_mi(e, HOST_32, host_rm_reg(HOST_RDX), PAGE_SIZE - 1);
    emit_mov_rm(e, HOST_32, BITS, host_rm_reg(HOST_RCX));
    emit_and_mi(e, HOST_32, host_rm_reg(BITS), PAGE_SIZE - 1);
    emit_cmp_rm(e, HOST_32, HOST_RDX, host_rm_reg(BITS));
    emit_cmovcc_crm(e, HOST_32, HOST_B, HOST_RDX, host_rm_reg(BITS));
}

/* The character is in all bytes of GEN_RESULT; RAX and RCX become the first bytes that differ or
   are the character. RDX is zero where there are such. */
static void make_compare(struct emitter *e)
{
    unsigned loop = emit_label_new(e), found = emit_label_new(e), done = emit_label_new(e);
    const struct host_rm bits = host_rm_reg(BITS);

    emit_push_o(e, HOST_64, BITS);
    emit_push_o(e, HOST_64, OTHER);
    nearer_end(e);
    emit_label_place(e, loop);
    emit_cmp_mi(e, HOST_32, host_rm_reg(HOST_RDX), PAGE_SIZE - STEP);
    emit_jcc_label(e, HOST_A, done);
    emit_vmovdqu_pxm(e, HOST_V128, GEN_OPERAND, host_mem(HOST_RAX, 0));
    emit_vpcmpeqb_pxvm(e, HOST_V128, GEN_OPERAND, GEN_OPERAND, host_mem(HOST_RCX, 0));
    emit_vpmovmskb_rg(e, HOST_32, OTHER, host_rm_xmm(GEN_OPERAND));
    emit_vpcmpeqb_pxvm(e, HOST_V128, GEN_OPERAND, GEN_RESULT, host_mem(HOST_RAX, 0));
    emit_vpmovmskb_rg(e, HOST_32, BITS, host_rm_xmm(GEN_OPERAND));
    emit_andn_rvm(e, HOST_32, BITS, BITS, host_rm_reg(OTHER));
    emit_xor_mi(e, HOST_32, bits, 0xffff);
    emit_jcc_label(e, HOST_NE, found);
    emit_add_mi(e, HOST_64, host_rm_reg(HOST_RAX), STEP);
    emit_add_mi(e, HOST_64, host_rm_reg(HOST_RCX), STEP);
    emit_add_mi(e, HOST_32, host_rm_reg(HOST_RDX), STEP);
    emit_jmp_label(e, loop);
    emit_label_place(e, found);
    emit_tzcnt_rm(e, HOST_32, BITS, bits);
    emit_add_rm(e, HOST_64, HOST_RAX, bits);
    emit_add_rm(e, HOST_64, HOST_RCX, bits);
    emit_xor_rm(e, HOST_32, HOST_RDX, host_rm_reg(HOST_RDX));
    emit_label_place(e, done);
    emit_pop_o(e, HOST_64, OTHER);
    emit_pop_o(e, HOST_64, BITS);
    emit_ret_zo(e);
}

static const uint8_t *here(const struct emitter *e)
{
    return (const uint8_t *)(uintptr_t)(e->address + e->used);
}

void gen_string_stubs(struct emitter *e, struct host_stubs *stubs)
{
    stubs->search_string = here(e);
    make_search(e);
    stubs->compare_string = here(e);
    make_compare(e);
}

static struct host_rm character(const struct gen *g)
{
    return gen_home(g, IR_GR(0));
}

static void probe(struct gen *g, ir_value address)
{
    const struct ir_op op = {.op = IR_LD, .width = 1, .a = address, .b = IR_NOTHING};

    gen_probe(g, &op, 1, false);
}

/* Bails where general register 0 has more than a character. Has it in all of GEN_RESULT. */
static void take_character(struct gen *g)
{
    emit_test_mi(&g->e, HOST_32, character(g), -256);
    gen_bail(g, HOST_NE);
    emit_vpbroadcastb_pxm(&g->e, HOST_V128, GEN_RESULT, character(g));
}

/* Register GR, whole, to the address in its page that RAX or RCX has on the host, which must
   not have the other bits. */
static void set_offset(struct gen *g, ir_value gr, enum host_reg offset)
{
    struct host_rm to = gen_use(g, gr, 8);

    emit_and_mi(&g->e, HOST_32, host_rm_reg(offset), PAGE_SIZE - 1);
    emit_and_mi(&g->e, HOST_64, to, -PAGE_SIZE);
    emit_or_mr(&g->e, HOST_64, to, offset);
}

static void condition_code(struct gen *g, const struct ir_op *op, unsigned cc)
{
    if (!(op->flags & IR_CC_UNUSED))
        emit_mov_mi(&g->e, HOST_8, gen_cpu(g->layout->cc), cc);
}

static void finish(struct gen *g, const struct ir_op *op)
{
    g->used = 0;
    if (op->flags & IR_CC_UNUSED)
        return;
    g->cc = IR_CC_MEMORY;
    g->flags_from = -1;
}

/* RCX = behind the last byte: the end address in DST, or the end of the page. */
static void find_end(struct gen *g, struct host_rm end, struct host_rm start)
{
    emit_mov_rm(&g->e, HOST_64, HOST_RDX, end);
    emit_sub_rm(&g->e, HOST_64, HOST_RDX, start);
    emit_mov_rm(&g->e, HOST_32, HOST_RCX, host_rm_reg(HOST_RAX));
    emit_not_m(&g->e, HOST_32, host_rm_reg(HOST_RCX));
    emit_and_mi(&g->e, HOST_32, host_rm_reg(HOST_RCX), PAGE_SIZE - 1);
    emit_add_mi(&g->e, HOST_32, host_rm_reg(HOST_RCX), 1);
    emit_cmp_rm(&g->e, HOST_64, HOST_RDX, host_rm_reg(HOST_RCX));
    emit_cmovcc_crm(&g->e, HOST_64, HOST_B, HOST_RCX, host_rm_reg(HOST_RDX));
    emit_add_rm(&g->e, HOST_64, HOST_RCX, host_rm_reg(HOST_RAX));
}

/* Condition code 1 is the only one that is not left to the body. */
void gen_search_string(struct gen *g, const struct ir_op *op)
{
    struct host_rm end = gen_use(g, op->dst, 8), start = gen_use(g, op->a, 8);

    probe(g, op->a);
    take_character(g);
    find_end(g, end, start);
    gen_call_stub(g, g->setup->stubs.search_string);
    emit_cmp_rm(&g->e, HOST_64, HOST_RAX, host_rm_reg(HOST_RCX));
    gen_bail(g, HOST_AE);
    emit_mov_rm(&g->e, HOST_64, HOST_RCX, start);
    if (end.kind == HOST_RM_REG)
        emit_mov_rm(&g->e, HOST_64, (enum host_reg)end.base, host_rm_reg(HOST_RCX));
    else
        emit_mov_mr(&g->e, HOST_64, end, HOST_RCX);
    set_offset(g, op->dst, HOST_RAX);
    condition_code(g, op, 1);
    finish(g, op);
}

/* The character is lower than any other. Where both operands end the registers stay. */
void gen_compare_string(struct gen *g, const struct ir_op *op)
{
    unsigned equal = emit_label_new(&g->e), low = emit_label_new(&g->e);
    unsigned high = emit_label_new(&g->e), set = emit_label_new(&g->e);
    unsigned done = emit_label_new(&g->e);
    const struct host_rm byte = host_rm_reg(HOST_RDX);

    gen_use(g, op->a, 8);
    gen_use(g, op->b, 8);
    probe(g, op->a);
    probe(g, op->b);
    take_character(g);
    gen_call_stub(g, g->setup->stubs.compare_string);
    emit_test_mr(&g->e, HOST_32, byte, HOST_RDX);
    gen_bail(g, HOST_NE);
    emit_movzx8_rm(&g->e, HOST_32, HOST_RDX, host_mem(HOST_RAX, 0));
    emit_cmp_rm(&g->e, HOST_8, HOST_RDX, host_mem(HOST_RCX, 0));
    emit_jcc_label(&g->e, HOST_E, equal);
    emit_cmp_rm(&g->e, HOST_8, HOST_RDX, character(g));
    emit_jcc_label(&g->e, HOST_E, low);
    emit_movzx8_rm(&g->e, HOST_32, HOST_RDX, host_mem(HOST_RCX, 0));
    emit_cmp_rm(&g->e, HOST_8, HOST_RDX, character(g));
    emit_jcc_label(&g->e, HOST_E, high);
    emit_cmp_rm(&g->e, HOST_8, HOST_RDX, host_mem(HOST_RAX, 0));
    emit_jcc_label(&g->e, HOST_A, low);
    emit_label_place(&g->e, high);
    condition_code(g, op, 2);
    emit_jmp_label(&g->e, set);
    emit_label_place(&g->e, low);
    condition_code(g, op, 1);
    emit_label_place(&g->e, set);
    set_offset(g, op->a, HOST_RAX);
    set_offset(g, op->b, HOST_RCX);
    emit_jmp_label(&g->e, done);
    emit_label_place(&g->e, equal);
    condition_code(g, op, 0);
    emit_label_place(&g->e, done);
    finish(g, op);
}
