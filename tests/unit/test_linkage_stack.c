/* The linkage stack: BAKR and PR, sections, EREG, EREGG, ESTA, MSTA, and every stack
   exception. */
#include "cpu/arch/linkage_stack.h"
#include "cpu/isa/insn.h"
#include "tests/unit/space_rig.h"

static struct rig rig;

/* Two sections in the home space, the first with room for two entries and 176 bytes. */
#define SECTION_1    (OWN + 0x1000)
#define SECTION_2    (OWN + 0x2000)
#define DESCRIPTOR_1 (SECTION_1 + 8)
#define DESCRIPTOR_2 (SECTION_2 + 8)
#define ENTRY_1      (DESCRIPTOR_1 + STACK_ENTRY_SIZE) /* its descriptor */
#define ENTRY_2      (ENTRY_1 + STACK_ENTRY_SIZE)
#define ENTRY_3      (DESCRIPTOR_2 + STACK_ENTRY_SIZE)
#define TRAILER_1    (SECTION_1 + 16 + 768)

static uint64_t home(uint64_t address)
{
    return space_real(SPACE_HOME, address);
}

static void set_up(void)
{
    struct vcpu *cpu = rig.cpu;

    spaces_reset(&rig);
    put64(&rig, home(DESCRIPTOR_1), 0x0901030000000000); /* header, section 1, 768 free */
    put64(&rig, home(TRAILER_1), DESCRIPTOR_2 | 1);
    put64(&rig, home(TRAILER_1) + 8, 0x0a01000000000000);
    put64(&rig, home(DESCRIPTOR_2), 0x0902020000000000);
    cpu->state.cr[15] = DESCRIPTOR_1 | 7; /* bits 61-63 are not looked at */
    for (unsigned i = 0; i < 16; i++) {
        cpu->state.gr[i] = 0x0101010101010101 * (i + 1);
        cpu->state.ar[i] = 0x10101010 * i;
    }
    cpu->state.cr[3] = 0x8080000000000002 | 0xabcd0000;
    cpu->state.gr[5] = 0x4444; /* where branches go */
}

static unsigned bakr(void)
{
    return space_run(&rig, "b240 0005"); /* BAKR 0,5 */
}

static void branch_and_stack(void)
{
    struct vcpu *cpu = rig.cpu;
    uint64_t entry = home(DESCRIPTOR_1 + 8);

    set_up();
    CHECK_EQ(bakr(), 0);
    CHECK_EQ(cpu->state.psw_addr, 0x4444);
    CHECK_EQ(cpu->state.breaking_event, RIG_INSN);
    CHECK_EQ(cpu->state.cr[15], ENTRY_1);
    CHECK_EQ(get64(&rig, home(DESCRIPTOR_1)), 0x0901030001280000);
    CHECK_EQ(get64(&rig, home(ENTRY_1)), 0x0c0101d800000000);
    for (unsigned i = 0; i < 16; i++) {
        CHECK_EQ(get64(&rig, entry + i * 8), i == 5 ? 0x4444 : 0x0101010101010101 * (i + 1));
        CHECK_EQ(get32(&rig, entry + 224 + i * 4), 0x10101010 * i);
    }
    CHECK_EQ(get64(&rig, entry + 128), 0xabcd000200090001);
    CHECK_EQ(get64(&rig, entry + 136), psw_mask(cpu));
    CHECK_EQ(get64(&rig, entry + 144), 0x4445); /* 64-bit addressing mode */
    CHECK_EQ(get64(&rig, entry + 168), RIG_INSN + 4);
    /* No branch, and a return address of each kind. */
    set_up();
    cpu->state.gr[4] = 0xfffffffff0001235;
    CHECK_EQ(space_run(&rig, "b240 0040"), 0); /* BAKR 4,0 */
    CHECK_EQ(cpu->state.psw_addr, RIG_INSN + 4);
    CHECK_EQ(get64(&rig, entry + 144), (RIG_INSN + 4) | 1);
    CHECK_EQ(get64(&rig, entry + 168), 0xfffffffff0001234);
    set_up();
    cpu->state.gr[4] = 0xfffffffff0001234;
    CHECK_EQ(space_run(&rig, "b240 0040"), 0);
    CHECK_EQ(get64(&rig, entry + 168), 0x70001234);
    CHECK_EQ(get64(&rig, entry + 136) & RIG_MODE_64, RIG_MODE_31);
    set_up();
    cpu->state.gr[4] = 0x71001234;
    CHECK_EQ(space_run(&rig, "b240 0040"), 0);
    CHECK_EQ(get64(&rig, entry + 168), 0x1234);
    CHECK_EQ(get64(&rig, entry + 136) & RIG_MODE_64, 0);
    set_up();
    rig_mode(&rig, RIG_MODE_31 | PSW_DAT);
    CHECK_EQ(bakr(), 0);
    CHECK_EQ(get64(&rig, entry + 144), 0x80004444);
}

