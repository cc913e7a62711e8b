/* What is shown of the first difference between two machines: see verify.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/arch/interruption.h"
#include "cpu/arch/psw.h"
#include "cpu/arch/purge.h"
#include "cpu/isa/disassemble.h"
#include "src/machine/verify_internal.h"

#define STORAGE_LINES 32u
#define INSN_LINES    5000u

static void report_fields(FILE *to, struct cpu_state one, struct cpu_state two)
{
    const struct field_object object = cpu_state_object(&one);
    struct field_difference difference = {NULL, 0, 0, 0};

    while (field_object_differs(&object, &two, &difference)) {
        fprintf(to, "    %s", difference.field->name);
        if (difference.field->count > 1)
            fprintf(to, "[%" PRIu32 "]", difference.index);
        fprintf(to, ": %0*" PRIx64 " and %0*" PRIx64 "\n", 2 * difference.field->size,
                difference.one, 2 * difference.field->size, difference.other);
    }
}

static void report_registers(FILE *to, const struct cpu_state *state)
{
    char psw[160];

    psw_describe((struct psw){state->psw_mask, state->psw_addr}, psw);
    fprintf(to, "    PSW %016" PRIx64 " %016" PRIx64 " (%s)\n", state->psw_mask, state->psw_addr,
            psw);
    for (unsigned r = 0; r < 16; r += 4)
        fprintf(to, "    GR%X-%X %016" PRIx64 " %016" PRIx64 " %016" PRIx64 " %016" PRIx64 "\n", r,
                r + 3, state->gr[r], state->gr[r + 1], state->gr[r + 2], state->gr[r + 3]);
}

static void report_cpu(FILE *to, const struct verify *verify, unsigned i)
{
    const struct verify_side *side = verify->side;
    const struct verify_cpu one = verify_cpu_of(side[0].machine->cpu[i].cpu);
    const struct verify_cpu two = verify_cpu_of(side[1].machine->cpu[i].cpu);

    if (one.instructions == two.instructions &&
        memcmp(&one.state, &two.state, sizeof one.state) == 0)
        return;
    fprintf(to, "  CPU %u before, after %" PRIu64 " instructions:\n", i,
            side[1].before[i].instructions);
    report_registers(to, &side[1].before[i].state);
    for (unsigned s = 0; s < 2; s++) {
        const struct verify_cpu *now = s ? &two : &one;

        fprintf(to, "  CPU %u on %s, after %" PRIu64 " instructions:\n", i,
                side[s].machine->backend->name, now->instructions);
        report_registers(to, &now->state);
    }
    fprintf(to, "  different on CPU %u, %s and %s:\n", i, side[0].machine->backend->name,
            side[1].machine->backend->name);
    report_fields(to, one.state, two.state);
}

static void report_page(FILE *to, const struct verify *verify, uint64_t page, unsigned *lines)
{
    const uint8_t *one = verify->side[0].machine->storage.host + page * STORAGE_PAGE_SIZE;
    const uint8_t *two = verify->side[1].machine->storage.host + page * STORAGE_PAGE_SIZE;

    for (unsigned at = 0; at < STORAGE_PAGE_SIZE; at += 8)
        if (memcmp(one + at, two + at, 8) != 0 && (*lines)++ < STORAGE_LINES)
            fprintf(to, "    %016" PRIx64 ": %016" PRIx64 " and %016" PRIx64 "\n",
                    page * STORAGE_PAGE_SIZE + at, load_be64(one + at), load_be64(two + at));
}

static void report_storage(FILE *to, const struct verify *verify)
{
    const struct storage *one = &verify->side[0].machine->storage;
    const struct storage *two = &verify->side[1].machine->storage;
    unsigned lines = 0, keys = 0;

    fprintf(to, "  different in storage, by absolute address:\n");
    for (uint64_t page = 0; page < one->size >> STORAGE_PAGE_SHIFT; page++) {
        report_page(to, verify, page, &lines);
        if (one->key[page] != two->key[page] && keys++ < STORAGE_LINES)
            fprintf(to, "    key of %016" PRIx64 ": %02x and %02x\n", page << STORAGE_PAGE_SHIFT,
                    one->key[page], two->key[page]);
    }
    fprintf(to, "    %u doublewords, %u keys\n", lines, keys);
}

/* Executing the slice again on the second machine, for the list of its instructions. */
struct replay {
    FILE *to;
    struct vcpu *cpu;
    unsigned lines;
};

