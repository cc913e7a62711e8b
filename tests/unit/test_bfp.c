/*
 * BFP where no host can be asked: traps with their scaled results and data-exception codes,
 * propagation of NaNs, the special results of conversion, and HFP. Expected values are worked
 * out by hand from the tables of the Principles of Operation, chapters 9 and 19.
 */
#include "cpu/float/bfp.h"

#include "tests/harness.h"

enum {
    I = BFP_INVALID,
    Z = BFP_ZERO_DIVIDE,
    O = BFP_OVERFLOW,
    U = BFP_UNDERFLOW,
    X = BFP_INEXACT,
    Y = BFP_INCREMENTED,
    EVEN = BFP_ROUND_NEAREST_EVEN,
    AWAY = BFP_ROUND_NEAREST_AWAY,
    ZERO = BFP_ROUND_TO_ZERO,
    UP = BFP_ROUND_UP,
    DOWN = BFP_ROUND_DOWN,
    SHORTER = BFP_ROUND_FOR_SHORTER,
};

typedef bfp_value binary_operation(struct bfp_env *, enum bfp_format, bfp_value, bfp_value);

struct binary_case {
    binary_operation *operation;
    enum bfp_format format;
    uint8_t rounding;
    uint8_t traps;
    uint64_t a, b; /* extended: the left halves */
    uint64_t result;
    uint8_t flags;
    uint8_t dxc;
};

static bfp_value make(enum bfp_format format, uint64_t bits)
{
    return format == BFP_EXTENDED ? bfp_make_extended(bits, 0) : bfp_make(bits);
}

static void run_binary(const struct binary_case *c, size_t count)
{
    for (size_t i = 0; i < count; i++, c++) {
        struct bfp_env env = {.rounding = c->rounding, .traps = c->traps};
        const bfp_value result =
            c->operation(&env, c->format, make(c->format, c->a), make(c->format, c->b));
        bool passed = CHECK_EQ(env.flags, c->flags);
        passed &= CHECK_EQ(env.dxc, c->dxc);
        if (!(env.dxc & (I | Z)))
            passed &= CHECK(result.bits == make(c->format, c->result).bits);
        if (!passed)
            printf("# row %zu: %016" PRIx64 "%016" PRIx64 "\n", i, bfp_high(result),
                   bfp_low(result));
    }
}

#define RUN_BINARY(cases) run_binary(cases, sizeof cases / sizeof *(cases))

static void overflow(void)
{
    static const struct binary_case cases[] = {
        /* The largest number plus itself. */
        {bfp_add, BFP_SHORT, EVEN, 0, 0x7f7fffff, 0x7f7fffff, 0x7f800000, O | X, 0},
        {bfp_add, BFP_SHORT, AWAY, 0, 0x7f7fffff, 0x7f7fffff, 0x7f800000, O | X, 0},
        {bfp_add, BFP_SHORT, ZERO, 0, 0x7f7fffff, 0x7f7fffff, 0x7f7fffff, O | X, 0},
        {bfp_add, BFP_SHORT, UP, 0, 0x7f7fffff, 0x7f7fffff, 0x7f800000, O | X, 0},
        {bfp_add, BFP_SHORT, UP, 0, 0xff7fffff, 0xff7fffff, 0xff7fffff, O | X, 0},
        {bfp_add, BFP_SHORT, DOWN, 0, 0x7f7fffff, 0x7f7fffff, 0x7f7fffff, O | X, 0},
        {bfp_add, BFP_SHORT, DOWN, 0, 0xff7fffff, 0xff7fffff, 0xff800000, O | X, 0},
        {bfp_add, BFP_SHORT, SHORTER, 0, 0x7f7fffff, 0x7f7fffff, 0x7f7fffff, O | X, 0},
        /* The overflow is masked off, the inexact result traps. */
        {bfp_add, BFP_SHORT, EVEN, X, 0x7f7fffff, 0x7f7fffff, 0x7f800000, O, X | Y},
        {bfp_add, BFP_SHORT, ZERO, X, 0x7f7fffff, 0x7f7fffff, 0x7f7fffff, O, X},
        /* The overflow traps: 2 ** 128 - ... becomes 2 ** -64 - ... */
        {bfp_add, BFP_SHORT, EVEN, O, 0x7f7fffff, 0x7f7fffff, 0x1fffffff, 0, O},
        {bfp_add, BFP_SHORT, EVEN, O | X, 0xff7fffff, 0xff7fffff, 0x9fffffff, 0, O},
        {bfp_add, BFP_LONG, EVEN, O, 0x7fefffffffffffff, 0x7fefffffffffffff, 0x1fffffffffffffff, 0,
         O},
        {bfp_add, BFP_EXTENDED, EVEN, O, 0x7ffe000000000000, 0x7ffe000000000000, 0x1fff000000000000,
         0, O},
        {bfp_multiply, BFP_SHORT, EVEN, O, 0x7f7fffff, 0x40000001, 0x20000000, 0, O | X},
        {bfp_multiply, BFP_SHORT, UP, O, 0x7f7fffff, 0x40000001, 0x20000001, 0, O | X | Y},
        {bfp_subtract, BFP_SHORT, EVEN, O, 0x7f7fffff, 0xff7fffff, 0x1fffffff, 0, O},
        {bfp_divide, BFP_SHORT, EVEN, O, 0x7f000000, 0x3f000000, 0x1f800000, 0, O},
    };
    RUN_BINARY(cases);
}

