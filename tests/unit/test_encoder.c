/*
 * Every encoding against capstone: each row with every register in every place and with every
 * addressing form. The expected text is put together here from the row's mnemonic and the
 * operands; capstone must take exactly our bytes and print that text.
 */
#include "cpu/jit/host/x86_64/encoder.h"

#include <capstone.h>
#include <inttypes.h>
#include <stdlib.h>

#include "tests/harness.h"

/* What a test chooses for an instruction. */
struct choice {
    enum host_size size;
    unsigned reg, source, mask, condition;
    struct host_rm rm;
    int64_t imm;
};

#define XMM(n) ((enum host_xmm)(n))
#define GR(n)  ((enum host_reg)(n))
#define CC(n)  ((enum host_condition)(n))

/* A call of each form's function. */
#define CALL_zo(f)   f(e)
#define CALL_o(f)    f(e, c->size, GR(c->reg))
#define CALL_oi(f)   f(e, c->size, GR(c->reg), c->imm)
#define CALL_m(f)    f(e, c->size, c->rm)
#define CALL_mcl(f)  f(e, c->size, c->rm)
#define CALL_m1(f)   f(e, c->size, c->rm)
#define CALL_mi(f)   f(e, c->size, c->rm, c->imm)
#define CALL_mi8(f)  f(e, c->size, c->rm, c->imm)
#define CALL_cm(f)   f(e, CC(c->condition), c->rm)
#define CALL_vm(f)   f(e, c->size, GR(c->source), c->rm)
#define CALL_rm(f)   f(e, c->size, GR(c->reg), c->rm)
#define CALL_mr(f)   f(e, c->size, c->rm, GR(c->reg))
#define CALL_mrcl(f) f(e, c->size, c->rm, GR(c->reg))
#define CALL_mri8(f) f(e, c->size, c->rm, GR(c->reg), c->imm)
#define CALL_rmi(f)  f(e, c->size, GR(c->reg), c->rm, c->imm)
#define CALL_rmi8(f) f(e, c->size, GR(c->reg), c->rm, c->imm)
#define CALL_rvm(f)  f(e, c->size, GR(c->reg), GR(c->source), c->rm)
#define CALL_rmv(f)  f(e, c->size, GR(c->reg), c->rm, GR(c->source))
#define CALL_crm(f)  f(e, c->size, CC(c->condition), GR(c->reg), c->rm)
#define CALL_xm(f)   f(e, XMM(c->reg), c->rm)
#define CALL_mx(f)   f(e, c->rm, XMM(c->reg))
#define CALL_xmi(f)  f(e, XMM(c->reg), c->rm, c->imm)
#define CALL_mxi(f)  f(e, c->rm, XMM(c->reg), c->imm)
#define CALL_xi(f)   f(e, XMM(c->rm.base), c->imm)
#define CALL_xvm(f)  f(e, XMM(c->reg), XMM(c->source), c->rm)
#define CALL_xvmi(f) f(e, XMM(c->reg), XMM(c->source), c->rm, c->imm)
#define CALL_xvmx(f) f(e, XMM(c->reg), XMM(c->source), c->rm, XMM(c->mask))
#define CALL_rg(f)   f(e, c->size, GR(c->reg), c->rm)
#define CALL_xg(f)   f(e, c->size, XMM(c->reg), c->rm)
#define CALL_gx(f)   f(e, c->size, c->rm, XMM(c->reg))
#define CALL_xvg(f)  f(e, c->size, XMM(c->reg), XMM(c->source), c->rm)
#define CALL_pxm(f)  f(e, c->size, XMM(c->reg), c->rm)
#define CALL_pmx(f)  f(e, c->size, c->rm, XMM(c->reg))
#define CALL_pxvm(f) f(e, c->size, XMM(c->reg), XMM(c->source), c->rm)
#define CALL_pxmi(f) f(e, c->size, XMM(c->reg), c->rm, c->imm)
#define CALL_pvxi(f) f(e, c->size, XMM(c->source), XMM(c->rm.base), c->imm)

#define ROW(name, form, ...)                                                                       \
    static void call_##name##_##form(struct emitter *e, const struct choice *c)                    \
    {                                                                                              \
        (void)c;                                                                                   \
        CALL_##form(emit_##name##_##form);                                                         \
    }
