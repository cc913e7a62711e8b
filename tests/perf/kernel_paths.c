/*
 * What the instructions of a kernel's paths cost: each in a loop of its own, timed with the
 * TOD clock, less the empty loop. DAT is on in the home space, low-address protection too, as
 * in Linux. tests/perf/kernel_paths.py builds and runs it.
 */
#include "tests/guest/lib/guest.h"

#define SEGMENTS 32
#define PAGES    256
#define MIB      0x100000

#define CR0_LOW_ADDRESS_PROTECTION UINT64_C(0x10000000)
#define CR0_SECONDARY_SPACE        UINT64_C(0x04000000)
#define CR0_EDAT                   UINT64_C(0x00800000)
#define CR0_EMERGENCY_SIGNAL       UINT64_C(0x00004000)

#define HOME_SPACE UINT64_C(0x0000c00000000000)
#define RUN_MASK   (PSW_DAT | HOME_SPACE | PSW_64BIT)

/* Two spaces with the same page tables: a kernel's and a program's. */
static uint64_t segment_tables[2][2048] __attribute__((aligned(16384)));
static uint64_t page_tables[SEGMENTS][PAGES] __attribute__((aligned(4096)));
static uint8_t from[8192] __attribute__((aligned(4096)));
static uint8_t to[8192] __attribute__((aligned(4096)));
static uint64_t asces[2];
static uint64_t empty_loop; /* TOD units for ROUNDS */

