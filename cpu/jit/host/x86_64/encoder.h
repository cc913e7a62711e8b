/*
 * The x86-64 encoder: machine code into a buffer of bounded size, one function call an
 * instruction. Rows of encodings.def make a function each, `emit_<name>_<form>`; the form
 * says which operands there are and in what order, as in Intel's syntax:
 *
 *   r  general register     m  general register or memory     i  immediate   c  condition
 *   x  vector register      v  second source, VEX only         g  m of an instruction on vectors
 *   o  general register in the opcode      cl  register CL     p  packed: 16 or 32 bytes
 *
 * An emitter is used by one thread at a time and owns neither buffer nor target. Nothing fails
 * at the call: the first failure sticks, nothing is written after it, and the caller asks for it
 * once, with emitter_finish. No value whatsoever makes the encoder write outside its buffer.
 */
#ifndef ZITHER_CPU_JIT_HOST_X86_64_ENCODER_H
#define ZITHER_CPU_JIT_HOST_X86_64_ENCODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum host_reg {
    HOST_RAX,
    HOST_RCX,
    HOST_RDX,
    HOST_RBX,
    HOST_RSP,
    HOST_RBP,
    HOST_RSI,
    HOST_RDI,
    HOST_R8,
    HOST_R9,
    HOST_R10,
    HOST_R11,
    HOST_R12,
    HOST_R13,
    HOST_R14,
    HOST_R15,
    HOST_NO_REG = 0xff, /* no base, or no index */
};

enum host_xmm {
    HOST_XMM0,
    HOST_XMM1,
    HOST_XMM2,
    HOST_XMM3,
    HOST_XMM4,
    HOST_XMM5,
    HOST_XMM6,
    HOST_XMM7,
    HOST_XMM8,
    HOST_XMM9,
    HOST_XMM10,
    HOST_XMM11,
    HOST_XMM12,
    HOST_XMM13,
    HOST_XMM14,
    HOST_XMM15,
};

/* In bytes, and a bit each, so that a set of them is a mask. */
enum host_size {
    HOST_8 = 1,
    HOST_16 = 2,
    HOST_32 = 4,
    HOST_64 = 8,
    HOST_V128 = 16,
    HOST_V256 = 32,
};

/* Condition n + 1 of an even n is the opposite of n. */
enum host_condition {
    HOST_O,
    HOST_NO,
    HOST_B,
    HOST_AE,
    HOST_E,
    HOST_NE,
    HOST_BE,
    HOST_A,
    HOST_S,
    HOST_NS,
    HOST_P,
    HOST_NP,
    HOST_L,
    HOST_GE,
    HOST_LE,
    HOST_G,
};

enum host_rm_kind {
    HOST_RM_REG,
    HOST_RM_XMM,
    HOST_RM_MEMORY,
    HOST_RM_RIP,   /* disp counts from the end of the instruction */
    HOST_RM_LABEL, /* disp is a label of the same emitter */
};

/* What ModR/M and SIB can name. Made by the functions below and passed by value. */
struct host_rm {
    uint8_t kind;
    uint8_t base;
    uint8_t index;
    uint8_t scale; /* 1, 2, 4 or 8 */
    int32_t disp;
};

static inline struct host_rm host_rm_reg(enum host_reg reg)
{
    return (struct host_rm){.kind = HOST_RM_REG, .base = (uint8_t)reg};
}

static inline struct host_rm host_rm_xmm(enum host_xmm xmm)
{
    return (struct host_rm){.kind = HOST_RM_XMM, .base = (uint8_t)xmm};
}

/* [BASE + DISP]; without a base the address DISP, sign-extended. */
static inline struct host_rm host_mem(enum host_reg base, int32_t disp)
{
    return (struct host_rm){HOST_RM_MEMORY, (uint8_t)base, HOST_NO_REG, 1, disp};
}

/* [BASE + INDEX * SCALE + DISP]; the index is not RSP, which the encoding lacks. */
static inline struct host_rm host_mem_index(enum host_reg base, enum host_reg index, unsigned scale,
                                            int32_t disp)
{
    return (struct host_rm){HOST_RM_MEMORY, (uint8_t)base, (uint8_t)index, (uint8_t)scale, disp};
}

static inline struct host_rm host_rm_rip(int32_t disp)
{
    return (struct host_rm){.kind = HOST_RM_RIP, .disp = disp};
}

static inline struct host_rm host_rm_label(unsigned label)
{
    return (struct host_rm){.kind = HOST_RM_LABEL, .disp = (int32_t)label};
}

enum emit_failure {
    EMIT_GOOD,
    EMIT_BUFFER_FULL,
    EMIT_LABELS_FULL,
    EMIT_FIXUPS_FULL,
    EMIT_OUT_OF_RANGE,  /* a displacement does not fit */
    EMIT_LABEL_MISUSED, /* unknown, placed twice, or used and never placed */
    EMIT_BAD_OPERAND,   /* an operand that the instruction cannot have */
};

