/*
 * Rules of the condition code against the PoP's definitions (chapter 7, the tables of resulting
 * condition codes), worked out here in wider integers, for every pair of edge operands.
 */
#include "cpu/jit/ir/ir.h"

#include <math.h>

#include "tests/harness.h"

__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 uwide;

static const uint64_t edges[] = {
    0,
    1,
    2,
    0x7f,
    0x80,
    0xff,
    0x7fffffff,
    0x80000000,
    0x80000001,
    0xfffffffe,
    0xffffffff,
    0x100000000,
    0x100000001,
    0x7fffffffffffffff,
    0x8000000000000000,
    0x8000000000000001,
    0xfffffffffffffffe,
    0xffffffffffffffff,
    0x123456789abcdef0,
    0xffffffff00000000,
    0xffffffff80000000,
};

#define EDGES (sizeof edges / sizeof edges[0])

static unsigned signed_result(wide value, wide low, wide high)
{
    return value < low || value > high ? 3 : value == 0 ? 0 : value < 0 ? 1 : 2;
}

static unsigned order(bool equal, bool low)
{
    return equal ? 0 : low ? 1 : 2;
}

/* ADD LOGICAL: bit 0 of the code is the carry, bit 1 that the sum is not zero. */
static unsigned add_logical(uint64_t x, uint64_t y, unsigned bits)
{
    uwide sum = (uwide)x + y;

    return (unsigned)(sum >> bits & 1) << 1 | ((uint64_t)(sum << (64 - bits)) != 0);
}

/* SUBTRACT LOGICAL is the addition of the complement and one. */
static unsigned subtract_logical(uint64_t x, uint64_t y, unsigned bits)
{
    uint64_t ones = bits == 64 ? UINT64_MAX : UINT32_MAX;
    uwide sum = (uwide)x + (y ^ ones) + 1;

    return (unsigned)(sum >> bits & 1) << 1 | ((uint64_t)(sum << (64 - bits)) != 0);
}

static void check_word(uint64_t x, uint64_t y)
{
    uint32_t a = (uint32_t)x, b = (uint32_t)y;
    int32_t s = (int32_t)a, t = (int32_t)b;

    CHECK_EQ(ir_cc_value(IR_CC_SIGN32, x, y), signed_result(s, INT32_MIN, INT32_MAX));
    CHECK_EQ(ir_cc_value(IR_CC_CMP_S32, x, y), order(s == t, s < t));
    CHECK_EQ(ir_cc_value(IR_CC_CMP_U32, x, y), order(a == b, a < b));
    CHECK_EQ(ir_cc_value(IR_CC_ADD_U32, x + y, y), add_logical(a, b, 32));
    CHECK_EQ(ir_cc_value(IR_CC_SUB_U32, x - y, y), subtract_logical(a, b, 32));
    CHECK_EQ(ir_cc_value(IR_CC_ADD_S32, x + y, y),
             signed_result((wide)s + t, INT32_MIN, INT32_MAX));
    CHECK_EQ(ir_cc_value(IR_CC_SUB_S32, x - y, y),
             signed_result((wide)s - t, INT32_MIN, INT32_MAX));
}

static void check_doubleword(uint64_t x, uint64_t y)
{
    int64_t s = (int64_t)x, t = (int64_t)y;

    CHECK_EQ(ir_cc_value(IR_CC_LOGIC, x, y), x ? 1 : 0);
    CHECK_EQ(ir_cc_value(IR_CC_SIGN64, x, y), signed_result(s, INT64_MIN, INT64_MAX));
    CHECK_EQ(ir_cc_value(IR_CC_CMP_S64, x, y), order(s == t, s < t));
    CHECK_EQ(ir_cc_value(IR_CC_CMP_U64, x, y), order(x == y, x < y));
    CHECK_EQ(ir_cc_value(IR_CC_ADD_U64, x + y, y), add_logical(x, y, 64));
    CHECK_EQ(ir_cc_value(IR_CC_SUB_U64, x - y, y), subtract_logical(x, y, 64));
    CHECK_EQ(ir_cc_value(IR_CC_ADD_S64, x + y, y),
             signed_result((wide)s + t, INT64_MIN, INT64_MAX));
    CHECK_EQ(ir_cc_value(IR_CC_SUB_S64, x - y, y),
             signed_result((wide)s - t, INT64_MIN, INT64_MAX));
    CHECK_EQ(ir_cc_value(IR_CC_CARRY, x, y & 1), (y & 1) * 2 + (x ? 1 : 0));
}

static void integer_rules(void)
{
    for (unsigned i = 0; i < EDGES; i++)
        for (unsigned j = 0; j < EDGES; j++) {
            check_word(edges[i], edges[j]);
            check_doubleword(edges[i], edges[j]);
        }
}

