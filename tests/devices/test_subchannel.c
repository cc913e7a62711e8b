/* The functions of a subchannel and the status control around them: start, halt, clear, suspend and
   resume, cancel, intermediate and unsolicited status, the channel path, measurements, saving. */
#include "tests/devices/css_rig.h"

#include <errno.h>

#define FORMAT_1 ORB_FORMAT_1
#define NORMAL   (SCSW_PRIMARY | SCSW_SECONDARY | SCSW_PENDING)
#define ACTIVE   (SCSW_SUBCHANNEL_ACTIVE | SCSW_DEVICE_ACTIVE)
#define STATE    (SCSW_FUNCTION | SCSW_ACTIVITY | SCSW_STATUS_CONTROL)

static int call(struct css_rig *rig, int (*function)(void *, uint32_t))
{
    return function(rig->port.owner, SUBCHANNEL);
}

/* With the loop not yet started nothing leaves the pending states. */
static void pending_functions_are_to_be_seen(void)
{
    struct css_rig rig;

    REQUIRE(rig_set_up_stopped(&rig));
    rig_ccw(&rig, RIG_COUNT, 0, 0, 0);
    CHECK_EQ(call(&rig, rig.port.resume), 2);
    CHECK_EQ(call(&rig, rig.port.cancel), 2);
    CHECK_EQ(rig_start(&rig), 0);
    CHECK_EQ(rig_stored_control(&rig), FORMAT_1 | SCSW_START | SCSW_START_PENDING);
    CHECK_EQ(rig_start(&rig), 2);
    CHECK_EQ(rig_modify(&rig, PMCW_ENABLED, 0), 2);
    CHECK_EQ(rig_test(&rig), 1);
    CHECK_EQ(call(&rig, rig.port.cancel), 0);
    CHECK_EQ(rig_stored_control(&rig) & STATE, 0);
    CHECK_EQ(rig_start(&rig), 0);
    CHECK_EQ(call(&rig, rig.port.halt), 0);
    CHECK_EQ(rig_stored_control(&rig) & STATE,
             SCSW_START | SCSW_START_PENDING | SCSW_HALT | SCSW_HALT_PENDING);
    CHECK_EQ(call(&rig, rig.port.halt), 2);
    CHECK_EQ(call(&rig, rig.port.cancel), 2);
    CHECK_EQ(call(&rig, rig.port.clear), 0);
    CHECK_EQ(rig_stored_control(&rig) & SCSW_FUNCTION, SCSW_CLEAR);
    CHECK_EQ(call(&rig, rig.port.halt), 2);
    REQUIRE(event_loop_start(rig.loop, NULL) == 0 && rig_finish(&rig));
    CHECK_EQ(rig_control(&rig), SCSW_CLEAR | SCSW_PENDING);
    CHECK_EQ(rig.device->state.executed, 0);
    CHECK_EQ(rig_stored_control(&rig), 0);
    rig_tear_down(&rig);
}

static void a_pending_start_is_halted_before_it_begins(void)
{
    struct css_rig rig;

    REQUIRE(rig_set_up_stopped(&rig));
    rig_ccw(&rig, RIG_COUNT, 0, 0, 0);
    CHECK_EQ(rig_start(&rig), 0);
    CHECK_EQ(call(&rig, rig.port.halt), 0);
    REQUIRE(event_loop_start(rig.loop, NULL) == 0 && rig_finish(&rig));
    CHECK_EQ(rig_control(&rig) & STATE, SCSW_START | SCSW_HALT | SCSW_START_PENDING | SCSW_PENDING);
    CHECK_EQ(rig.irb.scsw.device_status, 0);
    CHECK_EQ(rig.device->state.executed, 0);
    CHECK_EQ(rig_stored_control(&rig) & STATE, 0);
    rig_tear_down(&rig);
}

