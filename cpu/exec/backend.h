/*
 * What executes instructions: the interpreter, a translator, KVM. Backends are siblings
 * that never see each other; the run loop drives whichever the machine chose.
 */
#ifndef ZITHER_CPU_EXEC_BACKEND_H
#define ZITHER_CPU_EXEC_BACKEND_H

#include <stdint.h>

#include "cpu/arch/vcpu.h"

struct backend {
    const char *name;

    /* Gives CPU what the backend keeps for it; -errno with a sentence on failure. */
    int (*attach)(struct vcpu *cpu, struct error *error);
    void (*detach)(struct vcpu *cpu);

    /*
     * Executes until cpu->requests is nonzero or about LIMIT instructions are done; the state
     * is exact on return but for the condition code, which is in cpu->cc. A program
     * interruption leaves by cpu->unwind instead.
     *
     * In deterministic mode all backends stop at the same instruction: after exactly LIMIT of
     * them, right behind one whose body made a request (rows that can have ENDS_BLOCK), or
     * by a program interruption. cpu->instructions with cpu->instructions_uncounted is exact
     * whenever a body runs, since that is the time.
     */
    void (*run)(struct vcpu *cpu, uint64_t limit);

    /* After such a jump: makes the PSW address that of the next sequential instruction and
       fills in cpu->program.ilc, unless cpu->program.psw_exact. */
    void (*unwind)(struct vcpu *cpu);
};

#endif
