/*
 * A machine that runs one guest.
 *
 *     struct zither_machine_config config = ZITHER_MACHINE_DEFAULTS;
 *     config.kernel = "vmlinuz";
 *     if (zither_machine_create(&machine, &config, &error) == 0) {
 *         end = zither_machine_run(machine, 0, &error);
 *         zither_machine_destroy(machine);
 *     }
 *
 * Several machines may exist in one process. One thread makes, runs and destroys a machine;
 * zither_machine_stop may be called by any other meanwhile, and zither_machine_restore_terminal
 * by a signal handler too. The library prints nothing, never exits, and installs no signal
 * handlers; its threads leave the process's signals to the caller's, but for those a thread
 * raises itself, such as SIGSEGV.
 */
#ifndef ZITHER_MACHINE_H
#define ZITHER_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "zither/error.h"

struct zither_machine;

/* What the user asks for at the console, with the keys after Ctrl-a. */
enum zither_console_request {
    ZITHER_CONSOLE_HELP,
};

/* Strings need to live only until zither_machine_create returns. */
struct zither_machine_config {
    const char *kernel;         /* bzImage, Image, ELF, gzip of these, flat binary or .ins list */
    const char *initrd;         /* null: none */
    const char *append;         /* kernel command line; null: empty */
    const char *cpu_model;      /* null: the default model */
    const char *accel;          /* what executes instructions, "interp"; null: the default */
    const char *console;        /* "stdio", "null" or "file:PATH"; null: stdio */
    const char *const *devices; /* as for the option --device */
    unsigned device_count;
    const char *name;         /* the guest's name; null: "zither" */
    const char *trace;        /* a line per instruction to this file, "-" is stderr; null: none */
    const uint64_t *jit_dump; /* translated blocks with these instructions are listed; */
    unsigned jit_dump_count;
    bool jit_dump_all;       /* or all blocks */
    const char *jit_dump_to; /* to this file; "-" or null: stderr */
    bool perf_map;           /* symbols of translated code for perf, in /tmp/perf-PID.map */
    const char *jitdump;     /* and for perf inject, in this folder; null: none */
    uint8_t uuid[16];
    uint64_t memory; /* bytes, a multiple of 1 MiB */
    unsigned cpus;
    unsigned cpus_max; /* how many the guest is told it could have; 0: as many as it has */
    /* Compares with a second machine on the interpreter each time a CPU has executed so many
       instructions; deterministic machines only, which then take no input. 0: never. */
    uint64_t verify;
    bool deterministic; /* time is the count of instructions */
    bool no_reboot;     /* a guest that reboots has ended */
    bool timestamps;    /* before each line of console output */
    void *owner;        /* handed to the function below */
    void (*console_request)(void *owner, enum zither_console_request request);
};

#define ZITHER_MACHINE_DEFAULTS                                                                    \
    {                                                                                              \
        .memory = UINT64_C(1) << 30, .cpus = 1                                                     \
    }

enum zither_end {
    ZITHER_END_HOST_ERROR,   /* the guest did not run: see the error */
    ZITHER_END_GUEST,        /* powered off, halted or, with no_reboot, rebooted */
    ZITHER_END_GUEST_FAILED, /* panic: a disabled wait or check-stop */
    ZITHER_END_WEDGED,       /* no CPU can ever do anything again */
    ZITHER_END_TIMEOUT,
    ZITHER_END_QUIT,    /* by the user, at the console */
    ZITHER_END_STOPPED, /* by zither_machine_stop */
    ZITHER_END_DIFFERS, /* from the second machine: see zither_machine_difference */
};

struct zither_usage {
    uint64_t instructions; /* of all CPUs */
    uint64_t wall_ns;      /* from start to end */
    uint64_t cpu_ns;       /* host CPU time of the guest's CPUs */
    double code_per_insn;  /* bytes of host code for a translated instruction; 0: none was */
};

/* 0 or a negative errno value with ERROR filled in; then nothing is left behind. */
int zither_machine_create(struct zither_machine **machine,
                          const struct zither_machine_config *config, struct zither_error *error);
void zither_machine_destroy(struct zither_machine *machine);

/* Loads the kernel and runs the guest to its end, or for TIMEOUT_NS nanoseconds (0: without
   limit). Once in a machine's life. */
enum zither_end zither_machine_run(struct zither_machine *machine, uint64_t timeout_ns,
                                   struct zither_error *error);

/* Ends the run soon. */
void zither_machine_stop(struct zither_machine *machine);

/* Gives the terminal on stdin its modes back, which a console changes while the guest runs:
   for handlers of fatal signals. Harmless to repeat. */
void zither_machine_restore_terminal(struct zither_machine *machine);

/* After the run: why it ended, a sentence without its full stop. Lives as long as the machine. */
const char *zither_machine_reason(const struct zither_machine *machine);

/* After ZITHER_END_DIFFERS: lines of text with both states; else null. */
const char *zither_machine_difference(const struct zither_machine *machine);

void zither_machine_usage(const struct zither_machine *machine, struct zither_usage *usage);

/* The INDEXth counter of --stats, summed over the CPUs; false behind the last one. */
bool zither_machine_counter(const struct zither_machine *machine, unsigned index, const char **text,
                            uint64_t *value);

/* An instruction's body in C, as called from translated code. */
struct zither_body {
    const char *name; /* the mnemonic; a constant string */
    uint64_t called;  /* because such instructions are not translated */
    uint64_t bailed;  /* because what was translated could not do it */
};

/* The body called INDEXth most often, by all CPUs; false behind the last. */
bool zither_machine_body(const struct zither_machine *machine, unsigned index,
                         struct zither_body *body);

/* The INDEXth name for `accel`; false behind the last one. The first is the default. */
bool zither_accelerator(unsigned index, const char **name);

/* The INDEXth CPU model; false behind the last one. TITLE says what machine it is. */
bool zither_cpu_model(unsigned index, const char **name, const char **title);

#endif
