/*
 * PROGRAM CALL, PROGRAM RETURN to another space, PROGRAM TRANSFER and SET SECONDARY ASN: what
 * they load, every exception they list, and the ASN-and-LX-reuse facility.
 */
#include "cpu/arch/linkage_stack.h"
#include "cpu/isa/insn.h"
#include "tests/unit/space_rig.h"

static struct rig rig;

#define STACK (OWN + 0x1008) /* the header's descriptor, in the home space */
#define EAX   UINT64_C(0x00090000)

/* An entry of the entry table: bits of word 4 and address, then what is the same in most. */
static void entry_put(unsigned n, uint32_t flags, uint64_t address, uint16_t asn)
{
    uint64_t at = ENTRY_TABLE + n * 32;

    put64(&rig, at, address);
    put32(&rig, at + 8, 0x00800000u | asn); /* authorization key mask: key 8 */
    put32(&rig, at + 12, 0x00010000);       /* entry key mask: key 15 */
    put32(&rig, at + 16, flags);
    put32(&rig, at + 20, asn ? (uint32_t)space_aste((enum space)(asn - 1)) : 0);
    put64(&rig, at + 24, 0x1234567890abcdef); /* parameter */
}

#define STACKING  0x80000000u
#define TO_64     0x40000000u
#define SET_KEY   0x10d00000u /* to 13 */
#define SET_MASK  0x08000000u
#define SET_EAX   0x04007777u
#define TO_AR     0x02000000u
#define SECONDARY 0x01000000u

static void set_up(void)
{
    struct vcpu *cpu = rig.cpu;

    spaces_reset(&rig);
    put32(&rig, LINKAGE_TABLE, 0x80000000);
    put32(&rig, LINKAGE_TABLE + 4, (uint32_t)ENTRY_TABLE | 1); /* linkage index 1, 8 entries */
    for (unsigned i = 2; i < 32; i++)
        put32(&rig, LINKAGE_TABLE + i * 4, 0x80000000);
    put64(&rig, space_real(SPACE_HOME, STACK), 0x0901030000000000);
    cpu->state.cr[15] = STACK;
    cpu->state.cr[3] |= 0x00c00000; /* PSW-key mask: 8 and 9 */
    for (unsigned i = 0; i < 16; i++)
        cpu->state.gr[i] = 0xaaaaaaaa00000000 + i;
}

static const uint64_t supervisor_64 = RIG_MODE_64 | PSW_DAT;

static void basic(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up();
    entry_put(3, TO_64, 0x1234567812345678 | 1, 0);
    CHECK_EQ(space_run(&rig, "b218 0103"), 0); /* PC 259 */
    CHECK_EQ(cpu->state.psw_addr, 0x1234567812345678);
    CHECK_EQ(cpu->state.psw_mask, supervisor_64 | PSW_PROBLEM);
    CHECK_EQ(cpu->state.breaking_event, RIG_INSN);
    CHECK_EQ(gr64(cpu, 14), RIG_INSN + 4);
    CHECK_EQ(gr64(cpu, 3), 0xaaaaaaaa00c00001);
    CHECK_EQ(gr64(cpu, 4), 0x1234567890abcdef);
    CHECK_EQ(cpu->state.cr[3], 0x00c10001); /* secondary space: the primary one */
    CHECK_EQ(cpu->state.cr[7], space_asce(SPACE_PRIMARY));
    CHECK_EQ(cpu->state.cr[4], 0x70001);
    CHECK_EQ(cpu->state.cr[8], EAX);
    CHECK_EQ(cpu->state.cr[15], STACK);
    /* From the problem state in the 31-bit mode to the supervisor state in the 24-bit mode. */
    set_up();
    entry_put(0, 0, 0x00345678, 0);
    rig_mode(&rig, RIG_MODE_31 | PSW_DAT | PSW_PROBLEM);
    CHECK_EQ(space_run(&rig, "b218 0100"), 0);
    CHECK_EQ(cpu->state.psw_addr, 0x345678);
    CHECK_EQ(cpu->state.psw_mask, PSW_DAT);
    CHECK_EQ(gr64(cpu, 14), 0xaaaaaaaa80000000 | (RIG_INSN + 4) | 1);
    CHECK_EQ(gr64(cpu, 4), 0xaaaaaaaa90abcdef);
}

