/*
 * Initial program loading from images of the user's: kernel, initrd and command line, made
 * ready once and then put into absolute storage as often as the machine is loaded.
 *
 * Not locked: ipl_load runs while no CPU does.
 */
#ifndef ZITHER_MACHINE_IPL_H
#define ZITHER_MACHINE_IPL_H

#include <stdint.h>

#include "src/base/error.h"
#include "src/core/storage.h"
#include "src/machine/image.h"

struct ipl_config {
    const char *kernel;       /* path */
    const char *initrd;       /* path, or null */
    const char *command_line; /* or null: empty, or what an .ins list brings */
    uint64_t memory_size;     /* bytes */
};

struct ipl {
    struct image kernel;
    struct host_file initrd;
    uint64_t initrd_address;
    char *command_line; /* null: the image's own stays */
};

/* Reads the files and checks that all fits the memory and the kernel. On failure ERROR's
   sentence names the object and nothing is left behind. */
int ipl_prepare(struct ipl *ipl, const struct ipl_config *config, struct error *error);
void ipl_destroy(struct ipl *ipl);

/* Copies everything to STORAGE, whose size is that of the configuration, and returns the PSW
   to start with. */
struct psw ipl_load(const struct ipl *ipl, struct storage *storage);

#endif
