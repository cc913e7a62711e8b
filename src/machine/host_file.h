/*
 * A file of the user's, read whole into memory: a path, a pipe, a character device or
 * /proc/self/fd/N, so nothing is assumed of its size before its end is seen.
 *
 * Errors are sentences that name the object; nothing is left behind then.
 */
#ifndef ZITHER_MACHINE_HOST_FILE_H
#define ZITHER_MACHINE_HOST_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"

struct host_file {
    uint8_t *bytes; /* from malloc; null where there are none */
    size_t size;
};

/* What is read and how much of it may be. */
struct host_file_source {
    const char *role; /* "kernel", "initrd": begins the error sentences */
    const char *path;
    size_t limit;             /* bytes */
    const char *limit_remedy; /* ends the sentence about a larger one: "raise --memory" */
};

/* -EFBIG above the limit, -ENOMEM, or what the host says. */
int host_file_read(struct host_file *file, const struct host_file_source *source,
                   struct error *error);
void host_file_free(struct host_file *file);

/* Replaces a gzip file (any number of members) by its contents; anything else stays. -EINVAL
   where it is damaged, -EFBIG where the contents exceed the source's limit. */
int host_file_gunzip(struct host_file *file, const struct host_file_source *source,
                     struct error *error);

#endif
