/* A program that replaces itself with itself again and again: execve with nothing else. */
#include "tests/perf/workloads/perf.h"

#include <unistd.h>

/* exec_program DIVISOR, then of itself: exec_program DIVISOR ROUNDS LEFT START */
int main(int argc, char **argv)
{
    uint64_t rounds = argc > 4 ? strtoull(argv[2], NULL, 10) : perf_rounds(argc, argv, 1500);
    uint64_t left = argc > 4 ? strtoull(argv[3], NULL, 10) : rounds;
    uint64_t start = argc > 4 ? strtoull(argv[4], NULL, 10) : perf_now();
    char words[3][24];
    char *arguments[] = {argv[0], argc > 1 ? argv[1] : "1", words[0], words[1], words[2], NULL};

    if (left == 0)
        return perf_report("exec", rounds, start, rounds);
    snprintf(words[0], sizeof(words[0]), "%" PRIu64, rounds);
    snprintf(words[1], sizeof(words[1]), "%" PRIu64, left - 1);
    snprintf(words[2], sizeof(words[2]), "%" PRIu64, start);
    execv("/proc/self/exe", arguments);
    perror("/proc/self/exe");
    return 1;
}
