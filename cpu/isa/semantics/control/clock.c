/* Timing instructions (PoP chapters 4, 7 and 10): TOD clock, its programmable field, clock
   comparator and CPU timer. */
#include "cpu/arch/timing.h"

#include "cpu/arch/access.h"
#include "cpu/arch/interruption.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"

static uint64_t fetch_doubleword(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = operand_address2(cpu, insn);

    if (address & 7)
        specification_exception(cpu);
    return access_fetch64(cpu, operand_space(cpu, insn->b2), address);
}

static void store_doubleword(struct vcpu *cpu, const struct insn *insn, uint64_t value)
{
    uint64_t address = operand_address2(cpu, insn);

    if (address & 7)
        specification_exception(cpu);
    access_store64(cpu, operand_space(cpu, insn->b2), address, value);
}

void insn_set_clock(struct vcpu *cpu, const struct insn *insn)
{
    tod_set(cpu, fetch_doubleword(cpu, insn));
    cc_set(cpu, 0);
}

void insn_set_clock_comparator(struct vcpu *cpu, const struct insn *insn)
{
    clock_comparator_set(cpu, fetch_doubleword(cpu, insn));
}

void insn_set_cpu_timer(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t value = fetch_doubleword(cpu, insn);

    cpu_timer_set(cpu, value);
    if ((int64_t)value < 0)
        atomic_fetch_or(&cpu->requests, REQUEST_INTERRUPTION);
}

void insn_store_clock_comparator(struct vcpu *cpu, const struct insn *insn)
{
    store_doubleword(cpu, insn, cpu->state.clock_comparator);
}

void insn_store_cpu_timer(struct vcpu *cpu, const struct insn *insn)
{
    store_doubleword(cpu, insn, cpu_timer_get(cpu));
}

void insn_set_clock_programmable_field(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t value = gr32(cpu, 0);

    (void)insn;
    if (value >> 16)
        specification_exception(cpu);
    cpu->state.tod_programmable = value;
}

/* The clock is always in the set state: condition code 0. */
void insn_store_clock(struct vcpu *cpu, const struct insn *insn)
{
    struct address_space *space = operand_space(cpu, insn->b2);

    access_store64(cpu, space, operand_address2(cpu, insn), tod_unique(cpu));
    cc_set(cpu, 0);
}

/* Like STORE CLOCK, but two values need not differ. */
void insn_store_clock_fast(struct vcpu *cpu, const struct insn *insn)
{
    struct address_space *space = operand_space(cpu, insn->b2);

    access_store64(cpu, space, operand_address2(cpu, insn), tod_now(cpu));
    cc_set(cpu, 0);
}

/*
 * Sixteen bytes: the epoch index, which is zero without the multiple-epoch facility, the TOD
 * clock's 104 bits and the programmable field. TOD bits 64-103 are never all zeros (PoP
 * chapter 7, "STORE CLOCK EXTENDED"); bits 64-79 hold the CPU address and one more.
 */
void insn_store_clock_extended(struct vcpu *cpu, const struct insn *insn)
{
    struct operand operand;
    uint8_t bytes[16] = {0};

    access_prepare(cpu, &operand, operand_space(cpu, insn->b2), operand_address2(cpu, insn),
                   sizeof bytes, ACCESS_STORE);
    store_be64(bytes + 1, tod_unique(cpu));
    store_be16(bytes + 9, (uint16_t)(cpu->address + 1));
    store_be16(bytes + 14, (uint16_t)cpu->state.tod_programmable);
    operand_write(cpu, &operand, 0, bytes, sizeof bytes);
    cc_set(cpu, 0);
}