static void a_disabled_subchannel_is_not_operational(void)
{
    struct css_rig rig;
    uint8_t schib[52];

    REQUIRE(rig_set_up(&rig));
    CHECK_EQ(rig_modify(&rig, 0, 0), 0);
    CHECK_EQ(rig_start(&rig), 3);
    CHECK_EQ(rig_test(&rig), 3);
    CHECK_EQ(call(&rig, rig.port.clear), 3);
    CHECK_EQ(call(&rig, rig.port.halt), 3);
    CHECK_EQ(call(&rig, rig.port.resume), 3);
    CHECK_EQ(call(&rig, rig.port.cancel), 3);
    CHECK_EQ(rig.port.store(rig.port.owner, SUBCHANNEL, schib), 0);
    /* Others do not exist: the next, another set, another subsystem. */
    CHECK_EQ(rig.port.store(rig.port.owner, SUBCHANNEL + 1, schib), 3);
    CHECK_EQ(rig.port.store(rig.port.owner, SUBCHANNEL | 0x20000, schib), 3);
    CHECK_EQ(rig.port.store(rig.port.owner, SUBCHANNEL | 0x01080000, schib), 3);
    rig_tear_down(&rig);
}

static void a_waiting_command_is_halted(void)
{
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    rig_ccw(&rig, RIG_WAIT, CCW_CHAIN_COMMAND, 7, DATA);
    rig_ccw(&rig, RIG_COUNT, 0, 0, 0);
    CHECK_EQ(rig_start(&rig), 0);
    REQUIRE(rig_await(&rig, SCSW_SUBCHANNEL_ACTIVE));
    CHECK_EQ(rig_stored_control(&rig) & STATE, SCSW_START | ACTIVE);
    CHECK_EQ(call(&rig, rig.port.cancel), 2);
    CHECK_EQ(call(&rig, rig.port.halt), 0);
    REQUIRE(rig_finish(&rig));
    CHECK_EQ(rig_control(&rig) & STATE, SCSW_START | SCSW_HALT | NORMAL);
    CHECK_EQ(rig.irb.scsw.device_status, RIG_ENDED);
    CHECK_EQ(rig.device->state.halted, 1);
    CHECK_EQ(rig.device->state.executed, 0);
    /* With nothing to halt there is status all the same. */
    CHECK_EQ(call(&rig, rig.port.halt), 0);
    REQUIRE(rig_finish(&rig));
    CHECK_EQ(rig_control(&rig) & STATE, SCSW_HALT | SCSW_PENDING);
    rig_tear_down(&rig);
}

static void a_waiting_command_is_cleared(void)
{
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    rig_ccw(&rig, RIG_WAIT, 0, 7, DATA);
    CHECK_EQ(rig_start(&rig), 0);
    REQUIRE(rig_await(&rig, SCSW_SUBCHANNEL_ACTIVE));
    CHECK_EQ(call(&rig, rig.port.clear), 0);
    REQUIRE(rig_finish(&rig));
    CHECK_EQ(rig_control(&rig), SCSW_CLEAR | SCSW_PENDING);
    CHECK_EQ(rig.irb.scsw.device_status, 0);
    CHECK_EQ(rig.device->state.halted, 1);
    rig.ccw = CCWS;
    rig_ccw(&rig, RIG_COUNT, 0, 0, 0);
    rig_run(&rig, FORMAT_1, RIG_ENDED, 0, 0);
    rig_tear_down(&rig);
}

/* Neither a loop of commands nor one of data ends by itself. */
static void endless_programs_can_be_cleared(void)
{
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    rig_ccw(&rig, RIG_COUNT, CCW_CHAIN_COMMAND, 0, 0);
    rig_ccw(&rig, CCW_TRANSFER_IN_CHANNEL, 0, 0, CCWS);
    CHECK_EQ(rig_start(&rig), 0);
    REQUIRE(rig_await(&rig, SCSW_SUBCHANNEL_ACTIVE));
    CHECK_EQ(call(&rig, rig.port.clear), 0);
    REQUIRE(rig_finish(&rig));
    CHECK_EQ(rig_control(&rig), SCSW_CLEAR | SCSW_PENDING);
    rig.ccw = CCWS;
    rig_ccw(&rig, RIG_WRITE, CCW_CHAIN_DATA, 0xffff, DATA);
    rig_ccw(&rig, CCW_TRANSFER_IN_CHANNEL, 0, 0, CCWS);
    CHECK_EQ(rig_start(&rig), 0);
    REQUIRE(rig_await(&rig, SCSW_SUBCHANNEL_ACTIVE));
    CHECK_EQ(call(&rig, rig.port.halt), 0);
    REQUIRE(rig_finish(&rig));
    CHECK_EQ(rig_control(&rig) & STATE, SCSW_START | SCSW_HALT | NORMAL);
    rig_tear_down(&rig);
}

