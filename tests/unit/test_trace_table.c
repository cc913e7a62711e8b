/* Trace entries: what each instruction that is traced stores, where CR12 goes, and the trace
   exceptions. */
#include "cpu/isa/insn.h"
#include "tests/unit/space_rig.h"

static struct rig rig;

#define BRANCH   CR12_BRANCH_TRACE
#define MODE     CR12_MODE_TRACE
#define ASN      CR12_ASN_TRACE
#define EXPLICIT CR12_EXPLICIT_TRACE

static void set_up(uint64_t controls)
{
    struct vcpu *cpu = rig.cpu;

    spaces_reset(&rig);
    cpu->state.cr[12] = TRACE_TABLE | controls;
    put32(&rig, LINKAGE_TABLE, (uint32_t)ENTRY_TABLE);
    put64(&rig, ENTRY_TABLE, 0x9000);
    put32(&rig, ENTRY_TABLE + 16, 0x40000000); /* to the 64-bit mode */
    put64(&rig, ENTRY_TABLE + 32, 0x80009001);
    put32(&rig, ENTRY_TABLE + 48, 0x80000000); /* stacking, to the 31-bit mode */
    put64(&rig, space_real(SPACE_HOME, OWN + 8), 0x0901030000000000);
    cpu->state.cr[15] = OWN + 8;
    cpu->state.gr[2] = 0x80009abc;
    cpu->state.gr[3] = 0x123456789abcdef0;
}

/* Runs TEXT and checks that it stored the bytes WANTED, or nothing. */
static void traced(struct harness_place at, const char *text, const char *wanted)
{
    struct vcpu *cpu = rig.cpu;
    uint8_t bytes[160];
    unsigned length = rig_hex(bytes, wanted);
    uint64_t entry = cpu->state.cr[12] & CR12_TRACE_ENTRY, controls = cpu->state.cr[12] - entry;

    memset(rig_at(&rig, entry), 0xcc, 160);
    harness_check_eq(at, space_run(&rig, text), 0);
    harness_check_mem(at, rig_at(&rig, entry), bytes, length);
    harness_check_eq(at, *rig_at(&rig, entry + length), 0xcc);
    harness_check_eq(at, cpu->state.cr[12], entry + length + controls);
}

#define TRACED(text, wanted) traced(HARNESS_PLACE(text), text, wanted)

static void branches(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up(BRANCH);
    cpu->state.gr[2] = 0x9abc;
    TRACED("0d12", "80009abc"); /* BASR 1,2 */
    CHECK_EQ(rig.storage.key[TRACE_TABLE >> 12], STORAGE_KEY_REFERENCE | STORAGE_KEY_CHANGE);
    TRACED("0513", "52c00000 123456789abcdef0"); /* BALR 1,3 */
    TRACED("0d10", "");
    TRACED("0de2", "80009abc");
    set_up(BRANCH);
    rig_mode(&rig, RIG_MODE_31 | PSW_DAT);
    TRACED("0d12", "80009abc");
    TRACED("0513", "9abcdef0");
    rig_mode(&rig, PSW_DAT);
    TRACED("0d13", "00bcdef0");
    TRACED("0c12", "80009abc"); /* BASSM 1,2: to the 31-bit mode */
    cpu->state.gr[2] = 0x9abd;
    rig_mode(&rig, RIG_MODE_31 | PSW_DAT);
    TRACED("0c12", "80009abc"); /* to the 64-bit mode */
    TRACED("0c10", "");
    TRACED("0b12", ""); /* BSM is not branch-traced */
    set_up(MODE | ASN | EXPLICIT);
    TRACED("0d12", "");
    TRACED("4d10 0000", "");
}

