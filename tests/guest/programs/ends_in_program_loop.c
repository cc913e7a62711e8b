/* A program new PSW that itself causes a program interruption: this would never end. */
#include "tests/guest/lib/guest.h"

void test(void)
{
    guest_print("going to loop\n");
    /* What is at the address is no instruction. */
    real64_set(0x400, 0);
    real64_set(0x1d0, PSW_64BIT);
    real64_set(0x1d8, 0x400);
    __asm__ volatile(".short 0");
}
