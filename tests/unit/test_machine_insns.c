/* What a program asks of the machine around its CPU: STFLE, STSI, DIAGNOSE, SERVICE CALL. */
#include "cpu/isa/insn.h"
#include "tests/unit/insn_rig.h"

static void facility_list_is_cut_to_what_fits(void)
{
    struct rig rig;

    REQUIRE(rig_open(&rig));
    rig.configuration.facility_list[0] = UINT64_C(0x1111111111111111);
    rig.configuration.facility_list[1] = UINT64_C(0x2222222222222222);
    rig.configuration.facility_list[2] = UINT64_C(0x3333333333333333);
    rig.cpu->state.gr[5] = 0x20000;
    rig.cpu->state.gr[0] = UINT64_C(0xaaaaaaaaaaaaaa01);
    CHECK_EQ(rig_run(&rig, "b2b0 5000"), 0);
    CHECK_EQ(rig.cpu->cc, 3);
    CHECK_EQ(rig.cpu->state.gr[0], UINT64_C(0xaaaaaaaaaaaaaa02));
    RIG_CHECK(&rig, 0x20000, "1111111111111111 2222222222222222 0000000000000000");
    rig.cpu->state.gr[0] = 0xff;
    CHECK_EQ(rig_run(&rig, "b2b0 5000"), 0);
    CHECK_EQ(rig.cpu->cc, 0);
    CHECK_EQ(rig.cpu->state.gr[0], 2);
    RIG_CHECK(&rig, 0x20010, "3333333333333333 0000000000000000");
    rig.cpu->state.gr[5] = 0x20004;
    CHECK_EQ(rig_run(&rig, "b2b0 5000"), PGM_SPECIFICATION);
    CHECK_EQ(rig_run(&rig, "b2b1 5000"), 0); /* STFL */
    RIG_CHECK(&rig, 0xc8, "11111111 00000000");
    rig_close(&rig);
}

static unsigned stsi(struct rig *rig, unsigned function, unsigned selector_1, unsigned selector_2)
{
    memset(rig_at(rig, 0x20000), 0xff, 4096);
    rig->cpu->state.gr[0] = function << 28 | selector_1;
    rig->cpu->state.gr[1] = selector_2;
    rig->cpu->state.gr[5] = 0x20000;
    return rig_run(rig, "b27d 5000");
}

static void system_information_is_ebcdic(void)
{
    struct rig rig;
    struct machine_identity *identity = &rig.configuration.identity;

    REQUIRE(rig_open(&rig));
    strcpy(identity->manufacturer, "IBM");
    strcpy(identity->type, "3906");
    strcpy(identity->model, "M01");
    strcpy(identity->sequence, "0000000000012345");
    strcpy(identity->plant, "02");
    strcpy(identity->lpar_name, "LPAR");
    strcpy(identity->vm_name, "guest");
    strcpy(identity->control_program, "KVM/Linux");
    strcpy(identity->extended_name, "a longer name");
    memset(identity->uuid, 0x5a, sizeof identity->uuid);
    CHECK_EQ(stsi(&rig, 1, 1, 1), 0);
    CHECK_EQ(rig.cpu->cc, 0);
    RIG_CHECK(&rig, 0x20020, "c9c2d440404040404040404040404040 f3f9f0f6 000000000000000000000000");
    RIG_CHECK(&rig, 0x20040, "d4f0f140404040404040404040404040");
    RIG_CHECK(&rig, 0x20050, "f0f0f0f0f0f0f0f0f0f0f0f1f2f3f4f5 f0f24040");
    RIG_CHECK(&rig, 0x20000, "00000000 00000000");
    CHECK_EQ(stsi(&rig, 1, 2, 1), 0);
    RIG_CHECK(&rig, 0x20050, "f0f0f0f0f0f0f0f0f0f0f0f1f2f3f4f5 f0f24040 0000 0000");
    CHECK_EQ(stsi(&rig, 1, 2, 2), 0);
    RIG_CHECK(&rig, 0x20024, "0001 0001 0000 0000");
    CHECK_EQ(stsi(&rig, 2, 2, 2), 0);
    RIG_CHECK(&rig, 0x20024, "0001 0001 0000 0000 d3d7c1d940404040 000003e8");
    CHECK_EQ(stsi(&rig, 3, 2, 2), 0);
    RIG_CHECK(&rig, 0x2001f, "01 00000000 0001 0001 0000 0000 87a485a2a3404040 000003e8");
    RIG_CHECK(&rig, 0x20038, "d2e5d461d389 95a4a7 40404040404040 000000 02 00000000");
    RIG_CHECK(&rig, 0x20050, "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a");
    CHECK_STR_EQ((const char *)rig_at(&rig, 0x20800), "a longer name");
    rig_close(&rig);
}