static void basic_to_another_space(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up();
    entry_put(1, TO_64 | SECONDARY, 0x9000, SPACE_ASN(SPACE_SERVER));
    put32(&rig, space_aste(SPACE_SERVER) + 4, 0xabcd0070);
    CHECK_EQ(space_run(&rig, "b218 0101"), 0);
    CHECK_EQ(cpu->state.cr[1], space_asce(SPACE_SERVER));
    CHECK_EQ(cpu->state.cr[4], 0xabcd0000 | SPACE_ASN(SPACE_SERVER));
    CHECK_EQ(cpu->state.cr[5], space_aste(SPACE_SERVER));
    CHECK_EQ(cpu->state.cr[3] & 0xffff, SPACE_ASN(SPACE_PRIMARY)); /* not for a basic call */
    CHECK_EQ(cpu->state.cr[7], space_asce(SPACE_PRIMARY));
    CHECK_EQ(cpu->space->asce, space_asce(SPACE_SERVER));
}

static void stacking(void)
{
    struct vcpu *cpu = rig.cpu;
    uint64_t entry = space_real(SPACE_HOME, STACK + 8);

    set_up();
    entry_put(7, STACKING | TO_64 | SET_KEY | SET_MASK | SET_EAX | TO_AR, 0x9000, 0);
    rig_mode(&rig, RIG_MODE_31 | PSW_DAT | PSW_PROBLEM | (uint64_t)8 << PSW_KEY_SHIFT);
    CHECK_EQ(space_run(&rig, "b218 0107"), 0);
    CHECK_EQ(cpu->state.psw_addr, 0x9000);
    CHECK_EQ(cpu->state.psw_mask, supervisor_64 | (uint64_t)13 << PSW_KEY_SHIFT |
                                      (uint64_t)PSW_SPACE_ACCESS_REGISTER << PSW_SPACE_SHIFT);
    CHECK(cpu->access_register_mode);
    CHECK_EQ(cpu->state.cr[3], 0x00010001);
    CHECK_EQ(cpu->state.cr[8], 0x77770000);
    CHECK_EQ(gr64(cpu, 14), 0xaaaaaaaa0000000e);
    CHECK_EQ(gr64(cpu, 3), 0xaaaaaaaa00000003);
    CHECK_EQ(gr64(cpu, 4), 0x1234567890abcdef);
    CHECK_EQ(cpu->state.cr[15], STACK + 296);
    CHECK_EQ(get64(&rig, entry + STACK_AUTHORITY), 0x00c0000200090001);
    CHECK_EQ(get64(&rig, entry + STACK_TARGET), 0x0000000080000107);
    CHECK_EQ(get64(&rig, entry + STACK_PSW_ADDRESS), RIG_INSN + 4);
    CHECK_EQ(get64(&rig, entry + STACK_PSW_MASK),
             RIG_MODE_31 | PSW_DAT | PSW_PROBLEM | (uint64_t)8 << PSW_KEY_SHIFT);
    CHECK_EQ(get64(&rig, entry + STACK_DESCRIPTOR), 0x0d0101d800000000);
}

/* To the server's space and back: everything is as it was. */
static void call_and_return(void)
{
    struct vcpu *cpu = rig.cpu;
    uint64_t entry = space_real(SPACE_HOME, STACK + 8);
    struct cpu_state before;

    set_up();
    entry_put(0, STACKING | TO_64 | SET_KEY | SET_MASK | SET_EAX | TO_AR | SECONDARY, 0x9000,
              SPACE_ASN(SPACE_SERVER));
    put32(&rig, space_aste(SPACE_SERVER) + 4, 0xabcd0070);
    rig_mode(&rig, RIG_MODE_31 | PSW_DAT | PSW_PROBLEM | (uint64_t)8 << PSW_KEY_SHIFT);
    before = cpu->state;
    CHECK_EQ(space_run(&rig, "b218 0100"), 0);
    CHECK_EQ(cpu->state.cr[1], space_asce(SPACE_SERVER));
    CHECK_EQ(cpu->state.cr[7], space_asce(SPACE_SERVER));
    CHECK_EQ(cpu->state.cr[3] & 0xffff, SPACE_ASN(SPACE_SERVER));
    CHECK_EQ(get64(&rig, entry + STACK_TARGET), UINT64_C(0x0005000480000100));
    cpu->state.gr[2] = 0;
    for (unsigned i = 2; i < 15; i++)
        cpu->state.gr[i] = cpu->state.ar[i] = i;
    CHECK_EQ(space_run(&rig, "0101"), 0); /* PR */
    CHECK_EQ(cpu->state.psw_addr, RIG_INSN + 4);
    CHECK_EQ(cpu->state.psw_mask, before.psw_mask);
    CHECK_MEM_EQ(cpu->state.gr, before.gr, sizeof before.gr);
    CHECK_MEM_EQ(cpu->state.ar, before.ar, sizeof before.ar);
    CHECK_MEM_EQ(cpu->state.cr, before.cr, sizeof before.cr);
    CHECK_EQ(cpu->space->asce, space_asce(SPACE_PRIMARY));
}

