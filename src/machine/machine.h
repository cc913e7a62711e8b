/*
 * A machine: storage, CPUs, service processor, channel subsystem and consoles, wired together,
 * with one thread for each CPU and one for I/O.
 *
 * The caller makes it, runs it once on a thread of its own and destroys it. machine_end and
 * machine_restore_terminal may be called from other threads meanwhile; everything else is for
 * the caller's thread while the machine does not run.
 */
#ifndef ZITHER_MACHINE_MACHINE_H
#define ZITHER_MACHINE_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/error.h"
#include "src/core/layout/psw.h"

struct machine;

/* How a run came to its end. */
enum machine_outcome {
    MACHINE_RUNS,         /* it did not */
    MACHINE_GUEST_ENDED,  /* every CPU stopped: power off, halt or, if asked for, reboot */
    MACHINE_GUEST_FAILED, /* disabled wait or check-stop */
    MACHINE_WEDGED,       /* no CPU can ever do anything again */
    MACHINE_TIMED_OUT,
    MACHINE_QUIT,         /* by the user at the console */
    MACHINE_ENDED,        /* by machine_end of the caller's */
    MACHINE_DIFFERS,      /* from the machine that it is compared with */
    MACHINE_CONSOLE_LOST, /* for machine_end only; machine_run makes an error of it */
};

enum machine_command {
    MACHINE_COMMAND_HELP, /* the user asks at the console what keys there are */
};

/* Strings are copied or used up by machine_create. */
struct machine_config {
    const char *kernel;
    const char *initrd;         /* or null */
    const char *command_line;   /* or null */
    const char *cpu_model;      /* or null: the default */
    const char *accel;          /* what executes instructions; or null: the default */
    const char *console;        /* "stdio", "null" or "file:PATH"; null: stdio */
    const char *const *devices; /* "3215,devno=0009,console=file:PATH", say */
    unsigned device_count;
    const char *trace; /* file for a line per instruction, "-" for stderr; or null */
    /* Listings of the translated blocks with these instructions, or of all, to this file. */
    const uint64_t *jit_dump;
    unsigned jit_dump_count;
    bool jit_dump_all;
    const char *jit_dump_to; /* "-" or null for stderr */
    bool perf_map;           /* tell perf of translated code, by its map */
    const char *jitdump;     /* and by a dump in this folder; or null */
    const char *name;        /* of the guest, in STSI 3.2.2; or null */
    uint8_t uuid[16];
    uint64_t memory_size; /* bytes */
    unsigned cpus;
    unsigned cpus_max; /* what the guest is told it could have; 0: cpus */
    uint64_t verify;   /* compare with the interpreter after so many instructions each; 0: never */
    bool deterministic;
    bool no_reboot;  /* a guest that loads anew has ended */
    bool timestamps; /* before each line of the console */
    void *owner;
    void (*command)(void *owner, enum machine_command command); /* on the I/O thread; or null */
};

/* One CPU, for reports. */
struct machine_cpu_view {
    unsigned address;
    const char *state; /* in words: "operating", "in a disabled wait" */
    struct psw psw;
    char psw_text[160];
    uint64_t gr[16];
    uint64_t cr[16];
    uint32_t ar[16];
    uint32_t prefix;
    uint64_t breaking_event;
    uint64_t instructions;
};

struct machine_usage {
    uint64_t instructions; /* of all CPUs */
    uint64_t wall_ns;
    uint64_t cpu_ns;      /* host CPU time of the CPUs' threads */
    double code_per_insn; /* bytes of code made for a translated instruction; 0: none */
};

/* -errno with a sentence that names the object; then nothing is left behind. */
int machine_create(struct machine **machine, const struct machine_config *config,
                   struct error *error);
void machine_destroy(struct machine *machine);

/* Loads and runs the guest until its end, or for TIMEOUT_NS nanoseconds; 0: without limit.
   MACHINE_RUNS, with ERROR filled in, where the host refuses. Once in a machine's life. */
enum machine_outcome machine_run(struct machine *machine, uint64_t timeout_ns, struct error *error);

/* Ends the run soon; the first call of all decides. Any thread, not a signal handler. */
void machine_end(struct machine *machine, enum machine_outcome outcome);

/* Gives the user's terminal its modes back. Async-signal-safe. */
void machine_restore_terminal(struct machine *machine);

/* Why the run ended: one sentence without its full stop. */
const char *machine_reason(const struct machine *machine);

/* Lines of text about MACHINE_DIFFERS; else null. */
const char *machine_difference(const struct machine *machine);

unsigned machine_cpu_count(const struct machine *machine);
void machine_cpu_view(const struct machine *machine, unsigned index, struct machine_cpu_view *view);

void machine_usage(const struct machine *machine, struct machine_usage *usage);
/* The INDEXth counter, summed over the CPUs; false behind the last. */
bool machine_counter(const struct machine *machine, unsigned index, const char **text,
                     uint64_t *value);

/* The body that translated code called INDEXth most often: its mnemonic, how often because
   the row is not translated, and how often because what was translated gave up. */
struct machine_body {
    const char *name;
    uint64_t called, bailed;
};

/* False behind the last one that was called at all. */
bool machine_body(const struct machine *machine, unsigned index, struct machine_body *body);

/* The name of the INDEXth backend; false behind the last. */
bool machine_accelerator(unsigned index, const char **name);

/* The INDEXth CPU model; false behind the last. */
bool machine_model(unsigned index, const char **name, const char **title);

#endif
