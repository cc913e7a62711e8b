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

/* draw_kernel.c: one of the instructions that kernels switch modes, spaces, keys and tables
   with. Its operands are in the table that put_kernel_table writes at SCENE_KERNEL_TABLE, behind
   register 11. Where the family's blocks cross, many of them change what the second page is. */
bool draw_kernel_insn(const struct scene *scene, struct scene_insn *insn, struct random *random);
void put_kernel_table(struct scene *scene, struct random *random);

#endif
