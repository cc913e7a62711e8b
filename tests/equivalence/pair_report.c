/* Showing how two subjects differ. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cpu/arch/psw.h"
#include "cpu/isa/disassemble.h"
#include "tests/equivalence/family.h"
#include "tests/equivalence/pair.h"

static void report_insn(const struct scene *scene, const struct scene_insn *insn)
{
    const uint64_t address = scene->code + insn->at;
    char text[INSN_TEXT_SIZE];

    insn_disassemble(text, sizeof text, insn->text, address);
    printf("#   %08" PRIx64 "  ", address);
    for (unsigned i = 0; i < 6; i++)
        printf(i < insn->length ? "%02x" : "  ", insn->text[i]);
    printf("  %s\n", text);
}

static void report_start(const struct scene *scene)
{
    char psw[160];

    psw_describe((struct psw){scene->state.psw_mask, scene->state.psw_addr}, psw);
    printf("#   starts with %s\n", psw);
    for (unsigned r = 0; r < 16; r++)
        printf("%s r%-2u %016" PRIx64 "%s", r % 4 ? "" : "#  ", r, scene->state.gr[r],
               r % 4 == 3 ? "\n" : "");
    printf("#   cr0 %016" PRIx64 ", cr9 %" PRIx64 ", fpc %08x, emergency signal at %" PRId64 "\n",
           scene->state.cr[0], scene->state.cr[9], scene->state.fpc, (int64_t)scene->interrupt_at);
}

static void report_fields(const struct pair *pair)
{
    struct cpu_state one = pair->one.state;
    const struct field_object object = cpu_state_object(&one);
    struct field_difference difference = {NULL, 0, 0, 0};

    while (field_object_differs(&object, &pair->other.state, &difference))
        printf("#   %s[%u]: %016" PRIx64 " and %016" PRIx64 "\n", difference.field->name,
               difference.index, difference.one, difference.other);
    if (pair->one.instructions != pair->other.instructions)
        printf("#   instructions: %" PRIu64 " and %" PRIu64 "\n", pair->one.instructions,
               pair->other.instructions);
}

static void report_storage(const struct pair *pair)
{
    const struct storage *one = &pair->one.storage, *other = &pair->other.storage;
    unsigned lines = 0;

    for (uint64_t at = 0; at < SCENE_STORAGE && lines < 8; at += 8)
        if (memcmp(one->host + at, other->host + at, 8) != 0) {
            printf("#   absolute %05" PRIx64 ": ", at);
            for (unsigned i = 0; i < 8; i++)
                printf("%02x", one->host[at + i]);
            printf(" and ");
            for (unsigned i = 0; i < 8; i++)
                printf("%02x", other->host[at + i]);
            printf("\n");
            lines++;
        }
    for (unsigned page = 0; page < SCENE_PAGES; page++)
        if (one->key[page] != other->key[page])
            printf("#   key of absolute %05x: %02x and %02x\n", page << 12, one->key[page],
                   other->key[page]);
}

static void report_events(const struct subject *subject)
{
    for (unsigned i = 0; i < subject->events; i++) {
        const struct event *event = &subject->event[i];

        printf("#   %s: after %" PRIu64 " code %08x ilc %08x old %016" PRIx64 " %" PRIx64
               " breaking %" PRIx64 " teid %" PRIx64 " data %x per %x\n",
               subject->backend->name, event->instructions, event->code, event->ilc,
               event->old_mask, event->old_address, event->breaking_event, event->teid,
               event->data_code, event->per);
    }
}

void pair_report(const struct pair *pair, const struct scene *scene, uint64_t budget)
{
    printf("# family %s, seed %" PRIu64 ": %s and %s differ after %" PRIu64 " instructions:\n",
           scene->family->name, scene->seed, pair->one.backend->name, pair->other.backend->name,
           budget);
    for (unsigned i = 0; i < scene->count; i++)
        report_insn(scene, &scene->insn[i]);
    for (unsigned i = 0; i < SCENE_TARGETS && scene->family->rows & ROWS_EXECUTE; i++)
        report_insn(scene, &scene->target[i]);
    report_start(scene);
    report_fields(pair);
    report_storage(pair);
    report_events(&pair->one);
    report_events(&pair->other);
}
