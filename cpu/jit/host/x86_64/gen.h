/*
 * Making x86-64 code of one block: the state shared by the files gen_*.c.
 *
 * RBP points into the CPU (host_layout), R15 what gen_place.c says, RSP aligned to 16; ten general
 * registers of the guest live in host registers all the time (the pins), the others in the CPU.
 * RAX, RCX and RDX are free between operations and hold temporaries.
 *
 * A pinned register whose bit in `low` is on has only its low word in the host register; bits
 * 0-31 are then right in the CPU. All pins are whole where a block is entered and left.
 */
#ifndef ZITHER_CPU_JIT_HOST_X86_64_GEN_H
#define ZITHER_CPU_JIT_HOST_X86_64_GEN_H

#include "cpu/jit/host/host.h"
#include "cpu/jit/host/x86_64/encoder.h"

#define GEN_COLD_MAX      (4 * IR_INSNS_MAX)
#define GEN_CONSTANTS_MAX 64
#define GEN_TABLES        2

/* The breaking event is where the CPU has it. */
#define GEN_IN_PLACE INT32_MIN

/* Code beside the straight way, made after it. */
enum cold_kind {
    COLD_BAIL,     /* run the body and go on after the instruction */
    COLD_UNDO,     /* the same, after taking back an addition or subtraction */
    COLD_OVERFLOW, /* the same, but only where overflow interrupts */
    COLD_OVERFLOW_UNDO,
    COLD_CARRY,        /* make the rule CARRY of whatever it is */
    COLD_SITE,         /* the operand is on another page than last time */
    COLD_ALONE,        /* the instruction again, with look-ups of its own */
    COLD_BODIES,       /* run the instructions up to `last` as their bodies */
    COLD_ZERO,         /* on with an exact result of zero, or run the body */
    COLD_LEAVE,        /* out of the block, or to an instruction of it, as a taken branch */
    COLD_POLL,         /* the budget is used up: leave at `target` */
    COLD_POLL_ADDRESS, /* the same with the address in RAX */
    COLD_MISS,         /* look up the address in RAX */
    COLD_ELSEWHERE,    /* to the address in RAX, which is in another page */
    COLD_GUARD,        /* look up the block itself: its page is in RAX */
    COLD_STEP,         /* look up the present instruction, which has to be stepped */
    COLD_LINK,         /* an exit that is not linked yet; */
    COLD_LINK_PAGE,    /* to another page, whose address is in RAX */
    COLD_KINDS
};

#define GEN_HELD 14u /* XMM14 and XMM15 are GEN_OPERAND and GEN_RESULT */

/* What the host's vector registers hold. A bit each for the floating-point registers of the same
   number, as long numbers or as short ones; else the number of a vector register plus one. */
struct gen_floats {
    uint16_t whole, word;
    uint8_t vector[GEN_HELD];
};

/* Vector registers for an operand from storage, and for what has no register of its own. */
#define GEN_OPERAND HOST_XMM14
#define GEN_RESULT  HOST_XMM15

/* In the code, for vector operations. */
enum gen_constant {
    GEN_REVERSE8, /* the order of bytes of a doubleword or word; the rest zero */
    GEN_REVERSE4,
    GEN_SIGN8,
    GEN_SIGN4,
    GEN_REST8,
    GEN_REST4,
    GEN_CONSTANTS
};

#define GEN_SCRATCHES 3u

/* How far from the present page the breaking event can be noted: 24 bits with their sign. */
#define GEN_BREAKING_REACH (1 << 23)

/* Where the operands of the condition code's rule are: in their places in the CPU, or, until
   somebody wants them there, in general registers that have not changed since, or nowhere. */
struct gen_sources {
    struct gen_source {
        ir_value v;    /* IR_NOTHING: in its place; a general register; IR_CONST */
        uint8_t width; /* bytes of the register that count; the others stand for zeros */
        int32_t value; /* of IR_CONST */
    } of[2];
};

