/*
 * Storage-to-storage operations of a length that is not known before: moving, filling and
 * comparing. RAX and RCX are the operands on the host, RDX their length less one; these and
 * GEN_OPERAND and GEN_RESULT change, nothing else does. Short operands are done in two parts that
 * overlap.
 */
#include "cpu/jit/host/x86_64/gen.h"

static const uint8_t part_sizes[] = {8, 4, 2};

#define PARTS (sizeof part_sizes)

void gen_vector_load(struct emitter *e, unsigned size, enum host_xmm x, struct host_rm from)
{
    switch (size) {
    case 1:
    case 2:
        emit_vpxor_pxvm(e, HOST_V128, x, x, host_rm_xmm(x));
        if (size == 1)
            emit_vpinsrb_xvmi(e, x, x, from, 0);
        else
            emit_vpinsrw_xvmi(e, x, x, from, 0);
        return;
    case 4:
        emit_vmovd_xg(e, HOST_32, x, from);
        return;
    case 8:
        emit_vmovq_xm(e, x, from);
        return;
    default:
        emit_vmovdqu_pxm(e, (enum host_size)size, x, from);
        return;
    }
}

void gen_vector_store(struct emitter *e, unsigned size, struct host_rm to, enum host_xmm x)
{
    switch (size) {
    case 1:
        emit_vpextrb_mxi(e, to, x, 0);
        return;
    case 2:
        emit_vpextrw_mxi(e, to, x, 0);
        return;
    case 4:
        emit_vmovd_gx(e, HOST_32, to, x);
        return;
    case 8:
        emit_vmovq_mx(e, to, x);
        return;
    default:
        emit_vmovdqu_pmx(e, (enum host_size)size, to, x);
        return;
    }
}

static struct host_rm first_part(enum host_reg operand)
{
    return host_mem(operand, 0);
}

/* The last SIZE bytes. */
static struct host_rm last_part(enum host_reg operand, unsigned size)
{
    return host_mem_index(operand, HOST_RDX, 1, 1 - (int32_t)size);
}

/* Finds which of the sizes 16, 8, 4 and 2 the operand has room for: LONG for the first, PARTS
   for the others; falls through where it is a single byte. */
static void dispatch(struct emitter *e, unsigned long_label, unsigned parts[PARTS])
{
    emit_cmp_mi(e, HOST_32, host_rm_reg(HOST_RDX), 15);
    emit_jcc_label(e, HOST_AE, long_label);
    for (unsigned i = 0; i < PARTS; i++) {
        parts[i] = emit_label_new(e);
        emit_cmp_mi(e, HOST_32, host_rm_reg(HOST_RDX), part_sizes[i] - 1);
        emit_jcc_label(e, HOST_AE, parts[i]);
    }
}

/* Advances the operands by SIZE bytes; again at LOOP where more than that remain. */
static void advance(struct emitter *e, bool both, unsigned size, unsigned loop)
{
    emit_add_mi(e, HOST_64, host_rm_reg(HOST_RAX), size);
    if (both)
        emit_add_mi(e, HOST_64, host_rm_reg(HOST_RCX), size);
    emit_sub_mi(e, HOST_32, host_rm_reg(HOST_RDX), size);
    emit_cmp_mi(e, HOST_32, host_rm_reg(HOST_RDX), size - 1);
    emit_jcc_label(e, HOST_A, loop);
}

static void move_two_parts(struct emitter *e, unsigned size)
{
    gen_vector_load(e, size, GEN_OPERAND, first_part(HOST_RCX));
    gen_vector_load(e, size, GEN_RESULT, last_part(HOST_RCX, size));
    gen_vector_store(e, size, first_part(HOST_RAX), GEN_OPERAND);
    gen_vector_store(e, size, last_part(HOST_RAX, size), GEN_RESULT);
    emit_ret_zo(e);
}

/* The last part is fetched before anything is stored: operands may overlap to the left. */
static void make_move(struct emitter *e)
{
    unsigned long_label = emit_label_new(e), longer = emit_label_new(e), loop = emit_label_new(e);
    unsigned parts[PARTS];

    dispatch(e, long_label, parts);
    emit_movzx8_rm(e, HOST_32, HOST_RDX, first_part(HOST_RCX));
    emit_mov_mr(e, HOST_8, first_part(HOST_RAX), HOST_RDX);
    emit_ret_zo(e);
    for (unsigned i = 0; i < PARTS; i++) {
        emit_label_place(e, parts[i]);
        move_two_parts(e, part_sizes[i]);
    }
    emit_label_place(e, long_label);
    emit_cmp_mi(e, HOST_32, host_rm_reg(HOST_RDX), 31);
    emit_jcc_label(e, HOST_A, longer);
    move_two_parts(e, 16);
    emit_label_place(e, longer);
    gen_vector_load(e, 32, GEN_RESULT, last_part(HOST_RCX, 32));
    emit_label_place(e, loop);
    gen_vector_load(e, 32, GEN_OPERAND, first_part(HOST_RCX));
    gen_vector_store(e, 32, first_part(HOST_RAX), GEN_OPERAND);
    advance(e, true, 32, loop);
    gen_vector_store(e, 32, last_part(HOST_RAX, 32), GEN_RESULT);
    emit_vzeroupper_zo(e);
    emit_ret_zo(e);
}

