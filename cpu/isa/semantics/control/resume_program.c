/*
 * RESUME PROGRAM (PoP chapter 10): loads much of a PSW, and the registers that addressed it.
 * Where they are found is in a parameter list behind the instruction.
 */
#include "cpu/arch/access.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/space_switch.h"
#include "cpu/arch/trace_table.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/control/transfer.h"

/* First halfword of the parameter list; then offsets of the PSW, the access register, the
   general register and, where that is in two parts, its bits 0-31. */
#define LIST_RESERVED      0xfff8u
#define LIST_LONG_PSW      4u
#define LIST_LONG_REGISTER 2u
#define LIST_TWO_PARTS     1u

/* What the PSW field gives; bits 24-30 are not looked at. */
#define PSW_RESUMED (BITS64(16, 23) | PSW_MODE)

struct resumed {
    struct psw psw;
    uint32_t ar;
    uint64_t gr;
};

/* The Nth halfword of the list, which lies where instructions do. */
static uint16_t list_halfword(struct vcpu *cpu, const struct insn *insn, unsigned n)
{
    uint64_t list = insn == cpu->execute_target ? cpu->execute_address + 4 : insn_next(cpu, insn);

    return access_fetch16(cpu, cpu->space_fetch, address_wrap(cpu, list + n * 2));
}

/* The address of the field whose offset is the Nth halfword. */
static uint64_t field(struct vcpu *cpu, const struct insn *insn, unsigned n)
{
    return address_wrap(cpu, operand_address2(cpu, insn) + list_halfword(cpu, insn, n));
}

static void fetch_psw(struct vcpu *cpu, const struct insn *insn, unsigned flags,
                      struct resumed *resumed)
{
    struct address_space *space = operand_space(cpu, insn->b2);
    uint64_t address = field(cpu, insn, 1), word = access_fetch64(cpu, space, address);
    uint64_t next = word & BITS64(33, 63);

    if (flags & LIST_LONG_PSW) {
        next = access_fetch64(cpu, space, address_wrap(cpu, address + 8));
        if (word & BITS64(33, 63))
            specification_exception(cpu);
    }
    resumed->psw = (struct psw){(psw_mask(cpu) & ~PSW_RESUMED) | (word & PSW_RESUMED), next};
}

static void fetch_registers(struct vcpu *cpu, const struct insn *insn, unsigned flags,
                            struct resumed *resumed)
{
    struct address_space *space = operand_space(cpu, insn->b2);
    uint64_t address = field(cpu, insn, 3);

    resumed->ar = access_fetch32(cpu, space, field(cpu, insn, 2));
    if ((flags & (LIST_LONG_REGISTER | LIST_TWO_PARTS)) == LIST_LONG_REGISTER) {
        resumed->gr = access_fetch64(cpu, space, address);
        return;
    }
    resumed->gr = with_low32(gr64(cpu, insn->b2), access_fetch32(cpu, space, address));
    if (flags & LIST_LONG_REGISTER)
        resumed->gr = with_high32(resumed->gr, access_fetch32(cpu, space, field(cpu, insn, 4)));
}

/* An odd address or a PSW that would be invalid is an exception of the instruction. */
static void check_psw(struct vcpu *cpu, struct psw psw)
{
    if (psw_dat(cpu) && psw_problem_state(cpu) && bits64_get(psw.mask, 16, 17) == PSW_SPACE_HOME)
        program_interruption(cpu, PGM_PRIVILEGED_OPERATION);
    if (psw.addr & 1 || !psw_valid(cpu, psw))
        specification_exception(cpu);
}

static void trace_resume(struct vcpu *cpu, const struct insn *insn, struct psw psw,
                         struct trace *trace)
{
    bool changes_mode = (psw.mask ^ cpu->state.psw_mask) & PSW_EXTENDED_ADDRESSING;

    if (changes_mode && trace_modes(cpu)) {
        if (trace_branches(cpu))
            trace_mode_switching_branch(cpu, trace, psw.addr, psw.mask);
        else
            trace_mode_switch(cpu, trace, insn_next(cpu, insn));
    } else if (trace_branches(cpu)) {
        trace_branch(cpu, trace, psw.addr, psw.mask);
    }
}

void insn_resume_program(struct vcpu *cpu, const struct insn *insn)
{
    unsigned flags = list_halfword(cpu, insn, 0), old_space = psw_space(cpu);
    struct trace trace = {.length = 0};
    struct resumed resumed;

    if (flags & LIST_RESERVED)
        specification_exception(cpu);
    fetch_psw(cpu, insn, flags, &resumed);
    fetch_registers(cpu, insn, flags, &resumed);
    trace_resume(cpu, insn, resumed.psw, &trace);
    check_psw(cpu, resumed.psw);
    trace_commit(cpu, &trace);
    cpu->state.ar[insn->b2] = resumed.ar;
    gr64_set(cpu, insn->b2, resumed.gr);
    transfer_to(cpu, insn, resumed.psw);
    if (psw_dat(cpu))
        space_switch_home(cpu, insn->length, old_space);
}
