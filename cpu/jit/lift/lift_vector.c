/* Vector integer and string instructions (PoP chapters 21 to 23). */
#include "cpu/jit/lift/lift_vector.h"

enum { CONDITION_CODE_SET = 1, ZERO_SEARCH = 2, RESULT_TYPE = 4, INVERT_RESULT = 8 }; /* M5 */

#define T0 IR_VT(0)
#define T1 IR_VT(1)
#define T2 IR_VT(2)

#define DOUBLEWORDS_EXCHANGED 0x4e /* for VSWAP */
#define WORDS_EXCHANGED       0xb1 /* in each doubleword */

enum {
    SIZES_ALL = 0xf, /* a bit for each element size, the byte's the rightmost */
    SIZES_NOT_8 = 0xe,
    SIZES_NOT_64 = 0x7,
    SIZE_8 = 1,
    SIZE_16 = 2,
    SIZE_32 = 4,
    SIZE_64 = 8,
    SIZES_NONE = 0x10, /* the row has no element size */
};

/* Rows that are one operation; the first four are of bits. */
static const struct {
    uint8_t op, sizes;
} three[] = {
    [ROW_VN] = {IR_VAND, SIZES_NONE},         [ROW_VNC] = {IR_VANDN, SIZES_NONE},
    [ROW_VO] = {IR_VOR, SIZES_NONE},          [ROW_VX] = {IR_VXOR, SIZES_NONE},
    [ROW_VA] = {IR_VADD, SIZES_ALL},          [ROW_VS] = {IR_VSUB, SIZES_ALL},
    [ROW_VML] = {IR_VMUL, SIZE_16 | SIZE_32}, [ROW_VMH] = {IR_VMULHS, SIZE_16},
    [ROW_VMLH] = {IR_VMULHU, SIZE_16},        [ROW_VMX] = {IR_VMAXS, SIZES_NOT_64},
    [ROW_VMXL] = {IR_VMAXU, SIZES_NOT_64},    [ROW_VMN] = {IR_VMINS, SIZES_NOT_64},
    [ROW_VMNL] = {IR_VMINU, SIZES_NOT_64},    [ROW_VAVGL] = {IR_VAVGU, SIZE_8 | SIZE_16},
};

static bool has_size(unsigned es, unsigned sizes)
{
    return es <= 3 && sizes >> es & 1;
}

bool lift_vector_three(struct lift *lift)
{
    const unsigned row = lift->insn->row, es = lift->insn->m4;
    const bool bits = three[row].sizes == SIZES_NONE;

    if (!bits && !has_size(es, three[row].sizes))
        return false;
    lift_emit(lift, (enum ir_opcode)three[row].op, bits ? 8 : 1u << es, IR_DAB(V1, V2, V3));
    return true;
}

bool lift_vector_complement(struct lift *lift)
{
    const unsigned row = lift->insn->row;

    lift_emit(lift,
              row == ROW_VNO   ? IR_VOR
              : row == ROW_VNN ? IR_VAND
                               : IR_VXOR,
              8, IR_DAB(T0, V2, V3));
    vector_with(lift, IR_VXOR, 8, IR_TO(V1, T0), UINT64_MAX);
    return true;
}

bool lift_vector_or_complement(struct lift *lift)
{
    vector_with(lift, IR_VXOR, 8, IR_TO(T0, V3), UINT64_MAX);
    lift_emit(lift, IR_VOR, 8, IR_DAB(V1, V2, T0));
    return true;
}

bool lift_vector_select(struct lift *lift)
{
    lift_emit(lift, IR_VAND, 8, IR_DAB(T0, V2, V4));
    lift_emit(lift, IR_VANDN, 8, IR_DAB(T1, V3, V4));
    lift_emit(lift, IR_VOR, 8, IR_DAB(V1, T0, T1));
    return true;
}