static void program_return(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up();
    space_mode(&rig, PSW_SPACE_ACCESS_REGISTER, (uint64_t)6 << PSW_KEY_SHIFT | PSW_PROBLEM);
    cpu->state.gr[4] = 0x5678 | UINT64_C(1) << 31;
    CHECK_EQ(space_run(&rig, "b240 0045"), 0); /* BAKR 4,5 */
    for (unsigned i = 0; i < 16; i++) {
        cpu->state.gr[i] = i;
        cpu->state.ar[i] = i;
    }
    cpu->state.cr[3] = 0;
    space_mode(&rig, PSW_SPACE_PRIMARY, 0);
    CHECK_EQ(space_run(&rig, "0101"), 0); /* PR */
    for (unsigned i = 0; i < 16; i++) {
        bool restored = i >= 2 && i <= 14;

        CHECK_EQ(gr64(cpu, i), !restored ? i
                               : i == 4  ? 0x80005678
                               : i == 5  ? 0x4444
                                         : 0x0101010101010101 * (i + 1));
        CHECK_EQ(cpu->state.ar[i], restored ? 0x10101010 * i : i);
    }
    CHECK_EQ(cpu->state.psw_addr, 0x5678);
    CHECK_EQ(cpu->state.psw_mask & ~PSW_CC,
             RIG_MODE_31 | PSW_DAT | PSW_PROBLEM | (uint64_t)6 << PSW_KEY_SHIFT |
                 (uint64_t)PSW_SPACE_ACCESS_REGISTER << PSW_SPACE_SHIFT);
    CHECK_EQ(cpu->state.breaking_event, RIG_INSN);
    CHECK_EQ(cpu->state.cr[3], 0); /* a branch state entry restores no authority */
    CHECK_EQ(cpu->state.cr[15], DESCRIPTOR_1);
    CHECK_EQ(get64(&rig, home(DESCRIPTOR_1)), 0x0901030000000000);
}

/* The PER mask is not restored; an address that the mode does not permit is found after all. */
static void program_return_psw(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up();
    CHECK_EQ(bakr(), 0);
    space_mode(&rig, PSW_SPACE_PRIMARY, PSW_PER);
    CHECK_EQ(space_run(&rig, "0101"), 0);
    CHECK(cpu->state.psw_mask & PSW_PER);
    set_up();
    CHECK_EQ(bakr(), 0);
    put64(&rig, home(ENTRY_1 - 288 + 136), RIG_MODE_31 | PSW_DAT);
    put64(&rig, home(ENTRY_1 - 288 + 168), 0x80000000);
    space_mode(&rig, PSW_SPACE_PRIMARY, 0);
    CHECK_EQ(space_run(&rig, "0101"), PGM_SPECIFICATION);
    CHECK(cpu->program.psw_exact && cpu->program.ilc == 0);
    CHECK_EQ(cpu->state.psw_addr, 0x80000000);
    CHECK_EQ(cpu->state.cr[15], DESCRIPTOR_1);
}

static void sections(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up();
    CHECK_EQ(bakr(), 0);
    CHECK_EQ(bakr(), 0);
    CHECK_EQ(cpu->state.cr[15], ENTRY_2);
    CHECK_EQ(get64(&rig, home(ENTRY_2)), 0x0c0100b000000000);
    CHECK_EQ(bakr(), 0);
    CHECK_EQ(cpu->state.cr[15], ENTRY_3);
    CHECK_EQ(get64(&rig, home(SECTION_2)), ENTRY_2 | 1);
    CHECK_EQ(get64(&rig, home(DESCRIPTOR_2)), 0x0902020001280000);
    CHECK_EQ(get64(&rig, home(ENTRY_2)), 0x0c0100b000000000); /* its next entry is none */
    CHECK_EQ(get64(&rig, home(ENTRY_3)), 0x0c0200d800000000);
    CHECK_EQ(space_run(&rig, "0101"), 0);
    CHECK_EQ(cpu->state.cr[15], DESCRIPTOR_2);
    CHECK_EQ(space_run(&rig, "0101"), 0); /* by way of the header */
    CHECK_EQ(cpu->state.cr[15], ENTRY_1);
    CHECK_EQ(get64(&rig, home(ENTRY_1)), 0x0c0101d800000000);
    CHECK_EQ(space_run(&rig, "0101"), 0);
    CHECK_EQ(cpu->state.cr[15], DESCRIPTOR_1);
    CHECK_EQ(space_run(&rig, "0101"), PGM_STACK_EMPTY);
    CHECK_EQ(cpu->state.cr[15], DESCRIPTOR_1);
}