#define ROUNDS     20000
#define FAR        ((uint8_t *)(8 * MIB)) /* storage behind the program */
#define INVALID    ((uint8_t *)(7 * MIB))
#define SAVE_AREA  "0x200"
#define TEXT_OF(x) #x
#define TEXT(x)    TEXT_OF(x)
#define HANDLER(name, text)                                                                        \
    __asm__("    .text\n    .balign 8\n" #name ":\n" text);                                        \
    extern const char name[]

HANDLER(svc_return, "lpswe " TEXT(SVC_OLD_PSW) "(0)\n");
HANDLER(program_return, "lpswe " TEXT(PROGRAM_OLD_PSW) "(0)\n");
HANDLER(program_resume, "lpswe " TEXT(RESUME_PSW) "(0)\n");
HANDLER(external_return, "lpswe " TEXT(EXTERNAL_OLD_PSW) "(0)\n");
/* What Linux does around a system call, with 16 stores and loads of registers. */
HANDLER(svc_like_linux, "stpt   0x280(0)\n"
                        "stmg   8, 15, " SAVE_AREA "(0)\n"
                        "lg     8, 0x290(0)\n"
                        "lctlg  1, 1, 0x288(0)\n"
                        "stmg   0, 7, 0(8)\n"
                        "mvc    64(64, 8), " SAVE_AREA "(0)\n"
                        "mvc    128(16, 8), " TEXT(SVC_OLD_PSW) "(0)\n"
                                                                "stosm  0x298(0), 0\n"
                                                                "stnsm  0x298(0), 0xff\n"
                                                                "mvc    0x2a0(16, 0), 128(8)\n"
                                                                "lctlg  1, 1, 0x2b0(0)\n"
                                                                "stpt   0x280(0)\n"
                                                                "lmg    0, 15, 0(8)\n"
                                                                "lpswe  0x2a0(0)\n");

static uint64_t now(void)
{
    uint64_t value;

    __asm__ volatile(".insn s, 0xb27c0000, %0" : "=Q"(value) : : "cc"); /* STCKF */
    return value;
}

static struct {
    const char *name;
    uint64_t tenths; /* of a nanosecond */
} rows[96];
static unsigned row_count;

/* One of N took a part of UNITS; printed at the end, with the start code's PSWs in place. */
static void report(const char *name, uint64_t units, uint64_t n)
{
    uint64_t empty = empty_loop * n / ROUNDS;

    rows[row_count].name = name;
    rows[row_count++].tenths = units > empty ? (units - empty) * 10000 / 4096 / n : 0;
}

static void print_row(const char *name, uint64_t tenths)
{
    char text[64];
    unsigned i = sizeof text, length = 0;

    text[--i] = 0;
    text[--i] = '\n';
    text[--i] = (char)('0' + tenths % 10);
    text[--i] = '.';
    do
        text[--i] = (char)('0' + (tenths /= 10) % 10);
    while (tenths >= 10);
    while (name[length])
        length++;
    while (length + (sizeof text - 1 - i) < 56)
        text[--i] = ' ';
    guest_print(name);
    guest_print(text + i);
}

#define LOOP(n, text, ...)                                                                         \
    ({                                                                                             \
        uint64_t count_ = (n), start_ = now();                                                     \
        __asm__ volatile("0:  " text "\n    brctg %[count], 0b\n"                                  \
                         : [count] "+d"(count_)                                                    \
                         : __VA_ARGS__                                                             \
                         : "cc", "memory", "0", "1", "2", "3", "4", "5");                          \
        now() - start_;                                                                            \
    })

/* The best of twelve, after a round that makes everything known. */
#define ROW_OF(n, name, text, ...)                                                                 \
    do {                                                                                           \
        uint64_t best_ = UINT64_MAX;                                                               \
        LOOP(100, text, __VA_ARGS__);                                                              \
        for (unsigned try_ = 0; try_ < 12; try_++) {                                               \
            uint64_t units_ = LOOP(n, text, __VA_ARGS__);                                          \
            best_ = units_ < best_ ? units_ : best_;                                               \
        }                                                                                          \
        report(name, best_, n);                                                                    \
    } while (0)

#define ROW(name, text, ...) ROW_OF(ROUNDS, name, text, __VA_ARGS__)

static void set_handler(uint64_t new_psw, const char *handler)
{
    uint64_t cr0 = control_register(0);

    SET_CONTROL_REGISTER(0, cr0 & ~CR0_LOW_ADDRESS_PROTECTION);
    real64_set(new_psw, RUN_MASK);
    real64_set(new_psw + 8, (uint64_t)handler);
    SET_CONTROL_REGISTER(0, cr0);
}

#define SVC_NEW      0x1c0
#define PROGRAM_NEW  0x1d0
#define EXTERNAL_NEW 0x1b0

static void build_tables(void)
{
    for (unsigned i = 0; i < 2048; i++)
        segment_tables[0][i] = segment_tables[1][i] = 0x20;
    for (unsigned s = 0; s < SEGMENTS; s++) {
        for (unsigned p = 0; p < PAGES; p++)
            page_tables[s][p] = (uint64_t)s << 20 | p << 12;
        segment_tables[0][s] = segment_tables[1][s] = (uint64_t)page_tables[s];
    }
    page_tables[7][0] = 0x400;
    asces[0] = (uint64_t)segment_tables[0];
    asces[1] = (uint64_t)segment_tables[1];
}

static void translation_on(void)
{
    SET_CONTROL_REGISTER(1, asces[0]);
    SET_CONTROL_REGISTER(7, asces[1]);
    SET_CONTROL_REGISTER(13, asces[0]);
    SET_CONTROL_REGISTER(0, control_register(0) | CR0_LOW_ADDRESS_PROTECTION | CR0_SECONDARY_SPACE |
                                CR0_EDAT);
    __asm__ volatile("    larl    1, 0f\n"
                     "    stg     1, 8(%0)\n"
                     "    lpswe   0(%0)\n"
                     "0:\n"
                     :
                     : "a"((uint64_t[2]){RUN_MASK, 0})
                     : "1", "cc", "memory");
}

static void control(void)
{
    uint64_t crs[16];

    ROW("LCTLG 1,1 (two spaces in turn)", "lctlg 1,1,0(%[a])\n lctlg 1,1,8(%[a])", [a] "a"(asces));
    ROW("LCTLG 13,13 (current space, the same)", "lctlg 13,13,0(%[a])", [a] "a"(asces));
    __asm__ volatile("stctg 0, 15, %0" : "=S"(crs));
    ROW("LCTLG 0,0", "lctlg 0,0,0(%[a])", [a] "a"(crs));
    ROW("STCTG 1,1", "stctg 1,1,0(%[a])", [a] "a"(to));
    ROW("STNSM 0xfe, STOSM 0", "stnsm 0(%[a]),0xfe\n stosm 0(%[a]),0", [a] "a"(to));
    ROW("STNSM 0xfe, STOSM 1 (external opened)",
        "stosm 0(%[a]),1\n stnsm 0(%[a]),0xfe", [a] "a"(to));
    to[0] = 0x04;
    ROW("SSM", "ssm 0(%[a])", [a] "a"(to));
    ROW("EPSW", "epsw 1,2", "d"(0));
    ROW("SPKA 0", "spka 0", "d"(0));
    ROW("SPKA 0x10, SPKA 0", "spka 0x10\n spka 0", "d"(0));
    ROW("IPK", "ipk", "d"(0));
    ROW("SACF 0, SACF 0x300", "sacf 0\n sacf 0x300", "d"(0));
    ROW("SAM31, SAM64", "sam31\n sam64", "d"(0));
}

static void clocks(void)
{
    ROW("STCK", "stck 0(%[a])", [a] "a"(to));
    ROW("STCKF", ".insn s,0xb27c0000,0(%[a])", [a] "a"(to));
    ROW("STCKE", "stcke 0(%[a])", [a] "a"(to));
    ROW("STPT", "stpt 0(%[a])", [a] "a"(to));
    real64_set((uint64_t)to, UINT64_C(0x7fffffffffffffff));
    ROW("SPT", "spt 0(%[a])", [a] "a"(to));
    real64_set((uint64_t)to, UINT64_MAX);
    ROW("SCKC", "sckc 0(%[a])", [a] "a"(to));
}

static void interruptions(void)
{
    uint64_t psw[2] = {RUN_MASK, 0};
    uint64_t cpu = 0;

    ROW("LPSWE to the next instruction",
        "larl 1,1f\n stg 1,8(%[a])\n lpswe 0(%[a])\n .balign 8\n1:", [a] "a"(psw));
    set_handler(SVC_NEW, svc_return);
    ROW("SVC, LPSWE", "svc 0", "d"(0));
    real64_set(0x288, asces[0]);
    real64_set(0x290, (uint64_t)from);
    real64_set(0x2b0, asces[1]);
    set_handler(SVC_NEW, svc_like_linux);
    ROW("SVC, entry and exit as in Linux", "svc 0", "d"(0));
    set_handler(PROGRAM_NEW, program_return);
    ROW("operation exception, LPSWE", ".short 0", "d"(0));
    set_handler(PROGRAM_NEW, program_resume);
    real64_set(RESUME_PSW, RUN_MASK);
    ROW("page-translation exception, LPSWE",
        "larl 1,1f\n stg 1," TEXT(RESUME_PSW) "+8\n lg 1,0(%[a])\n1:", [a] "a"(INVALID));
    set_handler(EXTERNAL_NEW, external_return);
    SET_CONTROL_REGISTER(0, control_register(0) | CR0_EMERGENCY_SIGNAL);
    __asm__ volatile("stap %0" : "=Q"(*(uint16_t *)to));
    cpu = *(uint16_t *)to;
    ROW_OF(ROUNDS / 10, "SIGP emergency to itself, taken at STOSM",
           "lgr 2,%[cpu]\n sigp 1,2,3\n stosm 0(%[a]),1\n stnsm 0(%[a]),0xfe", [a] "a"(to),
           [cpu] "d"(cpu));
    ROW_OF(ROUNDS / 10, "SIGP sense", "lgr 2,%[cpu]\n sigp 1,2,1", [cpu] "d"(cpu));
}

static void lowcore(void)
{
    ROW("STG 0x380(0)", "stg 1,0x380(0)", "d"(0));
    ROW("LG 0x380(0)", "lg 1,0x380(0)", "d"(0));
    ROW("STMG 8,15,0x200(0)", "stmg 8,15,0x200(0)", "d"(0));
    ROW("MVC 0x200(64,0),...", "mvc 0x200(64,0),0(%[a])", [a] "a"(from));
    ROW("OI 0x380(0)", "oi 0x380(0),1", "d"(0));
    ROW("ASI 0x380(0)", ".insn siy,0xeb000000006a,0x380(0),1", "d"(0));
    ROW("STG elsewhere", "stg 1,0(%[a])", [a] "a"(to));
    ROW("STMG 8,15 elsewhere", "stmg 8,15,0(%[a])", [a] "a"(to));
}

static void interlocked(void)
{
    ROW("CS", "cs 1,2,0(%[a])", [a] "a"(to));
    ROW("CSG", "csg 1,2,0(%[a])", [a] "a"(to));
    ROW("CDSG", "cdsg 2,4,0(%[a])", [a] "a"(to));
    ROW("LAAG", "laag 1,2,0(%[a])", [a] "a"(to));
    ROW("ASI", ".insn siy,0xeb000000006a,0(%[a]),1", [a] "a"(to));
    ROW("OI", "oi 0(%[a]),1", [a] "a"(to));
    ROW("BCR 14,0", "bcr 14,0", "d"(0));
}

/* R0: the operand-access controls of MVCOS, one operand in the secondary space. */
static void moves(void)
{
    ROW("MVCOS 8 from secondary",
        "lghi 0,0x0081\n lghi 1,8\n .insn ssf,0xc80000000000,0(%[t]),0(%[f]),1", [t] "a"(to),
        [f] "a"(from));
    ROW("MVCOS 256 from secondary",
        "lghi 0,0x0081\n lghi 1,256\n .insn ssf,0xc80000000000,0(%[t]),0(%[f]),1", [t] "a"(to),
        [f] "a"(from));
    ROW("MVCOS 4096 from secondary",
        "lghi 0,0x0081\n lghi 1,4096\n .insn ssf,0xc80000000000,0(%[t]),0(%[f]),1", [t] "a"(to),
        [f] "a"(from));
    ROW("MVCOS 4096 to secondary, crossing",
        "llilh 0,0x0081\n lghi 1,4096\n .insn ssf,0xc80000000000,16(%[t]),24(%[f]),1", [t] "a"(to),
        [f] "a"(from));
    __asm__ volatile("sacf 0" : : : "memory");
    ROW("MVCP 8", "lghi 1,8\n lghi 2,0\n mvcp 0(1,%[t]),0(%[f]),2", [t] "a"(to), [f] "a"(from));
    ROW("MVCS 256", "lghi 1,256\n lghi 2,0\n mvcs 0(1,%[t]),0(%[f]),2", [t] "a"(to), [f] "a"(from));
    __asm__ volatile("sacf 0x300" : : : "memory");
    ROW("MVPG", "lghi 0,0\n mvpg %[t],%[f]", [t] "a"(to), [f] "a"(from));
}

static void keys_and_frames(void)
{
    ROW("ISKE", "lgr 2,%[a]\n iske 1,2", [a] "a"(to));
    ROW("SSKE, the same key", "lgr 2,%[a]\n iske 1,2\n sske 1,2", [a] "a"(to));
    ROW_OF(ROUNDS / 10, "SSKE, another key, twice",
           "lgr 2,%[a]\n lghi 1,0x16\n sske 1,2\n lghi 1,6\n sske 1,2", [a] "a"(to));
    ROW_OF(ROUNDS / 10, "fetch, RRBE", "lg 1,0(%[a])\n lgr 2,%[a]\n rrbe 0,2", [a] "a"(to));
    ROW("PFMF, clearing 4 KiB", "lgr 2,%[a]\n llilh 1,1\n .insn rre,0xb9af0000,1,2", [a] "a"(to));
}

static void purges(void)
{
    uint64_t table = (uint64_t)page_tables[6];
    uint64_t unused = 6 * MIB + 5 * 0x1000;

    ROW_OF(ROUNDS / 10, "IPTE, unused page", "ipte %[t],%[a]", [t] "a"(table), [a] "d"(unused));
    page_tables[6][5] = unused;
    ROW_OF(ROUNDS / 10, "fetch, IPTE, STG of the entry",
           "lg 1,0(%[a])\n ipte %[t],%[a]\n stg %[a],40(%[t])", [t] "a"(table), [a] "a"(unused));
    ROW_OF(ROUNDS / 10, "IDTE by ASCE, unused",
           "lghi 2,0x800\n .insn rrf,0xb98e0000,1,2,%[s],0", [s] "a"(0x7fff000));
    ROW_OF(ROUNDS / 10, "IDTE by ASCE, secondary",
           "lghi 2,0x800\n .insn rrf,0xb98e0000,1,2,%[s],0", [s] "a"(asces[1]));
    ROW_OF(ROUNDS / 10, "PTLB", "ptlb", "d"(0));
}

enum order {
    SENSE = 1,
    STOP = 5,
    RESTART = 6,
    SET_PREFIX = 13,
};

static uint8_t prefix_area[8192] __attribute__((aligned(8192)));
static uint8_t other_stack[4096] __attribute__((aligned(16)));

static void spin(void)
{
    for (;;)
        __asm__ volatile("" : : : "memory");
}

static bool start_other(void)
{
    uint64_t *words = (uint64_t *)prefix_area;

    if (signal_processor(1, SENSE, 0, 0) == 3)
        return false;
    for (int i = 0; i < 512; i++)
        prefix_area[i] = *(volatile uint8_t *)real((uint64_t)i);
    words[RESTART_STACK / 8] = (uint64_t)(other_stack + sizeof other_stack - 160);
    words[RESTART_FUNCTION / 8] = (uint64_t)spin;
    signal_processor(1, SET_PREFIX, (uint64_t)prefix_area, 0);
    while (signal_processor(1, RESTART, 0, 0) == 2)
        ;
    return true;
}

/* What has to wait for a CPU that executes. */
static void with_another_cpu(void)
{
    if (!start_other())
        return;
    ROW_OF(ROUNDS / 10, "IPTE, another CPU executing",
           "ipte %[t],%[a]", [t] "a"((uint64_t)page_tables[6]), [a] "d"(6 * MIB));
    ROW_OF(ROUNDS / 10, "IDTE by ASCE, another CPU executing",
           "lghi 2,0x800\n .insn rrf,0xb98e0000,1,2,%[s],0", [s] "a"(asces[1]));
    ROW_OF(ROUNDS / 10, "STCKE, another CPU executing", "stcke 0(%[a])", [a] "a"(to));
    while (signal_processor(1, STOP, 0, 0) == 2)
        ;
}

#define STRIDES (20 * PAGES) /* more than twice what an operand TLB holds */

static void misses(void)
{
    ROW_OF(ROUNDS / 1000, "fetches, 5120 pages in turn",
           "lgr 1,%[a]\n lghi 2," TEXT(STRIDES) "\n1: lg 3,0(1)\n aghi 1,0x1000\n brctg 2,1b",
           [a] "a"(FAR));
    ROW_OF(ROUNDS / 1000, "fetches, the same page 5120 times",
           "lgr 1,%[a]\n lghi 2," TEXT(STRIDES) "\n1: lg 3,0(1)\n aghi 1,0x0\n brctg 2,1b",
           [a] "a"(FAR));
    ROW_OF(ROUNDS / 1000, "stores, 5120 pages in turn",
           "lgr 1,%[a]\n lghi 2," TEXT(STRIDES) "\n1: stg 3,0(1)\n aghi 1,0x1000\n brctg 2,1b",
           [a] "a"(FAR));
}

static void others(void)
{
    ROW("STFLE", "lghi 0,3\n stfle 0(%[a])", [a] "a"(to));
    ROW("STAP", "stap 0(%[a])", [a] "a"(to));
    ROW("LRA", "lra 1,0(%[a])", [a] "a"(to));
    ROW("TPROT", "tprot 0(%[a]),0", [a] "a"(to));
    ROW("LURAG", "lurag 1,%[a]", [a] "a"(to));
    ROW("STURG", "sturg 1,%[a]", [a] "a"(to));
    ROW_OF(ROUNDS / 10, "DIAGNOSE 44", "diag 0,0,0x44", "d"(0));
    ROW_OF(ROUNDS / 10, "DIAGNOSE 9C", "lghi 1,0\n diag 1,0,0x9c", "d"(0));
    ROW("MC, monitoring off", "mc 0,1", "d"(0));
    ROW("EX of MVC, 16 bytes",
        "j 2f\n1: mvc 0(1,%[t]),0(%[f])\n2: lghi 1,15\n exrl 1,1b", [t] "a"(to), [f] "a"(from));
}

void test(void)
{
    uint64_t best = UINT64_MAX, new_psws[12];

    for (unsigned i = 0; i < 12; i++)
        new_psws[i] = real64(RESTART_NEW_PSW + 8 * i);
    build_tables();
    translation_on();
    for (unsigned i = 0; i < 20; i++) {
        uint64_t units = LOOP(ROUNDS, "", "d"(0));

        best = units < best ? units : best;
    }
    report("empty loop (taken off below)", best, ROUNDS);
    empty_loop = best;
    control();
    clocks();
    lowcore();
    interlocked();
    moves();
    keys_and_frames();
    purges();
    misses();
    others();
    interruptions();
    with_another_cpu();
    SET_CONTROL_REGISTER(0, UINT64_C(0xe0));
    for (unsigned i = 0; i < 12; i++)
        real64_set(RESTART_NEW_PSW + 8 * i, new_psws[i]);
    for (unsigned i = 0; i < row_count; i++)
        print_row(rows[i].name, rows[i].tenths);
}
