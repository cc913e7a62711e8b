/*
 * Any bytes as instructions. The decoder, the disassembler and the encoder work from the same
 * rows, so they must agree about length and row; and no operand field may be out of range,
 * for bodies index registers with it unchecked.
 */
#include <stdlib.h>
#include <string.h>

#include "cpu/isa/disassemble.h"
#include "cpu/isa/encode.h"
#include "cpu/isa/insn.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void check_disassembly(const uint8_t text[6], size_t length)
{
    char whole[INSN_TEXT_SIZE], part[INSN_TEXT_SIZE];
    const size_t room = 1 + text[1] % (sizeof part - 1u);

    memset(whole, 0x7f, sizeof whole);
    require(insn_disassemble(whole, sizeof whole, text, UINT64_C(0x10000)) == length);
    require(memchr(whole, 0, sizeof whole) != NULL && whole[0] > ' ');
    /* A short buffer gets the start of the same text. */
    memset(part, 0x7f, sizeof part);
    require(insn_disassemble(part, room, text, UINT64_C(0x10000)) == length);
    require(memchr(part, 0, room) != NULL);
    require(strncmp(part, whole, strlen(part)) == 0);
    require(part[room] == 0x7f);
}

static void check_encoding(const struct insn *insn, const struct insn_row *row)
{
    uint8_t text[6];
    struct insn again;

    require(insn_encode(text, row, insn) == insn->length);
    require(insn_row_find(text) == row);
    require(insn_decode(&again, text) == row);
    require(memcmp(&again, insn, sizeof again) == 0);
}

static size_t check_one(const uint8_t text[6])
{
    const struct insn_row *row = insn_row_find(text);
    struct insn insn;

    require(insn_decode(&insn, text) == row);
    require(insn.length == insn_length(text[0]));
    check_disassembly(text, insn.length);
    if (!row) {
        require(!insn.body);
        return insn.length;
    }
    require(insn.body == row->body && &insn_rows[insn.row] == row);
    require(insn.b1 < 16 && insn.b2 < 16);
    check_encoding(&insn, row);
    return insn.length;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    for (size_t at = 0; at < size;) {
        uint8_t text[6] = {0};

        memcpy(text, bytes + at, size - at < sizeof text ? size - at : sizeof text);
        at += check_one(text);
    }
    return 0;
}
