/*
 * One CPU: its architected state and what may be forgotten at any instant.
 *
 * Owned by its thread while it runs; other threads use only `requests`, and `state.pending`
 * and its companions under `lock`. `cc` holds the condition code while instructions run;
 * psw_sync puts it into state.psw_mask at every exit.
 */
#ifndef ZITHER_CPU_ARCH_VCPU_H
#define ZITHER_CPU_ARCH_VCPU_H

#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "cpu/arch/address_space.h"
#include "cpu/arch/cpu_state.h"
#include "cpu/arch/exit.h"
#include "src/core/layout/psw.h"
#include "src/core/storage.h"

struct configuration;
struct insn;

/* Why a CPU must look up from its instructions. Set by any thread, then vcpu_kick. */
enum vcpu_request {
    REQUEST_INTERRUPTION = 1 << 0, /* something may have become pending */
    REQUEST_PURGE = 1 << 1,        /* entries wait in the purge queue */
    REQUEST_EXIT = 1 << 2,         /* vcpu_run returns: kicked */
    REQUEST_STATE = 1 << 3,        /* stop, reset or another order waits in state.pending */
};

/* The program interruption being raised: filled in by the functions of interruption.h. */
struct program_exception {
    uint16_t code;
    uint8_t ilc; /* bytes; filled in where the instruction is known: the backend */
    uint8_t exception_access_id;
    uint8_t operand_access_id;
    bool has_teid;
    bool has_short_id;  /* teid has 32 bits, stored in the right half: ASN or PC number */
    bool has_access_id; /* only exception_access_id */
    bool psw_exact;     /* PSW address and ILC are right as they are: early exceptions, fetches */
    uint32_t data_code; /* DXC or VXC */
    uint64_t teid;
    uint64_t monitor_code;
    uint16_t monitor_class;
};

struct per_event {
    uint8_t code; /* PER code bits as stored; 0: none */
    uint8_t atmid;
    uint8_t access_id;
    bool psw_loaded; /* by LPSW or LPSWE: a breaking event, but no branch */
    uint64_t address;
};

/* When the clock comparator or the CPU timer interrupts next, and what that was found from:
   see timing_due. */
struct clock_deadline {
    uint64_t at;         /* value of the counter behind the TOD clock */
    uint64_t subclasses; /* of CR0 */
    uint64_t clock_comparator;
    uint64_t cpu_timer;
    uint64_t timer_base;
    uint32_t changes; /* of the TOD clock */
    bool timer_running;
};

/* Counters shown by --stats; of no consequence to the guest. */
struct vcpu_counters {
#define COUNTER(name, text) uint64_t name;
#include "cpu/arch/counters.def"
#undef COUNTER
};

/* What translated code keeps in place of cc, psw_addr and breaking_event while it runs, and in
   a form of its own; whoever leaves or calls out of it puts the others right. */
/* Where an operand of a loop was found last: the page's address, and what the host's is beyond
   that. Operands that begin before LIMIT of the page end in it; zero: it was found nowhere. */
struct vcpu_site {
    uint64_t page, beyond, limit;
};

#define VCPU_SITES 8u

struct vcpu_translated {
    int32_t budget;      /* instructions until the next look at the requests */
    int32_t next_offset; /* where code was left, from insn_page; INT32_MIN: at psw_addr */
    uint64_t cc_operand[2];
    /* Generated code stores a word at cc_rule, or one at breaking_offset, which takes the byte
       behind it along. */
    uint8_t cc_rule;            /* how cc_operand makes the condition code */
    uint8_t breaking_offset[3]; /* of the breaking event from insn_page, with its sign, the
                                   rightmost byte first; TRANSLATED_NO_BREAKING: none to note */
    uint8_t beside;
};

#define TRANSLATED_NO_BREAKING 1 /* instructions have even addresses */

static inline int32_t translated_breaking_offset(const struct vcpu_translated *translated)
{
    const uint8_t *bytes = translated->breaking_offset;

    return (int32_t)((uint32_t)bytes[0] << 8 | (uint32_t)bytes[1] << 16 |
                     (uint32_t)bytes[2] << 24) >>
           8;
}

