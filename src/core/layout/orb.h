/* The command-mode operation-request block, operand of START SUBCHANNEL (PoP chapter 15). */
#ifndef ZITHER_CORE_LAYOUT_ORB_H
#define ZITHER_CORE_LAYOUT_ORB_H

#include <stddef.h>
#include <stdint.h>

#include "src/base/be.h"
#include "src/base/bits.h"

struct orb {
    be32 parameter;
    be32 control;
    be32 program; /* absolute address of the first CCW */
    uint8_t css_priority;
    uint8_t reserved_13;
    uint8_t cu_priority;
    uint8_t reserved_15;
    uint8_t reserved_16[16];
};
_Static_assert(sizeof(struct orb) == 32, "size of orb");
_Static_assert(offsetof(struct orb, control) == 4, "orb.control");
_Static_assert(offsetof(struct orb, program) == 8, "orb.program");
_Static_assert(offsetof(struct orb, css_priority) == 12, "orb.css_priority");
_Static_assert(offsetof(struct orb, cu_priority) == 14, "orb.cu_priority");

/* Word 1. */
#define ORB_KEY                       BITS32(0, 3)
#define ORB_SUSPEND                   BIT32(4)
#define ORB_FORMAT_1                  BIT32(8)
#define ORB_PREFETCH                  BIT32(9)
#define ORB_INITIAL_STATUS            BIT32(10)
#define ORB_ADDRESS_LIMIT             BIT32(11)
#define ORB_SUPPRESS_SUSPENDED        BIT32(12)
#define ORB_FORMAT_2_IDAW             BIT32(14)
#define ORB_2K_IDAW                   BIT32(15)
#define ORB_SUPPRESS_INCORRECT_LENGTH BIT32(24)

static inline uint8_t orb_logical_path_mask(uint32_t control)
{
    return (uint8_t)bits32_get(control, 16, 23);
}

#endif
