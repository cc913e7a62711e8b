/*
 * BFP arithmetic against the host's: float, double and __float128 under the four rounding
 * methods of C, on random and extreme bit patterns.
 *
 * What the hosts leave open is not compared: which NaN a result is, and underflow where it
 * depends on tininess being detected before or after rounding.
 */
#include <fenv.h>
#include <math.h>
#include <stdlib.h>

#include "cpu/float/bfp.h"
#include "tests/harness.h"
#include "tests/unit/bfp_random.h"

__extension__ typedef __float128 host_extended;

enum { ROUNDS = 100000 };

static float as_float(bfp_value v)
{
    const uint32_t bits = (uint32_t)v.bits;
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

static bfp_value of_float(float f)
{
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    return bfp_make(bits);
}

static double as_double(bfp_value v)
{
    const uint64_t bits = bfp_low(v);
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
}

static bfp_value of_double(double d)
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    return bfp_make(bits);
}

static host_extended as_extended(bfp_value v)
{
    host_extended q;
    memcpy(&q, &v.bits, sizeof q);
    return q;
}

static bfp_value of_extended(host_extended q)
{
    bfp_value v;
    memcpy(&v.bits, &q, sizeof q);
    return v;
}

enum operation { ADD, SUBTRACT, MULTIPLY, DIVIDE, SQUARE_ROOT, OPERATIONS };

/* The volatile operands keep the compiler from computing at its own rounding mode. */
#define HOST_OPERATION(name, type, from_bits, to_bits, root)                                       \
    static bfp_value name(enum operation operation, bfp_value first, bfp_value second)             \
    {                                                                                              \
        volatile type a = from_bits(first), b = from_bits(second), r;                              \
                                                                                                   \
        switch (operation) {                                                                       \
        case ADD:                                                                                  \
            r = a + b;                                                                             \
            break;                                                                                 \
        case SUBTRACT:                                                                             \
            r = a - b;                                                                             \
            break;                                                                                 \
        case MULTIPLY:                                                                             \
            r = a * b;                                                                             \
            break;                                                                                 \
        case DIVIDE:                                                                               \
            r = a / b;                                                                             \
            break;                                                                                 \
        default:                                                                                   \
            r = root(a);                                                                           \
            break;                                                                                 \
        }                                                                                          \
        return to_bits(r);                                                                         \
    }

static host_extended no_root(host_extended a)
{
    return a;
}

HOST_OPERATION(host_short, float, as_float, of_float, sqrtf)
HOST_OPERATION(host_long, double, as_double, of_double, sqrt)
HOST_OPERATION(host_extended_operation, host_extended, as_extended, of_extended, no_root)

static const struct {
    int host;
    uint8_t method;
} roundings[] = {
    {FE_TONEAREST, BFP_ROUND_NEAREST_EVEN},
    {FE_TOWARDZERO, BFP_ROUND_TO_ZERO},
    {FE_UPWARD, BFP_ROUND_UP},
    {FE_DOWNWARD, BFP_ROUND_DOWN},
};

static uint8_t host_flags(void)
{
    const int raised = fetestexcept(FE_ALL_EXCEPT);

    return (uint8_t)((raised & FE_INVALID ? BFP_INVALID : 0) |
                     (raised & FE_DIVBYZERO ? BFP_ZERO_DIVIDE : 0) |
                     (raised & FE_OVERFLOW ? BFP_OVERFLOW : 0) |
                     (raised & FE_UNDERFLOW ? BFP_UNDERFLOW : 0) |
                     (raised & FE_INEXACT ? BFP_INEXACT : 0));
}

static bool is_nan(enum bfp_format format, bfp_value v)
{
    return (bfp_data_class(format, v) & 0x00f) != 0;
}

/* Whether V is plus or minus the smallest normal number. */
static bool is_smallest_normal(enum bfp_format format, bfp_value v)
{
    return bfp_set_sign(format, v, false).bits == (uint128_t)1 << fraction_bits[format];
}

struct seen {
    bfp_value value;
    uint8_t flags;
};

