/* Channel-command words and indirect-data-address words (PoP chapter 15). */
#ifndef ZITHER_CORE_LAYOUT_CCW_H
#define ZITHER_CORE_LAYOUT_CCW_H

#include <stddef.h>
#include <stdint.h>

#include "src/base/be.h"

struct ccw_format_0 {
    uint8_t command;
    uint8_t address[3];
    uint8_t flags;
    uint8_t ignored;
    be16 count;
};
_Static_assert(sizeof(struct ccw_format_0) == 8, "size of ccw_format_0");
_Static_assert(offsetof(struct ccw_format_0, flags) == 4, "ccw_format_0.flags");
_Static_assert(offsetof(struct ccw_format_0, count) == 6, "ccw_format_0.count");

struct ccw_format_1 {
    uint8_t command;
    uint8_t flags;
    be16 count;
    be32 address;
};
_Static_assert(sizeof(struct ccw_format_1) == 8, "size of ccw_format_1");
_Static_assert(offsetof(struct ccw_format_1, flags) == 1, "ccw_format_1.flags");
_Static_assert(offsetof(struct ccw_format_1, count) == 2, "ccw_format_1.count");
_Static_assert(offsetof(struct ccw_format_1, address) == 4, "ccw_format_1.address");

enum ccw_flag {
    CCW_CHAIN_DATA = 0x80,
    CCW_CHAIN_COMMAND = 0x40,
    CCW_SUPPRESS_LENGTH = 0x20,
    CCW_SKIP = 0x10,
    CCW_PROGRAM_CONTROLLED = 0x08,
    CCW_INDIRECT = 0x04,
    CCW_SUSPEND = 0x02,
    CCW_MODIFIED_INDIRECT = 0x01,
};

/* What the rightmost bits of a command code say. */
enum ccw_command {
    CCW_COMMAND_TYPE = 0x0f,
    CCW_TRANSFER_IN_CHANNEL = 0x08,
    CCW_READ_BACKWARD = 0x0c,
};

/* Commands that every device has. */
enum ccw_basic_command {
    CCW_NO_OPERATION = 0x03,
    CCW_SENSE = 0x04,
    CCW_SENSE_ID = 0xe4,
};

/* The answer to SENSE ID. */
struct sense_id {
    uint8_t ones;
    be16 cu_type;
    uint8_t cu_model;
    be16 device_type;
    uint8_t device_model;
    uint8_t zero_7; /* command-information words would follow */
};
_Static_assert(sizeof(struct sense_id) == 8, "size of sense_id");
_Static_assert(offsetof(struct sense_id, cu_type) == 1, "sense_id.cu_type");
_Static_assert(offsetof(struct sense_id, device_type) == 4, "sense_id.device_type");

#endif
