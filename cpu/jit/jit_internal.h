/* Shared by the files of cpu/jit: one CPU's translator. */
#ifndef ZITHER_CPU_JIT_JIT_INTERNAL_H
#define ZITHER_CPU_JIT_JIT_INTERNAL_H

#include "cpu/exec/step.h"
#include "cpu/jit/block_cache.h"
#include "cpu/jit/host/host.h"
#include "cpu/jit/jit.h"
#include "cpu/jit/observe.h"

/* Where translated code points within its CPU: displacements of one byte reach from 128 bytes
   before to 127 bytes behind that. */
#define JIT_CENTER 128

/* Why translated code came back to the run loop. */
enum jit_left {
    JIT_LEFT_POLL,    /* the budget is used up */
    JIT_LEFT_REQUEST, /* the same, or something else wants the run loop, between two blocks */
    JIT_LEFT_UNKNOWN, /* where it goes on there is no code yet */
    JIT_LEFT_BODY,    /* after a body the block could not go on */
    JIT_LEFT_REASONS
};

struct jit {
    struct stepper stepper;
    struct block_cache cache;
    struct host_setup host;
    struct ir_block *ir;
    unsigned threshold; /* executions as bodies before a block is translated, */
    unsigned hot_polls; /* and polls before it is translated again for its loops */
    int32_t counted;    /* the budget when cpu->instructions was last right */
    bool code_stored;   /* this CPU stored into code that may be running */
    enum jit_left left;
    struct jit_calls *calls;             /* by row */
    const struct jit_observer *observer; /* or null */
    struct host_mark *marks;             /* for it */
    size_t stubs_end;                    /* from the start of the code memory */
};

/* jit_calls.c: what generated code calls. */
extern const struct host_functions jit_functions;

/* Puts cc, breaking_event and the count of instructions right. */
void jit_settle(struct vcpu *cpu, struct jit *jit);

/* After an instruction that may have changed the PSW, control registers or translation: what was
   fetched from SPACE is what comes next, and nothing else comes first. */
bool jit_goes_on(const struct vcpu *cpu, const struct jit *jit, const struct address_space *space);

/* Counts the instructions that the budget has paid for. */
void jit_count(struct vcpu *cpu, struct jit *jit);

/* jit_observe.c. */
void jit_tell_stubs(const struct vcpu *cpu, const struct jit *jit);
void jit_tell_translation(const struct vcpu *cpu, const struct jit *jit,
                          const struct jit_block *block, const struct host_result *result);

/* jit_translate.c. The block at the PSW address, decoded at least; sets insn_page. May raise
   the exceptions of fetching. Null: an instruction has to be stepped. */
struct jit_block *jit_find(struct vcpu *cpu, struct jit *jit);

/* Guards of the page at insn_page find it there, also where it has another address as well. */
void jit_remember_page(struct vcpu *cpu);

/* The page behind the one that is executed from is that of BLOCK. */
bool jit_has_second_page(const struct vcpu *cpu, const struct jit_block *block);

/* Makes code of BLOCK; false where that cannot be now. */
bool jit_translate(struct vcpu *cpu, struct jit *jit, struct jit_block *block);

#endif