/* An entry over two pages that do not follow each other in real storage. */
static void crossing_pages(void)
{
    struct vcpu *cpu = rig.cpu;
    uint64_t pages = space_asce(SPACE_HOME) + 0x1000, descriptor = OWN + 0xf08;

    set_up();
    put64(&rig, pages + (OWN + 0x1000) / 512, home(OWN + 0x9000));
    address_space_purge_all(cpu);
    put64(&rig, home(descriptor), 0x0901030000000000);
    cpu->state.cr[15] = descriptor;
    CHECK_EQ(bakr(), 0);
    CHECK_EQ(get64(&rig, home(OWN + 0x9000) + 0x30), 0x0c0101d800000000);
    cpu->state.gr[14] = cpu->state.ar[14] = 0;
    CHECK_EQ(space_run(&rig, "0101"), 0);
    CHECK_EQ(cpu->state.ar[14], 0xe0e0e0e0);
    /* The second page cannot be stored into: nothing happens. */
    set_up();
    put64(&rig, pages + (OWN + 0x1000) / 512, home(OWN + 0x9000) | PTE_PROTECTION);
    address_space_purge_all(cpu);
    put64(&rig, home(descriptor), 0x0901030000000000);
    cpu->state.cr[15] = descriptor;
    CHECK_EQ(bakr(), PGM_PROTECTION);
    CHECK_EQ(cpu->program.teid & 3, PSW_SPACE_HOME);
    CHECK_EQ(cpu->state.cr[15], descriptor);
    CHECK_EQ(get64(&rig, home(descriptor) + 8), 0);
}

/* Key-controlled protection does not apply; DAT and the rest do. */
static void protection(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up();
    for (uint64_t page = home(OWN) >> 12; page < home(OWN + 0x10000) >> 12; page++)
        rig.storage.key[page] = 0x98;
    space_mode(&rig, PSW_SPACE_PRIMARY, (uint64_t)8 << PSW_KEY_SHIFT);
    CHECK_EQ(bakr(), 0);
    CHECK_EQ(space_run(&rig, "0101"), 0);
    cpu->state.cr[15] = 0x80008;
    CHECK_EQ(bakr(), PGM_PAGE_TRANSLATION);
    CHECK_EQ(cpu->program.teid & 3, PSW_SPACE_HOME);
    CHECK_EQ(cpu->program.exception_access_id, 0);
}

static void stack_exceptions(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up();
    put64(&rig, home(TRAILER_1), DESCRIPTOR_2);
    put64(&rig, home(DESCRIPTOR_1), 0x0901030000000000);
    CHECK_EQ(bakr(), 0);
    CHECK_EQ(bakr(), 0);
    CHECK_EQ(bakr(), PGM_STACK_FULL);
    CHECK_EQ(cpu->state.cr[15], ENTRY_2);
    put64(&rig, home(ENTRY_2), 0x0c0100b400000000); /* free space no multiple of 8 */
    CHECK_EQ(bakr(), PGM_STACK_SPECIFICATION);
    put64(&rig, home(ENTRY_2), 0x0c0100b000000000);
    put64(&rig, home(TRAILER_1), DESCRIPTOR_2 | 1);
    put64(&rig, home(DESCRIPTOR_2), 0x0902012000000000); /* no room there either */
    CHECK_EQ(bakr(), PGM_STACK_SPECIFICATION);
    /* A header behind which there is another header. */
    set_up();
    put64(&rig, home(SECTION_1), DESCRIPTOR_2 | 1);
    CHECK_EQ(space_run(&rig, "0101"), PGM_STACK_SPECIFICATION);
    put64(&rig, home(DESCRIPTOR_1), 0x8901030000000000); /* unstack suppressed */
    CHECK_EQ(space_run(&rig, "0101"), PGM_STACK_OPERATION);
    CHECK_EQ(space_run(&rig, "b249 0011"), PGM_STACK_SPECIFICATION); /* EREG does not mind */
    put64(&rig, home(DESCRIPTOR_1), 0x0a01030000000000);
    CHECK_EQ(space_run(&rig, "0101"), PGM_STACK_TYPE);
    CHECK_EQ(space_run(&rig, "b90e 0011"), PGM_STACK_TYPE);
    set_up();
    CHECK_EQ(bakr(), 0);
    put64(&rig, home(ENTRY_1), 0x8c0101d800000000);
    CHECK_EQ(space_run(&rig, "0101"), PGM_STACK_OPERATION);
    CHECK_EQ(space_run(&rig, "b90e 0011"), 0);
    CHECK_EQ(cpu->state.cr[15], ENTRY_1);
}

