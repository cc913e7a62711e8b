/*
 * The I/O thread's event loop: see event_loop.h.
 *
 * Each turn takes one ready descriptor only, so that no event of a descriptor that has been
 * removed meanwhile can be waiting in a batch. A ready watch is looked up by its number under
 * the lock: between epoll's answer and the lock it may have gone.
 */
#include "src/core/event_loop.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "src/base/thread.h"

#define NANOSECONDS 1000000000u

/* Numbers of the loop's own descriptors; watches count from the next. */
enum { WAKE_ID, CLOCK_ID, FIRST_WATCH_ID };

struct event_loop {
    pthread_mutex_t lock;
    pthread_cond_t idle; /* a callback has ended */
    int epoll_fd;
    int wake_fd;
    int clock_fd;
    bool started; /* the thread exists and is not yet joined */
    bool stopping;
    pthread_t thread;
    const void *running; /* the source whose callback runs now */
    uint64_t next_id;
    struct event_watch *watches;
    struct event_timer *timers; /* by deadline */
    struct event_post *posts;   /* first posted first */
    struct event_post **last_post;
    bool holding;
    struct event_post *held; /* orderly posts that wait, first posted first */
    struct event_post **last_held;
    _Atomic unsigned held_count;
    unsigned released; /* orderly posts that shall run now, or are running */
};

uint64_t event_loop_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NANOSECONDS + (uint64_t)now.tv_nsec;
}

static void wake(struct event_loop *loop)
{
    const uint64_t one = 1;

    /* The counter can only be full, which wakes as well. */
    if (write(loop->wake_fd, &one, sizeof one) < 0)
        return;
}

static void drain(int fd)
{
    uint64_t count;

    if (read(fd, &count, sizeof count) < 0)
        return;
}

static bool on_loop_thread(const struct event_loop *loop)
{
    return loop->started && pthread_equal(loop->thread, pthread_self());
}

/* Waits, with the lock held, until SOURCE's callback does not run on another thread. */
static void wait_until_idle(struct event_loop *loop, const void *source)
{
    if (!on_loop_thread(loop))
        while (loop->running == source)
            pthread_cond_wait(&loop->idle, &loop->lock);
}

