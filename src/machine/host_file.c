/* Reading and unpacking the user's files: see host_file.h. */
#include "src/machine/host_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define FIRST_ROOM (256u * 1024)

static int too_large(const struct host_file_source *source, struct error *error)
{
    return error_set(error, -EFBIG, "%s %s is larger than %zu MiB: %s", source->role, source->path,
                     source->limit >> 20, source->limit_remedy);
}

static int no_memory(const struct host_file_source *source, struct error *error)
{
    return error_set(error, -ENOMEM,
                     "the host has no memory to read %s %s; free some and try again", source->role,
                     source->path);
}

/* Doubles *ROOM, but not beyond one byte more than the limit, which proves a file too large. */
static int grow(struct host_file *file, size_t *room, const struct host_file_source *source,
                struct error *error)
{
    size_t wanted = *room < FIRST_ROOM ? FIRST_ROOM : *room * 2;
    uint8_t *bytes;

    if (*room > source->limit)
        return too_large(source, error);
    if (wanted > source->limit + 1)
        wanted = source->limit + 1;
    bytes = realloc(file->bytes, wanted);
    if (!bytes)
        return no_memory(source, error);
    file->bytes = bytes;
    *room = wanted;
    return 0;
}

static int read_all(struct host_file *file, int fd, const struct host_file_source *source,
                    struct error *error)
{
    size_t room = 0;

    for (;;) {
        ssize_t count;

        if (file->size == room) {
            int code = grow(file, &room, source, error);

            if (code < 0)
                return code;
        }
        count = read(fd, file->bytes + file->size, room - file->size);
        if (count == 0)
            break;
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return error_set(error, -errno, "cannot read %s %s: %s; check the file", source->role,
                             source->path, strerror(errno));
        file->size += (size_t)count;
    }
    return file->size > source->limit ? too_large(source, error) : 0;
}

int host_file_read(struct host_file *file, const struct host_file_source *source,
                   struct error *error)
{
    struct stat status;
    int code;
    int fd = open(source->path, O_RDONLY | O_CLOEXEC);

    memset(file, 0, sizeof *file);
    if (fd < 0)
        return error_set(error, -errno, "cannot open %s %s: %s; check the path", source->role,
                         source->path, strerror(errno));
    /* A regular file says beforehand that it is too large; others are read to find out. */
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
        (uint64_t)status.st_size > source->limit)
        code = too_large(source, error);
    else
        code = read_all(file, fd, source, error);
    close(fd);
    if (code == 0 && file->size == 0)
        code = error_set(error, -ENODATA, "%s %s is empty; give a file with contents", source->role,
                         source->path);
    if (code < 0)
        host_file_free(file);
    return code;
}

void host_file_free(struct host_file *file)
{
    free(file->bytes);
    memset(file, 0, sizeof *file);
}

/* Inflates what STREAM has as input into CONTENTS. Z_STREAM_END, a zlib error, or a negative
   errno value that is none of zlib's with ERROR filled in. */
static int inflate_members(z_stream *stream, struct host_file *contents,
                           const struct host_file_source *source, struct error *error)
{
    size_t room = 0;
    int result;

    do {
        size_t chunk;

        if (contents->size == room) {
            int code = grow(contents, &room, source, error);

            if (code < 0)
                return code;
        }
        chunk = room - contents->size;
        if (chunk > FIRST_ROOM * 64u)
            chunk = FIRST_ROOM * 64u;
        stream->next_out = contents->bytes + contents->size;
        stream->avail_out = (uInt)chunk;
        result = inflate(stream, Z_NO_FLUSH);
        contents->size += chunk - stream->avail_out;
        /* Another member may follow; zeros and other padding end the file. */
        if (result == Z_STREAM_END && stream->avail_in > 2 && stream->next_in[0] == 0x1f &&
            stream->next_in[1] == 0x8b)
            result = inflateReset(stream);
    } while (result == Z_OK);
    if (result == Z_STREAM_END)
        return contents->size > source->limit ? too_large(source, error) : 0;
    return error_set(error, -EINVAL, "%s %s is a damaged gzip file; get or make it again",
                     source->role, source->path);
}

int host_file_gunzip(struct host_file *file, const struct host_file_source *source,
                     struct error *error)
{
    struct host_file contents = {0};
    z_stream stream = {0};
    int code;

    if (file->size < 2 || file->bytes[0] != 0x1f || file->bytes[1] != 0x8b)
        return 0;
    if (file->size > UINT32_MAX)
        return too_large(source, error);
    stream.next_in = file->bytes;
    stream.avail_in = (uInt)file->size;
    if (inflateInit2(&stream, MAX_WBITS + 16) != Z_OK)
        return no_memory(source, error);
    code = inflate_members(&stream, &contents, source, error);
    inflateEnd(&stream);
    if (code == 0 && contents.size == 0)
        code = error_set(error, -ENODATA, "%s %s is gzip of nothing; get or make it again",
                         source->role, source->path);
    if (code < 0) {
        host_file_free(&contents);
        return code;
    }
    host_file_free(file);
    *file = contents;
    return 0;
}
