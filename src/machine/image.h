/*
 * What a user gives to be started: a Linux image (raw or bzImage), an ELF file, a flat binary
 * with a PSW at 0, an .ins list of files and addresses, or gzip of any of the first three.
 *
 * An image is a list of parts to be copied to absolute storage and the PSW to start with. It
 * owns its bytes, so that loading it again (re-IPL) needs no file. Parsing touches neither
 * guest storage nor any other file than those named; errors are sentences that name the
 * object, and leave nothing behind.
 */
#ifndef ZITHER_MACHINE_IMAGE_H
#define ZITHER_MACHINE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"
#include "src/core/layout/psw.h"
#include "src/machine/host_file.h"

#define IMAGE_PARTS_MAX 64u
#define IMAGE_FILE_MAX  ((size_t)1 << 30) /* of a kernel, packed or not */

/* SIZE bytes and ZEROS zeros behind them, to ADDRESS. */
struct image_part {
    uint64_t address;
    const uint8_t *bytes; /* in image.buffer */
    uint64_t size;
    uint64_t zeros;
};

struct image {
    struct image_part part[IMAGE_PARTS_MAX]; /* a later one lies over an earlier one */
    unsigned part_count;
    struct host_file buffer[IMAGE_PARTS_MAX];
    unsigned buffer_count;
    struct psw start;
    bool linux_parameters;      /* command line and initrd are told as Linux wants it */
    bool own_command_line;      /* an .ins list that brings its own */
    uint64_t command_line_room; /* bytes with the zero at the end */
};

/* The parameter area of a Linux image (arch/s390/boot/head.S of the kernel; fixed since 3.x). */
enum image_linux_layout {
    IMAGE_LINUX_ENTRY = 0x10000,
    IMAGE_LINUX_MAGIC = 0x10008, /* "S390EP" */
    IMAGE_LINUX_INITRD_ADDRESS = 0x10408,
    IMAGE_LINUX_INITRD_SIZE = 0x10410,
    IMAGE_LINUX_VERSION = 0x10428, /* where the text of the version is, in newer images */
    IMAGE_LINUX_COMMAND_LINE_ROOM = 0x10430,
    IMAGE_LINUX_COMMAND_LINE = 0x10480,
    IMAGE_LINUX_OLD_ROOM = 896, /* where the image does not say */
};

/* Reads and recognises the file. */
int image_read(struct image *image, const struct host_file_source *source, struct error *error);

/* Recognises FILE, which the image takes over; on failure FILE is freed. SOURCE names it. */
int image_parse(struct image *image, struct host_file *file, const struct host_file_source *source,
                struct error *error);

void image_destroy(struct image *image);

/* The first absolute address behind all parts; UINT64_MAX where there is none. */
uint64_t image_end(const struct image *image);

/* Copies what the image will put at ADDRESS; false where it puts nothing or not all there. */
bool image_peek(const struct image *image, uint64_t address, void *to, size_t length);

/* For the parsers of the kinds: adds a part that points into a buffer of the image. -E2BIG. */
int image_add_part(struct image *image, const struct image_part *part,
                   const struct host_file_source *source, struct error *error);

#endif
