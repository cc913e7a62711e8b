/*
 * What the host computes in place of cpu/float: where it answers, the answer is that of
 * cpu/float, and the FPC has nothing to be told.
 */
#include "cpu/float/bfp_fast_convert.h"
#include "tests/harness.h"
#include "tests/unit/bfp_random.h"

enum { ROUNDS = 400000 };

static uint8_t random_rounding(void)
{
    static const uint8_t roundings[] = {1, 3, 4, 5, 6, 7};

    return roundings[random64() % sizeof roundings];
}

/* Nothing to report where the inexact flag of FPC or the control that ignores it is MODE's. */
static bool silent(const struct bfp_env *env, bool inexact_is_known)
{
    return env->dxc == 0 && (env->flags & ~(inexact_is_known ? BFP_INEXACT : 0)) == 0;
}

static bfp_value exactly(struct bfp_env *env, enum bfp_format format,
                         enum bfp_fast_operation operation, const bfp_value v[3])
{
    switch (operation) {
    case BFP_FAST_ADD:
        return bfp_add(env, format, v[0], v[1]);
    case BFP_FAST_SUBTRACT:
        return bfp_subtract(env, format, v[0], v[1]);
    case BFP_FAST_MULTIPLY:
        return bfp_multiply(env, format, v[0], v[1]);
    case BFP_FAST_DIVIDE:
        return bfp_divide(env, format, v[0], v[1]);
    case BFP_FAST_SQUARE_ROOT:
        return bfp_square_root(env, format, v[1]);
    case BFP_FAST_MULTIPLY_ADD:
        return bfp_multiply_add(env, format, v[0], v[1], v[2]);
    case BFP_FAST_MULTIPLY_SUBTRACT:
        break;
    }
    return bfp_multiply_subtract(env, format, v[0], v[1], v[2]);
}

/* Half of the operands are short in digits, so that results are often exact. */
static bfp_value random_operand(enum bfp_format format)
{
    bfp_value v = random_value(format);

    if (random64() & 1)
        v.bits &= ~(uint128_t)0 << (random64() % (format == BFP_SHORT ? 23 : 52));
    return v;
}

static void arithmetic(void)
{
    unsigned answered[2][BFP_FAST_MULTIPLY_SUBTRACT + 1] = {{0}};

    for (unsigned i = 0; i < 10 * ROUNDS; i++) {
        const enum bfp_format format = i & 1;
        const enum bfp_fast_operation operation = i / 2 % (BFP_FAST_MULTIPLY_SUBTRACT + 1);
        const bool flagged = random64() & 1;
        const uint32_t fpc = flagged ? 0x00080000 : 0;
        bfp_value v[3] = {random_operand(format), {0}, random_operand(format)};
        v[1] = random64() & 1 ? random_operand(format) : random_partner(format, v[0]);
        if (random64() & 1)
            v[2] = random_partner(format, v[0]);
        const uint32_t words[] = {(uint32_t)v[0].bits, (uint32_t)v[1].bits, (uint32_t)v[2].bits};
        const uint64_t doublewords[] = {bfp_low(v[0]), bfp_low(v[1]), bfp_low(v[2])};
        uint32_t word = 0;
        uint64_t doubleword = 0;
        struct bfp_env env = {.rounding = BFP_ROUND_NEAREST_EVEN};

        if (!(format == BFP_SHORT ? bfp_fast_short(operation, fpc, words, &word)
                                  : bfp_fast_long(operation, fpc, doublewords, &doubleword)))
            continue;
        answered[flagged][operation]++;
        const bfp_value wanted = exactly(&env, format, operation, v);
        CHECK_EQ(format == BFP_SHORT ? word : doubleword, bfp_low(wanted));
        CHECK(silent(&env, flagged));
    }
    for (unsigned operation = 0; operation <= BFP_FAST_MULTIPLY_SUBTRACT; operation++) {
        CHECK(answered[1][operation] > ROUNDS / 10);
        CHECK(answered[0][operation] > ROUNDS / 100);
    }
    CHECK(bfp_fast_applies(0x00f8ff70) && bfp_fast_applies(0x00f0ff00));
    CHECK(!bfp_fast_applies(0x80080000) && !bfp_fast_applies(0x08000000));
    CHECK(!bfp_fast_applies(0x00080007) && !bfp_fast_applies(0x00080001));
}

/* A flag, a trap, the control that ignores inexact results, in any combination. */
static struct bfp_env random_env(uint32_t *fpc)
{
    struct bfp_env env = {
        .rounding = random_rounding(),
        .traps = (uint8_t)(random64() & 3 ? 0 : random64() & 0xf8),
        .no_inexact = (random64() & 3) == 0,
    };

    *fpc = (uint32_t)env.traps << 24 | (random64() & 1 ? 0x00080000u : 0);
    return env;
}

