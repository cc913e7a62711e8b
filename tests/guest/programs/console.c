/* The console carries text of all lengths, up to one event's worth and beyond. */
#include "tests/guest/lib/guest.h"

void test(void)
{
    guest_print("hello from the guest\n");
    for (int length = 1; length < 600; length += 97) {
        for (int i = 0; i < length; i++)
            guest_print(i % 10 ? "." : "x");
        guest_print("\n");
    }
    guest_print("last words\n");
}