#define EMITTER_LABELS 2048
#define EMITTER_FIXUPS 4096

/* A displacement to fill in when its label is placed. */
struct emit_fixup {
    uint32_t field; /* offset of the displacement, */
    uint32_t next;  /* and of the instruction after */
    uint16_t other; /* of the same label: see emitter */
    uint8_t size;   /* 1 or 4 */
};

struct emitter {
    uint8_t *buffer;
    uint32_t size;
    uint32_t used;
    uint64_t address; /* at which the code will run */
    enum emit_failure failure;
    unsigned label_count;
    unsigned fixup_count, open_fixups; /* ever made, and not resolved yet */
    uint32_t labels[EMITTER_LABELS];   /* offset, or EMITTER_UNPLACED */
    uint16_t waiting[EMITTER_LABELS];  /* a fixup of the label and, by its `other`, all of them;
                                          counted from 1, 0: none */
    struct emit_fixup fixups[EMITTER_FIXUPS];
};

#define EMITTER_UNPLACED UINT32_MAX

/* Code into SIZE bytes at BUFFER, to be run at ADDRESS. */
void emitter_init(struct emitter *e, void *buffer, uint32_t size, uint64_t address);

/* Resolves every reference to a label. What the bytes are worth: EMIT_GOOD, or why nothing. */
enum emit_failure emitter_finish(struct emitter *e);

/* A label may be used before it is placed, and is placed once. */
unsigned emit_label_new(struct emitter *e);
void emit_label_place(struct emitter *e, unsigned label);

/* To a label: the 8-bit form where the label is placed and near, else the 32-bit form. */
void emit_jmp_label(struct emitter *e, unsigned label);
void emit_jcc_label(struct emitter *e, enum host_condition condition, unsigned label);
void emit_call_label(struct emitter *e, unsigned label);

/* To a label that the caller knows to be near: the 8-bit form always. */
void emit_jmp_short(struct emitter *e, unsigned label);
void emit_jcc_short(struct emitter *e, enum host_condition condition, unsigned label);

/* To an address outside of the buffer, within 2 GiB. */
void emit_jmp_address(struct emitter *e, uint64_t target);
void emit_jcc_address(struct emitter *e, enum host_condition condition, uint64_t target);
void emit_call_address(struct emitter *e, uint64_t target);

/* REG = such an address. */
void emit_lea_address(struct emitter *e, enum host_reg reg, uint64_t target);

/*
 * Jumps whose target is exchanged while other threads run them: the 32-bit displacement is
 * aligned to 4 bytes at the address where it runs, so one store replaces it whole. Both give
 * the offset of the displacement; until patched they jump to LABEL.
 */
uint32_t emit_jmp_site(struct emitter *e, unsigned label);
uint32_t emit_jcc_site(struct emitter *e, enum host_condition condition, unsigned label);

/* No-operations up to the next multiple of ALIGNMENT, a power of two up to 64. */
void emit_align(struct emitter *e, unsigned alignment);
void emit_nops(struct emitter *e, unsigned length);

/* The LOCK prefix of the instruction emitted next. */
void emit_lock(struct emitter *e);

/* REG = VALUE by the shortest instruction that leaves the flags alone. */
void emit_load_constant(struct emitter *e, enum host_reg reg, uint64_t value);

/* Constants and tables within the code. */
void emit_data(struct emitter *e, const void *data, size_t size);

enum encoding_id {
#define ROW(name, form, ...) ENCODING_##name##_##form,
#include "cpu/jit/host/x86_64/encodings.def"
    ENCODING_COUNT
};

/* What an instruction is given; what its form lacks is zero. */
struct emit_operands {
    int64_t imm;
    struct host_rm rm;
    uint8_t size; /* enum host_size, 0 where the row has one only */
    uint8_t reg;
    uint8_t source; /* VEX.vvvv */
    uint8_t condition;
    uint8_t imm_kind; /* enum emit_imm_kind */
};

enum emit_imm_kind {
    EMIT_IMM_NONE,
    EMIT_IMM_8,
    EMIT_IMM_SIZE, /* of the operand size, at most 32 bits and sign-extended */
    EMIT_IMM_FULL, /* of the operand size */
};

/* Behind every emit_<name>_<form>. */
void emit_encoded(struct emitter *e, enum encoding_id id, const struct emit_operands *operands);

/* Places of operands, spelled once for all the forms. */
#define EMIT_SIZED          struct emitter *e, enum host_size size
#define EMIT_PLAIN          struct emitter *e
#define EMIT_WITH_SIZE(...) .size = (uint8_t)size, __VA_ARGS__
#define EMIT_REG            .reg = (uint8_t)reg
#define EMIT_SOURCE         .source = (uint8_t)source
#define EMIT_RM             .rm = rm
#define EMIT_BYTE           .imm = imm, .imm_kind = EMIT_IMM_8
#define EMIT_CONDITION      .condition = (uint8_t)condition

