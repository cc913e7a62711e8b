/* The cheapest system call there is. */
#include "tests/perf/workloads/perf.h"

#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    uint64_t rounds = perf_rounds(argc, argv, 600000);
    uint64_t start = perf_now();
    uint64_t failures = 0;

    for (uint64_t i = 0; i < rounds; i++)
        failures += syscall(SYS_getppid) < 0;
    return perf_report("null-system-call", rounds, start, failures);
}
