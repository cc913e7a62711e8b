/* Making the parts of a machine and joining them: the one place that knows them all. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/arch/interruption.h"
#include "cpu/arch/models.h"
#include "cpu/interp/interp.h"
#include "cpu/isa/coverage.h"
#include "cpu/jit/jit.h"
#include "src/machine/machine_internal.h"
#include "src/machine/verify.h"

/* The guest's clock starts here in deterministic mode: 2024-01-01. */
#define DETERMINISTIC_START UINT64_C(1704067200)

/* What can execute instructions. */
static const struct backend *const backends[] = {&jit_backend, &interp_backend};

/* Without a name: the translator where this host can run what it makes. */
static const struct backend *find_backend(const char *name)
{
    struct error error;

    if (!name)
        return jit_supported(&error) ? &jit_backend : &interp_backend;
    for (size_t i = 0; i < sizeof backends / sizeof backends[0]; i++)
        if (!strcmp(backends[i]->name, name))
            return backends[i];
    return NULL;
}

bool machine_accelerator(unsigned index, const char **name)
{
    if (index >= sizeof backends / sizeof backends[0])
        return false;
    *name = backends[index]->name;
    return true;
}

static int check_config(const struct machine_config *config, struct error *error)
{
    const unsigned most = config->cpus_max > config->cpus ? config->cpus_max : config->cpus;

    if (!config->kernel)
        return error_set(error, -EINVAL, "no kernel to start; give one with --kernel FILE");
    if (config->cpus == 0 || most > CPUS_MAX)
        return error_set(error, -EINVAL, "%u CPUs cannot be had; give --cpus 1 to %u",
                         config->cpus ? most : 0, CPUS_MAX);
    if (!find_backend(config->accel))
        return error_set(error, -EINVAL, "there is no %s to execute instructions; give --accel %s",
                         config->accel, find_backend(NULL)->name);
    if ((config->jit_dump_all || config->jit_dump_count || config->perf_map || config->jitdump) &&
        find_backend(config->accel) != &jit_backend)
        return error_set(error, -EINVAL,
                         "only translated code can be listed or profiled; give --accel jit too");
    if (config->verify && !config->deterministic)
        return error_set(error, -EINVAL,
                         "only deterministic machines can be compared; give --deterministic too");
    return 0;
}

static int make_storage(struct machine *machine, const struct machine_config *config,
                        struct error *error)
{
    const struct ipl_config ipl = {
        .kernel = config->kernel,
        .initrd = config->initrd,
        .command_line = config->command_line,
        .memory_size = config->memory_size,
    };
    int code = storage_create(&machine->storage, config->memory_size, error);

    return code < 0 ? code : ipl_prepare(&machine->ipl, &ipl, error);
}

static int make_cpus(struct machine *machine, const struct machine_config *config,
                     struct error *error)
{
    struct configuration *configuration = &machine->configuration;
    const struct cpu_model *model;
    int code;

    if (config->trace) {
        code = trace_create(&machine->trace, config->trace, error);
        if (code < 0)
            return code;
    }
    code = translations_create(&machine->translations, config, error);
    if (code < 0)
        return code;
    configuration_init(configuration, &machine->storage);
    machine->interruptions = interruption_port_of(configuration);
    model = cpu_model_find(config->cpu_model);
    if (!model)
        return error_set(error, -EINVAL,
                         "CPU model %s is unknown; `zither run --cpu help` lists them",
                         config->cpu_model);
    machine_identify(&configuration->identity, config);
    configuration_set_model(configuration, model, insn_facility_complete);
    tod_start(&configuration->tod, config->deterministic, DETERMINISTIC_START);
    machine->backend = find_backend(config->accel);
    machine->cpu = calloc(config->cpus, sizeof *machine->cpu);
    if (!machine->cpu)
        return error_set(error, -ENOMEM, "the host has no memory for %u CPUs", config->cpus);
    for (unsigned i = 0; i < config->cpus; i++) {
        struct machine_cpu *c = &machine->cpu[i];

        c->machine = machine;
        code = vcpu_create(&c->cpu, configuration, (uint16_t)i, error);
        if (code < 0)
            return code;
        machine->cpu_count++;
        code = machine->backend->attach(c->cpu, error);
        if (code < 0)
            return code;
        c->attached = true;
        if (machine->trace)
            trace_attach(machine->trace, c->cpu);
        if (machine->translations)
            code = translations_attach(machine->translations, c->cpu, error);
        if (code < 0)
            return code;
    }
    return 0;
}

