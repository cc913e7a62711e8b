/* Channel programs: every flag of a CCW, data and command chaining, indirect data addresses, keys,
   residual counts and each check (PoP chapters 15 and 16). */
#include "tests/devices/css_rig.h"

#define FORMAT_1     ORB_FORMAT_1
#define NORMAL       (SCSW_PRIMARY | SCSW_SECONDARY | SCSW_PENDING)
#define UNUSUAL      (NORMAL | SCSW_ALERT)
#define PROGRAM      SUBCHANNEL_STATUS_PROGRAM_CHECK
#define PROTECTION   SUBCHANNEL_STATUS_PROTECTION_CHECK
#define WRONG_LENGTH SUBCHANNEL_STATUS_INCORRECT_LENGTH
#define SUPPRESS     CCW_SUPPRESS_LENGTH
#define CHAIN        CCW_CHAIN_COMMAND
#define CHAIN_DATA   CCW_CHAIN_DATA
#define INDIRECT     CCW_INDIRECT

static void make_ready(struct css_rig *rig, size_t length)
{
    for (size_t i = 0; i < length; i++)
        rig->device->ready[i] = (uint8_t)(i * 7 + 1);
    rig->device->ready_length = length;
}

static void sense_id_tells_the_device(void)
{
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    rig_ccw(&rig, CCW_SENSE_ID, SUPPRESS, 256, DATA);
    rig_run(&rig, FORMAT_1, RIG_ENDED, 0, 248);
    CHECK_MEM_EQ(rig_at(&rig, DATA), "\xff\x12\x34\x56\x78\x9a\xbc\0", 8);
    CHECK_EQ(rig_control(&rig), FORMAT_1 | SCSW_START | NORMAL);
    CHECK_EQ(be32_get(rig.irb.scsw.ccw_address), CCWS + 8);
    CHECK_EQ(rig.irb.last_path_used_mask, 0x80);
    CHECK_EQ(rig.interruption.subsystem_id, SUBCHANNEL);
    CHECK_EQ(rig.interruption.identification, 3u << 27);
    CHECK_EQ(rig_test(&rig), 1);
    CHECK_EQ(rig_control(&rig) & (SCSW_FUNCTION | SCSW_ACTIVITY | SCSW_STATUS_CONTROL), 0);
    rig_tear_down(&rig);
}

static void format_0_programs_run(void)
{
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    rig_ccw_0(&rig, CCW_NO_OPERATION, CHAIN, 1, 0);
    rig_ccw_0(&rig, 0x98, 0xff, 0xffff, CCWS + 0x18); /* any code that ends in 8 transfers */
    rig.ccw += 8;
    rig_ccw_0(&rig, CCW_SENSE_ID, SUPPRESS, 256, DATA);
    rig_run(&rig, 0, RIG_ENDED, 0, 248);
    CHECK_EQ(be32_get(rig.irb.scsw.ccw_address), CCWS + 0x20);
    CHECK_MEM_EQ(rig_at(&rig, DATA), "\xff\x12\x34\x56", 4);
    rig_tear_down(&rig);
}

