/*
 * The intermediate representation: what a block of guest instructions does, as a list of
 * operations on general registers, floating-point registers, temporaries and storage.
 *
 * Guest registers are operands like any other and change where an operation says so; a
 * temporary is defined once and lives within one guest instruction. An operation may give up
 * ("bail") as long as its instruction has changed nothing: the instruction then runs as its
 * body. The first operation that changes something is therefore the last that may bail.
 *
 * No state of its own, no allocation: an ir_block belongs to whoever made it.
 */
#ifndef ZITHER_CPU_JIT_IR_IR_H
#define ZITHER_CPU_JIT_IR_IR_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum ir_opcode {
#define OP(name, shape) IR_##name,
#include "cpu/jit/ir/ir_ops.def"
#undef OP
    IR_OPCODES
};

enum ir_cc {
#define CC(name, text) IR_CC_##name,
#include "cpu/jit/ir/ir_cc.def"
#undef CC
    IR_CC_RULES
};

enum ir_condition {
    IR_EQ = 8,
    IR_LT = 4,
    IR_GT = 2,
    IR_UNSIGNED = 16, /* else the comparison is signed; the three others may be combined */
};

/* What FTOI and FINT do with a fraction. */
enum ir_rounding {
    IR_ROUND_NEAREST, /* ties to even */
    IR_ROUND_DOWN,
    IR_ROUND_UP,
    IR_ROUND_TO_ZERO,
};

/* Operands. */
typedef uint8_t ir_value;

#define IR_GR(r)   ((ir_value)(r))
#define IR_FR(r)   ((ir_value)(16 + (r)))
#define IR_VR(r)   ((ir_value)(32 + (r)))
#define IR_VT(n)   ((ir_value)(128 + (n))) /* vector temporaries, 3 for each instruction */
#define IR_TEMPS   64
#define IR_TEMP(n) ((ir_value)(64 + (n)))
#define IR_CONST   ((ir_value)254)
#define IR_NOTHING ((ir_value)255)

static inline bool ir_is_gr(ir_value v)
{
    return v < 16;
}

static inline bool ir_is_fr(ir_value v)
{
    return v >= 16 && v < 32;
}

static inline bool ir_is_vr(ir_value v)
{
    return v >= 32 && v < 64;
}

static inline bool ir_is_vt(ir_value v)
{
    return v >= 128 && v < 131;
}

static inline bool ir_is_temp(ir_value v)
{
    return v >= 64 && v < 64 + IR_TEMPS;
}

/* What an operation makes and takes, as an argument. */
struct ir_operands {
    ir_value dst, a, b;
};

#define IR_DAB(dst, a, b) ((struct ir_operands){dst, a, b})

enum ir_flag {
    IR_SIGNED = 1 << 0,    /* LD: sign-extends; FFROMI, FTOI: a signed integer */
    IR_RAW = 1 << 1,       /* LD, ST: bytes in the host's order: LOAD REVERSED */
    IR_BREAKING = 1 << 2,  /* branches: remembered as the breaking event */
    IR_OVERFLOW = 1 << 3,  /* ADD, SUB, NEG: bails on signed overflow; with a rule that has
                              condition code 3, only where the program mask asks for it */
    IR_CC_STORED = 1 << 4, /* set by liveness: the operands of the rule must be kept */
    IR_CC_UNUSED = 1 << 5, /* nothing later needs the rule */
    IR_CC_READ = 1 << 7,   /* set by liveness: an operation of the block reads the rule */
    IR_RELATIVE = 1 << 6,  /* LD, ST: the address is the block's page + imm */
};

struct ir_op {
    uint8_t op;    /* enum ir_opcode */
    uint8_t width; /* of the operation, or of the storage operand */
    ir_value dst, a, b, c;
    uint8_t cc;        /* enum ir_cc that it sets, or NONE */
    uint8_t flags;     /* enum ir_flag */
    uint8_t dst_width; /* of the result, if it is not the operation's: LD; SHL by a register,
                          of whose result the low word counts; and results of 4 bytes that
                          clear bits 0-31 of a general register */
    union {
        uint8_t length; /* storage to storage: bytes less one; C, if any, is a register that has
                           them too, as EXECUTE modifies its target */
        uint8_t to;     /* BR to BRDEC: the instruction of the block where they lead, or
                           IR_OUTSIDE */
    };
    uint16_t insn; /* its place in the block */
    int32_t imm2;
    int64_t imm;
};

/* imm2 of AND, OR, XOR of 8 bytes: bits 0-31 of the result are those of A, its operand too. */
#define IR_REACH_WORD 1

static inline bool ir_reaches(const struct ir_op *op)
{
    return op->op == IR_AND || op->op == IR_OR || op->op == IR_XOR;
}

/* imm of WORDOF. */
enum ir_word {
    IR_WORD_ACCESS, /* access register 0, and those behind it */
    IR_WORD_FPC = 16,
};

/* imm2 of an operation on vectors whose b is IR_CONST: what imm says. */
enum ir_vector_constant {
    IR_VECTOR_BOTH,    /* it is each doubleword */
    IR_VECTOR_NUMBERS, /* byte I, in the host's order, is the I-th four bits from the right */
    IR_VECTOR_FIRST,   /* it is doubleword 0; the other is zero */
    IR_VECTOR_BYTES,   /* byte I, the leftmost being 0, is all ones where bit 48 + I is one */
};

/* imm of VFAE, VFEE and VFENE. */
enum ir_vector_find {
    IR_FIND_ZERO = 1,   /* ends at a zero too */
    IR_FIND_OTHERS = 2, /* VFAE: elements that are equal to none */
};

#define IR_INSNS_MAX 128u
#define IR_OPS_MAX   640u
#define IR_OUTSIDE   255u

/* What the host needs to know of a guest instruction. One may stand in a block twice. */
struct ir_insn {
    uint16_t first_op;
    uint16_t page_offset;
    uint16_t source; /* its number as it was decoded: instructions before it */
    uint8_t length;
    bool target;       /* a branch of the block leads here */
    uint8_t cc_before; /* rule with which it starts; filled in by the host */
};

struct ir_block {
    unsigned op_count, insn_count, temp_count;
    bool full;      /* an operation found no room: the block cannot be used */
    unsigned again; /* where the loop starts that stands there a second time; 0: none does */
    bool low_address_protection;
    bool overflow_interrupts;              /* the program mask asks for it */
    uint8_t addressing;                    /* 24, 31 or 64 */
    struct ir_insn insn[IR_INSNS_MAX + 1]; /* the last one is where the block ends */
    struct ir_op op[IR_OPS_MAX];
};

/* Appends an operation and returns it for the caller to complete; never null. */
struct ir_op *ir_emit(struct ir_block *block, enum ir_opcode op, unsigned width);
ir_value ir_temp(struct ir_block *block);

/* The condition code (0-3) that RULE makes of its operands. RULE is neither NONE, MEMORY nor
   DYNAMIC. */
unsigned ir_cc_value(enum ir_cc rule, uint64_t a, uint64_t b);

/* Operands from which RULE makes CC; a CC that it never makes gives its nearest. */
void ir_cc_operands(enum ir_cc rule, unsigned cc, uint64_t operand[2]);

/* One operation as text, without a newline. PAGE: the block's, for what is relative to it. */
#define IR_TEXT_SIZE 128
void ir_print_op(const struct ir_op *op, uint64_t page, char text[IR_TEXT_SIZE]);

#endif