static bool serve_devices(void *owner)
{
    struct machine *machine = owner;

    return event_loop_release(machine->loop);
}

static int make_devices(struct machine *machine, const struct machine_config *config,
                        struct error *error)
{
    struct sclp_config sclp = {
        .memory_size = config->memory_size,
        .cpu_count = (uint16_t)config->cpus,
        .cpu_max = (uint16_t)(config->cpus_max > config->cpus ? config->cpus_max : config->cpus),
        .loadparm = "        ",
        .extended_length_sccb =
            machine->configuration.facility_present[FACILITY_EXTENDED_LENGTH_SCCB],
        .features = SCLP_FEATURE_SOP | SCLP_FEATURE_ESOP,
        .consoles = SCLP_CONSOLE_BOTH,
    };
    struct css_config css = {&machine->interruptions, &machine->storage, NULL};
    struct char_backend console;
    int code;

    if (sclp.extended_length_sccb)
        sclp.features |= SCLP_FEATURE_DIAG318;
    for (unsigned i = 0; i < config->cpus; i++)
        sclp.cpu_address[i] = (uint8_t)i;
    code = event_loop_create(&machine->loop, error);
    css.loop = machine->loop;
    if (code == 0 && config->deterministic) {
        event_loop_hold(machine->loop);
        machine->configuration.slices.devices_owner = machine;
        machine->configuration.slices.devices = serve_devices;
    }
    if (code == 0)
        code = css_create(&machine->css, &css, error);
    if (code == 0)
        code =
            sclp_create(&machine->sclp, &sclp, &machine->storage, &machine->interruptions, error);
    if (code == 0)
        code = machine_open_console(machine, config->console ? config->console : "stdio",
                                    config->timestamps, &console, error);
    if (code < 0)
        return code;
    sclp_connect_console(machine->sclp, SCLP_CONSOLE_BOTH, &console);
    machine->stdio_sink = sclp_console_sink(machine->sclp);
    machine->configuration.service = sclp_service_port(machine->sclp);
    machine->configuration.channel = css_channel_port(machine->css);
    return machine_add_devices(machine, config, error);
}

int machine_wire(struct machine *machine, const struct machine_config *config, struct error *error)
{
    int code = check_config(config, error);

    if (code == 0)
        code = make_storage(machine, config, error);
    if (code == 0)
        code = make_cpus(machine, config, error);
    if (code == 0)
        code = make_devices(machine, config, error);
    if (code == 0)
        machine_port_bind(machine);
    if (code == 0 && config->verify)
        code = verify_create(&machine->verify, machine, config, error);
    return code;
}

void machine_unwire(struct machine *machine)
{
    verify_destroy(machine->verify);
    if (machine->loop)
        event_loop_stop(machine->loop);
    char_stdio_destroy(machine->char_stdio);
    sclp_destroy(machine->sclp);
    css_destroy(machine->css);
    for (unsigned i = 0; i < machine->char_file_count; i++)
        char_file_destroy(machine->char_files[i]);
    for (unsigned i = 0; i < machine->cpu_count; i++) {
        if (machine->cpu[i].attached)
            machine->backend->detach(machine->cpu[i].cpu);
        vcpu_destroy(machine->cpu[i].cpu);
    }
    free(machine->cpu);
    trace_destroy(machine->trace);
    translations_destroy(machine->translations);
    if (machine->configuration.storage)
        configuration_fini(&machine->configuration);
    ipl_destroy(&machine->ipl);
    if (machine->storage.size)
        storage_destroy(&machine->storage);
    event_loop_destroy(machine->loop);
}
