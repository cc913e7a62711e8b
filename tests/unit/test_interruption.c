/*
 * Interruptions between instructions (PoP chapters 6 and 11): who is taken first, what the
 * masks let through, and what stands in the lowcore afterwards.
 */
#include "cpu/arch/interruption.h"

#include "cpu/arch/configuration.h"
#include "cpu/arch/control.h"
#include "cpu/arch/cpu_reset.h"
#include "cpu/arch/prefix.h"
#include "cpu/arch/psw.h"
#include "src/core/layout/mcic.h"
#include "tests/harness.h"

#define MODE_64   (PSW_EXTENDED_ADDRESSING | PSW_BASIC_ADDRESSING)
#define HANDLER   UINT64_C(0x8000) /* + 0x100 for each class */
#define ALL_MASKS (PSW_IO | PSW_EXTERNAL | PSW_MACHINE_CHECK)

static struct storage storage;
static struct configuration configuration;
static struct vcpu *cpu, *other;
static struct interruption_port port;

static struct lowcore *lowcore(void)
{
    return prefix_lowcore(cpu);
}

static void set_new(struct psw_layout *new, unsigned number)
{
    be64_put(&new->mask, MODE_64);
    be64_put(&new->addr, HANDLER + 0x100 * number);
}

enum class {
    CLASS_RESTART,
    CLASS_EXTERNAL,
    CLASS_SVC,
    CLASS_PROGRAM,
    CLASS_MACHINE_CHECK,
    CLASS_IO,
};

/* A CPU at 0x4000 with every mask open and nothing pending. */
static void prepare(void)
{
    struct psw_layout *news[] = {&lowcore()->restart_new,       &lowcore()->external_new,
                                 &lowcore()->svc_new,           &lowcore()->program_new,
                                 &lowcore()->machine_check_new, &lowcore()->io_new};

    cpu_reset(cpu, CPU_RESET_INITIAL);
    cpu_reset(other, CPU_RESET_INITIAL);
    memset(lowcore(), 0, LOWCORE_SIZE);
    for (unsigned i = 0; i < 6; i++)
        set_new(news[i], i);
    cpu->state.cr[0] = CR0_MALFUNCTION_ALERT | CR0_EMERGENCY_SIGNAL | CR0_EXTERNAL_CALL |
                       CR0_SERVICE_SIGNAL | CR0_INTERRUPT_KEY;
    cpu->state.cr[6] = BITS64(32, 39);
    cpu->state.cr[14] = CR14_CHANNEL_REPORT | CR14_EXTERNAL_DAMAGE;
    psw_load(cpu, (struct psw){MODE_64 | ALL_MASKS, 0x4000});
}

/* What the next interruption's handler is; the PSW goes back to open masks. */
static int take(void)
{
    uint64_t addr;

    if (!interruption_take(cpu))
        return -1;
    addr = cpu->state.psw_addr;
    psw_load(cpu, (struct psw){MODE_64 | ALL_MASKS, 0x4000});
    return (int)((addr - HANDLER) / 0x100);
}

static void test_priority(void)
{
    const struct io_interruption io = {0x00010001, 0x1234, 0x38000000};

    prepare();
    interruption_post_restart(cpu);
    port.post_io(port.owner, &io);
    interruption_post_emergency(cpu, 1);
    port.post_channel_report(port.owner);
    CHECK_EQ(take(), CLASS_MACHINE_CHECK);
    CHECK_EQ(take(), CLASS_EXTERNAL);
    CHECK_EQ(take(), CLASS_IO);
    CHECK_EQ(take(), CLASS_RESTART);
    CHECK_EQ(take(), -1);
}

