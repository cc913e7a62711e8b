/*
 * Four address spaces, told apart by one page each, and programs that work in several of them:
 * access registers, secondary space, PROGRAM CALL through the linkage stack, tracing (PoP,
 * chapters 3 and 5).
 */
#include "tests/guest/lib/guest.h"

#define SEGMENT_INVALID 0x20
#define SPACE_SWITCH    UINT64_C(0x40)
#define MAPPED          4                  /* segments that every space has alike */
#define OWN             UINT64_C(0x400000) /* virtual address of a space's own page */
#define STACK           (OWN + 0x1000)     /* of the linkage stack, in the home space */
#define ACCESS_ID       0xa0
#define SHORT_ID        0xac
#define PER_CODE        0x96
#define PER_ADDRESS     0x98
#define PER_FETCH       UINT64_C(0x40000000)

enum space { PRIMARY, SECONDARY, HOME, SERVER, SPACES };

#define ASN(space) ((space) + 1u)

struct aste {
    uint32_t authority_table;
    uint32_t authority;
    uint64_t asce;
    uint32_t access_list;
    uint32_t sequence;
    uint32_t linkage_table;
    uint32_t unused[9];
};

struct entry {
    uint64_t address;
    uint16_t authorization_mask;
    uint16_t asn;
    uint32_t key_mask;
    uint32_t control;
    uint32_t aste;
    uint64_t parameter;
};

static uint64_t segment_table[SPACES][512] __attribute__((aligned(4096)));
static uint64_t common_pages[MAPPED][256] __attribute__((aligned(4096)));
static uint64_t own_pages[SPACES][256] __attribute__((aligned(4096)));
static uint64_t own[SPACES][2][512] __attribute__((aligned(4096)));
static struct aste aste[64] __attribute__((aligned(4096)));
static uint32_t asn_first_table[1024] __attribute__((aligned(4096)));
static uint32_t duct[16] __attribute__((aligned(64)));
static uint32_t access_list[8][4] __attribute__((aligned(128)));
static uint8_t authority_table[4] __attribute__((aligned(4)));
static uint32_t linkage_table[32] __attribute__((aligned(128)));
static struct entry entry_table[4] __attribute__((aligned(64)));
static uint32_t trace_table[1024] __attribute__((aligned(4096)));

extern char server[];
uint32_t server_asn;

/* What is called: notes its primary ASN, spoils registers and returns. */
__asm__("    .text\n"
        "server: .globl server\n"
        "    epar    %r0\n"
        "    larl    %r1, server_asn\n"
        "    st      %r0, 0(%r1)\n"
        "    lghi    %r2, 0\n"
        "    lghi    %r14, 0\n"
        "    sar     %a3, %r0\n"
        "    pr\n");

static uint32_t real_address(const volatile void *object)
{
    return (uint32_t)(uint64_t)object;
}

static void build_space(enum space space)
{
    struct aste *entry = &aste[ASN(space)];

    for (unsigned i = 0; i < 512; i++)
        segment_table[space][i] = SEGMENT_INVALID;
    for (unsigned i = 0; i < MAPPED; i++)
        segment_table[space][i] = (uint64_t)common_pages[i];
    segment_table[space][MAPPED] = (uint64_t)own_pages[space];
    for (unsigned i = 0; i < 256; i++)
        own_pages[space][i] = 0x400;
    own_pages[space][0] = (uint64_t)own[space][0];
    own_pages[space][1] = (uint64_t)own[space][1];
    own[space][0][0] = 0x1111111111111111 * ASN(space);
    entry->authority_table = real_address(authority_table);
    entry->asce = (uint64_t)segment_table[space];
    entry->sequence = 7;
    entry->linkage_table = 0x80000000 | real_address(linkage_table);
}

