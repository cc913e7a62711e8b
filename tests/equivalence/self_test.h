/* Proof that the comparison can fail. */
#ifndef ZITHER_TESTS_EQUIVALENCE_SELF_TEST_H
#define ZITHER_TESTS_EQUIVALENCE_SELF_TEST_H

#include <stdbool.h>

/* Disturbs one of two subjects in each way that a translator can go wrong, at an instruction of
   each kind, and looks whether the difference is found and traced to it. */
bool self_test(void);

#endif
