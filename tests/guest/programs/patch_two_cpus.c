/*
 * Code that another CPU changes while it runs (PoP, chapter 5, "Storage-Operand Consistency" and
 * "Conceptual Sequence"): an instruction within a word is seen as it was or as it is, and as it is
 * before long. CPU 1 goes round three loops that never end by themselves: within one block, by a
 * call to another page, and with EXECUTE of the instruction.
 */
#include "tests/guest/lib/guest.h"

enum order {
    STOP = 5,
    RESTART = 6,
    SET_PREFIX = 13,
};

#define ROUNDS   2000
#define PATIENCE 400000000u

static volatile uint64_t seen;
static uint8_t prefix_area[8192] __attribute__((aligned(8192)));
static uint8_t other_stack[8192] __attribute__((aligned(16)));

extern volatile uint32_t in_block[], in_call[], in_target[];
void loop_in_block(void), loop_with_call(void), loop_with_execute(void);

/* LGHI 2,n is a7 29 and the number. */
__asm__("    .text\n"
        "    .p2align 12\n"
        "loop_in_block:\n"
        "    larl    %r1, seen\n"
        "    .p2align 2\n"
        "in_block:\n"
        "    lghi    %r2, 0\n"
        "    stg     %r2, 0(%r1)\n"
        "    j       in_block\n"
        "loop_with_call:\n"
        "    larl    %r1, seen\n"
        "0:  brasl   %r14, in_call\n"
        "    stg     %r2, 0(%r1)\n"
        "    j       0b\n"
        "loop_with_execute:\n"
        "    larl    %r1, seen\n"
        "1:  exrl    %r0, in_target\n"
        "    stg     %r2, 0(%r1)\n"
        "    j       1b\n"
        "    .p2align 12\n"
        "in_call:\n"
        "    lghi    %r2, 0\n"
        "    br      %r14\n"
        "    .p2align 12\n"
        "in_target:\n"
        "    lghi    %r2, 0\n"
        "    .p2align 12\n");

static void start_other(void (*function)(void))
{
    uint64_t *words = (uint64_t *)prefix_area, status;

    for (int i = 0; i < 512; i++)
        prefix_area[i] = *(volatile uint8_t *)real((uint64_t)i);
    words[RESTART_STACK / 8] = (uint64_t)(other_stack + sizeof other_stack - 160);
    words[RESTART_FUNCTION / 8] = (uint64_t)function;
    while (signal_processor(1, SET_PREFIX, (uint64_t)prefix_area, &status) == 2)
        ;
    while (signal_processor(1, RESTART, 0, 0) == 2)
        ;
}

static bool arrives(uint64_t number)
{
    for (unsigned i = 0; i < PATIENCE; i++)
        if (seen == number)
            return true;
    return false;
}

static void change_while_running(void (*function)(void), volatile uint32_t *instruction)
{
    unsigned wrong = 0;

    *instruction = 0xa7290000;
    seen = 1;
    start_other(function);
    CHECK(arrives(0));
    for (uint32_t n = 1; n <= ROUNDS && !wrong; n++) {
        uint64_t between;

        *instruction = 0xa7290000 | n;
        between = seen;
        wrong += between != n && between != n - 1;
        wrong += !arrives(n);
    }
    CHECK_EQUAL(wrong, 0);
    while (signal_processor(1, STOP, 0, 0) == 2)
        ;
}

void test(void)
{
    change_while_running(loop_in_block, in_block);
    change_while_running(loop_with_call, in_call);
    change_while_running(loop_with_execute, in_target);
}
