/* The version of the library. */
#ifndef ZITHER_VERSION_H
#define ZITHER_VERSION_H

/* "0.1.0"; a constant string. */
const char *zither_version(void);

#endif
