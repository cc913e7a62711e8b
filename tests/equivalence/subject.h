/*
 * One CPU with storage and a backend, on which a scene is played: until its instructions are
 * used up or it ends, interruptions noted and gone on behind.
 */
#ifndef ZITHER_TESTS_EQUIVALENCE_SUBJECT_H
#define ZITHER_TESTS_EQUIVALENCE_SUBJECT_H

#include "cpu/arch/configuration.h"
#include "cpu/exec/backend.h"
#include "tests/equivalence/scene.h"

#define SUBJECT_EVENTS 64u

/* An interruption. */
struct event {
    uint64_t instructions;
    uint64_t old_mask, old_address;
    uint64_t breaking_event, teid;
    uint32_t code, ilc, data_code, per;
};

struct subject {
    const struct backend *backend;
    struct storage storage;
    struct configuration configuration;
    struct vcpu *cpu;
    struct cpu_state state; /* after a run: with condition code and timer */
    uint64_t instructions;
    struct event event[SUBJECT_EVENTS];
    unsigned events;
    uint64_t last_old; /* old PSW address of the last program interruption */
    bool ended;
    bool finished; /* before its instructions were used up */
    bool split;    /* into runs of random lengths */
    struct random random;
    void (*disturb)(struct vcpu *cpu); /* before each LGR: for the test of the tests */
};

/* The first two bytes of LGR. */
extern const uint8_t subject_disturbed_text[2];

/* False where the host refuses. The backend either stops after exactly so many instructions, or
   believes that it need not. */
bool subject_create(struct subject *subject, const struct backend *backend, bool exact);
void subject_destroy(struct subject *subject);

/* Plays SCENE from its beginning, for at most BUDGET instructions. What backends keep of
   unchanged code stays between two runs. */
void subject_run(struct subject *subject, const struct scene *scene, uint64_t budget);

/* no_devices.c: ports behind which there is nothing. */
void subject_connect_nothing(struct configuration *configuration);

/* Executes every instruction by itself. */
extern const struct backend step_backend;

#endif