static void mode_switches(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up(MODE);
    TRACED("010d", "51200000 00001002"); /* SAM31 */
    CHECK_EQ(cpu->address_mask, 0x7fffffff);
    TRACED("010c", "");
    TRACED("010e", "51300000 00001002"); /* SAM64 from the 24-bit mode */
    TRACED("010e", "");
    rig_mode(&rig, RIG_MODE_31 | PSW_DAT);
    TRACED("010e", "51300000 80001002");
    TRACED("0b12", "51200000 00001002"); /* BSM 1,2 */
    TRACED("0b12", "");
    cpu->state.gr[2] = 0x10001;
    TRACED("0c12", "51300000 80001002"); /* BASSM */
    set_up(MODE | BRANCH);
    TRACED("0c12", "51a00000 80009abc");
    cpu->state.gr[2] = 0x10001;
    TRACED("0c12", "51b00000 00010000");
    rig_mode(&rig, RIG_MODE_31 | PSW_DAT);
    cpu->state.gr[2] = 0x100010001;
    TRACED("0c12", "52f00000 0000000100010000");
    rig_mode(&rig, RIG_MODE_31 | PSW_DAT);
    TRACED("0b12", "51300000 80001002"); /* BSM */
}

static void calls(void)
{
    struct vcpu *cpu = rig.cpu;
    const uint64_t key = (uint64_t)9 << PSW_KEY_SHIFT;

    set_up(ASN);
    space_mode(&rig, PSW_SPACE_PRIMARY, key);
    TRACED("b218 0000", "22900000 0000000000001004"); /* PC 0 */
    space_mode(&rig, PSW_SPACE_PRIMARY, PSW_PROBLEM | key);
    cpu->state.cr[3] |= 0x80000000;
    put32(&rig, ENTRY_TABLE + 8, 0x80000000);
    put32(&rig, ENTRY_TABLE + 40, 0x80000000);
    TRACED("b218 0001", "22900001 0000000000001005"); /* stacking */
    TRACED("0101", "32980001 00001005 80001002");     /* PR, from the 31-bit mode */
}

/* PC numbers with a linkage first index have an entry of their own. */
static void long_calls(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up(ASN | MODE);
    cpu->state.cr[0] |= CR0_ASN_LX_REUSE;
    put32(&rig, space_aste(SPACE_PRIMARY) + 24, 0x80000001 | (uint32_t)LINKAGE_TABLE);
    put32(&rig, LINKAGE_TABLE + 64 * 4, 0x5600);
    put32(&rig, 0x5600, (uint32_t)ENTRY_TABLE);
    put32(&rig, 0x5604, 0);
    cpu->state.gr[1] = 0x00180000;
    TRACED("b218 1000", "220b0000 00001004 00180000");
    /* Stacking, to the 31-bit mode: a mode-switch entry follows. */
    TRACED("b218 1001", "220a0000 00001004 00180001 51200000 00001004");
    CHECK_EQ(cpu->address_mask, 0x7fffffff);
    cpu->state.cr[3] |= 0x80000000;
    put32(&rig, ENTRY_TABLE + 40, 0x80000000);
    TRACED("b218 1001", "22080000 80001005 00180001"); /* from the problem state now */
}

static void transfers(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up(ASN);
    cpu->state.gr[1] = 0xffff0001;
    TRACED("b225 0010", "10000001");                  /* SSAR 1 */
    TRACED("b99f 0010", "10010001");                  /* SSAIR 1 */
    TRACED("b228 0013", "320c0001 123456789abcdef0"); /* PT 1,3 */
    TRACED("b99e 0012", "31090001 80009abc");         /* PTI 1,2 */
    rig_mode(&rig, RIG_MODE_31 | PSW_DAT | (uint64_t)10 << PSW_KEY_SHIFT);
    TRACED("b228 0012", "31a00001 80009abc");
    /* BSG: the primary-list bit stands where bit 8 of the ALET was. */
    put32(&rig, DUCT, (uint32_t)space_aste(SPACE_PRIMARY));
    access_list_put(&rig, PRIMARY_LIST, 5, 0, SPACE_PRIMARY);
    cpu->state.ar[2] = 0x01ff0005;
    put32(&rig, PRIMARY_LIST + 5 * 16, 0x00ff0000);
    TRACED("b258 0002", "41ff0005 80009abc");
    rig_mode(&rig, RIG_MODE_64 | PSW_DAT);
    TRACED("b258 0003", "42000000 123456789abcdef0");
    /* Where ASNs are not traced, BSG is a branch; BAKR, BSA and BASR are. */
    set_up(BRANCH);
    put32(&rig, DUCT, (uint32_t)space_aste(SPACE_PRIMARY));
    TRACED("b258 0003", "52c00000 123456789abcdef0");
    TRACED("b240 0003", "52c00000 123456789abcdef0"); /* BAKR 0,3 */
    TRACED("b240 0000", "");
    TRACED("b25a 0003", "52c00000 123456789abcdef0"); /* BSA 0,3 */
    TRACED("b25a 0000", "80001004");
}

