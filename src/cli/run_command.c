/* `zither run`: makes a machine, runs it and reports. */
#include "src/cli/run_command.h"

#include <stdio.h>

#include "src/cli/options.h"
#include "src/cli/report.h"
#include "src/cli/signals.h"

static const int statuses[] = {
    [ZITHER_END_HOST_ERROR] = STATUS_ERROR,
    [ZITHER_END_GUEST] = STATUS_GUEST_ENDED,
    [ZITHER_END_GUEST_FAILED] = STATUS_GUEST_FAILED,
    [ZITHER_END_WEDGED] = STATUS_WEDGED,
    [ZITHER_END_TIMEOUT] = STATUS_TIMEOUT,
    [ZITHER_END_QUIT] = STATUS_GUEST_ENDED,
    [ZITHER_END_STOPPED] = STATUS_ERROR,
    [ZITHER_END_DIFFERS] = STATUS_DIFFERS,
};

static int fail(const struct zither_error *error)
{
    fprintf(stderr, "zither: %s\n", error->text);
    return STATUS_ERROR;
}

static void print_keys(void *owner, enum zither_console_request request)
{
    (void)owner;
    if (request == ZITHER_CONSOLE_HELP)
        fprintf(stderr, "\n"
                        "Ctrl-a x       end the guest and Zither\n"
                        "Ctrl-a h       print this\n"
                        "Ctrl-a b       SysRq: the next key is Linux's command\n"
                        "Ctrl-a t       time stamps before each line, on or off\n"
                        "Ctrl-a Ctrl-a  send Ctrl-a\n");
}

static void report(const struct zither_machine *machine, const struct options *options,
                   enum zither_end end)
{
    if (end == ZITHER_END_GUEST_FAILED || end == ZITHER_END_WEDGED || end == ZITHER_END_TIMEOUT) {
        fprintf(stderr, "\nzither: %s\n", zither_machine_reason(machine));
        report_cpus(stderr, machine, end != ZITHER_END_TIMEOUT);
    }
    if (end == ZITHER_END_DIFFERS)
        fprintf(stderr, "\nzither: %s: %s", zither_machine_reason(machine),
                zither_machine_difference(machine));
    if (options->stats)
        report_statistics(stderr, machine);
}

static int run(struct options *options)
{
    struct zither_machine *machine;
    struct zither_error error;
    enum zither_end end = ZITHER_END_HOST_ERROR;

    options->machine.console_request = print_keys;
    signals_block();
    if (zither_machine_create(&machine, &options->machine, &error) < 0)
        return fail(&error);
    if (signals_watch(machine, &error) == 0)
        end = zither_machine_run(machine, options->timeout_ns, &error);
    signals_forget();
    if (end == ZITHER_END_HOST_ERROR)
        fail(&error);
    else
        report(machine, options, end);
    zither_machine_destroy(machine);
    signals_raise();
    return statuses[end];
}

int run_command(char **arguments)
{
    struct options options;
    struct zither_error error;

    if (options_parse(&options, arguments, &error) < 0)
        return fail(&error);
    if (options.help) {
        options_print_help(stdout);
        return STATUS_GUEST_ENDED;
    }
    if (options.list_models) {
        report_models(stdout);
        return STATUS_GUEST_ENDED;
    }
    return run(&options);
}