#include "cpu/jit/host/x86_64/encodings.def"

/*
 * The operands of each form in the order of printing: r, s general registers of reg and source;
 * x, v, z vector registers of reg, source and mask; m a general register or memory, M a vector
 * register or memory, X a vector register of m; I, i immediates of the operand size and of a
 * byte; C is CL and 1 is 1.
 */
#define PRINT_zo   ""
#define PRINT_o    "r"
#define PRINT_oi   "rI"
#define PRINT_m    "m"
#define PRINT_mcl  "mC"
#define PRINT_m1   "m1"
#define PRINT_mi   "mI"
#define PRINT_mi8  "mi"
#define PRINT_cm   "m"
#define PRINT_vm   "sm"
#define PRINT_rm   "rm"
#define PRINT_mr   "mr"
#define PRINT_mrcl "mrC"
#define PRINT_mri8 "mri"
#define PRINT_rmi  "rmI"
#define PRINT_rmi8 "rmi"
#define PRINT_rvm  "rsm"
#define PRINT_rmv  "rms"
#define PRINT_crm  "rm"
#define PRINT_xm   "xM"
#define PRINT_mx   "Mx"
#define PRINT_xmi  "xMi"
#define PRINT_mxi  "Mxi"
#define PRINT_xi   "Xi"
#define PRINT_xvm  "xvM"
#define PRINT_xvmi "xvMi"
#define PRINT_xvmx "xvMz"
#define PRINT_rg   "rM"
#define PRINT_xg   "xm"
#define PRINT_gx   "mx"
#define PRINT_xvg  "xvm"
#define PRINT_pxm  "xM"
#define PRINT_pmx  "Mx"
#define PRINT_pxvm "xvM"
#define PRINT_pxmi "xMi"
#define PRINT_pvxi "vXi"

enum { L = 4, Q = 8, LQ = 12, WLQ = 14, BWLQ = 15, V = 48 };
enum {
    VEX = 0,
    W1 = 0,
    PLUS = 0,
    WIDE = 0,
    SHORT = 0,
    CONDITION = 1,
    MEM = 2,
    REG = 4,
    GENERAL = 8
};
#define TAIL(byte) 0

struct row {
    const char *name;
    const char *mnemonic;
    const char *print;
    unsigned sizes;
    unsigned width;
    unsigned flags;
    void (*call)(struct emitter *e, const struct choice *c);
};

static const struct row rows[] = {
#define ROW(name, form, mnemonic, map, prefix, opcode, digit, sizes, width, flags)                 \
    {#name "_" #form, mnemonic, PRINT_##form, sizes, width, flags, call_##name##_##form},
#include "cpu/jit/host/x86_64/encodings.def"
};

static const char *const gr_names[4][16] = {
    {"al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil", "r8b", "r9b", "r10b", "r11b", "r12b",
     "r13b", "r14b", "r15b"},
    {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di", "r8w", "r9w", "r10w", "r11w", "r12w", "r13w",
     "r14w", "r15w"},
    {"eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "r8d", "r9d", "r10d", "r11d", "r12d",
     "r13d", "r14d", "r15d"},
    {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13",
     "r14", "r15"},
};
static const char *const conditions[16] = {"o", "no", "b", "ae", "e", "ne", "be", "a",
                                           "s", "ns", "p", "np", "l", "ge", "le", "g"};

static csh disassembler;
static unsigned instructions_checked;

/* A text that grows; operands are never long enough to fill it. */
struct text {
    char bytes[160];
    size_t length;
};

static void say(struct text *text, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    text->length += (size_t)vsnprintf(text->bytes + text->length, sizeof text->bytes - text->length,
                                      format, args);
    va_end(args);
}

static const char *gr_name(unsigned reg, unsigned width)
{
    return gr_names[width == 1 ? 0 : width == 2 ? 1 : width == 4 ? 2 : 3][reg];
}

/* Capstone's numbers: decimal up to 9. */
static void say_number(struct text *text, uint64_t number)
{
    say(text, number > 9 ? "0x%" PRIx64 : "%" PRIu64, number);
}

static void say_displacement(struct text *text, int64_t disp)
{
    if (disp == 0)
        return;
    say(text, disp < 0 ? " - " : " + ");
    say_number(text, disp < 0 ? (uint64_t)-disp : (uint64_t)disp);
}

static void say_memory(struct text *text, struct host_rm rm, unsigned width)
{
    static const struct {
        unsigned width;
        const char *name;
    } widths[] = {{1, "byte"},  {2, "word"},     {4, "dword"},
                  {8, "qword"}, {16, "xmmword"}, {32, "ymmword"}};

    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        if (widths[i].width == width)
            say(text, "%s ptr ", widths[i].name);
    }
    say(text, "[");
    if (rm.kind == HOST_RM_RIP) {
        say(text, "rip");
        say_displacement(text, rm.disp);
        say(text, "]");
        return;
    }
    if (rm.base != HOST_NO_REG)
        say(text, "%s", gr_name(rm.base, 8));
    if (rm.index != HOST_NO_REG) {
        say(text, "%s%s", rm.base != HOST_NO_REG ? " + " : "", gr_name(rm.index, 8));
        if (rm.scale > 1)
            say(text, "*%u", rm.scale);
    }
    if (rm.base == HOST_NO_REG && rm.index == HOST_NO_REG)
        say_number(text, (uint64_t)(int64_t)rm.disp);
    else
        say_displacement(text, rm.disp);
    say(text, "]");
}

