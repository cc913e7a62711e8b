/* Two machines in lock step: see verify.h. */
#include "src/machine/verify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cpu/arch/psw.h"
#include "src/base/thread.h"
#include "src/machine/verify_internal.h"

/* After the first machine's end the second has this long to come to its own. */
#define END_SECONDS 60

struct verify_cpu verify_cpu_of(const struct vcpu *cpu)
{
    struct verify_cpu result = {cpu->state, cpu->instructions};

    result.state.psw_mask = psw_mask(cpu);
    result.state.cpu_timer = cpu_timer_get(cpu);
    return result;
}

/* Before the first store into PAGE since the last boundary. */
static void list_page(struct storage_watch *watch, abs_addr address)
{
    struct verify_side *side = (struct verify_side *)watch;
    const uint64_t page = address.value >> STORAGE_PAGE_SHIFT;

    if (side->listed[page] || side->pages == side->pages_room)
        return;
    side->listed[page] = 1;
    if (side->images)
        memcpy(side->image + side->pages * STORAGE_PAGE_SIZE,
               side->machine->storage.host + page * STORAGE_PAGE_SIZE, STORAGE_PAGE_SIZE);
    side->page[side->pages++] = page;
}

static bool page_same(const struct verify *verify, uint64_t page)
{
    const uint64_t at = page * STORAGE_PAGE_SIZE;

    return memcmp(verify->side[0].machine->storage.host + at,
                  verify->side[1].machine->storage.host + at, STORAGE_PAGE_SIZE) == 0;
}

static bool listed_pages_same(const struct verify *verify, const struct verify_side *side)
{
    for (size_t i = 0; i < side->pages; i++)
        if (!page_same(verify, side->page[i]))
            return false;
    return true;
}

static bool keys_same(const struct verify *verify)
{
    const struct storage *one = &verify->side[0].machine->storage;
    const struct storage *two = &verify->side[1].machine->storage;

    return memcmp((const void *)one->key, (const void *)two->key,
                  (size_t)(one->size >> STORAGE_PAGE_SHIFT)) == 0;
}

static bool cpus_same(const struct verify *verify)
{
    const struct machine *one = verify->side[0].machine, *two = verify->side[1].machine;

    for (unsigned i = 0; i < one->cpu_count; i++) {
        const struct verify_cpu a = verify_cpu_of(one->cpu[i].cpu);
        const struct verify_cpu b = verify_cpu_of(two->cpu[i].cpu);

        if (a.instructions != b.instructions || memcmp(&a.state, &b.state, sizeof a.state) != 0)
            return false;
    }
    return true;
}

static const char *find_difference(const struct verify *verify)
{
    const struct vcpu *one = verify->side[0].arrived, *two = verify->side[1].arrived;

    if (one && two && one->address != two->address)
        return "another CPU has had its turn";
    if (!cpus_same(verify))
        return "the CPUs differ";
    if (!listed_pages_same(verify, &verify->side[0]) ||
        !listed_pages_same(verify, &verify->side[1]))
        return "storage differs";
    return keys_same(verify) ? NULL : "storage keys differ";
}

/* With the lock held. */
static void end_with_difference(struct verify *verify, const char *why)
{
    verify->differs = verify->over = true;
    verify_report(verify, why);
    pthread_cond_broadcast(&verify->changed);
}

/* What is stored from now on is listed anew, which takes the slow way to storage once. */
static void start_slice(struct verify_side *side)
{
    struct machine *machine = side->machine;

    for (size_t i = 0; i < side->pages; i++)
        side->listed[side->page[i]] = 0;
    side->pages = 0;
    for (unsigned i = 0; i < machine->cpu_count; i++) {
        side->before[i] = verify_cpu_of(machine->cpu[i].cpu);
        address_space_purge_all_stores(machine->cpu[i].cpu);
    }
    side->skipped = atomic_load(&machine->configuration.tod.skipped);
}

