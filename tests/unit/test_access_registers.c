/*
 * Access-register translation and what uses it: operands through an access list, every
 * exception on the way, access-list-controlled protection, TAR, LRA, TPROT, SAC and its
 * relatives.
 */
#include "cpu/isa/insn.h"
#include "tests/unit/space_rig.h"

static struct rig rig;

#define ALET(sequence, number) ((uint32_t)(sequence) << 16 | (number))
#define ALET_OF_PRIMARY_LIST   0x01000000u

/* ALET 3/2 is the data space, the access list's entry 2 with sequence number 3. */
static void with_data_space(uint32_t flags)
{
    struct vcpu *cpu = rig.cpu;

    spaces_reset(&rig);
    access_list_put(&rig, ACCESS_LIST, 2, flags | 3u << 16, SPACE_DATA);
    cpu->state.ar[2] = ALET(3, 2);
    cpu->state.gr[2] = OWN;
    put64(&rig, space_real(SPACE_PRIMARY, OWN), 0x1111111111111111);
    put64(&rig, space_real(SPACE_SECONDARY, OWN), 0x2222222222222222);
    put64(&rig, space_real(SPACE_HOME, OWN), 0x3333333333333333);
    put64(&rig, space_real(SPACE_DATA, OWN), 0x4444444444444444);
    space_mode(&rig, PSW_SPACE_ACCESS_REGISTER, 0);
}

static void loads(void)
{
    struct vcpu *cpu = rig.cpu;

    with_data_space(0);
    CHECK_EQ(space_run(&rig, "e310 2000 0004"), 0); /* LG 1,0(2) */
    CHECK_EQ(gr64(cpu, 1), 0x4444444444444444);
    cpu->state.ar[2] = 1;
    CHECK_EQ(space_run(&rig, "e310 2000 0004"), 0);
    CHECK_EQ(gr64(cpu, 1), 0x2222222222222222);
    cpu->state.ar[2] = 0;
    CHECK_EQ(space_run(&rig, "e310 2000 0004"), 0);
    CHECK_EQ(gr64(cpu, 1), 0x1111111111111111);
    /* The index register's access register and access register 0 do not count. */
    cpu->state.ar[2] = ALET(3, 2);
    cpu->state.ar[0] = ALET(9, 9);
    CHECK_EQ(space_run(&rig, "e312 0000 0004"), 0); /* LG 1,0(2,0) */
    CHECK_EQ(gr64(cpu, 1), 0x1111111111111111);
    /* By the primary space's list. */
    access_list_put(&rig, PRIMARY_LIST, 5, 0, SPACE_HOME);
    cpu->state.ar[2] = ALET_OF_PRIMARY_LIST | 5;
    CHECK_EQ(space_run(&rig, "e310 2000 0004"), 0);
    CHECK_EQ(gr64(cpu, 1), 0x3333333333333333);
    /* A changed list is seen at once. */
    access_list_put(&rig, PRIMARY_LIST, 5, 0, SPACE_DATA);
    CHECK_EQ(space_run(&rig, "e310 2000 0004"), 0);
    CHECK_EQ(gr64(cpu, 1), 0x4444444444444444);
}

static void moves_between_spaces(void)
{
    struct vcpu *cpu = rig.cpu;

    with_data_space(0);
    cpu->state.gr[3] = OWN + 0x100;
    cpu->state.ar[3] = 1;
    CHECK_EQ(space_run(&rig, "d207 3000 2000"), 0); /* MVC 0(8,3),0(2) */
    CHECK_EQ(get64(&rig, space_real(SPACE_SECONDARY, OWN + 0x100)), 0x4444444444444444);
    /* Two registers with the same ALET: each is named by its own exceptions. */
    cpu->state.ar[3] = ALET(3, 2);
    cpu->state.gr[3] = 0x80000;
    CHECK_EQ(space_run(&rig, "d207 3000 2000"), PGM_PAGE_TRANSLATION);
    CHECK_EQ(cpu->program.exception_access_id, 3);
    CHECK_EQ(cpu->program.teid & 3, PSW_SPACE_ACCESS_REGISTER);
    CHECK_EQ(space_run(&rig, "d207 2000 3000"), PGM_PAGE_TRANSLATION);
    CHECK_EQ(cpu->program.exception_access_id, 3);
    cpu->state.gr[3] = OWN;
    cpu->state.gr[2] = 0x80000;
    CHECK_EQ(space_run(&rig, "d207 3000 2000"), PGM_PAGE_TRANSLATION);
    CHECK_EQ(cpu->program.exception_access_id, 2);
}

