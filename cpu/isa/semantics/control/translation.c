/* See translation.h. */
#include "cpu/isa/semantics/control/translation.h"

#include "cpu/arch/access.h"
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

struct translation translation_of_operand(struct vcpu *cpu, unsigned b, uint64_t address)
{
    return dat_translate(cpu, translation_space(cpu, b)->asce, address);
}

struct translation translation_by_access_register(struct vcpu *cpu, unsigned b, uint64_t address)
{
    return dat_translate(cpu, access_register_space(cpu, b)->asce, address);
}
