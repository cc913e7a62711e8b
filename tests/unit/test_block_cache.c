/*
 * The cache of translated blocks with blocks of no code: links between blocks are made and taken
 * back, and a change drops what it must and nothing else.
 */
#include "cpu/jit/block_cache.h"

#include "src/base/be.h"
#include "tests/unit/insn_rig.h"

#define PAGE      UINT64_C(0x4000)
#define CODE_ROOM 64
#define ENTRY     32 /* from the start of a block's code, with its address before it, */
#define SITE      44 /* the displacement of its exit, */
#define UNLINKED  48 /* and where that leads at first */

struct fixture {
    struct rig rig;
    struct block_cache cache;
    struct jit_page *page;
    struct jit_page *next; /* for blocks that cross to it; null: unknown */
};

static bool open_fixture(struct fixture *f)
{
    struct error error;

    if (!rig_open(&f->rig) || block_cache_create(&f->cache, &f->rig.storage, &error) < 0)
        return false;
    f->page = block_cache_page(&f->cache, PAGE, f->rig.cpu->space->mode);
    f->next = NULL;
    return f->page != NULL;
}

static void close_fixture(struct fixture *f)
{
    block_cache_destroy(&f->cache);
    rig_close(&f->rig);
}

/* Where the jump at SITE of BLOCK's code leads. */
static const uint8_t *leads_to(const struct jit_block *block)
{
    const uint8_t *site = block->guarded + SITE;
    int32_t displacement;

    memcpy(&displacement, site, sizeof displacement);
    return site + 4 + displacement;
}

/* The block at OFFSET of PAGE, "translated", with one exit to TARGET. */
static struct jit_block *make_block(struct fixture *f, struct jit_page *page, unsigned offset,
                                    int64_t target)
{
    struct jit_block *block =
        block_cache_decode(f->rig.cpu, &f->cache, (struct block_pages){page, f->next}, offset);
    struct code_block room = code_memory_next(&f->cache.memory, 16);
    struct host_exit *exit = arena_new(&f->cache.block_arena, sizeof *exit);
    struct host_result result = {
        .size = CODE_ROOM, .entry = room.run + ENTRY, .guarded = room.run, .exit_count = 1};
    const int32_t displacement = UNLINKED - (SITE + 4);

    if (!block || !exit)
        return NULL;
    memset(room.write, 0x90, CODE_ROOM);
    memcpy(room.write + ENTRY - sizeof block, &block, sizeof block);
    memcpy(room.write + SITE, &displacement, sizeof displacement);
    if (!code_memory_publish(&f->cache.memory, room, CODE_ROOM))
        return NULL;
    *exit = (struct host_exit){
        .target = target, .site = room.run + SITE, .unlinked = room.run + UNLINKED, .from = block};
    block_cache_translated(&f->cache, block, &result, exit);
    return block;
}

/* LGR 1,2 and BR 14 at each of the places where the tests have blocks. */
static void put_code(struct fixture *f, uint64_t page)
{
    for (unsigned offset = 0; offset < 0x400; offset += 0x100)
        rig_put(&f->rig, page + offset, "b9040012 07fe");
}

static void blocks_are_found(void)
{
    struct fixture f;
    struct jit_block *block;

    REQUIRE(open_fixture(&f));
    put_code(&f, PAGE);
    CHECK(block_cache_find(f.page, 0x100) == NULL);
    block = make_block(&f, f.page, 0x100, 0x200);
    REQUIRE(block);
    CHECK_EQ(block->count, 2);
    CHECK_EQ(block->end, 0x106);
    CHECK(block_cache_find(f.page, 0x100) == block);
    CHECK(f.cache.memory.run + f.page->entry[0x100 / 2] == block->entry);
    CHECK(block_cache_find(f.page, 0x104) == NULL);
    CHECK(block_cache_page(&f.cache, PAGE, f.page->mode) == f.page);
    CHECK(block_cache_page(&f.cache, PAGE, f.page->mode ^ SPACE_PROBLEM) != f.page);
    CHECK(atomic_load(&f.rig.storage.flags[PAGE >> 12]) & STORAGE_PAGE_HAS_CODE);
    close_fixture(&f);
}

