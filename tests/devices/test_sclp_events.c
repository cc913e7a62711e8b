/* Event masks, both consoles in both directions, and the quiesce signal, byte by byte. */
#include <errno.h>

#include "tests/devices/sclp_rig.h"

#define SCLP_STATE_ROOM 70000u

/* The event types that the SCLP takes from and gives to programs. */
#define SCLP_RECEIVES (MASK_MESSAGE | MASK_VT220)
#define SCLP_SENDS    (MASK_OPERATOR_COMMAND | MASK_VT220 | MASK_QUIESCE)

/* Writes one VT220 event; the response code. */
static uint16_t write_vt220(struct sclp_rig *rig, const char *text)
{
    const size_t length = strlen(text);
    uint8_t *sccb = rig_header(rig, RIG_SCCB, (uint16_t)(14 + length));

    memset(sccb + 8, 0, 6);
    store_be16(sccb + 8, (uint16_t)(6 + length));
    sccb[10] = 0x1a;
    memcpy(sccb + 14, text, length);
    return rig_call(rig, WRITE_EVENT_DATA);
}

/* A message event whose MDB holds a general object and one text object. */
static size_t build_message(uint8_t *sccb, const uint8_t *ebcdic, size_t length)
{
    const size_t text_object = 10 + length, general = 56;

    memset(sccb, 0, 14 + 12 + general + 10);
    store_be16(sccb, (uint16_t)(14 + 12 + general + text_object));
    store_be16(sccb + 8, (uint16_t)(6 + 12 + general + text_object));
    sccb[10] = 0x02;
    store_be16(sccb + 14, (uint16_t)(12 + general + text_object));
    store_be16(sccb + 16, 1);
    store_be32(sccb + 18, 0xd4c4c240);
    store_be32(sccb + 22, 1);
    store_be16(sccb + 26, (uint16_t)general);
    store_be16(sccb + 28, 1);
    store_be16(sccb + 82, (uint16_t)text_object);
    store_be16(sccb + 84, 4);
    store_be16(sccb + 86, 0x1000);
    memcpy(sccb + 92, ebcdic, length);
    return 92 + length;
}

static const uint8_t hello[] = {0xc8, 0x85, 0x93, 0x93, 0x96, 0x5a}; /* Hello] in code page 500 */

static uint16_t write_message(struct sclp_rig *rig, const uint8_t *ebcdic, size_t length)
{
    build_message(rig_at(rig, RIG_SCCB), ebcdic, length);
    return rig_call(rig, WRITE_EVENT_DATA);
}

static uint16_t read_events(struct sclp_rig *rig, uint16_t length)
{
    uint8_t *sccb = rig_header(rig, RIG_SCCB, length);

    memset(sccb + 8, 0xee, length - 8u);
    sccb[5] = 0x80;
    return rig_call(rig, READ_EVENT_DATA);
}

static void masks_are_answered_in_their_length(void)
{
    static const uint16_t lengths[] = {1, 3, 4, 8, 12, 1021};
    struct sclp_rig rig;
    const struct sclp_config config = rig_config();

    REQUIRE(rig_set_up(&rig, &config));
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        const size_t length = lengths[i];
        uint8_t wanted[16] = {0};
        uint8_t *sccb = rig_header(&rig, RIG_SCCB, (uint16_t)(12 + 4 * length));

        memset(sccb + 8, 0, 4 + 4 * length);
        store_be16(sccb + 10, (uint16_t)length);
        CHECK_EQ(rig_call(&rig, WRITE_EVENT_MASK), 0x0020);
        store_be32(wanted, SCLP_RECEIVES);
        CHECK_MEM_EQ(sccb + 12 + 2 * length, wanted, length < 16 ? length : 16);
        store_be32(wanted, SCLP_SENDS);
        CHECK_MEM_EQ(sccb + 12 + 3 * length, wanted, length < 16 ? length : 16);
    }
    rig_tear_down(&rig);
}