static void programs_are_suspended_and_resumed(void)
{
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    rig_ccw(&rig, RIG_COUNT, CCW_CHAIN_COMMAND, 0, 0);
    rig_ccw(&rig, RIG_COUNT, CCW_SUSPEND, 0, 0);
    CHECK_EQ(rig_start_with(&rig, FORMAT_1 | ORB_SUSPEND), 0);
    REQUIRE(rig_wait(&rig));
    CHECK_EQ(call(&rig, rig.port.resume), 1);
    CHECK_EQ(call(&rig, rig.port.cancel), 1);
    CHECK_EQ(rig_test(&rig), 0);
    CHECK_EQ(rig_control(&rig), FORMAT_1 | SCSW_SUSPEND | SCSW_START | SCSW_SUSPENDED |
                                    SCSW_INTERMEDIATE | SCSW_PENDING);
    CHECK_EQ(be32_get(rig.irb.scsw.ccw_address), CCWS + 16);
    CHECK_EQ(rig_stored_control(&rig) & STATE, SCSW_START | SCSW_SUSPENDED);
    CHECK_EQ(rig.device->state.executed, 1);
    /* The CCW is fetched again: still suspending, it suspends again. */
    CHECK_EQ(call(&rig, rig.port.resume), 0);
    REQUIRE(rig_finish(&rig));
    CHECK_EQ(rig.device->state.executed, 1);
    *rig_at(&rig, CCWS + 8 + 1) = 0;
    CHECK_EQ(call(&rig, rig.port.resume), 0);
    REQUIRE(rig_finish(&rig));
    CHECK_EQ(rig_control(&rig) & STATE, SCSW_START | NORMAL);
    CHECK_EQ(rig.device->state.executed, 2);
    rig_tear_down(&rig);
}

static void suspension_can_be_silent_and_ended(void)
{
    struct css_rig rig;
    uint32_t control = FORMAT_1 | ORB_SUSPEND | ORB_SUPPRESS_SUSPENDED;

    REQUIRE(rig_set_up(&rig));
    rig_ccw(&rig, RIG_COUNT, CCW_SUSPEND, 0, 0);
    CHECK_EQ(rig_start_with(&rig, control), 0);
    REQUIRE(rig_await(&rig, SCSW_SUSPENDED));
    CHECK_EQ(rig_stored_control(&rig) & STATE, SCSW_START | SCSW_SUSPENDED);
    CHECK_EQ(call(&rig, rig.port.cancel), 0);
    CHECK_EQ(rig_stored_control(&rig) & STATE, 0);
    CHECK_EQ(rig_start_with(&rig, control), 0);
    REQUIRE(rig_await(&rig, SCSW_SUSPENDED));
    CHECK_EQ(call(&rig, rig.port.halt), 0);
    REQUIRE(rig_finish(&rig));
    CHECK_EQ(rig_control(&rig) & STATE, SCSW_START | SCSW_HALT | SCSW_SUSPENDED | SCSW_PENDING);
    CHECK_EQ(rig_stored_control(&rig) & STATE, 0);
    CHECK_EQ(rig.device->state.executed, 0);
    /* A resume function that is pending already lets the program pass. */
    event_loop_stop(rig.loop);
    CHECK_EQ(rig_start_with(&rig, control), 0);
    CHECK_EQ(call(&rig, rig.port.resume), 0);
    CHECK_EQ(call(&rig, rig.port.resume), 2);
    *rig_at(&rig, CCWS + 1) = CCW_SUSPEND;
    REQUIRE(event_loop_start(rig.loop, NULL) == 0);
    REQUIRE(rig_await(&rig, SCSW_SUSPENDED)); /* it was fetched twice, suspending both times */
    CHECK_EQ(rig_stored_control(&rig) & SCSW_RESUME_PENDING, 0);
    rig_tear_down(&rig);
}