/* External interruptions among each other, and what each stores. */
static void test_external_order(void)
{
    static const struct {
        uint16_t code, cpu_address;
    } rows[] = {
        {0x0040, 0}, {0x1200, 200}, {0x1201, 3}, {0x1201, 70}, {0x1202, 1}, {0x2401, 0},
    };

    prepare();
    port.post_service_signal(port.owner, 0x7000);
    CHECK(interruption_post_external_call(cpu, 1));
    CHECK(!interruption_post_external_call(cpu, 2));
    interruption_post_emergency(cpu, 70);
    interruption_post_emergency(cpu, 3);
    interruption_post_malfunction_alert(cpu, 200);
    interruption_post_interrupt_key(&configuration);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_EQ(take(), CLASS_EXTERNAL);
        CHECK_EQ(be16_get(lowcore()->external_code), rows[i].code);
        CHECK_EQ(be16_get(lowcore()->external_cpu_address), rows[i].cpu_address);
    }
    CHECK_EQ(be32_get(lowcore()->external_parameter), 0x7000);
    CHECK_EQ(be64_get(lowcore()->external_old.addr), 0x4000);
    CHECK_EQ(take(), -1);
}

/* Each subclass mask holds back its own and nothing else. */
static void test_external_masks(void)
{
    prepare();
    cpu->state.cr[0] &= ~CR0_EMERGENCY_SIGNAL;
    interruption_post_emergency(cpu, 1);
    interruption_post_external_call(cpu, 1);
    CHECK_EQ(take(), CLASS_EXTERNAL);
    CHECK_EQ(be16_get(lowcore()->external_code), 0x1202);
    CHECK_EQ(take(), -1);
    cpu->state.cr[0] |= CR0_EMERGENCY_SIGNAL;
    psw_load(cpu, (struct psw){MODE_64 | PSW_IO, 0x4000});
    CHECK(!interruption_take(cpu));
    CHECK(!interruption_deliverable(cpu));
    psw_load(cpu, (struct psw){MODE_64 | PSW_EXTERNAL, 0x4000});
    CHECK(interruption_deliverable(cpu));
    CHECK_EQ(take(), CLASS_EXTERNAL);
}

/* While an SCCB address is pending, a second signal adds only that events are pending. */
static void test_service_signal_keeps_address(void)
{
    prepare();
    port.post_service_signal(port.owner, 0x7000);
    port.post_service_signal(port.owner, 0x8001);
    CHECK_EQ(take(), CLASS_EXTERNAL);
    CHECK_EQ(be32_get(lowcore()->external_parameter), 0x7001);
    CHECK_EQ(take(), -1);
}

/* The lowest-numbered enabled subclass first; what CR6 disables stays. */
static void test_io_subclasses(void)
{
    const struct io_interruption isc3 = {0x00010003, 3, 3u << 27};
    const struct io_interruption isc1 = {0x00010001, 1, 1u << 27};
    const struct io_interruption isc6 = {0x00010006, 6, 6u << 27};
    struct io_interruption found;

    prepare();
    port.post_io(port.owner, &isc6);
    port.post_io(port.owner, &isc3);
    port.post_io(port.owner, &isc1);
    cpu->state.cr[6] = BIT64(32 + 3) | BIT64(32 + 6);
    CHECK_EQ(take(), CLASS_IO);
    CHECK_EQ(be32_get(lowcore()->subsystem_id), 0x00010003);
    CHECK_EQ(be32_get(lowcore()->io_parameter), 3);
    CHECK_EQ(be32_get(lowcore()->io_identification), 3u << 27);
    CHECK(port.withdraw_io(port.owner, 0x00010006));
    CHECK(!port.withdraw_io(port.owner, 0x00010006));
    CHECK_EQ(take(), -1);
    cpu->state.cr[6] = BIT64(32 + 1);
    CHECK(interruption_dequeue_io(cpu, &found));
    CHECK_EQ(found.parameter, 1);
    CHECK(!interruption_dequeue_io(cpu, &found));
}

/* A floating interruption goes to whoever is enabled first, and to one CPU only. */
static void test_floating(void)
{
    prepare();
    psw_load(cpu, (struct psw){MODE_64, 0x4000});
    other->state.cr[0] = CR0_SERVICE_SIGNAL;
    psw_load(other, (struct psw){MODE_64 | PSW_EXTERNAL, 0x4000});
    other->state.prefix = 0x10000;
    port.post_service_signal(port.owner, 0x7000);
    CHECK(!interruption_take(cpu));
    CHECK(interruption_take(other));
    psw_load(cpu, (struct psw){MODE_64 | ALL_MASKS, 0x4000});
    CHECK_EQ(take(), -1);
    other->state.prefix = 0;
}