static void exits_are_linked(void)
{
    struct fixture f;
    struct jit_page *other;
    struct jit_block *from, *near, *beyond, *far;

    REQUIRE(open_fixture(&f));
    put_code(&f, PAGE);
    put_code(&f, PAGE + STORAGE_PAGE_SIZE);
    other = block_cache_page(&f.cache, PAGE + STORAGE_PAGE_SIZE, f.page->mode);
    from = make_block(&f, f.page, 0, 0x100);
    near = make_block(&f, f.page, 0x100, 0);
    beyond = make_block(&f, f.page, 0x200, STORAGE_PAGE_SIZE);
    far = make_block(&f, other, 0, 0);
    REQUIRE(from && near && beyond && far);
    CHECK(leads_to(from) == from->guarded + UNLINKED);
    block_cache_link(&f.cache, from->exits, near);
    CHECK(leads_to(from) == near->entry);
    CHECK(from->exits->to == near);
    /* Once linked, an exit stays. */
    block_cache_link(&f.cache, from->exits, beyond);
    CHECK(leads_to(from) == near->entry);
    /* From another page only through the check that the page is still the same. */
    block_cache_link(&f.cache, beyond->exits, far);
    CHECK(leads_to(beyond) == far->guarded);
    close_fixture(&f);
}

static void own_stores_drop_by_bytes(void)
{
    struct fixture f;
    struct jit_block *first, *second, *third;
    struct storage *storage = &f.rig.storage;

    REQUIRE(open_fixture(&f));
    put_code(&f, PAGE);
    first = make_block(&f, f.page, 0, 0x100);
    second = make_block(&f, f.page, 0x100, 0x200);
    third = make_block(&f, f.page, 0x200, 0x100);
    REQUIRE(first && second && third);
    block_cache_link(&f.cache, first->exits, second);
    block_cache_link(&f.cache, second->exits, third);
    block_cache_link(&f.cache, third->exits, second);
    /* Right behind the second block, in the same granule. */
    storage_code_changed(storage, (abs_addr){PAGE + 0x106}, 2);
    CHECK(!block_cache_changed(f.rig.cpu, &f.cache, PAGE + 0x106, 2));
    CHECK(block_cache_find(f.page, 0x100) == second);
    /* Its last byte. */
    storage_code_changed(storage, (abs_addr){PAGE + 0x105}, 1);
    CHECK(block_cache_changed(f.rig.cpu, &f.cache, PAGE + 0x105, 1));
    CHECK(block_cache_find(f.page, 0x100) == NULL);
    CHECK_EQ(f.page->entry[0x100 / 2], 0);
    CHECK(second->dead);
    CHECK(leads_to(first) == first->guarded + UNLINKED);
    CHECK(leads_to(third) == third->guarded + UNLINKED);
    CHECK(first->exits->to == NULL);
    CHECK(third->entered == NULL);
    CHECK(block_cache_find(f.page, 0) == first);
    CHECK(block_cache_find(f.page, 0x200) == third);
    /* Its exit is dead too, and what remains is watched: the next store is seen. */
    block_cache_link(&f.cache, second->exits, third);
    CHECK(third->entered == NULL);
    CHECK(atomic_load(&storage->flags[PAGE >> 12]) & STORAGE_PAGE_HAS_CODE);
    storage_code_changed(storage, (abs_addr){PAGE}, 1);
    CHECK(block_cache_changed(f.rig.cpu, &f.cache, PAGE, 1));
    CHECK(block_cache_find(f.page, 0) == NULL);
    CHECK(block_cache_find(f.page, 0x200) == third);
    close_fixture(&f);
}

/* Where others stored too, nobody knows which bytes. */
static void others_stores_drop_the_page(void)
{
    struct fixture f;
    struct jit_page *other;
    struct jit_block *kept;

    REQUIRE(open_fixture(&f));
    put_code(&f, PAGE);
    put_code(&f, PAGE + STORAGE_PAGE_SIZE);
    other = block_cache_page(&f.cache, PAGE + STORAGE_PAGE_SIZE, f.page->mode);
    REQUIRE(make_block(&f, f.page, 0, 0x100) && make_block(&f, f.page, 0x100, 0));
    kept = make_block(&f, other, 0, 0);
    REQUIRE(kept);
    atomic_fetch_add(&f.rig.storage.code_generation[PAGE >> 12], 1);
    block_cache_refresh(f.rig.cpu, &f.cache);
    CHECK(block_cache_find(f.page, 0) == NULL);
    CHECK(block_cache_find(f.page, 0x100) == NULL);
    CHECK(block_cache_find(other, 0) == kept);
    CHECK_EQ(f.page->generation, 1);

    REQUIRE(make_block(&f, f.page, 0, 0x100) && make_block(&f, f.page, 0x100, 0));
    atomic_fetch_add(&f.rig.storage.code_generation[PAGE >> 12], 1);
    storage_code_changed(&f.rig.storage, (abs_addr){PAGE}, 1);
    CHECK(block_cache_changed(f.rig.cpu, &f.cache, PAGE, 1));
    CHECK(block_cache_find(f.page, 0x100) == NULL);
    CHECK(block_cache_find(other, 0) == kept);
    close_fixture(&f);
}