static void print_insn(void *owner, struct vcpu *cpu, const uint8_t text[6])
{
    struct replay *replay = owner;
    char words[INSN_TEXT_SIZE];

    if (replay->lines++ >= INSN_LINES)
        return;
    insn_disassemble(words, sizeof words, text, cpu->state.psw_addr);
    fprintf(replay->to, "    %016" PRIx64 "  %s\n", cpu->state.psw_addr, words);
}

static void restore(struct verify_side *side, struct vcpu *cpu)
{
    struct storage *storage = &side->machine->storage;
    const struct verify_cpu *before = &side->before[cpu->address];

    for (size_t i = 0; i < side->pages; i++) {
        const abs_addr at = {side->page[i] * STORAGE_PAGE_SIZE};

        memcpy(storage->host + at.value, side->image + i * STORAGE_PAGE_SIZE, STORAGE_PAGE_SIZE);
        storage_code_changed(storage, at, STORAGE_PAGE_SIZE);
    }
    storage->watch = NULL;
    cpu->state = before->state;
    cpu->instructions = before->instructions;
    atomic_store(&side->machine->configuration.tod.skipped, side->skipped);
    cpu_timer_set(cpu, before->state.cpu_timer);
    address_space_purge_all(cpu);
    psw_load(cpu, (struct psw){before->state.psw_mask, before->state.psw_addr});
}

static void replay_turn(struct verify_side *side, struct vcpu *cpu, uint64_t end)
{
    if (_setjmp(cpu->unwind)) {
        cpu->execute_target = NULL;
        side->machine->backend->unwind(cpu);
        interruption_program(cpu);
        return;
    }
    atomic_fetch_and(&cpu->requests, ~(uint32_t)REQUEST_INTERRUPTION);
    if (cpu->early_exception)
        interruption_program(cpu);
    else if (!interruption_take(cpu))
        side->machine->backend->run(cpu, end - cpu->instructions);
}

/* Waits, I/O and other CPUs are not repeated, so the list may end early. */
static void report_insns(FILE *to, struct verify *verify)
{
    struct verify_side *side = &verify->side[1];
    struct vcpu *cpu = side->arrived;
    struct replay replay = {to, cpu, 0};
    unsigned turns = 0;
    uint64_t end;

    if (!cpu)
        return;
    end = cpu->instructions;
    fprintf(to, "  instructions of CPU %u in between, as %s executes them:\n", cpu->address,
            side->machine->backend->name);
    restore(side, cpu);
    cpu->trace = print_insn;
    cpu->trace_owner = &replay;
    while (cpu->instructions < end && turns++ < INSN_LINES &&
           cpu->state.cpu_state == CPU_STATE_OPERATING && !(cpu->state.psw_mask & PSW_WAIT) &&
           !(atomic_load(&cpu->requests) & ~(uint32_t)REQUEST_INTERRUPTION))
        replay_turn(side, cpu, end);
    cpu->trace = NULL;
    if (replay.lines > INSN_LINES)
        fprintf(to, "    and %u more\n", replay.lines - INSN_LINES);
}

void verify_report(struct verify *verify, const char *why)
{
    const struct machine *machine = verify->side[0].machine;
    FILE *to = open_memstream(&verify->text, &verify->text_size);

    if (!to)
        return;
    fprintf(to, "%s: %s and %s\n", why, machine->backend->name,
            verify->side[1].machine->backend->name);
    for (unsigned i = 0; i < machine->cpu_count; i++)
        report_cpu(to, verify, i);
    report_storage(to, verify);
    report_insns(to, verify);
    fclose(to);
}
