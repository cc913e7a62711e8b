/*
 * Address-space contexts and their TLBs: what a purge reaches and what it leaves, however
 * the entries came there, and that a context chosen from memory is the right one.
 */
#include "cpu/arch/access.h"
#include "cpu/arch/address_space.h"
#include "tests/unit/insn_rig.h"

#define PAGE  UINT64_C(0x20000)
#define ALIAS (PAGE + ((uint64_t)FILTER_BITS << 12)) /* the filter takes both for one */

/* Page tables, and where in one the entry for a page is. */
#define TABLE          UINT64_C(0x40800)
#define OTHER_TABLE    UINT64_C(0x41000)
#define ENTRY_OF(page) (((page) >> 12 & 0xff) * 8)

static struct rig rig;

/* As rig_open, with storage behind ALIAS. */
static bool open_large(void)
{
    struct error error;

    memset(&rig, 0, sizeof rig);
    if (storage_create(&rig.storage, UINT64_C(128) << 20, &error) != 0)
        return false;
    configuration_init(&rig.configuration, &rig.storage);
    if (vcpu_create(&rig.cpu, &rig.configuration, 0, &error) != 0)
        return false;
    rig_mode(&rig, RIG_MODE_64);
    return true;
}

static void set_key(uint64_t page)
{
    atomic_store(&rig.storage.key[page >> STORAGE_PAGE_SHIFT], 0xf0);
}

static bool knows_store(struct address_space *space, uint64_t address)
{
    return tlb_lookup(space->store, address, 8);
}

static bool knows_fetch(struct address_space *space, uint64_t address)
{
    return tlb_lookup(space->fetch, address, 8);
}

static void fill(struct address_space *space, uint64_t address)
{
    access_store64(rig.cpu, space, address, 1);
    access_fetch64(rig.cpu, space, address);
    CHECK(knows_store(space, address));
    CHECK(knows_fetch(space, address));
}

static void a_purge_of_stores_reaches_all_contexts(void)
{
    struct address_space *first, *second;

    REQUIRE(open_large());
    first = address_space_real(rig.cpu, 0);
    second = address_space_real(rig.cpu, 0xf);
    CHECK(first != second);
    set_key(PAGE);
    fill(first, PAGE);
    fill(second, PAGE);
    fill(first, PAGE + 0x1000);
    address_space_purge_stores(rig.cpu, PAGE + 8);
    CHECK(!knows_store(first, PAGE));
    CHECK(!knows_store(second, PAGE));
    CHECK(knows_fetch(first, PAGE));
    CHECK(knows_fetch(second, PAGE));
    CHECK(knows_store(first, PAGE + 0x1000));
    rig_close(&rig);
}

static void pages_that_the_filter_confuses(void)
{
    struct address_space *space;

    REQUIRE(open_large());
    space = address_space_real(rig.cpu, 0);
    /* Both also share an entry of the TLB, so that another context holds the second one. */
    fill(space, PAGE);
    set_key(ALIAS);
    fill(address_space_real(rig.cpu, 0xf), ALIAS);
    address_space_purge_absolute(rig.cpu, PAGE);
    CHECK(!knows_store(space, PAGE));
    CHECK(!knows_fetch(space, PAGE));
    CHECK(knows_store(address_space_real(rig.cpu, 0xf), ALIAS));
    CHECK(knows_fetch(address_space_real(rig.cpu, 0xf), ALIAS));
    address_space_purge_absolute(rig.cpu, ALIAS);
    CHECK(!knows_store(address_space_real(rig.cpu, 0xf), ALIAS));
    CHECK(!knows_fetch(address_space_real(rig.cpu, 0xf), ALIAS));
    rig_close(&rig);
}

static struct fetch_tlb_entry *learn(uint64_t page)
{
    struct address_space *space = rig.cpu->space_fetch;

    address_space_learn(space, (struct fetch_tlb_entry){.tag = page, .absolute = page, .id = 7});
    CHECK_EQ(space->where[7], page);
    return &space->instruction[page >> 12 & (FETCH_TLB_ENTRIES - 1)];
}

static void check_forgotten(const struct fetch_tlb_entry *entry)
{
    CHECK_EQ(entry->tag, TLB_EMPTY);
    CHECK_EQ(rig.cpu->space_fetch->where[7], TLB_EMPTY);
}

/* A backend fills instruction entries by itself, and may after any purge. */
static void instruction_entries_go_each_time(void)
{
    struct fetch_tlb_entry *entry;

    REQUIRE(open_large());
    for (unsigned i = 0; i < 2; i++) {
        entry = learn(PAGE);
        address_space_purge_all(rig.cpu);
        check_forgotten(entry);
        learn(PAGE);
        address_space_purge_absolute(rig.cpu, PAGE + 0x1000);
        CHECK_EQ(entry->tag, PAGE);
        address_space_purge_absolute(rig.cpu, PAGE);
        check_forgotten(entry);
        learn(PAGE);
        address_space_page_table(rig.cpu->space_fetch, TABLE);
        address_space_purge_page(rig.cpu, OTHER_TABLE + ENTRY_OF(PAGE));
        address_space_purge_page(rig.cpu, TABLE + ENTRY_OF(PAGE + 0x1000));
        CHECK_EQ(entry->tag, PAGE);
        address_space_purge_page(rig.cpu, TABLE + ENTRY_OF(PAGE));
        check_forgotten(entry);
        entry = learn(PAGE + (5 << 20));
        address_space_purge_page(rig.cpu, TABLE + ENTRY_OF(PAGE));
        check_forgotten(entry);
    }
    rig_close(&rig);
}