static void compare(enum bfp_format format, struct seen ours, struct seen host,
                    const bfp_value operands[2])
{
    if (is_smallest_normal(format, ours.value))
        host.flags |= ours.flags & BFP_UNDERFLOW;
    const bool same = is_nan(format, ours.value) ? is_nan(format, host.value)
                                                 : ours.value.bits == host.value.bits;
    if (CHECK(same && ours.flags == host.flags))
        return;
    printf("# format %d: %016" PRIx64 "%016" PRIx64 " and %016" PRIx64 "%016" PRIx64 "\n",
           (int)format, bfp_high(operands[0]), bfp_low(operands[0]), bfp_high(operands[1]),
           bfp_low(operands[1]));
    printf("# ours %016" PRIx64 "%016" PRIx64 " flags %02x, host %016" PRIx64 "%016" PRIx64
           " flags %02x\n",
           bfp_high(ours.value), bfp_low(ours.value), ours.flags, bfp_high(host.value),
           bfp_low(host.value), host.flags);
}

static bfp_value our_operation(struct bfp_env *env, enum bfp_format format,
                               enum operation operation, const bfp_value operands[2])
{
    switch (operation) {
    case ADD:
        return bfp_add(env, format, operands[0], operands[1]);
    case SUBTRACT:
        return bfp_subtract(env, format, operands[0], operands[1]);
    case MULTIPLY:
        return bfp_multiply(env, format, operands[0], operands[1]);
    case DIVIDE:
        return bfp_divide(env, format, operands[0], operands[1]);
    default:
        return bfp_square_root(env, format, operands[0]);
    }
}

static void arithmetic_is_the_hosts(enum bfp_format format, enum operation operation)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        const unsigned r = (unsigned)random64() & 3;
        bfp_value operands[2] = {random_value(format)};
        operands[1] = random_partner(format, operands[0]);
        struct bfp_env env = {.rounding = roundings[r].method};
        struct seen ours, host;

        ours.value = our_operation(&env, format, operation, operands);
        ours.flags = env.flags;
        fesetround(roundings[r].host);
        feclearexcept(FE_ALL_EXCEPT);
        host.value = format == BFP_SHORT ? host_short(operation, operands[0], operands[1])
                     : format == BFP_LONG
                         ? host_long(operation, operands[0], operands[1])
                         : host_extended_operation(operation, operands[0], operands[1]);
        host.flags = host_flags();
        fesetround(FE_TONEAREST);
        compare(format, ours, host, operands);
    }
}

static void arithmetic(void)
{
    for (enum operation operation = ADD; operation < OPERATIONS; operation++) {
        arithmetic_is_the_hosts(BFP_SHORT, operation);
        arithmetic_is_the_hosts(BFP_LONG, operation);
        if (operation != SQUARE_ROOT)
            arithmetic_is_the_hosts(BFP_EXTENDED, operation);
    }
}

/* An extended square root R of A: R squared and its neighbours squared enclose A. */
static void extended_square_root(void)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        /* Away from the ends of the exponent range the products below stay in range. */
        bfp_value a = random_value(BFP_EXTENDED);
        a = bfp_make_extended(0x3f00000000000000 | (bfp_high(a) & 0x00ffffffffffffff), bfp_low(a));
        struct bfp_env down = {.rounding = BFP_ROUND_TO_ZERO};
        struct bfp_env up = {.rounding = BFP_ROUND_UP};
        const bfp_value low = bfp_square_root(&down, BFP_EXTENDED, a);
        const bfp_value high = bfp_square_root(&up, BFP_EXTENDED, a);

        fesetround(FE_DOWNWARD);
        volatile host_extended square = as_extended(low);
        square = square * square;
        CHECK(square <= as_extended(a));
        fesetround(FE_UPWARD);
        square = as_extended(high);
        square = square * square;
        CHECK(square >= as_extended(a));
        fesetround(FE_TONEAREST);
        CHECK_EQ(high.bits - low.bits, down.flags != 0);
        CHECK_EQ(down.flags, up.flags);
    }
}

