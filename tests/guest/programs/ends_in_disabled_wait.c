/* A disabled wait is reported with its PSW. */
#include "tests/guest/lib/guest.h"

void test(void)
{
    guest_print("going to wait\n");
    load_psw(PSW_WAIT | PSW_64BIT, 0x123456);
}