/* PROGRAM RETURN from ADDRESS mode to the PSW in the stack: the sizes of both addresses. */
static void returns(void)
{
    struct vcpu *cpu = rig.cpu;
    static const struct {
        uint64_t from;
        uint64_t to;
        uint64_t address;
        const char *wanted;
    } rows[] = {
        {RIG_MODE_31, RIG_MODE_31, 0x4000, "32000001 80004000 80001002"},
        {RIG_MODE_64, RIG_MODE_31, 0x4000, "32020001 80004000 00001002"},
        {RIG_MODE_31, RIG_MODE_64, 0x4000, "32080001 00004000 80001002"},
        {RIG_MODE_64, RIG_MODE_64, 0x4000, "320a0001 00004000 00001002"},
        {RIG_MODE_24, RIG_MODE_64, 0x400004000, "330c0001 0000000400004000 00001002"},
        {RIG_MODE_64, RIG_MODE_64, 0x400004000, "330e0001 0000000400004000 00001002"},
    };

    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        set_up(0);
        CHECK_EQ(space_run(&rig, "b218 0001"), 0);
        put64(&rig, space_real(SPACE_HOME, OWN + 16 + 136), rows[i].to | PSW_DAT);
        put64(&rig, space_real(SPACE_HOME, OWN + 16 + 168), rows[i].address);
        cpu->state.cr[12] |= ASN;
        rig_mode(&rig, rows[i].from | PSW_DAT);
        TRACED("0101", rows[i].wanted);
    }
    /* From a branch state entry: the mode alone. */
    set_up(MODE | ASN);
    cpu->state.gr[4] = 0x4000;
    TRACED("b240 0040", "");
    TRACED("0101", "51200000 00001002");
}

static void explicit_entries(void)
{
    struct vcpu *cpu = rig.cpu;
    uint64_t tod, entry = TRACE_TABLE;

    set_up(EXPLICIT);
    cpu->state.cr[0] |= CR0_TRACE_TOD; /* as STORE CLOCK FAST */
    put32(&rig, 0x8000, 0x12345678);
    cpu->state.gr[4] = 0x8000;
    cpu->state.gr[15] = 0xffffffff0f0f0f0f;
    cpu->state.gr[0] = 0x1111111122222222;
    CHECK_EQ(space_run(&rig, "99f0 4000"), 0); /* TRACE 15,0,0(4) */
    tod = get64(&rig, entry);
    CHECK_EQ(tod >> 48, 0x7100);
    CHECK_EQ(get32(&rig, entry + 8), 0x12005678);
    CHECK_EQ(get64(&rig, entry + 12), 0x0f0f0f0f22222222);
    CHECK_EQ(cpu->state.cr[12], (entry + 20) | EXPLICIT);
    entry += 20;
    cpu->state.cr[0] &= ~CR0_TRACE_TOD;
    CHECK_EQ(space_run(&rig, "eb00 4000 000f"), 0); /* TRACG 0,0,0(4) */
    CHECK_EQ(get32(&rig, entry) >> 16, 0x7080);
    CHECK((get64(&rig, entry + 2) & 0xffffffffffff) >= (tod & 0xffffffffffff) >> 16);
    CHECK_EQ(get32(&rig, entry + 12), 0x12345678);
    CHECK_EQ(get64(&rig, entry + 16), 0x1111111122222222);
    CHECK_EQ(cpu->state.cr[12], (entry + 24) | EXPLICIT);
    /* Not wanted by operand or control. */
    put32(&rig, 0x8000, 0x80000000);
    TRACED("99ff 4000", "");
    put32(&rig, 0x8000, 0);
    cpu->state.cr[12] = TRACE_TABLE;
    TRACED("99ff 4000", "");
    cpu->state.gr[4] = 0x8002;
    CHECK_EQ(space_run(&rig, "99ff 4000"), PGM_SPECIFICATION);
    CHECK_EQ(space_run(&rig, "ebff 4000 000f"), PGM_SPECIFICATION);
    space_mode(&rig, 0, PSW_PROBLEM);
    CHECK_EQ(space_run(&rig, "99ff 4000"), PGM_PRIVILEGED_OPERATION);
    CHECK_EQ(space_run(&rig, "ebff 4000 000f"), PGM_PRIVILEGED_OPERATION);
}

