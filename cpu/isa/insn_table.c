/*
 * The instruction table and the index into it, both made from the rows at compile time.
 * Two rows with one opcode are two initializers of one index entry, which does not compile.
 */
#include <stddef.h>

#include "cpu/arch/facilities.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/insn_index.h"

/* The names of flags as the rows spell them. */
enum {
    PRIVILEGED = INSN_PRIVILEGED,
    SEMIPRIVILEGED = INSN_SEMIPRIVILEGED,
    ENDS_BLOCK = INSN_ENDS_BLOCK,
    INTERRUPTIBLE = INSN_INTERRUPTIBLE,
    STORES = INSN_STORES,
    HFP = INSN_HFP,
    BFP = INSN_BFP,
    DFP = INSN_DFP,
    VECTOR = INSN_VECTOR,
    EVEN_R1 = INSN_EVEN_R1,
    EVEN_R2 = INSN_EVEN_R2,
    EVEN_R3 = INSN_EVEN_R3,
    FP_PAIR_R1 = INSN_FP_PAIR_R1,
    FP_PAIR_R2 = INSN_FP_PAIR_R2,
    FP_PAIR_R3 = INSN_FP_PAIR_R3,
    GR_R1 = INSN_GR_R1,
    GR_R2 = INSN_GR_R2,
    UNSIGNED_I2 = INSN_UNSIGNED_I2,
    FACILITY_IN_BODY = INSN_FACILITY_IN_BODY,
    TRANSACTION_RESTRICTED = INSN_TRANSACTION_RESTRICTED,
    NO_EXECUTE = INSN_NO_EXECUTE
};

#define insn_absent NULL
#define ROW(mnemonic, opcode, format, facility, body, flags, name)                                 \
    {#mnemonic, name, body, flags, opcode, FORMAT_##format, FACILITY_##facility},

const struct insn_row insn_rows[] = {
#define INSN(mnemonic, opcode, format, facility, body, flags, name)                                \
    ROW(mnemonic, opcode, format, facility, insn_##body, flags, name)
#define COMPOSED(mnemonic, opcode, format, facility, in1, in2, op, out, cc, flags, name)           \
    ROW(mnemonic, opcode, format, facility, insn_composed_##mnemonic, flags, name)
#define BRANCH(mnemonic, opcode, format, facility, test, target, flags, name)                      \
    ROW(mnemonic, opcode, format, facility, insn_composed_##mnemonic,                              \
        (flags) | INSN_BRANCH | INSN_ENDS_BLOCK, name)
#include "cpu/isa/insns/all.def"
#undef INSN
#undef COMPOSED
#undef BRANCH
};

const unsigned insn_row_count = sizeof insn_rows / sizeof insn_rows[0];

const uint16_t insn_index[0x10000] = {
#define INSN(mnemonic, opcode, ...)     [opcode] = ROW_##mnemonic + 1,
#define COMPOSED(mnemonic, opcode, ...) [opcode] = ROW_##mnemonic + 1,
#define BRANCH(mnemonic, opcode, ...)   [opcode] = ROW_##mnemonic + 1,
#include "cpu/isa/insns/all.def"
#undef INSN
#undef COMPOSED
#undef BRANCH
};
