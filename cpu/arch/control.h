/* The bits of the control registers (PoP chapter 4, figure "Assignment of Control-Register
   Fields"). */
#ifndef ZITHER_CPU_ARCH_CONTROL_H
#define ZITHER_CPU_ARCH_CONTROL_H

#include "src/base/bits.h"

#define CR0_TRANSACTIONAL_EXECUTION     BIT64(8)
#define CR0_PIFO                        BIT64(9)
#define CR0_CLOCK_COMPARATOR_SIGN       BIT64(10)
#define CR0_WARNING_TRACK               BIT64(30)
#define CR0_TRACE_TOD                   BIT64(32)
#define CR0_SSM_SUPPRESSION             BIT64(33)
#define CR0_TOD_SYNC                    BIT64(34)
#define CR0_LOW_ADDRESS_PROTECTION      BIT64(35)
#define CR0_EXTRACTION_AUTHORITY        BIT64(36)
#define CR0_SECONDARY_SPACE             BIT64(37)
#define CR0_FETCH_PROTECTION_OVERRIDE   BIT64(38)
#define CR0_STORAGE_PROTECTION_OVERRIDE BIT64(39)
#define CR0_EDAT                        BIT64(40)
#define CR0_IEP                         BIT64(43)
#define CR0_ASN_LX_REUSE                BIT64(44)
#define CR0_AFP_REGISTER                BIT64(45)
#define CR0_VECTOR                      BIT64(46)
#define CR0_MALFUNCTION_ALERT           BIT64(48)
#define CR0_EMERGENCY_SIGNAL            BIT64(49)
#define CR0_EXTERNAL_CALL               BIT64(50)
#define CR0_CLOCK_COMPARATOR            BIT64(52)
#define CR0_CPU_TIMER                   BIT64(53)
#define CR0_SERVICE_SIGNAL              BIT64(54)
#define CR0_INTERRUPT_KEY               BIT64(57)
#define CR0_MEASUREMENT_ALERT           BIT64(58)
#define CR0_TIMING_ALERT                BIT64(59)
#define CR0_CRYPTO                      BIT64(61)

#define CR2_DUCT_ORIGIN BITS64(33, 57)

#define CR3_SECONDARY_INSTANCE BITS64(0, 31)
#define CR3_PSW_KEY_MASK       BITS64(32, 47)
#define CR3_SECONDARY_ASN      BITS64(48, 63)

#define CR4_PRIMARY_INSTANCE    BITS64(0, 31)
#define CR4_AUTHORIZATION_INDEX BITS64(32, 47)
#define CR4_PRIMARY_ASN         BITS64(48, 63)

#define CR5_PRIMARY_ASTE_ORIGIN BITS64(33, 57)

#define CR8_EXTENDED_AUTHORIZATION_INDEX BITS64(32, 47)

#define CR9_BRANCH                 BIT64(32)
#define CR9_INSTRUCTION_FETCH      BIT64(33)
#define CR9_STORAGE_ALTERATION     BIT64(34)
#define CR9_STORAGE_KEY_ALTERATION BIT64(35)
#define CR9_STORE_REAL             BIT64(36)
#define CR9_ZERO_ADDRESS           BIT64(37)
#define CR9_TRANSACTION_END        BIT64(38)
#define CR9_FETCH_NULLIFICATION    BIT64(39)
#define CR9_BRANCH_ADDRESS         BIT64(40)
#define CR9_ALTERATION_SPACE       BIT64(42)

#define CR12_BRANCH_TRACE   BIT64(0)
#define CR12_MODE_TRACE     BIT64(1)
#define CR12_TRACE_ENTRY    BITS64(2, 61)
#define CR12_ASN_TRACE      BIT64(62)
#define CR12_EXPLICIT_TRACE BIT64(63)

#define CR14_CHANNEL_REPORT         BIT64(35)
#define CR14_RECOVERY               BIT64(36)
#define CR14_DEGRADATION            BIT64(37)
#define CR14_EXTERNAL_DAMAGE        BIT64(38)
#define CR14_WARNING                BIT64(39)
#define CR14_TOD_CLOCK_CONTROL      BIT64(42)
#define CR14_ASN_TRANSLATION        BIT64(44)
#define CR14_ASN_FIRST_TABLE_ORIGIN BITS64(45, 63) /* of a 4 KiB block */

#define CR15_STACK_ENTRY BITS64(0, 60)

#endif