static void intermediate_status_comes_on_the_way(void)
{
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    rig_ccw(&rig, RIG_COUNT, CCW_CHAIN_COMMAND, 0, 0);
    rig_ccw(&rig, RIG_WAIT, CCW_PROGRAM_CONTROLLED, 0, 0);
    CHECK_EQ(rig_start(&rig), 0);
    REQUIRE(rig_finish(&rig));
    CHECK_EQ(rig_control(&rig) & STATE, SCSW_START | ACTIVE | SCSW_INTERMEDIATE | SCSW_PENDING);
    CHECK_EQ(rig.irb.scsw.subchannel_status, SUBCHANNEL_STATUS_PROGRAM_CONTROLLED);
    CHECK_EQ(be32_get(rig.irb.scsw.ccw_address), CCWS + 16);
    CHECK_EQ(rig_stored_control(&rig) & STATE, SCSW_START | ACTIVE);
    rig_present(&rig, RIG_ENDED);
    REQUIRE(rig_finish(&rig));
    CHECK_EQ(rig_control(&rig) & STATE, SCSW_START | NORMAL);
    CHECK_EQ(rig.irb.scsw.subchannel_status, 0);
    /* Initial status, where the command goes on. */
    CHECK_EQ(rig_start_with(&rig, FORMAT_1 | ORB_INITIAL_STATUS), 0);
    REQUIRE(rig_await(&rig, SCSW_ZERO_CONDITION_CODE) && rig_finish(&rig));
    CHECK(rig_control(&rig) & SCSW_ZERO_CONDITION_CODE);
    CHECK_EQ(rig_stored_control(&rig) & SCSW_ZERO_CONDITION_CODE, 0);
    rig_present(&rig, RIG_ENDED);
    REQUIRE(rig_finish(&rig));
    rig_tear_down(&rig);
}

static void device_end_may_come_later(void)
{
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    rig_ccw(&rig, RIG_HALF, 0, 0, 0);
    CHECK_EQ(rig_start(&rig), 0);
    REQUIRE(rig_finish(&rig));
    CHECK_EQ(rig_control(&rig) & STATE,
             SCSW_START | SCSW_DEVICE_ACTIVE | SCSW_PRIMARY | SCSW_PENDING);
    CHECK_EQ(rig_stored_control(&rig) & STATE, SCSW_DEVICE_ACTIVE);
    rig_present(&rig, DEVICE_STATUS_DEVICE_END);
    REQUIRE(rig_finish(&rig));
    CHECK_EQ(rig_control(&rig) & STATE, SCSW_SECONDARY | SCSW_PENDING);
    CHECK_EQ(rig.irb.scsw.device_status, DEVICE_STATUS_DEVICE_END);
    /* Command chaining waits for it. */
    rig.ccw = CCWS;
    rig_ccw(&rig, RIG_HALF, CCW_CHAIN_COMMAND, 0, 0);
    rig_ccw(&rig, RIG_COUNT, 0, 0, 0);
    CHECK_EQ(rig_start(&rig), 0);
    REQUIRE(rig_await(&rig, SCSW_SUBCHANNEL_ACTIVE));
    rig_present(&rig, DEVICE_STATUS_DEVICE_END);
    REQUIRE(rig_finish(&rig));
    CHECK_EQ(rig_control(&rig) & STATE, SCSW_START | NORMAL);
    CHECK_EQ(rig.device->state.executed, 1);
    rig_tear_down(&rig);
}

