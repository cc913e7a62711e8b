/*
 * The architected state as a structure, made from state.def, and the four CPU states of
 * the PoP (chapter 4, "Stopped, Operating, Load, and Check-Stop States").
 */
#ifndef ZITHER_CPU_ARCH_CPU_STATE_H
#define ZITHER_CPU_ARCH_CPU_STATE_H

#include <stdint.h>

#include "src/core/field.h"

/* Padded to a multiple of eight bytes by the last rows of state.def, never by the compiler. */
struct cpu_state {
#define FIELD_1(type, name)                       type name;
#define FIELD_4(type, name)                       type name[4];
#define FIELD_16(type, name)                      type name[16];
#define FIELD_64(type, name)                      type name[64];
#define FIELD(type, name, count, reset, gdb, kvm) FIELD_##count(type, name)
#include "cpu/arch/state.def"
#undef FIELD
#undef FIELD_1
#undef FIELD_4
#undef FIELD_16
#undef FIELD_64
};

/* STATE with its table, for saving and comparing. */
struct field_object cpu_state_object(struct cpu_state *state);

/* The numbers are those of the saved state and of KVM's multiprocessing state. */
enum cpu_state_name {
    CPU_STATE_STOPPED = 1,
    CPU_STATE_CHECK_STOP = 2,
    CPU_STATE_OPERATING = 3,
    CPU_STATE_LOAD = 4,
};

/* Bits of cpu_state.pending. */
enum pending_bit {
    PENDING_EMERGENCY_SIGNAL = 1 << 0,
    PENDING_EXTERNAL_CALL = 1 << 1,
    PENDING_MALFUNCTION_ALERT = 1 << 2,
    PENDING_RESTART = 1 << 3,
    PENDING_STOP = 1 << 4,
    PENDING_STOP_AND_STORE_STATUS = 1 << 5,
    PENDING_MACHINE_CHECK = 1 << 6,
    PENDING_INITIAL_CPU_RESET = 1 << 7,
    PENDING_CPU_RESET = 1 << 8,
};

#endif
