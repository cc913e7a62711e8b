/*
 * The system-information block (PoP chapter 10, STORE SYSTEM INFORMATION), one structure for
 * each function code and pair of selectors. Text is EBCDIC, padded with blanks.
 */
#ifndef ZITHER_CORE_LAYOUT_SYSIB_H
#define ZITHER_CORE_LAYOUT_SYSIB_H

#include <stddef.h>
#include <stdint.h>

#include "src/base/be.h"

struct sysib_1_1_1 {
    uint8_t flags;
    uint8_t zero_1;
    uint8_t change_count;
    uint8_t adjustment_indication;
    uint8_t zero_4[28];
    uint8_t manufacturer[16]; /* 32 */
    uint8_t type[4];          /* 48 */
    uint8_t zero_52[12];
    uint8_t model_capacity[16]; /* 64 */
    uint8_t sequence[16];       /* 80 */
    uint8_t plant[4];           /* 96 */
    uint8_t model[16];          /* 100 */
};

struct sysib_1_2_1 {
    uint8_t zero_0[80];
    uint8_t sequence[16]; /* 80 */
    uint8_t plant[4];     /* 96 */
    uint8_t zero_100[2];
    be16 cpu_address; /* 102 */
};

struct sysib_1_2_2 {
    uint8_t format;
    uint8_t zero_1;
    be16 alternate_capability_offset;
    uint8_t zero_4[20];
    be32 nominal_capability;   /* 24 */
    be32 secondary_capability; /* 28 */
    be32 capability;           /* 32 */
    be16 cpus_total;           /* 36 */
    be16 cpus_configured;
    be16 cpus_standby;
    be16 cpus_reserved;
};

struct sysib_2_2_1 {
    uint8_t zero_0[80];
    uint8_t sequence[16]; /* 80 */
    uint8_t plant[4];     /* 96 */
    be16 cpu_id;          /* 100 */
    be16 cpu_address;     /* 102 */
};

struct sysib_2_2_2 {
    uint8_t zero_0[32];
    be16 partition_number; /* 32 */
    uint8_t zero_34;
    uint8_t characteristics; /* 35 */
    be16 cpus_total;         /* 36 */
    be16 cpus_configured;
    be16 cpus_standby;
    be16 cpus_reserved;
    uint8_t name[8];        /* 44 */
    be32 adjustment_factor; /* 52 */
    uint8_t zero_56[16];
    be16 cpus_dedicated; /* 72 */
    be16 cpus_shared;    /* 74 */
};

#define SYSIB_2_2_2_SHARED    0x40
#define SYSIB_FULL_CAPABILITY 1000u

struct sysib_virtual_machine {
    uint8_t zero_0[4];
    be16 cpus_total; /* 4 */
    be16 cpus_configured;
    be16 cpus_standby;
    be16 cpus_reserved;
    uint8_t name[8];             /* 12 */
    be32 adjustment_factor;      /* 20 */
    uint8_t control_program[16]; /* 24 */
    uint8_t zero_40[3];
    uint8_t extended_name_encoding; /* 43 */
    uint8_t zero_44[4];
    uint8_t uuid[16]; /* 48 */
};

#define SYSIB_NAME_UTF8 2

struct sysib_3_2_2 {
    uint8_t zero_0[31];
    uint8_t count;                           /* 31 */
    struct sysib_virtual_machine machine[8]; /* 32 */
    uint8_t zero_544[1504];
    uint8_t extended_name[8][256]; /* 2048 */
};

#define SYSIB_AT(structure, member, offset)                                                        \
    _Static_assert(offsetof(struct structure, member) == (offset), #structure ": " #member)
SYSIB_AT(sysib_1_1_1, manufacturer, 32);
SYSIB_AT(sysib_1_1_1, type, 48);
SYSIB_AT(sysib_1_1_1, model_capacity, 64);
SYSIB_AT(sysib_1_1_1, sequence, 80);
SYSIB_AT(sysib_1_1_1, plant, 96);
SYSIB_AT(sysib_1_1_1, model, 100);
SYSIB_AT(sysib_1_2_1, sequence, 80);
SYSIB_AT(sysib_1_2_1, cpu_address, 102);
SYSIB_AT(sysib_1_2_2, nominal_capability, 24);
SYSIB_AT(sysib_1_2_2, capability, 32);
SYSIB_AT(sysib_1_2_2, cpus_total, 36);
SYSIB_AT(sysib_2_2_1, sequence, 80);
SYSIB_AT(sysib_2_2_1, cpu_id, 100);
SYSIB_AT(sysib_2_2_1, cpu_address, 102);
SYSIB_AT(sysib_2_2_2, partition_number, 32);
SYSIB_AT(sysib_2_2_2, characteristics, 35);
SYSIB_AT(sysib_2_2_2, cpus_total, 36);
SYSIB_AT(sysib_2_2_2, name, 44);
SYSIB_AT(sysib_2_2_2, adjustment_factor, 52);
SYSIB_AT(sysib_2_2_2, cpus_dedicated, 72);
SYSIB_AT(sysib_virtual_machine, cpus_total, 4);
SYSIB_AT(sysib_virtual_machine, name, 12);
SYSIB_AT(sysib_virtual_machine, control_program, 24);
SYSIB_AT(sysib_virtual_machine, extended_name_encoding, 43);
SYSIB_AT(sysib_virtual_machine, uuid, 48);
_Static_assert(sizeof(struct sysib_virtual_machine) == 64, "one virtual machine is 64 bytes");
SYSIB_AT(sysib_3_2_2, count, 31);
SYSIB_AT(sysib_3_2_2, machine, 32);
SYSIB_AT(sysib_3_2_2, extended_name, 2048);
_Static_assert(sizeof(struct sysib_3_2_2) == 4096, "SYSIB 3.2.2 fills the block");
#undef SYSIB_AT

#endif
