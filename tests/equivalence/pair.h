/* Two subjects that play the same scenes, and what they do not have in common afterwards. */
#ifndef ZITHER_TESTS_EQUIVALENCE_PAIR_H
#define ZITHER_TESTS_EQUIVALENCE_PAIR_H

#include "tests/equivalence/subject.h"

/* How often the second plays each scene: so often that a translator has taken up every block;
   the second time in runs of random lengths. */
#define PAIR_REPETITIONS 3u

struct pair {
    struct subject one, other;
    bool exact;
    unsigned skipped; /* scenes that changed their DAT tables */
};

/* False where the host refuses. Where not EXACT, the second believes that it need not stop
   after exactly so many instructions; then only scenes that come to an end are compared. */
bool pair_create(struct pair *pair, const struct backend *one, const struct backend *other,
                 bool exact);
void pair_destroy(struct pair *pair);

/* Plays SCENE with both; true where they differ. A scene that changes its DAT tables is not
   compared. */
bool pair_differs(struct pair *pair, const struct scene *scene, uint64_t budget);

/* Where they do: leaves in SCENE what is needed for that, with instructions that do nothing for
   the others, and returns the smallest number of instructions to execute. */
uint64_t pair_minimise(struct pair *pair, struct scene *scene);

/* Prints the block and both subjects' states where they differ, as comments of TAP. */
void pair_report(const struct pair *pair, const struct scene *scene, uint64_t budget);

#endif