static void say_vector(struct text *text, unsigned reg, unsigned width)
{
    say(text, "%s%u", width == 32 ? "ymm" : "xmm", reg);
}

/* Where capstone 4 prints otherwise than the SDM names things, in memory's case: the width of
   memory (0 for none), and what it puts behind the mnemonic. */
struct quirk {
    const char *mnemonic;
    unsigned width;
    const char *suffix;
};

static const struct quirk *quirk_of(const struct row *row, const struct choice *c)
{
    static const struct quirk quirks[] = {
        {"lea", 0, ""},         {"comiss", 16, ""},      {"vcomiss", 16, ""},
        {"comisd", 16, ""},     {"vcomisd", 16, ""},     {"vcvtpd2ps", 16, "x"},
        {"vcvtpd2dq", 16, "x"}, {"vcvttpd2dq", 16, "x"},
    };

    if (c->rm.kind == HOST_RM_REG || c->rm.kind == HOST_RM_XMM)
        return NULL;
    for (size_t i = 0; i < sizeof quirks / sizeof *quirks; i++) {
        if (strcmp(quirks[i].mnemonic, row->mnemonic) == 0)
            return &quirks[i];
    }
    return NULL;
}

static void say_rm(struct text *text, const struct row *row, const struct choice *c)
{
    unsigned width = row->width ? row->width : c->size;
    const struct quirk *quirk = quirk_of(row, c);

    if (c->rm.kind == HOST_RM_REG)
        say(text, "%s", gr_name(c->rm.base, (row->flags & GENERAL) && width < 4 ? 4 : width));
    else if (c->rm.kind == HOST_RM_XMM)
        say_vector(text, c->rm.base, row->width ? 16 : c->size);
    else
        say_memory(text, c->rm, quirk ? quirk->width : width);
}

static void say_operand(struct text *text, const struct row *row, const struct choice *c, char kind)
{
    switch (kind) {
    case 'r':
        say(text, "%s", gr_name(c->reg, c->size));
        break;
    case 's':
        say(text, "%s", gr_name(c->source, c->size));
        break;
    case 'x':
        say_vector(text, c->reg, c->size);
        break;
    case 'v':
        say_vector(text, c->source, c->size);
        break;
    case 'z':
        say_vector(text, c->mask, c->size);
        break;
    case 'C':
        say(text, "cl");
        break;
    case '1':
        say(text, "1");
        break;
    case 'I':
    case 'i':
        say(text, "#");
        break;
    default:
        say_rm(text, row, c);
        break;
    }
}

/* Of floating-point numbers, whose immediate capstone makes part of the name. */
static bool is_comparison(const struct row *row)
{
    return strstr(row->mnemonic, "cmp") && !strstr(row->mnemonic, "pcmp") &&
           strchr(row->print, 'i');
}

