/*
 * The program-status word (PoP chapter 4, figure "PSW Format"), as masks over its left
 * doubleword.
 */
#ifndef ZITHER_CORE_LAYOUT_PSW_H
#define ZITHER_CORE_LAYOUT_PSW_H

#include <stdint.h>

#include "src/base/be.h"
#include "src/base/bits.h"

#define PSW_PER                  BIT64(1)
#define PSW_DAT                  BIT64(5)
#define PSW_IO                   BIT64(6)
#define PSW_EXTERNAL             BIT64(7)
#define PSW_KEY                  BITS64(8, 11)
#define PSW_BIT_12               BIT64(12) /* one in a short PSW, zero in a long one */
#define PSW_MACHINE_CHECK        BIT64(13)
#define PSW_WAIT                 BIT64(14)
#define PSW_PROBLEM              BIT64(15)
#define PSW_SPACE                BITS64(16, 17)
#define PSW_CC                   BITS64(18, 19)
#define PSW_PROGRAM_MASK         BITS64(20, 23)
#define PSW_FIXED_POINT_OVERFLOW BIT64(20)
#define PSW_DECIMAL_OVERFLOW     BIT64(21)
#define PSW_HFP_UNDERFLOW        BIT64(22)
#define PSW_HFP_SIGNIFICANCE     BIT64(23)
#define PSW_RI                   BIT64(24)
#define PSW_EXTENDED_ADDRESSING  BIT64(31)
#define PSW_BASIC_ADDRESSING     BIT64(32)

#define PSW_KEY_SHIFT          52
#define PSW_SPACE_SHIFT        46
#define PSW_CC_SHIFT           44
#define PSW_PROGRAM_MASK_SHIFT 40

/* Values of PSW bits 16-17 while DAT is on. */
enum psw_space {
    PSW_SPACE_PRIMARY = 0,
    PSW_SPACE_ACCESS_REGISTER = 1,
    PSW_SPACE_SECONDARY = 2,
    PSW_SPACE_HOME = 3,
};

struct psw {
    uint64_t mask;
    uint64_t addr;
};

struct psw_layout {
    be64 mask;
    be64 addr;
};

#endif
