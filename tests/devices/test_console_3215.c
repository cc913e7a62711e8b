/* The 3215 console through its channel programs: text both ways, attention, and what it refuses. */
#include "devices/ccw/console_3215.h"

#include <errno.h>

#include "tests/devices/css_rig.h"

#define TYPEWRITER 0x00010001u /* the rig's own device has the first subchannel */

struct typewriter {
    struct css_rig rig;
    struct ccw_device *device;
    char shown[16384];
    size_t shown_length;
};

static void show(void *owner, const uint8_t *bytes, size_t length)
{
    struct typewriter *typewriter = owner;

    if (typewriter->shown_length + length < sizeof typewriter->shown) {
        memcpy(typewriter->shown + typewriter->shown_length, bytes, length);
        typewriter->shown_length += length;
        typewriter->shown[typewriter->shown_length] = 0;
    }
}

static bool set_up(struct typewriter *typewriter)
{
    const struct char_backend backend = {.owner = typewriter, .write = show};
    struct css_rig *rig = &typewriter->rig;
    struct schib schib;

    memset(typewriter, 0, sizeof *typewriter);
    if (!rig_set_up_stopped(rig))
        return false;
    typewriter->device = console_3215_create(&backend);
    if (!CHECK(typewriter->device != NULL) ||
        !CHECK_EQ(css_attach(rig->css, typewriter->device, 0x0009, NULL), 0))
        return false;
    rig->port.store(rig->port.owner, TYPEWRITER, (uint8_t *)&schib);
    be16_put(&schib.pmcw.flags, PMCW_ENABLED);
    be32_put(&schib.pmcw.characteristics, PMCW_CONCURRENT_SENSE);
    return CHECK_EQ(rig->port.modify(rig->port.owner, TYPEWRITER, (const uint8_t *)&schib), 0) &&
           CHECK_EQ(event_loop_start(rig->loop, NULL), 0);
}

static void start(struct css_rig *rig)
{
    uint8_t bytes[64] = {0};

    store_be32(bytes + 4, ORB_FORMAT_1 | 0x8000u);
    store_be32(bytes + 8, CCWS);
    CHECK_EQ(rig->port.start(rig->port.owner, TYPEWRITER, bytes), 0);
    rig->ccw = CCWS;
}

static void finish(struct css_rig *rig, unsigned device_status, unsigned count)
{
    if (!rig_wait(rig))
        return;
    CHECK_EQ(rig->port.test(rig->port.owner, TYPEWRITER, (uint8_t *)&rig->irb), 0);
    CHECK_EQ(rig->irb.scsw.device_status, device_status);
    CHECK_EQ(rig->irb.scsw.subchannel_status, 0);
    CHECK_EQ(be16_get(rig->irb.scsw.count), count);
}

static void type(struct typewriter *typewriter, const char *text)
{
    struct char_sink sink = console_3215_sink(typewriter->device);

    sink.input(sink.owner, (const uint8_t *)text, strlen(text));
}

static void text_is_written(void)
{
    struct typewriter typewriter;
    struct css_rig *rig = &typewriter.rig;

    REQUIRE(set_up(&typewriter));
    memcpy(rig_at(rig, DATA), "\xc8\x85\x93\x93\x96", 5);
    rig_ccw(rig, 0x01, CCW_CHAIN_COMMAND, 5, DATA);
    rig_ccw(rig, 0x0b, CCW_CHAIN_COMMAND | CCW_SUPPRESS_LENGTH, 1, DATA);
    rig_ccw(rig, 0x09, 0, 2, DATA);
    start(rig);
    finish(rig, RIG_ENDED, 0);
    CHECK_STR_EQ(typewriter.shown, "Hello\aHe\n");
    /* More than is printed at a time. */
    memset(rig_at(rig, BLOCKS), 0xc1, 10000);
    typewriter.shown_length = 0;
    rig_ccw(rig, 0x09, 0, 10000, BLOCKS);
    start(rig);
    finish(rig, RIG_ENDED, 0);
    CHECK_EQ(typewriter.shown_length, 10001);
    CHECK_EQ(typewriter.shown[9999], 'A');
    CHECK_EQ(typewriter.shown[10000], '\n');
    rig_tear_down(rig);
}