/* One thing changed about the good translation, and the exception that makes. */
static void expect(unsigned code)
{
    CHECK_EQ(space_run(&rig, "e310 2000 0004"), code);
    if (code && code != PGM_ADDRESSING) {
        CHECK(rig.cpu->program.has_access_id);
        CHECK_EQ(rig.cpu->program.exception_access_id, 2);
        CHECK(!rig.cpu->program.has_teid);
    }
}

static void exceptions(void)
{
    struct vcpu *cpu = rig.cpu;

    with_data_space(0);
    cpu->state.ar[2] |= 0x02000000;
    expect(PGM_ALET_SPECIFICATION);
    with_data_space(0);
    cpu->state.ar[2] = ALET(3, 8); /* the list has 8 entries */
    expect(PGM_ALEN_TRANSLATION);
    with_data_space(0x80000000);
    expect(PGM_ALEN_TRANSLATION);
    with_data_space(0);
    cpu->state.ar[2] = ALET(4, 2);
    expect(PGM_ALE_SEQUENCE);
    with_data_space(0);
    put32(&rig, space_aste(SPACE_DATA), 0x80000000);
    expect(PGM_ASTE_VALIDITY);
    with_data_space(0);
    put32(&rig, ACCESS_LIST + 2 * 16 + 12, 1);
    expect(PGM_ASTE_SEQUENCE);
    with_data_space(0);
    put32(&rig, ACCESS_LIST + 2 * 16 + 8, 0x7fffffc0);
    expect(PGM_ADDRESSING);
    with_data_space(0);
    cpu->state.cr[2] = 0x7fffffc0;
    expect(PGM_ADDRESSING);
    with_data_space(0);
    put32(&rig, DUCT + 16, 0x7fff0000);
    expect(PGM_ADDRESSING);
}

/* The extended authorization index is 9: bits 18 and 19 of the authority table. */
static void private_entries(void)
{
    with_data_space(0x01000000 | 9); /* the entry's own index */
    expect(0);
    with_data_space(0x01000000 | 8);
    expect(0);
    rig_at(&rig, AUTHORITY)[2] = 0xdf; /* P of 9 */
    expect(0);
    rig_at(&rig, AUTHORITY)[2] = (uint8_t)~0x10; /* S of 9 */
    expect(PGM_EXTENDED_AUTHORITY);
    rig.cpu->state.cr[8] = 8u << 16;
    expect(0);
    rig.cpu->state.cr[8] = 16u << 16; /* beyond the table */
    expect(PGM_EXTENDED_AUTHORITY);
    with_data_space(0x01000000 | 8);
    put32(&rig, space_aste(SPACE_DATA), 0x7ffffffc);
    expect(PGM_ADDRESSING);
}

static void access_list_controlled_protection(void)
{
    struct vcpu *cpu = rig.cpu;

    with_data_space(0x02000000);
    expect(0);
    CHECK_EQ(space_run(&rig, "e310 2000 0024"), PGM_PROTECTION); /* STG 1,0(2) */
    CHECK_EQ(cpu->program.exception_access_id, 2);
    CHECK_EQ(cpu->program.teid & 0xc, 0xc); /* bits 60 and 61 */
    CHECK_EQ(get64(&rig, space_real(SPACE_DATA, OWN)), 0x4444444444444444);
    CHECK_EQ(space_run(&rig, "e501 2000 0000"), 0); /* TPROT 0(2),0 */
    CHECK_EQ(cpu->cc, 1);
    with_data_space(0);
    CHECK_EQ(space_run(&rig, "e310 2000 0024"), 0);
    CHECK_EQ(space_run(&rig, "e501 2000 0000"), 0);
    CHECK_EQ(cpu->cc, 0);
}

/* Instructions that turn exceptions into a condition code. */
static void translation_instructions(void)
{
    struct vcpu *cpu = rig.cpu;

    with_data_space(0);
    CHECK_EQ(space_run(&rig, "e310 2000 0003"), 0); /* LRAG 1,0(2) */
    CHECK_EQ(cpu->cc, 0);
    CHECK_EQ(gr64(cpu, 1), space_real(SPACE_DATA, OWN));
    cpu->state.ar[2] = ALET(4, 2);
    CHECK_EQ(space_run(&rig, "e310 2000 0003"), 0);
    CHECK_EQ(cpu->cc, 3);
    CHECK_EQ(gr32(cpu, 1), 0x80000000 | PGM_ALE_SEQUENCE);
    CHECK_EQ(space_run(&rig, "e501 2000 0000"), 0); /* TPROT */
    CHECK_EQ(cpu->cc, 3);
    cpu->state.gr[5] = 0x8000;
    CHECK_EQ(space_run(&rig, "e502 5000 2000"), PGM_ALE_SEQUENCE); /* STRAG 0(5),0(2) */
    CHECK_EQ(cpu->program.exception_access_id, 2);
}

