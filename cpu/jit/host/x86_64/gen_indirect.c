/* Branches to an address in a register, and what other pages are asked when they are entered. */
#include "cpu/jit/host/x86_64/gen.h"

#define PAGE_SIZE   4096
#define FETCH_SHIFT 5  /* an entry of the instruction TLB has 32 bytes, */
#define FETCH_CODE  16 /* the code page here */
#define FETCH_ID    24

/* RCX = entry of the instruction TLB for the address in RAX. */
static void fetch_entry(struct gen *g)
{
    emit_rorx_rmi8(&g->e, HOST_64, HOST_RCX, host_rm_reg(HOST_RAX), 12 - FETCH_SHIFT);
    emit_and_mi(&g->e, HOST_32, host_rm_reg(HOST_RCX),
                (int64_t)(g->layout->instruction_entries - 1) << FETCH_SHIFT);
    emit_add_rm(&g->e, HOST_64, HOST_RCX, gen_cpu(g->layout->space_fetch));
}

/* To the entry for OFFSET of the code page in RCX; the stub for none wants the offset in RAX. */
static void jump_by_table(struct gen *g, enum host_reg offset)
{
    uint64_t code = (uint64_t)(uintptr_t)g->setup->code;

    emit_mov_rm(&g->e, HOST_32, HOST_RCX, host_mem_index(HOST_RCX, offset, 2, g->layout->entry));
    if (code <= INT32_MAX) {
        emit_add_mi(&g->e, HOST_64, host_rm_reg(HOST_RCX), (int64_t)code);
    } else {
        emit_lea_address(&g->e, HOST_RDX, code);
        emit_add_rm(&g->e, HOST_64, HOST_RCX, host_rm_reg(HOST_RDX));
    }
    emit_jmp_m(&g->e, HOST_64, host_rm_reg(HOST_RCX));
}

/* To the address in RAX, paid for: by the instruction TLB. An odd address keeps its last bit in
   the tag, which then matches none. */
void gen_elsewhere(struct gen *g)
{
    struct cold *cold = gen_cold_new(g, COLD_MISS);

    emit_mov_rm(&g->e, HOST_64, HOST_RDX, gen_cpu(g->layout->insn_page));
    emit_add_mi(&g->e, HOST_64, host_rm_reg(HOST_RDX), g->ir->insn[g->insn].page_offset);
    emit_mov_mr(&g->e, HOST_64, gen_cpu(g->layout->breaking_event), HOST_RDX);
    gen_note_breaking(g, HOST_NO_BREAKING);
    fetch_entry(g);
    emit_mov_rm(&g->e, HOST_64, HOST_RDX, host_rm_reg(HOST_RAX));
    emit_and_mi(&g->e, HOST_64, host_rm_reg(HOST_RDX), -(int64_t)(PAGE_SIZE - 1));
    emit_cmp_rm(&g->e, HOST_64, HOST_RDX, host_mem(HOST_RCX, g->layout->instruction));
    emit_jcc_label(&g->e, HOST_NE, cold->label);
    emit_mov_mr(&g->e, HOST_64, gen_cpu(g->layout->insn_page), HOST_RDX);
    emit_mov_rm(&g->e, HOST_64, HOST_RCX, host_mem(HOST_RCX, g->layout->instruction + FETCH_CODE));
    emit_and_mi(&g->e, HOST_32, host_rm_reg(HOST_RAX), PAGE_SIZE - 2);
    jump_by_table(g, HOST_RAX);
}

/* To the address in RAX where that is in this page, whose table of entries is known. */
static void inside_page(struct gen *g)
{
    struct cold *cold = gen_cold_new(g, COLD_ELSEWHERE);

    emit_mov_rm(&g->e, HOST_64, HOST_RDX, gen_cpu(g->layout->insn_page));
    emit_xor_rm(&g->e, HOST_64, HOST_RDX, host_rm_reg(HOST_RAX));
    emit_cmp_mi(&g->e, HOST_64, host_rm_reg(HOST_RDX), PAGE_SIZE - 1);
    emit_jcc_label(&g->e, HOST_A, cold->label);
    emit_test_mi(&g->e, HOST_8, host_rm_reg(HOST_RAX), 1);
    emit_jcc_label(&g->e, HOST_NE, cold->label);
    gen_note_breaking(g, g->ir->insn[g->insn].page_offset);
    emit_load_constant(&g->e, HOST_RCX, (uint64_t)(uintptr_t)g->request->page);
    emit_mov_rm(&g->e, HOST_32, HOST_RAX, host_rm_reg(HOST_RDX));
    jump_by_table(g, HOST_RAX);
}

/* The address was computed rather than loaded, as where a switch jumps into its cases. */
static bool is_computed(const struct gen *g, const struct ir_op *op)
{
    if (ir_is_temp(op->a))
        return true;
    for (unsigned i = g->at; i-- > 0;) {
        const struct ir_op *before = &g->ir->op[i];

        if (before->op == IR_CALL || before->op == IR_LM)
            return false;
        if (before->dst == op->a)
            return before->op == IR_ADD || before->op == IR_LEA;
    }
    return false;
}

void gen_indirect(struct gen *g, const struct ir_op *op)
{
    struct host_rm to = gen_use(g, op->a, 8);
    struct cold *cold;

    if (to.kind != HOST_RM_REG || to.base != HOST_RAX)
        emit_mov_rm(&g->e, HOST_64, HOST_RAX, to);
    g->used = 1u << HOST_RAX;
    gen_cc_store(g);
    gen_merge(g, UINT16_MAX);
    emit_sub_mi(&g->e, HOST_32, gen_cpu(g->layout->budget), gen_ordinal(g, g->insn) + 1);
    cold = gen_cold_new(g, COLD_POLL_ADDRESS);
    emit_jcc_label(&g->e, HOST_S, cold->label);
    if (is_computed(g, op))
        inside_page(g);
    else
        gen_elsewhere(g);
    g->used = 0;
}

void gen_check_page(struct gen *g, uint32_t id, unsigned miss)
{
    if (id < g->layout->ids) {
        emit_mov_rm(&g->e, HOST_64, HOST_RCX, gen_cpu(g->layout->space_fetch));
        emit_cmp_rm(&g->e, HOST_64, HOST_RAX,
                    host_mem(HOST_RCX, g->layout->where + 8 * (int32_t)id));
        emit_jcc_label(&g->e, HOST_NE, miss);
        return;
    }
    fetch_entry(g);
    emit_cmp_rm(&g->e, HOST_64, HOST_RAX, host_mem(HOST_RCX, g->layout->instruction));
    emit_jcc_label(&g->e, HOST_NE, miss);
    emit_cmp_mi(&g->e, HOST_32, host_mem(HOST_RCX, g->layout->instruction + FETCH_ID), (int32_t)id);
    emit_jcc_label(&g->e, HOST_NE, miss);
}

/* Before the entry: for those who come from another page with its address in RAX. It must be
   mapped to the page that this code was made of. */
void gen_guard(struct gen *g)
{
    struct cold *cold = gen_cold_new(g, COLD_GUARD);

    gen_check_page(g, g->request->page_id, cold->label);
    emit_mov_mr(&g->e, HOST_64, gen_cpu(g->layout->insn_page), HOST_RAX);
}
