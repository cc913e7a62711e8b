/* SIGNAL PROCESSOR: every order on a CPU in every state, without threads: what an order
   leaves to the addressed CPU's thread is seen in state.pending. */
#include "cpu/arch/sigp.h"

#include "cpu/arch/configuration.h"
#include "cpu/arch/cpu_reset.h"
#include "cpu/arch/interruption.h"
#include "src/core/layout/lowcore.h"
#include "tests/harness.h"

#define STORAGE (UINT64_C(1) << 20)

struct rig {
    struct storage storage;
    struct configuration configuration;
    struct vcpu *cpu; /* gives the orders */
    struct vcpu *other;
};

static bool open_rig(struct rig *rig, enum cpu_state_name state)
{
    struct error error;

    memset(rig, 0, sizeof *rig);
    if (storage_create(&rig->storage, STORAGE, &error) != 0)
        return false;
    configuration_init(&rig->configuration, &rig->storage);
    for (unsigned i = 0; i < FACILITY_COUNT; i++)
        rig->configuration.facility_present[i] = true;
    if (vcpu_create(&rig->cpu, &rig->configuration, 0, &error) != 0 ||
        vcpu_create(&rig->other, &rig->configuration, 5, &error) != 0)
        return false;
    cpu_state_set(rig->cpu, CPU_STATE_OPERATING);
    cpu_state_set(rig->other, state);
    return true;
}

static void close_rig(struct rig *rig)
{
    vcpu_destroy(rig->other);
    vcpu_destroy(rig->cpu);
    configuration_fini(&rig->configuration);
    storage_destroy(&rig->storage);
}

/* What an order answers in each state: status, or ACCEPTED. */
#define ACCEPTED 0u

static const struct {
    uint8_t order;
    uint64_t parameter;
    uint32_t stopped, operating, check_stop;
    uint64_t left_to_other; /* pending at an operating CPU afterwards */
} answers[] = {
    {SIGP_SENSE, 0, 0x40, ACCEPTED, 0x10, 0},
    {SIGP_EXTERNAL_CALL, 0, ACCEPTED, ACCEPTED, 0x10, PENDING_EXTERNAL_CALL},
    {SIGP_EMERGENCY_SIGNAL, 0, ACCEPTED, ACCEPTED, 0x10, PENDING_EMERGENCY_SIGNAL},
    {SIGP_START, 0, ACCEPTED, ACCEPTED, 0x10, 0},
    {SIGP_STOP, 0, ACCEPTED, ACCEPTED, 0x10, PENDING_STOP},
    {SIGP_RESTART, 0, ACCEPTED, ACCEPTED, 0x10, PENDING_RESTART},
    {SIGP_STOP_AND_STORE_STATUS, 0, ACCEPTED, ACCEPTED, 0x10, PENDING_STOP_AND_STORE_STATUS},
    {SIGP_INITIAL_CPU_RESET, 0, ACCEPTED, ACCEPTED, ACCEPTED, PENDING_INITIAL_CPU_RESET},
    {SIGP_CPU_RESET, 0, ACCEPTED, ACCEPTED, ACCEPTED, PENDING_CPU_RESET},
    {SIGP_SET_PREFIX, 0x20000, ACCEPTED, 0x200, 0x10, 0},
    {SIGP_SET_PREFIX, STORAGE, 0x100, 0x100, 0x10, 0},
    {SIGP_STORE_STATUS_AT_ADDRESS, 0x20000, ACCEPTED, 0x200, 0x10, 0},
    {SIGP_STORE_STATUS_AT_ADDRESS, STORAGE, 0x100, 0x100, 0x10, 0},
    {SIGP_SET_ARCHITECTURE, 1, 0x100, 0x100, 0x100, 0},
    {SIGP_CONDITIONAL_EMERGENCY_SIGNAL, 0, ACCEPTED, ACCEPTED, 0x10, PENDING_EMERGENCY_SIGNAL},
    {SIGP_SENSE_RUNNING_STATUS, 0, 0x400, 0x400, 0x400, 0},
    {SIGP_STORE_ADDITIONAL_STATUS, 0x20000, ACCEPTED, 0x200, 0x10, 0},
    {SIGP_STORE_ADDITIONAL_STATUS, 0x20200, 0x100, 0x100, 0x10, 0},
    {SIGP_STORE_ADDITIONAL_STATUS, 0x2000b, 0x100, 0x100, 0x10, 0},
    {SIGP_STORE_ADDITIONAL_STATUS, STORAGE, 0x100, 0x100, 0x10, 0},
    /* Orders of older architectures, multithreading, and no order at all. */
    {0x00, 0, 0x02, 0x02, 0x02, 0},
    {0x07, 0, 0x02, 0x02, 0x02, 0},
    {0x0a, 0, 0x02, 0x02, 0x02, 0},
    {0x11, 0, 0x02, 0x02, 0x02, 0},
    {0x16, 0, 0x02, 0x02, 0x02, 0},
    {0xff, 0, 0x02, 0x02, 0x02, 0},
};

