/* MVCP, MVCS, MVCK, MVCSK, MVCDK and MVCOS: keys, spaces, lengths, condition codes and every
   exception they list. */
#include "cpu/isa/insn.h"
#include "tests/unit/space_rig.h"

static struct rig rig;

#define PROBLEM_KEY(key) (PSW_PROBLEM | (uint64_t)(key) << PSW_KEY_SHIFT)

static uint8_t *own(enum space space, uint64_t address)
{
    return rig_at(&rig, space_real(space, address));
}

/* Source 0(4), destination 0(3), length in 1, key in 2. */
static void set_up(uint64_t length, unsigned key)
{
    struct vcpu *cpu = rig.cpu;

    spaces_reset(&rig);
    for (unsigned space = 0; space < SPACE_COUNT; space++)
        memset(own((enum space)space, OWN), 0xe0 + (int)space, 0x10000);
    cpu->state.gr[1] = length;
    cpu->state.gr[2] = 0xffffffffffffff0f | key << 4;
    cpu->state.gr[3] = OWN + 0x1000;
    cpu->state.gr[4] = OWN + 0x2000;
}

static void set_key(enum space space, uint64_t address, uint8_t key)
{
    rig.storage.key[space_real(space, address) >> 12] = key;
    address_space_purge_all(rig.cpu);
}

static unsigned moved(enum space space, uint8_t wanted)
{
    unsigned n = 0;

    while (own(space, OWN + 0x1000)[n] == wanted)
        n++;
    return n;
}

static void move_to_primary(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up(256, 0);
    CHECK_EQ(space_run(&rig, "da12 3000 4000"), 0); /* MVCP 0(1,3),0(4),2 */
    CHECK_EQ(cpu->cc, 0);
    CHECK_EQ(moved(SPACE_PRIMARY, 0xe0 + SPACE_SECONDARY), 256);
    set_up(257, 0);
    CHECK_EQ(space_run(&rig, "da12 3000 4000"), 0);
    CHECK_EQ(cpu->cc, 3);
    CHECK_EQ(moved(SPACE_PRIMARY, 0xe0 + SPACE_SECONDARY), 256);
    set_up(0, 0);
    cpu->state.gr[3] = cpu->state.gr[4] = 0x80000; /* not looked at */
    CHECK_EQ(space_run(&rig, "da12 3000 4000"), 0);
    CHECK_EQ(cpu->cc, 0);
    /* From the secondary-space mode the operands are the same. */
    set_up(5, 0);
    space_mode(&rig, PSW_SPACE_SECONDARY, 0);
    CHECK_EQ(space_run(&rig, "da12 3000 4000"), 0);
    CHECK_EQ(moved(SPACE_PRIMARY, 0xe0 + SPACE_SECONDARY), 5);
    /* In the 31-bit mode the length has 32 bits. */
    set_up(0x100000005, 0);
    rig_mode(&rig, RIG_MODE_31 | PSW_DAT);
    CHECK_EQ(space_run(&rig, "da12 3000 4000"), 0);
    CHECK_EQ(cpu->cc, 0);
    CHECK_EQ(moved(SPACE_PRIMARY, 0xe0 + SPACE_SECONDARY), 5);
}

static void move_to_secondary(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up(17, 0);
    CHECK_EQ(space_run(&rig, "db12 3000 4000"), 0); /* MVCS 0(1,3),0(4),2 */
    CHECK_EQ(cpu->cc, 0);
    CHECK_EQ(moved(SPACE_SECONDARY, 0xe0 + SPACE_PRIMARY), 17);
    set_up(UINT64_MAX, 0);
    CHECK_EQ(space_run(&rig, "db12 3000 4000"), 0);
    CHECK_EQ(cpu->cc, 3);
    CHECK_EQ(moved(SPACE_SECONDARY, 0xe0 + SPACE_PRIMARY), 256);
    set_up(8, 0);
    cpu->state.gr[3] = 0x80000;
    CHECK_EQ(space_run(&rig, "db12 3000 4000"), PGM_PAGE_TRANSLATION);
    CHECK_EQ(cpu->program.teid & 3, PSW_SPACE_SECONDARY);
    CHECK_EQ(space_run(&rig, "da12 4000 3000"), PGM_PAGE_TRANSLATION);
    CHECK_EQ(cpu->program.teid & 3, PSW_SPACE_SECONDARY);
    CHECK_EQ(space_run(&rig, "da12 3000 4000"), PGM_PAGE_TRANSLATION);
    CHECK_EQ(cpu->program.teid & 3, PSW_SPACE_PRIMARY);
}

