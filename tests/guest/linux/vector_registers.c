/*
 * The first process of a Linux guest: processes and signal handlers each keep their vector
 * registers, whatever the others do with theirs, and the kernel its own.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/guest/linux/process.h"

enum { PROCESSES = 4, SIGNALS = 60, DOUBLEWORDS = 64 };

#define HAS_VECTORS (1ul << 11) /* of AT_HWCAP */

#define ALL_FLOATING_POINT                                                                         \
    "f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12", "f13", "f14", \
        "f15"

struct vectors {
    uint64_t doubleword[DOUBLEWORDS];
};

static volatile sig_atomic_t signals;

static struct vectors make_vectors(uint64_t first, uint64_t step)
{
    struct vectors v;

    for (unsigned i = 0; i < DOUBLEWORDS; i++)
        v.doubleword[i] = first * UINT64_C(0x9e3779b97f4a7c15) + i * step;
    return v;
}

/* Loads all vector registers, counts from ROUNDS to zero, and stores them. */
static void hold(const struct vectors *before, struct vectors *after, uint64_t rounds)
{
    __asm__ volatile(".machine push\n\t"
                     ".machine z13\n\t"
                     "vlm 0,15,0(%[before])\n\t"
                     "vlm 16,31,256(%[before])\n"
                     "0:\tbrctg %[rounds],0b\n\t"
                     "vstm 0,15,0(%[after])\n\t"
                     "vstm 16,31,256(%[after])\n\t"
                     ".machine pop"
                     : [rounds] "+&d"(rounds), "=m"(*after)
                     : [before] "a"(before), [after] "a"(after), "m"(*before)
                     : ALL_FLOATING_POINT);
}

static void handle(int number)
{
    struct vectors before = make_vectors((uint64_t)number + (uint64_t)signals, UINT64_MAX), after;

    hold(&before, &after, 10);
    if (memcmp(&before, &after, sizeof before) != 0)
        _exit(2);
    signals++;
}

/* Zero where all registers were always as they should be. */
static int use_vectors(unsigned number)
{
    const struct itimerval every = {{0, 4000}, {0, 4000}};
    struct vectors before = make_vectors(number, UINT64_C(0x0123456789abcdef)), after;

    signal(SIGALRM, handle);
    setitimer(ITIMER_REAL, &every, NULL);
    for (unsigned i = 0; signals < SIGNALS; i++) {
        hold(&before, &after, 3000);
        if (memcmp(&before, &after, sizeof before) != 0)
            return 1;
        if (i % 16 == 0)
            sched_yield();
    }
    return 0;
}

int main(void)
{
    int status;

    CHECK(getauxval(AT_HWCAP) & HAS_VECTORS);
    fflush(stdout);
    for (unsigned i = 1; i <= PROCESSES; i++)
        if (fork() == 0)
            _exit(use_vectors(i));
    for (unsigned i = 0; i < PROCESSES; i++) {
        CHECK(wait(&status) > 0);
        CHECK(status == 0);
    }
    process_end();
}