/* Operands that share a check: D(BASE) from LOW to before HIGH; base NOTHING: none. */
struct gen_group {
    ir_value base;
    bool stores; /* the check was for stores, which permits fetches as well */
    int32_t low, high;
};

struct cold {
    uint8_t kind, cc;
    uint16_t low, insn, op;
    unsigned label;
    uint8_t operand; /* UNDO: the register of b where that is a temporary; SITE: the address */
    uint8_t index;   /* SITE: another register, and */
    struct gen_site {
        uint8_t number;
        uint16_t length;
        bool store;
    } site;
    uint8_t used;    /* CARRY: scratch registers */
    unsigned resume; /* OVERFLOW, ZERO: where it does not, or is exact; CARRY, SITE */
    unsigned bail;   /* ZERO: where it is not */
    uint16_t last;   /* BODIES */
    struct gen_floats floats;
    struct gen_sources sources;
    struct gen_group group;
    int32_t breaking;
    unsigned unpaid; /* POLL: instructions that come before the target in the block */
    int64_t target;
    struct host_exit *exit;
};

/* In what state an instruction of the block is found that a branch leads to. */
struct gen_target {
    bool known;
    bool reached; /* by code that is made already, and rests on what was known then */
    uint8_t cc;
    uint16_t low;
    struct gen_floats floats;
    struct gen_sources sources;
    struct gen_group group;
    int32_t breaking;
};

/* Of what the second copy of a loop keeps all the way round, what it cannot keep. */
enum gen_unkept {
    GEN_UNKEPT_CC = 1 << 0,
    GEN_UNKEPT_GROUP = 1 << 1,
    GEN_UNKEPT_BREAKING = 1 << 2,
};

struct gen {
    struct emitter e;
    const struct host_setup *setup;
    uint8_t unkept, differs; /* enum gen_unkept: so far, and found now */
    const struct host_layout *layout;
    const struct host_request *request;
    const struct ir_block *ir;
    struct host_result *result;
    unsigned at;   /* operation */
    unsigned insn; /* and its instruction */
    uint16_t low;
    uint16_t high_apart; /* of those: bits 0-31 were stored alone, not with the rest */
    uint8_t cc;          /* rule that holds now */
    uint8_t cc_start;    /* and held before the instruction */
    int32_t breaking;    /* event as an offset; or GEN_IN_PLACE */
    struct gen_sources sources, sources_start; /* of its operands, now and then */
    struct gen_sources end_sources[IR_INSNS_MAX + 1];
    int flags_from;      /* operation whose flags the host still has; -1: none */
    bool flags_kept;     /* the present operation has left the host's flags alone */
    bool flags_compare;  /* TM: those of a comparison with the mask */
    bool carry_opposite; /* rule CARRY: the host's carry is the borrow */
    uint8_t used;        /* scratch registers in use, a bit each */
    bool refused;        /* no scratch register was left */
    uint8_t temp_reg[IR_TEMPS];
    uint16_t temp_last[IR_TEMPS];
    struct gen_target target[IR_INSNS_MAX + 1]; /* where branches lead */
    bool dead;                                  /* nothing comes here from the instruction before */
    bool beside;                                /* the straight way is done */
    unsigned target_label[IR_INSNS_MAX + 1];
    unsigned end_label[IR_INSNS_MAX + 1]; /* behind an instruction that bailed */
    uint8_t end_cc[IR_INSNS_MAX + 1];     /* rule that it set, or NONE */
    bool end_flags[IR_INSNS_MAX + 1];     /* with the host's flags */
    struct gen_group group;               /* whose host address R15 has */
    uint8_t site_count, site_max; /* operands of the loop that are looked for where they were */
    struct gen_group loop_group;  /* of the loop that stands there twice; base NOTHING: none */
    bool alone;                   /* no operand shares a check */
    bool end_grouped[IR_INSNS_MAX + 1]; /* after the instruction there is a group */
    bool end_looped[IR_INSNS_MAX + 1];  /* and it is that of the loop */
    uint16_t end_low[IR_INSNS_MAX + 1];
    /* Registers of the CPU that scratch registers have as well, or NOTHING. */
    ir_value copy[GEN_SCRATCHES];
    uint8_t copy_words; /* scratch registers, a bit each, of whose copies the low word counts */
    ir_value end_copy[IR_INSNS_MAX + 1][GEN_SCRATCHES];
    enum host_reg copy_made; /* by the present operation */
    bool bails;              /* the instruction has a cold way back */
    struct gen_floats floats;
    struct gen_floats end_floats[IR_INSNS_MAX + 1];
    uint8_t vector_next;   /* where the next search for a place begins, */
    uint8_t vector_result; /* and where the present operation makes its result; 0: nowhere */
    unsigned float_sure;   /* up to here, exclusive, the FPC is known to be good */
    bool constant_used[GEN_CONSTANTS];
    unsigned constant_label[GEN_CONSTANTS];
    unsigned constant_count; /* behind the code: see gen_vector.h */
    struct {
        uint64_t value[2];
        unsigned label;
    } constant[GEN_CONSTANTS_MAX];
    uint8_t tables; /* a bit for each one that is used */
    unsigned table_label[GEN_TABLES];
    unsigned cold_count;
    struct cold cold[GEN_COLD_MAX];
};