static void bad_masks_are_refused(void)
{
    struct sclp_rig rig;
    const struct sclp_config config = rig_config();
    uint8_t *sccb;

    REQUIRE(rig_set_up(&rig, &config));
    sccb = rig_header(&rig, RIG_SCCB, 4096);
    store_be16(sccb + 10, 0);
    CHECK_EQ(rig_call(&rig, WRITE_EVENT_MASK), 0x74f0);
    store_be16(sccb + 10, 1022);
    CHECK_EQ(rig_call(&rig, WRITE_EVENT_MASK), 0x74f0);
    rig_header(&rig, RIG_SCCB, 27);
    store_be16(sccb + 10, 4);
    CHECK_EQ(rig_call(&rig, WRITE_EVENT_MASK), 0x0300);
    rig_header(&rig, RIG_SCCB, 11);
    CHECK_EQ(rig_call(&rig, WRITE_EVENT_MASK), 0x0300);
    rig_tear_down(&rig);
}

static void only_configured_consoles_are_offered(void)
{
    struct sclp_rig rig;
    struct sclp_config config = rig_config();

    config.consoles = SCLP_CONSOLE_VT220;
    REQUIRE(rig_set_up(&rig, &config));
    CHECK_EQ(rig_listen(&rig, 0, 0), 0x0020);
    CHECK_EQ(load_be32(rig_at(&rig, RIG_SCCB + 20)), MASK_VT220);
    CHECK_EQ(load_be32(rig_at(&rig, RIG_SCCB + 24)), MASK_VT220 | MASK_QUIESCE);
    CHECK_EQ(write_message(&rig, hello, sizeof hello), 0x40f0);
    CHECK_EQ(rig.shown_length, 0);
    rig_tear_down(&rig);
}

static void vt220_text_is_shown(void)
{
    struct sclp_rig rig;
    const struct sclp_config config = rig_config();

    REQUIRE(rig_set_up(&rig, &config));
    CHECK_EQ(write_vt220(&rig, "boot\r\n"), 0x0020);
    CHECK_EQ(*rig_at(&rig, RIG_SCCB + 11), 0x80);
    CHECK_EQ(write_vt220(&rig, "\033[2J"), 0x0020);
    CHECK_STR_EQ(rig.shown, "boot\r\n\033[2J");
    rig_tear_down(&rig);
}

static void messages_are_lines(void)
{
    struct sclp_rig rig;
    const struct sclp_config config = rig_config();

    REQUIRE(rig_set_up(&rig, &config));
    CHECK_EQ(write_message(&rig, hello, sizeof hello), 0x0020);
    CHECK_EQ(*rig_at(&rig, RIG_SCCB + 11), 0x80);
    CHECK_EQ(write_message(&rig, hello, 0), 0x0020);
    CHECK_EQ(write_message(&rig, hello, 2), 0x0020);
    CHECK_STR_EQ(rig.shown, "Hello]\n\nHe\n");
    rig_tear_down(&rig);
}

