/* include/zither/machine.h and vcpu.h, over src/machine. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/machine/machine.h"
#include "zither/machine.h"
#include "zither/vcpu.h"

struct zither_machine {
    struct machine *machine;
    void *owner;
    void (*console_request)(void *owner, enum zither_console_request request);
};

static const enum zither_end ends[] = {
    [MACHINE_RUNS] = ZITHER_END_HOST_ERROR,
    [MACHINE_GUEST_ENDED] = ZITHER_END_GUEST,
    [MACHINE_GUEST_FAILED] = ZITHER_END_GUEST_FAILED,
    [MACHINE_WEDGED] = ZITHER_END_WEDGED,
    [MACHINE_TIMED_OUT] = ZITHER_END_TIMEOUT,
    [MACHINE_QUIT] = ZITHER_END_QUIT,
    [MACHINE_ENDED] = ZITHER_END_STOPPED,
    [MACHINE_DIFFERS] = ZITHER_END_DIFFERS,
    [MACHINE_CONSOLE_LOST] = ZITHER_END_HOST_ERROR,
};

static void put_error(struct zither_error *to, const struct error *from)
{
    if (!to)
        return;
    to->code = from->code;
    snprintf(to->text, sizeof to->text, "%s", from->text);
}

static void take_command(void *owner, enum machine_command command)
{
    struct zither_machine *self = owner;

    if (command == MACHINE_COMMAND_HELP && self->console_request)
        self->console_request(self->owner, ZITHER_CONSOLE_HELP);
}

int zither_machine_create(struct zither_machine **result,
                          const struct zither_machine_config *config, struct zither_error *error)
{
    struct zither_machine *self = calloc(1, sizeof *self);
    struct machine_config inner = {
        .kernel = config->kernel,
        .initrd = config->initrd,
        .command_line = config->append,
        .cpu_model = config->cpu_model,
        .accel = config->accel,
        .verify = config->verify,
        .console = config->console,
        .devices = config->devices,
        .device_count = config->device_count,
        .name = config->name,
        .trace = config->trace,
        .jit_dump = config->jit_dump,
        .jit_dump_count = config->jit_dump_count,
        .jit_dump_all = config->jit_dump_all,
        .jit_dump_to = config->jit_dump_to,
        .perf_map = config->perf_map,
        .jitdump = config->jitdump,
        .memory_size = config->memory,
        .cpus = config->cpus,
        .cpus_max = config->cpus_max,
        .deterministic = config->deterministic,
        .no_reboot = config->no_reboot,
        .timestamps = config->timestamps,
        .owner = self,
        .command = take_command,
    };
    struct error inner_error = {-ENOMEM, "the host has no memory for a machine"};
    int code = -ENOMEM;

    memcpy(inner.uuid, config->uuid, sizeof inner.uuid);
    if (self) {
        self->owner = config->owner;
        self->console_request = config->console_request;
        code = machine_create(&self->machine, &inner, &inner_error);
    }
    if (code < 0) {
        put_error(error, &inner_error);
        free(self);
        return code;
    }
    *result = self;
    return 0;
}

void zither_machine_destroy(struct zither_machine *machine)
{
    if (machine)
        machine_destroy(machine->machine);
    free(machine);
}

enum zither_end zither_machine_run(struct zither_machine *machine, uint64_t timeout_ns,
                                   struct zither_error *error)
{
    struct error inner = {0};
    enum machine_outcome outcome = machine_run(machine->machine, timeout_ns, &inner);

    if (outcome == MACHINE_RUNS)
        put_error(error, &inner);
    return ends[outcome];
}

void zither_machine_stop(struct zither_machine *machine)
{
    machine_end(machine->machine, MACHINE_ENDED);
}

void zither_machine_restore_terminal(struct zither_machine *machine)
{
    machine_restore_terminal(machine->machine);
}

const char *zither_machine_reason(const struct zither_machine *machine)
{
    return machine_reason(machine->machine);
}

const char *zither_machine_difference(const struct zither_machine *machine)
{
    return machine_difference(machine->machine);
}

void zither_machine_usage(const struct zither_machine *machine, struct zither_usage *usage)
{
    struct machine_usage inner;

    machine_usage(machine->machine, &inner);
    *usage =
        (struct zither_usage){inner.instructions, inner.wall_ns, inner.cpu_ns, inner.code_per_insn};
}

bool zither_machine_body(const struct zither_machine *machine, unsigned index,
                         struct zither_body *body)
{
    struct machine_body inner;

    if (!machine_body(machine->machine, index, &inner))
        return false;
    *body = (struct zither_body){inner.name, inner.called, inner.bailed};
    return true;
}

bool zither_machine_counter(const struct zither_machine *machine, unsigned index, const char **text,
                            uint64_t *value)
{
    return machine_counter(machine->machine, index, text, value);
}

bool zither_accelerator(unsigned index, const char **name)
{
    return machine_accelerator(index, name);
}

bool zither_cpu_model(unsigned index, const char **name, const char **title)
{
    return machine_model(index, name, title);
}

unsigned zither_vcpu_count(const struct zither_machine *machine)
{
    return machine_cpu_count(machine->machine);
}

void zither_vcpu_get(const struct zither_machine *machine, unsigned index, struct zither_vcpu *vcpu)
{
    struct machine_cpu_view view;

    machine_cpu_view(machine->machine, index, &view);
    *vcpu = (struct zither_vcpu){
        .address = view.address,
        .state = view.state,
        .psw_mask = view.psw.mask,
        .psw_address = view.psw.addr,
        .prefix = view.prefix,
        .breaking_event = view.breaking_event,
        .instructions = view.instructions,
    };
    memcpy(vcpu->psw_text, view.psw_text, sizeof vcpu->psw_text);
    memcpy(vcpu->general, view.gr, sizeof vcpu->general);
    memcpy(vcpu->control, view.cr, sizeof vcpu->control);
    memcpy(vcpu->access, view.ar, sizeof vcpu->access);
}
