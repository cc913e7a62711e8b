/*
 * Character streams without input: a file that takes all output, and a sink that drops it.
 * Threads: the backends may be written from any thread.
 */
#ifndef ZITHER_DEVICES_HOSTIO_CHAR_FILE_H
#define ZITHER_DEVICES_HOSTIO_CHAR_FILE_H

#include "src/base/error.h"
#include "src/core/port/char_backend.h"

struct char_file;

struct char_file_config {
    const char *path; /* of use to char_file_create only */
    void *owner;
    /* The host takes no more output, for CODE (-errno): told once, on the thread that wrote;
       may be null. */
    void (*lost)(void *owner, int code);
};

/* Creates or empties the file at PATH. A path like /dev/fd/N or /proc/self/fd/N means that
   descriptor itself, whatever it is open on. -errno where it cannot be written. */
int char_file_create(struct char_file **file, const struct char_file_config *config,
                     struct error *error);
void char_file_destroy(struct char_file *file);

/* As char_stdio_hurry. */
void char_file_hurry(struct char_file *file);

struct char_backend char_file_backend(struct char_file *file);

/* Drops all output. */
struct char_backend char_null_backend(void);

#endif
