/* Add, subtract, multiply, divide and square root (PoP, chapter 19). */
#include <math.h>

#include "cpu/float/bfp_number.h"

/* PoP: a sum of exactly zero is positive, but negative where rounding goes toward -infinity. */
static struct number exact_zero(enum bfp_rounding rounding)
{
    return (struct number){.class = NUMBER_ZERO, .negative = rounding == BFP_ROUND_DOWN};
}

static struct number sum_of_finite(enum bfp_rounding rounding, struct number a, struct number b)
{
    if (a.exponent < b.exponent || (a.exponent == b.exponent && a.significand < b.significand)) {
        const struct number larger = b;
        b = a;
        a = larger;
    }
    const unsigned distance = (unsigned)(a.exponent - b.exponent);
    if (a.negative == b.negative) {
        const uint128_t sum =
            (a.significand >> 1) + (shift_right_sticky(b.significand, distance) >> 1);
        /* One bit of room on the left; the bits it costs on the right count as sticky. */
        const uint128_t lost = (a.significand | shift_right_sticky(b.significand, distance)) & 1;
        a.significand = sum | lost;
        a.exponent++;
    } else {
        a.significand -= shift_right_sticky(b.significand, distance);
        if (a.significand == 0)
            return exact_zero(rounding);
    }
    number_normalize(&a);
    return a;
}

struct number number_sum(enum bfp_rounding rounding, const struct number *a, const struct number *b)
{
    if (a->class == NUMBER_INFINITY || b->class == NUMBER_INFINITY)
        return a->class == NUMBER_INFINITY ? *a : *b;
    if (a->class == NUMBER_ZERO && b->class == NUMBER_ZERO)
        return a->negative == b->negative ? *a : exact_zero(rounding);
    if (a->class == NUMBER_ZERO)
        return *b;
    if (b->class == NUMBER_ZERO)
        return *a;
    return sum_of_finite(rounding, *a, *b);
}

static bfp_value add_or_subtract(struct bfp_env *env, enum bfp_format format, bfp_value a,
                                 bfp_value b, bool subtract)
{
    struct number n[] = {number_unpack(format, a), number_unpack(format, b)};
    bfp_value result;
    if (number_propagate_nan(env, format, n, 2, &result))
        return result;
    n[1].negative ^= subtract;
    if (n[0].class == NUMBER_INFINITY && n[1].class == NUMBER_INFINITY &&
        n[0].negative != n[1].negative)
        return number_invalid(env, format);
    const struct number sum = number_sum(env->rounding, &n[0], &n[1]);
    return number_round(env, format, &sum);
}

bfp_value bfp_add(struct bfp_env *env, enum bfp_format format, bfp_value a, bfp_value b)
{
    return add_or_subtract(env, format, a, b, false);
}

bfp_value bfp_subtract(struct bfp_env *env, enum bfp_format format, bfp_value a, bfp_value b)
{
    return add_or_subtract(env, format, a, b, true);
}

static bfp_value multiply(struct bfp_env *env, enum bfp_format from, enum bfp_format to,
                          bfp_value a, bfp_value b)
{
    const struct number n[] = {number_unpack(from, a), number_unpack(from, b)};
    bfp_value result;
    if (number_propagate_nan(env, to, n, 2, &result))
        return result;
    struct number product = {
        .class = NUMBER_FINITE,
        .negative = n[0].negative != n[1].negative,
        .exponent = n[0].exponent + n[1].exponent + 1,
    };
    if (n[0].class == NUMBER_INFINITY || n[1].class == NUMBER_INFINITY) {
        if (n[0].class == NUMBER_ZERO || n[1].class == NUMBER_ZERO)
            return number_invalid(env, to);
        product.class = NUMBER_INFINITY;
    } else {
        const struct wide exact = wide_multiply(n[0].significand, n[1].significand);
        product.significand = exact.high | (exact.low != 0);
        number_normalize(&product);
    }
    return number_round(env, to, &product);
}

bfp_value bfp_multiply(struct bfp_env *env, enum bfp_format format, bfp_value a, bfp_value b)
{
    return multiply(env, format, format, a, b);
}

bfp_value bfp_multiply_longer(struct bfp_env *env, enum bfp_format format, bfp_value a, bfp_value b)
{
    return multiply(env, format, format + 1, a, b);
}

/* The leftmost 64 bits of HIGH : NEXT divided by D, HIGH < D and D's leftmost bit one; HIGH
   becomes the remainder. */
static uint64_t divide_step(uint128_t *high, uint64_t next, uint128_t d)
{
    const uint64_t d1 = (uint64_t)(d >> 64), d0 = (uint64_t)d;
    uint128_t digit = *high / d1;
    uint128_t rest = *high % d1;
    while (digit >> 64 || digit * d0 > (rest << 64 | next)) {
        digit--;
        rest += d1;
        if (rest >> 64)
            break;
    }
    *high = (*high << 64 | next) - digit * d;
    return (uint64_t)digit;
}

