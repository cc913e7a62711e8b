/*
 * Runs the cases that oracle.py put into this image: problem state, DAT on, a few pages of
 * storage mapped. Every program interruption is noted and the case goes on behind it; SVC
 * or too much time ends it. Then the state is printed, whole or as a checksum.
 */
#include "tests/guest/lib/guest.h"
#include "tests/oracle/case.h"

#define CASE_REGISTERS   0x480
#define CASE_PSW         0x500
#define REASON           0x510
#define EXTERNAL_NEW_PSW 0x1b0
#define SVC_NEW_PSW      0x1c0
#define PROGRAM_NEW_PSW  0x1d0

#define PAGE         4096
#define EVENTS       24
#define CODE_ADDRESS 0x20000
#define INVALID      0x400
#define PROTECTED    0x200
#define NO_EXECUTE   0x100

#define CR0_CPU_TIMER  0x400
#define CR0_AFP        0x40000
#define CR0_VECTOR     0x20000
#define CR0_NO_EXECUTE 0x100000

enum reason { LEFT_BY_PROGRAM, LEFT_BY_SVC, LEFT_BY_TIMER };

struct event {
    uint16_t code, ilc;
    uint32_t data_code;
    uint64_t mask, address, teid, breaking_event;
};

void case_enter(void);
extern uint8_t case_left_by_program[], case_left_by_svc[], case_left_by_timer[];

static struct oracle_cases cases __attribute__((section(".data.cases"), aligned(8))) = {
    .magic = CASE_MAGIC,
};

/* Where the data pages stand for the case; two have neighbours that are not mapped, the last
   two touch at the ends of 24-bit and of 31-bit addresses. */
static const struct {
    uint32_t address, page, flags;
} mapped[] = {
    {0x40000, 0, 0},    {0x41000, 1, 0},    {0x43000, 2, 0},    {0x44000, 3, PROTECTED},
    {0x00fff000, 4, 0}, {0x7ffff000, 4, 0}, {0x00000000, 5, 0},
};
#define DATA_PAGES 6

#define DATA_WORDS (DATA_PAGES * PAGE / 8)

static uint64_t data[DATA_WORDS] __attribute__((aligned(PAGE)));
static uint8_t code[PAGE] __attribute__((aligned(PAGE)));
static uint64_t segment_table[2048] __attribute__((aligned(PAGE)));
static uint64_t page_tables[3 * 256] __attribute__((aligned(PAGE)));
static struct event events[EVENTS];
static unsigned event_count;

static void map(uint64_t address, const void *page, uint64_t flags)
{
    uint64_t segment = address >> 20, table = segment == 0 ? 0 : segment == 15 ? 1 : 2;

    segment_table[segment] = (uint64_t)(page_tables + 256 * table);
    page_tables[256 * table + (address >> 12 & 0xff)] = (uint64_t)page | flags;
}

static void make_tables(void)
{
    for (unsigned i = 0; i < 2048; i++)
        segment_table[i] = 0x20;
    for (unsigned i = 0; i < 3 * 256; i++)
        page_tables[i] = INVALID;
    map(CODE_ADDRESS, code, PROTECTED);
    for (unsigned i = 0; i < sizeof mapped / sizeof mapped[0]; i++)
        map(mapped[i].address, data + mapped[i].page * (PAGE / 8), mapped[i].flags | NO_EXECUTE);
    SET_CONTROL_REGISTER(1, (uint64_t)segment_table | 3);
    SET_CONTROL_REGISTER(7, (uint64_t)segment_table | 3);
    SET_CONTROL_REGISTER(13, (uint64_t)segment_table | 3);
}

