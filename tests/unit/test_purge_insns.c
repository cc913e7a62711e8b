/*
 * What a CPU may not remember: translations, keys, reference and change recording after the
 * instructions that change them. Each test uses a page first, so that the TLB knows it.
 *
 * Segment table at 30000, page table of segment 0 at 34000: page 20000 is at 50000, 21000 at
 * 51000 and 22000 at 52000. The second segment, of 1 MiB, has its page table at 35000.
 */
#include "cpu/arch/access.h"
#include "cpu/isa/insn.h"
#include "tests/unit/insn_rig.h"

#define SEGMENT_TABLE 0x30000
#define PAGE_TABLE    0x34000
#define SECOND_TABLE  0x35000

static struct rig rig;

static bool open_space(void)
{
    if (!rig_open(&rig))
        return false;
    rig.cpu->state.cr[1] = SEGMENT_TABLE;
    store_be64(rig_at(&rig, SEGMENT_TABLE), PAGE_TABLE);
    store_be64(rig_at(&rig, SEGMENT_TABLE + 8), SECOND_TABLE);
    for (unsigned i = 0; i < 256; i++) {
        store_be64(rig_at(&rig, PAGE_TABLE + 8 * i), 0x400);
        store_be64(rig_at(&rig, SECOND_TABLE + 8 * i), 0x400);
    }
    for (unsigned i = 0x20; i < 0x23; i++)
        store_be64(rig_at(&rig, PAGE_TABLE + 8 * i), 0x30000 + 0x1000 * i);
    store_be64(rig_at(&rig, SECOND_TABLE + 8 * 0x20), 0x58000);
    return true;
}

/* The program-interruption code of a fetch or a store of 8 bytes at virtual ADDRESS with
   access key KEY, or 0. */
static unsigned use(uint64_t address, unsigned key, bool store)
{
    struct vcpu *cpu = rig.cpu;

    cpu->program.code = 0;
    cpu->unwinding = 1;
    if (_setjmp(cpu->unwind) == 0) {
        struct address_space *space = address_space_primary(cpu, key);

        if (store)
            access_store64(cpu, space, address, 1);
        else
            access_fetch64(cpu, space, address);
    }
    cpu->unwinding = 0;
    return cpu->program.code;
}

static void use_all(void)
{
    for (uint64_t page = 0x20000; page < 0x23000; page += 0x1000) {
        CHECK_EQ(use(page, 0, false), 0);
        CHECK_EQ(use(page, 0, true), 0);
    }
    CHECK_EQ(use(0x120000, 0, false), 0);
}

static void ipte_clears_by_page_index(void)
{
    REQUIRE(open_space());
    use_all();
    rig.cpu->state.gr[1] = PAGE_TABLE;
    rig.cpu->state.gr[2] = 0x20000;
    CHECK_EQ(rig_run(&rig, "b221 0012"), 0);
    CHECK_EQ(use(0x20000, 0, false), PGM_PAGE_TRANSLATION);
    CHECK_EQ(use(0x20000, 0, true), PGM_PAGE_TRANSLATION);
    CHECK_EQ(use(0x21000, 0, true), 0);
    /* The same index in the other page table: R2 need not have the segment's bits. */
    rig.cpu->state.gr[1] = SECOND_TABLE;
    CHECK_EQ(rig_run(&rig, "b221 0012"), 0);
    CHECK_EQ(use(0x120000, 0, false), PGM_PAGE_TRANSLATION);
    rig_close(&rig);
}

static void ipte_clears_a_range(void)
{
    REQUIRE(open_space());
    use_all();
    rig.cpu->state.gr[1] = PAGE_TABLE;
    rig.cpu->state.gr[2] = 0x20000;
    rig.cpu->state.gr[3] = 0x21; /* more than are cleared one by one */
    CHECK_EQ(rig_run(&rig, "b221 3012"), 0);
    CHECK_EQ(use(0x20000, 0, false), PGM_PAGE_TRANSLATION);
    CHECK_EQ(use(0x21000, 0, false), PGM_PAGE_TRANSLATION);
    CHECK_EQ(use(0x22000, 0, true), PGM_PAGE_TRANSLATION);
    rig_close(&rig);
}

static void idte_clears_by_entry_and_by_asce(void)
{
    REQUIRE(open_space());
    use_all();
    rig.cpu->state.gr[1] = SEGMENT_TABLE;
    rig.cpu->state.gr[2] = 0x100000;
    CHECK_EQ(rig_run(&rig, "b98e 0012"), 0);
    CHECK_EQ(use(0x120000, 0, false), PGM_SEGMENT_TRANSLATION);
    CHECK_EQ(use(0x20000, 0, false), 0);
    store_be64(rig_at(&rig, PAGE_TABLE + 8 * 0x20), 0x400);
    rig.cpu->state.gr[2] = 0x800;
    rig.cpu->state.gr[3] = SEGMENT_TABLE;
    CHECK_EQ(rig_run(&rig, "b98e 3002"), 0);
    CHECK_EQ(use(0x20000, 0, false), PGM_PAGE_TRANSLATION);
    rig_close(&rig);
}

