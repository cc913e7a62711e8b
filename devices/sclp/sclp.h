/*
 * The service-call logical processor (SCLP): SERVICE CALL commands for the configuration's
 * data and for events, with the two operator consoles and the quiesce signal as event types.
 *
 * Threads: service calls come on CPU threads, console input on the I/O thread, the quiesce
 * signal from anywhere; the SCLP does its own locking. It calls the interruption port and
 * the character backends with no lock held that input needs.
 */
#ifndef ZITHER_DEVICES_SCLP_SCLP_H
#define ZITHER_DEVICES_SCLP_SCLP_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/error.h"
#include "src/core/field.h"
#include "src/core/port/char_backend.h"
#include "src/core/port/interruption_port.h"
#include "src/core/port/service_port.h"
#include "src/core/storage.h"

#define SCLP_MAX_CPUS 248 /* what READ SCP INFO can list in one page */

/* Facilities that READ SCP INFO reports, besides those that follow from other members.
   The first group is the configuration's, the second stands in every CPU entry. */
enum sclp_feature {
    SCLP_FEATURE_SOP = 1u << 0,        /* storage-protection override */
    SCLP_FEATURE_GSLS = 1u << 1,       /* guest storage-limit suppression */
    SCLP_FEATURE_ESOP = 1u << 2,       /* enhanced suppression on protection */
    SCLP_FEATURE_KSS = 1u << 3,        /* keyless subset */
    SCLP_FEATURE_64BSCAO = 1u << 4,    /* 64-bit SCA origin */
    SCLP_FEATURE_CMMA = 1u << 5,       /* collaborative memory management */
    SCLP_FEATURE_ESCA = 1u << 6,       /* extended SCA */
    SCLP_FEATURE_PFMFI = 1u << 7,      /* PFMF interpretation */
    SCLP_FEATURE_IBS = 1u << 8,        /* interlock-and-broadcast suppression */
    SCLP_FEATURE_DIAG318 = 1u << 9,    /* needs extended_length_sccb */
    SCLP_FEATURE_TLB_GUEST = 1u << 10, /* local TLB clearing reaches a guest's TLB */

    SCLP_FEATURE_SIEF2 = 1u << 16,
    SCLP_FEATURE_SKEY = 1u << 17,
    SCLP_FEATURE_GPERE = 1u << 18,
    SCLP_FEATURE_SIIF = 1u << 19,
    SCLP_FEATURE_SIGPIF = 1u << 20,
    SCLP_FEATURE_IB = 1u << 21,
    SCLP_FEATURE_CEI = 1u << 22,
};

enum sclp_console {
    SCLP_CONSOLE_VT220 = 1u << 0,
    SCLP_CONSOLE_LINE_MODE = 1u << 1,
    SCLP_CONSOLE_BOTH = 3u,
};

struct sclp_config {
    uint64_t memory_size; /* bytes, a multiple of 1 MiB */
    uint16_t cpu_count;   /* 1 to SCLP_MAX_CPUS */
    uint16_t cpu_max;     /* highest CPU address + 1 that may ever exist; 0: cpu_count */
    uint8_t cpu_address[SCLP_MAX_CPUS];
    char loadparm[8];          /* ASCII, padded with blanks or zeros */
    bool extended_length_sccb; /* facility 140 */
    uint32_t features;         /* enum sclp_feature */
    uint32_t ibc;              /* instruction-blocking control: lowest << 16 | this machine's */
    uint8_t stsi_nesting;      /* topology nesting levels of STSI 15.1.x; 0: none */
    unsigned consoles;         /* enum sclp_console: the event types that are offered */
};

struct sclp;

/* STORAGE and INTERRUPTIONS must outlive the SCLP; the port's functions are looked up at each
   use, so they may be filled in later. CONFIG is copied. -EINVAL where CONFIG contradicts
   itself, -ENOMEM. */
int sclp_create(struct sclp **sclp, const struct sclp_config *config, struct storage *storage,
                const struct interruption_port *interruptions, struct error *error);
void sclp_destroy(struct sclp *sclp);

/* What SERVICE CALL calls. */
struct service_port sclp_service_port(struct sclp *sclp);

/* Where a console's output goes; both may share one backend, as they do by default. What one
   console writes and the other repeats is then shown once (Linux and others tell early
   messages to both). Null discards. To be called before the CPUs run. */
void sclp_connect_console(struct sclp *sclp, unsigned consoles, const struct char_backend *backend);

/* Takes what the user types. It goes to the console the guest listens to; where it listens to
   both, to the one it wrote to last. */
struct char_sink sclp_console_sink(struct sclp *sclp);

/* Asks the guest to shut down (event type signal quiesce). False where it does not listen, so
   that nothing will happen. */
bool sclp_signal_quiesce(struct sclp *sclp);

/* Subsystem reset: no event masks and no quiesce signal. What the user typed stays. No CPU may
   run. */
void sclp_reset(struct sclp *sclp);

/* The state that saving and restoring work on; no CPU may run. */
struct field_object sclp_state_fields(struct sclp *sclp);

/* To be called after those fields were restored. -EINVAL where they cannot be this SCLP's; it is
   then as after a reset. */
int sclp_check_restored(struct sclp *sclp, struct error *error);

#endif
