/* Reading the values of options: see option_values.h. */
#include "src/cli/option_values.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool read_number(const char *text, uint64_t *number, char **end)
{
    if (!isdigit((unsigned char)text[0]))
        return false;
    errno = 0;
    *number = strtoull(text, end, 10);
    return errno == 0;
}

bool option_value_count(const char *text, unsigned *count)
{
    uint64_t number;
    char *end;

    if (!read_number(text, &number, &end) || *end || number > UINT32_MAX)
        return false;
    *count = (unsigned)number;
    return true;
}

bool option_value_size(const char *text, uint64_t *bytes)
{
    static const struct {
        const char *suffix;
        unsigned shift;
    } suffixes[] = {
        {"", 20},    {"K", 10},  {"M", 20},  {"G", 30},  {"T", 40},  {"KiB", 10}, {"MiB", 20},
        {"GiB", 30}, {"KB", 10}, {"MB", 20}, {"GB", 30}, {"TB", 40}, {"TiB", 40}, {"B", 0},
    };
    uint64_t number;
    char *end;

    if (!read_number(text, &number, &end))
        return false;
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
        if (!strcasecmp(end, suffixes[i].suffix)) {
            *bytes = number << suffixes[i].shift;
            return *bytes >> suffixes[i].shift == number;
        }
    return false;
}

bool option_value_seconds(const char *text, uint64_t *nanoseconds)
{
    const double most = 1e9; /* thirty years */
    double seconds;
    char *end;

    if (!isdigit((unsigned char)text[0]) && text[0] != '.')
        return false;
    seconds = strtod(text, &end);
    if (*end || end == text || !(seconds > 0 && seconds <= most))
        return false;
    *nanoseconds = (uint64_t)(seconds * 1e9);
    return *nanoseconds > 0;
}

bool option_value_uuid(const char *text, uint8_t uuid[16])
{
    unsigned count = 0;

    while (count < 16) {
        char pair[3] = {0};

        if (*text == '-' && count) {
            text++;
            continue;
        }
        if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1]))
            return false;
        memcpy(pair, text, 2);
        uuid[count++] = (uint8_t)strtoul(pair, NULL, 16);
        text += 2;
    }
    return *text == 0;
}

bool option_value_address(const char *text, uint64_t *address)
{
    char *end;

    if (!isxdigit((unsigned char)text[0]))
        return false;
    errno = 0;
    *address = strtoull(text, &end, 16);
    return errno == 0 && *end == 0;
}