static void leave_together(struct verify *verify)
{
    for (unsigned i = 0; i < 2; i++) {
        verify->side[i].arrived = NULL;
        start_slice(&verify->side[i]);
    }
    verify->rounds++;
    pthread_cond_broadcast(&verify->changed);
}

/* On the thread of the CPU whose turn it is. */
static void boundary(void *owner, struct vcpu *cpu)
{
    struct verify_side *side = owner;
    struct verify *verify = side->verify;
    struct verify_side *other = &verify->side[side == &verify->side[0]];
    const char *why = NULL;
    uint64_t round;

    pthread_mutex_lock(&verify->lock);
    round = verify->rounds;
    side->arrived = cpu;
    if (verify->over) {
        pthread_mutex_unlock(&verify->lock);
        return;
    }
    if (other->arrived)
        why = find_difference(verify);
    else if (other->gone)
        why = "one machine has ended";
    if (why)
        end_with_difference(verify, why);
    else if (other->arrived)
        leave_together(verify);
    while (verify->rounds == round && !verify->over)
        pthread_cond_wait(&verify->changed, &verify->lock);
    pthread_mutex_unlock(&verify->lock);
    if (verify->differs) {
        vcpu_request(cpu, REQUEST_EXIT);
        machine_end(side->machine, MACHINE_DIFFERS);
    }
}

/* The second machine has the same devices without their consoles. */
static char **twin_devices(const struct machine_config *config)
{
    static const char word[] = ",console=";
    char **devices = calloc(config->device_count + 1, sizeof *devices);

    for (unsigned i = 0; devices && i < config->device_count; i++) {
        char *console;

        devices[i] = strdup(config->devices[i]);
        console = devices[i] ? strstr(devices[i], word) : NULL;
        if (console) {
            const char *rest = console + 1 + strcspn(console + 1, ",");

            memmove(console, rest, strlen(rest) + 1);
        }
    }
    return devices;
}

static int create_twin(struct machine **twin, const struct machine_config *config,
                       struct error *error)
{
    struct machine_config other = *config;
    char **devices = twin_devices(config);
    int code;

    other.devices = (const char *const *)devices;
    other.console = "null";
    other.trace = NULL;
    other.jit_dump_count = 0;
    other.jit_dump_all = other.perf_map = false;
    other.jitdump = NULL;
    other.command = NULL;
    other.accel = "interp";
    other.verify = 0;
    code = devices ? machine_create(twin, &other, error)
                   : error_set(error, -ENOMEM, "the host has no memory for a second machine");
    for (unsigned i = 0; devices && i < config->device_count; i++)
        free(devices[i]);
    free(devices);
    return code;
}

static bool prepare_side(struct verify *verify, struct verify_side *side, struct machine *machine)
{
    const size_t pages = (size_t)(machine->storage.size >> STORAGE_PAGE_SHIFT);

    side->verify = verify;
    side->machine = machine;
    side->watch.stores = list_page;
    side->images = side == &verify->side[1];
    side->pages_room = pages;
    side->before = calloc(machine->cpu_count, sizeof *side->before);
    side->listed = calloc(pages, 1);
    /* Untouched memory costs nothing. */
    side->page = malloc(pages * sizeof *side->page);
    side->image = side->images ? malloc(pages * STORAGE_PAGE_SIZE) : NULL;
    return side->before && side->listed && side->page && (side->image || !side->images);
}

static void hook(struct verify_side *side, uint64_t length)
{
    struct configuration *configuration = &side->machine->configuration;

    configuration->slices.length = length;
    configuration->slices.boundary_owner = side;
    configuration->slices.boundary = boundary;
    side->machine->storage.watch = &side->watch;
}

