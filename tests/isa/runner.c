#include "tests/isa/runner.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cpu/arch/control.h"
#include "cpu/arch/cpu_reset.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/psw.h"
#include "cpu/arch/timing.h"
#include "cpu/isa/insn.h"
#include "tests/isa/step_to_end.h"

enum {
    NEW_PSW = 0x1d0,
    OLD_PSW = 0x150,
};
static const uint64_t handler = 0x7000; /* of program interruptions */
static const uint64_t ordinary_mask = UINT64_C(0x0000000180000000);

bool rig_create(struct rig *rig, const struct backend *backend)
{
    struct error error;

    rig->backend = backend;
    if (storage_create(&rig->storage, WORLD_STORAGE, &error) < 0)
        return false;
    configuration_init(&rig->configuration, &rig->storage);
    tod_start(&rig->configuration.tod, true, 0);
    return vcpu_create(&rig->cpu, &rig->configuration, 0, &error) == 0 &&
           backend->attach(rig->cpu, &error) == 0;
}

void rig_destroy(struct rig *rig)
{
    rig->backend->detach(rig->cpu);
    vcpu_destroy(rig->cpu);
    configuration_fini(&rig->configuration);
    storage_destroy(&rig->storage);
}

void world_init(struct world *world, uint8_t *storage, bool *stored)
{
    memset(world, 0, sizeof *world);
    memset(storage, 0, WORLD_STORAGE);
    memset(stored, 0, WORLD_STORAGE);
    world->storage = storage;
    world->stored = stored;
    for (unsigned r = 0; r < 16; r++) {
        world->cpu.gr[r] = UINT64_C(0xa5b4c3d2e1f08700) + r;
        world->cpu.ar[r] = 0xaa000000 + r;
    }
    for (unsigned r = 0; r < 64; r++)
        world->cpu.vr[r] = UINT64_C(0x5a4b3c2d1e0f7800) + r;
    world->cpu.cr[0] = 0xe0 | CR0_AFP_REGISTER | CR0_VECTOR;
    world->cpu.cr[14] = 0xc2000000;
    world->cpu.psw_mask = ordinary_mask;
    world->psw_addr = WORLD_CODE;
    store_be64(storage + NEW_PSW, ordinary_mask);
    store_be64(storage + NEW_PSW + 8, handler);
}

static void load(struct rig *rig, const struct world *world)
{
    struct vcpu *cpu = rig->cpu;
    struct cpu_state state = world->cpu;

    cpu_reset(cpu, CPU_RESET_CLEAR);
    state.cpu_state = CPU_STATE_OPERATING;
    state.architecture_mode = 1;
    state.clock_comparator = cpu->state.clock_comparator;
    state.cpu_timer = cpu->state.cpu_timer;
    cpu->state = state;
    memcpy(rig->storage.host, world->storage, WORLD_STORAGE);
    for (unsigned i = 0; i < WORLD_KEYS; i++)
        atomic_store(&rig->storage.key[i], world->keys[i]);
    storage_code_changed(&rig->storage, (abs_addr){0}, WORLD_STORAGE);
    for (unsigned i = 0; i < FACILITY_COUNT; i++)
        rig->configuration.facility_present[i] = !world->lacks[i];
    cpu->execute_target = NULL;
    cpu->program_loop_count = 0;
    address_space_purge_all(cpu);
    psw_load(cpu, (struct psw){world->cpu.psw_mask | (uint64_t)world->cc << PSW_CC_SHIFT,
                               world->psw_addr});
}

/* Where the old PSW points: at the instruction where the exception nullifies it. */
static uint64_t usual_old_address(unsigned pgm, const struct world *before)
{
    uint64_t last = before->last;
    uint64_t behind = last + insn_length(before->storage[last & (WORLD_STORAGE - 1)]);
    bool nullified = pgm == PGM_SEGMENT_TRANSLATION || pgm == PGM_PAGE_TRANSLATION ||
                     pgm == PGM_TRACE_TABLE || pgm == PGM_CRYPTO_OPERATION ||
                     (pgm >= PGM_AFX_TRANSLATION && pgm <= PGM_STACK_OPERATION) ||
                     (pgm >= PGM_ASCE_TYPE && pgm <= PGM_REGION_THIRD_TRANSLATION);

    return nullified ? last : behind;
}

