/*
 * TOD clock, clock comparator and CPU timer (PoP chapter 4, "Timing").
 *
 * One TOD clock for the configuration: host monotonic time plus an epoch or, when
 * deterministic, the instruction count. TOD values are 64 bits, bit 51 being a microsecond;
 * the extended clock has 8 epoch-index bits before and 56 bits after.
 */
#ifndef ZITHER_CPU_ARCH_TIMING_H
#define ZITHER_CPU_ARCH_TIMING_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "cpu/arch/vcpu.h"
#include "src/base/tick.h"

#define TOD_PER_SECOND      UINT64_C(4096000000)
#define TOD_PER_MICROSECOND 4096u
#define TOD_UNIX_EPOCH      UINT64_C(0x7d91048bca000000) /* 1970-01-01 00:00 UTC */

/* From START, a time of the physical clock, the TOD offset is BASE and grows by FINE plus
   GROSS, in units of 2 to the power -44, for each unit of physical time. */
struct tod_episode {
    uint64_t start;
    uint64_t base;
    int32_t fine;
    int32_t gross;
};

struct tod_clock {
    struct tick_clock tick;  /* the counter that runs, in TOD units; not when deterministic */
    _Atomic uint64_t epoch;  /* added to it */
    uint64_t physical_epoch; /* the same for the physical clock, which nothing sets */
    pthread_mutex_t lock;    /* the two episodes: see tod_steering.h */
    struct tod_episode old_episode;
    struct tod_episode new_episode; /* the current one */
    _Atomic bool steered;           /* false: the TOD offset is zero and stays so */
    _Atomic uint64_t skipped;       /* deterministic: TOD units for which all CPUs waited */
    _Atomic uint64_t stored;        /* the last value that tod_unique gave */
    _Atomic uint32_t changes;       /* counts what tod_changed tells of */
    bool deterministic;
};

/* With the configuration: a clock that has not been started shows time, if no date. */
void tod_init(struct tod_clock *clock);
/* Starts the clock at the host's time of day, or at UNIX_SECONDS when deterministic. */
void tod_start(struct tod_clock *clock, bool deterministic, uint64_t unix_seconds);

/* The physical clock: the TOD clock but for what the program set. */
uint64_t tod_physical(const struct vcpu *cpu);
/* The TOD clock as this CPU sees it now. */
uint64_t tod_now(const struct vcpu *cpu);
/* The same as STORE CLOCK stores it: no two values that any CPUs store are alike. */
uint64_t tod_unique(const struct vcpu *cpu);
/* SET CLOCK. */
void tod_set(struct vcpu *cpu, uint64_t value);
/* After the clock was set or steered: has every CPU look at its clock comparator. */
void tod_changed(struct vcpu *cpu);

/* The CPU timer: counts down while the CPU operates or loads; negative (bit 0 one) is the
   interruption condition. state.cpu_timer is right as of cpu->timer_base. */
uint64_t cpu_timer_get(const struct vcpu *cpu);
void cpu_timer_set(struct vcpu *cpu, uint64_t value);
/* Stops and starts it with the CPU state; stopping makes state.cpu_timer exact. */
void cpu_timer_stop(struct vcpu *cpu);
void cpu_timer_start(struct vcpu *cpu);

void clock_comparator_set(struct vcpu *cpu, uint64_t value);

bool clock_comparator_pending(const struct vcpu *cpu); /* CR0 is not looked at */
bool cpu_timer_pending(const struct vcpu *cpu);

/* True where clock comparator or CPU timer interrupt now, as timing_sleep would say by 0: one
   look at the clock while nothing is due and neither changes. */
bool timing_due(struct vcpu *cpu);

/* Nanoseconds from now until clock comparator or CPU timer can interrupt, UINT64_MAX for
   never: how long a waiting CPU may sleep. */
uint64_t timing_sleep(const struct vcpu *cpu);

uint64_t tod_of_nanoseconds(uint64_t nanoseconds);

/* Deterministic mode: lets TOD units of time pass at once, because all CPUs sleep. */
void timing_skip(struct vcpu *cpu, uint64_t tod);

#endif
