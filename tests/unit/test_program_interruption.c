/*
 * Delivering program interruptions (PoP chapter 6): which ones nullify, and what each leaves
 * in the lowcore and what it leaves alone.
 */
#include "cpu/arch/prefix.h"
#include "cpu/isa/insn.h"
#include "tests/unit/insn_rig.h"

static struct rig rig;

#define NEXT   UINT64_C(0x4006) /* behind an instruction of 6 bytes */
#define BEFORE 0xee             /* what the lowcore has before */

static struct lowcore *lowcore(void)
{
    return prefix_lowcore(rig.cpu);
}

/* Delivers what RAISE raises. */
static void deliver(void (*raise)(struct vcpu *cpu))
{
    struct vcpu *cpu = rig.cpu;

    memset(lowcore(), BEFORE, LOWCORE_SIZE);
    be64_put(&lowcore()->program_new.mask, RIG_MODE_64);
    be64_put(&lowcore()->program_new.addr, 0x8000);
    psw_load(cpu, (struct psw){RIG_MODE_64, NEXT});
    cpu->program = (struct program_exception){.code = 0};
    cpu->unwinding = 1;
    if (_setjmp(cpu->unwind) == 0)
        raise(cpu);
    cpu->unwinding = 0;
    cpu->program.ilc = 6;
    interruption_program(cpu);
}

static enum program_code code;

static void raise_code(struct vcpu *cpu)
{
    program_interruption(cpu, code);
}

/* The old PSW designates the instruction after nullification, else what follows it. */
static void endings(void)
{
    static const struct {
        uint8_t first;
        uint8_t last;
        bool nullifies;
    } rows[] = {
        {PGM_OPERATION, PGM_HFP_DIVIDE, false},
        {PGM_SEGMENT_TRANSLATION, PGM_PAGE_TRANSLATION, true},
        {PGM_TRANSLATION_SPECIFICATION, PGM_SPECIAL_OPERATION, false},
        {PGM_OPERAND, PGM_OPERAND, false},
        {PGM_TRACE_TABLE, PGM_TRACE_TABLE, true},
        {PGM_VECTOR_PROCESSING, PGM_PC_TRANSLATION_SPECIFICATION, false},
        {PGM_AFX_TRANSLATION, PGM_LSX_TRANSLATION, true},
        {PGM_ALET_SPECIFICATION, PGM_ALET_SPECIFICATION, false},
        {PGM_ALEN_TRANSLATION, PGM_STACK_OPERATION, true},
        {PGM_ASCE_TYPE, PGM_REGION_THIRD_TRANSLATION, true},
        {PGM_MONITOR_EVENT, PGM_MONITOR_EVENT, false},
    };

    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (unsigned n = rows[i].first; n <= rows[i].last; n++) {
            code = (enum program_code)n;
            deliver(raise_code);
            CHECK_EQ(be16_get(lowcore()->program_code), n);
            CHECK_EQ(be16_get(lowcore()->program_ilc), 6);
            CHECK_EQ(be64_get(lowcore()->program_old.addr), rows[i].nullifies ? NEXT - 6 : NEXT);
            CHECK_EQ(be64_get(lowcore()->program_old.mask), RIG_MODE_64);
            CHECK_EQ(rig.cpu->state.psw_addr, 0x8000);
        }
    }
}

#define UNTOUCHED64 UINT64_C(0xeeeeeeeeeeeeeeee)

static void raise_teid(struct vcpu *cpu)
{
    program_interruption_teid(cpu, PGM_PAGE_TRANSLATION, 0x123456789abcd001, 7);
}

static void raise_asn(struct vcpu *cpu)
{
    program_interruption_asn(cpu, PGM_AFX_TRANSLATION, 0x1234);
}

static void raise_access(struct vcpu *cpu)
{
    program_interruption_access(cpu, PGM_ALE_SEQUENCE, 5);
}

static void raise_data(struct vcpu *cpu)
{
    data_exception(cpu, DXC_IEEE_INVALID);
}

static void raise_monitor(struct vcpu *cpu)
{
    monitor_event(cpu, 9, 0x1122334455667788);
}

static void identifications(void)
{
    deliver(raise_teid);
    CHECK_EQ(be64_get(lowcore()->translation_exception_id), 0x123456789abcd001);
    CHECK_EQ(lowcore()->exception_access_id, 7);
    CHECK_EQ(be64_get(lowcore()->monitor_code), UNTOUCHED64);
    /* The number stands in the right half alone. */
    deliver(raise_asn);
    CHECK_EQ(be64_get(lowcore()->translation_exception_id), 0xeeeeeeee00001234);
    CHECK_EQ(lowcore()->exception_access_id, BEFORE);
    deliver(raise_access);
    CHECK_EQ(be64_get(lowcore()->translation_exception_id), UNTOUCHED64);
    CHECK_EQ(lowcore()->exception_access_id, 5);
    CHECK_EQ(lowcore()->operand_access_id, BEFORE);
}

static void other_details(void)
{
    deliver(raise_data);
    CHECK_EQ(be32_get(lowcore()->data_exception_code), DXC_IEEE_INVALID);
    CHECK_EQ(be64_get(lowcore()->translation_exception_id), UNTOUCHED64);
    deliver(raise_monitor);
    CHECK_EQ(be16_get(lowcore()->monitor_class), 9);
    CHECK_EQ(be64_get(lowcore()->monitor_code), 0x1122334455667788);
    CHECK_EQ(be32_get(lowcore()->data_exception_code), 0xeeeeeeee);
    code = PGM_OPERATION;
    deliver(raise_code);
    CHECK_EQ(be32_get(lowcore()->data_exception_code), 0xeeeeeeee);
    CHECK_EQ(be16_get(lowcore()->monitor_class), 0xeeee);
    CHECK_EQ(lowcore()->per_code, BEFORE);
    CHECK_EQ(be64_get(lowcore()->per_address), UNTOUCHED64);
    CHECK_EQ(be64_get(lowcore()->breaking_event), rig.cpu->state.breaking_event);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(endings),
        TEST(identifications),
        TEST(other_details),
    };
    int status;

    if (!rig_open(&rig))
        return 1;
    status = RUN_TESTS(tests);
    rig_close(&rig);
    return status;
}