static int add_to_epoll(struct event_loop *loop, int fd, uint32_t events, uint64_t id)
{
    struct epoll_event event = {.events = events, .data.u64 = id};

    return epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

int event_loop_create(struct event_loop **result, struct error *error)
{
    struct event_loop *loop = calloc(1, sizeof *loop);

    if (!loop)
        return error_set(error, -ENOMEM, "the host has no memory for the event loop");
    pthread_mutex_init(&loop->lock, NULL);
    pthread_cond_init(&loop->idle, NULL);
    loop->next_id = FIRST_WATCH_ID;
    loop->last_post = &loop->posts;
    loop->last_held = &loop->held;
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    loop->clock_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (loop->epoll_fd < 0 || loop->wake_fd < 0 || loop->clock_fd < 0 ||
        add_to_epoll(loop, loop->wake_fd, EPOLLIN, WAKE_ID) < 0 ||
        add_to_epoll(loop, loop->clock_fd, EPOLLIN, CLOCK_ID) < 0) {
        int code = -errno;

        event_loop_destroy(loop);
        return error_set(error, code, "the host refuses an event loop: %s", strerror(-code));
    }
    *result = loop;
    return 0;
}

static void close_if_open(int fd)
{
    if (fd >= 0)
        close(fd);
}

void event_loop_destroy(struct event_loop *loop)
{
    if (!loop)
        return;
    event_loop_stop(loop);
    close_if_open(loop->epoll_fd);
    close_if_open(loop->wake_fd);
    close_if_open(loop->clock_fd);
    pthread_cond_destroy(&loop->idle);
    pthread_mutex_destroy(&loop->lock);
    free(loop);
}

/* Runs one callback with the lock given up; SOURCE tells removers what is running. */
#define RUN_UNLOCKED(loop, source, call)                                                           \
    do {                                                                                           \
        (loop)->running = (source);                                                                \
        pthread_mutex_unlock(&(loop)->lock);                                                       \
        call;                                                                                      \
        pthread_mutex_lock(&(loop)->lock);                                                         \
        (loop)->running = NULL;                                                                    \
        pthread_cond_broadcast(&(loop)->idle);                                                     \
    } while (0)

/* Runs what was posted before this turn. A callback that posts itself again is called in the next,
   so that it keeps no timer and no descriptor waiting. */
static void run_posts(struct event_loop *loop)
{
    struct event_post *post;
    size_t count = 0;

    for (post = loop->posts; post; post = post->next)
        count++;
    for (; !loop->stopping && count && (post = loop->posts); count--) {
        void (*run)(void *) = post->run;
        void *owner = post->owner;
        const bool released = post->released;

        loop->posts = post->next;
        if (!loop->posts)
            loop->last_post = &loop->posts;
        post->pending = post->released = false;
        RUN_UNLOCKED(loop, post, run(owner));
        loop->released -= released;
    }
    if (loop->posts)
        wake(loop);
}

/* Sets the clock to the first deadline; a zero time would disarm it. */
static void set_clock(struct event_loop *loop)
{
    struct itimerspec when = {0};

    if (loop->timers) {
        uint64_t deadline = loop->timers->deadline ? loop->timers->deadline : 1;

        when.it_value.tv_sec = (time_t)(deadline / NANOSECONDS);
        when.it_value.tv_nsec = (long)(deadline % NANOSECONDS);
    }
    timerfd_settime(loop->clock_fd, TFD_TIMER_ABSTIME, &when, NULL);
}

static void run_timers(struct event_loop *loop)
{
    const uint64_t now = event_loop_now();
    struct event_timer *timer;

    while (!loop->stopping && (timer = loop->timers) && timer->deadline <= now) {
        void (*expired)(void *) = timer->expired;
        void *owner = timer->owner;

        loop->timers = timer->next;
        timer->armed = false;
        RUN_UNLOCKED(loop, timer, expired(owner));
    }
    set_clock(loop);
}

static void run_watch(struct event_loop *loop, const struct epoll_event *event)
{
    for (struct event_watch *watch = loop->watches; watch; watch = watch->next)
        if (watch->id == event->data.u64) {
            void (*ready)(void *, uint32_t) = watch->ready;
            void *owner = watch->owner;

            RUN_UNLOCKED(loop, watch, ready(owner, event->events));
            return;
        }
}

static void *run_loop(void *argument)
{
    struct event_loop *loop = argument;
    struct epoll_event event;

    pthread_mutex_lock(&loop->lock);
    while (!loop->stopping) {
        int count;

        pthread_mutex_unlock(&loop->lock);
        count = epoll_wait(loop->epoll_fd, &event, 1, -1);
        pthread_mutex_lock(&loop->lock);
        if (count != 1 || loop->stopping)
            continue;
        if (event.data.u64 == WAKE_ID) {
            drain(loop->wake_fd);
            run_posts(loop);
        } else if (event.data.u64 == CLOCK_ID) {
            drain(loop->clock_fd);
            run_timers(loop);
        } else {
            run_watch(loop, &event);
        }
    }
    pthread_mutex_unlock(&loop->lock);
    return NULL;
}

int event_loop_start(struct event_loop *loop, struct error *error)
{
    sigset_t before;
    int code;

    pthread_mutex_lock(&loop->lock);
    loop->stopping = false;
    thread_signals_block(&before);
    code = pthread_create(&loop->thread, NULL, run_loop, loop);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    loop->started = code == 0;
    pthread_mutex_unlock(&loop->lock);
    /* Posts that waited while the loop did not run. */
    wake(loop);
    if (code)
        return error_set(error, -code, "the host refuses a thread for I/O: %s", strerror(code));
    return 0;
}

void event_loop_stop(struct event_loop *loop)
{
    pthread_t thread;
    bool join;

    pthread_mutex_lock(&loop->lock);
    thread = loop->thread;
    join = loop->started && !on_loop_thread(loop);
    loop->stopping = true;
    if (join)
        loop->started = false;
    pthread_mutex_unlock(&loop->lock);
    wake(loop);
    if (join)
        pthread_join(thread, NULL);
}

int event_loop_watch(struct event_loop *loop, struct event_watch *watch, int fd, uint32_t events)
{
    int code;

    pthread_mutex_lock(&loop->lock);
    watch->id = loop->next_id++;
    watch->fd = fd;
    code = add_to_epoll(loop, fd, events, watch->id);
    if (code == 0) {
        watch->next = loop->watches;
        loop->watches = watch;
    }
    pthread_mutex_unlock(&loop->lock);
    return code;
}

void event_loop_unwatch(struct event_loop *loop, struct event_watch *watch)
{
    pthread_mutex_lock(&loop->lock);
    for (struct event_watch **at = &loop->watches; *at; at = &(*at)->next)
        if (*at == watch) {
            *at = watch->next;
            epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
            break;
        }
    wait_until_idle(loop, watch);
    pthread_mutex_unlock(&loop->lock);
}

static void remove_timer(struct event_loop *loop, struct event_timer *timer)
{
    for (struct event_timer **at = &loop->timers; *at; at = &(*at)->next)
        if (*at == timer) {
            *at = timer->next;
            break;
        }
    timer->armed = false;
}

void event_timer_arm(struct event_loop *loop, struct event_timer *timer, uint64_t deadline)
{
    struct event_timer **at = &loop->timers;

    pthread_mutex_lock(&loop->lock);
    if (timer->armed)
        remove_timer(loop, timer);
    while (*at && (*at)->deadline <= deadline)
        at = &(*at)->next;
    timer->deadline = deadline;
    timer->next = *at;
    timer->armed = true;
    *at = timer;
    if (loop->timers == timer)
        set_clock(loop);
    pthread_mutex_unlock(&loop->lock);
}

void event_timer_cancel(struct event_loop *loop, struct event_timer *timer)
{
    pthread_mutex_lock(&loop->lock);
    if (timer->armed)
        remove_timer(loop, timer);
    wait_until_idle(loop, timer);
    pthread_mutex_unlock(&loop->lock);
}

void event_loop_post(struct event_loop *loop, struct event_post *post)
{
    bool holds;

    pthread_mutex_lock(&loop->lock);
    holds = loop->holding && post->orderly;
    if (!post->pending) {
        struct event_post ***last = holds ? &loop->last_held : &loop->last_post;

        post->pending = true;
        post->next = NULL;
        **last = post;
        *last = &post->next;
        loop->held_count += holds;
    }
    pthread_mutex_unlock(&loop->lock);
    if (!holds)
        wake(loop);
}

void event_loop_hold(struct event_loop *loop)
{
    pthread_mutex_lock(&loop->lock);
    loop->holding = true;
    pthread_mutex_unlock(&loop->lock);
}

bool event_loop_release(struct event_loop *loop)
{
    if (atomic_load_explicit(&loop->held_count, memory_order_relaxed) == 0)
        return false;
    pthread_mutex_lock(&loop->lock);
    for (struct event_post *post = loop->held; post; post = post->next) {
        post->released = true;
        loop->released++;
    }
    *loop->last_post = loop->held;
    if (loop->held)
        loop->last_post = loop->last_held;
    loop->held = NULL;
    loop->last_held = &loop->held;
    atomic_store(&loop->held_count, 0);
    wake(loop);
    while (loop->released && loop->started && !loop->stopping)
        pthread_cond_wait(&loop->idle, &loop->lock);
    pthread_mutex_unlock(&loop->lock);
    return atomic_load(&loop->held_count) != 0;
}

/* Takes POST out of the list that begins at *AT; true where it was there. */
static bool take_out(struct event_post **at, struct event_post ***last, struct event_post *post)
{
    while (*at && *at != post)
        at = &(*at)->next;
    if (!*at)
        return false;
    *at = post->next;
    if (!*at)
        *last = at;
    return true;
}

void event_loop_withdraw(struct event_loop *loop, struct event_post *post)
{
    pthread_mutex_lock(&loop->lock);
    if (post->pending) {
        if (take_out(&loop->held, &loop->last_held, post))
            loop->held_count--;
        else
            take_out(&loop->posts, &loop->last_post, post);
        loop->released -= post->released;
        post->pending = post->released = false;
        pthread_cond_broadcast(&loop->idle);
    }
    wait_until_idle(loop, post);
    pthread_mutex_unlock(&loop->lock);
}
