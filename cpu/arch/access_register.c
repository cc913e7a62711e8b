/* Access registers: the space an access-list-entry token designates (PoP chapter 5,
   "Access-Register Translation"). */
#include "cpu/arch/access.h"
#include "cpu/arch/dat.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/psw.h"

struct address_space *access_register_space(struct vcpu *cpu, unsigned b)
{
    uint32_t alet = b ? cpu->state.ar[b] : 0;
    struct address_space *space;

    if (alet > 1)
        program_interruption(cpu, PGM_ALEN_TRANSLATION);
    space =
        address_space_of(cpu, cpu->state.cr[alet ? 7 : 1], psw_key(cpu), PSW_SPACE_ACCESS_REGISTER);
    space->access_register = (uint8_t)b;
    return space;
}