static void attention_waits_for_its_turn(void)
{
    struct css_rig rig;

    REQUIRE(rig_set_up(&rig));
    rig_present(&rig, DEVICE_STATUS_ATTENTION);
    REQUIRE(rig_wait(&rig));
    CHECK_EQ(rig_start(&rig), 1);
    CHECK_EQ(rig_modify(&rig, 0, 0), 1);
    CHECK_EQ(call(&rig, rig.port.halt), 1);
    CHECK_EQ(rig_test(&rig), 0);
    CHECK_EQ(rig_control(&rig) & STATE, SCSW_ALERT | SCSW_PENDING);
    CHECK_EQ(rig.irb.scsw.device_status, DEVICE_STATUS_ATTENTION);
    /* While a program runs it is held, and while the subchannel is disabled. */
    rig_ccw(&rig, RIG_WAIT, 0, 0, 0);
    CHECK_EQ(rig_start(&rig), 0);
    REQUIRE(rig_await(&rig, SCSW_SUBCHANNEL_ACTIVE));
    rig_present(&rig, DEVICE_STATUS_ATTENTION);
    CHECK_EQ(rig_stored_control(&rig) & SCSW_STATUS_CONTROL, 0);
    rig_present(&rig, RIG_ENDED);
    REQUIRE(rig_finish(&rig));
    CHECK_EQ(rig_control(&rig) & STATE, SCSW_START | NORMAL);
    REQUIRE(rig_finish(&rig));
    CHECK_EQ(rig_control(&rig) & STATE, SCSW_ALERT | SCSW_PENDING);
    CHECK_EQ(rig_modify(&rig, 0, 0), 0);
    rig_present(&rig, DEVICE_STATUS_ATTENTION);
    CHECK_EQ(rig_stored_control(&rig) & SCSW_STATUS_CONTROL, 0);
    CHECK_EQ(rig_modify(&rig, PMCW_ENABLED, 0), 0);
    REQUIRE(rig_finish(&rig));
    CHECK_EQ(rig.irb.scsw.device_status, DEVICE_STATUS_ATTENTION);
    rig_tear_down(&rig);
}

static void no_path_is_a_deferred_condition(void)
{
    struct css_rig rig;
    uint8_t orb[64] = {0};

    REQUIRE(rig_set_up(&rig));
    store_be32(orb + 4, FORMAT_1 | 0x4000u);
    store_be32(orb + 8, CCWS);
    CHECK_EQ(rig.port.start(rig.port.owner, SUBCHANNEL, orb), 0);
    REQUIRE(rig_finish(&rig));
    CHECK_EQ(rig_control(&rig), FORMAT_1 | SCSW_DEFERRED_CC | SCSW_PATH_NOT_OPERATIONAL |
                                    SCSW_START | SCSW_START_PENDING | SCSW_ALERT | SCSW_PENDING);
    CHECK_EQ(rig_stored_control(&rig), FORMAT_1);
    rig_tear_down(&rig);
}

static void the_channel_path_is_reset(void)
{
    struct css_rig rig;
    uint8_t status[32];
    uint32_t crw;

    REQUIRE(rig_set_up(&rig));
    rig_ccw(&rig, RIG_WAIT, 0, 0, 0);
    CHECK_EQ(rig_start(&rig), 0);
    REQUIRE(rig_await(&rig, SCSW_SUBCHANNEL_ACTIVE));
    rig.port.store_channel_path_status(rig.port.owner, status);
    CHECK_EQ(status[0], 0x80);
    CHECK_EQ(rig.port.reset_channel_path(rig.port.owner, 1), 3);
    CHECK_EQ(rig.port.reset_channel_path(rig.port.owner, 0), 0);
    CHECK_EQ(atomic_load(&rig.reports), 1);
    CHECK_EQ(rig.port.store_channel_report(rig.port.owner, &crw), 0);
    CHECK_EQ(crw, 0x44020000);
    REQUIRE(rig_finish(&rig));
    CHECK_EQ(rig.irb.scsw.subchannel_status, SUBCHANNEL_STATUS_INTERFACE_CONTROL_CHECK);
    CHECK_EQ(rig_control(&rig) & STATE, SCSW_START | NORMAL | SCSW_ALERT);
    rig_tear_down(&rig);
}

