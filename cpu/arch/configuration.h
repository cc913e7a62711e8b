/*
 * The configuration (PoP chapter 2): what all CPUs share. Made and owned by the machine;
 * outlives its CPUs.
 */
#ifndef ZITHER_CPU_ARCH_CONFIGURATION_H
#define ZITHER_CPU_ARCH_CONFIGURATION_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "cpu/arch/facilities.h"
#include "cpu/arch/timing.h"
#include "cpu/arch/vcpu.h"
#include "src/core/port/channel_port.h"
#include "src/core/port/interruption_port.h"
#include "src/core/port/machine_port.h"
#include "src/core/port/service_port.h"
#include "src/core/storage.h"

#define CPUS_MAX                  248u
#define IO_QUEUE_MAX              4096u /* one a subchannel and adapter at most: bounded */
#define FACILITY_LIST_DOUBLEWORDS 32u

/* What STSI, STIDP and READ SCP INFO tell of the machine. Strings are host characters,
   blank-padded and translated where they are stored. */
struct machine_identity {
    char manufacturer[17];
    char type[5];
    char model[17];
    char sequence[17];
    char plant[5];
    char lpar_name[9];
    char vm_name[9];
    char control_program[17]; /* STSI 3.2.2, "KVM/Linux" */
    char extended_name[257];
    uint8_t uuid[16];
    uint64_t cpu_id; /* STIDP */
    uint16_t cpu_capability;
};

/* Interruptions that any CPU may take (PoP chapter 6, "Floating Interruption Conditions"). */
struct floating_interruptions {
    pthread_mutex_t lock;
    uint32_t service_signal; /* parameter */
    bool service_signal_pending;
    bool interrupt_key;
    bool channel_report;
    uint32_t io_count[8]; /* by ISC */
    struct io_interruption *io[8];
    uint32_t io_capacity[8];
};

/* Whose turn it is in deterministic mode: see turns.h. */
struct turns {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    _Atomic unsigned holder; /* CPU address, or CPUS_MAX for nobody */
    bool wants[CPUS_MAX];
    bool outside[CPUS_MAX];      /* of the run loop: cannot take a turn */
    uint64_t deadline[CPUS_MAX]; /* TOD value a sleeping CPU waits for */
};

/*
 * Deterministic mode: what happens between two slices, on the thread of the CPU whose turn it
 * is. `devices` has them do what they have been asked for and says whether there is more;
 * `boundary` comes at each multiple of `length` instructions of a CPU. Both may be null.
 */
struct slices {
    void *devices_owner;
    bool (*devices)(void *owner);
    void *boundary_owner;
    void (*boundary)(void *owner, struct vcpu *cpu);
    uint64_t length;
};

/* Instructions of a slice, after which CPUs change turns and look at clocks and devices. */
#define CONFIGURATION_SLICE 4096u

struct configuration {
    struct storage *storage;
    struct vcpu *cpu[CPUS_MAX]; /* by CPU address; null where there is none */
    unsigned cpu_count;
    struct tod_clock tod;
    struct turns turns;
    struct slices slices;
    struct floating_interruptions floating;
    _Atomic uint32_t floating_summary; /* hint: nonzero while something floats */
    struct machine_identity identity;
    uint64_t facility_list[FACILITY_LIST_DOUBLEWORDS]; /* STFLE, bit 0 leftmost */
    bool facility_present[FACILITY_COUNT];
    struct service_port service;
    struct channel_port channel;
    struct machine_port machine;
    pthread_mutex_t order_lock;       /* one SIGP at a time: no spurious busy */
    pthread_mutex_t locked_operation; /* PERFORM LOCKED OPERATION; nothing raises under it */
    /* Told when a CPU stops, check-stops or enters a disabled wait; any CPU's thread. */
    void (*state_changed)(void *owner, struct vcpu *cpu);
    void *owner;
};

/* Makes an empty configuration around STORAGE, which the caller keeps; no CPUs, no ports,
   no facilities. */
void configuration_init(struct configuration *configuration, struct storage *storage);
void configuration_fini(struct configuration *configuration);

static inline bool facility_installed(const struct vcpu *cpu, enum facility facility)
{
    return cpu->configuration->facility_present[facility];
}

#endif