/* What others store makes the whole cache look; a CPU's own stores are dealt with already. */
static void staleness(void)
{
    struct fixture f;
    struct storage *storage = &f.rig.storage;
    struct jit_page *other;

    REQUIRE(open_fixture(&f));
    put_code(&f, PAGE);
    put_code(&f, PAGE + STORAGE_PAGE_SIZE);
    other = block_cache_page(&f.cache, PAGE + STORAGE_PAGE_SIZE, f.page->mode);
    REQUIRE(make_block(&f, f.page, 0, 0x100) && make_block(&f, f.page, 0x100, 0) &&
            make_block(&f, other, 0, 0));
    CHECK(!block_cache_is_stale(&f.cache));
    storage_code_changed(storage, (abs_addr){PAGE + 0x800}, 1); /* no code there */
    CHECK(!block_cache_is_stale(&f.cache));
    storage_code_changed(storage, (abs_addr){PAGE}, 1);
    CHECK(block_cache_changed(f.rig.cpu, &f.cache, PAGE, 1));
    CHECK(!block_cache_is_stale(&f.cache));
    /* An own store, and one of somebody else's to the other page. */
    storage_code_changed(storage, (abs_addr){PAGE + STORAGE_PAGE_SIZE}, 1);
    storage_code_changed(storage, (abs_addr){PAGE + 0x100}, 1);
    CHECK(block_cache_changed(f.rig.cpu, &f.cache, PAGE + 0x100, 1));
    CHECK(block_cache_is_stale(&f.cache));
    CHECK(block_cache_find(other, 0) != NULL);
    block_cache_refresh(f.rig.cpu, &f.cache);
    CHECK(!block_cache_is_stale(&f.cache));
    CHECK(block_cache_find(other, 0) == NULL);
    close_fixture(&f);
}

/* The same bytes in two modes are two blocks, and one store drops both. */
static void modes_are_dropped_together(void)
{
    struct fixture f;
    struct jit_page *other;

    REQUIRE(open_fixture(&f));
    put_code(&f, PAGE);
    other = block_cache_page(&f.cache, PAGE, f.page->mode ^ SPACE_PROBLEM);
    REQUIRE(make_block(&f, f.page, 0, 0x100) && make_block(&f, other, 0, 0x100));
    storage_code_changed(&f.rig.storage, (abs_addr){PAGE + 2}, 1);
    CHECK(block_cache_changed(f.rig.cpu, &f.cache, PAGE + 2, 1));
    CHECK(block_cache_find(f.page, 0) == NULL);
    CHECK(block_cache_find(other, 0) == NULL);
    close_fixture(&f);
}

static void forgetting_everything(void)
{
    struct fixture f;
    size_t free_before;

    REQUIRE(open_fixture(&f));
    put_code(&f, PAGE);
    free_before = code_memory_next(&f.cache.memory, 16).size;
    REQUIRE(make_block(&f, f.page, 0, 0x100));
    CHECK(code_memory_next(&f.cache.memory, 16).size < free_before);
    block_cache_empty(&f.cache);
    CHECK_EQ(code_memory_next(&f.cache.memory, 16).size, free_before);
    f.page = block_cache_page(&f.cache, PAGE, f.rig.cpu->space->mode);
    REQUIRE(f.page);
    CHECK(block_cache_find(f.page, 0) == NULL);
    CHECK_EQ(f.page->entry[0x100 / 2], 0);
    close_fixture(&f);
}

static unsigned decoded(struct fixture *f, unsigned offset, const char *code)
{
    struct jit_block *block;

    rig_put(&f->rig, PAGE + offset, code);
    block =
        block_cache_decode(f->rig.cpu, &f->cache, (struct block_pages){f->page, f->next}, offset);
    return block ? block->end - offset : 0;
}

