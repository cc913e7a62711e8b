/* Output that waits: see write_all.h. */
#include "devices/hostio/write_all.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#define PATIENCE_MS 100

/* False where nobody reads and there is no more time. */
static bool wait_for_reader(int fd, const atomic_bool *hurry)
{
    struct pollfd ready = {.fd = fd, .events = POLLOUT};

    while (poll(&ready, 1, PATIENCE_MS) == 0)
        if (atomic_load(hurry)) {
            errno = ETIMEDOUT;
            return false;
        }
    return true;
}

/* A pipe that is ready takes PIPE_BUF bytes without blocking, but perhaps not more. */
bool write_all(int fd, const void *bytes, size_t length, const atomic_bool *hurry)
{
    const char *at = bytes;

    while (length) {
        ssize_t count;

        if (!wait_for_reader(fd, hurry))
            return false;
        count = write(fd, at, length < PIPE_BUF ? length : PIPE_BUF);
        if (count >= 0) {
            at += count;
            length -= (size_t)count;
        } else if (errno != EAGAIN && errno != EINTR) {
            return false;
        }
    }
    return true;
}
