/* Signals while a machine runs: see signals.h. */
#include "src/cli/signals.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/* Handlers reach nothing but static storage. */
static struct {
    _Atomic(struct zither_machine *) machine;
    _Atomic int asked; /* the first signal that asked for the end, or 0 */
    pthread_t watcher;
    bool watching;
} watch;

static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void end_signals(sigset_t *set)
{
    sigemptyset(set);
    for (size_t i = 0; i < COUNT(ends); i++)
        sigaddset(set, ends[i]);
}

void signals_block(void)
{
    sigset_t set;

    end_signals(&set);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static void die_of(int number)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, number);
    signal(number, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    raise(number);
}

/* The second signal does not wait for the machine any more. */
static void *watch_signals(void *argument)
{
    struct zither_machine *machine = argument;
    sigset_t set;
    int number;

    end_signals(&set);
    while (sigwait(&set, &number) == 0) {
        if (atomic_exchange(&watch.asked, number)) {
            zither_machine_restore_terminal(machine);
            die_of(number);
        }
        zither_machine_stop(machine);
    }
    return NULL;
}

/* The handler was reset on entry, so the signal that comes again ends the process. */
static void crash(int number)
{
    struct zither_machine *machine = atomic_load(&watch.machine);

    if (machine)
        zither_machine_restore_terminal(machine);
    raise(number);
}

int signals_watch(struct zither_machine *machine, struct zither_error *error)
{
    struct sigaction action = {.sa_handler = crash, .sa_flags = (int)SA_RESETHAND};
    int code;

    atomic_store(&watch.machine, machine);
    for (size_t i = 0; i < COUNT(crashes); i++)
        sigaction(crashes[i], &action, NULL);
    code = pthread_create(&watch.watcher, NULL, watch_signals, machine);
    watch.watching = code == 0;
    if (code == 0)
        return 0;
    error->code = -code;
    snprintf(error->text, sizeof error->text, "the host refuses a thread: %s", strerror(code));
    return -code;
}

void signals_forget(void)
{
    if (watch.watching) {
        pthread_cancel(watch.watcher);
        pthread_join(watch.watcher, NULL);
        watch.watching = false;
    }
    atomic_store(&watch.machine, NULL);
}

void signals_raise(void)
{
    int number = atomic_load(&watch.asked);

    if (number)
        die_of(number);
}