static void malformed_events_are_refused(void)
{
    static const struct {
        uint8_t offset; /* in the SCCB of a good message: where to store what */
        uint16_t value;
        uint16_t response;
    } rows[] = {
        {8, 5, 0x73f0},       /* shorter than its header */
        {8, 0, 0x73f0},       /* no length */
        {8, 0xffff, 0x73f0},  /* beyond the SCCB */
        {8, 80, 0x73f0},      /* what is left holds no valid buffer */
        {14, 11, 0x72f0},     /* MDB shorter than its header */
        {14, 0xffff, 0x72f0}, /* MDB beyond the event */
        {16, 2, 0x73f0},      /* no MDB */
        {18, 0, 0x73f0},      /* no MDB tag */
        {26, 0, 0x72f0},      /* object without length */
        {26, 3, 0x72f0},      /* object shorter than its header */
        {26, 0xffff, 0x72f0}, /* object beyond the MDB */
        {82, 9, 0x72f0},      /* text object shorter than its header */
        {82, 17, 0x72f0},     /* text object beyond the MDB */
        {10, 0x0300, 0x40f0}, /* no such event type */
        {10, 0x0100, 0x40f0}, /* a type that goes the other way */
        {2, 0x0100, 0x40f0},  /* no such function */
    };
    struct sclp_rig rig;
    const struct sclp_config config = rig_config();

    REQUIRE(rig_set_up(&rig, &config));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t *sccb = rig_at(&rig, RIG_SCCB);

        build_message(sccb, hello, sizeof hello);
        store_be16(sccb + rows[i].offset, rows[i].value);
        CHECK_EQ(rig_call(&rig, WRITE_EVENT_DATA), rows[i].response);
        CHECK_EQ(sccb[11] & 0x80, 0);
    }
    /* Fewer bytes than an event header after the last event. */
    build_message(rig_at(&rig, RIG_SCCB), hello, sizeof hello);
    store_be16(rig_at(&rig, RIG_SCCB), 12);
    CHECK_EQ(rig_call(&rig, WRITE_EVENT_DATA), 0x72f0);
    CHECK_EQ(rig.shown_length, 0);
    rig_tear_down(&rig);
}

/* The events before a bad one are accepted and marked. */
static void events_are_accepted_one_by_one(void)
{
    static const uint8_t events[] = {0, 8, 0x1a, 0,    0, 0, 'o', 'k', /* good */
                                     0, 7, 0x55, 0x80, 0, 0, 'x',      /* unknown */
                                     0, 7, 0x1a, 0x80, 0, 0, 'y'};     /* after the unknown */
    struct sclp_rig rig;
    const struct sclp_config config = rig_config();
    uint8_t *sccb;

    REQUIRE(rig_set_up(&rig, &config));
    sccb = rig_header(&rig, RIG_SCCB, 8 + sizeof events);
    memcpy(sccb + 8, events, sizeof events);
    CHECK_EQ(rig_call(&rig, WRITE_EVENT_DATA), 0x40f0);
    CHECK_EQ(sccb[11], 0x80);
    CHECK_EQ(sccb[19], 0);
    CHECK_EQ(sccb[26], 0);
    CHECK_STR_EQ(rig.shown, "ok");
    rig_tear_down(&rig);
}

static void reading_is_selected_by_masks(void)
{
    struct sclp_rig rig;
    const struct sclp_config config = rig_config();
    uint8_t *sccb;

    REQUIRE(rig_set_up(&rig, &config));
    CHECK_EQ(read_events(&rig, 4096), 0x60f0);
    CHECK_EQ(load_be16(rig_at(&rig, RIG_SCCB)), 8);
    rig_type(&rig, "k");
    CHECK_EQ(read_events(&rig, 4096), 0x60f0);
    CHECK_EQ(rig.signal, RIG_SCCB);
    CHECK_EQ(rig_listen(&rig, MASK_VT220, 0), 0x0020);
    CHECK_EQ(rig.signal, RIG_SCCB | 1);
    sccb = rig_header(&rig, RIG_SCCB, 4096);
    sccb[2] = 1;
    store_be32(sccb + 8, MASK_VT220 | MASK_QUIESCE);
    CHECK_EQ(rig_call(&rig, READ_EVENT_DATA), 0x70f0);
    rig_header(&rig, RIG_SCCB, 11)[2] = 1;
    CHECK_EQ(rig_call(&rig, READ_EVENT_DATA), 0x0300);
    rig_header(&rig, RIG_SCCB, 4096)[2] = 2;
    CHECK_EQ(rig_call(&rig, READ_EVENT_DATA), 0x40f0);
    rig_header(&rig, RIG_SCCB, 4096)[2] = 1;
    store_be32(sccb + 8, MASK_VT220);
    CHECK_EQ(rig_call(&rig, READ_EVENT_DATA), 0x0020);
    CHECK_EQ(rig.signal, RIG_SCCB);
    CHECK_MEM_EQ(sccb + 8, "\0\10\x1a\0\0\0\0k\0\0", 10);
    CHECK_EQ(load_be16(sccb), 4096);
    rig_tear_down(&rig);
}

