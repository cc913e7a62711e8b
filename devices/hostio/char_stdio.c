/* stdin and stdout as a character stream: see char_stdio.h. */
#include "devices/hostio/char_stdio.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <termios.h>
#include <unistd.h>

#include "devices/hostio/write_all.h"

#define CONTROL(key) ((uint8_t)((key)&0x1f))
#define SYSRQ        CONTROL('O') /* the break key of the guest's VT220 console */
#define READ_SIZE    4096
#define MICROSECOND  1000u
#define SECOND       1000000000u

struct char_stdio {
    struct char_stdio_config config;
    struct char_sink sink;
    struct event_watch watch;
    struct event_post reread; /* for input that is always ready */
    bool escaped;             /* the escape key was the last byte */
    struct termios saved;
    atomic_bool raw;
    atomic_bool hurry; /* do not wait for a reader that does not read */

    pthread_mutex_t output_lock;
    bool timestamps;
    bool mid_line;
    bool lost; /* the host took no more output; it is not asked again */
    uint64_t start;
};

static void set_terminal(int fd, const struct termios *modes)
{
    sigset_t stop, before;

    /* Otherwise a process in the background would be stopped here. */
    sigemptyset(&stop);
    sigaddset(&stop, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &stop, &before);
    tcsetattr(fd, TCSANOW, modes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void char_stdio_restore_terminal(struct char_stdio *stdio)
{
    if (atomic_exchange(&stdio->raw, false))
        set_terminal(stdio->config.input_fd, &stdio->saved);
}

static bool in_background(int fd)
{
    pid_t foreground = tcgetpgrp(fd);

    return foreground >= 0 && foreground != getpgrp();
}

/* Every key goes through as its bytes; output is still processed, so that the host's own lines
   end as usual. */
static void enter_raw_mode(struct char_stdio *stdio)
{
    struct termios modes;

    if (tcgetattr(stdio->config.input_fd, &stdio->saved))
        return;
    modes = stdio->saved;
    modes.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    modes.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    modes.c_cflag = (modes.c_cflag & ~(tcflag_t)(CSIZE | PARENB)) | CS8;
    modes.c_cc[VMIN] = 1;
    modes.c_cc[VTIME] = 0;
    /* First, for a signal may end the process right after the change. */
    atomic_store(&stdio->raw, true);
    set_terminal(stdio->config.input_fd, &modes);
}

static void write_timestamp(struct char_stdio *stdio)
{
    const uint64_t elapsed = event_loop_now() - stdio->start;
    char text[32];
    int length = snprintf(text, sizeof text, "[%5u.%06u] ", (unsigned)(elapsed / SECOND),
                          (unsigned)(elapsed % SECOND / MICROSECOND));

    write_all(stdio->config.output_fd, text, (size_t)length, &stdio->hurry);
}

static void write_output(void *owner, const uint8_t *bytes, size_t length)
{
    struct char_stdio *stdio = owner;
    bool lost_now = false;
    int code = 0;

    pthread_mutex_lock(&stdio->output_lock);
    while (length && !stdio->lost) {
        const uint8_t *end = memchr(bytes, '\n', length);
        size_t count = end && stdio->timestamps ? (size_t)(end - bytes) + 1 : length;

        if (stdio->timestamps && !stdio->mid_line)
            write_timestamp(stdio);
        lost_now = stdio->lost = !write_all(stdio->config.output_fd, bytes, count, &stdio->hurry);
        code = lost_now ? -errno : 0;
        stdio->mid_line = bytes[count - 1] != '\n';
        bytes += count;
        length -= count;
    }
    pthread_mutex_unlock(&stdio->output_lock);
    if (lost_now && stdio->config.lost)
        stdio->config.lost(stdio->config.owner, code);
}

void char_stdio_hurry(struct char_stdio *stdio)
{
    atomic_store(&stdio->hurry, true);
}

struct char_backend char_stdio_backend(struct char_stdio *stdio)
{
    return (struct char_backend){.owner = stdio, .write = write_output};
}

static void tell_owner(struct char_stdio *stdio, enum char_escape command)
{
    if (stdio->config.escape)
        stdio->config.escape(stdio->config.owner, command);
}

static void toggle_timestamps(struct char_stdio *stdio)
{
    pthread_mutex_lock(&stdio->output_lock);
    stdio->timestamps = !stdio->timestamps;
    pthread_mutex_unlock(&stdio->output_lock);
}

/* Executes the key after the escape key. True where *C is to be sent to the guest. */
static bool execute_escape(struct char_stdio *stdio, uint8_t *c)
{
    if (*c == stdio->config.escape_key)
        return true;
    switch (*c) {
    case 'x':
        tell_owner(stdio, CHAR_ESCAPE_QUIT);
        return false;
    case 'h':
    case '?':
        tell_owner(stdio, CHAR_ESCAPE_HELP);
        return false;
    case 't':
        toggle_timestamps(stdio);
        return false;
    case 'b':
        *c = SYSRQ;
        return true;
    default:
        return false;
    }
}

static void take_input(struct char_stdio *stdio, const uint8_t *bytes, size_t length)
{
    uint8_t out[READ_SIZE];
    size_t used = 0;

    for (size_t i = 0; i < length; i++) {
        uint8_t c = bytes[i];

        if (!stdio->escaped && c == stdio->config.escape_key) {
            stdio->escaped = true;
            continue;
        }
        if (!stdio->escaped || execute_escape(stdio, &c))
            out[used++] = c;
        stdio->escaped = false;
    }
    if (used)
        stdio->sink.input(stdio->sink.owner, out, used);
}

/* Reads once; false at the end of the input. */
static bool read_input(struct char_stdio *stdio)
{
    uint8_t bytes[READ_SIZE];
    ssize_t count = read(stdio->config.input_fd, bytes, sizeof bytes);

    if (count > 0)
        take_input(stdio, bytes, (size_t)count);
    return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN));
}

