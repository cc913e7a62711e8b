/* The event loop: what is posted, due or ready is called once, in order, and never after its
   removal. Waiting is by semaphores that the callbacks post. */
#include "src/core/event_loop.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "tests/harness.h"

#define MILLISECOND 1000000u

struct recorder {
    sem_t called;
    char order[8];
    size_t count;
    int fd;
    struct event_loop *loop;
};

struct marked {
    struct recorder *recorder;
    char mark;
};

static void record(void *owner)
{
    struct marked *marked = owner;
    struct recorder *recorder = marked->recorder;

    if (recorder->count < sizeof recorder->order - 1)
        recorder->order[recorder->count++] = marked->mark;
    sem_post(&recorder->called);
}

static struct event_loop *started_loop(void)
{
    struct event_loop *loop = NULL;
    struct error error;

    CHECK_EQ(event_loop_create(&loop, &error), 0);
    CHECK_EQ(event_loop_start(loop, &error), 0);
    return loop;
}

static void posts_run_once_in_order(void)
{
    struct event_loop *loop = NULL;
    struct recorder recorder = {.count = 0};
    struct marked a = {&recorder, 'a'}, b = {&recorder, 'b'}, c = {&recorder, 'c'};
    struct event_post first = {.run = record, .owner = &a};
    struct event_post second = {.run = record, .owner = &b};
    struct event_post third = {.run = record, .owner = &c};

    REQUIRE(event_loop_create(&loop, NULL) == 0);
    sem_init(&recorder.called, 0, 0);
    event_loop_post(loop, &first);
    event_loop_post(loop, &second);
    event_loop_post(loop, &first);
    event_loop_withdraw(loop, &second);
    event_loop_post(loop, &third);
    REQUIRE(event_loop_start(loop, NULL) == 0);
    sem_wait(&recorder.called);
    sem_wait(&recorder.called);
    event_loop_post(loop, &second);
    sem_wait(&recorder.called);
    event_loop_destroy(loop);
    CHECK_STR_EQ(recorder.order, "acb");
}

static void timers_run_by_deadline(void)
{
    struct event_loop *loop = started_loop();
    struct recorder recorder = {.count = 0};
    struct marked a = {&recorder, 'a'}, b = {&recorder, 'b'}, c = {&recorder, 'c'};
    struct event_timer early = {.expired = record, .owner = &a};
    struct event_timer late = {.expired = record, .owner = &b};
    struct event_timer never = {.expired = record, .owner = &c};
    const uint64_t start = event_loop_now();

    sem_init(&recorder.called, 0, 0);
    event_timer_arm(loop, &never, start + 1000000 * (uint64_t)MILLISECOND);
    event_timer_arm(loop, &late, start + 5 * MILLISECOND);
    event_timer_arm(loop, &early, start + 1000 * MILLISECOND);
    event_timer_arm(loop, &early, 0);
    event_timer_cancel(loop, &never);
    sem_wait(&recorder.called);
    sem_wait(&recorder.called);
    CHECK(event_loop_now() >= start + 5 * MILLISECOND);
    CHECK(!early.armed && !late.armed && !never.armed);
    event_loop_destroy(loop);
    CHECK_STR_EQ(recorder.order, "ab");
}

static void read_byte(void *owner, uint32_t events)
{
    struct recorder *recorder = owner;

    if ((events & EPOLLIN) && read(recorder->fd, &recorder->order[recorder->count], 1) == 1)
        recorder->count++;
    sem_post(&recorder->called);
}

struct endless {
    struct event_loop *loop;
    struct event_post post;
    atomic_uint runs;
};

static void run_again(void *owner)
{
    struct endless *endless = owner;

    atomic_fetch_add(&endless->runs, 1);
    event_loop_post(endless->loop, &endless->post);
}

static void an_endless_post_keeps_nothing_waiting(void)
{
    struct event_loop *loop = started_loop();
    struct recorder recorder = {.count = 0};
    struct marked a = {&recorder, 'a'};
    struct endless endless = {.loop = loop, .post = {.run = run_again, .owner = &endless}};
    struct event_timer timer = {.expired = record, .owner = &a};

    sem_init(&recorder.called, 0, 0);
    event_loop_post(loop, &endless.post);
    while (atomic_load(&endless.runs) < 2)
        sched_yield();
    event_timer_arm(loop, &timer, event_loop_now() + MILLISECOND);
    sem_wait(&recorder.called);
    event_loop_destroy(loop);
    CHECK_STR_EQ(recorder.order, "a");
}