static void typed_bytes_reach_the_vt220_console(void)
{
    struct sclp_rig rig;
    const struct sclp_config config = rig_config();
    uint8_t *sccb;

    REQUIRE(rig_set_up(&rig, &config));
    sccb = rig_at(&rig, RIG_SCCB);
    CHECK_EQ(rig_listen(&rig, MASK_VT220 | MASK_OPERATOR_COMMAND, SCLP_RECEIVES), 0x0020);
    rig_type(&rig, "ls\r");
    CHECK_EQ(rig.signal, 1);
    /* Where not all fits, the rest waits and is announced. */
    CHECK_EQ(read_events(&rig, 17), 0x0020);
    CHECK_EQ(rig.signal, RIG_SCCB | 1);
    CHECK_MEM_EQ(sccb, "\0\x11\0\0\0\0\0\x20\0\x09\x1a\0\0\0\0ls", 17);
    CHECK_EQ(read_events(&rig, 4096), 0x0020);
    CHECK_EQ(rig.signal, RIG_SCCB);
    CHECK_MEM_EQ(sccb, "\0\x10\0\0\0\0\0\x20\0\x08\x1a\0\0\0\0\r", 16);
    CHECK_EQ(read_events(&rig, 4096), 0x60f0);
    rig_tear_down(&rig);
}

/* Takes the command text out of an operator-command event, after checking its vectors. */
static size_t command_text(const uint8_t *event, const uint8_t **text)
{
    const size_t length = load_be16(event);

    CHECK_EQ(event[2], 0x01);
    CHECK_EQ(load_be16(event + 6), length - 6);
    CHECK_EQ(load_be16(event + 8), 0x1310);
    CHECK_EQ(load_be16(event + 10), length - 10);
    CHECK_EQ(load_be16(event + 12), 0x1212);
    CHECK_EQ(load_be16(event + 14), length - 14);
    CHECK_EQ(load_be16(event + 16), 0x1320);
    CHECK_EQ(event[18], length - 18);
    CHECK_EQ(event[19], 0x31);
    CHECK_EQ(event[20], length - 20);
    CHECK_EQ(event[21], 0x30);
    *text = event + 22;
    return length - 22;
}

static void typed_lines_reach_the_line_mode_console(void)
{
    static const uint8_t date[] = {0x84, 0x81, 0xa3, 0x85}, interrupt[] = {0x5f, 0x83};
    struct sclp_rig rig;
    const struct sclp_config config = rig_config();
    const uint8_t *text, *event;
    char longer[301];

    REQUIRE(rig_set_up(&rig, &config));
    event = rig_at(&rig, RIG_SCCB) + 8;
    CHECK_EQ(rig_listen(&rig, MASK_OPERATOR_COMMAND, MASK_MESSAGE), 0x0020);
    rig_type(&rig, "dx");
    CHECK_EQ(read_events(&rig, 4096), 0x60f0);
    rig_type(&rig, "\177ate\rnext\003");
    CHECK_EQ(rig.signal, 1);
    CHECK_EQ(read_events(&rig, 4096), 0x0020);
    CHECK_EQ(rig.signal, RIG_SCCB | 1);
    CHECK_EQ(command_text(event, &text), sizeof date);
    CHECK_MEM_EQ(text, date, sizeof date);
    CHECK_EQ(read_events(&rig, 4096), 0x0020);
    CHECK_EQ(command_text(event, &text), sizeof interrupt);
    CHECK_MEM_EQ(text, interrupt, sizeof interrupt);
    CHECK_EQ(read_events(&rig, 4096), 0x60f0);
    /* A line longer than its subvector is cut off. */
    memset(longer, 'a', 299);
    longer[299] = '\r';
    longer[300] = 0;
    rig_type(&rig, longer);
    CHECK_EQ(read_events(&rig, 200), 0x60f0);
    CHECK_EQ(read_events(&rig, 4096), 0x0020);
    CHECK_EQ(command_text(event, &text), 251);
    CHECK_EQ(text[250], 0x81);
    rig_tear_down(&rig);
}