static void test_access(void)
{
    static const struct {
        uint32_t alet;
        uint32_t eax;
        unsigned cc;
    } rows[] = {
        {0, 0, 0},          {1, 0, 3},
        {ALET(3, 2), 9, 1}, {ALET(3, 2), 16, 3}, /* private, and no authority */
        {ALET(4, 2), 9, 3}, {ALET_OF_PRIMARY_LIST | 5, 0, 2},
        {0x80000000, 0, 3},
    };
    struct vcpu *cpu = rig.cpu;

    with_data_space(0x01000000 | 9);
    access_list_put(&rig, PRIMARY_LIST, 5, 0, SPACE_HOME);
    rig_mode(&rig, RIG_MODE_64); /* DAT may be off */
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cpu->state.ar[0] = rows[i].alet;
        cpu->state.gr[4] = (uint64_t)rows[i].eax << 16 | 0xffff00000000ffff;
        CHECK_EQ(space_run(&rig, "b24c 0004"), 0); /* TAR 0,4 */
        CHECK_EQ(cpu->cc, rows[i].cc);
    }
    CHECK_EQ(space_run(&rig, "b248 0000"), 0); /* PALB */
    space_mode(&rig, 0, PSW_PROBLEM);
    CHECK_EQ(space_run(&rig, "b248 0000"), PGM_PRIVILEGED_OPERATION);
}

static void extended_authority(void)
{
    struct vcpu *cpu = rig.cpu;

    spaces_reset(&rig);
    cpu->state.cr[8] = 0x123456789abcdef0;
    cpu->state.gr[1] = 0xffffffff11112222;
    CHECK_EQ(space_run(&rig, "b99d 0010"), 0); /* ESEA 1 */
    CHECK_EQ(gr64(cpu, 1), 0xffffffff9abc2222);
    CHECK_EQ(cpu->state.cr[8], 0x123456782222def0);
    space_mode(&rig, 0, PSW_PROBLEM);
    CHECK_EQ(space_run(&rig, "b99d 0010"), PGM_PRIVILEGED_OPERATION);
}

static void set_address_space_control(void)
{
    static const struct {
        const char *text;
        unsigned space;
        unsigned code; /* of IAC */
    } rows[] = {
        {"b219 0000", PSW_SPACE_PRIMARY, 0},         {"b219 0100", PSW_SPACE_SECONDARY, 1},
        {"b219 0200", PSW_SPACE_ACCESS_REGISTER, 2}, {"b219 0300", PSW_SPACE_HOME, 3},
        {"b279 0200", PSW_SPACE_ACCESS_REGISTER, 2}, {"b279 00ff", PSW_SPACE_PRIMARY, 0},
    };
    struct vcpu *cpu = rig.cpu;

    spaces_reset(&rig);
    cpu->cc = 2;
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_EQ(space_run(&rig, rows[i].text), 0);
        CHECK_EQ(cpu->cc, 2);
        CHECK_EQ(psw_space(cpu), rows[i].space);
        CHECK_EQ(cpu->access_register_mode, rows[i].space == PSW_SPACE_ACCESS_REGISTER);
        cpu->state.gr[1] = UINT64_MAX;
        CHECK_EQ(space_run(&rig, "b224 0010"), 0); /* IAC 1 */
        CHECK_EQ(gr64(cpu, 1), 0xffffffffffff00ff | rows[i].code << 8);
        CHECK_EQ(cpu->cc, rows[i].code);
        cpu->cc = 2;
    }
    CHECK_EQ(space_run(&rig, "b219 0400"), PGM_SPECIFICATION);
    space_mode(&rig, 0, PSW_PROBLEM);
    CHECK_EQ(space_run(&rig, "b219 0300"), PGM_PRIVILEGED_OPERATION);
    CHECK_EQ(space_run(&rig, "b279 0100"), 0);
    cpu->state.cr[0] &= ~CR0_SECONDARY_SPACE;
    CHECK_EQ(space_run(&rig, "b279 0000"), PGM_SPECIAL_OPERATION);
    cpu->state.cr[0] = CR0_SECONDARY_SPACE;
    CHECK_EQ(space_run(&rig, "b224 0010"), PGM_PRIVILEGED_OPERATION); /* IAC */
    rig_mode(&rig, RIG_MODE_64);
    CHECK_EQ(space_run(&rig, "b219 0000"), PGM_SPECIAL_OPERATION);
    CHECK_EQ(space_run(&rig, "b224 0010"), PGM_SPECIAL_OPERATION);
}