static void ready_descriptor_is_served(void)
{
    struct event_loop *loop = started_loop();
    struct recorder recorder = {.count = 0};
    struct event_watch watch = {.ready = read_byte, .owner = &recorder};
    int ends[2];

    REQUIRE(pipe(ends) == 0);
    recorder.fd = ends[0];
    sem_init(&recorder.called, 0, 0);
    REQUIRE(event_loop_watch(loop, &watch, ends[0], EPOLLIN) == 0);
    REQUIRE(write(ends[1], "xy", 2) == 2);
    sem_wait(&recorder.called);
    sem_wait(&recorder.called);
    event_loop_unwatch(loop, &watch);
    event_loop_unwatch(loop, &watch);
    REQUIRE(write(ends[1], "z", 1) == 1);
    event_loop_destroy(loop);
    CHECK_STR_EQ(recorder.order, "xy");
    close(ends[0]);
    close(ends[1]);
}

static void always_ready_file_is_refused(void)
{
    struct event_loop *loop = started_loop();
    struct recorder recorder = {.count = 0};
    struct event_watch watch = {.ready = read_byte, .owner = &recorder};
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

    CHECK_EQ(event_loop_watch(loop, &watch, fd, EPOLLIN), (uint64_t)-EPERM);
    event_loop_destroy(loop);
    close(fd);
}

static void stop_here(void *owner)
{
    struct recorder *recorder = owner;

    event_loop_stop(recorder->loop);
    sem_post(&recorder->called);
}

static void loop_stops_from_its_own_callback(void)
{
    struct recorder recorder = {.loop = started_loop()};
    struct event_post post = {.run = stop_here, .owner = &recorder};

    sem_init(&recorder.called, 0, 0);
    event_loop_post(recorder.loop, &post);
    sem_wait(&recorder.called);
    event_loop_destroy(recorder.loop);
    CHECK(!post.pending);
}

static void *post_many(void *argument)
{
    struct recorder *recorder = argument;
    struct marked marked = {recorder, 'p'};
    struct event_post post = {.run = record, .owner = &marked};

    for (int i = 0; i < 1000; i++)
        event_loop_post(recorder->loop, &post);
    /* After this the callback neither runs nor will run: it would record the new mark. */
    event_loop_withdraw(recorder->loop, &post);
    marked.mark = 'x';
    return NULL;
}

static void withdrawal_waits_for_the_callback(void)
{
    struct recorder recorder = {.loop = started_loop()};
    pthread_t threads[4];

    sem_init(&recorder.called, 0, 0);
    for (int i = 0; i < 4; i++)
        REQUIRE(pthread_create(&threads[i], NULL, post_many, &recorder) == 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    event_loop_destroy(recorder.loop);
    CHECK(strchr(recorder.order, 'x') == NULL);
}

struct again {
    struct event_loop *loop;
    struct event_post *post;
    int runs;
};

static void run_and_post_again(void *owner)
{
    struct again *again = owner;

    again->runs++;
    event_loop_post(again->loop, again->post);
}

/* Orderly posts wait for the release, which runs each once and returns behind it. */
static void orderly_posts_wait_for_release(void)
{
    struct event_loop *loop = started_loop();
    struct recorder recorder = {.count = 0};
    struct marked a = {&recorder, 'a'}, b = {&recorder, 'b'};
    struct again again = {loop, NULL, 0};
    struct event_post orderly = {.run = record, .owner = &a, .orderly = true};
    struct event_post other = {.run = record, .owner = &b};
    struct event_post endless = {.run = run_and_post_again, .owner = &again, .orderly = true};

    again.post = &endless;
    sem_init(&recorder.called, 0, 0);
    event_loop_hold(loop);
    CHECK(!event_loop_release(loop));
    event_loop_post(loop, &orderly);
    event_loop_post(loop, &other);
    sem_wait(&recorder.called);
    CHECK_MEM_EQ(recorder.order, "b", 1);
    CHECK_EQ(recorder.count, 1);
    CHECK(!event_loop_release(loop));
    CHECK_MEM_EQ(recorder.order, "ba", 2);
    CHECK_EQ(recorder.count, 2);
    event_loop_post(loop, &endless);
    CHECK(event_loop_release(loop));
    CHECK_EQ(again.runs, 1);
    CHECK(event_loop_release(loop));
    CHECK_EQ(again.runs, 2);
    event_loop_withdraw(loop, &endless);
    event_loop_post(loop, &orderly);
    event_loop_withdraw(loop, &orderly);
    CHECK(!event_loop_release(loop));
    CHECK_EQ(again.runs, 2);
    CHECK_EQ(recorder.count, 2);
    event_loop_destroy(loop);
}

static const struct test tests[] = {
    TEST(posts_run_once_in_order),
    TEST(timers_run_by_deadline),
    TEST(an_endless_post_keeps_nothing_waiting),
    TEST(ready_descriptor_is_served),
    TEST(always_ready_file_is_refused),
    TEST(loop_stops_from_its_own_callback),
    TEST(withdrawal_waits_for_the_callback),
    TEST(orderly_posts_wait_for_release),
};

int main(void)
{
    return RUN_TESTS(tests);
}
