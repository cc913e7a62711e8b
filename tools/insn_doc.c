/*
 * Writes what the instruction table implements, in Markdown, to standard output: a line per
 * facility, then the instructions of each. The build makes docs/instructions.md with it.
 */
#include <stdio.h>

#include "cpu/arch/facilities.h"
#include "cpu/isa/coverage.h"
#include "cpu/isa/insn.h"

static const char *const formats[FORMAT_COUNT] = {
#define FORMAT(name, length, extension, ...) [FORMAT_##name] = #name,
#include "cpu/isa/formats.def"
#undef FORMAT
};

static void print_bit(const struct facility_row *facility)
{
    if (facility->bit == FACILITY_NO_BIT)
        printf("none");
    else
        printf("%u", facility->bit);
}

static void print_overview(void)
{
    struct insn_coverage all = {0};

    printf("| Facility | Bit | Instructions | Implemented |\n|---|---|---|---|\n");
    for (unsigned i = 0; i < FACILITY_COUNT; i++) {
        struct insn_coverage coverage = insn_coverage((enum facility)i);

        if (coverage.rows == 0)
            continue;
        printf("| %s | ", facility_rows[i].title);
        print_bit(&facility_rows[i]);
        printf(" | %u | %s", coverage.rows, coverage.bodies == coverage.rows ? "all" : "");
        if (coverage.bodies != coverage.rows)
            printf("%u", coverage.bodies);
        printf(" |\n");
        all.rows += coverage.rows;
        all.bodies += coverage.bodies;
    }
    printf("| all | | %u | %u |\n", all.rows, all.bodies);
}

static void print_facility(unsigned facility)
{
    printf("\n## %s\n\n", facility_rows[facility].title);
    printf("| Mnemonic | Name | Opcode | Format | Implemented |\n|---|---|---|---|---|\n");
    for (unsigned i = 0; i < insn_row_count; i++) {
        const struct insn_row *row = &insn_rows[i];

        if (row->facility != facility)
            continue;
        printf("| %s | %s | %04X | ", row->mnemonic, row->name, row->opcode);
        for (const char *c = formats[row->format]; *c; c++)
            putchar(*c == '_' ? '-' : *c);
        printf(" | %s |\n", row->body ? "yes" : "no");
    }
}

int main(void)
{
    printf("# Instructions\n\n"
           "Made from the instruction table (`cpu/isa/insns/`). The opcode is the first byte and\n"
           "the opcode extension. An instruction that is not implemented raises an operation\n"
           "exception, and the indication of its facility is off.\n\n");
    print_overview();
    for (unsigned i = 0; i < FACILITY_COUNT; i++)
        if (insn_coverage((enum facility)i).rows)
            print_facility(i);
    return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
