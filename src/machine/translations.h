/*
 * What users want to see of translated code: listings (--jit-dump) and files for Linux's perf
 * (--perf-map, --jitdump). All CPUs of a machine share one; blocks in the files do not mix.
 *
 * Errors of the host while writing end the files, not the guest.
 */
#ifndef ZITHER_MACHINE_TRANSLATIONS_H
#define ZITHER_MACHINE_TRANSLATIONS_H

#include "cpu/arch/vcpu.h"
#include "src/machine/machine.h"

struct translations;

/* Null in *TRANSLATIONS where CONFIG wants nothing of it. -errno with a sentence. */
int translations_create(struct translations **translations, const struct machine_config *config,
                        struct error *error);
/* Writes what is buffered. No CPU runs, and none will be told to write. */
void translations_destroy(struct translations *translations);

/* CPU is attached to the jit and does not run. */
int translations_attach(struct translations *translations, struct vcpu *cpu, struct error *error);

#endif
