/*
 * DIAGNOSE 308: IPL parameters, and loading again into cleared storage (subcode 3). What lasts
 * is the parameter block, so the program knows by it that it runs for the second time.
 */
#include "tests/guest/lib/guest.h"

#define FAR_AWAY UINT64_C(0x1f00000) /* far behind what the loader writes */

static uint8_t block[4096] __attribute__((aligned(4096)));

static uint64_t diagnose_308(uint64_t subcode, void *address)
{
    register uint64_t first __asm__("2") = (uint64_t)address;
    register uint64_t response __asm__("3") = 0;

    __asm__ volatile("diag 2, %[subcode], 0x308"
                     : "+d"(first), "+d"(response)
                     : [subcode] "d"(subcode)
                     : "memory");
    return response;
}

static void check_parameters(void)
{
    CHECK_EQUAL(diagnose_308(5, block), 0x402); /* all zero */
    block[3] = 200;                             /* a block for a CCW device */
    block[11] = 192;
    block[12] = 2;
    block[199] = 0x5a;
    block[7] = 1; /* of a version that is unknown */
    CHECK_EQUAL(diagnose_308(5, block), 0x402);
    block[7] = 0;
    block[3] = 199; /* too short */
    CHECK_EQUAL(diagnose_308(5, block), 0x402);
    block[3] = 200;
    block[11] = 193; /* its first part goes beyond its end */
    CHECK_EQUAL(diagnose_308(5, block), 0x402);
    block[11] = 192;
    block[12] = 7; /* an unknown kind */
    CHECK_EQUAL(diagnose_308(5, block), 0x402);
    block[12] = 2;
    CHECK_EQUAL(diagnose_308(5, block), 1);
}

void test(void)
{
    uint64_t key = 0x30;

    if (diagnose_308(6, block) == 0x102) {
        guest_print("first time\n");
        check_parameters();
        real64_set(FAR_AWAY, 1);
        __asm__ volatile("sske %0, %1" : : "d"(key), "d"(FAR_AWAY));
        diagnose_308(3, 0);
        CHECK(false); /* it returned */
        return;
    }
    guest_print("second time\n");
    CHECK_EQUAL(block[199], 0x5a);
    CHECK_EQUAL(real64(FAR_AWAY), 0);
    __asm__ volatile("iske %0, %1" : "+d"(key) : "d"(FAR_AWAY));
    CHECK_EQUAL(key & 0xf8, 0);
}
