/* BRANCH IN SUBSPACE GROUP, BRANCH AND SET AUTHORITY and LOAD ADDRESS SPACE PARAMETERS. */
#include "cpu/isa/insn.h"
#include "tests/unit/space_rig.h"

static struct rig rig;

#define SEQUENCE(space) (0x5a5a0000u + (space))

/* The primary space is the base of a group to which SPACE_SUBSPACE belongs, entry 2 of the
   access list. */
static void set_up_group(void)
{
    struct vcpu *cpu = rig.cpu;

    spaces_reset(&rig);
    cpu->state.cr[1] |= ASCE_SUBSPACE | ASCE_SPACE_SWITCH;
    put32(&rig, DUCT, (uint32_t)space_aste(SPACE_PRIMARY));
    put64(&rig, space_aste(SPACE_PRIMARY) + 8, space_asce(SPACE_PRIMARY) | ASCE_SUBSPACE);
    put32(&rig, space_aste(SPACE_PRIMARY), (uint32_t)AUTHORITY | 1);
    put64(&rig, space_aste(SPACE_SUBSPACE) + 8, space_asce(SPACE_SUBSPACE) | ASCE_SUBSPACE);
    access_list_put(&rig, ACCESS_LIST, 2, 0x01000001, SPACE_SUBSPACE); /* private */
    cpu->state.ar[5] = 2;
    cpu->state.gr[5] = 0x1234567887654321;
}

static void to_subspace_and_back(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up_group();
    cpu->state.cr[4] |= UINT64_C(0x99999999) << 32;
    cpu->state.cr[0] |= CR0_ASN_LX_REUSE;
    CHECK_EQ(space_run(&rig, "b258 0045"), 0); /* BSG 4,5 */
    CHECK_EQ(cpu->state.psw_addr, 0x1234567887654321);
    CHECK_EQ(cpu->state.breaking_event, RIG_INSN);
    CHECK_EQ(gr64(cpu, 4), RIG_INSN + 4);
    CHECK_EQ(cpu->state.cr[1], space_asce(SPACE_SUBSPACE) | ASCE_SUBSPACE | ASCE_SPACE_SWITCH);
    CHECK_EQ(cpu->state.cr[7], cpu->state.cr[1]);
    CHECK_EQ(cpu->state.cr[3], 0x9999999900000001);
    CHECK_EQ(cpu->space->asce, cpu->state.cr[1]);
    CHECK_EQ(get32(&rig, DUCT + 4), 0x80000000 | space_aste(SPACE_SUBSPACE));
    CHECK_EQ(get32(&rig, DUCT + 12), SEQUENCE(SPACE_SUBSPACE));
    CHECK_EQ(rig.storage.key[DUCT >> 12] & STORAGE_KEY_CHANGE, STORAGE_KEY_CHANGE);
    cpu->state.ar[5] = 0; /* the base space */
    cpu->state.gr[4] = 7;
    CHECK_EQ(space_run(&rig, "b258 0005"), 0);
    CHECK_EQ(cpu->state.cr[1], space_asce(SPACE_PRIMARY) | ASCE_SUBSPACE);
    CHECK_EQ(get32(&rig, DUCT + 4), space_aste(SPACE_SUBSPACE));
    CHECK_EQ(gr64(cpu, 4), 7);
    cpu->state.ar[5] = 1; /* the last subspace */
    CHECK_EQ(space_run(&rig, "b258 0005"), 0);
    CHECK_EQ(cpu->state.cr[1], space_asce(SPACE_SUBSPACE) | ASCE_SUBSPACE);
    CHECK_EQ(get32(&rig, DUCT + 4), 0x80000000 | space_aste(SPACE_SUBSPACE));
    /* In the basic modes bit 32 of the register chooses the mode. */
    rig_mode(&rig, RIG_MODE_31 | PSW_DAT);
    cpu->state.gr[5] = 0x07654321;
    CHECK_EQ(space_run(&rig, "b258 0045"), 0);
    CHECK_EQ(cpu->state.psw_addr, 0x654321);
    CHECK_EQ(cpu->state.psw_mask, PSW_DAT);
    CHECK_EQ(gr64(cpu, 4), 0x80000000 | (RIG_INSN + 4));
}

