/* Shifts and rotations within vector elements (PoP, chapter 22). */
#include "cpu/isa/execute.h"
#include "cpu/isa/semantics/vector/lanes.h"

/* By V3, each element by its own amount modulo the size of an element. */
#define AMOUNTS (v3 & (E)(BITS - 1))

LANES_BODY(vector_shift_left_elements, m4, ES_DOUBLEWORD, v2 << AMOUNTS)
LANES_BODY(vector_shift_right_elements, m4, ES_DOUBLEWORD, v2 >> AMOUNTS)
LANES_BODY(vector_shift_right_arithmetic_elements, m4, ES_DOUBLEWORD, (S)v2 >> (S)AMOUNTS)
LANES_BODY(vector_rotate_left_elements, m4, ES_DOUBLEWORD,
           v2 << AMOUNTS | v2 >> (-v3 & (E)(BITS - 1)))

/* By the second-operand address, all elements of V3 by the same amount. */
#define AMOUNT ((E)(operand_address2(cpu, insn) & (BITS - 1)))

/* LANES turned left by AMOUNT, which may be zero. */
#define ROTATED(lanes, amount) ((lanes) << (amount) | (lanes) >> (E)(-(amount) & (BITS - 1)))

LANES_BODY(vector_shift_left_all, m4, ES_DOUBLEWORD, v3 << AMOUNT)
LANES_BODY(vector_shift_right_all, m4, ES_DOUBLEWORD, v3 >> AMOUNT)
LANES_BODY(vector_shift_right_arithmetic_all, m4, ES_DOUBLEWORD, (S)v3 >> AMOUNT)
LANES_BODY(vector_rotate_left_all, m4, ES_DOUBLEWORD, ROTATED(v3, AMOUNT))

/* Bits of V2, turned left by I4, go where V3 has ones. */
LANES_BODY(vector_rotate_insert, m5, ES_DOUBLEWORD,
           LANES_SELECT(v3, ROTATED(v2, (E)(insn->i4 &(BITS - 1))), v1))
