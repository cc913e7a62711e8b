/*
 * What the first process of a Linux guest in this folder has: checks, random numbers, an end.
 * It prints PASS at the end where no check failed, and powers off.
 */
#ifndef ZITHER_TESTS_GUEST_LINUX_PROCESS_H
#define ZITHER_TESTS_GUEST_LINUX_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/reboot.h>

static unsigned failures;

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition) && failures++ < 20)                                                       \
            printf("%s:%d: %s\n", __FILE__, __LINE__, #condition);                                 \
    } while (0)

/* A number below BELOW; the same numbers in each run. */
static inline uint32_t draw(uint32_t below)
{
    static uint64_t state = 88172645463325252;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 20) % below;
}

static inline void process_end(void)
{
    printf(failures ? "FAIL\n" : "PASS\n");
    fflush(stdout);
    reboot(RB_POWER_OFF);
    exit(1);
}

#endif