static void lines_are_read_after_attention(void)
{
    struct typewriter typewriter;
    struct css_rig *rig = &typewriter.rig;

    REQUIRE(set_up(&typewriter));
    type(&typewriter, "\bxy\bes");
    CHECK_EQ(sem_trywait(&rig->interrupted), (uint64_t)-1);
    type(&typewriter, "\r\nno");
    finish(rig, DEVICE_STATUS_ATTENTION, 0);
    type(&typewriter, "\n");
    rig_ccw(rig, 0x0a, CCW_SUPPRESS_LENGTH, 80, DATA);
    start(rig);
    finish(rig, RIG_ENDED, 77);
    CHECK_MEM_EQ(rig_at(rig, DATA), "\xa7\x85\xa2", 3);
    /* The line behind it asks to be read as well. */
    finish(rig, DEVICE_STATUS_ATTENTION, 0);
    rig_ccw(rig, 0x0a, CCW_SUPPRESS_LENGTH, 80, DATA);
    start(rig);
    finish(rig, RIG_ENDED, 78);
    CHECK_MEM_EQ(rig_at(rig, DATA), "\x95\x96", 2);
    rig_tear_down(rig);
}

static void a_read_waits_for_the_line(void)
{
    struct typewriter typewriter;
    struct css_rig *rig = &typewriter.rig;
    struct schib schib;

    REQUIRE(set_up(&typewriter));
    rig_ccw(rig, 0x0a, CCW_SUPPRESS_LENGTH, 80, DATA);
    start(rig);
    do
        rig->port.store(rig->port.owner, TYPEWRITER, (uint8_t *)&schib);
    while (!(be32_get(schib.scsw.control) & SCSW_SUBCHANNEL_ACTIVE));
    type(&typewriter, "ab");
    type(&typewriter, "\n");
    finish(rig, RIG_ENDED, 78);
    CHECK_MEM_EQ(rig_at(rig, DATA), "\x81\x82", 2);
    /* Halted, it leaves what is typed for the next. */
    rig_ccw(rig, 0x0a, CCW_SUPPRESS_LENGTH, 80, DATA);
    start(rig);
    CHECK_EQ(rig->port.halt(rig->port.owner, TYPEWRITER), 0);
    REQUIRE(rig_wait(rig));
    CHECK_EQ(rig->port.test(rig->port.owner, TYPEWRITER, (uint8_t *)&rig->irb), 0);
    type(&typewriter, "c\n");
    finish(rig, DEVICE_STATUS_ATTENTION, 0);
    rig_tear_down(rig);
}

static void too_much_is_dropped(void)
{
    struct typewriter typewriter;
    struct css_rig *rig = &typewriter.rig;
    char text[6000];

    REQUIRE(set_up(&typewriter));
    memset(text, 'x', sizeof text);
    text[5999] = 0;
    type(&typewriter, text);
    type(&typewriter, "\n");
    type(&typewriter, "more\n");
    finish(rig, DEVICE_STATUS_ATTENTION, 0);
    rig_ccw(rig, 0x0a, CCW_SUPPRESS_LENGTH, 8000, BLOCKS);
    start(rig);
    finish(rig, RIG_ENDED, 8000 - 4095);
    CHECK_EQ(*rig_at(rig, BLOCKS + 4094), 0xa7);
    rig_tear_down(rig);
}

static void other_commands_are_rejected(void)
{
    struct typewriter typewriter;
    struct css_rig *rig = &typewriter.rig;

    REQUIRE(set_up(&typewriter));
    rig_ccw(rig, 0x02, 0, 80, DATA);
    start(rig);
    finish(rig, DEVICE_STATUS_UNIT_CHECK, 80);
    CHECK_EQ(rig->irb.extended_control[0], CCW_SENSE_COMMAND_REJECT);
    rig_ccw(rig, CCW_SENSE_ID, CCW_SUPPRESS_LENGTH, 8, DATA);
    start(rig);
    finish(rig, RIG_ENDED, 0);
    CHECK_MEM_EQ(rig_at(rig, DATA), "\xff\x32\x15\0\x32\x15\0\0", 8);
    rig_tear_down(rig);
}

static void its_state_is_saved(void)
{
    struct typewriter typewriter;
    struct css_rig *rig = &typewriter.rig;
    struct field_object object;

    REQUIRE(set_up(&typewriter));
    event_loop_stop(rig->loop);
    for (unsigned i = 0; css_state_object(rig->css, i, &object); i++)
        CHECK(field_object_is_covered(&object));
    CHECK_STR_EQ(object.name, "3215");
    memset(object.object, 0xff, object.object_size);
    CHECK_EQ(css_check_restored(rig->css, NULL), (uint64_t)-EINVAL);
    CHECK_EQ(*(uint8_t *)object.object, 0);
    rig_tear_down(rig);
}

static const struct test tests[] = {
    TEST(text_is_written),
    TEST(lines_are_read_after_attention),
    TEST(a_read_waits_for_the_line),
    TEST(too_much_is_dropped),
    TEST(other_commands_are_rejected),
    TEST(its_state_is_saved),
};

int main(void)
{
    return RUN_TESTS(tests);
}
