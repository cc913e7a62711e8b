/* The command-mode subchannel-status word (PoP chapter 16). */
#ifndef ZITHER_CORE_LAYOUT_SCSW_H
#define ZITHER_CORE_LAYOUT_SCSW_H

#include <stddef.h>
#include <stdint.h>

#include "src/base/be.h"
#include "src/base/bits.h"

struct scsw {
    be32 control;
    be32 ccw_address;
    uint8_t device_status;
    uint8_t subchannel_status;
    be16 count;
};
_Static_assert(sizeof(struct scsw) == 12, "size of scsw");
_Static_assert(offsetof(struct scsw, ccw_address) == 4, "scsw.ccw_address");
_Static_assert(offsetof(struct scsw, device_status) == 8, "scsw.device_status");
_Static_assert(offsetof(struct scsw, subchannel_status) == 9, "scsw.subchannel_status");
_Static_assert(offsetof(struct scsw, count) == 10, "scsw.count");

/* Word 0. Bits 0-4 and 8-12 are those of the ORB. */
#define SCSW_KEY                  BITS32(0, 3)
#define SCSW_SUSPEND              BIT32(4)
#define SCSW_DEFERRED_CC          BITS32(6, 7)
#define SCSW_SUPPRESS_SUSPENDED   BIT32(12)
#define SCSW_ZERO_CONDITION_CODE  BIT32(13)
#define SCSW_EXTENDED_CONTROL     BIT32(14)
#define SCSW_PATH_NOT_OPERATIONAL BIT32(15)

/* Function control. */
#define SCSW_START    BIT32(17)
#define SCSW_HALT     BIT32(18)
#define SCSW_CLEAR    BIT32(19)
#define SCSW_FUNCTION BITS32(17, 19)

/* Activity control. */
#define SCSW_RESUME_PENDING    BIT32(20)
#define SCSW_START_PENDING     BIT32(21)
#define SCSW_HALT_PENDING      BIT32(22)
#define SCSW_CLEAR_PENDING     BIT32(23)
#define SCSW_SUBCHANNEL_ACTIVE BIT32(24)
#define SCSW_DEVICE_ACTIVE     BIT32(25)
#define SCSW_SUSPENDED         BIT32(26)
#define SCSW_ACTIVITY          BITS32(20, 26)

/* Status control. */
#define SCSW_ALERT          BIT32(27)
#define SCSW_INTERMEDIATE   BIT32(28)
#define SCSW_PRIMARY        BIT32(29)
#define SCSW_SECONDARY      BIT32(30)
#define SCSW_PENDING        BIT32(31)
#define SCSW_STATUS_CONTROL BITS32(27, 31)

enum device_status {
    DEVICE_STATUS_ATTENTION = 0x80,
    DEVICE_STATUS_MODIFIER = 0x40,
    DEVICE_STATUS_CONTROL_UNIT_END = 0x20,
    DEVICE_STATUS_BUSY = 0x10,
    DEVICE_STATUS_CHANNEL_END = 0x08,
    DEVICE_STATUS_DEVICE_END = 0x04,
    DEVICE_STATUS_UNIT_CHECK = 0x02,
    DEVICE_STATUS_UNIT_EXCEPTION = 0x01,
};

enum subchannel_status {
    SUBCHANNEL_STATUS_PROGRAM_CONTROLLED = 0x80,
    SUBCHANNEL_STATUS_INCORRECT_LENGTH = 0x40,
    SUBCHANNEL_STATUS_PROGRAM_CHECK = 0x20,
    SUBCHANNEL_STATUS_PROTECTION_CHECK = 0x10,
    SUBCHANNEL_STATUS_CHANNEL_DATA_CHECK = 0x08,
    SUBCHANNEL_STATUS_CHANNEL_CONTROL_CHECK = 0x04,
    SUBCHANNEL_STATUS_INTERFACE_CONTROL_CHECK = 0x02,
    SUBCHANNEL_STATUS_CHAINING_CHECK = 0x01,
};

#endif
