/* One function, compiled for several machines: see compiled_code.c. */
#ifndef ZITHER_TESTS_GUEST_PROGRAMS_COMPILED_ARITHMETIC_H
#define ZITHER_TESTS_GUEST_PROGRAMS_COMPILED_ARITHMETIC_H

#include <stdint.h>

/* A digest of arithmetic on integers and floating-point numbers that follow from SEED. */
typedef uint64_t compiled_digest(uint64_t seed);

compiled_digest digest_z196;
compiled_digest digest_z13;
compiled_digest digest_z14;
compiled_digest digest_z15;

#endif
