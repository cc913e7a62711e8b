/*
 * Any bytes as a kernel: recognising them must neither read outside the file nor fail without a
 * sentence. Lists are left out, for they name files of the host.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "src/machine/image_kinds.h"

#define LIMIT ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const struct host_file_source source = {"kernel", "FILE", LIMIT, "give a smaller one"};
    struct host_file file = {malloc(size ? size : 1), size};
    struct error error = {0};
    struct image image;
    uint8_t peek[16];

    if (!file.bytes)
        return 0;
    memcpy(file.bytes, bytes, size);
    if (image_is_list(&file)) {
        host_file_free(&file);
        return 0;
    }
    if (image_parse(&image, &file, &source, &error) < 0) {
        assert(error.code < 0 && error.text[0]);
        return 0;
    }
    assert(image.part_count > 0 && image.start.addr % 2 == 0);
    for (unsigned i = 0; i < image.part_count; i++)
        image_peek(&image, image.part[i].address + image.part[i].size - 8, peek, sizeof peek);
    image_peek(&image, image_end(&image), peek, sizeof peek);
    image_destroy(&image);
    return 0;
}
