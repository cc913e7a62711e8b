/* The checks that come before every body. */
#include "tests/unit/insn_rig.h"

#include "cpu/isa/check.h"

/* The program interruption that the checks of the instruction TEXT raise, or 0. */
static unsigned check(struct rig *rig, const char *text)
{
    struct vcpu *cpu = rig->cpu;
    struct insn insn;
    uint8_t bytes[8] = {0};

    rig_hex(bytes, text);
    insn_decode(&insn, bytes);
    cpu->insn = &insn;
    cpu->program.code = 0;
    cpu->unwinding = 1;
    if (_setjmp(cpu->unwind) == 0)
        insn_check(cpu, &insn);
    cpu->unwinding = 0;
    cpu->insn = NULL;
    return cpu->program.code;
}

static void an_absent_facility_takes_its_instructions_away(void)
{
    struct rig rig;

    REQUIRE(rig_open(&rig));
    CHECK_EQ(check(&rig, "b9e1 0012"), 0); /* POPCNT, whose M3 has another facility */
    rig.configuration.facility_present[FACILITY_DISTINCT_OPERANDS] = false;
    CHECK_EQ(check(&rig, "b9e1 0012"), PGM_OPERATION);
    CHECK_EQ(check(&rig, "b9e1 8012"), PGM_OPERATION);
    CHECK_EQ(check(&rig, "1812"), 0); /* LR */
    CHECK_EQ(check(&rig, "0000"), PGM_OPERATION);
    rig_close(&rig);
}

static void additional_registers_need_afp_control(void)
{
    struct rig rig;

    REQUIRE(rig_open(&rig));
    CHECK_EQ(rig.cpu->state.cr[0] & CR0_AFP_REGISTER, 0);
    CHECK_EQ(check(&rig, "2846"), 0);        /* LDR 4,6 */
    CHECK_EQ(check(&rig, "2841"), PGM_DATA); /* LDR 4,1 */
    CHECK_EQ(rig.cpu->program.data_code, DXC_AFP_REGISTER);
    CHECK_EQ(check(&rig, "2886"), PGM_DATA);      /* LDR 8,6 */
    CHECK_EQ(check(&rig, "b3c1 0049"), 0);        /* LDGR 4,9 (general) */
    CHECK_EQ(check(&rig, "b3c1 0094"), PGM_DATA); /* LDGR 9,4 */
    CHECK_EQ(check(&rig, "b3cd 0094"), 0);        /* LGDR 9 (general),4 */
    CHECK_EQ(check(&rig, "b3cd 0049"), PGM_DATA); /* LGDR 4,9 */
    CHECK_EQ(check(&rig, "b372 1024"), PGM_DATA); /* CPSDR 2,1,4 */
    CHECK_EQ(check(&rig, "6819 2000"), PGM_DATA); /* LD 1,0(9,2) */
    CHECK_EQ(check(&rig, "6869 2000"), 0);        /* LD 6,0(9,2) */
    rig.cpu->state.cr[0] |= CR0_AFP_REGISTER;
    CHECK_EQ(check(&rig, "2841"), 0);
    CHECK_EQ(check(&rig, "b372 1024"), 0);
    rig_close(&rig);
}

static void odd_registers_are_refused_where_pairs_are_named(void)
{
    struct rig rig;

    REQUIRE(rig_open(&rig));
    CHECK_EQ(check(&rig, "1c25"), 0);                 /* MR 2,5 */
    CHECK_EQ(check(&rig, "1c35"), PGM_SPECIFICATION); /* MR 3,5 */
    rig.cpu->state.cr[0] |= CR0_AFP_REGISTER;
    CHECK_EQ(check(&rig, "b34a 0015"), 0);                 /* AXBR 1,5 */
    CHECK_EQ(check(&rig, "b34a 0025"), PGM_SPECIFICATION); /* AXBR 2,5 */
    CHECK_EQ(check(&rig, "b34a 0017"), PGM_SPECIFICATION); /* AXBR 1,7 */
    rig_close(&rig);
}

static const struct test tests[] = {
    TEST(an_absent_facility_takes_its_instructions_away),
    TEST(additional_registers_need_afp_control),
    TEST(odd_registers_are_refused_where_pairs_are_named),
};

int main(void)
{
    return RUN_TESTS(tests);
}
