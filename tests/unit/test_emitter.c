/*
 * What surrounds the encodings: the shortest form, labels in both directions, sites that can be
 * patched, padding, operands that cannot be, and that nothing is written outside of the buffer.
 * Code is read back with capstone.
 */
#include "cpu/jit/host/x86_64/encoder.h"

#include <capstone.h>

#include "tests/harness.h"

static csh disassembler;

#define CODE_BYTES 256

/* An emitter over bytes that are all 0xcc, with a guard behind them. */
struct bench {
    struct emitter e;
    uint8_t buffer[CODE_BYTES + 64];
};

static struct bench bench;

static struct emitter *start(uint32_t size, uint64_t address)
{
    memset(bench.buffer, 0xcc, sizeof bench.buffer);
    emitter_init(&bench.e, bench.buffer, size, address);
    return &bench.e;
}

/* The code so far, disassembled at ADDRESS, with "; " between the instructions. */
static const char *listing(const struct emitter *e)
{
    static char text[4096];
    cs_insn *insns;
    size_t count, length = 0, bytes = 0;

    text[0] = 0;
    count = cs_disasm(disassembler, e->buffer, e->used, e->address, 0, &insns);
    for (size_t i = 0; i < count; i++) {
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%s%s%s", i ? "; " : "",
                                   insns[i].mnemonic, *insns[i].op_str ? " " : "", insns[i].op_str);
        bytes += insns[i].size;
    }
    if (count)
        cs_free(insns, count);
    return bytes == e->used ? text : "not all of it is code";
}

static void encodings_are_the_shortest(void)
{
    struct emitter *e = start(CODE_BYTES, 0);

    emit_add_mi(e, HOST_64, host_rm_reg(HOST_RAX), 127);
    CHECK_EQ(e->used, 4);
    emit_add_mi(e, HOST_32, host_rm_reg(HOST_RAX), 0xffffffff);
    CHECK_EQ(e->used, 7);
    emit_add_mi(e, HOST_32, host_rm_reg(HOST_RAX), 128);
    CHECK_EQ(e->used, 13);
    emit_mov_rm(e, HOST_32, HOST_RAX, host_mem(HOST_RBX, 0));
    CHECK_EQ(e->used, 15);
    emit_mov_rm(e, HOST_32, HOST_RAX, host_mem(HOST_RBP, 0));
    CHECK_EQ(e->used, 18);
    emit_mov_rm(e, HOST_8, HOST_RBX, host_rm_reg(HOST_RCX));
    CHECK_EQ(e->used, 20);
    emit_vpxor_pxvm(e, HOST_V128, HOST_XMM0, HOST_XMM1, host_rm_xmm(HOST_XMM2));
    CHECK_EQ(e->used, 24);
    emit_load_constant(e, HOST_RAX, 0);
    CHECK_EQ(e->used, 29);
    emit_load_constant(e, HOST_RAX, (uint64_t)-1);
    CHECK_EQ(e->used, 36);
    emit_load_constant(e, HOST_R8, 0xffffffff);
    CHECK_EQ(e->used, 42);
    emit_load_constant(e, HOST_R8, 0x123456789abcdef0);
    CHECK_EQ(e->used, 52);
    CHECK_STR_EQ(listing(e), "add rax, 0x7f; add eax, -1; add eax, 0x80; "
                             "mov eax, dword ptr [rbx]; mov eax, dword ptr [rbp]; mov bl, cl; "
                             "vpxor xmm0, xmm1, xmm2; mov eax, 0; mov rax, -1; "
                             "mov r8d, 0xffffffff; movabs r8, 0x123456789abcdef0");
    CHECK_EQ(emitter_finish(e), EMIT_GOOD);
}

static void lock_comes_before_the_other_prefixes(void)
{
    struct emitter *e = start(CODE_BYTES, 0);

    emit_lock(e);
    emit_cmpxchg_mr(e, HOST_64, host_mem(HOST_RDI, 8), HOST_R9);
    emit_lock(e);
    emit_xadd_mr(e, HOST_16, host_mem(HOST_R13, 0), HOST_RAX);
    emit_lock(e);
    emit_cmpxchg16b_m(e, HOST_64, host_mem_index(HOST_RSI, HOST_R10, 2, 0));
    emit_lock(e);
    emit_or_mi(e, HOST_32, host_mem(HOST_RSP, 0), 0);
    CHECK_STR_EQ(listing(e), "lock cmpxchg qword ptr [rdi + 8], r9; "
                             "lock xadd word ptr [r13], ax; "
                             "lock cmpxchg16b xmmword ptr [rsi + r10*2]; "
                             "lock or dword ptr [rsp], 0");
}

