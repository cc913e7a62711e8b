/* Random numbers with a seed (splitmix64): the same everywhere and always. */
#ifndef ZITHER_TESTS_EQUIVALENCE_RANDOM_H
#define ZITHER_TESTS_EQUIVALENCE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
    uint64_t state;
};

static inline uint64_t random_bits(struct random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* 0 to BELOW - 1. */
static inline uint32_t random_below(struct random *random, uint32_t below)
{
    return (uint32_t)((random_bits(random) >> 32) * below >> 32);
}

static inline bool random_one_in(struct random *random, uint32_t count)
{
    return random_below(random, count) == 0;
}

#define RANDOM_PICK(random, array)                                                                 \
    ((array)[random_below(random, (uint32_t)(sizeof(array) / sizeof(array)[0]))])

#endif
