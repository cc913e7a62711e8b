/* Instruction text by itself: see fetch.h. */
#include "cpu/isa/fetch.h"

#include "cpu/arch/access.h"
#include "cpu/isa/insn.h"

void insn_fetch(struct vcpu *cpu, uint64_t address, uint8_t text[6])
{
    const uint8_t *host = access_instruction_page(cpu, address);
    uint32_t rest = access_page_rest(address);
    unsigned length = insn_length(host[0]);

    for (unsigned i = 0; i < length; i++) {
        if (i == rest)
            host = access_instruction_page(cpu, address_wrap(cpu, address + i)) - i;
        text[i] = host[i];
    }
}
