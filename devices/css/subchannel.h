/*
 * A subchannel and its device, for the subsystem's own files.
 *
 * Two locks. The state lock guards what the I/O instructions see (struct subchannel_state); it is
 * held briefly and is the inner one. The device lock guards the channel program and the device;
 * it is held while a device executes, so no instruction ever waits for it.
 */
#ifndef ZITHER_DEVICES_CSS_SUBCHANNEL_H
#define ZITHER_DEVICES_CSS_SUBCHANNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/css/ccw_device.h"
#include "devices/css/channel_program.h"
#include "src/core/event_loop.h"
#include "src/core/field.h"

#define SUBCHANNEL_PATH 0x80 /* the mask of the one path that every device has */

struct css;

/* What a snapshot keeps. The names are those of PMCW, SCSW and ORB. */
struct subchannel_state {
    uint64_t measurement_origin;
    uint32_t parameter;
    uint32_t characteristics;
    uint32_t control;     /* word 0 of the SCSW */
    uint32_t ccw_address; /* of the SCSW */
    uint32_t orb_control;
    uint32_t orb_program;
    uint16_t flags;
    uint16_t device_number;
    uint16_t measurement_index;
    uint16_t count;
    uint8_t device_status;
    uint8_t subchannel_status;
    uint8_t logical_path_mask;
    uint8_t path_not_operational_mask;
    uint8_t last_path_used_mask;
    uint8_t path_operational_mask;
    uint8_t held_status;      /* of the device's own accord, while the subchannel cannot take it */
    uint8_t resetting;        /* 1: RESET CHANNEL PATH has asked for a reset of the device */
    uint8_t sense_count;      /* of SENSE */
    uint8_t concurrent_count; /* of CONCURRENT */
    uint8_t zero_50[6];
    uint8_t sense[CCW_SENSE_SIZE];      /* the control unit's; of the holder of the device lock */
    uint8_t concurrent[CCW_SENSE_SIZE]; /* sense data in the extended-control word */
};

struct subchannel {
    struct css *css;
    struct ccw_device *device;
    struct event_post work;
    uint32_t id;                   /* subsystem-identification word */
    struct subchannel_state state; /* state lock, but for the sense data */
    struct ccw_stream stream;      /* device lock */
};

extern const struct field subchannel_fields[];
extern const size_t subchannel_field_count;

/* As after an I/O-system reset; both locks are held. */
void subchannel_reset(struct subchannel *subchannel);

/* The I/O instructions; the state lock is held. Condition codes. */
int subchannel_start(struct subchannel *subchannel, const uint8_t orb[64]);
int subchannel_test(struct subchannel *subchannel, uint8_t irb[96]);
void subchannel_store(const struct subchannel *subchannel, uint8_t schib[52]);
int subchannel_modify(struct subchannel *subchannel, const uint8_t schib[52]);
int subchannel_clear(struct subchannel *subchannel);
int subchannel_halt(struct subchannel *subchannel);
int subchannel_resume(struct subchannel *subchannel);
int subchannel_cancel(struct subchannel *subchannel);

/* Makes STATUS (bits of SCSW status control, besides pending) pending with an interruption. The
   state lock is held. */
void subchannel_interrupt(struct subchannel *subchannel, uint32_t status);

/* Presents status that is held, where the subchannel can take it now. The state lock is held. */
void subchannel_present_held(struct subchannel *subchannel);

/* Does what the functions that are pending ask for; on the I/O thread. */
void subchannel_work(void *subchannel);

/* The basic commands and everything else: calls the device for the current command. */
unsigned subchannel_execute(struct subchannel *subchannel);

/* Counts a start or resume function in the measurement block, if the program wants that. The state
   lock is held. */
void subchannel_measure(struct subchannel *subchannel);

#endif
