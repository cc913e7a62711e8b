/* Which rows have a lifter of their own. */
#include <stddef.h>

#include "cpu/isa/insn_index.h"
#include "cpu/jit/lift/lift.h"

#define HAND(mnemonic, name) lifter lift_##name;
#include "cpu/jit/lift/by_hand.def"
#undef HAND

static lifter *const lifters[] = {
#define HAND(mnemonic, name) [ROW_##mnemonic] = lift_##name,
#include "cpu/jit/lift/by_hand.def"
#undef HAND
};

lifter *lift_by_hand(uint16_t row)
{
    return row < sizeof lifters / sizeof lifters[0] ? lifters[row] : NULL;
}