/* Byte numbers are those of storage in both operands of a shuffle: 7 minus the host's. */
bool lift_vector_permute(struct lift *lift)
{
    ir_value number = T0;

    vector_with(lift, IR_VAND, 8, IR_TO(T1, V4), vector_repeated(0x1f, 1));
    vector_with(lift, IR_VXOR, 8, IR_TO(number, T1), vector_repeated(7, 1));
    if (lift->insn->v2 == lift->insn->v3) {
        lift_emit(lift, IR_VSHUF, 1, IR_DAB(V1, V2, number));
        return true;
    }
    lift_emit(lift, IR_VSHUF, 1, IR_DAB(T1, V2, number));
    lift_emit(lift, IR_VSHUF, 1, IR_DAB(T2, V3, number));
    vector_one(lift, IR_VSHL, 2, IR_TO(number, number), 3);
    lift_emit(lift, IR_VBLEND, 1, IR_DAB(V1, T1, T2))->c = number;
    return true;
}

bool lift_vector_permute_doubleword(struct lift *lift)
{
    const unsigned a = lift->insn->m4 >> 2 & 1, b = lift->insn->m4 & 1;

    lift_emit(lift, IR_VPICK, 4, IR_DAB(V1, V2, V3))->imm = (a ? 0xe : 4) | (b ? 0xe : 4) << 4;
    return true;
}

/* With the doublewords exchanged a register is a number of the host of 16 bytes. */
bool lift_vector_shift_double(struct lift *lift)
{
    const unsigned bytes = lift->insn->i4 & 15;

    if (!bytes) {
        vector_one(lift, IR_VMOV, 8, IR_TO(V1, V2), 0);
        return true;
    }
    if (bytes == 8) {
        lift_emit(lift, IR_VPICK, 4, IR_DAB(V1, V2, V3))->imm = 0x4e;
        return true;
    }
    vector_one(lift, IR_VSWAP, 4, IR_TO(T0, V2), DOUBLEWORDS_EXCHANGED);
    vector_one(lift, IR_VSWAP, 4, IR_TO(T1, V3), DOUBLEWORDS_EXCHANGED);
    lift_emit(lift, IR_VJOIN, 1, IR_DAB(T0, T0, T1))->imm = 16 - bytes;
    vector_one(lift, IR_VSWAP, 4, IR_TO(V1, T0), DOUBLEWORDS_EXCHANGED);
    return true;
}

bool lift_vector_merge(struct lift *lift)
{
    const enum ir_opcode op = lift->insn->row == ROW_VMRH ? IR_VZIPL : IR_VZIPH;
    const unsigned es = lift->insn->m4;

    if (es > 3)
        return false;
    if (es == 3) {
        lift_emit(lift, op, 8, IR_DAB(V1, V2, V3));
        return true;
    }
    lift_emit(lift, op, 1u << es, IR_DAB(T0, V3, V2));
    vector_one(lift, IR_VSWAP, 4, IR_TO(V1, T0), DOUBLEWORDS_EXCHANGED);
    return true;
}

bool lift_vector_pack(struct lift *lift)
{
    const unsigned row = lift->insn->row, es = lift->insn->m4, width = 1u << (es & 3);
    const uint64_t low = es == 1 ? 0xff : 0xffff;
    enum ir_opcode narrow = row == ROW_VPKS ? IR_VPACKS : IR_VPACKU;
    ir_value a = V2, b = V3;

    if (row != ROW_VPK && lift->insn->m5 & CONDITION_CODE_SET)
        return false;
    if (es == 3 && row == ROW_VPK) {
        lift_emit(lift, IR_VPICK, 4, IR_DAB(V1, V2, V3))->imm = 0x22;
        return true;
    }
    if (es != 1 && es != 2)
        return false;
    if (row != ROW_VPKS) {
        enum ir_opcode limit = row == ROW_VPK ? IR_VAND : IR_VMINU;

        vector_with(lift, limit, width, IR_TO(T0, V2), vector_repeated(low, width));
        vector_with(lift, limit, width, IR_TO(T1, V3), vector_repeated(low, width));
        a = T0;
        b = T1;
    }
    lift_emit(lift, narrow, width, IR_DAB(T0, a, b));
    vector_one(lift, IR_VSWAP, 4, IR_TO(V1, T0), WORDS_EXCHANGED);
    return true;
}

