/*
 * The process's stdin and stdout as a character stream. A terminal is put into raw mode, so
 * that every key but the escape key reaches the guest; anything else is left as it is.
 * O_NONBLOCK is never set: other processes share the open file.
 *
 * After Ctrl-a: x quit, h help, b SysRq (sends ^O), t timestamps on or off, Ctrl-a itself.
 *
 * Threads: the backend may be written from any thread. Input and the escape callback come on
 * the event loop's thread. The owner of the process ignores SIGPIPE.
 */
#ifndef ZITHER_DEVICES_HOSTIO_CHAR_STDIO_H
#define ZITHER_DEVICES_HOSTIO_CHAR_STDIO_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/error.h"
#include "src/core/event_loop.h"
#include "src/core/port/char_backend.h"

struct char_stdio;

enum char_escape {
    CHAR_ESCAPE_QUIT,
    CHAR_ESCAPE_HELP,
};

struct char_stdio_config {
    struct event_loop *loop; /* must outlive the object */
    int input_fd;            /* usually 0; -1: no input */
    int output_fd;           /* usually 1 */
    uint8_t escape_key;      /* 0: Ctrl-a */
    bool timestamps;         /* begin every line of output with the host's time */
    void *owner;
    /* A command of the user's to the owner; may be null. */
    void (*escape)(void *owner, enum char_escape command);
    /* The host takes no more output, for CODE (-errno): told once, on the thread that wrote;
       may be null. */
    void (*lost)(void *owner, int code);
};

/* Input is not read before char_stdio_connect. -ENOMEM. */
int char_stdio_create(struct char_stdio **stdio, const struct char_stdio_config *config,
                      struct error *error);
/* Restores the terminal. */
void char_stdio_destroy(struct char_stdio *stdio);

struct char_backend char_stdio_backend(struct char_stdio *stdio);

/* The end is near: output that nobody has read for a tenth of a second is dropped from now on, so
   that no thread stays behind in a write. Any thread. */
void char_stdio_hurry(struct char_stdio *stdio);

/* Puts the terminal into raw mode and starts reading. In a background process group the
   terminal is left alone, for the attempt would stop the process. A file that is always ready
   is read to its end at once. 0, or -errno where the host refuses; no input is no error. */
int char_stdio_connect(struct char_stdio *stdio, struct char_sink sink, struct error *error);

/* Gives the terminal its modes back. Async-signal-safe, and harmless to repeat: to be called on
   every way out of the process, from fatal signals' handlers too. */
void char_stdio_restore_terminal(struct char_stdio *stdio);

#endif
