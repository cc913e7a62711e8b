/*
 * A host: makes machine code of a block of the intermediate representation. It knows the CPU
 * only by the offsets that it is given.
 */
#ifndef ZITHER_CPU_JIT_HOST_HOST_H
#define ZITHER_CPU_JIT_HOST_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu/jit/ir/ir.h"

/* Offsets in bytes. A register takes 8 bytes, a floating-point register 16. */
struct host_layout {
    /* From where code points within the CPU; `cpu` is where that starts. */
    int32_t cpu;
    int32_t overflow_mask; /* int32 of which bit OVERFLOW_BIT says that overflow interrupts */
    uint32_t overflow_bit;
    int32_t gr, fr, ar, cc, psw_addr, breaking_event, insn_page, space, space_fetch, fpc;
    int32_t system_mask; /* byte: PSW bits 0-7 */
    int32_t budget;      /* int32: instructions until the next poll */
    int32_t next_offset; /* int32: next instruction, from insn_page, where the block is left */
    /* Byte, enum ir_cc; the 24 bits behind it are the breaking event as an offset from insn_page,
       or HOST_NO_BREAKING where breaking_event is right; the next byte may be stored into. */
    int32_t cc_rule;
    int32_t site; /* SITES times three doublewords: page address, the host's less that, limit */
    uint32_t sites;
    int32_t site_misses; /* int32 */
    int32_t cc_operand;  /* two doublewords */
    /* From a context. An operand TLB entry is {tag, host page}, an instruction TLB entry
       {tag, absolute, code page, id}; entry counts are powers of two. */
    int32_t fetch, store, low_store, instruction;
    int32_t where; /* doublewords by page id, of which there are `ids`: the page's tag */
    uint32_t tlb_entries, instruction_entries, ids;
    /* From a code page: where to enter, by halfword, as an offset (uint32) from host_setup's code;
       0 where no block starts. */
    int32_t entry;
};

#define HOST_NO_BREAKING 1

#define HOST_BAILED (1u << 16)

/* Called from generated code. All may leave by a non-local jump. */
struct host_functions {
    /* The body of INSN; RULES: ir_cc before, << 8 the one expected after or NONE, and HOST_BAILED
       where the instruction has code but could not do without its body. Nonzero: the block must
       be left. */
    int (*body)(void *cpu, const void *insn, uint32_t rules);
    /* The same for a body after which the block may go on, or not: null, or where to go on. */
    const void *(*body_on)(void *cpu, const void *insn, uint32_t rules);
    /* Bodies that end a block, and leaving a block by EXIT, for lack of a known entry (lookup) or
       to the PSW address: where to go on. */
    const void *(*body_end)(void *cpu, const void *insn, uint32_t rules);
    const void *(*link)(void *cpu, void *exit);
    const void *(*lookup)(void *cpu);
    const void *(*no_entry)(void *cpu); /* lookup after an indirect branch to no known entry */
    const void *(*lookup_psw)(void *cpu);
    void (*condition_code)(void *cpu); /* makes the rule MEMORY */
};

/* Code made once. */
struct host_stubs {
    void (*enter)(void *cpu, const void *code);
    const uint8_t *exit;       /* back to the caller of enter; registers are in the CPU */
    const uint8_t *exit_spill; /* the same after putting them there */
    const uint8_t *body, *body_on, *body_end, *link, *lookup, *lookup_psw, *condition_code;
    const uint8_t *move, *fill, *compare; /* storage to storage */
    const uint8_t *search_string, *compare_string;
    const uint8_t *floats;   /* fetches the floating-point registers that a block may hold */
    const uint8_t *no_entry; /* where an indirect branch leads when no block starts there */
};

struct host;

/* Everything that stays the same; DETERMINISTIC: blocks stop at the very instruction. */
struct host_setup {
    const struct host_layout *layout;
    const struct host_functions *functions;
    struct host_stubs stubs;
    const uint8_t *code; /* where all code starts to run, with the stub no_entry: set with them */
    bool deterministic;
    void *workspace; /* host_workspace_size bytes, for one thread at a time */
};

/* True where this machine can run the code that is made. */
bool host_supported(void);

size_t host_workspace_size(void);

/* Writes the stubs: at most SIZE bytes at WRITE, to be run at RUN, where the code memory starts.
   The bytes used, 0: no room. */
size_t host_make_stubs(struct host_setup *setup, void *write, size_t size, const void *run);

#define HOST_EXITS_MAX (2 * IR_INSNS_MAX)

/* A way out of a block that can be linked. Owned by the cache; the host fills in three. */
struct host_exit {
    int64_t target;      /* offset from the block's page */
    const uint8_t *site; /* displacement to patch; at first it leads to `unlinked` */
    const uint8_t *unlinked;
    void *from, *to;        /* blocks, for the cache */
    struct host_exit *next; /* of those that lead to the same block */
};

/* Where a part of the code starts, for listings. A part that is not on the straight way of its
   instruction says what it is there for. */
struct host_mark {
    uint32_t offset;
    uint16_t insn;
    const char *what; /* null: the instruction itself, or the block's end */
};

/* What stands there is no code. */
#define HOST_MARK_DATA "data"

#define HOST_MARKS_MAX (6 * IR_INSNS_MAX)

/* The name of the host's register in which translated code keeps general register GR; null:
   it is in the CPU. */
const char *host_pin_name(unsigned gr);

struct host_request {
    const struct ir_block *ir;
    const void *insns; /* decoded ones, INSN_SIZE bytes each */
    size_t insn_size;
    bool scattered;          /* operands of loops are seldom where they were last */
    struct host_exit *exits; /* HOST_EXITS_MAX of them */
    const void *page;        /* code page, and its id */
    uint32_t page_id;
    uint32_t next_page_id; /* what STEP asks for */
    void *write;           /* SIZE bytes, and where they run */
    size_t size;
    const uint8_t *run;
    struct host_mark *marks; /* HOST_MARKS_MAX, in the order of the code; null: not wanted */
};

struct host_result {
    size_t size;
    const uint8_t *entry;   /* with insn_page right */
    const uint8_t *guarded; /* from another page, whose address is in a register */
    unsigned exit_count, mark_count;
};

enum host_outcome {
    HOST_MADE,
    HOST_NO_ROOM, /* in the memory given */
    HOST_REFUSED, /* this block cannot be made: what `refused` names should be called */
};

/* REFUSED_INSN: ordinal of the instruction for which there were not enough registers. */
enum host_outcome host_make_block(const struct host_setup *setup,
                                  const struct host_request *request, struct host_result *result,
                                  unsigned *refused_insn);

#endif
