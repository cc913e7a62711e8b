/* Changing the prefix: see prefix.h. */
#include "cpu/arch/prefix.h"

void prefix_set(struct vcpu *cpu, uint32_t prefix)
{
    cpu->state.prefix = prefix & PREFIX_AREA_MASK;
    /* Translations that ended in either 8 KiB area are wrong now; so rare that all go. */
    address_space_purge_all(cpu);
}
