/* Recognising what the user gives to be started: see image.h. */
#include "src/machine/image.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/machine/image_kinds.h"

#define START_MASK_64 (PSW_EXTENDED_ADDRESSING | PSW_BASIC_ADDRESSING)

/* Marks of other architectures' kernels that are not ELF files. */
static const struct {
    size_t offset;
    const char *mark;
    size_t length;
    const char *what;
} foreign_marks[] = {
    {0x202, "HdrS", 4, "a Linux kernel for x86"},
    {0x38, "ARM\x64", 4, "a Linux kernel for AArch64"},
    {0x30, "RISCV", 5, "a Linux kernel for RISC-V"},
    {0x24, "\x18\x28\x6f\x01", 4, "a Linux kernel for 32-bit ARM"},
    {0, "MZ", 2, "an EFI program for another architecture"},
    {0, "\x27\x05\x19\x56", 4, "a U-Boot image for another architecture"},
    {0, "\xfd\x37zXZ", 5, "compressed with xz; unpack it first"},
    {0, "\x28\xb5\x2f\xfd", 4, "compressed with zstd; unpack it first"},
    {0, "BZh", 3, "compressed with bzip2; unpack it first"},
    {0, "QFI\xfb", 4, "a qcow2 disk image"},
    {0, "070701", 6, "a cpio archive, perhaps an initrd"},
};

int image_add_part(struct image *image, const struct image_part *part,
                   const struct host_file_source *source, struct error *error)
{
    if (image->part_count == IMAGE_PARTS_MAX)
        return error_set(error, -E2BIG, "%s %s has more than %u parts to load; give a simpler one",
                         source->role, source->path, IMAGE_PARTS_MAX);
    image->part[image->part_count++] = *part;
    return 0;
}

uint64_t image_end(const struct image *image)
{
    uint64_t end = 0;

    for (unsigned i = 0; i < image->part_count; i++) {
        const struct image_part *part = &image->part[i];
        uint64_t last;

        if (add_overflows(part->address, part->size, &last) ||
            add_overflows(last, part->zeros, &last))
            return UINT64_MAX;
        end = last > end ? last : end;
    }
    return end;
}

bool image_peek(const struct image *image, uint64_t address, void *to, size_t length)
{
    for (unsigned i = image->part_count; i-- > 0;) {
        const struct image_part *part = &image->part[i];

        if (address >= part->address && address - part->address <= part->size &&
            length <= part->size - (address - part->address)) {
            memcpy(to, part->bytes + (address - part->address), length);
            return true;
        }
    }
    return false;
}

/* IPL loads a short PSW from 0. True where one is there that can start the image. */
static bool find_ipl_psw(const struct image *image, struct psw *start)
{
    uint8_t bytes[8];
    uint64_t word;

    if (!image_peek(image, 0, bytes, sizeof bytes))
        return false;
    word = load_be64(bytes);
    start->mask = (word & ~PSW_BIT_12 & BITS64(0, 32));
    start->addr = word & BITS64(33, 63);
    return (word & PSW_BIT_12) && !(word & (BIT64(0) | BITS64(2, 4) | BITS64(24, 30))) &&
           (word & BIT64(32)) && !(start->addr & 1) && start->addr < image_end(image);
}

static void find_parameters(struct image *image)
{
    uint8_t room[8];

    image->linux_parameters = image->start.addr == IMAGE_LINUX_ENTRY;
    image->command_line_room = IMAGE_LINUX_OLD_ROOM;
    /* Other values than a plausible size are another image's code or data. */
    if (image_peek(image, IMAGE_LINUX_COMMAND_LINE_ROOM, room, sizeof room) &&
        load_be64(room) >= IMAGE_LINUX_OLD_ROOM && load_be64(room) <= 1u << 16)
        image->command_line_room = load_be64(room);
}

/* Linux starts at its own entry, whatever else the image offers: the PSW at 0 of a Linux
   image is for IPL from its first three card images. */
static bool find_linux_entry(struct image *image)
{
    uint8_t magic[6];

    if (!image_peek(image, IMAGE_LINUX_MAGIC, magic, sizeof magic) || memcmp(magic, "S390EP", 6))
        return false;
    image->start = (struct psw){START_MASK_64, IMAGE_LINUX_ENTRY};
    return true;
}

