/*
 * Where the I/O instructions meet the channel subsystem (PoP chapters 13 to 17). The CPU
 * has fetched and access-checked every operand; the channel subsystem answers with a
 * condition code and, where the instruction stores, the bytes to be stored.
 *
 * Called on the CPU's thread; the channel subsystem does its own locking.
 */
#ifndef ZITHER_CORE_PORT_CHANNEL_PORT_H
#define ZITHER_CORE_PORT_CHANNEL_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "src/core/port/interruption_port.h"

struct channel_port {
    void *owner;
    /* Each takes the subsystem-identification word of general register 1, whose format the
       CPU has checked, and returns the condition code. */
    int (*start)(void *owner, uint32_t sid, const uint8_t orb[64]);
    int (*test)(void *owner, uint32_t sid, uint8_t irb[96]);
    int (*store)(void *owner, uint32_t sid, uint8_t schib[52]);
    int (*modify)(void *owner, uint32_t sid, const uint8_t schib[52]);
    int (*clear)(void *owner, uint32_t sid);
    int (*halt)(void *owner, uint32_t sid);
    int (*resume)(void *owner, uint32_t sid);
    int (*cancel)(void *owner, uint32_t sid);
    int (*reset_channel_path)(void *owner, uint8_t chpid);
    int (*store_channel_report)(void *owner, uint32_t *crw);
    void (*store_channel_path_status)(void *owner, uint8_t status[32]);
    void (*set_channel_monitor)(void *owner, uint64_t gr1, uint64_t gr2);
    /* CHANNEL SUBSYSTEM CALL: BLOCK is a copy of the 4 KiB request block, changed in place. */
    int (*call)(void *owner, uint8_t block[4096]);
};

#endif
