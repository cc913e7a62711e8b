/*
 * Any six bytes as an instruction: text of bounded size, and decoding that encoding undoes.
 */
#include <assert.h>
#include <string.h>

#include "cpu/isa/disassemble.h"
#include "cpu/isa/encode.h"
#include "cpu/isa/insn.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_round_trip(const uint8_t code[6])
{
    struct insn insn, again;
    const struct insn_row *row = insn_decode(&insn, code);
    uint8_t text[6];

    assert(insn.length == insn_length(code[0]));
    if (!row)
        return;
    assert(insn_encode(text, row, &insn) == insn.length);
    assert(insn_decode(&again, text) == row);
    assert(memcmp(&insn, &again, sizeof insn) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i + 6 <= size; i += 2) {
        char text[INSN_TEXT_SIZE], cut[8];

        check_round_trip(bytes + i);
        assert(insn_disassemble(text, sizeof text, bytes + i, i) == insn_length(bytes[i]));
        assert(strlen(text) > 0 && strlen(text) < sizeof text - 1);
        insn_disassemble(cut, sizeof cut, bytes + i, i);
        assert(strncmp(cut, text, sizeof cut - 1) == 0);
    }
    return 0;
}
