/* SERVICE CALL without a CPU: what the SCCB is checked for, and what the configuration's data say.
   Offsets are written out as numbers, so that the layout structures are checked too. */
#include "devices/sclp/sclp.h"

#include <errno.h>

#include "tests/devices/sclp_rig.h"

static void unknown_commands_are_invalid(void)
{
    static const uint32_t commands[] = {0,          0x00020002, 0x00020005, 0xdead0001,
                                        0x00040001, 0x00750005, 0x000d0001, 0x001a0001};
    struct sclp_rig rig;
    const struct sclp_config config = rig_config();

    REQUIRE(rig_set_up(&rig, &config));
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        rig_header(&rig, RIG_SCCB, 4096);
        CHECK_EQ(rig_call(&rig, commands[i]), 0x01f0);
        CHECK_EQ(rig.signal, RIG_SCCB);
    }
    /* Bits 16-23 are no part of the code. */
    rig_header(&rig, RIG_SCCB, 4096);
    CHECK_EQ(rig_call(&rig, READ_SCP_INFO | 0xff00), 0x0010);
    rig_tear_down(&rig);
}

static void short_blocks_are_insufficient(void)
{
    struct sclp_rig rig;
    const struct sclp_config config = rig_config();

    REQUIRE(rig_set_up(&rig, &config));
    for (uint16_t length = 8; length < 144; length++) {
        rig_header(&rig, RIG_SCCB, length);
        CHECK_EQ(rig_call(&rig, READ_SCP_INFO_FORCED), 0x0300);
    }
    rig_header(&rig, RIG_SCCB, 144);
    CHECK_EQ(rig_call(&rig, READ_SCP_INFO_FORCED), 0x0010);
    for (uint16_t length = 8; length < 40; length++) {
        rig_header(&rig, RIG_SCCB, length);
        CHECK_EQ(rig_call(&rig, READ_CPU_INFO), 0x0300);
    }
    rig_header(&rig, RIG_SCCB, 40);
    CHECK_EQ(rig_call(&rig, READ_CPU_INFO), 0x0010);
    /* The CPU has rejected these with a specification exception. */
    rig_header(&rig, RIG_SCCB, 7);
    CHECK_EQ(rig_call(&rig, READ_CPU_INFO), 0x0300);
    rig_tear_down(&rig);
}

static void blocks_stay_in_their_page(void)
{
    static const struct {
        uint32_t command;
        uint64_t address;
        uint16_t length;
        uint16_t response;
    } rows[] = {
        {WRITE_EVENT_DATA, RIG_SCCB, 4097, 0x0100},
        {WRITE_EVENT_DATA, RIG_SCCB, 8191, 0x0100},
        {WRITE_EVENT_DATA, RIG_SCCB, 0xffff, 0x0100},
        {WRITE_EVENT_DATA, RIG_SCCB + 4088, 9, 0x0100},
        {WRITE_EVENT_DATA, RIG_SCCB + 4088, 8, 0x0020},
        {READ_SCP_INFO, RIG_SCCB + 4096 - 144, 145, 0x0100},
        {READ_SCP_INFO, RIG_SCCB + 4096 - 144, 144, 0x0010},
        {READ_CPU_INFO, RIG_SCCB + 8, 4096, 0x0100},
        {READ_EVENT_DATA, RIG_SCCB + 16, 4096, 0x0100},
        /* An unknown command is that, wherever its SCCB ends. */
        {0xdead0001, RIG_SCCB + 16, 4096, 0x01f0},
    };
    struct sclp_rig rig;
    const struct sclp_config config = rig_config();

    REQUIRE(rig_set_up(&rig, &config));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rig_header(&rig, rows[i].address, rows[i].length);
        CHECK_EQ(rig_call_at(&rig, rows[i].command, rows[i].address), rows[i].response);
    }
    rig_tear_down(&rig);
}

