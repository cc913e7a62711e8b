/* What verify.c and verify_report.c share. */
#ifndef ZITHER_MACHINE_VERIFY_INTERNAL_H
#define ZITHER_MACHINE_VERIFY_INTERNAL_H

#include <pthread.h>
#include <stdio.h>

#include "src/machine/machine_internal.h"
#include "src/machine/verify.h"

/* One CPU as it was at a boundary. */
struct verify_cpu {
    struct cpu_state state; /* with condition code and CPU timer */
    uint64_t instructions;
};

/* One of the two machines. */
struct verify_side {
    struct storage_watch watch; /* first: the hook is given this */
    struct verify *verify;
    struct machine *machine;
    struct verify_cpu *before; /* by CPU: at the last boundary */
    uint64_t skipped;          /* time that all CPUs slept, then */
    uint8_t *listed;           /* by page: in the list */
    uint64_t *page;            /* numbers of the pages stored into since the last boundary */
    size_t pages, pages_room;
    uint8_t *image;       /* the pages as they were, where kept */
    bool images;          /* keep them */
    struct vcpu *arrived; /* whose boundary it is; null: not there yet */
    bool gone;            /* the machine has ended */
};

struct verify {
    struct verify_side side[2]; /* the machine of the user's, and the one to compare with */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t rounds; /* boundaries passed */
    bool over;       /* nobody compares any more */
    bool differs;
    pthread_t thread;
    bool started;
    enum machine_outcome twin_outcome;
    char *text;
    size_t text_size;
};

struct verify_cpu verify_cpu_of(const struct vcpu *cpu);

/* Fills in verify->text: WHY in a sentence, and both states. The CPUs of both machines stand
   still. */
void verify_report(struct verify *verify, const char *why);

#endif
