/* The field table of the CPU state: see cpu_state.h. */
#include "cpu/arch/cpu_state.h"

static const struct field fields[] = {
#define FIELD(type, name, count, reset, gdb, kvm) FIELD_ROW(cpu_state, type, name),
#include "cpu/arch/state.def"
#undef FIELD
};

struct field_object cpu_state_object(struct cpu_state *state)
{
    return (struct field_object){.name = "cpu",
                                 .fields = fields,
                                 .field_count = sizeof fields / sizeof fields[0],
                                 .object = state,
                                 .object_size = sizeof *state};
}
