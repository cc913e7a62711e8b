/* The devices that a configuration asks for, and the host's character streams behind them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "devices/ccw/console_3215.h"
#include "src/machine/machine_internal.h"

#define FIRST_DEVICE_NUMBER 0x0009u /* where consoles are by custom */
#define DESCRIPTION_MAX     512u

static void escape(void *owner, enum char_escape command)
{
    struct machine *machine = owner;

    if (command == CHAR_ESCAPE_QUIT)
        machine_end(machine, MACHINE_QUIT);
    else if (machine->command)
        machine->command(machine->owner, MACHINE_COMMAND_HELP);
}

/* A guest whose words nobody can read is not run on to a good end. */
static void console_lost(void *owner, int code)
{
    struct machine *machine = owner;

    atomic_store(&machine->console_error, code);
    machine_end(machine, MACHINE_CONSOLE_LOST);
}

static int open_stdio(struct machine *machine, bool timestamps, struct char_backend *backend,
                      struct error *error)
{
    const struct char_stdio_config stdio = {
        .loop = machine->loop,
        .input_fd = 0,
        .output_fd = 1,
        .timestamps = timestamps,
        .owner = machine,
        .escape = escape,
        .lost = console_lost,
    };
    int code;

    if (machine->char_stdio)
        return error_set(error, -EBUSY,
                         "standard input and output are another console's already; give that one "
                         "null or file:PATH");
    code = char_stdio_create(&machine->char_stdio, &stdio, error);
    if (code == 0)
        *backend = char_stdio_backend(machine->char_stdio);
    return code;
}

static int open_file(struct machine *machine, const char *path, struct char_backend *backend,
                     struct error *error)
{
    const struct char_file_config output = {path, machine, console_lost};
    struct char_file **file = &machine->char_files[machine->char_file_count];
    int code;

    if (machine->char_file_count == MACHINE_FILES_MAX)
        return error_set(error, -ENOSPC, "%u consoles go to files already, which is the most",
                         MACHINE_FILES_MAX);
    code = char_file_create(file, &output, error);
    if (code < 0)
        return code;
    machine->char_file_count++;
    *backend = char_file_backend(*file);
    return 0;
}

int machine_open_console(struct machine *machine, const char *where, bool timestamps,
                         struct char_backend *backend, struct error *error)
{
    static const char file[] = "file:";

    if (!strcmp(where, "stdio"))
        return open_stdio(machine, timestamps, backend, error);
    if (!strncmp(where, file, sizeof file - 1))
        return open_file(machine, where + sizeof file - 1, backend, error);
    *backend = char_null_backend();
    if (!strcmp(where, "null"))
        return 0;
    return error_set(error, -EINVAL, "console %s is unknown; give stdio, null or file:PATH", where);
}

/* What may follow the kind of a device. */
struct device_options {
    uint16_t device_number;
    const char *console;
};

static int add_3215(struct machine *machine, const struct device_options *options,
                    struct error *error)
{
    const bool had_stdio = machine->char_stdio;
    struct char_backend backend;
    struct ccw_device *device;
    int code = machine_open_console(machine, options->console, false, &backend, error);

    if (code < 0)
        return code;
    device = console_3215_create(&backend);
    if (!device)
        return error_set(error, -ENOMEM, "the host has no memory for a 3215");
    code = css_attach(machine->css, device, options->device_number, error);
    if (code == 0 && machine->char_stdio && !had_stdio)
        machine->stdio_sink = console_3215_sink(device);
    return code;
}

static const struct {
    const char *kind;
    int (*add)(struct machine *machine, const struct device_options *options, struct error *error);
} device_rows[] = {
    {"3215", add_3215},
};

/* Four hexadecimal digits at most. */
static bool parse_device_number(const char *text, uint16_t *number)
{
    char *end;
    const unsigned long value = strtoul(text, &end, 16);

    *number = (uint16_t)value;
    return *text && *text != '-' && !*end && value <= UINT16_MAX;
}

static int parse_option(const char *option, struct device_options *options, struct error *error)
{
    const char *value = strchr(option, '=');

    value = value ? value + 1 : "";
    if (!strncmp(option, "console=", (size_t)(value - option)) && *value) {
        options->console = value;
        return 0;
    }
    if (!strncmp(option, "devno=", (size_t)(value - option)) &&
        parse_device_number(value, &options->device_number))
        return 0;
    return error_set(error, -EINVAL,
                     "device option \"%s\" is none; give devno=HEX or console=WHERE", option);
}

/* DESCRIPTION, a kind and options with commas between them, is taken apart. */
static int add_device(struct machine *machine, char *description, unsigned index,
                      struct error *error)
{
    struct device_options options = {(uint16_t)(FIRST_DEVICE_NUMBER + index), "null"};
    char *rest = NULL;
    const char *kind = strtok_r(description, ",", &rest);
    const char *option;
    int code = 0;

    while (code == 0 && (option = strtok_r(NULL, ",", &rest)))
        code = parse_option(option, &options, error);
    if (code < 0)
        return code;
    for (size_t i = 0; i < sizeof device_rows / sizeof device_rows[0]; i++)
        if (kind && !strcmp(kind, device_rows[i].kind))
            return device_rows[i].add(machine, &options, error);
    return error_set(error, -EINVAL, "device \"%s\" is unknown; the only kind there is is 3215",
                     kind ? kind : "");
}

int machine_add_devices(struct machine *machine, const struct machine_config *config,
                        struct error *error)
{
    int code = 0;

    for (unsigned i = 0; i < config->device_count && code == 0; i++) {
        char description[DESCRIPTION_MAX];

        if (strlen(config->devices[i]) >= sizeof description)
            return error_set(error, -EINVAL, "the description of device %u is too long", i + 1);
        strcpy(description, config->devices[i]);
        code = add_device(machine, description, i, error);
    }
    return code;
}
