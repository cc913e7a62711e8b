/* Output to a file, and to nowhere: see char_file.h. */
#include "devices/hostio/char_file.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "devices/hostio/write_all.h"

struct char_file {
    struct char_file_config config;
    pthread_mutex_t lock;
    int fd;
    atomic_bool hurry;
    bool lost; /* the host took no more output; it is not asked again */
};

/* The descriptor that PATH names, or -1. */
static int named_descriptor(const char *path)
{
    static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};

    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        const size_t length = strlen(folders[i]);
        char *end;
        long fd;

        if (strncmp(path, folders[i], length) != 0 || path[length] < '0' || path[length] > '9')
            continue;
        fd = strtol(path + length, &end, 10);
        if (*end == 0 && fd <= 0xffff)
            return (int)fd;
    }
    return -1;
}

static int open_output(const char *path)
{
    int named = named_descriptor(path);

    if (named >= 0)
        return fcntl(named, F_DUPFD_CLOEXEC, 0);
    return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
}

int char_file_create(struct char_file **result, const struct char_file_config *config,
                     struct error *error)
{
    struct char_file *file = calloc(1, sizeof *file);

    if (!file)
        return error_set(error, -ENOMEM, "the host has no memory for the console");
    file->config = *config;
    file->fd = open_output(config->path);
    if (file->fd < 0) {
        int code = -errno;

        free(file);
        return error_set(error, code, "the console's output file %s cannot be written: %s",
                         config->path, strerror(-code));
    }
    pthread_mutex_init(&file->lock, NULL);
    *result = file;
    return 0;
}

void char_file_destroy(struct char_file *file)
{
    if (!file)
        return;
    close(file->fd);
    pthread_mutex_destroy(&file->lock);
    free(file);
}

static void write_file(void *owner, const uint8_t *bytes, size_t length)
{
    struct char_file *file = owner;
    int code = 0;

    pthread_mutex_lock(&file->lock);
    if (!file->lost && !write_all(file->fd, bytes, length, &file->hurry)) {
        code = -errno;
        file->lost = true;
    }
    pthread_mutex_unlock(&file->lock);
    if (code && file->config.lost)
        file->config.lost(file->config.owner, code);
}

void char_file_hurry(struct char_file *file)
{
    atomic_store(&file->hurry, true);
}

struct char_backend char_file_backend(struct char_file *file)
{
    return (struct char_backend){.owner = file, .write = write_file};
}

static void drop(void *owner, const uint8_t *bytes, size_t length)
{
    (void)owner, (void)bytes, (void)length;
}

struct char_backend char_null_backend(void)
{
    return (struct char_backend){.write = drop};
}
