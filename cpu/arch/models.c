/* CPU models: see models.h. */
#include "cpu/arch/models.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define STIDP_TYPE BITS64(32, 47)

static const struct cpu_model models[] = {
#define MODEL(name, generation, type, title) {#name, title, type, GENERATION_##generation},
#include "cpu/arch/models.def"
#undef MODEL
};

const struct cpu_model *cpu_model_at(unsigned index)
{
    return index < sizeof models / sizeof models[0] ? &models[index] : NULL;
}

const struct cpu_model *cpu_model_find(const char *name)
{
    if (!name)
        return &models[0];
    for (unsigned i = 0; i < sizeof models / sizeof models[0]; i++)
        if (strcasecmp(models[i].name, name) == 0)
            return &models[i];
    return NULL;
}

/* A facility that needs another is there only with it (PoP chapter 4, "Facility
   Indications"). Each row may rely on the rows before it. */
static const struct {
    enum facility facility, needs;
} needs[] = {
    {FACILITY_IDTE_SEGMENT, FACILITY_DAT_ENHANCEMENT_1},
    {FACILITY_LONG_DISPLACEMENT_FAST, FACILITY_LONG_DISPLACEMENT},
    {FACILITY_ETF2_ENHANCEMENT, FACILITY_EXTENDED_TRANSLATION_2},
    {FACILITY_ETF3_ENHANCEMENT, FACILITY_EXTENDED_TRANSLATION_3},
    {FACILITY_DFP_FAST, FACILITY_DFP},
    {FACILITY_FLOATING_POINT_EXTENSION, FACILITY_DFP},
    {FACILITY_MISCELLANEOUS_EXTENSIONS_3, FACILITY_DISTINCT_OPERANDS},
    {FACILITY_PFPO, FACILITY_DFP},
    {FACILITY_DFP_ZONED_CONVERSION, FACILITY_DFP},
    {FACILITY_DFP_PACKED_CONVERSION, FACILITY_DFP},
    {FACILITY_COMPARE_AND_SWAP_AND_STORE_2, FACILITY_COMPARE_AND_SWAP_AND_STORE},
    {FACILITY_EDAT_2, FACILITY_EDAT_1},
    {FACILITY_TRANSACTIONAL_EXECUTION, FACILITY_MISCELLANEOUS_EXTENSIONS_1},
    {FACILITY_CONSTRAINED_TRANSACTIONAL_EXECUTION, FACILITY_TRANSACTIONAL_EXECUTION},
    {FACILITY_INSTRUCTION_EXECUTION_PROTECTION, FACILITY_EDAT_1},
    {FACILITY_MULTIPLE_EPOCH, FACILITY_STORE_CLOCK_FAST},
    {FACILITY_MULTIPLE_EPOCH, FACILITY_TOD_CLOCK_STEERING},
    {FACILITY_MSA_EXTENSION_3, FACILITY_MSA},
    {FACILITY_MSA_EXTENSION_4, FACILITY_MSA_EXTENSION_3},
    {FACILITY_MSA_EXTENSION_8, FACILITY_MSA_EXTENSION_3},
    {FACILITY_MSA_EXTENSION_9, FACILITY_MSA_EXTENSION_3},
    {FACILITY_MSA_EXTENSION_9, FACILITY_MSA_EXTENSION_4},
    {FACILITY_VECTOR_PACKED_DECIMAL, FACILITY_VECTOR},
    {FACILITY_VECTOR_ENHANCEMENTS_1, FACILITY_VECTOR},
    {FACILITY_VECTOR_ENHANCEMENTS_2, FACILITY_VECTOR_ENHANCEMENTS_1},
    {FACILITY_VECTOR_ENHANCEMENTS_3, FACILITY_VECTOR_ENHANCEMENTS_2},
    {FACILITY_VECTOR_PACKED_DECIMAL_ENHANCEMENT_1, FACILITY_VECTOR_PACKED_DECIMAL},
    {FACILITY_VECTOR_PACKED_DECIMAL_ENHANCEMENT_2, FACILITY_VECTOR_PACKED_DECIMAL_ENHANCEMENT_1},
    {FACILITY_VECTOR_PACKED_DECIMAL_ENHANCEMENT_3, FACILITY_VECTOR_PACKED_DECIMAL_ENHANCEMENT_2},
    {FACILITY_NNPA, FACILITY_VECTOR},
};

void configuration_set_model(struct configuration *configuration, const struct cpu_model *model,
                             bool (*complete)(enum facility facility))
{
    struct machine_identity *identity = &configuration->identity;
    bool indicated[FACILITY_COUNT];

    memset(configuration->facility_list, 0, sizeof configuration->facility_list);
    for (unsigned i = 0; i < FACILITY_COUNT; i++) {
        const struct facility_row *row = &facility_rows[i];
        bool whole = complete((enum facility)i), there = row->since <= model->generation;

        configuration->facility_present[i] = there && (row->offer == FACILITY_OFFER_PARTS ||
                                                       (row->offer == FACILITY_OFFER_YES && whole));
        /* No program runs without the instructions of the first machine. */
        indicated[i] = configuration->facility_present[i] && (whole || i == FACILITY_Z900);
    }
    for (unsigned i = 0; i < sizeof needs / sizeof needs[0]; i++)
        indicated[needs[i].facility] &= indicated[needs[i].needs];
    for (unsigned i = 0; i < FACILITY_COUNT; i++)
        if (indicated[i] && facility_rows[i].bit != FACILITY_NO_BIT)
            configuration->facility_list[facility_rows[i].bit / 64] |=
                BIT64(facility_rows[i].bit % 64);
    snprintf(identity->type, sizeof identity->type, "%04x", model->type);
    identity->cpu_id = (identity->cpu_id & ~STIDP_TYPE) | (uint64_t)model->type << 16;
}
