/* Runs files of instruction vectors: see README.md. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/interp/interp.h"
#include "cpu/jit/jit.h"
#include "tests/isa/assembler.h"
#include "tests/isa/runner.h"

struct vectors {
    struct rig rig;
    struct world before, after;
    uint8_t *storage[2];
    bool *stored[2];
    struct vector_place place;
    uint8_t code[256]; /* the group's instructions */
    int code_size, code_last;
    char common[8192];
    char vector[16384];
    int vector_line;
    bool group_has_cases;
    unsigned cases, failures;
};

static bool complain(struct vectors *v, const char *what, const char *text)
{
    printf("# %s:%d: %s: %.60s\n", v->place.file, v->place.line, what, text);
    v->failures++;
    return false;
}

static bool apply(struct vectors *v, struct world *world, const char *text, bool expected)
{
    return world_apply(world, &text, expected) || complain(v, "not understood", text);
}

static bool prepare(struct vectors *v, struct world *world, unsigned which, const char *initial)
{
    world_init(world, v->storage[which], v->stored[which]);
    if (!apply(v, world, v->common, false) || !apply(v, world, initial, false))
        return false;
    if (world->psw_addr < WORLD_STORAGE - sizeof v->code)
        memcpy(world->storage + (world->psw_addr & ~UINT64_C(1)), v->code, (size_t)v->code_size);
    return true;
}

static void run_with_cc(struct vectors *v, const char *initial, const char *expected, unsigned cc)
{
    if (!prepare(v, &v->before, 0, initial) || !prepare(v, &v->after, 1, initial))
        return;
    if (!v->before.has_cc)
        v->before.cc = cc;
    v->before.last = v->before.psw_addr + (unsigned)v->code_last;
    v->after.has_cc = v->after.has_psw = false;
    memset(v->stored[1], 0, WORLD_STORAGE);
    if (apply(v, &v->after, expected, true) && !rig_run(&v->rig, &v->before, &v->after, v->place))
        v->failures++;
}

static void finish_case(struct vectors *v)
{
    char *arrow = strstr(v->vector, "=>");

    if (!v->vector_line)
        return;
    v->place.line = v->vector_line;
    v->vector_line = 0;
    v->cases++;
    if (!arrow) {
        complain(v, "no =>", v->vector);
        return;
    }
    *arrow = 0;
    run_with_cc(v, v->vector, arrow + 2, 0);
    if (!v->before.has_cc)
        run_with_cc(v, v->vector, arrow + 2, 3);
}

static void append(struct vectors *v, char *to, size_t size, const char *text)
{
    if (strlen(to) + strlen(text) + 2 > size) {
        complain(v, "too long", text);
        return;
    }
    strcat(to, " ");
    strcat(to, text);
}

/* An instruction: a new group unless it follows another at once. */
static void instruction(struct vectors *v, const char *text, bool hexadecimal)
{
    uint8_t code[64];
    int size;

    if (v->group_has_cases) {
        v->group_has_cases = false;
        v->code_size = 0;
        v->common[0] = 0;
    }
    size = hexadecimal ? world_bytes(&text, code, sizeof code) : (int)assemble(code, text);
    if (size <= 0 || v->code_size + size > (int)sizeof v->code) {
        complain(v, "no such instruction", text);
        return;
    }
    v->code_last = v->code_size;
    memcpy(v->code + v->code_size, code, (size_t)size);
    v->code_size += size;
}

static void line(struct vectors *v, char *text, int number)
{
    text[strcspn(text, "#\r\n")] = 0;
    text += strspn(text, " \t");
    if (*text == '+' && v->vector_line) {
        append(v, v->vector, sizeof v->vector, text + 1);
        return;
    }
    finish_case(v);
    v->place.line = number;
    if (*text == ':') {
        v->vector[0] = 0;
        append(v, v->vector, sizeof v->vector, text + 1);
        v->vector_line = number;
        v->group_has_cases = true;
    } else if (strncmp(text, "insn ", 5) == 0) {
        instruction(v, text + 5 + strspn(text + 5, " "), false);
    } else if (strncmp(text, "code ", 5) == 0) {
        instruction(v, text + 5, true);
    } else if (strncmp(text, "with ", 5) == 0) {
        append(v, v->common, sizeof v->common, text + 5);
    } else if (*text) {
        complain(v, "not understood", text);
    }
}

/* One file, as test NUMBER of the program; false where a vector failed or there is none. */
static bool run_file(struct vectors *v, const char *name, int number)
{
    static char text[16384];
    FILE *file = fopen(name, "r");
    int line_number = 0;
    bool good;

    v->place = (struct vector_place){name, 0};
    v->cases = v->failures = 0;
    v->code_size = 0;
    v->common[0] = 0;
    while (file && fgets(text, sizeof text, file))
        line(v, text, ++line_number);
    if (file)
        fclose(file);
    finish_case(v);
    good = v->cases && !v->failures;
    printf("%sok %d - %u failures in %u vectors of %s\n", good ? "" : "not ", number, v->failures,
           v->cases, name);
    return good;
}

int main(int argc, char **argv)
{
    static struct vectors v;
    const bool translated = argc > 1 && strcmp(argv[1], "--jit") == 0;
    const struct backend *backend = translated ? &jit_backend : &interp_backend;
    struct error error;
    bool ready, good;

    argc -= translated;
    argv += translated;
    good = argc > 1;
    if (translated && !jit_supported(&error)) {
        printf("# %s\n", error.text);
        return 77;
    }

    for (unsigned i = 0; i < 2; i++) {
        v.storage[i] = malloc(WORLD_STORAGE);
        v.stored[i] = malloc(WORLD_STORAGE * sizeof(bool));
    }
    printf("1..%d\n", argc - 1);
    ready =
        rig_create(&v.rig, backend) && v.storage[0] && v.storage[1] && v.stored[0] && v.stored[1];
    if (ready && translated)
        jit_threshold_set(v.rig.cpu, 0, 0);
    for (int i = 1; i < argc && ready; i++)
        good = run_file(&v, argv[i], i) && good;
    rig_destroy(&v.rig);
    for (unsigned i = 0; i < 2; i++) {
        free(v.storage[i]);
        free(v.stored[i]);
    }
    return ready && good ? 0 : 1;
}