static void absent_information_stores_nothing(void)
{
    struct rig rig;

    REQUIRE(rig_open(&rig));
    CHECK_EQ(stsi(&rig, 15, 1, 2), 0);
    CHECK_EQ(rig.cpu->cc, 3);
    RIG_CHECK(&rig, 0x20000, "ffffffff ffffffff");
    CHECK_EQ(stsi(&rig, 1, 1, 2), 0);
    CHECK_EQ(rig.cpu->cc, 3);
    RIG_CHECK(&rig, 0x20000, "ffffffff ffffffff");
    rig_close(&rig);
}

/* DIAGNOSE R1=2, R3=4 with CODE. */
static unsigned diagnose(struct rig *rig, uint64_t r2, uint64_t r3, uint64_t r4,
                         const char *instruction)
{
    rig->cpu->state.gr[2] = r2;
    rig->cpu->state.gr[3] = r3;
    rig->cpu->state.gr[4] = r4;
    return rig_run(rig, instruction);
}

static void released_pages_are_zero(void)
{
    struct rig rig;

    REQUIRE(rig_open(&rig));
    rig_put(&rig, 0x1fff0, "ff");
    rig_put(&rig, 0x20000, "ff");
    rig_put(&rig, 0x21fff, "ff");
    rig_put(&rig, 0x22000, "ff");
    CHECK_EQ(diagnose(&rig, 0x20000, 0, 0x21000, "8324 0010"), 0);
    RIG_CHECK(&rig, 0x1fff0, "ff");
    RIG_CHECK(&rig, 0x20000, "00");
    RIG_CHECK(&rig, 0x21fff, "00");
    RIG_CHECK(&rig, 0x22000, "ff");
    CHECK_EQ(diagnose(&rig, 0x20001, 0, 0x21000, "8324 0010"), PGM_SPECIFICATION);
    CHECK_EQ(diagnose(&rig, 0x20000, 0, 0x21001, "8324 0010"), PGM_SPECIFICATION);
    CHECK_EQ(diagnose(&rig, 0x21000, 0, 0x20000, "8324 0010"), PGM_SPECIFICATION);
    CHECK_EQ(diagnose(&rig, 0x1000, 0, 0x20000, "8324 0010"), PGM_SPECIFICATION);
    CHECK_EQ(diagnose(&rig, 0x2000, 0, UINT64_C(0xfffffffffffff000), "8324 0010"),
             PGM_SPECIFICATION);
    /* Past the end of storage there is nothing to release, and the prefix area stays. */
    rig.cpu->state.prefix = 0x30000;
    rig_put(&rig, 0x2fff0, "ff");
    rig_put(&rig, 0x30000, "ff");
    rig_put(&rig, 0x31fff, "ff");
    rig_put(&rig, 0xfffff, "ff");
    CHECK_EQ(diagnose(&rig, 0x2f000, 0, 0x200000, "8324 0010"), 0);
    RIG_CHECK(&rig, 0x2fff0, "00");
    RIG_CHECK(&rig, 0x30000, "ff");
    RIG_CHECK(&rig, 0x31fff, "ff");
    RIG_CHECK(&rig, 0xfffff, "00");
    CHECK_EQ(diagnose(&rig, 0, 0, 0, "8324 0044"), 0);
    CHECK_EQ(diagnose(&rig, 0, 0, 0, "8324 009c"), 0);
    CHECK_EQ(diagnose(&rig, 0, 0, 0, "8324 0500"), PGM_SPECIFICATION);
    rig_close(&rig);
}

/* A machine that notes what it is asked. */
struct fake_machine {
    unsigned seconds, action; /* of the watchdog; 0: it does not run */
    uint8_t block[IPL_PARAMETER_BLOCK_MAX];
    size_t length;
    bool takes_blocks;
};

