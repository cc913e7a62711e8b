/* The kinds of image that have a parser of their own: see image.h. Each has FILE, already a
   buffer of the image, and fills in parts and the start. */
#ifndef ZITHER_MACHINE_IMAGE_KINDS_H
#define ZITHER_MACHINE_IMAGE_KINDS_H

#include <stdbool.h>

#include "src/machine/image.h"

bool image_is_elf(const struct host_file *file);
int image_parse_elf(struct image *image, const struct host_file *file,
                    const struct host_file_source *source, struct error *error);

/* Text whose lines are a file name and an address. */
bool image_is_list(const struct host_file *file);
/* The files' names are relative to the list's folder. */
int image_parse_list(struct image *image, const struct host_file *file,
                     const struct host_file_source *source, struct error *error);

#endif