static void underflow(void)
{
    static const struct binary_case cases[] = {
        /* Exact: nothing happens unless it traps. */
        {bfp_multiply, BFP_SHORT, EVEN, 0, 0x00800000, 0x3f000000, 0x00400000, 0, 0},
        {bfp_multiply, BFP_SHORT, EVEN, X, 0x00800000, 0x3f000000, 0x00400000, 0, 0},
        {bfp_multiply, BFP_SHORT, EVEN, U, 0x00800000, 0x3f000000, 0x60000000, 0, U},
        {bfp_multiply, BFP_LONG, EVEN, U, 0x0010000000000000, 0x3fe0000000000000,
         0x6000000000000000, 0, U},
        {bfp_multiply, BFP_EXTENDED, EVEN, U, 0x0001000000000000, 0x3ffe000000000000,
         0x6000000000000000, 0, U},
        /* Inexact; the untrapped result ends earlier, so only there is a bit lost. */
        {bfp_multiply, BFP_SHORT, EVEN, 0, 0x00800001, 0x3f000000, 0x00400000, U | X, 0},
        {bfp_multiply, BFP_SHORT, EVEN, X, 0x00800001, 0x3f000000, 0x00400000, U, X},
        {bfp_multiply, BFP_SHORT, UP, X, 0x00800001, 0x3f000000, 0x00400001, U, X | Y},
        {bfp_multiply, BFP_SHORT, EVEN, U | X, 0x00800001, 0x3f000000, 0x60000001, 0, U},
        {bfp_multiply, BFP_SHORT, EVEN, U, 0x00800001, 0x3f000001, 0x60000002, 0, U | X},
        {bfp_multiply, BFP_SHORT, UP, U, 0x00800001, 0x3f000001, 0x60000003, 0, U | X | Y},
        {bfp_multiply, BFP_SHORT, SHORTER, U, 0x00800001, 0x3f000001, 0x60000003, 0, U | X | Y},
        /* Tiny before rounding, though it is rounded to the smallest normal number. */
        {bfp_multiply, BFP_SHORT, EVEN, 0, 0x007fffff, 0x3f800001, 0x00800000, U | X, 0},
        {bfp_multiply, BFP_SHORT, EVEN, U, 0x007fffff, 0x3f800001, 0x60800000, 0, U | X | Y},
        /* The smallest numbers' product is far below everything. */
        {bfp_multiply, BFP_SHORT, UP, 0, 0x00000001, 0x00000001, 0x00000001, U | X, 0},
        {bfp_multiply, BFP_SHORT, EVEN, 0, 0x00000001, 0x80000001, 0x80000000, U | X, 0},
        {bfp_multiply, BFP_SHORT, EVEN, U, 0x00000001, 0x00000001, 0x0a800000, 0, U},
        {bfp_subtract, BFP_SHORT, EVEN, U, 0x00800001, 0x00800000, 0x55000000, 0, U},
    };
    RUN_BINARY(cases);
}