static inline void translated_no_breaking(struct vcpu_translated *translated)
{
    translated->breaking_offset[0] = TRANSLATED_NO_BREAKING;
    translated->breaking_offset[1] = translated->breaking_offset[2] = 0;
}

struct vcpu {
    /* What translated code uses most stands together, around the general registers: see
       JIT_CENTER. */
    struct vcpu_translated translated;
    uint64_t insn_page;                /* virtual address of the page the instruction starts in */
    struct address_space *space;       /* of operands */
    struct address_space *space_fetch; /* of instructions */

    struct cpu_state state;

    struct vcpu_site site[VCPU_SITES]; /* of the loop that translated code is in */
    uint32_t site_misses;              /* operands that were on another page than last time */

    /* What bodies and access paths use at every instruction. */
    uint8_t cc;                        /* condition code, 0-3 */
    bool access_register_mode;         /* DAT on and PSW bits 16-17 = 01 */
    uint64_t address_mask;             /* of the addressing mode: 24, 31 or 64 bits */
    const struct insn *insn;           /* being executed */
    const struct insn *execute_target; /* while EXECUTE runs: the target, else null */
    uint64_t execute_address;          /* and its address */

    _Atomic uint32_t requests; /* enum vcpu_request */
    uint32_t unwinding;        /* nonzero while `unwind` is armed */
    jmp_buf unwind;            /* _setjmp in the run loop, _longjmp from exceptions */
    struct program_exception program;
    bool early_exception;       /* cpu->program holds the exception of an invalid new PSW */
    uint64_t program_loop_mark; /* see interruption_program */
    unsigned program_loop_count;
    struct per_event per;
    bool per_active; /* PSW.R and an event enabled in CR9: step by step */

    struct configuration *configuration;
    struct storage *storage; /* configuration's, for the short way */
    uint16_t address;        /* CPU address */
    uint64_t instructions;   /* completed since creation; drives deterministic time */
    uint64_t timer_base;     /* TOD when state.cpu_timer was right: see timing.h */
    bool timer_running;
    struct clock_deadline deadline;
    bool serving_orders;     /* under `lock`: an order is taken up but not done */
    bool looping;            /* in an endless string of program interruptions */
    bool disabled_wait_told; /* the machine knows of the wait it is in */
    struct vcpu_counters counters;

    pthread_mutex_t lock;  /* pending interruptions and the CPU state */
    pthread_cond_t wake;   /* a stopped or waiting CPU sleeps on it, with `lock` */
    _Atomic bool in_guest; /* running instructions: see purge.h */
    struct purge_queue *purges;
    struct address_space *spaces; /* SPACES_PER_CPU contexts */
    struct space_directory directory;
    struct vcpu_exit exit; /* asked for; reason EXIT_NONE: none */
    /* Called before each instruction with its text, when set: --trace. The CPU then executes
       step by step. Set while it does not run. */
    void (*trace)(void *owner, struct vcpu *cpu, const uint8_t text[6]);
    void *trace_owner;
    /* Told by the access path when this CPU stored into a page with decoded code. */
    void (*code_stored)(struct vcpu *cpu, abs_addr address, uint32_t length);
    /* Instructions done that `instructions` does not count yet: a backend may count whole
       blocks, but an instruction that reads a deterministic clock sees its own place. */
    uint64_t (*instructions_uncounted)(const struct vcpu *cpu);
    void *backend; /* the execution backend's own */
};

/* A new CPU at ADDRESS of the configuration, stopped, in the state of a clear reset.
   -ENOMEM where the host has no memory. The configuration keeps the pointer until
   vcpu_destroy. */
int vcpu_create(struct vcpu **cpu, struct configuration *configuration, uint16_t address,
                struct error *error);
void vcpu_destroy(struct vcpu *cpu);

/* Makes the CPU look at its requests soon, whether it runs or sleeps. Any thread. */
void vcpu_request(struct vcpu *cpu, uint32_t requests);

static inline uint64_t address_wrap(const struct vcpu *cpu, uint64_t address)
{
    return address & cpu->address_mask;
}

#endif