bool lift_vector_unpack(struct lift *lift)
{
    const unsigned row = lift->insn->row;
    const bool logical = row == ROW_VUPLH || row == ROW_VUPLL;
    const bool low = row == ROW_VUPL || row == ROW_VUPLL;

    if (lift->insn->m3 > 2)
        return false;
    vector_one(lift, logical ? IR_VWIDEU : IR_VWIDES, 2u << lift->insn->m3, IR_TO(V1, V2), low);
    return true;
}

bool lift_vector_compare(struct lift *lift)
{
    const unsigned es = lift->insn->m4, width = 1u << (es & 3);
    const uint64_t sign = vector_repeated(UINT64_C(1) << (8 * width - 1), width);
    ir_value result = lift->insn->m5 & CONDITION_CODE_SET ? T0 : V1;

    if (es > 3)
        return false;
    if (lift->insn->row == ROW_VCHL) {
        vector_with(lift, IR_VXOR, 8, IR_TO(T0, V2), sign);
        vector_with(lift, IR_VXOR, 8, IR_TO(T1, V3), sign);
        lift_emit(lift, IR_VCMPGT, width, IR_DAB(result, T0, T1));
    } else {
        lift_emit(lift, lift->insn->row == ROW_VCH ? IR_VCMPGT : IR_VCMPEQ, width,
                  IR_DAB(result, V2, V3));
    }
    if (result == T0) {
        vector_one(lift, IR_VMOV, 8, IR_TO(V1, T0), 0);
        vector_test_result(lift, T0);
    }
    return true;
}

bool lift_vector_test_under_mask(struct lift *lift)
{
    ir_value number = ir_temp(lift->block);
    struct ir_op *op;

    lift_emit(lift, IR_VTEST, 8, IR_DAB(number, V1, V2));
    op = lift_emit(lift, IR_TM, 4, IR_DAB(IR_NOTHING, number, IR_CONST));
    op->imm = 3;
    op->cc = IR_CC_TEST8;
    return true;
}

/* The rightmost element within bits 0-63, extended to a doubleword. */
static ir_value compared(struct lift *lift, ir_value from, bool logical)
{
    const unsigned es = lift->insn->m3;
    const enum ir_opcode extend = es == 0 ? IR_SX8 : es == 1 ? IR_SX16 : IR_SX32;
    ir_value value = ir_temp(lift->block), extended;

    vector_one(lift, IR_VEXT, 1u << es, IR_TO(value, from), (8u >> es) - 1);
    if (logical || es == 3)
        return value;
    extended = ir_temp(lift->block);
    lift_emit(lift, extend, 8, IR_DAB(extended, value, IR_NOTHING));
    return extended;
}

bool lift_vector_element_compare(struct lift *lift)
{
    const bool logical = lift->insn->row == ROW_VECL;
    ir_value a, b;

    if (lift->insn->m3 > 3)
        return false;
    a = compared(lift, V1, logical);
    b = compared(lift, V2, logical);
    lift_emit(lift, IR_CMP, 8, IR_DAB(IR_NOTHING, a, b))->cc =
        logical ? IR_CC_CMP_U64 : IR_CC_CMP_S64;
    return true;
}

bool lift_vector_sign(struct lift *lift)
{
    const unsigned es = lift->insn->m3;

    if (!has_size(es, lift->insn->row == ROW_VLP ? SIZES_NOT_64 : SIZES_ALL))
        return false;
    if (lift->insn->row == ROW_VLP) {
        vector_one(lift, IR_VABS, 1u << es, IR_TO(V1, V2), 0);
        return true;
    }
    vector_constant(lift, T0, 0);
    lift_emit(lift, IR_VSUB, 1u << es, IR_DAB(V1, T0, V2));
    return true;
}