static void ptlb_and_spx_clear_all(void)
{
    REQUIRE(open_space());
    use_all();
    store_be64(rig_at(&rig, PAGE_TABLE + 8 * 0x20), 0x400);
    CHECK_EQ(rig_run(&rig, "b20d 0000"), 0);
    CHECK_EQ(use(0x20000, 0, false), PGM_PAGE_TRANSLATION);
    /* Page 21000 is at real 51000: in the prefix area from now on, so absolute 1000. */
    store_be64(rig_at(&rig, 0x51000), 0x1111111111111111);
    store_be64(rig_at(&rig, 0x1000), 0x2222222222222222);
    rig_put(&rig, 0x60000, "00050000");
    rig.cpu->state.gr[5] = 0x60000;
    CHECK_EQ(rig_run(&rig, "b210 5000"), 0);
    CHECK_EQ(access_fetch64(rig.cpu, address_space_primary(rig.cpu, 0), 0x21000),
             0x2222222222222222);
    rig_close(&rig);
}

static void exchanges_clear_what_they_change(void)
{
    REQUIRE(open_space());
    use_all();
    rig.cpu->state.gr[2] = 0x50000; /* CRDTE of the page-table entry */
    rig.cpu->state.gr[3] = 0x50400;
    rig.cpu->state.gr[4] = PAGE_TABLE;
    rig.cpu->state.gr[5] = 0x20000;
    CHECK_EQ(rig_run(&rig, "b98f 0024"), 0);
    CHECK_EQ(rig.cpu->cc, 0);
    CHECK_EQ(use(0x20000, 0, false), PGM_PAGE_TRANSLATION);
    rig.cpu->state.gr[2] = 0x51000; /* CSPG of the next entry, with the TLB bit in R6 */
    rig.cpu->state.gr[3] = 0x51400;
    rig.cpu->state.gr[6] = PAGE_TABLE + 8 * 0x21 + 1;
    CHECK_EQ(rig_run(&rig, "b98a 0026"), 0);
    CHECK_EQ(rig.cpu->cc, 0);
    CHECK_EQ(use(0x21000, 0, false), PGM_PAGE_TRANSLATION);
    rig_close(&rig);
}

static void rdp_lets_stores_in(void)
{
    REQUIRE(open_space());
    store_be64(rig_at(&rig, PAGE_TABLE + 8 * 0x20), 0x50200);
    CHECK_EQ(use(0x20000, 0, false), 0);
    CHECK_EQ(use(0x20000, 0, true), PGM_PROTECTION);
    rig.cpu->state.gr[1] = PAGE_TABLE;
    rig.cpu->state.gr[2] = 0x20000;
    CHECK_EQ(rig_run(&rig, "b98b 0012"), 0);
    CHECK_EQ(use(0x20000, 0, true), 0);
    rig_close(&rig);
}

static void set_key(const char *instruction, uint64_t r1, uint64_t r2)
{
    rig.cpu->state.gr[1] = r1;
    rig.cpu->state.gr[2] = r2;
    CHECK_EQ(rig_run(&rig, instruction), 0);
}

static void new_keys_count_at_once(void)
{
    REQUIRE(open_space());
    set_key("b22b 0012", 0x10, 0x50000); /* SSKE */
    CHECK_EQ(use(0x20000, 1, false), 0);
    CHECK_EQ(use(0x20000, 1, true), 0);
    set_key("b22b 0012", 0x20, 0x50000);
    CHECK_EQ(use(0x20000, 1, false), 0);
    CHECK_EQ(use(0x20000, 1, true), PGM_PROTECTION);
    set_key("b22b 0012", 0x28, 0x50000);
    CHECK_EQ(use(0x20000, 1, false), PGM_PROTECTION);
    set_key("b22b 0012", 0x10, 0x50000);
    CHECK_EQ(use(0x20000, 1, true), 0);
    set_key("b22b 1012", 0x28, 0x50000); /* all blocks up to the next MiB */
    CHECK_EQ(use(0x20000, 1, false), PGM_PROTECTION);
    set_key("b22b 0012", 0x10, 0x50000);
    CHECK_EQ(use(0x20000, 1, true), 0);
    set_key("b9af 0012", 0x20028, 0x50000); /* PFMF */
    CHECK_EQ(use(0x20000, 1, false), PGM_PROTECTION);
    rig_close(&rig);
}

#define KEY_AT(address) atomic_load(&rig.storage.key[(address) >> 12])

static void reference_and_change_are_recorded_anew(void)
{
    REQUIRE(open_space());
    use_all();
    CHECK_EQ(KEY_AT(0x50000), 6);
    set_key("b22b 0012", 0, 0x50000);
    CHECK_EQ(KEY_AT(0x50000), 0);
    CHECK_EQ(use(0x20000, 0, false), 0);
    CHECK_EQ(KEY_AT(0x50000), 4);
    CHECK_EQ(use(0x20000, 0, true), 0);
    CHECK_EQ(KEY_AT(0x50000), 6);
    set_key("b22a 0002", 0, 0x50000); /* RRBE */
    CHECK_EQ(rig.cpu->cc, 3);
    CHECK_EQ(KEY_AT(0x50000), 2);
    CHECK_EQ(use(0x20000, 0, false), 0);
    CHECK_EQ(KEY_AT(0x50000), 6);
    set_key("b9ae 0012", 0, 0x50000); /* RRBM */
    CHECK_EQ(KEY_AT(0x50000), 2);
    CHECK_EQ(use(0x20000, 0, true), 0);
    CHECK_EQ(KEY_AT(0x50000), 6);
    rig_close(&rig);
}

static const struct test tests[] = {
    TEST(ipte_clears_by_page_index),        TEST(ipte_clears_a_range),
    TEST(idte_clears_by_entry_and_by_asce), TEST(ptlb_and_spx_clear_all),
    TEST(exchanges_clear_what_they_change), TEST(rdp_lets_stores_in),
    TEST(new_keys_count_at_once),           TEST(reference_and_change_are_recorded_anew),
};

int main(void)
{
    return RUN_TESTS(tests);
}