/* One CCW whose reading or writing has LENGTH bytes at the device. */
static void lengths_are_compared(void)
{
    static const struct {
        uint8_t command;
        uint8_t flags;
        uint16_t count;
        uint16_t length;
        uint32_t control;
        uint16_t residual;
        bool wrong;
    } rows[] = {
        {RIG_READ, 0, 100, 100, 0, 0, false},
        {RIG_READ, 0, 100, 60, 0, 40, true},
        {RIG_READ, 0, 100, 200, 0, 0, true},
        {RIG_READ, SUPPRESS, 100, 60, 0, 40, false},
        {RIG_READ, SUPPRESS, 100, 200, 0, 0, false},
        {RIG_READ, 0, 0, 1, 0, 0, true},
        {RIG_TAKE_FOUR, 0, 4, 0, 0, 0, false},
        {RIG_TAKE_FOUR, 0, 3, 0, 0, 0, true},
        {RIG_TAKE_FOUR, 0, 5, 0, 0, 1, true},
        {RIG_WRITE, 0, 5000, 0, 0, 0, false},
        /* Immediate: the count matters only if nothing says that it does not. */
        {RIG_CONTROL, 0, 1, 0, 0, 1, true},
        {RIG_CONTROL, 0, 0, 0, 0, 0, false},
        {RIG_CONTROL, SUPPRESS, 1, 0, 0, 1, false},
        {RIG_CONTROL, 0, 1, 0, ORB_SUPPRESS_INCORRECT_LENGTH, 1, false},
        {RIG_READ, 0, 100, 60, ORB_SUPPRESS_INCORRECT_LENGTH, 40, true},
    };
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        make_ready(&rig, rows[i].length);
        rig_ccw(&rig, rows[i].command, rows[i].flags, rows[i].count, DATA);
        rig_run(&rig, FORMAT_1 | rows[i].control, RIG_ENDED, rows[i].wrong ? WRONG_LENGTH : 0,
                rows[i].residual);
        CHECK_EQ(rig_control(&rig) & SCSW_STATUS_CONTROL, rows[i].wrong ? UNUSUAL : NORMAL);
    }
    rig_ccw_0(&rig, RIG_CONTROL, 0, 1, DATA);
    rig_run(&rig, 0, RIG_ENDED, 0, 1);
    rig_tear_down(&rig);
}

static void an_incorrect_length_ends_command_chaining(void)
{
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    make_ready(&rig, 8);
    rig_ccw(&rig, RIG_READ, CHAIN, 10, DATA);
    rig_ccw(&rig, RIG_COUNT, 0, 0, 0);
    rig_run(&rig, FORMAT_1, RIG_ENDED, WRONG_LENGTH, 2);
    CHECK_EQ(rig.device->state.executed, 0);
    CHECK_EQ(be32_get(rig.irb.scsw.ccw_address), CCWS + 8);
    rig_ccw(&rig, RIG_READ, CHAIN | SUPPRESS, 10, DATA);
    rig_ccw(&rig, RIG_COUNT, 0, 0, 0);
    rig_run(&rig, FORMAT_1, RIG_ENDED, 0, 0);
    CHECK_EQ(rig.device->state.executed, 1);
    rig_tear_down(&rig);
}

static void commands_chain(void)
{
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    for (unsigned i = 0; i < 300; i++)
        rig_ccw(&rig, RIG_COUNT, CHAIN, 0, 0);
    rig_ccw(&rig, RIG_COUNT, 0, 0, 0);
    rig_run(&rig, FORMAT_1, RIG_ENDED, 0, 0);
    CHECK_EQ(rig.device->state.executed, 301);
    /* Status modifier leaves one out, unit exception ends. */
    rig_ccw(&rig, RIG_MODIFIER, CHAIN, 0, 0);
    rig_ccw(&rig, RIG_COUNT, CHAIN, 0, 0);
    rig_ccw(&rig, RIG_EXCEPTION, CHAIN, 0, 0);
    rig_ccw(&rig, RIG_COUNT, 0, 0, 0);
    rig_run(&rig, FORMAT_1, RIG_ENDED | DEVICE_STATUS_UNIT_EXCEPTION, 0, 0);
    CHECK_EQ(rig.device->state.executed, 301);
    CHECK_EQ(rig_control(&rig) & SCSW_STATUS_CONTROL, UNUSUAL);
    rig_tear_down(&rig);
}