/* By the same amount, which the second-operand address has. */
static bool shift_by_register(struct lift *lift, enum ir_opcode op)
{
    const unsigned es = lift->insn->m4;
    ir_value address = ir_temp(lift->block), amount = ir_temp(lift->block);

    if (lift->insn->row == ROW_VERLL)
        return false;
    lift_address2(lift, lift_emit(lift, IR_LEA, 8, IR_DAB(address, IR_NOTHING, IR_NOTHING)));
    lift_emit(lift, IR_AND, 4, IR_DAB(amount, address, IR_CONST))->imm = (8 << es) - 1;
    lift_emit(lift, op, 1u << es, IR_DAB(V1, V3, amount));
    return true;
}

/* Bytes are shifted as halfwords, and what came from the other byte is taken out. */
static void shift_bytes(struct lift *lift, enum ir_opcode op, unsigned amount)
{
    const uint64_t left = 0xff & (0xffu << amount), right = 0xffu >> amount;

    vector_one(lift, op, 2, IR_TO(T0, V3), amount);
    vector_with(lift, IR_VAND, 8, IR_TO(V1, T0), vector_repeated(op == IR_VSHL ? left : right, 1));
}

static void rotate(struct lift *lift, unsigned es, unsigned amount)
{
    vector_one(lift, IR_VSHL, 1u << es, IR_TO(T0, V3), amount);
    vector_one(lift, IR_VSHR, 1u << es, IR_TO(T1, V3), (8 << es) - amount);
    lift_emit(lift, IR_VOR, 8, IR_DAB(V1, T0, T1));
}

/* The host has no such shift of doublewords: the sign comes in from the left by itself. */
static void shift_doublewords(struct lift *lift, unsigned amount)
{
    vector_constant(lift, T0, 0);
    lift_emit(lift, IR_VCMPGT, 8, IR_DAB(T0, T0, V3));
    vector_one(lift, IR_VSHL, 8, IR_TO(T0, T0), 64 - amount);
    vector_one(lift, IR_VSHR, 8, IR_TO(T1, V3), amount);
    lift_emit(lift, IR_VOR, 8, IR_DAB(V1, T0, T1));
}

bool lift_vector_shift(struct lift *lift)
{
    const unsigned row = lift->insn->row, es = lift->insn->m4;
    const enum ir_opcode op = row == ROW_VESL ? IR_VSHL : row == ROW_VESRL ? IR_VSHR : IR_VSAR;
    unsigned amount;

    if (es > 3 || (es == 0 && (lift->insn->b2 || row == ROW_VESRA || row == ROW_VERLL)))
        return false;
    if (lift->insn->b2)
        return !(row == ROW_VESRA && es == 3) && shift_by_register(lift, op);
    amount = (unsigned)lift->insn->d2 & ((8u << es) - 1);
    if (amount == 0)
        vector_one(lift, IR_VMOV, 8, IR_TO(V1, V3), 0);
    else if (es == 0)
        shift_bytes(lift, op, amount);
    else if (row == ROW_VERLL)
        rotate(lift, es, amount);
    else if (row == ROW_VESRA && es == 3)
        shift_doublewords(lift, amount);
    else
        vector_one(lift, op, 1u << es, IR_TO(V1, V3), amount);
    return true;
}

bool lift_vector_shift_each(struct lift *lift)
{
    const unsigned row = lift->insn->row, es = lift->insn->m4, width = 1u << (es & 3);
    const enum ir_opcode op = row == ROW_VESLV ? IR_VSHLV : row == ROW_VESRLV ? IR_VSHRV : IR_VSARV;

    if (!has_size(es, row == ROW_VESRAV ? SIZE_32 : SIZE_32 | SIZE_64))
        return false;
    vector_with(lift, IR_VAND, 8, IR_TO(T0, V3), vector_repeated(8 * width - 1, width));
    lift_emit(lift, op, width, IR_DAB(V1, V2, T0));
    return true;
}