/* Behind an instruction after which nothing follows a block ends, but not where one of its
   branches leads there. */
static void where_blocks_end(void)
{
    struct fixture f;

    REQUIRE(open_fixture(&f));
    CHECK_EQ(decoded(&f, 0x000, "b9040012 a7f40004 b9040012 07fe"), 8);
    /* BRC 8 over the J that follows it */
    CHECK_EQ(decoded(&f, 0x100, "a7840004 a7f40010 b9040012 07fe b9040012 07fe"), 14);
    CHECK_EQ(decoded(&f, 0x200, "b9040012 0a01 b9040012"), 6); /* SVC */
    CHECK_EQ(decoded(&f, 0x300, "b9040012 0000 b9040012"), 6); /* no instruction */
    close_fixture(&f);
}

/* Of an instruction that crosses to the next page, which need not be the next one in storage. */
#define NEXT (PAGE + 5 * STORAGE_PAGE_SIZE)

static bool open_crossing(struct fixture *f)
{
    if (!open_fixture(f))
        return false;
    put_code(f, PAGE);
    f->next = block_cache_page(&f->cache, NEXT, f->page->mode);
    /* LG 1,4(2) whose last two bytes are there; between the pages stands something else */
    rig_put(&f->rig, PAGE + 0xff8, "b9040012 e3102004 0777");
    rig_put(&f->rig, NEXT, "0004 07fe");
    return f->next != NULL;
}

static void blocks_cross_pages(void)
{
    struct fixture f;
    struct jit_block *block;

    REQUIRE(open_crossing(&f));
    block = make_block(&f, f.page, 0xff8, 0x1002);
    REQUIRE(block);
    CHECK_EQ(block->count, 2);
    CHECK_EQ(block->end, STORAGE_PAGE_SIZE + 2);
    CHECK(!block->cut);
    CHECK(!lift_crosses(&block->insns[0]));
    CHECK(lift_crosses(&block->insns[1]));
    CHECK_EQ(block->insns[1].length, 6);
    CHECK_EQ(block->insns[1].d2, 4);
    CHECK(block->second == f.next);
    CHECK_EQ(block->text_count, 1);
    CHECK(block->texts[0].page == f.next);
    CHECK_EQ(block->texts[0].end, 2);
    CHECK(atomic_load(&f.rig.storage.flags[NEXT >> 12]) & STORAGE_PAGE_HAS_CODE);
    close_fixture(&f);
}

/* Where nobody knows the next page, a block ends before, or there is none. */
static void unknown_pages(void)
{
    struct fixture f;
    struct jit_block *block;

    REQUIRE(open_crossing(&f));
    f.next = NULL;
    block = make_block(&f, f.page, 0xff8, 0xffc);
    REQUIRE(block);
    CHECK_EQ(block->count, 1);
    CHECK_EQ(block->end, 0xffc);
    CHECK(block->cut);
    CHECK(block->second == NULL);
    CHECK_EQ(block->text_count, 0);
    CHECK(block_cache_decode(f.rig.cpu, &f.cache, (struct block_pages){f.page, NULL}, 0xffc) ==
          NULL);
    close_fixture(&f);
}

/* CPU's own stores, to the bytes in the second page and right behind them. */
static void second_pages_drop_blocks(void)
{
    struct fixture f;
    struct jit_block *crossing, *kept, *there;
    struct storage *storage = &f.rig.storage;

    REQUIRE(open_crossing(&f));
    crossing = make_block(&f, f.page, 0xff8, 0x1002);
    kept = make_block(&f, f.page, 0x100, 0xff8);
    rig_put(&f.rig, NEXT + 8, "b9040012 07fe");
    there = make_block(&f, f.next, 8, 0);
    REQUIRE(crossing && kept && there);
    block_cache_link(&f.cache, kept->exits, crossing);
    storage_code_changed(storage, (abs_addr){NEXT + 2}, 2);
    CHECK(!block_cache_changed(f.rig.cpu, &f.cache, NEXT + 2, 2));
    CHECK(block_cache_find(f.page, 0xff8) == crossing);
    /* The page is watched again for its sake: this is seen. */
    storage_code_changed(storage, (abs_addr){NEXT + 1}, 1);
    CHECK(block_cache_changed(f.rig.cpu, &f.cache, NEXT + 1, 1));
    CHECK(crossing->dead);
    CHECK(block_cache_find(f.page, 0xff8) == NULL);
    CHECK(f.next->texts == NULL);
    CHECK(leads_to(kept) == kept->guarded + UNLINKED);
    CHECK(block_cache_find(f.page, 0x100) == kept);
    CHECK(block_cache_find(f.next, 8) == there);
    /* Once more, dropped by its first page: the second one forgets it too. */
    crossing = make_block(&f, f.page, 0xff8, 0x1002);
    REQUIRE(crossing);
    CHECK(f.next->texts && f.next->texts->block == crossing);
    storage_code_changed(storage, (abs_addr){PAGE + 0xfff}, 1);
    CHECK(block_cache_changed(f.rig.cpu, &f.cache, PAGE + 0xfff, 1));
    CHECK(crossing->dead);
    CHECK(f.next->texts == NULL);
    close_fixture(&f);
}