static void subspace_exceptions(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up_group();
    rig_mode(&rig, RIG_MODE_64);
    CHECK_EQ(space_run(&rig, "b258 0045"), PGM_SPECIAL_OPERATION);
    set_up_group();
    cpu->state.cr[5] = space_aste(SPACE_SERVER);
    CHECK_EQ(space_run(&rig, "b258 0045"), PGM_SPECIAL_OPERATION);
    set_up_group();
    cpu->state.ar[5] = 1; /* none yet */
    CHECK_EQ(space_run(&rig, "b258 0045"), PGM_SPECIAL_OPERATION);
    put32(&rig, DUCT + 4, (uint32_t)space_aste(SPACE_SUBSPACE));
    CHECK_EQ(space_run(&rig, "b258 0045"), PGM_ASTE_SEQUENCE);
    CHECK_EQ(cpu->program.exception_access_id, 5);
    put32(&rig, space_aste(SPACE_SUBSPACE), 0x80000000);
    CHECK_EQ(space_run(&rig, "b258 0045"), PGM_ASTE_VALIDITY);
    CHECK_EQ(cpu->program.exception_access_id, 5);
    set_up_group();
    cpu->state.ar[5] = 3;
    CHECK_EQ(space_run(&rig, "b258 0045"), PGM_ALEN_TRANSLATION);
    cpu->state.ar[5] = 0x80000000;
    CHECK_EQ(space_run(&rig, "b258 0045"), PGM_ALET_SPECIFICATION);
    CHECK_EQ(cpu->program.exception_access_id, 5);
    /* A space of no group, and the base of another. */
    access_list_put(&rig, ACCESS_LIST, 3, 0, SPACE_DATA);
    cpu->state.ar[5] = 3;
    CHECK_EQ(space_run(&rig, "b258 0045"), PGM_SPECIAL_OPERATION);
    put64(&rig, space_aste(SPACE_DATA) + 8, space_asce(SPACE_DATA) | ASCE_SUBSPACE);
    put32(&rig, space_aste(SPACE_DATA), 1);
    CHECK_EQ(space_run(&rig, "b258 0045"), PGM_SPECIAL_OPERATION);
    put32(&rig, space_aste(SPACE_DATA), 0);
    CHECK_EQ(space_run(&rig, "b258 0045"), 0);
    set_up_group();
    cpu->state.cr[2] = 0x7fffffc0;
    CHECK_EQ(space_run(&rig, "b258 0045"), PGM_ADDRESSING);
    cpu->state.cr[2] = 0;
    cpu->state.cr[0] |= CR0_LOW_ADDRESS_PROTECTION;
    CHECK_EQ(space_run(&rig, "b258 0045"), PGM_PROTECTION);
    CHECK_EQ(cpu->state.psw_addr, RIG_INSN + 4);
}

