/* See translation.h. */
#include "cpu/isa/semantics/control/translation.h"

#include "cpu/arch/access_register.h"
#include "cpu/arch/psw.h"

struct address_space *translation_space(struct vcpu *cpu, unsigned b)
{
    switch (psw_space(cpu)) {
    case PSW_SPACE_ACCESS_REGISTER:
        return access_register_space(cpu, b);
    case PSW_SPACE_SECONDARY:
        return address_space_secondary(cpu, psw_key(cpu));
    case PSW_SPACE_HOME:
        return address_space_home(cpu, psw_key(cpu));
    default:
        return address_space_primary(cpu, psw_key(cpu));
    }
}

struct translation translation_by_access_register(struct vcpu *cpu, unsigned b, uint64_t address)
{
    struct access_register_translation t = access_register_translate(cpu, b);

    if (t.exception)
        return (struct translation){.exception = t.exception, .level = DAT_REGION_FIRST};
    return dat_translate(cpu, t.asce, address);
}

struct translation translation_of_operand(struct vcpu *cpu, unsigned b, uint64_t address)
{
    static const uint8_t register_of_space[] = {
        [PSW_SPACE_PRIMARY] = 1,
        [PSW_SPACE_SECONDARY] = 7,
        [PSW_SPACE_HOME] = 13,
    };
    unsigned space = psw_space(cpu);

    if (space == PSW_SPACE_ACCESS_REGISTER)
        return translation_by_access_register(cpu, b, address);
    return dat_translate(cpu, cpu->state.cr[register_of_space[space]], address);
}