static void input_ready(void *owner, uint32_t events)
{
    struct char_stdio *stdio = owner;

    (void)events;
    if (!read_input(stdio))
        event_loop_unwatch(stdio->config.loop, &stdio->watch);
}

static void read_again(void *owner)
{
    struct char_stdio *stdio = owner;

    if (read_input(stdio))
        event_loop_post(stdio->config.loop, &stdio->reread);
}

int char_stdio_connect(struct char_stdio *stdio, struct char_sink sink, struct error *error)
{
    const int fd = stdio->config.input_fd;
    int code;

    stdio->sink = sink;
    if (fd < 0 || (isatty(fd) && in_background(fd)))
        return 0;
    if (isatty(fd))
        enter_raw_mode(stdio);
    code = event_loop_watch(stdio->config.loop, &stdio->watch, fd, EPOLLIN);
    if (code == -EPERM) {
        event_loop_post(stdio->config.loop, &stdio->reread);
    } else if (code && code != -EBADF) {
        char_stdio_restore_terminal(stdio);
        return error_set(error, code, "the standard input cannot be watched: %s", strerror(-code));
    }
    return 0;
}

int char_stdio_create(struct char_stdio **result, const struct char_stdio_config *config,
                      struct error *error)
{
    struct char_stdio *stdio = calloc(1, sizeof *stdio);

    if (!stdio)
        return error_set(error, -ENOMEM, "the host has no memory for the console");
    stdio->config = *config;
    if (!stdio->config.escape_key)
        stdio->config.escape_key = CONTROL('A');
    stdio->watch = (struct event_watch){.ready = input_ready, .owner = stdio};
    stdio->reread = (struct event_post){.run = read_again, .owner = stdio};
    stdio->timestamps = config->timestamps;
    stdio->start = event_loop_now();
    pthread_mutex_init(&stdio->output_lock, NULL);
    *result = stdio;
    return 0;
}

void char_stdio_destroy(struct char_stdio *stdio)
{
    if (!stdio)
        return;
    event_loop_unwatch(stdio->config.loop, &stdio->watch);
    event_loop_withdraw(stdio->config.loop, &stdio->reread);
    char_stdio_restore_terminal(stdio);
    pthread_mutex_destroy(&stdio->output_lock);
    free(stdio);
}
