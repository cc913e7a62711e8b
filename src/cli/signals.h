/*
 * Signals of the process while a machine runs. Those that ask for the end stop the machine
 * and are raised again once it is destroyed; those of a crash only give the terminal back
 * first. One machine at a time.
 */
#ifndef ZITHER_CLI_SIGNALS_H
#define ZITHER_CLI_SIGNALS_H

#include "zither/error.h"
#include "zither/machine.h"

/* Before the machine is made, so that its threads inherit the mask. */
void signals_block(void);

/* 0, or -errno. */
int signals_watch(struct zither_machine *machine, struct zither_error *error);

/* Ends the watch; before the machine is destroyed. */
void signals_forget(void);

/* Does not return where a signal asked for the end: the process dies of it, as its parent
   expects. */
void signals_raise(void);

#endif