static void labels_reach_both_ways(void)
{
    struct emitter *e = start(CODE_BYTES, 0x1000);
    unsigned back = emit_label_new(e), ahead = emit_label_new(e), data = emit_label_new(e);

    emit_label_place(e, back);
    emit_jcc_label(e, HOST_NE, ahead); /* 1000, 6 bytes */
    emit_jmp_short(e, ahead);          /* 1006, 2 bytes */
    emit_jmp_label(e, back);           /* 1008, 2 bytes */
    emit_jcc_label(e, HOST_G, back);   /* 100a, 2 bytes */
    emit_call_label(e, back);          /* 100c, 5 bytes */
    emit_jcc_short(e, HOST_S, ahead);  /* 1011, 2 bytes */
    /* An immediate behind the displacement counts. */
    emit_cmp_mi(e, HOST_32, host_rm_label(data), 0x1234); /* 1013, 10 bytes */
    emit_movsd_xm(e, HOST_XMM1, host_rm_label(back));     /* 101d, 8 bytes */
    emit_label_place(e, ahead);                           /* 1025 */
    emit_call_address(e, 0x2000);
    emit_jmp_address(e, 0x800);
    emit_jcc_address(e, HOST_O, 0x1000);
    CHECK_EQ(e->used, 0x35);
    emit_label_place(e, data); /* 1035: 18 behind 101d */
    CHECK_STR_EQ(listing(e), "jne 0x1025; jmp 0x1025; jmp 0x1000; jg 0x1000; call 0x1000; "
                             "js 0x1025; cmp dword ptr [rip + 0x18], 0x1234; "
                             "movsd xmm1, qword ptr [rip - 0x25]; call 0x2000; jmp 0x800; "
                             "jo 0x1000");
    CHECK_EQ(emitter_finish(e), EMIT_GOOD);
}

static void jumps_take_every_condition(void)
{
    static const char *const names[] = {"jo", "jno", "jb", "jae", "je", "jne", "jbe", "ja",
                                        "js", "jns", "jp", "jnp", "jl", "jge", "jle", "jg"};

    for (unsigned i = 0; i < 16; i++) {
        struct emitter *e = start(CODE_BYTES, 0);
        unsigned ahead = emit_label_new(e);
        char wanted[80];

        emit_jcc_label(e, (enum host_condition)i, ahead);
        emit_jcc_short(e, (enum host_condition)i, ahead);
        emit_jcc_address(e, (enum host_condition)i, 0x4000);
        emit_label_place(e, ahead);
        snprintf(wanted, sizeof wanted, "%s 0xe; %s 0xe; %s 0x4000", names[i], names[i], names[i]);
        CHECK_STR_EQ(listing(e), wanted);
        CHECK_EQ(emitter_finish(e), EMIT_GOOD);
    }
}

static void near_and_far(void)
{
    /* 126 bytes of no-operations and 2 of jump are the 128 that a byte reaches back. */
    for (unsigned gap = 125; gap <= 128; gap++) {
        struct emitter *e = start(CODE_BYTES, 0);
        unsigned back = emit_label_new(e), ahead = emit_label_new(e);

        emit_label_place(e, back);
        emit_nops(e, gap);
        emit_jmp_label(e, back);
        CHECK_EQ(e->used, gap + (gap <= 126 ? 2 : 5));
        e = start(CODE_BYTES, 0);
        ahead = emit_label_new(e);
        emit_jmp_short(e, ahead);
        emit_nops(e, gap);
        emit_label_place(e, ahead);
        CHECK_EQ(emitter_finish(e), gap <= 127 ? EMIT_GOOD : EMIT_OUT_OF_RANGE);
    }
}

static void sites_are_aligned(void)
{
    for (unsigned lead = 0; lead < 16; lead++) {
        struct emitter *e = start(CODE_BYTES, 0x40);
        unsigned out = emit_label_new(e);
        uint32_t first, second;

        emit_nops(e, lead);
        first = emit_jmp_site(e, out);
        CHECK_EQ(first % 4, 0);
        CHECK_EQ(e->used, first + 4);
        CHECK_EQ(bench.buffer[first - 1], 0xe9);
        emit_nops(e, lead / 4);
        second = emit_jcc_site(e, HOST_LE, out);
        CHECK_EQ(second % 4, 0);
        CHECK_MEM_EQ(bench.buffer + second - 2, "\x0f\x8e", 2);
        emit_label_place(e, out);
        CHECK_EQ(emitter_finish(e), EMIT_GOOD);
        CHECK(strstr(listing(e), "jle"));
    }
}

