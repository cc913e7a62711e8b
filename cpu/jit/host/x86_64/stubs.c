/* The code that is made once: in and out of translated code, and to the functions behind it. */
#include "cpu/jit/host/x86_64/gen.h"

static const uint8_t saved[] = {HOST_RBX, HOST_RBP, HOST_R12, HOST_R13, HOST_R14, HOST_R15};

static struct host_rm home(const struct host_layout *layout, unsigned gr)
{
    return host_mem(HOST_RBP, layout->gr + 8 * (int32_t)gr);
}

void gen_spill(struct emitter *e, const struct host_layout *layout)
{
    for (unsigned i = 0; i < 16; i++)
        if (gen_pin(IR_GR(i)) != HOST_NO_REG)
            emit_mov_mr(e, HOST_64, home(layout, i), gen_pin(IR_GR(i)));
}

void gen_reload(struct emitter *e, const struct host_layout *layout)
{
    for (unsigned i = 0; i < 16; i++)
        if (gen_pin(IR_GR(i)) != HOST_NO_REG)
            emit_mov_rm(e, HOST_64, gen_pin(IR_GR(i)), home(layout, i));
    emit_xor_rm(e, HOST_32, HOST_R15, host_rm_reg(HOST_R15));
}

/* The CPU as the first argument. */
static void load_cpu(struct emitter *e, const struct host_layout *layout)
{
    emit_lea_rm(e, HOST_64, HOST_RDI, host_mem(HOST_RBP, layout->cpu));
}

static void call(struct emitter *e, const void *function)
{
    emit_load_constant(e, HOST_RAX, (uint64_t)(uintptr_t)function);
    emit_call_m(e, HOST_64, host_rm_reg(HOST_RAX));
}

static void leave(struct emitter *e)
{
    emit_add_mi(e, HOST_64, host_rm_reg(HOST_RSP), 8);
    for (unsigned i = sizeof saved; i-- > 0;)
        emit_pop_o(e, HOST_64, (enum host_reg)saved[i]);
    emit_ret_zo(e);
}

/* enter(cpu, code): seven words on the stack and one for its alignment. */
static void make_enter(struct emitter *e, const struct host_layout *layout)
{
    for (unsigned i = 0; i < sizeof saved; i++)
        emit_push_o(e, HOST_64, (enum host_reg)saved[i]);
    emit_sub_mi(e, HOST_64, host_rm_reg(HOST_RSP), 8);
    emit_lea_rm(e, HOST_64, HOST_RBP, host_mem(HOST_RDI, -layout->cpu));
    emit_mov_rm(e, HOST_64, HOST_RAX, host_rm_reg(HOST_RSI));
    gen_reload(e, layout);
    emit_jmp_m(e, HOST_64, host_rm_reg(HOST_RAX));
}

/* Called with the instruction in RAX and the rules in ECX; returns unless the block is left. */
static void make_body(struct emitter *e, const struct host_setup *setup)
{
    unsigned out = emit_label_new(e);

    gen_spill(e, setup->layout);
    emit_sub_mi(e, HOST_64, host_rm_reg(HOST_RSP), 8);
    load_cpu(e, setup->layout);
    emit_mov_rm(e, HOST_64, HOST_RSI, host_rm_reg(HOST_RAX));
    emit_mov_rm(e, HOST_32, HOST_RDX, host_rm_reg(HOST_RCX));
    call(e, (const void *)(uintptr_t)setup->functions->body);
    emit_add_mi(e, HOST_64, host_rm_reg(HOST_RSP), 8);
    emit_test_mr(e, HOST_32, host_rm_reg(HOST_RAX), HOST_RAX);
    emit_jcc_label(e, HOST_NE, out);
    gen_reload(e, setup->layout);
    emit_ret_zo(e);
    emit_label_place(e, out);
    emit_add_mi(e, HOST_64, host_rm_reg(HOST_RSP), 8);
    leave(e);
}