static void say_mnemonic(struct text *text, const struct row *row, const struct choice *c)
{
    static const char *const predicates[8] = {"eq",  "lt",  "le",  "unord",
                                              "neq", "nlt", "nle", "ord"};
    const struct quirk *quirk = quirk_of(row, c);
    const char *type = strstr(row->mnemonic, "cmp");

    if (row->flags & CONDITION)
        say(text, "%s%s", row->mnemonic, conditions[c->condition]);
    else if (is_comparison(row))
        say(text, "%.*s%s%s", (int)(type + 3 - row->mnemonic), row->mnemonic,
            predicates[c->imm & 7], type + 3);
    else
        say(text, "%s%s", row->mnemonic, quirk ? quirk->suffix : "");
}

/* Capstone prints the operands that are implied. */
static const char *implied_operands(const struct row *row)
{
    if (strcmp(row->mnemonic, "rep movsb") == 0)
        return " byte ptr [rdi], byte ptr [rsi]";
    return strcmp(row->mnemonic, "rep stosb") == 0 ? " byte ptr [rdi], al" : "";
}

/* The expected text, with # for an immediate. */
static void say_instruction(struct text *text, const struct row *row, const struct choice *c)
{
    const char *between = " ";

    say_mnemonic(text, row, c);
    for (const char *kind = row->print; *kind; kind++) {
        if (*kind == 'i' && is_comparison(row))
            continue;
        say(text, "%s", between);
        say_operand(text, row, c, *kind);
        between = ", ";
    }
    say(text, "%s", implied_operands(row));
}

/* Whether SEEN is WANTED, where # in the second stands for the number IMM of SIZE bytes. */
static bool same_text(const char *seen, const char *wanted, int64_t imm, unsigned size)
{
    const char *number = strchr(wanted, '#');
    size_t before;
    uint64_t value, mask = size >= 8 ? UINT64_MAX : (UINT64_C(1) << 8 * size) - 1;
    char *end;

    if (!number)
        return strcmp(seen, wanted) == 0;
    before = (size_t)(number - wanted);
    if (strncmp(seen, wanted, before) != 0)
        return false;
    value = seen[before] == '-' ? (uint64_t)strtoll(seen + before, &end, 0)
                                : strtoull(seen + before, &end, 0);
    return strcmp(end, number + 1) == 0 && (value & mask) == ((uint64_t)imm & mask);
}

static bool disassemble(const struct emitter *e, char *text, size_t size, size_t *length)
{
    cs_insn *insn;
    size_t count = cs_disasm(disassembler, e->buffer, e->used, 0, 1, &insn);

    if (count != 1)
        return false;
    *length = insn->size;
    snprintf(text, size, "%s%s%s", insn->mnemonic, *insn->op_str ? " " : "", insn->op_str);
    cs_free(insn, count);
    return true;
}

/* One instruction; the message names the row and shows the bytes. */
static bool check_choice(const struct row *row, const struct choice *c)
{
    static struct emitter e;
    struct text wanted = {.length = 0};
    uint8_t buffer[16];
    char seen[200] = "nothing";
    size_t length = 0;
    unsigned imm_size = strchr(row->print, 'I') ? c->size : 1;

    instructions_checked++;
    emitter_init(&e, buffer, sizeof buffer, 0);
    row->call(&e, c);
    say_instruction(&wanted, row, c);
    if (emitter_finish(&e) == EMIT_GOOD && disassemble(&e, seen, sizeof seen, &length) &&
        length == e.used && same_text(seen, wanted.bytes, c->imm, imm_size))
        return true;
    printf("# %s: wanted \"%s\" (immediate %" PRId64 "), capstone has \"%s\" of %zu bytes of",
           row->name, wanted.bytes, c->imm, seen, length);
    for (unsigned i = 0; i < e.used; i++)
        printf(" %02x", buffer[i]);
    printf(", failure %d\n", e.failure);
    return false;
}

static const int64_t immediates[] = {
    1, 0, -1, 127, -128, 128, 0x1234, -0x1234, 0x12345678, INT32_MIN, 0x123456789abcdef0};