/* Of the size WIDTH, the products of the left or right halves of the elements. */
static void multiply_halves(struct lift *lift, unsigned width, ir_value dst, bool even,
                            bool logical)
{
    ir_value a = V2, b = V3;

    if (even) {
        vector_one(lift, IR_VSHR, width, IR_TO(T0, V2), 4 * width);
        vector_one(lift, IR_VSHR, width, IR_TO(T1, V3), 4 * width);
        a = T0;
        b = T1;
    } else if (width == 4) {
        /* The host adds the product of the left halves: one of them must be zero. */
        vector_with(lift, IR_VAND, 8, IR_TO(T0, V2), vector_repeated(0xffff, 4));
        a = T0;
    }
    lift_emit(lift, logical ? IR_VMULEU : IR_VMULES, width, IR_DAB(dst, a, b));
}

/* Even elements are the left halves of wider ones, odd ones the right halves. */
bool lift_vector_multiply_wide(struct lift *lift)
{
    const unsigned row = lift->insn->row;
    const bool adds = row == ROW_VMAE || row == ROW_VMAO || row == ROW_VMALE || row == ROW_VMALO;
    const unsigned es = adds ? lift->insn->m5 : lift->insn->m4, width = 2u << (es & 3);
    const bool even = row == ROW_VME || row == ROW_VMLE || row == ROW_VMAE || row == ROW_VMALE;
    const bool logical = row == ROW_VMLE || row == ROW_VMLO || row == ROW_VMALE || row == ROW_VMALO;

    if (!has_size(es, logical ? SIZE_32 : SIZE_16 | SIZE_32))
        return false;
    multiply_halves(lift, width, adds ? T2 : V1, even, logical);
    if (adds)
        lift_emit(lift, IR_VADD, width, IR_DAB(V1, T2, V4));
    return true;
}

bool lift_vector_multiply_high(struct lift *lift)
{
    const bool logical = lift->insn->row == ROW_VMLH;

    if (lift->insn->m4 == 1) {
        lift_emit(lift, logical ? IR_VMULHU : IR_VMULHS, 2, IR_DAB(V1, V2, V3));
        return true;
    }
    if (lift->insn->m4 != 2)
        return false;
    multiply_halves(lift, 8, T2, true, logical);
    vector_with(lift, IR_VAND, 8, IR_TO(T2, T2), UINT64_C(0xffffffff00000000));
    multiply_halves(lift, 8, T0, false, logical);
    vector_one(lift, IR_VSHR, 8, IR_TO(T0, T0), 32);
    lift_emit(lift, IR_VOR, 8, IR_DAB(V1, T0, T2));
    return true;
}

/* Of the whole: doublewords, and the carry or borrow between them, which is ones where the right
   sum is below its summand, or the right difference above. */
static void add_quadwords(struct lift *lift, bool adds)
{
    const uint64_t sign = UINT64_C(1) << 63;
    struct ir_op *op;

    lift_emit(lift, adds ? IR_VADD : IR_VSUB, 8, IR_DAB(T0, V2, V3));
    vector_with(lift, IR_VXOR, 8, IR_TO(T1, V2), sign);
    vector_with(lift, IR_VXOR, 8, IR_TO(T2, T0), sign);
    lift_emit(lift, IR_VCMPGT, 8, IR_DAB(T1, adds ? T1 : T2, adds ? T2 : T1));
    vector_one(lift, IR_VSWAP, 4, IR_TO(T1, T1), DOUBLEWORDS_EXCHANGED);
    op = lift_emit(lift, IR_VAND, 8, IR_DAB(T1, T1, IR_CONST));
    op->imm = -1;
    op->imm2 = IR_VECTOR_FIRST;
    lift_emit(lift, adds ? IR_VSUB : IR_VADD, 8, IR_DAB(V1, T0, T1));
}