/* Other CPUs' stores to the second page, which may have no block of its own. */
static void second_pages_are_refreshed(void)
{
    struct fixture f;
    struct jit_block *kept;

    REQUIRE(open_crossing(&f));
    REQUIRE(make_block(&f, f.page, 0xff8, 0x1002) && make_block(&f, f.page, 0xffc, 0x1002));
    kept = make_block(&f, f.page, 0x100, 0);
    storage_code_changed(&f.rig.storage, (abs_addr){NEXT}, 1);
    CHECK(block_cache_is_stale(&f.cache));
    block_cache_refresh(f.rig.cpu, &f.cache);
    CHECK(block_cache_find(f.page, 0xff8) == NULL);
    CHECK(block_cache_find(f.page, 0xffc) == NULL);
    CHECK(block_cache_find(f.page, 0x100) == kept);
    CHECK(f.next->texts == NULL);
    close_fixture(&f);
}

/* EXRL 0 of XC 0(1,4),0(4) in the next page, and what comes behind it. */
static void targets_in_the_next_page(void)
{
    struct fixture f;
    struct jit_page *next;
    struct jit_block *block;

    REQUIRE(open_crossing(&f));
    rig_put(&f.rig, PAGE + 0x800, "c60000000420 07fe");
    rig_put(&f.rig, NEXT + 0x40, "d70040004000");
    next = f.next;
    f.next = NULL;
    block = make_block(&f, f.page, 0x800, 0x900);
    REQUIRE(block);
    CHECK(block->cut);
    CHECK_EQ(block->text_count, 0);
    block_cache_drop(&f.cache, block);
    f.next = next;
    block = make_block(&f, f.page, 0x800, 0x900);
    REQUIRE(block);
    CHECK(!block->cut);
    CHECK_EQ(block->count, 2);
    CHECK_EQ(block->text_count, 1);
    CHECK(block->second == f.next);
    CHECK_EQ(block->texts[0].start, 0x40);
    CHECK_EQ(block->texts[0].end, 0x46);
    storage_code_changed(&f.rig.storage, (abs_addr){NEXT + 0x45}, 1);
    CHECK(block_cache_changed(f.rig.cpu, &f.cache, NEXT + 0x45, 1));
    CHECK(block->dead);
    CHECK(f.next->texts == NULL);
    close_fixture(&f);
}

/* One page of storage may be both by virtual addresses. */
static void a_page_behind_itself(void)
{
    struct fixture f;
    struct jit_block *block;

    REQUIRE(open_crossing(&f));
    f.next = f.page;
    rig_put(&f.rig, PAGE, "0004 07fe");
    block = make_block(&f, f.page, 0xff8, 0x1002);
    REQUIRE(block);
    storage_code_changed(&f.rig.storage, (abs_addr){PAGE + 1}, 1);
    CHECK(block_cache_changed(f.rig.cpu, &f.cache, PAGE + 1, 1));
    CHECK(block->dead);
    CHECK(block_cache_find(f.page, 0xff8) == NULL);
    close_fixture(&f);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(blocks_are_found),           TEST(exits_are_linked),
        TEST(own_stores_drop_by_bytes),   TEST(others_stores_drop_the_page),
        TEST(modes_are_dropped_together), TEST(forgetting_everything),
        TEST(where_blocks_end),           TEST(staleness),
        TEST(blocks_cross_pages),         TEST(unknown_pages),
        TEST(second_pages_drop_blocks),   TEST(second_pages_are_refreshed),
        TEST(a_page_behind_itself),       TEST(targets_in_the_next_page),
    };

    return RUN_TESTS(tests);
}
