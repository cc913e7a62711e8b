/*
 * The first 8 KiB of real storage: assigned storage locations (PoP chapter 3). Members
 * stand at the offsets the PoP prints; the assertions below say so.
 */
#ifndef ZITHER_CORE_LAYOUT_LOWCORE_H
#define ZITHER_CORE_LAYOUT_LOWCORE_H

#include <stddef.h>
#include <stdint.h>

#include "src/base/be.h"
#include "src/core/layout/psw.h"

#define LOWCORE_SIZE 8192u

struct lowcore {
    uint8_t ipl_psw[8];                     /* 0x000 */
    uint8_t ipl_ccw1[8];                    /* 0x008 */
    uint8_t ipl_ccw2[8];                    /* 0x010 */
    uint8_t reserved_18[0x80 - 0x18];       /* 0x018 */
    be32 external_parameter;                /* 0x080 */
    be16 external_cpu_address;              /* 0x084 */
    be16 external_code;                     /* 0x086 */
    be16 svc_ilc;                           /* 0x088 */
    be16 svc_code;                          /* 0x08a */
    be16 program_ilc;                       /* 0x08c */
    be16 program_code;                      /* 0x08e */
    be32 data_exception_code;               /* 0x090: DXC or VXC */
    be16 monitor_class;                     /* 0x094 */
    uint8_t per_code;                       /* 0x096 */
    uint8_t per_atmid;                      /* 0x097 */
    be64 per_address;                       /* 0x098 */
    uint8_t exception_access_id;            /* 0x0a0 */
    uint8_t per_access_id;                  /* 0x0a1 */
    uint8_t operand_access_id;              /* 0x0a2 */
    uint8_t architecture_mode_id;           /* 0x0a3 */
    uint8_t reserved_a4[4];                 /* 0x0a4 */
    be64 translation_exception_id;          /* 0x0a8 */
    be64 monitor_code;                      /* 0x0b0 */
    be32 subsystem_id;                      /* 0x0b8 */
    be32 io_parameter;                      /* 0x0bc */
    be32 io_identification;                 /* 0x0c0 */
    uint8_t reserved_c4[4];                 /* 0x0c4 */
    be32 facility_list;                     /* 0x0c8: STFL */
    uint8_t reserved_cc[0xe8 - 0xcc];       /* 0x0cc */
    be64 machine_check_code;                /* 0x0e8 */
    uint8_t reserved_f0[4];                 /* 0x0f0 */
    be32 external_damage_code;              /* 0x0f4 */
    be64 failing_storage_address;           /* 0x0f8 */
    be64 enhanced_monitor_origin;           /* 0x100 */
    be32 enhanced_monitor_size;             /* 0x108 */
    be32 enhanced_monitor_exceptions;       /* 0x10c */
    be64 breaking_event;                    /* 0x110 */
    uint8_t reserved_118[8];                /* 0x118 */
    struct psw_layout restart_old;          /* 0x120 */
    struct psw_layout external_old;         /* 0x130 */
    struct psw_layout svc_old;              /* 0x140 */
    struct psw_layout program_old;          /* 0x150 */
    struct psw_layout machine_check_old;    /* 0x160 */
    struct psw_layout io_old;               /* 0x170 */
    uint8_t reserved_180[0x1a0 - 0x180];    /* 0x180 */
    struct psw_layout restart_new;          /* 0x1a0 */
    struct psw_layout external_new;         /* 0x1b0 */
    struct psw_layout svc_new;              /* 0x1c0 */
    struct psw_layout program_new;          /* 0x1d0 */
    struct psw_layout machine_check_new;    /* 0x1e0 */
    struct psw_layout io_new;               /* 0x1f0 */
    uint8_t reserved_200[0x11b0 - 0x200];   /* 0x200 */
    be64 extended_save_area;                /* 0x11b0: MCESAD */
    uint8_t reserved_11b8[0x1200 - 0x11b8]; /* 0x11b8 */
    be64 fpr_save[16];                      /* 0x1200 */
    be64 gr_save[16];                       /* 0x1280 */
    struct psw_layout psw_save;             /* 0x1300 */
    uint8_t reserved_1310[8];               /* 0x1310 */
    be32 prefix_save;                       /* 0x1318 */
    be32 fpc_save;                          /* 0x131c */
    uint8_t reserved_1320[4];               /* 0x1320 */
    be32 tod_programmable_save;             /* 0x1324 */
    be64 cpu_timer_save;                    /* 0x1328 */
    be64 clock_comparator_save;             /* 0x1330: bits 0-55, shifted right by 8 */
    be64 breaking_event_save;               /* 0x1338: BEAR-enhancement facility */
    be32 ar_save[16];                       /* 0x1340 */
    be64 cr_save[16];                       /* 0x1380 */
    uint8_t reserved_1400[0x2000 - 0x1400]; /* 0x1400 */
};

#define LOWCORE_AT(member, offset)                                                                 \
    _Static_assert(offsetof(struct lowcore, member) == (offset), "lowcore: " #member)
LOWCORE_AT(external_parameter, 0x80);
LOWCORE_AT(external_code, 0x86);
LOWCORE_AT(svc_ilc, 0x88);
LOWCORE_AT(program_ilc, 0x8c);
LOWCORE_AT(program_code, 0x8e);
LOWCORE_AT(data_exception_code, 0x90);
LOWCORE_AT(monitor_class, 0x94);
LOWCORE_AT(per_address, 0x98);
LOWCORE_AT(exception_access_id, 0xa0);
LOWCORE_AT(architecture_mode_id, 0xa3);
LOWCORE_AT(translation_exception_id, 0xa8);
LOWCORE_AT(monitor_code, 0xb0);
LOWCORE_AT(subsystem_id, 0xb8);
LOWCORE_AT(io_identification, 0xc0);
LOWCORE_AT(facility_list, 0xc8);
LOWCORE_AT(machine_check_code, 0xe8);
LOWCORE_AT(external_damage_code, 0xf4);
LOWCORE_AT(failing_storage_address, 0xf8);
LOWCORE_AT(breaking_event, 0x110);
LOWCORE_AT(restart_old, 0x120);
LOWCORE_AT(io_old, 0x170);
LOWCORE_AT(restart_new, 0x1a0);
LOWCORE_AT(io_new, 0x1f0);
LOWCORE_AT(extended_save_area, 0x11b0);
LOWCORE_AT(fpr_save, 0x1200);
LOWCORE_AT(gr_save, 0x1280);
LOWCORE_AT(psw_save, 0x1300);
LOWCORE_AT(prefix_save, 0x1318);
LOWCORE_AT(fpc_save, 0x131c);
LOWCORE_AT(tod_programmable_save, 0x1324);
LOWCORE_AT(cpu_timer_save, 0x1328);
LOWCORE_AT(clock_comparator_save, 0x1330);
LOWCORE_AT(breaking_event_save, 0x1338);
LOWCORE_AT(ar_save, 0x1340);
LOWCORE_AT(cr_save, 0x1380);
_Static_assert(sizeof(struct lowcore) == LOWCORE_SIZE, "lowcore is 8 KiB");
#undef LOWCORE_AT

#endif
