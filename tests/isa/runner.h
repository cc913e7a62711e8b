/*
 * Executes one test vector on a CPU and compares everything with what it expects.
 */
#ifndef ZITHER_TESTS_ISA_RUNNER_H
#define ZITHER_TESTS_ISA_RUNNER_H

#include <stddef.h>

#include "cpu/arch/configuration.h"
#include "cpu/exec/backend.h"
#include "tests/isa/world.h"

/* A CPU with its storage, used for one vector after another. */
struct rig {
    struct storage storage;
    struct configuration configuration;
    struct vcpu *cpu;
    const struct backend *backend;
};

/* Where a vector stands, for reports. */
struct vector_place {
    const char *file;
    int line;
};

bool rig_create(struct rig *rig, const struct backend *backend);
void rig_destroy(struct rig *rig);

/* A fresh state: registers with patterns, storage of zeros. The two arrays are the caller's. */
void world_init(struct world *world, uint8_t *storage, bool *stored);

/* Runs from BEFORE to the end and checks the state against AFTER, in which the expected words
   have been applied; prints what differs. */
bool rig_run(struct rig *rig, const struct world *before, struct world *after,
             struct vector_place place);

#endif