static bool fake_watchdog(void *owner, unsigned seconds, unsigned action)
{
    struct fake_machine *machine = owner;
    bool ran = machine->seconds != 0;

    machine->seconds = seconds;
    machine->action = action;
    return seconds ? true : ran;
}

static bool fake_set(void *owner, const uint8_t *block, size_t length)
{
    struct fake_machine *machine = owner;

    if (machine->takes_blocks) {
        memcpy(machine->block, block, length);
        machine->length = length;
    }
    return machine->takes_blocks;
}

static size_t fake_get(void *owner, uint8_t block[IPL_PARAMETER_BLOCK_MAX])
{
    struct fake_machine *machine = owner;

    memcpy(block, machine->block, machine->length);
    return machine->length;
}

static void bind(struct rig *rig, struct fake_machine *machine)
{
    rig->configuration.machine = (struct machine_port){
        .owner = machine,
        .ipl_parameters_set = fake_set,
        .ipl_parameters_get = fake_get,
        .watchdog_set = fake_watchdog,
    };
}

static void watchdog_functions(void)
{
    struct fake_machine machine = {0};
    struct rig rig;

    REQUIRE(rig_open(&rig));
    bind(&rig, &machine);
    CHECK_EQ(diagnose(&rig, 1, 15, 0, "8324 0288"), PGM_SPECIFICATION);  /* change: not running */
    CHECK_EQ(diagnose(&rig, 2, 15, 0, "8324 0288"), PGM_SPECIFICATION);  /* cancel */
    CHECK_EQ(diagnose(&rig, 0, 14, 0, "8324 0288"), PGM_SPECIFICATION);  /* too short */
    CHECK_EQ(diagnose(&rig, 0, 15, 42, "8324 0288"), PGM_SPECIFICATION); /* no such action */
    CHECK_EQ(diagnose(&rig, 3, 15, 0, "8324 0288"), PGM_SPECIFICATION);
    CHECK_EQ(diagnose(&rig, 0, 15, 0, "8334 0288"), PGM_SPECIFICATION); /* odd R1 */
    CHECK_EQ(machine.seconds, 0);
    CHECK_EQ(diagnose(&rig, 0, 15, 0, "8324 0288"), 0);
    CHECK_EQ(machine.seconds, 15);
    CHECK_EQ(diagnose(&rig, 1, 14, 0, "8324 0288"), PGM_SPECIFICATION);
    CHECK_EQ(machine.seconds, 15);
    CHECK_EQ(diagnose(&rig, 1, 60, 0, "8324 0288"), 0);
    CHECK_EQ(machine.seconds, 60);
    CHECK_EQ(diagnose(&rig, 2, 0, 0, "8324 0288"), 0);
    CHECK_EQ(machine.seconds, 0);
    rig_close(&rig);
}

static void ipl_parameters(void)
{
    struct fake_machine machine = {0};
    struct rig rig;

    REQUIRE(rig_open(&rig));
    bind(&rig, &machine);
    CHECK_EQ(diagnose(&rig, 0x20000, 0, 6, "8324 0308"), 0);
    CHECK_EQ(rig.cpu->state.gr[3], 0x0102); /* none there */
    rig_put(&rig, 0x20000, "00000010 01000000 1122334455667788");
    CHECK_EQ(diagnose(&rig, 0x20000, 0, 5, "8324 0308"), 0);
    CHECK_EQ(rig.cpu->state.gr[3], 0x0402); /* not accepted */
    machine.takes_blocks = true;
    CHECK_EQ(diagnose(&rig, 0x20000, 0, 5, "8324 0308"), 0);
    CHECK_EQ(rig.cpu->state.gr[3], 0x0001);
    CHECK_EQ(machine.length, 16);
    CHECK_EQ(diagnose(&rig, 0x30000, 0, 6, "8324 0308"), 0);
    CHECK_EQ(rig.cpu->state.gr[3], 0x0001);
    RIG_CHECK(&rig, 0x30000, "00000010 01000000 1122334455667788 00000000");
    rig_put(&rig, 0x20000, "00001001");
    CHECK_EQ(diagnose(&rig, 0x20000, 0, 5, "8324 0308"), 0);
    CHECK_EQ(rig.cpu->state.gr[3], 0x0402);
    rig_put(&rig, 0x20000, "00000004");
    CHECK_EQ(diagnose(&rig, 0x20000, 0, 5, "8324 0308"), 0);
    CHECK_EQ(rig.cpu->state.gr[3], 0x0402);
    CHECK_EQ(diagnose(&rig, 0x20000, 0, 5, "8334 0308"), PGM_SPECIFICATION);
    CHECK_EQ(diagnose(&rig, 0x20010, 0, 5, "8324 0308"), PGM_SPECIFICATION);
    CHECK_EQ(diagnose(&rig, RIG_STORAGE, 0, 6, "8324 0308"), PGM_ADDRESSING);
    CHECK_EQ(diagnose(&rig, 0, 0, 2, "8324 0308"), PGM_SPECIFICATION);
    CHECK_EQ(diagnose(&rig, 0, 0, 0x10001, "8324 0308"), PGM_SPECIFICATION);
    rig_close(&rig);
}

