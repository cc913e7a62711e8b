/*
 * Watching the translator: somebody above is told of each block and stub that has been made, to
 * list it or to tell a profiler. Nothing here changes what is made.
 *
 * The calls come on the CPU's thread, except the first ones for stubs, which come at once.
 * What is passed is good during the call only.
 */
#ifndef ZITHER_CPU_JIT_OBSERVE_H
#define ZITHER_CPU_JIT_OBSERVE_H

#include "cpu/arch/vcpu.h"
#include "cpu/isa/insn.h"
#include "cpu/jit/host/host.h"

/* A block, at the virtual address by which it was found. */
struct jit_translation {
    uint64_t page;       /* virtual address of the page, */
    uint64_t absolute;   /* and where it is */
    uint32_t mode;       /* enum space_mode */
    const uint8_t *text; /* of the page, */
    const uint8_t *next; /* and of the one where the last instruction goes on; null: none */
    const struct insn *insns;
    unsigned insn_count;
    const struct ir_block *ir;
    const uint8_t *code; /* readable; SIZE bytes, and */
    const uint8_t *run;  /* where they run */
    size_t size;
    size_t entry; /* from the code's start */
    const struct host_mark *marks;
    unsigned mark_count;
    const struct host_exit *exits;
    unsigned exit_count;
};

/* Code that every block may use. */
struct jit_stub {
    const char *name;
    const uint8_t *run;
    size_t size;
};

struct jit_observer {
    void *owner;
    void (*translated)(void *owner, const struct vcpu *cpu,
                       const struct jit_translation *translation);
    void (*stub)(void *owner, const struct vcpu *cpu, const struct jit_stub *stub);
};

/* Attaches OBSERVER, which stays the caller's and must outlive the CPU's backend. False: no
   memory. The CPU is attached to the jit and does not run. */
bool jit_observe(struct vcpu *cpu, const struct jit_observer *observer);

/* The stub that starts at RUN, or null. */
const char *jit_stub_name(const struct vcpu *cpu, const uint8_t *run);

/* What translated code means by what stands at OFFSET from its pointer to the CPU: "r7", "budget";
 * false: unknown. */
bool jit_member_name(int32_t offset, char name[24]);

/* Operation INDEX of the translation as text, and its instruction; false behind the last. */
bool jit_ir_text(const struct jit_translation *translation, unsigned index, unsigned *insn,
                 char text[IR_TEXT_SIZE]);

/* The bytes of instruction INSN of the translation; zeros behind them. */
void jit_insn_bytes(const struct jit_translation *translation, unsigned insn, uint8_t bytes[6]);

/* What of MODE translated code depends on, in words. */
void jit_mode_text(uint32_t mode, char text[96]);

#endif