bool lift_vector_add(struct lift *lift)
{
    const bool adds = lift->insn->row == ROW_VA;

    if (lift->insn->m4 > 4)
        return false;
    if (lift->insn->m4 == 4)
        add_quadwords(lift, adds);
    else
        lift_emit(lift, adds ? IR_VADD : IR_VSUB, 1u << lift->insn->m4, IR_DAB(V1, V2, V3));
    return true;
}

/* T0 = sums of both halves of each element of WIDTH bytes of FROM. */
static void sum_halves(struct lift *lift, unsigned width, ir_value from)
{
    const uint64_t right = vector_repeated(UINT64_MAX >> (64 - 4 * width), width);

    vector_one(lift, IR_VSHR, width, IR_TO(T1, from), 4 * width);
    vector_with(lift, IR_VAND, 8, IR_TO(T0, from), right);
    lift_emit(lift, IR_VADD, width, IR_DAB(T0, T0, T1));
}

/* The elements of V2 within a wider one, and the rightmost of V3 there. */
bool lift_vector_sum(struct lift *lift)
{
    const unsigned es = lift->insn->m4, width = lift->insn->row == ROW_VSUM ? 4 : 8;
    const unsigned element = 1u << (es & 3);

    if (element != width / 2 && element != width / 4)
        return false;
    if (es > 3)
        return false;
    if (element == width / 4)
        sum_halves(lift, width / 2, V2);
    sum_halves(lift, width, element == width / 4 ? T0 : V2);
    vector_with(lift, IR_VAND, 8, IR_TO(T1, V3),
                vector_repeated(UINT64_MAX >> (64 - 8 * element), width));
    lift_emit(lift, IR_VADD, width, IR_DAB(V1, T0, T1));
    return true;
}

bool lift_vector_multiply_add(struct lift *lift)
{
    const unsigned es = lift->insn->m5;

    if (!has_size(es, SIZE_16 | SIZE_32))
        return false;
    lift_emit(lift, IR_VMUL, 1u << es, IR_DAB(T0, V2, V3));
    lift_emit(lift, IR_VADD, 1u << es, IR_DAB(V1, T0, V4));
    return true;
}

/* Of doublewords: the sum of both products, whose left half is the first doubleword. */
bool lift_vector_galois(struct lift *lift)
{
    const bool accumulate = lift->insn->row == ROW_VGFMA;

    if ((accumulate ? lift->insn->m5 : lift->insn->m4) != 3)
        return false;
    lift_emit(lift, IR_VCLMUL, 8, IR_DAB(T0, V2, V3))->imm = 0;
    lift_emit(lift, IR_VCLMUL, 8, IR_DAB(T1, V2, V3))->imm = 0x11;
    lift_emit(lift, IR_VXOR, 8, IR_DAB(T0, T0, T1));
    if (accumulate) {
        vector_one(lift, IR_VSWAP, 4, IR_TO(T0, T0), DOUBLEWORDS_EXCHANGED);
        lift_emit(lift, IR_VXOR, 8, IR_DAB(V1, T0, V4));
    } else {
        vector_one(lift, IR_VSWAP, 4, IR_TO(V1, T0), DOUBLEWORDS_EXCHANGED);
    }
    return true;
}

/* V1 = how many ones there are in each element of 1 << ES bytes of FROM: those of four bits by a
   table of sixteen bytes. */
static void count_ones(struct lift *lift, unsigned es, ir_value from)
{
    const uint64_t counts = UINT64_C(0x4332322132212110);
    struct ir_op *op;

    op = lift_emit(lift, IR_VCONST, 8, IR_DAB(T2, IR_NOTHING, IR_CONST));
    op->imm = (int64_t)counts;
    op->imm2 = IR_VECTOR_NUMBERS;
    vector_one(lift, IR_VSHR, 2, IR_TO(T1, from), 4);
    vector_with(lift, IR_VAND, 8, IR_TO(T0, from), vector_repeated(0xf, 1));
    vector_with(lift, IR_VAND, 8, IR_TO(T1, T1), vector_repeated(0xf, 1));
    lift_emit(lift, IR_VSHUF, 1, IR_DAB(T0, T2, T0));
    lift_emit(lift, IR_VSHUF, 1, IR_DAB(T1, T2, T1));
    lift_emit(lift, IR_VADD, 1, IR_DAB(es ? T0 : V1, T0, T1));
    if (es == 3)
        vector_with(lift, IR_VSAD, 1, IR_TO(V1, T0), 0);
    for (unsigned width = 2; es < 3 && width <= 1u << es; width *= 2) {
        sum_halves(lift, width, T0);
        if (width == 1u << es)
            vector_one(lift, IR_VMOV, 8, IR_TO(V1, T0), 0);
    }
}

