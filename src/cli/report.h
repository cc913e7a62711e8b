/* What is printed about a run at its end. */
#ifndef ZITHER_CLI_REPORT_H
#define ZITHER_CLI_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "zither/machine.h"

/* Each CPU's state and PSW and, if asked for, its registers. */
void report_cpus(FILE *to, const struct zither_machine *machine, bool registers);

/* For --stats. */
void report_statistics(FILE *to, const struct zither_machine *machine);

/* For --cpu help. */
void report_models(FILE *to);

#endif
