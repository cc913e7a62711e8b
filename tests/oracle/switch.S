/*
 * Into a case and out of it by any interruption. The general registers of the case stand
 * at real location CASE_REGISTERS, its PSW at CASE_PSW; all other registers are not touched
 * by the C code here and stay loaded.
 */
#define OWN_REGISTERS  0x400
#define CASE_REGISTERS 0x480
#define CASE_PSW       0x500
#define REASON         0x510

    .text
    .globl  case_enter
case_enter:
    stmg    %r0, %r15, OWN_REGISTERS(%r0)
    lmg     %r0, %r15, CASE_REGISTERS(%r0)
    lpswe   CASE_PSW(%r0)

    .macro  way_out name, reason
    .globl  \name
\name:
    stmg    %r0, %r15, CASE_REGISTERS(%r0)
    mvhi    REASON(%r0), \reason
    lmg     %r0, %r15, OWN_REGISTERS(%r0)
    br      %r14
    .endm

    way_out case_left_by_program, 0
    way_out case_left_by_svc, 1
    way_out case_left_by_timer, 2

    .section .note.GNU-stack, "", @progbits
