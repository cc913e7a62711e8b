/* I/O instructions against a channel subsystem that notes what it is asked: the order of the
   checks, what is fetched and stored, and when. */
#include "cpu/isa/insn.h"
#include "tests/unit/insn_rig.h"

struct fake {
    unsigned calls;
    int cc;
    uint32_t sid;
    uint8_t orb[64];
    uint8_t schib[52];
    uint32_t crw;
    uint64_t gr1, gr2;
};

static int note(struct fake *fake, uint32_t sid)
{
    fake->calls++;
    fake->sid = sid;
    return fake->cc;
}

static int start(void *owner, uint32_t sid, const uint8_t orb[64])
{
    struct fake *fake = owner;

    memcpy(fake->orb, orb, sizeof fake->orb);
    return note(fake, sid);
}

static int test_status(void *owner, uint32_t sid, uint8_t irb[96])
{
    memset(irb, 0x77, 96);
    return note(owner, sid);
}

static int store(void *owner, uint32_t sid, uint8_t schib[52])
{
    memset(schib, 0x66, 52);
    return note(owner, sid);
}

static int modify(void *owner, uint32_t sid, const uint8_t schib[52])
{
    struct fake *fake = owner;

    memcpy(fake->schib, schib, sizeof fake->schib);
    return note(fake, sid);
}

static int plain(void *owner, uint32_t sid)
{
    return note(owner, sid);
}

static int reset_path(void *owner, uint8_t chpid)
{
    return note(owner, chpid);
}

static int report_word(void *owner, uint32_t *crw)
{
    struct fake *fake = owner;

    *crw = fake->crw;
    return note(fake, 0);
}

static void path_status(void *owner, uint8_t status[32])
{
    note(owner, 0);
    memset(status, 0x55, 32);
}

static void monitor(void *owner, uint64_t gr1, uint64_t gr2)
{
    struct fake *fake = owner;

    note(fake, 0);
    fake->gr1 = gr1;
    fake->gr2 = gr2;
}

static int call(void *owner, uint8_t block[4096])
{
    memset(block + 16, 0x44, 4080);
    return note(owner, 0);
}

static bool open_io(struct rig *rig, struct fake *fake)
{
    if (!rig_open(rig))
        return false;
    memset(fake, 0, sizeof *fake);
    rig->configuration.channel = (struct channel_port){
        .owner = fake,
        .start = start,
        .test = test_status,
        .store = store,
        .modify = modify,
        .clear = plain,
        .halt = plain,
        .resume = plain,
        .cancel = plain,
        .reset_channel_path = reset_path,
        .store_channel_report = report_word,
        .store_channel_path_status = path_status,
        .set_channel_monitor = monitor,
        .call = call,
    };
    rig->cpu->state.gr[1] = UINT64_C(0xffffffff00010005);
    rig->cpu->state.gr[5] = 0x20000;
    return true;
}

/* Instructions with nothing but the subsystem-identification word. */
static const char *const plain_instructions[] = {"b230 0000", "b231 0000", "b238 0000",
                                                 "b276 0000"};

static void identification_word_is_checked(void)
{
    static const uint32_t invalid[] = {0x00000005, 0x00110005, 0x01010005, 0x80010005};
    struct fake fake;
    struct rig rig;

    REQUIRE(open_io(&rig, &fake));
    for (unsigned i = 0; i < sizeof plain_instructions / sizeof plain_instructions[0]; i++) {
        for (unsigned k = 0; k < sizeof invalid / sizeof invalid[0]; k++) {
            rig.cpu->state.gr[1] = invalid[k];
            CHECK_EQ(rig_run(&rig, plain_instructions[i]), PGM_OPERAND);
        }
        rig.cpu->state.gr[1] = UINT64_C(0xffffffff01090005);
        fake.cc = (int)i;
        fake.calls = 0;
        CHECK_EQ(rig_run(&rig, plain_instructions[i]), 0);
        CHECK_EQ(rig.cpu->cc, i);
        CHECK_EQ(fake.sid, 0x01090005);
        CHECK_EQ(fake.calls, 1);
    }
    rig_close(&rig);
}