static void data_chains_over_areas(void)
{
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    make_ready(&rig, 30);
    rig_ccw(&rig, RIG_READ, CHAIN_DATA, 10, DATA + 0x100);
    rig_ccw(&rig, CCW_TRANSFER_IN_CHANNEL, 0, 0, CCWS + 0x18);
    rig.ccw += 8;
    rig_ccw(&rig, 0x00, CHAIN_DATA | CCW_SKIP, 5, 0xffffff); /* its code and address unused */
    rig_ccw(&rig, 0x00, 0, 15, DATA);
    memset(rig_at(&rig, DATA), 0xee, 0x200);
    rig_run(&rig, FORMAT_1, RIG_ENDED, 0, 0);
    CHECK_MEM_EQ(rig_at(&rig, DATA + 0x100), rig.device->ready, 10);
    CHECK_MEM_EQ(rig_at(&rig, DATA), rig.device->ready + 15, 15);
    CHECK_EQ(*rig_at(&rig, DATA + 15), 0xee);
    CHECK_EQ(*rig_at(&rig, DATA + 0x10a), 0xee);
    /* Ending within the chain is incorrect whatever the CCW suppresses. */
    make_ready(&rig, 8);
    rig_ccw(&rig, RIG_READ, CHAIN_DATA | SUPPRESS, 10, DATA);
    rig_ccw(&rig, 0, 0, 10, DATA);
    rig_run(&rig, FORMAT_1, RIG_ENDED, WRONG_LENGTH, 2);
    /* At the end of an area the next CCW has taken over. */
    make_ready(&rig, 10);
    rig_ccw(&rig, RIG_READ, CHAIN_DATA, 10, DATA);
    rig_ccw(&rig, 0, SUPPRESS, 20, DATA);
    rig_run(&rig, FORMAT_1, RIG_ENDED, 0, 20);
    CHECK_EQ(be32_get(rig.irb.scsw.ccw_address), CCWS + 16);
    rig_tear_down(&rig);
}

static void skipping_stores_nothing(void)
{
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    make_ready(&rig, 16);
    rig_ccw(&rig, RIG_READ, CCW_SKIP, 16, 0x7fffff00);
    rig_run(&rig, FORMAT_1, RIG_ENDED, 0, 0);
    /* What is written is never skipped. */
    memcpy(rig_at(&rig, DATA), "abcd", 4);
    rig_ccw(&rig, RIG_TAKE_FOUR, CCW_SKIP, 4, DATA);
    rig_run(&rig, FORMAT_1, RIG_ENDED, 0, 0);
    CHECK_MEM_EQ(rig.device->taken, "abcd", 4);
    rig_tear_down(&rig);
}

static void reading_backward_descends(void)
{
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    make_ready(&rig, 0x1800);
    rig_ccw(&rig, RIG_READ_BACKWARD, 0, 0x1800, DATA + 0x1fff);
    rig_run(&rig, FORMAT_1, RIG_ENDED, 0, 0);
    for (unsigned i = 0; i < 0x1800; i++)
        if (*rig_at(&rig, DATA + 0x1fff - i) != rig.device->ready[i]) {
            CHECK_EQ(i, 0x1800);
            break;
        }
    store_be32(rig_at(&rig, IDAWS), BLOCKS + 0x8ff);
    store_be32(rig_at(&rig, IDAWS + 4), BLOCKS + 0x7ff);
    make_ready(&rig, 0x101);
    rig_ccw(&rig, RIG_READ_BACKWARD, INDIRECT, 0x101, IDAWS);
    rig_run(&rig, FORMAT_1, RIG_ENDED, 0, 0);
    CHECK_EQ(*rig_at(&rig, BLOCKS + 0x8ff), rig.device->ready[0]);
    CHECK_EQ(*rig_at(&rig, BLOCKS + 0x7ff), rig.device->ready[0x100]);
    rig_tear_down(&rig);
}

/* Fills a list whose first address is OFFSET into its block, the blocks being out of order. */
static void make_list(struct css_rig *rig, unsigned word, unsigned block, unsigned offset)
{
    for (unsigned i = 0; i < 4; i++) {
        const uint64_t at = BLOCKS + (uint64_t)(3 - i) * 2 * block + (i ? 0 : offset);

        if (word == 8)
            store_be64(rig_at(rig, IDAWS + i * 8), at);
        else
            store_be32(rig_at(rig, IDAWS + i * 4), (uint32_t)at);
    }
}