static void secondary_move_exceptions(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up(8, 0);
    cpu->state.cr[0] = 0;
    CHECK_EQ(space_run(&rig, "da12 3000 4000"), PGM_SPECIAL_OPERATION);
    set_up(8, 0);
    rig_mode(&rig, RIG_MODE_64);
    CHECK_EQ(space_run(&rig, "db12 3000 4000"), PGM_SPECIAL_OPERATION);
    space_mode(&rig, PSW_SPACE_ACCESS_REGISTER, 0);
    CHECK_EQ(space_run(&rig, "da12 3000 4000"), PGM_SPECIAL_OPERATION);
    space_mode(&rig, PSW_SPACE_HOME, 0);
    CHECK_EQ(space_run(&rig, "db12 3000 4000"), PGM_SPECIAL_OPERATION);
    /* The key of R3 must be in the PSW-key mask, whatever the length. */
    set_up(0, 9);
    space_mode(&rig, PSW_SPACE_PRIMARY, PROBLEM_KEY(8));
    CHECK_EQ(space_run(&rig, "da12 3000 4000"), PGM_PRIVILEGED_OPERATION);
    CHECK_EQ(space_run(&rig, "db12 3000 4000"), PGM_PRIVILEGED_OPERATION);
    cpu->state.cr[3] |= 0x00400000;
    CHECK_EQ(space_run(&rig, "da12 3000 4000"), 0);
}

/* The secondary space has storage key 9, the primary space 8. */
static void secondary_move_keys(void)
{
    set_up(8, 9);
    space_mode(&rig, PSW_SPACE_PRIMARY, (uint64_t)8 << PSW_KEY_SHIFT);
    set_key(SPACE_PRIMARY, OWN + 0x1000, 0x88);
    set_key(SPACE_PRIMARY, OWN + 0x2000, 0x88);
    set_key(SPACE_SECONDARY, OWN + 0x1000, 0x98);
    set_key(SPACE_SECONDARY, OWN + 0x2000, 0x98);
    CHECK_EQ(space_run(&rig, "da12 3000 4000"), 0);
    CHECK_EQ(space_run(&rig, "db12 3000 4000"), 0);
    rig.cpu->state.gr[2] = 0x80;
    CHECK_EQ(space_run(&rig, "da12 3000 4000"), PGM_PROTECTION);
    CHECK_EQ(space_run(&rig, "db12 3000 4000"), PGM_PROTECTION);
}

static void move_with_key(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up(300, 9);
    space_mode(&rig, PSW_SPACE_PRIMARY, (uint64_t)8 << PSW_KEY_SHIFT);
    set_key(SPACE_PRIMARY, OWN + 0x1000, 0x80);
    set_key(SPACE_PRIMARY, OWN + 0x2000, 0x98);
    own(SPACE_PRIMARY, OWN + 0x2000)[0] = 0x77;
    CHECK_EQ(space_run(&rig, "d912 3000 4000"), 0); /* MVCK 0(1,3),0(4),2 */
    CHECK_EQ(cpu->cc, 3);
    CHECK_EQ(own(SPACE_PRIMARY, OWN + 0x1000)[0], 0x77);
    cpu->state.gr[2] = 0xa0;
    CHECK_EQ(space_run(&rig, "d912 3000 4000"), PGM_PROTECTION);
    cpu->state.gr[2] = 0x90;
    set_key(SPACE_PRIMARY, OWN + 0x1000, 0x90);
    CHECK_EQ(space_run(&rig, "d912 3000 4000"), PGM_PROTECTION);
    space_mode(&rig, PSW_SPACE_PRIMARY, PROBLEM_KEY(9));
    CHECK_EQ(space_run(&rig, "d912 3000 4000"), PGM_PRIVILEGED_OPERATION);
    cpu->state.cr[3] |= 0x00400000;
    CHECK_EQ(space_run(&rig, "d912 3000 4000"), 0);
    /* DAT may be off. */
    rig_mode(&rig, RIG_MODE_64);
    cpu->state.gr[1] = 1;
    rig_at(&rig, OWN + 0x2000)[0] = 0x55;
    CHECK_EQ(space_run(&rig, "d912 3000 4000"), 0);
    CHECK_EQ(cpu->cc, 0);
    CHECK_EQ(rig_at(&rig, OWN + 0x1000)[0], 0x55);
}

