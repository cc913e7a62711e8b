/*
 * How devices make interruptions pending. The CPU side implements it (floating
 * interruptions: any CPU of the configuration that is enabled may take them).
 *
 * Any thread may call these; none blocks for longer than a short lock.
 */
#ifndef ZITHER_CORE_PORT_INTERRUPTION_PORT_H
#define ZITHER_CORE_PORT_INTERRUPTION_PORT_H

#include <stdbool.h>
#include <stdint.h>

/* What an I/O interruption stores (PoP: I/O-interruption code). */
struct io_interruption {
    uint32_t subsystem_id;
    uint32_t parameter;
    uint32_t identification; /* its bits 2-4 are the ISC; bit 0: adapter interruption */
};

struct interruption_port {
    void *owner;
    /* Service signal: an SCCB address, bit 31 (events are pending), or both. While an address
       is pending only bit 31 is added. */
    void (*post_service_signal)(void *owner, uint32_t parameter);
    void (*post_io)(void *owner, const struct io_interruption *interruption);
    /* Withdraws the pending I/O interruption of this subsystem id, if any (TSCH, CSCH). */
    bool (*withdraw_io)(void *owner, uint32_t subsystem_id);
    /* Floating channel-report-pending machine check. */
    void (*post_channel_report)(void *owner);
};

#endif