static void indirect_addresses_are_followed(void)
{
    static const struct {
        uint32_t control;
        unsigned word;
        unsigned block;
    } rows[] = {
        {0, 4, 2048},
        {ORB_FORMAT_2_IDAW, 8, 4096},
        {ORB_FORMAT_2_IDAW | ORB_2K_IDAW, 8, 2048},
        {ORB_2K_IDAW, 4, 2048}, /* says nothing about format 1 */
    };
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const unsigned block = rows[i].block, length = 2 * block + 100, first = block - 10;

        memset(rig_at(&rig, BLOCKS), 0, 0x10000);
        make_list(&rig, rows[i].word, block, 10);
        make_ready(&rig, length);
        rig_ccw(&rig, RIG_READ, INDIRECT, length, IDAWS);
        rig_run(&rig, FORMAT_1 | rows[i].control, RIG_ENDED, 0, 0);
        CHECK_MEM_EQ(rig_at(&rig, BLOCKS + 6 * block + 10), rig.device->ready, first);
        CHECK_MEM_EQ(rig_at(&rig, BLOCKS + 4 * block), rig.device->ready + first, block);
        CHECK_MEM_EQ(rig_at(&rig, BLOCKS + 2 * block), rig.device->ready + first + block, 110);
        rig_ccw(&rig, RIG_WRITE, INDIRECT, length, IDAWS);
        rig.device->taken_length = 0;
        rig_run(&rig, FORMAT_1 | rows[i].control, RIG_ENDED, 0, 0);
        CHECK_MEM_EQ(rig.device->taken, rig.device->ready, length);
    }
    rig_tear_down(&rig);
}

static void bad_lists_are_program_checks(void)
{
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    make_ready(&rig, 3000);
    /* Not aligned: format 1 to a word, format 2 to a doubleword. */
    rig_ccw(&rig, RIG_READ, INDIRECT, 3000, IDAWS + 2);
    rig_run(&rig, FORMAT_1, 0, PROGRAM, 3000);
    rig_ccw(&rig, RIG_READ, INDIRECT, 3000, IDAWS + 4);
    rig_run(&rig, FORMAT_1 | ORB_FORMAT_2_IDAW, 0, PROGRAM, 3000);
    /* The second address within a block. */
    make_list(&rig, 4, 2048, 0);
    store_be32(rig_at(&rig, IDAWS + 4), BLOCKS + 1);
    rig_ccw(&rig, RIG_READ, INDIRECT, 3000, IDAWS);
    rig_run(&rig, FORMAT_1, RIG_ENDED, PROGRAM, 3000 - 2048);
    /* Bit 0 of a format-1 IDAW. */
    store_be32(rig_at(&rig, IDAWS), 0x80000000u | BLOCKS);
    rig_ccw(&rig, RIG_READ, INDIRECT, 3000, IDAWS);
    rig_run(&rig, FORMAT_1, RIG_ENDED, PROGRAM, 3000);
    /* A format-2 address that is not configured. */
    store_be64(rig_at(&rig, IDAWS), UINT64_MAX - 0xfff);
    rig_ccw(&rig, RIG_READ, INDIRECT, 3000, IDAWS);
    rig_run(&rig, FORMAT_1 | ORB_FORMAT_2_IDAW, RIG_ENDED, PROGRAM, 3000);
    rig_tear_down(&rig);
}

