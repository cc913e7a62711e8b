/*
 * --verify: a second machine, made from the same configuration but for its consoles, goes
 * through the same on the interpreter. At each boundary of slices (cpu/arch/configuration.h)
 * both wait for each other, and CPUs, storage and keys must be the same.
 *
 * The first difference ends both machines; the text about it has both states, field by field,
 * and the instructions between, which the interpreter executes once more for it.
 *
 * Threads: made, started and finished by the first machine's own thread; the comparing is done
 * on the CPUs' threads.
 */
#ifndef ZITHER_MACHINE_VERIFY_H
#define ZITHER_MACHINE_VERIFY_H

#include "src/base/error.h"
#include "src/machine/machine.h"

struct verify;

/* MACHINE is made but does not run, and its configuration is deterministic. -errno with a
   sentence. */
int verify_create(struct verify **verify, struct machine *machine,
                  const struct machine_config *config, struct error *error);
void verify_destroy(struct verify *verify);

/* Starts the second machine on a thread of its own. */
int verify_start(struct verify *verify, struct error *error);
/* The first machine has come to OUTCOME: compares the ends and gives up the second. True where
   the machines have differed anywhere. */
bool verify_finish(struct verify *verify, enum machine_outcome outcome);

/* Lines of text about the first difference, or null. Lives as long as VERIFY. */
const char *verify_text(const struct verify *verify);

#endif
