/* The nearest known word: see nearest.h. */
#include "src/cli/nearest.h"

#include <string.h>

#define WORD_MAX 32

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Edit distance, a swap of neighbours counting one. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[WORD_MAX + 1][WORD_MAX + 1];
    size_t length_a = strlen(a), length_b = strlen(b);

    if (length_a > WORD_MAX || length_b > WORD_MAX)
        return WORD_MAX;
    for (unsigned i = 0; i <= length_a; i++)
        row[i][0] = i;
    for (unsigned j = 0; j <= length_b; j++)
        row[0][j] = j;
    for (unsigned i = 1; i <= length_a; i++)
        for (unsigned j = 1; j <= length_b; j++) {
            unsigned same = a[i - 1] == b[j - 1] ? 0 : 1;

            row[i][j] = least(least(row[i - 1][j], row[i][j - 1]) + 1, row[i - 1][j - 1] + same);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[i][j] = least(row[i][j], row[i - 2][j - 2] + 1);
        }
    return row[length_a][length_b];
}

const char *nearest_word(const char *word, const char *const *words, size_t count)
{
    /* A third of the letters wrong is still a slip; more is another word. */
    unsigned best = (unsigned)strlen(word) / 3 + 1;
    const char *found = NULL;

    for (size_t i = 0; i < count; i++) {
        unsigned d = distance(word, words[i]);

        if (d < best) {
            best = d;
            found = words[i];
        }
    }
    return found;
}