/* gen_values.c: registers. */
enum host_reg gen_pin(ir_value gr); /* HOST_NO_REG: in the CPU only */
struct host_rm gen_cpu(int32_t offset);
struct host_rm gen_home(const struct gen *g, ir_value gr);
struct host_rm gen_home_high(const struct gen *g, ir_value gr);
/* A scratch register, to be given back with gen_release. */
enum host_reg gen_scratch(struct gen *g);
void gen_release(struct gen *g, enum host_reg reg);
/* The low WIDTH bytes of V, wherever it is; not for constants. May merge a pin. */
struct host_rm gen_use(struct gen *g, ir_value v, unsigned width);
/* The same in a register; *TAKEN: a scratch register that the caller gives back. */
enum host_reg gen_use_reg(struct gen *g, const struct ir_op *op, ir_value v, unsigned width,
                          bool *taken);
/* RM, where V is, or a scratch register that has it as well: to be used at once. */
struct host_rm gen_near(const struct gen *g, ir_value v, struct host_rm rm);
/* The same where WIDTH bytes count. */
struct host_rm gen_near_part(const struct gen *g, ir_value v, struct host_rm rm, unsigned width);
/* Before and after each operation: what it can live with, and what it left. */
void gen_copies_before(struct gen *g, const struct ir_op *op);
void gen_copies_update(struct gen *g, const struct ir_op *op);
void gen_copies_forget(struct gen *g);
/* Where a result of WIDTH (4 or 8) bytes is to be made; then gen_set_end with that register. */
enum host_reg gen_set_begin(struct gen *g, ir_value dst, unsigned width);
void gen_set_end(struct gen *g, ir_value dst, unsigned width, enum host_reg reg);
/* Gives temporaries back that are used for the last time at this operation. */
void gen_temps_release(struct gen *g);
/* Makes pins whole, or gives them the state TO. Flags that the host still has stay. */
void gen_merge(struct gen *g, uint16_t pins);
void gen_convert(struct gen *g, uint16_t from, uint16_t to);

static inline enum host_size gen_size(unsigned width)
{
    return (enum host_size)width;
}

static inline bool gen_fits32(int64_t imm)
{
    return imm == (int32_t)imm;
}

/* gen_storage.c. A host address in a scratch register; bails where it is not at hand. */
enum host_reg gen_probe(struct gen *g, const struct ir_op *op, unsigned length, bool store);
void gen_site_miss(struct gen *g, const struct cold *cold);
/* Nothing is where it was last: where the loop is entered, and after a body. */
void gen_sites_forget(struct gen *g);
/* gen_place.c: the same for an operand that may share the check with others: memory to load
   from or store to, valid until the next operation. R15 or a scratch register, to be released,
   is its base. */