/* An entry must not reach the next 4 KiB block; TRACE is taken to store all registers. */
static void trace_exceptions(void)
{
    struct vcpu *cpu = rig.cpu;
    uint64_t cr12 = (TRACE_TABLE + 0xffc) | BRANCH;

    set_up(BRANCH);
    cpu->state.gr[1] = 0x77;
    cpu->state.gr[2] = 0x9abc;
    cpu->state.cr[12] = cr12;
    CHECK_EQ(space_run(&rig, "0d12"), PGM_TRACE_TABLE);
    CHECK_EQ(cpu->state.cr[12], cr12);
    CHECK_EQ(gr64(cpu, 1), 0x77);
    CHECK_EQ(get32(&rig, TRACE_TABLE + 0xffc), 0);
    cpu->state.cr[12] = cr12 - 4;
    CHECK_EQ(space_run(&rig, "0d12"), 0);
    CHECK_EQ(cpu->state.cr[12], cr12);
    put32(&rig, 0x8000, 0);
    cpu->state.gr[4] = 0x8000;
    cpu->state.cr[12] = (TRACE_TABLE + 0x1000 - 76) | EXPLICIT;
    CHECK_EQ(space_run(&rig, "9900 4000"), PGM_TRACE_TABLE);
    cpu->state.cr[12] -= 4;
    CHECK_EQ(space_run(&rig, "9900 4000"), 0);
    cpu->state.cr[12] = (TRACE_TABLE + 0x1000 - 144) | EXPLICIT;
    CHECK_EQ(space_run(&rig, "eb00 4000 000f"), PGM_TRACE_TABLE);
    cpu->state.cr[12] = RIG_STORAGE | BRANCH;
    CHECK_EQ(space_run(&rig, "0d12"), PGM_ADDRESSING);
    /* Low-address protection applies, the key of the block does not. */
    cpu->state.cr[12] = 0x1000 | BRANCH;
    rig.storage.key[1] = 0x90;
    space_mode(&rig, PSW_SPACE_PRIMARY, (uint64_t)8 << PSW_KEY_SHIFT);
    CHECK_EQ(space_run(&rig, "0d12"), 0);
    cpu->state.cr[0] |= CR0_LOW_ADDRESS_PROTECTION;
    CHECK_EQ(space_run(&rig, "0d12"), PGM_PROTECTION);
    CHECK(cpu->program.has_teid);
    cpu->state.cr[12] = 0x1200 | BRANCH;
    CHECK_EQ(space_run(&rig, "0d12"), 0);
    /* Nothing is stored for an instruction that fails otherwise. */
    set_up(ASN);
    cpu->state.gr[1] = 0x40;
    CHECK_EQ(space_run(&rig, "b225 0010"), PGM_AFX_TRANSLATION);
    CHECK_EQ(cpu->state.cr[12], TRACE_TABLE | ASN);
    CHECK_EQ(get32(&rig, TRACE_TABLE), 0);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(branches),         TEST(mode_switches),    TEST(calls),
        TEST(long_calls),       TEST(transfers),        TEST(returns),
        TEST(explicit_entries), TEST(trace_exceptions),
    };
    int status;

    if (!rig_open(&rig))
        return 1;
    status = RUN_TESTS(tests);
    rig_close(&rig);
    return status;
}
