/*
 * The CPUs of a machine as they stand, for reports. To be called while the machine does not
 * run; nothing here changes a CPU.
 */
#ifndef ZITHER_VCPU_H
#define ZITHER_VCPU_H

#include <stdint.h>

struct zither_machine;

struct zither_vcpu {
    unsigned address;  /* CPU address */
    const char *state; /* in words, such as "stopped"; a constant string */
    uint64_t psw_mask;
    uint64_t psw_address;
    char psw_text[160]; /* the mask in words */
    uint64_t general[16];
    uint64_t control[16];
    uint32_t access[16];
    uint32_t prefix;
    uint64_t breaking_event; /* address of the last instruction that branched */
    uint64_t instructions;   /* executed since the machine was made */
};

unsigned zither_vcpu_count(const struct zither_machine *machine);

/* INDEX is below zither_vcpu_count. */
void zither_vcpu_get(const struct zither_machine *machine, unsigned index,
                     struct zither_vcpu *vcpu);

#endif
