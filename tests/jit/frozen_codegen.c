/*
 * The host instructions that hot guest instructions take, counted and compared with a table
 * that is kept with the source: a change of the generated code for the worse, or for the better,
 * is a difference that somebody sees.
 *
 *     frozen_codegen TABLE [--update]
 *
 * Counted is the straight way of the instructions of a line, translated as one block in the
 * 64-bit mode that ends with BR 14, which does not count. `body` stands for a call.
 */
#include <capstone.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/jit/jit.h"
#include "cpu/jit/jit_internal.h"
#include "tests/isa/assembler.h"
#include "tests/unit/insn_rig.h"

#define LINE_MAX_LENGTH 120
#define LINES_MAX       500
#define COUNT_WIDTH     6 /* then the instructions */
#define PER_PAGE        2 /* lines that share a page of the guest */

struct line {
    char text[LINE_MAX_LENGTH];
    char now[COUNT_WIDTH + 1]; /* what is made; empty: a comment */
};

struct counting {
    struct rig rig;
    csh capstone;
    unsigned insns; /* of the line being counted */
    unsigned host;
    bool calls;
    struct line line[LINES_MAX];
    unsigned lines;
};

static unsigned count_host(csh capstone, const uint8_t *code, size_t size)
{
    cs_insn *insn = cs_malloc(capstone);
    uint64_t address = 0;
    unsigned n = 0;

    while (cs_disasm_iter(capstone, &code, &size, &address, insn))
        n++;
    cs_free(insn, 1);
    return size ? 9999 : n;
}

static void translated(void *owner, const struct vcpu *cpu, const struct jit_translation *t)
{
    struct counting *c = owner;
    char text[IR_TEXT_SIZE];
    unsigned insn;

    (void)cpu;
    c->host = 0;
    c->calls = false;
    for (unsigned i = 0; i < t->mark_count; i++) {
        const struct host_mark *mark = &t->marks[i];
        size_t end = i + 1 < t->mark_count ? t->marks[i + 1].offset : t->size;

        if (!mark->what && mark->insn < c->insns)
            c->host += count_host(c->capstone, t->code + mark->offset, end - mark->offset);
    }
    for (unsigned i = 0; jit_ir_text(t, i, &insn, text); i++)
        if (insn < c->insns && (!strncmp(text, "call", 4) || !strncmp(text, "step", 4)))
            c->calls = true;
}

static void stub_made(void *owner, const struct vcpu *cpu, const struct jit_stub *stub)
{
    (void)owner, (void)cpu, (void)stub;
}

/* The instructions of TEXT, separated by semicolons, and BR 14 at AT; how many, 0: not understood.
 */
static unsigned assemble_line(uint8_t *at, const char *text)
{
    static const uint8_t br[2] = {0x07, 0xfe};
    char copy[LINE_MAX_LENGTH], *rest = copy, *one;
    unsigned n = 0;

    snprintf(copy, sizeof copy, "%s", text);
    while ((one = strtok_r(rest, ";", &rest))) {
        size_t length = assemble(at, one + strspn(one, " "));

        if (!length)
            return 0;
        at += length;
        n++;
    }
    memcpy(at, br, sizeof br);
    return n;
}

static bool count_line(struct counting *c, unsigned number)
{
    struct line *line = &c->line[number];
    const char *text = line->text + COUNT_WIDTH;
    uint64_t address = (1 + number / PER_PAGE) * STORAGE_PAGE_SIZE +
                       (1 + 2 * (number % PER_PAGE)) * (STORAGE_PAGE_SIZE / 2 / PER_PAGE);
    struct vcpu *cpu = c->rig.cpu;
    struct jit_block *block;

    c->insns = assemble_line(rig_at(&c->rig, address), text);
    if (!c->insns) {
        printf("# not understood: %s\n", text);
        return false;
    }
    cpu->state.psw_addr = address;
    block = jit_find(cpu, cpu->backend);
    if (!block || !jit_translate(cpu, cpu->backend, block)) {
        printf("# not translated: %s\n", text);
        return false;
    }
    if (c->calls)
        snprintf(line->now, sizeof line->now, "body");
    else
        snprintf(line->now, sizeof line->now, "%u", c->host);
    return true;
}

