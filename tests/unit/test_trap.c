/* TRAP2, TRAP4 and RESUME PROGRAM. */
#include "cpu/isa/insn.h"
#include "tests/unit/space_rig.h"

static struct rig rig;

/* In the home space. */
#define CONTROL_BLOCK (OWN + 0x100)
#define SAVE_AREA     (OWN + 0x1000)

static uint64_t home(uint64_t address)
{
    return space_real(SPACE_HOME, address);
}

static void set_up(uint32_t control)
{
    struct vcpu *cpu = rig.cpu;

    spaces_reset(&rig);
    put32(&rig, DUCT + 44, (uint32_t)CONTROL_BLOCK | 1);
    put32(&rig, home(CONTROL_BLOCK), control);
    put32(&rig, home(CONTROL_BLOCK) + 12, (uint32_t)SAVE_AREA);
    put32(&rig, home(CONTROL_BLOCK) + 20, 0x80012344);
    for (unsigned i = 0; i < 16; i++)
        cpu->state.gr[i] = 0x1111111100000000 * i + i;
    cpu->state.ar[15] = 0xabcdef01;
    memset(rig_at(&rig, home(SAVE_AREA)), 0xcc, 256);
    space_mode(&rig, PSW_SPACE_ACCESS_REGISTER, PSW_PROBLEM);
}

#define LONG_PSW       0x00040000u
#define LONG_REGISTERS 0x00020000u

static void trap(void)
{
    struct vcpu *cpu = rig.cpu;
    uint64_t mask;

    set_up(LONG_PSW | LONG_REGISTERS);
    mask = psw_mask(cpu);
    cpu->state.gr[1] = 0xffffffff80000000;
    CHECK_EQ(space_run(&rig, "b2ff 1234"), 0); /* TRAP4 X'234'(1) */
    CHECK_EQ(get64(&rig, home(SAVE_AREA)), 0x4004000000000000);
    CHECK_EQ(get64(&rig, home(SAVE_AREA) + 8), 0x00000234abcdef01);
    CHECK_EQ(get64(&rig, home(SAVE_AREA) + 16), mask);
    CHECK_EQ(get64(&rig, home(SAVE_AREA) + 24), RIG_INSN + 4);
    CHECK_EQ(get64(&rig, home(SAVE_AREA) + 32 + 7 * 8), 0x7777777700000007);
    CHECK_EQ(get64(&rig, home(SAVE_AREA) + 32 + 15 * 8), 0xffffffff0000000f);
    CHECK_EQ(get32(&rig, home(SAVE_AREA) + 160), 0xcccccccc);
    CHECK_EQ(gr64(cpu, 15), CONTROL_BLOCK);
    CHECK_EQ(cpu->state.psw_addr, 0x12344);
    CHECK_EQ(cpu->state.psw_mask, RIG_MODE_31 | PSW_DAT | PSW_PROBLEM);
    CHECK_EQ(cpu->state.breaking_event, RIG_INSN);
    /* Short forms, from the 31-bit mode, over a page boundary. */
    set_up(0);
    put32(&rig, home(CONTROL_BLOCK) + 12, (uint32_t)SAVE_AREA - 40);
    rig_mode(&rig, RIG_MODE_31 | PSW_DAT);
    CHECK_EQ(space_run(&rig, "01ff"), 0); /* TRAP2 */
    CHECK_EQ(get64(&rig, home(SAVE_AREA) - 40), 0x0002000000000000);
    CHECK_EQ(get64(&rig, home(SAVE_AREA) - 32), 0x00000000abcdef01);
    CHECK_EQ(get64(&rig, home(SAVE_AREA) - 24), 0x0408000080001002);
    CHECK_EQ(get64(&rig, home(SAVE_AREA) - 16), 0);
    CHECK_EQ(get32(&rig, home(SAVE_AREA) - 8 + 15 * 4), 15);
    CHECK_EQ(get32(&rig, home(SAVE_AREA) - 8 + 16 * 4), 0xcccccccc);
    CHECK_EQ(gr64(cpu, 15), 0xffffffff00000000 | CONTROL_BLOCK);
}

static void trap_exceptions(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up(LONG_PSW);
    rig_mode(&rig, RIG_MODE_64);
    CHECK_EQ(space_run(&rig, "01ff"), PGM_SPECIAL_OPERATION);
    space_mode(&rig, PSW_SPACE_SECONDARY, 0);
    CHECK_EQ(space_run(&rig, "01ff"), PGM_SPECIAL_OPERATION);
    space_mode(&rig, PSW_SPACE_HOME, 0);
    CHECK_EQ(space_run(&rig, "b2ff 0000"), PGM_SPECIAL_OPERATION);
    set_up(LONG_PSW);
    put32(&rig, DUCT + 44, (uint32_t)CONTROL_BLOCK);
    CHECK_EQ(space_run(&rig, "01ff"), PGM_SPECIAL_OPERATION);
    set_up(0); /* a short PSW cannot be that of the 64-bit mode */
    CHECK_EQ(space_run(&rig, "01ff"), PGM_SPECIAL_OPERATION);
    set_up(LONG_PSW);
    put32(&rig, home(CONTROL_BLOCK) + 12, 0x80000);
    CHECK_EQ(space_run(&rig, "01ff"), PGM_PAGE_TRANSLATION);
    CHECK_EQ(cpu->program.teid & 3, PSW_SPACE_HOME);
    put32(&rig, DUCT + 44, 0x80001);
    CHECK_EQ(space_run(&rig, "01ff"), PGM_PAGE_TRANSLATION);
    cpu->state.cr[2] = 0x7fffffc0;
    CHECK_EQ(space_run(&rig, "01ff"), PGM_ADDRESSING);
}

