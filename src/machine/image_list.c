/*
 * .ins lists, as the service element and the installers' media have them: a line is a file
 * name and the address where the file goes; a line that begins with an asterisk is a comment.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/machine/image_kinds.h"

#define LIST_SIZE_MAX 65536u

/* Text of one line at a time: the list is copied, so that strings can be cut out of it. */
struct list {
    char *text;
    const char *folder; /* of the list, with the slash at its end */
    int folder_length;
    const struct host_file_source *source;
};

bool image_is_list(const struct host_file *file)
{
    if (file->size > LIST_SIZE_MAX)
        return false;
    for (size_t i = 0; i < file->size; i++)
        if (!isprint(file->bytes[i]) && !isspace(file->bytes[i]) && file->bytes[i] < 0x80)
            return false;
    return file->size > 0;
}

static int bad_line(const struct list *list, unsigned line, struct error *error)
{
    return error_set(error, -EINVAL,
                     "%s %s: line %u is not a file name and an address, as in "
                     "\"kernel.bin 0x00000000\"; if it should be a kernel, give the kernel itself",
                     list->source->role, list->source->path, line);
}

static int load_entry(struct image *image, const struct list *list, const char *name,
                      uint64_t address, struct error *error)
{
    char path[4096];
    const struct host_file_source source = {
        .role = "file",
        .path = path,
        .limit = list->source->limit,
        .limit_remedy = list->source->limit_remedy,
    };
    struct host_file *file = &image->buffer[image->buffer_count];
    int length = snprintf(path, sizeof path, "%.*s%s", name[0] == '/' ? 0 : list->folder_length,
                          list->folder, name);
    int code;

    if (length < 0 || (size_t)length >= sizeof path)
        return error_set(error, -ENAMETOOLONG, "%s %s names a file with too long a path",
                         list->source->role, list->source->path);
    if (image->buffer_count == IMAGE_PARTS_MAX)
        return error_set(error, -E2BIG, "%s %s lists more than %u files; give a shorter list",
                         list->source->role, list->source->path, IMAGE_PARTS_MAX - 1);
    code = host_file_read(file, &source, error);
    if (code < 0)
        return code;
    image->buffer_count++;
    image->own_command_line = image->own_command_line || address == IMAGE_LINUX_COMMAND_LINE;
    return image_add_part(image,
                          &(struct image_part){
                              .address = address,
                              .bytes = file->bytes,
                              .size = file->size,
                          },
                          list->source, error);
}

static int load_line(struct image *image, const struct list *list, char *text, unsigned line,
                     struct error *error)
{
    char *rest, *end;
    const char *name, *number;
    uint64_t address;

    if (text[0] == '*')
        return 0;
    name = strtok_r(text, " \t\r", &rest);
    if (!name)
        return 0;
    number = strtok_r(NULL, " \t\r", &rest);
    if (!number || !isdigit((unsigned char)number[0]) || strtok_r(NULL, " \t\r", &rest))
        return bad_line(list, line, error);
    errno = 0;
    address = strtoull(number, &end, 0);
    if (*end || errno)
        return bad_line(list, line, error);
    return load_entry(image, list, name, address, error);
}

static int load_lines(struct image *image, const struct list *list, struct error *error)
{
    unsigned number = 0;
    char *next = list->text;

    while (next) {
        char *line = next;
        int code;

        next = strchr(line, '\n');
        if (next)
            *next++ = 0;
        code = load_line(image, list, line, ++number, error);
        if (code < 0)
            return code;
    }
    return 0;
}

int image_parse_list(struct image *image, const struct host_file *file,
                     const struct host_file_source *source, struct error *error)
{
    const char *slash = strrchr(source->path, '/');
    struct list list = {
        .text = malloc(file->size + 1),
        .folder = source->path,
        .folder_length = slash ? (int)(slash - source->path) + 1 : 0,
        .source = source,
    };
    int code;

    if (!list.text)
        return error_set(error, -ENOMEM, "the host has no memory to read %s %s", source->role,
                         source->path);
    memcpy(list.text, file->bytes, file->size);
    list.text[file->size] = 0;
    code = load_lines(image, &list, error);
    free(list.text);
    return code;
}