static void padding_is_of_one_instruction_up_to_9(void)
{
    for (unsigned length = 1; length <= 40; length++) {
        struct emitter *e = start(CODE_BYTES, 0);
        cs_insn *insns;
        size_t count;

        emit_nops(e, length);
        CHECK_EQ(e->used, length);
        count = cs_disasm(disassembler, e->buffer, e->used, 0, 0, &insns);
        CHECK_EQ(count, (length + 8) / 9);
        for (size_t i = 0; i < count; i++)
            CHECK_EQ(insns[i].id, X86_INS_NOP);
        if (count)
            cs_free(insns, count);
        emit_align(e, 32);
        CHECK_EQ(e->used, (length + 31) / 32 * 32);
    }
}

static void what_cannot_be_encoded_fails(void)
{
    static const struct host_rm bad[] = {
        {HOST_RM_MEMORY, HOST_RAX, HOST_RSP, 1, 0},
        {HOST_RM_MEMORY, HOST_RAX, HOST_RCX, 3, 0},
        {HOST_RM_MEMORY, 16, HOST_NO_REG, 1, 0},
        {HOST_RM_MEMORY, HOST_RAX, 16, 1, 0},
        {HOST_RM_REG, 16, 0, 0, 0},
        {HOST_RM_XMM, 0, 0, 0, 0},
        {9, 0, 0, 0, 0},
    };
    struct emitter *e;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        e = start(CODE_BYTES, 0);
        emit_mov_rm(e, HOST_32, HOST_RAX, bad[i]);
        CHECK_EQ(e->failure, EMIT_BAD_OPERAND);
        CHECK_EQ(e->used, 0);
    }
#define FAILS(call, wanted)                                                                        \
    do {                                                                                           \
        e = start(CODE_BYTES, 0);                                                                  \
        call;                                                                                      \
        CHECK_EQ(emitter_finish(e), wanted);                                                       \
    } while (0)
    FAILS(emit_lea_rm(e, HOST_64, HOST_RAX, host_rm_reg(HOST_RAX)), EMIT_BAD_OPERAND);
    FAILS(emit_movbe_rm(e, HOST_8, HOST_RAX, host_mem(HOST_RAX, 0)), EMIT_BAD_OPERAND);
    FAILS(emit_mov_rm(e, 12, HOST_RAX, host_rm_reg(HOST_RAX)), EMIT_BAD_OPERAND);
    FAILS(emit_mov_rm(e, 0, HOST_RAX, host_rm_reg(HOST_RAX)), EMIT_BAD_OPERAND);
    FAILS(emit_mov_rm(e, HOST_32, 16, host_rm_reg(HOST_RAX)), EMIT_BAD_OPERAND);
    FAILS(emit_paddb_xm(e, HOST_XMM0, host_rm_reg(HOST_RAX)), EMIT_BAD_OPERAND);
    FAILS(emit_pmovmskb_rg(e, HOST_32, HOST_RAX, host_mem(HOST_RAX, 0)), EMIT_BAD_OPERAND);
    FAILS(emit_setcc_cm(e, 16, host_rm_reg(HOST_RAX)), EMIT_BAD_OPERAND);
    FAILS(emit_jcc_label(e, 16, emit_label_new(e)), EMIT_BAD_OPERAND);
    FAILS(emit_add_mi(e, HOST_64, host_rm_reg(HOST_RAX), 0x80000000), EMIT_BAD_OPERAND);
    FAILS(emit_add_mi(e, HOST_64, host_rm_reg(HOST_RAX), 0x7fffffff), EMIT_GOOD);
    FAILS(emit_add_mi(e, HOST_32, host_rm_reg(HOST_RAX), 0x100000000), EMIT_BAD_OPERAND);
    FAILS(emit_add_mi(e, HOST_16, host_rm_reg(HOST_RAX), 0xffff), EMIT_GOOD);
    FAILS(emit_add_mi(e, HOST_16, host_rm_reg(HOST_RAX), -0x8001), EMIT_BAD_OPERAND);
    FAILS(emit_mov_mi(e, HOST_8, host_rm_reg(HOST_RAX), 0x100), EMIT_BAD_OPERAND);
    FAILS(emit_mov_oi(e, HOST_32, HOST_RAX, -INT64_C(0x80000001)), EMIT_BAD_OPERAND);
    FAILS(emit_shl_mi8(e, HOST_32, host_rm_reg(HOST_RAX), 256), EMIT_BAD_OPERAND);
    FAILS(emit_shl_mi8(e, HOST_32, host_rm_reg(HOST_RAX), 255), EMIT_GOOD);
    FAILS(emit_align(e, 48), EMIT_BAD_OPERAND);
    FAILS(emit_jmp_label(e, 0), EMIT_LABEL_MISUSED);
    FAILS(emit_jmp_label(e, emit_label_new(e)), EMIT_LABEL_MISUSED);
    FAILS(emit_label_place(e, 3), EMIT_LABEL_MISUSED);
    FAILS(emit_mov_rm(e, HOST_32, HOST_RAX, host_rm_label((unsigned)-1)), EMIT_LABEL_MISUSED);
    FAILS(emit_call_address(e, UINT64_C(0x80000005)), EMIT_OUT_OF_RANGE);
    FAILS(emit_call_address(e, UINT64_C(0x80000004)), EMIT_GOOD);
