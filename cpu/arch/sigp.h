/*
 * SIGNAL PROCESSOR: the orders of one CPU to another (PoP chapter 4, "CPU Signaling and
 * Response"). What only the addressed CPU's thread may do is left pending for it; until it
 * is done, further orders but resets find the CPU busy.
 */
#ifndef ZITHER_CPU_ARCH_SIGP_H
#define ZITHER_CPU_ARCH_SIGP_H

#include <stdint.h>

#include "cpu/arch/vcpu.h"

enum sigp_order {
    SIGP_SENSE = 0x01,
    SIGP_EXTERNAL_CALL = 0x02,
    SIGP_EMERGENCY_SIGNAL = 0x03,
    SIGP_START = 0x04,
    SIGP_STOP = 0x05,
    SIGP_RESTART = 0x06,
    SIGP_STOP_AND_STORE_STATUS = 0x09,
    SIGP_INITIAL_CPU_RESET = 0x0b,
    SIGP_CPU_RESET = 0x0c,
    SIGP_SET_PREFIX = 0x0d,
    SIGP_STORE_STATUS_AT_ADDRESS = 0x0e,
    SIGP_SET_ARCHITECTURE = 0x12,
    SIGP_CONDITIONAL_EMERGENCY_SIGNAL = 0x13,
    SIGP_SENSE_RUNNING_STATUS = 0x15,
    SIGP_STORE_ADDITIONAL_STATUS = 0x17,
};

enum sigp_cc {
    SIGP_ACCEPTED = 0,
    SIGP_STATUS_STORED = 1,
    SIGP_BUSY = 2,
    SIGP_NOT_OPERATIONAL = 3,
};

enum sigp_status {
    SIGP_STATUS_NOT_RUNNING = 0x400,
    SIGP_STATUS_INCORRECT_STATE = 0x200,
    SIGP_STATUS_INVALID_PARAMETER = 0x100,
    SIGP_STATUS_EXTERNAL_CALL_PENDING = 0x80,
    SIGP_STATUS_STOPPED = 0x40,
    SIGP_STATUS_CHECK_STOP = 0x10,
    SIGP_STATUS_INVALID_ORDER = 0x02,
};

/* CPU gives ORDER with PARAMETER to the CPU at ADDRESS. The condition code; STATUS is filled
   in with SIGP_STATUS_STORED. On CPU's own thread. */
enum sigp_cc sigp_order(struct vcpu *cpu, uint16_t address, uint8_t order, uint64_t parameter,
                        uint32_t *status);

#endif
