/* The SCLP under several threads: a second CPU finds it busy, and the user can type while the
   host takes its time over output. */
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

#include "tests/devices/sclp_rig.h"

#define OTHER_SCCB 0x20000u

struct slow_console {
    struct sclp_rig *rig;
    sem_t begun;
    sem_t may_end;
};

static void write_slowly(void *owner, const uint8_t *bytes, size_t length)
{
    struct slow_console *console = owner;

    (void)bytes, (void)length;
    sem_post(&console->begun);
    sem_wait(&console->may_end);
}

static void ignore_signal(void *owner, uint32_t parameter)
{
    (void)owner, (void)parameter;
}

static void *write_event(void *argument)
{
    struct slow_console *console = argument;
    uint8_t *sccb = rig_header(console->rig, RIG_SCCB, 16);

    memcpy(sccb + 8, "\0\10\x1a\0\0\0hi", 8);
    CHECK_EQ(rig_call(console->rig, WRITE_EVENT_DATA), 0x0020);
    return NULL;
}

static void second_call_finds_it_busy(void)
{
    struct sclp_rig rig;
    const struct sclp_config config = rig_config();
    struct slow_console console = {.rig = &rig};
    const struct char_backend backend = {.owner = &console, .write = write_slowly};
    pthread_t cpu;

    REQUIRE(rig_set_up(&rig, &config));
    sem_init(&console.begun, 0, 0);
    sem_init(&console.may_end, 0, 0);
    sclp_connect_console(rig.sclp, SCLP_CONSOLE_BOTH, &backend);
    REQUIRE(pthread_create(&cpu, NULL, write_event, &console) == 0);
    sem_wait(&console.begun);
    rig_header(&rig, OTHER_SCCB, 4096);
    CHECK_EQ(rig.port.call(rig.port.owner, READ_SCP_INFO, (abs_addr){OTHER_SCCB}), 2);
    CHECK_EQ(load_be16(rig_at(&rig, OTHER_SCCB + 6)), 0);
    CHECK_EQ(rig.signals, 0);
    /* Would never return if it waited for the output. */
    rig_type(&rig, "abc");
    sem_post(&console.may_end);
    pthread_join(cpu, NULL);
    rig_header(&rig, OTHER_SCCB, 4096);
    CHECK_EQ(rig_call_at(&rig, READ_SCP_INFO, OTHER_SCCB), 0x0010);
    rig_tear_down(&rig);
}

struct caller {
    struct sclp_rig *rig;
    uint64_t sccb;
    uint32_t accepted;
};

static void *call_often(void *argument)
{
    struct caller *caller = argument;

    /* On a busy host the other may hold the SCLP for a whole time slice. */
    for (int i = 0; i < 2000 || !caller->accepted; i++) {
        uint8_t *sccb = rig_header(caller->rig, caller->sccb, 4096);
        const uint32_t command = i % 2 ? READ_CPU_INFO : READ_EVENT_DATA;
        const int cc =
            caller->rig->port.call(caller->rig->port.owner, command, (abs_addr){caller->sccb});

        if (cc == 0)
            caller->accepted++;
        else if (cc != 2 || load_be16(sccb + 6))
            return caller; /* neither accepted nor untouched */
        else
            sched_yield();
    }
    return NULL;
}

static void *type_often(void *argument)
{
    struct sclp_rig *rig = argument;

    for (int i = 0; i < 2000; i++)
        rig_type(rig, "x\r");
    sclp_signal_quiesce(rig->sclp);
    return NULL;
}

static void calls_and_input_do_not_mix(void)
{
    struct sclp_rig rig;
    const struct sclp_config config = rig_config();
    struct caller callers[2] = {{&rig, 0x30000, 0}, {&rig, 0x40000, 0}};
    pthread_t cpus[2], user;
    void *failed;

    REQUIRE(rig_set_up(&rig, &config));
    CHECK_EQ(rig_listen(&rig, MASK_VT220 | MASK_OPERATOR_COMMAND | MASK_QUIESCE, 0), 0x0020);
    rig.interruptions.post_service_signal = ignore_signal;
    for (int i = 0; i < 2; i++)
        REQUIRE(pthread_create(&cpus[i], NULL, call_often, &callers[i]) == 0);
    REQUIRE(pthread_create(&user, NULL, type_often, &rig) == 0);
    for (int i = 0; i < 2; i++) {
        pthread_join(cpus[i], &failed);
        CHECK(!failed && callers[i].accepted > 0);
    }
    pthread_join(user, NULL);
    rig_tear_down(&rig);
}

static const struct test tests[] = {
    TEST(second_call_finds_it_busy),
    TEST(calls_and_input_do_not_mix),
};

int main(void)
{
    return RUN_TESTS(tests);
}