/* The same, but what is returned may be code to go on with. */
static void make_body_on(struct emitter *e, const struct host_setup *setup)
{
    unsigned out = emit_label_new(e);

    gen_spill(e, setup->layout);
    emit_sub_mi(e, HOST_64, host_rm_reg(HOST_RSP), 8);
    load_cpu(e, setup->layout);
    emit_mov_rm(e, HOST_64, HOST_RSI, host_rm_reg(HOST_RAX));
    emit_mov_rm(e, HOST_32, HOST_RDX, host_rm_reg(HOST_RCX));
    call(e, (const void *)(uintptr_t)setup->functions->body_on);
    emit_add_mi(e, HOST_64, host_rm_reg(HOST_RSP), 8);
    gen_reload(e, setup->layout);
    emit_test_mr(e, HOST_64, host_rm_reg(HOST_RAX), HOST_RAX);
    emit_jcc_label(e, HOST_NE, out);
    emit_ret_zo(e);
    emit_label_place(e, out);
    emit_add_mi(e, HOST_64, host_rm_reg(HOST_RSP), 8);
    emit_jmp_m(e, HOST_64, host_rm_reg(HOST_RAX));
}

/* FUNCTION(cpu, RAX, ECX) says where to go on. */
static void make_continue(struct emitter *e, const struct host_setup *setup, const void *function)
{
    gen_spill(e, setup->layout);
    load_cpu(e, setup->layout);
    emit_mov_rm(e, HOST_64, HOST_RSI, host_rm_reg(HOST_RAX));
    emit_mov_rm(e, HOST_32, HOST_RDX, host_rm_reg(HOST_RCX));
    call(e, function);
    gen_reload(e, setup->layout);
    emit_jmp_m(e, HOST_64, host_rm_reg(HOST_RAX));
}

/* Keeps every register but the flags. */
static void make_condition_code(struct emitter *e, const struct host_setup *setup)
{
    static const uint8_t kept[] = {HOST_RAX, HOST_RCX, HOST_RDX};

    for (unsigned i = 0; i < sizeof kept; i++)
        emit_push_o(e, HOST_64, (enum host_reg)kept[i]);
    gen_spill(e, setup->layout);
    load_cpu(e, setup->layout);
    call(e, (const void *)(uintptr_t)setup->functions->condition_code);
    gen_reload(e, setup->layout);
    for (unsigned i = sizeof kept; i-- > 0;)
        emit_pop_o(e, HOST_64, (enum host_reg)kept[i]);
    emit_ret_zo(e);
}

static const uint8_t *here(const struct emitter *e)
{
    return (const uint8_t *)(uintptr_t)(e->address + e->used);
}

bool host_supported(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("popcnt");
#else
    return false;
#endif
}

size_t host_make_stubs(struct host_setup *setup, void *write, size_t size, const void *run)
{
    const struct host_functions *f = setup->functions;
    const struct host_layout *layout = setup->layout;
    struct host_stubs *stubs = &setup->stubs;
    struct emitter *e = setup->workspace;

    emitter_init(e, write, (uint32_t)size, (uintptr_t)run);
    setup->code = stubs->no_entry = here(e);
    emit_mov_mr(e, HOST_32, host_mem(HOST_RBP, layout->next_offset), HOST_RAX);
    make_continue(e, setup, (const void *)(uintptr_t)f->no_entry);
    stubs->enter = (void (*)(void *, const void *))(uintptr_t)here(e);
    make_enter(e, layout);
    stubs->exit_spill = here(e);
    gen_spill(e, layout);
    stubs->exit = here(e);
    leave(e);
    stubs->body = here(e);
    make_body(e, setup);
    stubs->body_on = here(e);
    make_body_on(e, setup);
    stubs->floats = here(e);
    gen_floats_fetch_all(e, layout);
    emit_ret_zo(e);
    stubs->body_end = here(e);
    make_continue(e, setup, (const void *)(uintptr_t)f->body_end);
    stubs->link = here(e);
    make_continue(e, setup, (const void *)(uintptr_t)f->link);
    stubs->lookup = here(e);
    make_continue(e, setup, (const void *)(uintptr_t)f->lookup);
    stubs->lookup_psw = here(e);
    make_continue(e, setup, (const void *)(uintptr_t)f->lookup_psw);
    stubs->condition_code = here(e);
    make_condition_code(e, setup);
    gen_character_stubs(e, stubs);
    gen_string_stubs(e, stubs);
    return emitter_finish(e) == EMIT_GOOD ? e->used : 0;
}