static void pc_number_translation(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up();
    CHECK_EQ(space_run(&rig, "b218 0000"), PGM_LX_TRANSLATION); /* invalid */
    CHECK(cpu->program.has_short_id);
    CHECK_EQ(cpu->program.teid, 0);
    cpu->state.gr[1] = 0xfffffffffff02000; /* linkage index 32, outside the table */
    CHECK_EQ(space_run(&rig, "b218 1034"), PGM_LX_TRANSLATION);
    CHECK_EQ(cpu->program.teid, 0x2034);
    CHECK_EQ(space_run(&rig, "b218 0108"), PGM_EX_TRANSLATION);
    CHECK_EQ(cpu->program.teid, 0x108);
    put32(&rig, LINKAGE_TABLE + 8, 0x7ffffff0);
    CHECK_EQ(space_run(&rig, "b218 0200"), PGM_ADDRESSING);
    put32(&rig, space_aste(SPACE_PRIMARY) + 24, 0xffffff80);
    CHECK_EQ(space_run(&rig, "b218 0100"), PGM_ADDRESSING);
    put32(&rig, space_aste(SPACE_PRIMARY) + 24, (uint32_t)LINKAGE_TABLE);
    CHECK_EQ(space_run(&rig, "b218 0100"), PGM_SPECIAL_OPERATION);
    cpu->state.cr[5] = 0x7fffffc0;
    CHECK_EQ(space_run(&rig, "b218 0100"), PGM_ADDRESSING);
}

static void call_exceptions(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up();
    entry_put(0, TO_64, 0x9000, 0);
    entry_put(1, 0, 0x9000, 0);
    entry_put(2, STACKING, 0x01009000, 0);
    entry_put(3, STACKING, 0x9000, SPACE_ASN(SPACE_SERVER));
    rig_mode(&rig, RIG_MODE_64);
    CHECK_EQ(space_run(&rig, "b218 0100"), PGM_SPECIAL_OPERATION);
    space_mode(&rig, PSW_SPACE_SECONDARY, 0);
    CHECK_EQ(space_run(&rig, "b218 0100"), PGM_SPECIAL_OPERATION);
    space_mode(&rig, PSW_SPACE_HOME, 0);
    CHECK_EQ(space_run(&rig, "b218 0100"), PGM_SPECIAL_OPERATION);
    space_mode(&rig, PSW_SPACE_ACCESS_REGISTER, 0);
    CHECK_EQ(space_run(&rig, "b218 0100"), PGM_SPECIAL_OPERATION);
    space_mode(&rig, PSW_SPACE_PRIMARY, 0);
    CHECK_EQ(space_run(&rig, "b218 0101"), PGM_SPECIAL_OPERATION); /* leaves the 64-bit mode */
    CHECK_EQ(space_run(&rig, "b218 0102"), PGM_PC_TRANSLATION_SPECIFICATION);
    space_mode(&rig, PSW_SPACE_PRIMARY, PSW_PROBLEM);
    cpu->state.cr[3] = 0x00400002;
    CHECK_EQ(space_run(&rig, "b218 0100"), PGM_PRIVILEGED_OPERATION);
    space_mode(&rig, PSW_SPACE_PRIMARY, 0);
    put32(&rig, space_aste(SPACE_SERVER), 0x80000000);
    CHECK_EQ(space_run(&rig, "b218 0103"), PGM_ASX_TRANSLATION);
    CHECK_EQ(cpu->program.teid, SPACE_ASN(SPACE_SERVER));
    cpu->state.cr[14] = 0;
    CHECK_EQ(space_run(&rig, "b218 0103"), PGM_SPECIAL_OPERATION);
    /* The stack's exceptions leave everything as it was. */
    set_up();
    entry_put(3, STACKING | TO_64, 0x9000, SPACE_ASN(SPACE_SERVER));
    put64(&rig, space_real(SPACE_HOME, STACK), 0x0901000000000000);
    CHECK_EQ(space_run(&rig, "b218 0103"), PGM_STACK_FULL);
    CHECK_EQ(cpu->state.cr[1], space_asce(SPACE_PRIMARY));
    CHECK_EQ(cpu->state.psw_mask, supervisor_64);
    CHECK_EQ(cpu->state.cr[15], STACK);
}

