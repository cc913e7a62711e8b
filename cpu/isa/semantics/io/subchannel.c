/*
 * I/O instructions that address a subchannel (PoP chapter 14). The checks come in one order:
 * alignment, access to the operand, then the operand exceptions; the channel subsystem sees
 * copies and answers with the condition code.
 */
#include "cpu/arch/access.h"
#include "cpu/arch/configuration.h"
#include "cpu/arch/interruption.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"

#define ORB_SIZE   32u /* of a command-mode ORB */
#define IRB_SIZE   64u /* without extended measurements */
#define SCHIB_SIZE 52u

/* Subsystem-identification word. */
#define SID_CSSID    BITS32(0, 7)
#define SID_RESERVED BITS32(8, 11)
#define SID_MULTIPLE BIT32(12)
#define SID_ONE      BIT32(15)

/* Bits that must be zero: of the PMCW's words 1 and 6 and of the ORB's words 1 and 2. Both bits of
   the PMCW's limit mode must not be ones at a time. */
#define PMCW_1_RESERVED   (BITS32(0, 1) | BITS32(6, 7))
#define PMCW_1_LIMIT_MODE BITS32(9, 10)
#define PMCW_6_RESERVED   (BITS32(0, 7) | BITS32(11, 28))
#define ORB_1_RESERVED    (BIT32(13) | BITS32(26, 30))
#define ORB_2_RESERVED    BIT32(0)

static uint32_t subsystem_id(struct vcpu *cpu)
{
    uint32_t sid = gr32(cpu, 1);

    if (!(sid & SID_ONE) || sid & SID_RESERVED || (sid & SID_CSSID && !(sid & SID_MULTIPLE)))
        program_interruption(cpu, PGM_OPERAND);
    return sid;
}

static uint64_t word_address(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = operand_address2(cpu, insn);

    if (address & 3)
        specification_exception(cpu);
    return address;
}

static void fetch_block(struct vcpu *cpu, const struct insn *insn, uint8_t *block, uint32_t size)
{
    struct operand operand;

    access_prepare(cpu, &operand, operand_space(cpu, insn->b2), word_address(cpu, insn), size,
                   ACCESS_FETCH);
    operand_read(&operand, 0, block, size);
}

void insn_start_subchannel(struct vcpu *cpu, const struct insn *insn)
{
    const struct channel_port *channel = &cpu->configuration->channel;
    uint8_t orb[64] = {0};
    uint32_t sid;

    fetch_block(cpu, insn, orb, ORB_SIZE);
    sid = subsystem_id(cpu);
    if (load_be32(orb + 4) & ORB_1_RESERVED || load_be32(orb + 8) & ORB_2_RESERVED)
        program_interruption(cpu, PGM_OPERAND);
    cc_set(cpu, (unsigned)channel->start(channel->owner, sid, orb));
}

void insn_modify_subchannel(struct vcpu *cpu, const struct insn *insn)
{
    const struct channel_port *channel = &cpu->configuration->channel;
    uint8_t schib[SCHIB_SIZE];
    uint32_t sid;

    fetch_block(cpu, insn, schib, sizeof schib);
    sid = subsystem_id(cpu);
    if (load_be32(schib + 4) & PMCW_1_RESERVED || load_be32(schib + 24) & PMCW_6_RESERVED ||
        (load_be32(schib + 4) & PMCW_1_LIMIT_MODE) == PMCW_1_LIMIT_MODE)
        program_interruption(cpu, PGM_OPERAND);
    cc_set(cpu, (unsigned)channel->modify(channel->owner, sid, schib));
}

void insn_store_subchannel(struct vcpu *cpu, const struct insn *insn)
{
    const struct channel_port *channel = &cpu->configuration->channel;
    uint64_t address = word_address(cpu, insn);
    uint8_t schib[SCHIB_SIZE] = {0};
    struct operand operand;
    uint32_t sid = subsystem_id(cpu);
    int cc = channel->store(channel->owner, sid, schib);

    if (cc == 0) {
        access_prepare(cpu, &operand, operand_space(cpu, insn->b2), address, sizeof schib,
                       ACCESS_STORE);
        operand_write(cpu, &operand, 0, schib, sizeof schib);
    }
    cc_set(cpu, (unsigned)cc);
}

/* The status is gone from the subchannel once it was stored, so the operand is checked
   first. */
void insn_test_subchannel(struct vcpu *cpu, const struct insn *insn)
{
    const struct channel_port *channel = &cpu->configuration->channel;
    uint64_t address = word_address(cpu, insn);
    uint32_t sid = subsystem_id(cpu);
    uint8_t irb[96] = {0};
    struct operand operand;
    int cc;

    access_prepare(cpu, &operand, operand_space(cpu, insn->b2), address, IRB_SIZE, ACCESS_STORE);
    cc = channel->test(channel->owner, sid, irb);
    if (cc != 3)
        operand_write(cpu, &operand, 0, irb, IRB_SIZE);
    cc_set(cpu, (unsigned)cc);
}

void insn_clear_subchannel(struct vcpu *cpu, const struct insn *insn)
{
    const struct channel_port *channel = &cpu->configuration->channel;

    (void)insn;
    cc_set(cpu, (unsigned)channel->clear(channel->owner, subsystem_id(cpu)));
}

void insn_halt_subchannel(struct vcpu *cpu, const struct insn *insn)
{
    const struct channel_port *channel = &cpu->configuration->channel;

    (void)insn;
    cc_set(cpu, (unsigned)channel->halt(channel->owner, subsystem_id(cpu)));
}

void insn_resume_subchannel(struct vcpu *cpu, const struct insn *insn)
{
    const struct channel_port *channel = &cpu->configuration->channel;

    (void)insn;
    cc_set(cpu, (unsigned)channel->resume(channel->owner, subsystem_id(cpu)));
}

void insn_cancel_subchannel(struct vcpu *cpu, const struct insn *insn)
{
    const struct channel_port *channel = &cpu->configuration->channel;

    (void)insn;
    cc_set(cpu, (unsigned)channel->cancel(channel->owner, subsystem_id(cpu)));
}
