/* Vector instructions for carries, averages and shifts by bytes (PoP chapter 22). */
#include "cpu/jit/lift/lift_vector.h"

#define T0 IR_VT(0)
#define T1 IR_VT(1)
#define T2 IR_VT(2)

#define DOUBLEWORDS_EXCHANGED 0x4e /* for VSWAP */

/* T1 = ones where V2 + V3, which T0 becomes, carries, or V3 is above V2. */
static void compare(struct lift *lift, unsigned width, bool adds)
{
    const uint64_t sign = vector_repeated(UINT64_C(1) << (8 * width - 1), width);

    if (adds)
        lift_emit(lift, IR_VADD, width, IR_DAB(T0, V2, V3));
    vector_with(lift, IR_VXOR, 8, IR_TO(T1, V2), sign);
    vector_with(lift, IR_VXOR, 8, IR_TO(T2, adds ? T0 : V3), sign);
    lift_emit(lift, IR_VCMPGT, width, IR_DAB(T1, adds ? T1 : T2, adds ? T2 : T1));
}

/* Doubleword 0 of T1 becomes that of the whole: what leaves doubleword 1 goes through doubleword
   0 where the sum there is all ones, or both operands are equal. */
static void chain(struct lift *lift, bool adds)
{
    vector_one(lift, IR_VSWAP, 4, IR_TO(T2, T1), DOUBLEWORDS_EXCHANGED);
    if (adds)
        vector_with(lift, IR_VCMPEQ, 8, IR_TO(T0, T0), UINT64_MAX);
    else
        lift_emit(lift, IR_VCMPEQ, 8, IR_DAB(T0, V2, V3));
    lift_emit(lift, IR_VAND, 8, IR_DAB(T0, T0, T2));
    lift_emit(lift, IR_VOR, 8, IR_DAB(T1, T1, T0));
}

/* A borrow is indicated by zero. */
bool lift_vector_carry(struct lift *lift)
{
    const unsigned es = lift->insn->m4, width = 1u << (es < 3 ? es : 3);
    const bool adds = lift->insn->row == ROW_VACC;
    const uint64_t one = vector_repeated(1, width);
    struct ir_op *op;

    if (es > 4)
        return false;
    compare(lift, width, adds);
    if (es < 4) {
        vector_with(lift, adds ? IR_VAND : IR_VADD, width, IR_TO(V1, T1), one);
        return true;
    }
    chain(lift, adds);
    if (!adds)
        vector_with(lift, IR_VADD, 8, IR_TO(T1, T1), one);
    op = lift_emit(lift, IR_VAND, 8, IR_DAB(T1, T1, IR_CONST));
    op->imm = 1;
    op->imm2 = IR_VECTOR_FIRST;
    vector_one(lift, IR_VSWAP, 4, IR_TO(V1, T1), DOUBLEWORDS_EXCHANGED);
    return true;
}

/* With the leftmost bits exchanged signed numbers are in the order of unsigned ones. */
bool lift_vector_average(struct lift *lift)
{
    const unsigned es = lift->insn->m4, width = 1u << (es & 1);
    const uint64_t sign = vector_repeated(UINT64_C(1) << (8 * width - 1), width);

    if (es > 1)
        return false;
    vector_with(lift, IR_VXOR, 8, IR_TO(T0, V2), sign);
    vector_with(lift, IR_VXOR, 8, IR_TO(T1, V3), sign);
    lift_emit(lift, IR_VAVGU, width, IR_DAB(T0, T0, T1));
    vector_with(lift, IR_VXOR, 8, IR_TO(V1, T0), sign);
    return true;
}

/* DST = the numbers that the bytes of a register have, from 0 on the left. */
static struct ir_op *byte_numbers(struct lift *lift, enum ir_opcode opcode, struct ir_operands o)
{
    struct ir_op *op;

    o.b = IR_CONST;
    op = lift_emit(lift, opcode, 1, o);
    op->imm = (int64_t)UINT64_C(0x89abcdef01234567);
    op->imm2 = IR_VECTOR_NUMBERS;
    return op;
}

/* Bits 1-4 of byte 7 of V3 are the amount. A byte that would come from outside has a number with
   its leftmost bit on, which a shuffle makes zero; byte numbers of the host are 7 minus these,
   within each doubleword. */
bool lift_vector_shift_bytes(struct lift *lift)
{
    struct ir_op *op = lift_emit(lift, IR_VSHUF, 1, IR_DAB(T0, V3, IR_CONST));

    op->imm2 = IR_VECTOR_NUMBERS;
    vector_one(lift, IR_VSHR, 2, IR_TO(T0, T0), 3);
    vector_with(lift, IR_VAND, 8, IR_TO(T0, T0), vector_repeated(15, 1));
    if (lift->insn->row == ROW_VSLB) {
        byte_numbers(lift, IR_VADD, IR_TO(T1, T0));
        vector_with(lift, IR_VADD, 1, IR_TO(T1, T1), vector_repeated(0x70, 1));
    } else {
        byte_numbers(lift, IR_VCONST, IR_TO(T1, IR_NOTHING));
        lift_emit(lift, IR_VSUB, 1, IR_DAB(T1, T1, T0));
    }
    vector_with(lift, IR_VXOR, 8, IR_TO(T1, T1), vector_repeated(7, 1));
    lift_emit(lift, IR_VSHUF, 1, IR_DAB(V1, V2, T1));
    return true;
}