static void check_answers(enum cpu_state_name state)
{
    for (unsigned i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct rig rig;
        uint32_t status = 0;
        uint32_t wanted = state == CPU_STATE_STOPPED     ? answers[i].stopped
                          : state == CPU_STATE_OPERATING ? answers[i].operating
                                                         : answers[i].check_stop;
        enum sigp_cc cc;

        REQUIRE(open_rig(&rig, state));
        cc = sigp_order(rig.cpu, 5, answers[i].order, answers[i].parameter, &status);
        if (!CHECK_EQ(cc, wanted == ACCEPTED ? SIGP_ACCEPTED : SIGP_STATUS_STORED) ||
            !CHECK_EQ(status, wanted))
            printf("# order %02x, parameter %llx, state %d\n", answers[i].order,
                   (unsigned long long)answers[i].parameter, state);
        if (state == CPU_STATE_OPERATING)
            CHECK_EQ(rig.other->state.pending, answers[i].left_to_other);
        close_rig(&rig);
    }
}

static void a_stopped_cpu_answers(void)
{
    check_answers(CPU_STATE_STOPPED);
}

static void an_operating_cpu_answers(void)
{
    check_answers(CPU_STATE_OPERATING);
}

static void a_check_stopped_cpu_answers(void)
{
    check_answers(CPU_STATE_CHECK_STOP);
}

static void absent_cpus_are_not_operational(void)
{
    struct rig rig;
    uint32_t status = 0;

    REQUIRE(open_rig(&rig, CPU_STATE_STOPPED));
    CHECK_EQ(sigp_order(rig.cpu, 1, SIGP_SENSE, 0, &status), SIGP_NOT_OPERATIONAL);
    CHECK_EQ(sigp_order(rig.cpu, 0xffff, SIGP_START, 0, &status), SIGP_NOT_OPERATIONAL);
    CHECK_EQ(sigp_order(rig.cpu, 1, 0xff, 0, &status), SIGP_NOT_OPERATIONAL);
    close_rig(&rig);
}

/* An order that is still being done makes the CPU busy for all but resets; a CPU in the
   check-stop state is never busy. */
static void pending_orders_make_busy(void)
{
    static const uint64_t being_done[] = {PENDING_STOP, PENDING_STOP_AND_STORE_STATUS,
                                          PENDING_RESTART, PENDING_INITIAL_CPU_RESET,
                                          PENDING_CPU_RESET};
    struct rig rig;
    uint32_t status = 0;

    for (unsigned i = 0; i < sizeof being_done / sizeof being_done[0]; i++) {
        REQUIRE(open_rig(&rig, CPU_STATE_OPERATING));
        rig.other->state.pending = being_done[i];
        CHECK_EQ(sigp_order(rig.cpu, 5, SIGP_SENSE, 0, &status), SIGP_BUSY);
        CHECK_EQ(sigp_order(rig.cpu, 5, SIGP_START, 0, &status), SIGP_BUSY);
        CHECK_EQ(sigp_order(rig.cpu, 5, SIGP_EXTERNAL_CALL, 0, &status), SIGP_BUSY);
        CHECK_EQ(sigp_order(rig.cpu, 5, 0xff, 0, &status), SIGP_BUSY);
        CHECK_EQ(rig.other->state.pending, being_done[i]);
        CHECK_EQ(sigp_order(rig.cpu, 5, SIGP_CPU_RESET, 0, &status), SIGP_ACCEPTED);
        rig.other->state.cpu_state = CPU_STATE_CHECK_STOP;
        CHECK_EQ(sigp_order(rig.cpu, 5, SIGP_SENSE, 0, &status), SIGP_STATUS_STORED);
        CHECK_EQ(status, 0x10);
        close_rig(&rig);
    }
}