static void extended_length_crosses_pages_but_not_storage(void)
{
    struct sclp_rig rig;
    struct sclp_config config = rig_config();
    const uint64_t last_page = (2u << 20) - 4096;

    config.extended_length_sccb = true;
    config.features = SCLP_FEATURE_DIAG318;
    REQUIRE(rig_set_up(&rig, &config));
    memset(rig_at(&rig, RIG_SCCB), 0xee, 16384);
    rig_header(&rig, RIG_SCCB, 12288);
    CHECK_EQ(rig_call(&rig, READ_SCP_INFO), 0x0010);
    CHECK_EQ(load_be16(rig_at(&rig, RIG_SCCB + 18)), 144);
    CHECK_EQ(*rig_at(&rig, RIG_SCCB + 134), 0x80);
    CHECK_EQ(*rig_at(&rig, RIG_SCCB + 160), 0xee);
    rig_header(&rig, RIG_SCCB + 4088, 4096);
    CHECK_EQ(rig_call_at(&rig, READ_CPU_INFO, RIG_SCCB + 4088), 0x0010);
    rig_header(&rig, last_page, 4097);
    CHECK_EQ(rig_call_at(&rig, READ_CPU_INFO, last_page), 0x0100);
    rig_header(&rig, RIG_SCCB, 4097);
    CHECK_EQ(rig_call(&rig, READ_EVENT_DATA), 0x0100);
    /* What is needed is told to a program that takes any length. */
    rig_header(&rig, RIG_SCCB, 159);
    CHECK_EQ(rig_call(&rig, READ_SCP_INFO), 0x0300);
    CHECK_EQ(load_be16(rig_at(&rig, RIG_SCCB)), 159);
    rig_header(&rig, RIG_SCCB, 159);
    *rig_at(&rig, RIG_SCCB + 5) = 0x80;
    CHECK_EQ(rig_call(&rig, READ_SCP_INFO), 0x0300);
    CHECK_EQ(load_be16(rig_at(&rig, RIG_SCCB)), 160);
    rig_tear_down(&rig);
}

static void scp_info_describes_the_configuration(void)
{
    static const uint8_t loadparm[8] = {0xe2, 0xf1, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40};
    struct sclp_rig rig;
    struct sclp_config config = rig_config();
    const uint8_t *sccb;

    config.cpu_count = 3;
    config.cpu_max = 8;
    config.cpu_address[1] = 1;
    config.cpu_address[2] = 2;
    memcpy(config.loadparm, "S1", 2);
    config.ibc = 0x0fff1234;
    config.stsi_nesting = 4;
    config.features = SCLP_FEATURE_SOP | SCLP_FEATURE_GSLS | SCLP_FEATURE_ESOP | SCLP_FEATURE_KSS |
                      SCLP_FEATURE_CMMA | SCLP_FEATURE_PFMFI | SCLP_FEATURE_IBS |
                      SCLP_FEATURE_TLB_GUEST | SCLP_FEATURE_64BSCAO | SCLP_FEATURE_ESCA |
                      SCLP_FEATURE_SIEF2 | SCLP_FEATURE_SKEY | SCLP_FEATURE_GPERE |
                      SCLP_FEATURE_SIGPIF | SCLP_FEATURE_IB;
    REQUIRE(rig_set_up(&rig, &config));
    rig_header(&rig, RIG_SCCB, 4096);
    CHECK_EQ(rig_call(&rig, READ_SCP_INFO), 0x0010);
    sccb = rig_at(&rig, RIG_SCCB);
    CHECK_EQ(load_be16(sccb + 8), 64);
    CHECK_EQ(sccb[10], 1);
    CHECK_EQ(sccb[15], 4);
    CHECK_EQ(load_be16(sccb + 16), 3);
    CHECK_EQ(load_be16(sccb + 18), 128);
    CHECK_MEM_EQ(sccb + 24, loadparm, 8);
    CHECK_EQ(load_be64(sccb + 48), 0x0800000000000000);
    CHECK_EQ(load_be32(sccb + 76), 0x0fff1234);
    CHECK_EQ(sccb[80], 0x20);
    CHECK_EQ(sccb[85], 0x82);
    CHECK_EQ(sccb[91], 0x40);
    CHECK_EQ(sccb[98], 0x01);
    CHECK_EQ(load_be32(sccb + 112), 0);
    CHECK_EQ(sccb[116], 0xc8);
    CHECK_EQ(sccb[117], 0x60);
    CHECK_EQ(load_be16(sccb + 120), 7);
    for (unsigned i = 0; i < 3; i++) {
        const uint8_t *entry = sccb + 128 + 16 * i;

        CHECK_EQ(entry[0], i);
        CHECK_EQ(entry[2], 0x0c);
        CHECK_EQ(entry[3], 0x28);
        CHECK_EQ(entry[7], 0x20);
        CHECK_EQ(entry[14], 0);
    }
    rig_header(&rig, RIG_SCCB, 4096);
    CHECK_EQ(rig_call(&rig, READ_CPU_INFO), 0x0010);
    CHECK_EQ(load_be16(sccb + 8), 3);
    CHECK_EQ(load_be16(sccb + 10), 24);
    CHECK_EQ(load_be16(sccb + 12), 0);
    CHECK_EQ(load_be16(sccb + 14), 24 + 3 * 16);
    CHECK_EQ(sccb[24 + 32], 2);
    CHECK_EQ(sccb[24 + 32 + 2], 0x0c);
    rig_tear_down(&rig);
}

