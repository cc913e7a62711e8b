#include "cpu/isa/coverage.h"

#include "cpu/isa/insn.h"

struct insn_coverage insn_coverage(enum facility facility)
{
    struct insn_coverage coverage = {0};

    for (unsigned i = 0; i < insn_row_count; i++) {
        if (insn_rows[i].facility != facility)
            continue;
        coverage.rows++;
        coverage.bodies += insn_rows[i].body != 0;
    }
    return coverage;
}
