/* The channel subsystem but for its channel programs: an empty one, channel reports, the channel
   path and the commands of CHANNEL SUBSYSTEM CALL. */
#include "devices/css/css.h"

#include <errno.h>

#include "src/base/be.h"
#include "tests/harness.h"

#define SUBCHANNEL_0 0x00010000u

struct css_rig {
    struct storage storage;
    struct event_loop *loop;
    struct interruption_port interruptions;
    struct css *css;
    struct channel_port port;
    unsigned machine_checks;
    uint8_t block[4096];
};

static void count_machine_check(void *owner)
{
    struct css_rig *rig = owner;

    rig->machine_checks++;
}

static bool set_up(struct css_rig *rig)
{
    struct css_config config;

    memset(rig, 0, sizeof *rig);
    rig->interruptions.owner = rig;
    rig->interruptions.post_channel_report = count_machine_check;
    if (!CHECK_EQ(storage_create(&rig->storage, 1u << 20, NULL), 0) ||
        !CHECK_EQ(event_loop_create(&rig->loop, NULL), 0))
        return false;
    config = (struct css_config){&rig->interruptions, &rig->storage, rig->loop};
    if (!CHECK_EQ(css_create(&rig->css, &config, NULL), 0))
        return false;
    rig->port = css_channel_port(rig->css);
    return true;
}

static void tear_down(struct css_rig *rig)
{
    css_destroy(rig->css);
    event_loop_destroy(rig->loop);
    storage_destroy(&rig->storage);
}

static void no_subchannel_is_operational(void)
{
    struct css_rig rig;
    const uint8_t orb[64] = {0}, modified[52] = {0};
    uint8_t irb[96], schib[52];

    REQUIRE(set_up(&rig));
    CHECK_EQ(rig.port.start(rig.port.owner, SUBCHANNEL_0, orb), 3);
    CHECK_EQ(rig.port.test(rig.port.owner, SUBCHANNEL_0, irb), 3);
    CHECK_EQ(rig.port.store(rig.port.owner, SUBCHANNEL_0, schib), 3);
    CHECK_EQ(rig.port.modify(rig.port.owner, SUBCHANNEL_0, modified), 3);
    CHECK_EQ(rig.port.clear(rig.port.owner, SUBCHANNEL_0), 3);
    CHECK_EQ(rig.port.halt(rig.port.owner, SUBCHANNEL_0), 3);
    CHECK_EQ(rig.port.resume(rig.port.owner, SUBCHANNEL_0), 3);
    CHECK_EQ(rig.port.cancel(rig.port.owner, SUBCHANNEL_0), 3);
    CHECK_EQ(rig.port.reset_channel_path(rig.port.owner, 0), 3);
    tear_down(&rig);
}

static void no_channel_path_has_status(void)
{
    const uint8_t zeros[32] = {0};
    struct css_rig rig;
    uint8_t status[32];

    REQUIRE(set_up(&rig));
    memset(status, 0xee, sizeof status);
    rig.port.store_channel_path_status(rig.port.owner, status);
    CHECK_MEM_EQ(status, zeros, 32);
    rig.port.set_channel_monitor(rig.port.owner, 3, 0);
    tear_down(&rig);
}

static void channel_reports_queue_up(void)
{
    struct css_rig rig;
    uint32_t crw = 1;

    REQUIRE(set_up(&rig));
    CHECK_EQ(rig.port.store_channel_report(rig.port.owner, &crw), 1);
    CHECK_EQ(crw, 0);
    for (uint32_t i = 0; i < 66; i++)
        css_post_channel_report(rig.css, i);
    CHECK_EQ(rig.machine_checks, 66);
    for (uint32_t i = 0; i < 64; i++) {
        CHECK_EQ(rig.port.store_channel_report(rig.port.owner, &crw), 0);
        CHECK_EQ(crw, i == 63 ? 63 | 0x20000000u : i);
    }
    CHECK_EQ(rig.port.store_channel_report(rig.port.owner, &crw), 1);
    css_post_channel_report(rig.css, 7);
    css_reset(rig.css);
    CHECK_EQ(rig.port.store_channel_report(rig.port.owner, &crw), 1);
    tear_down(&rig);
}

/* Executes a request and returns the response code. */
static uint16_t execute(struct css_rig *rig, uint16_t length, uint16_t command, uint32_t word_1,
                        uint32_t word_2)
{
    memset(rig->block, 0xee, sizeof rig->block);
    memset(rig->block, 0, length);
    store_be16(rig->block, length);
    store_be16(rig->block + 2, command);
    store_be32(rig->block + 4, word_1);
    store_be32(rig->block + 8, word_2);
    CHECK_EQ(rig->port.call(rig->port.owner, rig->block), 0);
    return load_be16(rig->block + length + 2);
}

