/* "Did you mean": the known word nearest to one that is unknown. */
#ifndef ZITHER_CLI_NEAREST_H
#define ZITHER_CLI_NEAREST_H

#include <stddef.h>

/* Of COUNT words the one with the fewest letters to change, add, take away or swap; null where
   all are too far away. */
const char *nearest_word(const char *word, const char *const *words, size_t count);

#endif
