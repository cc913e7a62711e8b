/* Prefixing (PoP chapter 3): the real 8 KiB at 0 and the absolute 8 KiB at the prefix
   change places. */
#ifndef ZITHER_CPU_ARCH_PREFIX_H
#define ZITHER_CPU_ARCH_PREFIX_H

#include "cpu/arch/vcpu.h"
#include "src/core/layout/lowcore.h"

#define PREFIX_AREA_MASK (~UINT64_C(0x1fff))

static inline abs_addr prefix_apply(const struct vcpu *cpu, real_addr real)
{
    uint64_t area = real.value & PREFIX_AREA_MASK;

    if (unlikely(area == 0))
        return (abs_addr){real.value | cpu->state.prefix};
    if (unlikely(area == cpu->state.prefix))
        return (abs_addr){real.value & ~PREFIX_AREA_MASK};
    return (abs_addr){real.value};
}

/* The assigned storage locations of this CPU, or null where the prefix designates storage
   that is not configured. */
static inline struct lowcore *prefix_lowcore(const struct vcpu *cpu)
{
    abs_addr area = {cpu->state.prefix};

    if (unlikely(!storage_contains(cpu->storage, area, LOWCORE_SIZE)))
        return 0;
    return (struct lowcore *)storage_host(cpu->storage, area);
}

/* SET PREFIX and its relatives: purges what depended on the old one. */
void prefix_set(struct vcpu *cpu, uint32_t prefix);

#endif