static void branch_and_set_authority(void)
{
    struct vcpu *cpu = rig.cpu;

    spaces_reset(&rig);
    cpu->state.cr[3] = 0xf0f00002;
    cpu->state.gr[4] = 0xffffffff88808070; /* key mask 8880, key 7 */
    cpu->state.gr[5] = 0x123456789abc;
    space_mode(&rig, PSW_SPACE_PRIMARY, (uint64_t)3 << PSW_KEY_SHIFT);
    CHECK_EQ(space_run(&rig, "b25a 0045"), 0); /* BSA 4,5 */
    CHECK_EQ(cpu->state.psw_addr, 0x123456789abc);
    CHECK_EQ(cpu->state.psw_mask,
             PSW_DAT | RIG_MODE_64 | PSW_PROBLEM | (uint64_t)7 << PSW_KEY_SHIFT);
    CHECK_EQ(cpu->state.cr[3], 0x80800002);
    CHECK_EQ(get32(&rig, DUCT + 20), 0xf0f00038);
    CHECK_EQ(get64(&rig, DUCT + 32), RIG_INSN + 4);
    /* Reduced: R2 must be 0, and the base authority comes back. */
    CHECK_EQ(space_run(&rig, "b25a 0045"), PGM_SPECIAL_OPERATION);
    CHECK_EQ(space_run(&rig, "b25a 0060"), 0);
    CHECK_EQ(cpu->state.psw_addr, RIG_INSN + 4);
    CHECK_EQ(cpu->state.psw_mask, PSW_DAT | RIG_MODE_64 | (uint64_t)3 << PSW_KEY_SHIFT);
    CHECK_EQ(cpu->state.cr[3], 0xf0f00002);
    CHECK_EQ(gr64(cpu, 6), RIG_INSN + 4);
    CHECK_EQ(get32(&rig, DUCT + 20), 0xf0f00030);
    CHECK_EQ(space_run(&rig, "b25a 0060"), PGM_SPECIAL_OPERATION);
    /* From the problem state in the 31-bit mode, with DAT off. */
    rig_mode(&rig, RIG_MODE_31 | PSW_PROBLEM);
    cpu->state.gr[5] = 0x5678;
    CHECK_EQ(space_run(&rig, "b25a 0045"), PGM_PRIVILEGED_OPERATION); /* key 7 not in F0F0 */
    cpu->state.gr[4] = 0xffff0080;
    CHECK_EQ(space_run(&rig, "b25a 0045"), 0);
    CHECK_EQ(cpu->state.psw_mask, PSW_PROBLEM | (uint64_t)8 << PSW_KEY_SHIFT);
    CHECK_EQ(get32(&rig, DUCT + 20), 0xf0f00009);
    CHECK_EQ(get64(&rig, DUCT + 32), 0x80000000 | (RIG_INSN + 4));
    CHECK_EQ(space_run(&rig, "b25a 0000"), 0);
    CHECK_EQ(cpu->state.psw_mask, RIG_MODE_31 | PSW_PROBLEM);
    /* An address that the 24-bit mode does not have. */
    put32(&rig, DUCT + 20, 8);
    put64(&rig, DUCT + 32, 0x01000000);
    CHECK_EQ(space_run(&rig, "b25a 0000"), PGM_SPECIFICATION);
    CHECK(cpu->program.psw_exact);
    CHECK_EQ(cpu->state.psw_addr, 0x01000000);
    rig_mode(&rig, RIG_MODE_64);
    cpu->state.cr[2] = 0x7fffffc0;
    CHECK_EQ(space_run(&rig, "b25a 0000"), PGM_ADDRESSING);
}

/* Prepares LASP 0(3),FUNCTION: key mask 1234, AX 8. */
static void lasp(unsigned secondary, unsigned primary, unsigned function)
{
    struct vcpu *cpu = rig.cpu;

    spaces_reset(&rig);
    cpu->state.gr[3] = 0x8000;
    cpu->state.gr[4] = function;
    put64(&rig, 0x8000, 0x1234000000080000 | (uint64_t)secondary << 32 | primary);
}

static unsigned run_lasp(void)
{
    return space_run(&rig, "e500 3000 4000");
}

static void load_address_space_parameters(void)
{
    struct vcpu *cpu = rig.cpu;
    unsigned server = SPACE_ASN(SPACE_SERVER), data = SPACE_ASN(SPACE_DATA);
    unsigned one = SPACE_ASN(SPACE_PRIMARY), two = SPACE_ASN(SPACE_SECONDARY);

    lasp(data, server, 0);
    put32(&rig, space_aste(SPACE_SERVER) + 4, 0x00060000);
    CHECK_EQ(run_lasp(), 0);
    CHECK_EQ(cpu->cc, 0);
    CHECK_EQ(cpu->state.cr[1], space_asce(SPACE_SERVER));
    CHECK_EQ(cpu->state.cr[3], 0x12340000 | data);
    CHECK_EQ(cpu->state.cr[4], 0x00060000 | server);
    CHECK_EQ(cpu->state.cr[5], space_aste(SPACE_SERVER));
    CHECK_EQ(cpu->state.cr[7], space_asce(SPACE_DATA));
    CHECK_EQ(cpu->space->asce, space_asce(SPACE_SERVER));
    /* The given authorization index; same secondary as primary space. */
    lasp(server, server, 2);
    CHECK_EQ(run_lasp(), 0);
    CHECK_EQ(cpu->state.cr[4], 0x00080000 | server);
    CHECK_EQ(cpu->state.cr[7], space_asce(SPACE_SERVER));
    /* Current spaces are not translated, unless that is asked for. */
    lasp(two, one, 1);
    cpu->state.cr[1] = 0x77000;
    cpu->state.cr[7] = 0x88000;
    CHECK_EQ(run_lasp(), 0);
    CHECK_EQ(cpu->state.cr[1], 0x77000);
    CHECK_EQ(cpu->state.cr[7], 0x88000);
    lasp(two, one, 5);
    cpu->state.cr[7] = 0x88000;
    CHECK_EQ(run_lasp(), 0);
    CHECK_EQ(cpu->state.cr[1], space_asce(SPACE_PRIMARY));
    CHECK_EQ(cpu->state.cr[7], space_asce(SPACE_SECONDARY));
    /* Authority for the secondary space: by the new index, unless that is skipped. */
    lasp(data, one, 2);
    rig_at(&rig, AUTHORITY)[2] = 0xbf;
    CHECK_EQ(run_lasp(), 0);
    CHECK_EQ(cpu->cc, 2);
    CHECK_EQ(cpu->state.cr[3], two);
    lasp(data, one, 3);
    rig_at(&rig, AUTHORITY)[2] = 0xbf;
    CHECK_EQ(run_lasp(), 0);
    CHECK_EQ(cpu->cc, 0);
}