static void multiply_add(void)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        const unsigned r = (unsigned)random64() & 3;
        const enum bfp_format format = random64() & 1;
        const bfp_value a = random_value(format), b = random_partner(format, a);
        const bfp_value c = random64() & 1 ? random_value(format) : random_partner(format, a);
        struct bfp_env env = {.rounding = roundings[r].method};
        struct seen ours, host;

        ours.value = bfp_multiply_add(&env, format, a, b, c);
        ours.flags = env.flags;
        fesetround(roundings[r].host);
        feclearexcept(FE_ALL_EXCEPT);
        host.value = format == BFP_SHORT ? of_float(fmaf(as_float(a), as_float(b), as_float(c)))
                                         : of_double(fma(as_double(a), as_double(b), as_double(c)));
        host.flags = host_flags();
        fesetround(FE_TONEAREST);
        /* Infinity times zero plus a NaN: invalid or not as the host likes, a NaN anyway. */
        if (is_nan(format, ours.value))
            host.flags = ours.flags;
        compare(format, ours, host, (const bfp_value[]){a, b});
    }
}

static void formats(void)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        const unsigned r = (unsigned)random64() & 3;
        const bfp_value wide = random_value(BFP_EXTENDED), narrow = random_value(BFP_SHORT);
        const bfp_value middle = random_value(BFP_LONG);
        struct bfp_env env[4] = {{.rounding = roundings[r].method}};
        env[1] = env[2] = env[3] = env[0];
        const bfp_value ours[] = {
            bfp_round_format(&env[0], BFP_EXTENDED, BFP_LONG, wide),
            bfp_round_format(&env[1], BFP_LONG, BFP_SHORT, middle),
            bfp_lengthen(&env[2], BFP_SHORT, BFP_EXTENDED, narrow),
            bfp_lengthen(&env[3], BFP_LONG, BFP_EXTENDED, middle),
        };
        static const enum bfp_format format[] = {BFP_LONG, BFP_SHORT, BFP_EXTENDED, BFP_EXTENDED};
        volatile host_extended q = as_extended(wide);
        volatile double d = as_double(middle);
        volatile float f = as_float(narrow);

        fesetround(roundings[r].host);
        for (unsigned k = 0; k < 4; k++) {
            struct seen host;
            feclearexcept(FE_ALL_EXCEPT);
            host.value = k == 0   ? of_double((double)q)
                         : k == 1 ? of_float((float)d)
                                  : of_extended(k == 2 ? (host_extended)f : (host_extended)d);
            host.flags = host_flags();
            compare(format[k], (struct seen){ours[k], env[k].flags}, host,
                    (const bfp_value[]){wide, middle});
        }
        fesetround(FE_TONEAREST);
    }
}

/* A product in the next longer format is exact. */
static void longer_products(void)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        const bfp_value a = random_value(BFP_SHORT), b = random_partner(BFP_SHORT, a);
        const bfp_value c = random_value(BFP_LONG), d = random_partner(BFP_LONG, c);
        volatile double x = as_float(a), y = as_float(b);
        volatile host_extended z = as_double(c), w = as_double(d);
        struct bfp_env env = {.rounding = BFP_ROUND_NEAREST_EVEN};
        struct seen ours, host;

        feclearexcept(FE_ALL_EXCEPT);
        ours.value = bfp_multiply_longer(&env, BFP_SHORT, a, b);
        host.value = of_double(x * y);
        host.flags = ours.flags = env.flags & BFP_INVALID;
        compare(BFP_LONG, ours, host, (const bfp_value[]){a, b});
        ours.value = bfp_multiply_longer(&env, BFP_LONG, c, d);
        host.value = of_extended(z * w);
        compare(BFP_EXTENDED, ours, host, (const bfp_value[]){c, d});
        CHECK_EQ(env.flags & ~BFP_INVALID, 0);
    }
}