static void fill_two_parts(struct emitter *e, unsigned size)
{
    gen_vector_store(e, size, first_part(HOST_RAX), GEN_OPERAND);
    gen_vector_store(e, size, last_part(HOST_RAX, size), GEN_OPERAND);
    emit_vzeroupper_zo(e);
    emit_ret_zo(e);
}

/* With what stands in all bytes of GEN_OPERAND. */
static void make_fill(struct emitter *e)
{
    unsigned long_label = emit_label_new(e), longer = emit_label_new(e), loop = emit_label_new(e);
    unsigned parts[PARTS];

    dispatch(e, long_label, parts);
    gen_vector_store(e, 1, first_part(HOST_RAX), GEN_OPERAND);
    emit_vzeroupper_zo(e);
    emit_ret_zo(e);
    for (unsigned i = 0; i < PARTS; i++) {
        emit_label_place(e, parts[i]);
        fill_two_parts(e, part_sizes[i]);
    }
    emit_label_place(e, long_label);
    emit_cmp_mi(e, HOST_32, host_rm_reg(HOST_RDX), 31);
    emit_jcc_label(e, HOST_A, longer);
    fill_two_parts(e, 16);
    emit_label_place(e, longer);
    emit_label_place(e, loop);
    gen_vector_store(e, 32, first_part(HOST_RAX), GEN_OPERAND);
    advance(e, false, 32, loop);
    gen_vector_store(e, 32, last_part(HOST_RAX, 32), GEN_OPERAND);
    emit_vzeroupper_zo(e);
    emit_ret_zo(e);
}

/* To DIFFERENT where the next SIZE bytes are not equal. */
static void compare_part(struct emitter *e, unsigned size, unsigned different)
{
    gen_vector_load(e, size, GEN_OPERAND, first_part(HOST_RAX));
    gen_vector_load(e, size, GEN_RESULT, first_part(HOST_RCX));
    emit_vpxor_pxvm(e, HOST_V128, GEN_OPERAND, GEN_OPERAND, host_rm_xmm(GEN_RESULT));
    emit_vptest_pxm(e, HOST_V128, GEN_OPERAND, host_rm_xmm(GEN_OPERAND));
    emit_jcc_label(e, HOST_NE, different);
}

static void compare_last_part(struct emitter *e, unsigned size, unsigned different)
{
    emit_lea_rm(e, HOST_64, HOST_RAX, last_part(HOST_RAX, size));
    emit_lea_rm(e, HOST_64, HOST_RCX, last_part(HOST_RCX, size));
    compare_part(e, size, different);
    emit_xor_rm(e, HOST_32, HOST_RAX, host_rm_reg(HOST_RAX));
    emit_xor_rm(e, HOST_32, HOST_RCX, host_rm_reg(HOST_RCX));
    emit_ret_zo(e);
}

/* Leaves in RAX and RCX the first two bytes that differ, or zeros. */
static void make_compare(struct emitter *e)
{
    unsigned long_label = emit_label_new(e), loop = emit_label_new(e);
    unsigned test = emit_label_new(e), different = emit_label_new(e);
    unsigned parts[PARTS];

    dispatch(e, long_label, parts);
    emit_movzx8_rm(e, HOST_32, HOST_RAX, first_part(HOST_RAX));
    emit_movzx8_rm(e, HOST_32, HOST_RCX, first_part(HOST_RCX));
    emit_ret_zo(e);
    for (unsigned i = 0; i < PARTS; i++) {
        emit_label_place(e, parts[i]);
        compare_part(e, part_sizes[i], different);
        compare_last_part(e, part_sizes[i], different);
    }
    emit_label_place(e, loop);
    compare_part(e, 16, different);
    emit_add_mi(e, HOST_64, host_rm_reg(HOST_RAX), 16);
    emit_add_mi(e, HOST_64, host_rm_reg(HOST_RCX), 16);
    emit_sub_mi(e, HOST_32, host_rm_reg(HOST_RDX), 16);
    emit_label_place(e, long_label);
    emit_label_place(e, test);
    emit_cmp_mi(e, HOST_32, host_rm_reg(HOST_RDX), 15);
    emit_jcc_label(e, HOST_A, loop);
    compare_last_part(e, 16, different);
    emit_label_place(e, different);
    emit_vpxor_pxvm(e, HOST_V128, GEN_RESULT, GEN_RESULT, host_rm_xmm(GEN_RESULT));
    emit_vpcmpeqb_pxvm(e, HOST_V128, GEN_OPERAND, GEN_OPERAND, host_rm_xmm(GEN_RESULT));
    emit_vpmovmskb_rg(e, HOST_32, HOST_RDX, host_rm_xmm(GEN_OPERAND));
    emit_xor_mi(e, HOST_32, host_rm_reg(HOST_RDX), 0xffff);
    emit_tzcnt_rm(e, HOST_32, HOST_RDX, host_rm_reg(HOST_RDX));
    emit_movzx8_rm(e, HOST_32, HOST_RAX, host_mem_index(HOST_RAX, HOST_RDX, 1, 0));
    emit_movzx8_rm(e, HOST_32, HOST_RCX, host_mem_index(HOST_RCX, HOST_RDX, 1, 0));
    emit_ret_zo(e);
}

static const uint8_t *here(const struct emitter *e)
{
    return (const uint8_t *)(uintptr_t)(e->address + e->used);
}

void gen_character_stubs(struct emitter *e, struct host_stubs *stubs)
{
    stubs->move = here(e);
    make_move(e);
    stubs->fill = here(e);
    make_fill(e);
    stubs->compare = here(e);
    make_compare(e);
}