int verify_create(struct verify **result, struct machine *machine,
                  const struct machine_config *config, struct error *error)
{
    struct verify *verify = calloc(1, sizeof *verify);
    struct machine *twin = NULL;
    int code;

    if (!verify)
        return error_set(error, -ENOMEM, "the host has no memory for a second machine");
    pthread_mutex_init(&verify->lock, NULL);
    pthread_cond_init(&verify->changed, NULL);
    code = create_twin(&twin, config, error);
    if (code == 0 && (!prepare_side(verify, &verify->side[0], machine) ||
                      !prepare_side(verify, &verify->side[1], twin)))
        code = error_set(error, -ENOMEM, "the host has no memory for a second machine");
    if (code < 0) {
        verify->side[1].machine = twin;
        verify_destroy(verify);
        return code;
    }
    for (unsigned i = 0; i < 2; i++)
        hook(&verify->side[i], config->verify);
    *result = verify;
    return 0;
}

void verify_destroy(struct verify *verify)
{
    if (!verify)
        return;
    for (unsigned i = 0; i < 2; i++) {
        free(verify->side[i].before);
        free(verify->side[i].listed);
        free(verify->side[i].page);
        free(verify->side[i].image);
    }
    machine_destroy(verify->side[1].machine);
    pthread_cond_destroy(&verify->changed);
    pthread_mutex_destroy(&verify->lock);
    free(verify->text);
    free(verify);
}

static void *run_twin(void *argument)
{
    struct verify *verify = argument;
    struct error error;
    enum machine_outcome outcome = machine_run(verify->side[1].machine, 0, &error);

    pthread_mutex_lock(&verify->lock);
    verify->twin_outcome = outcome;
    verify->side[1].gone = true;
    /* The other waits at a boundary that this one never came to. */
    if (verify->side[0].arrived && !verify->over)
        end_with_difference(verify, "one machine has ended");
    pthread_cond_broadcast(&verify->changed);
    pthread_mutex_unlock(&verify->lock);
    return NULL;
}

int verify_start(struct verify *verify, struct error *error)
{
    sigset_t before;
    int code;

    thread_signals_block(&before);
    code = pthread_create(&verify->thread, NULL, run_twin, verify);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    verify->started = code == 0;
    return code ? error_set(error, -code, "the host refuses a thread: %s", strerror(code)) : 0;
}

/* With the lock held: where the first machine ended by itself, so must the second. */
static void wait_for_twin(struct verify *verify)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += END_SECONDS;
    while (!verify->side[1].gone && !verify->over)
        if (pthread_cond_timedwait(&verify->changed, &verify->lock, &until) == ETIMEDOUT)
            break;
}

static bool ends_by_itself(enum machine_outcome outcome)
{
    return outcome == MACHINE_GUEST_ENDED || outcome == MACHINE_GUEST_FAILED ||
           outcome == MACHINE_WEDGED;
}

/* With the lock held, and both machines at their ends. */
static void compare_ends(struct verify *verify, enum machine_outcome outcome)
{
    const uint64_t pages = verify->side[0].machine->storage.size >> STORAGE_PAGE_SHIFT;
    const char *why;

    verify->side[0].arrived = verify->side[1].arrived = NULL;
    if (!verify->side[1].gone || verify->twin_outcome != outcome) {
        end_with_difference(verify, "the machines end in different ways");
        return;
    }
    why = find_difference(verify);
    for (uint64_t page = 0; page < pages && !why; page++)
        if (!page_same(verify, page))
            why = "storage differs at the end";
    if (why)
        end_with_difference(verify, why);
}

bool verify_finish(struct verify *verify, enum machine_outcome outcome)
{
    if (!verify->started)
        return false;
    pthread_mutex_lock(&verify->lock);
    verify->side[0].gone = true;
    if (!ends_by_itself(outcome)) {
        verify->over = true;
    } else if (verify->side[1].arrived && !verify->over) {
        end_with_difference(verify, "one machine has ended");
    } else if (!verify->over) {
        wait_for_twin(verify);
        if (!verify->over)
            compare_ends(verify, outcome);
    }
    verify->over = true;
    pthread_cond_broadcast(&verify->changed);
    pthread_mutex_unlock(&verify->lock);
    machine_end(verify->side[1].machine, MACHINE_ENDED);
    pthread_join(verify->thread, NULL);
    verify->started = false;
    return verify->differs;
}

const char *verify_text(const struct verify *verify)
{
    return verify->text;
}