static void invalid_ccws_are_program_checks(void)
{
    static const struct {
        uint32_t control;
        uint8_t command;
        uint8_t flags;
        uint16_t count;
        uint32_t address;
    } rows[] = {
        {FORMAT_1, 0x00, 0, 1, DATA},
        {FORMAT_1, 0x10, 0, 1, DATA},
        {FORMAT_1, 0x18, 0, 0, CCWS + 8},                    /* only 08 transfers in format 1 */
        {FORMAT_1, CCW_TRANSFER_IN_CHANNEL, 0, 0, CCWS + 8}, /* as the first */
        {FORMAT_1, RIG_READ, 0, 1, 0x80000000},
        {FORMAT_1, RIG_READ, CHAIN_DATA, 0, DATA},
        {FORMAT_1, RIG_READ, CCW_SUSPEND, 1, DATA}, /* the ORB does not allow it */
        {FORMAT_1, RIG_READ, CCW_MODIFIED_INDIRECT, 1, DATA},
        {0, RIG_READ, 0, 0, DATA},
        {0, 0x20, 0, 1, DATA},
    };
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].control)
            rig_ccw(&rig, rows[i].command, rows[i].flags, rows[i].count, rows[i].address);
        else
            rig_ccw_0(&rig, rows[i].command, rows[i].flags, rows[i].count, rows[i].address);
        REQUIRE(rig_start_with(&rig, rows[i].control) == 0 && rig_finish(&rig));
        CHECK_EQ(rig.irb.scsw.subchannel_status, PROGRAM);
        CHECK_EQ(rig.irb.scsw.device_status, 0);
        CHECK_EQ(rig_control(&rig) & SCSW_STATUS_CONTROL, UNUSUAL);
        CHECK_EQ(be32_get(rig.irb.scsw.ccw_address), CCWS + 8);
        rig.ccw = CCWS;
    }
    rig_tear_down(&rig);
}

static void invalid_transfers_are_program_checks(void)
{
    static const struct {
        uint8_t flags;
        uint16_t count;
        uint32_t address;
        uint32_t ends; /* the CCW address of the SCSW */
    } rows[] = {
        {0, 0, CCWS + 8, CCWS + 16},    /* to another transfer, itself */
        {0, 0, CCWS + 0x24, CCWS + 16}, /* not to a doubleword */
        {CHAIN, 0, CCWS + 0x20, CCWS + 16},    {0, 1, CCWS + 0x20, CCWS + 16},
        {0, 0, 0x80000000u | CCWS, CCWS + 16}, {0, 0, 0x40000000, 0x40000008}, /* not configured */
    };
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rig_ccw(&rig, RIG_CONTROL, CHAIN, 0, 0);
        rig_ccw(&rig, CCW_TRANSFER_IN_CHANNEL, rows[i].flags, rows[i].count, rows[i].address);
        REQUIRE(rig_start(&rig) == 0 && rig_finish(&rig));
        CHECK_EQ(rig.irb.scsw.subchannel_status, PROGRAM);
        CHECK_EQ(be32_get(rig.irb.scsw.ccw_address), rows[i].ends);
        rig.ccw = CCWS;
    }
    rig_tear_down(&rig);
}

static void addresses_must_be_configured(void)
{
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    make_ready(&rig, 32);
    rig_ccw(&rig, RIG_READ, 0, 32, (2u << 20) - 16);
    rig_run(&rig, FORMAT_1, RIG_ENDED, PROGRAM, 32 - 16);
    rig_ccw_0(&rig, RIG_READ, 0, 32, 0xfffff0);
    rig_run(&rig, 0, RIG_ENDED, PROGRAM, 32);
    rig_tear_down(&rig);
}

static void set_key(struct css_rig *rig, uint64_t address, uint8_t key)
{
    atomic_store(storage_key_at(&rig->storage, (abs_addr){address}), key);
}

/* The key of the ORB is 2. */
static void storage_keys_protect(void)
{
    static const struct {
        uint8_t command;
        uint8_t key;
        bool allowed;
    } rows[] = {
        {RIG_READ, 0x20, true},       {RIG_READ, 0x28, true},      {RIG_READ, 0x30, false},
        {RIG_READ, 0x00, false},      {RIG_TAKE_FOUR, 0x20, true}, {RIG_TAKE_FOUR, 0x30, true},
        {RIG_TAKE_FOUR, 0x38, false},
    };
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    make_ready(&rig, 4);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const bool allowed = rows[i].allowed;

        set_key(&rig, DATA, rows[i].key);
        rig_ccw(&rig, rows[i].command, 0, 4, DATA);
        rig_run(&rig, FORMAT_1 | 0x20000000u, RIG_ENDED, allowed ? 0 : PROTECTION, allowed ? 0 : 4);
    }
    /* CCWs and IDAWs are fetched under the key too. */
    set_key(&rig, DATA, 0x20);
    set_key(&rig, IDAWS, 0x38);
    rig_ccw(&rig, RIG_READ, INDIRECT, 4, IDAWS);
    rig_run(&rig, FORMAT_1 | 0x20000000u, RIG_ENDED, PROTECTION, 4);
    set_key(&rig, CCWS, 0x38);
    rig_run(&rig, FORMAT_1 | 0x20000000u, 0, PROTECTION, 0);
    CHECK_EQ(atomic_load(storage_key_at(&rig.storage, (abs_addr){DATA})) & STORAGE_KEY_CHANGE, 0);
    rig_tear_down(&rig);
}