static void calls_answer_with_their_codes(void)
{
    static const struct {
        uint16_t length;
        uint16_t command;
        uint32_t word_1;
        uint32_t word_2;
        uint16_t response;
    } rows[] = {
        {0x0010, 0x0010, 0, 0, 0x0001},          /* characteristics */
        {0x0018, 0x0010, 0, 0, 0x0003},          /* length */
        {0x0010, 0x0010, 0, 1, 0x0003},          /* reserved word */
        {0x0010, 0x0010, 0x01000000, 0, 0x0007}, /* format of the request */
        {0x0010, 0x0010, 0x00010000, 0, 0x0008}, /* subsystem 1 */
        {0x0010, 0x0002, 0x00000000, 0, 0x0001}, /* path descriptions */
        {0x0010, 0x0002, 0x00000010, 0xff, 0x0001},
        {0x0010, 0x0002, 0x00000110, 0x10, 0x0001},
        {0x0010, 0x0002, 0x00000210, 0x10, 0x0007},
        {0x0010, 0x0002, 0x00000010, 0x0f, 0x0003},
        {0x0010, 0x0002, 0x00000010, 0x0110, 0x0003},
        {0x0010, 0x0002, 0x00010010, 0x10, 0x0008},
        {0x0020, 0x0002, 0x00000000, 0, 0x0003},
        {0x0010, 0x000e, 0, 0, 0x0005}, /* event information */
        {0x0020, 0x000e, 0, 0, 0x0003},
        {0x0400, 0x0031, 0, 0, 0x0001}, /* domain attributes */
        {0x0400, 0x0031, 2, 0, 0x0001},
        {0x0400, 0x0031, 1, 0, 0x0101},
        {0x0010, 0x0031, 2, 0, 0x0003},
        {0x0010, 0x0004, 0, 0xffff, 0x0001}, /* subchannel descriptions */
        {0x0010, 0x0004, 0x00400000, 0, 0x0003},
        {0x0010, 0x0004, 5, 4, 0x0003},
        {0x0010, 0x0003, 0, 0, 0x0004}, /* not installed */
        {0x0020, 0x0034, 0, 0, 0x0004},
        {0x0ff8, 0x0021, 0, 0, 0x0004}, /* a response at the end of the block */
    };
    struct css_rig rig;

    REQUIRE(set_up(&rig));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_EQ(execute(&rig, rows[i].length, rows[i].command, rows[i].word_1, rows[i].word_2),
                 rows[i].response);
    tear_down(&rig);
}

static void characteristics_are_all_zero(void)
{
    const uint8_t zeros[4072] = {0};
    struct css_rig rig;

    REQUIRE(set_up(&rig));
    CHECK_EQ(execute(&rig, 16, 0x0010, 0, 0), 0x0001);
    CHECK_EQ(load_be16(rig.block + 16), 4080);
    CHECK_EQ(load_be32(rig.block + 20), 0);
    CHECK_MEM_EQ(rig.block + 24, zeros, sizeof zeros);
    tear_down(&rig);
}

static void path_descriptions_are_invalid_ones(void)
{
    struct css_rig rig;

    REQUIRE(set_up(&rig));
    CHECK_EQ(execute(&rig, 16, 0x0002, 0x00000010, 0x12), 0x0001);
    CHECK_EQ(load_be16(rig.block + 16), 8 + 3 * 8);
    CHECK_MEM_EQ(rig.block + 24, "\0\0\0\x10\0\0\0\0\0\0\0\x11\0\0\0\0\0\0\0\x12\0\0\0\0", 24);
    /* In format 1 the block holds 127 of 256. */
    CHECK_EQ(execute(&rig, 16, 0x0002, 0x00000100, 0xff), 0x0001);
    CHECK_EQ(load_be16(rig.block + 16), 8 + 127 * 32);
    CHECK_EQ(load_be32(rig.block + 20), 1);
    CHECK_EQ(rig.block[24 + 126 * 32 + 3], 126);
    tear_down(&rig);
}

static void impossible_lengths_change_nothing(void)
{
    static const uint16_t lengths[] = {0, 8, 0x0ff9, 0x1000, 0xffff};
    struct css_rig rig;
    uint8_t before[4096];

    REQUIRE(set_up(&rig));
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        memset(rig.block, 0xee, sizeof rig.block);
        store_be16(rig.block, lengths[i]);
        memcpy(before, rig.block, sizeof before);
        rig.port.call(rig.port.owner, rig.block);
        CHECK_MEM_EQ(rig.block, before, sizeof before);
    }
    tear_down(&rig);
}

static void state_moves_to_another_subsystem(void)
{
    struct css_rig from, to;
    struct field_object object;
    struct error error = {0};
    uint8_t saved[512];
    uint32_t crw;
    size_t size;

    REQUIRE(set_up(&from) && set_up(&to));
    css_post_channel_report(from.css, 0x00070000);
    REQUIRE(css_state_object(from.css, 0, &object));
    CHECK(field_object_is_covered(&object));
    size = field_object_saved_size(&object);
    REQUIRE(size <= sizeof saved);
    field_object_save(&object, saved);
    REQUIRE(css_state_object(to.css, 0, &object));
    CHECK_EQ(field_object_load(&object, saved, size, &error), 0);
    CHECK_EQ(css_check_restored(to.css, &error), 0);
    CHECK_EQ(to.port.store_channel_report(to.port.owner, &crw), 0);
    CHECK_EQ(crw, 0x00070000);
    /* The start of the queue, in its high byte, is beyond the queue. */
    saved[size - 4 * 64 - 13 - 4 - 18 - 4] = 0xff;
    CHECK_EQ(field_object_load(&object, saved, size, &error), 0);
    CHECK_EQ(css_check_restored(to.css, &error), (uint64_t)-EINVAL);
    CHECK_EQ(to.port.store_channel_report(to.port.owner, &crw), 1);
    tear_down(&from);
    tear_down(&to);
}

static const struct test tests[] = {
    TEST(no_subchannel_is_operational),      TEST(no_channel_path_has_status),
    TEST(channel_reports_queue_up),          TEST(calls_answer_with_their_codes),
    TEST(characteristics_are_all_zero),      TEST(path_descriptions_are_invalid_ones),
    TEST(impossible_lengths_change_nothing), TEST(state_moves_to_another_subsystem),
};

int main(void)
{
    return RUN_TESTS(tests);
}