struct host_rm gen_place(struct gen *g, const struct ir_op *op, unsigned length, bool store);
/* After each operation: what it did to the base of the group. */
void gen_group_update(struct gen *g, const struct ir_op *op);
/* OP gives general register GR another value. */
bool gen_changes(const struct ir_op *op, ir_value gr);
/* There is no host address of the group: each operand is looked up by itself. */
void gen_group_none(struct gen *g);
/* After INSN ran as its body: the same, but in a loop, where the group would be missed all the
   way round. */
void gen_group_again(struct gen *g, unsigned insn);
bool gen_group_is_of_loop(const struct gen *g);
/* The present instruction is one of the second copy of a loop, on the straight way. */
bool gen_in_second_copy(const struct gen *g);
/* Before a block is made: the operands at one base register that a loop shares a check for. */
void gen_group_of_loop(struct gen *g);
void gen_address(struct gen *g, const struct ir_op *op, enum host_reg reg);
void gen_load(struct gen *g, const struct ir_op *op);
void gen_store(struct gen *g, const struct ir_op *op);
void gen_pointer(struct gen *g, const struct ir_op *op);
void gen_load_pointer(struct gen *g, const struct ir_op *op);
void gen_store_pointer(struct gen *g, const struct ir_op *op);
void gen_store_on_condition(struct gen *g, const struct ir_op *op);
void gen_load_multiple(struct gen *g, const struct ir_op *op);
void gen_store_multiple(struct gen *g, const struct ir_op *op);

/* gen_characters.c. */
void gen_characters(struct gen *g, const struct ir_op *op);

/* gen_string.c. */
void gen_search_string(struct gen *g, const struct ir_op *op);
void gen_compare_string(struct gen *g, const struct ir_op *op);

/* gen_update.c. */
void gen_update(struct gen *g, const struct ir_op *op);
void gen_system_mask(struct gen *g, const struct ir_op *op);
void gen_compare_and_swap(struct gen *g, const struct ir_op *op);
void gen_compare_and_swap_pair(struct gen *g, const struct ir_op *op);

/* gen_divide.c. */
void gen_multiply_pair(struct gen *g, const struct ir_op *op);
void gen_divide_logical(struct gen *g, const struct ir_op *op);
void gen_divide_single(struct gen *g, const struct ir_op *op);

/* gen_alu.c. */
void gen_alu(struct gen *g, const struct ir_op *op);

/* gen_block.c: from here on the code is a part of the present instruction; see host_mark. */
void gen_mark(struct gen *g, const char *what);
/* The present instruction once more, from its start, where no operand shares a check. */
void gen_insn_alone(struct gen *g);

/* gen_float_values.c: floating-point registers. V is one of them, or a temporary, which is
   always in GEN_OPERAND. */
struct host_rm gen_constant(struct gen *g, enum gen_constant constant);
void gen_constants(struct gen *g);
/* V as a source operand of WIDTH bytes. */
struct host_rm gen_float_use(struct gen *g, ir_value v, unsigned width);
/* The same wherever it is: a register that is in the CPU alone is not fetched. */
struct host_rm gen_float_near(struct gen *g, ir_value v, unsigned width);
/* The same in a register: SCRATCH where it has none. */
enum host_xmm gen_float_reg(struct gen *g, ir_value v, unsigned width, enum host_xmm scratch);
/* V as it was before the instruction, when its register may have changed. */
struct host_rm gen_float_home(const struct gen *g, ir_value v, unsigned width);
/* Where a result for DST is to be made. What DST held there is lost, which matters to nobody:
   after a body all is fetched again. Then, when nothing can bail any more, gen_float_made. */
