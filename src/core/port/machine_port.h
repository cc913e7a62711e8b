/*
 * What DIAGNOSE asks of the machine around the CPU: IPL parameters and the watchdog.
 *
 * Called on a CPU's thread; the machine does its own locking. Resets are not here: they
 * concern every CPU and leave the run loop as an exit.
 */
#ifndef ZITHER_CORE_PORT_MACHINE_PORT_H
#define ZITHER_CORE_PORT_MACHINE_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IPL_PARAMETER_BLOCK_MAX 4096u

struct machine_port {
    void *owner;
    /* DIAGNOSE 308 subcode 5: LENGTH bytes as the program stored them; true where taken. */
    bool (*ipl_parameters_set)(void *owner, const uint8_t *block, size_t length);
    /* Subcode 6: copies the block; its length, or 0 where there is none. */
    size_t (*ipl_parameters_get)(void *owner, uint8_t block[IPL_PARAMETER_BLOCK_MAX]);
    /* DIAGNOSE 288: starts the watchdog anew to do ACTION (the program's code for it) in
       SECONDS; 0 stops it. False where it does not offer that. */
    bool (*watchdog_set)(void *owner, unsigned seconds, unsigned action);
};

#endif
