/*
 * Products of polynomials over the field of two elements: multiplication without carries. Any
 * thread.
 */
#ifndef ZITHER_BASE_CARRYLESS_H
#define ZITHER_BASE_CARRYLESS_H

#include <stdint.h>

#include "src/base/compiler.h"

/* The 127 bits of the product of A and B, right-aligned. */
uint128_t carryless_multiply(uint64_t a, uint64_t b);

/* The same for hosts without an instruction for it. */
uint128_t carryless_multiply_portable(uint64_t a, uint64_t b);

#endif