/* In the access-register mode each operand is where its register says. */
static void move_with_key_by_access_register(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up(4, 0);
    access_list_put(&rig, ACCESS_LIST, 2, 0, SPACE_DATA);
    cpu->state.ar[4] = 2;
    cpu->state.ar[3] = 1;
    space_mode(&rig, PSW_SPACE_ACCESS_REGISTER, 0);
    CHECK_EQ(space_run(&rig, "d912 3000 4000"), 0);
    CHECK_EQ(moved(SPACE_SECONDARY, 0xe0 + SPACE_DATA), 4);
    cpu->state.ar[4] = 3;
    CHECK_EQ(space_run(&rig, "d912 3000 4000"), PGM_ALEN_TRANSLATION);
    CHECK_EQ(cpu->program.exception_access_id, 4);
}

static void move_with_source_or_destination_key(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up(0x90, 0);
    cpu->state.gr[0] = 0xffffffffffffff07; /* 8 bytes */
    set_key(SPACE_PRIMARY, OWN + 0x1000, 0x80);
    set_key(SPACE_PRIMARY, OWN + 0x2000, 0x98);
    memset(own(SPACE_PRIMARY, OWN + 0x2000), 0x66, 16);
    space_mode(&rig, PSW_SPACE_PRIMARY, (uint64_t)8 << PSW_KEY_SHIFT);
    CHECK_EQ(space_run(&rig, "e50e 3000 4000"), 0); /* MVCSK 0(3),0(4) */
    CHECK_EQ(moved(SPACE_PRIMARY, 0x66), 8);
    CHECK_EQ(space_run(&rig, "e50f 3000 4000"), PGM_PROTECTION); /* MVCDK: fetch with key 8 */
    space_mode(&rig, PSW_SPACE_PRIMARY, (uint64_t)9 << PSW_KEY_SHIFT);
    CHECK_EQ(space_run(&rig, "e50e 3000 4000"), PGM_PROTECTION); /* store with key 9 */
    cpu->state.gr[1] = 0x80;
    memset(own(SPACE_PRIMARY, OWN + 0x2000), 0x67, 16);
    CHECK_EQ(space_run(&rig, "e50f 3000 4000"), 0);
    CHECK_EQ(moved(SPACE_PRIMARY, 0x67), 8);
    space_mode(&rig, PSW_SPACE_PRIMARY, PROBLEM_KEY(9));
    CHECK_EQ(space_run(&rig, "e50e 3000 4000"), PGM_PRIVILEGED_OPERATION);
    CHECK_EQ(space_run(&rig, "e50f 3000 4000"), PGM_PRIVILEGED_OPERATION);
    cpu->state.cr[3] |= 0x00800000;
    CHECK_EQ(space_run(&rig, "e50f 3000 4000"), 0);
}

/* MVCOS 0(3),0(4),1 with operand-access controls TO and FROM. */
static unsigned mvcos(uint16_t to, uint16_t from)
{
    rig.cpu->state.gr[0] = (uint64_t)to << 16 | from;
    return space_run(&rig, "c810 3000 4000");
}

#define OAC(key, space, k, a)                                                                      \
    ((uint16_t)((key) << 12 | (space) << 6 | (unsigned)(k) << 1 | (unsigned)(a)))

static void move_with_optional_specifications(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up(4096, 0);
    CHECK_EQ(mvcos(OAC(0, PSW_SPACE_HOME, 0, 1), OAC(0, PSW_SPACE_SECONDARY, 0, 1)), 0);
    CHECK_EQ(cpu->cc, 0);
    CHECK_EQ(moved(SPACE_HOME, 0xe0 + SPACE_SECONDARY), 4096);
    set_up(4097, 0);
    cpu->state.gr[4] += 0x10; /* both operands cross a page */
    cpu->state.gr[3] += 0x10;
    own(SPACE_PRIMARY, OWN + 0x2010)[4095] = 0x99;
    CHECK_EQ(mvcos(OAC(0, PSW_SPACE_SECONDARY, 0, 1), 0), 0);
    CHECK_EQ(cpu->cc, 3);
    CHECK_EQ(own(SPACE_SECONDARY, OWN + 0x1010)[4095], 0x99);
    CHECK_EQ(own(SPACE_SECONDARY, OWN + 0x1010)[4096], 0xe0 + SPACE_SECONDARY);
    set_up(0, 0);
    cpu->state.gr[3] = cpu->state.gr[4] = 0x80000;
    CHECK_EQ(mvcos(0, 0), 0);
    CHECK_EQ(cpu->cc, 0);
    /* Without a specification the PSW says where. */
    set_up(3, 0);
    space_mode(&rig, PSW_SPACE_SECONDARY, 0);
    CHECK_EQ(mvcos(OAC(0, PSW_SPACE_HOME, 0, 0), OAC(0, PSW_SPACE_HOME, 0, 1)), 0);
    CHECK_EQ(moved(SPACE_SECONDARY, 0xe0 + SPACE_HOME), 3);
}