static void invalid_and_zero_divide(void)
{
    static const struct binary_case cases[] = {
        {bfp_divide, BFP_SHORT, EVEN, 0, 0x3f800000, 0x80000000, 0xff800000, Z, 0},
        {bfp_divide, BFP_SHORT, EVEN, Z, 0x3f800000, 0x80000000, 0, 0, Z},
        {bfp_divide, BFP_SHORT, EVEN, Z, 0x7f800000, 0x80000000, 0xff800000, 0, 0},
        {bfp_divide, BFP_LONG, EVEN, 0, 0, 0, 0x7ff8000000000000, I, 0},
        {bfp_divide, BFP_LONG, EVEN, I, 0, 0, 0, 0, I},
        {bfp_divide, BFP_LONG, EVEN, 0, 0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000000,
         I, 0},
        {bfp_multiply, BFP_EXTENDED, EVEN, 0, 0x7fff000000000000, 0x8000000000000000,
         0x7fff800000000000, I, 0},
        {bfp_add, BFP_SHORT, EVEN, 0, 0x7f800000, 0xff800000, 0x7fc00000, I, 0},
        {bfp_subtract, BFP_SHORT, EVEN, 0, 0x7f800000, 0xff800000, 0x7f800000, 0, 0},
        {bfp_subtract, BFP_SHORT, EVEN, I, 0x7f800000, 0x7f800000, 0, 0, I},
    };
    RUN_BINARY(cases);

    struct bfp_env env = {.rounding = EVEN};
    CHECK_EQ(bfp_low(bfp_square_root(&env, BFP_SHORT, bfp_make(0xbf800000))), 0x7fc00000);
    CHECK_EQ(env.flags, I);
    env.flags = 0;
    CHECK_EQ(bfp_low(bfp_square_root(&env, BFP_SHORT, bfp_make(0x80000000))), 0x80000000);
    CHECK_EQ(env.flags, 0);
}

static void nans(void)
{
    static const struct binary_case cases[] = {
        /* A signaling NaN goes first, else the first operand; the sign stays. */
        {bfp_add, BFP_SHORT, EVEN, 0, 0xffc00001, 0x7f800002, 0x7fc00002, I, 0},
        {bfp_add, BFP_SHORT, EVEN, 0, 0xff800001, 0x7f800002, 0xffc00001, I, 0},
        {bfp_add, BFP_SHORT, EVEN, 0, 0xffc00001, 0x7fc00002, 0xffc00001, 0, 0},
        {bfp_add, BFP_SHORT, EVEN, 0, 0x3f800000, 0x7fc00002, 0x7fc00002, 0, 0},
        {bfp_subtract, BFP_SHORT, EVEN, 0, 0x3f800000, 0x7fc00002, 0x7fc00002, 0, 0},
        {bfp_divide, BFP_SHORT, EVEN, 0, 0x7fc00003, 0x00000000, 0x7fc00003, 0, 0},
        {bfp_add, BFP_SHORT, EVEN, I, 0x3f800000, 0xff800002, 0, 0, I},
        {bfp_add, BFP_SHORT, EVEN, I, 0x3f800000, 0xffc00002, 0xffc00002, 0, 0},
    };
    RUN_BINARY(cases);

    struct bfp_env env = {.rounding = EVEN};
    const bfp_value infinity = bfp_make(0x7f800000), zero = bfp_make(0), one = bfp_make(0x3f800000);
    const bfp_value quiet = bfp_make(0xffc00005), signaling = bfp_make(0x7f800006);
    CHECK_EQ(bfp_low(bfp_multiply_add(&env, BFP_SHORT, infinity, zero, quiet)), 0x7fc00000);
    CHECK_EQ(env.flags, I);
    env.flags = 0;
    CHECK_EQ(bfp_low(bfp_multiply_add(&env, BFP_SHORT, one, quiet, bfp_make(0x7fc00001))),
             0xffc00005);
    CHECK_EQ(env.flags, 0);
    CHECK_EQ(bfp_low(bfp_multiply_add(&env, BFP_SHORT, one, quiet, signaling)), 0x7fc00006);
    CHECK_EQ(env.flags, I);
    CHECK_EQ(bfp_low(bfp_multiply_subtract(&env, BFP_SHORT, one, one, quiet)), 0xffc00005);

    /* The payload keeps its place on the left. */
    CHECK_EQ(bfp_low(bfp_lengthen(&env, BFP_SHORT, BFP_LONG, bfp_make(0xff812345))),
             0xfff82468a0000000);
    CHECK_EQ(bfp_low(bfp_round_format(&env, BFP_LONG, BFP_SHORT, bfp_make(0x7ff0000000000001))),
             0x7fc00000);
    CHECK_EQ(bfp_low(bfp_load_and_test(&env, BFP_SHORT, signaling)), 0x7fc00006);
}