/* And the page index alone counts, so that a table that is in use in two places is known. */
static void a_page_index_is_purged_wherever_its_table_is_used(void)
{
    struct address_space *space;

    REQUIRE(open_large());
    space = address_space_real(rig.cpu, 0);
    for (unsigned mebibyte = 0; mebibyte < 16; mebibyte++) {
        fill(space, PAGE + ((uint64_t)mebibyte << 20));
        fill(space, PAGE + 0x1000 + ((uint64_t)mebibyte << 20));
    }
    address_space_page_table(space, TABLE);
    address_space_purge_page(rig.cpu, OTHER_TABLE + ENTRY_OF(PAGE));
    CHECK(knows_store(space, PAGE + (UINT64_C(15) << 20)));
    address_space_purge_page(rig.cpu, TABLE + ENTRY_OF(PAGE));
    for (unsigned mebibyte = 0; mebibyte < 16; mebibyte++) {
        CHECK(!knows_store(space, PAGE + ((uint64_t)mebibyte << 20)));
        CHECK(!knows_fetch(space, PAGE + ((uint64_t)mebibyte << 20)));
    }
    CHECK(knows_store(space, PAGE + 0x1000 + (UINT64_C(15) << 20)));
    rig_close(&rig);
}

static void stores_into_the_lowcore_are_found_and_purged(void)
{
    struct address_space *space;

    REQUIRE(open_large());
    rig.cpu->state.cr[0] |= CR0_LOW_ADDRESS_PROTECTION;
    space = address_space_real(rig.cpu, 0);
    access_store64(rig.cpu, space, 0x380, 1);
    access_store64(rig.cpu, space, 0x1200, 1);
    CHECK(!knows_store(space, 0x380));
    CHECK(low_store_lookup(space, 0x380, 8));
    CHECK(low_store_lookup(space, 0x200, 8));
    CHECK(low_store_lookup(space, 0x1200, 8));
    CHECK(!low_store_lookup(space, 0x1f8, 8));
    CHECK(!low_store_lookup(space, 0x1ff, 8));
    CHECK(!low_store_lookup(space, 0xffc, 8));
    CHECK(!low_store_lookup(space, 0x11f8, 8));
    CHECK(!low_store_lookup(space, 0x2380, 8));
    address_space_purge_stores(rig.cpu, 0x1000);
    CHECK(!low_store_lookup(space, 0x1200, 8));
    access_store64(rig.cpu, space, 0x380, 1);
    address_space_purge_all(rig.cpu);
    CHECK(!low_store_lookup(space, 0x380, 8));
    rig_close(&rig);
}

/* More ASCEs than there are contexts, in all address-space modes, come and go. */
static void the_current_context_is_the_right_one(void)
{
    static const uint64_t modes[] = {0, BIT64(16), BITS64(16, 17)}; /* primary, secondary, home */
    static const unsigned registers[] = {1, 7, 13};

    REQUIRE(open_large());
    for (uint64_t i = 0; i < 3000; i++) {
        uint64_t *cr = rig.cpu->state.cr, problem = i % 5 ? 0 : PSW_PROBLEM;
        unsigned mode = (unsigned)(i / 7 % 3);
        uint64_t mask = RIG_MODE_64 | PSW_DAT | problem | modes[mode];

        cr[1] = (i * 7 % 19) << 14;
        cr[7] = (i * 5 % 11) << 14;
        cr[13] = (i * 3 % 23) << 14;
        if (i % 2)
            psw_load(rig.cpu, (struct psw){mask, 0x1000});
        else
            psw_derive(rig.cpu);
        mode = bits64_get(rig.cpu->state.psw_mask, 16, 17) == PSW_SPACE_HOME        ? 2
               : bits64_get(rig.cpu->state.psw_mask, 16, 17) == PSW_SPACE_SECONDARY ? 1
                                                                                    : 0;
        if (!(rig.cpu->state.psw_mask & PSW_DAT))
            continue;
        CHECK_EQ(rig.cpu->space->asce, cr[registers[mode]]);
        CHECK_EQ(rig.cpu->space_fetch->asce, cr[mode == 2 ? 13 : 1]);
        CHECK_EQ(!!(rig.cpu->space->mode & SPACE_PROBLEM),
                 !!(rig.cpu->state.psw_mask & PSW_PROBLEM));
        CHECK_EQ(rig.cpu->space->mode >> SPACE_ROLE_SHIFT & 3,
                 bits64_get(rig.cpu->state.psw_mask, 16, 17));
        /* LCTLG of one of them. */
        cr[registers[i % 3]] = (i % 29) << 14;
        psw_asce_changed(rig.cpu, registers[i % 3]);
        CHECK_EQ(rig.cpu->space->asce, cr[registers[mode]]);
        CHECK_EQ(rig.cpu->space_fetch->asce, cr[mode == 2 ? 13 : 1]);
    }
    rig_close(&rig);
}

static const struct test tests[] = {
    TEST(a_purge_of_stores_reaches_all_contexts),
    TEST(pages_that_the_filter_confuses),
    TEST(instruction_entries_go_each_time),
    TEST(a_page_index_is_purged_wherever_its_table_is_used),
    TEST(stores_into_the_lowcore_are_found_and_purged),
    TEST(the_current_context_is_the_right_one),
};

int main(void)
{
    return RUN_TESTS(tests);
}
