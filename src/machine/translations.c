/* Listings and profiler's files of translated code: see translations.h. */
#include "src/machine/translations.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu/isa/disassemble.h"
#include "cpu/jit/observe.h"
#include "src/machine/jit_listing.h"
#include "src/machine/perf_files.h"

struct translations {
    struct jit_observer observer;
    pthread_mutex_t lock;
    FILE *file;
    struct jit_listing *listing; /* null: none wanted */
    struct perf_files *perf;     /* the same */
    uint64_t *address;           /* of instructions whose blocks are listed; */
    unsigned address_count;
    bool all; /* or every block */
};

static FILE *open_output(const char *path)
{
    FILE *file;
    int fd;

    if (path && strcmp(path, "-") != 0)
        return fopen(path, "we");
    fd = dup(STDERR_FILENO);
    file = fd < 0 ? NULL : fdopen(fd, "w");
    if (!file && fd >= 0)
        close(fd);
    return file;
}

static bool is_wanted(const struct translations *self, const struct jit_translation *t)
{
    if (self->all)
        return true;
    for (unsigned i = 0; i < self->address_count; i++)
        for (unsigned j = 0; j < t->insn_count; j++)
            if (t->page + t->insns[j].page_offset == self->address[i])
                return true;
    return false;
}

static void name_block(const struct jit_translation *t, char symbol[INSN_TEXT_SIZE + 32])
{
    const struct insn *insn = &t->insns[0];
    uint64_t address = t->page + insn->page_offset;
    char words[INSN_TEXT_SIZE];
    uint8_t code[6];

    jit_insn_bytes(t, 0, code);
    insn_disassemble(words, sizeof words, code, address);
    for (char *c = words; *c; c++)
        if (*c == '\t')
            *c = ' ';
    snprintf(symbol, INSN_TEXT_SIZE + 32, "z:0x%" PRIx64 " %s", address, words);
}

static void translated(void *owner, const struct vcpu *cpu, const struct jit_translation *t)
{
    struct translations *self = owner;
    char symbol[INSN_TEXT_SIZE + 32];

    pthread_mutex_lock(&self->lock);
    if (self->listing && is_wanted(self, t))
        jit_listing_write(self->listing, cpu, t);
    if (self->perf) {
        name_block(t, symbol);
        perf_files_add(self->perf, symbol, t->run, t->size);
    }
    pthread_mutex_unlock(&self->lock);
}

static void stub_made(void *owner, const struct vcpu *cpu, const struct jit_stub *stub)
{
    struct translations *self = owner;
    char symbol[64];

    (void)cpu;
    if (!self->perf)
        return;
    snprintf(symbol, sizeof symbol, "z:stub:%s", stub->name);
    pthread_mutex_lock(&self->lock);
    perf_files_add(self->perf, symbol, stub->run, stub->size);
    pthread_mutex_unlock(&self->lock);
}

static int open_listing(struct translations *self, const struct machine_config *config,
                        struct error *error)
{
    self->all = config->jit_dump_all;
    self->address = calloc(config->jit_dump_count + 1u, sizeof *self->address);
    if (!self->address)
        return error_set(error, -ENOMEM, "the host has no memory for a listing");
    for (unsigned i = 0; i < config->jit_dump_count; i++)
        self->address[i] = config->jit_dump[i];
    self->address_count = config->jit_dump_count;
    self->file = open_output(config->jit_dump_to);
    if (!self->file)
        return error_set(error, -errno,
                         "the listing %s cannot be written: %s; give another --jit-dump-to",
                         config->jit_dump_to, strerror(errno));
    return jit_listing_create(&self->listing, self->file, error);
}

int translations_create(struct translations **result, const struct machine_config *config,
                        struct error *error)
{
    bool lists = config->jit_dump_all || config->jit_dump_count;
    struct translations *self;
    int code = 0;

    *result = NULL;
    if (!lists && !config->perf_map && !config->jitdump)
        return 0;
    self = calloc(1, sizeof *self);
    if (!self)
        return error_set(error, -ENOMEM, "the host has no memory for a listing");
    pthread_mutex_init(&self->lock, NULL);
    self->observer = (struct jit_observer){self, translated, stub_made};
    if (lists)
        code = open_listing(self, config, error);
    if (code == 0 && (config->perf_map || config->jitdump))
        code = perf_files_create(&self->perf, config->perf_map, config->jitdump, error);
    if (code < 0) {
        translations_destroy(self);
        return code;
    }
    *result = self;
    return 0;
}

void translations_destroy(struct translations *self)
{
    if (!self)
        return;
    jit_listing_destroy(self->listing);
    perf_files_destroy(self->perf);
    if (self->file)
        fclose(self->file);
    free(self->address);
    pthread_mutex_destroy(&self->lock);
    free(self);
}

int translations_attach(struct translations *self, struct vcpu *cpu, struct error *error)
{
    if (jit_observe(cpu, &self->observer))
        return 0;
    return error_set(error, -ENOMEM, "the host has no memory to list what CPU %u translates",
                     cpu->address);
}
