/*
 * Where SERVICE CALL (the SCLP) meets the CPU. The machine binds the SCLP to it.
 *
 * Called on the CPU's thread, the CPU's operation being suspended; the answer comes later as
 * a service-signal external interruption through struct interruption_port.
 */
#ifndef ZITHER_CORE_PORT_SERVICE_PORT_H
#define ZITHER_CORE_PORT_SERVICE_PORT_H

#include <stdint.h>

#include "src/core/storage.h"

/* Condition codes of SERVICE CALL. */
enum service_call_cc {
    SERVICE_CALL_INITIATED = 0,
    SERVICE_CALL_BUSY = 2,
    SERVICE_CALL_NOT_OPERATIONAL = 3,
};

struct service_port {
    void *owner;
    /* COMMAND word; SCCB is absolute, a multiple of 8, below 2 GiB and its first 8 bytes are
       configured: the CPU has raised the program interruptions for all else. */
    enum service_call_cc (*call)(void *owner, uint32_t command, abs_addr sccb);
};

#endif