/* The next immediate that the row can have with this size. */
static int64_t next_immediate(const struct row *row, enum host_size size, unsigned *turn)
{
    bool full = strchr(row->print, 'I'), wide = strcmp(row->mnemonic, "movabs") == 0;
    unsigned bits = !full ? 8 : size == HOST_64 && !wide ? 32 : 8 * size;

    if (is_comparison(row))
        return (*turn)++ & 7;
    if (strstr(row->mnemonic, "pclmul"))
        return 0x10 * ((*turn)++ & 3) + 2;
    for (;;) {
        int64_t imm = immediates[(*turn)++ % (sizeof immediates / sizeof *immediates)];

        if (bits == 64 || imm >> (bits - 1) == 0 || imm >> (bits - 1) == -1)
            return imm;
    }
}

/* Every base with every index and scale, the base also missing; every base, and none, with
   every displacement; and the instruction pointer. */
static bool memory_form(unsigned n, struct host_rm *rm)
{
    static const int32_t disps[] = {0, 8, -8, 127, -128, 128, -129, 0x12345678, INT32_MIN};
    enum { BASES = 17, DISPS = 9, INDEXED = BASES * 16 * 4, PLAIN = BASES * DISPS };
    enum host_reg base = n % BASES == 16 ? HOST_NO_REG : GR(n % BASES);

    if (n < INDEXED) {
        unsigned index = n / BASES % 16, scale = n / BASES / 16;

        *rm = host_mem_index(base, index == HOST_RSP ? HOST_NO_REG : GR(index), 1u << scale,
                             disps[(n + n / BASES) % DISPS]);
        return true;
    }
    n -= INDEXED;
    if (n < PLAIN) {
        base = n % BASES == 16 ? HOST_NO_REG : GR(n % BASES);
        /* Of an address without registers capstone shows only as many bits as the operand has. */
        *rm = host_mem(base, base == HOST_NO_REG ? disps[n / BASES] & INT32_MAX : disps[n / BASES]);
        return true;
    }
    *rm = host_rm_rip(disps[(n - PLAIN) % DISPS]);
    return n < PLAIN + DISPS;
}

static unsigned check_size(const struct row *row, enum host_size size)
{
    bool vector = strpbrk(row->print, "MX") && !(row->flags & GENERAL);
    bool has_rm = strpbrk(row->print, "mMX"), in_memory = strpbrk(row->print, "mM");
    unsigned failures = 0, turn = 0;
    struct choice c = {.size = size};

    for (unsigned n = 0; n < 256 && failures < 3 && !(row->flags & MEM); n++) {
        c.reg = n & 15;
        c.source = (n * 7 + n / 16 * 3) & 15;
        c.mask = (n * 5 + n / 16) & 15;
        c.condition = (n + n / 16) & 15;
        c.imm = next_immediate(row, size, &turn);
        c.rm = vector ? host_rm_xmm(XMM(n / 16)) : host_rm_reg(GR(n / 16));
        failures += !check_choice(row, &c);
    }
    if (!has_rm || !in_memory || (row->flags & REG))
        return failures;
    for (unsigned n = 0; failures < 3 && memory_form(n, &c.rm); n++) {
        c.reg = (n + n / 16) & 15;
        c.source = (n * 3 + n / 16) & 15;
        c.imm = next_immediate(row, size, &turn);
        failures += !check_choice(row, &c);
    }
    return failures;
}

static void every_row_reads_back(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned failures = 0;

        if (rows[i].sizes == 0)
            failures = check_size(&rows[i], 0);
        for (unsigned size = 1; size <= 32; size *= 2) {
            if (rows[i].sizes & size)
                failures += check_size(&rows[i], (enum host_size)size);
        }
        CHECK_EQ(failures, 0);
    }
    printf("# %zu rows, %u instructions\n", sizeof rows / sizeof *rows, instructions_checked);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(every_row_reads_back),
    };
    int status;

    if (cs_open(CS_ARCH_X86, CS_MODE_64, &disassembler) != CS_ERR_OK)
        return 1;
    status = RUN_TESTS(tests);
    cs_close(&disassembler);
    return status;
}