static void subspace_replacement(void)
{
    struct vcpu *cpu = rig.cpu;
    uint64_t server = space_aste(SPACE_SERVER);

    set_up();
    entry_put(0, TO_64, 0x9000, SPACE_ASN(SPACE_SERVER));
    put64(&rig, server + 8, space_asce(SPACE_SERVER) | ASCE_SUBSPACE | ASCE_STORAGE_ALTERATION);
    put64(&rig, space_aste(SPACE_SUBSPACE) + 8, space_asce(SPACE_SUBSPACE) | ASCE_SUBSPACE);
    put32(&rig, DUCT, (uint32_t)server);
    put32(&rig, DUCT + 4, 0x80000000 | (uint32_t)space_aste(SPACE_SUBSPACE));
    put32(&rig, DUCT + 12, 0x5a5a0000 + SPACE_SUBSPACE);
    CHECK_EQ(space_run(&rig, "b218 0100"), 0);
    CHECK_EQ(cpu->state.cr[1],
             space_asce(SPACE_SUBSPACE) | ASCE_SUBSPACE | ASCE_STORAGE_ALTERATION);
    cpu->state.cr[5] = space_aste(SPACE_PRIMARY);
    put32(&rig, DUCT + 12, 1);
    CHECK_EQ(space_run(&rig, "b218 0100"), PGM_ASTE_SEQUENCE);
    CHECK(cpu->program.has_access_id && cpu->program.exception_access_id == 0);
    put32(&rig, space_aste(SPACE_SUBSPACE), 0x80000000);
    CHECK_EQ(space_run(&rig, "b218 0100"), PGM_ASTE_VALIDITY);
    put32(&rig, DUCT + 4, 0x7fffffc0); /* not active: not looked at */
    CHECK_EQ(space_run(&rig, "b218 0100"), 0);
    CHECK_EQ(cpu->state.cr[1], space_asce(SPACE_SERVER) | ASCE_SUBSPACE | ASCE_STORAGE_ALTERATION);
}

static void space_switch_events(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up();
    entry_put(0, STACKING | TO_64, 0x9000, SPACE_ASN(SPACE_SERVER));
    cpu->state.cr[1] |= ASCE_SPACE_SWITCH;
    CHECK_EQ(space_run(&rig, "b218 0100"), PGM_SPACE_SWITCH);
    CHECK_EQ(cpu->program.teid, 0x80000000 | SPACE_ASN(SPACE_PRIMARY));
    CHECK(cpu->program.psw_exact && cpu->program.ilc == 4);
    CHECK_EQ(cpu->state.psw_addr, 0x9000);
    CHECK_EQ(cpu->state.cr[1], space_asce(SPACE_SERVER));
    put64(&rig, space_aste(SPACE_PRIMARY) + 8, space_asce(SPACE_PRIMARY) | ASCE_SPACE_SWITCH);
    CHECK_EQ(space_run(&rig, "0101"), PGM_SPACE_SWITCH); /* PR: the new space's control */
    CHECK_EQ(cpu->program.teid, SPACE_ASN(SPACE_SERVER));
    CHECK_EQ(cpu->program.ilc, 2);
    CHECK_EQ(cpu->state.psw_addr, RIG_INSN + 4);
    cpu->state.gr[1] = 0xffff0000 | SPACE_ASN(SPACE_SERVER);
    cpu->state.gr[2] = 0x5000;
    CHECK_EQ(space_run(&rig, "b228 0012"), PGM_SPACE_SWITCH); /* PT 1,2 */
    CHECK_EQ(cpu->program.teid, 0x80000000 | SPACE_ASN(SPACE_PRIMARY));
    CHECK_EQ(cpu->state.psw_addr, 0x5000);
    /* To the current primary space there is none. */
    set_up();
    entry_put(0, STACKING | TO_64, 0x9000, 0);
    cpu->state.cr[1] |= ASCE_SPACE_SWITCH;
    CHECK_EQ(space_run(&rig, "b218 0100"), 0);
    CHECK_EQ(space_run(&rig, "0101"), 0);
}