static void signals_remember_their_source(void)
{
    struct rig rig;
    uint32_t status = 0;

    REQUIRE(open_rig(&rig, CPU_STATE_STOPPED));
    CHECK_EQ(sigp_order(rig.other, 0, SIGP_EMERGENCY_SIGNAL, 0, &status), SIGP_ACCEPTED);
    CHECK_EQ(rig.cpu->state.emergency[0], BIT64(5));
    CHECK_EQ(sigp_order(rig.other, 0, SIGP_EXTERNAL_CALL, 0, &status), SIGP_ACCEPTED);
    CHECK_EQ(rig.cpu->state.external_call_source, 5);
    CHECK_EQ(sigp_order(rig.other, 0, SIGP_EXTERNAL_CALL, 0, &status), SIGP_STATUS_STORED);
    CHECK_EQ(status, 0x80);
    CHECK_EQ(sigp_order(rig.other, 0, SIGP_SENSE, 0, &status), SIGP_STATUS_STORED);
    CHECK_EQ(status, 0x80);
    close_rig(&rig);
}

static void start_and_set_prefix_act(void)
{
    struct rig rig;
    uint32_t status = 0;

    REQUIRE(open_rig(&rig, CPU_STATE_STOPPED));
    /* Bits 0, 19-31 and all beyond the word are ignored. */
    CHECK_EQ(sigp_order(rig.cpu, 5, SIGP_SET_PREFIX, UINT64_C(0xffffffff80021fff), &status),
             SIGP_ACCEPTED);
    CHECK_EQ(rig.other->state.prefix, 0x20000);
    CHECK_EQ(sigp_order(rig.cpu, 5, SIGP_START, 0, &status), SIGP_ACCEPTED);
    CHECK_EQ(rig.other->state.cpu_state, CPU_STATE_OPERATING);
    close_rig(&rig);
}

static void status_is_stored_at_the_address(void)
{
    struct rig rig;
    struct lowcore area = {0};
    uint32_t status = 0;

    REQUIRE(open_rig(&rig, CPU_STATE_STOPPED));
    for (unsigned i = 0; i < 16; i++) {
        rig.other->state.gr[i] = 0x1000 + i;
        rig.other->state.cr[i] = 0x2000 + i;
        rig.other->state.ar[i] = 0x3000 + i;
        rig.other->state.vr[2 * i] = 0x4000 + i;
    }
    rig.other->state.psw_mask = UINT64_C(0x0000000180000000);
    rig.other->cc = 2;
    rig.other->state.psw_addr = 0x12345678;
    rig.other->state.fpc = 0x00080000;
    rig.other->state.prefix = 0x30000;
    rig.other->state.tod_programmable = 0xabcd;
    rig.other->state.cpu_timer = UINT64_C(0x1122334455667788);
    rig.other->state.clock_comparator = UINT64_C(0x8877665544332211);
    CHECK_EQ(sigp_order(rig.cpu, 5, SIGP_STORE_STATUS_AT_ADDRESS, 0x20000, &status), SIGP_ACCEPTED);
    memcpy(area.fpr_save, rig.storage.host + 0x20000, 512);
    for (unsigned i = 0; i < 16; i++) {
        CHECK_EQ(be64_get(area.gr_save[i]), 0x1000 + i);
        CHECK_EQ(be64_get(area.cr_save[i]), 0x2000 + i);
        CHECK_EQ(be32_get(area.ar_save[i]), 0x3000 + i);
        CHECK_EQ(be64_get(area.fpr_save[i]), 0x4000 + i);
    }
    CHECK_EQ(be64_get(area.psw_save.mask), UINT64_C(0x0000200180000000));
    CHECK_EQ(be64_get(area.psw_save.addr), 0x12345678);
    CHECK_EQ(be32_get(area.fpc_save), 0x00080000);
    CHECK_EQ(be32_get(area.prefix_save), 0x30000);
    CHECK_EQ(be32_get(area.tod_programmable_save), 0xabcd);
    CHECK_EQ(be64_get(area.cpu_timer_save), UINT64_C(0x1122334455667788));
    CHECK_EQ(be64_get(area.clock_comparator_save), UINT64_C(0x0088776655443322));
    close_rig(&rig);
}

