/* Making and storing trace entries: see trace_table.h. */
#include "cpu/arch/trace_table.h"

#include <string.h>

#include "cpu/arch/configuration.h"
#include "cpu/arch/control_block.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/psw.h"
#include "cpu/arch/timing.h"

#define MODE_64         (PSW_EXTENDED_ADDRESSING | PSW_BASIC_ADDRESSING)
#define EXPLICIT_LENGTH 76u /* what TRACE is taken to store, however many registers */
#define EXPLICIT_WIDE   144u

/* Bytes 0 and 1 of an entry: format, and more of it or the PSW key. */
enum entry_format {
    ENTRY_SET_SECONDARY_ASN = 0x10,
    ENTRY_PROGRAM_CALL = 0x21, /* 22: 4 bytes longer, 23: 8 bytes longer */
    ENTRY_PROGRAM_TRANSFER = 0x31,
    ENTRY_PROGRAM_RETURN = 0x32,
    ENTRY_SUBSPACE_BRANCH = 0x41,
    ENTRY_MODE = 0x51,
    ENTRY_BRANCH_64 = 0x52,
    ENTRY_EXPLICIT = 0x70,
};

/* Nonzero where a wide return address or the like needs more than 32 bits. */
static bool exceeds_word(uint64_t address)
{
    return address > UINT32_MAX;
}

static bool in_64_bit_mode(uint64_t mask)
{
    return mask & PSW_EXTENDED_ADDRESSING;
}

/* The N rightmost bytes of VALUE. */
static void append(struct trace *trace, unsigned n, uint64_t value)
{
    while (n--)
        trace->bytes[trace->length++] = (uint8_t)(value >> 8 * n);
}

static void append_head(struct trace *trace, unsigned byte0, unsigned byte1, unsigned halfword)
{
    append(trace, 4, (uint64_t)byte0 << 24 | byte1 << 16 | halfword);
}

/* An address of the addressing mode in bits 31-32 of MASK, in 4 bytes with the mode. */
static uint64_t mode_and_address(uint64_t mask, uint64_t address)
{
    if (in_64_bit_mode(mask))
        return address & UINT32_MAX;
    return mask & PSW_BASIC_ADDRESSING ? (address & 0x7fffffff) | BIT32(0) : address & 0xffffff;
}

static unsigned key_and(const struct vcpu *cpu, unsigned bits)
{
    return psw_key(cpu) << 4 | bits;
}

/* Checks that the entry that begins at offset FROM of TRACE can be stored, ROOM bytes being
   reckoned for it. It must not even reach the end of the 4 KiB block. */
static void check_entry(struct vcpu *cpu, const struct trace *trace, unsigned from, unsigned room)
{
    uint64_t address = (cpu->state.cr[12] & CR12_TRACE_ENTRY) + from;

    control_block_prepare(cpu, address, 1);
    if ((address + room) / STORAGE_PAGE_SIZE != address / STORAGE_PAGE_SIZE)
        program_interruption(cpu, PGM_TRACE_TABLE);
    control_block_prepare(cpu, address, trace->length - from);
}

static void finish_entry(struct vcpu *cpu, const struct trace *trace, unsigned from)
{
    check_entry(cpu, trace, from, trace->length - from);
}

void trace_branch(struct vcpu *cpu, struct trace *trace, uint64_t target, uint64_t mode)
{
    unsigned from = trace->length;

    if (in_64_bit_mode(mode) && target > 0x7fffffff) {
        append_head(trace, ENTRY_BRANCH_64, 0xc0, 0);
        append(trace, 8, target);
    } else {
        append(trace, 4, mode_and_address(mode & ~PSW_EXTENDED_ADDRESSING, target));
    }
    finish_entry(cpu, trace, from);
}

/* Both mode-switch entries: ADDRESS is one of MODE. BYTE1 is for addresses of the basic modes,
   of the 64-bit mode in 31 bits, and others. */
static void append_mode_switch(struct trace *trace, uint64_t mode, uint64_t address,
                               const uint8_t byte1[3])
{
    if (!in_64_bit_mode(mode)) {
        append_head(trace, ENTRY_MODE, byte1[0], 0);
        append(trace, 4, mode_and_address(mode, address));
    } else if (address <= 0x7fffffff) {
        append_head(trace, ENTRY_MODE, byte1[1], 0);
        append(trace, 4, address);
    } else {
        append_head(trace, ENTRY_BRANCH_64, byte1[2], 0);
        append(trace, 8, address);
    }
}

void trace_mode_switch(struct vcpu *cpu, struct trace *trace, uint64_t next)
{
    static const uint8_t byte1[3] = {0x30, 0x20, 0x60};
    unsigned from = trace->length;

    append_mode_switch(trace, cpu->state.psw_mask, next, byte1);
    finish_entry(cpu, trace, from);
}

void trace_mode_switching_branch(struct vcpu *cpu, struct trace *trace, uint64_t target,
                                 uint64_t mode)
{
    static const uint8_t byte1[3] = {0xa0, 0xb0, 0xf0};
    unsigned from = trace->length;

    append_mode_switch(trace, mode, target, byte1);
    finish_entry(cpu, trace, from);
}