/* Linux 5.10 or later, by the version that the image names. */
static bool has_trailer_by_version(const struct host_file *file)
{
    unsigned major = 0, minor = 0;
    uint64_t at = 0;
    char text[16] = "";

    if (file->size >= IMAGE_LINUX_VERSION + sizeof at)
        at = load_be64(file->bytes + IMAGE_LINUX_VERSION);
    if (at < IMAGE_LINUX_COMMAND_LINE || at >= file->size || file->size - at < sizeof text)
        return false;
    memcpy(text, file->bytes + at, sizeof text - 1);
    return sscanf(text, "%3u.%3u", &major, &minor) == 2 &&
           (major > 5 || (major == 5 && minor >= 10));
}

/* Newer images of Linux end with the mark that secure IPL looks for, or with a signature behind
   it. One without either has lost its end, which it would find out only when it unpacks itself,
   with no console to say so. Padding at the end does no harm. */
static bool is_cut_off(const struct host_file *file)
{
    static const char *const ends[] = {" zIPL", "~Module signature appended~\n"};
    size_t size = file->size;

    if (!has_trailer_by_version(file))
        return false;
    while (size && !file->bytes[size - 1])
        size--;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (size >= strlen(ends[i]) &&
            !memcmp(file->bytes + size - strlen(ends[i]), ends[i], strlen(ends[i])))
            return false;
    return true;
}

static int refuse(const struct host_file *file, const struct host_file_source *source,
                  struct error *error)
{
    for (size_t i = 0; i < sizeof foreign_marks / sizeof foreign_marks[0]; i++)
        if (file->size >= foreign_marks[i].offset + foreign_marks[i].length &&
            !memcmp(file->bytes + foreign_marks[i].offset, foreign_marks[i].mark,
                    foreign_marks[i].length))
            return error_set(error, -ENOEXEC,
                             "%s %s is %s; give a kernel for s390x, such as its bzImage or vmlinux",
                             source->role, source->path, foreign_marks[i].what);
    if (file->size <= IMAGE_LINUX_COMMAND_LINE && load_be64(file->bytes) & PSW_BIT_12)
        return error_set(error, -ENOEXEC,
                         "%s %s is cut off after %zu bytes: nothing is left to start; get it again",
                         source->role, source->path, file->size);
    return error_set(error, -ENOEXEC,
                     "%s %s is no kernel that can be started; give a bzImage, Image, vmlinux (ELF) "
                     "or .ins list for s390x",
                     source->role, source->path);
}

static int parse_flat(struct image *image, const struct host_file *file,
                      const struct host_file_source *source, struct error *error)
{
    const struct image_part whole = {.bytes = file->bytes, .size = file->size};

    if (file->size < 8)
        return error_set(error, -ENOEXEC, "%s %s has only %zu bytes; give a whole kernel",
                         source->role, source->path, file->size);
    if (image_add_part(image, &whole, source, error) < 0)
        return -E2BIG;
    if (find_linux_entry(image) && is_cut_off(file))
        return error_set(error, -ENOEXEC,
                         "%s %s is cut off after %zu bytes: the end of the Linux image is not "
                         "there; get it again",
                         source->role, source->path, file->size);
    if (find_linux_entry(image) || find_ipl_psw(image, &image->start))
        return 0;
    return refuse(file, source, error);
}

static int parse_kind(struct image *image, const struct host_file_source *source,
                      struct error *error)
{
    const struct host_file *file = &image->buffer[0];
    int code;

    if (image_is_elf(file)) {
        code = image_parse_elf(image, file, source, error);
        if (code == 0)
            find_linux_entry(image);
        return code;
    }
    if (!image_is_list(file))
        return parse_flat(image, file, source, error);
    code = image_parse_list(image, file, source, error);
    if (code == 0 && !find_linux_entry(image) && !find_ipl_psw(image, &image->start))
        return error_set(error, -ENOEXEC,
                         "%s %s loads nothing that can be started: there is no kernel at 0x10000 "
                         "and no PSW at 0; check its addresses",
                         source->role, source->path);
    return code;
}

int image_parse(struct image *image, struct host_file *file, const struct host_file_source *source,
                struct error *error)
{
    int code;

    memset(image, 0, sizeof *image);
    image->buffer[image->buffer_count++] = *file;
    memset(file, 0, sizeof *file);
    code = host_file_gunzip(&image->buffer[0], source, error);
    if (code == 0)
        code = parse_kind(image, source, error);
    if (code < 0)
        image_destroy(image);
    else
        find_parameters(image);
    return code;
}

int image_read(struct image *image, const struct host_file_source *source, struct error *error)
{
    struct host_file file;
    int code = host_file_read(&file, source, error);

    return code < 0 ? code : image_parse(image, &file, source, error);
}

void image_destroy(struct image *image)
{
    for (unsigned i = 0; i < image->buffer_count; i++)
        host_file_free(&image->buffer[i]);
    memset(image, 0, sizeof *image);
}
