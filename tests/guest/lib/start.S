/*
 * The start of every guest program, and its interruption handlers. Each kind of
 * interruption goes to a C function; a program interruption that the program has announced
 * (ATTEMPT in guest.h) resumes where it said, and leaves its old PSW at ATTEMPT_OLD_PSW.
 */
#include "tests/guest/lib/lowcore_map.h"

    .section .text.start, "ax"
    .globl  _start
_start:
    sam64
    larl    %r15, stack_end
    aghi    %r15, -160
    larl    %r1, new_psws
    mvc     RESTART_NEW_PSW(6 * 16, %r0), 0(%r1)
    brasl   %r14, guest_main
0:  j       0b

    .text
program_entry:
    stg     %r1, SCRATCH(%r0)
    mvc     ATTEMPT_OLD_PSW(16, %r0), PROGRAM_OLD_PSW(%r0)
    lg      %r1, ATTEMPT_RESUME(%r0)
    ltgr    %r1, %r1
    jz      unexpected_program
    /* The old PSW itself may be under low-address protection. */
    mvc     RESUME_PSW(8, %r0), PROGRAM_OLD_PSW(%r0)
    stg     %r1, RESUME_PSW + 8(%r0)
    xc      ATTEMPT_RESUME(8, %r0), ATTEMPT_RESUME(%r0)
    lg      %r1, SCRATCH(%r0)
    lpswe   RESUME_PSW(%r0)
unexpected_program:
    lghi    %r2, PROGRAM_OLD_PSW
    j       guest_unexpected

restart_entry:
    lg      %r15, RESTART_STACK(%r0)
    lg      %r14, RESTART_FUNCTION(%r0)
    basr    %r14, %r14
    lghi    %r2, RESTART_OLD_PSW
    j       guest_unexpected

machine_check_entry:
    lghi    %r2, MACHINE_CHECK_OLD_PSW
    j       guest_unexpected

io_entry:
    lghi    %r2, IO_OLD_PSW
    j       guest_unexpected

/* Calls FUNCTION with the interrupted state on the stack and goes on, out of a wait. */
    .macro  handler name, function, old_psw
\name:
    aghi    %r15, -(160 + 128)
    stmg    %r0, %r15, 160(%r15)
    brasl   %r14, \function
    lmg     %r0, %r15, 160(%r15)
    aghi    %r15, 160 + 128
    ni      \old_psw + 1(%r0), 0xfd
    lpswe   \old_psw(%r0)
    .endm

    handler external_entry, guest_external, EXTERNAL_OLD_PSW
    handler svc_entry, guest_supervisor_call, SVC_OLD_PSW

    .section .rodata
    .balign 8
new_psws:
    .quad   0x0000000180000000, restart_entry
    .quad   0x0000000180000000, external_entry
    .quad   0x0000000180000000, svc_entry
    .quad   0x0000000180000000, program_entry
    .quad   0x0000000180000000, machine_check_entry
    .quad   0x0000000180000000, io_entry

    .bss
    .balign 4096
    .space  16384
stack_end:

    .section .note.GNU-stack, "", @progbits
