#include "tests/equivalence/subject.h"

#include <string.h>

#include "cpu/arch/interruption.h"
#include "cpu/arch/psw.h"
#include "cpu/arch/purge.h"
#include "cpu/arch/timing.h"
#include "cpu/isa/coverage.h"
#include "cpu/jit/jit.h"
#include "src/base/be.h"
#include "tests/equivalence/family.h"

#define TURNS_MAX 4000u

bool subject_create(struct subject *subject, const struct backend *backend, bool exact)
{
    struct error error;

    memset(subject, 0, sizeof *subject);
    subject->backend = backend;
    if (storage_create(&subject->storage, SCENE_STORAGE, &error) < 0)
        return false;
    configuration_init(&subject->configuration, &subject->storage);
    for (unsigned i = 0; i < FACILITY_COUNT; i++)
        subject->configuration.facility_present[i] = true;
    subject_connect_nothing(&subject->configuration);
    tod_start(&subject->configuration.tod, true, 0);
    subject->configuration.tod.deterministic = exact;
    if (vcpu_create(&subject->cpu, &subject->configuration, 0, &error) < 0 ||
        backend->attach(subject->cpu, &error) < 0)
        return false;
    /* The clock counts instructions all the same. */
    subject->configuration.tod.deterministic = true;
    return true;
}

void subject_destroy(struct subject *subject)
{
    subject->backend->detach(subject->cpu);
    vcpu_destroy(subject->cpu);
    configuration_fini(&subject->configuration);
    storage_destroy(&subject->storage);
}

const uint8_t subject_disturbed_text[2] = {0xb9, 0x04};

static void trace(void *owner, struct vcpu *cpu, const uint8_t text[6])
{
    struct subject *subject = owner;

    if (memcmp(text, subject_disturbed_text, sizeof subject_disturbed_text) == 0)
        subject->disturb(cpu);
}

static void restore_storage(struct subject *subject, const struct scene *scene)
{
    struct storage *storage = &subject->storage;

    for (uint64_t at = 0; at < SCENE_STORAGE; at += STORAGE_PAGE_SIZE) {
        atomic_store(&storage->key[at >> STORAGE_PAGE_SHIFT], scene->key[at >> STORAGE_PAGE_SHIFT]);
        if (memcmp(storage->host + at, scene->storage + at, STORAGE_PAGE_SIZE) == 0)
            continue;
        memcpy(storage->host + at, scene->storage + at, STORAGE_PAGE_SIZE);
        storage_code_changed(storage, (abs_addr){at}, STORAGE_PAGE_SIZE);
    }
}

/* Code is decoded for one model, but the pages of code are new in each scene. */
static void restore_model(struct subject *subject, const struct scene *scene)
{
    bool *present = subject->configuration.facility_present;

    present[FACILITY_VECTOR_ENHANCEMENTS_1] = !scene->without_enhancements;
    present[FACILITY_VECTOR_ENHANCEMENTS_2] = !scene->without_enhancements;
    present[FACILITY_VECTOR_ENHANCEMENTS_3] = !scene->without_enhancements;
}

static void restore(struct subject *subject, const struct scene *scene)
{
    struct vcpu *cpu = subject->cpu;
    struct tod_clock *tod = &subject->configuration.tod;

    restore_storage(subject, scene);
    restore_model(subject, scene);
    cpu->state = scene->state;
    cpu->instructions = 0;
    atomic_store(&tod->skipped, 0);
    atomic_store(&tod->stored, 0);
    atomic_store(&tod->epoch, tod->physical_epoch);
    atomic_store(&tod->steered, false);
    tod->old_episode = tod->new_episode = (struct tod_episode){0, 0, 0, 0};
    cpu->timer_running = true;
    cpu_timer_set(cpu, scene->cpu_timer);
    cpu->state.clock_comparator =
        scene->clock_comparator == UINT64_MAX ? UINT64_MAX : tod_now(cpu) + scene->clock_comparator;
    cpu->execute_target = NULL;
    cpu->early_exception = false;
    cpu->program = (struct program_exception){.code = 0};
    cpu->per = (struct per_event){.code = 0};
    cpu->program_loop_mark = 0;
    cpu->program_loop_count = 0;
    cpu->looping = false;
    cpu->exit = (struct vcpu_exit){.reason = EXIT_NONE};
    interruption_reset_floating(&subject->configuration);
    cpu->per_active = false;
    address_space_purge_all(cpu);
    psw_load(cpu, (struct psw){scene->state.psw_mask, scene->state.psw_addr});
    atomic_store(&cpu->requests, 0);
    cpu->trace = subject->disturb ? trace : NULL;
    cpu->trace_owner = subject;
    memset(subject->event, 0, sizeof subject->event);
    subject->events = 0;
    subject->last_old = UINT64_MAX;
    subject->ended = false;
    subject->random.state = scene->seed;
}

static uint64_t lowcore64(const struct subject *subject, unsigned offset)
{
    uint64_t prefix = subject->cpu->state.prefix;

    return prefix < SCENE_STORAGE ? load_be64(subject->storage.host + prefix + offset) : 0;
}

/* Where the new PSWs lead, and what is stored with the old one. */
static const struct interruption_class {
    uint64_t new_address;
    unsigned old;  /* offset of the old PSW */
    unsigned code; /* offset of a doubleword with codes */
} classes[] = {
    {SCENE_NEW_PROGRAM, 0x150, 0x88}, {SCENE_NEW_EXTERNAL, 0x130, 0x80},
    {SCENE_NEW_SVC, 0x140, 0x88},     {SCENE_NEW_RESTART, 0x120, 0x80},
    {SCENE_NEW_MCHECK, 0x160, 0xe8},  {SCENE_NEW_IO, 0x170, 0xb8},
};