/* PROGRAM RETURN from a call whose spaces have changed meanwhile. */
static unsigned changed_return(uint64_t address, uint32_t value, unsigned secondary)
{
    struct vcpu *cpu = rig.cpu;
    unsigned code;

    set_up();
    cpu->state.cr[3] = (cpu->state.cr[3] & ~UINT64_C(0xffff)) | secondary;
    entry_put(0, STACKING | TO_64, 0x9000, SPACE_ASN(SPACE_SERVER));
    if (space_run(&rig, "b218 0100"))
        return 0xffff;
    if (address)
        put32(&rig, address, value);
    code = space_run(&rig, "0101");
    if (code) { /* nothing has happened */
        CHECK_EQ(cpu->state.cr[15], STACK + 296);
        CHECK_EQ(cpu->state.cr[1], space_asce(SPACE_SERVER));
        CHECK_EQ(cpu->state.psw_addr, RIG_INSN + 2);
    }
    return code;
}

static void return_exceptions(void)
{
    struct vcpu *cpu = rig.cpu;
    unsigned second = SPACE_ASN(SPACE_SECONDARY);

    CHECK_EQ(changed_return(0, 0, second), 0);
    CHECK_EQ(cpu->state.cr[7], space_asce(SPACE_SECONDARY));
    CHECK_EQ(changed_return(0, 0, SPACE_ASN(SPACE_PRIMARY)), 0);
    CHECK_EQ(cpu->state.cr[7], space_asce(SPACE_PRIMARY));
    CHECK_EQ(changed_return(space_aste(SPACE_PRIMARY), 0x80000000, second), PGM_ASX_TRANSLATION);
    CHECK_EQ(cpu->program.teid, SPACE_ASN(SPACE_PRIMARY));
    CHECK_EQ(changed_return(space_aste(SPACE_SECONDARY), 0x80000000, second), PGM_ASX_TRANSLATION);
    CHECK_EQ(cpu->program.teid, second);
    CHECK_EQ(changed_return(ASN_TABLE, 0x80000000, second), PGM_AFX_TRANSLATION);
    CHECK_EQ(cpu->program.teid, SPACE_ASN(SPACE_PRIMARY));
    CHECK_EQ(changed_return(AUTHORITY, 0, second), PGM_SECONDARY_AUTHORITY);
    CHECK_EQ(cpu->program.teid, second);
    CHECK_EQ(changed_return(0, 0, 0x40), PGM_AFX_TRANSLATION); /* second entry of the table */
    CHECK_EQ(cpu->program.teid, 0x40);
    set_up();
    entry_put(0, STACKING | TO_64, 0x9000, SPACE_ASN(SPACE_SERVER));
    CHECK_EQ(space_run(&rig, "b218 0100"), 0);
    cpu->state.cr[14] &= ~CR14_ASN_TRANSLATION;
    CHECK_EQ(space_run(&rig, "0101"), PGM_SPECIAL_OPERATION);
}

static void program_transfer(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up();
    cpu->state.gr[1] = 0x00800000 | SPACE_ASN(SPACE_PRIMARY);
    cpu->state.gr[2] = 0x1234567800005001;
    CHECK_EQ(space_run(&rig, "b228 0012"), 0); /* PT 1,2 */
    CHECK_EQ(cpu->state.psw_addr, 0x1234567800005000);
    CHECK_EQ(cpu->state.psw_mask, supervisor_64 | PSW_PROBLEM);
    CHECK_EQ(cpu->state.cr[3], 0x00800001);
    CHECK_EQ(cpu->state.cr[7], space_asce(SPACE_PRIMARY));
    CHECK_EQ(cpu->state.breaking_event, RIG_INSN);
    cpu->state.gr[2] = 0x5000;
    CHECK_EQ(space_run(&rig, "b228 0012"), PGM_PRIVILEGED_OPERATION);
    /* To another space, and to the 24-bit mode. */
    set_up();
    rig_mode(&rig, RIG_MODE_31 | PSW_DAT);
    cpu->state.gr[1] = 0xffff0000 | SPACE_ASN(SPACE_SERVER);
    cpu->state.gr[2] = 0x5000;
    CHECK_EQ(space_run(&rig, "b228 0012"), 0);
    CHECK_EQ(cpu->state.psw_mask, PSW_DAT);
    CHECK_EQ(cpu->state.cr[1], space_asce(SPACE_SERVER));
    CHECK_EQ(cpu->state.cr[7], space_asce(SPACE_SERVER));
    CHECK_EQ(cpu->state.cr[3], 0x00c00000 | SPACE_ASN(SPACE_SERVER));
    CHECK_EQ(cpu->state.cr[4], 0x70000 | SPACE_ASN(SPACE_SERVER));
    CHECK_EQ(cpu->state.cr[5], space_aste(SPACE_SERVER));
}