static void unavailable_spaces(void)
{
    struct vcpu *cpu = rig.cpu;
    unsigned server = SPACE_ASN(SPACE_SERVER), one = SPACE_ASN(SPACE_PRIMARY);

    lasp(one, 0x40, 0);
    CHECK_EQ(run_lasp(), 0);
    CHECK_EQ(cpu->cc, 1);
    lasp(0x40, one, 0);
    CHECK_EQ(run_lasp(), 0);
    CHECK_EQ(cpu->cc, 2);
    lasp(one, server, 0);
    put64(&rig, space_aste(SPACE_SERVER) + 8, space_asce(SPACE_SERVER) | ASCE_SPACE_SWITCH);
    CHECK_EQ(run_lasp(), 0);
    CHECK_EQ(cpu->cc, 3);
    CHECK_EQ(cpu->state.cr[1], space_asce(SPACE_PRIMARY));
    lasp(one, server, 0);
    cpu->state.cr[1] |= ASCE_SPACE_SWITCH;
    CHECK_EQ(run_lasp(), 0);
    CHECK_EQ(cpu->cc, 3);
    /* With instances the operand has 16 bytes. */
    lasp(one, server, 0);
    cpu->state.cr[0] |= CR0_ASN_LX_REUSE;
    put64(&rig, 0x8000, 0x4444444412340004);
    put64(&rig, 0x8008, 0x5555555500080005);
    CHECK_EQ(run_lasp(), 0);
    CHECK_EQ(cpu->cc, 0);
    CHECK_EQ(cpu->state.cr[3], 0x4444444412340004);
    CHECK_EQ(cpu->state.cr[4], 0x5555555500070005);
    put32(&rig, 0x8000, 1);
    put32(&rig, space_aste(SPACE_DATA) + 8, 0);
    cpu->state.gr[4] = 4;
    CHECK_EQ(run_lasp(), 0);
    CHECK_EQ(cpu->cc, 2);
    put32(&rig, 0x8008, 1);
    CHECK_EQ(run_lasp(), 0);
    CHECK_EQ(cpu->cc, 1);
    lasp(one, one, 0);
    cpu->state.gr[3] = 0x8004;
    CHECK_EQ(run_lasp(), PGM_SPECIFICATION);
    cpu->state.cr[14] = 0;
    CHECK_EQ(run_lasp(), PGM_SPECIAL_OPERATION);
    space_mode(&rig, 0, PSW_PROBLEM);
    CHECK_EQ(run_lasp(), PGM_PRIVILEGED_OPERATION);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(to_subspace_and_back),     TEST(subspace_exceptions),
        TEST(branch_and_set_authority), TEST(load_address_space_parameters),
        TEST(unavailable_spaces),
    };
    int status;

    if (!rig_open(&rig))
        return 1;
    status = RUN_TESTS(tests);
    rig_close(&rig);
    return status;
}
