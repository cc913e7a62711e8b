/* LOAD CONTROL and STORE CONTROL (PoP chapter 10). */
#include "cpu/arch/access.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/psw.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"

static unsigned register_count(const struct insn *insn)
{
    return ((insn->r3 - insn->r1) & 15u) + 1;
}

/* The operand of WIDTH bytes a register is fetched whole before a register changes. */
static void load_control(struct vcpu *cpu, const struct insn *insn, unsigned width)
{
    uint64_t address = operand_address2(cpu, insn);
    struct address_space *space = operand_space(cpu, insn->b2);
    unsigned count = register_count(insn);
    uint8_t bytes[16 * 8];
    struct operand operand;

    if (address & (width - 1))
        specification_exception(cpu);
    access_prepare(cpu, &operand, space, address, count * width, ACCESS_FETCH);
    operand_read(&operand, 0, bytes, count * width);
    for (unsigned i = 0; i < count; i++) {
        uint64_t *cr = &cpu->state.cr[(insn->r1 + i) & 15];

        *cr = width == 8 ? load_be64(bytes + 8 * i) : with_low32(*cr, load_be32(bytes + 4 * i));
    }
    control_registers_changed(cpu);
}

void insn_load_control_32(struct vcpu *cpu, const struct insn *insn)
{
    load_control(cpu, insn, 4);
}

void insn_load_control_64(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = operand_address2(cpu, insn);

    /* One register that is no interruption mask is what Linux loads on its way into and out
       of the kernel: nothing can have become pending. */
    if (likely(insn->r1 == insn->r3 && (insn->r1 == 1 || insn->r1 == 7 || insn->r1 == 13) &&
               !(address & 7))) {
        cpu->state.cr[insn->r1] = access_fetch64(cpu, operand_space(cpu, insn->b2), address);
        psw_asce_changed(cpu, insn->r1);
        return;
    }
    load_control(cpu, insn, 8);
}

static void store_control(struct vcpu *cpu, const struct insn *insn, unsigned width)
{
    uint64_t address = operand_address2(cpu, insn);
    unsigned count = register_count(insn);
    uint8_t bytes[16 * 8];
    struct operand operand;

    if (address & (width - 1))
        specification_exception(cpu);
    for (unsigned i = 0; i < count; i++) {
        uint64_t value = cpu->state.cr[(insn->r1 + i) & 15];

        if (width == 8)
            store_be64(bytes + 8 * i, value);
        else
            store_be32(bytes + 4 * i, low32(value));
    }
    access_prepare(cpu, &operand, operand_space(cpu, insn->b2), address, count * width,
                   ACCESS_STORE);
    operand_write(cpu, &operand, 0, bytes, count * width);
}

void insn_store_control_32(struct vcpu *cpu, const struct insn *insn)
{
    store_control(cpu, insn, 4);
}

void insn_store_control_64(struct vcpu *cpu, const struct insn *insn)
{
    store_control(cpu, insn, 8);
}