static void transfer_exceptions(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up();
    cpu->state.gr[1] = 0xffff0000 | SPACE_ASN(SPACE_SERVER);
    cpu->state.gr[2] = 0x5000;
    rig_mode(&rig, RIG_MODE_64);
    CHECK_EQ(space_run(&rig, "b228 0012"), PGM_SPECIAL_OPERATION);
    for (unsigned space = 1; space < 4; space++) {
        space_mode(&rig, space, 0);
        CHECK_EQ(space_run(&rig, "b228 0012"), PGM_SPECIAL_OPERATION);
    }
    space_mode(&rig, PSW_SPACE_PRIMARY, 0);
    cpu->state.cr[4] = 0x80000 | SPACE_ASN(SPACE_PRIMARY);
    rig_at(&rig, AUTHORITY)[2] = 0x7f; /* P of index 8 */
    CHECK_EQ(space_run(&rig, "b228 0012"), PGM_PRIMARY_AUTHORITY);
    CHECK_EQ(cpu->program.teid, SPACE_ASN(SPACE_SERVER));
    cpu->state.cr[4] = 0x90000 | SPACE_ASN(SPACE_PRIMARY);
    cpu->state.cr[14] &= ~CR14_ASN_TRANSLATION;
    CHECK_EQ(space_run(&rig, "b228 0012"), PGM_SPECIAL_OPERATION);
    cpu->state.cr[14] |= CR14_ASN_TRANSLATION;
    cpu->state.gr[1] = 0x40;
    CHECK_EQ(space_run(&rig, "b228 0012"), PGM_AFX_TRANSLATION);
    cpu->state.gr[1] = SPACE_ASN(SPACE_SERVER);
    put32(&rig, space_aste(SPACE_SERVER), 0x80000000);
    CHECK_EQ(space_run(&rig, "b228 0012"), PGM_ASX_TRANSLATION);
    rig_mode(&rig, RIG_MODE_31 | PSW_DAT);
    cpu->state.gr[2] = 0x01000000; /* more than 24 bits */
    CHECK_EQ(space_run(&rig, "b228 0012"), PGM_SPECIFICATION);
    put32(&rig, space_aste(SPACE_PRIMARY) + 24, 0);
    CHECK_EQ(space_run(&rig, "b228 0012"), PGM_SPECIAL_OPERATION);
}

static void set_secondary_asn(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up();
    cpu->state.gr[1] = 0xffff0000 | SPACE_ASN(SPACE_DATA);
    CHECK_EQ(space_run(&rig, "b225 0010"), 0); /* SSAR 1 */
    CHECK_EQ(cpu->state.cr[7], space_asce(SPACE_DATA));
    CHECK_EQ(cpu->state.cr[3], 0x00c00000 | SPACE_ASN(SPACE_DATA));
    cpu->state.gr[1] = SPACE_ASN(SPACE_PRIMARY);
    CHECK_EQ(space_run(&rig, "b225 0010"), 0);
    CHECK_EQ(cpu->state.cr[7], space_asce(SPACE_PRIMARY));
    /* The current space follows at once. */
    space_mode(&rig, PSW_SPACE_SECONDARY, 0);
    cpu->state.gr[1] = SPACE_ASN(SPACE_DATA);
    CHECK_EQ(space_run(&rig, "b225 0010"), 0);
    CHECK_EQ(cpu->space->asce, space_asce(SPACE_DATA));
    cpu->state.cr[4] = 0x80000 | SPACE_ASN(SPACE_PRIMARY);
    rig_at(&rig, AUTHORITY)[2] = 0xbf; /* S of index 8 */
    CHECK_EQ(space_run(&rig, "b225 0010"), PGM_SECONDARY_AUTHORITY);
    CHECK_EQ(cpu->program.teid, SPACE_ASN(SPACE_DATA));
    put32(&rig, space_aste(SPACE_DATA), 0x80000000);
    CHECK_EQ(space_run(&rig, "b225 0010"), PGM_ASX_TRANSLATION);
    cpu->state.gr[1] = 0x40;
    CHECK_EQ(space_run(&rig, "b225 0010"), PGM_AFX_TRANSLATION);
    cpu->state.cr[14] = 0;
    CHECK_EQ(space_run(&rig, "b225 0010"), PGM_SPECIAL_OPERATION);
    cpu->state.cr[14] = CR14_ASN_TRANSLATION | 0x7ffff;
    CHECK_EQ(space_run(&rig, "b225 0010"), PGM_ADDRESSING);
    rig_mode(&rig, RIG_MODE_64);
    CHECK_EQ(space_run(&rig, "b225 0010"), PGM_SPECIAL_OPERATION);
}