/* Every size comes out exactly, in one of the two pairs of fields. */
static void storage_increments_multiply_to_the_size(void)
{
    static const uint64_t mib[] = {1,
                                   7,
                                   128,
                                   1020,
                                   1021,
                                   1024,
                                   3072,
                                   4097,
                                   65535,
                                   65537,
                                   262144,
                                   1048575,
                                   99991,
                                   1 << 20,
                                   1 << 24,
                                   (1 << 24) + 1,
                                   UINT64_C(1) << 34};

    for (size_t i = 0; i < sizeof mib / sizeof mib[0]; i++) {
        struct sclp_rig rig;
        struct sclp_config config = rig_config();
        uint64_t count, size;
        const uint8_t *sccb;

        config.memory_size = mib[i] << 20;
        REQUIRE(rig_set_up(&rig, &config));
        rig_header(&rig, RIG_SCCB, 4096);
        CHECK_EQ(rig_call(&rig, READ_SCP_INFO), 0x0010);
        sccb = rig_at(&rig, RIG_SCCB);
        count = load_be16(sccb + 8) ? load_be16(sccb + 8) : load_be64(sccb + 104);
        size = sccb[10] ? sccb[10] : load_be32(sccb + 100);
        CHECK_EQ(count * size, mib[i]);
        rig_tear_down(&rig);
    }
}

static void most_cpus_fill_the_page(void)
{
    struct sclp_rig rig;
    struct sclp_config config = rig_config();

    config.cpu_count = SCLP_MAX_CPUS;
    for (unsigned i = 0; i < SCLP_MAX_CPUS; i++)
        config.cpu_address[i] = (uint8_t)i;
    REQUIRE(rig_set_up(&rig, &config));
    rig_header(&rig, RIG_SCCB, 4096);
    CHECK_EQ(rig_call(&rig, READ_SCP_INFO), 0x0010);
    CHECK_EQ(*rig_at(&rig, RIG_SCCB + 4080), 247);
    rig_tear_down(&rig);
    config.extended_length_sccb = true;
    REQUIRE(rig_set_up(&rig, &config));
    rig_header(&rig, RIG_SCCB, 12288);
    CHECK_EQ(rig_call(&rig, READ_SCP_INFO), 0x0010);
    CHECK_EQ(*rig_at(&rig, RIG_SCCB + 4096), 247);
    rig_tear_down(&rig);
}

static void contradictions_are_refused(void)
{
    struct sclp_config config = rig_config();
    struct sclp *sclp = NULL;
    struct error error = {0};

    config.features = SCLP_FEATURE_DIAG318;
    CHECK_EQ(sclp_create(&sclp, &config, NULL, NULL, &error), -EINVAL);
    CHECK(strstr(error.text, "140") != NULL);
    config = rig_config();
    config.cpu_count = 0;
    CHECK_EQ(sclp_create(&sclp, &config, NULL, NULL, &error), -EINVAL);
    config.cpu_count = SCLP_MAX_CPUS + 1;
    CHECK_EQ(sclp_create(&sclp, &config, NULL, NULL, &error), -EINVAL);
    config = rig_config();
    config.memory_size = 4096;
    CHECK_EQ(sclp_create(&sclp, &config, NULL, NULL, &error), -EINVAL);
    CHECK(sclp == NULL);
}

static const struct test tests[] = {
    TEST(unknown_commands_are_invalid),
    TEST(short_blocks_are_insufficient),
    TEST(blocks_stay_in_their_page),
    TEST(extended_length_crosses_pages_but_not_storage),
    TEST(scp_info_describes_the_configuration),
    TEST(storage_increments_multiply_to_the_size),
    TEST(most_cpus_fill_the_page),
    TEST(contradictions_are_refused),
};

int main(void)
{
    return RUN_TESTS(tests);
}
