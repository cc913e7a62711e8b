#include "tests/equivalence/self_test.h"

#include <stdio.h>
#include <string.h>

#include "cpu/interp/interp.h"
#include "tests/equivalence/family.h"
#include "tests/equivalence/pair.h"

/* What goes wrong at each instruction that subject_disturbed_text says. */
static void wrong_register(struct vcpu *cpu)
{
    cpu->state.gr[3] ^= UINT64_C(1) << 63;
}

static void wrong_high_half(struct vcpu *cpu)
{
    cpu->state.gr[9] &= UINT32_MAX;
    cpu->state.gr[9] ^= UINT64_C(1) << 32;
}

static void wrong_condition_code(struct vcpu *cpu)
{
    cpu->cc ^= 1;
}

static void wrong_byte(struct vcpu *cpu)
{
    cpu->storage->host[SCENE_STORAGE - 1]++;
}

static void wrong_key(struct vcpu *cpu)
{
    atomic_fetch_xor(&cpu->storage->key[SCENE_PAGES - 1], STORAGE_KEY_REFERENCE);
}

static void wrong_count(struct vcpu *cpu)
{
    cpu->instructions++;
}

static void wrong_breaking_event(struct vcpu *cpu)
{
    cpu->state.breaking_event += 2;
}

static void wrong_vector(struct vcpu *cpu)
{
    cpu->state.vr[63] ^= 1;
}

static void wrong_control_register(struct vcpu *cpu)
{
    cpu->state.cr[4] ^= 1;
}

static void wrong_timer(struct vcpu *cpu)
{
    cpu->state.cpu_timer--;
}

static void wrong_fpc(struct vcpu *cpu)
{
    cpu->state.fpc ^= 0x800000;
}

static const struct disturbance {
    const char *name;
    void (*disturb)(struct vcpu *cpu);
} disturbances[] = {
    {"general register", wrong_register},
    {"high half of a register", wrong_high_half},
    {"condition code", wrong_condition_code},
    {"byte of storage", wrong_byte},
    {"storage key", wrong_key},
    {"instruction count", wrong_count},
    {"breaking-event address", wrong_breaking_event},
    {"vector register", wrong_vector},
    {"control register", wrong_control_register},
    {"CPU timer", wrong_timer},
    {"floating-point control", wrong_fpc},
};

static bool is_idle(const struct scene_insn *insn)
{
    return insn->text[1] == 0 && (insn->text[0] == 0x07 || insn->text[0] == 0x47)
               ? true
               : insn->text[0] == 0xc0 && insn->text[1] == 4 && insn->length == 6;
}

/* The instruction at fault and, at most, a few that make the difference seen. */
static bool is_minimal(const struct scene *scene)
{
    unsigned busy = 0;
    bool has_cause = false;

    for (unsigned i = 0; i < scene->count; i++) {
        busy += !is_idle(&scene->insn[i]);
        has_cause |= memcmp(scene->insn[i].text, subject_disturbed_text, 2) == 0;
    }
    return has_cause && busy <= 3;
}

static bool is_found(struct pair *pair, struct scene *scene, const struct disturbance *disturbance)
{
    const struct family *family = family_find("hot");

    for (uint64_t seed = 1; seed < 400; seed++) {
        scene_draw(scene, family, seed);
        pair->other.disturb = NULL;
        if (pair_differs(pair, scene, scene->budget))
            return false;
        pair->other.disturb = disturbance->disturb;
        if (pair_differs(pair, scene, scene->budget)) {
            pair_minimise(pair, scene);
            return is_minimal(scene);
        }
    }
    return false;
}

bool self_test(void)
{
    bool passed = true;
    struct scene scene;
    struct pair pair;

    if (!scene_create(&scene) || !pair_create(&pair, &interp_backend, &interp_backend, true))
        return false;
    for (unsigned i = 0; i < sizeof disturbances / sizeof disturbances[0]; i++) {
        bool found = is_found(&pair, &scene, &disturbances[i]);

        printf("%sok - a wrong %s is found\n", found ? "" : "not ", disturbances[i].name);
        passed &= found;
    }
    pair_destroy(&pair);
    scene_destroy(&scene);
    return passed;
}
