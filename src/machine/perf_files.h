/*
 * Telling Linux's perf what translated code is: /tmp/perf-PID.map, which perf report reads when
 * the profile is shown, and jit-PID.dump, which `perf inject --jit` makes into object files with
 * the code in them, so that perf annotate works too.
 *
 * Symbols are z:ADDRESS with the first instruction, and z:stub: with a stub's name.
 */
#ifndef ZITHER_MACHINE_PERF_FILES_H
#define ZITHER_MACHINE_PERF_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"

struct perf_files;

/* MAP: write the map. FOLDER: where the dump goes; or null. -errno with a sentence. */
int perf_files_create(struct perf_files **files, bool map, const char *folder, struct error *error);
void perf_files_destroy(struct perf_files *files);

/* SIZE bytes of code that can be read and run at RUN; one thread at a time. */
void perf_files_add(struct perf_files *files, const char *symbol, const uint8_t *run, size_t size);

#endif
