/* I/O instructions that address the channel subsystem or a channel path, and those that take
   interruptions and channel reports (PoP chapter 14). */
#include "cpu/arch/access.h"
#include "cpu/arch/configuration.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/prefix.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"

#define RCHP_RESERVED         (BITS32(0, 7) | BITS32(16, 23))
#define SAL_RESERVED          (BIT32(0) | BITS32(16, 31))
#define SCHM_RESERVED         BITS32(4, 29)
#define SCHM_MEASUREMENT      BIT32(30) /* GR2 is the measurement-block origin */
#define SCHM_ORIGIN_ALIGNMENT UINT64_C(31)
#define STATUS_SIZE           32u

#define CHSC_LENGTH_MIN 16u
#define CHSC_LENGTH_MAX 4088u

static uint64_t aligned_address(struct vcpu *cpu, const struct insn *insn, unsigned alignment)
{
    uint64_t address = operand_address2(cpu, insn);

    if (address & (alignment - 1))
        specification_exception(cpu);
    return address;
}

void insn_reset_channel_path(struct vcpu *cpu, const struct insn *insn)
{
    const struct channel_port *channel = &cpu->configuration->channel;
    uint32_t path = gr32(cpu, 1);

    (void)insn;
    if (path & RCHP_RESERVED)
        program_interruption(cpu, PGM_OPERAND);
    cc_set(cpu, (unsigned)channel->reset_channel_path(channel->owner, (uint8_t)path));
}

void insn_set_channel_monitor(struct vcpu *cpu, const struct insn *insn)
{
    const struct channel_port *channel = &cpu->configuration->channel;
    uint64_t control = gr64(cpu, 1), origin = gr64(cpu, 2);

    (void)insn;
    if (low32(control) & SCHM_RESERVED ||
        (low32(control) & SCHM_MEASUREMENT && origin & SCHM_ORIGIN_ALIGNMENT))
        program_interruption(cpu, PGM_OPERAND);
    channel->set_channel_monitor(channel->owner, control, origin);
}

void insn_store_channel_path_status(struct vcpu *cpu, const struct insn *insn)
{
    const struct channel_port *channel = &cpu->configuration->channel;
    uint64_t address = aligned_address(cpu, insn, STATUS_SIZE);
    uint8_t status[STATUS_SIZE] = {0};
    struct operand operand;

    access_prepare(cpu, &operand, operand_space(cpu, insn->b2), address, sizeof status,
                   ACCESS_STORE);
    channel->store_channel_path_status(channel->owner, status);
    operand_write(cpu, &operand, 0, status, sizeof status);
}

/* The report leaves the queue, so the operand is checked first; zeros are stored for none. */
void insn_store_channel_report_word(struct vcpu *cpu, const struct insn *insn)
{
    const struct channel_port *channel = &cpu->configuration->channel;
    uint64_t address = aligned_address(cpu, insn, 4);
    struct operand operand;
    uint8_t bytes[4];
    uint32_t crw = 0;
    int cc;

    access_prepare(cpu, &operand, operand_space(cpu, insn->b2), address, sizeof bytes,
                   ACCESS_STORE);
    cc = channel->store_channel_report(channel->owner, &crw);
    store_be32(bytes, crw);
    operand_write(cpu, &operand, 0, bytes, sizeof bytes);
    cc_set(cpu, (unsigned)cc);
}

/* With operand address 0, three words go where an I/O interruption would put them; else the
   first two go to the operand. */
void insn_test_pending_interruption(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = aligned_address(cpu, insn, 4);
    struct io_interruption interruption;
    struct operand operand;
    uint8_t bytes[12];

    if (address)
        access_prepare(cpu, &operand, operand_space(cpu, insn->b2), address, 8, ACCESS_STORE);
    if (!interruption_dequeue_io(cpu, &interruption)) {
        cc_set(cpu, 0);
        return;
    }
    store_be32(bytes, interruption.subsystem_id);
    store_be32(bytes + 4, interruption.parameter);
    store_be32(bytes + 8, interruption.identification);
    if (address) {
        operand_write(cpu, &operand, 0, bytes, 8);
    } else {
        real_addr real = {offsetof(struct lowcore, subsystem_id)};

        storage_write(cpu->storage, prefix_apply(cpu, real), bytes, sizeof bytes);
    }
    cc_set(cpu, 1);
}

/* The request and, behind it, the response lie in one 4 KiB block. */
void insn_channel_subsystem_call(struct vcpu *cpu, const struct insn *insn)
{
    const struct channel_port *channel = &cpu->configuration->channel;
    uint64_t address = gr_address(cpu, insn->r1);
    struct address_space *space = operand_space(cpu, insn->r1);
    uint8_t block[STORAGE_PAGE_SIZE];
    struct operand operand;
    uint16_t length;

    if (address & ~STORAGE_PAGE_MASK)
        specification_exception(cpu);
    access_prepare(cpu, &operand, space, address, sizeof block, ACCESS_FETCH);
    operand_read(&operand, 0, block, sizeof block);
    length = load_be16(block);
    if (length < CHSC_LENGTH_MIN || length > CHSC_LENGTH_MAX || length & 7)
        program_interruption(cpu, PGM_OPERAND);
    access_prepare(cpu, &operand, space, address, sizeof block, ACCESS_STORE);
    cc_set(cpu, (unsigned)channel->call(channel->owner, block));
    operand_write(cpu, &operand, length, block + length, (uint32_t)sizeof block - length);
}