/* A / B for normalized significands, A halved first, with a sticky bit. At most 64 bits of
   quotient where both fit in the left half (DOUBLEWORD). */
static uint128_t divide_significands(uint128_t a, uint128_t b, bool doubleword)
{
    uint128_t quotient, rest;
    if (doubleword) {
        const uint64_t divisor = (uint64_t)(b >> 64);
        quotient = (a >> 1) / divisor << 64;
        rest = (a >> 1) % divisor;
    } else {
        /* Halving loses nothing: an extended significand leaves 15 bits on the right zero. */
        rest = a >> 1;
        const uint64_t first = divide_step(&rest, 0, b);
        const uint64_t second = divide_step(&rest, 0, b);
        quotient = (uint128_t)first << 64 | second;
    }
    return quotient | (rest != 0);
}

static bfp_value divide_by_zero(struct bfp_env *env, enum bfp_format format, bool negative)
{
    if (env->traps & BFP_ZERO_DIVIDE)
        env->dxc = BFP_ZERO_DIVIDE;
    else
        env->flags |= BFP_ZERO_DIVIDE;
    const struct number infinity = {.class = NUMBER_INFINITY, .negative = negative};
    return number_pack(format, &infinity);
}

bfp_value bfp_divide(struct bfp_env *env, enum bfp_format format, bfp_value a, bfp_value b)
{
    const struct number n[] = {number_unpack(format, a), number_unpack(format, b)};
    bfp_value result;
    if (number_propagate_nan(env, format, n, 2, &result))
        return result;
    struct number quotient = {
        .class = NUMBER_FINITE,
        .negative = n[0].negative != n[1].negative,
        .exponent = n[0].exponent - n[1].exponent,
    };
    if (n[0].class == n[1].class && n[0].class != NUMBER_FINITE)
        return number_invalid(env, format); /* 0 / 0, infinity / infinity */
    if (n[0].class == NUMBER_INFINITY) {
        quotient.class = NUMBER_INFINITY;
    } else if (n[1].class == NUMBER_ZERO) {
        return divide_by_zero(env, format, quotient.negative);
    } else if (n[0].class == NUMBER_ZERO || n[1].class == NUMBER_INFINITY) {
        quotient.class = NUMBER_ZERO;
    } else {
        quotient.significand =
            divide_significands(n[0].significand, n[1].significand, format != BFP_EXTENDED);
        number_normalize(&quotient);
    }
    return number_round(env, format, &quotient);
}

/* The integer square root of V, whose leftmost two bits are not both zero. */
static uint64_t square_root64(uint128_t v)
{
    /* The host's estimate is good to 50 bits whatever its rounding; one step of Newton's
       method makes it 64, and the loops below make it exact. */
    const double top = (double)(uint64_t)(v >> 64);
    const double estimate = sqrt(top) * 4294967296.0;
    uint64_t root = estimate >= 18446744073709549568.0 ? UINT64_MAX : (uint64_t)estimate;
    const uint128_t better = ((uint128_t)root + v / root) >> 1;
    root = better >> 64 ? UINT64_MAX : (uint64_t)better;
    while ((uint128_t)root * root > v)
        root--;
    while (root != UINT64_MAX && (uint128_t)(root + 1) * (root + 1) <= v)
        root++;
    return root;
}

/* The square root of V * 2 ** 128, rounded down, with a sticky bit. */
static uint128_t square_root_significand(uint128_t v)
{
    const uint64_t high = square_root64(v);
    const uint128_t rest = v - (uint128_t)high * high;
    if (rest == 0)
        return (uint128_t)high << 64;
    /* The root is high * 2 ** 64 + next, where next is about rest * 2 ** 63 / high. */
    uint128_t root = ((uint128_t)high << 64) + (rest << 63) / high;
    if (root >> 64 < high) /* the sum ran over */
        root = ~(uint128_t)0;
    struct wide square = wide_multiply(root, root);
    while (square.high > v || (square.high == v && square.low != 0)) {
        root--;
        square = wide_multiply(root, root);
    }
    return root | !(square.high == v && square.low == 0);
}

bfp_value bfp_square_root(struct bfp_env *env, enum bfp_format format, bfp_value a)
{
    const struct number n = number_unpack(format, a);
    bfp_value result;
    if (number_propagate_nan(env, format, &n, 1, &result))
        return result;
    if (n.negative && n.class != NUMBER_ZERO)
        return number_invalid(env, format);
    if (n.class != NUMBER_FINITE)
        return a;
    /* 1.f * 2 ** e: with an odd exponent the significand is taken as it is, else halved. */
    const bool odd = n.exponent & 1;
    struct number root = {
        .class = NUMBER_FINITE,
        .exponent = (n.exponent - odd) / 2,
        .significand = square_root_significand(odd ? n.significand : n.significand >> 1),
    };
    number_normalize(&root);
    return number_round(env, format, &root);
}