/* Repressible conditions wait for their CR14 bit; exigent ones ask only for PSW bit 13. */
static void test_machine_check_masks(void)
{
    prepare();
    cpu->state.cr[14] = 0;
    port.post_channel_report(port.owner);
    CHECK_EQ(take(), -1);
    cpu->state.cr[14] = CR14_CHANNEL_REPORT;
    CHECK_EQ(take(), CLASS_MACHINE_CHECK);
    /* The registers are valid; no vector registers were stored. */
    CHECK_EQ(be64_get(lowcore()->machine_check_code), UINT64_C(0x00400f1d40330000));
    CHECK_EQ(take(), -1);

    cpu->state.cr[14] = 0;
    cpu->state.pending |= PENDING_MACHINE_CHECK;
    cpu->state.machine_check_code = MCIC_WARNING | MCIC_ALL_VALID;
    CHECK_EQ(take(), -1);
    cpu->state.machine_check_code |= MCIC_PROCESSING_DAMAGE;
    cpu->state.gr[7] = 0x0123456789abcdef;
    CHECK_EQ(take(), CLASS_MACHINE_CHECK);
    CHECK_EQ(be64_get(lowcore()->machine_check_code) & MCIC_SUBCLASSES,
             MCIC_PROCESSING_DAMAGE | MCIC_WARNING);
    CHECK_EQ(be64_get(lowcore()->gr_save[7]), 0x0123456789abcdef);
    CHECK_EQ(lowcore()->architecture_mode_id, 1);
    CHECK_EQ(take(), -1);
}

/* An invalid new PSW is loaded all the same; its specification exception is next. */
static void test_invalid_new_psw(void)
{
    prepare();
    be64_put(&lowcore()->external_new.mask, MODE_64 | PSW_BIT_12);
    interruption_post_emergency(cpu, 1);
    CHECK(interruption_take(cpu));
    CHECK(cpu->early_exception);
    interruption_program(cpu);
    CHECK_EQ(be16_get(lowcore()->program_code), PGM_SPECIFICATION);
    CHECK_EQ(be16_get(lowcore()->program_ilc), 0);
    CHECK_EQ(be64_get(lowcore()->program_old.mask), MODE_64 | PSW_BIT_12);
    CHECK_EQ(cpu->state.psw_addr, HANDLER + 0x100 * CLASS_PROGRAM);
}

/* A prefix beyond storage: nothing can be stored, so the CPU check-stops and says so. */
static void test_prefix_outside_storage(void)
{
    prepare();
    cpu_state_set(cpu, CPU_STATE_OPERATING);
    cpu->state.prefix = storage.size;
    interruption_post_emergency(cpu, 1);
    CHECK(interruption_take(cpu));
    CHECK_EQ(cpu->state.cpu_state, CPU_STATE_CHECK_STOP);
    CHECK(other->state.pending & PENDING_MALFUNCTION_ALERT);
    cpu->state.prefix = 0;
    cpu->exit.reason = EXIT_NONE;
}

static const struct test tests[] = {
    TEST(test_priority),
    TEST(test_external_order),
    TEST(test_external_masks),
    TEST(test_service_signal_keeps_address),
    TEST(test_io_subclasses),
    TEST(test_floating),
    TEST(test_machine_check_masks),
    TEST(test_invalid_new_psw),
    TEST(test_prefix_outside_storage),
};

int main(void)
{
    struct error error;

    if (storage_create(&storage, 1u << 20, &error))
        return 1;
    configuration_init(&configuration, &storage);
    port = interruption_port_of(&configuration);
    if (vcpu_create(&cpu, &configuration, 0, &error) ||
        vcpu_create(&other, &configuration, 1, &error))
        return 1;
    return RUN_TESTS(tests);
}
