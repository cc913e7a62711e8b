/* What the files of src/machine share. */
#ifndef ZITHER_MACHINE_MACHINE_INTERNAL_H
#define ZITHER_MACHINE_MACHINE_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "cpu/arch/configuration.h"
#include "cpu/exec/backend.h"
#include "devices/css/css.h"
#include "devices/hostio/char_file.h"
#include "devices/hostio/char_stdio.h"
#include "devices/sclp/sclp.h"
#include "src/core/event_loop.h"
#include "src/machine/ipl.h"
#include "src/machine/machine.h"
#include "src/machine/trace.h"
#include "src/machine/translations.h"

#define MACHINE_FILES_MAX 64u /* consoles with output to a file */

struct verify;

struct machine_cpu {
    struct machine *machine;
    struct vcpu *cpu;
    pthread_t thread;
    bool attached; /* to the backend */
    bool started;
    bool parked; /* in this pause: its thread is out of vcpu_run and waits */
    enum exit_reason told;
    uint64_t host_ns; /* CPU time of the thread, once it has ended */
};

/* DIAGNOSE 308: what one CPU has asked for. */
struct machine_reset {
    struct vcpu *cpu; /* null: nothing */
    unsigned subcode;
};

/*
 * `lock` guards what follows it. It is the last lock but a CPU's own: held while a CPU is
 * requested to exit, and never while any other function of cpu/ or devices/ is called.
 */
struct machine {
    struct storage storage;
    struct configuration configuration;
    struct interruption_port interruptions;
    struct ipl ipl;
    struct trace *trace;               /* null: none */
    struct translations *translations; /* null: nobody wants to see any */
    struct verify *verify;             /* null: nothing to compare with */
    struct event_loop *loop;
    struct css *css;
    struct sclp *sclp;
    struct char_stdio *char_stdio;
    struct char_sink stdio_sink; /* the console that standard input belongs to */
    struct char_file *char_files[MACHINE_FILES_MAX];
    unsigned char_file_count;
    atomic_int console_error; /* for MACHINE_CONSOLE_LOST: -errno */
    const struct backend *backend;
    struct machine_cpu *cpu;
    unsigned cpu_count;
    bool no_reboot;
    void *owner;
    void (*command)(void *owner, enum machine_command command);
    struct event_timer timeout;
    struct event_timer watchdog;
    uint64_t start_ns, end_ns;

    pthread_mutex_t lock;
    pthread_cond_t changed; /* something for machine_run to look at */
    pthread_cond_t resumed; /* CPUs may run again, or shall end */
    bool paused;
    bool finishing;
    bool look;       /* a CPU has changed its state */
    unsigned pauses; /* ended so far */
    unsigned parked; /* CPUs whose threads have noticed this one */
    bool watchdog_set;
    struct machine_reset reset;
    enum machine_outcome outcome;
    char reason[256];
    uint8_t ipl_block[IPL_PARAMETER_BLOCK_MAX];
    size_t ipl_block_length;
};

/* wiring.c: makes and joins the parts, and takes them apart. */
int machine_wire(struct machine *machine, const struct machine_config *config, struct error *error);
void machine_unwire(struct machine *machine);

/* devices.c: the streams of consoles ("stdio", "null", "file:PATH"), and the configuration's
   devices. */
int machine_open_console(struct machine *machine, const char *where, bool timestamps,
                         struct char_backend *backend, struct error *error);
int machine_add_devices(struct machine *machine, const struct machine_config *config,
                        struct error *error);

/* identity.c */
void machine_identify(struct machine_identity *identity, const struct machine_config *config);

/* machine_port.c: DIAGNOSE's IPL parameters and watchdog. */
void machine_port_bind(struct machine *machine);

/* machine_threads.c. Pausing returns with every CPU's thread outside of vcpu_run, and
   resuming lets them go on. Called by machine_run's thread with `lock` held. */
int machine_threads_start(struct machine *machine, struct error *error);
void machine_threads_join(struct machine *machine);
void machine_pause(struct machine *machine);
void machine_resume(struct machine *machine);

/* machine_reset.c. All CPUs are parked. */
void machine_load(struct machine *machine, struct vcpu *cpu);
void machine_reset(struct machine *machine, const struct machine_reset *reset);
bool machine_reset_loads(unsigned subcode);

/* verdict.c. A cheap look while CPUs run: false where one is alive. Then, with all CPUs
   parked, the outcome: MACHINE_RUNS where one is alive after all. */
bool verdict_is_near(struct machine *machine);
enum machine_outcome verdict_reach(struct machine *machine, char reason[256]);
/* What a parked CPU is doing, in words. */
const char *verdict_cpu_state(const struct vcpu *cpu);

#endif