static bool read_table(struct counting *c, const char *path)
{
    FILE *file = fopen(path, "r");

    while (file && c->lines < LINES_MAX && fgets(c->line[c->lines].text, LINE_MAX_LENGTH, file)) {
        char *text = c->line[c->lines++].text;

        text[strcspn(text, "\n")] = 0;
    }
    if (file)
        fclose(file);
    return c->lines > 0;
}

static bool is_row(const struct line *line)
{
    return line->text[0] && line->text[0] != '#' && strlen(line->text) > COUNT_WIDTH;
}

static bool write_table(const struct counting *c, const char *path)
{
    FILE *file = fopen(path, "w");

    for (unsigned i = 0; file && i < c->lines; i++)
        if (c->line[i].now[0])
            fprintf(file, "%*s  %s\n", COUNT_WIDTH - 2, c->line[i].now,
                    c->line[i].text + COUNT_WIDTH);
        else
            fprintf(file, "%s\n", c->line[i].text);
    return file && fclose(file) == 0;
}

/* A body counts as worse than any number of instructions. */
static unsigned cost(const char *count)
{
    return strcmp(count, "body") == 0 ? 10000 : (unsigned)strtoul(count, NULL, 10);
}

static unsigned compare(const struct counting *c, const char *path)
{
    unsigned better = 0, worse = 0;

    for (unsigned i = 0; i < c->lines; i++) {
        const struct line *line = &c->line[i];
        char then[COUNT_WIDTH + 1];

        if (!line->now[0] || sscanf(line->text, "%6s", then) != 1 || !strcmp(then, line->now))
            continue;
        printf("# %s: %s was %s, is now %s\n", cost(line->now) < cost(then) ? "better" : "WORSE ",
               line->text + COUNT_WIDTH, then, line->now);
        if (cost(line->now) < cost(then))
            better++;
        else
            worse++;
    }
    if (better + worse)
        printf(
            "# %u better, %u worse. `zither run --accel jit --jit-dump ADDRESS` shows code. If the "
            "change is\n# meant, `ninja -C BUILD codegen-update` writes the new counts to %s:\n"
            "# commit it with the change that made the difference, and say in it why.\n",
            better, worse, path);
    return better + worse;
}

static bool open_counting(struct counting *c)
{
    static struct jit_observer observer;
    struct error error;

    observer = (struct jit_observer){c, translated, stub_made};
    if (!rig_open(&c->rig) || cs_open(CS_ARCH_X86, CS_MODE_64, &c->capstone) != CS_ERR_OK ||
        jit_backend.attach(c->rig.cpu, &error) < 0)
        return false;
    c->rig.cpu->state.cr[0] |= CR0_AFP_REGISTER | CR0_VECTOR;
    rig_mode(&c->rig, RIG_MODE_64);
    return jit_observe(c->rig.cpu, &observer);
}

int main(int argc, char **argv)
{
    static struct counting c;
    bool update = argc > 2 && !strcmp(argv[2], "--update"), good = true;
    struct error error;
    unsigned rows = 0;

    if (!jit_supported(&error)) {
        printf("# %s\n", error.text);
        return 77;
    }
    if (argc < 2 || !read_table(&c, argv[1]) || !open_counting(&c)) {
        printf("usage: frozen_codegen TABLE [--update]\n");
        return 1;
    }
    for (unsigned i = 0; i < c.lines; i++)
        if (is_row(&c.line[i]) && ++rows)
            good = count_line(&c, i) && good;
    if (update)
        good = write_table(&c, argv[1]) && good;
    else
        good = !compare(&c, argv[1]) && good;
    printf("1..1\n%sok 1 - %u rows\n", good && rows ? "" : "not ", rows);
    jit_backend.detach(c.rig.cpu);
    rig_close(&c.rig);
    cs_close(&c.capstone);
    return good && rows ? 0 : 1;
}
