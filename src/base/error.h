/*
 * A host failure that a user can cause: a negative errno and one sentence that names the
 * object and the way out. Functions that can fail so return 0 or -errno and fill in the
 * error they are given; they print nothing and never exit.
 */
#ifndef ZITHER_BASE_ERROR_H
#define ZITHER_BASE_ERROR_H

#include "src/base/compiler.h"

struct error {
    int code; /* a negative errno value, or 0 where nothing failed */
    char text[512];
};

/* Fills in ERROR (which may be null) and returns CODE, a negative errno value. */
int error_set(struct error *error, int code, const char *format, ...) PRINTF_LIKE(3, 4);

#endif
