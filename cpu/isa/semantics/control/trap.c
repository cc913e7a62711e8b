/*
 * TRAP (PoP chapter 10): calls the trap program of the dispatchable unit. The trap control
 * block and the trap save area lie in the home space, at addresses of 31 bits.
 */
#include "cpu/arch/access.h"
#include "cpu/arch/asn.h"
#include "cpu/arch/control_block.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/linkage_stack.h"
#include "cpu/arch/trace_table.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/control/transfer.h"

/* Word 11 of the dispatchable-unit control table. */
#define TRAP_ENABLED       BIT32(31)
#define TRAP_CONTROL_BLOCK BITS32(1, 28)

/* The trap control block. */
#define TRAP_LONG_PSW       BIT32(13) /* in its word 0 */
#define TRAP_LONG_REGISTERS BIT32(14)
#define TRAP_SAVE_AREA      12
#define TRAP_PROGRAM        20

/* The trap save area: flags in its word 0, and offsets. */
#define SAVED_EXECUTE   BIT32(0)
#define SAVED_TRAP4     BIT32(1)
#define SAVED_ILC_SHIFT 17 /* bits 13-14 */
#define SAVED_ADDRESS   8
#define SAVED_AR15      12
#define SAVED_PSW       16
#define SAVED_GR        32
#define SAVED_SIZE      96
#define SAVED_SIZE_LONG 160

struct trap_control {
    uint32_t block; /* its address */
    uint32_t word0;
    uint32_t save_area;
    uint32_t program;
};

static struct trap_control fetch_control(struct vcpu *cpu)
{
    struct address_space *home = address_space_home(cpu, psw_key(cpu));
    uint32_t word = control_block_fetch32(cpu, duct_origin(cpu) + DUCT_TRAP);
    uint32_t block = word & TRAP_CONTROL_BLOCK;

    if (!(word & TRAP_ENABLED))
        special_operation_exception(cpu);
    return (struct trap_control){
        .block = block,
        .word0 = access_fetch32(cpu, home, block),
        .save_area = access_fetch32(cpu, home, block + TRAP_SAVE_AREA) & BITS32(1, 28),
        .program = access_fetch32(cpu, home, block + TRAP_PROGRAM) & BITS32(1, 31),
    };
}

static void put_psw(const struct vcpu *cpu, uint8_t *to, const struct trap_control *control,
                    uint64_t next)
{
    uint64_t mask = psw_mask(cpu);

    if (control->word0 & TRAP_LONG_PSW) {
        store_be64(to, mask);
        store_be64(to + 8, next);
    } else {
        store_be64(to, (mask & BITS64(0, 32)) | PSW_BIT_12 | next);
    }
}

static void trap(struct vcpu *cpu, const struct insn *insn, uint32_t flags, uint64_t address)
{
    uint8_t saved[SAVED_SIZE_LONG] = {0};
    struct trap_control control;
    struct home_area area;
    struct trace trace = {.length = 0};
    bool wide;

    if (!psw_dat(cpu) || psw_space(cpu) > PSW_SPACE_ACCESS_REGISTER)
        special_operation_exception(cpu);
    control = fetch_control(cpu);
    wide = control.word0 & TRAP_LONG_REGISTERS;
    if (!(control.word0 & TRAP_LONG_PSW) && in_64_bit_mode(cpu))
        special_operation_exception(cpu);
    home_area_prepare(cpu, &area, control.save_area, wide ? SAVED_SIZE_LONG : SAVED_SIZE,
                      psw_key(cpu));
    if (trace_branches(cpu))
        trace_branch(cpu, &trace, control.program, PSW_BASIC_ADDRESSING);
    flags |= (insn == cpu->execute_target ? SAVED_EXECUTE : 0) | (uint32_t)insn->length / 2
                                                                     << SAVED_ILC_SHIFT;
    store_be32(saved, flags);
    store_be32(saved + SAVED_ADDRESS, (uint32_t)address & 0x7fffffff);
    store_be32(saved + SAVED_AR15, cpu->state.ar[15]);
    put_psw(cpu, saved + SAVED_PSW, &control, insn_next(cpu, insn));
    for (unsigned i = 0; i < 16; i++) {
        if (wide)
            store_be64(saved + SAVED_GR + i * 8, gr64(cpu, i));
        else
            store_be32(saved + SAVED_GR + i * 4, gr32(cpu, i));
    }
    home_area_write(cpu, &area, saved);
    trace_commit(cpu, &trace);
    gr_set_by_mode(cpu, 15, control.block);
    transfer_to(cpu, insn,
                (struct psw){mask_with_space(mask_with_mode(psw_mask(cpu), PSW_BASIC_ADDRESSING),
                                             PSW_SPACE_PRIMARY),
                             control.program});
}

void insn_trap_2(struct vcpu *cpu, const struct insn *insn)
{
    trap(cpu, insn, 0, 0);
}

void insn_trap_4(struct vcpu *cpu, const struct insn *insn)
{
    trap(cpu, insn, SAVED_TRAP4, operand_address2(cpu, insn));
}