/* An operand may be access-register-specified in any mode. */
static void optional_access_registers(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up(6, 0);
    access_list_put(&rig, ACCESS_LIST, 2, 0x02000000, SPACE_DATA);
    cpu->state.ar[4] = 2;
    CHECK_EQ(mvcos(0, OAC(0, PSW_SPACE_ACCESS_REGISTER, 0, 1)), 0);
    CHECK_EQ(moved(SPACE_PRIMARY, 0xe0 + SPACE_DATA), 6);
    cpu->state.ar[3] = 2;
    CHECK_EQ(mvcos(OAC(0, PSW_SPACE_ACCESS_REGISTER, 0, 1), 0), PGM_PROTECTION);
    CHECK_EQ(cpu->program.exception_access_id, 3);
    cpu->state.ar[3] = 7;
    CHECK_EQ(mvcos(OAC(0, PSW_SPACE_ACCESS_REGISTER, 0, 1), 0), PGM_ALEN_TRANSLATION);
    CHECK_EQ(cpu->program.exception_access_id, 3);
}

static void optional_keys(void)
{
    set_up(6, 0);
    set_key(SPACE_PRIMARY, OWN + 0x1000, 0xa0);
    set_key(SPACE_PRIMARY, OWN + 0x2000, 0xb8);
    space_mode(&rig, PSW_SPACE_PRIMARY, (uint64_t)12 << PSW_KEY_SHIFT);
    CHECK_EQ(mvcos(OAC(10, 0, 1, 0), OAC(11, 0, 1, 0)), 0);
    CHECK_EQ(mvcos(OAC(10, 0, 0, 0), OAC(11, 0, 1, 0)), PGM_PROTECTION);
    CHECK_EQ(mvcos(OAC(10, 0, 1, 0), OAC(11, 0, 0, 0)), PGM_PROTECTION);
}

static void optional_exceptions(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up(6, 0);
    rig_mode(&rig, RIG_MODE_64);
    CHECK_EQ(mvcos(0, 0), PGM_SPECIAL_OPERATION);
    /* The problem program may fetch from the home space, but not store there. */
    space_mode(&rig, PSW_SPACE_PRIMARY, PROBLEM_KEY(8));
    cpu->state.cr[3] |= 0x00800000;
    rig.storage.key[space_real(SPACE_PRIMARY, OWN + 0x1000) >> 12] = 0x80;
    CHECK_EQ(mvcos(OAC(0, PSW_SPACE_HOME, 0, 1), 0), PGM_SPECIAL_OPERATION);
    CHECK_EQ(mvcos(0, OAC(0, PSW_SPACE_HOME, 0, 1)), 0);
    CHECK_EQ(mvcos(OAC(9, 0, 1, 0), 0), PGM_PRIVILEGED_OPERATION);
    CHECK_EQ(mvcos(0, OAC(9, 0, 1, 0)), PGM_PRIVILEGED_OPERATION);
    CHECK_EQ(mvcos(OAC(8, 0, 1, 0), OAC(8, 0, 1, 0)), 0);
    cpu->state.cr[0] = 0;
    CHECK_EQ(mvcos(OAC(0, PSW_SPACE_SECONDARY, 0, 1), 0), PGM_SPECIAL_OPERATION);
    CHECK_EQ(mvcos(0, OAC(0, PSW_SPACE_SECONDARY, 0, 1)), PGM_SPECIAL_OPERATION);
    CHECK_EQ(mvcos(0, 0), 0);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(move_to_primary),
        TEST(move_to_secondary),
        TEST(secondary_move_exceptions),
        TEST(secondary_move_keys),
        TEST(move_with_key),
        TEST(move_with_key_by_access_register),
        TEST(move_with_source_or_destination_key),
        TEST(move_with_optional_specifications),
        TEST(optional_access_registers),
        TEST(optional_keys),
        TEST(optional_exceptions),
    };
    int status;

    if (!rig_open(&rig))
        return 1;
    status = RUN_TESTS(tests);
    rig_close(&rig);
    return status;
}
