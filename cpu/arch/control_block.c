/* References to control blocks at real addresses: see control_block.h. */
#include "cpu/arch/control_block.h"

#include "cpu/arch/access.h"
#include "cpu/arch/control.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/prefix.h"
#include "cpu/arch/protection.h"

static uint8_t *real_host(struct vcpu *cpu, uint64_t real, unsigned length)
{
    abs_addr absolute = prefix_apply(cpu, (real_addr){real});

    if (!storage_contains(cpu->storage, absolute, length))
        program_interruption(cpu, PGM_ADDRESSING);
    return storage_host(cpu->storage, absolute);
}

uint8_t control_block_fetch8(struct vcpu *cpu, uint64_t real)
{
    return *real_host(cpu, real, 1);
}

uint32_t control_block_fetch32(struct vcpu *cpu, uint64_t real)
{
    return load_be32(real_host(cpu, real, 4));
}

uint64_t control_block_fetch64(struct vcpu *cpu, uint64_t real)
{
    return load_be64(real_host(cpu, real, 8));
}

uint8_t *control_block_prepare(struct vcpu *cpu, uint64_t real, unsigned length)
{
    if (cpu->state.cr[0] & CR0_LOW_ADDRESS_PROTECTION &&
        (protection_low_address(real) || protection_low_address(real + length - 1)))
        protection_raise(cpu, address_space_real(cpu, 0), real, PROTECTION_LOW_ADDRESS,
                         ACCESS_STORE);
    return real_host(cpu, real, length);
}

void control_block_stored(struct vcpu *cpu, const uint8_t *host, unsigned length)
{
    storage_key_record(cpu->storage, (abs_addr){(uint64_t)(host - cpu->storage->host)}, true);
    access_stored(cpu, host, length);
}
