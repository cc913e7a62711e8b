/* What --stats shows of a machine: see machine.h. */
#include <stddef.h>
#include <string.h>

#include "cpu/isa/insn.h"
#include "cpu/jit/jit.h"
#include "src/machine/machine_internal.h"

void machine_usage(const struct machine *machine, struct machine_usage *usage)
{
    uint64_t bytes = 0, insns = 0;

    *usage = (struct machine_usage){.wall_ns = machine->end_ns - machine->start_ns};
    for (unsigned i = 0; i < machine->cpu_count; i++) {
        usage->instructions += machine->cpu[i].cpu->instructions;
        usage->cpu_ns += machine->cpu[i].host_ns;
        bytes += machine->cpu[i].cpu->counters.code_bytes;
        insns += machine->cpu[i].cpu->counters.translated_insns;
    }
    usage->code_per_insn = insns ? (double)bytes / (double)insns : 0;
}

bool machine_counter(const struct machine *machine, unsigned index, const char **text,
                     uint64_t *value)
{
    static const struct {
        size_t offset;
        const char *text;
    } counters[] = {
#define COUNTER(name, text) {offsetof(struct vcpu_counters, name), text},
#include "cpu/arch/counters.def"
#undef COUNTER
    };

    if (index >= sizeof counters / sizeof counters[0])
        return false;
    *text = counters[index].text;
    *value = 0;
    for (unsigned i = 0; i < machine->cpu_count; i++) {
        const uint8_t *at =
            (const uint8_t *)&machine->cpu[i].cpu->counters + counters[index].offset;
        uint64_t count;

        memcpy(&count, at, sizeof count);
        *value += count;
    }
    return true;
}

static struct machine_body body_of(const struct machine *machine, unsigned row)
{
    struct machine_body body = {.name = insn_rows[row].mnemonic};

    for (unsigned i = 0; i < machine->cpu_count; i++) {
        struct jit_calls calls = jit_calls_of(machine->cpu[i].cpu, row);

        body.called += calls.called;
        body.bailed += calls.bailed;
    }
    return body;
}

/* A before B: more calls, or as many and earlier in the table. */
static bool is_before(const struct machine *machine, unsigned a, unsigned b)
{
    struct machine_body first = body_of(machine, a), second = body_of(machine, b);
    uint64_t x = first.called + first.bailed, y = second.called + second.bailed;

    return x > y || (x == y && a < b);
}

bool machine_body(const struct machine *machine, unsigned index, struct machine_body *body)
{
    unsigned last = 0, best;

    if (machine->backend != &jit_backend)
        return false;
    for (unsigned rank = 0; rank <= index; rank++) {
        best = insn_row_count;
        for (unsigned row = 0; row < insn_row_count; row++)
            if ((rank == 0 || is_before(machine, last, row)) &&
                (best == insn_row_count || is_before(machine, row, best)))
                best = row;
        if (best == insn_row_count)
            return false;
        last = best;
    }
    *body = body_of(machine, last);
    return body->called + body->bailed > 0;
}
