/* Tracing instructions: see trace.h. */
#include "src/machine/trace.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu/arch/configuration.h"
#include "cpu/isa/disassemble.h"

struct trace {
    FILE *file;
    pthread_mutex_t lock;
    uint64_t gr[CPUS_MAX][16]; /* as each CPU's last line left them */
};

static FILE *open_output(const char *path)
{
    FILE *file;
    int fd;

    if (strcmp(path, "-") != 0)
        return fopen(path, "we");
    fd = dup(STDERR_FILENO);
    file = fd < 0 ? NULL : fdopen(fd, "w");
    if (!file && fd >= 0)
        close(fd);
    return file;
}

int trace_create(struct trace **result, const char *path, struct error *error)
{
    struct trace *trace = calloc(1, sizeof *trace);

    if (!trace)
        return error_set(error, -ENOMEM, "the host has no memory for a trace");
    trace->file = open_output(path);
    if (!trace->file) {
        int code = -errno;

        free(trace);
        return error_set(error, code, "the trace %s cannot be written: %s; give another --trace",
                         path, strerror(-code));
    }
    pthread_mutex_init(&trace->lock, NULL);
    *result = trace;
    return 0;
}

void trace_destroy(struct trace *trace)
{
    if (!trace)
        return;
    fclose(trace->file);
    pthread_mutex_destroy(&trace->lock);
    free(trace);
}

static void print_changes(struct trace *trace, const struct vcpu *cpu)
{
    uint64_t *before = trace->gr[cpu->address];

    for (unsigned r = 0; r < 16; r++)
        if (before[r] != cpu->state.gr[r]) {
            fprintf(trace->file, "%3u  %22s r%u=%" PRIx64 "\n", cpu->address, "", r,
                    cpu->state.gr[r]);
            before[r] = cpu->state.gr[r];
        }
}

static void trace_instruction(void *owner, struct vcpu *cpu, const uint8_t text[6])
{
    struct trace *trace = owner;
    char words[INSN_TEXT_SIZE], digits[13] = "";
    size_t length = insn_disassemble(words, sizeof words, text, cpu->state.psw_addr);

    for (size_t i = 0; i < length; i++)
        snprintf(digits + 2 * i, 3, "%02x", text[i]);
    pthread_mutex_lock(&trace->lock);
    print_changes(trace, cpu);
    fprintf(trace->file, "%3u  %016" PRIx64 "  %-12s  cc%u  %s\n", cpu->address,
            cpu->state.psw_addr, digits, cpu->cc, words);
    pthread_mutex_unlock(&trace->lock);
}

void trace_attach(struct trace *trace, struct vcpu *cpu)
{
    memcpy(trace->gr[cpu->address], cpu->state.gr, sizeof trace->gr[0]);
    cpu->trace_owner = trace;
    cpu->trace = trace_instruction;
}