/* PoP, "Conditional Emergency Signal": the PSW and the ASNs of the addressed CPU decide. */
static void conditional_emergency_looks_at_the_target(void)
{
    static const struct {
        uint64_t mask, address;
        uint16_t asn;
        bool accepted;
    } cases[] = {
        {0, 0, 7, true},
        {PSW_IO, 0, 7, true},
        {PSW_EXTERNAL, 0, 7, true},
        {PSW_IO | PSW_EXTERNAL, 0, 7, false},
        {PSW_IO | PSW_EXTERNAL, 0, 4, true},
        {PSW_IO | PSW_EXTERNAL, 0, 3, true},
        {PSW_IO | PSW_EXTERNAL | PSW_WAIT, 0x1000, 7, true},
        {PSW_IO | PSW_EXTERNAL | PSW_WAIT, 0, 4, false},
    };

    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rig rig;
        uint32_t status = 0;

        REQUIRE(open_rig(&rig, CPU_STATE_OPERATING));
        rig.other->state.psw_mask = cases[i].mask;
        rig.other->state.psw_addr = cases[i].address;
        rig.other->state.cr[3] = 3;
        rig.other->state.cr[4] = 4;
        CHECK_EQ(sigp_order(rig.cpu, 5, SIGP_CONDITIONAL_EMERGENCY_SIGNAL, cases[i].asn, &status),
                 cases[i].accepted ? SIGP_ACCEPTED : SIGP_STATUS_STORED);
        CHECK_EQ(status, cases[i].accepted ? 0 : 0x200);
        CHECK_EQ(rig.other->state.pending, cases[i].accepted ? PENDING_EMERGENCY_SIGNAL : 0);
        close_rig(&rig);
    }
}

static void facilities_decide(void)
{
    struct rig rig;
    uint32_t status = 0;

    REQUIRE(open_rig(&rig, CPU_STATE_STOPPED));
    rig.configuration.facility_present[FACILITY_SENSE_RUNNING_STATUS] = false;
    rig.configuration.facility_present[FACILITY_VECTOR] = false;
    rig.configuration.facility_present[FACILITY_CONFIGURATION_Z_ARCHITECTURE_MODE] = false;
    CHECK_EQ(sigp_order(rig.cpu, 5, SIGP_SENSE_RUNNING_STATUS, 0, &status), SIGP_STATUS_STORED);
    CHECK_EQ(status, 0x02);
    CHECK_EQ(sigp_order(rig.cpu, 5, SIGP_STORE_ADDITIONAL_STATUS, 0x20000, &status),
             SIGP_STATUS_STORED);
    CHECK_EQ(status, 0x02);
    /* Without the facility, running CPUs preclude a change of the mode. */
    cpu_state_set(rig.other, CPU_STATE_OPERATING);
    CHECK_EQ(sigp_order(rig.cpu, 5, SIGP_SET_ARCHITECTURE, 1, &status), SIGP_STATUS_STORED);
    CHECK_EQ(status, 0x200);
    cpu_state_set(rig.other, CPU_STATE_CHECK_STOP);
    CHECK_EQ(sigp_order(rig.cpu, 5, SIGP_SET_ARCHITECTURE, 1, &status), SIGP_STATUS_STORED);
    CHECK_EQ(status, 0x100);
    close_rig(&rig);
}

static const struct test tests[] = {
    TEST(a_stopped_cpu_answers),
    TEST(an_operating_cpu_answers),
    TEST(a_check_stopped_cpu_answers),
    TEST(absent_cpus_are_not_operational),
    TEST(pending_orders_make_busy),
    TEST(signals_remember_their_source),
    TEST(start_and_set_prefix_act),
    TEST(status_is_stored_at_the_address),
    TEST(conditional_emergency_looks_at_the_target),
    TEST(facilities_decide),
};

int main(void)
{
    return RUN_TESTS(tests);
}