static void sums_of_zero(void)
{
    static const struct binary_case cases[] = {
        {bfp_add, BFP_SHORT, EVEN, 0, 0x80000000, 0x80000000, 0x80000000, 0, 0},
        {bfp_add, BFP_SHORT, EVEN, 0, 0x80000000, 0x00000000, 0x00000000, 0, 0},
        {bfp_add, BFP_SHORT, DOWN, 0, 0x80000000, 0x00000000, 0x80000000, 0, 0},
        {bfp_subtract, BFP_SHORT, DOWN, 0, 0x3f800000, 0x3f800000, 0x80000000, 0, 0},
        {bfp_subtract, BFP_SHORT, SHORTER, 0, 0x3f800000, 0x3f800000, 0x00000000, 0, 0},
    };
    RUN_BINARY(cases);
}

static void load_rounded(void)
{
    static const struct {
        enum bfp_format from, to;
        uint8_t rounding, traps;
        bool no_inexact;
        uint64_t high, low;
        uint64_t result_high, result_low;
        uint8_t flags, dxc;
    } cases[] = {
        {BFP_LONG, BFP_SHORT, EVEN, 0, false, 0, 0x3ff0000010000000, 0, 0x3f800000, X, 0},
        {BFP_LONG, BFP_SHORT, AWAY, 0, false, 0, 0x3ff0000010000000, 0, 0x3f800001, X, 0},
        {BFP_LONG, BFP_SHORT, AWAY, 0, true, 0, 0x3ff0000010000000, 0, 0x3f800001, 0, 0},
        {BFP_LONG, BFP_SHORT, AWAY, X, false, 0, 0x3ff0000010000000, 0, 0x3f800001, 0, X | Y},
        {BFP_LONG, BFP_SHORT, AWAY, X, true, 0, 0x3ff0000010000000, 0, 0x3f800001, 0, 0},
        {BFP_LONG, BFP_SHORT, EVEN, 0, false, 0, 0x4c70000000000000, 0, 0x7f800000, O | X, 0},
        {BFP_LONG, BFP_SHORT, EVEN, 0, true, 0, 0x4c70000000000000, 0, 0x7f800000, O, 0},
        /* 2 ** 200 scaled by 2 ** -512, 2 ** -140 by 2 ** 512, in the long format. */
        {BFP_LONG, BFP_SHORT, EVEN, O, false, 0, 0x4c70000000000000, 0, 0x2c70000000000000, 0, O},
        {BFP_LONG, BFP_SHORT, EVEN, O, false, 0, 0xcc70000000000001, 0, 0xac70000000000000, 0,
         O | X},
        {BFP_LONG, BFP_SHORT, DOWN, O, false, 0, 0xcc70000000000001, 0, 0xac70000020000000, 0,
         O | X | Y},
        {BFP_LONG, BFP_SHORT, DOWN, O, true, 0, 0xcc70000000000001, 0, 0xac70000020000000, 0, O},
        {BFP_LONG, BFP_SHORT, EVEN, U, false, 0, 0x3730000000000000, 0, 0x5730000000000000, 0, U},
        {BFP_LONG, BFP_SHORT, EVEN, 0, false, 0, 0x3730000000000000, 0, 0x00000200, 0, 0},
        {BFP_LONG, BFP_SHORT, EVEN, U, false, 0, 0x373fffffffffffff, 0, 0x5740000000000000, 0,
         U | X | Y},
        {BFP_EXTENDED, BFP_LONG, EVEN, O, false, 0x7ffe000000000000, 1, 0x5ffe000000000000, 0, 0,
         O | X},
        {BFP_EXTENDED, BFP_SHORT, EVEN, U, false, 0x0001000000000000, 0, 0x2001000000000000, 0, 0,
         U},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bfp_env env = {.rounding = cases[i].rounding,
                              .traps = cases[i].traps,
                              .no_inexact = cases[i].no_inexact};
        const bfp_value v = bfp_make_extended(cases[i].high, cases[i].low);
        const bfp_value result = bfp_round_format(&env, cases[i].from, cases[i].to, v);

        bool passed = CHECK_EQ(bfp_high(result), cases[i].result_high);
        passed &= CHECK_EQ(bfp_low(result), cases[i].result_low);
        passed &= CHECK_EQ(env.flags, cases[i].flags);
        passed &= CHECK_EQ(env.dxc, cases[i].dxc);
        passed &= CHECK_EQ(env.source_format, (cases[i].dxc & (O | U)) != 0);
        if (!passed)
            printf("# row %zu\n", i);
    }
}

