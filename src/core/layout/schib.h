/* The path-management-control word and the subchannel-information block around it (PoP chapter
   15). */
#ifndef ZITHER_CORE_LAYOUT_SCHIB_H
#define ZITHER_CORE_LAYOUT_SCHIB_H

#include "src/core/layout/scsw.h"

struct pmcw {
    be32 parameter;
    be16 flags;
    be16 device_number;
    uint8_t logical_path_mask;
    uint8_t path_not_operational_mask;
    uint8_t last_path_used_mask;
    uint8_t path_installed_mask;
    be16 measurement_index;
    uint8_t path_operational_mask;
    uint8_t path_available_mask;
    uint8_t chpid[8];
    be32 characteristics;
};
_Static_assert(sizeof(struct pmcw) == 28, "size of pmcw");
_Static_assert(offsetof(struct pmcw, flags) == 4, "pmcw.flags");
_Static_assert(offsetof(struct pmcw, device_number) == 6, "pmcw.device_number");
_Static_assert(offsetof(struct pmcw, logical_path_mask) == 8, "pmcw.logical_path_mask");
_Static_assert(offsetof(struct pmcw, path_installed_mask) == 11, "pmcw.path_installed_mask");
_Static_assert(offsetof(struct pmcw, measurement_index) == 12, "pmcw.measurement_index");
_Static_assert(offsetof(struct pmcw, path_operational_mask) == 14, "pmcw.path_operational_mask");
_Static_assert(offsetof(struct pmcw, chpid) == 16, "pmcw.chpid");
_Static_assert(offsetof(struct pmcw, characteristics) == 24, "pmcw.characteristics");

/* Bits 0-15 of word 1. */
#define PMCW_ISC                 0x3800u
#define PMCW_ISC_SHIFT           11
#define PMCW_ENABLED             BIT16(8)
#define PMCW_LIMIT_MODE          0x0060u
#define PMCW_MEASUREMENT_UPDATE  BIT16(11)
#define PMCW_CONNECT_TIME        BIT16(12)
#define PMCW_MULTIPATH           BIT16(13)
#define PMCW_TIMING              BIT16(14)
#define PMCW_DEVICE_NUMBER_VALID BIT16(15)

/* Word 6. */
#define PMCW_CONCURRENT_SENSE BIT32(31)

struct schib {
    struct pmcw pmcw;
    struct scsw scsw;
    be64 measurement_origin;
    be32 model_dependent;
};
_Static_assert(sizeof(struct schib) == 52, "size of schib");
_Static_assert(offsetof(struct schib, scsw) == 28, "schib.scsw");
_Static_assert(offsetof(struct schib, measurement_origin) == 40, "schib.measurement_origin");

#endif