#define EMIT_FUNCTION(name, parameters, ...)                                                       \
    static inline void emit_##name parameters                                                      \
    {                                                                                              \
        emit_encoded(e, ENCODING_##name, &(const struct emit_operands){__VA_ARGS__});              \
    }

/* General registers. */
#define EMIT_FORM_zo(name) EMIT_FUNCTION(name, (EMIT_PLAIN), .size = 0)
#define EMIT_FORM_o(name)                                                                          \
    EMIT_FUNCTION(name, (EMIT_SIZED, enum host_reg reg), EMIT_WITH_SIZE(EMIT_REG))
#define EMIT_FORM_oi(name)                                                                         \
    EMIT_FUNCTION(name, (EMIT_SIZED, enum host_reg reg, int64_t imm),                              \
                  EMIT_WITH_SIZE(EMIT_REG, .imm = imm, .imm_kind = EMIT_IMM_FULL))
#define EMIT_FORM_m(name)                                                                          \
    EMIT_FUNCTION(name, (EMIT_SIZED, struct host_rm rm), EMIT_WITH_SIZE(EMIT_RM))
#define EMIT_FORM_mcl(name) EMIT_FORM_m(name)
#define EMIT_FORM_m1(name)  EMIT_FORM_m(name)
#define EMIT_FORM_rm(name)                                                                         \
    EMIT_FUNCTION(name, (EMIT_SIZED, enum host_reg reg, struct host_rm rm),                        \
                  EMIT_WITH_SIZE(EMIT_REG, EMIT_RM))
#define EMIT_FORM_mr(name)                                                                         \
    EMIT_FUNCTION(name, (EMIT_SIZED, struct host_rm rm, enum host_reg reg),                        \
                  EMIT_WITH_SIZE(EMIT_REG, EMIT_RM))
#define EMIT_FORM_mrcl(name) EMIT_FORM_mr(name)
#define EMIT_FORM_mi(name)                                                                         \
    EMIT_FUNCTION(name, (EMIT_SIZED, struct host_rm rm, int64_t imm),                              \
                  EMIT_WITH_SIZE(EMIT_RM, .imm = imm, .imm_kind = EMIT_IMM_SIZE))
#define EMIT_FORM_mi8(name)                                                                        \
    EMIT_FUNCTION(name, (EMIT_SIZED, struct host_rm rm, int64_t imm),                              \
                  EMIT_WITH_SIZE(EMIT_RM, EMIT_BYTE))
#define EMIT_FORM_mri8(name)                                                                       \
    EMIT_FUNCTION(name, (EMIT_SIZED, struct host_rm rm, enum host_reg reg, int64_t imm),           \
                  EMIT_WITH_SIZE(EMIT_REG, EMIT_RM, EMIT_BYTE))
#define EMIT_FORM_rmi(name)                                                                        \
    EMIT_FUNCTION(name, (EMIT_SIZED, enum host_reg reg, struct host_rm rm, int64_t imm),           \
                  EMIT_WITH_SIZE(EMIT_REG, EMIT_RM, .imm = imm, .imm_kind = EMIT_IMM_SIZE))
#define EMIT_FORM_rmi8(name)                                                                       \
    EMIT_FUNCTION(name, (EMIT_SIZED, enum host_reg reg, struct host_rm rm, int64_t imm),           \
                  EMIT_WITH_SIZE(EMIT_REG, EMIT_RM, EMIT_BYTE))
#define EMIT_FORM_rvm(name)                                                                        \
    EMIT_FUNCTION(name, (EMIT_SIZED, enum host_reg reg, enum host_reg source, struct host_rm rm),  \
                  EMIT_WITH_SIZE(EMIT_REG, EMIT_SOURCE, EMIT_RM))
#define EMIT_FORM_rmv(name)                                                                        \
    EMIT_FUNCTION(name, (EMIT_SIZED, enum host_reg reg, struct host_rm rm, enum host_reg source),  \
                  EMIT_WITH_SIZE(EMIT_REG, EMIT_SOURCE, EMIT_RM))
#define EMIT_FORM_vm(name)                                                                         \
    EMIT_FUNCTION(name, (EMIT_SIZED, enum host_reg source, struct host_rm rm),                     \
                  EMIT_WITH_SIZE(EMIT_SOURCE, EMIT_RM))
#define EMIT_FORM_cm(name)                                                                         \
    EMIT_FUNCTION(name, (EMIT_PLAIN, enum host_condition condition, struct host_rm rm),            \
                  EMIT_CONDITION, EMIT_RM)
#define EMIT_FORM_crm(name)                                                                        \
    EMIT_FUNCTION(                                                                                 \
        name, (EMIT_SIZED, enum host_condition condition, enum host_reg reg, struct host_rm rm),   \
        EMIT_WITH_SIZE(EMIT_CONDITION, EMIT_REG, EMIT_RM))

/* Vector registers; a size is that of the general register or memory. */
#define EMIT_FORM_xm(name)                                                                         \
    EMIT_FUNCTION(name, (EMIT_PLAIN, enum host_xmm reg, struct host_rm rm), EMIT_REG, EMIT_RM)
#define EMIT_FORM_mx(name)                                                                         \
    EMIT_FUNCTION(name, (EMIT_PLAIN, struct host_rm rm, enum host_xmm reg), EMIT_REG, EMIT_RM)
#define EMIT_FORM_xmi(name)                                                                        \
    EMIT_FUNCTION(name, (EMIT_PLAIN, enum host_xmm reg, struct host_rm rm, int64_t imm), EMIT_REG, \
                  EMIT_RM, EMIT_BYTE)
#define EMIT_FORM_mxi(name)                                                                        \
    EMIT_FUNCTION(name, (EMIT_PLAIN, struct host_rm rm, enum host_xmm reg, int64_t imm), EMIT_REG, \
                  EMIT_RM, EMIT_BYTE)
#define EMIT_FORM_xi(name)                                                                         \
    EMIT_FUNCTION(name, (EMIT_PLAIN, enum host_xmm reg, int64_t imm), .rm = host_rm_xmm(reg),      \
                  EMIT_BYTE)
#define EMIT_FORM_xvm(name)                                                                        \
    EMIT_FUNCTION(name, (EMIT_PLAIN, enum host_xmm reg, enum host_xmm source, struct host_rm rm),  \
                  EMIT_REG, EMIT_SOURCE, EMIT_RM)
#define EMIT_FORM_xvmi(name)                                                                       \
    EMIT_FUNCTION(                                                                                 \
        name,                                                                                      \
        (EMIT_PLAIN, enum host_xmm reg, enum host_xmm source, struct host_rm rm, int64_t imm),     \
        EMIT_REG, EMIT_SOURCE, EMIT_RM, EMIT_BYTE)
#define EMIT_FORM_xvmx(name)                                                                       \
    EMIT_FUNCTION(name,                                                                            \
                  (EMIT_PLAIN, enum host_xmm reg, enum host_xmm source, struct host_rm rm,         \
                   enum host_xmm mask),                                                            \
                  EMIT_REG, EMIT_SOURCE, EMIT_RM, .imm = (mask & 15) << 4, .imm_kind = EMIT_IMM_8)
#define EMIT_FORM_rg(name)                                                                         \
    EMIT_FUNCTION(name, (EMIT_SIZED, enum host_reg reg, struct host_rm rm),                        \
                  EMIT_WITH_SIZE(EMIT_REG, EMIT_RM))
#define EMIT_FORM_xg(name)                                                                         \
    EMIT_FUNCTION(name, (EMIT_SIZED, enum host_xmm reg, struct host_rm rm),                        \
                  EMIT_WITH_SIZE(EMIT_REG, EMIT_RM))
#define EMIT_FORM_gx(name)                                                                         \
    EMIT_FUNCTION(name, (EMIT_SIZED, struct host_rm rm, enum host_xmm reg),                        \
                  EMIT_WITH_SIZE(EMIT_REG, EMIT_RM))
#define EMIT_FORM_xvg(name)                                                                        \
    EMIT_FUNCTION(name, (EMIT_SIZED, enum host_xmm reg, enum host_xmm source, struct host_rm rm),  \
                  EMIT_WITH_SIZE(EMIT_REG, EMIT_SOURCE, EMIT_RM))
#define EMIT_FORM_pxm(name)  EMIT_FORM_xg(name)
#define EMIT_FORM_pmx(name)  EMIT_FORM_gx(name)
#define EMIT_FORM_pxvm(name) EMIT_FORM_xvg(name)
#define EMIT_FORM_pxmi(name)                                                                       \
    EMIT_FUNCTION(name, (EMIT_SIZED, enum host_xmm reg, struct host_rm rm, int64_t imm),           \
                  EMIT_WITH_SIZE(EMIT_REG, EMIT_RM, EMIT_BYTE))
#define EMIT_FORM_pvxi(name)                                                                       \
    EMIT_FUNCTION(name, (EMIT_SIZED, enum host_xmm source, enum host_xmm reg, int64_t imm),        \
                  EMIT_WITH_SIZE(EMIT_SOURCE, .rm = host_rm_xmm(reg), EMIT_BYTE))

#define ROW(name, form, ...) EMIT_FORM_##form(name##_##form)
#include "cpu/jit/host/x86_64/encodings.def"

#endif
