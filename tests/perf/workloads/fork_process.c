/* fork, the child's exit, and the parent's wait for it. */
#include "tests/perf/workloads/perf.h"

#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    uint64_t rounds = perf_rounds(argc, argv, 2000);
    uint64_t start = perf_now();
    uint64_t result = 0;

    for (uint64_t i = 0; i < rounds; i++) {
        int status = 0;
        pid_t child = fork();

        perf_need(child >= 0, "fork");
        if (child == 0)
            _exit((int)(i & 127));
        perf_need(waitpid(child, &status, 0) == child, "waitpid");
        result += (uint64_t)WEXITSTATUS(status);
    }
    return perf_report("fork", rounds, start, result);
}