/* The parameter list behind RP 0(5), whose operand is at 8000. */
static void set_up_resume(uint64_t list, uint16_t more)
{
    struct vcpu *cpu = rig.cpu;

    spaces_reset(&rig);
    put64(&rig, RIG_INSN + 4, list);
    store_be16(rig_at(&rig, RIG_INSN + 12), more);
    cpu->state.gr[5] = 0x8000;
    put64(&rig, 0x8108, 0x123456789abc);
    put64(&rig, 0x8200, 0xaaaaaaaabbbbbbbb);
    put64(&rig, 0x8300, 0xccccccccdddddddd);
    space_mode(&rig, PSW_SPACE_PRIMARY, PSW_PROBLEM | (uint64_t)4 << PSW_KEY_SHIFT);
}

static void resume_program(void)
{
    struct vcpu *cpu = rig.cpu;
    const uint64_t kept = PSW_DAT | PSW_PROBLEM | (uint64_t)4 << PSW_KEY_SHIFT;

    /* A short PSW: space, condition code, program mask, mode and 31 bits of address. */
    set_up_resume(0x0000010002000304, 0);
    put64(&rig, 0x8100, 0xffff6bfe80001234);
    CHECK_EQ(space_run(&rig, "b277 5000"), 0); /* RP 0(5) */
    CHECK_EQ(cpu->state.psw_addr, 0x1234);
    CHECK_EQ(psw_mask(cpu), kept | 0x6b0080000000);
    CHECK_EQ(cpu->cc, 2);
    CHECK_EQ(cpu->state.ar[5], 0xaaaaaaaa);
    CHECK_EQ(gr64(cpu, 5), 0xdddddddd);
    CHECK(cpu->access_register_mode);
    CHECK_EQ(cpu->state.breaking_event, RIG_INSN);
    /* A long PSW, a long register. */
    set_up_resume(0x0006010002040300, 0);
    put64(&rig, 0x8100, 0x0000000180000000);
    CHECK_EQ(space_run(&rig, "b277 5000"), 0);
    CHECK_EQ(cpu->state.psw_addr, 0x123456789abc);
    CHECK_EQ(psw_mask(cpu), kept | RIG_MODE_64);
    CHECK_EQ(cpu->state.ar[5], 0xbbbbbbbb);
    CHECK_EQ(gr64(cpu, 5), 0xccccccccdddddddd);
    /* A register in two parts. */
    set_up_resume(0x0003010002000300, 0x0204);
    put64(&rig, 0x8100, 0x0000000000000034);
    CHECK_EQ(space_run(&rig, "b277 5000"), 0);
    CHECK_EQ(gr64(cpu, 5), 0xbbbbbbbbcccccccc);
    CHECK_EQ(cpu->address_mask, 0xffffff);
}

static void resume_exceptions(void)
{
    struct vcpu *cpu = rig.cpu;
    static const uint64_t invalid[] = {
        0x0000000080000001, /* odd */
        0x0000000001000000, /* more than 24 bits */
        0x0000000100000000, /* no such mode */
    };

    set_up_resume(0x0008010002000304, 0);
    CHECK_EQ(space_run(&rig, "b277 5000"), PGM_SPECIFICATION);
    for (unsigned i = 0; i < sizeof invalid / sizeof invalid[0]; i++) {
        set_up_resume(0x0000010002000304, 0);
        put64(&rig, 0x8100, invalid[i]);
        CHECK_EQ(space_run(&rig, "b277 5000"), PGM_SPECIFICATION);
        CHECK(!cpu->program.psw_exact);
        CHECK_EQ(gr64(cpu, 5), 0x8000);
        CHECK_EQ(cpu->state.ar[5], 0);
        CHECK_EQ(cpu->state.psw_addr, RIG_INSN + 4);
    }
    set_up_resume(0x0004010002000304, 0);
    put64(&rig, 0x8100, 0x0000000180000002); /* bits 33-63 of a long one are zeros */
    CHECK_EQ(space_run(&rig, "b277 5000"), PGM_SPECIFICATION);
    set_up_resume(0x0000010002000304, 0);
    put64(&rig, 0x8100, 0x0000c00080001234);
    CHECK_EQ(space_run(&rig, "b277 5000"), PGM_PRIVILEGED_OPERATION); /* home space */
    space_mode(&rig, PSW_SPACE_PRIMARY, 0);
    CHECK_EQ(space_run(&rig, "b277 5000"), 0);
    set_up_resume(0x0000010002000304, 0);
    put64(&rig, 0x8100, 0x0000c00080001234);
    space_mode(&rig, PSW_SPACE_PRIMARY, 0);
    cpu->state.cr[13] |= ASCE_SPACE_SWITCH;
    CHECK_EQ(space_run(&rig, "b277 5000"), PGM_SPACE_SWITCH);
    CHECK_EQ(cpu->program.teid, SPACE_ASN(SPACE_PRIMARY));
    CHECK_EQ(cpu->state.psw_addr, 0x1234);
    set_up_resume(0x0000010002000304, 0);
    cpu->state.gr[5] = 0x80000;
    CHECK_EQ(space_run(&rig, "b277 5000"), PGM_PAGE_TRANSLATION);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(trap),
        TEST(trap_exceptions),
        TEST(resume_program),
        TEST(resume_exceptions),
    };
    int status;

    if (!rig_open(&rig))
        return 1;
    status = RUN_TESTS(tests);
    rig_close(&rig);
    return status;
}
