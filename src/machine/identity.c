/* Who the machine says it is: docs/decisions/0001-identity.md has the reasons. The machine type
   comes with the CPU model. */
#include <stdio.h>
#include <string.h>

#include "src/machine/machine_internal.h"

/* STORE CPU ID: version FF, as under a hypervisor, and a serial number that is the same on every
 * host, so that runs can be repeated. */
#define CPU_ID (UINT64_C(0xff) << 56 | UINT64_C(0x00021c) << 32)

static void put(char *to, size_t size, const char *text)
{
    snprintf(to, size, "%s", text);
}

void machine_identify(struct machine_identity *identity, const struct machine_config *config)
{
    const char *name = config->name ? config->name : "zither";

    put(identity->manufacturer, sizeof identity->manufacturer, "IBM");
    put(identity->model, sizeof identity->model, "A01");
    put(identity->sequence, sizeof identity->sequence, "000000000000021C");
    put(identity->plant, sizeof identity->plant, "02");
    put(identity->lpar_name, sizeof identity->lpar_name, "ZITHER");
    put(identity->vm_name, sizeof identity->vm_name, name);
    put(identity->control_program, sizeof identity->control_program, "KVM/Linux");
    put(identity->extended_name, sizeof identity->extended_name, name);
    memcpy(identity->uuid, config->uuid, sizeof identity->uuid);
    identity->cpu_id = CPU_ID;
    /* Linux shows ten million divided by this as its bogomips. */
    identity->cpu_capability = 2000;
}