static void resets_leave_the_run_loop(void)
{
    static const unsigned subcodes[] = {0, 1, 3, 4};

    for (unsigned i = 0; i < sizeof subcodes / sizeof subcodes[0]; i++) {
        struct rig rig;

        REQUIRE(rig_open(&rig));
        CHECK_EQ(diagnose(&rig, 0, 7, subcodes[i], "8324 0308"), 0);
        CHECK_EQ(rig.cpu->exit.reason, EXIT_RESET);
        CHECK_EQ(rig.cpu->exit.subcode, subcodes[i]);
        /* Where the machine cannot load, the program is told, and once. */
        vcpu_complete(rig.cpu, &rig.cpu->exit, -1);
        CHECK_EQ(rig.cpu->state.gr[3], 0x0102);
        CHECK(!rig.cpu->exit.needs_completion);
        rig_close(&rig);
    }
}

struct fake_sclp {
    unsigned calls;
    uint32_t command;
    uint64_t sccb;
};

static enum service_call_cc fake_call(void *owner, uint32_t command, abs_addr sccb)
{
    struct fake_sclp *sclp = owner;

    sclp->calls++;
    sclp->command = command;
    sclp->sccb = sccb.value;
    return SERVICE_CALL_BUSY;
}

static unsigned servc(struct rig *rig, uint64_t command, uint64_t sccb)
{
    rig->cpu->state.gr[1] = command;
    rig->cpu->state.gr[2] = sccb;
    return rig_run(rig, "b220 0012");
}

static void service_call_checks(void)
{
    struct fake_sclp sclp = {0};
    struct rig rig;

    REQUIRE(rig_open(&rig));
    rig.configuration.service = (struct service_port){&sclp, fake_call};
    rig.cpu->state.prefix = 0x30000;
    rig_put(&rig, 0x20008, "0008");
    CHECK_EQ(servc(&rig, UINT64_C(0xffffffff00120001), 0x20008), 0);
    CHECK_EQ(rig.cpu->cc, 2);
    CHECK_EQ(sclp.command, 0x00120001);
    CHECK_EQ(sclp.sccb, 0x20008);
    CHECK_EQ(servc(&rig, 1, 0x2000c), PGM_SPECIFICATION);
    CHECK_EQ(servc(&rig, 1, 0x1000), PGM_SPECIFICATION);
    CHECK_EQ(servc(&rig, 1, 0x31000), PGM_SPECIFICATION);
    CHECK_EQ(servc(&rig, 1, UINT64_C(0x100020008)), PGM_SPECIFICATION);
    CHECK_EQ(servc(&rig, 1, 0x80020008), PGM_SPECIFICATION);
    CHECK_EQ(servc(&rig, 1, RIG_STORAGE), PGM_ADDRESSING);
    rig_put(&rig, 0x20008, "0007");
    CHECK_EQ(servc(&rig, 1, 0x20008), PGM_SPECIFICATION);
    CHECK_EQ(sclp.calls, 1);
    rig_close(&rig);
}

static const struct test tests[] = {
    TEST(facility_list_is_cut_to_what_fits),
    TEST(system_information_is_ebcdic),
    TEST(absent_information_stores_nothing),
    TEST(released_pages_are_zero),
    TEST(watchdog_functions),
    TEST(ipl_parameters),
    TEST(resets_leave_the_run_loop),
    TEST(service_call_checks),
};

int main(void)
{
    return RUN_TESTS(tests);
}
