/* The program `zither`: chooses the command. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "src/cli/nearest.h"
#include "src/cli/run_command.h"
#include "zither/version.h"

static int print_usage(char **arguments)
{
    (void)arguments;
    printf("usage: zither COMMAND [OPTION...]\n\n"
           "  run        start a guest: zither run --kernel FILE; see zither run --help\n"
           "  --help     print this\n"
           "  --version  print the version\n\n"
           "Zither is a full-system emulator for s390x. The manual is zither(1).\n");
    return STATUS_GUEST_ENDED;
}

static int print_version(char **arguments)
{
    (void)arguments;
    printf("zither %s\n", zither_version());
    return STATUS_GUEST_ENDED;
}

static const struct {
    const char *name;
    int (*run)(char **arguments);
} commands[] = {
    {"run", run_command},  {"--help", print_usage},      {"help", print_usage},
    {"-h", print_usage},   {"--version", print_version}, {"version", print_version},
    {"-V", print_version},
};

#define COMMANDS (sizeof commands / sizeof commands[0])

static int refuse(const char *name)
{
    const char *names[COMMANDS];
    const char *found;

    for (size_t i = 0; i < COMMANDS; i++)
        names[i] = commands[i].name;
    found = nearest_word(name, names, COMMANDS);
    if (found)
        fprintf(stderr, "zither: command %s is unknown; did you mean `zither %s`?\n", name, found);
    else
        fprintf(stderr, "zither: command %s is unknown; `zither --help` lists those there are\n",
                name);
    return STATUS_ERROR;
}

/* A standard descriptor that is closed would become the next file opened, so that the console
   took the kernel for its input. */
static void fill_standard_descriptors(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
}

/* What was printed has to arrive. */
static int finish(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fprintf(stderr, "zither: the standard output cannot be written: %s\n", strerror(errno));
    return STATUS_ERROR;
}

int main(int argc, char **argv)
{
    fill_standard_descriptors();
    if (argc < 2) {
        fprintf(stderr, "zither: no command given; `zither run --kernel FILE` starts a guest, "
                        "`zither --help` tells more\n");
        return STATUS_ERROR;
    }
    for (size_t i = 0; i < COMMANDS; i++)
        if (!strcmp(argv[1], commands[i].name))
            return finish(commands[i].run(argv + 2));
    return refuse(argv[1]);
}