static void input_follows_the_console_in_use(void)
{
    struct sclp_rig rig;
    const struct sclp_config config = rig_config();
    const uint8_t *event;

    REQUIRE(rig_set_up(&rig, &config));
    event = rig_at(&rig, RIG_SCCB) + 8;
    CHECK_EQ(rig_listen(&rig, MASK_VT220 | MASK_OPERATOR_COMMAND, SCLP_RECEIVES), 0x0020);
    CHECK_EQ(write_message(&rig, hello, sizeof hello), 0x0020);
    rig_type(&rig, "a\r");
    CHECK_EQ(read_events(&rig, 4096), 0x0020);
    CHECK_EQ(event[2], 0x01);
    CHECK_EQ(write_vt220(&rig, "# "), 0x0020);
    rig_type(&rig, "b\r");
    CHECK_EQ(read_events(&rig, 4096), 0x0020);
    CHECK_EQ(event[2], 0x1a);
    rig_tear_down(&rig);
}

static void typed_ahead_is_bounded(void)
{
    struct sclp_rig rig;
    const struct sclp_config config = rig_config();
    char page[4097];
    size_t total = 0;

    REQUIRE(rig_set_up(&rig, &config));
    memset(page, 'p', 4096);
    page[4096] = 0;
    for (int i = 0; i < 20; i++)
        rig_type(&rig, page);
    CHECK_EQ(rig_listen(&rig, MASK_VT220, MASK_VT220), 0x0020);
    while (read_events(&rig, 4096) == 0x0020)
        total += load_be16(rig_at(&rig, RIG_SCCB + 8)) - 7u;
    CHECK_EQ(total, 65536);
    rig_tear_down(&rig);
}

static void repeated_text_is_shown_once(void)
{
    static const uint8_t lines[] = {0xd7, 0xc1, 0xe2, 0xe2, 0x7a, 0x40, 0xba, 0xf1, 0xbb};
    struct sclp_rig rig;
    const struct sclp_config config = rig_config();

    REQUIRE(rig_set_up(&rig, &config));
    /* The line-mode console says in one line what the other was told in pieces, brackets in
       another code page. */
    write_vt220(&rig, "PASS: ");
    write_vt220(&rig, "[1]\n");
    CHECK_EQ(write_message(&rig, lines, sizeof lines), 0x0020);
    CHECK_STR_EQ(rig.shown, "PASS: [1]\n");
    /* The other order, and a line that is broken. */
    write_message(&rig, hello, sizeof hello);
    write_vt220(&rig, "Hel");
    write_vt220(&rig, "lo]\r\n");
    CHECK_STR_EQ(rig.shown, "PASS: [1]\nHello]\n");
    /* Different text is shown whole. */
    write_vt220(&rig, "Help\n");
    write_message(&rig, hello, sizeof hello);
    CHECK_STR_EQ(rig.shown, "PASS: [1]\nHello]\nHelp\nHello]\n");
    /* Each console may repeat itself. */
    write_message(&rig, hello, sizeof hello);
    CHECK_STR_EQ(rig.shown, "PASS: [1]\nHello]\nHelp\nHello]\nHello]\n");
    rig_tear_down(&rig);
}