enum host_xmm gen_float_place(ir_value dst);
void gen_float_made(struct gen *g, ir_value dst, unsigned width);
/* What XMM holds is lost. */
void gen_floats_lose(struct gen *g, enum host_xmm xmm);
/* Nothing is held any more: other code runs. */
void gen_floats_forget(struct gen *g);
/* As FLOATS says, and maybe more, after a body; the other fetches all as long numbers. */
void gen_floats_again(struct gen *g, struct gen_floats floats);
void gen_floats_fetch_all(struct emitter *e, const struct host_layout *layout);
/* Has what TO says held, so that the code there can rely on it. */
void gen_floats_convert(struct gen *g, struct gen_floats to);
struct gen_floats gen_floats_at_target(const struct gen *g, unsigned insn);
/* Before an instruction whose results rest on the FPC: looks at it, unless it is known. Where it
   is not good, this and the following instructions run as bodies. */
void gen_float_guard(struct gen *g);

/* gen_float.c: operations IR_FMOV to IR_FPUT. */
void gen_float(struct gen *g, const struct ir_op *op);
void gen_float_zero(struct gen *g, const struct cold *cold);

/* gen_target.c: the way to instruction TO of the block is in the present state, with LOW
   instead of its own. All who lead there straight on must have said so before it is made. */
void gen_target_know(struct gen *g, unsigned to, uint16_t low);
/* It is found in the present state of the CPU only: nothing is kept but in its place. */
void gen_target_settle(struct gen *g, unsigned to);
/* The present state is that of TO; the other brings it there first. */
void gen_target_take(struct gen *g, unsigned to);
void gen_target_reach(struct gen *g, unsigned to);

/* Instructions of the block as it was decoded up to, and without, the one in place INSN. */
static inline unsigned gen_ordinal(const struct gen *g, unsigned insn)
{
    return g->ir->insn[insn].source;
}

/* gen_cc.c: the condition code. An operand of its rule: REG, which is stored; V, of which REG
   has WIDTH bytes as it is from the end of the operation on; or a constant. */
void gen_cc_operand(struct gen *g, unsigned slot, enum host_reg reg);
void gen_cc_value(struct gen *g, unsigned slot, ir_value v, unsigned width, enum host_reg reg);
void gen_cc_constant(struct gen *g, unsigned slot, int64_t value);
/* Before each operation: stores operands that it would change. */
void gen_cc_before(struct gen *g, const struct ir_op *op);
/* After an instruction that set the condition code: its body leaves operands of its own, so
   that either both are in their places or none is. */
void gen_cc_after(struct gen *g);
/* All operands in their places. Leaves the flags alone. */
void gen_cc_store(struct gen *g);
/* Nobody asks for them any more, or they are in their places already. */
void gen_cc_forget(struct gen *g);
/* After an operation whose host flags are those of its rule. */
void gen_cc_set(struct gen *g, const struct ir_op *op, bool flags_good);
/* Host condition under which MASK selects the condition code; emits what is needed for it.
   HOST_ALWAYS and HOST_NEVER besides those of the encoder. */
#define HOST_ALWAYS 16u
#define HOST_NEVER  17u
unsigned gen_cc_condition(struct gen *g, unsigned mask);
/* The same in a cold way, from the operands as rule CC has them. */
void gen_cc_flags_again(struct gen *g, enum ir_cc cc, const struct ir_op *consumer);
void gen_cc_get(struct gen *g, const struct ir_op *op);
void gen_cc_rule_store(struct gen *g, enum ir_cc cc);
/* Operand I of the rule, in the CPU. */
struct host_rm gen_cc_slot(const struct gen *g, unsigned i);
bool gen_cc_is_short(enum ir_cc cc); /* a rule of words */
/* The host flags from the operands of rule CC in their places, as conditional jumps on MASK read
   them. REG is free. */
void gen_cc_flags(struct gen *g, enum ir_cc cc, unsigned mask, enum host_reg reg);
/* Has the number in the CPU; the stub keeps all registers. */
void gen_cc_number(struct gen *g);

/* gen_carry.c. The host's carry flag: what ADDC adds or, for SUBB, the borrow. */
void gen_cc_carry(struct gen *g, bool borrow);
/* After ADDC or SUBB. */
void gen_carry_made(struct gen *g, const struct ir_op *op, enum host_reg result);
/* The next operation takes the carry of this one from the host's flags, and nobody else can
   come to see it: its operands need not be kept. */