static void load_fp_integer(void)
{
    static const struct {
        uint8_t rounding;
        uint64_t v, result;
        uint8_t flags;
    } cases[] = {
        {EVEN, 0x40200000, 0x40000000, X}, /* 2.5 */
        {AWAY, 0x40200000, 0x40400000, X},    {SHORTER, 0x40200000, 0x40400000, X},
        {SHORTER, 0x40600000, 0x40400000, X}, /* 3.5 */
        {EVEN, 0x40600000, 0x40800000, X},    {ZERO, 0xc0600000, 0xc0400000, X},
        {UP, 0xbf000000, 0x80000000, X},      {DOWN, 0xbf000000, 0xbf800000, X},
        {AWAY, 0x3effffff, 0x00000000, X},    {UP, 0x00000001, 0x3f800000, X},
        {EVEN, 0x4b000001, 0x4b000001, 0},    {EVEN, 0xff800000, 0xff800000, 0},
        {EVEN, 0x80000000, 0x80000000, 0},    {EVEN, 0x7f800001, 0x7fc00001, I},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bfp_env env = {.rounding = cases[i].rounding};
        CHECK_EQ(bfp_low(bfp_round_to_integer(&env, BFP_SHORT, bfp_make(cases[i].v))),
                 cases[i].result);
        CHECK_EQ(env.flags, cases[i].flags);
        env = (struct bfp_env){.rounding = cases[i].rounding, .no_inexact = true};
        bfp_round_to_integer(&env, BFP_SHORT, bfp_make(cases[i].v));
        CHECK_EQ(env.flags, cases[i].flags & ~X);
    }
}

static const struct {
    uint64_t v;
    uint8_t rounding, traps;
    bool no_inexact;
    int64_t fixed;
    uint8_t fixed_cc, fixed_flags, fixed_dxc;
    uint64_t logical;
    uint8_t logical_cc, logical_flags;
} conversions[] = {
    /* 32-bit results from long operands; the logical columns without traps */
    {0x0000000000000000, EVEN, 0, false, 0, 0, 0, 0, 0, 0, 0},
    {0x8000000000000000, EVEN, 0, false, 0, 0, 0, 0, 0, 0, 0},
    {0xbfe0000000000000, EVEN, 0, false, 0, 1, X, 0, 0, 1, X}, /* -0.5 */
    {0xbfe0000000000000, AWAY, 0, false, -1, 1, X, 0, 0, 3, I | X},
    {0x3fe0000000000000, UP, 0, true, 1, 2, 0, 0, 1, 2, 0},
    {0x41dfffffffc00000, EVEN, 0, false, INT32_MAX, 2, 0, 0, INT32_MAX, 2, 0},
    {0x41dfffffffdfffff, EVEN, 0, false, INT32_MAX, 2, X, 0, INT32_MAX, 2, X},
    {0x41dfffffffe00000, EVEN, 0, false, INT32_MAX, 3, I | X, 0, 0x80000000, 2, X},
    {0x41dfffffffe00000, ZERO, 0, false, INT32_MAX, 2, X, 0, INT32_MAX, 2, X},
    {0x41e0000000000000, EVEN, 0, true, INT32_MAX, 3, I, 0, 0x80000000, 2, 0},
    {0x41e0000000000000, EVEN, X, false, INT32_MAX, 3, I, X, 0x80000000, 2, 0},
    {0x41e0000000000000, EVEN, I | X, false, 0, 3, 0, I, 0x80000000, 2, 0},
    {0xc1e0000000000000, EVEN, 0, false, INT32_MIN, 1, 0, 0, 0, 3, I | X},
    {0xc1e0000000100000, EVEN, 0, false, INT32_MIN, 1, X, 0, 0, 3, I | X},
    {0xc1e0000000200000, EVEN, 0, false, INT32_MIN, 3, I | X, 0, 0, 3, I | X},
    {0x41efffffffe00000, EVEN, 0, false, INT32_MAX, 3, I | X, 0, 0xffffffff, 2, 0},
    {0x41effffffff00000, AWAY, 0, false, INT32_MAX, 3, I | X, 0, 0xffffffff, 3, I | X},
    {0x7ff0000000000000, EVEN, 0, false, INT32_MAX, 3, I | X, 0, 0xffffffff, 3, I | X},
    {0xfff0000000000000, EVEN, 0, false, INT32_MIN, 3, I | X, 0, 0, 3, I | X},
    {0x7ff8000000000000, EVEN, 0, false, INT32_MIN, 3, I | X, 0, 0, 3, I | X},
    {0x7ff0000000000001, EVEN, 0, false, INT32_MIN, 3, I | X, 0, 0, 3, I | X},
};

