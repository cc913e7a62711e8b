/* CPU models: what each shows and has, against the table of instructions. */
#include "cpu/arch/models.h"

#include "cpu/isa/coverage.h"
#include "cpu/isa/insn.h"
#include "tests/harness.h"

static struct configuration configuration;

static bool shown(unsigned bit)
{
    return configuration.facility_list[bit / 64] & BIT64(bit % 64);
}

static void set(const char *name)
{
    const struct cpu_model *model = cpu_model_find(name);

    CHECK(model);
    if (model)
        configuration_set_model(&configuration, model, insn_facility_complete);
}

static void names_are_found(void)
{
    CHECK_STR_EQ(cpu_model_find(NULL)->name, "max");
    CHECK_STR_EQ(cpu_model_find("Z13")->name, "z13");
    CHECK_EQ(cpu_model_find("gen16a")->type, 0x3931);
    CHECK(!cpu_model_find("z18"));
    CHECK(!cpu_model_find(""));
    for (unsigned i = 0; cpu_model_at(i); i++)
        for (unsigned j = 0; j < i; j++)
            CHECK(strcmp(cpu_model_at(i)->name, cpu_model_at(j)->name));
}

static void generations_grow(void)
{
    for (unsigned i = 0; cpu_model_at(i); i++) {
        const struct cpu_model *model = cpu_model_at(i);

        configuration_set_model(&configuration, model, insn_facility_complete);
        for (unsigned f = 0; f < FACILITY_COUNT; f++)
            if (configuration.facility_present[f])
                CHECK(facility_rows[f].since <= model->generation);
        CHECK(shown(1) && shown(2));
    }
}

/* An indicated facility has every instruction, and the bits that others presuppose. */
static void indicated_facilities_are_whole(void)
{
    static const struct {
        unsigned bit, needs;
    } known[] = {{4, 3},    {5, 4},    {19, 18},  {24, 16}, {30, 22},   {37, 42},
                 {43, 42},  {73, 49},  {50, 73},  {78, 8},  {134, 129}, {135, 129},
                 {139, 25}, {139, 28}, {146, 76}, {61, 45}, {148, 135}, {152, 134},
                 {155, 76}, {155, 77}, {33, 32},  {130, 8}};

    for (unsigned i = 0; cpu_model_at(i); i++) {
        configuration_set_model(&configuration, cpu_model_at(i), insn_facility_complete);
        for (unsigned f = 0; f < FACILITY_COUNT; f++)
            if (f != FACILITY_Z900 && facility_rows[f].bit != FACILITY_NO_BIT &&
                shown(facility_rows[f].bit))
                CHECK(insn_facility_complete((enum facility)f));
        for (unsigned k = 0; k < sizeof known / sizeof known[0]; k++)
            CHECK(!shown(known[k].bit) || shown(known[k].needs));
    }
}

static void old_machines_lack_new_facilities(void)
{
    set("z900");
    CHECK(!configuration.facility_present[FACILITY_LONG_DISPLACEMENT]);
    CHECK(!shown(7));
    set("z10EC");
    CHECK(configuration.facility_present[FACILITY_EDAT_1]);
    CHECK(shown(8));
    CHECK(!configuration.facility_present[FACILITY_DISTINCT_OPERANDS]);
    CHECK(!shown(45));
    set("zEC12");
    CHECK(shown(78) && !shown(138));
    set("z14");
    CHECK(shown(138) && shown(130) && !shown(193));
    set("z16");
    CHECK(shown(193));
}

/* Neither an instruction nor anything else of a facility that is not whole is there, but for
   those whose instructions count one by one. */
static void nothing_is_half_there(void)
{
    set(NULL);
    for (unsigned f = 0; f < FACILITY_COUNT; f++)
        if (facility_rows[f].offer != FACILITY_OFFER_PARTS)
            CHECK(!configuration.facility_present[f] || insn_facility_complete((enum facility)f));
}

static void the_type_is_shown(void)
{
    configuration.identity.cpu_id = UINT64_C(0x0012345600008000);
    set("z15");
    CHECK_STR_EQ(configuration.identity.type, "8561");
    CHECK_EQ(configuration.identity.cpu_id, UINT64_C(0x0012345685618000));
}

/* Bits that a kernel built for z196 asks for (Linux, its architecture-level set). */
static void debian_kernel_may_run(void)
{
    static const unsigned bits[] = {0, 1, 18, 21, 25, 27, 32, 33, 34, 35, 45};

    set(NULL);
    for (unsigned i = 0; i < sizeof bits / sizeof bits[0]; i++)
        if (!CHECK(shown(bits[i])))
            printf("# bit %u is not shown\n", bits[i]);
}

static const struct test tests[] = {
    TEST(names_are_found),
    TEST(generations_grow),
    TEST(indicated_facilities_are_whole),
    TEST(old_machines_lack_new_facilities),
    TEST(nothing_is_half_there),
    TEST(the_type_is_shown),
    TEST(debian_kernel_may_run),
};

int main(void)
{
    return RUN_TESTS(tests);
}