/* With CR0 bit 44: linkage first and second tables, instances. */
#define SECOND_TABLE UINT64_C(0x5600)

static void set_up_reuse(void)
{
    set_up();
    rig.cpu->state.cr[0] |= CR0_ASN_LX_REUSE;
    rig.cpu->state.cr[4] |= UINT64_C(0x11111111) << 32;
    rig.cpu->state.cr[3] |= UINT64_C(0x22222222) << 32;
    put32(&rig, LINKAGE_TABLE, (uint32_t)SECOND_TABLE);
    put32(&rig, LINKAGE_TABLE + 4, 0x80000000);
    put32(&rig, SECOND_TABLE, 0x80000000);
    put32(&rig, SECOND_TABLE + 8, (uint32_t)ENTRY_TABLE | 1);
    put32(&rig, SECOND_TABLE + 12, 0x77777777);
    rig.cpu->state.gr[15] = 0x7777777700000000;
}

static void reusable_linkage_indexes(void)
{
    struct vcpu *cpu = rig.cpu;
    uint64_t entry = space_real(SPACE_HOME, STACK + 8);

    set_up_reuse();
    entry_put(0, TO_64, 0x9000, 0);
    CHECK_EQ(space_run(&rig, "b218 0100"), 0);
    CHECK_EQ(gr64(cpu, 3), 0x1111111100c00001);
    CHECK_EQ(cpu->state.cr[3], 0x1111111100c10001);
    cpu->state.gr[15] = 1;
    CHECK_EQ(space_run(&rig, "b218 0100"), PGM_LSTE_SEQUENCE);
    put32(&rig, SECOND_TABLE + 12, 0); /* any */
    CHECK_EQ(space_run(&rig, "b218 0100"), 0);
    CHECK_EQ(space_run(&rig, "b218 0000"), PGM_LSX_TRANSLATION);
    cpu->state.gr[1] = 0x2100; /* linkage first index 1 */
    CHECK_EQ(space_run(&rig, "b218 1000"), PGM_LFX_TRANSLATION);
    CHECK_EQ(cpu->program.teid, 0x2100);
    /* The long form, whose first index is beyond the table of length 0. */
    cpu->state.gr[1] = 0x00180100;
    CHECK_EQ(space_run(&rig, "b218 1000"), PGM_LFX_TRANSLATION);
    CHECK_EQ(cpu->program.teid, 0x00180100);
    /* Stacked, the number is without bit 44. */
    set_up_reuse();
    put32(&rig, space_aste(SPACE_PRIMARY) + 24, 0x80000001 | ((uint32_t)LINKAGE_TABLE & ~0xffu));
    put32(&rig, LINKAGE_TABLE + 64 * 4, (uint32_t)SECOND_TABLE);
    put32(&rig, SECOND_TABLE + 8, 0x5800 | 1);
    memset(rig_at(&rig, 0x5800), 0, 256);
    put64(&rig, 0x5800, 0x9000);
    put32(&rig, 0x5808, SPACE_ASN(SPACE_SERVER));
    put32(&rig, 0x5810, STACKING | TO_64);
    put32(&rig, 0x5814, (uint32_t)space_aste(SPACE_SERVER));
    cpu->state.gr[1] = 0x00180100;
    CHECK_EQ(space_run(&rig, "b218 1000"), 0);
    CHECK_EQ(get64(&rig, entry + STACK_TARGET), UINT64_C(0x0005555580080100));
    CHECK_EQ(get64(&rig, entry + STACK_INSTANCES), 0x2222222211111111);
    CHECK_EQ(cpu->state.cr[4], 0x5555555500070005);
    CHECK_EQ(cpu->state.cr[3] >> 32, 0x11111111);
}

