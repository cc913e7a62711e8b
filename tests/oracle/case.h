/*
 * One case of the oracle test as oracle.py writes it into the image of replay.c: the state
 * of a CPU, the seed of storage, and instructions that end with SVC 0. Big-endian; oracle.py
 * has the same layout.
 */
#ifndef ZITHER_TESTS_ORACLE_CASE_H
#define ZITHER_TESTS_ORACLE_CASE_H

#include <stdint.h>

#define CASE_MAGIC     UINT64_C(0x0ac1e0ca5e50ac1e)
#define CASE_CODE_SIZE 320
#define CASE_VALUES    32
#define CASES_SIZE     (4 << 20)

/* Show the whole state, not a checksum of it. */
#define CASE_SHOWS 1

struct oracle_case {
    uint64_t general[16];
    uint32_t access[16];
    uint64_t vector[32][2];
    uint32_t fpc;
    uint32_t flags;
    uint64_t psw_mask;
    uint64_t seed;
    uint64_t values[CASE_VALUES]; /* what storage holds often */
    uint8_t code[CASE_CODE_SIZE];
};

struct oracle_cases {
    uint64_t magic;
    uint32_t count;
    uint32_t vectors; /* both sides have vector registers */
    struct oracle_case list[(CASES_SIZE - 16) / sizeof(struct oracle_case)];
};

#endif
