/* The buffer, the labels and the sticky failure below the encoder: for its own files only. */
#ifndef ZITHER_CPU_JIT_HOST_X86_64_EMITTER_H
#define ZITHER_CPU_JIT_HOST_X86_64_EMITTER_H

#include "cpu/jit/host/x86_64/encoder.h"

/* The first failure stays. */
void emitter_fail(struct emitter *e, enum emit_failure failure);

/* All LENGTH bytes, which may stand there already, or none and a failure. */
void emitter_put(struct emitter *e, const uint8_t *bytes, unsigned length);

/* SIZE bytes that may be written to before emitter_put takes some of them; null: there are none. */
static inline uint8_t *emitter_room(const struct emitter *e, unsigned size)
{
    return e->failure == EMIT_GOOD && size <= e->size - e->used ? e->buffer + e->used : NULL;
}

/* The same for an instruction whose 32-bit displacement at offset DISP leads to LABEL. */
void emitter_put_reference(struct emitter *e, const uint8_t *bytes, unsigned length, unsigned disp,
                           unsigned label);

#endif
