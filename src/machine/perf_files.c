/* Files for Linux's perf: see perf_files.h. */
#include "src/machine/perf_files.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "src/base/tick.h"

/* The file's and the records' headers: tools/perf/Documentation/jitdump-specification.txt of
   Linux. */
#define DUMP_MAGIC  0x4a695444u
#define DUMP_X86_64 62 /* ELF's number */

struct dump_header {
    uint32_t magic, version, size, machine, unused, pid;
    uint64_t time, flags;
};

struct dump_load {
    uint32_t id, size;
    uint64_t time;
    uint32_t pid, tid;
    uint64_t virtual_address, address, code_size, index;
};

_Static_assert(sizeof(struct dump_header) == 40 && sizeof(struct dump_load) == 56,
               "as perf reads them");

struct perf_files {
    FILE *map, *dump;
    void *marker; /* perf learns of the dump by this mapping of its file */
    size_t marker_size;
    uint64_t index;
};

static uint64_t now(void)
{
    return tick_monotonic(UINT64_C(1000000000));
}

static int open_dump(struct perf_files *files, const char *folder, struct error *error)
{
    char path[PATH_MAX];
    const struct dump_header header = {.magic = DUMP_MAGIC,
                                       .version = 1,
                                       .size = sizeof header,
                                       .machine = DUMP_X86_64,
                                       .pid = (uint32_t)getpid(),
                                       .time = now()};

    snprintf(path, sizeof path, "%s/jit-%ld.dump", folder, (long)getpid());
    files->dump = fopen(path, "w+e");
    if (files->dump) {
        fwrite(&header, sizeof header, 1, files->dump);
        fflush(files->dump);
        files->marker_size = (size_t)sysconf(_SC_PAGESIZE);
        files->marker = mmap(NULL, files->marker_size, PROT_READ | PROT_EXEC, MAP_PRIVATE,
                             fileno(files->dump), 0);
        if (files->marker != MAP_FAILED)
            return 0;
        files->marker = NULL;
    }
    return error_set(error, -errno, "%s cannot be written and mapped: %s; give another --jitdump",
                     path, strerror(errno));
}

static int open_map(struct perf_files *files, struct error *error)
{
    char path[64];

    snprintf(path, sizeof path, "/tmp/perf-%ld.map", (long)getpid());
    files->map = fopen(path, "we");
    return files->map ? 0
                      : error_set(error, -errno, "%s cannot be written: %s; leave out --perf-map",
                                  path, strerror(errno));
}

int perf_files_create(struct perf_files **result, bool map, const char *folder, struct error *error)
{
    struct perf_files *files = calloc(1, sizeof *files);
    int code = 0;

    if (!files)
        return error_set(error, -ENOMEM, "the host has no memory for perf's files");
    if (map)
        code = open_map(files, error);
    if (code == 0 && folder)
        code = open_dump(files, folder, error);
    if (code < 0) {
        perf_files_destroy(files);
        return code;
    }
    *result = files;
    return 0;
}

void perf_files_destroy(struct perf_files *files)
{
    if (!files)
        return;
    if (files->marker)
        munmap(files->marker, files->marker_size);
    if (files->map)
        fclose(files->map);
    if (files->dump)
        fclose(files->dump);
    free(files);
}

static void add_to_dump(struct perf_files *files, const char *symbol, const uint8_t *run,
                        size_t size)
{
    const size_t name = strlen(symbol) + 1;
    const struct dump_load load = {.size = (uint32_t)(sizeof load + name + size),
                                   .time = now(),
                                   .pid = (uint32_t)getpid(),
                                   .tid = (uint32_t)gettid(),
                                   .virtual_address = (uint64_t)(uintptr_t)run,
                                   .address = (uint64_t)(uintptr_t)run,
                                   .code_size = size,
                                   .index = files->index++};

    fwrite(&load, sizeof load, 1, files->dump);
    fwrite(symbol, name, 1, files->dump);
    fwrite(run, size, 1, files->dump);
}

void perf_files_add(struct perf_files *files, const char *symbol, const uint8_t *run, size_t size)
{
    if (files->map) {
        fprintf(files->map, "%" PRIxPTR " %zx %s\n", (uintptr_t)run, size, symbol);
        fflush(files->map);
    }
    if (files->dump)
        add_to_dump(files, symbol, run, size);
}