static void home_space_switch_event(void)
{
    struct vcpu *cpu = rig.cpu;

    spaces_reset(&rig);
    cpu->state.cr[1] |= ASCE_SPACE_SWITCH;
    CHECK_EQ(space_run(&rig, "b219 0300"), PGM_SPACE_SWITCH);
    CHECK_EQ(psw_space(cpu), PSW_SPACE_HOME); /* the instruction completes */
    CHECK(cpu->program.psw_exact && cpu->program.ilc == 4);
    CHECK(cpu->program.has_short_id);
    CHECK_EQ(cpu->program.teid, 0x80000000 | SPACE_ASN(SPACE_PRIMARY));
    CHECK_EQ(space_run(&rig, "b279 0300"), 0); /* home to home */
    CHECK_EQ(space_run(&rig, "b279 0100"), PGM_SPACE_SWITCH);
    CHECK_EQ(cpu->program.teid, 0); /* the home space's control, which is zero */
    CHECK_EQ(space_run(&rig, "b279 0000"), 0);
    cpu->state.cr[1] &= ~ASCE_SPACE_SWITCH;
    cpu->state.cr[13] |= ASCE_SPACE_SWITCH;
    CHECK_EQ(space_run(&rig, "b219 0300"), PGM_SPACE_SWITCH);
    CHECK_EQ(cpu->program.teid, SPACE_ASN(SPACE_PRIMARY));
    CHECK_EQ(space_run(&rig, "b219 0000"), PGM_SPACE_SWITCH);
    CHECK_EQ(cpu->program.teid, 0x80000000);
}

static void extract_asns(void)
{
    struct vcpu *cpu = rig.cpu;

    spaces_reset(&rig);
    cpu->state.cr[3] = 0xaaaabbbb00001234;
    cpu->state.cr[4] = 0xccccdddd77775678;
    cpu->state.gr[1] = UINT64_MAX;
    CHECK_EQ(space_run(&rig, "b226 0010"), 0); /* EPAR */
    CHECK_EQ(gr64(cpu, 1), 0xffffffff00005678);
    CHECK_EQ(space_run(&rig, "b227 0010"), 0); /* ESAR */
    CHECK_EQ(gr64(cpu, 1), 0xffffffff00001234);
    CHECK_EQ(space_run(&rig, "b99a 0010"), 0); /* EPAIR */
    CHECK_EQ(gr64(cpu, 1), 0xccccdddd00005678);
    CHECK_EQ(space_run(&rig, "b99b 0010"), 0); /* ESAIR */
    CHECK_EQ(gr64(cpu, 1), 0xaaaabbbb00001234);
    space_mode(&rig, 0, PSW_PROBLEM);
    CHECK_EQ(space_run(&rig, "b226 0010"), 0);
    cpu->state.cr[0] &= ~CR0_EXTRACTION_AUTHORITY;
    CHECK_EQ(space_run(&rig, "b226 0010"), PGM_PRIVILEGED_OPERATION);
    CHECK_EQ(space_run(&rig, "b227 0010"), PGM_PRIVILEGED_OPERATION);
    rig_mode(&rig, RIG_MODE_64 | PSW_PROBLEM);
    CHECK_EQ(space_run(&rig, "b226 0010"), PGM_SPECIAL_OPERATION);
    CHECK_EQ(space_run(&rig, "b99b 0010"), PGM_SPECIAL_OPERATION);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(loads),
        TEST(moves_between_spaces),
        TEST(exceptions),
        TEST(private_entries),
        TEST(access_list_controlled_protection),
        TEST(translation_instructions),
        TEST(test_access),
        TEST(extended_authority),
        TEST(set_address_space_control),
        TEST(home_space_switch_event),
        TEST(extract_asns),
    };
    int status;

    if (!rig_open(&rig))
        return 1;
    status = RUN_TESTS(tests);
    rig_close(&rig);
    return status;
}
