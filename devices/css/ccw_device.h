/*
 * What a device with channel programs is to the channel subsystem: a constant type, an instance
 * that begins with struct ccw_device, and a stream between the device and the storage that a CCW
 * designates. The stream hides CCW formats, indirect addresses, chaining, protection and
 * residual counts, so no device sees an address.
 *
 * Threads: every function of a type is called with the subsystem's device lock held, execute and
 * halt_clear on the I/O thread. What comes from the host (input, a completed read of a disk)
 * takes that lock with ccw_device_enter before it touches the device.
 */
#ifndef ZITHER_DEVICES_CSS_CCW_DEVICE_H
#define ZITHER_DEVICES_CSS_CCW_DEVICE_H

#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"
#include "src/core/field.h"
#include "src/core/layout/ccw.h"
#include "src/core/layout/scsw.h"

#define CCW_SENSE_SIZE 32u

struct ccw_stream;
struct subchannel;
struct ccw_device;

/* What execute may return instead of a device status. */
enum ccw_progress {
    CCW_WAITS = 0x100, /* the command goes on; ccw_device_present will end it */
    CCW_AGAIN = 0x200, /* much is left: call again after others have had their turn */
};

struct ccw_device_type {
    const char *name;
    uint16_t cu_type;
    uint8_t cu_model;
    uint16_t device_type;
    uint8_t device_model;
    uint8_t sense_size; /* bytes that SENSE has, at most CCW_SENSE_SIZE */
    /* The state that a snapshot keeps: a structure inside the device. */
    const struct field *fields;
    size_t field_count;
    size_t state_offset;
    size_t state_size;

    /* Executes COMMAND (never one of enum ccw_basic_command) and returns the device status that
       ends it, or an enum ccw_progress. */
    unsigned (*execute)(struct ccw_device *device, uint8_t command, struct ccw_stream *stream);
    /* The command that waits is over: forget the stream. Null where execute never waits. */
    void (*halt_clear)(struct ccw_device *device);
    /* System reset: as after creation, but for what the host has connected. */
    void (*reset)(struct ccw_device *device);
    /* After the state was restored: -EINVAL where it cannot be right. May be null. */
    int (*restored)(struct ccw_device *device, struct error *error);
    void (*destroy)(struct ccw_device *device);
};

struct ccw_device {
    const struct ccw_device_type *type;
    struct subchannel *subchannel; /* css_attach sets it */
};

/* Locks out the channel program of this and every other device. Not within the functions of a
   type, which have the lock. */
void ccw_device_enter(struct ccw_device *device);
void ccw_device_leave(struct ccw_device *device);

/* The stream of the command that waits, for RESTORED. */
struct ccw_stream *ccw_device_stream(struct ccw_device *device);

/* Ends the command that waits, gives the device end that was missing, or presents status of the
   device's own accord, such as attention. The device lock is held. */
void ccw_device_present(struct ccw_device *device, unsigned status);

/* Makes LENGTH bytes the sense data and returns the device status of a unit check in answer to a
   command that transferred nothing. */
unsigned ccw_device_unit_check(struct ccw_device *device, const uint8_t *sense, size_t length);

/* Bits of sense byte 0. */
enum ccw_sense {
    CCW_SENSE_COMMAND_REJECT = 0x80,
    CCW_SENSE_INTERVENTION_REQUIRED = 0x40,
    CCW_SENSE_BUS_OUT_CHECK = 0x20,
    CCW_SENSE_EQUIPMENT_CHECK = 0x10,
    CCW_SENSE_DATA_CHECK = 0x08,
    CCW_SENSE_OVERRUN = 0x04,
};

/* The unit check for a command that the device does not have. */
unsigned ccw_device_reject(struct ccw_device *device);

/* Device to storage. Returns how many bytes were taken; fewer where the program's area ends, which
   is then an incorrect length, or at a check. */
size_t ccw_stream_put(struct ccw_stream *stream, const uint8_t *bytes, size_t length);

/* Storage to device: LENGTH bytes that the command needs; fewer as above. */
size_t ccw_stream_take(struct ccw_stream *stream, uint8_t *bytes, size_t length);

/* Storage to device, for commands that take as much as the program gives: up to ROOM bytes. Fewer
   than ROOM only where there are no more. */
size_t ccw_stream_take_some(struct ccw_stream *stream, uint8_t *bytes, size_t room);

/* How many bytes the current CCW has left; data chaining may add more. */
size_t ccw_stream_left(const struct ccw_stream *stream);

#endif
