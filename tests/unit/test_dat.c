/*
 * The table walk (PoP chapter 3, "Dynamic Address Translation"): every level, every reason
 * to fail, EDAT frames, protection and IEP.
 */
#include "cpu/arch/dat.h"

#include "cpu/arch/configuration.h"
#include "cpu/arch/control.h"
#include "cpu/arch/interruption.h"
#include "tests/harness.h"

#define REGION_1     0x10000u /* tables, 16 KiB each */
#define REGION_2     0x14000u
#define REGION_3     0x18000u
#define SEGMENT      0x1c000u
#define PAGES        0x20000u
#define TABLE(level) ((uint64_t)(level) << 2) /* table type in ASCE and entries */
#define FULL         3u

static struct storage storage;
static struct configuration configuration;
static struct vcpu *cpu;

static void put(uint64_t address, uint64_t entry)
{
    store_be64(storage.host + address, entry);
}

/* A virtual address by its five indexes and the byte. */
static uint64_t address_of(unsigned r1, unsigned r2, unsigned r3, unsigned segment, unsigned page)
{
    return (uint64_t)r1 << 53 | (uint64_t)r2 << 42 | (uint64_t)r3 << 31 | (uint64_t)segment << 20 |
           (uint64_t)page << 12 | 0xabc;
}

#define ADDRESS address_of(1, 2, 3, 4, 5)
#define ASCE    (REGION_1 | TABLE(DAT_REGION_FIRST) | FULL)

static void build(void)
{
    memset(storage.host + REGION_1, 0, PAGES + 0x1000 - REGION_1);
    cpu->state.cr[0] = CR0_EDAT;
    put(REGION_1 + 1 * 8, REGION_2 | TABLE(DAT_REGION_FIRST) | FULL);
    put(REGION_2 + 2 * 8, REGION_3 | TABLE(DAT_REGION_SECOND) | FULL);
    put(REGION_3 + 3 * 8, SEGMENT | TABLE(DAT_REGION_THIRD) | FULL);
    put(SEGMENT + 4 * 8, PAGES);
    put(PAGES + 5 * 8, 0x123000);
}

static unsigned exception_at(uint64_t asce, uint64_t address)
{
    return dat_translate(cpu, asce, address).exception;
}

static void test_five_levels(void)
{
    struct translation t;

    build();
    t = dat_translate(cpu, ASCE, ADDRESS);
    CHECK_EQ(t.exception, 0);
    CHECK_EQ(t.real.value, 0x123abc);
    CHECK_EQ(t.level, DAT_PAGE);
    CHECK_EQ(t.entry_address.value, PAGES + 5 * 8);
    CHECK(!t.protected && !t.no_execute && !t.acc_valid);
}

static void test_fewer_levels(void)
{
    build();
    CHECK_EQ(
        dat_translate(cpu, REGION_2 | TABLE(DAT_REGION_SECOND) | FULL, address_of(0, 2, 3, 4, 5))
            .real.value,
        0x123abc);
    CHECK_EQ(
        dat_translate(cpu, REGION_3 | TABLE(DAT_REGION_THIRD) | FULL, address_of(0, 0, 3, 4, 5))
            .real.value,
        0x123abc);
    CHECK_EQ(dat_translate(cpu, SEGMENT | FULL, address_of(0, 0, 0, 4, 5)).real.value, 0x123abc);
    /* Bits to the left of what the designated table translates: ASCE-type exception. */
    CHECK_EQ(exception_at(SEGMENT | FULL, address_of(0, 0, 3, 4, 5)), PGM_ASCE_TYPE);
    CHECK_EQ(exception_at(REGION_3 | TABLE(DAT_REGION_THIRD) | FULL, address_of(0, 2, 3, 4, 5)),
             PGM_ASCE_TYPE);
    CHECK_EQ(exception_at(REGION_2 | TABLE(DAT_REGION_SECOND) | FULL, ADDRESS), PGM_ASCE_TYPE);
}

/* Each level's invalid bit raises that level's exception; a wrong table type raises
   translation specification. */
static void test_invalid_entries(void)
{
    static const struct {
        uint64_t entry, invalid;
        unsigned exception;
    } rows[] = {
        {REGION_1 + 8, RTE_INVALID, PGM_REGION_FIRST_TRANSLATION},
        {REGION_2 + 16, RTE_INVALID, PGM_REGION_SECOND_TRANSLATION},
        {REGION_3 + 24, RTE_INVALID, PGM_REGION_THIRD_TRANSLATION},
        {SEGMENT + 32, RTE_INVALID, PGM_SEGMENT_TRANSLATION},
        {PAGES + 40, PTE_INVALID, PGM_PAGE_TRANSLATION},
        {PAGES + 40, PTE_MUST_BE_ZERO, PGM_TRANSLATION_SPECIFICATION},
    };

    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        build();
        put(rows[i].entry, load_be64(storage.host + rows[i].entry) | rows[i].invalid);
        CHECK_EQ(exception_at(ASCE, ADDRESS), rows[i].exception);
    }
    for (unsigned i = 0; i < 4; i++) {
        build();
        put(rows[i].entry, load_be64(storage.host + rows[i].entry) ^ TABLE(1));
        CHECK_EQ(exception_at(ASCE, ADDRESS), PGM_TRANSLATION_SPECIFICATION);
    }
}

