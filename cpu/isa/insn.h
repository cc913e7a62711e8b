/*
 * One decoded instruction, and the row of the instruction table it came from.
 *
 * Operand fields carry the PoP's names. Fields that no format has at the same time share
 * a byte (r1, v1 and m1, for one). A field that the format lacks is zero.
 */
#ifndef ZITHER_CPU_ISA_INSN_H
#define ZITHER_CPU_ISA_INSN_H

#include <stdbool.h>
#include <stdint.h>

struct vcpu;
struct insn;

/* Executes one instruction whose storage-independent checks (see enum insn_flag) passed. */
typedef void insn_body(struct vcpu *cpu, const struct insn *insn);

struct insn {
    insn_body *body;      /* null where the row has none: raises an operation exception */
    int32_t handler;      /* private to the interpreter's dispatch */
    uint16_t row;         /* index into insn_rows */
    uint16_t page_offset; /* of the instruction's first byte within its 4 KiB page */
    uint8_t length;       /* bytes taken from the instruction stream: 2, 4 or 6; for the
                             target of EXECUTE, the length of the EXECUTE (PoP: ILC) */
    uint8_t ordinal;      /* number of instructions before this one in its block */
    union {
        uint8_t r1, v1, m1, l1, i1; /* l1: the single 8-bit L of SS-a too */
    };
    union {
        uint8_t r2, v2, l2; /* v2: the index vector of VRV too */
    };
    union {
        uint8_t r3, v3;
    };
    union {
        uint8_t x2, v4;
    };
    union {
        uint8_t b1, b3, b4; /* b3: SMI; b4: RIS, RRS and SS-e, which have no B1 */
    };
    uint8_t b2;
    uint8_t m3;
    uint8_t m4;
    uint8_t m5;
    union {
        uint8_t m6;
        uint8_t rounding_digit; /* the I3 of SS-c, whose D1 occupies the place of i3 */
    };
    union {
        int32_t d1, d3, d4; /* the displacement of b1, b3, b4: 12 bits, or 20 bits signed */
        int32_t i3;
    };
    union {
        int32_t d2; /* the displacement of b2 */
        int32_t i4; /* RI4 too */
    };
    union {
        int32_t i2;  /* immediate, sign-extended unless the row has INSN_UNSIGNED_I2, or
                        relative (RI2, RI3, RI4 too: halfwords, not yet doubled) */
        uint32_t u2; /* the same bits; the I of SVC too */
        int32_t i5;
    };
};

_Static_assert(sizeof(struct insn) <= 48, "blocks hold many of these");

/* Facts about a row that are checked in one place, before its body runs. */
enum insn_flag {
    INSN_PRIVILEGED = 1 << 0,     /* privileged-operation exception in the problem state */
    INSN_SEMIPRIVILEGED = 1 << 1, /* documentation: its body does the authority checks */
    INSN_ENDS_BLOCK = 1 << 2,     /* body leaves the next instruction address in the PSW, or
                                     may make a request of its CPU */
    INSN_BRANCH = 1 << 3,         /* a BRANCH row: see insns/README.md */
    INSN_INTERRUPTIBLE = 1 << 4,  /* may end with its work half done, to be resumed */
    INSN_STORES = 1 << 5,
    INSN_HFP = 1 << 6,      /* AFP-register check, DXC 1 */
    INSN_BFP = 1 << 7,      /* CR0 bit 45 must be one: data exception, DXC 2 */
    INSN_DFP = 1 << 8,      /* the same with DXC 3 */
    INSN_VECTOR = 1 << 9,   /* CR0 bits 45 and 46 must be one: data exception, DXC FE */
    INSN_EVEN_R1 = 1 << 10, /* odd R1: specification exception */
    INSN_EVEN_R2 = 1 << 11,
    INSN_EVEN_R3 = 1 << 12,
    INSN_FP_PAIR_R1 = 1 << 13, /* R1 must name an FP register pair (0 1 4 5 8 9 12 13) */
    INSN_FP_PAIR_R2 = 1 << 14,
    INSN_FP_PAIR_R3 = 1 << 15,
    INSN_UNSIGNED_I2 = 1 << 16,      /* the immediate is a logical value: zero-extended */
    INSN_FACILITY_IN_BODY = 1 << 17, /* part of the instruction has its own facility */
    INSN_TRANSACTION_RESTRICTED = 1 << 18,
    INSN_NO_EXECUTE = 1 << 19, /* as the target of EXECUTE: execute exception (EX, EXRL) */
    INSN_GR_R1 = 1 << 20,      /* R1 names a general register in a row with HFP, BFP or DFP */
    INSN_GR_R2 = 1 << 21,
};

enum insn_format {
#define FORMAT(name, length, ...) FORMAT_##name,
#include "cpu/isa/formats.def"
#undef FORMAT
    FORMAT_COUNT
};

/* A row of the instruction table; the rows live in cpu/isa/insns/ (see README.md there). */
struct insn_row {
    const char *mnemonic;
    const char *name;  /* as in the PoP */
    insn_body *body;   /* null: not there yet */
    uint32_t flags;    /* enum insn_flag */
    uint16_t opcode;   /* first byte << 8 | opcode extension, right-aligned */
    uint8_t format;    /* enum insn_format */
    uint16_t facility; /* enum facility */
};

extern const struct insn_row insn_rows[];
extern const unsigned insn_row_count;

/* Length in bytes from the first byte of an instruction (PoP: its bits 0 and 1). */
static inline unsigned insn_length(uint8_t first_byte)
{
    return first_byte < 0x40 ? 2 : first_byte < 0xc0 ? 4 : 6;
}

/* The row for the instruction at TEXT, or null. All 6 bytes must be readable; what follows a
   shorter instruction does not matter. */
const struct insn_row *insn_row_find(const uint8_t text[6]);

/* Fills in the operand fields, row, length and body of INSN from TEXT. Returns the row, or
   null (INSN->row is then undefined, its body null, its length still right). */
const struct insn_row *insn_decode(struct insn *insn, const uint8_t text[6]);

#endif
