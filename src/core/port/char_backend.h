/*
 * A character stream on the host, as a console device sees it.
 *
 * Output may be called from any thread. Input arrives through the sink on the I/O thread.
 */
#ifndef ZITHER_CORE_PORT_CHAR_BACKEND_H
#define ZITHER_CORE_PORT_CHAR_BACKEND_H

#include <stddef.h>
#include <stdint.h>

struct char_sink {
    void *owner;
    /* Bytes typed by the user. The sink takes all of them, keeping what the guest has not
       read in a bounded queue and dropping what exceeds it. */
    void (*input)(void *owner, const uint8_t *bytes, size_t length);
};

struct char_backend {
    void *owner;
    /* Writes all LENGTH bytes, blocking if it must; errors of the host are counted, not told. */
    void (*write)(void *owner, const uint8_t *bytes, size_t length);
};

#endif
