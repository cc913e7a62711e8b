/* The rules of the condition code as functions: for everyone outside translated code. */
#include <string.h>

#include "cpu/jit/ir/ir.h"

static unsigned sign(int64_t v)
{
    return v == 0 ? 0 : v < 0 ? 1 : 2;
}

#define COMPARE(type, a, b) ((type)(a) == (type)(b) ? 0u : (type)(a) < (type)(b) ? 1u : 2u)

static unsigned carry_and_value(bool left, bool not_zero)
{
    return (unsigned)left << 1 | not_zero;
}

/* The result of one + other: it lacks the sign that both have where it overflowed. */
static unsigned signed_sum(int64_t result, int64_t one, int64_t other)
{
    return ((one ^ result) & (other ^ result)) < 0 ? 3 : sign(result);
}

static unsigned signed_difference(int64_t result, int64_t from, int64_t subtracted)
{
    return ((from ^ subtracted) & (from ^ result)) < 0 ? 3 : sign(result);
}

/* 2 where the leftmost selected bit is one. */
static unsigned test16(uint64_t selected, uint64_t mask)
{
    if (selected == 0)
        return 0;
    if (selected == mask)
        return 3;
    return selected > (mask ^ selected) ? 2 : 1;
}

static unsigned float_compare(double a, double b)
{
    return a == b ? 0 : a < b ? 1 : a > b ? 2 : 3;
}

static double as_double(uint64_t bits)
{
    double d;

    memcpy(&d, &bits, sizeof d);
    return d;
}

/* The short operand is in bits 32-63 of its slot. */
static double short_as_double(uint64_t bits)
{
    uint32_t low = (uint32_t)bits;
    float f;

    memcpy(&f, &low, sizeof f);
    return (double)f;
}

unsigned ir_cc_value(enum ir_cc rule, uint64_t a, uint64_t b)
{
    switch (rule) {
    case IR_CC_LOGIC:
        return a != 0;
    case IR_CC_SIGN32:
        return sign((int32_t)a);
    case IR_CC_SIGN64:
        return sign((int64_t)a);
    case IR_CC_CMP_S32:
        return COMPARE(int32_t, a, b);
    case IR_CC_CMP_S64:
        return COMPARE(int64_t, a, b);
    case IR_CC_CMP_U32:
        return COMPARE(uint32_t, a, b);
    case IR_CC_CMP_U64:
        return COMPARE(uint64_t, a, b);
    case IR_CC_ADD_U32:
        return carry_and_value((uint32_t)a < (uint32_t)b, (uint32_t)a != 0);
    case IR_CC_ADD_U64:
        return carry_and_value(a < b, a != 0);
    case IR_CC_SUB_U32:
        return carry_and_value((uint32_t)(a + b) >= (uint32_t)b, (uint32_t)a != 0);
    case IR_CC_SUB_U64:
        return carry_and_value(a + b >= b, a != 0);
    case IR_CC_ADD_S32:
        return signed_sum((int32_t)a, (int32_t)(a - b), (int32_t)b);
    case IR_CC_ADD_S64:
        return signed_sum((int64_t)a, (int64_t)(a - b), (int64_t)b);
    case IR_CC_SUB_S32:
        return signed_difference((int32_t)a, (int32_t)(a + b), (int32_t)b);
    case IR_CC_SUB_S64:
        return signed_difference((int64_t)a, (int64_t)(a + b), (int64_t)b);
    case IR_CC_CARRY:
        return carry_and_value(b & 1, a != 0);
    case IR_CC_TEST8:
        return (a & b) == 0 ? 0 : (a & b) == b ? 3 : 1;
    case IR_CC_TEST16:
        return test16(a & b, b);
    case IR_CC_FCMP32:
        return float_compare(short_as_double(a), short_as_double(b));
    case IR_CC_FCMP64:
        return float_compare(as_double(a), as_double(b));
    case IR_CC_FSIGN32:
        return float_compare(short_as_double(a), 0);
    case IR_CC_FSIGN64:
        return float_compare(as_double(a), 0);
    default:
        return 0;
    }
}

/* For each rule, operands that make condition codes 0 to 3. */
static const struct {
    uint64_t a, b;
} examples[IR_CC_RULES][4] = {
    [IR_CC_LOGIC] = {{0, 0}, {1, 0}, {1, 0}, {1, 0}},
    [IR_CC_SIGN32] = {{0, 0}, {UINT64_MAX, 0}, {1, 0}, {1, 0}},
    [IR_CC_SIGN64] = {{0, 0}, {UINT64_MAX, 0}, {1, 0}, {1, 0}},
    [IR_CC_CMP_S32] = {{0, 0}, {0, 1}, {1, 0}, {1, 0}},
    [IR_CC_CMP_S64] = {{0, 0}, {0, 1}, {1, 0}, {1, 0}},
    [IR_CC_CMP_U32] = {{0, 0}, {0, 1}, {1, 0}, {1, 0}},
    [IR_CC_CMP_U64] = {{0, 0}, {0, 1}, {1, 0}, {1, 0}},
    [IR_CC_ADD_U32] = {{0, 0}, {1, 0}, {0, 1}, {1, 2}},
    [IR_CC_ADD_U64] = {{0, 0}, {1, 0}, {0, 1}, {1, 2}},
    [IR_CC_SUB_U32] = {{0, 0}, {UINT32_MAX, 1}, {0, 0}, {1, 0}},
    [IR_CC_SUB_U64] = {{0, 0}, {UINT64_MAX, 1}, {0, 0}, {1, 0}},
    [IR_CC_ADD_S32] = {{0, 0}, {UINT64_MAX, 0}, {1, 0}, {UINT32_C(1) << 31, 1}},
    [IR_CC_ADD_S64] = {{0, 0}, {UINT64_MAX, 0}, {1, 0}, {UINT64_C(1) << 63, 1}},
    [IR_CC_SUB_S32] = {{0, 0}, {UINT64_MAX, 0}, {1, 0}, {INT32_MAX, 1}},
    [IR_CC_SUB_S64] = {{0, 0}, {UINT64_MAX, 0}, {1, 0}, {INT64_MAX, 1}},
    [IR_CC_CARRY] = {{0, 0}, {1, 0}, {0, 1}, {1, 1}},
    [IR_CC_TEST8] = {{0, 1}, {1, 3}, {1, 3}, {1, 1}},
    [IR_CC_TEST16] = {{0, 1}, {1, 3}, {2, 3}, {1, 1}},
    /* Bits of 0, 1 and a quiet NaN. */
    [IR_CC_FCMP32] = {{0, 0}, {0, 0x3f800000}, {0x3f800000, 0}, {0x7fc00000, 0}},
    [IR_CC_FCMP64] = {{0, 0},
                      {0, UINT64_C(0x3ff0000000000000)},
                      {UINT64_C(0x3ff0000000000000), 0},
                      {UINT64_C(0x7ff8000000000000), 0}},
    [IR_CC_FSIGN32] = {{0, 0}, {0xbf800000, 0}, {0x3f800000, 0}, {0x7fc00000, 0}},
    [IR_CC_FSIGN64] = {{0, 0},
                       {UINT64_C(0xbff0000000000000), 0},
                       {UINT64_C(0x3ff0000000000000), 0},
                       {UINT64_C(0x7ff8000000000000), 0}},
};

void ir_cc_operands(enum ir_cc rule, unsigned cc, uint64_t operand[2])
{
    operand[0] = examples[rule][cc & 3].a;
    operand[1] = examples[rule][cc & 3].b;
}
