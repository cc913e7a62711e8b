/*
 * The I/O thread's event loop: file descriptors that become ready, timers, and callbacks
 * posted from other threads, all served by one thread in turn.
 *
 * Watches, timers and posts are structures inside their owners; the loop allocates nothing
 * after its creation, so nothing below event_loop_create but event_loop_watch can fail.
 *
 * Threads: every function may be called from any thread. Callbacks run on the loop's thread
 * with no lock held. Removing or cancelling on another thread returns only when the callback
 * is not running any more, so the owner may be freed right afterwards; an owner must not
 * hold a lock that its callback takes while it removes or cancels.
 */
#ifndef ZITHER_CORE_EVENT_LOOP_H
#define ZITHER_CORE_EVENT_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/error.h"

struct event_loop;

/* Set READY and OWNER before event_loop_watch; the rest belongs to the loop. EVENTS are
   epoll's (EPOLLIN and so on), level-triggered. */
struct event_watch {
    void (*ready)(void *owner, uint32_t events);
    void *owner;
    struct event_watch *next;
    uint64_t id;
    int fd;
};

struct event_timer {
    void (*expired)(void *owner);
    void *owner;
    struct event_timer *next;
    uint64_t deadline; /* CLOCK_MONOTONIC, nanoseconds */
    bool armed;
};

struct event_post {
    void (*run)(void *owner);
    void *owner;
    struct event_post *next;
    bool pending;
    bool orderly; /* set by the owner: see event_loop_hold */
    bool released;
};

/* 0, or -errno where the host refuses; then nothing is left behind. The loop does not run. */
int event_loop_create(struct event_loop **loop, struct error *error);

/* Stops the loop if it runs. Its watches, timers and posts are forgotten, not called. */
void event_loop_destroy(struct event_loop *loop);

/* Starts the thread. It blocks signals, so that the process's handlers run elsewhere. */
int event_loop_start(struct event_loop *loop, struct error *error);

/* Ends the thread and waits for it; harmless where it does not run. From a callback it only
   asks: the thread ends after the callback, and is joined by event_loop_destroy. */
void event_loop_stop(struct event_loop *loop);

/* Now, as timers count it. */
uint64_t event_loop_now(void);

/* 0, or -errno: -EPERM where FD is a file that is always ready, which epoll refuses. */
int event_loop_watch(struct event_loop *loop, struct event_watch *watch, int fd, uint32_t events);
/* Harmless where WATCH is not being watched. */
void event_loop_unwatch(struct event_loop *loop, struct event_watch *watch);

/* Arms or re-arms. A deadline in the past expires at once. */
void event_timer_arm(struct event_loop *loop, struct event_timer *timer, uint64_t deadline);
void event_timer_cancel(struct event_loop *loop, struct event_timer *timer);

/* Has RUN called once, soon. Posting what is still pending changes nothing. */
void event_loop_post(struct event_loop *loop, struct event_post *post);
void event_loop_withdraw(struct event_loop *loop, struct event_post *post);

/*
 * Deterministic mode: from now on orderly posts wait for event_loop_release, which runs those
 * that are posted so far, on the loop's thread, and returns when they have run; true where
 * others have been posted meanwhile. So what devices do falls between two instructions that
 * do not depend on the host. Not from a callback.
 */
void event_loop_hold(struct event_loop *loop);
bool event_loop_release(struct event_loop *loop);

#endif
