/* The machine-check-interruption code (PoP chapter 11, figure of the same name). */
#ifndef ZITHER_CORE_LAYOUT_MCIC_H
#define ZITHER_CORE_LAYOUT_MCIC_H

#include "src/base/bits.h"

#define MCIC_SYSTEM_DAMAGE            BIT64(0)
#define MCIC_PROCESSING_DAMAGE        BIT64(1)
#define MCIC_SYSTEM_RECOVERY          BIT64(2)
#define MCIC_TIMING_DAMAGE            BIT64(4)
#define MCIC_EXTERNAL_DAMAGE          BIT64(5)
#define MCIC_DEGRADATION              BIT64(7)
#define MCIC_WARNING                  BIT64(8)
#define MCIC_CHANNEL_REPORT           BIT64(9)
#define MCIC_SERVICE_PROCESSOR_DAMAGE BIT64(10)
#define MCIC_CHANNEL_SUBSYSTEM_DAMAGE BIT64(11)
#define MCIC_BACKED_UP                BIT64(14)
#define MCIC_STORAGE_ERROR            BIT64(16)
#define MCIC_STORAGE_CORRECTED        BIT64(17)
#define MCIC_KEY_ERROR                BIT64(18)
#define MCIC_STORAGE_DEGRADATION      BIT64(19)
#define MCIC_VECTOR_VALID             BIT64(25)

#define MCIC_EXIGENT (MCIC_SYSTEM_DAMAGE | MCIC_PROCESSING_DAMAGE)
#define MCIC_SUBCLASSES                                                                            \
    (MCIC_EXIGENT | MCIC_SYSTEM_RECOVERY | MCIC_TIMING_DAMAGE | MCIC_EXTERNAL_DAMAGE |             \
     MCIC_DEGRADATION | MCIC_WARNING | MCIC_CHANNEL_REPORT | MCIC_SERVICE_PROCESSOR_DAMAGE |       \
     MCIC_CHANNEL_SUBSYSTEM_DAMAGE)

/* Every register and PSW field was stored valid: bits 20-23, 27-29, 31, 33, 42, 43, 46, 47. */
#define MCIC_ALL_VALID                                                                             \
    (BITS64(20, 23) | BITS64(27, 29) | BIT64(31) | BIT64(33) | BITS64(42, 43) | BITS64(46, 47))

#endif
