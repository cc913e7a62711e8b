/*
 * EXTRACT CPU ATTRIBUTE, EXTRACT CPU TIME, and the instructions that only give the CPU advice
 * on performance, which it is free to ignore (PoP chapter 7).
 */
#include "cpu/arch/access.h"
#include "cpu/arch/timing.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"

/* The caches that a guest is told of; they are those of a z13, the oldest full model. */
struct cache_level {
    uint8_t summary;        /* scope (1 private, 2 shared) << 2 | type (0 separate, 3 unified) */
    uint32_t total_size[2]; /* data (or unified), instruction */
    uint32_t associativity[2];
};

#define LINE_SIZE 256u

static const struct cache_level cache_levels[] = {
    {1 << 2 | 0, {128u << 10, 96u << 10}, {8, 6}},
    {1 << 2 | 0, {2u << 20, 2u << 20}, {8, 8}},
    {2 << 2 | 3, {64u << 20, 64u << 20}, {16, 16}},
};

#define CACHE_LEVELS (sizeof cache_levels / sizeof cache_levels[0])

/* A byte for each of eight levels, the first one on the left. */
static uint64_t topology_summary(void)
{
    uint64_t summary = 0;

    for (unsigned i = 0; i < CACHE_LEVELS; i++)
        summary |= (uint64_t)cache_levels[i].summary << (56 - 8 * i);
    return summary;
}

/* What the second-operand address asks for: bits 56-59 the attribute, 60-62 the level, 63 the
   type of cache. All ones where there is no such thing. */
static uint64_t cpu_attribute(uint64_t operand)
{
    unsigned attribute = operand >> 4 & 0xf, level = operand >> 1 & 7, type = operand & 1;

    if (operand & UINT64_C(0xffff00))
        return UINT64_MAX;
    if (attribute == 0)
        return topology_summary();
    if (level >= CACHE_LEVELS)
        return UINT64_MAX;
    switch (attribute) {
    case 1:
        return LINE_SIZE;
    case 2:
        return cache_levels[level].total_size[type];
    case 3:
        return cache_levels[level].associativity[type];
    default:
        return UINT64_MAX;
    }
}

void insn_extract_cpu_attribute(struct vcpu *cpu, const struct insn *insn)
{
    gr64_set(cpu, insn->r1, cpu_attribute(operand_address2(cpu, insn)));
}

void insn_extract_cpu_time(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t first = access_fetch64(cpu, operand_space(cpu, insn->b1), operand_address1(cpu, insn));
    uint64_t second =
        access_fetch64(cpu, operand_space(cpu, insn->b2), operand_address2(cpu, insn));
    uint64_t third = access_fetch64(cpu, operand_space(cpu, insn->r3), gr_address(cpu, insn->r3));

    gr64_set(cpu, 0, first - cpu_timer_get(cpu));
    gr64_set(cpu, 1, second);
    gr64_set(cpu, insn->r3, third);
}

/* PFD, PFDRL, NIAI, BPP, BPRP, and PPA, whose one defined function helps transactions. */
void insn_advise(struct vcpu *cpu, const struct insn *insn)
{
    (void)cpu;
    (void)insn;
}
