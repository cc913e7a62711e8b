/*
 * --jit-dump: a translated block as text: guest instructions, intermediate representation and
 * the host's instructions side by side, first the straight way through the block, then what
 * stands beside it. The host's code is disassembled by capstone.
 */
#ifndef ZITHER_MACHINE_JIT_LISTING_H
#define ZITHER_MACHINE_JIT_LISTING_H

#include <stdio.h>

#include "cpu/jit/observe.h"
#include "src/base/error.h"

struct jit_listing;

/* Writes to TO, which stays the caller's; one thread at a time. -errno with a sentence. */
int jit_listing_create(struct jit_listing **listing, FILE *to, struct error *error);
void jit_listing_destroy(struct jit_listing *listing);

void jit_listing_write(struct jit_listing *listing, const struct vcpu *cpu,
                       const struct jit_translation *translation);

#endif