static void build(void)
{
    for (unsigned s = 0; s < MAPPED; s++)
        for (unsigned p = 0; p < 256; p++)
            common_pages[s][p] = (uint64_t)s << 20 | p << 12;
    for (unsigned s = 0; s < SPACES; s++)
        build_space((enum space)s);
    authority_table[0] = 0xff;
    asn_first_table[0] = real_address(aste);
    duct[4] = real_address(access_list);
    for (unsigned i = 0; i < 8; i++)
        access_list[i][0] = 0x80000000;
    access_list[2][0] = 0;
    access_list[2][2] = real_address(&aste[ASN(SERVER)]);
    access_list[2][3] = 7;
    linkage_table[0] = real_address(entry_table);
    for (unsigned i = 1; i < 32; i++)
        linkage_table[i] = 0x80000000;
    entry_table[1] = (struct entry){
        .address = (uint64_t)server,
        .asn = ASN(SERVER),
        .control = 0xc0000000, /* stacking, to the 64-bit mode */
        .aste = real_address(&aste[ASN(SERVER)]),
    };
    own[HOME][1][1] = 0x0901030000000000; /* header of a section with 768 bytes */
    SET_CONTROL_REGISTER(0, control_register(0) | 0x04000000);
    SET_CONTROL_REGISTER(1, aste[ASN(PRIMARY)].asce);
    SET_CONTROL_REGISTER(2, real_address(duct));
    SET_CONTROL_REGISTER(3, ASN(SECONDARY));
    SET_CONTROL_REGISTER(4, ASN(PRIMARY));
    SET_CONTROL_REGISTER(5, real_address(&aste[ASN(PRIMARY)]));
    SET_CONTROL_REGISTER(7, aste[ASN(SECONDARY)].asce);
    SET_CONTROL_REGISTER(13, aste[ASN(HOME)].asce);
    SET_CONTROL_REGISTER(14, control_register(14) | 0x80000 | real_address(asn_first_table) >> 12);
    SET_CONTROL_REGISTER(15, STACK + 8);
}

/* Loads the first doubleword of the space that ALET designates. */
#define LOAD_BY_ALET(alet)                                                                         \
    ATTEMPT_BETWEEN("lgr 2, %1\n sar 2, %2\n sac 512", "lg %0, 0(2)", "sac 0",                     \
                    : "+&d"(value)                                                                 \
                    : "a"(OWN), "d"(alet)                                                          \
                    : "2")

static void access_registers(void)
{
    uint64_t value = 0;

    LOAD_BY_ALET(0);
    CHECK_EQUAL(value, 0x1111111111111111);
    LOAD_BY_ALET(1);
    CHECK_EQUAL(value, 0x2222222222222222);
    LOAD_BY_ALET(2);
    CHECK_EQUAL(attempt_code(), 0);
    CHECK_EQUAL(value, 0x4444444444444444);
    LOAD_BY_ALET(3);
    CHECK_ATTEMPT(0x29, 0); /* ALEN translation nullifies */
    CHECK_EQUAL(*(volatile uint8_t *)real(ACCESS_ID), 2);
    LOAD_BY_ALET(0x80000000);
    CHECK_ATTEMPT(0x28, 6); /* ALET specification suppresses */
    CHECK_EQUAL(value, 0x4444444444444444);
}

static void other_spaces(void)
{
    uint64_t value = 0, length = 8;

    __asm__ volatile("    sac 256\n"
                     "    lg  %0, 0(%1)\n"
                     "    sac 0\n"
                     : "=&d"(value)
                     : "a"(OWN));
    CHECK_EQUAL(value, 0x2222222222222222);
    __asm__ volatile("mvcp 0(%0,%1), 0(%2), %3"
                     :
                     : "d"(length), "a"(OWN + 8), "a"(OWN), "d"(0)
                     : "cc", "memory");
    CHECK_EQUAL(own[PRIMARY][0][1], 0x2222222222222222);
    /* MVCOS from the home space, said to be fetched there with key 0. */
    __asm__ volatile("    lghi 0, 0x00c1\n"
                     "    .insn ssf, 0xc80000000000, 0(%0), 0(%1), %2\n"
                     :
                     : "a"(OWN + 16), "a"(OWN), "d"(length)
                     : "0", "cc", "memory");
    CHECK_EQUAL(own[PRIMARY][0][2], 0x3333333333333333);
}