static void quiesce_is_signalled_to_those_who_listen(void)
{
    struct sclp_rig rig;
    const struct sclp_config config = rig_config();

    REQUIRE(rig_set_up(&rig, &config));
    CHECK(!sclp_signal_quiesce(rig.sclp));
    CHECK_EQ(rig.signals, 0);
    CHECK_EQ(rig_listen(&rig, MASK_QUIESCE, 0), 0x0020);
    CHECK(sclp_signal_quiesce(rig.sclp));
    CHECK_EQ(rig.signal, 1);
    CHECK_EQ(read_events(&rig, 16), 0x60f0);
    CHECK_EQ(read_events(&rig, 4096), 0x0020);
    CHECK_MEM_EQ(rig_at(&rig, RIG_SCCB), "\0\x11\0\0\0\0\0\x20\0\x09\x1d\0\0\0\0\0\0", 17);
    CHECK_EQ(read_events(&rig, 4096), 0x60f0);
    CHECK(sclp_signal_quiesce(rig.sclp));
    sclp_reset(rig.sclp);
    CHECK(!sclp_signal_quiesce(rig.sclp));
    CHECK_EQ(rig_listen(&rig, MASK_QUIESCE, 0), 0x0020);
    CHECK_EQ(rig.signal, RIG_SCCB);
    rig_tear_down(&rig);
}

static void state_moves_to_another_sclp(void)
{
    static uint8_t saved[SCLP_STATE_ROOM];
    struct sclp_rig from, to;
    struct sclp_config config = rig_config();
    struct field_object object;
    struct error error = {0};
    size_t size;

    REQUIRE(rig_set_up(&from, &config) && rig_set_up(&to, &config));
    CHECK_EQ(rig_listen(&from, MASK_VT220 | MASK_QUIESCE, 0), 0x0020);
    rig_type(&from, "kept");
    CHECK(sclp_signal_quiesce(from.sclp));
    object = sclp_state_fields(from.sclp);
    CHECK(field_object_is_covered(&object));
    size = field_object_saved_size(&object);
    REQUIRE(size <= sizeof saved);
    field_object_save(&object, saved);
    object = sclp_state_fields(to.sclp);
    CHECK_EQ(field_object_load(&object, saved, size, &error), 0);
    CHECK_EQ(sclp_check_restored(to.sclp, &error), 0);
    CHECK_EQ(read_events(&to, 4096), 0x0020);
    CHECK_MEM_EQ(rig_at(&to, RIG_SCCB + 8), "\0\x09\x1d\0\0\0\0\0\0\0\x0b\x1a\0\0\0\0kept", 20);
    rig_tear_down(&to);
    /* One that offers another console cannot take it. */
    config.consoles = SCLP_CONSOLE_LINE_MODE;
    REQUIRE(rig_set_up(&to, &config));
    object = sclp_state_fields(to.sclp);
    CHECK_EQ(field_object_load(&object, saved, size, &error), 0);
    CHECK_EQ(sclp_check_restored(to.sclp, &error), (uint64_t)-EINVAL);
    CHECK_EQ(read_events(&to, 4096), 0x60f0);
    rig_tear_down(&to);
    rig_tear_down(&from);
}

static const struct test tests[] = {
    TEST(masks_are_answered_in_their_length),
    TEST(bad_masks_are_refused),
    TEST(only_configured_consoles_are_offered),
    TEST(vt220_text_is_shown),
    TEST(messages_are_lines),
    TEST(malformed_events_are_refused),
    TEST(events_are_accepted_one_by_one),
    TEST(reading_is_selected_by_masks),
    TEST(typed_bytes_reach_the_vt220_console),
    TEST(typed_lines_reach_the_line_mode_console),
    TEST(input_follows_the_console_in_use),
    TEST(typed_ahead_is_bounded),
    TEST(repeated_text_is_shown_once),
    TEST(quiesce_is_signalled_to_those_who_listen),
    TEST(state_moves_to_another_sclp),
};

int main(void)
{
    return RUN_TESTS(tests);
}
