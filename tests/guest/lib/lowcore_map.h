/*
 * Real storage as a guest program sees it: locations that the PoP assigns, and the free
 * ones from 0x300 on that the start code uses. For assembler and C.
 */
#ifndef ZITHER_TESTS_GUEST_LIB_LOWCORE_MAP_H
#define ZITHER_TESTS_GUEST_LIB_LOWCORE_MAP_H

#define EXTERNAL_CPU_ADDRESS  0x84
#define EXTERNAL_CODE         0x86
#define SVC_ILC               0x89
#define SVC_CODE              0x8a
#define PROGRAM_ILC           0x8d
#define PROGRAM_CODE          0x8e
#define DATA_EXCEPTION_CODE   0x90
#define TRANSLATION_ID        0xa8
#define BREAKING_EVENT        0x110
#define RESTART_OLD_PSW       0x120
#define EXTERNAL_OLD_PSW      0x130
#define SVC_OLD_PSW           0x140
#define PROGRAM_OLD_PSW       0x150
#define MACHINE_CHECK_OLD_PSW 0x160
#define IO_OLD_PSW            0x170
#define RESTART_NEW_PSW       0x1a0

#define SCRATCH          0x300
#define ATTEMPT_RESUME   0x308
#define ATTEMPT_OLD_PSW  0x310
#define RESTART_STACK    0x320
#define RESTART_FUNCTION 0x328
#define ATTEMPT_START    0x330
#define RESUME_PSW       0x340

#endif
