/* The channel-report word (PoP chapter 17, "Channel Reports"). */
#ifndef ZITHER_CORE_LAYOUT_CRW_H
#define ZITHER_CORE_LAYOUT_CRW_H

#include <stdint.h>

#include "src/base/bits.h"

#define CRW_SOLICITED BIT32(1)
#define CRW_OVERFLOW  BIT32(2) /* reports after this one were lost */
#define CRW_CHAINING  BIT32(3)
#define CRW_ANCILLARY BIT32(8)

enum crw_source {
    CRW_SOURCE_SUBCHANNEL = 3,
    CRW_SOURCE_CHANNEL_PATH = 4,
};

enum crw_error_code {
    CRW_ERROR_INITIALIZED = 2,
    CRW_ERROR_INSTALLED_PARAMETERS_INITIALIZED = 4,
};

static inline uint32_t crw_make(enum crw_source source, enum crw_error_code code, uint16_t id)
{
    return (uint32_t)source << 24 | (uint32_t)code << 16 | id;
}

#endif