static void stores_are_recorded_in_the_key(void)
{
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    make_ready(&rig, 4);
    rig_ccw(&rig, RIG_READ, 0, 4, DATA);
    rig_run(&rig, FORMAT_1, RIG_ENDED, 0, 0);
    CHECK_EQ(atomic_load(storage_key_at(&rig.storage, (abs_addr){DATA})),
             STORAGE_KEY_REFERENCE | STORAGE_KEY_CHANGE);
    CHECK_EQ(atomic_load(storage_key_at(&rig.storage, (abs_addr){CCWS})), STORAGE_KEY_REFERENCE);
    rig_tear_down(&rig);
}

static void unit_checks_leave_sense_data(void)
{
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    rig_ccw(&rig, 0x77, CHAIN, 5, DATA);
    rig_ccw(&rig, RIG_COUNT, 0, 0, 0);
    rig_run(&rig, FORMAT_1, DEVICE_STATUS_UNIT_CHECK, 0, 5);
    CHECK_EQ(rig_control(&rig) & (SCSW_STATUS_CONTROL | SCSW_EXTENDED_CONTROL), UNUSUAL);
    CHECK_EQ(be32_get(rig.irb.report), 0);
    rig_ccw(&rig, CCW_SENSE, 0, 2, DATA);
    rig_run(&rig, FORMAT_1, RIG_ENDED, 0, 0);
    CHECK_MEM_EQ(rig_at(&rig, DATA), "\x80\0", 2);
    rig_ccw(&rig, CCW_SENSE, 0, 2, DATA);
    rig_run(&rig, FORMAT_1, RIG_ENDED, 0, 0);
    CHECK_MEM_EQ(rig_at(&rig, DATA), "\0\0", 2);
    /* In concurrent-sense mode they come with the status. */
    CHECK_EQ(rig_modify(&rig, PMCW_ENABLED, PMCW_CONCURRENT_SENSE), 0);
    rig_ccw(&rig, 0x77, 0, 5, DATA);
    rig_run(&rig, FORMAT_1, DEVICE_STATUS_UNIT_CHECK, 0, 5);
    CHECK(rig_control(&rig) & SCSW_EXTENDED_CONTROL);
    CHECK_EQ(be32_get(rig.irb.report), 0x01010000);
    CHECK_MEM_EQ(rig.irb.extended_control, "\x80\0", 2);
    rig_tear_down(&rig);
}

static const struct test tests[] = {
    TEST(sense_id_tells_the_device),
    TEST(format_0_programs_run),
    TEST(lengths_are_compared),
    TEST(an_incorrect_length_ends_command_chaining),
    TEST(commands_chain),
    TEST(data_chains_over_areas),
    TEST(skipping_stores_nothing),
    TEST(reading_backward_descends),
    TEST(indirect_addresses_are_followed),
    TEST(bad_lists_are_program_checks),
    TEST(invalid_ccws_are_program_checks),
    TEST(invalid_transfers_are_program_checks),
    TEST(addresses_must_be_configured),
    TEST(storage_keys_protect),
    TEST(stores_are_recorded_in_the_key),
    TEST(unit_checks_leave_sense_data),
};

int main(void)
{
    return RUN_TESTS(tests);
}