/* TEST UNDER MASK (byte): 0 all selected bits zeros, 1 mixed, 3 all ones. */
static void byte_masks(void)
{
    for (unsigned mask = 0; mask < 256; mask++)
        for (unsigned byte = 0; byte < 256; byte++) {
            unsigned ones = (unsigned)__builtin_popcount(byte & mask);
            unsigned all = (unsigned)__builtin_popcount(mask);

            CHECK_EQ(ir_cc_value(IR_CC_TEST8, byte & mask, mask), ones == 0     ? 0
                                                                  : ones == all ? 3
                                                                                : 1);
        }
}

/* TEST UNDER MASK (halfwords): mixed is 1 or 2 by the leftmost selected bit. */
static void halfword_masks(void)
{
    static const uint16_t values[] = {0,      1,      2,      3,      0x10,   0x11,  0x7fff,
                                      0x8000, 0x8001, 0xaaaa, 0x5555, 0xfffe, 0xffff};

    for (unsigned i = 0; i < sizeof values / sizeof values[0]; i++)
        for (unsigned j = 0; j < sizeof values / sizeof values[0]; j++) {
            unsigned mask = values[i], selected = values[j] & mask, left = 0x8000, wanted;

            while (left && !(left & mask))
                left >>= 1;
            wanted = !selected ? 0 : selected == mask ? 3 : selected & left ? 2 : 1;
            CHECK_EQ(ir_cc_value(IR_CC_TEST16, selected, mask), wanted);
        }
}

static uint64_t bits_of(double d)
{
    uint64_t bits;

    memcpy(&bits, &d, sizeof bits);
    return bits;
}

static uint64_t short_bits_of(float f)
{
    uint32_t bits;

    memcpy(&bits, &f, sizeof bits);
    return bits;
}

/* PoP chapter 19, COMPARE: unordered where either is a NaN. */
static void floating_rules(void)
{
    static const double values[] = {0.0,    -0.0, 1.0,      -1.0,      1e-40,
                                    -1e-40, 1e30, INFINITY, -INFINITY, NAN};

    for (unsigned i = 0; i < sizeof values / sizeof values[0]; i++)
        for (unsigned j = 0; j < sizeof values / sizeof values[0]; j++) {
            double x = values[i], y = values[j];
            unsigned pair = isnan(x) || isnan(y) ? 3 : order(!(x < y) && !(x > y), x < y);
            unsigned alone = isnan(x) ? 3 : order(x == 0, x < 0);

            CHECK_EQ(ir_cc_value(IR_CC_FCMP64, bits_of(x), bits_of(y)), pair);
            CHECK_EQ(ir_cc_value(IR_CC_FCMP32, short_bits_of((float)x), short_bits_of((float)y)),
                     pair);
            CHECK_EQ(ir_cc_value(IR_CC_FSIGN64, bits_of(x), 0), alone);
            CHECK_EQ(ir_cc_value(IR_CC_FSIGN32, short_bits_of((float)x), 0), alone);
        }
}

/* The codes that a rule can make, 8 for code 0 down to 1 for code 3, as in a branch's mask. */
static const uint8_t made[IR_CC_RULES] = {
    [IR_CC_LOGIC] = 12,   [IR_CC_SIGN32] = 14,  [IR_CC_SIGN64] = 14,  [IR_CC_CMP_S32] = 14,
    [IR_CC_CMP_S64] = 14, [IR_CC_CMP_U32] = 14, [IR_CC_CMP_U64] = 14, [IR_CC_ADD_U32] = 15,
    [IR_CC_ADD_U64] = 15, [IR_CC_SUB_U32] = 7,  [IR_CC_SUB_U64] = 7,  [IR_CC_ADD_S32] = 15,
    [IR_CC_ADD_S64] = 15, [IR_CC_SUB_S32] = 15, [IR_CC_SUB_S64] = 15, [IR_CC_CARRY] = 15,
    [IR_CC_TEST8] = 13,   [IR_CC_TEST16] = 15,  [IR_CC_FCMP32] = 15,  [IR_CC_FCMP64] = 15,
    [IR_CC_FSIGN32] = 15, [IR_CC_FSIGN64] = 15,
};

/* A condition code becomes operands that make it again, wherever the rule makes it at all. */
static void operands_of_codes(void)
{
    for (unsigned rule = 0; rule < IR_CC_RULES; rule++) {
        if (rule == IR_CC_NONE || rule == IR_CC_MEMORY || rule == IR_CC_DYNAMIC)
            continue;
        if (!made[rule])
            printf("# rule %u is not in this test's table\n", rule);
        CHECK(made[rule] != 0);
        for (unsigned cc = 0; cc < 4; cc++) {
            uint64_t operand[2];
            unsigned seen;

            ir_cc_operands((enum ir_cc)rule, cc, operand);
            seen = ir_cc_value((enum ir_cc)rule, operand[0], operand[1]);
            if (made[rule] & 8u >> cc)
                CHECK_EQ(seen, cc);
            else
                CHECK(made[rule] & 8u >> seen);
        }
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(integer_rules),  TEST(byte_masks),        TEST(halfword_masks),
        TEST(floating_rules), TEST(operands_of_codes),
    };

    return RUN_TESTS(tests);
}