/* Completes AFTER with what the vector need not say. */
static void expect(struct world *after, const struct world *before)
{
    uint64_t last = before->last;
    unsigned length = insn_length(before->storage[last & (WORLD_STORAGE - 1)]);
    uint64_t mask = after->cpu.psw_mask | (uint64_t)(after->has_cc ? after->cc : before->cc)
                                              << PSW_CC_SHIFT;

    if (after->pgm) {
        store_be16(after->storage + 0x8c, (uint16_t)(after->has_ilc ? after->ilc : length));
        store_be16(after->storage + 0x8e, (uint16_t)after->pgm);
        memset(after->stored + 0x8c, true, 4);
        if (after->has_dxc) {
            store_be32(after->storage + 0x90, after->dxc);
            memset(after->stored + 0x90, true, 4);
            if (after->cpu.cr[0] & CR0_AFP_REGISTER)
                after->cpu.fpc = (after->cpu.fpc & ~UINT32_C(0xff00)) | after->dxc << 8;
        }
        store_be64(after->storage + OLD_PSW, mask);
        store_be64(after->storage + OLD_PSW + 8,
                   after->has_old ? after->old_addr : usual_old_address(after->pgm, before));
        memset(after->stored + OLD_PSW, true, 16);
        if (!after->has_psw)
            after->psw_addr = handler;
        after->cpu.psw_mask = ordinary_mask;
    } else {
        if (!after->has_psw)
            after->psw_addr = last + length;
        after->cpu.psw_mask = mask;
    }
}

static bool compare(struct vector_place place, const char *name, uint64_t index, uint64_t seen,
                    uint64_t wanted)
{
    if (seen != wanted)
        printf("# %s:%d: %s[%" PRIx64 "] is %016" PRIx64 ", wanted %016" PRIx64 "\n", place.file,
               place.line, name, index, seen, wanted);
    return seen == wanted;
}

/* What no vector is about: the clocks run, and the breaking event is a word of its own. */
static void copy_incidental(struct cpu_state *to, const struct cpu_state *from)
{
    to->cpu_timer = from->cpu_timer;
    to->clock_comparator = from->clock_comparator;
    to->breaking_event = from->breaking_event;
    to->cpu_state = from->cpu_state;
    to->architecture_mode = from->architecture_mode;
    to->psw_addr = from->psw_addr;
}

static bool compare_state(const struct cpu_state *seen, struct cpu_state wanted,
                          struct vector_place place)
{
    bool good = true;

    copy_incidental(&wanted, seen);
#define FIELD_1(name)  good = compare(place, #name, 0, seen->name, wanted.name) && good;
#define FIELD_4(name)  FIELD_ARRAY(name, 4)
#define FIELD_16(name) FIELD_ARRAY(name, 16)
#define FIELD_64(name) FIELD_ARRAY(name, 64)
#define FIELD_ARRAY(name, count)                                                                   \
    for (unsigned i = 0; i < (count); i++)                                                         \
        good = compare(place, #name, i, seen->name[i], wanted.name[i]) && good;
#define FIELD(type, name, count, reset, gdb, kvm) FIELD_##count(name)
#include "cpu/arch/state.def"
    return good;
}

/* Lowcore that interruptions store into and no vector need spell out. */
static bool incidental(uint64_t address)
{
    return (address >= 0x80 && address < 0xc4) || (address >= 0x110 && address < 0x118);
}

static bool compare_storage(const struct rig *rig, const struct world *after,
                            struct vector_place place)
{
    bool good = true;

    for (uint64_t i = 0; i < 0x118; i++)
        if (incidental(i) && after->pgm && !after->stored[i])
            after->storage[i] = rig->storage.host[i];
    if (memcmp(after->storage, rig->storage.host, WORLD_STORAGE) != 0)
        for (uint64_t i = 0; i < WORLD_STORAGE && good; i++)
            good = compare(place, "storage", i, rig->storage.host[i], after->storage[i]);
    for (unsigned i = 0; i < WORLD_KEYS; i++) {
        const uint8_t incidental_bits = STORAGE_KEY_REFERENCE | STORAGE_KEY_CHANGE;

        good = compare(place, "key", i, rig->storage.key[i] & ~incidental_bits,
                       after->keys[i] & ~incidental_bits) &&
               good;
    }
    return good;
}

bool rig_run(struct rig *rig, const struct world *before, struct world *after,
             struct vector_place place)
{
    struct vcpu *cpu = rig->cpu;
    bool good;

    load(rig, before);
    expect(after, before);
    good = compare(place, "ended", 0, step_to_end(cpu, rig->backend), true);
    psw_sync(cpu);
    good = compare_state(&cpu->state, after->cpu, place) && good;
    good = compare(place, "psw address", 0, cpu->state.psw_addr, after->psw_addr) && good;
    good = compare_storage(rig, after, place) && good;
    if (after->has_bear)
        good = compare(place, "bear", 0, cpu->state.breaking_event, after->bear) && good;
    return good;
}
