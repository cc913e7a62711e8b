/*
 * The same function compiled for machines without and with vector facilities gives the same
 * results on each that the CPU is.
 */
#include "tests/guest/lib/guest.h"
#include "tests/guest/programs/compiled_arithmetic.h"

#define CR0_AFP    0x40000
#define CR0_VECTOR 0x20000
#define SEEDS      20

static bool has_facility(unsigned bit)
{
    uint64_t list[4] = {0};
    register uint64_t r0 __asm__("0") = 3;

    __asm__ volatile("stfle %0" : "=Q"(list), "+d"(r0) : : "cc");
    return list[bit / 64] >> (63 - bit % 64) & 1;
}

static const struct {
    const char *name;
    compiled_digest *digest;
    unsigned facility; /* the last that its code may need */
} machines[] = {
    {"z13", digest_z13, 129},
    {"z14", digest_z14, 135},
    {"z15", digest_z15, 148},
};

void test(void)
{
    SET_CONTROL_REGISTER(0, control_register(0) | CR0_AFP | CR0_VECTOR);
    for (unsigned i = 0; i < sizeof machines / sizeof machines[0]; i++) {
        if (!has_facility(machines[i].facility))
            continue;
        for (uint64_t seed = 1; seed <= SEEDS; seed++)
            CHECK_EQUAL(machines[i].digest(seed), digest_z196(seed));
        guest_print(machines[i].name);
        guest_print(" agrees\n");
    }
}