static void convert_to_fixed(void)
{
    for (size_t i = 0; i < sizeof conversions / sizeof *conversions; i++) {
        struct bfp_env env = {.rounding = conversions[i].rounding,
                              .traps = conversions[i].traps,
                              .no_inexact = conversions[i].no_inexact};
        int64_t fixed;
        bool passed = CHECK_EQ(bfp_to_fixed(&env, BFP_LONG, bfp_make(conversions[i].v), 32, &fixed),
                               conversions[i].fixed_cc);
        passed &= CHECK_EQ(env.flags, conversions[i].fixed_flags);
        passed &= CHECK_EQ(env.dxc, conversions[i].fixed_dxc);
        if (env.dxc != I)
            passed &= CHECK_EQ(fixed, conversions[i].fixed);

        uint64_t logical;
        env = (struct bfp_env){.rounding = conversions[i].rounding,
                               .no_inexact = conversions[i].no_inexact};
        passed &= CHECK_EQ(bfp_to_logical(&env, BFP_LONG, bfp_make(conversions[i].v), 32, &logical),
                           conversions[i].logical_cc);
        passed &= CHECK_EQ(env.flags, conversions[i].logical_flags);
        passed &= CHECK_EQ(logical, conversions[i].logical);
        if (!passed)
            printf("# row %zu\n", i);
    }
    struct bfp_env env = {.rounding = ZERO};
    int64_t fixed;
    uint64_t logical;
    CHECK_EQ(bfp_to_fixed(&env, BFP_EXTENDED, bfp_make_extended(0xc03e000000000000, 0), 64, &fixed),
             1);
    CHECK_EQ(fixed, INT64_MIN);
    CHECK_EQ(bfp_to_logical(&env, BFP_EXTENDED,
                            bfp_make_extended(0x403effffffffffff, 0xfffe000000000000), 64,
                            &logical),
             2);
    CHECK_EQ(logical, UINT64_MAX);
    CHECK_EQ(env.flags, 0);
    CHECK_EQ(
        bfp_to_logical(&env, BFP_EXTENDED, bfp_make_extended(0x403f000000000000, 0), 64, &logical),
        3);
    CHECK_EQ(logical, UINT64_MAX);
}

