/* When has a guest come to its end, and how: by the states of its CPUs. */
#include <stdlib.h>

#include "src/machine/machine_internal.h"
#include "tests/harness.h"

#define CPUS     3u
#define WAIT     PSW_WAIT
#define WAIT_IO  (PSW_WAIT | PSW_IO)
#define FINISHED 0xfffu

static struct machine *machine;

struct cpu_row {
    enum cpu_state_name state;
    uint64_t mask;
    uint64_t addr;
    uint64_t pending;
    bool looping;
};

static const struct cpu_row stopped = {.state = CPU_STATE_STOPPED};
static const struct cpu_row running = {.state = CPU_STATE_OPERATING};
static const struct cpu_row waiting = {.state = CPU_STATE_OPERATING, .mask = WAIT_IO};
static const struct cpu_row dead = {.state = CPU_STATE_OPERATING, .mask = WAIT, .addr = 0x123};
static const struct cpu_row done = {.state = CPU_STATE_OPERATING, .mask = WAIT, .addr = FINISHED};
static const struct cpu_row checked = {.state = CPU_STATE_CHECK_STOP};
static const struct cpu_row looping = {.state = CPU_STATE_OPERATING, .looping = true};
static const struct cpu_row restarting = {.state = CPU_STATE_STOPPED, .pending = PENDING_RESTART};

static void put(unsigned i, const struct cpu_row *row)
{
    struct vcpu *cpu = machine->cpu[i].cpu;

    cpu->state.cpu_state = (uint8_t)row->state;
    cpu->state.psw_mask = row->mask;
    cpu->state.psw_addr = row->addr;
    cpu->state.pending = row->pending;
    cpu->looping = row->looping;
    /* What the CPU's thread would have told. */
    machine->cpu[i].told = row->looping        ? EXIT_PROGRAM_LOOP
                           : row->mask == WAIT ? EXIT_DISABLED_WAIT
                                               : EXIT_NONE;
}

static enum machine_outcome verdict(const struct cpu_row *a, const struct cpu_row *b,
                                    const struct cpu_row *c)
{
    enum machine_outcome outcome;

    put(0, a);
    put(1, b);
    put(2, c);
    machine->reason[0] = 0;
    outcome = verdict_reach(machine, machine->reason);
    /* The look that costs nothing must not miss an end. */
    if (outcome != MACHINE_RUNS) {
        put(0, a);
        put(1, b);
        put(2, c);
        CHECK(verdict_is_near(machine));
    }
    return outcome;
}

static void test_alive(void)
{
    CHECK_EQ(verdict(&stopped, &running, &stopped), MACHINE_RUNS);
    CHECK_EQ(verdict(&stopped, &waiting, &dead), MACHINE_RUNS);
    CHECK_EQ(verdict(&restarting, &checked, &dead), MACHINE_RUNS);
    CHECK_EQ(verdict(&looping, &looping, &waiting), MACHINE_RUNS);
    put(0, &stopped);
    put(1, &waiting);
    CHECK(!verdict_is_near(machine));
}

static void test_ended(void)
{
    CHECK_EQ(verdict(&stopped, &stopped, &stopped), MACHINE_GUEST_ENDED);
    CHECK_EQ(verdict(&done, &stopped, &stopped), MACHINE_GUEST_ENDED);
    CHECK_EQ(verdict(&done, &done, &done), MACHINE_GUEST_ENDED);
}

static void test_failed(void)
{
    CHECK_EQ(verdict(&stopped, &dead, &stopped), MACHINE_GUEST_FAILED);
    CHECK(strstr(machine->reason, "CPU 1 is in a disabled wait at 0x123"));
    CHECK_EQ(verdict(&stopped, &stopped, &checked), MACHINE_GUEST_FAILED);
    CHECK(strstr(machine->reason, "CPU 2 is in the check-stop state"));
    CHECK_EQ(verdict(&looping, &checked, &done), MACHINE_GUEST_FAILED);
}

static void test_wedged(void)
{
    CHECK_EQ(verdict(&looping, &stopped, &stopped), MACHINE_WEDGED);
    CHECK(strstr(machine->reason, "CPU 0 takes interruptions without end"));
    CHECK_EQ(verdict(&stopped, &looping, &done), MACHINE_WEDGED);
}

static void test_words(void)
{
    static const struct {
        const struct cpu_row *row;
        const char *words;
    } rows[] = {
        {&stopped, "stopped"},
        {&running, "operating"},
        {&waiting, "waiting"},
        {&dead, "in a disabled wait"},
        {&checked, "in the check-stop state"},
        {&looping, "in an interruption loop"},
    };

    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        put(0, rows[i].row);
        CHECK_STR_EQ(verdict_cpu_state(machine->cpu[0].cpu), rows[i].words);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_alive), TEST(test_ended), TEST(test_failed), TEST(test_wedged), TEST(test_words),
    };
    int status;

    machine = calloc(1, sizeof *machine);
    if (!machine || !(machine->cpu = calloc(CPUS, sizeof *machine->cpu)))
        return 1;
    machine->cpu_count = CPUS;
    for (unsigned i = 0; i < CPUS; i++) {
        machine->cpu[i].cpu = calloc(1, sizeof *machine->cpu[i].cpu);
        if (!machine->cpu[i].cpu)
            return 1;
        machine->cpu[i].cpu->address = (uint16_t)i;
        pthread_mutex_init(&machine->cpu[i].cpu->lock, NULL);
    }
    status = RUN_TESTS(tests);
    for (unsigned i = 0; i < CPUS; i++)
        free(machine->cpu[i].cpu);
    free(machine->cpu);
    free(machine);
    return status;
}