static void instances(void)
{
    struct vcpu *cpu = rig.cpu;
    uint64_t entry = space_real(SPACE_HOME, STACK + 8);

    /* PR checks both. */
    set_up_reuse();
    entry_put(0, STACKING | TO_64, 0x9000, SPACE_ASN(SPACE_SERVER));
    CHECK_EQ(space_run(&rig, "b218 0100"), 0);
    put32(&rig, entry + STACK_INSTANCES, 1);
    CHECK_EQ(space_run(&rig, "0101"), PGM_ASTE_INSTANCE);
    CHECK_EQ(cpu->program.exception_access_id, 0x10);
    put32(&rig, entry + STACK_INSTANCES + 4, 1);
    CHECK_EQ(space_run(&rig, "0101"), PGM_ASTE_INSTANCE);
    CHECK_EQ(cpu->program.exception_access_id, 0x20);
    put64(&rig, entry + STACK_INSTANCES, 0x2222222211111111);
    CHECK_EQ(space_run(&rig, "0101"), 0);
    CHECK_EQ(cpu->state.cr[3] >> 32, 0x22222222);
    CHECK_EQ(cpu->state.cr[4] >> 32, 0x11111111);
    /* PTI and SSAIR: the register has the instance. */
    cpu->state.gr[1] = 0x55555555ffff0000 | SPACE_ASN(SPACE_SERVER);
    cpu->state.gr[2] = 0x5000;
    CHECK_EQ(space_run(&rig, "b99f 0010"), 0); /* SSAIR 1 */
    CHECK_EQ(cpu->state.cr[3], 0x5555555500c00005);
    CHECK_EQ(space_run(&rig, "b99e 0012"), 0); /* PTI 1,2 */
    CHECK_EQ(cpu->state.cr[4], 0x5555555500070005);
    CHECK_EQ(cpu->state.cr[3], 0x5555555500c00005);
    cpu->state.gr[1] = 0x55555555ffff0000 | SPACE_ASN(SPACE_PRIMARY);
    CHECK_EQ(space_run(&rig, "b99e 0012"), PGM_ASTE_INSTANCE);
    CHECK_EQ(cpu->program.exception_access_id, 0x20);
    CHECK_EQ(space_run(&rig, "b99f 0010"), PGM_ASTE_INSTANCE);
    CHECK_EQ(cpu->program.exception_access_id, 0x10);
    /* A reusable ASN is not for PT and SSAR, a controlled one not for the problem program. */
    put32(&rig, space_aste(SPACE_PRIMARY) + 4, 0x00070001);
    CHECK_EQ(space_run(&rig, "b228 0012"), PGM_SPECIAL_OPERATION);
    CHECK_EQ(space_run(&rig, "b225 0010"), PGM_SPECIAL_OPERATION);
    put32(&rig, space_aste(SPACE_PRIMARY) + 4, 0x00070002);
    cpu->state.gr[1] = 0x11111111ffff0000 | SPACE_ASN(SPACE_PRIMARY);
    space_mode(&rig, PSW_SPACE_PRIMARY, PSW_PROBLEM);
    CHECK_EQ(space_run(&rig, "b99f 0010"), PGM_SPECIAL_OPERATION);
    cpu->state.gr[2] = 0x5001;
    CHECK_EQ(space_run(&rig, "b99e 0012"), PGM_SPECIAL_OPERATION);
    space_mode(&rig, PSW_SPACE_PRIMARY, 0);
    CHECK_EQ(space_run(&rig, "b99e 0012"), 0);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(basic),
        TEST(basic_to_another_space),
        TEST(stacking),
        TEST(call_and_return),
        TEST(pc_number_translation),
        TEST(call_exceptions),
        TEST(subspace_replacement),
        TEST(space_switch_events),
        TEST(return_exceptions),
        TEST(program_transfer),
        TEST(transfer_exceptions),
        TEST(set_secondary_asn),
        TEST(reusable_linkage_indexes),
        TEST(instances),
    };
    int status;

    if (!rig_open(&rig))
        return 1;
    status = RUN_TESTS(tests);
    rig_close(&rig);
    return status;
}