bool gen_carry_passes(const struct gen *g);
/* The carry in a cold way, from the operands of rule CC that the present instruction set. */
void gen_carry_again(struct gen *g, enum ir_cc cc);
/* What comes from INSN on first looks for a carry: all who lead there have the rule CARRY, with
   its operands in their places. */
bool gen_carry_wanted(const struct gen *g, unsigned insn);
void gen_carry_settle(struct gen *g);
void gen_carry_cold(struct gen *g, const struct cold *cold);
/* gen_branch.c: the rule and the breaking event in their places. */
void gen_note(struct gen *g);

/* gen_branch.c. */
/* As a branch that is taken: in the block, or out of it. */
void gen_edge(struct gen *g, const struct ir_op *op);
/* What the stubs for bodies want: INSN and rules, see host_functions. */
void gen_load_insn(struct gen *g, unsigned insn, unsigned cc_before, unsigned cc_after);
void gen_breaking_store(struct gen *g);
void gen_store32(struct gen *g, int32_t offset, int64_t value);
void gen_branch(struct gen *g, const struct ir_op *op);
void gen_call(struct gen *g, const struct ir_op *op);
/* IR_STEP and IR_GUARD. */
void gen_step(struct gen *g, const struct ir_op *op);
void gen_next_page(struct gen *g, const struct ir_op *op);
/* gen_halves.c: the pins of which the low word alone is to be right where INSN starts, as it
   costs least in the loop whose head it is; elsewhere those that are so now. */
uint16_t gen_halves_at(const struct gen *g, unsigned insn);
/* What stands between two instructions where a branch leads to the second. */
void gen_target(struct gen *g, unsigned insn);
void gen_cold(struct gen *g, struct cold *cold);
/* OFFSET as the breaking event, and the rule of the condition code: one store. */
void gen_note_breaking(struct gen *g, int32_t offset);
/* Where instructions are counted exactly: leaves when the whole block might be too many. */
void gen_check_budget(struct gen *g, int64_t target, unsigned unpaid);
/* Jumps to where the instruction runs as its body, under CONDITION. */
void gen_bail(struct gen *g, unsigned condition);
/* The same, for a jump that the caller makes. */
unsigned gen_bail_label(struct gen *g);
/* Where the instruction starts again with look-ups of its own; as long as it might bail. */
unsigned gen_alone_label(struct gen *g);
/* After an addition or subtraction with IR_OVERFLOW; UNDO: DST has changed. */
void gen_overflow(struct gen *g, const struct ir_op *op, bool undo);
void gen_jump_stub(struct gen *g, const uint8_t *stub);
void gen_call_stub(struct gen *g, const uint8_t *stub);
struct cold *gen_cold_new(struct gen *g, enum cold_kind kind);

/* gen_indirect.c. */
void gen_indirect(struct gen *g, const struct ir_op *op);
void gen_elsewhere(struct gen *g);
void gen_guard(struct gen *g);
/* Jumps to MISS unless the address in RAX is mapped to page ID. Clobbers RCX. */
void gen_check_page(struct gen *g, uint32_t id, unsigned miss);

/* stubs.c */
void gen_spill(struct emitter *e, const struct host_layout *layout);
void gen_reload(struct emitter *e, const struct host_layout *layout);

/* stubs_characters.c. SIZE is 1, 2, 4, 8, 16 or 32; what is loaded has zeros beside it. */
void gen_character_stubs(struct emitter *e, struct host_stubs *stubs);
void gen_string_stubs(struct emitter *e, struct host_stubs *stubs); /* gen_string.c */
void gen_vector_load(struct emitter *e, unsigned size, enum host_xmm x, struct host_rm from);
void gen_vector_store(struct emitter *e, unsigned size, struct host_rm to, enum host_xmm x);

#endif
