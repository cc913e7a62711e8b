/* The command line of `zither run`: see options.h and options.def. */
#include "src/cli/options.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "src/cli/nearest.h"
#include "src/cli/option_values.h"

enum option_id {
#define OPTION(name, letter, value, help) OPTION_##name,
#include "src/cli/options.def"
#undef OPTION
    OPTION_COUNT
};

static const struct option_row {
    const char *name; /* with underscores for dashes */
    char letter;
    const char *value;
    const char *help;
} option_rows[] = {
#define OPTION(name, letter, value, help) {#name, letter, value, help},
#include "src/cli/options.def"
#undef OPTION
};

#define NAME_MAX_LENGTH 32

/* Instructions between two comparisons, where --verify does not say. */
#define VERIFY_DEFAULT 4096

/* A value in brackets may be left out, and is given behind an equals sign only. */
static bool value_is_optional(const struct option_row *row)
{
    return row->value && row->value[0] == '[';
}

/* "--max-cpus" of max_cpus. */
static const char *spelling(const struct option_row *row, char text[NAME_MAX_LENGTH])
{
    snprintf(text, NAME_MAX_LENGTH, "--%s", row->name);
    for (char *c = text; *c; c++)
        if (*c == '_')
            *c = '-';
    return text;
}

static int refuse(struct zither_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int refuse(struct zither_error *error, const char *format, ...)
{
    va_list arguments;

    error->code = -EINVAL;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return -EINVAL;
}

static int refuse_unknown(const char *argument, struct zither_error *error)
{
    char names[OPTION_COUNT][NAME_MAX_LENGTH];
    const char *words[OPTION_COUNT];
    char name[NAME_MAX_LENGTH];
    const char *found;

    for (unsigned i = 0; i < OPTION_COUNT; i++)
        words[i] = spelling(&option_rows[i], names[i]);
    snprintf(name, sizeof name, "%.*s", (int)strcspn(argument, "="), argument);
    found = !strncmp(name, "--", 2) ? nearest_word(name, words, OPTION_COUNT) : NULL;
    if (argument[0] != '-')
        return refuse(error, "argument %s belongs to no option; a kernel is given with --kernel %s",
                      argument, argument);
    if (found)
        return refuse(error, "option %s is unknown; did you mean %s?", argument, found);
    return refuse(error, "option %s is unknown; `zither run --help` lists those there are",
                  argument);
}

static bool add_device(struct options *options, const char *value)
{
    struct zither_machine_config *machine = &options->machine;

    if (machine->device_count == OPTION_DEVICES_MAX)
        return false;
    machine->devices = options->devices;
    options->devices[machine->device_count++] = value;
    return true;
}

static bool add_jit_dump(struct options *options, const char *value)
{
    struct zither_machine_config *machine = &options->machine;

    if (!strcmp(value, "all"))
        return machine->jit_dump_all = true;
    if (machine->jit_dump_count == OPTION_JIT_DUMP_MAX)
        return false;
    machine->jit_dump = options->jit_dump;
    return option_value_address(value, &options->jit_dump[machine->jit_dump_count++]);
}

static bool set_accelerator(struct zither_machine_config *machine, const char *value)
{
    const char *name;

    machine->accel = value;
    for (unsigned i = 0; zither_accelerator(i, &name); i++)
        if (!strcmp(name, value))
            return true;
    return false;
}

static bool set_verify(struct zither_machine_config *machine, const char *value)
{
    unsigned count = VERIFY_DEFAULT;

    if (value && !option_value_count(value, &count))
        return false;
    machine->deterministic = true;
    machine->verify = count;
    return count > 0;
}

/* Where the value of an option goes as it is; null for others. */
static const char **text_of(struct options *options, enum option_id id)
{
    struct zither_machine_config *machine = &options->machine;

    switch (id) {
    case OPTION_kernel:
        return &machine->kernel;
    case OPTION_initrd:
        return &machine->initrd;
    case OPTION_append:
        return &machine->append;
    case OPTION_console:
        return &machine->console;
    case OPTION_name:
        return &machine->name;
    case OPTION_trace:
        return &machine->trace;
    case OPTION_jit_dump_to:
        return &machine->jit_dump_to;
    case OPTION_jitdump:
        return &machine->jitdump;
    default:
        return NULL;
    }
}

/* What an option without a value switches on; null for others. */
static bool *flag_of(struct options *options, enum option_id id)
{
    struct zither_machine_config *machine = &options->machine;

    switch (id) {
    case OPTION_timestamps:
        return &machine->timestamps;
    case OPTION_no_reboot:
        return &machine->no_reboot;
    case OPTION_deterministic:
        return &machine->deterministic;
    case OPTION_perf_map:
        return &machine->perf_map;
    case OPTION_stats:
        return &options->stats;
    case OPTION_help:
        return &options->help;
    default:
        return NULL;
    }
}

/* Fills in one option; VALUE is null where it takes none. False where VALUE is not of the
   option's form. */
static bool set_option(struct options *options, enum option_id id, const char *value)
{
    struct zither_machine_config *machine = &options->machine;
    const char **text = text_of(options, id);
    bool *flag = flag_of(options, id);

    if (text)
        *text = value;
    if (flag)
        *flag = true;
    if (text || flag)
        return true;
    switch (id) {
    case OPTION_memory:
        return option_value_size(value, &machine->memory);
    case OPTION_cpus:
        return option_value_count(value, &machine->cpus);
    case OPTION_max_cpus:
        return option_value_count(value, &machine->cpus_max);
    case OPTION_cpu:
        options->list_models = !strcmp(value, "help");
        machine->cpu_model = value;
        return true;
    case OPTION_accel:
        return set_accelerator(machine, value);
    case OPTION_device:
        return add_device(options, value);
    case OPTION_uuid:
        return option_value_uuid(value, machine->uuid);
    case OPTION_timeout:
        return option_value_seconds(value, &options->timeout_ns);
    case OPTION_verify:
        return set_verify(machine, value);
    case OPTION_jit_dump:
        return add_jit_dump(options, value);
    default:
        return false;
    }
}

/* What a value should have been, where forms are checked. */
static const char *expected(enum option_id id)
{
    switch (id) {
    case OPTION_memory:
        return "a size such as 512M or 2G";
    case OPTION_cpus:
    case OPTION_max_cpus:
        return "a number";
    case OPTION_accel:
        return "jit or interp";
    case OPTION_verify:
        return "a number of instructions above 0";
    case OPTION_device:
        return "256 devices at most";
    case OPTION_jit_dump:
        return "a hexadecimal address or `all`, 64 addresses at most";
    case OPTION_uuid:
        return "32 hexadecimal digits, as uuidgen prints them";
    case OPTION_timeout:
        return "a number of seconds above 0";
    default:
        return "another value";
    }
}

/* The option that ARGUMENT names: --name, --name=value, the same with one dash, -n, or -n with
   digits behind it; *VALUE is what stands in the argument itself, or null. OPTION_COUNT: none. */
static enum option_id find_option(const char *argument, const char **value)
{
    const char *bare = argument + strspn(argument, "-");
    char name[NAME_MAX_LENGTH];

    *value = NULL;
    if (bare == argument || bare > argument + 2)
        return OPTION_COUNT;
    for (unsigned i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        const size_t length = strlen(spelling(row, name)) - 2;

        if (!strncmp(bare, name + 2, length) && (!bare[length] || bare[length] == '=')) {
            *value = bare[length] ? bare + length + 1 : NULL;
            return (enum option_id)i;
        }
        if (row->letter && bare == argument + 1 && bare[0] == row->letter &&
            (!bare[1] || (bare[1] >= '0' && bare[1] <= '9'))) {
            *value = bare[1] ? bare + 1 : NULL;
            return (enum option_id)i;
        }
    }
    return OPTION_COUNT;
}

int options_parse(struct options *options, char **arguments, struct zither_error *error)
{
    *options = (struct options){.machine = ZITHER_MACHINE_DEFAULTS};
    while (*arguments) {
        const char *argument = *arguments++;
        const char *value;
        char name[NAME_MAX_LENGTH];
        enum option_id id = find_option(argument, &value);

        if (id == OPTION_COUNT)
            return refuse_unknown(argument, error);
        spelling(&option_rows[id], name);
        if (!option_rows[id].value && value)
            return refuse(error, "option %s takes no value; leave out \"%s\"", name, value);
        if (option_rows[id].value && !value && !value_is_optional(&option_rows[id])) {
            value = *arguments;
            if (!value)
                return refuse(error, "option %s needs a value: %s", name, option_rows[id].value);
            arguments++;
        }
        if (!set_option(options, id, value))
            return refuse(error, "%s %s: give %s", name, value ? value : "", expected(id));
    }
    return 0;
}

void options_print_help(FILE *to)
{
    fprintf(to, "usage: zither run --kernel FILE [OPTION...]\n\n");
    for (unsigned i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        char name[NAME_MAX_LENGTH], left[2 * NAME_MAX_LENGTH];
        const char *help = row->help;

        snprintf(left, sizeof left, "%c%c%s %s%s%s", row->letter ? '-' : ' ',
                 row->letter ? row->letter : ' ', row->letter ? "," : " ", spelling(row, name),
                 row->value && !value_is_optional(row) ? " " : "", row->value ? row->value : "");
        for (;;) {
            int length = (int)strcspn(help, "\n");

            fprintf(to, "  %-26s%.*s\n", left, length, help);
            left[0] = 0;
            help += length;
            if (!*help++)
                break;
        }
    }
    fprintf(to, "\n"
                "Values may be given as --option VALUE or --option=VALUE. While the guest runs,\n"
                "Ctrl-a x ends it and Ctrl-a h tells of more keys.\n\n"
                "Exit status: 0 the guest ended by itself, 1 wrong use or a failure of the host,\n"
                "3 panic, disabled wait or check-stop, 4 no CPU can go on, 5 --verify found a\n"
                "difference, 124 timeout.\n");
}