static void starts_are_measured(void)
{
    struct css_rig rig;
    struct schib schib;

    REQUIRE(rig_set_up(&rig));
    CHECK_EQ(rig.port.store(rig.port.owner, SUBCHANNEL, (uint8_t *)&schib), 0);
    be16_put(&schib.pmcw.measurement_index, 2);
    be16_put(&schib.pmcw.flags, PMCW_ENABLED | PMCW_MEASUREMENT_UPDATE);
    CHECK_EQ(rig.port.modify(rig.port.owner, SUBCHANNEL, (const uint8_t *)&schib), 0);
    rig.port.set_channel_monitor(rig.port.owner, 2, BLOCKS);
    for (unsigned i = 0; i < 3; i++) {
        rig_ccw(&rig, RIG_COUNT, 0, 0, 0);
        rig_run(&rig, FORMAT_1, RIG_ENDED, 0, 0);
    }
    CHECK_EQ(load_be16(rig_at(&rig, BLOCKS + 64)), 3);
    /* A block that cannot be had ends the measurements. */
    rig.port.set_channel_monitor(rig.port.owner, 2, UINT64_C(1) << 40);
    rig_ccw(&rig, RIG_COUNT, 0, 0, 0);
    rig_run(&rig, FORMAT_1, RIG_ENDED, 0, 0);
    CHECK_EQ(rig.port.store(rig.port.owner, SUBCHANNEL, (uint8_t *)&schib), 0);
    CHECK_EQ(be16_get(schib.pmcw.flags) & PMCW_MEASUREMENT_UPDATE, 0);
    rig_tear_down(&rig);
}

static void a_reset_forgets_everything(void)
{
    struct css_rig rig;
    struct schib schib;

    REQUIRE(rig_set_up(&rig));
    rig_ccw(&rig, RIG_WAIT, 0, 0, 0);
    CHECK_EQ(rig_start(&rig), 0);
    REQUIRE(rig_await(&rig, SCSW_SUBCHANNEL_ACTIVE));
    css_reset(rig.css);
    CHECK_EQ(rig.port.store(rig.port.owner, SUBCHANNEL, (uint8_t *)&schib), 0);
    CHECK_EQ(be32_get(schib.scsw.control), 0);
    CHECK_EQ(be16_get(schib.pmcw.flags), PMCW_DEVICE_NUMBER_VALID);
    CHECK_EQ(be16_get(schib.pmcw.device_number), 0x0200);
    CHECK_EQ(schib.pmcw.path_installed_mask, 0x80);
    CHECK_EQ(rig_start(&rig), 3);
    CHECK_EQ(rig_modify(&rig, PMCW_ENABLED, 0), 0);
    rig.ccw = CCWS;
    rig_ccw(&rig, RIG_COUNT, 0, 0, 0);
    rig_run(&rig, FORMAT_1, RIG_ENDED, 0, 0);
    rig_tear_down(&rig);
}

static void device_numbers_are_given_once(void)
{
    struct css_rig rig;
    struct error error = {0};
    struct rig_device *second = calloc(1, sizeof *second);

    REQUIRE(rig_set_up_stopped(&rig) && second);
    second->device.type = &rig_type;
    CHECK_EQ(css_attach(rig.css, &second->device, 0x0200, &error), (uint64_t)-EEXIST);
    CHECK(strstr(error.text, "0200") != NULL);
    rig_tear_down(&rig);
}

/* Copies every object's state; both subsystems have the same device. */
static void move_state(struct css_rig *from, struct css_rig *to)
{
    struct field_object object;

    for (unsigned i = 0; css_state_object(from->css, i, &object); i++) {
        size_t size = field_object_saved_size(&object);
        uint8_t *saved = malloc(size);

        CHECK(field_object_is_covered(&object));
        field_object_save(&object, saved);
        CHECK(css_state_object(to->css, i, &object));
        CHECK_EQ(field_object_load(&object, saved, size, NULL), 0);
        free(saved);
    }
}

static void a_program_goes_on_after_restoring(void)
{
    struct css_rig from, to;

    REQUIRE(rig_set_up(&from) && rig_set_up_stopped(&to));
    rig_ccw(&from, RIG_WAIT, CCW_CHAIN_COMMAND, 0, 0);
    rig_ccw(&from, RIG_COUNT, 0, 0, 0);
    CHECK_EQ(rig_start(&from), 0);
    REQUIRE(rig_await(&from, SCSW_SUBCHANNEL_ACTIVE));
    event_loop_stop(from.loop);
    memcpy(rig_at(&to, CCWS), rig_at(&from, CCWS), 16);
    move_state(&from, &to);
    CHECK_EQ(css_check_restored(to.css, NULL), 0);
    CHECK_EQ(rig_stored_control(&to) & STATE, SCSW_START | ACTIVE);
    REQUIRE(event_loop_start(to.loop, NULL) == 0);
    rig_present(&to, RIG_ENDED);
    REQUIRE(rig_finish(&to));
    CHECK_EQ(rig_control(&to) & STATE, SCSW_START | NORMAL);
    CHECK_EQ(to.device->state.executed, 1);
    CHECK_EQ(to.interruption.parameter, PARAMETER);
    rig_tear_down(&from);
    rig_tear_down(&to);
}