static void compare_and_classify(void)
{
    static const struct {
        uint64_t v;
        uint16_t class;
        uint8_t cc;
    } cases[] = {
        {0x00000000, 0x800, 0}, {0x80000000, 0x400, 0}, {0x3f800000, 0x200, 2},
        {0xbf800000, 0x100, 1}, {0x00000001, 0x080, 2}, {0x807fffff, 0x040, 1},
        {0x7f800000, 0x020, 2}, {0xff800000, 0x010, 1}, {0x7fc00000, 0x008, 3},
        {0xffc00000, 0x004, 3}, {0x7f800001, 0x002, 3}, {0xffbfffff, 0x001, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_EQ(bfp_data_class(BFP_SHORT, bfp_make(cases[i].v)), cases[i].class);
        CHECK_EQ(bfp_condition_code(BFP_SHORT, bfp_make(cases[i].v)), cases[i].cc);
    }
    struct bfp_env env = {.traps = 0};
    const bfp_value one = bfp_make(0x3f800000);
    CHECK_EQ(bfp_compare(&env, BFP_SHORT, bfp_make(0x80000000), bfp_make(0), true), 0);
    CHECK_EQ(bfp_compare(&env, BFP_SHORT, one, bfp_make(0xff800000), true), 2);
    CHECK_EQ(bfp_compare(&env, BFP_SHORT, bfp_make(0xbf800000), bfp_make(0xbf800001), true), 2);
    CHECK_EQ(bfp_compare(&env, BFP_SHORT, one, bfp_make(0x7fc00000), false), 3);
    CHECK_EQ(env.flags, 0);
    CHECK_EQ(bfp_compare(&env, BFP_SHORT, one, bfp_make(0x7fc00000), true), 3);
    CHECK_EQ(env.flags, I);
    env = (struct bfp_env){.traps = I};
    bfp_compare(&env, BFP_SHORT, bfp_make(0x7f800001), one, false);
    CHECK_EQ(env.dxc, I);
}

static const struct {
    uint64_t a, b;
    uint8_t method, traps;
    uint64_t remainder, quotient;
    uint8_t cc, flags, dxc;
} divisions[] = {
    /* 7 / 2, 7 / -2 */
    {0x401c000000000000, 0x4000000000000000, EVEN, 0, 0xbff0000000000000, 0x4010000000000000, 0, 0,
     0},
    {0x401c000000000000, 0x4000000000000000, ZERO, 0, 0x3ff0000000000000, 0x4008000000000000, 0, 0,
     0},
    {0x401c000000000000, 0xc000000000000000, UP, 0, 0x3ff0000000000000, 0xc008000000000000, 0, 0,
     0},
    {0x401c000000000000, 0xc000000000000000, SHORTER, 0, 0x3ff0000000000000, 0xc008000000000000, 0,
     0, 0},
    {0x4014000000000000, 0x4000000000000000, SHORTER, 0, 0xbff0000000000000, 0x4008000000000000, 0,
     0, 0},
    {0x4014000000000000, 0x4000000000000000, AWAY, 0, 0xbff0000000000000, 0x4008000000000000, 0, 0,
     0},
    /* A remainder of zero has the dividend's sign. */
    {0xc018000000000000, 0x4008000000000000, EVEN, 0, 0x8000000000000000, 0xc000000000000000, 0, 0,
     0},
    /* 1 / 2 to even is 0; rounded up the remainder is -1. */
    {0x3ff0000000000000, 0x4000000000000000, EVEN, 0, 0x3ff0000000000000, 0, 0, 0, 0},
    {0x3ff0000000000000, 0x4000000000000000, UP, 0, 0xbff0000000000000, 0x3ff0000000000000, 0, 0,
     0},
    /* 2 ** -60 / 1 rounded up: the remainder 2 ** -60 - 1 is rounded in its turn. */
    {0x3c30000000000000, 0x3ff0000000000000, UP, 0, 0xbff0000000000000, 0x3ff0000000000000, 0, X,
     0},
    {0x3c30000000000000, 0x3ff0000000000000, UP, X, 0xbff0000000000000, 0x3ff0000000000000, 0, 0,
     X | Y},
    /* (2 ** 53 + 2) / 2 ** 0 is exact; 2 ** 55 / 3 is cut to 53 bits. */
    {0x4340000000000001, 0x3ff0000000000000, EVEN, 0, 0, 0x4340000000000001, 0, 0, 0},
    {0x4360000000000000, 0x4008000000000000, EVEN, 0, 0x4000000000000000, 0x4345555555555555, 2, 0,
     0},
    /* The largest by the smallest: the quotient is scaled by 2 ** -1536. */
    {0x7fefffffffffffff, 0x0000000000000001, EVEN, 0, 0, 0x630fffffffffffff, 1, 0, 0},
    {0x7fefffffffffffff, 0x0000000000000003, EVEN, O | X, 0x7ca0000000000000, 0x62f5555555555554, 3,
     0, 0},
    /* A tiny remainder traps though it is exact. */
    {0x0000000000000003, 0x0000000000000002, ZERO, U, 0x5cd0000000000000, 0x3ff0000000000000, 0, 0,
     U},
    {0x0000000000000003, 0x0000000000000002, ZERO, 0, 0x0000000000000001, 0x3ff0000000000000, 0, 0,
     0},
    {0x7ff0000000000000, 0x3ff0000000000000, EVEN, 0, 0x7ff8000000000000, 0x7ff8000000000000, 1, I,
     0},
    {0x3ff0000000000000, 0x0000000000000000, EVEN, 0, 0x7ff8000000000000, 0x7ff8000000000000, 1, I,
     0},
    {0x3ff0000000000000, 0xfff0000000000000, UP, 0, 0x3ff0000000000000, 0x8000000000000000, 0, 0,
     0},
    {0x7ff8000000000007, 0xfff0000000000009, UP, 0, 0xfff8000000000009, 0xfff8000000000009, 1, I,
     0},
};

static void divide_to_integer(void)
{
    for (size_t i = 0; i < sizeof divisions / sizeof *divisions; i++) {
        struct bfp_env env = {.rounding = EVEN, .traps = divisions[i].traps};
        const struct bfp_quotient q =
            bfp_divide_to_integer(&env, BFP_LONG, bfp_make(divisions[i].a),
                                  bfp_make(divisions[i].b), divisions[i].method);
        bool passed = CHECK_EQ(bfp_low(q.remainder), divisions[i].remainder);
        passed &= CHECK_EQ(bfp_low(q.quotient), divisions[i].quotient);
        passed &= CHECK_EQ(q.cc, divisions[i].cc);
        passed &= CHECK_EQ(env.flags, divisions[i].flags);
        passed &= CHECK_EQ(env.dxc, divisions[i].dxc);
        if (!passed)
            printf("# row %zu\n", i);
    }
}

static void hexadecimal(void)
{
    static const struct {
        enum bfp_format format;
        uint64_t bfp, hfp;
        uint8_t cc;
    } to_hfp[] = {
        {BFP_SHORT, 0x3f800000, 0x4110000000000000, 2}, /* 1.0 */
        {BFP_SHORT, 0xbf000000, 0xc080000000000000, 1}, /* -0.5 */
        {BFP_SHORT, 0x42f6999a, 0x427b4ccd00000000, 2}, /* 123.3 */
        {BFP_SHORT, 0x00000001, 0x1b80000000000000, 2}, /* 2 ** -149 */
        {BFP_SHORT, 0x80000000, 0x8000000000000000, 0},
        {BFP_SHORT, 0xff800000, 0xffffffffffffffff, 3},
        {BFP_SHORT, 0x7fc00000, 0x7fffffffffffffff, 3},
        {BFP_LONG, 0x3fefffffffffffff, 0x40fffffffffffff8, 2},
        {BFP_LONG, 0x4fafffffffffffff, 0x7ffffffffffffff8, 2}, /* just below 16 ** 63 */
        {BFP_LONG, 0x4fb0000000000000, 0x7fffffffffffffff, 3},
        {BFP_LONG, 0x2fb0000000000000, 0x0010000000000000, 2}, /* 16 ** -65 */
        {BFP_LONG, 0xafafffffffffffff, 0x8000000000000000, 1},
    };
    for (size_t i = 0; i < sizeof to_hfp / sizeof *to_hfp; i++) {
        uint64_t hfp;
        CHECK_EQ(bfp_to_hfp(to_hfp[i].format, bfp_make(to_hfp[i].bfp), &hfp), to_hfp[i].cc);
        CHECK_EQ(hfp, to_hfp[i].hfp);
    }
    static const struct {
        enum bfp_format format;
        uint8_t rounding;
        uint64_t hfp, bfp;
        uint8_t cc;
    } from_hfp[] = {
        {BFP_SHORT, ZERO, 0x4110000000000000, 0x3f800000, 2},
        {BFP_SHORT, ZERO, 0xc100100000000000, 0xbb800000, 1}, /* -1 / 256, unnormalized */
        {BFP_SHORT, ZERO, 0x4111000001000000, 0x3f880000, 2},
        {BFP_SHORT, UP, 0x4111000001000000, 0x3f880001, 2},
        {BFP_SHORT, EVEN, 0x4111000000800000, 0x3f880000, 2},
        {BFP_SHORT, AWAY, 0x4110000010000000, 0x3f800001, 2},
        {BFP_SHORT, EVEN, 0x4110000010000000, 0x3f800000, 2},
        {BFP_SHORT, ZERO, 0xff10000000000000, 0xff7fffff, 3},
        {BFP_SHORT, EVEN, 0xff10000000000000, 0xff800000, 3},
        {BFP_SHORT, EVEN, 0x1b80000000000000, 0x00000001, 2},
        {BFP_SHORT, ZERO, 0x1b40000000000000, 0x00000000, 2},
        {BFP_SHORT, EVEN, 0x8000000000000000, 0x80000000, 0},
        {BFP_LONG, ZERO, 0x40fffffffffffff8, 0x3fefffffffffffff, 2},
        {BFP_LONG, EVEN, 0x7fffffffffffffff, 0x4fb0000000000000, 2},
    };
    for (size_t i = 0; i < sizeof from_hfp / sizeof *from_hfp; i++) {
        bfp_value bfp;
        bool passed =
            CHECK_EQ(bfp_from_hfp(from_hfp[i].format, from_hfp[i].hfp, from_hfp[i].rounding, &bfp),
                     from_hfp[i].cc);
        passed &= CHECK_EQ(bfp_low(bfp), from_hfp[i].bfp);
        if (!passed)
            printf("# row %zu\n", i);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(overflow),
        TEST(underflow),
        TEST(invalid_and_zero_divide),
        TEST(nans),
        TEST(sums_of_zero),
        TEST(load_rounded),
        TEST(load_fp_integer),
        TEST(convert_to_fixed),
        TEST(compare_and_classify),
        TEST(divide_to_integer),
        TEST(hexadecimal),
    };

    return RUN_TESTS(tests);
}