static void test_table_lengths(void)
{
    build();
    /* Length 0: only the first quarter of the 2,048 entries is there. */
    CHECK_EQ(exception_at(REGION_1 | TABLE(DAT_REGION_FIRST), ADDRESS), 0);
    CHECK_EQ(exception_at(REGION_1 | TABLE(DAT_REGION_FIRST), address_of(512, 0, 0, 0, 0)),
             PGM_REGION_FIRST_TRANSLATION);
    put(REGION_3 + 24, SEGMENT | TABLE(DAT_REGION_THIRD));
    CHECK_EQ(exception_at(ASCE, address_of(1, 2, 3, 512, 0)), PGM_SEGMENT_TRANSLATION);
    /* Offset 1: the first quarter is missing. */
    put(REGION_3 + 24, SEGMENT | TABLE(DAT_REGION_THIRD) | 1 << 6 | FULL);
    CHECK_EQ(exception_at(ASCE, ADDRESS), PGM_SEGMENT_TRANSLATION);
}

static void test_addressing(void)
{
    build();
    CHECK_EQ(exception_at(storage.size | TABLE(DAT_REGION_FIRST) | FULL, ADDRESS), PGM_ADDRESSING);
    put(SEGMENT + 32, storage.size);
    CHECK_EQ(exception_at(ASCE, ADDRESS), PGM_ADDRESSING);
}

static void test_protection(void)
{
    const uint64_t entries[] = {REGION_1 + 8, REGION_2 + 16, REGION_3 + 24, SEGMENT + 32,
                                PAGES + 40};

    for (unsigned i = 0; i < 5; i++) {
        build();
        put(entries[i], load_be64(storage.host + entries[i]) | RTE_PROTECTION);
        CHECK(dat_translate(cpu, ASCE, ADDRESS).protected);
        /* Without EDAT the bit of region-table entries is not looked at. */
        cpu->state.cr[0] = 0;
        CHECK_EQ(dat_translate(cpu, ASCE, ADDRESS).protected, i >= 3);
    }
}

static void test_large_frames(void)
{
    struct translation t;

    build();
    put(SEGMENT + 32,
        0x700000 | RTE_FORMAT_CONTROL | RTE_ACC_VALID | (uint64_t)0x9 << 12 | RTE_FETCH);
    t = dat_translate(cpu, ASCE, ADDRESS);
    CHECK_EQ(t.real.value, 0x705abc);
    CHECK(t.absolute);
    CHECK_EQ(t.level, DAT_SEGMENT);
    CHECK(t.acc_valid);
    CHECK_EQ(t.acc, 0x98);
    put(REGION_3 + 24, UINT64_C(0x180000000) | RTE_FORMAT_CONTROL | TABLE(DAT_REGION_THIRD));
    t = dat_translate(cpu, ASCE, ADDRESS);
    CHECK_EQ(t.real.value, UINT64_C(0x180405abc));
    CHECK_EQ(t.level, DAT_REGION_THIRD);
    /* Without the control the format bit means nothing and the tables are followed. */
    build();
    cpu->state.cr[0] = 0;
    put(SEGMENT + 32, PAGES | RTE_FORMAT_CONTROL);
    CHECK_EQ(dat_translate(cpu, ASCE, ADDRESS).real.value, 0x123abc);
}

static void test_no_execute(void)
{
    build();
    put(PAGES + 40, 0x123000 | PTE_IEP);
    CHECK(!dat_translate(cpu, ASCE, ADDRESS).no_execute);
    cpu->state.cr[0] |= CR0_IEP;
    CHECK(dat_translate(cpu, ASCE, ADDRESS).no_execute);
}

static void test_private_common(void)
{
    build();
    put(SEGMENT + 32, PAGES | STE_COMMON);
    CHECK_EQ(exception_at(ASCE, ADDRESS), 0);
    CHECK_EQ(exception_at(ASCE | ASCE_PRIVATE, ADDRESS), PGM_TRANSLATION_SPECIFICATION);
}

static void test_real_space(void)
{
    struct translation t = dat_translate(cpu, ASCE_REAL_SPACE, 0x4321);

    CHECK_EQ(t.exception, 0);
    CHECK_EQ(t.real.value, 0x4321);
}

static const struct test tests[] = {
    TEST(test_five_levels),   TEST(test_fewer_levels), TEST(test_invalid_entries),
    TEST(test_table_lengths), TEST(test_addressing),   TEST(test_protection),
    TEST(test_large_frames),  TEST(test_no_execute),   TEST(test_private_common),
    TEST(test_real_space),
};

int main(void)
{
    struct error error;

    if (storage_create(&storage, 8u << 20, &error))
        return 1;
    configuration_init(&configuration, &storage);
    configuration.facility_present[FACILITY_EDAT_1] = true;
    configuration.facility_present[FACILITY_EDAT_2] = true;
    configuration.facility_present[FACILITY_INSTRUCTION_EXECUTION_PROTECTION] = true;
    if (vcpu_create(&cpu, &configuration, 0, &error))
        return 1;
    return RUN_TESTS(tests);
}
