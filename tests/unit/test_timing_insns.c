/* Timing instructions on a deterministic clock, which only the test moves: 16 TOD units an
   instruction. */
#include "cpu/arch/timing.h"

#include "cpu/arch/tod_steering.h"
#include "cpu/isa/insn.h"
#include "tests/unit/insn_rig.h"

#define START UINT64_C(1704067200) /* seconds since 1970 */

static bool open_clock(struct rig *rig)
{
    if (!rig_open(rig))
        return false;
    tod_start(&rig->configuration.tod, true, START);
    return true;
}

static void pass(struct rig *rig, uint64_t units)
{
    rig->cpu->instructions += units / 16;
}

static uint64_t doubleword(struct rig *rig, uint64_t address)
{
    return load_be64(rig_at(rig, address));
}

static void clock_is_set_and_stored(void)
{
    struct rig rig;

    REQUIRE(open_clock(&rig));
    rig.cpu->state.gr[5] = 0x20000;
    CHECK_EQ(rig_run(&rig, "b205 5000"), 0); /* STCK */
    CHECK_EQ(doubleword(&rig, 0x20000), TOD_UNIX_EPOCH + START * UINT64_C(4096000000));
    CHECK_EQ(rig.cpu->cc, 0);
    rig_put(&rig, 0x20000, "0123456789abcde0");
    CHECK_EQ(rig_run(&rig, "b204 5000"), 0); /* SCK */
    CHECK_EQ(rig.cpu->cc, 0);
    pass(&rig, 4096);
    CHECK_EQ(rig_run(&rig, "b27c 5008"), 0); /* STCKF */
    CHECK_EQ(doubleword(&rig, 0x20008), UINT64_C(0x0123456789abcde0) + 4096);
    rig_close(&rig);
}

static void stored_clocks_differ(void)
{
    struct rig rig;
    uint64_t last = 0;

    REQUIRE(open_clock(&rig));
    rig.cpu->state.gr[5] = 0x20000;
    for (unsigned i = 0; i < 10; i++) {
        CHECK_EQ(rig_run(&rig, "b205 5000"), 0);
        CHECK(doubleword(&rig, 0x20000) > last);
        last = doubleword(&rig, 0x20000);
    }
    /* STORE CLOCK FAST may repeat a value. */
    CHECK_EQ(rig_run(&rig, "b27c 5000"), 0);
    last = doubleword(&rig, 0x20000);
    CHECK_EQ(rig_run(&rig, "b27c 5000"), 0);
    CHECK_EQ(doubleword(&rig, 0x20000), last);
    rig_close(&rig);
}

static void extended_clock_has_the_programmable_field(void)
{
    struct rig rig;
    uint8_t zeros[5] = {0};

    REQUIRE(open_clock(&rig));
    rig.cpu->state.gr[0] = UINT64_C(0xffffffff0000abcd);
    CHECK_EQ(rig_run(&rig, "0107"), 0); /* SCKPF */
    rig.cpu->state.gr[5] = 0x20003;
    CHECK_EQ(rig_run(&rig, "b278 5000"), 0); /* STCKE */
    CHECK_EQ(*rig_at(&rig, 0x20003), 0);
    CHECK_EQ(load_be64(rig_at(&rig, 0x20004)), TOD_UNIX_EPOCH + START * UINT64_C(4096000000));
    CHECK(memcmp(rig_at(&rig, 0x2000c), zeros, sizeof zeros) != 0);
    CHECK_EQ(load_be16(rig_at(&rig, 0x20011)), 0xabcd);
    CHECK_EQ(rig.cpu->cc, 0);
    rig_close(&rig);
}

static void cpu_timer_counts_down(void)
{
    struct rig rig;

    REQUIRE(open_clock(&rig));
    cpu_timer_start(rig.cpu);
    rig.cpu->state.gr[5] = 0x20000;
    rig_put(&rig, 0x20000, "0000000000001000");
    CHECK_EQ(rig_run(&rig, "b208 5000"), 0); /* SPT */
    pass(&rig, 0x800);
    CHECK_EQ(rig_run(&rig, "b209 5008"), 0); /* STPT */
    CHECK_EQ(doubleword(&rig, 0x20008), 0x800);
    CHECK(!cpu_timer_pending(rig.cpu));
    pass(&rig, 0x810);
    CHECK(cpu_timer_pending(rig.cpu));
    CHECK_EQ(rig_run(&rig, "b209 5008"), 0);
    CHECK_EQ(doubleword(&rig, 0x20008), UINT64_C(0) - 0x10);
    /* It stands still while the CPU does not run. */
    cpu_timer_stop(rig.cpu);
    pass(&rig, 0x1000);
    CHECK_EQ(rig_run(&rig, "b209 5008"), 0);
    CHECK_EQ(doubleword(&rig, 0x20008), UINT64_C(0) - 0x10);
    rig_close(&rig);
}