static void start_takes_a_valid_orb(void)
{
    struct fake fake;
    struct rig rig;

    REQUIRE(open_io(&rig, &fake));
    rig_put(&rig, 0x20000, "11223344 0080ff00 00050000");
    fake.cc = 1;
    CHECK_EQ(rig_run(&rig, "b233 5000"), 0);
    CHECK_EQ(rig.cpu->cc, 1);
    CHECK_MEM_EQ(fake.orb, rig_at(&rig, 0x20000), 32);
    rig_put(&rig, 0x20000, "11223344 0084ff00 00050000");
    CHECK_EQ(rig_run(&rig, "b233 5000"), PGM_OPERAND);
    rig_put(&rig, 0x20000, "11223344 0080ff02 00050000");
    CHECK_EQ(rig_run(&rig, "b233 5000"), PGM_OPERAND);
    rig_put(&rig, 0x20000, "11223344 0080ff00 80050000");
    CHECK_EQ(rig_run(&rig, "b233 5000"), PGM_OPERAND);
    /* Alignment comes before access, access before the operand exceptions. */
    rig.cpu->state.gr[1] = 0;
    rig.cpu->state.gr[5] = RIG_STORAGE + 2;
    CHECK_EQ(rig_run(&rig, "b233 5000"), PGM_SPECIFICATION);
    rig.cpu->state.gr[5] = RIG_STORAGE;
    CHECK_EQ(rig_run(&rig, "b233 5000"), PGM_ADDRESSING);
    rig.cpu->state.gr[5] = 0x20000;
    CHECK_EQ(rig_run(&rig, "b233 5000"), PGM_OPERAND);
    CHECK_EQ(fake.calls, 1);
    rig_close(&rig);
}

static void modify_takes_a_valid_schib(void)
{
    struct fake fake;
    struct rig rig;

    REQUIRE(open_io(&rig, &fake));
    rig_put(&rig, 0x20000, "11223344 20850000");
    CHECK_EQ(rig_run(&rig, "b232 5000"), 0);
    CHECK_MEM_EQ(fake.schib, rig_at(&rig, 0x20000), 52);
    rig_put(&rig, 0x20004, "01000000");
    CHECK_EQ(rig_run(&rig, "b232 5000"), PGM_OPERAND);
    rig_put(&rig, 0x20004, "00000000");
    rig_put(&rig, 0x20018, "00000008");
    CHECK_EQ(rig_run(&rig, "b232 5000"), PGM_OPERAND);
    rig.cpu->state.gr[5] = 0x20002;
    CHECK_EQ(rig_run(&rig, "b232 5000"), PGM_SPECIFICATION);
    CHECK_EQ(fake.calls, 1);
    rig_close(&rig);
}

static void status_is_stored_where_there_is_a_subchannel(void)
{
    struct fake fake;
    struct rig rig;

    REQUIRE(open_io(&rig, &fake));
    CHECK_EQ(rig_run(&rig, "b235 5000"), 0); /* TSCH */
    RIG_CHECK(&rig, 0x2003c, "77777777 00000000");
    fake.cc = 3;
    CHECK_EQ(rig_run(&rig, "b235 5100"), 0);
    CHECK_EQ(rig.cpu->cc, 3);
    RIG_CHECK(&rig, 0x20100, "00000000");
    CHECK_EQ(rig_run(&rig, "b234 5200"), 0); /* STSCH */
    RIG_CHECK(&rig, 0x20200, "00000000");
    fake.cc = 0;
    CHECK_EQ(rig_run(&rig, "b234 5200"), 0);
    RIG_CHECK(&rig, 0x20230, "66666666 00000000");
    /* What cannot be stored is not taken. */
    fake.calls = 0;
    rig.cpu->state.gr[5] = RIG_STORAGE;
    CHECK_EQ(rig_run(&rig, "b235 5000"), PGM_ADDRESSING);
    CHECK_EQ(rig_run(&rig, "b239 5000"), PGM_ADDRESSING); /* STCRW */
    CHECK_EQ(fake.calls, 0);
    rig_close(&rig);
}

static void channel_reports_and_path_status(void)
{
    struct fake fake;
    struct rig rig;

    REQUIRE(open_io(&rig, &fake));
    fake.crw = 0x84001234;
    CHECK_EQ(rig_run(&rig, "b239 5004"), 0);
    RIG_CHECK(&rig, 0x20004, "84001234");
    fake.crw = 0;
    fake.cc = 1;
    CHECK_EQ(rig_run(&rig, "b239 5004"), 0);
    CHECK_EQ(rig.cpu->cc, 1);
    RIG_CHECK(&rig, 0x20004, "00000000");
    CHECK_EQ(rig_run(&rig, "b239 5002"), PGM_SPECIFICATION);
    CHECK_EQ(rig_run(&rig, "b23a 5020"), 0); /* STCPS */
    RIG_CHECK(&rig, 0x2003c, "55555555 00000000");
    CHECK_EQ(rig_run(&rig, "b23a 5010"), PGM_SPECIFICATION);
    rig.cpu->state.gr[1] = 0x42;
    fake.cc = 2;
    CHECK_EQ(rig_run(&rig, "b23b 0000"), 0); /* RCHP */
    CHECK_EQ(rig.cpu->cc, 2);
    CHECK_EQ(fake.sid, 0x42);
    rig.cpu->state.gr[1] = 0x142;
    CHECK_EQ(rig_run(&rig, "b23b 0000"), PGM_OPERAND);
    rig.cpu->state.gr[1] = 0x2;
    rig.cpu->state.gr[2] = 0x40020;
    CHECK_EQ(rig_run(&rig, "b23c 0000"), 0); /* SCHM */
    CHECK_EQ(fake.gr2, 0x40020);
    rig.cpu->state.gr[2] = 0x40010;
    CHECK_EQ(rig_run(&rig, "b23c 0000"), PGM_OPERAND);
    rig.cpu->state.gr[1] = 0x4;
    CHECK_EQ(rig_run(&rig, "b23c 0000"), PGM_OPERAND);
    rig_close(&rig);
}