#undef FAILS
}

static void tables_are_bounded(void)
{
    struct emitter *e = start(CODE_BYTES, 0);
    unsigned label = 0;

    for (unsigned i = 0; i < EMITTER_LABELS; i++)
        label = emit_label_new(e);
    CHECK_EQ(e->failure, EMIT_GOOD);
    emit_label_place(e, label);
    emit_label_place(e, label);
    CHECK_EQ(e->failure, EMIT_LABEL_MISUSED);
    e = start(CODE_BYTES, 0);
    for (unsigned i = 0; i <= EMITTER_LABELS; i++)
        label = emit_label_new(e);
    CHECK_EQ(e->failure, EMIT_LABELS_FULL);

    static uint8_t large[EMITTER_FIXUPS * 5 + 5];

    emitter_init(e, large, sizeof large, 0);
    label = emit_label_new(e);
    for (unsigned i = 0; i < EMITTER_FIXUPS; i++)
        emit_jmp_label(e, label);
    CHECK_EQ(e->failure, EMIT_GOOD);
    emit_jmp_label(e, label);
    CHECK_EQ(e->failure, EMIT_FIXUPS_FULL);
}

/* Any row with any operands, good or not, the better ones every other time, into a buffer of any
   size: the guard behind it stays. */
static void nothing_is_written_outside(void)
{
    uint64_t seed = 0x5a17;
    unsigned encoded = 0;

    for (unsigned round = 0; round < 200000; round++) {
        struct emit_operands o;
        uint8_t bytes[sizeof o];
        uint32_t size = round % 40;
        struct emitter *e = start(size, 0);

        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
            bytes[i] = (uint8_t)(seed >> 56 & (seed >> 40 & 1 ? 0xff : 0x0f));
        }
        memcpy(&o, bytes, sizeof o);
        o.imm_kind &= 3;
        if (round & 1) {
            o.size = (uint8_t)(o.size & 7 ? 1u << o.size % 6 : 0);
            o.reg &= 15, o.source &= 15, o.condition &= 15, o.rm.base &= 15;
            o.rm.kind %= 5;
            o.rm.scale = (uint8_t)(1u << (o.rm.scale & 3));
            o.imm = (int8_t)o.imm;
        }
        emit_label_place(e, emit_label_new(e));
        for (unsigned i = 0; i < 6; i++) {
            emit_encoded(e, (enum encoding_id)((round + i * 7) % ENCODING_COUNT), &o);
            /* What could not be encoded wrote nothing; let the others fill the buffer. */
            if (e->failure == EMIT_BAD_OPERAND)
                e->failure = EMIT_GOOD;
        }
        encoded += e->used > 0;
        if (e->used > size || bench.buffer[size] != 0xcc ||
            memcmp(bench.buffer + size, bench.buffer + size + 1, 32) != 0) {
            CHECK_EQ(round, -1);
            return;
        }
    }
    CHECK(encoded > 10000);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(encodings_are_the_shortest),
        TEST(lock_comes_before_the_other_prefixes),
        TEST(labels_reach_both_ways),
        TEST(jumps_take_every_condition),
        TEST(near_and_far),
        TEST(sites_are_aligned),
        TEST(padding_is_of_one_instruction_up_to_9),
        TEST(what_cannot_be_encoded_fails),
        TEST(tables_are_bounded),
        TEST(nothing_is_written_outside),
    };
    int status;

    if (cs_open(CS_ARCH_X86, CS_MODE_64, &disassembler) != CS_ERR_OK)
        return 1;
    status = RUN_TESTS(tests);
    cs_close(&disassembler);
    return status;
}
