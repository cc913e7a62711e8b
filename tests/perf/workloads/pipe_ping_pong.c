/* One byte to and fro between two processes over two pipes. One operation is a round trip. */
#include "tests/perf/workloads/perf.h"

#include <sys/wait.h>
#include <unistd.h>

/* The other process: sends back one more than it got, until the pipe is closed. */
static void answer(int in, int out)
{
    uint8_t byte;

    while (read(in, &byte, 1) == 1) {
        byte++;
        perf_need(write(out, &byte, 1) == 1, "write");
    }
    _exit(0);
}

int main(int argc, char **argv)
{
    uint64_t rounds = perf_rounds(argc, argv, 20000);
    int there[2], back[2];
    uint8_t byte = 0;
    uint64_t start;
    pid_t child;

    perf_need(pipe(there) == 0 && pipe(back) == 0, "pipe");
    child = fork();
    perf_need(child >= 0, "fork");
    if (child == 0) {
        close(there[1]);
        answer(there[0], back[1]);
    }
    start = perf_now();
    for (uint64_t i = 0; i < rounds; i++) {
        perf_need(write(there[1], &byte, 1) == 1, "write");
        perf_need(read(back[0], &byte, 1) == 1, "read");
    }
    perf_report("pipe-ping-pong", rounds, start, byte);
    close(there[1]);
    return waitpid(child, NULL, 0) != child;
}
