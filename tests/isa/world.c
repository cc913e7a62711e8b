#include "tests/isa/world.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *skip(const char *p)
{
    while (isspace((unsigned char)*p))
        p++;
    return p;
}

static int digit(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

/* One hexadecimal word of at most 16 digits. */
static bool hex(const char **text, uint64_t *value)
{
    const char *p = skip(*text);
    unsigned digits = 0;

    for (*value = 0; isxdigit((unsigned char)*p) || *p == '_'; p++)
        if (*p != '_') {
            *value = *value << 4 | (unsigned)digit(*p);
            digits++;
        }
    *text = p;
    return digits >= 1 && digits <= 16 && (!*p || isspace((unsigned char)*p));
}

int world_bytes(const char **text, uint8_t *bytes, int size)
{
    const char *p = skip(*text);
    int count = 0;

    for (;;) {
        while (*p == '_')
            p++;
        if (!isxdigit((unsigned char)p[0]) || !isxdigit((unsigned char)p[1]))
            break;
        if (count == size)
            return -1;
        bytes[count++] = (uint8_t)(digit(p[0]) << 4 | digit(p[1]));
        p += 2;
    }
    *text = p;
    return *p && !isspace((unsigned char)*p) ? -1 : count;
}

/* Bytes for storage from ADDRESS on. */
static bool storage_bytes(struct world *world, const char **text, uint64_t address)
{
    static const uint64_t most = 4096;
    uint64_t rest;
    int count;

    if (address >= WORLD_STORAGE)
        return false;
    rest = WORLD_STORAGE - address;
    count = world_bytes(text, world->storage + address, (int)(rest < most ? rest : most));
    if (count <= 0)
        return false;
    memset(world->stored + address, true, (size_t)count);
    return true;
}

/* A register: LETTER and NUMBER. */
static bool register_word(struct world *world, const char **text, char letter, unsigned number)
{
    struct cpu_state *cpu = &world->cpu;
    uint8_t bytes[16];
    uint64_t value;

    if (letter == 'v' && number < 32) {
        if (world_bytes(text, bytes, 16) != 16)
            return false;
        for (unsigned half = 0; half < 2; half++)
            for (unsigned i = 0; i < 8; i++)
                cpu->vr[2 * number + half] = cpu->vr[2 * number + half] << 8 | bytes[8 * half + i];
        return true;
    }
    if (number > 15 || !hex(text, &value))
        return false;
    switch (letter) {
    case 'r':
        cpu->gr[number] = value;
        return true;
    case 'c':
        cpu->cr[number] = value;
        return true;
    case 'a':
        cpu->ar[number] = (uint32_t)value;
        return true;
    case 'f':
        cpu->vr[2 * number] = value;
        cpu->vr[2 * number + 1] = 0; /* as registers.h writes it */
        return true;
    default:
        return false;
    }
}

static bool facility_word(struct world *world, const char **text)
{
    const char *p = skip(*text);
    size_t length = strcspn(p, " \t\n");

    for (unsigned i = 0; i < FACILITY_COUNT; i++)
        if (strlen(facility_rows[i].name) == length &&
            strncmp(p, facility_rows[i].name, length) == 0) {
            world->lacks[i] = true;
            *text = p + length;
            return true;
        }
    return false;
}

/* Words with one hexadecimal value. */
static bool value_word(struct world *world, const char *word, size_t length, uint64_t value)
{
#define IS(name) (length == sizeof name - 1 && strncmp(word, name, length) == 0)
    if (IS("cc") && value < 4)
        world->cc = (unsigned)value, world->has_cc = true;
    else if (IS("psw"))
        world->psw_addr = value, world->has_psw = true;
    else if (IS("mask"))
        world->cpu.psw_mask = value;
    else if (IS("fpc"))
        world->cpu.fpc = (uint32_t)value;
    else if (IS("prefix"))
        world->cpu.prefix = value;
    else if (IS("pgm"))
        world->pgm = (unsigned)value;
    else if (IS("ilc"))
        world->ilc = (unsigned)value, world->has_ilc = true;
    else if (IS("old"))
        world->old_addr = value, world->has_old = true;
    else if (IS("dxc"))
        world->dxc = (unsigned)value, world->has_dxc = true;
    else if (IS("bear"))
        world->bear = value, world->has_bear = true;
    else
        return false;
    return true;
#undef IS
}

static bool one_word(struct world *world, const char **text, const char *word, size_t length,
                     bool expected)
{
    uint64_t address, value;
    char *end;

    if (length >= 2 && length <= 3 && isdigit((unsigned char)word[1])) {
        unsigned long number_of = strtoul(word + 1, &end, 10);

        return end == word + length && register_word(world, text, word[0], (unsigned)number_of);
    }
    if (length == 3 && strncmp(word, "mem", length) == 0)
        return hex(text, &address) && storage_bytes(world, text, address);
    if (length == 3 && strncmp(word, "key", length) == 0) {
        if (!hex(text, &address) || !hex(text, &value) || address >= WORLD_STORAGE)
            return false;
        world->keys[address >> 12] = (uint8_t)value;
        return true;
    }
    if (!expected && length == 6 && strncmp(word, "target", length) == 0)
        return storage_bytes(world, text, WORLD_TARGET);
    if (!expected && length == 5 && strncmp(word, "lacks", length) == 0)
        return facility_word(world, text);
    return hex(text, &value) && value_word(world, word, length, value);
}

bool world_apply(struct world *world, const char **text, bool expected)
{
    for (;;) {
        const char *word = skip(*text);
        const char *rest;
        size_t length = strcspn(word, " \t\n");

        *text = word;
        if (length == 0)
            return true;
        rest = word + length;
        if (!one_word(world, &rest, word, length, expected))
            return false;
        *text = rest;
    }
}
