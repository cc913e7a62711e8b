/* Drawing instructions: the block of a scene. */
#ifndef ZITHER_TESTS_EQUIVALENCE_DRAW_BLOCK_H
#define ZITHER_TESTS_EQUIVALENCE_DRAW_BLOCK_H

#include "tests/equivalence/scene.h"

/* Draws SCENE's instructions, of the rows of its family; operands of storage mostly have
   registers 12-15 as bases, relative branches lead into the block. */
void draw_block(struct scene *scene, struct random *random);

/* Has the registers that are addresses designate the block's surroundings instead, and the
   others hold instructions. */
void draw_code_pointers(struct scene *scene, struct random *random);

#endif