void trace_branch_in_subspace_group(struct vcpu *cpu, struct trace *trace, uint32_t alet,
                                    uint64_t target, uint64_t mode)
{
    unsigned from = trace->length, wide = in_64_bit_mode(mode);

    /* The primary-list bit takes the place of bit 8 of the ALET. */
    append(trace, 4,
           (uint64_t)(ENTRY_SUBSPACE_BRANCH + wide) << 24 | (alet & BIT32(7) ? BIT32(8) : 0) |
               (alet & BITS32(9, 31)));
    append(trace, wide ? 8 : 4, wide ? target : mode_and_address(mode, target));
    finish_entry(cpu, trace, from);
}

void trace_set_secondary_asn(struct vcpu *cpu, struct trace *trace, uint16_t asn,
                             bool with_instance)
{
    unsigned from = trace->length;

    append_head(trace, ENTRY_SET_SECONDARY_ASN, with_instance, asn);
    finish_entry(cpu, trace, from);
}

void trace_program_transfer(struct vcpu *cpu, struct trace *trace, uint16_t asn, uint64_t r2,
                            bool with_instance)
{
    bool wide_mode = in_64_bit_mode(cpu->state.psw_mask);
    bool wide = wide_mode && exceeds_word(r2);
    unsigned from = trace->length, bits = (wide_mode ? 8 : 0) | (wide ? 4 : 0) | with_instance;

    append_head(trace, ENTRY_PROGRAM_TRANSFER + wide, key_and(cpu, bits), asn);
    append(trace, wide ? 8 : 4, r2);
    finish_entry(cpu, trace, from);
}

#define LONG_PC_NUMBER BIT32(12) /* bit 44 of the operand address */

void trace_program_call(struct vcpu *cpu, struct trace *trace, uint32_t number, uint64_t next,
                        uint64_t mode)
{
    uint64_t old = cpu->state.psw_mask;
    bool problem = psw_problem_state(cpu), wide;
    unsigned from = trace->length;

    if (number & LONG_PC_NUMBER) {
        wide = in_64_bit_mode(old) && exceeds_word(next);
        append_head(
            trace, ENTRY_PROGRAM_CALL + 1u + wide,
            key_and(cpu, 8 | (wide ? 4 : 0) | (in_64_bit_mode(old) ? 2 : 0) | in_64_bit_mode(mode)),
            0);
    } else {
        wide = in_64_bit_mode(old);
        append_head(trace, ENTRY_PROGRAM_CALL + wide, key_and(cpu, number >> 16), number & 0xffff);
    }
    append(trace, wide ? 8 : 4, (wide ? next : mode_and_address(old, next)) | problem);
    if (number & LONG_PC_NUMBER)
        append(trace, 4, number);
    finish_entry(cpu, trace, from);
}

void trace_program_return(struct vcpu *cpu, struct trace *trace, struct psw psw, uint16_t asn,
                          uint64_t next)
{
    uint64_t old = cpu->state.psw_mask;
    bool to_64 = in_64_bit_mode(psw.mask), from_64 = in_64_bit_mode(old);
    bool to_wide = to_64 && exceeds_word(psw.addr), from_wide = from_64 && exceeds_word(next);
    bool problem = psw.mask & PSW_PROBLEM;
    unsigned from = trace->length;

    append_head(trace, ENTRY_PROGRAM_RETURN + to_wide + from_wide,
                key_and(cpu, (to_64 ? 8 : 0) | (to_wide ? 4 : 0) | (from_64 ? 2 : 0) | from_wide),
                asn);
    append(trace, to_wide ? 8 : 4,
           (to_wide ? psw.addr : mode_and_address(psw.mask, psw.addr)) | problem);
    append(trace, from_wide ? 8 : 4, from_wide ? next : mode_and_address(old, next));
    finish_entry(cpu, trace, from);
}

void trace_explicit(struct vcpu *cpu, struct trace *trace, const struct trace_registers *what)
{
    bool fast =
        cpu->state.cr[0] & CR0_TRACE_TOD && facility_installed(cpu, FACILITY_STORE_CLOCK_FAST);
    uint64_t tod = fast ? tod_now(cpu) : tod_unique(cpu);
    unsigned more = (what->r3 - what->r1) & 15, from = trace->length;

    append(trace, 1, ENTRY_EXPLICIT | more);
    if (what->wide) {
        /* TOD-clock bits 0-79; those beyond bit 63 are below this clock's resolution. */
        append(trace, 1, 0x80);
        append(trace, 8, tod);
        append(trace, 2, 0);
    } else {
        append(trace, 1, 0);
        append(trace, 6, tod);
    }
    /* With the fast clock, bits 8-15 are the model's own: zero here. */
    append(trace, 4, fast ? what->operand & ~BITS32(8, 15) : what->operand);
    for (unsigned i = 0; i <= more; i++)
        append(trace, what->wide ? 8 : 4, cpu->state.gr[(what->r1 + i) & 15]);
    check_entry(cpu, trace, from, what->wide ? EXPLICIT_WIDE : EXPLICIT_LENGTH);
}

void trace_commit(struct vcpu *cpu, const struct trace *trace)
{
    uint64_t cr12 = cpu->state.cr[12];
    uint8_t *host;

    if (!trace->length)
        return;
    host = control_block_prepare(cpu, cr12 & CR12_TRACE_ENTRY, trace->length);
    memcpy(host, trace->bytes, trace->length);
    control_block_stored(cpu, host, trace->length);
    cpu->state.cr[12] = cr12 + trace->length;
}
