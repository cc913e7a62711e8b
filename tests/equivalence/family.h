/* Families of tests: what a scene is drawn like. */
#ifndef ZITHER_TESTS_EQUIVALENCE_FAMILY_H
#define ZITHER_TESTS_EQUIVALENCE_FAMILY_H

#include "cpu/isa/insn.h"

/* Which rows the instructions are drawn from. */
enum row_set {
    ROWS_GENERAL = 1 << 0,  /* all that the problem state may use */
    ROWS_COMPOSED = 1 << 1, /* COMPOSED and BRANCH rows */
    ROWS_BRANCH = 1 << 2,   /* what branches */
    ROWS_STORE = 1 << 3,    /* what stores */
    ROWS_HOT = 1 << 4,      /* what compilers and kernels use all the time */
    ROWS_FLOAT = 1 << 5,    /* floating point and vectors */
    ROWS_CONTROL = 1 << 6,  /* privileged and semiprivileged ones */
    ROWS_EXECUTE = 1 << 7,  /* EXECUTE and EXECUTE RELATIVE LONG */
    ROWS_OVERFLOW = 1 << 8, /* what may raise the fixed-point overflow, divide or data exception */
    ROWS_STRING = 1 << 9,   /* storage-to-storage and the interruptible ones */
    ROWS_BINARY = 1 << 10,  /* scalar binary floating point, short and long */
    ROWS_VECTOR = 1 << 11,  /* of the vector facility */
    ROWS_STORAGE = 1 << 12, /* what translates to more than one access, and its users */
    ROWS_VECTOR_BINARY = 1 << 13, /* of these, floating point */
    ROWS_HALVES = 1 << 14,        /* on words and doublewords in registers, and branches on them */
    ROWS_CARRY = 1 << 15,         /* arithmetic of long numbers */
};

enum family_flag {
    FAMILY_SINGLE = 1 << 0,     /* one instruction; every row in turn */
    FAMILY_STORE_CODE = 1 << 1, /* pointers into the block */
    FAMILY_PER = 1 << 2,
    FAMILY_ACCESS_REGISTERS = 1 << 3,
    FAMILY_PROBLEM = 1 << 4,   /* always in the problem state; else seldom */
    FAMILY_INTERRUPT = 1 << 5, /* asynchronous interruptions */
    FAMILY_MODES = 1 << 6,     /* all addressing modes and DAT off, equally often */
    FAMILY_EDGES = 1 << 7,     /* pointers at the ends of pages */
    FAMILY_OVERFLOW = 1 << 8,  /* masks of the program mask on, half of the time */
    FAMILY_LOOP = 1 << 9,      /* the block again and again */
    FAMILY_KERNEL = 1 << 10,   /* half of it what kernels do, with operands that make sense */
    FAMILY_VECTOR = 1 << 11,   /* few vector registers, of bytes that are often alike */
    FAMILY_CROSSING = 1 << 12, /* the block on two pages; with KERNEL, the second one changes */
    FAMILY_FEW = 1 << 13,      /* few general registers, so that results are used */
};

struct family {
    const char *name;
    const char *what;
    unsigned rows;  /* enum row_set */
    unsigned flags; /* enum family_flag */
    unsigned share; /* of the cases, relative to the others */
};

extern const struct family families[];
extern const unsigned family_count;

/* Null: there is none. */
const struct family *family_find(const char *name);

/* The enum row_set bits of row NUMBER; 0 for rows that are absent or that no test could go on
   behind. */
unsigned family_sets_of(unsigned number);

#endif
