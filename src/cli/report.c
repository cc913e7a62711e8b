/* Reports about a run: see report.h. */
#include "src/cli/report.h"

#include <inttypes.h>

#include "zither/vcpu.h"

static void print_wide(FILE *to, const char *name, const uint64_t value[16])
{
    for (unsigned i = 0; i < 16; i += 4)
        fprintf(to, "  %s%X-%X %016" PRIx64 " %016" PRIx64 " %016" PRIx64 " %016" PRIx64 "\n", name,
                i, i + 3, value[i], value[i + 1], value[i + 2], value[i + 3]);
}

static void print_access(FILE *to, const uint32_t value[16])
{
    for (unsigned i = 0; i < 16; i += 8) {
        fprintf(to, "  AR%X-%X", i, i + 7);
        for (unsigned j = i; j < i + 8; j++)
            fprintf(to, " %08" PRIx32, value[j]);
        fprintf(to, "\n");
    }
}

void report_cpus(FILE *to, const struct zither_machine *machine, bool registers)
{
    for (unsigned i = 0; i < zither_vcpu_count(machine); i++) {
        struct zither_vcpu cpu;

        zither_vcpu_get(machine, i, &cpu);
        fprintf(to, "CPU %u: %s after %" PRIu64 " instructions\n", cpu.address, cpu.state,
                cpu.instructions);
        fprintf(to, "  PSW %016" PRIx64 " %016" PRIx64 "\n      %s\n", cpu.psw_mask,
                cpu.psw_address, cpu.psw_text);
        fprintf(to, "  prefix %08" PRIx32 ", last branch at %016" PRIx64 "\n", cpu.prefix,
                cpu.breaking_event);
        if (!registers)
            continue;
        print_wide(to, "GR", cpu.general);
        print_wide(to, "CR", cpu.control);
        print_access(to, cpu.access);
    }
}

static double per(uint64_t value, uint64_t nanoseconds)
{
    return nanoseconds ? (double)value * 1e3 / (double)nanoseconds : 0;
}

#define BODIES_SHOWN 20u

static void print_bodies(FILE *to, const struct zither_machine *machine)
{
    struct zither_body body;

    for (unsigned i = 0; i < BODIES_SHOWN && zither_machine_body(machine, i, &body); i++) {
        if (i == 0)
            fprintf(to, "bodies that translated code called most often: all calls, of these "
                        "because the code gave up\n");
        fprintf(to, "%16" PRIu64 " %12" PRIu64 "  %s\n", body.called + body.bailed, body.bailed,
                body.name);
    }
}

void report_statistics(FILE *to, const struct zither_machine *machine)
{
    struct zither_usage usage;
    const char *text;
    uint64_t value;

    zither_machine_usage(machine, &usage);
    fprintf(to, "%16" PRIu64 "  instructions\n", usage.instructions);
    fprintf(to, "%16.1f  MIPS, by CPU time\n", per(usage.instructions, usage.cpu_ns));
    fprintf(to, "%16.1f  MIPS, by wall-clock time\n", per(usage.instructions, usage.wall_ns));
    fprintf(to, "%16.3f  seconds of CPU time\n", (double)usage.cpu_ns / 1e9);
    fprintf(to, "%16.3f  seconds of wall-clock time\n", (double)usage.wall_ns / 1e9);
    for (unsigned i = 0; zither_machine_counter(machine, i, &text, &value); i++)
        fprintf(to, "%16" PRIu64 "  %s\n", value, text);
    if (usage.code_per_insn > 0)
        fprintf(to, "%16.1f  bytes of code for a translated instruction\n", usage.code_per_insn);
    print_bodies(to, machine);
}

void report_models(FILE *to)
{
    const char *name, *title;

    for (unsigned i = 0; zither_cpu_model(i, &name, &title); i++)
        fprintf(to, "  %-12s %s\n", name, title);
}