static void to_integers(void)
{
    unsigned answered = 0;

    for (unsigned i = 0; i < ROUNDS; i++) {
        const enum bfp_format format = i & 1;
        const struct bfp_fast_integer kind = {i & 4, i & 2 ? 32 : 64};
        const bfp_value v = random_operand(format);
        uint32_t fpc;
        struct bfp_env env = random_env(&fpc);
        const struct bfp_fast_mode mode = bfp_fast_mode(&env, fpc);
        int64_t fast, wanted;
        uint64_t word;
        uint8_t cc;

        if (!bfp_fast_to_integer(mode, format, v, kind, &fast))
            continue;
        answered++;
        if (kind.logical) {
            cc = bfp_to_logical(&env, format, v, kind.bits, &word);
            wanted = (int64_t)word;
        } else {
            cc = bfp_to_fixed(&env, format, v, kind.bits, &wanted);
        }
        CHECK_EQ(fast, wanted);
        CHECK_EQ(bfp_fast_condition_code(format, v), cc);
        CHECK(silent(&env, mode.inexact_is_known));
    }
    CHECK(answered > ROUNDS / 10);
}

static void to_fp_integers(void)
{
    unsigned answered = 0;

    for (unsigned i = 0; i < ROUNDS; i++) {
        const enum bfp_format format = i & 1;
        const bfp_value v = random_operand(format);
        uint32_t fpc;
        struct bfp_env env = random_env(&fpc);
        const struct bfp_fast_mode mode = bfp_fast_mode(&env, fpc);
        bfp_value fast;

        if (!bfp_fast_to_fp_integer(mode, format, v, &fast))
            continue;
        answered++;
        CHECK_EQ(bfp_low(fast), bfp_low(bfp_round_to_integer(&env, format, v)));
        CHECK(silent(&env, mode.inexact_is_known));
    }
    CHECK(answered > ROUNDS / 10);
}

static void from_integers(void)
{
    unsigned answered = 0;

    for (unsigned i = 0; i < ROUNDS; i++) {
        const enum bfp_format format = i & 1;
        const bool logical = i & 2;
        const uint64_t word = random64() >> (random64() & 63) ^ (random64() & 1 ? UINT64_MAX : 0);
        uint32_t fpc;
        struct bfp_env env = random_env(&fpc);
        const struct bfp_fast_mode mode = bfp_fast_mode(&env, fpc);
        bfp_value fast;

        if (!(logical ? bfp_fast_from_logical(mode, format, word, &fast)
                      : bfp_fast_from_fixed(mode, format, (int64_t)word, &fast)))
            continue;
        answered++;
        const bfp_value wanted = logical ? bfp_from_logical(&env, format, word)
                                         : bfp_from_fixed(&env, format, (int64_t)word);
        CHECK_EQ(bfp_low(fast), bfp_low(wanted));
        CHECK(silent(&env, mode.inexact_is_known));
    }
    CHECK(answered > ROUNDS / 10);
}

static void formats(void)
{
    unsigned lengthened = 0, rounded = 0, multiplied = 0;

    for (unsigned i = 0; i < ROUNDS; i++) {
        const bfp_value a = random_operand(BFP_SHORT), b = random_partner(BFP_SHORT, a);
        uint32_t fpc;
        struct bfp_env env = random_env(&fpc);
        const struct bfp_fast_mode mode = bfp_fast_mode(&env, fpc);
        bfp_value v, fast;

        if (bfp_fast_multiply_longer(a, b, &fast)) {
            multiplied++;
            CHECK_EQ(bfp_low(fast), bfp_low(bfp_multiply_longer(&env, BFP_SHORT, a, b)));
            CHECK(silent(&env, false));
        }
        if (bfp_fast_lengthen(a, &fast)) {
            lengthened++;
            CHECK_EQ(bfp_low(fast), bfp_low(bfp_lengthen(&env, BFP_SHORT, BFP_LONG, a)));
            CHECK(silent(&env, false));
        }
        v = random64() & 1 ? random_operand(BFP_LONG) : fast;
        v.bits ^= random64() & 7 ? 0 : random64() & 0x3fffffff;
        if (bfp_fast_round_format(mode, v, &fast)) {
            rounded++;
            CHECK_EQ(bfp_low(fast), bfp_low(bfp_round_format(&env, BFP_LONG, BFP_SHORT, v)));
            CHECK(silent(&env, mode.inexact_is_known));
        }
    }
    CHECK(lengthened > ROUNDS / 10 && rounded > ROUNDS / 10 && multiplied > ROUNDS / 10);
}

static void comparison(void)
{
    unsigned answered = 0;

    for (unsigned i = 0; i < ROUNDS; i++) {
        const enum bfp_format format = i & 1;
        const bfp_value a = random_operand(format), b = random_partner(format, a);
        struct bfp_env env = {.rounding = BFP_ROUND_NEAREST_EVEN};
        uint8_t cc;

        if (!bfp_fast_compare(format, a, b, &cc)) {
            CHECK_EQ(bfp_compare(&env, format, a, b, false), 3);
            continue;
        }
        answered++;
        CHECK_EQ(cc, bfp_compare(&env, format, a, b, true));
        CHECK(silent(&env, false));
        CHECK_EQ(bfp_fast_condition_code(format, a), bfp_condition_code(format, a));
    }
    CHECK(answered > ROUNDS / 10);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(arithmetic),    TEST(to_integers), TEST(to_fp_integers),
        TEST(from_integers), TEST(formats),     TEST(comparison),
    };

    return RUN_TESTS(tests);
}
