/* Translated blocks as text: see jit_listing.h. */
#include "src/machine/jit_listing.h"

#include <capstone.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/isa/disassemble.h"

#define GUEST_WIDTH 42
#define IR_WIDTH    46
#define LINE_SIZE   200

struct jit_listing {
    FILE *to;
    csh capstone;
    cs_insn *host;     /* one instruction, filled in again and again */
    unsigned ir;       /* operation to be printed next */
    const uint8_t *at; /* code to be disassembled next, */
    size_t left;       /* of its part, */
    bool data;         /* which is no code, */
    uint64_t run;      /* and where it runs */
};

int jit_listing_create(struct jit_listing **result, FILE *to, struct error *error)
{
    struct jit_listing *listing = calloc(1, sizeof *listing);

    if (!listing)
        return error_set(error, -ENOMEM, "the host has no memory for a listing");
    listing->to = to;
    if (cs_open(CS_ARCH_X86, CS_MODE_64, &listing->capstone) != CS_ERR_OK) {
        free(listing);
        return error_set(error, -ENOTSUP,
                         "this host's capstone disassembles no x86-64 code; leave out --jit-dump");
    }
    listing->host = cs_malloc(listing->capstone);
    *result = listing;
    return 0;
}

void jit_listing_destroy(struct jit_listing *listing)
{
    if (!listing)
        return;
    cs_free(listing->host, 1);
    cs_close(&listing->capstone);
    free(listing);
}

/* Where a jump or call leads: into the block, to a stub or to another block. */
static void name_target(const struct vcpu *cpu, const struct jit_translation *t, uint64_t target,
                        char text[LINE_SIZE])
{
    uint64_t start = (uint64_t)(uintptr_t)t->run;
    const char *stub = jit_stub_name(cpu, (const uint8_t *)(uintptr_t)target);

    if (stub)
        snprintf(text, LINE_SIZE, "%s", stub);
    else if (target >= start && target < start + t->size)
        snprintf(text, LINE_SIZE, "+%04" PRIx64, target - start);
    else
        snprintf(text, LINE_SIZE, "0x%" PRIx64, target);
}

/* The operands with members of the CPU by name: [rbp + 0x38] as [r7]. */
static void name_members(const char *operands, char text[LINE_SIZE])
{
    const char *base = strstr(operands, "[rbp");
    char name[24], *end;
    long offset;

    snprintf(text, LINE_SIZE, "%s", operands);
    if (!base || (base[4] != ']' && strncmp(base + 4, " + ", 3) && strncmp(base + 4, " - ", 3)))
        return;
    offset = base[4] == ']' ? 0 : strtol(base + 7, &end, 0);
    if (base[4] == ']')
        end = (char *)base + 4;
    if (*end != ']' || !jit_member_name((int32_t)(base[5] == '-' ? -offset : offset), name))
        return;
    snprintf(text, LINE_SIZE, "%.*s[%s%s", (int)(base - operands), operands, name, end);
}

/* The next instruction of the part, or what is none; false at its end. */
static bool next_host(struct jit_listing *listing, const struct vcpu *cpu,
                      const struct jit_translation *t, char text[LINE_SIZE])
{
    char operands[LINE_SIZE];
    uint64_t quad;
    unsigned offset = (unsigned)(listing->run - (uint64_t)(uintptr_t)t->run);

    text[0] = 0;
    if (!listing->left)
        return false;
    if (listing->data && listing->left >= sizeof quad) {
        memcpy(&quad, listing->at, sizeof quad);
        snprintf(text, LINE_SIZE, "+%04x .quad 0x%" PRIx64, offset, quad);
        listing->left -= sizeof quad;
        return true;
    }
    if (!cs_disasm_iter(listing->capstone, &listing->at, &listing->left, &listing->run,
                        listing->host)) {
        snprintf(text, LINE_SIZE, "+%04x .byte 0x%02x", offset, *listing->at);
        listing->at++;
        listing->run++;
        listing->left--;
        return true;
    }
    if ((listing->host->mnemonic[0] == 'j' || !strcmp(listing->host->mnemonic, "call")) &&
        !strncmp(listing->host->op_str, "0x", 2))
        name_target(cpu, t, strtoull(listing->host->op_str, NULL, 16), operands);
    else
        name_members(listing->host->op_str, operands);
    snprintf(text, LINE_SIZE, "+%04x %s %.*s", offset, listing->host->mnemonic, LINE_SIZE - 60,
             operands);
    return true;
}

