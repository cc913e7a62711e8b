/* Output to descriptors that other processes may have made non-blocking. */
#ifndef ZITHER_DEVICES_HOSTIO_WRITE_ALL_H
#define ZITHER_DEVICES_HOSTIO_WRITE_ALL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* Writes all LENGTH bytes, waiting where it must; false where the host takes no more. Once *HURRY
   is set a reader that takes nothing for a tenth of a second counts as gone. */
bool write_all(int fd, const void *bytes, size_t length, const atomic_bool *hurry);

#endif