static bool has_vectors(void)
{
    uint64_t list[4] = {0};
    register uint64_t r0 __asm__("0") = 3;

    __asm__ volatile("stfle %0" : "=Q"(list), "+d"(r0) : : "cc");
    return list[2] & UINT64_C(0x4000000000000000);
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* What dword I of the data pages holds before the case. */
static uint64_t data_at_first(const struct oracle_case *the, uint64_t *state)
{
    uint64_t random = next_random(state);

    return random >> 63 ? random << 3 : the->values[random % CASE_VALUES];
}

static void load_other_registers(const struct oracle_case *the)
{
    __asm__ volatile("lam 0, 15, %0" : : "Q"(the->access));
    if (cases.vectors)
        __asm__ volatile(".insn vrs, 0xe70000000036, 0, 15, 0(%0), 0\n" /* VLM 0,15 */
                         ".insn vrs, 0xe70000000c36, 0, 15, 256(%0), 0\n"
                         :
                         : "a"(the->vector));
    else
        __asm__ volatile("ld 0, 0(%0)\nld 1, 16(%0)\nld 2, 32(%0)\nld 3, 48(%0)\n"
                         "ld 4, 64(%0)\nld 5, 80(%0)\nld 6, 96(%0)\nld 7, 112(%0)\n"
                         "ld 8, 128(%0)\nld 9, 144(%0)\nld 10, 160(%0)\nld 11, 176(%0)\n"
                         "ld 12, 192(%0)\nld 13, 208(%0)\nld 14, 224(%0)\nld 15, 240(%0)\n"
                         :
                         : "a"(the->vector));
    __asm__ volatile("lfpc %0" : : "Q"(the->fpc));
}

static void store_other_registers(struct oracle_case *the)
{
    __asm__ volatile("stfpc %0" : "=Q"(the->fpc));
    __asm__ volatile("stam 0, 15, %0" : "=Q"(the->access));
    if (cases.vectors)
        __asm__ volatile(".insn vrs, 0xe7000000003e, 0, 15, 0(%0), 0\n" /* VSTM 0,15 */
                         ".insn vrs, 0xe70000000c3e, 0, 15, 256(%0), 0\n"
                         :
                         : "a"(the->vector)
                         : "memory");
    else
        __asm__ volatile("std 0, 0(%0)\nstd 1, 16(%0)\nstd 2, 32(%0)\nstd 3, 48(%0)\n"
                         "std 4, 64(%0)\nstd 5, 80(%0)\nstd 6, 96(%0)\nstd 7, 112(%0)\n"
                         "std 8, 128(%0)\nstd 9, 144(%0)\nstd 10, 160(%0)\nstd 11, 176(%0)\n"
                         "std 12, 192(%0)\nstd 13, 208(%0)\nstd 14, 224(%0)\nstd 15, 240(%0)\n"
                         :
                         : "a"(the->vector)
                         : "memory");
}

/* The exceptions after which the old PSW designates the instruction itself. */
static bool nullifies(unsigned exception)
{
    return exception == 0x10 || exception == 0x11 || (exception >= 0x38 && exception <= 0x3b);
}

/* Notes the program interruption; false where the case cannot go on. */
static bool note_event(void)
{
    struct event *event = &events[event_count++];
    unsigned exception = real16(PROGRAM_CODE);

    *event = (struct event){.code = (uint16_t)exception, .ilc = attempt_ilc() << 1};
    event->mask = real64(PROGRAM_OLD_PSW);
    event->address = real64(PROGRAM_OLD_PSW + 8);
    event->breaking_event = real64(BREAKING_EVENT);
    if (exception == 7 || exception == 0x1b)
        event->data_code = (uint32_t)(real64(DATA_EXCEPTION_CODE) >> 32);
    if (exception == 4 || nullifies(exception))
        event->teid = real64(TRANSLATION_ID);
    real64_set(CASE_PSW, event->mask);
    real64_set(CASE_PSW + 8, event->address + (nullifies(exception) ? event->ilc : 0));
    return event_count < EVENTS && real64(CASE_PSW + 8) - CODE_ADDRESS < CASE_CODE_SIZE;
}

static void set_timer(void)
{
    uint64_t limit = UINT64_C(200000) << 12; /* 0.2 s */

    __asm__ volatile("spt %0" : : "Q"(limit));
}

static enum reason run(const struct oracle_case *the)
{
    uint64_t state = the->seed;
    uint64_t cr0 = control_register(0), last[6];
    enum reason reason;

    for (unsigned i = 0; i < DATA_WORDS; i++)
        data[i] = data_at_first(the, &state);
    for (unsigned i = 0; i < CASE_CODE_SIZE; i++)
        code[i] = the->code[i];
    for (unsigned i = 0; i < 16; i++)
        real64_set(CASE_REGISTERS + 8 * i, the->general[i]);
    real64_set(CASE_PSW, the->psw_mask);
    real64_set(CASE_PSW + 8, CODE_ADDRESS);
    for (unsigned i = 0; i < 6; i++)
        last[i] = real64(EXTERNAL_NEW_PSW + 8 * i);
    real64_set(EXTERNAL_NEW_PSW + 8, (uint64_t)case_left_by_timer);
    real64_set(SVC_NEW_PSW + 8, (uint64_t)case_left_by_svc);
    real64_set(PROGRAM_NEW_PSW + 8, (uint64_t)case_left_by_program);
    SET_CONTROL_REGISTER(0, cr0 | CR0_CPU_TIMER | CR0_NO_EXECUTE | CR0_AFP |
                                (cases.vectors ? CR0_VECTOR : 0));
    load_other_registers(the);
    event_count = 0;
    do {
        set_timer();
        case_enter();
        reason = (enum reason)(real64(REASON) >> 32);
    } while (reason == LEFT_BY_PROGRAM && note_event());
    SET_CONTROL_REGISTER(0, cr0);
    for (unsigned i = 0; i < 6; i++)
        real64_set(EXTERNAL_NEW_PSW + 8 * i, last[i]);
    return reason;
}

static void print_values(const char *name, const uint64_t *values, unsigned count)
{
    guest_print(name);
    while (count--) {
        guest_print(" ");
        guest_print_hex(*values++);
    }
    guest_print("\n");
}

static void print_state(const struct oracle_case *before, const struct oracle_case *after)
{
    uint64_t state = before->seed;

    print_values("psw", (uint64_t[]){after->psw_mask, real64(SVC_OLD_PSW + 8)}, 2);
    print_values("fpc", (uint64_t[]){after->fpc}, 1);
    for (unsigned i = 0; i < 16; i++)
        print_values("r", (uint64_t[]){i, after->general[i]}, 2);
    for (unsigned i = 0; i < 16; i++)
        print_values("a", (uint64_t[]){i, after->access[i]}, 2);
    for (unsigned i = 0; i < (cases.vectors ? 32 : 16); i++)
        print_values("v", (uint64_t[]){i, after->vector[i][0], after->vector[i][1]}, 3);
    for (unsigned i = 0; i < event_count; i++)
        print_values("event",
                     (uint64_t[]){events[i].code, events[i].ilc, events[i].mask, events[i].address,
                                  events[i].data_code, events[i].teid, events[i].breaking_event},
                     7);
    for (unsigned i = 0; i < DATA_WORDS; i++)
        if (data[i] != data_at_first(before, &state))
            print_values("data", (uint64_t[]){i * 8, data[i]}, 2);
}

static uint64_t mix(uint64_t sum, uint64_t value)
{
    sum = (sum ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return sum ^ sum >> 29;
}

static uint64_t checksum(const struct oracle_case *after)
{
    uint64_t sum = mix(after->psw_mask, after->fpc);

    for (unsigned i = 0; i < 16; i++)
        sum = mix(mix(sum, after->general[i]), after->access[i]);
    for (unsigned i = 0; i < 32; i++)
        sum = mix(mix(sum, after->vector[i][0]), after->vector[i][1]);
    for (unsigned i = 0; i < event_count; i++) {
        sum = mix(mix(sum, (uint64_t)events[i].code << 16 | events[i].ilc), events[i].data_code);
        sum = mix(mix(sum, events[i].mask), events[i].address);
        sum = mix(sum, events[i].teid & ~UINT64_C(0xfff));
    }
    for (unsigned i = 0; i < DATA_WORDS; i++)
        sum = mix(sum, data[i]);
    return sum;
}

static void play(const struct oracle_case *the)
{
    static struct oracle_case after;
    enum reason reason = run(the);

    for (unsigned i = 0; i < 32; i++)
        after.vector[i][0] = after.vector[i][1] = 0;
    store_other_registers(&after);
    for (unsigned i = 0; i < 16; i++)
        after.general[i] = real64(CASE_REGISTERS + 8 * i);
    after.psw_mask = reason == LEFT_BY_SVC ? real64(SVC_OLD_PSW) : 0;
    print_values("case",
                 (uint64_t[]){(uint64_t)(the - cases.list), reason,
                              reason == LEFT_BY_TIMER ? 0 : checksum(&after)},
                 3);
    if (the->flags & CASE_SHOWS)
        print_state(the, &after);
}

void test(void)
{
    print_values("vectors", (uint64_t[]){has_vectors()}, 1);
    make_tables();
    SET_CONTROL_REGISTER(0, control_register(0) | CR0_AFP | (cases.vectors ? CR0_VECTOR : 0));
    for (unsigned i = 0; i < cases.count; i++)
        play(&cases.list[i]);
}
