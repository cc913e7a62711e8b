/* A program that keeps its CPU busy for good. */
#include "tests/guest/lib/guest.h"

void test(void)
{
    guest_print("going on and on\n");
    for (volatile unsigned i = 0;; i++)
        ;
}
