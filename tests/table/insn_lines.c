/*
 * The disassembler and the encoder as a filter, for compare_objdump.py:
 *
 *   insn_lines rows N SEED   N instructions of every row with random operands, one a line:
 *                            the mnemonic of the row, the bytes in hexadecimal
 *   insn_lines text          reads lines "ADDRESS BYTES" (hexadecimal both) and prints what
 *                            insn_disassemble makes of each
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/isa/disassemble.h"
#include "cpu/isa/encode.h"
#include "cpu/isa/insn.h"

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Operands are often zero or small: objdump knows an instruction only if what it does not show
   is zero, and small values are what extended mnemonics look at. */
static void randomize(struct insn *insn, uint64_t *state)
{
    static const uint32_t masks[] = {UINT32_MAX, 0x0f0f0f0f, 0x07070707, 0};
    uint8_t *at = (uint8_t *)insn;
    size_t words = offsetof(struct insn, d1);
    uint32_t mask = 0;

    for (size_t i = 0; i < sizeof *insn; i++) {
        uint64_t random = next_random(state);

        if (i < words || i % sizeof(uint32_t) == 0)
            mask = masks[random >> 8 & 3];
        at[i] = (uint8_t)(random >> 24 & mask);
    }
}

static int print_rows(unsigned count, uint64_t state)
{
    for (unsigned row = 0; row < insn_row_count; row++) {
        for (unsigned i = 0; i < count; i++) {
            struct insn insn;
            uint8_t text[6];
            size_t length;

            randomize(&insn, &state);
            length = insn_encode(text, &insn_rows[row], &insn);
            printf("%s ", insn_rows[row].mnemonic);
            for (size_t byte = 0; byte < length; byte++)
                printf("%02x", text[byte]);
            printf("\n");
        }
    }
    return 0;
}

static int print_text(void)
{
    char line[64];

    while (fgets(line, sizeof line, stdin)) {
        uint8_t code[6] = {0};
        char text[INSN_TEXT_SIZE];
        char *at;
        uint64_t address = strtoull(line, &at, 16);
        size_t given = 0;

        at += strspn(at, " ");
        for (; given < sizeof code && sscanf(at, "%2hhx", &code[given]) == 1; given++)
            at += 2;
        if (insn_disassemble(text, sizeof text, code, address) != given)
            printf("another length: ");
        printf("%s\n", text);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "rows") == 0)
        return print_rows((unsigned)atoi(argv[2]), strtoull(argv[3], NULL, 0));
    if (argc == 2 && strcmp(argv[1], "text") == 0)
        return print_text();
    fprintf(stderr, "usage: insn_lines rows N SEED | insn_lines text\n");
    return 2;
}