static void modes(void)
{
    static const char *const texts[] = {"b240 0005", "0101",      "b249 0023",
                                        "b90e 0023", "b24a 0020", "b247 0020"};

    for (unsigned i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        bool stacks = i < 2;

        set_up();
        CHECK_EQ(bakr(), 0);
        rig.cpu->state.gr[0] = 0;
        rig_mode(&rig, RIG_MODE_64);
        CHECK_EQ(space_run(&rig, texts[i]), PGM_SPECIAL_OPERATION);
        space_mode(&rig, PSW_SPACE_SECONDARY, 0);
        CHECK_EQ(space_run(&rig, texts[i]), PGM_SPECIAL_OPERATION);
        space_mode(&rig, PSW_SPACE_HOME, 0);
        CHECK_EQ(space_run(&rig, texts[i]), stacks ? PGM_SPECIAL_OPERATION : 0);
        space_mode(&rig, PSW_SPACE_ACCESS_REGISTER, PSW_PROBLEM);
        CHECK_EQ(space_run(&rig, texts[i]), 0);
    }
}

static void extract_registers(void)
{
    struct vcpu *cpu = rig.cpu;

    set_up();
    CHECK_EQ(bakr(), 0);
    memset(cpu->state.gr, 0xff, sizeof cpu->state.gr);
    memset(cpu->state.ar, 0xff, sizeof cpu->state.ar);
    CHECK_EQ(space_run(&rig, "b249 00e1"), 0); /* EREG 14,1 */
    for (unsigned i = 0; i < 16; i++) {
        bool loaded = i >= 14 || i <= 1;

        CHECK_EQ(gr64(cpu, i), loaded ? 0xffffffff00000000 | 0x01010101 * (i + 1) : UINT64_MAX);
        CHECK_EQ(cpu->state.ar[i], loaded ? 0x10101010 * i : UINT32_MAX);
    }
    CHECK_EQ(space_run(&rig, "b90e 0077"), 0); /* EREGG 7,7 */
    CHECK_EQ(gr64(cpu, 7), 0x0808080808080808);
    CHECK_EQ(gr64(cpu, 8), UINT64_MAX);
}

static void extract_state(void)
{
    static const struct {
        uint64_t even;
        uint64_t odd;
    } wanted[] = {
        {0xffffffffabcd0002, 0xffffffff00090001}, {0xffffffff04080001, 0xffffffff80001004},
        {0xffffffff00000000, 0xffffffff00004445}, {0xffffffff11112222, 0xffffffff33334444},
        {PSW_DAT | RIG_MODE_64, RIG_INSN + 4},    {0x80800000ffffffff, 0x00000000ffffffff},
    };
    struct vcpu *cpu = rig.cpu;

    set_up();
    cpu->state.cr[0] |= CR0_ASN_LX_REUSE;
    CHECK_EQ(bakr(), 0);
    cpu->state.gr[6] = 0xeeeeeeee11112222;
    cpu->state.gr[7] = 0xeeeeeeee33334444;
    CHECK_EQ(space_run(&rig, "b247 0060"), 0); /* MSTA 6 */
    CHECK_EQ(space_run(&rig, "b247 0070"), PGM_SPECIFICATION);
    for (unsigned i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        cpu->state.gr[2] = cpu->state.gr[3] = UINT64_MAX;
        cpu->state.gr[8] = 0xffffff00 | i;
        cpu->cc = 3;
        CHECK_EQ(space_run(&rig, "b24a 0028"), 0); /* ESTA 2,8 */
        CHECK_EQ(gr64(cpu, 2), wanted[i].even);
        CHECK_EQ(gr64(cpu, 3), wanted[i].odd);
        CHECK_EQ(cpu->cc, 0);
    }
    cpu->state.gr[8] = 6;
    CHECK_EQ(space_run(&rig, "b24a 0028"), PGM_SPECIFICATION);
    cpu->state.gr[8] = 0;
    CHECK_EQ(space_run(&rig, "b24a 0038"), PGM_SPECIFICATION);
    /* A return address that the short PSW cannot hold. */
    put64(&rig, home(ENTRY_1 - 288 + 168), 0x112345678);
    cpu->state.gr[8] = 1;
    CHECK_EQ(space_run(&rig, "b24a 0028"), 0);
    CHECK_EQ(gr32(cpu, 3), 0x92345679);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(branch_and_stack),  TEST(program_return), TEST(program_return_psw), TEST(sections),
        TEST(crossing_pages),    TEST(protection),     TEST(stack_exceptions),   TEST(modes),
        TEST(extract_registers), TEST(extract_state),
    };
    int status;

    if (!rig_open(&rig))
        return 1;
    status = RUN_TESTS(tests);
    rig_close(&rig);
    return status;
}