static void note(struct subject *subject, const struct interruption_class *class)
{
    const uint64_t codes = lowcore64(subject, class->code);

    if (subject->events == SUBJECT_EVENTS) {
        subject->ended = true;
        return;
    }
    subject->event[subject->events++] = (struct event){
        .instructions = subject->cpu->instructions,
        .old_mask = lowcore64(subject, class->old),
        .old_address = lowcore64(subject, class->old + 8),
        .breaking_event = subject->cpu->state.breaking_event,
        .teid = lowcore64(subject, 0xa8),
        .code = (uint32_t)codes,
        .ilc = (uint32_t)(codes >> 32),
        .data_code = (uint32_t)(lowcore64(subject, 0x90) >> 32),
        .per = (uint32_t)lowcore64(subject, 0x90),
    };
}

/* Goes on behind the interrupted instruction. One that was nullified is tried twice. */
static void go_on(struct subject *subject, const struct interruption_class *class)
{
    struct vcpu *cpu = subject->cpu;
    struct psw psw = {lowcore64(subject, class->old), lowcore64(subject, class->old + 8)};

    if (class->new_address == SCENE_NEW_PROGRAM) {
        if (psw.addr == subject->last_old)
            psw.addr += 2 + (lowcore64(subject, 0x88) >> 16 & 4);
        subject->last_old = psw.addr;
        psw.addr &= ~UINT64_C(1);
    }
    if (class->new_address == SCENE_NEW_SVC && !(lowcore64(subject, 0x88) >> 32 & 0xff))
        subject->ended = true;
    else if (psw_valid(cpu, psw) && !(psw.mask & PSW_WAIT))
        psw_load(cpu, psw);
    else
        subject->ended = true;
}

/* True where the PSW is a new one of the lowcore's. */
static bool serve_interruption(struct subject *subject)
{
    for (unsigned i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (subject->cpu->state.psw_addr == classes[i].new_address) {
            note(subject, &classes[i]);
            if (!subject->ended)
                go_on(subject, &classes[i]);
            return true;
        }
    return false;
}

static bool has_ended(const struct subject *subject)
{
    const struct vcpu *cpu = subject->cpu;

    return subject->ended || cpu->exit.reason != EXIT_NONE ||
           cpu->state.cpu_state != CPU_STATE_OPERATING || cpu->state.psw_mask & PSW_WAIT;
}

/* Instructions until something happens at a known count; the same for all subjects. */
static uint64_t next_stop(const struct subject *subject, const struct scene *scene, uint64_t budget)
{
    const uint64_t done = subject->cpu->instructions;
    uint64_t stop = budget;

    if (done < scene->interrupt_at && scene->interrupt_at < stop)
        stop = scene->interrupt_at;
    if (scene->interrupt_at != UINT64_MAX && done + scene->clock_interval < stop)
        stop = done - done % scene->clock_interval + scene->clock_interval;
    return stop - done;
}

static void execute(struct subject *subject, const struct scene *scene, uint64_t budget)
{
    struct vcpu *cpu = subject->cpu;
    uint64_t left = next_stop(subject, scene, budget);
    const uint64_t stop = cpu->instructions + left;

    while (left && !atomic_load(&cpu->requests)) {
        uint64_t limit = left;

        if (subject->split) {
            limit = 1 + random_below(&subject->random, 30);
            limit = limit < left ? limit : left;
        }
        left = stop - cpu->instructions;
        subject->backend->run(cpu, limit < left ? limit : left);
        left = stop > cpu->instructions ? stop - cpu->instructions : 0;
    }
    if (cpu->instructions == scene->interrupt_at)
        interruption_post_emergency(cpu, 5);
    if (!left && cpu->state.psw_mask & PSW_EXTERNAL && timing_sleep(cpu) == 0)
        atomic_fetch_or(&cpu->requests, REQUEST_INTERRUPTION);
}

/* One turn of a run loop: interruptions, or instructions. */
static void turn(struct subject *subject, const struct scene *scene, uint64_t budget)
{
    struct vcpu *cpu = subject->cpu;
    const uint32_t requests = atomic_exchange(&cpu->requests, 0);

    if (_setjmp(cpu->unwind)) {
        cpu->execute_target = NULL;
        subject->backend->unwind(cpu);
        interruption_program(cpu);
        return;
    }
    if (requests & REQUEST_PURGE)
        purge_serve(cpu);
    if (cpu->early_exception)
        interruption_program(cpu);
    else if (!interruption_take(cpu) && !has_ended(subject))
        execute(subject, scene, budget);
}

void subject_run(struct subject *subject, const struct scene *scene, uint64_t budget)
{
    struct vcpu *cpu = subject->cpu;

    restore(subject, scene);
    /* A block may take in what crosses to a page that was unknown when it was first executed. */
    if (subject->backend == &jit_backend)
        jit_threshold_set(cpu, scene->family->flags & FAMILY_CROSSING ? scene->seed & 3 : 0, 0);
    for (unsigned turns = 0; turns < TURNS_MAX; turns++) {
        if (cpu->instructions >= budget || has_ended(subject))
            break;
        turn(subject, scene, budget);
        serve_interruption(subject);
    }
    subject->finished = has_ended(subject);
    psw_sync(cpu);
    subject->state = cpu->state;
    subject->state.cpu_timer = cpu_timer_get(cpu);
    subject->instructions = cpu->instructions;
}