static void program_call(void)
{
    uint64_t r2, r14;

    ATTEMPT_BETWEEN("lghi 2, 222\n lghi 14, 1414", "pc 1(0)", "lgr %0, 2\n lgr %1, 14",
                    : "=&d"(r2), "=&d"(r14)
                    :
                    : "0", "2", "14");
    CHECK_EQUAL(attempt_code(), 0);
    CHECK_EQUAL(r2, 222);
    CHECK_EQUAL(r14, 1414);
    CHECK_EQUAL(server_asn, ASN(SERVER));
    CHECK_EQUAL(control_register(4), ASN(PRIMARY));
    CHECK_EQUAL(control_register(7), aste[ASN(SECONDARY)].asce);
    CHECK_EQUAL(control_register(15), STACK + 8);
    ATTEMPT("pc 0x100(0)", : : : "0");
    CHECK_ATTEMPT(0x22, 0); /* LX translation */
    CHECK_EQUAL(real64(SHORT_ID - 4) & UINT32_MAX, 0x100);
    ATTEMPT("pr", : : : "0");
    CHECK_ATTEMPT(0x31, 0); /* stack empty */
}

/* The call completes with the event; the old PSW is that of the called program. */
static void space_switch_event(void)
{
    SET_CONTROL_REGISTER(1, aste[ASN(PRIMARY)].asce | SPACE_SWITCH);
    ATTEMPT("pc 1(0)", : : : "0", "2", "14");
    CHECK_EQUAL(attempt_code(), 0x1c);
    CHECK_EQUAL(attempt_ilc(), 2);
    CHECK_EQUAL(real64(ATTEMPT_OLD_PSW + 8), (uint64_t)server);
    CHECK_EQUAL(real64(SHORT_ID - 4) & UINT32_MAX, 0x80000000 | ASN(PRIMARY));
    CHECK_EQUAL(control_register(4), ASN(SERVER));
    __asm__ volatile("    larl 1, 0f\n"
                     "    pt %0, 1\n"
                     "0:\n"
                     :
                     : "d"(ASN(PRIMARY))
                     : "1", "memory");
    CHECK_EQUAL(control_register(4), ASN(PRIMARY));
    SET_CONTROL_REGISTER(7, aste[ASN(SECONDARY)].asce);
    SET_CONTROL_REGISTER(15, STACK + 8);
}

/* Into the home space, with a PER event that is to be indicated too. */
static void home_space_with_per(void)
{
    uint8_t mask;

    SET_CONTROL_REGISTER(9, PER_FETCH);
    ATTEMPT_BETWEEN("lctlg 10, 10, 0x330(0)\n lctlg 11, 11, 0x330(0)\n stosm %0, 0x40", "sac 768",
                    "stnsm %0, 0xbf\n sac 0",
                    : "=Q"(mask)
                    :
                    : "0");
    CHECK_ATTEMPT(0x9c, 4);
    CHECK_EQUAL(*(volatile uint8_t *)real(PER_CODE), 0x40);
    CHECK_EQUAL(real64(PER_ADDRESS), real64(ATTEMPT_START));
    CHECK_EQUAL(real64(SHORT_ID - 4) & UINT32_MAX, ASN(PRIMARY));
    SET_CONTROL_REGISTER(9, 0);
    ATTEMPT_BETWEEN("", "sac 768", "sac 0", : : : "0");
    CHECK_EQUAL(attempt_code(), 0);
}

static void branch_trace(void)
{
    uint64_t link;

    SET_CONTROL_REGISTER(12, UINT64_C(0x8000000000000000) | (uint64_t)trace_table);
    __asm__ volatile("    larl 1, 0f\n"
                     "    basr %0, 1\n"
                     "0:\n"
                     : "=d"(link)
                     :
                     : "1", "memory");
    CHECK_EQUAL(control_register(12), UINT64_C(0x8000000000000000) | (uint64_t)&trace_table[1]);
    CHECK_EQUAL(trace_table[0], 0x80000000 | link);
    SET_CONTROL_REGISTER(12, UINT64_C(0x8000000000000000) | (uint64_t)&trace_table[1023]);
    ATTEMPT("basr 2, 1", : : : "2");
    CHECK_ATTEMPT(0x16, 0); /* trace table */
    SET_CONTROL_REGISTER(12, 0);
}

void test(void)
{
    uint8_t mask;

    build();
    __asm__ volatile("stosm %0, 0x04" : "=Q"(mask) : : "memory"); /* DAT on */
    access_registers();
    other_spaces();
    program_call();
    space_switch_event();
    home_space_with_per();
    branch_trace();
    system_mask_and(0xfb);
}
