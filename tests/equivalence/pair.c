#include "tests/equivalence/pair.h"

#include <string.h>

#include "tests/equivalence/family.h"

bool pair_create(struct pair *pair, const struct backend *one, const struct backend *other,
                 bool exact)
{
    pair->exact = exact;
    return subject_create(&pair->one, one, true) && subject_create(&pair->other, other, exact);
}

void pair_destroy(struct pair *pair)
{
    subject_destroy(&pair->one);
    subject_destroy(&pair->other);
}

static bool same(struct pair *pair)
{
    const struct subject *one = &pair->one, *other = &pair->other;

    return one->instructions == other->instructions && one->events == other->events &&
           memcmp(&one->state, &other->state, sizeof one->state) == 0 &&
           memcmp(one->event, other->event, sizeof one->event) == 0 &&
           memcmp((const void *)one->storage.key, (const void *)other->storage.key, SCENE_PAGES) ==
               0 &&
           memcmp(one->storage.host, other->storage.host, SCENE_STORAGE) == 0;
}

/* What a CPU does behind a change of its tables depends on what its TLB still has. */
static bool tables_changed(const struct subject *subject, const struct scene *scene)
{
    return memcmp(subject->storage.host + SCENE_TABLES, scene->storage + SCENE_TABLES,
                  SCENE_TABLES_SIZE) != 0;
}

bool pair_differs(struct pair *pair, const struct scene *scene, uint64_t budget)
{
    subject_run(&pair->one, scene, budget);
    if (!(scene->family->flags & FAMILY_KERNEL) && tables_changed(&pair->one, scene)) {
        pair->skipped++;
        return false;
    }
    for (unsigned i = 0; i < PAIR_REPETITIONS; i++) {
        pair->other.split = i == 1;
        subject_run(&pair->other, scene, budget);
        if (!pair->exact && !pair->one.finished && !pair->other.finished)
            continue;
        if (!same(pair))
            return true;
    }
    return false;
}

/* Instructions that do nothing, by length. */
static void make_idle(struct scene_insn *insn)
{
    static const uint8_t idle[3][6] = {{0x07, 0x00}, {0x47, 0x00}, {0xc0, 0x04}};

    memcpy(insn->text, idle[insn->length / 2 - 1], sizeof insn->text);
}

static void try_without(struct pair *pair, struct scene *scene, struct scene_insn *insn)
{
    const struct scene_insn before = *insn;

    make_idle(insn);
    scene_put_code(scene);
    if (!pair_differs(pair, scene, scene->budget))
        *insn = before;
    scene_put_code(scene);
}

uint64_t pair_minimise(struct pair *pair, struct scene *scene)
{
    uint64_t budget;

    for (unsigned i = 0; i < scene->count; i++)
        try_without(pair, scene, &scene->insn[i]);
    for (unsigned i = 0; i < SCENE_TARGETS; i++)
        try_without(pair, scene, &scene->target[i]);
    for (budget = 1; budget < scene->budget; budget++)
        if (pair_differs(pair, scene, budget))
            break;
    return budget;
}