/* The next operation of INSN that is there; false where there is none. */
static bool next_ir(struct jit_listing *listing, const struct jit_translation *t, unsigned insn,
                    char text[IR_TEXT_SIZE])
{
    unsigned of;

    while (jit_ir_text(t, listing->ir, &of, text) && of <= insn) {
        listing->ir++;
        if (of == insn && strcmp(text, "nop") != 0)
            return true;
    }
    text[0] = 0;
    return false;
}

static void guest_text(const struct jit_translation *t, unsigned insn, char text[LINE_SIZE])
{
    uint8_t code[6];
    char words[INSN_TEXT_SIZE];
    const struct ir_insn *at = &t->ir->insn[insn];
    uint64_t address = t->page + at->page_offset;

    jit_insn_bytes(t, at->source, code);
    insn_disassemble(words, sizeof words, code, address);
    for (char *c = words; *c; c++)
        if (*c == '\t')
            *c = ' ';
    snprintf(text, LINE_SIZE, "%" PRIx64 "  %s", address, words);
}

static void write_line(struct jit_listing *listing, const char *guest, const char *ir,
                       const char *host)
{
    char line[3 * LINE_SIZE];
    int n = snprintf(line, sizeof line, "  %-*s %-*s %s", GUEST_WIDTH, guest, IR_WIDTH, ir, host);

    while (n > 0 && line[n - 1] == ' ')
        line[--n] = 0;
    fprintf(listing->to, "%s\n", line);
}

/* An instruction on the straight way: its three columns. */
static void write_insn(struct jit_listing *listing, const struct vcpu *cpu,
                       const struct jit_translation *t, unsigned insn)
{
    char guest[LINE_SIZE], ir[IR_TEXT_SIZE], host[LINE_SIZE];
    bool more_ir, more_host;

    guest_text(t, insn, guest);
    more_ir = next_ir(listing, t, insn, ir);
    more_host = next_host(listing, cpu, t, host);
    write_line(listing, guest, ir, host);
    for (;;) {
        more_ir = more_ir && next_ir(listing, t, insn, ir);
        more_host = more_host && next_host(listing, cpu, t, host);
        if (!more_ir && !more_host)
            return;
        write_line(listing, "", more_ir ? ir : "", more_host ? host : "");
    }
}

static void write_part(struct jit_listing *listing, const struct vcpu *cpu,
                       const struct jit_translation *t, unsigned part)
{
    const struct host_mark *mark = &t->marks[part];
    size_t end = part + 1 < t->mark_count ? t->marks[part + 1].offset : t->size;
    char host[LINE_SIZE], heading[LINE_SIZE];

    listing->at = t->code + mark->offset;
    listing->run = (uint64_t)(uintptr_t)t->run + mark->offset;
    listing->left = end - mark->offset;
    listing->data = mark->what && !strcmp(mark->what, HOST_MARK_DATA);
    if (!mark->what) {
        write_insn(listing, cpu, t, mark->insn);
        return;
    }
    if (!listing->left)
        return;
    snprintf(heading, sizeof heading, "  (%s, %" PRIx64 ")", mark->what,
             t->page + t->ir->insn[mark->insn].page_offset);
    while (next_host(listing, cpu, t, host)) {
        write_line(listing, heading, "", host);
        heading[0] = 0;
    }
}

static void write_facts(struct jit_listing *listing, const struct vcpu *cpu,
                        const struct jit_translation *t)
{
    const struct insn *last = &t->insns[t->insn_count - 1];
    char mode[96];

    jit_mode_text(t->mode, mode);
    fprintf(listing->to,
            "block %" PRIx64 "-%" PRIx64 "  CPU %u, absolute %" PRIx64 ", %u instructions, "
            "%zu bytes of code at %p\n  %s\n",
            t->page + t->insns[0].page_offset, t->page + last->page_offset + last->length - 1u,
            cpu->address, t->absolute + t->insns[0].page_offset, t->insn_count, t->size,
            (const void *)t->run, mode);
    fprintf(listing->to, "  exits:");
    for (unsigned i = 0; i < t->exit_count; i++)
        fprintf(listing->to, " %" PRIx64, t->page + (uint64_t)t->exits[i].target);
    fprintf(listing->to, "%s\n  pins:", t->exit_count ? "" : " none that can be linked");
    for (unsigned i = 0; i < 16; i++)
        if (host_pin_name(i))
            fprintf(listing->to, " r%u=%s", i, host_pin_name(i));
    fprintf(listing->to, "\n");
}

void jit_listing_write(struct jit_listing *listing, const struct vcpu *cpu,
                       const struct jit_translation *translation)
{
    listing->ir = 0;
    write_facts(listing, cpu, translation);
    for (unsigned i = 0; i < translation->mark_count; i++)
        write_part(listing, cpu, translation, i);
    fprintf(listing->to, "\n");
    fflush(listing->to);
}