/* PTFF with its function in GR0 and the parameter block at 20000. */
static unsigned ptff(struct rig *rig, unsigned function)
{
    rig->cpu->state.gr[0] = function;
    rig->cpu->state.gr[1] = 0x20000;
    return rig_run(rig, "0104");
}

static void offset_moves_the_clock(void)
{
    struct rig rig;
    uint64_t before;

    REQUIRE(open_clock(&rig));
    before = tod_now(rig.cpu);
    rig_put(&rig, 0x20000, "0000000000100000");
    CHECK_EQ(ptff(&rig, 64), 0); /* adjust TOD offset */
    CHECK_EQ(rig.cpu->cc, 0);
    CHECK_EQ(tod_now(rig.cpu), before + 0x100000);
    rig_put(&rig, 0x20000, "ffffffffffff0000");
    CHECK_EQ(ptff(&rig, 64), 0);
    CHECK_EQ(tod_now(rig.cpu), before + 0xf0000);
    rig_put(&rig, 0x20000, "0000000000000010");
    CHECK_EQ(ptff(&rig, 65), 0); /* set TOD offset */
    CHECK_EQ(tod_now(rig.cpu), before + 0x10);
    CHECK_EQ(ptff(&rig, 3), 0); /* the physical clock is what it was */
    CHECK_EQ(doubleword(&rig, 0x20000), before);
    rig_close(&rig);
}

/* 2 to the power 24 as the rate, of a TOD unit in 2 to the power 20: 1 in 1 MiB. */
static void rates_steer_the_clock(void)
{
    struct rig rig;
    uint64_t before;

    REQUIRE(open_clock(&rig));
    before = tod_now(rig.cpu);
    rig_put(&rig, 0x20000, "01000000");
    CHECK_EQ(ptff(&rig, 66), 0); /* fine */
    CHECK_EQ(tod_now(rig.cpu), before);
    pass(&rig, UINT64_C(1) << 24);
    CHECK_EQ(tod_now(rig.cpu), before + (1 << 24) + 16);
    rig_put(&rig, 0x20000, "ff000000");
    CHECK_EQ(ptff(&rig, 67), 0); /* gross, the other way: they cancel out */
    pass(&rig, UINT64_C(1) << 24);
    CHECK_EQ(tod_now(rig.cpu), before + (2 << 24) + 16);
    rig_put(&rig, 0x20000, "00000000");
    CHECK_EQ(ptff(&rig, 66), 0);
    pass(&rig, UINT64_C(1) << 24);
    CHECK_EQ(tod_now(rig.cpu), before + (3 << 24));
    rig_close(&rig);
}

static void queries_show_episodes(void)
{
    struct rig rig;
    uint64_t physical, episode;

    REQUIRE(open_clock(&rig));
    physical = tod_physical(rig.cpu);
    rig_put(&rig, 0x20000, "0000000000000100");
    CHECK_EQ(ptff(&rig, 65), 0);
    pass(&rig, 0x1000);
    episode = tod_physical(rig.cpu);
    rig_put(&rig, 0x20000, "00000007");
    CHECK_EQ(ptff(&rig, 66), 0);
    pass(&rig, 0x1000);
    CHECK_EQ(ptff(&rig, 2), 0); /* query steering information */
    CHECK_EQ(doubleword(&rig, 0x20000), episode + 0x1000);
    CHECK_EQ(doubleword(&rig, 0x20008), physical);
    CHECK_EQ(doubleword(&rig, 0x20010), 0x100);
    CHECK_EQ(doubleword(&rig, 0x20018), 0);
    CHECK_EQ(doubleword(&rig, 0x20020), episode);
    CHECK_EQ(doubleword(&rig, 0x20028), 0x100);
    CHECK_EQ(doubleword(&rig, 0x20030), UINT64_C(0x0000000700000000));
    tod_set(rig.cpu, tod_now(rig.cpu) + 0x5000);
    CHECK_EQ(ptff(&rig, 1), 0); /* query TOD offset */
    CHECK_EQ(doubleword(&rig, 0x20000), episode + 0x1000);
    CHECK_EQ(doubleword(&rig, 0x20008), 0x100);
    CHECK_EQ(doubleword(&rig, 0x20010), 0x5100);
    CHECK_EQ(doubleword(&rig, 0x20018), 0x5000);
    rig_close(&rig);
}

static const struct test tests[] = {
    TEST(clock_is_set_and_stored),
    TEST(stored_clocks_differ),
    TEST(extended_clock_has_the_programmable_field),
    TEST(cpu_timer_counts_down),
    TEST(offset_moves_the_clock),
    TEST(rates_steer_the_clock),
    TEST(queries_show_episodes),
};

int main(void)
{
    return RUN_TESTS(tests);
}
