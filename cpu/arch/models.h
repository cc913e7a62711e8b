/*
 * CPU models, and giving one to a configuration. A model has what its machine has, as far
 * as Zither has it: each instruction that comes with a facility is there or not accordingly.
 */
#ifndef ZITHER_CPU_ARCH_MODELS_H
#define ZITHER_CPU_ARCH_MODELS_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/arch/configuration.h"
#include "cpu/arch/facilities.h"

struct cpu_model {
    const char *name;
    const char *title;
    uint16_t type;      /* of the machine, as STIDP shows it: 0x3906 */
    uint8_t generation; /* enum generation */
};

/* The models in their order; null behind the last. */
const struct cpu_model *cpu_model_at(unsigned index);

/* The model NAME, whose letters may be of either case, or the default for a null NAME. Null:
   no such model. */
const struct cpu_model *cpu_model_find(const char *name);

/* Fills in the facilities of CONFIGURATION, the machine type that it shows, and the type in
   what STIDP stores. COMPLETE tells whether all instructions of a facility have bodies: it is
   insn_facility_complete of cpu/isa/coverage.h. Before its CPUs run. */
void configuration_set_model(struct configuration *configuration, const struct cpu_model *model,
                             bool (*complete)(enum facility facility));

#endif