static void pending_interruptions_are_taken(void)
{
    const struct io_interruption interruption = {0x00010007, 0xcafebabe, 0x18000000};
    struct interruption_port port;
    struct fake fake;
    struct rig rig;

    REQUIRE(open_io(&rig, &fake));
    port = interruption_port_of(&rig.configuration);
    rig.cpu->state.cr[6] = UINT64_C(0x10000000); /* ISC 3 */
    CHECK_EQ(rig_run(&rig, "b236 5000"), 0);
    CHECK_EQ(rig.cpu->cc, 0);
    port.post_io(port.owner, &interruption);
    CHECK_EQ(rig_run(&rig, "b236 5002"), PGM_SPECIFICATION);
    rig.cpu->state.cr[6] = 0;
    CHECK_EQ(rig_run(&rig, "b236 5000"), 0);
    CHECK_EQ(rig.cpu->cc, 0);
    rig.cpu->state.cr[6] = UINT64_C(0x10000000);
    rig.cpu->state.gr[6] = RIG_STORAGE;
    CHECK_EQ(rig_run(&rig, "b236 6000"), PGM_ADDRESSING); /* stays pending */
    CHECK_EQ(rig_run(&rig, "b236 5000"), 0);
    CHECK_EQ(rig.cpu->cc, 1);
    RIG_CHECK(&rig, 0x20000, "00010007 cafebabe 00000000");
    CHECK_EQ(rig_run(&rig, "b236 5000"), 0);
    CHECK_EQ(rig.cpu->cc, 0);
    port.post_io(port.owner, &interruption);
    rig.cpu->state.prefix = 0x30000;
    CHECK_EQ(rig_run(&rig, "b236 0000"), 0);
    CHECK_EQ(rig.cpu->cc, 1);
    RIG_CHECK(&rig, 0x300b8, "00010007 cafebabe 18000000");
    rig_close(&rig);
}

static void subsystem_calls_answer_behind_the_request(void)
{
    struct fake fake;
    struct rig rig;

    REQUIRE(open_io(&rig, &fake));
    rig.cpu->state.gr[2] = 0x20000;
    rig_put(&rig, 0x20000, "0010 0010 00000000 0000000000000000 ffffffff");
    CHECK_EQ(rig_run(&rig, "b25f 0020"), 0);
    CHECK_EQ(rig.cpu->cc, 0);
    RIG_CHECK(&rig, 0x20000, "0010 0010 00000000 0000000000000000 44444444");
    RIG_CHECK(&rig, 0x20ffc, "44444444 00000000");
    rig_put(&rig, 0x20000, "000f");
    CHECK_EQ(rig_run(&rig, "b25f 0020"), PGM_OPERAND);
    rig_put(&rig, 0x20000, "0011");
    CHECK_EQ(rig_run(&rig, "b25f 0020"), PGM_OPERAND);
    rig_put(&rig, 0x20000, "1000");
    CHECK_EQ(rig_run(&rig, "b25f 0020"), PGM_OPERAND);
    rig.cpu->state.gr[2] = 0x20008;
    CHECK_EQ(rig_run(&rig, "b25f 0020"), PGM_SPECIFICATION);
    CHECK_EQ(fake.calls, 1);
    rig_close(&rig);
}

static const struct test tests[] = {
    TEST(identification_word_is_checked),
    TEST(start_takes_a_valid_orb),
    TEST(modify_takes_a_valid_schib),
    TEST(status_is_stored_where_there_is_a_subchannel),
    TEST(channel_reports_and_path_status),
    TEST(pending_interruptions_are_taken),
    TEST(subsystem_calls_answer_behind_the_request),
};

int main(void)
{
    return RUN_TESTS(tests);
}
