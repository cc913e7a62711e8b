/*
 * Placing kernel, initrd and command line: see ipl.h.
 *
 * The initrd goes low, behind the kernel, so that a kernel told to use less memory than there
 * is still finds it; Linux moves it where it stands in the way of unpacking.
 */
#include "src/machine/ipl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/be.h"

#define MIB                UINT64_C(0x100000)
#define INITRD_LOWEST      (8 * MIB)
#define MORE_MEMORY_REMEDY "give the guest more with --memory"

static int read_kernel(struct ipl *ipl, const struct ipl_config *config, struct error *error)
{
    const struct host_file_source source = {
        .role = "kernel",
        .path = config->kernel,
        .limit = IMAGE_FILE_MAX,
        .limit_remedy = "give a kernel, not an image of a disk",
    };
    uint64_t end;
    int code = image_read(&ipl->kernel, &source, error);

    if (code < 0)
        return code;
    end = image_end(&ipl->kernel);
    if (end > config->memory_size)
        return error_set(error, -ENOSPC,
                         "kernel %s needs storage up to 0x%llx, but the guest has %llu MiB of "
                         "memory; " MORE_MEMORY_REMEDY,
                         config->kernel, (unsigned long long)end,
                         (unsigned long long)(config->memory_size / MIB));
    return 0;
}

static int read_initrd(struct ipl *ipl, const struct ipl_config *config, struct error *error)
{
    const struct host_file_source source = {
        .role = "initrd",
        .path = config->initrd,
        .limit = (size_t)config->memory_size,
        .limit_remedy = "it does not fit the guest's memory; " MORE_MEMORY_REMEDY,
    };
    uint64_t end = image_end(&ipl->kernel);
    int code;

    if (!ipl->kernel.linux_parameters)
        return error_set(error, -EINVAL,
                         "kernel %s takes no initrd, for it is no Linux; leave out --initrd",
                         config->kernel);
    code = host_file_read(&ipl->initrd, &source, error);
    if (code < 0)
        return code;
    /* One MiB for what an unpacking kernel has behind its image: stack and heap. */
    ipl->initrd_address = (end + 2 * MIB - 1) & ~(MIB - 1);
    if (ipl->initrd_address < INITRD_LOWEST)
        ipl->initrd_address = INITRD_LOWEST;
    if (ipl->initrd_address > config->memory_size ||
        ipl->initrd.size > config->memory_size - ipl->initrd_address)
        return error_set(error, -ENOSPC,
                         "initrd %s of %zu KiB does not fit behind the kernel into %llu MiB of "
                         "memory; " MORE_MEMORY_REMEDY,
                         config->initrd, ipl->initrd.size >> 10,
                         (unsigned long long)(config->memory_size / MIB));
    return 0;
}

static int take_command_line(struct ipl *ipl, const struct ipl_config *config, struct error *error)
{
    const struct image *kernel = &ipl->kernel;
    const char *text = config->command_line ? config->command_line : "";

    if (!kernel->linux_parameters && *text)
        return error_set(error, -EINVAL,
                         "kernel %s takes no command line, for it is no Linux; leave out --append",
                         config->kernel);
    if (!kernel->linux_parameters || (kernel->own_command_line && !config->command_line))
        return 0;
    if (strlen(text) >= kernel->command_line_room)
        return error_set(error, -E2BIG,
                         "the command line has %zu characters, but kernel %s takes at most %llu; "
                         "shorten --append",
                         strlen(text), config->kernel,
                         (unsigned long long)kernel->command_line_room - 1);
    if (IMAGE_LINUX_COMMAND_LINE + kernel->command_line_room > config->memory_size)
        return error_set(error, -ENOSPC, "the command line does not fit the guest's memory; %s",
                         MORE_MEMORY_REMEDY);
    ipl->command_line = strdup(text);
    return ipl->command_line ? 0 : error_set(error, -ENOMEM, "the host has no memory");
}

int ipl_prepare(struct ipl *ipl, const struct ipl_config *config, struct error *error)
{
    int code;

    memset(ipl, 0, sizeof *ipl);
    code = read_kernel(ipl, config, error);
    if (code == 0 && config->initrd)
        code = read_initrd(ipl, config, error);
    if (code == 0)
        code = take_command_line(ipl, config, error);
    if (code < 0)
        ipl_destroy(ipl);
    return code;
}

void ipl_destroy(struct ipl *ipl)
{
    image_destroy(&ipl->kernel);
    host_file_free(&ipl->initrd);
    free(ipl->command_line);
    memset(ipl, 0, sizeof *ipl);
}

/* Everything was checked against the size of storage, so no write can fail. */
static void put(struct storage *storage, uint64_t address, const void *bytes, size_t size)
{
    (void)storage_write(storage, (abs_addr){address}, bytes, size);
}

static void put_zeros(struct storage *storage, uint64_t address, uint64_t size)
{
    const abs_addr at = {address};

    if (size == 0 || !storage_contains(storage, at, size))
        return;
    memset(storage_host(storage, at), 0, (size_t)size);
    storage_code_changed(storage, at, size);
}

struct psw ipl_load(const struct ipl *ipl, struct storage *storage)
{
    for (unsigned i = 0; i < ipl->kernel.part_count; i++) {
        const struct image_part *part = &ipl->kernel.part[i];

        put(storage, part->address, part->bytes, (size_t)part->size);
        put_zeros(storage, part->address + part->size, part->zeros);
    }
    if (ipl->initrd.size) {
        uint8_t word[8];

        put(storage, ipl->initrd_address, ipl->initrd.bytes, ipl->initrd.size);
        store_be64(word, ipl->initrd_address);
        put(storage, IMAGE_LINUX_INITRD_ADDRESS, word, sizeof word);
        store_be64(word, ipl->initrd.size);
        put(storage, IMAGE_LINUX_INITRD_SIZE, word, sizeof word);
    }
    if (ipl->command_line)
        put(storage, IMAGE_LINUX_COMMAND_LINE, ipl->command_line, strlen(ipl->command_line) + 1);
    return ipl->kernel.start;
}
