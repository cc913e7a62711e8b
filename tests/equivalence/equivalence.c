/*
 * Plays random blocks of instructions on two backends and compares the CPUs and storages
 * afterwards:
 *
 *   equivalence ONE OTHER [--family NAME] [--cases N] [--seed N] [--exact 0]
 *   equivalence --self-test
 *
 * Family by family, with fixed seeds; a case that failed is played again with its family and
 * seed and one case. The backends are those of the table below.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu/interp/interp.h"
#include "cpu/jit/jit.h"
#include "tests/equivalence/family.h"
#include "tests/equivalence/pair.h"
#include "tests/equivalence/self_test.h"

#define CASES_PER_SHARE 500u
#define FAILURES_SHOWN  3u
#define INEXACT_BUDGET  20000u /* most scenes end before */

static const struct backend *const backends[] = {&step_backend, &interp_backend, &jit_backend};

static const struct backend *find_backend(const char *name)
{
    for (unsigned i = 0; i < sizeof backends / sizeof backends[0]; i++)
        if (strcmp(backends[i]->name, name) == 0)
            return backends[i];
    return NULL;
}

struct options {
    const struct backend *one, *other;
    const struct family *family; /* null: all */
    uint64_t seed;
    unsigned cases; /* 0: by share */
    bool exact;
};

static bool parse(struct options *options, int argc, char **argv)
{
    *options = (struct options){.seed = 1, .exact = true};
    if (argc < 3 || argc % 2 == 0)
        return false;
    options->one = find_backend(argv[1]);
    options->other = find_backend(argv[2]);
    for (int i = 3; i < argc; i += 2) {
        const char *value = argv[i + 1];

        if (!strcmp(argv[i], "--family") && (options->family = family_find(value)))
            continue;
        if (!strcmp(argv[i], "--cases"))
            options->cases = (unsigned)strtoul(value, NULL, 0);
        else if (!strcmp(argv[i], "--seed"))
            options->seed = strtoull(value, NULL, 0);
        else if (!strcmp(argv[i], "--exact"))
            options->exact = strcmp(value, "0") != 0;
        else
            return false;
    }
    return options->one && options->other;
}

#define HANGS_SECONDS 60

/* The scene being played: what a signal handler can tell. */
static char playing[128];

static void hangs(int number)
{
    (void)number;
    if (write(STDOUT_FILENO, playing, strlen(playing)) < 0)
        _exit(2);
    _exit(1);
}

static void watch(const struct family *family, uint64_t seed)
{
    snprintf(playing, sizeof playing, "not ok - hangs: --family %s --seed %" PRIu64 " --cases 1\n",
             family->name, seed);
    alarm(HANGS_SECONDS);
}

/* True where all cases of FAMILY pass. */
static bool play(struct pair *pair, struct scene *scene, const struct family *family,
                 const struct options *options)
{
    const unsigned cases = options->cases ? options->cases : family->share * CASES_PER_SHARE;
    uint64_t instructions = 0, events = 0;
    unsigned failures = 0;

    pair->skipped = 0;
    for (unsigned i = 0; i < cases; i++) {
        watch(family, options->seed + i);
        scene_draw(scene, family, options->seed + i);
        if (!options->exact)
            scene->budget = INEXACT_BUDGET;
        if (pair_differs(pair, scene, scene->budget)) {
            if (failures++ < FAILURES_SHOWN)
                pair_report(pair, scene, pair_minimise(pair, scene));
        }
        instructions += pair->one.instructions;
        events += pair->one.events;
    }
    if (pair->skipped > cases / 20)
        failures = cases;
    printf("%sok - %s: %s (%u cases, %u differ, %u not compared, %" PRIu64 " instructions, %" PRIu64
           " interruptions)\n",
           failures ? "not " : "", family->name, family->what, cases, failures, pair->skipped,
           instructions, events);
    return failures == 0 && instructions + events > cases;
}

int main(int argc, char **argv)
{
    struct options options;
    struct scene scene;
    struct pair pair;
    bool passed = true;

    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGALRM, hangs);
    if (argc == 2 && !strcmp(argv[1], "--self-test"))
        return self_test() ? 0 : 1;
    if (!parse(&options, argc, argv)) {
        fprintf(
            stderr,
            "usage: equivalence ONE OTHER [--family NAME] [--cases N] [--seed N] [--exact 0]\n");
        return 2;
    }
    if (!scene_create(&scene) || !pair_create(&pair, options.one, options.other, options.exact))
        return 1;
    for (unsigned i = 0; i < family_count; i++)
        if ((!options.family || options.family == &families[i]) &&
            (options.exact || !(families[i].flags & FAMILY_INTERRUPT)))
            passed &= play(&pair, &scene, &families[i], &options);
    pair_destroy(&pair);
    scene_destroy(&scene);
    return passed ? 0 : 1;
}
