/*
 * Exits: why a CPU's run returned to the machine.
 *
 * An exit that leaves an operation half done carries its completion: a function that
 * finishes the operation without running one guest instruction. The machine calls
 * vcpu_complete before it saves state or lets the CPU run again; a completion runs exactly
 * once.
 */
#ifndef ZITHER_CPU_ARCH_EXIT_H
#define ZITHER_CPU_ARCH_EXIT_H

#include <stdbool.h>
#include <stdint.h>

#include "src/core/layout/psw.h"

struct vcpu;

enum exit_reason {
    EXIT_NONE,
    EXIT_KICKED,        /* asked for by vcpu_request(REQUEST_EXIT) */
    EXIT_STOPPED,       /* the CPU entered the stopped state */
    EXIT_CHECK_STOP,    /* or the check-stop state */
    EXIT_DISABLED_WAIT, /* a wait that no interruption can end */
    EXIT_PROGRAM_LOOP,  /* a string of interruptions that will never end */
    EXIT_RESET,         /* DIAGNOSE 308: the machine resets and perhaps loads */
};

struct vcpu_exit {
    enum exit_reason reason;
    unsigned subcode; /* EXIT_RESET: of DIAGNOSE 308 */
    struct psw psw;   /* EXIT_PROGRAM_LOOP: the new PSW that loops */
    bool needs_completion;
    void (*completion)(struct vcpu *cpu, const struct vcpu_exit *exit, int result);
    unsigned payload; /* the completion's own, such as a register number */
};

/* Leaves the run loop with EXIT after the instruction that is executing. */
void vcpu_exit_request(struct vcpu *cpu, const struct vcpu_exit *exit);

/* Runs the completion of an exit that has one; RESULT is what it asks the machine for. */
void vcpu_complete(struct vcpu *cpu, struct vcpu_exit *exit, int result);

#endif