bool lift_vector_population(struct lift *lift)
{
    const unsigned es = lift->insn->m3;

    if (es > 3 || (es && !(lift->mode & LIFT_VECTOR_ENHANCEMENTS_1)))
        return false;
    count_ones(lift, es, V2);
    return true;
}

/* The zeros on the right are the ones of the element less one that are not its own. */
bool lift_vector_trailing_zeros(struct lift *lift)
{
    if (lift->insn->m3 > 3)
        return false;
    vector_with(lift, IR_VADD, 1u << lift->insn->m3, IR_TO(T0, V2), UINT64_MAX);
    lift_emit(lift, IR_VANDN, 8, IR_DAB(T0, T0, V2));
    count_ones(lift, lift->insn->m3, T0);
    return true;
}

/* Of doublewords, in general registers. */
bool lift_vector_leading_zeros(struct lift *lift)
{
    ir_value count[2];

    if (lift->insn->m3 != 3)
        return false;
    for (unsigned i = 0; i < 2; i++) {
        ir_value element = ir_temp(lift->block);

        count[i] = ir_temp(lift->block);
        vector_one(lift, IR_VEXT, 8, IR_TO(element, V2), i);
        lift_emit(lift, IR_CLZ, 8, IR_TO(count[i], element));
    }
    lift_emit(lift, IR_VPAIR, 8, IR_DAB(V1, count[0], count[1]));
    return true;
}

bool lift_vector_find(struct lift *lift)
{
    const unsigned es = lift->insn->m4, control = lift->insn->m5;
    const enum ir_opcode opcode = lift->insn->row == ROW_VFEE ? IR_VFEE : IR_VFENE;
    struct ir_op *op;

    if (es > 2 || control & ~(unsigned)(CONDITION_CODE_SET | ZERO_SEARCH))
        return false;
    op = lift_emit(lift, opcode, 1u << es, IR_DAB(V1, V2, V3));
    op->imm = control & ZERO_SEARCH ? IR_FIND_ZERO : 0;
    op->cc = control & CONDITION_CODE_SET ? IR_CC_MEMORY : IR_CC_NONE;
    return true;
}

/* The index alone, of bytes or halfwords. */
bool lift_vector_find_any(struct lift *lift)
{
    const unsigned es = lift->insn->m4, control = lift->insn->m5;
    struct ir_op *op;

    if (es > 1 || control & RESULT_TYPE)
        return false;
    op = lift_emit(lift, IR_VFAE, 1u << es, IR_DAB(V1, V2, V3));
    op->imm =
        (control & ZERO_SEARCH ? IR_FIND_ZERO : 0) | (control & INVERT_RESULT ? IR_FIND_OTHERS : 0);
    op->cc = control & CONDITION_CODE_SET ? IR_CC_MEMORY : IR_CC_NONE;
    return true;
}

bool lift_vector_isolate(struct lift *lift)
{
    if (lift->insn->m3 > 2 || lift->insn->m5 & ~CONDITION_CODE_SET)
        return false;
    lift_emit(lift, IR_VISTR, 1u << lift->insn->m3, IR_DAB(V1, V2, IR_NOTHING))->cc =
        lift->insn->m5 & CONDITION_CODE_SET ? IR_CC_MEMORY : IR_CC_NONE;
    return true;
}
