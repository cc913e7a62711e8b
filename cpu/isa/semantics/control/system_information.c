/* STORE SYSTEM INFORMATION (PoP chapter 10): what the machine, the logical partition and the
   virtual machine say of themselves, in EBCDIC. */
#include <stddef.h>
#include <string.h>

#include "cpu/arch/access.h"
#include "cpu/arch/configuration.h"
#include "cpu/arch/interruption.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"
#include "src/core/ebcdic.h"
#include "src/core/layout/sysib.h"

#define CURRENT_LEVEL 3u /* a virtual machine in a logical partition */
#define GR0_RESERVED  BITS64(36, 55)
#define GR1_RESERVED  BITS64(32, 47)

static void store_text(uint8_t *to, size_t size, const char *text)
{
    ebcdic_put(to, size, text, strlen(text));
}

static void basic_machine(const struct vcpu *cpu, uint8_t block[STORAGE_PAGE_SIZE])
{
    const struct machine_identity *identity = &cpu->configuration->identity;
    struct sysib_1_1_1 *sysib = (struct sysib_1_1_1 *)block;

    store_text(sysib->manufacturer, sizeof sysib->manufacturer, identity->manufacturer);
    store_text(sysib->type, sizeof sysib->type, identity->type);
    store_text(sysib->model_capacity, sizeof sysib->model_capacity, identity->model);
    store_text(sysib->sequence, sizeof sysib->sequence, identity->sequence);
    store_text(sysib->plant, sizeof sysib->plant, identity->plant);
    store_text(sysib->model, sizeof sysib->model, identity->model);
}

static void basic_machine_cpu(const struct vcpu *cpu, uint8_t block[STORAGE_PAGE_SIZE])
{
    const struct machine_identity *identity = &cpu->configuration->identity;
    struct sysib_1_2_1 *sysib = (struct sysib_1_2_1 *)block;

    store_text(sysib->sequence, sizeof sysib->sequence, identity->sequence);
    store_text(sysib->plant, sizeof sysib->plant, identity->plant);
    be16_put(&sysib->cpu_address, cpu->address);
}

static void basic_machine_cpus(const struct vcpu *cpu, uint8_t block[STORAGE_PAGE_SIZE])
{
    const struct configuration *configuration = cpu->configuration;
    struct sysib_1_2_2 *sysib = (struct sysib_1_2_2 *)block;

    be32_put(&sysib->capability, configuration->identity.cpu_capability);
    be16_put(&sysib->cpus_total, (uint16_t)configuration->cpu_count);
    be16_put(&sysib->cpus_configured, (uint16_t)configuration->cpu_count);
}

static void partition_cpu(const struct vcpu *cpu, uint8_t block[STORAGE_PAGE_SIZE])
{
    const struct machine_identity *identity = &cpu->configuration->identity;
    struct sysib_2_2_1 *sysib = (struct sysib_2_2_1 *)block;

    store_text(sysib->sequence, sizeof sysib->sequence, identity->sequence);
    store_text(sysib->plant, sizeof sysib->plant, identity->plant);
    be16_put(&sysib->cpu_id, cpu->address);
    be16_put(&sysib->cpu_address, cpu->address);
}

static void partition_cpus(const struct vcpu *cpu, uint8_t block[STORAGE_PAGE_SIZE])
{
    const struct configuration *configuration = cpu->configuration;
    struct sysib_2_2_2 *sysib = (struct sysib_2_2_2 *)block;

    be16_put(&sysib->partition_number, 1);
    sysib->characteristics = SYSIB_2_2_2_SHARED;
    be16_put(&sysib->cpus_total, (uint16_t)configuration->cpu_count);
    be16_put(&sysib->cpus_configured, (uint16_t)configuration->cpu_count);
    be16_put(&sysib->cpus_shared, (uint16_t)configuration->cpu_count);
    be32_put(&sysib->adjustment_factor, SYSIB_FULL_CAPABILITY);
    store_text(sysib->name, sizeof sysib->name, configuration->identity.lpar_name);
}

static void virtual_machine_cpus(const struct vcpu *cpu, uint8_t block[STORAGE_PAGE_SIZE])
{
    const struct configuration *configuration = cpu->configuration;
    const struct machine_identity *identity = &configuration->identity;
    struct sysib_3_2_2 *sysib = (struct sysib_3_2_2 *)block;
    struct sysib_virtual_machine *vm = &sysib->machine[0];

    sysib->count = 1;
    be16_put(&vm->cpus_total, (uint16_t)configuration->cpu_count);
    be16_put(&vm->cpus_configured, (uint16_t)configuration->cpu_count);
    be32_put(&vm->adjustment_factor, SYSIB_FULL_CAPABILITY);
    store_text(vm->name, sizeof vm->name, identity->vm_name);
    store_text(vm->control_program, sizeof vm->control_program, identity->control_program);
    memcpy(vm->uuid, identity->uuid, sizeof vm->uuid);
    if (identity->extended_name[0]) {
        /* The extended name is UTF-8, ended by a zero byte unless it fills its field. */
        vm->extended_name_encoding = SYSIB_NAME_UTF8;
        memcpy(sysib->extended_name[0], identity->extended_name,
               strnlen(identity->extended_name, sizeof sysib->extended_name[0]));
    }
}

struct system_information {
    uint8_t function, selector_1, selector_2;
    void (*fill)(const struct vcpu *cpu, uint8_t block[STORAGE_PAGE_SIZE]);
};

static const struct system_information blocks[] = {
    {1, 1, 1, basic_machine}, {1, 2, 1, basic_machine_cpu}, {1, 2, 2, basic_machine_cpus},
    {2, 2, 1, partition_cpu}, {2, 2, 2, partition_cpus},    {3, 2, 2, virtual_machine_cpus},
};

static const struct system_information *find(const struct vcpu *cpu, unsigned function)
{
    for (unsigned i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        if (blocks[i].function == function && blocks[i].selector_1 == (gr64(cpu, 0) & 0xff) &&
            blocks[i].selector_2 == (gr64(cpu, 1) & 0xffff))
            return &blocks[i];
    return NULL;
}

/* A function code that is not available is found before the reserved bits are looked at. */
void insn_store_system_information(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = operand_address2(cpu, insn);
    unsigned function = (unsigned)bits64_get(gr64(cpu, 0), 32, 35);
    const struct system_information *information;
    uint8_t block[STORAGE_PAGE_SIZE] = {0};
    struct operand operand;

    if (function > CURRENT_LEVEL) {
        cc_set(cpu, 3);
        return;
    }
    if (gr64(cpu, 0) & GR0_RESERVED || gr64(cpu, 1) & GR1_RESERVED)
        specification_exception(cpu);
    if (function == 0) {
        gr64_set(cpu, 0, (gr64(cpu, 0) & ~BITS64(32, 35)) | CURRENT_LEVEL << 28);
        cc_set(cpu, 0);
        return;
    }
    if (address & ~STORAGE_PAGE_MASK)
        specification_exception(cpu);
    information = find(cpu, function);
    if (!information) {
        cc_set(cpu, 3);
        return;
    }
    information->fill(cpu, block);
    access_prepare(cpu, &operand, operand_space(cpu, insn->b2), address, sizeof block,
                   ACCESS_STORE);
    operand_write(cpu, &operand, 0, block, sizeof block);
    cc_set(cpu, 0);
}