/* What a CPU does at random: condition codes are all that can be told. */
static void *act_at_random(void *argument)
{
    struct css_rig *rig = argument;
    int (*const functions[])(void *, uint32_t) = {rig->port.halt, rig->port.clear, rig->port.resume,
                                                  rig->port.cancel};
    const size_t count = sizeof functions / sizeof functions[0];
    uint32_t seed = 12345;
    uint8_t orb[64] = {0}, irb[96], schib[52];

    store_be32(orb + 4, FORMAT_1 | ORB_SUSPEND | 0x8000u);
    store_be32(orb + 8, CCWS);
    for (unsigned i = 0; i < 20000; i++) {
        seed = seed * 1103515245u + 12345u;
        switch (seed >> 16 & 7) {
        case 0:
            rig_present(rig, seed >> 19 & 1 ? RIG_ENDED : DEVICE_STATUS_ATTENTION);
            break;
        case 1:
        case 2:
            rig->port.start(rig->port.owner, SUBCHANNEL, orb);
            break;
        case 3:
            functions[(seed >> 19) % count](rig->port.owner, SUBCHANNEL);
            break;
        case 4:
            rig->port.store(rig->port.owner, SUBCHANNEL, schib);
            break;
        default:
            rig->port.test(rig->port.owner, SUBCHANNEL, irb);
            break;
        }
    }
    return NULL;
}

static void two_cpus_and_the_device_act_at_once(void)
{
    struct css_rig rig;
    pthread_t other;

    REQUIRE(rig_set_up(&rig));
    rig_ccw(&rig, RIG_COUNT, CCW_CHAIN_COMMAND | CCW_PROGRAM_CONTROLLED, 0, 0);
    rig_ccw(&rig, RIG_HALF, CCW_CHAIN_COMMAND, 0, 0);
    rig_ccw(&rig, RIG_COUNT, CCW_CHAIN_COMMAND | CCW_SUSPEND, 0, 0);
    rig_ccw(&rig, RIG_WAIT, 0, 0, 0);
    REQUIRE(pthread_create(&other, NULL, act_at_random, &rig) == 0);
    act_at_random(&rig);
    pthread_join(other, NULL);
    /* Whatever state that has left, clearing leads out of it. */
    CHECK_EQ(call(&rig, rig.port.clear), 0);
    REQUIRE(rig_finish(&rig));
    CHECK_EQ(rig_control(&rig), SCSW_CLEAR | SCSW_PENDING);
    while (rig_test(&rig) == 0)
        ; /* attention that was held */
    rig.ccw = CCWS;
    rig_ccw(&rig, CCW_NO_OPERATION, CCW_SUPPRESS_LENGTH, 0, 0);
    while (sem_trywait(&rig.interrupted) == 0)
        ;
    rig_run(&rig, FORMAT_1, RIG_ENDED, 0, 0);
    rig_tear_down(&rig);
}

static const struct test tests[] = {
    TEST(pending_functions_are_to_be_seen),
    TEST(a_pending_start_is_halted_before_it_begins),
    TEST(a_disabled_subchannel_is_not_operational),
    TEST(a_waiting_command_is_halted),
    TEST(a_waiting_command_is_cleared),
    TEST(endless_programs_can_be_cleared),
    TEST(programs_are_suspended_and_resumed),
    TEST(suspension_can_be_silent_and_ended),
    TEST(intermediate_status_comes_on_the_way),
    TEST(device_end_may_come_later),
    TEST(attention_waits_for_its_turn),
    TEST(no_path_is_a_deferred_condition),
    TEST(the_channel_path_is_reset),
    TEST(starts_are_measured),
    TEST(a_reset_forgets_everything),
    TEST(device_numbers_are_given_once),
    TEST(a_program_goes_on_after_restoring),
    TEST(two_cpus_and_the_device_act_at_once),
};

int main(void)
{
    return RUN_TESTS(tests);
}
