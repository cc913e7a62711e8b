/*
 * Multiplication to 128 bits and division (PoP chapter 7). The even register of the pair
 * gets the left half of a product, or the remainder; the odd one the rest, or the quotient.
 */
#include "cpu/arch/interruption.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/operands.h"

static void product_set(struct vcpu *cpu, const struct insn *insn, uint128_t product)
{
    gr64_set(cpu, insn->r1, (uint64_t)(product >> 64));
    gr64_set(cpu, insn->r1 | 1u, (uint64_t)product);
}

static void multiply_signed(struct vcpu *cpu, const struct insn *insn, uint64_t a, uint64_t b)
{
    product_set(cpu, insn, (uint128_t)((int128_t)(int64_t)a * (int64_t)b));
}

static void multiply_logical(struct vcpu *cpu, const struct insn *insn, uint64_t b)
{
    product_set(cpu, insn, (uint128_t)gr64(cpu, insn->r1 | 1u) * b);
}

void insn_multiply_64(struct vcpu *cpu, const struct insn *insn)
{
    multiply_signed(cpu, insn, in_R2_64(cpu, insn), in_R3_64(cpu, insn));
}

void insn_multiply_64_storage(struct vcpu *cpu, const struct insn *insn)
{
    multiply_signed(cpu, insn, gr64(cpu, insn->r1 | 1u), in_M2_64(cpu, insn));
}

void insn_multiply_logical_64(struct vcpu *cpu, const struct insn *insn)
{
    multiply_logical(cpu, insn, in_R2_64(cpu, insn));
}

void insn_multiply_logical_64_storage(struct vcpu *cpu, const struct insn *insn)
{
    multiply_logical(cpu, insn, in_M2_64(cpu, insn));
}

static _Noreturn COLD void divide_exception(struct vcpu *cpu)
{
    program_interruption(cpu, PGM_FIXED_POINT_DIVIDE);
}

/* DIVIDE: 64 bits by 32, signed. The least dividend by -1 would trap on the host. */
static void divide(struct vcpu *cpu, const struct insn *insn, uint64_t b)
{
    int64_t dividend = (int64_t)in_R1_PAIR(cpu, insn), divisor = (int64_t)b;
    int64_t quotient;

    if (divisor == 0 || (divisor == -1 && dividend == INT64_MIN))
        divide_exception(cpu);
    quotient = dividend / divisor;
    if (quotient != (int32_t)quotient)
        divide_exception(cpu);
    gr32_set(cpu, insn->r1, (uint32_t)(dividend % divisor));
    gr32_set(cpu, insn->r1 | 1u, (uint32_t)quotient);
}

void insn_divide_register(struct vcpu *cpu, const struct insn *insn)
{
    divide(cpu, insn, in_R2_S32(cpu, insn));
}

void insn_divide_storage(struct vcpu *cpu, const struct insn *insn)
{
    divide(cpu, insn, in_M2_S32(cpu, insn));
}

/* DIVIDE LOGICAL: 64 bits by 32. */
static void divide_logical(struct vcpu *cpu, const struct insn *insn, uint64_t divisor)
{
    uint64_t dividend = in_R1_PAIR(cpu, insn);

    if (divisor <= high32(dividend))
        divide_exception(cpu);
    gr32_set(cpu, insn->r1, (uint32_t)(dividend % divisor));
    gr32_set(cpu, insn->r1 | 1u, (uint32_t)(dividend / divisor));
}

void insn_divide_logical_register(struct vcpu *cpu, const struct insn *insn)
{
    divide_logical(cpu, insn, in_R2_U32(cpu, insn));
}

void insn_divide_logical_storage(struct vcpu *cpu, const struct insn *insn)
{
    divide_logical(cpu, insn, in_M2_U32(cpu, insn));
}

/* And 128 bits by 64. */
static void divide_logical_64(struct vcpu *cpu, const struct insn *insn, uint64_t divisor)
{
    uint64_t high = gr64(cpu, insn->r1), low = gr64(cpu, insn->r1 | 1u);
    uint128_t dividend = (uint128_t)high << 64 | low;

    if (divisor <= high)
        divide_exception(cpu);
    gr64_set(cpu, insn->r1, (uint64_t)(high ? dividend % divisor : low % divisor));
    gr64_set(cpu, insn->r1 | 1u, (uint64_t)(high ? dividend / divisor : low / divisor));
}

void insn_divide_logical_64_register(struct vcpu *cpu, const struct insn *insn)
{
    divide_logical_64(cpu, insn, in_R2_64(cpu, insn));
}

void insn_divide_logical_64_storage(struct vcpu *cpu, const struct insn *insn)
{
    divide_logical_64(cpu, insn, in_M2_64(cpu, insn));
}

/* DIVIDE SINGLE: the odd register by 64 bits, signed. */
static void divide_single(struct vcpu *cpu, const struct insn *insn, uint64_t b)
{
    int64_t dividend = (int64_t)gr64(cpu, insn->r1 | 1u), divisor = (int64_t)b;

    if (divisor == 0 || (divisor == -1 && dividend == INT64_MIN))
        divide_exception(cpu);
    gr64_set(cpu, insn->r1, (uint64_t)(dividend % divisor));
    gr64_set(cpu, insn->r1 | 1u, (uint64_t)(dividend / divisor));
}

void insn_divide_single_register(struct vcpu *cpu, const struct insn *insn)
{
    divide_single(cpu, insn, in_R2_64(cpu, insn));
}

void insn_divide_single_storage(struct vcpu *cpu, const struct insn *insn)
{
    divide_single(cpu, insn, in_M2_64(cpu, insn));
}

void insn_divide_single_register_32(struct vcpu *cpu, const struct insn *insn)
{
    divide_single(cpu, insn, in_R2_S32(cpu, insn));
}

void insn_divide_single_storage_32(struct vcpu *cpu, const struct insn *insn)
{
    divide_single(cpu, insn, in_M2_S32(cpu, insn));
}
