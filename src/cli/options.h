/* The command line of `zither run`. Strings belong to argv. */
#ifndef ZITHER_CLI_OPTIONS_H
#define ZITHER_CLI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "zither/error.h"
#include "zither/machine.h"

#define OPTION_DEVICES_MAX  256
#define OPTION_JIT_DUMP_MAX 64

/* MACHINE refers to DEVICES and JIT_DUMP. */
struct options {
    struct zither_machine_config machine;
    const char *devices[OPTION_DEVICES_MAX];
    uint64_t jit_dump[OPTION_JIT_DUMP_MAX];
    uint64_t timeout_ns; /* 0: none */
    bool stats;
    bool help;
    bool list_models;
};

/* ARGUMENTS are those behind `run`, ended by a null. 0, or -EINVAL with the sentence to print. */
int options_parse(struct options *options, char **arguments, struct zither_error *error);

void options_print_help(FILE *to);

#endif