static void integers(void)
{
    /* Through a pointer, since compilers expand rint for rounding to nearest. */
    double (*volatile host_rint)(double) = rint;

    for (unsigned i = 0; i < ROUNDS; i++) {
        const unsigned r = (unsigned)random64() & 3;
        const int64_t integer = (int64_t)random64() >> (random64() & 63);
        const bfp_value a = random_value(BFP_LONG);
        volatile double d = as_double(a);
        volatile int64_t source = integer;
        struct bfp_env env[5] = {{.rounding = roundings[r].method}};
        for (unsigned k = 1; k < 5; k++)
            env[k] = env[0];

        fesetround(roundings[r].host);
        volatile float narrow = (float)source, narrow_logical = (float)(uint64_t)source;
        volatile double wide = (double)source;
        const bfp_value whole = of_double(host_rint(d));
        const bool fits = fabs(d) < 9.2e18;
        const int64_t rounded = fits ? llrint(d) : 0;
        fesetround(FE_TONEAREST);

        CHECK(bfp_from_fixed(&env[0], BFP_SHORT, integer).bits == of_float(narrow).bits);
        CHECK(bfp_from_fixed(&env[1], BFP_LONG, integer).bits == of_double(wide).bits);
        CHECK(bfp_from_logical(&env[2], BFP_SHORT, (uint64_t)integer).bits ==
              of_float(narrow_logical).bits);
        const bfp_value ours = bfp_round_to_integer(&env[3], BFP_LONG, a);
        CHECK(is_nan(BFP_LONG, a) || ours.bits == whole.bits);
        if (fits) {
            int64_t result;
            const uint8_t cc = bfp_to_fixed(&env[4], BFP_LONG, a, 64, &result);
            CHECK_EQ(result, rounded);
            CHECK_EQ(cc, d == 0 ? 0 : d < 0 ? 1 : 2);
            CHECK_EQ(env[4].flags, (double)rounded == d ? 0 : BFP_INEXACT);
        }
    }
}

static void comparison(void)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        const bfp_value a = random_value(BFP_EXTENDED), b = random_partner(BFP_EXTENDED, a);
        volatile host_extended x = as_extended(a), y = as_extended(b);
        struct bfp_env env = {.rounding = BFP_ROUND_NEAREST_EVEN};

        const uint8_t wanted = x == y ? 0 : x < y ? 1 : x > y ? 2 : 3;
        CHECK_EQ(bfp_compare(&env, BFP_EXTENDED, a, b, false), wanted);
    }
}

/* What "round to prepare for shorter precision" promises: a second rounding, to a format at
   least two bits shorter, gives what a single rounding would have given. */
static void rounding_for_shorter_precision(void)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        const bfp_value a = random_value(BFP_SHORT), b = random_partner(BFP_SHORT, a);
        struct bfp_env prepare = {.rounding = BFP_ROUND_FOR_SHORTER};
        struct bfp_env final = {.rounding = BFP_ROUND_NEAREST_EVEN};
        bfp_value ours =
            bfp_divide(&prepare, BFP_LONG, bfp_lengthen(&final, BFP_SHORT, BFP_LONG, a),
                       bfp_lengthen(&final, BFP_SHORT, BFP_LONG, b));

        ours = bfp_round_format(&final, BFP_LONG, BFP_SHORT, ours);
        const bfp_value host = host_short(DIVIDE, a, b);
        CHECK(is_nan(BFP_SHORT, host) ? is_nan(BFP_SHORT, ours) : ours.bits == host.bits);
    }
}

/* The remainder of a complete DIVIDE TO INTEGER with rounding to nearest is C's. */
static void divide_to_integer(void)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        const bfp_value a = random_value(BFP_LONG), b = random_partner(BFP_LONG, a);
        struct bfp_env env = {.rounding = BFP_ROUND_NEAREST_EVEN};
        struct bfp_quotient q = bfp_divide_to_integer(&env, BFP_LONG, a, b, BFP_ROUND_NEAREST_EVEN);
        int low_bits;
        const bfp_value host = of_double(remquo(as_double(a), as_double(b), &low_bits));

        if (is_nan(BFP_LONG, host)) {
            CHECK(is_nan(BFP_LONG, q.remainder) && is_nan(BFP_LONG, q.quotient) && q.cc == 1);
            continue;
        }
        if (q.cc == 0 && !is_nan(BFP_LONG, q.quotient)) {
            CHECK(q.remainder.bits == host.bits);
            CHECK_EQ((int)fmod(fabs(as_double(q.quotient)), 8), abs(low_bits) & 7);
        }
        /* A program repeats the instruction on the partial remainder until it is complete. */
        for (unsigned steps = 0; q.cc >= 2 && steps < 50; steps++)
            q = bfp_divide_to_integer(&env, BFP_LONG, q.remainder, b, BFP_ROUND_NEAREST_EVEN);
        CHECK(q.remainder.bits == host.bits);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(arithmetic),        TEST(extended_square_root),
        TEST(multiply_add),      TEST(formats),
        TEST(longer_products),   TEST(integers),
        TEST(comparison),        TEST(rounding_for_shorter_precision),
        TEST(divide_to_integer),
    };

    return RUN_TESTS(tests);
}
