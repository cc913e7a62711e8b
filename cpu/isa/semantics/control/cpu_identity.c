/* What a program asks of its CPU or tells it (PoP chapter 10): prefix, CPU address, CPU ID,
   facilities, program parameter. */
#include "cpu/arch/access.h"
#include "cpu/arch/configuration.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/prefix.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"

#define PREFIX_BITS UINT32_C(0x7fffe000)

static uint64_t aligned_address2(struct vcpu *cpu, const struct insn *insn, unsigned alignment)
{
    uint64_t address = operand_address2(cpu, insn);

    if (address & (alignment - 1))
        specification_exception(cpu);
    return address;
}

void insn_set_prefix(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = aligned_address2(cpu, insn, 4);
    uint32_t prefix = access_fetch32(cpu, operand_space(cpu, insn->b2), address) & PREFIX_BITS;

    if (!storage_contains(cpu->storage, (abs_addr){prefix}, LOWCORE_SIZE))
        program_interruption(cpu, PGM_ADDRESSING);
    prefix_set(cpu, prefix);
}

/* The program parameter goes with what the measurement facilities sample. */
void insn_load_program_parameter(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = aligned_address2(cpu, insn, 8);

    cpu->state.program_parameter = access_fetch64(cpu, operand_space(cpu, insn->b2), address);
}

void insn_store_prefix(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = aligned_address2(cpu, insn, 4);

    access_store32(cpu, operand_space(cpu, insn->b2), address, (uint32_t)cpu->state.prefix);
}

void insn_store_cpu_address(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = aligned_address2(cpu, insn, 2);

    access_store16(cpu, operand_space(cpu, insn->b2), address, cpu->address);
}

void insn_store_cpu_id(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = aligned_address2(cpu, insn, 8);

    access_store64(cpu, operand_space(cpu, insn->b2), address, cpu->configuration->identity.cpu_id);
}

void insn_store_facility_list(struct vcpu *cpu, const struct insn *insn)
{
    abs_addr at = prefix_apply(cpu, (real_addr){offsetof(struct lowcore, facility_list)});

    (void)insn;
    access_absolute_store32(cpu, at, high32(cpu->configuration->facility_list[0]));
}

/* Doublewords up to the last one that has a facility in it. */
static unsigned facility_doublewords(const struct configuration *configuration)
{
    unsigned count = FACILITY_LIST_DOUBLEWORDS;

    while (count > 1 && configuration->facility_list[count - 1] == 0)
        count--;
    return count;
}

void insn_store_facility_list_extended(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = aligned_address2(cpu, insn, 8);
    unsigned available = facility_doublewords(cpu->configuration);
    unsigned wanted = (unsigned)(cpu->state.gr[0] & 0xff) + 1;
    unsigned count = wanted < available ? wanted : available;
    uint8_t bytes[FACILITY_LIST_DOUBLEWORDS * 8];
    struct operand operand;

    for (unsigned i = 0; i < count; i++)
        store_be64(bytes + 8 * i, cpu->configuration->facility_list[i]);
    access_prepare(cpu, &operand, operand_space(cpu, insn->b2), address, count * 8, ACCESS_STORE);
    operand_write(cpu, &operand, 0, bytes, count * 8);
    cpu->state.gr[0] = (cpu->state.gr[0] & ~UINT64_C(0xff)) | (available - 1);
    cc_set(cpu, wanted < available ? 3 : 0);
}
