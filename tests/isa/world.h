/*
 * The state a test vector starts from or expects, and the words that change it (README.md).
 */
#ifndef ZITHER_TESTS_ISA_WORLD_H
#define ZITHER_TESTS_ISA_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/arch/cpu_state.h"
#include "cpu/arch/facilities.h"

#define WORLD_STORAGE UINT64_C(0x100000)
#define WORLD_KEYS    (WORLD_STORAGE >> 12)
#define WORLD_CODE    UINT64_C(0x10000)
#define WORLD_TARGET  UINT64_C(0x18000)

struct world {
    struct cpu_state cpu; /* psw_mask without the condition code */
    uint8_t *storage;     /* WORLD_STORAGE bytes */
    bool *stored;         /* for each of them: a word named it */
    uint8_t keys[WORLD_KEYS];
    uint64_t psw_addr, old_addr, bear;
    uint64_t last; /* address of the last instruction */
    bool has_cc, has_psw, has_old, has_ilc, has_dxc, has_bear;
    unsigned cc, pgm, ilc, dxc;
    bool lacks[FACILITY_COUNT];
};

/* False where a word is wrong or misplaced; *TEXT is then where it stands. */
bool world_apply(struct world *world, const char **text, bool expected);

/* Hexadecimal bytes, with underscores or blanks between them, up to a character that is
   neither. Returns their number, or -1 where a digit lacks or there are more than SIZE. */
int world_bytes(const char **text, uint8_t *bytes, int size);

#endif
